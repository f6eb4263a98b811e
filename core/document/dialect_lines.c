/* The lines of a body and the containers that they stand in: CommonMark 0.30, sections 5.1 and 5.2,
 * with footnotes and definitions, which have the shape of list items. */
#include "document/dialect_scan.h"

/* Where we are in a line. A tab may be passed in part: `column` is then within it. */
struct cursor {
    const char *bytes;
    uint32_t at, end, column;
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static void pass_columns(struct cursor *cursor, uint32_t columns) {
    while (columns && cursor->at < cursor->end && is_blank(cursor->bytes[cursor->at])) {
        uint32_t width = cursor->bytes[cursor->at] == '\t' ? 4 - cursor->column % 4 : 1;
        bool in_part = width > columns;
        cursor->column += in_part ? columns : width;
        columns -= in_part ? columns : width;
        cursor->at += !in_part;
    }
}

/* The cursor behind the white space. */
static struct cursor behind_blanks(struct cursor cursor) {
    for (; cursor.at < cursor.end && is_blank(cursor.bytes[cursor.at]); cursor.at++)
        cursor.column += cursor.bytes[cursor.at] == '\t' ? 4 - cursor.column % 4 : 1;
    return cursor;
}

bool scan_is_thematic_break(const char *bytes, uint32_t at, uint32_t end) {
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

/* A list marker's length at `at`; 0 when there is none, or it cannot end the paragraph before it.
 */
static uint32_t list_marker(const char *bytes, uint32_t at, uint32_t end, bool after_paragraph) {
    uint32_t start = at, number = 0;
    if (bytes[at] == '-' || bytes[at] == '*' || bytes[at] == '+') {
        number = 1;
        at++;
    } else {
        for (; at < end && at - start < 9 && bytes[at] >= '0' && bytes[at] <= '9'; at++)
            number = number * 10 + (uint32_t)(bytes[at] - '0');
        if (at == start || at >= end || (bytes[at] != '.' && bytes[at] != ')')) return 0;
        at++;
    }
    if (at < end && !is_blank(bytes[at])) return 0;
    uint32_t content = at;
    while (content < end && is_blank(bytes[content])) content++;
    return after_paragraph && (number != 1 || content == end) ? 0 : at - start;
}

/* How many of the open containers go on in this line. */
static uint32_t match_containers(struct scan *scan, struct cursor *cursor) {
    for (uint32_t i = 0; i < scan->depth; i++) {
        struct scan_container *container = &scan->containers[i];
        struct cursor content = behind_blanks(*cursor);
        uint32_t indent = content.column - cursor->column;
        bool blank = content.at == content.end;
        if (container->quote) {
            if (blank || indent > 3 || content.bytes[content.at] != '>') return i;
            *cursor = content;
            cursor->at++;
            cursor->column++;
            pass_columns(cursor, 1);
        } else if (blank) {
            if (container->empty) return i;
            *cursor = content;
        } else {
            if (indent < container->width) return i;
            container->empty = false;
            pass_columns(cursor, container->width);
        }
    }
    return scan->depth;
}

/* Behind a note's or a definition's marker, markdown_bounds.h does not see the others. */
static void open_container(struct scan *scan, bool quote, uint32_t width, bool empty) {
    if (scan->depth >= scan->depth_limit) scan->too_deep = true;
    memory_reserve(&scan->containers, &scan->container_capacity, scan->depth + 1);
    scan->containers[scan->depth++] =
        (struct scan_container){++scan->container_count, width, quote, empty};
}

/* A container that begins at the cursor. */
static bool begin_container(struct scan *scan, struct cursor *cursor, bool after_paragraph) {
    struct cursor content = behind_blanks(*cursor);
    uint32_t indent = content.column - cursor->column, at = content.at, end = content.end;
    const char *bytes = content.bytes;
    if (at == end || indent > 3 || scan->too_deep) return false;
    bool tabs = at > cursor->at && bytes[at - 1] == '\t';
    if (bytes[at] == '>') {
        *cursor = content;
        cursor->at++;
        cursor->column++;
        pass_columns(cursor, 1);
        open_container(scan, true, 0, false);
        return true;
    }
    uint32_t marker = 0;
    if (bytes[at] == '[' && scan->dialect & DIALECT_FOOTNOTES)
        marker = footnote_propose(scan, tabs ? at : cursor->at, at, end);
    if (marker) { /* its contents stand at the fourth column, whatever the label's length */
        open_container(scan, false, tabs ? indent + 4 : 4, false);
        cursor->column = content.column + 4;
        cursor->at = at + marker;
        return true;
    }
    if (bytes[at] == ':' && scan->dialect & DIALECT_DEFINITION_LISTS)
        marker = definition_propose(scan, at, end);
    else if (!scan_is_thematic_break(bytes, at, end))
        marker = list_marker(bytes, at, end, after_paragraph);
    if (!marker) return false;
    *cursor = content;
    cursor->at += marker;
    cursor->column += marker;
    struct cursor text = behind_blanks(*cursor);
    uint32_t gap = text.column - cursor->column;
    bool empty = text.at == end;
    if (empty || gap > 4) gap = 1; /* what is indented more is code */
    pass_columns(cursor, gap);
    open_container(scan, false, indent + marker + gap, empty);
    return true;
}

/* Whether this could be a paragraph's line that goes on without the markers of its containers. */
static bool can_be_lazy(const struct scan *scan, const struct scan_line *line) {
    return !scan_line_is_blank(line) &&
           (line->indent > 3 || !scan_starts_block(scan, line, scan->paragraph));
}

static void find_line_end(struct scan *scan, struct scan_line *line) {
    const char *bytes = scan->body.bytes;
    uint32_t start = line->start, length = (uint32_t)scan->body.length;
    if (scan->feed < start || !scan->feed) { /* lines may end in carriage returns alone */
        const char *next = memchr(bytes + start, '\n', length - start);
        scan->feed = next ? (uint32_t)(next - bytes) : length;
    }
    bool feed = scan->feed < length;
    uint32_t end = scan->feed;
    const char *stop = scan->signs.returns ? memchr(bytes + start, '\r', end - start) : NULL;
    line->end = end;
    line->next = feed ? end + 1 : length;
    if (stop) {
        line->end = (uint32_t)(stop - bytes);
        line->next = line->end + 1 + (line->end + 1 == end && feed);
    }
}

struct scan_line scan_next_line(struct scan *scan, uint32_t start) {
    struct scan_line line = {.start = start};
    find_line_end(scan, &line);
    struct cursor cursor = {scan->body.bytes, start, line.end, 0};
    uint32_t matched = match_containers(scan, &cursor), open = scan->depth;
    bool goes_on = matched == open;
    line.inside = scan->leaf && goes_on;
    scan->depth = matched;
    if (!line.inside)
        while (begin_container(scan, &cursor, scan->paragraph && goes_on && !line.opens))
            line.opens = true;
    struct cursor content = behind_blanks(cursor);
    line.content = content.at;
    line.indent = content.column - cursor.column;
    if (!goes_on && !line.opens && scan->paragraph && can_be_lazy(scan, &line)) {
        scan->depth = open;
        line.lazy = true;
    }
    line.container = scan->depth ? scan->containers[scan->depth - 1].number : 0;
    return line;
}
