/* splice_reference.h: reference links that get another destination. For splice_markdown.c.
 *
 * Where all links and images that use a definition (`[label]: url`) get the same new url, the
 * definition is changed and the links stay as they are. Otherwise a link becomes an inline one,
 * and the definition stays for the others.
 *
 * Definitions are no nodes: they are searched for in the source, as lines that look like one.
 * Labels are the same as CommonMark's, letters beyond ASCII apart, which must be written alike.
 * What is found wrongly is no harm, since the caller reads the result.
 */
#ifndef GALLEY_SPLICE_REFERENCE_H
#define GALLEY_SPLICE_REFERENCE_H

#include "edit/splice_markdown.h"

/* Fills plan->definitions, and plan->defined for their links; false: there are none. */
bool splice_references(struct markdown_plan *plan);

#endif
