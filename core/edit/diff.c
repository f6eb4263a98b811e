#include "edit/diff.h"

#include <stdlib.h>

/* Steps of comparison, a few nanoseconds each: enough for every real text, a blink on hostile ones.
 */
enum { STEPS_AT_LEAST = 1 << 22, STEPS_AN_ITEM = 32 };

struct row {
    const uint32_t *numbers;
    uint32_t count;
    uint8_t *changed;
    uint32_t *kept, *kept_at; /* the items that both sides have, and where they stood */
    uint32_t kept_count;
};

struct box {
    uint32_t old_start, old_end, new_start, new_end;
};

struct search {
    const uint32_t *old_row, *new_row;
    int64_t *forward, *backward; /* the furthest x on each diagonal; index 0 is in the middle */
    uint64_t steps;              /* left */
};

/* Finds where a shortest way through the box crosses its middle; false when the steps run out. */
static bool find_middle(struct search *search, struct box box, uint32_t *old_middle,
                        uint32_t *new_middle) {
    const uint32_t *a = search->old_row + box.old_start, *b = search->new_row + box.new_start;
    int64_t n = box.old_end - box.old_start, m = box.new_end - box.new_start;
    int64_t delta = n - m, most = (n + m + 1) / 2;
    bool meets_forward = delta % 2 != 0;
    int64_t *forward = search->forward, *backward = search->backward;
    /* Diagonals that left the box need no more looking at. */
    int64_t forward_low = 0, forward_high = 0, backward_low = 0, backward_high = 0;
    forward[1] = backward[1] = 0;
    forward[0] = forward[-1] = backward[0] = backward[-1] = -1;
    for (int64_t d = 0; d <= most; d++) {
        if (d) forward[d + 1] = forward[-d - 1] = backward[d + 1] = backward[-d - 1] = -1;
        for (int64_t k = -d + forward_low; k <= d - forward_high; k += 2) {
            int64_t x = k == -d || (k != d && forward[k - 1] < forward[k + 1]) ? forward[k + 1]
                                                                               : forward[k - 1] + 1;
            int64_t y = x - k, x_before = x;
            while (x < n && y < m && a[x] == b[y]) x++, y++;
            uint64_t spent = 1 + (uint64_t)(x - x_before);
            if (search->steps <= spent) return false;
            search->steps -= spent;
            forward[k] = x;
            if (x > n) {
                forward_high += 2;
            } else if (y > m) {
                forward_low += 2;
            } else if (meets_forward) {
                int64_t other = delta - k;
                if (other >= -d && other <= d && backward[other] != -1 &&
                    x >= n - backward[other]) {
                    *old_middle = box.old_start + (uint32_t)x;
                    *new_middle = box.new_start + (uint32_t)y;
                    return true;
                }
            }
        }
        for (int64_t k = -d + backward_low; k <= d - backward_high; k += 2) {
            int64_t x = k == -d || (k != d && backward[k - 1] < backward[k + 1])
                            ? backward[k + 1]
                            : backward[k - 1] + 1;
            int64_t y = x - k, x_before = x;
            while (x < n && y < m && a[n - x - 1] == b[m - y - 1]) x++, y++;
            uint64_t spent = 1 + (uint64_t)(x - x_before);
            if (search->steps <= spent) return false;
            search->steps -= spent;
            backward[k] = x;
            if (x > n) {
                backward_high += 2;
            } else if (y > m) {
                backward_low += 2;
            } else if (!meets_forward) {
                int64_t other = delta - k;
                if (other >= -d && other <= d && forward[other] != -1 && forward[other] >= n - x) {
                    *old_middle = box.old_start + (uint32_t)forward[other];
                    *new_middle = box.new_start + (uint32_t)(forward[other] - other);
                    return true;
                }
            }
        }
    }
    return false;
}

