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
        uint32_t candidate = positions[take_before ? --before : after++];
        __builtin_prefetch(
            corpus_signature(corpus, candidate)); /* looked at when all are counted */
        count_candidate(candidates, candidate, weight);
    }
}

/* An article's words; `doubles` of them have their bit from another one too. They are laid out in
 * lanes of four, filled up with the lane's own first word, so that equal words share a lane. */
typedef uint32_t lanes __attribute__((vector_size(16)));
enum { ROWS = MOST_WORDS / 4 };

struct word_set {
    lanes words[ROWS];
    uint32_t count, doubles;
    struct word_signature signature;
};

/* Counts bits side by side: by bytes in each part, which add up to less than 256 all together. */
static uint32_t common_bits(const struct word_signature *a, const struct word_signature *b) {
    uint64_t bytes = 0;
    for (unsigned i = 0; i < 4; i++) {
        uint64_t bits = a->bits[i] & b->bits[i];
        bits -= bits >> 1 & 0x5555555555555555u;
        bits = (bits & 0x3333333333333333u) + (bits >> 2 & 0x3333333333333333u);
        bytes += (bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0Fu;
    }
    return (uint32_t)((bytes * 0x0101010101010101u) >> 56);
}

static struct word_set word_set_at(const struct corpus *corpus, uint32_t position) {
    struct word_set set = {.signature = *corpus_signature(corpus, position)};
    const uint32_t *words = corpus_words(corpus, position, &set.count);
    for (uint32_t i = 0; i < MOST_WORDS; i++)
        set.words[i / 4][i % 4] = i < set.count ? words[i] : i < 4 ? 0 : set.words[0][i % 4];
    set.doubles = set.count - common_bits(&set.signature, &set.signature);
    return set;
}

/* No branch depends on the words: they come in no order that a processor could foresee. */
static uint32_t shared_words(const struct word_set *set, const uint32_t *words, uint32_t count) {
    lanes shared = {0};
    for (uint32_t i = 0; i < count; i++) {
        lanes equal = {0}, wanted = {words[i], words[i], words[i], words[i]};
        for (unsigned row = 0; row < ROWS; row++) equal |= (lanes)(set->words[row] == wanted);
        shared -= equal; /* all bits, which is minus one */
    }
    return shared[0] + shared[1] + shared[2] + shared[3];
}

static bool better(const struct candidate *a, const struct candidate *b, uint32_t position) {
    if (a->score != b->score) return a->score > b->score;
    uint32_t near = distance(a->position, position), other = distance(b->position, position);
    return near != other ? near < other : a->position < b->position;
}

/* The first of those with the largest bound. */
static uint32_t largest(const uint32_t *bounds, uint32_t count) {
    uint32_t best = 0;
    for (uint32_t i = 1; i < count; i++)
        if (bounds[i] > bounds[best]) best = i;
    return best;
}

uint32_t corpus_related(const struct corpus *corpus, uint32_t position, uint32_t most,
                        uint32_t *positions) {
    struct candidates candidates;
    struct candidate best[RELATED_MOST + 1];
    uint32_t bounds[MOST_TERMS * RELATED_NEAREST]; /* that scores do not exceed */
    uint32_t count, other_count, kept = 0;
    memset(candidates.slots, 0, sizeof candidates.slots);
    candidates.count = 0;
    if (most > RELATED_MOST) most = RELATED_MOST;
    struct word_set set = word_set_at(corpus, position);
    const uint32_t *terms = corpus_article_terms(corpus, position, &count);
    for (uint32_t i = 0; i < count && i < MOST_TERMS; i++)
        count_term(corpus, corpus_term(corpus, terms[i]), position, &candidates);
    for (uint32_t i = 0; i < candidates.count; i++) {
        const struct candidate *candidate = &candidates.items[i];
        uint32_t common =
            common_bits(&set.signature, corpus_signature(corpus, candidate->position));
        bounds[i] = candidate->score + 3 * (common + set.doubles);
    }
    /* From the most promising on: the words of most others need not be looked at, which lie far
     * apart in memory. */
    for (uint32_t left = candidates.count; left > 0 && most > 0; left--) {
        uint32_t next = largest(bounds, candidates.count);
        if (kept == most && bounds[next] < best[most - 1].score) break;
        bounds[next] = 0;
        struct candidate candidate = candidates.items[next];
        const uint32_t *others = corpus_words(corpus, candidate.position, &other_count);
        candidate.score += 3 * shared_words(&set, others, other_count);
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
