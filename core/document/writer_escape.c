/* Which bytes of a block's text need a backslash or must become entities. */
#include "document/dialect_scan.h"
#include "document/writer_state.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_punctuation(char c) {
    return (c > 32 && c < 48) || (c > 57 && c < 65) || (c > 90 && c < 97) || (c > 122 && c < 127);
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_alphanumeric(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool writer_entity_at(const char *bytes, const char *end) {
    const char *at = bytes + 1;
    if (at < end && *at == '#') at++;
    const char *start = at;
    while (at < end && is_alphanumeric(*at) && at - start < 40) at++;
    return at > start && at < end && *at == ';';
}

static bool is_text(const struct inlines *row, uint32_t at) {
    return at < row->bytes.length && row->kinds.bytes[at] == INLINE_TEXT;
}

static bool ends_line(const struct inlines *row, uint32_t at) {
    if (at >= row->bytes.length) return true;
    char kind = row->kinds.bytes[at];
    return row->bytes.bytes[at] == '\n' && (kind >= INLINE_SOFT || kind == INLINE_SYNTAX);
}

/* The byte that the reader will see at `at`, as far as it is decided. */
static char look(const struct writer *writer, uint32_t at) {
    const struct inlines *row = &writer->inlines;
    if (at >= row->bytes.length) return '\n';
    switch (row->kinds.bytes[at]) {
    case INLINE_ESCAPED: return '\\';
    case INLINE_ENTITY: return '&';
    case INLINE_HARD:
        return writer->habits.break_by_spaces && at && !ends_line(row, at - 1) ? '\n' : '\\';
    default: return row->bytes.bytes[at];
    }
}

/* The next line end from `at` on; the row's length where there is none. */
static uint32_t next_line_end(const struct inlines *row, uint32_t at) {
    uint32_t length = (uint32_t)row->bytes.length;
    for (; at < length; at++) {
        const char *found = memchr(row->bytes.bytes + at, '\n', length - at);
        if (!found) return length;
        at = (uint32_t)(found - row->bytes.bytes);
        if (ends_line(row, at)) return at;
    }
    return length;
}

static bool is_white_text(const struct inlines *row, uint32_t at) {
    return is_text(row, at) && is_space(row->bytes.bytes[at]);
}

/* White space at the edges of lines would be dropped, and a line end in a text is no line end. */
static void encode_edges(const struct writer *writer, struct inlines *row) {
    const char *bytes = row->bytes.bytes;
    char *kinds = row->kinds.bytes;
    uint32_t length = (uint32_t)row->bytes.length;
    for (uint32_t start = 0, end; start < length; start = end + 1) {
        end = next_line_end(row, start);
        if (end == start) continue;
        if (is_white_text(row, start)) kinds[start] = INLINE_ENTITY;
        if (is_white_text(row, end - 1) && look(writer, end) == '\n')
            kinds[end - 1] = INLINE_ENTITY;
    }
    for (int i = 0; i < 2; i++) {
        const char *at = bytes, *end = bytes + length;
        for (; (at = memchr(at, "\n\r"[i], (size_t)(end - at))); at++)
            if (is_text(row, (uint32_t)(at - bytes))) kinds[at - bytes] = INLINE_ENTITY;
    }
}

static bool at_blank_or_end(const struct writer *writer, uint32_t at) {
    char c = look(writer, at);
    return is_space(c) || c == '\n';
}

/* The rest of the line has nothing but `byte` and white space; *count of them. */
static bool line_of(const struct writer *writer, uint32_t at, char byte, bool inner_blanks,
                    uint32_t *count) {
    bool blanks = false;
    for (*count = 0;; at++) {
        char c = look(writer, at);
        if (c == '\n') return true;
        if (is_blank(c)) {
            blanks = true;
        } else {
            if (c != byte || (blanks && !inner_blanks)) return false;
            ++*count;
        }
    }
}

/* White space on the inner side of a mark of emphasis: writer_emphasis.c may yet make it an entity,
 * and then it ends no destination. */
static bool may_become_entity(const struct inlines *row, uint32_t at) {
    uint32_t low = 0, high = row->mark_count; /* the first mark that ends behind the space */
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (row->marks[middle].at + row->marks[middle].length <= at)
            low = middle + 1;
        else
            high = middle;
    }
    const struct inline_mark *before = low ? &row->marks[low - 1] : NULL;
    const struct inline_mark *behind = low < row->mark_count ? &row->marks[low] : NULL;
    return (before && before->opens && before->at + before->length == at) ||
           (behind && !behind->opens && behind->at == at + 1);
}

