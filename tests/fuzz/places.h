/* places.h: what must be true of a node's place: the bytes there begin and end as its type is
 * written. */
#ifndef GALLEY_PLACES_H
#define GALLEY_PLACES_H

#include "document/document.h"

/* How a type begins and ends: any of the characters; NULL for any at all. Attributes may follow an
 * inline. */
static const struct {
    const char *begins, *ends;
} place_marks[NODE_TYPE_COUNT] = {
    [NODE_BLOCK_QUOTE] = {">", NULL},
    [NODE_ITEM] = {"-+*0123456789", NULL},
    [NODE_THEMATIC_BREAK] = {"*-_", "*-_ \t"},
    [NODE_HTML_BLOCK] = {"< ", NULL},
    [NODE_FOOTNOTE_DEFINITION] = {"[", NULL},
    [NODE_DEFINITION] = {":", NULL},
    [NODE_CODE] = {"`", "`}"},
    [NODE_HTML_INLINE] = {"<", NULL}, /* cmark ends "<?" anywhere where bytes are no UTF-8 */
    [NODE_EMPH] = {"*_", "*_}"},
    [NODE_STRONG] = {"*_", "*_}"},
    [NODE_IMAGE] = {"!", "])}"},
    [NODE_STRIKETHROUGH] = {"~", "~}"},
    [NODE_SUPERSCRIPT] = {"^", "^}"},
    [NODE_SUBSCRIPT] = {"~", "~}"},
    [NODE_FOOTNOTE_REFERENCE] = {"[", "]"},
    [NODE_TASK] = {"[", "]"},
    [NODE_SPAN] = {"[", "}"},
    [NODE_SHORTCODE] = {"{", "}"},
};

/* NULL when all is well; else what is wrong. */
static inline const char *place_problem(const struct document *document, node_id id) {
    const struct node *node = document_node(document, id);
    const struct node *parent = document_node(document, node->parent);
    struct text source = document->strings.source;
    uint64_t start = node->place.offset, end = start + node->place.length;
    bool block = node_type_is_block((enum node_type)node->type);
    if (end > source.length) return "it ends behind the source";
    if (!(node->flags & NODE_PLACE_EXACT) || !node->place.length) return NULL;
    if (!block && node->parent && parent->flags & NODE_PLACE_EXACT && parent->place.length &&
        (start < parent->place.offset ||
         end > (uint64_t)parent->place.offset + parent->place.length))
        return "it is not within its parent";
    char first = source.bytes[start], last = source.bytes[end - 1];
    const char *begins = place_marks[node->type].begins, *ends = place_marks[node->type].ends;
    if (node->type == NODE_HEADING && node->mark == '#') begins = "#";
    if (node->type == NODE_HEADING && node->mark != '#') ends = "=- \t";
    if (node->type == NODE_CODE_BLOCK && node->flags & NODE_FENCED) begins = "`~";
    if (node->type == NODE_LINK && node->mark == '[') begins = "[", ends = "])}";
    if (node->type == NODE_LINK && node->mark == '<') begins = "<", ends = ">}";
    if (node->type == NODE_DIRECTIVE) begins = ":";
    if (begins && !strchr(begins, first)) return "it does not begin with its mark";
    if (ends && !strchr(ends, last)) return "it does not end with its mark";
    return NULL;
}

#endif
