/* markdown_entity.h: what an HTML character reference stands for.
 *
 * cmark has the whole table of HTML5's names, but no function for it: so one reference is given to
 * it as a paragraph. Numbers follow HTML's rules: those of Windows-1252's letters between 128 and
 * 159 mean these; 0, surrogates and what is beyond Unicode mean U+FFFD.
 */
#ifndef GALLEY_MARKDOWN_ENTITY_H
#define GALLEY_MARKDOWN_ENTITY_H

#include "base/memory.h"
#include "base/text.h"

/* Appends what the reference at the start of `text` ("&eacute;", "&#233;", "&#xE9;") stands for;
 * returns its length in bytes, or 0 when there is none, and then appends nothing. The semicolon is
 * needed. */
size_t markdown_entity(struct text text, struct buffer *out);

#endif
