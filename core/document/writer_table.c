/* Tables: a row a line. Where the author's columns stand below each other, they do so again, as
 * wide as they were or as their cells need now. */
#include "base/unicode.h"
#include "document/writer_state.h"

enum {
    COLUMN_LIMIT = 64,  /* a table of more columns is not aligned, */
    WIDTH_LIMIT = 200,  /* nor is one with a wider column: it would be mostly spaces */
    UNALIGNED_WIDTH = 3 /* of a delimiter */
};

static const struct node *node_of(const struct writer *writer, node_id id) {
    return document_node(writer->document, id);
}

/* How the source lays out its columns. */
struct layout {
    bool aligned, spaced; /* spaced: blanks around the delimiters */
    uint32_t count;       /* columns whose width is known */
    uint32_t widths[COLUMN_LIMIT];
};

/* The widths of a line's cells between its pipes, without one blank on each side. False for a line
 * that has not pipes at both ends, or more than the limits allow. */
static bool read_widths(struct text line, struct layout *layout) {
    size_t at = 0, start, end = line.length;
    while (at < end && memchr(" \t>", line.bytes[at], 3)) at++;
    while (end > at && memchr(" \t\r", line.bytes[end - 1], 3)) end--;
    if (end - at < 2 || line.bytes[at] != '|' || line.bytes[end - 1] != '|') return false;
    layout->count = 0;
    for (start = ++at; at < end; at++) {
        if (line.bytes[at] == '\t') return false;
        if (line.bytes[at] == '\\')
            at++; /* and past what it escapes */
        else if (line.bytes[at] == '|') {
            size_t width = unicode_width((struct text){line.bytes + start, at - start});
            if (layout->count == COLUMN_LIMIT || width < 3 || width > WIDTH_LIMIT) return false;
            layout->widths[layout->count++] = (uint32_t)width - 2;
            start = at + 1;
        }
    }
    return start == end;
}

static struct layout layout_of(const struct writer *writer, node_id table) {
    static const struct layout usual = {.spaced = true};
    struct layout layout = usual, other;
    struct text source = writer->document->strings.source;
    struct span place = node_of(writer, table)->place;
    if (!(node_of(writer, table)->flags & NODE_PLACE_EXACT) || !place.length) return usual;
    const char *at = source.bytes + place.offset, *end = at + place.length;
    for (int row = 0; at < end; row++) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        struct text line = {at, (size_t)((line_end ? line_end : end) - at)};
        if (!read_widths(line, row ? &other : &layout)) return usual;
        if (row && (other.count != layout.count ||
                    memcmp(other.widths, layout.widths, layout.count * sizeof *layout.widths)))
            return usual;
        const char *pipe = memchr(line.bytes, '|', line.length);
        if (row == 1) layout.spaced = pipe[1] == ' ';
        at = line_end ? line_end + 1 : end;
    }
    layout.aligned = true;
    return layout;
}

/* The cells as they will be put out, one behind the other. */
struct cells {
    struct buffer bytes;
    uint32_t *ends, count, capacity;
};

static struct text cell_text(const struct cells *cells, uint32_t index) {
    uint32_t start = index ? cells->ends[index - 1] : 0, length = cells->ends[index] - start;
    return length ? (struct text){cells->bytes.bytes + start, length} : TEXT("");
}

static bool collect_cell(struct writer *writer, node_id cell, struct cells *cells) {
    if (!writer_collect(writer, cell, CONTEXT_CELL, NO_NODE, NO_NODE)) return false;
    size_t start = writer->out->length;
    writer_put_inlines(writer, 0, (uint32_t)writer->inlines.bytes.length);
    if (writer->out->length > start)
        buffer_append(&cells->bytes, writer->out->bytes + start, writer->out->length - start);
    writer->out->length = start;
    memory_reserve(&cells->ends, &cells->capacity, cells->count + 1);
    cells->ends[cells->count++] = (uint32_t)cells->bytes.length;
    return !writer->failed;
}

/* The cells of all rows, and whether the rows make a table. */
static bool collect_rows(struct writer *writer, node_id header, struct cells *cells) {
    for (node_id row = header; row; row = node_of(writer, row)->next) {
        bool first = row == header;
        if (node_of(writer, row)->type != NODE_TABLE_ROW ||
            first != ((node_of(writer, row)->flags & NODE_HEADER) != 0))
            return writer_fail(writer, row, "a table has rows, and the first is its only header");
        node_id cell = node_of(writer, row)->first, above = node_of(writer, header)->first;
        for (; cell && above; above = node_of(writer, above)->next) {
            if (node_of(writer, cell)->type != NODE_TABLE_CELL ||
                node_of(writer, cell)->detail != node_of(writer, above)->detail)
                return writer_fail(writer, cell, "cells of a column have one alignment; set it");
            if (!collect_cell(writer, cell, cells)) return false;
            cell = node_of(writer, cell)->next;
        }
        if (cell || above)
            return writer_fail(writer, row, "rows of a table have as many cells as its header");
    }
    return true;
}

