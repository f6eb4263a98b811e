#include "edit/splice_yaml.h"

#include "edit/splice_scalar.h"
#include "edit/splice_yaml_pair.h"
#include "read/yaml_write.h"

static void push(struct yaml_plan *plan, value_id from, value_id to) {
    memory_reserve(&plan->stack, &plan->capacity, plan->depth + 1);
    plan->stack[plan->depth].from = from;
    plan->stack[plan->depth++].to = to;
}

/* Columns of a block scalar's content over those of its entry, less the writer's two. */
static uint32_t block_indent(const struct yaml_plan *plan, value_id id, uint32_t column) {
    const struct value *value = plan_value(plan, id);
    const char *bytes = plan->wish->source.bytes;
    uint32_t at = plan_line_after(plan, value->place.offset), end = span_end(value->place);
    while (at < end) {
        uint32_t text = at;
        while (text < end && bytes[text] == ' ') text++;
        if (text < end && bytes[text] != '\n' && bytes[text] != '\r')
            return text - at >= 2 ? text - at - 2 : 0;
        at = plan_line_after(plan, at);
    }
    return column;
}

static bool in_flow(const struct yaml_plan *plan, value_id id) {
    value_id parent = plan_value(plan, id)->parent;
    return parent && plan_value(plan, parent)->style == STYLE_FLOW;
}

/* The comment behind the "|" or ">" of a block scalar that is written anew, with the blanks before
 * it: behind the new one's, or behind the value. */
static void keep_comment(struct yaml_plan *plan, const struct value *old) {
    const char *bytes = plan->wish->source.bytes;
    uint32_t start = old->after.offset;
    if (!old->after.length || start < old->place.offset || start >= span_end(old->place)) return;
    while (is_blank(bytes[start - 1])) start--;
    struct text written = buffer_text(&plan->out);
    const char *line = memchr(written.bytes, '\n', written.length);
    bool block = line && memchr("|>", written.bytes[0], 2);
    size_t cut = block ? (size_t)(line - written.bytes) : written.length;
    plan->other.length = 0;
    buffer_append(&plan->other, written.bytes, cut);
    buffer_append(&plan->other, bytes + start, span_end(old->after) - start);
    buffer_append(&plan->other, written.bytes + cut, written.length - cut);
    plan->out.length = 0;
    buffer_append_text(&plan->out, buffer_text(&plan->other));
}

static void change_scalar(struct yaml_plan *plan, value_id from, value_id to) {
    struct yaml_wish *wish = plan->wish;
    const struct value *old = plan_value(plan, from), *new = &wish->to->items[to];
    enum yaml_level level = YAML_WITHIN;
    wish->scalars++;
    if (!wish->raised || wish->raised == wish->scalars) level = wish->level;
    struct span place = old->place;
    bool both = old->type == VALUE_STRING && new->type == VALUE_STRING;
    bool alias = old->flags & VALUE_ALIAS, flow = in_flow(plan, from);
    struct text raw = {wish->source.bytes + place.offset, place.length};
    uint32_t at, length;
    if (both && !alias && (level == YAML_WITHIN || level == YAML_ALIASES) &&
        splice_scalar(raw, old->style, flow, value_text(wish->from, from), value_text(wish->to, to),
                      &at, &length, &plan->out)) {
        plan_add(plan, place.offset + at, place.offset + at + length, buffer_text(&plan->out));
        return;
    }
    enum value_style style = both && !alias ? old->style : STYLE_NONE;
    uint32_t column = old->key_place.length ? entry_column(plan, from) : 0;
    if (level == YAML_QUOTED) style = STYLE_DOUBLE;
    if (style == STYLE_LITERAL || style == STYLE_FOLDED) column = block_indent(plan, from, column);
    plan->out.length = 0;
    char before = place.offset ? wish->source.bytes[place.offset - 1] : '\n';
    if (!place.length && !is_blank(before)) buffer_append_byte(&plan->out, ' ');
    if (style == STYLE_NONE && old->parent) style = yaml_manner_of(plan, old->parent).quotes;
    yaml_write_any_scalar(wish->to, to, style, flow, column, &plan->out);
    keep_comment(plan, old);
    plan_add(plan, place.offset, span_end(place), buffer_text(&plan->out));
}

