/* dialect_rewrite.h: proposals, the rewritten body that cmark reads, and the way back.
 *
 * A proposal says what some bytes of the body are taken for. Rewriting copies the body and puts
 * into each proposal's place something that cmark treats alike:
 *
 *     kind            in the source            what cmark reads
 *     opaque kinds    {{< x >}}, {.a}, :b[c]   "{" U+E000 number U+E001 "}": text without meaning
 *     URL             http://a.b/__c__         the same: its marks are no emphasis
 *     LITERAL         U+E000, U+E001           the same, since the two have a meaning now
 *     NUL             a NUL                    U+FFFD, as cmark has it
 *     FOOTNOTE        [^a]:                    01)  a list's item, contents indented by 4;
 *                                              behind it <?g?> where nothing is
 *     DEFINITION      ":" before a definition  "+"  a bullet list's item; both with a marker that
 *                                              the author does not use, where there is one
 *     directive kinds ::: note, :::, ::a       <?g?>  a block of raw HTML, behind a blank line
 *                                              where it also ends HTML
 *     CELL            a table's cell           # contents #  a heading on its own line
 *
 * Opaque proposals need no proof: wherever they end up (text, URL, code, raw HTML), the bytes are
 * put back. The others must be met as the block they became (`node`), else they are dropped and
 * the body is read again without them.
 *
 * Offsets here are offsets in the body, or in the rewritten body ("copy").
 */
#ifndef GALLEY_DIALECT_REWRITE_H
#define GALLEY_DIALECT_REWRITE_H

#include "base/memory.h"

enum proposal_kind {
    PROPOSAL_SHORTCODE,
    PROPOSAL_ATTRIBUTES,
    PROPOSAL_DIRECTIVE_INLINE,
    PROPOSAL_URL,
    PROPOSAL_LITERAL,
    PROPOSAL_NUL,
    PROPOSAL_FOOTNOTE,
    PROPOSAL_DEFINITION,
    PROPOSAL_DIRECTIVE_OPEN,
    PROPOSAL_DIRECTIVE_CLOSE,
    PROPOSAL_DIRECTIVE_LEAF,
    PROPOSAL_CELL,
};

static inline bool proposal_is_opaque(enum proposal_kind kind) {
    return kind <= PROPOSAL_LITERAL;
}

struct proposal {
    uint8_t kind;
    bool dropped;
    uint32_t start, end;         /* in the body */
    uint32_t copy;               /* where it begins in the copy */
    uint32_t marker;             /* of a footnote: its "[", which spaces may precede; behind HTML:
                                  * where its line begins */
    uint32_t node;               /* the node that met it */
    uint32_t table, row, column; /* cells; of a directive, column is the number of its colons */
    char mark;                   /* of a footnote or definition: the list marker it becomes */
    bool empty;                  /* a footnote without text on its line */
    bool behind_html;            /* a directive's end that also ends a block of HTML */
};

/* A table as the scan saw it. Cells are proposals, `cell_count` from `first_cell` on. */
struct proposed_table {
    uint32_t start, end;               /* from the header row's first byte to the last row's end */
    uint32_t delimiter, delimiter_end; /* the delimiter row, which cmark does not see */
    struct span prefix;                /* what stands before it: "> ", or spaces */
    uint32_t columns, alignments;      /* the first of `columns` bytes in rewrite.alignments */
    uint32_t parent;                   /* the node that its cells were met in */
    bool dropped;
};

/* A run of bytes of the copy. Copied ones have the same bytes; others stand for a proposal's. */
struct piece {
    uint32_t copy, source, source_length;
    bool copied;
};

struct rewrite {
    struct text body;
    struct proposal *proposals;
    uint32_t count, capacity;
    struct proposed_table *tables;
    uint32_t table_count, table_capacity;
    struct buffer alignments;
    struct buffer copy;
    struct piece *pieces;
    uint32_t piece_count, piece_capacity;
    uint32_t piece_at;   /* the piece that was asked for last */
    uint32_t next_block; /* proposals before it begin before the block at hand */
};

void rewrite_begin(struct rewrite *rewrite, struct text body);
void rewrite_free(struct rewrite *rewrite);
struct proposal *rewrite_propose(struct rewrite *rewrite, enum proposal_kind kind, uint32_t start,
                                 uint32_t end);
/* Puts proposals in order and drops what overlaps an earlier one. */
void rewrite_sort(struct rewrite *rewrite);
/* Makes the copy of all that is not dropped. */
void rewrite_apply(struct rewrite *rewrite);
/* Drops the proposals that no node met; true when there were any. */
bool rewrite_drop_unmet(struct rewrite *rewrite);
void rewrite_drop_blocks(struct rewrite *rewrite);

/* A range of the copy as a span of the body. */
struct span rewrite_source(struct rewrite *rewrite, uint32_t start, uint32_t end);
/* Whether these bytes of the copy stand in the body just so, all in one piece. */
bool rewrite_is_copied(struct rewrite *rewrite, uint32_t start, uint32_t end);
/* The block proposal that begins at this offset of the copy; offsets must not decrease. */
struct proposal *rewrite_block_at(struct rewrite *rewrite, uint32_t copy);

/* The first opaque proposal in `text`: its number, and the bytes that stand for it through *start
 * and *end. UINT32_MAX: there is none. */
uint32_t rewrite_find_opaque(const struct rewrite *rewrite, struct text text, size_t *start,
                             size_t *end);
/* Appends `text` with the source's bytes put back; true when a shortcode was among them. */
bool rewrite_restore(const struct rewrite *rewrite, struct text text, struct buffer *out);

#endif
