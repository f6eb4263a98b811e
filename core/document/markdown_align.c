#include "document/markdown_align.h"

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_punctuation(char c) {
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
           (c >= '{' && c <= '~');
}

static bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool fail(struct align *align) {
    return align->sound = false;
}

struct align align_start(const char *bytes, uint32_t start, uint32_t end, uint32_t quotes) {
    return (struct align){bytes, start, end, quotes, true};
}

/* Past white space and at most as many ">" as there are quotes around the block: fewer where the
 * line continues lazily. */
static uint32_t line_prefix(const struct align *align, uint32_t at) {
    uint32_t quotes = align->quotes;
    for (; at < align->end; at++) {
        char c = align->bytes[at];
        if (c == '>' && quotes)
            quotes--;
        else if (c != ' ' && c != '\t')
            break;
    }
    return at;
}

/* Past one line end and the next line's prefix; `at` itself when there is no line end. */
static uint32_t next_line(const struct align *align, uint32_t at) {
    uint32_t after = at;
    if (after < align->end && align->bytes[after] == '\r') after++;
    if (after < align->end && align->bytes[after] == '\n') after++;
    return after == at ? at : line_prefix(align, after);
}

/* Spaces, with one line end at most among them. */
static uint32_t spaces_and_line(const struct align *align, uint32_t at) {
    for (int lines = 0; at < align->end; at++) {
        while (at < align->end && memchr(" \t\v\f", align->bytes[at], 4)) at++;
        uint32_t after = next_line(align, at);
        if (after == at || lines++) break;
        at = after - 1;
    }
    return at;
}

/* An entity's end, or `at` when there is none: its syntax alone, not whether its name is known. */
static const char *entity_end(const char *at, const char *end) {
    const char *c = at + 1;
    if (c < end && *c == '#') {
        c++;
        bool hexadecimal = c < end && (*c == 'x' || *c == 'X');
        if (hexadecimal) c++;
        const char *digits = c;
        while (c < end && c - digits < 8 &&
               (hexadecimal ? (is_alphanumeric(*c) && (*c | 32) <= 'f') || (*c >= '0' && *c <= '9')
                            : *c >= '0' && *c <= '9'))
            c++;
        if (c == digits || c - digits > (hexadecimal ? 6 : 7)) return at;
    } else {
        const char *name = c;
        while (c < end && c - name < 33 && is_alphanumeric(*c)) c++;
        if (c - name < 2) return at;
    }
    return c < end && *c == ';' ? c + 1 : at;
}

bool align_step(const char *source, const char *source_end, const char *literal,
                const char *literal_end, bool escapes, bool smart, uint32_t *source_used,
                uint32_t *literal_used) {
    *source_used = *literal_used = 1;
    if (*source == '\0') { /* cmark has U+FFFD for it */
        *literal_used = 3;
        return literal_end - literal >= 3 && !memcmp(literal, "\xEF\xBF\xBD", 3);
    }
    if (*source == '\\' && escapes && source_end - source > 1 && is_punctuation(source[1])) {
        *source_used = 2;
        return source[1] == *literal;
    }
    if (*source == '&') {
        const char *end = entity_end(source, source_end);
        size_t length = (size_t)(end - source);
        bool ampersand =
            (length == 5 && (!memcmp(source, "&amp;", 5) || !memcmp(source, "&AMP;", 5) ||
                             !memcmp(source, "&#38;", 5))) ||
            (length == 6 && (!memcmp(source, "&#x26;", 6) || !memcmp(source, "&#X26;", 6)));
        if (length && (ampersand || *literal != '&')) {
            size_t used;
            utf8_decode(literal, (size_t)(literal_end - literal), &used);
            *source_used = (uint32_t)length;
            *literal_used = (uint32_t)used;
            return !ampersand || *literal == '&';
        }
    }
    if (*source == *literal) return true;
    if (smart && literal_end - literal >= 3 && literal[0] == '\xE2' && literal[1] == '\x80') {
        size_t left = (size_t)(source_end - source);
        *literal_used = 3;
        switch ((unsigned char)literal[2]) {
        case 0x98:
        case 0x99: return *source == '\'';
        case 0x9C:
        case 0x9D: return *source == '"';
        case 0x93: *source_used = 2; return left >= 2 && !memcmp(source, "--", 2);
        case 0x94: *source_used = 3; return left >= 3 && !memcmp(source, "---", 3);
        case 0xA6: *source_used = 3; return left >= 3 && !memcmp(source, "...", 3);
        default: return false;
        }
    }
    return false;
}