/* A value that was or becomes a list or a map, written anew. */
static void change_whole(struct yaml_plan *plan, value_id from, value_id to) {
    struct yaml_wish *wish = plan->wish;
    const struct value *old = plan_value(plan, from);
    struct span place = old->place;
    bool old_block = value_is_collection(wish->from, from) && old->style == STYLE_BLOCK &&
                     old->first && !(old->flags & VALUE_ALIAS);
    bool old_flow = value_is_collection(wish->from, from) && !old_block;
    bool block = value_is_collection(wish->to, to) && !value_is_empty(wish->to, to) && !old_flow &&
                 !in_flow(plan, from) && !(old->flags & VALUE_ALIAS);
    struct yaml_manner manner = yaml_manner_of(plan, old->parent ? old->parent : from);
    if (old_block) manner.list_offset = entry_column(plan, value_first(wish->from, from));
    uint32_t column = old->key_place.length ? entry_column(plan, from) : 0;
    bool item = old->parent && plan_value(plan, old->parent)->type == VALUE_LIST;
    plan->out.length = 0;
    if (old_block && block) {
        /* Its lines, from the first entry on. */
        uint32_t stands = entry_column(plan, value_first(wish->from, from)), indent = stands;
        /* A list may begin below its key, a map may not. */
        if (wish->to->items[to].type == VALUE_MAP && old->parent && indent <= column)
            indent = column + 2;
        yaml_write_value(wish->to, to, indent, &plan->out);
        size_t skip = stands < plan->out.length ? stands : 0;
        struct text lines = {plan->out.bytes + skip, plan->out.length - skip - 1};
        plan_add(plan, place.offset, span_end(place), lines);
        return;
    }
    if (old_block) { /* the value moves up behind its key; the lines go */
        uint32_t key_end = span_end(old->key_place);
        while (!item && key_end < place.offset && wish->source.bytes[key_end] != ':') key_end++;
        key_end += !item;
        if (old->flags & VALUE_ANCHORED) { /* an anchor between would be another value's */
            uint32_t anchor = key_end;
            while (anchor < place.offset && wish->source.bytes[anchor] != '&') anchor++;
            while (anchor < place.offset && !memchr(" \t\r\n", wish->source.bytes[anchor], 4))
                anchor++;
            plan_add(plan, key_end, anchor, TEXT(""));
            key_end = anchor;
        }
        yaml_write_behind(wish->to, to, manner, column, item, &plan->out);
        plan_add(plan, key_end, key_end, buffer_text(&plan->out));
        uint32_t first = value_first(wish->from, from);
        uint32_t start = entry_shares_line(plan, first) ? place.offset : entry_start(plan, first);
        if (start < key_end || plan_line_start(plan, start) == plan_line_start(plan, key_end))
            plan_add(plan, key_end, span_end(place), TEXT(""));
        else
            plan_add(plan, start, entry_end(plan, from), TEXT(""));
        return;
    }
    if (block && !((manner.flow_lists || item) && wish->to->items[to].type == VALUE_LIST)) {
        uint32_t start = place.offset;
        while (start && is_blank(wish->source.bytes[start - 1])) start--;
        bool inside = old->after.length && old->after.offset < span_end(place);
        if (inside) { /* the comment behind "|" */
            buffer_append_byte(&plan->out, ' ');
            buffer_append(&plan->out, wish->source.bytes + old->after.offset, old->after.length);
        }
        /* Behind a comment or an anchor there is no room: an item's first entry goes below its dash
         * then. */
        yaml_write_behind(wish->to, to, manner, column,
                          item && !old->after.length && !(old->flags & VALUE_ANCHORED), &plan->out);
        if (old->after.length && !inside) { /* its comment stays on the key's line */
            uint32_t end = span_end(old->after);
            plan_add(plan, start, span_end(place), TEXT(""));
            plan_add(plan, end, end, buffer_text(&plan->out));
        } else {
            plan_add(plan, start, span_end(place), buffer_text(&plan->out));
        }
        return;
    }
    char before = place.offset ? wish->source.bytes[place.offset - 1] : '\n';
    if (!place.length && !is_blank(before)) buffer_append_byte(&plan->out, ' ');
    yaml_write_flow(wish->to, to, manner.quotes, &plan->out);
    plan_add(plan, place.offset, span_end(place), buffer_text(&plan->out));
}

