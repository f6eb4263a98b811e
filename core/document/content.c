#include "document/content.h"

#define BIT(type) ((uint64_t)1 << (type))

static const uint64_t parts = BIT(NODE_ITEM) | BIT(NODE_TABLE_ROW) | BIT(NODE_TABLE_CELL) |
                              BIT(NODE_CAPTION) | BIT(NODE_ATTRIBUTION) |
                              BIT(NODE_DEFINITION_TERM) | BIT(NODE_DEFINITION) | BIT(NODE_NOTES) |
                              BIT(NODE_DOCUMENT);

static const char *const phrases[NODE_TYPE_COUNT] = {
    [NODE_NONE] = "a none",
    [NODE_DOCUMENT] = "a document",
    [NODE_BLOCK_QUOTE] = "a block_quote",
    [NODE_LIST] = "a list",
    [NODE_ITEM] = "an item",
    [NODE_CODE_BLOCK] = "a code_block",
    [NODE_HTML_BLOCK] = "an html_block",
    [NODE_PARAGRAPH] = "a paragraph",
    [NODE_HEADING] = "a heading",
    [NODE_THEMATIC_BREAK] = "a thematic_break",
    [NODE_TABLE] = "a table",
    [NODE_TABLE_ROW] = "a table_row",
    [NODE_TABLE_CELL] = "a table_cell",
    [NODE_FOOTNOTE_DEFINITION] = "a footnote_definition",
    [NODE_FIGURE] = "a figure",
    [NODE_CAPTION] = "a caption",
    [NODE_ATTRIBUTION] = "an attribution",
    [NODE_DIRECTIVE] = "a directive",
    [NODE_DEFINITION_LIST] = "a definition_list",
    [NODE_DEFINITION_TERM] = "a definition_term",
    [NODE_DEFINITION] = "a definition",
    [NODE_NOTES] = "a notes",
    [NODE_TEXT] = "a text",
    [NODE_SOFTBREAK] = "a softbreak",
    [NODE_LINEBREAK] = "a linebreak",
    [NODE_CODE] = "a code",
    [NODE_HTML_INLINE] = "an html_inline",
    [NODE_EMPH] = "an emph",
    [NODE_STRONG] = "a strong",
    [NODE_LINK] = "a link",
    [NODE_IMAGE] = "an image",
    [NODE_STRIKETHROUGH] = "a strikethrough",
    [NODE_SUPERSCRIPT] = "a superscript",
    [NODE_SUBSCRIPT] = "a subscript",
    [NODE_FOOTNOTE_REFERENCE] = "a footnote_reference",
    [NODE_TASK] = "a task",
    [NODE_SPAN] = "a span",
    [NODE_SHORTCODE] = "a shortcode",
    [NODE_MORE] = "a more",
};

const char *node_type_phrase(enum node_type type) {
    return phrases[type];
}

/* Directives and shortcodes say by their detail which of the two they are. */
static bool is_block(const struct node *node) {
    if (node->type == NODE_DIRECTIVE) return node->detail != DIRECTIVE_INLINE;
    if (node->type == NODE_SHORTCODE) return node->detail == 1;
    return node_type_is_block((enum node_type)node->type) && !(parts & BIT(node->type));
}

static bool is_inline(const struct node *node) {
    if (node->type == NODE_DIRECTIVE) return node->detail == DIRECTIVE_INLINE;
    if (node->type == NODE_SHORTCODE) return node->detail == 0;
    return !node_type_is_block((enum node_type)node->type);
}

enum content content_of(const struct document *document, node_id parent) {
    const struct node *node = document_node(document, parent);
    switch ((enum node_type)node->type) {
    case NODE_DOCUMENT:
    case NODE_BLOCK_QUOTE:
    case NODE_ITEM:
    case NODE_FOOTNOTE_DEFINITION:
    case NODE_FIGURE:
    case NODE_DEFINITION:
    case NODE_NOTES: return CONTENT_BLOCKS;
    case NODE_DIRECTIVE:
        return node->detail == DIRECTIVE_BLOCK  ? CONTENT_BLOCKS
               : node->detail == DIRECTIVE_LEAF ? CONTENT_NONE
                                                : CONTENT_INLINES;
    case NODE_LIST: return CONTENT_ITEMS;
    case NODE_TABLE_ROW: return CONTENT_CELLS;
    case NODE_TABLE:
    case NODE_DEFINITION_LIST: return CONTENT_OTHER;
    default:
        return node_type_is_container((enum node_type)node->type) ? CONTENT_INLINES : CONTENT_NONE;
    }
}

bool content_allows(const struct document *document, node_id parent, const struct document *from,
                    node_id child) {
    const struct node *above = document_node(document, parent), *node = document_node(from, child);
    switch ((enum node_type)above->type) {
    case NODE_LIST: return node->type == NODE_ITEM;
    case NODE_TABLE: return node->type == NODE_TABLE_ROW || node->type == NODE_CAPTION;
    case NODE_TABLE_ROW: return node->type == NODE_TABLE_CELL;
    case NODE_DEFINITION_LIST:
        return node->type == NODE_DEFINITION_TERM || node->type == NODE_DEFINITION;
    case NODE_DOCUMENT:
        if (node->type == NODE_NOTES) return true;
        break;
    case NODE_FIGURE:
        if (is_inline(node) || node->type == NODE_CAPTION) return true;
        if (node->type == NODE_ATTRIBUTION) return true;
        break;
    case NODE_BLOCK_QUOTE:
        if (node->type == NODE_ATTRIBUTION) return true;
        break;
    case NODE_DIRECTIVE:
        if (above->detail != DIRECTIVE_BLOCK) break;
        if (node->type == NODE_CAPTION || node->type == NODE_ATTRIBUTION) return true;
        break;
    default: break;
    }
    switch (content_of(document, parent)) {
    case CONTENT_BLOCKS: return is_block(node);
    case CONTENT_INLINES: return is_inline(node);
    default: return false;
    }
}

uint32_t node_depth(const struct document *document, node_id id) {
    uint32_t depth = 0;
    for (; id; id = document_node(document, id)->parent) depth++;
    return depth;
}

uint32_t node_height(const struct document *document, node_id id) {
    const struct node *nodes = document->nodes;
    uint32_t height = 1, depth = 1;
    for (node_id at = id;;) {
        if (nodes[at].first) {
            at = nodes[at].first;
            if (++depth > height) height = depth;
            continue;
        }
        while (at != id && !nodes[at].next) at = nodes[at].parent, depth--;
        if (at == id) return height;
        at = nodes[at].next;
    }
}
