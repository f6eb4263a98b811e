#include "document/dialect_parts.h"

/* A block quote whose last line begins with an em dash is somebody's words:
 *
 *     > Being at home was better.
 *     >
 *     > — A patient, virtual ward
 *
 * has an attribution as its last child then, and NODE_QUOTATION. The speaker is what stands before
 * the first comma, the role what stands behind it. */

static const char dash[] = "\xE2\x80\x94";

/* The first node of the quote's last line; 0 when the last block is no paragraph. */
static node_id last_line(const struct document *document, node_id quote, node_id *paragraph) {
    *paragraph = document_node(document, quote)->last;
    if (!*paragraph || document_node(document, *paragraph)->type != NODE_PARAGRAPH) return NO_NODE;
    node_id at = document_node(document, *paragraph)->last;
    while (at) {
        node_id previous = document_node(document, at)->previous;
        enum node_type type =
            previous ? (enum node_type)document_node(document, previous)->type : NODE_NONE;
        if (!previous || type == NODE_SOFTBREAK || type == NODE_LINEBREAK) return at;
        at = previous;
    }
    return NO_NODE;
}

static void add_names(struct document *document, node_id attribution) {
    struct buffer plain = {0};
    document_plain(document, attribution, &plain);
    struct text all = buffer_text(&plain);
    all.bytes += sizeof dash - 1;
    all.length -= sizeof dash - 1;
    const char *comma = memchr(all.bytes, ',', all.length);
    struct text speaker = {all.bytes, comma ? (size_t)(comma - all.bytes) : all.length};
    struct text role = {comma ? comma + 1 : all.bytes, comma ? all.length - speaker.length - 1 : 0};
    speaker = text_trim(speaker);
    role = text_trim(role);
    if (speaker.length) node_set_field(document, attribution, FIELD_SPEAKER, speaker);
    if (role.length) node_set_field(document, attribution, FIELD_ROLE, role);
    buffer_free(&plain);
}

static void make_quotation(struct document *document, node_id quote, node_id paragraph,
                           node_id line) {
    node_id attribution = document_add(document, NODE_ATTRIBUTION);
    document_node(document, attribution)->place = document_node(document, line)->place;
    document_node(document, attribution)->flags =
        document_node(document, line)->flags & NODE_PLACE_EXACT;
    document_node(document, quote)->flags |= NODE_QUOTATION;
    node_append(document, quote, attribution);
    node_id before = document_node(document, line)->previous;
    for (node_id at = line; at;) {
        node_id next = document_node(document, at)->next;
        struct span place = document_node(document, at)->place;
        node_unlink(document, at);
        node_append(document, attribution, at);
        struct node *node = document_node(document, attribution);
        if (place.offset + place.length > node->place.offset)
            node->place.length = place.offset + place.length - node->place.offset;
        at = next;
    }
    if (before) {
        struct node *end = document_node(document, before),
                    *words = document_node(document, paragraph);
        if (end->place.offset > words->place.offset)
            words->place.length = end->place.offset - words->place.offset;
        node_unlink(document, before);
    } else {
        node_unlink(document, paragraph);
    }
    add_names(document, attribution);
}

void quotations_pass(struct dialect_pass *pass) {
    struct document *document = pass->document;
    for (node_id id = 1, count = document->count; id < count; id++) {
        if (document_node(document, id)->type != NODE_BLOCK_QUOTE) continue;
        node_id paragraph, line = last_line(document, id, &paragraph);
        if (!line || document_node(document, line)->type != NODE_TEXT) continue;
        struct text text = node_text(document, line);
        if (text_starts(text, (struct text){dash, sizeof dash - 1}) &&
            (text.length > sizeof dash - 1 || document_node(document, line)->next))
            make_quotation(document, id, paragraph, line);
    }
}
