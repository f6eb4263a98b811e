/* related.h: which articles a reader of one might want next.
 *
 * Candidates are the articles that share a term, of each term the RELATED_NEAREST nearest in the
 * corpus's order, so that the cost does not grow with the corpus. A shared term counts the more the
 * rarer it is, 4 x (1 + log2(articles / articles with the term)); each telling word that the titles
 * and summaries share counts 3. Among equals the nearer in order comes first, then the newer.
 */
#ifndef GALLEY_RELATED_H
#define GALLEY_RELATED_H

#include "corpus/corpus.h"

enum { RELATED_NEAREST = 24, RELATED_MOST = 32 };

/* Writes at most `most` (up to RELATED_MOST) positions, best first; returns how many. */
uint32_t corpus_related(const struct corpus *corpus, uint32_t position, uint32_t most,
                        uint32_t *positions);

#endif
