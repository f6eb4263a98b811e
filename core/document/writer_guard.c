/* Text that a part of the dialect would read as its own: "[^1]", "{.a}", ":::", "~~", "http://". */
#include "document/dialect_scan.h"
#include "document/writer_state.h"

uint32_t writer_shortcode_end(const char *bytes, uint32_t at, uint32_t end) {
    uint32_t after = shortcode_end(bytes, at, end);
    return after > at ? shortcode_pair_end(bytes, at, after, end) : at;
}

uint32_t writer_next_shortcode_end(const char *bytes, uint32_t at, uint32_t end,
                                   struct shortcode_search *search) {
    enum { PAIRS_TRIED = 20 };
    uint32_t after = shortcode_next_end(bytes, at, end, search);
    if (after == at || search->pairs_tried >= PAIRS_TRIED || !shortcode_has_pair(bytes, at, after))
        return after;
    uint32_t pair_end = shortcode_pair_end(bytes, at, after, end);
    search->pairs_tried += pair_end == after;
    return pair_end;
}

static bool is_letter(char c) {
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_text(const struct inlines *row, uint32_t at) {
    return at < row->bytes.length && row->kinds.bytes[at] == INLINE_TEXT;
}

static char byte_at(const struct inlines *row, uint32_t at) {
    return at < row->bytes.length ? row->bytes.bytes[at] : '\n';
}

static bool ends_line(const struct inlines *row, uint32_t at) {
    return at >= row->bytes.length ||
           (row->bytes.bytes[at] == '\n' && row->kinds.bytes[at] >= INLINE_SOFT &&
            row->kinds.bytes[at] <= INLINE_HARD_DEEP);
}

static bool begins_line(const struct inlines *row, uint32_t at) {
    return at == 0 || ends_line(row, at - 1);
}

/* "{{", "{%", or "{" and what could be an attribute. */
static bool brace_has_meaning(const struct writer *writer, const struct inlines *row, uint32_t at) {
    char next = byte_at(row, at + 1);
    if (writer_has(writer, DIALECT_SHORTCODES) && (next == '{' || next == '%')) return true;
    if (!writer_has(writer, DIALECT_ATTRIBUTES)) return false;
    uint32_t i = at + 1 + (next == ':');
    while (byte_at(row, i) == ' ' || byte_at(row, i) == '\t') i++;
    char c = byte_at(row, i);
    if (c == '#' || c == '.') return true;
    uint32_t start = i;
    while (i - start < 100 && (is_letter(byte_at(row, i)) || is_digit(byte_at(row, i)) ||
                               strchr("-_:", byte_at(row, i)) || byte_at(row, i) & 0x80))
        i++;
    return i > start && byte_at(row, i) == '=';
}

/* ":name[" or ":name{". */
static bool colon_has_meaning(const struct inlines *row, uint32_t at) {
    uint32_t i = at + 1;
    if (!is_letter(byte_at(row, i))) return false;
    while (i - at < 200 && (is_letter(byte_at(row, i)) || is_digit(byte_at(row, i)) ||
                            byte_at(row, i) == '-' || byte_at(row, i) == '_'))
        i++;
    return byte_at(row, i) == '[' || byte_at(row, i) == '{' || i - at >= 200;
}

/* ":::", or "::name" with nothing but a label and attributes behind it; `at` begins a line. */
static bool colons_begin_directive(const struct inlines *row, uint32_t at) {
    uint32_t i = at + 2;
    if (byte_at(row, at + 1) != ':') return false;
    if (byte_at(row, i) == ':') return true;
    if (!is_letter(byte_at(row, i))) return false;
    while (is_letter(byte_at(row, i)) || is_digit(byte_at(row, i)) || byte_at(row, i) == '-' ||
           byte_at(row, i) == '_')
        i++;
    while (byte_at(row, i) == ' ' || byte_at(row, i) == '\t') i++;
    return ends_line(row, i) || byte_at(row, i) == '[' || byte_at(row, i) == '{';
}

/* Whether a bare URL's ":" is at `at`. */
static bool is_scheme(const struct inlines *row, uint32_t at) {
    static const char *const schemes[] = {"http", "https", "ftp"};
    if (byte_at(row, at + 1) != '/' || byte_at(row, at + 2) != '/') return false;
    for (size_t i = 0; i < 3; i++) {
        uint32_t length = (uint32_t)strlen(schemes[i]), k = 0;
        if (at < length) continue;
        while (k < length && (row->bytes.bytes[at - length + k] | 32) == schemes[i][k]) k++;
        if (k == length) return true;
    }
    return false;
}

static bool is_mail(const struct inlines *row, uint32_t at) {
    char before = at ? row->bytes.bytes[at - 1] : ' ', next = byte_at(row, at + 1);
    bool name = is_letter(before) || is_digit(before) || strchr(".+-_", before);
    return name && (is_letter(next) || is_digit(next) || next == '-' || next == '_');
}

/* Lines of nothing but pipes, dashes and colons would make the line before them a table. */
static void guard_delimiters(struct inlines *row) {
    const char *bytes = row->bytes.bytes;
    for (uint32_t at = 0; at < row->bytes.length; at++) {
        if (!begins_line(row, at)) { /* to behind the next line end, if it is one */
            const char *found = memchr(bytes + at, '\n', row->bytes.length - at);
            if (!found) return;
            at = (uint32_t)(found - bytes);
            continue;
        }
        uint32_t end = at;
        while (!ends_line(row, end) && is_text(row, end) && strchr("|-: \t", row->bytes.bytes[end]))
            end++;
        if (ends_line(row, end) && end > at && is_text(row, at))
            row->kinds.bytes[at] = INLINE_ESCAPED;
    }
}

/* A pipe in code, URL or title is escaped for the table; HTML has no way to. */
static bool guard_pipe(struct writer *writer, uint32_t at) {
    struct inlines *row = &writer->inlines;
    node_id id = inlines_node_at(row, at);
    enum node_type type = (enum node_type)document_node(writer->document, id)->type;
    if (type == NODE_HTML_INLINE || (at && row->bytes.bytes[at - 1] == '\\'))
        return writer_fail(writer, id, "a pipe that a table's cell cannot hold; take it out");
    row->kinds.bytes[at] = INLINE_ESCAPED;
    return true;
}

/* What the switch below looks at. */
static const unsigned char has_meaning[256] = {
    ['{'] = 1, ['['] = 1, ['('] = 1, ['|'] = 1, ['~'] = 1,  ['^'] = 1,
    [':'] = 1, ['.'] = 1, ['@'] = 1, ['"'] = 1, ['\''] = 1, ['-'] = 1};

bool writer_guard(struct writer *writer, node_id block, enum inline_context context) {
    struct inlines *row = &writer->inlines;
    const char *bytes = row->bytes.bytes;
    char *kinds = row->kinds.bytes;
    uint32_t length = (uint32_t)row->bytes.length, links = 0, runs = row->tildes;
    uint64_t ups = DIALECT_STRIKETHROUGH | DIALECT_SUBSCRIPT;
    struct shortcode_search search = {0};
    if (writer_has(writer, DIALECT_TABLES) && context == CONTEXT_PARAGRAPH) guard_delimiters(row);
    bool raised = memchr(bytes, '~', length) || memchr(bytes, '^', length);
    for (uint32_t at = 0; at < length && raised; at++)
        runs += (bytes[at] == '~' || bytes[at] == '^') && is_text(row, at) &&
                (at == 0 || bytes[at - 1] != bytes[at]);
    node_id item = document_node(writer->document, block)->parent;
    bool task = writer_has(writer, DIALECT_TASK_LISTS) && item &&
                document_node(writer->document, item)->type == NODE_ITEM &&
                !document_node(writer->document, block)->previous;
    for (uint32_t at = 0; at < length; at++) {
        if (kinds[at] == INLINE_TEXT && !has_meaning[(unsigned char)bytes[at]]) continue;
        char next = byte_at(row, at + 1);
        bool escape = false, start = context == CONTEXT_PARAGRAPH && begins_line(row, at);
        links += kinds[at] == INLINE_OPEN;
        links -= kinds[at] == INLINE_CLOSE;
        if (kinds[at] == INLINE_SYNTAX && context == CONTEXT_CELL) {
            uint32_t end = bytes[at] == '{' && writer_has(writer, DIALECT_SHORTCODES)
                               ? writer_next_shortcode_end(bytes, at, length, &search)
                               : at;
            if (end > at) at = end - 1;
            if (bytes[at] == '|' && !guard_pipe(writer, at)) return false;
        }
        if (kinds[at] != INLINE_TEXT) continue;
        switch (bytes[at]) {
        case '{': escape = brace_has_meaning(writer, row, at); break;
        case '[':
            escape = (next == '^' && writer_has(writer, DIALECT_FOOTNOTES)) ||
                     (task && at == 0 && strchr(" xX", next) && byte_at(row, 2) == ']');
            break;
        case '(': escape = at && kinds[at - 1] == INLINE_SYNTAX && bytes[at - 1] == ']'; break;
        case '|': escape = context == CONTEXT_CELL; break;
        case '~':
        case '^':
            escape = runs > 1 && writer_has(writer, bytes[at] == '~' ? ups : DIALECT_SUPERSCRIPT);
            escape |= bytes[at] == '^' && at && kinds[at - 1] == INLINE_SPAN_OPEN &&
                      writer_has(writer, DIALECT_FOOTNOTES);
            break;
        case ':':
            if (writer_has(writer, DIALECT_DIRECTIVES))
                escape = colon_has_meaning(row, at) || (start && colons_begin_directive(row, at));
            if (writer_has(writer, DIALECT_DEFINITION_LISTS) && start)
                escape |= next == ' ' || next == '\t' || next == '\n';
            if (writer_has(writer, DIALECT_AUTOLINKS) && !links) escape |= is_scheme(row, at);
            if (at && kinds[at - 1] == INLINE_SYNTAX && bytes[at - 1] == ']')
                escape |= writer_has(writer, DIALECT_FOOTNOTES);
            break;
        case '.':
            if (writer_has(writer, DIALECT_SMART))
                escape = next == '.' && byte_at(row, at + 2) == '.';
            if (writer_has(writer, DIALECT_AUTOLINKS) && !links)
                escape |= at >= 3 && !memcmp(bytes + at - 3, "www", 3);
            break;
        case '@':
            escape = writer_has(writer, DIALECT_AUTOLINKS) && !links && is_mail(row, at);
            break;
        case '"':
        case '\'': escape = writer_has(writer, DIALECT_SMART); break;
        case '-': escape = writer_has(writer, DIALECT_SMART) && next == '-'; break;
        default: break;
        }
        if (escape) kinds[at] = INLINE_ESCAPED;
    }
    return true;
}

/* A paragraph that the dialect would read as something else altogether. */
bool writer_check_paragraph(struct writer *writer, node_id id) {
    const struct document *document = writer->document;
    const struct node *node = document_node(document, id);
    if (!node->first) return true;
    enum node_type first = (enum node_type)document_node(document, node->first)->type;
    enum node_type parent =
        node->parent ? (enum node_type)document_node(document, node->parent)->type : NODE_NONE;
    if (writer_has(writer, DIALECT_FIGURES) && node->type == NODE_PARAGRAPH &&
        first == NODE_IMAGE && node->first == node->last)
        return writer_fail(writer, id, "an image alone in a paragraph is a figure; make it one");
    if (writer_has(writer, DIALECT_SHORTCODES) && !writer_in_tight_item(writer, id)) {
        bool others = false, some = false;
        for (node_id child = node->first; child && !others;
             child = document_node(document, child)->next) {
            enum node_type type = (enum node_type)document_node(document, child)->type;
            some |= type == NODE_SHORTCODE;
            others = type != NODE_SHORTCODE && type != NODE_SOFTBREAK &&
                     !(type == NODE_TEXT && !text_trim(node_text(document, child)).length);
        }
        if (some && !others)
            return writer_fail(writer, id,
                               "shortcodes alone on their lines are blocks; take them out of the "
                               "paragraph");
    }
    if (writer_has(writer, DIALECT_QUOTATIONS) && parent == NODE_BLOCK_QUOTE && !node->next) {
        node_id at = node->last;
        for (node_id before; (before = document_node(document, at)->previous); at = before) {
            enum node_type type = (enum node_type)document_node(document, before)->type;
            if (type == NODE_SOFTBREAK || type == NODE_LINEBREAK) break;
        }
        if (document_node(document, at)->type == NODE_TEXT &&
            text_starts(node_text(document, at), TEXT("\xE2\x80\x94")) &&
            (node_text(document, at).length > 3 || document_node(document, at)->next))
            return writer_fail(writer, at,
                               "a quote's last line that begins with an em dash is its "
                               "attribution; make it one");
    }
    return true;
}
