#include "document/dialect_parts.h"

/* GitHub Flavored Markdown 0.29, "Tables (extension)". */

enum { PADDING_LIMIT = 200000 }; /* empty cells that short rows may cost in one document */

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* The next cell of a row from *at on, trimmed; false at the row's end. A shortcode is passed over
 * whole; so is an escaped pipe. */
static bool next_cell(const struct scan *scan, uint32_t *at, uint32_t end,
                      struct shortcode_search *search, struct span *cell) {
    const char *bytes = scan->body.bytes;
    uint32_t start = *at, stop;
    if (start >= end) return false;
    for (stop = start; stop < end && bytes[stop] != '|'; stop++) {
        if (bytes[stop] == '\\' && stop + 1 < end) stop++;
        if (bytes[stop] == '{' && scan->dialect & DIALECT_SHORTCODES) {
            uint32_t after = shortcode_next_end(bytes, stop, end, search);
            if (after > stop) stop = after - 1;
        }
    }
    *at = stop < end ? stop + 1 : end;
    while (start < stop && is_blank(bytes[start])) start++;
    while (stop > start && is_blank(bytes[stop - 1])) stop--;
    *cell = (struct span){start, stop - start};
    return true;
}

/* A row without its outer pipes' outer sides. */
static void row_bounds(const char *bytes, const struct scan_line *line, uint32_t *start,
                       uint32_t *end) {
    *start = line->content;
    *end = line->end;
    while (*end > *start && is_blank(bytes[*end - 1])) --*end;
    if (*start < *end && bytes[*start] == '|') ++*start;
}

/* Reads the delimiter row; appends an alignment a column, 0 when it is none. */
static uint32_t read_delimiters(const struct scan *scan, const struct scan_line *line,
                                struct buffer *alignments) {
    const char *bytes = scan->body.bytes;
    uint32_t at, end, columns = 0;
    struct shortcode_search search = {0};
    struct span cell;
    for (at = line->content; at < line->end; at++)
        if (!memchr("|-: \t", bytes[at], 5)) return 0;
    row_bounds(bytes, line, &at, &end);
    while (next_cell(scan, &at, end, &search, &cell)) {
        const char *text = bytes + cell.offset;
        uint32_t length = cell.length;
        bool left = length && text[0] == ':', right = length > 1 && text[length - 1] == ':';
        if (length < 1u + left + right) return 0;
        for (uint32_t i = left; i < length - right; i++)
            if (text[i] != '-') return 0;
        buffer_append_byte(alignments, (char)(left && right ? ALIGN_CENTER
                                              : left        ? ALIGN_LEFT
                                              : right       ? ALIGN_RIGHT
                                                            : ALIGN_NONE));
        columns++;
    }
    return columns;
}

static uint32_t count_cells(const struct scan *scan, const struct scan_line *line) {
    uint32_t at, end, count = 0;
    struct shortcode_search search = {0};
    struct span cell;
    row_bounds(scan->body.bytes, line, &at, &end);
    while (next_cell(scan, &at, end, &search, &cell)) count++;
    return count;
}

static void propose_row(struct scan *scan, const struct scan_line *line, uint32_t row) {
    uint32_t at, end, column = 0, table = scan->table - 1;
    uint32_t columns = scan->rewrite->tables[table].columns;
    const char *bytes = scan->body.bytes;
    struct shortcode_search search = {0};
    struct span cell;
    row_bounds(bytes, line, &at, &end);
    while (column < columns && next_cell(scan, &at, end, &search, &cell)) {
        struct proposal *proposal =
            rewrite_propose(scan->rewrite, PROPOSAL_CELL, cell.offset, cell.offset + cell.length);
        proposal->table = table;
        proposal->row = row;
        proposal->column = column++;
    }
    if (!column) { /* a row of one pipe: a cell without text keeps its place */
        struct proposal *proposal =
            rewrite_propose(scan->rewrite, PROPOSAL_CELL, line->end, line->end);
        proposal->table = table;
        proposal->row = row;
    }
    if (next_cell(scan, &at, end, &search, &cell))
        scan_warn(scan, cell.offset,
                  "this row has more cells than the table has columns, and they are not shown; "
                  "add columns, or escape a pipe as \\|");
}

void table_propose_row(struct scan *scan, const struct scan_line *line) {
    propose_row(scan, line, scan->row++);
    scan->rewrite->tables[scan->table - 1].end = line->end;
}

