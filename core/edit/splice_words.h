/* splice_words.h: the texts and code of one block, with the source's bytes for what did not change.
 * For splice_inline.c.
 *
 * A changed text keeps what is written of each word that stays, character references and escapes
 * too; what is new is escaped as the level says.
 */
#ifndef GALLEY_SPLICE_WORDS_H
#define GALLEY_SPLICE_WORDS_H

#include "edit/splice_inline.h"

/* The owner at hand. */
struct run {
    struct markdown_plan *plan;
    node_id owner;
    enum unit_level level;
    struct text prefix;
    struct buffer *out;
    bool cell;  /* a "|" would end it */
    bool moved; /* the owner stands in other blocks, so its lines have other prefixes */
};

/* Bytes of the old source. */
struct text run_source(const struct run *run, uint32_t from, uint32_t to);
/* Each appends to run->out. `old` is the same text in the old tree, or NO_NODE. */
void run_write_text(struct run *run, struct text text);
void run_change_text(struct run *run, node_id id, node_id old);
void run_write_line_end(struct run *run);
void run_write_code(struct run *run, struct text literal);

#endif
