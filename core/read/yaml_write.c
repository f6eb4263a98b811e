#include "read/yaml_write.h"

/* What a scalar is made of, gathered in one pass. */
struct shape {
    bool lines;       /* holds LF */
    bool escapes;     /* holds what only a double-quoted scalar can write */
    bool plain;       /* may stand plain in a block */
    bool plain_flow;  /* and in a flow collection */
    bool literal;     /* may be a literal scalar */
    bool folded;      /* and a folded one */
    bool risky, date; /* would be retyped */
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* Not printable in YAML, or a line break other than LF, or invisible where it matters. */
static bool needs_escape(uint32_t code) {
    return (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7F && code < 0xA0) ||
           code == 0x2028 || code == 0x2029 || code == 0xFEFF || code == 0xFFFE || code == 0xFFFF;
}

static struct shape shape_of(struct text text) {
    struct shape shape = {
        .plain = text.length > 0, .plain_flow = true, .literal = text.length > 0, .folded = true};
    const char *b = text.bytes;
    bool line_start = true;
    for (size_t at = 0, used; at < text.length; at += used) {
        uint32_t code = utf8_decode(b + at, text.length - at, &used);
        char c = b[at];
        char next = at + 1 < text.length ? b[at + 1] : ' ';
        if (needs_escape(code)) shape.escapes = true;
        if (c == '\n') shape.lines = true;
        if (c == '\t') shape.plain = false;
        if (c == ':' && (is_blank(next) || next == '\n')) shape.plain = false;
        if (c == ':' && memchr(",[]{}", next, 5)) shape.plain_flow = false;
        if (c == '#' && at && is_blank(b[at - 1])) shape.plain = false;
        if (memchr(",[]{}?", c, 6)) shape.plain_flow = false;
        /* Folding keeps lines that begin with white space, and the breaks around them, as they are.
         */
        if (is_blank(c) && (line_start || next == '\n')) shape.folded = false;
        line_start = c == '\n';
    }
    if (text.length) {
        char first = b[0], second = text.length > 1 ? b[1] : ' ';
        if (memchr(",[]{}#&*!|>'\"%@`", first, 16) || is_blank(first) ||
            is_blank(b[text.length - 1]))
            shape.plain = false;
        if (memchr("-?:", first, 3) && (is_blank(second) || second == '\n')) shape.plain = false;
        if (memchr("-?:", first, 3)) shape.plain_flow = false;
        if (text.length >= 3 && (memcmp(b, "---", 3) == 0 || memcmp(b, "...", 3) == 0))
            shape.plain = false;
        /* The first line tells the indentation; blank lines at either end are not safe with all. */
        if (is_blank(first) || is_blank(b[text.length - 1]) || first == '\n') shape.literal = false;
    }
    if (shape.lines || shape.escapes) shape.plain = false;
    if (shape.escapes) shape.literal = false;
    shape.risky = value_plain_is_risky(text);
    shape.date = value_plain_is_date(text);
    return shape;
}

static void write_single(struct text text, struct buffer *out) {
    buffer_append_byte(out, '\'');
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] == '\'') buffer_append_byte(out, '\'');
        buffer_append_byte(out, text.bytes[i]);
    }
    buffer_append_byte(out, '\'');
}

static void write_double(struct text text, struct buffer *out) {
    buffer_append_byte(out, '"');
    for (size_t at = 0, used; at < text.length; at += used) {
        uint32_t code = utf8_decode(text.bytes + at, text.length - at, &used);
        if (code == '"' || code == '\\') {
            buffer_append_byte(out, '\\');
            buffer_append_byte(out, (char)code);
        } else if (code == '\n') {
            buffer_append_string(out, "\\n");
        } else if (code == '\t') {
            buffer_append_string(out, "\\t");
        } else if (code == '\r') {
            buffer_append_string(out, "\\r");
        } else if (needs_escape(code)) {
            buffer_printf(out, code < 0x100 ? "\\x%02X" : "\\u%04X", (unsigned)code);
        } else {
            buffer_append(out, text.bytes + at, used);
        }
    }
    buffer_append_byte(out, '"');
}

