#include "document/dialect_rewrite.h"

#include <stdio.h>
#include <stdlib.h>

void rewrite_begin(struct rewrite *rewrite, struct text body) {
    rewrite->body = body;
    rewrite->count = rewrite->table_count = rewrite->piece_count = 0;
    rewrite->alignments.length = rewrite->copy.length = 0;
    rewrite->next_block = 0;
}

void rewrite_free(struct rewrite *rewrite) {
    memory_free(rewrite->proposals);
    memory_free(rewrite->tables);
    memory_free(rewrite->pieces);
    buffer_free(&rewrite->alignments);
    buffer_free(&rewrite->copy);
}

struct proposal *rewrite_propose(struct rewrite *rewrite, enum proposal_kind kind, uint32_t start,
                                 uint32_t end) {
    memory_reserve(&rewrite->proposals, &rewrite->capacity, rewrite->count + 1);
    struct proposal *proposal = &rewrite->proposals[rewrite->count++];
    *proposal = (struct proposal){.kind = (uint8_t)kind, .start = start, .end = end};
    return proposal;
}

/* By start; what is larger first; blocks before inlines. */
static int compare(const void *left, const void *right) {
    const struct proposal *a = left, *b = right;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    if (a->kind != b->kind) return a->kind > b->kind ? -1 : 1;
    return a->end > b->end ? -1 : a->end < b->end;
}

/* Cells hold other proposals; everything else that overlaps the one before it goes. */
void rewrite_sort(struct rewrite *rewrite) {
    qsort(rewrite->proposals, rewrite->count, sizeof *rewrite->proposals, compare);
    uint32_t end = 0, cell_end = UINT32_MAX;
    for (uint32_t i = 0; i < rewrite->count; i++) {
        struct proposal *proposal = &rewrite->proposals[i];
        if (proposal->kind == PROPOSAL_CELL) {
            if (proposal->start < end) rewrite->tables[proposal->table].dropped = true;
            cell_end = proposal->end;
            continue;
        }
        /* An opaque run over a cell's border belongs to no cell. */
        bool crosses =
            proposal->start < cell_end && proposal->end > cell_end && cell_end != UINT32_MAX;
        if (proposal->start < end || crosses)
            proposal->dropped = true;
        else
            end = proposal->end;
    }
}

static void add_piece(struct rewrite *rewrite, uint32_t source, uint32_t length, bool copied) {
    memory_reserve(&rewrite->pieces, &rewrite->piece_capacity, rewrite->piece_count + 1);
    rewrite->pieces[rewrite->piece_count++] =
        (struct piece){(uint32_t)rewrite->copy.length, source, length, copied};
}

static void copy_bytes(struct rewrite *rewrite, uint32_t from, uint32_t to) {
    if (from >= to) return;
    add_piece(rewrite, from, to - from, true);
    buffer_append(&rewrite->copy, rewrite->body.bytes + from, to - from);
}

/* Bytes that stand for [from, to) of the body; an empty range for what is only inserted. */
static void insert(struct rewrite *rewrite, uint32_t from, uint32_t to, struct text bytes) {
    if (!bytes.length) return;
    add_piece(rewrite, from, to - from, false);
    buffer_append_text(&rewrite->copy, bytes);
}

static void insert_opaque(struct rewrite *rewrite, const struct proposal *proposal) {
    char mark[32];
    int length = snprintf(mark, sizeof mark, "{\xEE\x80\x80%u\xEE\x80\x81}",
                          (unsigned)(proposal - rewrite->proposals));
    insert(rewrite, proposal->start, proposal->end, (struct text){mark, (size_t)length});
}

/* Opaque proposals and the text between them, from *next on, up to `to`. */
static void copy_inlines(struct rewrite *rewrite, uint32_t from, uint32_t to, uint32_t *next) {
    for (; *next < rewrite->count; ++*next) {
        struct proposal *proposal = &rewrite->proposals[*next];
        if (proposal->start >= to && from < to) break;
        if (proposal->start >= to) break;
        if (proposal->dropped || proposal->start < from) continue;
        if (!proposal_is_opaque((enum proposal_kind)proposal->kind) &&
            proposal->kind != PROPOSAL_NUL)
            break;
        copy_bytes(rewrite, from, proposal->start);
        proposal->copy = (uint32_t)rewrite->copy.length;
        if (proposal->kind == PROPOSAL_NUL)
            insert(rewrite, proposal->start, proposal->end, TEXT("\xEF\xBF\xBD"));
        else
            insert_opaque(rewrite, proposal);
        from = proposal->end;
    }
    copy_bytes(rewrite, from, to);
}

