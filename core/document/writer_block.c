/* Blocks: containers by the prefix of their lines, leaves by what they begin and end with. */
#include "document/dialect_scan.h"
#include "document/writer_state.h"

static const struct node *node_of(const struct writer *writer, node_id id) {
    return document_node(writer->document, id);
}

static enum node_type type_of(const struct writer *writer, node_id id) {
    return (enum node_type)writer->document->nodes[id].type;
}

static struct frame *top_frame(struct writer *writer) {
    return &writer->frames[writer->frame_count - 1];
}

void writer_push_frame(struct writer *writer, node_id id) {
    memory_reserve(&writer->frames, &writer->frame_capacity, writer->frame_count + 1);
    writer->frames[writer->frame_count++] =
        (struct frame){.node = id, .prefix = writer->prefix.length};
}

static void put(struct writer *writer, const char *string) {
    buffer_append_string(writer->out, string);
}

void writer_put_times(struct writer *writer, char byte, size_t times) {
    while (times--) buffer_append_byte(writer->out, byte);
}

node_id writer_last_leaf(const struct writer *writer, node_id id) {
    while (node_of(writer, id)->last &&
           node_type_is_block(type_of(writer, node_of(writer, id)->last)))
        id = node_of(writer, id)->last;
    return id;
}

bool writer_in_tight_item(const struct writer *writer, node_id id) {
    node_id item = node_of(writer, id)->parent;
    if (item && type_of(writer, item) == NODE_DEFINITION)
        return node_of(writer, item)->flags & NODE_TIGHT;
    if (!item || type_of(writer, item) != NODE_ITEM) return false;
    node_id list = node_of(writer, item)->parent;
    return list && type_of(writer, list) == NODE_LIST && node_of(writer, list)->flags & NODE_TIGHT;
}

/* Whether a block's last line is a paragraph's for the parser. */
static bool ends_in_paragraph(const struct writer *writer, node_id id) {
    enum node_type type = type_of(writer, writer_last_leaf(writer, id));
    return type == NODE_PARAGRAPH || type == NODE_FIGURE || type == NODE_ATTRIBUTION;
}

/* Whether the block follows a paragraph's line without a blank line between them. */
bool writer_follows_paragraph(const struct writer *writer, node_id id) {
    node_id previous = node_of(writer, id)->previous;
    return previous && writer_in_tight_item(writer, id) && ends_in_paragraph(writer, previous);
}

static bool html_ends_by_itself(const struct writer *writer, node_id id) {
    struct text text = node_text(writer->document, id);
    const char *end = text.bytes + text.length;
    size_t spaces = 0;
    while (spaces < text.length && text.bytes[spaces] == ' ') spaces++;
    const char *line_end = memchr(text.bytes, '\n', text.length);
    int kind = html_block_kind(text.bytes + spaces, line_end ? line_end : end, false);
    return kind >= 1 && kind <= 5 && html_block_ends(kind, text.bytes, end);
}

/* Leading spaces of HTML would count as the marker's of the item that it begins. */
bool writer_begins_on_next_line(const struct writer *writer, node_id first) {
    return type_of(writer, first) == NODE_HTML_BLOCK &&
           text_starts(node_text(writer->document, first), TEXT(" "));
}

/* Blocks of a tight item stand line by line. */
static bool check_tight_pair(struct writer *writer, node_id previous, node_id id) {
    enum node_type type = type_of(writer, id);
    if (type_of(writer, previous) == NODE_HTML_BLOCK && !html_ends_by_itself(writer, previous))
        return writer_fail_tight(
            writer, id,
            "in a tight list this would become part of the HTML before it; make "
            "the list loose");
    if (type == NODE_BLOCK_QUOTE && type_of(writer, previous) == NODE_BLOCK_QUOTE)
        return writer_fail_tight(
            writer, id,
            "in a tight list this would become part of the quote before it; make "
            "the list loose");
    bool row = type_of(writer, previous) == NODE_TABLE;
    if (!row && !ends_in_paragraph(writer, previous)) return true;
    bool joins = type == NODE_PARAGRAPH || type == NODE_FIGURE || type == NODE_TABLE || row;
    if (type == NODE_LIST) {
        const struct node *list = node_of(writer, id);
        node_id first = list->first ? node_of(writer, list->first)->first : NO_NODE;
        joins = (list->first && (!first || writer_begins_on_next_line(writer, first))) ||
                (list->flags & NODE_ORDERED && list->detail != 1);
    }
    if (joins)
        return writer_fail_tight(
            writer, id,
            "in a tight list this would become part of the paragraph before it; "
            "make the list loose");
    return true;
}

/* A blank line in a directive, a figure or between definitions stands in the item around them. */
static bool put_blank_between(struct writer *writer, node_id id) {
    node_id at = node_of(writer, id)->parent;
    for (; at; at = node_of(writer, at)->parent) {
        enum node_type type = type_of(writer, at);
        if (type != NODE_DIRECTIVE && type != NODE_FIGURE && type != NODE_DEFINITION_LIST) break;
        if (writer_in_tight_item(writer, at))
            return writer_fail(writer, id,
                               "the blank line before it would make the tight list around it "
                               "loose; make that list loose");
    }
    writer_blank_line(writer);
    return true;
}

