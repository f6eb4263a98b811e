#include "edit/splice_words.h"

#include "document/dialect.h"
#include "document/markdown_align.h"

struct text run_source(const struct run *run, uint32_t from, uint32_t to) {
    return (struct text){run->plan->from->strings.source.bytes + from, to - from};
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Whether what has been written ends a line: only blanks stand behind its last line end. */
static bool at_line_start(const struct run *run) {
    const struct buffer *out = run->out;
    size_t prefix = run->prefix.length;
    if (!out->length) return true;
    if (!prefix) return out->bytes[out->length - 1] == '\n';
    return out->length > prefix && out->bytes[out->length - prefix - 1] == '\n' &&
           !memcmp(out->bytes + out->length - prefix, run->prefix.bytes, prefix);
}

void run_write_text(struct run *run, struct text text) {
    bool start = at_line_start(run);
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        bool escape = false;
        if (run->level >= UNIT_ESCAPED) {
            escape = memchr("\\`*_[]<&~", c, 9) != NULL;
            if (start && i == 0) escape |= memchr("#>+-=~|:", c, 8) != NULL;
            if (start && i && (c == '.' || c == ')')) {
                size_t digits = 0;
                while (digits < i && is_digit(text.bytes[digits])) digits++;
                escape |= digits == i;
            }
        }
        if (run->cell && c == '|') escape = true;
        if (escape) buffer_append_byte(run->out, '\\');
        buffer_append_byte(run->out, c);
    }
}

/* Where each byte of an old text is written: map[i], and map[length] the end. */
static bool map_text(const struct run *run, struct text raw, struct text literal, bool escapes,
                     uint32_t *map) {
    size_t at = 0, next = 0;
    while (next < literal.length) {
        uint32_t raw_used, used;
        if (at >= raw.length ||
            !align_step(raw.bytes + at, raw.bytes + raw.length, literal.bytes + next,
                        literal.bytes + literal.length, escapes,
                        (run->plan->dialect & DIALECT_SMART) != 0, &raw_used, &used))
            return false;
        for (uint32_t i = 0; i < used && next < literal.length; i++) map[next++] = (uint32_t)at;
        at += raw_used;
    }
    map[literal.length] = (uint32_t)at;
    return at == raw.length;
}

/* An old text as it is written, and what it becomes. */
struct rewording {
    struct text raw, literal, wanted;
    const uint32_t *map;
};

enum { SAME_AGAIN = 4, FARTHEST = 128, MOST_TRIES = 1 << 22 };

/* Whether what is written may be cut here: not within a character reference. */
static bool may_cut(const struct rewording *words, size_t at) {
    return at == 0 || words->map[at] != words->map[at - 1];
}

/* Whether both texts go on alike: for some bytes, or for one character that is written by a
 * reference or an escape, which would be lost if it were written anew. */
static bool goes_on(const struct rewording *words, size_t a, size_t old_end, size_t b,
                    size_t new_end) {
    size_t end = a + SAME_AGAIN;
    if (a >= old_end || !may_cut(words, a)) return false;
    if (end > old_end || b + SAME_AGAIN > new_end ||
        memcmp(words->literal.bytes + a, words->wanted.bytes + b, SAME_AGAIN)) {
        for (end = a + 1; end < old_end && !may_cut(words, end);) end++;
        struct text written = {words->raw.bytes + words->map[a], words->map[end] - words->map[a]};
        struct text meant = {words->literal.bytes + a, end - a};
        return b + meant.length <= new_end && !text_equal(written, meant) &&
               !memcmp(meant.bytes, words->wanted.bytes + b, meant.length);
    }
    return true;
}

/* The nearest place where both texts go on alike: how far in each. All that is left when there is
 * none near, or when the search has cost too much. */
static void next_alike(const struct rewording *words, size_t old, size_t old_end, size_t new,
                       size_t new_end, size_t *tries, size_t *old_skip, size_t *new_skip) {
    for (size_t far = 1; far <= FARTHEST && *tries < MOST_TRIES; far++) {
        for (size_t skip = 0; skip <= far; skip++) {
            size_t a = old + skip, b = new + far - skip;
            ++*tries;
            if (!goes_on(words, a, old_end, b, new_end)) continue;
            *old_skip = skip, *new_skip = far - skip;
            return;
        }
    }
    *old_skip = old_end - old, *new_skip = new_end - new;
}