/* Whether a paragraph that begins with '[' begins with a reference definition. */
static bool reference_definition(const struct writer *writer) {
    const struct inlines *row = &writer->inlines;
    uint32_t at = 1, end = (uint32_t)row->bytes.length;
    for (;; at++) {
        if (at >= end) return false;
        char c = look(writer, at);
        if (c == '\\') {
            if (row->kinds.bytes[at] != INLINE_ESCAPED) at++;
            continue;
        }
        if (c == '[') return false;
        if (c == ']') break;
    }
    if (look(writer, ++at) != ':') return false;
    for (at++; at < end && is_space(look(writer, at));) at++;
    if (at >= end) return false;
    bool angle = look(writer, at) == '<';
    while (at < end && !ends_line(row, at) &&
           (angle ? look(writer, at) != '>' : !is_space(look(writer, at))))
        at++;
    if (at < end && is_space(look(writer, at)) && may_become_entity(row, at)) return true;
    at += angle && at < end;
    while (at < end && is_blank(look(writer, at))) at++;
    char c = look(writer, at);
    return ends_line(row, at) || c == '"' || c == '\'' || c == '(';
}

/* What a line that begins at `at` would be read as something else by: the byte to escape, or
 * UINT32_MAX; *length of them. */
static uint32_t line_danger(const struct writer *writer, uint32_t at, bool first,
                            uint32_t *length) {
    const struct inlines *row = &writer->inlines;
    uint32_t start = at, count;
    char c = look(writer, at);
    *length = 1;
    switch (c) {
    case '#':
        while (look(writer, at) == '#') at++;
        return at - start <= 6 && at_blank_or_end(writer, at) ? start : UINT32_MAX;
    case '>': return start;
    case '=': return !first && line_of(writer, at, '=', false, &count) ? start : UINT32_MAX;
    case '+': return at_blank_or_end(writer, at + 1) ? start : UINT32_MAX;
    case '-':
    case '*':
    case '_':
        if (c != '_' && at_blank_or_end(writer, at + 1)) return start;
        if (c == '-' && !first && line_of(writer, at, '-', false, &count)) return start;
        /* Behind list markers on the same line a shorter row is a break, too. */
        if (line_of(writer, at, c, true, &count) && (count >= 3 || (first && writer->frame_count)))
            return start;
        return UINT32_MAX;
    case '`':
    case '~':
        while (look(writer, at) == c) at++;
        if (at - start < 3) return UINT32_MAX;
        *length = c == '`' ? at - start : 1;
        for (; c == '`' && !ends_line(row, at); at++)
            if (row->bytes.bytes[at] == '`') return UINT32_MAX;
        return start;
    case '[':
        return first && start == 0 && row->kinds.bytes[0] == INLINE_TEXT &&
                       reference_definition(writer)
                   ? start
                   : UINT32_MAX;
    default:
        if (!is_digit(c)) return UINT32_MAX;
        while (is_digit(look(writer, at)) && at - start < 10) at++;
        return at - start < 10 && (look(writer, at) == '.' || look(writer, at) == ')') &&
                       at_blank_or_end(writer, at + 1)
                   ? at
                   : UINT32_MAX;
    }
}