/* The value with the anchor that an alias names: the nearest one before it. NO_VALUE: not found. */
static value_id anchored_value(const struct yaml_plan *plan, value_id alias) {
    const struct values *from = plan->wish->from;
    const char *bytes = plan->wish->source.bytes;
    struct span place = plan_value(plan, alias)->place;
    struct text name = {bytes + place.offset + 1, place.length ? place.length - 1 : 0};
    uint32_t at = place.offset, first = plan->wish->front.offset;
    while (at > first && !(bytes[at] == '&' && at + 1 + name.length < place.offset &&
                           !memcmp(bytes + at + 1, name.bytes, name.length) &&
                           memchr(" \t\r\n", bytes[at + 1 + name.length], 4)))
        at--;
    for (value_id id = 1; at > first && id < from->count; id++)
        if (from->items[id].flags & VALUE_ANCHORED && from->items[id].place.offset >= at) return id;
    return NO_VALUE;
}

/* Whether a value stands in the wanted tree as it was. */
static bool stands_unchanged(const struct yaml_plan *plan, value_id id) {
    const struct values *to = plan->wish->to;
    value_id top = id;
    while (top && top < to->count && top != ROOT_VALUE) {
        value_id parent = to->items[top].parent,
                 child = parent ? value_first(to, parent) : NO_VALUE;
        while (child && child != top) child = value_next(to, child);
        if (!child) return false;
        top = parent;
    }
    return top == ROOT_VALUE && values_equal(plan->wish->from, id, to, id);
}

/* Writes an alias as what it stands for when its anchor goes or stands for something else now;
 * looks for more within collections. */
static void expand_alias(struct yaml_plan *plan, value_id from, value_id to) {
    const struct value *old = plan_value(plan, from);
    if (old->flags & VALUE_ALIAS) {
        value_id anchored = anchored_value(plan, from);
        if (anchored && stands_unchanged(plan, anchored)) return;
        plan->out.length = 0;
        yaml_write_flow(plan->wish->to, to, STYLE_NONE, &plan->out);
        plan_add(plan, old->place.offset, span_end(old->place), buffer_text(&plan->out));
    } else if (!value_is_empty(plan->wish->from, from)) {
        push(plan, from, to);
    }
}

static void change_value(struct yaml_plan *plan, value_id from, value_id to) {
    const struct yaml_wish *wish = plan->wish;
    if (values_equal(wish->from, from, wish->to, to)) {
        if (wish->level >= YAML_ALIASES) expand_alias(plan, from, to);
        return;
    }
    const struct value *old = plan_value(plan, from);
    bool old_collection = value_is_collection(wish->from, from);
    bool new_collection = value_is_collection(wish->to, to);
    bool inside = old_collection && old->type == wish->to->items[to].type &&
                  !value_is_empty(wish->from, from) && !value_is_empty(wish->to, to) &&
                  !(old->flags & VALUE_ALIAS);
    /* [a: b] has no braces of its own. */
    if (inside && old->style == STYLE_FLOW &&
        !memchr("[{", wish->source.bytes[old->place.offset], 2))
        inside = false;
    if (inside)
        push(plan, from, to);
    else if (!old_collection && !new_collection)
        change_scalar(plan, from, to);
    else
        change_whole(plan, from, to);
}

