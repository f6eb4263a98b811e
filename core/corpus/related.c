#include "corpus/related.h"

/* There are twice as many slots as candidates at most. */
enum { SLOTS = 2048, MOST_TERMS = 40, SHELVES = 256 };

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

/* Where `position` itself stands among the term's positions. */
static uint32_t place_among(const uint32_t *positions, uint32_t count, uint32_t position) {
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (positions[middle] < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The window of the term's positions nearest to `position`, counted. Of the window's `size` places
 * those before `position` are as many as are no farther than what would stand in their stead behind
 * it: found by halving, for no processor foresees which of two neighbours is the nearer. */
static void count_term(const struct corpus *corpus, const struct corpus_term *term,
                       uint32_t position, struct candidates *candidates) {
    const uint32_t *positions = corpus_term_positions(corpus, term);
    uint32_t weight = 4, own = place_among(positions, term->count, position);
    for (uint32_t rest = corpus->table->article_count / term->count; rest > 1; rest /= 2)
        weight += 4;
    uint32_t before = own, after = term->count - own - 1;
    uint32_t size = before + after < RELATED_NEAREST ? before + after : RELATED_NEAREST;
    uint32_t low = after < size ? size - after : 0, high = before < size ? before : size;
    while (low < high) {
        uint32_t middle = low + (high - low + 1) / 2;
        if (position - positions[own - middle] <= positions[own + size - middle + 1] - position)
            low = middle;
        else
            high = middle - 1;
    }
    for (uint32_t i = own - low; i <= own + size - low; i++) {
        if (i == own) continue;
        /* looked at when all are counted */
        __builtin_prefetch(corpus_signature(corpus, positions[i]));
        count_candidate(candidates, positions[i], weight);
    }
}

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

/* An article's words, found by their bit in its signature; `doubles` of them have their bit from
 * another one too. */
struct word_set {
    struct word_signature signature;
    const uint32_t *words;
    uint32_t count, doubles;
    uint8_t first[256];       /* of a bit that is set: 1 + the number of a word */
    uint8_t next[MOST_WORDS]; /* the same of another word with that bit; 0: none */
};

static void word_set_open(struct word_set *set, const struct corpus *corpus, uint32_t position) {
    set->words = corpus_words(corpus, position, &set->count);
    set->signature = (struct word_signature){{0}};
    set->doubles = 0;
    for (uint32_t i = 0; i < set->count; i++) {
        uint8_t bit = (uint8_t)set->words[i];
        uint64_t *bits = &set->signature.bits[bit / 64], one = UINT64_C(1) << bit % 64;
        bool known = *bits & one;
        set->next[i] = known ? set->first[bit] : 0;
        set->first[bit] = (uint8_t)(i + 1);
        set->doubles += known;
        *bits |= one;
    }
}

/* How many of the set's words are among `words`, which are ascending and have the signature. Few
 * bits are common, and only their words are looked for. */
static uint32_t shared_words(const struct word_set *set, const struct word_signature *signature,
                             const uint32_t *words, uint32_t count) {
    uint32_t shared = 0;
    for (unsigned i = 0; i < 4; i++) {
        uint64_t bits = set->signature.bits[i] & signature->bits[i];
        for (; bits; bits &= bits - 1) {
            unsigned bit = i * 64 + (unsigned)__builtin_ctzll(bits);
            for (uint32_t own = set->first[bit]; own; own = set->next[own - 1]) {
                uint32_t at = 0;
                while (at < count && words[at] < set->words[own - 1]) at++;
                shared += at < count && words[at] == set->words[own - 1];
            }
        }
    }
    return shared;
}

static bool better(const struct candidate *a, const struct candidate *b, uint32_t position) {
    if (a->score != b->score) return a->score > b->score;
    uint32_t near = distance(a->position, position), other = distance(b->position, position);
    return near != other ? near < other : a->position < b->position;
}

/* Candidates in order of a bound that their scores do not exceed; what lies beyond the last shelf
 * stands on it. */
struct shelves {
    uint16_t first[SHELVES]; /* 1 + index in the candidates' items */
    uint16_t next[MOST_TERMS * RELATED_NEAREST];
};

uint32_t corpus_related(const struct corpus *corpus, uint32_t position, uint32_t most,
                        uint32_t *positions) {
    struct candidates candidates;
    struct candidate best[RELATED_MOST + 1];
    struct word_set set;
    struct shelves shelves;
    uint32_t count, other_count, kept = 0, bound = 0;
    memset(candidates.slots, 0, sizeof candidates.slots);
    memset(shelves.first, 0, sizeof shelves.first);
    candidates.count = 0;
    if (most > RELATED_MOST) most = RELATED_MOST;
    if (!most) return 0;
    word_set_open(&set, corpus, position);
    const uint32_t *terms = corpus_article_terms(corpus, position, &count);
    for (uint32_t i = 0; i < count && i < MOST_TERMS; i++)
        count_term(corpus, corpus_term(corpus, terms[i]), position, &candidates);
    for (uint32_t i = 0; i < candidates.count; i++) {
        const struct candidate *candidate = &candidates.items[i];
        uint32_t common =
            common_bits(&set.signature, corpus_signature(corpus, candidate->position));
        uint32_t shelf = candidate->score + (common ? 3 * (common + set.doubles) : 0);
        if (shelf >= SHELVES) shelf = SHELVES - 1;
        if (shelf > bound) bound = shelf;
        shelves.next[i] = shelves.first[shelf];
        shelves.first[shelf] = (uint16_t)(i + 1);
    }
    /* From the most promising on: the words of most others need not be looked at, which lie far
     * apart in memory. */
    for (;; bound--) {
        if (kept == most && bound < SHELVES - 1 && bound < best[most - 1].score) break;
        for (uint32_t next = shelves.first[bound]; next; next = shelves.next[next - 1]) {
            struct candidate candidate = candidates.items[next - 1];
            const uint32_t *others = corpus_words(corpus, candidate.position, &other_count);
            candidate.score += 3 * shared_words(&set, corpus_signature(corpus, candidate.position),
                                                others, other_count);
            uint32_t at = kept;
            while (at > 0 && better(&candidate, &best[at - 1], position)) at--;
            if (at == most) continue;
            memmove(best + at + 1, best + at, (kept - at) * sizeof *best);
            best[at] = candidate;
            kept += kept < most;
        }
        if (!bound) break;
    }
    for (uint32_t i = 0; i < kept; i++) positions[i] = best[i].position;
    return kept;
}