bool align_text(struct align *align, struct text literal, bool escapes, bool smart,
                bool *verbatim) {
    *verbatim = false;
    if (!align->sound) return false;
    const char *source = align->bytes + align->at, *end = align->bytes + align->end;
    if ((size_t)(end - source) >= literal.length &&
        !memcmp(source, literal.bytes, literal.length) &&
        !memchr(literal.bytes, '&', literal.length) &&
        !(escapes && memchr(literal.bytes, '\\', literal.length))) {
        align->at += (uint32_t)literal.length;
        return *verbatim = true;
    }
    const char *at = literal.bytes, *literal_end = at + literal.length;
    bool same = true;
    for (;;) {
        uint32_t source_used, literal_used;
        while (at < literal_end && source < end && *source == *at && *at && *at != '&' &&
               *at != '\\')
            source++, at++;
        if (at == literal_end) break;
        if (source >= end ||
            !align_step(source, end, at, literal_end, escapes, smart, &source_used, &literal_used))
            return fail(align);
        same = same && source_used == 1 && literal_used == 1;
        source += source_used;
        at += literal_used;
    }
    align->at = (uint32_t)(source - align->bytes);
    *verbatim = same;
    return true;
}

/* `literal` at `at` with the prefixes of lines left out, and with a line end of the source as
 * `line_end` ('\n': as it is written). Returns the end, or 0 when it does not stand there. */
static uint32_t match_lines(const struct align *align, uint32_t at, struct text literal,
                            bool spaces_for_lines) {
    for (size_t i = 0; i < literal.length;) {
        if (at >= align->end) return 0;
        char c = align->bytes[at];
        if (c == '\n' || c == '\r') {
            uint32_t after = next_line(align, at);
            size_t length = spaces_for_lines                            ? 1
                            : c == '\r' && align->bytes[at + 1] == '\n' ? 2
                                                                        : 1;
            if (spaces_for_lines ? literal.bytes[i] != ' '
                                 : length > literal.length - i ||
                                       memcmp(literal.bytes + i, align->bytes + at, length) != 0)
                return 0;
            at = after;
            i += length;
        } else {
            if (c != literal.bytes[i]) return 0;
            at++;
            i++;
        }
    }
    return at;
}

static uint32_t run_of(const struct align *align, uint32_t at, char c) {
    uint32_t start = at;
    while (at < align->end && align->bytes[at] == c) at++;
    return at - start;
}

bool align_code(struct align *align, struct text literal, uint32_t *content, bool *verbatim) {
    if (!align->sound) return false;
    uint32_t ticks = run_of(align, align->at, '`');
    if (!ticks) return fail(align);
    for (int stripped = 0; stripped < 2; stripped++) {
        uint32_t start = align->at + ticks;
        if (stripped) {
            if (start >= align->end || !strchr(" \r\n", align->bytes[start])) break;
            start = align->bytes[start] == ' ' ? start + 1 : next_line(align, start);
        }
        uint32_t end = match_lines(align, start, literal, true);
        if (!end) continue;
        uint32_t close = end;
        if (stripped) {
            if (close >= align->end || !strchr(" \r\n", align->bytes[close])) continue;
            close = align->bytes[close] == ' ' ? close + 1 : next_line(align, close);
        }
        if (run_of(align, close, '`') != ticks) continue;
        *content = start;
        *verbatim = end - start == literal.length &&
                    !memcmp(align->bytes + start, literal.bytes, literal.length);
        align->at = close + ticks;
        return true;
    }
    return fail(align);
}

bool align_html(struct align *align, struct text literal, bool *verbatim) {
    if (!align->sound) return false;
    uint32_t end = match_lines(align, align->at, literal, false);
    if (!end) return fail(align);
    *verbatim = end - align->at == literal.length;
    align->at = end;
    return true;
}

bool align_marks(struct align *align, const char *marks, uint32_t count) {
    if (!align->sound) return false;
    if (align->at >= align->end || !align->bytes[align->at] ||
        !strchr(marks, align->bytes[align->at]))
        return fail(align);
    for (uint32_t i = 0; i < count; i++)
        if (align->at + i >= align->end || align->bytes[align->at + i] != align->bytes[align->at])
            return fail(align);
    align->at += count;
    return true;
}

bool align_line_end(struct align *align) {
    if (!align->sound) return false;
    uint32_t at = align->at;
    while (at < align->end && (align->bytes[at] == ' ' || align->bytes[at] == '\t')) at++;
    if (at < align->end && align->bytes[at] == '\\') at++;
    uint32_t after = next_line(align, at);
    if (after == at) return fail(align);
    align->at = after;
    return true;
}

