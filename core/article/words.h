/* words.h: the telling words of a text as a small sorted set of hashes, to compare articles by.
 *
 * A word is a run of letters and digits of at least four bytes, in lower case, that is not one of
 * the commonest English words. Sets are bounded, so that comparing two costs the same always.
 */
#ifndef GALLEY_WORDS_H
#define GALLEY_WORDS_H

#include "base/text.h"

enum { MOST_WORDS = 24 };

/* A set as bits, one for each word by the last byte of its hash: words that two sets share have a
 * common bit. */
struct word_signature {
    uint64_t bits[4];
};

struct word_signature words_signature(const uint32_t *words, uint32_t count);

/* Adds the words of `text` to an ascending set of `count`; returns the new count. */
uint32_t words_add(struct text text, uint32_t *words, uint32_t count);

#endif
