/* splice_write.h: a whole block written anew, for splice_markdown.c.
 *
 * Paragraphs, headings and code that were in the source keep its bytes of what did not change; all
 * else is the Markdown writer's.
 */
#ifndef GALLEY_SPLICE_WRITE_H
#define GALLEY_SPLICE_WRITE_H

#include "edit/splice_markdown.h"

/* Appends the block without its last line end; further lines begin with `prefix`, blank ones with
 * `blank`. False: it cannot be written, and `out` is as it was. */
bool splice_write(struct markdown_plan *plan, node_id id, struct text prefix, struct text blank,
                  struct buffer *out);

#endif
