/* similar.h: how alike two texts are, letter by letter.
 *
 * Letters are code points. Work is the product of the lengths, so texts of more than SIMILAR_MOST
 * code points are not compared: both give a negative number. Sources: V. Levenshtein 1966 (two rows
 * of the table), W. Winkler 1990 (prefix of at most 4 letters, weight 0.1).
 */
#ifndef GALLEY_SIMILAR_H
#define GALLEY_SIMILAR_H

#include "base/text.h"

enum { SIMILAR_MOST = 4000 };

/* The fewest letters to insert, delete or change. */
int32_t similar_distance(struct text a, struct text b);
/* From 0, nothing in common, to 1, equal (Jaro-Winkler). Two empty texts are equal. */
double similar_likeness(struct text a, struct text b);

#endif
