#include "edit/splice_yaml_pair.h"

#include "edit/diff.h"

static value_id *children(const struct values *values, value_id parent, uint32_t *count,
                          struct arena *arena) {
    *count = 0;
    for (value_id id = value_first(values, parent); id; id = value_next(values, id)) ++*count;
    value_id *ids = arena_allocate(arena, (*count + 1) * sizeof *ids);
    uint32_t i = 0;
    for (value_id id = value_first(values, parent); id; id = value_next(values, id)) ids[i++] = id;
    return ids;
}

/* Numbers of the contents: equal contents have equal numbers. */
static uint32_t number_contents(const struct yaml_plan *plan, const struct pairing *pairing,
                                uint32_t *numbers, struct arena *arena, bool keys) {
    uint32_t total = pairing->old_count + pairing->new_count;
    struct text *texts = arena_allocate(arena, (total + 1) * sizeof *texts);
    struct buffer out = {0};
    for (uint32_t i = 0; i < total; i++) {
        bool old = i < pairing->old_count;
        const struct values *values = old ? plan->wish->from : plan->wish->to;
        value_id id = old ? pairing->old_ids[i] : pairing->new_ids[i - pairing->old_count];
        if (keys) {
            texts[i] = value_key(values, id);
            continue;
        }
        out.length = 0;
        buffer_append_byte(&out, (char)('a' + values->items[id].type));
        if (value_is_collection(values, id) && !value_is_empty(values, id))
            yaml_write_flow(values, id, STYLE_DOUBLE, &out);
        else
            buffer_append_text(&out, value_text(values, id));
        texts[i] = arena_copy(arena, buffer_text(&out));
    }
    buffer_free(&out);
    return diff_number(texts, total, numbers, arena);
}

static void pair_items(const struct yaml_plan *plan, struct pairing *pairing, struct arena *arena) {
    uint32_t n = pairing->old_count, m = pairing->new_count;
    uint32_t *numbers = arena_allocate(arena, (n + m + 1) * sizeof *numbers);
    uint8_t *old_changed = arena_allocate_zeroed(arena, n + 1);
    uint8_t *new_changed = arena_allocate_zeroed(arena, m + 1);
    uint32_t limit = number_contents(plan, pairing, numbers, arena, false);
    diff_compare(numbers, n, numbers + n, m, limit, old_changed, new_changed, arena);
    uint32_t x = 0, y = 0;
    while (x < n || y < m) {
        while (x < n && y < m && !old_changed[x] && !new_changed[y]) {
            pairing->old_at[y] = x++;
            pairing->kept[y++] = 1;
        }
        /* Between kept ones: the first that goes becomes the first that comes. */
        while (x < n && y < m && old_changed[x] && new_changed[y]) {
            pairing->old_at[y] = x++;
            pairing->kept[y++] = 1;
        }
        while (x < n && old_changed[x]) x++;
        while (y < m && new_changed[y]) y++;
    }
}

/* Marks a longest row of new entries whose old ones stand in the same order. */
static void keep_in_order(struct pairing *pairing, struct arena *arena) {
    uint32_t m = pairing->new_count, length = 0;
    uint32_t *ends = arena_allocate(arena, (m + 1) * sizeof *ends);
    uint32_t *before = arena_allocate(arena, (m + 1) * sizeof *before);
    for (uint32_t i = 0; i < m; i++) {
        if (pairing->old_at[i] == NONE) continue;
        uint32_t low = 0, high = length;
        while (low < high) {
            uint32_t middle = (low + high) / 2;
            if (pairing->old_at[ends[middle]] < pairing->old_at[i])
                low = middle + 1;
            else
                high = middle;
        }
        before[i] = low ? ends[low - 1] : NONE;
        ends[low] = i;
        if (low == length) length++;
    }
    for (uint32_t i = length ? ends[length - 1] : NONE; i != NONE; i = before[i])
        pairing->kept[i] = 1;
}

static void pair_members(const struct yaml_plan *plan, struct pairing *pairing,
                         struct arena *arena) {
    uint32_t n = pairing->old_count, m = pairing->new_count;
    uint32_t *numbers = arena_allocate(arena, (n + m + 1) * sizeof *numbers);
    uint32_t limit = number_contents(plan, pairing, numbers, arena, true);
    uint32_t *old_of = arena_allocate(arena, (limit + 1) * sizeof *old_of);
    uint8_t *used = arena_allocate_zeroed(arena, n + 1);
    for (uint32_t i = 0; i < limit; i++) old_of[i] = NONE;
    for (uint32_t i = 0; i < n; i++) old_of[numbers[i]] = i;
    for (uint32_t i = 0; i < m; i++) {
        uint32_t x = old_of[numbers[n + i]];
        pairing->old_at[i] = x;
        if (x != NONE) used[x] = 1;
    }
    /* Renamed: the same number under a key that was not there. */
    for (uint32_t i = 0, x = 0; i < m; i++) {
        if (pairing->old_at[i] != NONE) continue;
        for (x = 0; x < n && pairing->old_ids[x] != pairing->new_ids[i]; x++) continue;
        if (x == n || used[x]) continue;
        const struct value *was = plan_value(plan, pairing->old_ids[x]);
        const struct value *is = &plan->wish->to->items[pairing->new_ids[i]];
        if (was->place.offset != is->place.offset || was->place.length != is->place.length)
            continue;
        pairing->old_at[i] = x;
        used[x] = 1;
    }
    keep_in_order(pairing, arena);
}

struct pairing yaml_pair(const struct yaml_plan *plan, value_id from, value_id to,
                         struct arena *arena) {
    struct pairing pairing = {0};
    pairing.old_ids = children(plan->wish->from, from, &pairing.old_count, arena);
    pairing.new_ids = children(plan->wish->to, to, &pairing.new_count, arena);
    pairing.old_at = arena_allocate(arena, (pairing.new_count + 1) * sizeof(uint32_t));
    pairing.kept = arena_allocate_zeroed(arena, pairing.new_count + 1);
    pairing.goes = arena_allocate_zeroed(arena, pairing.old_count + 1);
    for (uint32_t i = 0; i < pairing.new_count; i++) pairing.old_at[i] = NONE;
    if (plan_value(plan, from)->type == VALUE_MAP)
        pair_members(plan, &pairing, arena);
    else
        pair_items(plan, &pairing, arena);
    memset(pairing.goes, 1, pairing.old_count);
    for (uint32_t i = 0; i < pairing.new_count; i++)
        if (pairing.kept[i]) pairing.goes[pairing.old_at[i]] = 0;
    return pairing;
}
