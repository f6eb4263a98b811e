/* slug.h: names made fit for URLs and files.
 *
 * Latin letters lose their accents ("José" jose, "Straße" strasse), letters of other scripts stay,
 * in lower case where the case mapping is a simple one (Greek, Cyrillic, Armenian); every run of
 * anything else becomes one hyphen; none at the ends. At most `most` bytes, cut at a hyphen where
 * one is near.
 */
#ifndef GALLEY_SLUG_H
#define GALLEY_SLUG_H

#include "base/unicode.h"

void slug_write(struct text text, size_t most, struct buffer *out);

static inline uint32_t slug_lower(uint32_t code) {
    return unicode_lower_common(code);
}

#endif
