#include "document/dialect_scan.h"
#include "document/markdown_align.h"
#include "document/markdown_html.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

void scan_warn(struct scan *scan, uint32_t at, const char *message) {
    dialect_warn_at(scan->warner, scan->base + at, "%s", message);
}

bool scan_has_marker(const struct scan *scan, char marker) {
    const char *bytes = scan->body.bytes;
    bool number = marker == ')' || marker == '.';
    uint32_t length = (uint32_t)scan->body.length;
    for (uint32_t at = 0; at < length; at++) {
        const char *next = memchr(bytes + at, marker, length - at);
        if (!next) return false;
        at = (uint32_t)(next - bytes);
        if (at + 1 < length && !memchr(" \t\r\n", bytes[at + 1], 4)) continue;
        uint32_t before = at;
        while (number && before && bytes[before - 1] >= '0' && bytes[before - 1] <= '9') before--;
        if (number && before == at) continue;
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
    bool unclosed[4];  /* kinds of shortcodes that do not close any more */
    uint32_t brackets; /* open ones */
    uint32_t url_end;  /* of the bare URL or the link's tail that was looked at last */
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
    if (shortcode_has_pair(bytes, at, after)) {
        scan->pairs_tried++;
        scan_warn(scan, at,
                  "this tag has no end tag, so that what follows is read as Markdown; add one");
    }
    return after;
}

/* What stands in "](url "title")" is no bare URL. */
static void pass_link_tail(struct stretch *stretch, uint32_t at) {
    uint32_t end = stretch->end - at > 4096 ? at + 4096 : stretch->end; /* linear for all of them */
    struct align align = align_start(stretch->bytes, at, end, 0);
    struct span url, title;
    align_link_tail(&align, TEXT(""), &url, &title);
    stretch->url_end = align.at;
}

/* A bare URL is its own bytes: marks of emphasis in it are none. What could end a tag, an autolink
 * or a link's destination, should the URL stand in one, is not ours to hide from cmark. */
static uint32_t propose_url(struct scan *scan, struct stretch *stretch, uint32_t sign) {
    struct text text = {stretch->bytes + stretch->start, stretch->end - stretch->start};
    size_t start, end;
    if (sign < stretch->url_end || stretch->brackets) return sign;
    if (!autolink_find(text, sign - stretch->start, &start, &end)) return sign;
    uint32_t from = stretch->start + (uint32_t)start, to = stretch->start + (uint32_t)end;
    stretch->url_end = to;
    uint32_t before = from;
    while (before > stretch->start && is_blank(stretch->bytes[before - 1])) before--;
    char last = before > stretch->start ? stretch->bytes[before - 1] : '\n';
    char second = before > stretch->start + 1 ? stretch->bytes[before - 2] : '\n';
    if (second == ']' && (last == '(' || last == ':')) return sign;
    bool marks = false;
    for (size_t at = start; at < end; at++) {
        marks = marks || autolink_is_mark(text.bytes, start, at, end);
        if (memchr("\\&{`>\"'", text.bytes[at], 7)) return sign;
    }
    if (!marks) return sign;
    rewrite_propose(scan->rewrite, PROPOSAL_URL, from, to);
    return to;
}

/* Of the four kinds of shortcodes, which a "{" at `at` could begin; -1 for none. */
static int shortcode_kind(const char *bytes, uint32_t at, uint32_t end) {
    char second = at + 1 < end ? bytes[at + 1] : ' ', third = at + 2 < end ? bytes[at + 2] : ' ';
    if (second == '%') return 1;
    if (second != '{') return -1;
    return third == '<' ? 2 : third == '%' ? 3 : 0;
}

static uint32_t propose_braces(struct scan *scan, struct stretch *stretch, uint32_t at) {
    const char *bytes = stretch->bytes;
    uint32_t end = stretch->end, after = at;
    int kind = shortcode_kind(bytes, at, end);
    if (kind < 0) {
        if (scan->dialect & DIALECT_ATTRIBUTES) after = attributes_end(bytes, at, end);
        if (after > at) rewrite_propose(scan->rewrite, PROPOSAL_ATTRIBUTES, at, after);
        return after;
    }
    if (!(scan->dialect & DIALECT_SHORTCODES) || stretch->unclosed[kind]) return at;
    after = shortcode_end(bytes, at, end);
    stretch->unclosed[kind] = after == at;
    if (after == at && kind > 0 && at + 3 < end && is_blank(bytes[at + (kind == 1 ? 2 : 3)]))
        scan_warn(scan, at,
                  "this shortcode is not closed before the paragraph ends, and is left as text; "
                  "close it");
    if (after == at) return at;
    after = pair_end(scan, at, after);
    rewrite_propose(scan->rewrite, PROPOSAL_SHORTCODE, at, after);
    if (after > end) scan->opaque_until = after;
    return after;
}

/* The bytes that a stretch is read for: always, and where there are URLs with marks in them. */
static const uint8_t telling[256] = {
    ['\\'] = 1, ['`'] = 1, ['{'] = 1, [':'] = 1, ['.'] = 2, ['['] = 2, [']'] = 2};

static void scan_stretch(struct scan *scan, uint32_t start, uint32_t end) {
    const unsigned char *bytes = (const unsigned char *)scan->body.bytes;
    struct stretch stretch = {.bytes = scan->body.bytes, .start = start, .end = end};
    if (start < scan->opaque_until) start = scan->opaque_until;
    bool directives = scan->dialect & DIALECT_DIRECTIVES;
    bool urls = scan->dialect & DIALECT_AUTOLINKS && scan->signs.marked_links;
    uint8_t mask = urls ? 3 : 1;
    for (uint32_t at = start, after; at<end; at = after> at ? after : at + 1) {
        while (at < end && !(telling[bytes[at]] & mask)) at++;
        if (at >= end) break;
        after = at;
        switch (bytes[at]) {
        case '\\': after = at + 2; break;
        case '`': after = code_span_end(&stretch, at, tick_run(&stretch, at)); break;
        case '{': after = propose_braces(scan, &stretch, at); break;
        case ':':
            if (directives) after = directive_inline_end(stretch.bytes, at, end);
            if (after > at)
                rewrite_propose(scan->rewrite, PROPOSAL_DIRECTIVE_INLINE, at, after);
            else if (urls)
                after = propose_url(scan, &stretch, at);
            break;
        case '.': after = propose_url(scan, &stretch, at); break;
        case '[': stretch.brackets++; break;
        case ']':
            if (stretch.brackets && !--stretch.brackets) pass_link_tail(&stretch, at);
            break;
        default: break;
        }
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
    bool in_code = false;
    for (uint32_t at = 0; at < length && !scan->too_deep;) {
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
            if (scan->leaf == LEAF_HTML && scan->html_kind > 5 &&
                directive_propose_behind_html(scan, &line)) {
                if (inlines) scan_stretch(scan, stretch, line.start);
                stretch = line.next;
                scan->leaf = LEAF_NONE;
                scan->previous = line;
                continue;
            }
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
            bool code = line.indent > 3 && !line.lazy && (line.opens || !scan->paragraph);
            if (code != in_code) { /* no run goes from indented code to what is behind it */
                if (inlines) scan_stretch(scan, stretch, line.start);
                stretch = line.start;
                in_code = code;
            }
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

void dialect_scan(struct scan *scan) {
    struct text body = scan->body;
    uint64_t dialect = scan->dialect;
    struct scan_signs signs = scan->signs = scan_signs(body);
    bool inlines = (dialect & (DIALECT_SHORTCODES | DIALECT_ATTRIBUTES) && signs.braces) ||
                   (dialect & DIALECT_DIRECTIVES && signs.inline_directives) ||
                   (dialect & DIALECT_AUTOLINKS && signs.marked_links);
    bool lines = (dialect & DIALECT_TABLES && (signs.pipes || signs.line_colons)) ||
                 (dialect & DIALECT_FOOTNOTES && signs.carets) ||
                 (dialect & (DIALECT_DIRECTIVES | DIALECT_DEFINITION_LISTS) && signs.line_colons);
    if (memchr(body.bytes, '\0', body.length) || memchr(body.bytes, '\xEE', body.length))
        scan_marks(scan);
    if (inlines || lines) scan_lines(scan, inlines);
    if (scan->rewrite->count) rewrite_sort(scan->rewrite);
}
