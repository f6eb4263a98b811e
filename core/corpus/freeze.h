/* freeze.h: an article as blocks of bytes without pointers.
 *
 * The head is written when the article is loaded: path, the source's bytes, meta, facts, terms. The
 * body is written when its filters have run: nodes, fields, pool, and meta again when a filter
 * changed it. Both are the flat tables as they are in memory, behind a table of ranges, so
 * that freezing is copying and reading is pointing: a thawed article borrows everything from its
 * blocks.
 *
 * Ownership: blocks lie where the writer puts them (the shared arena); a thawed article must not
 * outlive them.
 * Units: byte offsets from the block's start; every range is aligned to 16 bytes.
 */
#ifndef GALLEY_FREEZE_H
#define GALLEY_FREEZE_H

#include "article/article.h"
#include "corpus/shared.h"

/* Both return the offset of the block in the arena. Not `whole`: without the bytes of the body
 * (SOURCE_CUT), for corpora that are read by their meta. */
uint64_t freeze_head(const struct article *article, bool whole, struct shared_writer *writer);
uint64_t freeze_body(const struct article *article, struct shared_writer *writer);

/* Points *article, which must own nothing, at a head. */
void thaw_head(const char *head, struct article *article);
/* Adds the body to an article whose head is thawed. */
void thaw_body(const char *body, struct article *article);

/* What is asked for on page after page, without the rest: the facts, with the strings that their
 * spans count in (`body` is NULL where there is none yet), and the telling words. */
const struct facts *thaw_facts(const char *head, const char *body, struct strings *strings);
const uint32_t *thaw_words(const char *head, uint32_t *count);

/* Values alone, for configuration, data files and messages. */
uint64_t freeze_values(const struct values *values, struct shared_writer *writer);
void thaw_values(const char *block, struct values *values);

#endif
