#include "read/source.h"

/* Past the line that begins at `at`: the end of the bytes when it has no end. */
static size_t next_line(struct text bytes, size_t at) {
    while (at < bytes.length && bytes.bytes[at] != '\n' && bytes.bytes[at] != '\r') at++;
    if (at + 1 < bytes.length && bytes.bytes[at] == '\r' && bytes.bytes[at + 1] == '\n') at++;
    return at < bytes.length ? at + 1 : at;
}

/* Whether the line [at, next) is the mark and nothing but white space behind it. */
static bool is_fence(struct text bytes, size_t at, size_t next, const char *mark) {
    if (next - at < 3 || memcmp(bytes.bytes + at, mark, 3) != 0) return false;
    for (size_t i = at + 3; i < next; i++)
        if (!memchr(" \t\r\n", bytes.bytes[i], 4)) return false;
    return true;
}

static uint8_t line_ends(struct text bytes) {
    size_t lone = 0, pairs = 0, carriages = 0;
    bool first_is_pair = false;
    if (!memchr(bytes.bytes, '\r', bytes.length)) return 0;
    for (size_t i = 0; i < bytes.length; i++) {
        bool pair = bytes.bytes[i] == '\r' && i + 1 < bytes.length && bytes.bytes[i + 1] == '\n';
        if (!pair && bytes.bytes[i] != '\n' && bytes.bytes[i] != '\r') continue;
        if (pair && !lone && !pairs && !carriages) first_is_pair = true;
        if (pair)
            pairs++, i++;
        else if (bytes.bytes[i] == '\n')
            lone++;
        else
            carriages++;
    }
    bool mixed = (lone > 0) + (pairs > 0) + (carriages > 0) > 1;
    return (uint8_t)((first_is_pair ? SOURCE_CRLF : 0) | (mixed ? SOURCE_MIXED_ENDS : 0));
}

#define FAIL(offset, ...)                                                                          \
    (diagnostics_add(diagnostics, SEVERITY_ERROR, path, text_place(bytes, offset), __VA_ARGS__),   \
     false)

/* What no output could carry. */
static bool bytes_are_text(struct text path, struct text bytes, struct diagnostics *diagnostics) {
    const char *nul = bytes.length ? memchr(bytes.bytes, '\0', bytes.length) : NULL;
    size_t valid = utf8_valid_length(bytes);
    if (nul && (size_t)(nul - bytes.bytes) < valid)
        return FAIL((size_t)(nul - bytes.bytes),
                    "a NUL byte, which no text holds; remove it, or save "
                    "the file as UTF-8 if it is UTF-16");
    if (valid == bytes.length) return true;
    if (bytes.length >= 2 &&
        (memcmp(bytes.bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes.bytes, "\xFE\xFF", 2) == 0))
        return FAIL(0, "the file is UTF-16; save it as UTF-8");
    return FAIL(valid, "the byte 0x%02X is not UTF-8; save the file as UTF-8",
                (unsigned)(unsigned char)bytes.bytes[valid]);
}

/* A file that begins like an object of JSON: {"title": ... but neither {% tag %} nor {{ name }}. */
static bool begins_with_json(struct text bytes, size_t at) {
    if (at == bytes.length || bytes.bytes[at] != '{') return false;
    do at++;
    while (at < bytes.length && memchr(" \t\r\n", bytes.bytes[at], 4));
    if (at == bytes.length || bytes.bytes[at++] != '"') return false;
    while (at < bytes.length && !memchr("\"\\\r\n", bytes.bytes[at], 4)) at++;
    if (at == bytes.length || bytes.bytes[at++] != '"') return false;
    while (at < bytes.length && memchr(" \t", bytes.bytes[at], 2)) at++;
    return at < bytes.length && bytes.bytes[at] == ':';
}

/* Front matter in a format that is not read, which must not go out as text. Its first line is
 * [start, first). */