/* All cells of a table, each a heading on a line of its own. *next is the table's first cell.
 * Returns where the table ends in the body. */
static uint32_t copy_table(struct rewrite *rewrite, uint32_t *next) {
    const struct proposed_table *table = &rewrite->tables[rewrite->proposals[*next].table];
    uint32_t index = rewrite->proposals[*next].table;
    struct text prefix = {rewrite->body.bytes + table->prefix.offset, table->prefix.length};
    bool first = true;
    while (*next < rewrite->count) {
        struct proposal *cell = &rewrite->proposals[*next];
        if (cell->kind != PROPOSAL_CELL || cell->table != index) {
            /* Opaque runs in the delimiter row or between cells. */
            if (cell->start >= table->end) break;
            cell->dropped = true;
            ++*next;
            continue;
        }
        if (!first) {
            insert(rewrite, cell->start, cell->start, TEXT("\n"));
            insert(rewrite, cell->start, cell->start, prefix);
        }
        first = false;
        cell->copy = (uint32_t)rewrite->copy.length;
        insert(rewrite, cell->start, cell->start, TEXT("# "));
        uint32_t start = cell->start, end = cell->end;
        ++*next;
        copy_inlines(rewrite, start, end, next);
        insert(rewrite, end, end, TEXT(" #"));
    }
    return table->end;
}

void rewrite_apply(struct rewrite *rewrite) {
    rewrite->copy.length = 0;
    rewrite->piece_count = rewrite->piece_at = 0;
    rewrite->next_block = 0;
    uint32_t at = 0, next = 0, length = (uint32_t)rewrite->body.length;
    for (uint32_t i = 0; i < rewrite->table_count; i++) rewrite->tables[i].parent = 0;
    while (next < rewrite->count) {
        struct proposal *proposal = &rewrite->proposals[next];
        proposal->node = 0;
        if (proposal->kind == PROPOSAL_CELL && rewrite->tables[proposal->table].dropped)
            proposal->dropped = true;
        if (proposal->dropped || proposal->start < at) {
            proposal->dropped = true;
            next++;
            continue;
        }
        /* The kinds that put something into their place; text before them is copied. */
        if (proposal->kind == PROPOSAL_CELL) {
            copy_bytes(rewrite, at, rewrite->tables[proposal->table].start);
            at = copy_table(rewrite, &next);
            continue;
        }
        copy_bytes(rewrite, at, proposal->start);
        proposal->copy = (uint32_t)rewrite->copy.length;
        at = proposal->end;
        next++;
        switch ((enum proposal_kind)proposal->kind) {
        case PROPOSAL_FOOTNOTE:
            insert(rewrite, proposal->start, at,
                   proposal->mark == '+'   ? TEXT("+   ")
                   : proposal->mark == '.' ? TEXT("01. ")
                                           : TEXT("01) "));
            /* An item without text could not end a paragraph, nor go on behind a blank line. */
            if (proposal->empty) insert(rewrite, at, at, TEXT("<?g?>"));
            break;
        case PROPOSAL_DEFINITION:
            insert(rewrite, proposal->start, at, (struct text){&proposal->mark, 1});
            break;
        case PROPOSAL_DIRECTIVE_CLOSE:
            if (proposal->behind_html) {
                struct text prefix = {rewrite->body.bytes + proposal->marker,
                                      proposal->start - proposal->marker};
                insert(rewrite, proposal->start, proposal->start, TEXT("\n"));
                insert(rewrite, proposal->start, proposal->start, prefix);
                proposal->copy = (uint32_t)rewrite->copy.length;
            }
            insert(rewrite, proposal->start, at, TEXT("<?g?>"));
            break;
        case PROPOSAL_DIRECTIVE_OPEN:
        case PROPOSAL_DIRECTIVE_LEAF: insert(rewrite, proposal->start, at, TEXT("<?g?>")); break;
        case PROPOSAL_NUL: insert(rewrite, proposal->start, at, TEXT("\xEF\xBF\xBD")); break;
        default: insert_opaque(rewrite, proposal); break;
        }
    }
    copy_bytes(rewrite, at, length);
}

static bool is_block(const struct proposal *proposal) {
    return proposal->kind >= PROPOSAL_FOOTNOTE;
}

