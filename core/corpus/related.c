#include "corpus/related.h"

enum { SLOTS = 2048, MOST_TERMS = 40 }; /* SLOTS >= 2 * MOST_TERMS * RELATED_NEAREST */

struct candidate {
    uint32_t position, score;
};

struct candidates {
    uint16_t slots[SLOTS]; /* 1 + index in items */
    struct candidate items[MOST_TERMS * RELATED_NEAREST];
    uint32_t count;
};

static void count_candidate(struct candidates *candidates, uint32_t position, uint32_t score) {
    uint32_t slot = position * 2654435761u % SLOTS;
    while (candidates->slots[slot]) {
        struct candidate *known = &candidates->items[candidates->slots[slot] - 1];
        if (known->position == position) {
            known->score += score;
            return;
        }
        slot = (slot + 1) % SLOTS;
    }
    candidates->items[candidates->count++] = (struct candidate){position, score};
    candidates->slots[slot] = (uint16_t)candidates->count;
}

static uint32_t distance(uint32_t a, uint32_t b) {
    return a < b ? b - a : a - b;
}

/* The window of the term's positions nearest to `position`, counted. */
static void count_term(const struct corpus *corpus, const struct corpus_term *term,
                       uint32_t position, struct candidates *candidates) {
    const uint32_t *positions = corpus_term_positions(corpus, term);
    uint32_t low = 0, high = term->count, weight = 4;
    for (uint32_t rest = corpus->table->article_count / term->count; rest > 1; rest /= 2)
        weight += 4;
    while (low < high) { /* where `position` itself stands */
        uint32_t middle = low + (high - low) / 2;
        if (positions[middle] < position)
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t before = low, after = low + 1;
    for (unsigned i = 0; i < RELATED_NEAREST; i++) {
        bool has_before = before > 0, has_after = after < term->count;
        if (!has_before && !has_after) break;
        bool take_before = has_before && (!has_after || position - positions[before - 1] <=
                                                            positions[after] - position);
        count_candidate(candidates, positions[take_before ? --before : after++], weight);
    }
}

/* The article's words as bits, so that most of another's are passed over at one look. */
struct word_set {
    uint64_t bits[16];
    const uint32_t *words;
    uint32_t count;
};

static void word_set_make(struct word_set *set, const uint32_t *words, uint32_t count) {
    *set = (struct word_set){.words = words, .count = count};
    for (uint32_t i = 0; i < count; i++) set->bits[words[i] >> 6 & 15] |= 1ull << (words[i] & 63);
}

static uint32_t word_set_shared(const struct word_set *set, const uint32_t *words, uint32_t count) {
    uint32_t shared = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!(set->bits[words[i] >> 6 & 15] >> (words[i] & 63) & 1)) continue;
        for (uint32_t j = 0; j < set->count; j++) shared += set->words[j] == words[i];
    }
    return shared;
}

static bool better(const struct candidate *a, const struct candidate *b, uint32_t position) {
    if (a->score != b->score) return a->score > b->score;
    uint32_t near = distance(a->position, position), other = distance(b->position, position);
    return near != other ? near < other : a->position < b->position;
}

uint32_t corpus_related(const struct corpus *corpus, uint32_t position, uint32_t most,
                        uint32_t *positions) {
    struct candidates candidates;
    struct candidate best[RELATED_MOST + 1];
    uint32_t count, word_count, other_count, kept = 0;
    memset(candidates.slots, 0, sizeof candidates.slots);
    candidates.count = 0;
    if (most > RELATED_MOST) most = RELATED_MOST;
    const uint32_t *words = corpus_words(corpus, position, &word_count);
    struct word_set set;
    word_set_make(&set, words, word_count);
    const uint32_t *terms = corpus_article_terms(corpus, position, &count);
    for (uint32_t i = 0; i < count && i < MOST_TERMS; i++)
        count_term(corpus, corpus_term(corpus, terms[i]), position, &candidates);
    for (uint32_t i = 0; i < candidates.count; i++) {
        struct candidate candidate = candidates.items[i];
        const uint32_t *others = corpus_words(corpus, candidate.position, &other_count);
        candidate.score += 3 * word_set_shared(&set, others, other_count);
        uint32_t at = kept;
        while (at > 0 && better(&candidate, &best[at - 1], position)) at--;
        if (at == most) continue;
        memmove(best + at + 1, best + at, (kept - at) * sizeof *best);
        best[at] = candidate;
        kept += kept < most;
    }
    for (uint32_t i = 0; i < kept; i++) positions[i] = best[i].position;
    return kept;
}