static bool front_is_foreign(struct text path, struct text bytes, size_t start, size_t first,
                             struct diagnostics *diagnostics) {
    static const struct {
        const char *line, *format;
    } names[] = {{"+++", "TOML"},
                 {";;;", "JSON"},
                 {"---toml", "TOML"},
                 {"---json", "JSON"},
                 {"---json5", "JSON"},
                 {"---js", "JavaScript"},
                 {"---javascript", "JavaScript"}};
    struct text line = text_trim((struct text){bytes.bytes + start, first - start});
    const char *format = begins_with_json(bytes, start) ? "JSON" : NULL;
    for (size_t i = 0; !format && i < sizeof names / sizeof *names; i++)
        if (text_is(line, names[i].line)) format = names[i].format;
    struct place place = text_place(bytes, start);
    if (format)
        diagnostics_add(diagnostics, SEVERITY_ERROR, path, place,
                        "front matter in %s is not read; write it as YAML between two lines of "
                        "---, or let `galley import folder` convert it",
                        format);
    else if (text_is(line, "---yaml") || text_is(line, "---yml"))
        diagnostics_add(diagnostics, SEVERITY_ERROR, path, place,
                        "front matter begins with --- alone; remove the name behind it");
    else
        return false;
    return true;
}

/* A file without front matter, whose blank lines stand before what could be some. */
static void warn_of_blank_line(struct text path, struct text bytes, size_t start,
                               struct diagnostics *diagnostics) {
    size_t at = start;
    while (at < bytes.length && memchr(" \t\r\n", bytes.bytes[at], 4)) at++;
    while (at > start && bytes.bytes[at - 1] != '\n' && bytes.bytes[at - 1] != '\r') at--;
    if (at > start && at < bytes.length && is_fence(bytes, at, next_line(bytes, at), "---"))
        diagnostics_add(diagnostics, SEVERITY_WARNING, path, text_place(bytes, start),
                        "a blank line stands before ---, so that this file has no front matter; "
                        "remove it if front matter is meant");
}

bool source_split(struct text path, struct text bytes, const struct limits *limits,
                  struct source *source, struct diagnostics *diagnostics) {
    *source = (struct source){.path = path, .bytes = bytes};
    if (bytes.length > limits->article_bytes) {
        diagnostics_add(diagnostics, SEVERITY_ERROR, path, (struct place){0, 0},
                        "%zu bytes are over the limit of %u for an article; split it, or raise "
                        "limits in galley.yaml",
                        bytes.length, (unsigned)limits->article_bytes);
        return false;
    }
    if (!bytes.length) return true;
    source->flags = line_ends(bytes);
    char last = bytes.bytes[bytes.length - 1];
    if (last != '\n' && last != '\r') source->flags |= SOURCE_NO_FINAL_NEWLINE;
    if (!bytes_are_text(path, bytes, diagnostics)) return false;
    size_t start = 0;
    if (text_starts(bytes, TEXT("\xEF\xBB\xBF"))) {
        source->flags |= SOURCE_BOM;
        start = 3;
    }
    source->body = (uint32_t)start;
    size_t first = next_line(bytes, start);
    if (front_is_foreign(path, bytes, start, first, diagnostics)) return false;
    if (!is_fence(bytes, start, first, "---")) {
        warn_of_blank_line(path, bytes, start, diagnostics);
        return true;
    }
    for (size_t line = first; line < bytes.length;) {
        size_t next = next_line(bytes, line);
        if (is_fence(bytes, line, next, "---") || is_fence(bytes, line, next, "...")) {
            source->front = (struct span){(uint32_t)first, (uint32_t)(line - first)};
            source->body = (uint32_t)next;
            source->flags |= SOURCE_HAS_FRONT;
            if (source->front.length <= limits->front_matter_bytes) return true;
            return FAIL(first,
                        "%u bytes of front matter are over the limit of %u; make it shorter, "
                        "or raise limits in galley.yaml",
                        (unsigned)source->front.length, (unsigned)limits->front_matter_bytes);
        }
        line = next;
    }
    return FAIL(start,
                "the front matter that begins here is never closed; add a line of --- behind "
                "it");
}
