/* normal_form.h: a script's tree without what Markdown cannot say anyway.
 *
 * A splicer or a writer that asked for these would have to refuse most trees that something was
 * removed from:
 *   - blanks at the ends of lines, of paragraphs, headings and cells go;
 *   - a line end within a text becomes a soft break;
 *   - line breaks with nothing before or behind them go;
 *   - a text behind a task's box begins with a space;
 *   - blanks and breaks at the ends of emphasis stand outside of it;
 *   - struck text within struck text is struck once;
 *   - a soft break in a heading of level 3 and more is a space;
 *   - paragraphs, figures, emphasis, code and lists with nothing in them go;
 *   - a block behind the notes is the last of them;
 *   - code directly behind code is one with it, and so is struck text;
 *   - an image alone in a paragraph is a figure, its title the caption, where there are figures.
 * Linear, without recursion. Nodes keep their numbers.
 */
#ifndef GALLEY_NORMAL_FORM_H
#define GALLEY_NORMAL_FORM_H

#include "document/document.h"

/* `to` becomes a copy of `wanted`, which it borrows texts from; freed by document_free. What stands
 * as `from`, the tree that was read, has it is left as it is; NULL: there is none. */
void document_normalise(struct document *to, const struct document *wanted,
                        const struct document *from, uint64_t dialect);

/* Takes away what the parser reads out of an attribution's own words (speaker, role), for a
 * comparison of trees whose words are compared anyway. */
void document_drop_derived(struct document *document);

/* Blocks whose children are inlines: what a change of a word is proposed within. */
bool block_holds_inlines(const struct document *document, node_id id);

#endif
