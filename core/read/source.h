/* source.h: one file's bytes, split into front matter and body; every byte kept.
 *
 * Front matter is what stands between a first line "---" and the next line "---" or "...", both
 * with spaces or tabs behind them allowed. A BOM may precede the first fence. Anything else is
 * body: a file without front matter.
 *
 * Errors (source_split returns false, the source still holds path and bytes, body 0): the file is
 * larger than the limit, holds NUL bytes or invalid UTF-8 (outputs would be broken), its fence is
 * never closed, its front matter is larger than the limit or not in YAML: it begins with +++, with
 * ;;;, with a format's name behind the fence or with a JSON object. A warning: a blank line before
 * the first fence.
 *
 * Ownership: path and bytes are borrowed. Units: byte offsets in the whole file.
 */
#ifndef GALLEY_SOURCE_H
#define GALLEY_SOURCE_H

#include "base/diagnostic.h"
#include "base/text.h"
#include "read/limits.h"

enum source_flags {
    SOURCE_BOM = 1,
    SOURCE_CRLF = 2,       /* the first line end is CRLF: what new lines get */
    SOURCE_MIXED_ENDS = 4, /* both LF and CRLF (or lone CR) end lines */
    SOURCE_NO_FINAL_NEWLINE = 8,
    SOURCE_HAS_FRONT = 16, /* fences are there, though nothing may stand between them */
    SOURCE_CUT = 32,       /* of a frozen article: the bytes of the body are not there */
};

struct source {
    struct text path, bytes;
    struct span front; /* the lines between the fences, their line ends included */
    uint32_t body;     /* the first byte behind the closing fence's line */
    uint8_t flags;
};

bool source_split(struct text path, struct text bytes, const struct limits *limits,
                  struct source *source, struct diagnostics *diagnostics);

#endif
