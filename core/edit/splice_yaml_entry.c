#include "edit/splice_yaml_entry.h"

#include "read/yaml_write.h"

uint32_t plan_line_start(const struct yaml_plan *plan, uint32_t at) {
    const char *bytes = plan->wish->source.bytes;
    while (at > plan->wish->front.offset && bytes[at - 1] != '\n' && bytes[at - 1] != '\r') at--;
    return at;
}

/* Behind the line end of the line that `at` is on. */
uint32_t plan_line_after(const struct yaml_plan *plan, uint32_t at) {
    const char *bytes = plan->wish->source.bytes;
    uint32_t end = span_end(plan->wish->front);
    while (at < end && bytes[at] != '\n' && bytes[at] != '\r') at++;
    if (at < end) at += bytes[at] == '\r' && at + 1 < end && bytes[at + 1] == '\n' ? 2 : 1;
    return at;
}

/* Where an entry begins: at its dash, its key, or the "?" before that. */
static uint32_t entry_mark(const struct yaml_plan *plan, value_id id) {
    const char *bytes = plan->wish->source.bytes;
    uint32_t key = plan_value(plan, id)->key_place.offset, at = key;
    uint32_t line = plan_line_start(plan, key);
    while (at > line && is_blank(bytes[at - 1])) at--;
    return at < key && at > line && bytes[at - 1] == '?' &&
                   (at - 1 == line || is_blank(bytes[at - 2]))
               ? at - 1
               : key;
}

/* An entry whose key or dash is not the first thing on its line: "- name: x". */
bool entry_shares_line(const struct yaml_plan *plan, value_id id) {
    uint32_t key = entry_mark(plan, id);
    for (uint32_t at = plan_line_start(plan, key); at < key; at++)
        if (!is_blank(plan->wish->source.bytes[at])) return true;
    return false;
}

uint32_t entry_column(const struct yaml_plan *plan, value_id id) {
    uint32_t key = entry_mark(plan, id);
    return key - plan_line_start(plan, key);
}

/* Where the comment lines begin that stand directly above the entry. */
uint32_t entry_start(const struct yaml_plan *plan, value_id id) {
    const struct value *value = plan_value(plan, id);
    const char *bytes = plan->wish->source.bytes;
    uint32_t start = plan_line_start(plan, value->key_place.offset), first = value->before.offset;
    if (!value->before.length || entry_shares_line(plan, id)) return start;
    while (start > first) {
        uint32_t above = start - 1;
        if (above > first && bytes[above] == '\n' && bytes[above - 1] == '\r') above--;
        above = plan_line_start(plan, above);
        uint32_t text = above;
        while (text < start && is_blank(bytes[text])) text++;
        if (above < first || bytes[text] != '#') break;
        start = above;
    }
    return start;
}

/* Behind the entry's last line. */
uint32_t entry_end(const struct yaml_plan *plan, value_id id) {
    const struct value *value = plan_value(plan, id);
    uint32_t end = span_end(value->key_place);
    if (span_end(value->place) > end) end = span_end(value->place);
    return plan_line_after(plan, end);
}

void plan_add(struct yaml_plan *plan, uint32_t from, uint32_t to, struct text bytes) {
    if (from == to && !bytes.length) return;
    struct text line_end = plan->wish->line_end;
    if (line_end.length < 2 || !bytes.length || !memchr(bytes.bytes, '\n', bytes.length)) {
        splices_add(plan->splices, from, to - from, bytes);
        return;
    }
    struct buffer ends = {0};
    for (size_t i = 0; i < bytes.length; i++) {
        if (bytes.bytes[i] == '\n' && (i == 0 || bytes.bytes[i - 1] != '\r'))
            buffer_append_text(&ends, line_end);
        else
            buffer_append_byte(&ends, bytes.bytes[i]);
    }
    splices_add(plan->splices, from, to - from, buffer_text(&ends));
    buffer_free(&ends);
}

void yaml_write_any_scalar(const struct values *values, value_id id, enum value_style style,
                           bool flow, uint32_t indent, struct buffer *out) {
    const struct value *value = &values->items[id];
    switch ((enum value_type)value->type) {
    case VALUE_NULL: buffer_append_string(out, "null"); break;
    case VALUE_STRING: yaml_write_scalar(value_text(values, id), style, flow, indent, out); break;
    case VALUE_LIST: buffer_append_string(out, "[]"); break;
    case VALUE_MAP: buffer_append_string(out, "{}"); break;
    default: buffer_append_text(out, value_text(values, id));
    }
}

void yaml_write_key(const struct values *values, value_id id, enum value_style style,
                    struct buffer *out) {
    yaml_write_scalar(value_key(values, id), style, true, 0, out);
    buffer_append_string(out, ":");
}

