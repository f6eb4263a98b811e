#include "document/dialect_scan.h"
#include "document/markdown_html.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

void scan_warn(struct scan *scan, uint32_t at, const char *message) {
    dialect_warn_at(scan->warner, scan->base + at, "%s", message);
}

bool scan_has_marker(const struct scan *scan, char marker) {
    const char *bytes = scan->body.bytes;
    for (uint32_t at = 0; at < scan->body.length; at++) {
        const char *next = memchr(bytes + at, marker, scan->body.length - at);
        if (!next) return false;
        at = (uint32_t)(next - bytes);
        uint32_t before = at;
        if (marker == ')' || marker == '.')
            while (before && bytes[before - 1] >= '0' && bytes[before - 1] <= '9') before--;
        if (before == at && (marker == ')' || marker == '.')) continue;
        while (before && (is_blank(bytes[before - 1]) || bytes[before - 1] == '>')) before--;
        if (!before || bytes[before - 1] == '\n' || bytes[before - 1] == '\r') return true;
    }
    return false;
}

/* The length of a code fence at the line's content. */
static uint32_t fence_at(const struct scan *scan, const struct scan_line *line) {
    const char *bytes = scan->body.bytes;
    uint32_t at = line->content, run = 0;
    if (at >= line->end || (bytes[at] != '`' && bytes[at] != '~')) return 0;
    while (at + run < line->end && bytes[at + run] == bytes[at]) run++;
    if (run < 3) return 0;
    if (bytes[at] == '`' && memchr(bytes + at + run, '`', line->end - at - run)) return 0;
    return run;
}

static bool closes_fence(const struct scan *scan, const struct scan_line *line) {
    uint32_t at = line->content, run = 0;
    if (line->indent > 3) return false;
    while (at < line->end && scan->body.bytes[at] == scan->fence) at++, run++;
    while (at < line->end && is_blank(scan->body.bytes[at])) at++;
    return run >= scan->fence_length && at == line->end;
}

static bool is_heading(const char *bytes, uint32_t at, uint32_t end) {
    uint32_t run = 0;
    while (at + run < end && bytes[at + run] == '#') run++;
    return run && run <= 6 && (at + run == end || is_blank(bytes[at + run]));
}

/* A line of nothing but "=" or "-" makes a heading of the paragraph before it. */
static bool is_underline(const char *bytes, uint32_t at, uint32_t end) {
    char mark = bytes[at];
    if (mark != '=' && mark != '-') return false;
    while (at < end && bytes[at] == mark) at++;
    while (at < end && is_blank(bytes[at])) at++;
    return at == end;
}

bool scan_starts_block(const struct scan *scan, const struct scan_line *line,
                       bool after_paragraph) {
    const char *bytes = scan->body.bytes;
    uint32_t at = line->content, end = line->end;
    switch (bytes[at]) {
    case '#': return is_heading(bytes, at, end);
    case '`':
    case '~': return fence_at(scan, line) != 0;
    case ':':
        return scan->dialect & DIALECT_DIRECTIVES && end - at >= 3 && bytes[at + 1] == ':' &&
               bytes[at + 2] == ':';
    case '-':
    case '*':
    case '_': return scan_is_thematic_break(bytes, at, end);
    case '<': return html_block_kind(bytes + at, bytes + end, after_paragraph) != 0;
    default: return false;
    }
}

/* Code spans and opaque runs of one stretch of lines without a blank line among them. */
struct stretch {
    const char *bytes;
    uint32_t start, end;
    uint32_t last_ticks[81]; /* where the last run of so many backticks is */
    bool knows_ticks;
    bool unclosed[4]; /* kinds of shortcodes that do not close any more */
};

static uint32_t tick_run(const struct stretch *stretch, uint32_t at) {
    uint32_t start = at;
    while (at < stretch->end && stretch->bytes[at] == '`') at++;
    return at - start;
}

/* The end of the code span that begins with `run` backticks at `at`, or of the backticks. */
static uint32_t code_span_end(struct stretch *stretch, uint32_t at, uint32_t run) {
    if (!stretch->knows_ticks) {
        memset(stretch->last_ticks, 0, sizeof stretch->last_ticks);
        for (uint32_t i = at; i < stretch->end;) {
            const char *next = memchr(stretch->bytes + i, '`', stretch->end - i);
            if (!next) break;
            i = (uint32_t)(next - stretch->bytes);
            uint32_t length = tick_run(stretch, i);
            if (length <= 80) stretch->last_ticks[length] = i;
            i += length;
        }
        stretch->knows_ticks = true;
    }
    uint32_t after = at + run;
    if (run > 80 || stretch->last_ticks[run] <= at) return after;
    for (uint32_t i = after; i < stretch->end;) {
        if (stretch->bytes[i] != '`') {
            i++;
            continue;
        }
        uint32_t length = tick_run(stretch, i);
        i += length;
        if (length == run) return i;
    }
    return after;
}

