/* equal.h: whether two trees say the same, whatever the Markdown they came from looked like.
 *
 * Compared: types, order and nesting; literals; levels, an ordered list's first number and
 * delimiter, tight or loose, checked tasks, header rows, alignments, a directive's form; all
 * fields. Not compared, since two ways of writing the same thing differ in them: places, marks,
 * fences, the numbers of footnotes, ids made from a heading's text, what is read out of an
 * attribution's words (speaker, role), and how a text is cut into text
 * nodes. A field that is empty is as good as one that is absent, but for named attributes. The line
 * end behind a code block's or an HTML block's last line may be missing.
 *
 * Linear, without recursion. a and b may be the same document.
 */
#ifndef GALLEY_EQUAL_H
#define GALLEY_EQUAL_H

#include "document/document.h"

/* The first node of `a` that is not as in `b`: NO_NODE when they are equal. Where b has something
 * that a lacks, it is a's node that lacks it, or the one that should come behind it. */
node_id document_difference(const struct document *a, node_id a_id, const struct document *b,
                            node_id b_id);

#endif
