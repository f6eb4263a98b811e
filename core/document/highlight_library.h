/* highlight_library.h: the C side of GNU Source-highlight, which is C++. Only highlight.c uses it.
 *
 * The library goes by lines: each of its rules, a regular expression, is tried on what is left of
 * the line after each match. Work is counted as bytes looked at by one rule; beyond `most_work`, or
 * where an expression is too complex, it gives up, and what was not given yet stays plain.
 */
#ifndef GALLEY_HIGHLIGHT_LIBRARY_H
#define GALLEY_HIGHLIGHT_LIBRARY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Takes the next bytes of the code and the number of their element in `elements`, -1 for none. It
 * must come back: no error may be raised through the library. */
typedef void highlight_piece(void *context, int element, const char *bytes, size_t length);

enum highlight_library_result { LIBRARY_DONE, LIBRARY_UNKNOWN, LIBRARY_NO_DEFINITIONS };

/* `language` as the library's lang.map has it; `code` is `length` bytes. */
enum highlight_library_result highlight_library_run(const char *language, const char *code,
                                                    size_t length, size_t most_work,
                                                    const char *const *elements, size_t count,
                                                    highlight_piece *piece, void *context);
/* Calls `name` for each language in lang.map, sorted. */
enum highlight_library_result highlight_library_names(void (*name)(void *context, const char *name),
                                                      void *context);
/* Where the definitions of languages lie, which a worker must be allowed to read. */
const char *highlight_library_folder(void);

#ifdef __cplusplus
}
#endif

#endif