static void write_block(struct text text, char mark, uint32_t indent, struct buffer *out) {
    size_t breaks = 0;
    while (breaks < text.length && text.bytes[text.length - 1 - breaks] == '\n') breaks++;
    buffer_append_byte(out, mark);
    if (breaks != 1) buffer_append_byte(out, breaks ? '+' : '-');
    size_t end = text.length - (breaks ? 1 : 0); /* the last line's end is the caller's */
    bool line_start = true;
    buffer_append_byte(out, '\n');
    for (size_t i = 0; i < end; i++) {
        char c = text.bytes[i];
        if (line_start && c != '\n')
            for (uint32_t column = 0; column < indent + 2; column++) buffer_append_byte(out, ' ');
        buffer_append_byte(out, c);
        line_start = c == '\n';
        /* A line end inside folded text is written as a blank line. */
        bool inside = i + breaks < text.length;
        if (mark == '>' && c == '\n' && inside && (i == 0 || text.bytes[i - 1] != '\n'))
            buffer_append_byte(out, '\n');
    }
}

enum value_style yaml_write_scalar(struct text text, enum value_style wanted, bool flow,
                                   uint32_t indent, struct buffer *out) {
    struct shape shape = shape_of(text);
    enum value_style style = wanted;
    bool block = style == STYLE_LITERAL || style == STYLE_FOLDED;
    if (style == STYLE_NONE || style >= STYLE_BLOCK)
        style = shape.lines && shape.literal && !flow ? STYLE_LITERAL : STYLE_PLAIN;
    else if (block && (flow || !shape.literal || (style == STYLE_FOLDED && !shape.folded)))
        style = shape.lines ? (flow || !shape.literal ? STYLE_DOUBLE : STYLE_LITERAL) : STYLE_PLAIN;
    else if (!block && shape.lines && shape.literal && !flow && style != STYLE_DOUBLE)
        style = STYLE_LITERAL;
    bool retyped = shape.risky && !(shape.date && wanted == STYLE_PLAIN);
    if (style == STYLE_PLAIN && (!shape.plain || retyped || (flow && !shape.plain_flow)))
        style = STYLE_SINGLE;
    if (style == STYLE_SINGLE && (shape.escapes || shape.lines)) style = STYLE_DOUBLE;
    switch (style) {
    case STYLE_SINGLE: write_single(text, out); break;
    case STYLE_DOUBLE: write_double(text, out); break;
    case STYLE_LITERAL: write_block(text, '|', indent, out); break;
    case STYLE_FOLDED: write_block(text, '>', indent, out); break;
    default: buffer_append_text(out, text);
    }
    return style;
}

static void write_scalar(const struct values *values, value_id id, uint32_t indent,
                         struct buffer *out) {
    const struct value *value = &values->items[id];
    struct text text = value_text(values, id);
    switch ((enum value_type)value->type) {
    case VALUE_NULL: buffer_append_string(out, "null"); break;
    case VALUE_STRING: yaml_write_scalar(text, value->style, false, indent, out); break;
    case VALUE_LIST: buffer_append_string(out, "[]"); break;
    case VALUE_MAP: buffer_append_string(out, "{}"); break;
    default: buffer_append_text(out, text);
    }
    buffer_append_byte(out, '\n');
}

static void write_spaces(uint32_t count, struct buffer *out) {
    while (count--) buffer_append_byte(out, ' ');
}

void yaml_write_value(const struct values *values, value_id id, uint32_t indent,
                      struct buffer *out) {
    value_id at = value_first(values, id);
    uint32_t column = indent;
    bool behind_dash = false; /* the line has its indentation already */
    if (!at) {
        write_scalar(values, id, indent, out);
        return;
    }
    while (at) {
        bool in_map = values->items[values->items[at].parent].type == VALUE_MAP;
        value_id first = value_first(values, at);
        if (!behind_dash) write_spaces(column, out);
        behind_dash = false;
        if (in_map) {
            yaml_write_scalar(value_key(values, at), STYLE_NONE, true, 0, out);
            buffer_append_string(out, first ? ":\n" : ": ");
        } else {
            buffer_append_string(out, "- ");
            behind_dash = first != NO_VALUE;
        }
        if (first) {
            at = first;
            column += 2;
            continue;
        }
        write_scalar(values, at, column, out);
        value_id next;
        while (!(next = value_next(values, at))) {
            at = values->items[at].parent;
            if (at == id) break;
            column -= 2;
        }
        if (at == id) break;
        at = next;
    }
}