static void compare_kept(struct row *old_row, struct row *new_row, struct arena *scratch) {
    size_t diagonals = (size_t)old_row->kept_count + new_row->kept_count + 8;
    struct search search = {.old_row = old_row->kept,
                            .new_row = new_row->kept,
                            .steps = STEPS_AT_LEAST + STEPS_AN_ITEM * (uint64_t)diagonals};
    /* An edit script of d steps reaches diagonals -d..d, and d is at most half of all items. */
    search.forward = (int64_t *)arena_allocate(scratch, diagonals * sizeof(int64_t));
    search.backward = (int64_t *)arena_allocate(scratch, diagonals * sizeof(int64_t));
    search.forward += diagonals / 2;
    search.backward += diagonals / 2;
    uint32_t capacity = 0, depth = 0;
    struct box *stack = NULL;
    memory_reserve(&stack, &capacity, 1);
    stack[depth++] = (struct box){0, old_row->kept_count, 0, new_row->kept_count};
    while (depth) {
        struct box box = stack[--depth];
        while (box.old_start < box.old_end && box.new_start < box.new_end &&
               old_row->kept[box.old_start] == new_row->kept[box.new_start])
            box.old_start++, box.new_start++;
        while (box.old_start < box.old_end && box.new_start < box.new_end &&
               old_row->kept[box.old_end - 1] == new_row->kept[box.new_end - 1])
            box.old_end--, box.new_end--;
        uint32_t x, y;
        bool both = box.old_start < box.old_end && box.new_start < box.new_end;
        if (both && find_middle(&search, box, &x, &y) &&
            !(x == box.old_start && y == box.new_start) &&
            !(x == box.old_end && y == box.new_end)) {
            memory_reserve(&stack, &capacity, depth + 2);
            stack[depth++] = (struct box){box.old_start, x, box.new_start, y};
            stack[depth++] = (struct box){x, box.old_end, y, box.new_end};
            continue;
        }
        for (uint32_t i = box.old_start; i < box.old_end; i++)
            old_row->changed[old_row->kept_at[i]] = 1;
        for (uint32_t i = box.new_start; i < box.new_end; i++)
            new_row->changed[new_row->kept_at[i]] = 1;
    }
    memory_free(stack);
}

static void keep_common(struct row *row, const uint8_t *other_has, struct arena *scratch) {
    row->kept = arena_allocate(scratch, row->count * sizeof *row->kept);
    row->kept_at = arena_allocate(scratch, row->count * sizeof *row->kept_at);
    row->kept_count = 0;
    for (uint32_t i = 0; i < row->count; i++) {
        row->changed[i] = !other_has[row->numbers[i]];
        if (row->changed[i]) continue;
        row->kept[row->kept_count] = row->numbers[i];
        row->kept_at[row->kept_count++] = i;
    }
}

void diff_compare(const uint32_t *old_row, uint32_t old_count, const uint32_t *new_row,
                  uint32_t new_count, uint32_t limit, uint8_t *old_changed, uint8_t *new_changed,
                  struct arena *scratch) {
    uint8_t *in_old = arena_allocate_zeroed(scratch, limit);
    uint8_t *in_new = arena_allocate_zeroed(scratch, limit);
    for (uint32_t i = 0; i < old_count; i++) in_old[old_row[i]] = 1;
    for (uint32_t i = 0; i < new_count; i++) in_new[new_row[i]] = 1;
    struct row olds = {.numbers = old_row, .count = old_count, .changed = old_changed};
    struct row news = {.numbers = new_row, .count = new_count, .changed = new_changed};
    keep_common(&olds, in_new, scratch);
    keep_common(&news, in_old, scratch);
    compare_kept(&olds, &news, scratch);
}

/* Sorting rather than hashing: no choice of lines makes it slow. */
struct numbered {
    struct text text;
    uint32_t index;
};

static int compare_numbered(const void *a, const void *b) {
    return text_compare(((const struct numbered *)a)->text, ((const struct numbered *)b)->text);
}

uint32_t diff_number(const struct text *texts, uint32_t count, uint32_t *numbers,
                     struct arena *scratch) {
    if (!count) return 0;
    struct numbered *sorted = arena_allocate(scratch, count * sizeof *sorted);
    for (uint32_t i = 0; i < count; i++) sorted[i] = (struct numbered){texts[i], i};
    qsort(sorted, count, sizeof *sorted, compare_numbered);
    uint32_t number = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (i && !text_equal(sorted[i - 1].text, sorted[i].text)) number++;
        numbers[sorted[i].index] = number;
    }
    return number + 1;
}

static void cut_lines(struct diff_lines *lines, struct text text, struct arena *arena) {
    uint32_t count = 0;
    for (size_t i = 0; i < text.length; i++) count += text.bytes[i] == '\n';
    count += text.length && text.bytes[text.length - 1] != '\n';
    *lines = (struct diff_lines){.text = text,
                                 .starts = arena_allocate(arena, (count + 1) * sizeof(uint32_t))};
    for (size_t i = 0; i < text.length;) {
        lines->starts[lines->count++] = (uint32_t)i;
        const char *end = memchr(text.bytes + i, '\n', text.length - i);
        i = end ? (size_t)(end - text.bytes) + 1 : text.length;
    }
    lines->starts[lines->count] = (uint32_t)text.length;
}

