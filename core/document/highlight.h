/* highlight.h: the words of program code marked by what they are, by GNU Source-highlight.
 *
 * What comes out is the code escaped, with `<span class="PREFIXkind">` around the words that have a
 * kind: comment, keyword, type, string, number, function, variable, name, symbol, macro, date,
 * path, deleted, inserted, error. No text is ever lost or added: should the library say anything
 * but the code, the code stays plain. No span reaches over a line's end or into a character.
 *
 * Bounds: 1 MB; and of work, which only hostile code reaches, after which the rest stays plain.
 * Both are counted in bytes, not in time: the same code gives the same HTML.
 *
 * The functions are there in every build; without source-highlight (Makefile) they give
 * HIGHLIGHT_MISSING. Languages are read from the library's folder when they are first asked for.
 */
#ifndef GALLEY_HIGHLIGHT_H
#define GALLEY_HIGHLIGHT_H

#include "base/memory.h"
#include "base/text.h"

enum highlight_result {
    HIGHLIGHT_DONE,
    HIGHLIGHT_MISSING,        /* built without the library */
    HIGHLIGHT_UNKNOWN,        /* it has no such language */
    HIGHLIGHT_NO_DEFINITIONS, /* its definitions cannot be read */
    HIGHLIGHT_TOO_LARGE
};

/* `language` in any case, by the library's names or by those that Markdown writers use. Appends to
 * `out` only where it is done. */
enum highlight_result highlight_html(struct text code, struct text language, struct text prefix,
                                     struct buffer *out);
/* The names, one a line, sorted. */
enum highlight_result highlight_languages(struct buffer *out);
/* A folder that must be readable, or NULL. */
const char *highlight_folder(void);

#endif
