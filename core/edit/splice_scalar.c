#include "edit/splice_scalar.h"

#include "edit/splice.h"

/* Walks the scalar as written and its text side by side. `map[i]` becomes where byte i of the text
 * is written, map[length] where the text ends. */
struct alignment {
    struct text raw, text;
    size_t at, next; /* in raw, in text */
    uint32_t *map;
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool is_break(char c) {
    return c == '\n' || c == '\r';
}

static void take(struct alignment *walk, size_t raw_length, size_t text_length) {
    for (size_t i = 0; i < text_length && walk->next < walk->text.length; i++)
        walk->map[walk->next++] = (uint32_t)walk->at;
    walk->at += raw_length;
}

static size_t character_length(struct text text, size_t at) {
    size_t used;
    utf8_decode(text.bytes + at, text.length - at, &used);
    return used;
}

/* Over blanks and line breaks from `at`; *breaks counts the latter. */
static size_t skip_fold(struct text raw, size_t at, size_t *breaks) {
    *breaks = 0;
    while (at < raw.length && (is_blank(raw.bytes[at]) || is_break(raw.bytes[at]))) {
        if (raw.bytes[at] == '\n' ||
            (raw.bytes[at] == '\r' && (at + 1 == raw.length || raw.bytes[at + 1] != '\n')))
            ++*breaks;
        at++;
    }
    return at;
}

/* A line break within the scalar: a space, or as many LF as there are blank lines. */
static bool take_fold(struct alignment *walk, size_t end, size_t breaks) {
    size_t feeds = 0;
    while (walk->next + feeds < walk->text.length && walk->text.bytes[walk->next + feeds] == '\n')
        feeds++;
    if (breaks == 1 && walk->next < walk->text.length && walk->text.bytes[walk->next] == ' ')
        take(walk, end - walk->at, 1);
    else if (feeds && (feeds == breaks - 1 || feeds == breaks))
        take(walk, end - walk->at, feeds);
    else
        return false;
    return true;
}

static bool align_escape(struct alignment *walk) {
    char c = walk->at + 1 < walk->raw.length ? walk->raw.bytes[walk->at + 1] : 0;
    if (is_break(c)) { /* a line continued without a space */
        size_t breaks, end = skip_fold(walk->raw, walk->at + 1, &breaks);
        if (breaks != 1) return false;
        walk->at = end;
        return true;
    }
    size_t length = c == 'x' ? 4 : c == 'u' ? 6 : c == 'U' ? 10 : 2;
    take(walk, length, character_length(walk->text, walk->next));
    return true;
}

static bool align_flow_scalar(struct alignment *walk, enum value_style style) {
    size_t clear = 0; /* no line break before this one: looked at once */
    walk->at = style != STYLE_PLAIN;
    while (walk->next < walk->text.length) {
        if (walk->at >= walk->raw.length) return false;
        char c = walk->raw.bytes[walk->at];
        size_t breaks = 0, end = walk->at;
        if (walk->at >= clear) clear = end = skip_fold(walk->raw, walk->at, &breaks);
        if (breaks) {
            if (!take_fold(walk, end, breaks)) return false;
        } else if (style == STYLE_DOUBLE && c == '\\') {
            if (!align_escape(walk)) return false;
        } else if (c != walk->text.bytes[walk->next]) {
            return false;
        } else {
            take(walk, style == STYLE_SINGLE && c == '\'' ? 2 : 1, 1);
        }
    }
    return true;
}

static size_t skip_spaces(struct text raw, size_t at, size_t most) {
    size_t start = at;
    while (at < raw.length && at - start < most && raw.bytes[at] == ' ') at++;
    return at;
}

static size_t next_line(struct text raw, size_t at) {
    while (at < raw.length && !is_break(raw.bytes[at])) at++;
    if (at + 1 < raw.length && raw.bytes[at] == '\r' && raw.bytes[at + 1] == '\n') at++;
    return at < raw.length ? at + 1 : at;
}

/* What is left of the text stands behind all that is written. */
static bool take_line_ends(struct alignment *walk) {
    while (walk->next < walk->text.length && walk->text.bytes[walk->next] == '\n') take(walk, 0, 1);
    return walk->next == walk->text.length;
}

static bool align_block_scalar(struct alignment *walk, bool folded) {
    struct text raw = walk->raw, text = walk->text;
    size_t first = next_line(raw, 0), spaces = 0, blank = 0;
    size_t breaks, indent = skip_fold(raw, first, &breaks);
    size_t line = indent;
    while (line > first && !is_break(raw.bytes[line - 1])) line--;
    while (text.length > blank && text.bytes[blank] == '\n') blank++;
    while (blank + spaces < text.length && text.bytes[blank + spaces] == ' ') spaces++;
    if (breaks != blank || indent - line < spaces) return false;
    indent = indent - line - spaces;
    walk->at = first;
    bool line_start = true;
    while (walk->next < text.length) {
        if (line_start) walk->at = skip_spaces(raw, walk->at, indent);
        line_start = false;
        /* The last line end is outside of the place. */
        if (walk->at >= raw.length) return take_line_ends(walk);
        char c = raw.bytes[walk->at];
        if (!is_break(c)) {
            if (c != text.bytes[walk->next]) return false;
            take(walk, 1, 1);
            continue;
        }
        line_start = true;
        size_t after = next_line(raw, walk->at);
        if (!folded) {
            if (text.bytes[walk->next] != '\n') return false;
            take(walk, after - walk->at, 1);
            continue;
        }
        size_t end = skip_fold(raw, walk->at, &breaks);
        if (end >= raw.length) return take_line_ends(walk); /* blank lines that are kept */
        while (end > walk->at && !is_break(raw.bytes[end - 1])) end--;
        if (!take_fold(walk, end, breaks)) return false;
    }
    return true;
}

static bool align(struct alignment *walk, enum value_style style) {
    bool good = style == STYLE_LITERAL || style == STYLE_FOLDED
                    ? align_block_scalar(walk, style == STYLE_FOLDED)
                    : align_flow_scalar(walk, style);
    walk->map[walk->text.length] = (uint32_t)walk->at;
    return good;
}

static bool write_part(struct text part, enum value_style style, struct buffer *out) {
    for (size_t i = 0; i < part.length; i++) {
        unsigned char c = (unsigned char)part.bytes[i];
        if (c < 0x20 || c == 0x7F) return false;
        if (style == STYLE_SINGLE && c == '\'') buffer_append_byte(out, '\'');
        if (style == STYLE_DOUBLE && (c == '"' || c == '\\')) buffer_append_byte(out, '\\');
        buffer_append_byte(out, (char)c);
    }
    return true;
}

bool splice_scalar(struct text raw, enum value_style style, bool flow, struct text from,
                   struct text to, uint32_t *at, uint32_t *length, struct buffer *out) {
    out->length = 0;
    if (style < STYLE_PLAIN || style > STYLE_FOLDED || !from.length || !to.length) return false;
    /* What only quotes keep from being retyped or cut off is for the scalar's writer. */
    if (style == STYLE_PLAIN && ((value_plain_is_risky(to) && !value_plain_is_date(to)) ||
                                 (flow && value_plain_is_risky(to))))
        return false;
    struct alignment walk = {.raw = raw, .text = from};
    walk.map = memory_allocate((from.length + 1) * sizeof *walk.map);
    bool good = align(&walk, style);
    if (good) {
        struct common_ends ends = common_ends(from, to);
        size_t stop = from.length - ends.tail;
        struct text part = {to.bytes + ends.head, to.length - ends.tail - ends.head};
        *at = walk.map[ends.head];
        /* Up to the end of what was written of the last byte that goes, not over a line break that
         * stays. */
        *length = walk.map[stop] - *at;
        good = write_part(part, style, out);
    }
    memory_free(walk.map);
    return good;
}