enum { PAIRS_TRIED = 20 }; /* an end that is missing is looked for to the end of the body */

static uint32_t pair_end(struct scan *scan, uint32_t at, uint32_t after) {
    const char *bytes = scan->body.bytes;
    if (scan->pairs_tried >= PAIRS_TRIED) return after;
    uint32_t end = shortcode_pair_end(bytes, at, after, (uint32_t)scan->body.length);
    if (end != after) return end;
    struct text tag = {bytes + at, after - at < 32 ? after - at : 32};
    if (memmem(tag.bytes, tag.length, "highlight", 9) ||
        memmem(tag.bytes, tag.length, "comment", 7))
        scan->pairs_tried++;
    return after;
}

static void scan_stretch(struct scan *scan, uint32_t start, uint32_t end) {
    const char *bytes = scan->body.bytes;
    struct stretch stretch = {.bytes = bytes, .start = start, .end = end};
    if (start < scan->opaque_until) start = scan->opaque_until;
    bool shortcodes = scan->dialect & DIALECT_SHORTCODES;
    bool attributes = scan->dialect & DIALECT_ATTRIBUTES;
    bool directives = scan->dialect & DIALECT_DIRECTIVES;
    for (uint32_t at = start; at < end;) {
        char c = bytes[at];
        uint32_t after = at;
        switch (c) {
        case '\\': at += at + 1 < end ? 2 : 1; continue;
        case '`': at = code_span_end(&stretch, at, tick_run(&stretch, at)); continue;
        case '{': {
            int kind = at + 1 >= end          ? -1
                       : bytes[at + 1] == '{' ? 0
                       : bytes[at + 1] == '%' ? 1
                                              : -1;
            if (kind == 0 && at + 2 < end && bytes[at + 2] == '<') kind = 2;
            if (kind == 0 && at + 2 < end && bytes[at + 2] == '%') kind = 3;
            if (shortcodes && kind >= 0 && !stretch.unclosed[kind]) {
                after = shortcode_end(bytes, at, end);
                if (after == at) {
                    stretch.unclosed[kind] = true;
                    break;
                }
                after = pair_end(scan, at, after);
                rewrite_propose(scan->rewrite, PROPOSAL_SHORTCODE, at, after);
                if (after > end) scan->opaque_until = after;
            } else if (attributes && kind < 0) {
                after = attributes_end(bytes, at, end);
                if (after > at) rewrite_propose(scan->rewrite, PROPOSAL_ATTRIBUTES, at, after);
            }
            break;
        }
        case ':':
            if (!directives) break;
            after = directive_inline_end(bytes, at, end);
            if (after > at) rewrite_propose(scan->rewrite, PROPOSAL_DIRECTIVE_INLINE, at, after);
            break;
        default: break;
        }
        at = after > at ? after : at + 1;
    }
}

/* A line of a fenced code or HTML block. */
static void pass_leaf_line(struct scan *scan, const struct scan_line *line) {
    const char *bytes = scan->body.bytes;
    bool ends = scan->leaf == LEAF_FENCE
                    ? closes_fence(scan, line)
                    : html_block_ends(scan->html_kind, bytes + line->content, bytes + line->end);
    if (ends) scan->leaf = LEAF_NONE;
}

/* What a line begins that is no Markdown; LEAF_NONE also for HTML that ends with its line. */
static enum scan_leaf begin_leaf(struct scan *scan, const struct scan_line *line, bool *html) {
    const char *bytes = scan->body.bytes + line->content, *end = scan->body.bytes + line->end;
    *html = false;
    if (*bytes == '<') {
        bool after_paragraph = scan->paragraph && !line->opens;
        scan->html_kind = html_block_kind(bytes, end, after_paragraph);
        *html = scan->html_kind != 0;
        return *html && !html_block_ends(scan->html_kind, bytes, end) ? LEAF_HTML : LEAF_NONE;
    }
    scan->fence_length = fence_at(scan, line);
    scan->fence = *bytes;
    return scan->fence_length ? LEAF_FENCE : LEAF_NONE;
}

/* A line of text, for all that is known: whether a paragraph may go on behind it. */
static bool read_text_line(struct scan *scan, const struct scan_line *line) {
    const char *bytes = scan->body.bytes;
    uint32_t at = line->content, end = line->end;
    bool after_paragraph = scan->paragraph && !line->opens;
    if (line->lazy) return true;
    if (line->indent > 3) return after_paragraph;
    if (is_heading(bytes, at, end) || scan_is_thematic_break(bytes, at, end)) return false;
    if (after_paragraph && is_underline(bytes, at, end)) return false;
    if (bytes[at] == ':' && scan->dialect & DIALECT_DIRECTIVES && directive_propose(scan, line))
        return false;
    if (!(scan->dialect & DIALECT_TABLES)) return true;
    if (scan->table) {
        table_propose_row(scan, line);
        return false;
    }
    bool delimiter = bytes[at] == '|' || bytes[at] == '-' || bytes[at] == ':';
    return !(delimiter && after_paragraph && table_propose(scan, line));
}

