#include "document/html_writer.h"

#include <stdlib.h>

static void put(struct html_writer *writer, const char *string) {
    buffer_append_string(writer->out, string);
}

static void element(struct html_writer *writer, node_id id, bool entering, const char *open,
                    const char *close) {
    if (!entering) {
        put(writer, close);
        return;
    }
    put(writer, open);
    html_attributes(writer, id);
    put(writer, ">");
}

static void block(struct html_writer *writer, node_id id, bool entering, const char *open,
                  const char *close) {
    html_fresh_line(writer);
    element(writer, id, entering, open, close);
    put(writer, "\n");
}

/* A block whose content is inline: no line ends inside of it. */
static void line(struct html_writer *writer, node_id id, bool entering, const char *open,
                 const char *close) {
    if (entering) html_fresh_line(writer);
    element(writer, id, entering, open, close);
    if (!entering) put(writer, "\n");
}

/* The body of a table is what follows its header row. */
static void table_row(struct html_writer *writer, node_id id, bool entering) {
    const struct node *row = document_node(writer->document, id);
    bool header = row->flags & NODE_HEADER;
    if (entering) {
        html_fresh_line(writer);
        if (header)
            put(writer, "<thead>\n");
        else if (!row->previous ||
                 document_node(writer->document, row->previous)->flags & NODE_HEADER)
            put(writer, "<tbody>\n");
        put(writer, "<tr");
        html_attributes(writer, id);
        put(writer, ">\n");
        return;
    }
    html_fresh_line(writer);
    put(writer, "</tr>\n");
    if (header)
        put(writer, "</thead>\n");
    else if (!row->next)
        put(writer, "</tbody>\n");
}

static void table_cell(struct html_writer *writer, node_id id, bool entering) {
    static const char *const alignments[] = {"", " align=\"left\"", " align=\"center\"",
                                             " align=\"right\""};
    const struct node *cell = document_node(writer->document, id);
    bool header = document_node(writer->document, cell->parent)->flags & NODE_HEADER;
    if (!entering) {
        put(writer, header ? "</th>\n" : "</td>\n");
        return;
    }
    put(writer, header ? "<th" : "<td");
    put(writer, alignments[cell->detail & 3]);
    html_attributes(writer, id);
    put(writer, ">");
}

/* A footnote's label as a part of an id: everything but URL bytes encoded, and in lower case, since
 * [^A] refers to [^a]. */
static void note_name(struct html_writer *writer, node_id id) {
    size_t start = writer->out->length;
    html_escape_url(node_field(writer->document, id, FIELD_LABEL), writer->out);
    for (char *at = writer->out->bytes + start; at < writer->out->bytes + writer->out->length; at++)
        if (*at >= 'A' && *at <= 'Z') *at |= 32;
}

static void footnote_reference(struct html_writer *writer, node_id id) {
    struct text count = node_field(writer->document, id, FIELD_REFERENCES);
    put(writer, "<sup class=\"footnote-ref\"><a href=\"#fn-");
    note_name(writer, id);
    put(writer, "\" id=\"fnref-");
    note_name(writer, id);
    if (count.length) {
        put(writer, "-");
        html_escape(count, writer->out);
    }
    buffer_printf(writer->out, "\" data-footnote-ref>%u</a></sup>",
                  document_node(writer->document, id)->detail);
}

/* What a link back is called: the note's own words, with its number for {number}. */
static void back_label(struct html_writer *writer, node_id note, unsigned number,
                       unsigned reference) {
    struct text words = node_field(writer->document, note, FIELD_BACK);
    if (!words.bytes) words = TEXT("Back to reference {number}");
    const char *blank = memmem(words.bytes, words.length, "{number}", 8);
    size_t before = blank ? (size_t)(blank - words.bytes) : words.length;
    html_escape((struct text){words.bytes, before}, writer->out);
    if (!blank) return;
    buffer_printf(writer->out, "%u", number);
    if (reference > 1) buffer_printf(writer->out, "-%u", reference);
    html_escape((struct text){blank + 8, words.length - before - 8}, writer->out);
}