/* A whole tree within brackets. `style` is for its scalars that have none. */
void yaml_write_flow(const struct values *values, value_id top, enum value_style style,
                     struct buffer *out) {
    for (value_id at = top;;) {
        const struct value *value = &values->items[at];
        if (at != top && values->items[value->parent].type == VALUE_MAP) {
            yaml_write_key(values, at, STYLE_NONE, out);
            buffer_append_byte(out, ' ');
        }
        value_id first = value_is_collection(values, at) ? value_first(values, at) : NO_VALUE;
        if (first) {
            buffer_append_byte(out, value->type == VALUE_LIST ? '[' : '{');
            at = first;
            continue;
        }
        yaml_write_any_scalar(values, at, value->style ? value->style : style, true, 0, out);
        value_id next = NO_VALUE;
        while (at != top && !(next = value_next(values, at))) {
            at = values->items[at].parent;
            buffer_append_byte(out, values->items[at].type == VALUE_LIST ? ']' : '}');
        }
        if (at == top) return;
        buffer_append_string(out, ", ");
        at = next;
    }
}

struct yaml_manner yaml_manner_of(const struct yaml_plan *plan, value_id container) {
    const struct values *from = plan->wish->from;
    struct yaml_manner manner = {STYLE_NONE, false, 2};
    uint32_t strings = 0, quoted[STYLE_FLOW + 1] = {0}, flow = 0, block = 0;
    for (value_id id = value_first(from, container); id; id = value_next(from, id)) {
        const struct value *value = &from->items[id];
        if (value->type == VALUE_STRING && !(value->flags & VALUE_ALIAS)) {
            strings++;
            quoted[value->style]++;
        } else if (value->type == VALUE_LIST && value->style == STYLE_FLOW) {
            flow += value->count > 0;
        } else if (value->type == VALUE_LIST && value->first && value->key.length) {
            if (!block++) {
                uint32_t key = entry_column(plan, id), item = entry_column(plan, value->first);
                manner.list_offset = item >= key ? item - key : 2;
            }
        }
    }
    if (strings && quoted[STYLE_DOUBLE] == strings) manner.quotes = STYLE_DOUBLE;
    if (strings && quoted[STYLE_SINGLE] == strings) manner.quotes = STYLE_SINGLE;
    manner.flow_lists = flow && !block;
    /* A comment below could become part of a block scalar. */
    if (plan->wish->level == YAML_QUOTED) manner.quotes = STYLE_DOUBLE;
    return manner;
}

static enum value_style yaml_wanted_style(const struct values *values, value_id id,
                                          struct yaml_manner manner) {
    const struct value *value = &values->items[id];
    return value->style && value->style < STYLE_BLOCK && value->place.length ? value->style
                                                                             : manner.quotes;
}

/* Behind a key or a dash in column `column`, with the space or line end before it, without a line
 * end behind. */
void yaml_write_behind(const struct values *values, value_id id, struct yaml_manner manner,
                       uint32_t column, bool item, struct buffer *out) {
    if (!value_is_collection(values, id) || value_is_empty(values, id)) {
        buffer_append_byte(out, ' ');
        yaml_write_any_scalar(values, id, yaml_wanted_style(values, id, manner), false, column,
                              out);
    } else if (values->items[id].type == VALUE_LIST && (manner.flow_lists || item)) {
        buffer_append_byte(out, ' ');
        yaml_write_flow(values, id, manner.quotes, out);
    } else {
        uint32_t offset = values->items[id].type == VALUE_LIST ? manner.list_offset : 2;
        struct buffer lines = {0};
        yaml_write_value(values, id, column + offset, &lines);
        if (lines.length && lines.bytes[lines.length - 1] == '\n') lines.length--;
        size_t skip = 0;
        if (item) { /* the first entry stands behind the dash */
            while (skip < lines.length && lines.bytes[skip] == ' ') skip++;
            buffer_append_byte(out, ' ');
        } else {
            buffer_append_byte(out, '\n');
        }
        buffer_append(out, lines.bytes + skip, lines.length - skip);
        buffer_free(&lines);
    }
}

/* An entry without its indentation and its last line end. */
void yaml_write_entry(const struct values *values, value_id id, struct yaml_manner manner,
                      uint32_t column, struct buffer *out) {
    bool in_map = values->items[values->items[id].parent].type == VALUE_MAP;
    if (in_map)
        yaml_write_key(values, id, STYLE_NONE, out);
    else
        buffer_append_byte(out, '-');
    yaml_write_behind(values, id, manner, column, !in_map, out);
}

void yaml_write_spaces(uint32_t count, struct buffer *out) {
    while (count--) buffer_append_byte(out, ' ');
}