bool rewrite_drop_unmet(struct rewrite *rewrite) {
    bool unmet = false;
    for (uint32_t i = 0; i < rewrite->count; i++) {
        struct proposal *proposal = &rewrite->proposals[i];
        if (!is_block(proposal) || proposal->dropped || proposal->node) continue;
        unmet = proposal->dropped = true;
        if (proposal->kind == PROPOSAL_CELL) rewrite->tables[proposal->table].dropped = true;
    }
    return unmet;
}

void rewrite_drop_blocks(struct rewrite *rewrite) {
    for (uint32_t i = 0; i < rewrite->count; i++)
        if (is_block(&rewrite->proposals[i])) rewrite->proposals[i].dropped = true;
    for (uint32_t i = 0; i < rewrite->table_count; i++) rewrite->tables[i].dropped = true;
}

/* The piece that this byte of the copy belongs to: mostly the one that was asked for last, or the
 * one behind it. */
static const struct piece *piece_at(struct rewrite *rewrite, uint32_t copy) {
    const struct piece *pieces = rewrite->pieces;
    uint32_t low = rewrite->piece_at, high = rewrite->piece_count;
    if (!high) return NULL;
    if (pieces[low].copy > copy) low = 0;
    if (low + 1 < high && pieces[low + 1].copy <= copy) low++;
    while (low + 1 < high && pieces[low + 1].copy <= copy) {
        uint32_t middle = low + (high - low) / 2;
        if (pieces[middle].copy <= copy)
            low = middle;
        else
            high = middle;
    }
    rewrite->piece_at = low;
    return &pieces[low];
}

static uint32_t source_of(struct rewrite *rewrite, uint32_t copy, bool end) {
    if (copy >= rewrite->copy.length && !end) return (uint32_t)rewrite->body.length;
    const struct piece *piece = piece_at(rewrite, copy);
    if (!piece) return copy;
    if (piece->copied) {
        uint32_t within = copy - piece->copy + end;
        return piece->source + (within < piece->source_length ? within : piece->source_length);
    }
    return end ? piece->source + piece->source_length : piece->source;
}

struct span rewrite_source(struct rewrite *rewrite, uint32_t start, uint32_t end) {
    uint32_t from = source_of(rewrite, start, false);
    uint32_t to = end > start ? source_of(rewrite, end - 1, true) : from;
    return (struct span){from, to > from ? to - from : 0};
}

bool rewrite_is_copied(struct rewrite *rewrite, uint32_t start, uint32_t end) {
    const struct piece *piece = piece_at(rewrite, start);
    return piece && piece->copied && end - piece->copy <= piece->source_length;
}

struct proposal *rewrite_block_at(struct rewrite *rewrite, uint32_t copy) {
    while (rewrite->next_block < rewrite->count) {
        struct proposal *proposal = &rewrite->proposals[rewrite->next_block];
        if (is_block(proposal) && !proposal->dropped) {
            if (proposal->copy == copy) return proposal;
            if (proposal->copy > copy) return NULL;
        }
        rewrite->next_block++;
    }
    return NULL;
}

uint32_t rewrite_find_opaque(const struct rewrite *rewrite, struct text text, size_t *start,
                             size_t *end) {
    const char *at = text.bytes, *text_end = text.bytes + text.length;
    while ((at = memchr(at, 0xEE, (size_t)(text_end - at)))) {
        if (at > text.bytes && at[-1] == '{' && text_end - at >= 3 && at[1] == '\x80' &&
            at[2] == '\x80') {
            uint32_t number = 0;
            const char *digit = at + 3;
            for (; digit < text_end && *digit >= '0' && *digit <= '9'; digit++)
                number = number * 10 + (uint32_t)(*digit - '0');
            if (text_end - digit >= 4 && !memcmp(digit, "\xEE\x80\x81}", 4) &&
                number < rewrite->count) {
                *start = (size_t)(at - 1 - text.bytes);
                *end = (size_t)(digit + 4 - text.bytes);
                return number;
            }
        }
        at++;
    }
    return UINT32_MAX;
}

bool rewrite_restore(const struct rewrite *rewrite, struct text text, struct buffer *out) {
    bool shortcodes = false;
    size_t start, end;
    for (uint32_t number;
         (number = rewrite_find_opaque(rewrite, text, &start, &end)) != UINT32_MAX;) {
        const struct proposal *proposal = &rewrite->proposals[number];
        shortcodes = shortcodes || proposal->kind == PROPOSAL_SHORTCODE;
        buffer_append(out, text.bytes, start);
        buffer_append(out, rewrite->body.bytes + proposal->start, proposal->end - proposal->start);
        text.bytes += end;
        text.length -= end;
    }
    buffer_append_text(out, text);
    return shortcodes;
}
