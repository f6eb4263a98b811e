/* The dialect's blocks. */
#include "document/dialect_scan.h"
#include "document/writer_state.h"

static const struct node *node_of(const struct writer *writer, node_id id) {
    return document_node(writer->document, id);
}

static enum node_type type_of(const struct writer *writer, node_id id) {
    return (enum node_type)writer->document->nodes[id].type;
}

static bool wants(struct writer *writer, node_id id, uint64_t feature) {
    if (writer_has(writer, feature)) return true;
    return writer_fail(writer, id, dialect_feature_off(feature));
}

/* "::: name" has been put out: what follows stands on lines of its own. */
static bool enter_fenced(struct writer *writer, node_id id) {
    writer_end_line(writer);
    if (!writer_enter_container(writer, id)) return false;
    /* The line that has begun is the content's. */
    writer->out->length -= writer->prefix.length;
    writer->prefixes -= writer->prefix.length;
    writer->in_line = false;
    return true;
}

/* Whether an image alone in a paragraph says it all, its title the caption. */
static bool is_plain_figure(const struct writer *writer, node_id id) {
    const struct document *document = writer->document;
    node_id image = node_of(writer, id)->first;
    if (!image) return false;
    node_id caption = node_of(writer, image)->next;
    if (node_field(document, image, FIELD_TITLE).length ||
        node_field(document, id, FIELD_LABEL).length)
        return false;
    if (!caption) return true;
    if (type_of(writer, caption) != NODE_CAPTION || writer_has_attributes(writer, caption))
        return false;
    node_id text = node_of(writer, caption)->first;
    return text && !node_of(writer, text)->next && type_of(writer, text) == NODE_TEXT &&
           node_of(writer, text)->text.length;
}

static bool write_figure(struct writer *writer, node_id id) {
    const struct document *document = writer->document;
    node_id image = node_of(writer, id)->first, caption = node_of(writer, image)->next;
    struct text title = {NULL, 0};
    if (caption) {
        title = node_text(document, node_of(writer, caption)->first);
        if (utf8_valid_length(title) != title.length || memchr(title.bytes, 0, title.length))
            return writer_fail(writer, caption, "the text is not UTF-8; convert it");
    }
    /* The image as a paragraph of its own, with the title put in front of the last parenthesis. */
    if (!writer_collect(writer, image, CONTEXT_PARAGRAPH, NO_NODE, NO_NODE)) return false;
    struct inlines *row = &writer->inlines;
    struct buffer inner = {0};
    uint32_t length = (uint32_t)row->bytes.length, tail = length;
    while (tail > 0 && row->kinds.bytes[tail - 1] != INLINE_CLOSE) tail--;
    writer_begin_line(writer);
    writer_put_inlines(writer, 0, tail);
    buffer_append_byte(&inner, '(');
    writer_put_destination(&inner, node_field(document, image, FIELD_URL), title.length != 0,
                           writer_has(writer, DIALECT_SHORTCODES));
    if (title.length) {
        buffer_append_byte(&inner, ' ');
        writer_put_title(&inner, title, writer_has(writer, DIALECT_SHORTCODES));
    }
    buffer_append_byte(&inner, ')');
    buffer_append_text(writer->out, buffer_text(&inner));
    buffer_free(&inner);
    if (!writer_put_attributes(writer, image, "{", writer->out)) return false;
    writer_end_line(writer);
    return writer_attribute_line(writer, id);
}

/* "::: figure", the image, perhaps other blocks, a paragraph for the caption. */
static bool enter_figure(struct writer *writer, struct walk *walk) {
    node_id id = walk->id, image = node_of(writer, id)->first, last = node_of(writer, id)->last;
    if (!wants(writer, id, DIALECT_FIGURES)) return false;
    if (!image || type_of(writer, image) != NODE_IMAGE)
        return writer_fail(writer, id, "a figure begins with an image; put one into it");
    for (node_id child = image; (child = node_of(writer, child)->next);)
        if (child == last ? type_of(writer, child) == NODE_PARAGRAPH
                          : type_of(writer, child) == NODE_CAPTION)
            return writer_fail(writer, child,
                               "the last paragraph of a figure is its caption, and there is no "
                               "other; change its type or its place");
    if (is_plain_figure(writer, id)) {
        walk_over(walk);
        return write_figure(writer, id);
    }
    if (!wants(writer, id, DIALECT_DIRECTIVES)) return false;
    writer_begin_line(writer);
    for (uint32_t i = writer_colons(writer, id); i; i--) buffer_append_byte(writer->out, ':');
    buffer_append_string(writer->out, " figure");
    if (node_field(writer->document, id, FIELD_LABEL).length) {
        buffer_append_byte(writer->out, ' ');
        if (!writer_put_label(writer, id, writer->out)) return false;
    }
    return writer_put_attributes(writer, id, " {", writer->out) && enter_fenced(writer, id);
}