/* Whether the lines above an entry are a block scalar's that keeps the blank lines behind it. */
static bool follows_kept_lines(const struct yaml_plan *plan, value_id id) {
    const struct values *from = plan->wish->from;
    id = from->items[id].previous;
    while (id && !(from->items[id].flags & VALUE_ALIAS) && from->items[id].last)
        id = from->items[id].last;
    if (!id || (from->items[id].style != STYLE_LITERAL && from->items[id].style != STYLE_FOLDED))
        return false;
    uint32_t at = from->items[id].place.offset;
    const char *header = plan->wish->source.bytes + at;
    return memchr(header, '+', plan_line_after(plan, at) - at);
}

/* Takes away an entry that others on its line or in its map depend on. */
static void remove_entry(struct yaml_plan *plan, value_id id, value_id next) {
    if (entry_shares_line(plan, id)) {
        uint32_t start = plan_value(plan, id)->key_place.offset;
        plan_add(plan, start, plan_value(plan, next)->key_place.offset, TEXT(""));
    } else {
        uint32_t end = entry_end(plan, id), front_end = span_end(plan->wish->front);
        while (end < front_end && follows_kept_lines(plan, id)) {
            struct text line = {plan->wish->source.bytes + end, plan_line_after(plan, end) - end};
            if (text_trim(line).length) break;
            end += (uint32_t)line.length;
        }
        plan_add(plan, entry_start(plan, id), end, TEXT(""));
    }
}

/* Entries that the removed key's last one overrode. */
static void remove_twins(struct yaml_plan *plan, value_id id) {
    const struct values *from = plan->wish->from;
    value_id parent = plan_value(plan, id)->parent;
    if (from->items[parent].type != VALUE_MAP) return;
    for (value_id twin = from->items[parent].first; twin; twin = from->items[twin].next)
        if ((from->items[twin].flags & VALUE_DUPLICATE) &&
            text_equal(value_key(from, twin), value_key(from, id)) && from->items[twin].next)
            remove_entry(plan, twin, from->items[twin].next);
}

static void rename_key(struct yaml_plan *plan, value_id from, value_id to) {
    const struct yaml_wish *wish = plan->wish;
    struct text key = value_key(wish->to, to);
    if (text_equal(value_key(wish->from, from), key)) return;
    remove_twins(plan, from);
    struct span place = plan_value(plan, from)->key_place;
    char first = wish->source.bytes[place.offset];
    plan->out.length = 0;
    yaml_write_scalar(key,
                      first == '"'    ? STYLE_DOUBLE
                      : first == '\'' ? STYLE_SINGLE
                                      : STYLE_NONE,
                      true, 0, &plan->out);
    plan_add(plan, place.offset, span_end(place), buffer_text(&plan->out));
}

/* The entry's lines as they are, or as they shall be when more than its place changed. */
static void write_lines(struct yaml_plan *plan, const struct pairing *pairing, uint32_t index,
                        struct yaml_manner manner, uint32_t column, struct buffer *out) {
    const struct yaml_wish *wish = plan->wish;
    value_id to = pairing->new_ids[index];
    uint32_t old_at = pairing->old_at[index];
    value_id from = old_at == NONE ? NO_VALUE : pairing->old_ids[old_at];
    if (from && wish->level < YAML_ALIASES && !entry_shares_line(plan, from) &&
        values_equal(wish->from, from, wish->to, to) &&
        text_equal(value_key(wish->from, from), value_key(wish->to, to))) {
        uint32_t start = entry_start(plan, from), end = entry_end(plan, from);
        buffer_append(out, wish->source.bytes + start, end - start);
        return;
    }
    yaml_write_spaces(column, out);
    yaml_write_entry(wish->to, to, manner, column, out);
    buffer_append_byte(out, '\n');
}