/* The links from a note back to its references. */
static void back_links(struct html_writer *writer, node_id note) {
    struct text count = node_field(writer->document, note, FIELD_REFERENCES);
    unsigned number = document_node(writer->document, note)->detail, references = 0;
    for (size_t i = 0; i < count.length && references < 10000; i++)
        references = references * 10 + (unsigned)(count.bytes[i] - '0') % 10;
    for (unsigned i = 1; i <= references; i++) {
        put(writer, i > 1 ? " <a href=\"#fnref-" : "<a href=\"#fnref-");
        note_name(writer, note);
        if (i > 1) buffer_printf(writer->out, "-%u", i);
        buffer_printf(writer->out,
                      "\" class=\"footnote-backref\" data-footnote-backref "
                      "data-footnote-backref-idx=\"%u",
                      number);
        if (i > 1) buffer_printf(writer->out, "-%u", i);
        put(writer, "\" aria-label=\"");
        back_label(writer, note, number, i);
        put(writer, "\">\xE2\x86\xA9");
        if (i > 1) buffer_printf(writer->out, "<sup class=\"footnote-ref\">%u</sup>", i);
        put(writer, "</a>");
    }
}

static int by_number(const void *left, const void *right) {
    const uint64_t *a = left, *b = right;
    return *a < *b ? -1 : *a > *b;
}

void html_dialect_end(struct html_writer *writer, node_id id) {
    const struct document *document = writer->document;
    uint64_t *notes = NULL; /* number << 32 | node */
    uint32_t count = 0, capacity = 0;
    for (node_id at = 1; at < document->count; at++) {
        const struct node *node = document_node(document, at);
        if (node->type != NODE_FOOTNOTE_DEFINITION || !node->detail ||
            !node_is_within(document, at, id))
            continue;
        memory_reserve(&notes, &capacity, count + 1);
        notes[count++] = (uint64_t)node->detail << 32 | at;
    }
    if (!count) return;
    qsort(notes, count, sizeof *notes, by_number);
    html_fresh_line(writer);
    put(writer, "<section class=\"footnotes\" data-footnotes>\n<ol>\n");
    for (uint32_t i = 0; i < count; i++) {
        node_id note = (node_id)notes[i];
        put(writer, "<li id=\"fn-");
        note_name(writer, note);
        put(writer, "\">\n");
        /* The back-links belong into the last paragraph, so that is written by hand. */
        node_id last = document_node(document, note)->last;
        while (last && document_node(document, last)->type == NODE_FOOTNOTE_DEFINITION)
            last = document_node(document, last)->previous; /* shown elsewhere */
        bool inside = last && document_node(document, last)->type == NODE_PARAGRAPH;
        for (node_id child = document_node(document, note)->first; child;
             child = document_node(document, child)->next)
            if (child != last || !inside) html_nodes(writer, child);
        html_fresh_line(writer);
        if (inside) {
            put(writer, "<p>");
            for (node_id child = document_node(document, last)->first; child;
                 child = document_node(document, child)->next)
                html_nodes(writer, child);
            put(writer, " ");
        }
        back_links(writer, note);
        put(writer, inside ? "</p>\n</li>\n" : "\n</li>\n");
    }
    put(writer, "</ol>\n</section>\n");
    memory_free(notes);
}

