/* normal_form.h: a script's tree without what Markdown cannot say anyway.
 *
 * A splicer that asked for these would have to refuse most edits that remove something:
 *   - blanks at the ends of lines, of paragraphs, headings and cells go;
 *   - a line end within a text becomes a soft break;
 *   - line breaks with nothing before or behind them go;
 *   - a text behind a task's box begins with a space;
 *   - blanks at the ends of emphasis stand outside of it;
 *   - a soft break in a heading of level 3 and more is a space;
 *   - paragraphs, figures, emphasis, code and lists with nothing in them go.
 * Linear, without recursion. Nodes keep their numbers.
 */
#ifndef GALLEY_NORMAL_FORM_H
#define GALLEY_NORMAL_FORM_H

#include "document/document.h"

/* `to` becomes a copy of `wanted`, which it borrows texts from; freed by document_free. What stands
 * as `from`, the tree that was read, has it is left as it is. */
void document_normalise(struct document *to, const struct document *wanted,
                        const struct document *from);

/* Takes away what the parser reads out of an attribution's own words (speaker, role), for a
 * comparison of trees whose words are compared anyway. */
void document_drop_derived(struct document *document);

/* Blocks whose children are inlines: what a change of a word is proposed within. */
bool block_holds_inlines(const struct document *document, node_id id);

#endif