struct text diff_line(const struct diff_lines *lines, uint32_t line) {
    uint32_t start = lines->starts[line];
    return (struct text){lines->text.bytes + start, lines->starts[line + 1] - start};
}

static bool same_line(const struct diff_lines *a, uint32_t a_line, const struct diff_lines *b,
                      uint32_t b_line) {
    return text_equal(diff_line(a, a_line), diff_line(b, b_line));
}

/* A run of lines that only one side has may stand one line further down when its first line is
 * equal to the line below it. The lowest place reads best (a paragraph with the blank line behind
 * it), and runs that meet become one. */
static void slide_down(const struct diff_lines *lines, uint8_t *changed, const uint8_t *other,
                       uint32_t other_count) {
    uint32_t at = 0, other_at = 0;
    while (at < lines->count) {
        if (other_at < other_count && other[other_at]) {
            /* A replacement stays as it is. */
            while (other_at < other_count && other[other_at]) other_at++;
            while (at < lines->count && changed[at]) at++;
        } else if (changed[at]) {
            uint32_t start = at;
            while (at < lines->count && changed[at]) at++;
            while (at < lines->count && same_line(lines, start, lines, at) &&
                   !(other_at < other_count && other[other_at])) {
                changed[start++] = 0;
                changed[at++] = 1;
                other_at++;
                while (at < lines->count && changed[at]) at++;
            }
        } else {
            at++;
            other_at++;
        }
    }
}

static void collect_changes(struct diff *diff, const uint8_t *old_changed,
                            const uint8_t *new_changed) {
    uint32_t x = 0, y = 0, old_count = diff->old_lines.count, new_count = diff->new_lines.count;
    while (x < old_count || y < new_count) {
        struct diff_change change = {x, 0, y, 0};
        while (x < old_count && old_changed[x]) x++;
        while (y < new_count && new_changed[y]) y++;
        change.old_count = x - change.old_line;
        change.new_count = y - change.new_line;
        if (change.old_count || change.new_count) {
            memory_reserve(&diff->changes, &diff->capacity, diff->count + 1);
            diff->changes[diff->count++] = change;
        }
        if (x < old_count) x++;
        if (y < new_count) y++;
    }
}

void diff_open(struct diff *diff, struct text old_text, struct text new_text) {
    *diff = (struct diff){0};
    struct diff_lines *olds = &diff->old_lines, *news = &diff->new_lines;
    cut_lines(olds, old_text, &diff->arena);
    cut_lines(news, new_text, &diff->arena);
    uint32_t head = 0, tail = 0;
    uint32_t least = olds->count < news->count ? olds->count : news->count;
    while (head < least && same_line(olds, head, news, head)) head++;
    while (tail < least - head &&
           same_line(olds, olds->count - tail - 1, news, news->count - tail - 1))
        tail++;
    if (head == olds->count && head == news->count) return;
    struct arena scratch = {0};
    uint8_t *old_changed = arena_allocate_zeroed(&scratch, olds->count + 1);
    uint8_t *new_changed = arena_allocate_zeroed(&scratch, news->count + 1);
    uint32_t n = olds->count - head - tail, m = news->count - head - tail;
    struct text *texts = arena_allocate(&scratch, ((size_t)n + m) * sizeof *texts);
    uint32_t *numbers = arena_allocate(&scratch, ((size_t)n + m) * sizeof *numbers);
    for (uint32_t i = 0; i < n; i++) texts[i] = diff_line(olds, head + i);
    for (uint32_t i = 0; i < m; i++) texts[n + i] = diff_line(news, head + i);
    uint32_t limit = diff_number(texts, n + m, numbers, &scratch);
    diff_compare(numbers, n, numbers + n, m, limit, old_changed + head, new_changed + head,
                 &scratch);
    slide_down(olds, old_changed, new_changed, news->count);
    slide_down(news, new_changed, old_changed, olds->count);
    collect_changes(diff, old_changed, new_changed);
    arena_free(&scratch);
}

struct diff_counts diff_count(const struct diff *diff) {
    struct diff_counts counts = {0, 0};
    for (uint32_t i = 0; i < diff->count; i++) {
        counts.removed += diff->changes[i].old_count;
        counts.added += diff->changes[i].new_count;
    }
    return counts;
}

void diff_free(struct diff *diff) {
    memory_free(diff->changes);
    arena_free(&diff->arena);
    *diff = (struct diff){0};
}
