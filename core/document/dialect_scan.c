#include "document/dialect_scan.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

void scan_warn(struct scan *scan, uint32_t at, const char *message) {
    dialect_warn_at(scan->warner, scan->base + at, "%s", message);
}

/* A list marker's length at `at`, when content follows it on the line. */
static uint32_t list_marker(const char *bytes, uint32_t at, uint32_t end) {
    uint32_t start = at;
    if (bytes[at] == '-' || bytes[at] == '*' || bytes[at] == '+') {
        at++;
    } else {
        while (at < end && at - start < 9 && bytes[at] >= '0' && bytes[at] <= '9') at++;
        if (at == start || at >= end || (bytes[at] != '.' && bytes[at] != ')')) return 0;
        at++;
    }
    return at < end && is_blank(bytes[at]) ? at - start : 0;
}

static bool is_thematic_break(const char *bytes, uint32_t at, uint32_t end) {
    char mark = bytes[at];
    int count = 0;
    if (mark != '-' && mark != '*' && mark != '_') return false;
    for (; at < end; at++) {
        if (bytes[at] == mark)
            count++;
        else if (!is_blank(bytes[at]))
            return false;
    }
    return count >= 3;
}

struct scan_line scan_line_at(const struct scan *scan, uint32_t start) {
    const char *bytes = scan->body.bytes;
    uint32_t length = (uint32_t)scan->body.length;
    const char *feed = memchr(bytes + start, '\n', length - start);
    uint32_t end = feed ? (uint32_t)(feed - bytes) : length;
    const char *stop = memchr(bytes + start, '\r', end - start);
    struct scan_line line = {.start = start, .end = end, .next = feed ? end + 1 : length};
    if (stop) {
        line.end = (uint32_t)(stop - bytes);
        line.next = line.end + 1 + (line.end + 1 == end && feed);
    }
    uint32_t at = start;
    for (;;) {
        while (at < line.end && is_blank(bytes[at])) at++;
        if (at >= line.end) break;
        if (bytes[at] == '>') {
            line.quotes++;
            at++;
            continue;
        }
        char c = bytes[at];
        if (c != '-' && c != '*' && c != '+' && (c < '0' || c > '9')) break;
        uint32_t marker = list_marker(bytes, at, line.end);
        if (!marker || is_thematic_break(bytes, at, line.end)) break;
        line.item = true;
        at += marker;
    }
    line.content = at;
    return line;
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

/* The tags that begin an HTML block of CommonMark's kinds 1 and 6. */
static bool is_block_tag(struct text name) {
    static const char tags[] =
        " address article aside base basefont blockquote body caption center col colgroup dd "
        "details dialog dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 "
        "h3 h4 h5 h6 head header hr html iframe legend li link main menu menuitem nav noframes ol "
        "optgroup option p param pre script section source style summary table tbody td textarea "
        "tfoot th thead title tr track ul ";
    char padded[16] = " ";
    if (!name.length || name.length > 12) return false;
    for (size_t i = 0; i < name.length; i++) padded[i + 1] = (char)(name.bytes[i] | 32);
    padded[name.length + 1] = ' ';
    padded[name.length + 2] = '\0';
    return strstr(tags, padded) != NULL;
}

bool scan_starts_block(const struct scan *scan, const struct scan_line *line) {
    const char *bytes = scan->body.bytes;
    uint32_t at = line->content, end = line->end;
    if (at >= end || line->item) return true;
    uint32_t run = 0;
    while (at + run < end && bytes[at + run] == bytes[at]) run++;
    switch (bytes[at]) {
    case '#': return run <= 6 && (at + run == end || is_blank(bytes[at + run]));
    case '`':
    case '~': return run >= 3;
    case ':': return run >= 3;
    case '-':
    case '*':
    case '_': return is_thematic_break(bytes, at, end);
    case '[': return at + 1 < end && bytes[at + 1] == '^' && memchr(bytes + at, ':', end - at);
    case '<': {
        uint32_t name = at + 1;
        if (name < end && (bytes[name] == '!' || bytes[name] == '?')) return true;
        if (name < end && bytes[name] == '/') name++;
        uint32_t stop = name;
        while (stop < end && ((bytes[stop] | 32) >= 'a' && (bytes[stop] | 32) <= 'z')) stop++;
        while (stop < end && bytes[stop] >= '0' && bytes[stop] <= '9') stop++;
        return is_block_tag((struct text){bytes + name, stop - name});
    }
    default: return false;
    }
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

/* The line behind a fenced code block: its closing fence's, or the first that is less indented
 * than `indent` or in fewer quotes, since the container has ended there. */
static uint32_t fence_end(const struct scan *scan, const struct scan_line *opening, uint32_t length,
                          uint32_t indent) {
    const char *bytes = scan->body.bytes;
    uint32_t at = opening->next;
    while (at < scan->body.length) {
        struct scan_line line = scan_line_at(scan, at);
        uint32_t content = line.start; /* a marker in code is no marker */
        while (content < line.end && (is_blank(bytes[content]) || bytes[content] == '>')) content++;
        if (line.quotes < opening->quotes) return at;
        if (content < line.end && content - line.start < indent) return at;
        uint32_t run = 0;
        while (content + run < line.end && bytes[content + run] == bytes[opening->content]) run++;
        uint32_t rest = content + run;
        while (rest < line.end && is_blank(bytes[rest])) rest++;
        at = line.next;
        if (run >= length && rest == line.end) break;
    }
    return at;
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

/* Lines: fences, what makes blocks, and stretches for the second look when it is wanted. */
static void scan_lines(struct scan *scan, bool inlines) {
    const char *bytes = scan->body.bytes;
    uint32_t length = (uint32_t)scan->body.length, stretch = 0;
    for (uint32_t at = 0; at < length;) {
        struct scan_line line = scan_line_at(scan, at);
        uint32_t after = 0, fence, inner = 0, indent = 0;
        if (line.start < scan->opaque_until) {
            stretch = line.start;
            line.content = line.end;
        } else if (scan_line_is_blank(&line)) {
            if (inlines) scan_stretch(scan, stretch, line.start);
            stretch = line.next;
        } else {
            switch (bytes[line.content]) {
            case '`':
            case '~':
                fence = fence_at(scan, &line);
                if (!fence) break;
                if (inlines) scan_stretch(scan, stretch, line.start);
                stretch = line.start;
                if (line.start < scan->opaque_until) break;
                stretch = after =
                    fence_end(scan, &line, fence, line.item ? line.content - line.start : 0);
                line.content = line.end; /* as good as blank for what follows */
                break;
            case ':':
                if (scan->dialect & DIALECT_DIRECTIVES) after = directive_propose(scan, &line);
                if (!after && scan->dialect & DIALECT_DEFINITION_LISTS) {
                    after = definition_propose(scan, &line);
                    if (after) inner = line.content + 1, indent = 2;
                }
                if (!after && scan->dialect & DIALECT_TABLES) after = table_propose(scan, &line);
                break;
            case '|':
            case '-':
                if (scan->dialect & DIALECT_TABLES) after = table_propose(scan, &line);
                break;
            case '[':
                if (scan->dialect & DIALECT_FOOTNOTES) after = footnote_propose(scan, &line);
                if (after) {
                    const char *colon = memchr(bytes + line.content, ']', line.end - line.content);
                    inner = (uint32_t)(colon - bytes) + 2, indent = 4;
                }
                break;
            default: break;
            }
        }
        /* A fence may begin on the line of a note's or definition's marker. */
        if (inner) {
            struct scan_line content = line;
            for (content.content = inner; content.content < line.end;)
                if (!is_blank(bytes[content.content++])) {
                    content.content--;
                    break;
                }
            fence = fence_at(scan, &content);
            if (fence) {
                if (inlines) scan_stretch(scan, stretch, line.start);
                stretch = after =
                    fence_end(scan, &content, fence, line.content - line.start + indent);
                line.content = line.end;
            }
        }
        scan->before = scan->previous;
        scan->previous = line;
        at = after ? after : line.next;
    }
    if (inlines) scan_stretch(scan, stretch, length);
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
    if (inlines || lines) scan_lines(scan, inlines);
    if (scan->rewrite->count) rewrite_sort(scan->rewrite);
}
