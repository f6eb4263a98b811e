/* markdown_html.h: HTML as CommonMark 0.30 sees it, sections 4.6 and 6.6: which lines begin and end
 * a block, and what is a tag. All functions read from `bytes` up to `end` and take linear time. */
#ifndef GALLEY_MARKDOWN_HTML_H
#define GALLEY_MARKDOWN_HTML_H

#include <stdbool.h>
#include <stddef.h>

/* 0, or CommonMark's number of the kind of HTML block that a line starts. Kind 7 cannot follow a
 * paragraph's line. */
int html_block_kind(const char *line, const char *end, bool after_paragraph);
/* Whether a block of this kind ends with this line; of kinds 6 and 7, before it. */
bool html_block_ends(int kind, const char *line, const char *end);
/* The length of the tag, comment, ... at `bytes`; 0 when there is none. */
size_t html_inline_length(const char *bytes, const char *end);

#endif