static bool write_figure_image(struct writer *writer, node_id image) {
    if (type_of(writer, node_of(writer, image)->parent) != NODE_FIGURE)
        return writer_fail(writer, image,
                           "this cannot stand between blocks; put it into a paragraph");
    if (!writer_collect(writer, image, CONTEXT_PARAGRAPH, NO_NODE, NO_NODE)) return false;
    writer_begin_line(writer);
    writer_put_inlines(writer, 0, (uint32_t)writer->inlines.bytes.length);
    writer_end_line(writer);
    return true;
}

static bool write_caption(struct writer *writer, node_id caption) {
    if (type_of(writer, node_of(writer, caption)->parent) != NODE_FIGURE)
        return writer_fail(writer, caption, "this stands in its own kind of block only; wrap it");
    return writer_check_paragraph(writer, caption) && writer_lines(writer, caption) &&
           writer_attribute_line(writer, caption);
}

static bool write_attribution(struct writer *writer, node_id id) {
    static const char dash[] = "\xE2\x80\x94";
    const struct node *node = node_of(writer, id);
    if (!wants(writer, id, DIALECT_QUOTATIONS)) return false;
    if (type_of(writer, node->parent) != NODE_BLOCK_QUOTE || node->next || !node->first ||
        type_of(writer, node->first) != NODE_TEXT ||
        !text_starts(node_text(writer->document, node->first), (struct text){dash, 3}))
        return writer_fail(writer, id,
                           "an attribution is the last line of a quote and begins with an em dash");
    return writer_lines(writer, id);
}

/* Whether it begins with HTML whose spaces would count as the marker's. */
static bool begins_with_space(const struct writer *writer, node_id id) {
    for (node_id at = id; at && node_type_is_block(type_of(writer, at));
         at = node_of(writer, at)->first)
        if (type_of(writer, at) == NODE_HTML_BLOCK)
            return text_starts(node_text(writer->document, at), TEXT(" "));
    return false;
}

/* What is easier to read, and for other readers, on lines of its own. */
static bool wants_own_lines(const struct writer *writer, node_id id) {
    switch (id ? type_of(writer, id) : NODE_NONE) {
    case NODE_TABLE:
    case NODE_DIRECTIVE:
    case NODE_DEFINITION_LIST: return true;
    case NODE_FIGURE: return !is_plain_figure(writer, id);
    default: return begins_with_space(writer, id);
    }
}

static bool enter_footnote(struct writer *writer, node_id id) {
    struct text label = node_field(writer->document, id, FIELD_LABEL);
    if (!wants(writer, id, DIALECT_FOOTNOTES)) return false;
    if (!writer_is_label(label))
        return writer_fail(writer, id, "a footnote's label has no spaces or brackets; change it");
    if (!writer_enter_container(writer, id)) return false;
    buffer_append_string(writer->out, "[^");
    buffer_append_text(writer->out, label);
    buffer_append_string(writer->out, "]: ");
    buffer_append_string(&writer->prefix, "    ");
    if (wants_own_lines(writer, node_of(writer, id)->first)) {
        writer->out->length--;
        writer_end_line(writer);
    }
    return true;
}

static bool enter_directive(struct writer *writer, node_id id, struct walk *walk) {
    uint32_t form = node_of(writer, id)->detail;
    if (form == DIRECTIVE_INLINE)
        return writer_fail(writer, id, "an inline directive stands in a paragraph; wrap it");
    node_id first = node_of(writer, id)->first;
    if (form == DIRECTIVE_BLOCK && first && type_of(writer, first) == NODE_FIGURE &&
        writer_has(writer, DIALECT_FIGURES) && is_plain_figure(writer, first) &&
        text_is(node_field(writer->document, id, FIELD_NAME), "figure"))
        return writer_fail(writer, id,
                           "a directive called figure that begins with a figure is one; rename it");
    writer_begin_line(writer);
    if (!writer_put_directive(writer, id, writer->out)) return false;
    if (form == DIRECTIVE_LEAF) {
        writer_end_line(writer);
        walk_over(walk);
        return true;
    }
    if (!enter_fenced(writer, id)) return false;
    if (writer_begins_with_blank(writer, id)) writer_blank_line(writer);
    return true;
}

static bool enter_definition(struct writer *writer, node_id id) {
    if (!node_of(writer, id)->first)
        return writer_fail(writer, id, "a definition without content; remove it");
    if (begins_with_space(writer, node_of(writer, id)->first))
        return writer_fail(writer, id,
                           "a definition cannot begin with indented HTML; remove its spaces");
    if (!writer_enter_container(writer, id)) return false;
    uint8_t gap = writer_gap_of(writer, id);
    buffer_append_byte(writer->out, ':');
    writer_put_times(writer, ' ', gap);
    for (uint8_t i = 0; i <= gap; i++) buffer_append_byte(&writer->prefix, ' ');
    return true;
}

