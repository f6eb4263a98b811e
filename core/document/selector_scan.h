/* selector_scan.h: the words, numbers and quotes that a selector is made of, for
 * selector_compile.c.
 *
 * Ownership: texts that are given lie in `texts`, which whoever opened the scan frees or keeps.
 * Errors: the first one is written to *error, and `failed` is set; what is given after that is of
 * no use.
 */
#ifndef GALLEY_SELECTOR_SCAN_H
#define GALLEY_SELECTOR_SCAN_H

#include "document/selector.h"

struct selector_scan {
    struct text source;
    size_t at;
    struct selector_error *error;
    bool failed;
    struct arena texts;
};

__attribute__((format(printf, 3, 4))) void selector_fail(struct selector_scan *scan, size_t at,
                                                         const char *format, ...);

/* The byte at hand; 0 at the end, and for a NUL, which is nowhere allowed. */
char selector_peek(const struct selector_scan *scan);
bool selector_take(struct selector_scan *scan, char byte);
/* Whether there was any. */
bool selector_skip_space(struct selector_scan *scan);

/* Whether a byte may stand in a word as it is. */
bool selector_is_word(char byte);
/* A word with its escapes resolved; empty when there is none. `dots`: also with dots in it. */
struct text selector_take_word(struct selector_scan *scan, bool dots);
/* A word of CSS's own, in lower case. */
struct text selector_take_keyword(struct selector_scan *scan);
/* A word, or a text in quotes; an error when there is neither. */
struct text selector_take_value(struct selector_scan *scan);
bool selector_take_number(struct selector_scan *scan, int32_t *number);
/* Without regard to case. */
bool selector_take_string(struct selector_scan *scan, const char *string);

#endif