/* Without a plugin's rendering: a division, or a span, of the directive's name. */
static void directive(struct html_writer *writer, node_id id, bool entering) {
    const struct node *node = document_node(writer->document, id);
    bool in_line = node->detail == DIRECTIVE_INLINE;
    if (!entering) {
        if (!in_line) html_fresh_line(writer);
        put(writer, in_line ? "</span>" : "</div>\n");
        return;
    }
    if (!in_line) html_fresh_line(writer);
    put(writer, in_line ? "<span data-directive=\"" : "<div data-directive=\"");
    html_escape(node_field(writer->document, id, FIELD_NAME), writer->out);
    put(writer, "\"");
    html_attributes(writer, id);
    put(writer, in_line ? ">" : ">\n");
    struct text label = node_field(writer->document, id, FIELD_LABEL);
    if (node->detail != DIRECTIVE_BLOCK || !label.length) return;
    put(writer, "<p class=\"directive-label\">");
    html_escape(label, writer->out);
    put(writer, "</p>\n");
}

static void shortcode(struct html_writer *writer, node_id id) {
    bool alone = document_node(writer->document, id)->detail;
    if (alone) html_fresh_line(writer);
    html_opaque(writer, node_text(writer->document, id), false);
    if (alone) put(writer, "\n");
}

static void definition(struct html_writer *writer, node_id id, bool entering) {
    bool tight = document_node(writer->document, id)->flags & NODE_TIGHT;
    if (tight)
        line(writer, id, entering, "<dd", "</dd>");
    else
        block(writer, id, entering, "<dd", "</dd>");
}

/* As a quotation's last child it ends the quoted part. */
static void attribution(struct html_writer *writer, node_id id, bool entering) {
    const struct node *node = document_node(writer->document, id);
    const struct node *parent = document_node(writer->document, node->parent);
    if (entering && parent->type == NODE_BLOCK_QUOTE && !node->next) {
        html_fresh_line(writer);
        put(writer, "</blockquote>\n");
    }
    line(writer, id, entering, "<figcaption", "</figcaption>");
}

void html_dialect_node(struct html_writer *writer, node_id id, bool entering, bool *skip) {
    const struct node *node = document_node(writer->document, id);
    switch ((enum node_type)node->type) {
    case NODE_TABLE: block(writer, id, entering, "<table", "</table>"); break;
    case NODE_TABLE_ROW: table_row(writer, id, entering); break;
    case NODE_TABLE_CELL: table_cell(writer, id, entering); break;
    case NODE_FOOTNOTE_DEFINITION: *skip = entering; break; /* at the document's end */
    case NODE_FOOTNOTE_REFERENCE: footnote_reference(writer, id); break;
    case NODE_FIGURE:
        block(writer, id, entering,
              node->flags & NODE_QUOTATION ? "<figure class=\"quotation\"" : "<figure",
              "</figure>");
        break;
    case NODE_CAPTION: line(writer, id, entering, "<figcaption", "</figcaption>"); break;
    case NODE_ATTRIBUTION: attribution(writer, id, entering); break;
    case NODE_DIRECTIVE: directive(writer, id, entering); break;
    case NODE_DEFINITION_LIST: block(writer, id, entering, "<dl", "</dl>"); break;
    case NODE_DEFINITION_TERM: line(writer, id, entering, "<dt", "</dt>"); break;
    case NODE_DEFINITION: definition(writer, id, entering); break;
    case NODE_NOTES: block(writer, id, entering, "<section class=\"notes\"", "</section>"); break;
    case NODE_STRIKETHROUGH: element(writer, id, entering, "<del", "</del>"); break;
    case NODE_SUPERSCRIPT: element(writer, id, entering, "<sup", "</sup>"); break;
    case NODE_SUBSCRIPT: element(writer, id, entering, "<sub", "</sub>"); break;
    case NODE_SPAN: element(writer, id, entering, "<span", "</span>"); break;
    case NODE_TASK:
        put(writer, node->flags & NODE_CHECKED
                        ? "<input checked=\"\" disabled=\"\" type=\"checkbox\">"
                        : "<input disabled=\"\" type=\"checkbox\">");
        break;
    case NODE_SHORTCODE: shortcode(writer, id); break;
    default: break; /* more: a mark for scripts, nothing to see */
    }
}
