#include "article/heading.h"

#include "document/dialect.h"

#include <string.h>

enum { FARTHEST = 65536 };

struct line {
    struct text text; /* trimmed */
    unsigned indent;  /* columns before it, 4 for a tab */
    size_t start, end;
};

static bool next_line(struct text body, size_t *at, struct line *line) {
    if (*at >= body.length || *at >= FARTHEST) return false;
    size_t end = *at;
    while (end < body.length && body.bytes[end] != '\n' && body.bytes[end] != '\r') end++;
    *line = (struct line){.start = *at, .end = end};
    for (size_t i = *at; i < end && (body.bytes[i] == ' ' || body.bytes[i] == '\t'); i++)
        line->indent += body.bytes[i] == '\t' ? 4 : 1;
    line->text = text_trim((struct text){body.bytes + *at, end - *at});
    *at = end + 1;
    return true;
}

static size_t run_of(struct text text, char c) {
    size_t length = 0;
    while (length < text.length && text.bytes[length] == c) length++;
    return length;
}

/* To behind the fence that closes the one in `line`, or to the body's end. */
static void skip_code(struct text body, size_t *at, struct line line) {
    char mark = line.text.bytes[0];
    size_t length = run_of(line.text, mark);
    while (next_line(body, at, &line))
        if (line.indent < 4 && run_of(line.text, mark) >= length &&
            run_of(line.text, mark) == line.text.length)
            return;
}

/* 1 to 6, or 0: no heading of marks, or one without text. */
static size_t level_of(struct text line) {
    size_t level = run_of(line, '#');
    bool spaced = level < line.length && (line.bytes[level] == ' ' || line.bytes[level] == '\t');
    if (!spaced || level > 6) return 0;
    struct text rest = text_trim((struct text){line.bytes + level, line.length - level});
    return run_of(rest, '#') < rest.length ? level : 0;
}

/* What may stand above a title: a picture, a badge, HTML, a shortcode, a rule. */
static bool is_furniture(struct text line) {
    static const char *const starts[] = {"<", "{", "![", "[![", "---", "***", NULL};
    for (const char *const *start = starts; *start; start++)
        if (text_starts(line, text_of(*start))) return true;
    return false;
}

static bool is_marker(struct text line) {
    size_t digits = 0;
    while (digits < line.length && line.bytes[digits] >= '0' && line.bytes[digits] <= '9') digits++;
    if (digits) return digits < line.length && strchr(".)", line.bytes[digits]);
    return strchr("-*+>", line.bytes[0]);
}

struct text heading_of_body(struct text body) {
    enum { NOTHING, PARAGRAPH, OTHER } inside = NOTHING;
    size_t paragraph = 0;                /* where it begins */
    bool opened = false, before = false; /* there was text; there was before the paragraph */
    struct line line;
    for (size_t at = 0; next_line(body, &at, &line);) {
        struct text text = line.text;
        if (!text.length) {
            inside = NOTHING;
            continue;
        }
        if (line.indent >= 4) { /* code, or a paragraph that goes on */
            opened = true;
            continue;
        }
        bool underline =
            run_of(text, '=') == text.length || (run_of(text, '-') == text.length && !before);
        if (inside == PARAGRAPH && underline)
            return (struct text){body.bytes + paragraph, line.end - paragraph};
        size_t level = level_of(text);
        if (level == 1 || (level && !opened))
            return (struct text){body.bytes + line.start, line.end - line.start};
        if (text_starts(text, TEXT("```")) || text_starts(text, TEXT("~~~"))) {
            skip_code(body, &at, line);
            opened = true;
            inside = NOTHING;
        } else if (text_starts(text, TEXT("<!--"))) {
            while (!memmem(line.text.bytes, line.text.length, "-->", 3) &&
                   next_line(body, &at, &line)) {
            }
        } else if (level) {
            inside = NOTHING;
        } else if (inside == NOTHING) {
            bool furniture = is_furniture(text);
            inside = furniture || is_marker(text) ? OTHER : PARAGRAPH;
            paragraph = line.start;
            before = opened;
            opened |= !furniture;
        }
    }
    return (struct text){NULL, 0};
}

void heading_plain(struct text heading, struct markdown *markdown, struct buffer *out) {
    size_t before = out->length, at = 0;
    struct line line = {0};
    next_line(heading, &at, &line);
    size_t level = level_of(line.text);
    struct text rest = text_trim((struct text){line.text.bytes + level, line.text.length - level});
    bool marked = !level;
    for (size_t i = 0; i < rest.length && !marked; i++)
        marked = strchr("!\"#$&'*:<=>[\\]^_`{|}~", rest.bytes[i]);
    if (marked && markdown) {
        struct document document;
        struct diagnostics unheard = {0};
        document_open(&document, heading, 0);
        if (markdown_parse(markdown, TEXT("heading"), DIALECT_DEFAULT & ~DIALECT_SMART, &document,
                           &unheard))
            document_plain(&document, ROOT_NODE, out);
        document_free(&document);
        diagnostics_free(&unheard);
        rest = text_trim((struct text){out->bytes + before, out->length - before});
        if (rest.length) memmove(out->bytes + before, rest.bytes, rest.length);
        out->length = before + rest.length;
    } else {
        buffer_append_text(out, rest);
    }
}
