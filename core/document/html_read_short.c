#include "document/html_read_parts.h"

#ifdef HAVE_GUMBO

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A mark is one character of the last two planes, which are for private use: gumbo handles each
 * character as a token. The last two of a plane are none. */
enum {
    SHORTEST = 5, /* bytes; a mark has four */
    PLANE_15 = 0xF0000,
    PLANE_16 = 0x100000,
    IN_A_PLANE = 0xFFFE,
    MOST_RUNS = 2 * IN_A_PLANE
};

static bool is_letter(char byte) {
    return (byte | 32) >= 'a' && (byte | 32) <= 'z';
}

static bool is_name(char byte) {
    return is_letter(byte) || (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' ||
           byte == ':' || byte == '.';
}

static bool changes_state(struct text name) {
    static const struct text names[] = {
        TEXT("script"), TEXT("style"),   TEXT("textarea"), TEXT("title"),    TEXT("xmp"),
        TEXT("iframe"), TEXT("noembed"), TEXT("noframes"), TEXT("noscript"), TEXT("plaintext"),
        TEXT("svg"),    TEXT("math"),    TEXT("template"), TEXT("select"),   TEXT("frameset")};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (name.length == names[i].length &&
            strncasecmp(name.bytes, names[i].bytes, name.length) == 0)
            return true;
    return false;
}

/* The length of a tag or comment at `at` that is written as it should be, so that text follows it
 * as every reader sees it; 0 for anything else. */
static size_t tidy_tag(const char *at, const char *end) {
    const char *start = at++;
    if (end - at >= 3 && memcmp(at, "!--", 3) == 0) {
        const char *close = memmem(at + 3, (size_t)(end - at - 3), "--", 2);
        return close && close > at + 3 && at[3] != '>' && at[3] != '-' && close + 2 < end &&
                       close[2] == '>'
                   ? (size_t)(close + 3 - start)
                   : 0;
    }
    if (at < end && *at == '/') at++;
    const char *name = at;
    if (at == end || !is_letter(*at)) return 0;
    while (at < end && is_name(*at)) at++;
    if (changes_state((struct text){name, (size_t)(at - name)})) return 0;
    for (;;) {
        const char *before = at;
        while (at < end && html_is_space(*at)) at++;
        if (at < end && *at == '>') return (size_t)(at + 1 - start);
        if (end - at >= 2 && at[0] == '/' && at[1] == '>') return (size_t)(at + 2 - start);
        if (at == before || at == end || !is_letter(*at)) return 0;
        while (at < end && is_name(*at)) at++;
        if (at < end && *at == '=') {
            at++;
            if (at == end || (*at != '"' && *at != '\'')) return 0;
            const char *close = memchr(at + 1, *at, (size_t)(end - at - 1));
            if (!close) return 0;
            at = close + 1;
        }
    }
}

/* A tidy comment that says nothing of where the text is parted. */
static bool is_idle_comment(const char *tag) {
    if (tag[1] != '!') return false;
    for (tag += 4; html_is_space(*tag); tag++)
        ;
    return strncmp(tag, "more", 4) != 0 && strncmp(tag, "nextpage", 8) != 0;
}

static void put_piece(struct html_reader *reader, const char *bytes, size_t length,
                      struct buffer *out) {
    if (length < SHORTEST || reader->run_count == MOST_RUNS || memchr(bytes, '\0', length) ||
        memchr(bytes, '\r', length)) {
        buffer_append(out, bytes, length);
        return;
    }
    memory_reserve(&reader->runs, &reader->run_capacity, reader->run_count + 1);
    reader->runs[reader->run_count] = (struct text){bytes, length};
    uint32_t number = reader->run_count++;
    char mark[4];
    buffer_append(
        out, mark,
        utf8_encode(number < IN_A_PLANE ? PLANE_15 + number : PLANE_16 + number - IN_A_PLANE,
                    mark));
}

/* Whether a character of the two planes begins here. */
static bool is_mark(const char *at, const char *end) {
    unsigned char lead = (unsigned char)*at;
    return lead == 0xF4 || (lead == 0xF3 && at + 1 < end && (unsigned char)at[1] >= 0xB0);
}

static bool has_marks(struct text html) {
    const char *end = html.bytes + html.length;
    for (const char *at = html.bytes; (at = memchr(at, 0xF3, (size_t)(end - at))); at++)
        if (is_mark(at, end)) return true;
    return memchr(html.bytes, 0xF4, html.length) != NULL;
}

bool html_shorten(struct text html, struct html_reader *reader, struct buffer *out) {
    const char *at = html.bytes, *end = at + html.length;
    bool idle = false; /* comments were left out */
    if (!html.length || has_marks(html)) return false;
    while (at < end) {
        const char *tag = memchr(at, '<', (size_t)(end - at));
        const char *stop = tag ? tag : end, *first = at, *last = stop;
        while (first < stop && html_is_space(*first)) first++;
        while (last > first && html_is_space(last[-1])) last--;
        buffer_append(out, at, (size_t)(first - at));
        while (first < last) { /* up to a reference, which stays, with what stands behind it */
            const char *and = memchr(first, '&', (size_t)(last - first));
            const char *behind = and? and : last;
            put_piece(reader, first, (size_t)(behind - first), out);
            for (first = behind; first < last && !html_is_space(*first); first++)
                buffer_append_byte(out, *first);
        }
        buffer_append(out, last, (size_t)(stop - last));
        if (!tag) break;
        size_t length = tidy_tag(tag, end);
        at = length ? tag + length : end;
        if (length && is_idle_comment(tag)) {
            idle = true;
            continue;
        }
        buffer_append(out, tag, (size_t)(at - tag));
    }
    return idle || reader->run_count > 0;
}

const char *html_text(struct html_reader *reader, const char *text) {
    if (!reader->run_count) return text;
    const char *end = text + strlen(text), *from = text;
    reader->whole.length = 0;
    for (const char *at = text; at < end; at++) {
        if (!is_mark(at, end)) continue;
        size_t used;
        uint32_t code = utf8_decode(at, (size_t)(end - at), &used);
        uint32_t number = code < PLANE_16 ? code - PLANE_15 : code - PLANE_16 + IN_A_PLANE;
        buffer_append(&reader->whole, from, (size_t)(at - from));
        buffer_append_text(&reader->whole, reader->runs[number]);
        from = at + used;
        at = from - 1;
    }
    if (from == text) return text;
    buffer_append_string(&reader->whole, from);
    return buffer_string(&reader->whole);
}

#endif