bool table_propose(struct scan *scan, const struct scan_line *delimiter) {
    struct rewrite *rewrite = scan->rewrite;
    const char *bytes = scan->body.bytes;
    const struct scan_line *header = &scan->previous;
    if (header->container != delimiter->container || header->lazy || header->indent > 3)
        return false;
    size_t kept = rewrite->alignments.length;
    bool pipes = memchr(bytes + delimiter->content, '|', delimiter->end - delimiter->content);
    bool header_pipes = memchr(bytes + header->content, '|', header->end - header->content);
    /* Hyphens alone underline a heading. */
    bool colons = memchr(bytes + delimiter->content, ':', delimiter->end - delimiter->content);
    if (!pipes && !colons) return false;
    uint32_t columns = read_delimiters(scan, delimiter, &rewrite->alignments);
    if (!columns || count_cells(scan, header) != columns) {
        rewrite->alignments.length = kept;
        if (columns && pipes && header_pipes)
            scan_warn(scan, delimiter->content,
                      "this looks like a table, but its header has another number of cells than "
                      "this line; make them equal");
        return false;
    }
    memory_reserve(&rewrite->tables, &rewrite->table_capacity, rewrite->table_count + 1);
    rewrite->tables[rewrite->table_count] =
        (struct proposed_table){.start = header->content,
                                .end = delimiter->end,
                                .delimiter = delimiter->content,
                                .delimiter_end = delimiter->end,
                                .prefix = {delimiter->start, delimiter->content - delimiter->start},
                                .columns = columns,
                                .alignments = (uint32_t)kept};
    scan->table = ++rewrite->table_count;
    propose_row(scan, header, 0);
    scan->row = 1;
    return true;
}

/* Pipes within code are escaped in a table, and the escapes are the table's. */
static void unescape_pipes(struct document *document, node_id code) {
    struct text text = node_text(document, code);
    if (!memmem(text.bytes, text.length, "\\|", 2)) return;
    struct buffer plain = {0};
    for (size_t i = 0; i < text.length; i++)
        if (text.bytes[i] != '\\' || i + 1 == text.length || text.bytes[i + 1] != '|')
            buffer_append_byte(&plain, text.bytes[i]);
    node_set_text(document, code, buffer_text(&plain));
    buffer_free(&plain);
}

/* A row is its line, from the pipe before its first cell on. */
static struct span row_place(struct text source, uint32_t first, uint32_t last) {
    uint32_t start = first, end = last;
    while (start && is_blank(source.bytes[start - 1])) start--;
    start = start && source.bytes[start - 1] == '|' ? start - 1 : first;
    while (end < source.length && source.bytes[end] != '\n' && source.bytes[end] != '\r') end++;
    while (end > last && is_blank(source.bytes[end - 1])) end--;
    return (struct span){start, end - start};
}

static node_id add_row(struct dialect_pass *pass, node_id table, uint32_t row) {
    node_id id = document_add(pass->document, NODE_TABLE_ROW);
    node_append(pass->document, table, id);
    struct node *node = document_node(pass->document, id);
    node->flags = NODE_PLACE_EXACT | (row ? 0 : NODE_HEADER);
    return id;
}

static void pad_row(struct dialect_pass *pass, node_id row, const struct proposed_table *table,
                    uint32_t column, uint32_t *padding) {
    const char *alignments = pass->rewrite->alignments.bytes + table->alignments;
    for (; column < table->columns && ++*padding < PADDING_LIMIT; column++) {
        node_id cell = document_add(pass->document, NODE_TABLE_CELL);
        document_node(pass->document, cell)->detail = (uint32_t)alignments[column];
        node_append(pass->document, row, cell);
    }
}

static void build_table(struct dialect_pass *pass, uint32_t first, uint32_t last,
                        uint32_t *padding) {
    struct document *document = pass->document;
    const struct proposal *cells = pass->rewrite->proposals;
    const struct proposed_table *proposed = &pass->rewrite->tables[cells[first].table];
    const char *alignments = pass->rewrite->alignments.bytes + proposed->alignments;
    node_id table = document_add(document, NODE_TABLE), row = NO_NODE;
    node_insert_before(document, cells[first].node, table);
    struct node *node = document_node(document, table);
    node->place = (struct span){document->body + proposed->start, proposed->end - proposed->start};
    node->flags = NODE_PLACE_EXACT;
    uint32_t row_number = UINT32_MAX, column = 0;
    for (uint32_t i = first; i <= last; i++) {
        const struct proposal *cell = &cells[i];
        if (cell->kind != PROPOSAL_CELL || cell->dropped) continue;
        if (cell->row != row_number) {
            if (row) pad_row(pass, row, proposed, column, padding);
            row = add_row(pass, table, cell->row);
            row_number = cell->row;
            document_node(document, row)->place = row_place(
                document->strings.source, document->body + cell->start, document->body + cell->end);
        }
        column = cell->column + 1;
        document_node(document, cell->node)->detail = (uint32_t)alignments[cell->column];
        node_unlink(document, cell->node);
        node_append(document, row, cell->node);
        for (struct walk walk = walk_from(document, cell->node); walk_next(&walk);)
            if (document_node(document, walk.id)->type == NODE_CODE)
                unescape_pipes(document, walk.id);
    }
    if (row) pad_row(pass, row, proposed, column, padding);
}

void tables_pass(struct dialect_pass *pass) {
    const struct rewrite *rewrite = pass->rewrite;
    uint32_t padding = 0;
    for (uint32_t i = 0; i < rewrite->count; i++) {
        if (rewrite->proposals[i].kind != PROPOSAL_CELL || rewrite->proposals[i].dropped) continue;
        uint32_t table = rewrite->proposals[i].table, last = i;
        for (uint32_t k = i; k < rewrite->count; k++) {
            const struct proposal *other = &rewrite->proposals[k];
            if (other->start > rewrite->tables[table].end) break;
            if (other->kind == PROPOSAL_CELL && other->table == table) last = k;
        }
        build_table(pass, i, last, &padding);
        i = last;
    }
}
