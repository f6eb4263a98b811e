/* letters.h: which characters make up words, in any script and whatever the locale.
 *
 * A word's characters are Unicode's letters, marks and numbers (general categories L, M, N), the
 * low line, and the two joiners that stand inside words of some scripts. The table is Unicode
 * 14.0.0's, with unassigned code points given to their neighbours.
 */
#ifndef GALLEY_LETTERS_H
#define GALLEY_LETTERS_H

#include "base/text.h"

/* Whether the characters before and behind a byte offset of UTF-8 belong to one word. */
bool letters_join(struct text text, size_t offset);

#endif