/* What stands between a block and the one before it. */
static bool separate(struct writer *writer, node_id id) {
    node_id previous = node_of(writer, id)->previous, parent = node_of(writer, id)->parent;
    if (id == writer->root || !previous) return true;
    if (type_of(writer, id) == NODE_DEFINITION_LIST &&
        type_of(writer, previous) == NODE_DEFINITION_LIST)
        return writer_fail(writer, id,
                           "it would join the definition list before it; put something between");
    if (type_of(writer, parent) == NODE_LIST) {
        if (!(node_of(writer, parent)->flags & NODE_TIGHT)) writer_blank_line(writer);
        return true;
    }
    if (type_of(writer, parent) == NODE_DEFINITION_LIST) {
        bool term = type_of(writer, id) == NODE_DEFINITION_TERM;
        if (term ? type_of(writer, previous) != NODE_DEFINITION_TERM
                 : !(node_of(writer, id)->flags & NODE_TIGHT))
            return put_blank_between(writer, id);
        return true;
    }
    if (writer_in_tight_item(writer, id)) return check_tight_pair(writer, previous, id);
    return put_blank_between(writer, id);
}

bool writer_enter_container(struct writer *writer, node_id id) {
    if (++writer->depth > DEPTH_LIMIT)
        return writer_fail(writer, id, "quotes and lists nest too deep; unwrap some");
    writer_push_frame(writer, id);
    writer_begin_line(writer);
    return true;
}

void writer_leave_container(struct writer *writer) {
    struct frame *frame = top_frame(writer);
    enum node_type type = type_of(writer, frame->node);
    if (type != NODE_LIST && type != NODE_DOCUMENT) {
        if (writer->in_line) {
            while (writer->out->bytes[writer->out->length - 1] == ' ') writer->out->length--;
            writer_end_line(writer);
        }
        writer->depth--;
    }
    writer->prefix.length = frame->prefix;
    char mark = type == NODE_LIST ? frame->mark : 0;
    writer->frame_count--;
    if (writer->frame_count) top_frame(writer)->previous_mark = mark;
}

static void write_thematic_break(struct writer *writer, node_id id) {
    const struct node *node = node_of(writer, id);
    char mark = (char)node->mark;
    if (!mark || !strchr("*-_", mark)) mark = writer->habits.thematic_break;
    bool first_in_item = writer->in_line && writer->frame_count;
    if (first_in_item && top_frame(writer)->mark == mark) mark = '_';
    if (mark == '-' && writer_follows_paragraph(writer, id)) mark = '*';
    /* A file that begins with "---" would have front matter. */
    if (mark == '-' && !node->previous && writer->document->body == 0 && !writer->in_line &&
        node->parent && type_of(writer, node->parent) == NODE_DOCUMENT)
        mark = '*';
    struct text written = writer_thematic_break(writer, id, mark);
    if (first_in_item) written = TEXT("");
    writer_begin_line(writer);
    buffer_append_text(writer->out, written);
    if (!written.length) writer_put_times(writer, mark, 3);
    writer_end_line(writer);
}

bool writer_lines(struct writer *writer, node_id id) {
    if (!writer_collect(writer, id, CONTEXT_PARAGRAPH, NO_NODE, NO_NODE)) return false;
    if (!writer->inlines.bytes.length)
        return writer_fail(writer, id, "an empty paragraph; remove it");
    writer_begin_line(writer);
    writer_put_inlines(writer, 0, (uint32_t)writer->inlines.bytes.length);
    writer_end_line(writer);
    return true;
}

bool writer_attribute_line(struct writer *writer, node_id id) {
    if (!writer_has_attributes(writer, id)) return true;
    writer_begin_line(writer);
    if (!writer_put_attributes(writer, id, "{", writer->out)) return false;
    writer_end_line(writer);
    return true;
}

static bool write_paragraph(struct writer *writer, node_id id) {
    if (writer->options->dialect && !writer_check_paragraph(writer, id)) return false;
    return writer_lines(writer, id) && writer_attribute_line(writer, id);
}

static bool has_line_break(const struct writer *writer) {
    const struct inlines *row = &writer->inlines;
    for (size_t at = 0; at < row->bytes.length; at++)
        if (row->bytes.bytes[at] == '\n' && row->kinds.bytes[at] != INLINE_TEXT &&
            row->kinds.bytes[at] != INLINE_ENTITY)
            return true;
    return false;
}