static bool parent_is_item(const struct writer *writer, node_id id) {
    return type_of(writer, node_of(writer, id)->parent) == NODE_ITEM;
}

static bool write_shortcode(struct writer *writer, node_id id) {
    struct text text = node_text(writer->document, id);
    if (!wants(writer, id, DIALECT_SHORTCODES)) return false;
    if (writer_in_tight_item(writer, id) && parent_is_item(writer, id))
        return writer_fail_tight(
            writer, id,
            "in a tight list a shortcode stands in a paragraph; wrap it, or make "
            "the list loose");
    if (!text.length || writer_shortcode_end(text.bytes, 0, (uint32_t)text.length) != text.length ||
        memchr(text.bytes, '\r', text.length) || memchr(text.bytes, 0, text.length) ||
        memmem(text.bytes, shortcode_end(text.bytes, 0, (uint32_t)text.length), "\n\n", 2) ||
        utf8_valid_length(text) != text.length)
        return writer_fail(writer, id, "a shortcode is one {{ }} or {% %} on one line; change it");
    writer_begin_line(writer);
    buffer_append_text(writer->out, text);
    writer_end_line(writer);
    return true;
}

static bool write_more(struct writer *writer, node_id id) {
    struct text text = text_trim(node_text(writer->document, id));
    if (!wants(writer, id, DIALECT_MORE)) return false;
    if (type_of(writer, node_of(writer, id)->parent) != NODE_DOCUMENT)
        return writer_fail(writer, id, "the excerpt's end stands in the document itself; move it");
    if (!text.length || memchr(text.bytes, '\n', text.length)) text = TEXT("<!-- more -->");
    writer_begin_line(writer);
    buffer_append_text(writer->out, text);
    writer_end_line(writer);
    return true;
}

bool writer_dialect_block(struct writer *writer, struct walk *walk) {
    node_id id = walk->id;
    switch (type_of(writer, id)) {
    case NODE_TABLE:
        walk_over(walk);
        return wants(writer, id, DIALECT_TABLES) && writer_table(writer, id);
    case NODE_FIGURE: return enter_figure(writer, walk);
    case NODE_IMAGE: walk_over(walk); return write_figure_image(writer, id);
    case NODE_CAPTION: walk_over(walk); return write_caption(writer, id);
    case NODE_ATTRIBUTION: walk_over(walk); return write_attribution(writer, id);
    case NODE_FOOTNOTE_DEFINITION: return enter_footnote(writer, id);
    case NODE_DIRECTIVE: return enter_directive(writer, id, walk);
    case NODE_DEFINITION_LIST:
        if (!wants(writer, id, DIALECT_DEFINITION_LISTS)) return false;
        if (!node_of(writer, id)->first ||
            type_of(writer, node_of(writer, id)->first) != NODE_DEFINITION_TERM ||
            type_of(writer, node_of(writer, id)->last) != NODE_DEFINITION)
            return writer_fail(writer, id, "a definition list has terms, each with a definition");
        return true;
    case NODE_DEFINITION_TERM: walk_over(walk); return writer_lines(writer, id);
    case NODE_DEFINITION: return enter_definition(writer, id);
    case NODE_SHORTCODE: return write_shortcode(writer, id);
    case NODE_MORE: return write_more(writer, id);
    case NODE_NOTES:
        if (!wants(writer, id, DIALECT_MORE)) return false;
        if (node_of(writer, id)->next || !node_of(writer, id)->first ||
            type_of(writer, node_of(writer, id)->parent) != NODE_DOCUMENT)
            return writer_fail(writer, id, "notes are the document's last child and not empty");
        return true;
    default:
        return writer_fail(writer, id,
                           node_type_is_block(type_of(writer, id))
                               ? "this stands in its own kind of block only; wrap it"
                               : "this cannot stand between blocks; put it into a paragraph");
    }
}

void writer_leave_dialect(struct writer *writer, node_id id) {
    enum node_type type = type_of(writer, id);
    if (type == NODE_FOOTNOTE_DEFINITION || type == NODE_DEFINITION) {
        writer_leave_container(writer);
    } else if (type == NODE_DIRECTIVE || type == NODE_FIGURE) {
        node_id last = node_of(writer, id)->last;
        if (last && type_of(writer, last) == NODE_HTML_BLOCK) {
            if (writer_in_tight_item(writer, id))
                writer_fail_tight(writer, last,
                                  "the blank line behind this HTML would make the tight list "
                                  "around it loose; make that list loose");
            writer_blank_line(writer);
        }
        writer_leave_container(writer);
        writer_begin_line(writer);
        for (uint32_t i = writer_colons(writer, id); i; i--) buffer_append_byte(writer->out, ':');
        writer_end_line(writer);
    }
}
