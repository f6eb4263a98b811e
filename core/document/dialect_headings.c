#include "base/unicode.h"
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

/* What becomes of an ASCII character: itself, another, or 0 for nothing. */
static char ascii(char c) {
    if (c >= 'A' && c <= 'Z') return (char)(c + 32);
    if (c == ' ' || c == '\n' || c == '\t') return '-';
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ? c : 0;
}

static bool is_ascii(struct text text) {
    unsigned char bits = 0;
    for (size_t i = 0; i < text.length; i++) bits |= (unsigned char)text.bytes[i];
    return bits < 0x80;
}

/* `lower` is for work. */
static void make_slug(const struct document *document, node_id heading, struct buffer *plain,
                      struct buffer *lower, struct buffer *slug) {
    plain->length = lower->length = slug->length = 0;
    document_plain(document, heading, plain);
    struct text text = text_trim(buffer_text(plain));
    if (!is_ascii(text)) {
        unicode_change_case(text, UNICODE_LOWER, lower);
        text = buffer_text(lower);
    }
    buffer_grow(slug, text.length);
    for (size_t i = 0, used; i < text.length; i += used) {
        used = 1;
        if (!(text.bytes[i] & 0x80)) {
            char c = ascii(text.bytes[i]);
            if (c) slug->bytes[slug->length++] = c;
        } else if (unicode_is_word(utf8_decode(text.bytes + i, text.length - i, &used))) {
            buffer_append(slug, text.bytes + i, used);
        }
    }
}

/* The id that the author gave a node of the tree; empty when there is none. */
static struct text given_id(const struct document *document, node_id id) {
    const struct node *node = document_node(document, id);
    return node->fields && node->parent ? node_field(document, id, FIELD_ID)
                                        : (struct text){NULL, 0};
}

static void take_given(struct dialect_pass *pass, struct ids *ids) {
    struct document *document = pass->document;
    for (node_id id = 1; id < document->count; id++) {
        struct text given = given_id(document, id);
        if (!given.length) continue;
        struct taken *taken = find(ids, given);
        if (taken->slug.bytes)
            dialect_warn(pass, id, "the id \"%.*s\" is given twice; links lead to the first",
                         (int)given.length, given.bytes);
        *taken = (struct taken){arena_copy(pass->arena, given), 1};
    }
}

static void make_id(struct dialect_pass *pass, struct ids *ids, node_id heading,
                    struct buffer *slug) {
    struct document *document = pass->document;
    if (!slug->length) buffer_append_string(slug, "section");
    struct taken *taken = find(ids, buffer_text(slug));
    size_t length = slug->length;
    if (taken->slug.bytes) {
        struct taken *other;
        do {
            slug->length = length;
            buffer_printf(slug, "-%u", taken->next++);
            other = find(ids, buffer_text(slug));
        } while (other->slug.bytes);
        taken = other;
    }
    struct span value = strings_add(&document->strings, buffer_text(slug));
    *taken = (struct taken){arena_copy(pass->arena, buffer_text(slug)), 1};
    uint32_t field = node_add_field(document, heading, FIELD_ID, (struct span){0, 0}, value);
    document->fields[field].flags |= FIELD_GENERATED;
}

void heading_ids_pass(struct dialect_pass *pass) {
    struct document *document = pass->document;
    bool makes = pass->dialect & DIALECT_HEADING_IDS, gives = pass->signs.braces;
    uint32_t wanted = 0, size = 16;
    for (node_id id = 1; id < document->count; id++)
        wanted += document_node(document, id)->type == NODE_HEADING
                      ? makes || document_node(document, id)->fields
                      : gives && given_id(document, id).length;
    if (!wanted) return;
    while (size < wanted * 4) size *= 2;
    struct ids ids = {arena_allocate_zeroed(pass->arena, size * sizeof *ids.slots), size - 1};
    if (gives) take_given(pass, &ids);
    if (!makes) return;
    struct buffer plain = {0}, lower = {0}, slug = {0};
    for (node_id id = 1, count = document->count; id < count; id++) {
        if (document_node(document, id)->type != NODE_HEADING ||
            (gives && node_find_field(document, id, FIELD_ID)))
            continue;
        make_slug(document, id, &plain, &lower, &slug);
        make_id(pass, &ids, id, &slug);
    }
    buffer_free(&plain);
    buffer_free(&lower);
    buffer_free(&slug);
}
