/* splice_children.h: blocks that come, go and move within their parent. For splice_markdown.c.
 *
 * Of the children that are old ones, a longest row in the old order stays. One that goes takes the
 * blank lines behind it along; one that comes stands behind the one before it, with the prefixes of
 * its neighbour on every line; the first that goes is replaced by the first that comes. A blank
 * line is put, or stays, where a paragraph and its neighbour would run together without one.
 */
#ifndef GALLEY_SPLICE_CHILDREN_H
#define GALLEY_SPLICE_CHILDREN_H

#include "edit/splice_markdown.h"

/* Adds to `splices`. False: a larger unit is needed. */
bool splice_children(struct markdown_plan *plan, node_id parent, struct splices *splices,
                     struct arena *arena);

/* Whether `id` would become part of the paragraph that `before`, an old block, ends in, for want of
 * a blank line between the two. */
bool block_needs_blank_line(const struct markdown_plan *plan, node_id before, node_id id);

#endif
