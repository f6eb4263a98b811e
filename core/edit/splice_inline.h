/* splice_inline.h: the inlines of a paragraph, heading or cell, written with the source's own bytes
 * wherever nothing changed. For splice_markdown.c.
 */
#ifndef GALLEY_SPLICE_INLINE_H
#define GALLEY_SPLICE_INLINE_H

#include "edit/splice_markdown.h"

enum unit_state {
    STATE_SELF = 1,     /* the node itself differs, or is new */
    STATE_CHILDREN = 2, /* other children, or in another order */
    STATE_BELOW = 4,    /* something inside differs */
    STATE_DIFFERS = 7,
};

/* The same node in the old tree: its number, or NO_NODE. */
static inline node_id plan_old(const struct markdown_plan *plan, node_id id) {
    return id < plan->from->count && plan->from->nodes[id].type == plan->to->nodes[id].type
               ? id
               : NO_NODE;
}

static inline bool place_is_exact(const struct document *document, node_id id) {
    return (document->nodes[id].flags & NODE_PLACE_EXACT) && document->nodes[id].place.length;
}

static inline uint32_t place_end(const struct document *document, node_id id) {
    return document->nodes[id].place.offset + document->nodes[id].place.length;
}

/* enum unit_state of a node by itself; the url of one in plan->defined does not count. */
uint8_t markdown_plan_compare(const struct markdown_plan *plan, node_id id);

/* What is written before and behind an old inline's children. False: not known. */
bool inline_shell(const struct markdown_plan *plan, node_id old, struct span *open,
                  struct span *close);

/* Whether a destination must stand between "<" and ">"; the destination itself, of which they are
 * no part. */
bool url_needs_brackets(struct text url);
void splice_url(struct text url, bool bracketed, bool in_cell, bool entities, struct buffer *out);

/* Appends the content of a block, or one inline (the image of a figure); new lines begin with
 * `prefix`. False: there is an inline that even the writer cannot write. */
bool splice_inlines(struct markdown_plan *plan, node_id top, struct text prefix,
                    struct buffer *out);

#endif