/* Whether the line cannot be a row of the table that is being read. */
static bool ends_table(const struct scan *scan, const struct scan_line *line) {
    return line->container != scan->previous.container || line->opens || line->indent > 3 ||
           scan_line_is_blank(line) || scan_starts_block(scan, line, false);
}

/* Lines: fences, what makes blocks, and stretches for the second look when it is wanted. */
static void scan_lines(struct scan *scan, bool inlines) {
    uint32_t length = (uint32_t)scan->body.length, stretch = 0;
    for (uint32_t at = 0; at < length;) {
        if (at < scan->opaque_until) { /* up to its end it is one run for cmark */
            const char *feed = memchr(scan->body.bytes + at, '\n', length - at);
            stretch = at;
            at = feed ? (uint32_t)(feed - scan->body.bytes) + 1 : length;
            scan->paragraph = true;
            scan->leaf = LEAF_NONE;
            scan->table = scan->blanks = 0;
            continue;
        }
        struct scan_line line = scan_next_line(scan, at);
        bool blank = scan_line_is_blank(&line), html;
        at = line.next;
        if (line.inside) {
            if (scan->leaf == LEAF_FENCE) stretch = line.next;
            if (scan->leaf == LEAF_HTML && blank) {
                if (inlines) scan_stretch(scan, stretch, line.start);
                stretch = line.next;
            }
            pass_leaf_line(scan, &line);
            scan->previous = line;
            continue;
        }
        if (scan->leaf == LEAF_FENCE) stretch = line.start;
        scan->leaf = LEAF_NONE;
        if (scan->table && ends_table(scan, &line)) scan->table = 0;
        if (blank) {
            if (inlines) scan_stretch(scan, stretch, line.start);
            stretch = line.next;
            scan->blanks++;
            scan->paragraph = false;
        } else {
            scan->blanks = 0;
            bool may_begin = line.indent <= 3 && !line.lazy;
            if (may_begin) scan->leaf = begin_leaf(scan, &line, &html);
            if (scan->leaf == LEAF_FENCE) {
                if (inlines) scan_stretch(scan, stretch, line.start);
                stretch = line.next;
                if (line.start < scan->opaque_until) scan->leaf = LEAF_NONE;
            }
            if (may_begin && (html || scan->leaf != LEAF_NONE))
                scan->paragraph = false;
            else
                scan->paragraph = read_text_line(scan, &line);
        }
        scan->previous = line;
    }
    if (inlines) scan_stretch(scan, stretch, length);
    memory_free(scan->containers);
}

/* What has a meaning in the copy, or none in cmark, wherever it stands. */
static void scan_marks(struct scan *scan) {
    const char *bytes = scan->body.bytes;
    for (uint32_t at = 0; at < scan->body.length; at++) {
        if (!bytes[at])
            rewrite_propose(scan->rewrite, PROPOSAL_NUL, at, at + 1);
        else if (scan->body.length - at >= 3 && !memcmp(bytes + at, "\xEE\x80", 2))
            rewrite_propose(scan->rewrite, PROPOSAL_LITERAL, at, at + 3);
    }
}

/* Whether an inline directive such as :name[label] may be there: a name behind a colon, and a
 * bracket or brace behind the name. */
static bool has_inline_directive(struct text body) {
    const char *at = body.bytes, *end = at + body.length;
    while ((at = memchr(at, ':', (size_t)(end - at)))) {
        const char *name = ++at;
        while (name < end && name - at < 64 &&
               (((*name | 32) >= 'a' && (*name | 32) <= 'z') || (*name >= '0' && *name <= '9') ||
                *name == '-' || *name == '_'))
            name++;
        if (name > at && name < end && (*name == '[' || *name == '{' || name - at == 64))
            return true;
    }
    return false;
}

static bool has(struct text body, char byte) {
    return memchr(body.bytes, byte, body.length) != NULL;
}

void dialect_scan(struct scan *scan) {
    struct text body = scan->body;
    uint64_t dialect = scan->dialect;
    bool colons = has(body, ':');
    bool inlines = (dialect & (DIALECT_SHORTCODES | DIALECT_ATTRIBUTES) && has(body, '{')) ||
                   (dialect & DIALECT_DIRECTIVES && colons && has_inline_directive(body));
    bool lines = (dialect & DIALECT_TABLES && has(body, '|')) ||
                 (dialect & DIALECT_FOOTNOTES && has(body, '^')) ||
                 (dialect & (DIALECT_DIRECTIVES | DIALECT_DEFINITION_LISTS) && colons);
    if (has(body, '\0') || has(body, '\xEE')) scan_marks(scan);
    scan->returns = has(body, '\r');
    if (inlines || lines) scan_lines(scan, inlines);
    if (scan->rewrite->count) rewrite_sort(scan->rewrite);
}