static uint32_t colons_of(const struct writer *writer, node_id cell) {
    uint32_t alignment = node_of(writer, cell)->detail & 3;
    return alignment == ALIGN_CENTER ? 2 : alignment != ALIGN_NONE;
}

/* Makes room for cells and delimiters; false through `aligned` when they need too much. */
static void widen(struct writer *writer, node_id header, struct layout *layout,
                  const struct cells *cells) {
    uint32_t columns = 0;
    for (node_id cell = node_of(writer, header)->first; cell; cell = node_of(writer, cell)->next) {
        uint32_t least = layout->spaced ? 1 + colons_of(writer, cell) : 1;
        if (columns < COLUMN_LIMIT && (columns >= layout->count || layout->widths[columns] < least))
            layout->widths[columns] = least;
        columns++;
    }
    layout->aligned &= columns <= COLUMN_LIMIT;
    for (uint32_t i = 0; i < cells->count && layout->aligned; i++) {
        size_t width = unicode_width(cell_text(cells, i));
        if (width > layout->widths[i % columns]) layout->widths[i % columns] = (uint32_t)width;
        layout->aligned = width <= WIDTH_LIMIT;
    }
}

static void put_delimiters(struct writer *writer, node_id header, const struct layout *layout) {
    uint32_t column = 0;
    writer_begin_line(writer);
    buffer_append_byte(writer->out, '|');
    for (node_id cell = node_of(writer, header)->first; cell; cell = node_of(writer, cell)->next) {
        uint32_t alignment = node_of(writer, cell)->detail & 3;
        bool left = alignment == ALIGN_LEFT || alignment == ALIGN_CENTER;
        bool right = alignment == ALIGN_RIGHT || alignment == ALIGN_CENTER;
        uint32_t width = layout->aligned ? layout->widths[column++] : UNALIGNED_WIDTH;
        if (!layout->spaced) width += 2;
        if (layout->spaced) buffer_append_byte(writer->out, ' ');
        if (left) buffer_append_byte(writer->out, ':');
        writer_put_times(writer, '-', width - colons_of(writer, cell));
        if (right) buffer_append_byte(writer->out, ':');
        buffer_append_string(writer->out, layout->spaced ? " |" : "|");
    }
    writer_end_line(writer);
}

static void put_cell(struct writer *writer, struct text text, uint32_t alignment, uint32_t width) {
    uint32_t own = width ? (uint32_t)unicode_width(text) : 0, room = width > own ? width - own : 0;
    uint32_t before = alignment == ALIGN_RIGHT ? room : alignment == ALIGN_CENTER ? room / 2 : 0;
    writer_put_times(writer, ' ', before + (text.length || width ? 1 : 0));
    buffer_append_text(writer->out, text);
    writer_put_times(writer, ' ', room - before + 1);
    buffer_append_byte(writer->out, '|');
}

static void put_rows(struct writer *writer, node_id header, const struct cells *cells,
                     const struct layout *layout) {
    uint32_t index = 0;
    for (node_id row = header; row && !writer->failed; row = node_of(writer, row)->next) {
        uint32_t column = 0;
        writer_begin_line(writer);
        buffer_append_byte(writer->out, '|');
        for (node_id cell = node_of(writer, row)->first; cell; cell = node_of(writer, cell)->next)
            put_cell(writer, cell_text(cells, index++), node_of(writer, cell)->detail,
                     layout->aligned ? layout->widths[column++] : 0);
        writer_end_line(writer);
        if (row == header) put_delimiters(writer, header, layout);
    }
}

bool writer_table(struct writer *writer, node_id id) {
    node_id header = node_of(writer, id)->first;
    if (!header || !node_of(writer, header)->first)
        return writer_fail(writer, id, "a table without rows or columns; remove it");
    if (writer_follows_paragraph(writer, id))
        return writer_fail_tight(writer, id,
                                 "in a tight list a table cannot follow a paragraph; make the "
                                 "list loose");
    struct layout layout = layout_of(writer, id);
    struct cells cells = {0};
    writer_begin_line(writer);
    bool fine = collect_rows(writer, header, &cells);
    if (fine) {
        widen(writer, header, &layout, &cells);
        put_rows(writer, header, &cells, &layout);
    }
    buffer_free(&cells.bytes);
    memory_free(cells.ends);
    return fine && !writer->failed;
}