static void change_block(struct yaml_plan *plan, value_id from, value_id to,
                         const struct pairing *pairing) {
    const struct yaml_wish *wish = plan->wish;
    struct yaml_manner manner = yaml_manner_of(plan, from);
    value_id first = pairing->old_ids[0];
    uint32_t column = entry_column(plan, first), anchor = NONE;
    bool any = false;
    for (uint32_t i = 0; i < pairing->new_count; i++) any |= pairing->kept[i];
    bool shared = entry_shares_line(plan, first);
    /* Nothing to hold on to, or the line that all hangs on goes with nothing to take its place. */
    if (!any && (plan_value(plan, from)->parent || shared)) {
        change_whole(plan, from, to);
        return;
    }
    for (uint32_t i = 0; i < pairing->new_count; i++) {
        if (pairing->kept[i]) {
            anchor = pairing->old_at[i];
            rename_key(plan, pairing->old_ids[anchor], pairing->new_ids[i]);
            change_value(plan, pairing->old_ids[anchor], pairing->new_ids[i]);
            continue;
        }
        plan->other.length = 0;
        uint32_t at;
        if (anchor != NONE) {
            at = entry_end(plan, pairing->old_ids[anchor]);
            char before = wish->source.bytes[at - 1];
            if (before != '\n' && before != '\r') buffer_append_byte(&plan->other, '\n');
            write_lines(plan, pairing, i, manner, column, &plan->other);
            if (before != '\n' && before != '\r') plan->other.length--;
        } else if (shared) { /* "- " stays where it is */
            at = plan_value(plan, first)->key_place.offset;
            yaml_write_entry(wish->to, pairing->new_ids[i], manner, column, &plan->other);
            buffer_append_byte(&plan->other, '\n');
            yaml_write_spaces(column, &plan->other);
        } else {
            at = entry_start(plan, first);
            write_lines(plan, pairing, i, manner, column, &plan->other);
        }
        plan_add(plan, at, at, buffer_text(&plan->other));
    }
    for (uint32_t x = 0; x < pairing->old_count; x++) {
        if (!pairing->goes[x]) continue;
        value_id next = x + 1 < pairing->old_count ? pairing->old_ids[x + 1] : NO_VALUE;
        if (!next && entry_shares_line(plan, pairing->old_ids[x])) continue;
        remove_twins(plan, pairing->old_ids[x]);
        remove_entry(plan, pairing->old_ids[x], next);
    }
}

static struct span item_span(const struct yaml_plan *plan, value_id id) {
    const struct value *value = plan_value(plan, id);
    bool member = value->key_place.length && value->key_place.offset < value->place.offset;
    uint32_t start = member ? value->key_place.offset : value->place.offset;
    uint32_t end = span_end(value->place);
    if (end < span_end(value->key_place)) end = span_end(value->key_place);
    return (struct span){start, end - start};
}

static void write_item(struct yaml_plan *plan, value_id id, enum value_style quotes,
                       struct buffer *out) {
    const struct values *to = plan->wish->to;
    if (to->items[to->items[id].parent].type == VALUE_MAP) {
        yaml_write_key(to, id, STYLE_NONE, out);
        buffer_append_byte(out, ' ');
    }
    yaml_write_flow(to, id, quotes, out);
}

/* The comma and white space between two items as the author writes them. */
static void write_comma(const struct yaml_plan *plan, const struct pairing *pairing,
                        struct buffer *out) {
    const char *bytes = plan->wish->source.bytes;
    if (pairing->old_count > 1) {
        uint32_t from = span_end(item_span(plan, pairing->old_ids[0]));
        uint32_t to = item_span(plan, pairing->old_ids[1]).offset;
        if (to > from && !memchr(bytes + from, '#', to - from)) {
            buffer_append(out, bytes + from, to - from);
            return;
        }
    }
    buffer_append_string(out, ", ");
}

