/* splice_unit.h: where a block stands in its source, and writing one there. For splice_markdown.c
 * and splice_children.c.
 */
#ifndef GALLEY_SPLICE_UNIT_H
#define GALLEY_SPLICE_UNIT_H

#include "edit/splice_markdown.h"

const char *unit_bytes(const struct markdown_plan *plan);
/* Where a block begins and its last line with content ends. */
uint32_t unit_start(const struct markdown_plan *plan, node_id old);
uint32_t unit_end(const struct markdown_plan *plan, node_id old);

/* Sets plan->prefix to what further lines of a block that begins at `end`, or of `old`, begin with:
 * marks of quotations, spaces for the rest. */
void unit_prefix_at(struct markdown_plan *plan, uint32_t end);
void unit_prefix(struct markdown_plan *plan, node_id old);
/* plan->prefix without the blanks at its end, for a line with nothing else. */
struct text unit_blank_prefix(const struct markdown_plan *plan);

/* Adds a splice of [from, to), unless the bytes are the same. */
void unit_add(struct splices *splices, const struct markdown_plan *plan, uint32_t from, uint32_t to,
              struct text bytes);
/* The block's content in `out`, its further lines with the prefix that is in plan->prefix. */
bool unit_write(struct markdown_plan *plan, node_id id, struct buffer *out);

#endif
