/* markdown.h: Markdown by cmark, into a document's node table.
 *
 * cmark decides what the Markdown means. What it reads may be rewritten first, where a part of the
 * dialect needs that (dialect.h); its tree is turned into the node table in one pass and forgotten.
 * cmark's word for where a block begins is taken; inline places are found by reading the source
 * once more alongside cmark's result (markdown_align.h), and are exact or absent.
 *
 * Before cmark sees a byte, markdown_check_bounds refuses input on which cmark would be slow
 * (markdown_bounds.h).
 *
 * Ownership: `struct markdown` keeps the memory that cmark works in from one article to the next;
 * a document takes nothing from it. One is enough for a process. cmark's allocator has no context
 * argument, so that this module has one static pointer: two parses at once in one process (threads)
 * are not possible.
 * Errors: false when a bound was passed; diagnostics then has an error and the document is empty.
 * What the dialect has to say about a document (an undefined footnote, an unclosed directive) is
 * added to diagnostics as warnings, and true is returned.
 */
#ifndef GALLEY_MARKDOWN_H
#define GALLEY_MARKDOWN_H

#include "base/diagnostic.h"
#include "document/document.h"
#include "read/limits.h"

struct markdown;

struct markdown *markdown_open(const struct limits *limits);
void markdown_close(struct markdown *markdown);

/* `document` was opened with the whole file and the offset of its body. `dialect` is a set of
 * enum dialect_feature bits. `path` names the file in messages. */
bool markdown_parse(struct markdown *markdown, struct text path, uint64_t dialect,
                    struct document *document, struct diagnostics *diagnostics);
/* Of the cmark that is linked: "0.30.2". */
const char *markdown_library_version(void);

#endif