static void change_flow(struct yaml_plan *plan, value_id from, value_id to,
                        const struct pairing *pairing) {
    struct yaml_manner manner = yaml_manner_of(plan, from);
    uint32_t anchor = NONE;
    bool any = false;
    for (uint32_t i = 0; i < pairing->new_count; i++) any |= pairing->kept[i];
    if (!any) {
        change_whole(plan, from, to);
        return;
    }
    for (uint32_t i = 0; i < pairing->new_count; i++) {
        if (pairing->kept[i]) {
            anchor = pairing->old_at[i];
            if (plan_value(plan, from)->type == VALUE_MAP)
                rename_key(plan, pairing->old_ids[anchor], pairing->new_ids[i]);
            change_value(plan, pairing->old_ids[anchor], pairing->new_ids[i]);
            continue;
        }
        plan->other.length = 0;
        uint32_t at;
        if (anchor != NONE) {
            at = span_end(item_span(plan, pairing->old_ids[anchor]));
            write_comma(plan, pairing, &plan->other);
            write_item(plan, pairing->new_ids[i], manner.quotes, &plan->other);
        } else {
            at = item_span(plan, pairing->old_ids[0]).offset;
            write_item(plan, pairing->new_ids[i], manner.quotes, &plan->other);
            write_comma(plan, pairing, &plan->other);
        }
        plan_add(plan, at, at, buffer_text(&plan->other));
    }
    bool kept_before = false;
    for (uint32_t x = 0; x < pairing->old_count; x++) {
        struct span item = item_span(plan, pairing->old_ids[x]);
        if (!pairing->goes[x]) {
            kept_before = true;
        } else if (kept_before) { /* with the comma before it */
            struct span last = item_span(plan, pairing->old_ids[x - 1]);
            plan_add(plan, span_end(last), span_end(item), TEXT(""));
        } else {
            struct span next = item_span(plan, pairing->old_ids[x + 1]);
            plan_add(plan, item.offset, next.offset, TEXT(""));
        }
    }
}

void splice_yaml(struct yaml_wish *wish, struct splices *splices) {
    struct yaml_plan plan = {.wish = wish, .splices = splices};
    wish->scalars = 0;
    const struct values *from = wish->from, *to = wish->to;
    if (values_equal(from, ROOT_VALUE, to, ROOT_VALUE)) return;
    if (value_is_empty(from, ROOT_VALUE)) { /* fences with nothing between, or comments */
        uint32_t at = span_end(wish->front);
        splice_yaml_new(to, TEXT("\n"), &plan.other);
        plan_add(&plan, at, at, buffer_text(&plan.other));
    } else {
        push(&plan, ROOT_VALUE, ROOT_VALUE);
    }
    while (plan.depth) {
        plan.depth--;
        value_id old = plan.stack[plan.depth].from, new = plan.stack[plan.depth].to;
        struct arena arena = {0};
        struct pairing pairing = yaml_pair(&plan, old, new, &arena);
        if (from->items[old].style == STYLE_FLOW)
            change_flow(&plan, old, new, &pairing);
        else
            change_block(&plan, old, new, &pairing);
        arena_free(&arena);
    }
    memory_free(plan.stack);
    buffer_free(&plan.out);
    buffer_free(&plan.other);
}

void splice_yaml_new(const struct values *to, struct text line_end, struct buffer *out) {
    struct buffer lines = {0};
    if (!value_is_empty(to, ROOT_VALUE)) yaml_write_value(to, ROOT_VALUE, 0, &lines);
    for (size_t i = 0; i < lines.length; i++) {
        if (lines.bytes[i] == '\n')
            buffer_append_text(out, line_end);
        else
            buffer_append_byte(out, lines.bytes[i]);
    }
    buffer_free(&lines);
}
