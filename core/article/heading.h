/* heading.h: the title that a body gives, where the front matter has none.
 *
 * It is the first heading of level 1, wherever it stands before 64 KB, or a lower heading that
 * opens the body. A lower one further down is a section's name, not the article's. Code, comments
 * and what is indented like code have no headings; pictures, HTML and shortcodes before a heading
 * do not keep it from opening the body.
 *
 * Bodies are not parsed when titles are wanted: the lines are looked at, and only a heading with
 * marks in it ("# The `no-foo` rule {#rule}") is read by the parser, for its plain text.
 */
#ifndef GALLEY_HEADING_H
#define GALLEY_HEADING_H

#include "document/markdown.h"

/* The lines of the heading in `body` (two for a Setext heading); empty where there is none. */
struct text heading_of_body(struct text body);
/* The text of such a heading into `out`. Without a parser (NULL), marks stay. */
void heading_plain(struct text heading, struct markdown *markdown, struct buffer *out);

#endif
