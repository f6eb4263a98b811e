#include "document/value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static value_id add(struct values *values, enum value_type type) {
    memory_reserve(&values->items, &values->capacity, values->count + 1);
    value_id id = values->count++;
    values->items[id] = (struct value){.type = (uint8_t)type};
    return id;
}

void values_reuse(struct values *values, struct text source, enum value_type root) {
    values->count = 0;
    values->strings.source = source;
    values->strings.pool_length = 0;
    add(values, VALUE_NULL); /* number 0 is no value */
    add(values, root);
}

void values_open(struct values *values, struct text source, enum value_type root) {
    *values = (struct values){0};
    values_reuse(values, source, root);
}

void values_free(struct values *values) {
    if (values->capacity) memory_free(values->items);
    strings_free(&values->strings);
    *values = (struct values){0};
}

/* A frozen table has no capacity: the first change takes a copy of it. */
static void own(struct values *values) {
    if (values->capacity || !values->count) return;
    struct value *items = memory_allocate((size_t)values->count * sizeof *items);
    memcpy(items, values->items, (size_t)values->count * sizeof *items);
    values->items = items;
    values->capacity = values->count;
}

value_id values_add(struct values *values, enum value_type type) {
    own(values);
    return add(values, type);
}

value_id values_add_string(struct values *values, struct text text) {
    struct span span = strings_refer(&values->strings, text);
    value_id id = values_add(values, VALUE_STRING);
    values->items[id].text = span;
    return id;
}

static value_id add_written(struct values *values, enum value_type type, const char *written) {
    value_id id = values_add(values, type);
    values->items[id].text = strings_add(&values->strings, text_of(written));
    return id;
}

value_id values_add_integer(struct values *values, int64_t integer) {
    char written[32];
    snprintf(written, sizeof written, "%lld", (long long)integer);
    value_id id = add_written(values, VALUE_INTEGER, written);
    values->items[id].as.integer = integer;
    return id;
}

value_id values_add_number(struct values *values, double number) {
    char written[40];
    if (isnan(number)) {
        snprintf(written, sizeof written, ".nan");
    } else if (isinf(number)) {
        snprintf(written, sizeof written, number < 0 ? "-.inf" : ".inf");
    } else {
        /* The fewest digits that read back as the same number, and a mark that it is a float. */
        for (int digits = 15; digits <= 17; digits++) {
            snprintf(written, sizeof written, "%.*g", digits, number);
            if (strtod(written, NULL) == number) break;
        }
        if (!strpbrk(written, ".e")) strcat(written, ".0");
    }
    value_id id = add_written(values, VALUE_FLOAT, written);
    values->items[id].as.number = number;
    return id;
}

value_id values_add_boolean(struct values *values, bool boolean) {
    value_id id = add_written(values, VALUE_BOOLEAN, boolean ? "true" : "false");
    values->items[id].as.boolean = boolean;
    return id;
}

static bool is_seen(const struct values *values, value_id id) {
    return !(values->items[id].flags & VALUE_DUPLICATE);
}

void value_append(struct values *values, value_id parent, value_id child) {
    own(values);
    struct value *items = values->items;
    items[child].parent = parent;
    items[child].previous = items[parent].last;
    items[child].next = NO_VALUE;
    if (items[parent].last)
        items[items[parent].last].next = child;
    else
        items[parent].first = child;
    items[parent].last = child;
    items[parent].count += is_seen(values, child);
}

void value_insert_before(struct values *values, value_id sibling, value_id id) {
    own(values);
    struct value *items = values->items;
    value_id parent = items[sibling].parent, previous = items[sibling].previous;
    items[id].parent = parent;
    items[id].previous = previous;
    items[id].next = sibling;
    items[sibling].previous = id;
    if (previous)
        items[previous].next = id;
    else
        items[parent].first = id;
    items[parent].count += is_seen(values, id);
}

void value_unlink(struct values *values, value_id id) {
    own(values);
    struct value *items = values->items, *value = &items[id];
    if (!value->parent) return;
    if (value->previous)
        items[value->previous].next = value->next;
    else
        items[value->parent].first = value->next;
    if (value->next)
        items[value->next].previous = value->previous;
    else
        items[value->parent].last = value->previous;
    items[value->parent].count -= is_seen(values, id);
    value->parent = value->previous = value->next = NO_VALUE;
}

void value_set_key(struct values *values, value_id id, struct text key) {
    struct span span = strings_refer(&values->strings, key);
    own(values);
    values->items[id].key = span;
}

