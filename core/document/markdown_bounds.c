#include "document/markdown_bounds.h"

struct bounds {
    const char *bytes;
    uint32_t at, end;
    uint32_t *items; /* the columns where the open list items' contents begin */
    uint32_t item_count, depth_limit;
    uint32_t not_a_break_before;
    uint32_t feed; /* the next line feed, or the end */
};

static bool at_line_end(const struct bounds *bounds, uint32_t at) {
    return at >= bounds->end || bounds->bytes[at] == '\n' || bounds->bytes[at] == '\r';
}

/* A rule such as "* * *" from here to the line's end. */
static bool thematic_break(struct bounds *bounds, uint32_t at) {
    if (at < bounds->not_a_break_before) return false;
    char mark = bounds->bytes[at];
    int marks = 0;
    for (; !at_line_end(bounds, at); at++) {
        char c = bounds->bytes[at];
        if (c != mark && c != ' ' && c != '\t') {
            bounds->not_a_break_before = at;
            return false;
        }
        marks += c == mark;
    }
    return marks >= 3;
}

/* The length of a list marker at `at`, 0 when there is none. */
static uint32_t list_marker(struct bounds *bounds, uint32_t at) {
    uint32_t start = at;
    char c = bounds->bytes[at];
    if (c == '-' || c == '*' || c == '+') {
        if (c != '+' && thematic_break(bounds, at)) return 0;
        at++;
    } else {
        while (at < bounds->end && at - start < 10 && bounds->bytes[at] >= '0' &&
               bounds->bytes[at] <= '9')
            at++;
        if (at == start || at >= bounds->end) return 0;
        if (bounds->bytes[at] != '.' && bounds->bytes[at] != ')') return 0;
        at++;
    }
    bool ends = at_line_end(bounds, at) || bounds->bytes[at] == ' ' || bounds->bytes[at] == '\t';
    return ends ? at - start : 0;
}

/* Reads the line's container markers; false when they are too deep. Leaves `at` behind them. */
static bool line_depth(struct bounds *bounds) {
    uint32_t column = 0, quotes = 0;
    bool first = true;
    for (;; bounds->at++, column++) {
        if (at_line_end(bounds, bounds->at)) return true;
        char c = bounds->bytes[bounds->at];
        if (c == ' ') continue;
        if (c == '\t') {
            column |= 3;
            continue;
        }
        if (c == '>') {
            if (++quotes > bounds->depth_limit) return false;
            continue;
        }
        if (first) {
            while (bounds->item_count && bounds->items[bounds->item_count - 1] > column)
                bounds->item_count--;
            first = false;
        }
        uint32_t width = list_marker(bounds, bounds->at);
        if (!width) return quotes + bounds->item_count <= bounds->depth_limit;
        if (quotes + bounds->item_count >= bounds->depth_limit) return false;
        bounds->items[bounds->item_count++] = column + width + 1;
        bounds->at += width - 1;
        column += width - 1;
    }
}

static void refuse(struct text path, struct text source, uint32_t at, const char *what,
                   const char *name, uint32_t limit, struct diagnostics *diagnostics) {
    diagnostics_add(diagnostics, SEVERITY_ERROR, path, text_place(source, at),
                    "%s than the limit of %u; change the text, or raise limits.%s", what, limit,
                    name);
}

/* Whether there are brackets enough that they could matter: hardly ever. */
static bool has_more(struct text text, char byte, uint32_t limit) {
    const char *at = text.bytes, *end = at + text.length;
    for (uint32_t count = 0; (at = memchr(at, byte, (size_t)(end - at))); at++)
        if (++count > limit) return true;
    return false;
}

/* Counts the brackets of a line into *open; the offset of the one that is too many, else 0. */
static uint32_t count_brackets(const char *bytes, uint32_t at, uint32_t end, uint32_t limit,
                               uint32_t *open) {
    for (; at < end; at++) {
        if (bytes[at] == '\\')
            at++;
        else if (bytes[at] == '[' && ++*open > limit)
            return at;
        else if (bytes[at] == ']' && *open)
            --*open;
    }
    return 0;
}

static uint32_t find_line_end(struct bounds *bounds, uint32_t at, bool returns) {
    const char *start = bounds->bytes + at;
    if (bounds->feed < at || !bounds->feed) { /* lines may end in carriage returns alone */
        const char *feed = memchr(start, '\n', bounds->end - at);
        bounds->feed = feed ? (uint32_t)(feed - bounds->bytes) : bounds->end;
    }
    const char *stop = returns ? memchr(start, '\r', bounds->feed - at) : NULL;
    return stop ? (uint32_t)(stop - bounds->bytes) : bounds->feed;
}

void markdown_too_deep(struct text path, struct text source, uint32_t at,
                       const struct limits *limits, struct diagnostics *diagnostics) {
    refuse(path, source, at, "quotes and lists nest deeper", "markdown_depth",
           limits->markdown_depth, diagnostics);
}

bool markdown_check_bounds(struct text path, struct text source, uint32_t body,
                           const struct limits *limits, struct diagnostics *diagnostics) {
    struct bounds bounds = {
        source.bytes, body, (uint32_t)source.length, NULL, 0, limits->markdown_depth, 0, 0};
    struct text text = {source.bytes + body, source.length - body};
    if (!text.length) return true;
    uint32_t few[128];
    uint32_t *many = limits->markdown_depth >= 128
                         ? memory_allocate((limits->markdown_depth + 1) * sizeof *many)
                         : NULL;
    bounds.items = many ? many : few;
    bool returns = memchr(text.bytes, '\r', text.length) != NULL;
    bool brackets = has_more(text, '[', limits->bracket_run), fine = true;
    uint32_t open = 0;
    while (bounds.at < bounds.end) {
        fine = line_depth(&bounds);
        if (!fine) {
            markdown_too_deep(path, source, bounds.at, limits, diagnostics);
            break;
        }
        uint32_t end = find_line_end(&bounds, bounds.at, returns);
        if (end == bounds.at) open = 0; /* a blank line ends the paragraph */
        uint32_t bracket =
            brackets ? count_brackets(source.bytes, bounds.at, end, limits->bracket_run, &open) : 0;
        if (bracket) {
            refuse(path, source, bracket, "more brackets are open at once", "bracket_run",
                   limits->bracket_run, diagnostics);
            fine = false;
            break;
        }
        bool both = end + 1 < bounds.end && !memcmp(source.bytes + end, "\r\n", 2);
        bounds.at = end + 1 + both;
    }
    memory_free(many);
    return fine;
}
