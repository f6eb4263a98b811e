#include "document/dialect_parts.h"

/* An image alone in its paragraph is a figure, and its title the caption. Attributes that were the
 * paragraph's are the figure's. A directive named figure is one too. */
static node_id sole_image(const struct document *document, node_id paragraph) {
    const struct node *node = document_node(document, paragraph);
    bool one = node->type == NODE_PARAGRAPH && node->first && node->first == node->last;
    return one && document_node(document, node->first)->type == NODE_IMAGE ? node->first : NO_NODE;
}

/* "::: figure", an image, and a paragraph for the caption. */
static void directive_figure(struct document *document, node_id id) {
    struct node *node = document_node(document, id);
    node_id image = node->first ? sole_image(document, node->first) : NO_NODE;
    if (!image) return;
    node_id picture = node->first, last = node->last;
    node->type = NODE_FIGURE;
    node->detail = 0;
    node_set_field(document, id, FIELD_NAME, (struct text){NULL, 0});
    node_unlink(document, image);
    node_insert_before(document, picture, image);
    node_unlink(document, picture);
    if (last != picture && document_node(document, last)->type == NODE_PARAGRAPH)
        document_node(document, last)->type = NODE_CAPTION;
}

void figures_pass(struct dialect_pass *pass) {
    struct document *document = pass->document;
    for (node_id id = 1, count = document->count; id < count; id++) {
        struct node *node = document_node(document, id);
        if (node->type == NODE_DIRECTIVE && node->detail == DIRECTIVE_BLOCK &&
            text_is(node_field(document, id, FIELD_NAME), "figure"))
            directive_figure(document, id);
        node_id image = sole_image(document, id);
        if (!image) continue;
        uint32_t field = node_find_field(document, image, FIELD_TITLE);
        node->type = NODE_FIGURE;
        if (!field) continue;
        struct span title = document->fields[field].value;
        node_set_field(document, image, FIELD_TITLE, (struct text){NULL, 0});
        node_id caption = document_add(document, NODE_CAPTION);
        node_id text = document_add(document, NODE_TEXT);
        bool exact = title.offset < document->strings.source.length;
        document_node(document, text)->text = title;
        if (exact) {
            document_node(document, caption)->place = title;
            document_node(document, text)->place = title;
            document_node(document, caption)->flags = NODE_PLACE_EXACT;
            document_node(document, text)->flags = NODE_PLACE_EXACT;
        }
        node_append(document, caption, text);
        node_append(document, id, caption);
    }
}
