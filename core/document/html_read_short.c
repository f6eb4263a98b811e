#include "document/html_read_parts.h"

#ifdef HAVE_GUMBO

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SHORTEST = 32, MARK_LENGTH = 14, MOST_RUNS = 99999999 };

/* U+E000, eight digits, U+E001. */
#define MARK_OPEN  "\xEE\x80\x80"
#define MARK_CLOSE "\xEE\x80\x81"

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
    buffer_printf(out, MARK_OPEN "%08u" MARK_CLOSE, reader->run_count++);
}

bool html_shorten(struct text html, struct html_reader *reader, struct buffer *out) {
    const char *at = html.bytes, *end = at + html.length;
    bool idle = false; /* comments were left out */
    if (!html.length || memmem(at, html.length, "\xEE\x80", 2)) return false;
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
    const char *mark = reader->run_count ? strstr(text, MARK_OPEN) : NULL;
    if (!mark) return text;
    reader->whole.length = 0;
    for (; mark; mark = strstr(text, MARK_OPEN)) {
        uint32_t number = 0;
        for (const char *digit = mark + 3; digit < mark + 11; digit++)
            number = number * 10 + (uint32_t)(*digit - '0');
        buffer_append(&reader->whole, text, (size_t)(mark - text));
        buffer_append_text(&reader->whole, reader->runs[number]);
        text = mark + MARK_LENGTH;
    }
    buffer_append_string(&reader->whole, text);
    return buffer_string(&reader->whole);
}

#endif