static bool write_heading(struct writer *writer, node_id id) {
    const struct node *node = node_of(writer, id);
    if (node->detail < 1 || node->detail > 6)
        return writer_fail(writer, id, "a heading's level is 1 to 6; set it");
    bool can = node->detail <= 2 && node->first && !writer_follows_paragraph(writer, id);
    bool underlined = can && (node->mark == '=' || node->mark == '-' ||
                              (!node->mark && writer->habits.underlined_headings));
    enum inline_context context = underlined ? CONTEXT_PARAGRAPH : CONTEXT_ONE_LINE;
    bool fine = writer_collect(writer, id, context, NO_NODE, NO_NODE);
    if (!fine && can && !underlined && has_line_break(writer)) {
        writer->failed = false;
        underlined = true;
        fine = writer_collect(writer, id, CONTEXT_PARAGRAPH, NO_NODE, NO_NODE);
    }
    if (!fine) return false;
    struct inlines *row = &writer->inlines;
    writer_begin_line(writer);
    if (underlined && row->bytes.length) {
        writer_put_inlines(writer, 0, (uint32_t)row->bytes.length);
        if (!writer_put_attributes(writer, id, " {", writer->out)) return false;
        writer_end_line(writer);
        writer_begin_line(writer);
        char mark = node->detail == 1 ? '=' : '-';
        writer_put_times(writer, mark, writer_underline_length(writer, id, mark));
    } else {
        writer_put_times(writer, '#', node->detail);
        if (row->bytes.length) put(writer, " ");
        writer_put_inlines(writer, 0, (uint32_t)row->bytes.length);
        if (!writer_put_attributes(writer, id, " {", writer->out)) return false;
        size_t hashes = row->bytes.length ? writer_closing_hashes(writer, id) : 0;
        if (hashes) put(writer, " ");
        writer_put_times(writer, '#', hashes);
    }
    writer_end_line(writer);
    return true;
}

static bool enter_block(struct writer *writer, struct walk *walk) {
    node_id id = walk->id;
    enum node_type type = type_of(writer, id);
    if (!separate(writer, id)) return false;
    switch (type) {
    case NODE_DOCUMENT: writer_push_frame(writer, id); return true;
    case NODE_BLOCK_QUOTE:
        if (!writer_enter_container(writer, id)) return false;
        put(writer, "> ");
        buffer_append_string(&writer->prefix, "> ");
        return true;
    case NODE_LIST: return writer_enter_list(writer, id);
    case NODE_ITEM: return writer_enter_item(writer, id);
    case NODE_CODE_BLOCK: return writer_code_block(writer, id);
    case NODE_HTML_BLOCK: return writer_html_block(writer, id);
    case NODE_THEMATIC_BREAK: write_thematic_break(writer, id); return true;
    case NODE_PARAGRAPH: walk_over(walk); return write_paragraph(writer, id);
    case NODE_HEADING: walk_over(walk); return write_heading(writer, id);
    default: return writer_dialect_block(writer, walk);
    }
}

/* Attributes of blocks that have no place for them stand in a paragraph behind them. */
static bool put_block_attributes(struct writer *writer, node_id id) {
    switch (type_of(writer, id)) {
    case NODE_BLOCK_QUOTE:
    case NODE_LIST:
    case NODE_TABLE:
    case NODE_HTML_BLOCK:
    case NODE_THEMATIC_BREAK:
    case NODE_DEFINITION_LIST: break;
    case NODE_ITEM:
    case NODE_FOOTNOTE_DEFINITION:
    case NODE_ATTRIBUTION:
    case NODE_DEFINITION:
    case NODE_DEFINITION_TERM:
    case NODE_SHORTCODE:
    case NODE_MORE:
    case NODE_NOTES:
        if (writer_has_attributes(writer, id))
            return writer_fail(writer, id, "there is no place for its attributes; remove them");
        return true;
    default: return true;
    }
    if (!writer_has_attributes(writer, id)) return true;
    if (writer_in_tight_item(writer, id))
        return writer_fail_tight(
            writer, id, "there is no place for its attributes in a tight list; make it loose");
    writer_blank_line(writer);
    writer_begin_line(writer);
    if (!writer_put_attributes(writer, id, "{:", writer->out)) return false;
    writer_end_line(writer);
    return true;
}

static void leave_block(struct writer *writer, node_id id) {
    switch (type_of(writer, id)) {
    case NODE_DOCUMENT:
    case NODE_BLOCK_QUOTE:
    case NODE_LIST:
    case NODE_ITEM: writer_leave_container(writer); break;
    default: writer_leave_dialect(writer, id);
    }
}

bool writer_blocks(struct writer *writer, node_id root) {
    writer->root = root;
    for (struct walk walk = walk_from(writer->document, root); walk_next(&walk);) {
        if (writer->failed) return false;
        if (!walk.entering)
            leave_block(writer, walk.id);
        else if (!enter_block(writer, &walk))
            return false;
        bool ended = !walk.entering || !node_type_is_container(type_of(writer, walk.id));
        if ((ended || type_of(writer, walk.id) == NODE_TABLE) &&
            !put_block_attributes(writer, walk.id))
            return false;
    }
    return !writer->failed;
}