void value_override(struct values *values, value_id id) {
    own(values);
    struct value *value = &values->items[id];
    if (value->flags & VALUE_DUPLICATE) return;
    value->flags |= VALUE_DUPLICATE;
    if (value->parent) values->items[value->parent].count--;
}

static value_id seen_from(const struct values *values, value_id id) {
    while (id && !is_seen(values, id)) id = values->items[id].next;
    return id;
}

value_id value_first(const struct values *values, value_id parent) {
    return seen_from(values, values->items[parent].first);
}

value_id value_next(const struct values *values, value_id id) {
    return seen_from(values, values->items[id].next);
}

value_id value_get(const struct values *values, value_id map, struct text key) {
    if (values->items[map].type != VALUE_MAP) return NO_VALUE;
    value_id id = value_first(values, map);
    while (id && !text_equal(value_key(values, id), key)) id = value_next(values, id);
    return id;
}

value_id value_at(const struct values *values, value_id list, uint32_t index) {
    const struct value *parent = &values->items[list];
    if (index == 0 || index > parent->count) return NO_VALUE;
    if (parent->type == VALUE_LIST && index == parent->count) return parent->last;
    value_id id = value_first(values, list);
    while (id && --index) id = value_next(values, id);
    return id;
}

struct text value_key(const struct values *values, value_id id) {
    return strings_text(&values->strings, values->items[id].key);
}

struct text value_text(const struct values *values, value_id id) {
    const struct value *value = &values->items[id];
    if (id == NO_VALUE || value->type == VALUE_NULL || value->type >= VALUE_LIST) return TEXT("");
    return strings_text(&values->strings, value->text);
}

static bool same_scalar(const struct values *a, value_id a_id, const struct values *b,
                        value_id b_id) {
    const struct value *x = &a->items[a_id], *y = &b->items[b_id];
    switch ((enum value_type)x->type) {
    case VALUE_BOOLEAN: return x->as.boolean == y->as.boolean;
    case VALUE_INTEGER: return x->as.integer == y->as.integer;
    case VALUE_FLOAT:
        return x->as.number == y->as.number || (isnan(x->as.number) && isnan(y->as.number));
    case VALUE_STRING: return text_equal(value_text(a, a_id), value_text(b, b_id));
    default: return true;
    }
}

bool values_equal(const struct values *a, value_id a_id, const struct values *b, value_id b_id) {
    value_id a_top = a_id, x = a_id, y = b_id;
    if (!x || !y) return x == y;
    for (;;) {
        const struct value *left = &a->items[x], *right = &b->items[y];
        if (left->type != right->type || left->count != right->count) return false;
        if (!same_scalar(a, x, b, y)) return false;
        /* The key of the two values compared is not theirs but their parents'. */
        if (x != a_top && a->items[left->parent].type == VALUE_MAP &&
            !text_equal(value_key(a, x), value_key(b, y)))
            return false;
        value_id x_next = value_first(a, x), y_next = value_first(b, y);
        while (!x_next && !y_next) { /* up until there is a next one */
            if (x == a_top) return true;
            x_next = value_next(a, x);
            y_next = value_next(b, y);
            if (x_next || y_next) break;
            x = a->items[x].parent;
            y = b->items[y].parent;
        }
        if (!x_next || !y_next) return false;
        x = x_next;
        y = y_next;
    }
}

static value_id copy_one(struct values *to, const struct values *from, value_id id) {
    struct span key = strings_refer(&to->strings, value_key(from, id));
    struct span text =
        strings_refer(&to->strings, strings_text(&from->strings, from->items[id].text));
    value_id copy = values_add(to, from->items[id].type);
    struct value *value = &to->items[copy];
    value->style = from->items[id].style;
    value->key = key;
    value->text = text;
    value->as = from->items[id].as;
    return copy;
}

value_id values_copy(struct values *to, const struct values *from, value_id id) {
    value_id top = copy_one(to, from, id), copy = top, at = id;
    to->items[top].key = (struct span){0, 0};
    for (;;) {
        value_id next = value_first(from, at);
        value_id parent = copy;
        while (!next) {
            if (at == id) return top;
            next = value_next(from, at);
            parent = to->items[copy].parent;
            if (next) break;
            at = from->items[at].parent;
            copy = parent;
        }
        at = next;
        copy = copy_one(to, from, at);
        value_append(to, parent, copy);
    }
}
