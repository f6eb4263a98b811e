#include "document/dialect_parts.h"

/* Ids as GitHub makes them: the text in lower case, without punctuation, "-" for each space; the
 * second of its kind ends in "-1". Ids that an author gave to anything are kept and count as taken;
 * one that is given twice is warned of. */

struct taken {
    struct text slug;
    uint32_t next; /* the number to try for the next of this name */
};

struct ids {
    struct taken *slots;
    uint32_t mask;
};

static struct taken *find(struct ids *ids, struct text slug) {
    uint64_t hash = text_hash(slug);
    for (uint32_t slot = (uint32_t)(hash ^ hash >> 32);; slot++) {
        struct taken *taken = &ids->slots[slot & ids->mask];
        if (!taken->slug.bytes || text_equal(taken->slug, slug)) return taken;
    }
}

/* Letters outside ASCII stay as they are; punctuation that newsrooms write goes. */
static bool is_word(uint32_t code) {
    if (code < 0x80)
        return (code >= '0' && code <= '9') || ((code | 32) >= 'a' && (code | 32) <= 'z') ||
               code == '_' || code == '-';
    if (code >= 0x80 && code <= 0xBF) return code == 0xAA || code == 0xB5 || code == 0xBA;
    if (code == 0xD7 || code == 0xF7) return false;
    if (code >= 0x2000 && code <= 0x2BFF) return false; /* punctuation, arrows, symbols */
    if (code >= 0x3000 && code <= 0x303F) return code >= 0x3005 && code <= 0x3007;
    if (code >= 0xFE00 && code <= 0xFE0F) return false;
    if (code >= 0xFF00 && code <= 0xFF0F) return false;
    return code < 0x1F000;
}

static uint32_t lower(uint32_t code) {
    if (code >= 'A' && code <= 'Z') return code + 32;
    if (code >= 0xC0 && code <= 0xDE && code != 0xD7) return code + 32;
    if ((code >= 0x100 && code <= 0x137) || (code >= 0x14A && code <= 0x177)) return code | 1;
    if (code >= 0x391 && code <= 0x3A9) return code + 32;
    if (code >= 0x410 && code <= 0x42F) return code + 32;
    if (code >= 0x400 && code <= 0x40F) return code + 80;
    return code;
}

static void make_slug(const struct document *document, node_id heading, struct buffer *plain,
                      struct buffer *slug) {
    plain->length = slug->length = 0;
    document_plain(document, heading, plain);
    struct text text = text_trim(buffer_text(plain));
    for (size_t i = 0; i < text.length;) {
        unsigned char c = (unsigned char)text.bytes[i];
        size_t used = 1;
        uint32_t code = c < 0x80 ? c : utf8_decode(text.bytes + i, text.length - i, &used);
        i += used;
        if (c == ' ' || c == '\n' || c == '\t') {
            buffer_append_byte(slug, '-');
        } else if (is_word(code)) {
            char bytes[4];
            buffer_append(slug, bytes, utf8_encode(lower(code), bytes));
        }
    }
}

/* The id that the author gave a node of the tree; empty when there is none. */
static struct text given_id(const struct document *document, node_id id) {
    const struct node *node = document_node(document, id);
    return node->fields && node->parent ? node_field(document, id, FIELD_ID)
                                        : (struct text){NULL, 0};
}

void heading_ids_pass(struct dialect_pass *pass) {
    struct document *document = pass->document;
    bool makes = pass->dialect & DIALECT_HEADING_IDS;
    uint32_t wanted = 0, size = 16;
    for (node_id id = 1; id < document->count; id++)
        wanted += document_node(document, id)->type == NODE_HEADING
                      ? makes || document_node(document, id)->fields
                      : given_id(document, id).length != 0;
    if (!wanted) return;
    while (size < wanted * 4) size *= 2;
    struct ids ids = {arena_allocate_zeroed(pass->arena, size * sizeof *ids.slots), size - 1};
    for (node_id id = 1; id < document->count; id++) {
        struct text given = given_id(document, id);
        if (!given.length) continue;
        struct taken *taken = find(&ids, given);
        if (taken->slug.bytes)
            dialect_warn(pass, id, "the id \"%.*s\" is given twice; links lead to the first",
                         (int)given.length, given.bytes);
        *taken = (struct taken){arena_copy(pass->arena, given), 1};
    }
    if (!makes) return;
    struct buffer plain = {0}, slug = {0};
    for (node_id id = 1, count = document->count; id < count; id++) {
        if (document_node(document, id)->type != NODE_HEADING ||
            node_find_field(document, id, FIELD_ID))
            continue;
        make_slug(document, id, &plain, &slug);
        if (!slug.length) buffer_append_string(&slug, "section");
        struct taken *taken = find(&ids, buffer_text(&slug));
        size_t length = slug.length;
        if (taken->slug.bytes) {
            struct taken *other;
            do {
                slug.length = length;
                buffer_printf(&slug, "-%u", taken->next++);
                other = find(&ids, buffer_text(&slug));
            } while (other->slug.bytes);
            taken = other;
        }
        *taken = (struct taken){arena_copy(pass->arena, buffer_text(&slug)), 1};
        struct span value = strings_add(&document->strings, buffer_text(&slug));
        uint32_t field = node_add_field(document, id, FIELD_ID, (struct span){0, 0}, value);
        document->fields[field].flags |= FIELD_GENERATED;
    }
    buffer_free(&plain);
    buffer_free(&slug);
}