static bool protect_line(struct writer *writer, uint32_t start, bool first) {
    struct inlines *row = &writer->inlines;
    if (ends_line(row, start)) {
        if (start < row->bytes.length && row->kinds.bytes[start] != INLINE_HARD)
            return writer_fail(writer, inlines_node_at(row, start),
                               "a soft line break cannot stand at the beginning or beside another; "
                               "remove it");
        return true;
    }
    const char *bytes = row->bytes.bytes;
    if (row->kinds.bytes[start] == INLINE_SYNTAX) {
        uint32_t end = start;
        while (!ends_line(row, end)) end++;
        bool html = html_block_kind(bytes + start, bytes + end, !first) != 0;
        if (html && !first && row->kinds.bytes[start - 1] != INLINE_SYNTAX) {
            /* What is indented by four goes on with the paragraph. */
            row->kinds.bytes[start - 1] =
                row->kinds.bytes[start - 1] == INLINE_SOFT ? INLINE_SOFT_DEEP : INLINE_HARD_DEEP;
            return true;
        }
        if (is_space(bytes[start]) || html)
            return writer_fail(writer, inlines_node_at(row, start),
                               "inline HTML that would begin an HTML block where it stands; make "
                               "it an html_block");
    }
    uint32_t length, danger = line_danger(writer, start, first, &length);
    if (danger == UINT32_MAX) return true;
    if (row->kinds.bytes[danger] == INLINE_SYNTAX)
        return writer_fail(writer, inlines_node_at(row, danger),
                           "inline HTML with a line that would begin another block; put it on one "
                           "line");
    for (uint32_t i = 0; i < length; i++)
        if (is_text(row, danger + i)) row->kinds.bytes[danger + i] = INLINE_ESCAPED;
    return true;
}

static bool protect_lines(struct writer *writer) {
    struct inlines *row = &writer->inlines;
    uint32_t length = (uint32_t)row->bytes.length, end = next_line_end(row, 0);
    if (!protect_line(writer, 0, true)) return false;
    for (; end < length; end = next_line_end(row, end + 1)) {
        if (end + 1 == length)
            return writer_fail(writer, inlines_node_at(row, end),
                               "a line break cannot stand at the end; remove it");
        if (!protect_line(writer, end + 1, false)) return false;
    }
    return true;
}

/* "# a #": the last would be taken for a closing sequence. */
static void protect_heading_end(struct inlines *row) {
    uint32_t at = (uint32_t)row->bytes.length;
    while (at > 0 && is_text(row, at - 1) && row->bytes.bytes[at - 1] == '#') at--;
    if (at < row->bytes.length &&
        (at == 0 || (is_text(row, at - 1) && is_blank(row->bytes.bytes[at - 1]))))
        row->kinds.bytes[at] = INLINE_ESCAPED;
}

static bool is_opening(char kind) {
    return kind == INLINE_OPEN || kind == INLINE_SPAN_OPEN;
}

/* Brackets of text that would pair with those of links and spans, or be a link themselves. */
static void protect_brackets(const struct writer *writer, struct inlines *row) {
    uint32_t *open = NULL, count = 0, capacity = 0, around = 0; /* links and spans */
    const char *bytes = row->bytes.bytes;
    char *kinds = row->kinds.bytes;
    for (uint32_t at = 0; at < row->bytes.length; at++) {
        bool text = kinds[at] == INLINE_TEXT;
        if (is_opening(kinds[at]) || (text && bytes[at] == '[')) {
            memory_reserve(&open, &capacity, count + 1);
            open[count++] = at;
            around += !text;
        } else if (kinds[at] == INLINE_CLOSE || kinds[at] == INLINE_SPAN_CLOSE) {
            while (count && !is_opening(kinds[open[count - 1]]))
                kinds[open[--count]] = INLINE_ESCAPED;
            if (count) count--;
            around--;
        } else if (text && bytes[at] == ']' && count) {
            bool ends = is_opening(kinds[open[count - 1]]), link = look(writer, at + 1) == '(';
            if (ends || (link && around)) {
                kinds[at] = INLINE_ESCAPED;
            } else if (link) { /* either bracket will do */
                kinds[count > 1 ? at : open[--count]] = INLINE_ESCAPED;
            } else {
                count--;
            }
        }
    }
    memory_free(open);
}

