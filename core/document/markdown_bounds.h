/* markdown_bounds.h: refuses what would make cmark slow, before cmark sees it.
 *
 * cmark 0.30 takes quadratic time when containers nest deeply ("- - - ... x" with blank lines,
 * ">>> ... a*a*") and when many brackets stay open ("![[]()" over and over). Two counts bound
 * both, taken in one linear pass that errs on the side of counting too much:
 * - limits.markdown_depth: block quotes and list items around any line, by their markers on the
 *   line and by its indentation under earlier list items;
 * - limits.bracket_run: brackets open at one place of a paragraph.
 */
#ifndef GALLEY_MARKDOWN_BOUNDS_H
#define GALLEY_MARKDOWN_BOUNDS_H

#include "base/diagnostic.h"
#include "read/limits.h"

/* False, and an error that names the limit, when one is passed. */
bool markdown_check_bounds(struct text path, struct text source, uint32_t body,
                           const struct limits *limits, struct diagnostics *diagnostics);
/* The error about containers that nest too deep, for who else counts them (dialect_lines.c). */
void markdown_too_deep(struct text path, struct text source, uint32_t at,
                       const struct limits *limits, struct diagnostics *diagnostics);

#endif