/* Between the common ends, several places may have changed: what is written between those stays
 * too, character references and escapes among it. */
static void change_words(struct run *run, const struct rewording *words, struct common_ends ends) {
    size_t old = ends.head, old_end = words->literal.length - ends.tail, tries = 0;
    size_t new = ends.head, new_end = words->wanted.length - ends.tail;
    while (old < old_end || new < new_end) {
        size_t same = 0;
        while (old + same < old_end && new + same < new_end &&
               words->literal.bytes[old + same] == words->wanted.bytes[new + same])
            same++;
        while (same && !may_cut(words, old + same)) same--;
        if (same && may_cut(words, old)) {
            uint32_t start = words->map[old];
            buffer_append(run->out, words->raw.bytes + start, words->map[old + same] - start);
            old += same, new += same;
            continue;
        }
        size_t old_skip, new_skip;
        next_alike(words, old, old_end, new, new_end, &tries, &old_skip, &new_skip);
        run_write_text(run, (struct text){words->wanted.bytes + new, new_skip});
        old += old_skip, new += new_skip;
    }
}

/* A changed text keeps what is written of all that did not change. */
void run_change_text(struct run *run, node_id id, node_id old) {
    const struct document *from = run->plan->from;
    struct text wanted = node_text(run->plan->to, id);
    if (!old || !place_is_exact(from, old)) {
        run_write_text(run, wanted);
        return;
    }
    struct text literal = node_text(from, old);
    struct text raw = run_source(run, from->nodes[old].place.offset, place_end(from, old));
    node_id parent = from->nodes[old].parent;
    bool automatic = from->nodes[parent].type == NODE_LINK && from->nodes[parent].mark == '<';
    uint32_t *map = memory_allocate((literal.length + 1) * sizeof *map);
    if (map_text(run, raw, literal, !automatic, map)) {
        struct common_ends ends = common_ends(literal, wanted);
        uint32_t head = map[ends.head], tail = map[literal.length - ends.tail];
        buffer_append(run->out, raw.bytes, head);
        struct rewording words = {raw, literal, wanted, map};
        change_words(run, &words, ends);
        buffer_append(run->out, raw.bytes + tail, raw.length - tail);
    } else {
        run_write_text(run, wanted);
    }
    memory_free(map);
}

void run_write_line_end(struct run *run) {
    buffer_append_text(run->out, run->plan->line_end);
    buffer_append_text(run->out, run->prefix);
}

void run_write_code(struct run *run, struct text literal) {
    size_t longest = 0, marks = 0, used = 1;
    uint64_t runs = 0;
    for (size_t i = 0; i <= literal.length; i++) {
        if (i < literal.length && literal.bytes[i] == '`') {
            marks++;
            continue;
        }
        if (marks && marks < 64) runs |= (uint64_t)1 << marks;
        if (marks > longest) longest = marks;
        marks = 0;
    }
    while (used < 63 && runs & ((uint64_t)1 << used)) used++;
    if (used == 63) used = longest + 1;
    bool ticks =
        literal.length && (literal.bytes[0] == '`' || literal.bytes[literal.length - 1] == '`');
    bool blanks =
        literal.length && literal.bytes[0] == ' ' && literal.bytes[literal.length - 1] == ' ';
    bool all = true;
    for (size_t i = 0; i < literal.length; i++) all &= literal.bytes[i] == ' ';
    bool pad = ticks || (blanks && !all);
    for (size_t i = 0; i < used; i++) buffer_append_byte(run->out, '`');
    if (pad) buffer_append_byte(run->out, ' ');
    buffer_append_text(run->out, literal);
    if (pad) buffer_append_byte(run->out, ' ');
    for (size_t i = 0; i < used; i++) buffer_append_byte(run->out, '`');
}