/* A link's destination at `at`; its end, or `at` with an empty span when there is none. */
static bool destination(const struct align *align, uint32_t at, uint32_t *end, struct span *url) {
    const char *bytes = align->bytes;
    uint32_t start = at;
    if (at < align->end && bytes[at] == '<') {
        for (at++; at < align->end && bytes[at] != '>'; at++) {
            if (bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '<') return false;
            if (bytes[at] == '\\' && at + 1 < align->end && is_punctuation(bytes[at + 1])) at++;
        }
        if (at >= align->end) return false;
        *url = (struct span){start + 1, at - start - 1};
        *end = at + 1;
        return true;
    }
    int parentheses = 0;
    for (; at < align->end; at++) {
        char c = bytes[at];
        if (c == '\\' && at + 1 < align->end && is_punctuation(bytes[at + 1])) {
            at++;
        } else if (c == '(') {
            if (++parentheses > 32) return false;
        } else if (c == ')') {
            if (!parentheses) break;
            parentheses--;
        } else if (is_space(c)) {
            break;
        }
    }
    if (parentheses) return false;
    *url = (struct span){start, at - start};
    *end = at;
    return true;
}

static bool title_at(const struct align *align, uint32_t at, uint32_t *end, struct span *title) {
    if (at >= align->end || !strchr("\"'(", align->bytes[at])) return false;
    char open = align->bytes[at], close = open == '(' ? ')' : open;
    for (uint32_t i = at + 1; i < align->end; i++) {
        char c = align->bytes[i];
        if (c == close) {
            *title = (struct span){at + 1, i - at - 1};
            *end = i + 1;
            return true;
        }
        if (c == '(' && open == '(') return false;
        if (c == '\\' && i + 1 < align->end && is_punctuation(align->bytes[i + 1])) i++;
    }
    return false;
}

/* "[label]" at `at`: its end, or `at`. */
static uint32_t label_end(const struct align *align, uint32_t at) {
    uint32_t start = at;
    if (at >= align->end || align->bytes[at] != '[') return at;
    for (at++; at < align->end && at - start <= 1001; at++) {
        char c = align->bytes[at];
        if (c == '[') return start;
        if (c == ']') return at + 1;
        if (c == '\\' && at + 1 < align->end && is_punctuation(align->bytes[at + 1])) at++;
    }
    return start;
}

bool align_link_tail(struct align *align, struct text expected, struct span *url,
                     struct span *title) {
    *url = *title = (struct span){0, 0};
    if (!align->sound) return false;
    if (align->at >= align->end || align->bytes[align->at] != ']') return fail(align);
    uint32_t at = ++align->at, end;
    if (at >= align->end) return true;
    if (align->bytes[at] == '(' && align->end - at >= expected.length + 2 && expected.length &&
        align->bytes[at + 1 + expected.length] == ')' &&
        !memcmp(align->bytes + at + 1, expected.bytes, expected.length)) {
        *url = (struct span){at + 1, (uint32_t)expected.length}; /* as it nearly always is */
        align->at = at + 2 + (uint32_t)expected.length;
        return true;
    }
    if (align->bytes[at] == '(') {
        struct span found_url = {0, 0}, found_title = {0, 0};
        at = spaces_and_line(align, at + 1);
        if (destination(align, at, &end, &found_url)) {
            at = spaces_and_line(align, end);
            if (at > end && title_at(align, at, &end, &found_title))
                at = spaces_and_line(align, end);
            if (at < align->end && align->bytes[at] == ')') {
                *url = found_url;
                *title = found_title;
                align->at = at + 1;
                return true;
            }
        }
    } else if (align->bytes[at] == '[') {
        align->at = label_end(align, at);
    }
    return true;
}

void align_references(struct align *align) {
    while (align->at < align->end && align->bytes[align->at] == '[') {
        uint32_t at = align->at, end = label_end(align, at);
        struct span ignored;
        if (end == at || end >= align->end || align->bytes[end] != ':') return;
        at = spaces_and_line(align, end + 1);
        if (!destination(align, at, &end, &ignored) || end == at) return;
        uint32_t url_end = end;
        at = spaces_and_line(align, end);
        bool titled = at > url_end && title_at(align, at, &end, &ignored);
        for (;;) {
            at = titled ? end : url_end;
            while (at < align->end && (align->bytes[at] == ' ' || align->bytes[at] == '\t')) at++;
            uint32_t after = next_line(align, at);
            if (after > at || at >= align->end) {
                align->at = after;
                break;
            }
            if (!titled) return;
            titled = false;
        }
    }
}