/* "<=@b>" is a link, too: an "@" before what ends an address. */
static bool may_be_address(const struct inlines *row, uint32_t at) {
    for (; at < row->bytes.length; at++) {
        char c = row->bytes.bytes[at];
        if (c == '@') return true;
        if (is_space(c) || c == '<' || c == '>') return false;
    }
    return false;
}

static void protect_characters(const struct writer *writer, struct inlines *row) {
    const char *bytes = row->bytes.bytes, *end = bytes + row->bytes.length;
    char *kinds = row->kinds.bytes;
    uint32_t backticks = 0, length = (uint32_t)row->bytes.length, last_close = 0;
    bool special = false;
    for (int i = 0; i < 4 && !special; i++) special = memchr(bytes, "`&!<"[i], length) != NULL;
    if (!special) return;
    for (uint32_t at = 0; at < length; at++) {
        if (bytes[at] == '`' && (at == 0 || bytes[at - 1] != '`')) backticks++;
        if (bytes[at] == '>') last_close = at;
    }
    for (uint32_t at = 0; at < length; at++) {
        if (kinds[at] != INLINE_TEXT) continue;
        char next;
        bool escape = false;
        switch (bytes[at]) {
        case '`': escape = backticks > 1; break;
        case '&': escape = writer_entity_at(bytes + at, end); break;
        case '!': escape = at + 1 < length && kinds[at + 1] == INLINE_OPEN; break;
        case '<':
            next = look(writer, at + 1);
            escape = (is_alphanumeric(next) || next == '/' || next == '!' || next == '?' ||
                      may_be_address(row, at + 1)) &&
                     (last_close > at || at == 0 || ends_line(row, at - 1));
            break;
        default: break;
        }
        if (escape) kinds[at] = INLINE_ESCAPED;
    }
}

bool writer_escape(struct writer *writer, node_id block, enum inline_context context) {
    struct inlines *row = &writer->inlines;
    if (!row->bytes.length) return true;
    encode_edges(writer, row);
    if (row->bytes.length >= 3 && is_text(row, 0) && !memcmp(row->bytes.bytes, "\xEF\xBB\xBF", 3))
        row->kinds.bytes[0] = INLINE_ENTITY; /* would be taken for a byte order mark */
    if (writer->options->dialect && !writer_guard(writer, block, context)) return false;
    protect_characters(writer, row);
    protect_brackets(writer, row);
    if (context == CONTEXT_PARAGRAPH) return protect_lines(writer);
    uint32_t end = next_line_end(row, 0);
    if (end < row->bytes.length)
        return writer_fail(writer, inlines_node_at(row, end),
                           "a line break where there can be only one line; remove it");
    protect_heading_end(row);
    return true;
}

/* Text in a destination, title or info string: entities are undone before backslashes. `special`
 * are the bytes that need a backslash. */
static void put_escaped(struct buffer *out, struct text text, const char *special) {
    if (!text.length) return;
    const char *end = text.bytes + text.length;
    for (const char *at = text.bytes; at < end; at++) {
        unsigned char c = (unsigned char)*at;
        if (c == '&' && writer_entity_at(at, end)) {
            buffer_append_string(out, "&amp;");
        } else if (c == '{' && at + 1 < end && (at[1] == '{' || at[1] == '%')) {
            buffer_append_string(out, "&#123;"); /* no shortcode begins here */
        } else if (c < 32 || c == 127) {
            buffer_printf(out, "&#%u;", c);
        } else if (c == ' ' && strchr(special, ' ')) {
            buffer_append_string(out, "&#32;");
        } else {
            if (c == '\\' ? at + 1 == end || is_punctuation(at[1]) : strchr(special, c) != NULL)
                buffer_append_byte(out, '\\');
            buffer_append_byte(out, (char)c);
        }
    }
}

