#include "document/dialect_parts.h"

/* "- [ ] to do" and "- [x] done", as GitHub has them: a box, white space, and a text. */

static bool is_box(struct text text) {
    return text.length >= 3 && text.bytes[0] == '[' && memchr(" xX", text.bytes[1], 3) &&
           text.bytes[2] == ']';
}

/* Whether white space and something else follow the box. */
static bool has_content(const struct document *document, node_id box, struct text behind) {
    node_id next = document_node(document, box)->next;
    if (behind.length) return behind.bytes[0] == ' ' || behind.bytes[0] == '\t';
    if (!next) return false;
    enum node_type type = (enum node_type)document_node(document, next)->type;
    struct text text = type == NODE_TEXT ? node_text(document, next) : TEXT("");
    return type == NODE_SOFTBREAK || type == NODE_LINEBREAK ||
           (text.length && (text.bytes[0] == ' ' || text.bytes[0] == '\t'));
}

/* A text's box becomes a node of its own; NO_NODE when there is none. */
static node_id box_of_text(struct document *document, node_id text) {
    struct text start = node_text(document, text);
    if (!is_box(start)) return NO_NODE;
    start.bytes += 3;
    start.length -= 3;
    if (!has_content(document, text, start)) return NO_NODE;
    struct dialect_reader reader = dialect_read(document, text);
    bool escaped;
    dialect_reader_seek(&reader, 0, &escaped);
    if (escaped) return NO_NODE;
    node_id box = dialect_split(document, text, 0, 3);
    node_unlink(document, text);
    return box;
}

/* Where something is defined as [x], a box is a link for cmark. */
static bool is_box_of_link(const struct document *document, node_id link) {
    struct span place = document_node(document, link)->place;
    struct text written = {document->strings.source.bytes + place.offset, place.length};
    return document_node(document, link)->flags & NODE_PLACE_EXACT && place.length == 3 &&
           is_box(written) && has_content(document, link, TEXT(""));
}

void tasks_pass(struct dialect_pass *pass) {
    struct document *document = pass->document;
    for (node_id id = 1, count = document->count; id < count; id++) {
        struct node *node = document_node(document, id);
        if (node->type != NODE_ITEM || !node->first) continue;
        node_id paragraph = node->first, box = NO_NODE;
        if (document_node(document, paragraph)->type != NODE_PARAGRAPH) continue;
        node_id first = document_node(document, paragraph)->first;
        if (!first) continue;
        if (document_node(document, first)->type == NODE_TEXT)
            box = box_of_text(document, first);
        else if (document_node(document, first)->type == NODE_LINK &&
                 is_box_of_link(document, first))
            box = first;
        if (!box) continue;
        node = document_node(document, box);
        bool checked = (document->strings.source.bytes[node->place.offset + 1] | 32) == 'x';
        *node = (struct node){.type = NODE_TASK,
                              .flags = (uint16_t)(NODE_PLACE_EXACT | (checked ? NODE_CHECKED : 0)),
                              .parent = node->parent,
                              .previous = node->previous,
                              .next = node->next,
                              .place = node->place};
    }
}