/* Shortcodes go as they are; what is between them is escaped. */
static void put_around_shortcodes(struct buffer *out, struct text text, const char *special,
                                  bool shortcodes) {
    char more[8] = "`";
    if (shortcodes) special = strcat(more, special); /* no code span that has them begins here */
    size_t start = 0, length = shortcodes ? text.length : 0;
    struct shortcode_search search = {0};
    for (size_t at = 0; at < length; at++) {
        if (text.bytes[at] != '{') continue;
        size_t end = writer_next_shortcode_end(text.bytes, (uint32_t)at, (uint32_t)length, &search);
        if (end == at) continue;
        put_escaped(out, (struct text){text.bytes + start, at - start}, special);
        buffer_append(out, text.bytes + at, end - at);
        start = end;
        at = end - 1;
    }
    put_escaped(out, (struct text){text.bytes + start, text.length - start}, special);
}

/* A copy in which shortcodes are letters, as cmark sees them. */
void writer_mask(struct text text, bool shortcodes, struct buffer *out) {
    struct shortcode_search search = {0};
    out->length = 0;
    buffer_append_text(out, text);
    for (size_t at = 0; shortcodes && at < text.length; at++) {
        if (text.bytes[at] != '{') continue;
        size_t end =
            writer_next_shortcode_end(text.bytes, (uint32_t)at, (uint32_t)text.length, &search);
        if (end == at) continue;
        memset(out->bytes + at + 1, 'x', end - at - 2);
        at = end - 1;
    }
}

static bool parentheses_balance(struct text url) {
    int depth = 0;
    for (size_t i = 0; i < url.length; i++) {
        if (url.bytes[i] == '(' && ++depth > 8) return false;
        if (url.bytes[i] == ')' && --depth < 0) return false;
        if (url.bytes[i] == '\\') return false;
    }
    return depth == 0;
}

void writer_put_destination(struct buffer *out, struct text url, bool title_follows,
                            bool shortcodes) {
    struct buffer masked = {0};
    writer_mask(url, shortcodes, &masked);
    struct text seen = buffer_text(&masked);
    bool angle = url.length ? memchr(seen.bytes, ' ', seen.length) != NULL : title_follows;
    if (angle) {
        struct text inner = url;
        buffer_append_byte(out, '<');
        bool first = inner.length && *inner.bytes == ' ';
        if (first) {
            buffer_append_string(out, "&#32;");
            inner = (struct text){inner.bytes + 1, inner.length - 1};
        }
        bool last = inner.length && inner.bytes[inner.length - 1] == ' ';
        inner.length -= last;
        put_around_shortcodes(out, inner, "<>", shortcodes);
        if (last) buffer_append_string(out, "&#32;");
        buffer_append_byte(out, '>');
    } else {
        if (url.length && *url.bytes == '<') buffer_append_byte(out, '\\');
        put_around_shortcodes(out, url, parentheses_balance(seen) ? "" : "()", shortcodes);
    }
    buffer_free(&masked);
}

void writer_put_title(struct buffer *out, struct text title, bool shortcodes) {
    bool single = title.length && memchr(title.bytes, '"', title.length) &&
                  !memchr(title.bytes, '\'', title.length);
    /* cmark takes \\" for an escaped quote when there is another one later. */
    bool backslash = title.length && title.bytes[title.length - 1] == '\\';
    buffer_append_byte(out, single ? '\'' : '"');
    title.length -= backslash;
    put_around_shortcodes(out, title, single ? "'" : "\"", shortcodes);
    if (backslash) buffer_append_string(out, "&#92;");
    buffer_append_byte(out, single ? '\'' : '"');
}

void writer_put_info(struct buffer *out, struct text info) {
    if (info.length && *info.bytes == '~') buffer_append_byte(out, '\\');
    put_escaped(out, info, "");
}
