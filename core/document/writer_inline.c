/* A block's inlines as one row of bytes, and the row as Markdown. */
#include "document/dialect_scan.h"
#include "document/markdown_align.h"
#include "document/writer_state.h"

static void append(struct inlines *row, const char *bytes, size_t length, enum inline_kind kind) {
    if (!length) return;
    buffer_append(&row->bytes, bytes, length);
    buffer_grow(&row->kinds, length);
    memset(row->kinds.bytes + row->kinds.length, kind, length);
    row->kinds.length += length;
}

static void append_string(struct inlines *row, const char *string, enum inline_kind kind) {
    append(row, string, strlen(string), kind);
}

/* Kinds for what was appended to the bytes alone. */
static void close_syntax(struct inlines *row) {
    size_t length = row->bytes.length - row->kinds.length;
    buffer_grow(&row->kinds, length);
    memset(row->kinds.bytes + row->kinds.length, INLINE_SYNTAX, length);
    row->kinds.length += length;
}

node_id inlines_node_at(const struct inlines *row, uint32_t at) {
    uint32_t low = 0, high = row->piece_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (row->pieces[middle].start <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? row->pieces[low - 1].node : NO_NODE;
}

static bool fit_text(struct writer *writer, node_id id, struct text text) {
    if (text.length && memchr(text.bytes, 0, text.length))
        return writer_fail(writer, id, "Markdown has no NUL; remove it");
    if (utf8_valid_length(text) != text.length)
        return writer_fail(writer, id, "the text is not UTF-8; convert it");
    return true;
}

static bool collect_code(struct writer *writer, node_id id) {
    struct inlines *row = &writer->inlines;
    struct text text = node_text(writer->document, id);
    if (!text.length) return writer_fail(writer, id, "code without text; remove it");
    if (memchr(text.bytes, '\n', text.length) || memchr(text.bytes, '\r', text.length))
        return writer_fail(writer, id,
                           "a code span has only one line; use a space or a code block");
    if (!fit_text(writer, id, text)) return false;
    if (row->bytes.length && row->kinds.bytes[row->bytes.length - 1] == INLINE_SYNTAX &&
        row->bytes.bytes[row->bytes.length - 1] == '`')
        return writer_fail(writer, id, "code directly behind code; make it one");
    /* The shortest fence that is not in the text. Runs of 64 or more are as good as 64. */
    uint64_t lengths = 0;
    size_t longest = 0;
    for (size_t i = 0; i < text.length; i++) {
        size_t start = i;
        while (i < text.length && text.bytes[i] == '`') i++;
        if (i - start > longest) longest = i - start;
        if (i > start && i - start <= 64) lengths |= (uint64_t)1 << (i - start - 1);
    }
    size_t fence = 1;
    while (fence <= 64 && lengths & (uint64_t)1 << (fence - 1)) fence++;
    if (fence > 64) fence = longest + 1;
    size_t spaces = 0;
    while (spaces < text.length && text.bytes[spaces] == ' ') spaces++;
    char first = text.bytes[0], last = text.bytes[text.length - 1];
    bool pad = first == '`' || last == '`' || (first == ' ' && last == ' ' && spaces < text.length);
    for (size_t i = 0; i < fence; i++) append_string(row, "`", INLINE_SYNTAX);
    if (pad) append_string(row, " ", INLINE_SYNTAX);
    append(row, text.bytes, text.length, INLINE_SYNTAX);
    if (pad) append_string(row, " ", INLINE_SYNTAX);
    for (size_t i = 0; i < fence; i++) append_string(row, "`", INLINE_SYNTAX);
    return true;
}

static bool collect_html(struct writer *writer, node_id id) {
    struct text text = node_text(writer->document, id);
    if (!fit_text(writer, id, text)) return false;
    struct buffer masked = {0};
    writer_mask(text, writer_has(writer, DIALECT_SHORTCODES), &masked);
    bool one = text.length &&
               html_inline_length(masked.bytes, masked.bytes + masked.length) == text.length;
    buffer_free(&masked);
    if (!one)
        return writer_fail(writer, id,
                           "inline HTML must be one tag, comment or the like; divide it, or use "
                           "a text");
    if (memchr(text.bytes, '\r', text.length))
        return writer_fail(writer, id, "HTML with a carriage return; remove it");
    append(&writer->inlines, text.bytes, text.length, INLINE_SYNTAX);
    return true;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static void collect_tail(struct writer *writer, node_id id) {
    struct inlines *row = &writer->inlines;
    struct text title = node_field(writer->document, id, FIELD_TITLE);
    append_string(row, "]", INLINE_CLOSE);
    buffer_append_byte(&row->bytes, '(');
    writer_put_destination(&row->bytes, node_field(writer->document, id, FIELD_URL),
                           title.length != 0, writer_has(writer, DIALECT_SHORTCODES));
    if (title.length) {
        buffer_append_byte(&row->bytes, ' ');
        writer_put_title(&row->bytes, title, writer_has(writer, DIALECT_SHORTCODES));
    }
    buffer_append_byte(&row->bytes, ')');
    close_syntax(row);
}

/* What the walk over a block's inlines knows. */
struct collection {
    uint32_t links; /* open ones */
    uint32_t mark;  /* the innermost open mark, from 1 */
    bool over;      /* the node was written with its children */
};

static void collect_mark(struct writer *writer, struct collection *collection, node_id id,
                         bool opens) {
    struct inlines *row = &writer->inlines;
    uint8_t length = document_node(writer->document, id)->type == NODE_STRONG ? 2 : 1;
    memory_reserve(&row->marks, &row->mark_capacity, row->mark_count + 1);
    struct inline_mark *mark = &row->marks[row->mark_count];
    *mark = (struct inline_mark){.at = (uint32_t)row->bytes.length,
                                 .node = id,
                                 .length = length,
                                 .opens = opens,
                                 .byte = '*'};
    if (opens) {
        mark->parent = collection->mark;
        collection->mark = row->mark_count + 1;
    } else {
        mark->partner = collection->mark - 1;
        row->marks[mark->partner].partner = row->mark_count;
        collection->mark = row->marks[mark->partner].parent;
    }
    row->mark_count++;
    append(row, "**", length, INLINE_MARK);
}

/* Strikethrough and the like: whether the reader would see this mark open or close is decided by
 * its neighbours in the tree, as dialect_strikethrough.c does. */
static bool collect_tilde(struct writer *writer, node_id id, bool opens) {
    struct inlines *row = &writer->inlines;
    const struct node *node = document_node(writer->document, id);
    const char *mark = node->type == NODE_SUPERSCRIPT ? "^"
                       : node->type == NODE_SUBSCRIPT ? "~"
                                                      : "~~";
    uint64_t feature = node->type == NODE_SUPERSCRIPT ? DIALECT_SUPERSCRIPT
                       : node->type == NODE_SUBSCRIPT ? DIALECT_SUBSCRIPT
                                                      : DIALECT_STRIKETHROUGH;
    if (!writer_has(writer, feature)) return writer_fail(writer, id, dialect_feature_off(feature));
    if (!node->first) return writer_fail(writer, id, "a mark around nothing; remove it");
    if (node->type != NODE_STRIKETHROUGH && writer_has_attributes(writer, id))
        return writer_fail(writer, id, "there is no place for its attributes; remove them");
    if (node->type == NODE_STRIKETHROUGH && node->detail == 1 &&
        !writer_has(writer, DIALECT_SUBSCRIPT))
        mark = "~";
    size_t length = row->bytes.length;
    /* A text's is escaped. */
    if (length && row->bytes.bytes[length - 1] == *mark &&
        row->kinds.bytes[length - 1] != INLINE_TEXT)
        return writer_fail(writer, id, "marks that would run together; put a word between");
    writer->inlines.tildes++;
    append_string(row, mark, INLINE_SYNTAX);
    if (!opens)
        return writer_put_attributes(writer, id, "{", &row->bytes) && (close_syntax(row), true);
    return true;
}

static bool collect_shortcode(struct writer *writer, node_id id) {
    struct text text = node_text(writer->document, id);
    if (!writer_has(writer, DIALECT_SHORTCODES))
        return writer_fail(writer, id, "a shortcode, which are off; switch shortcodes on");
    if (!fit_text(writer, id, text)) return false;
    if (!text.length || writer_shortcode_end(text.bytes, 0, (uint32_t)text.length) != text.length ||
        memchr(text.bytes, '\r', text.length) ||
        memmem(text.bytes, shortcode_end(text.bytes, 0, (uint32_t)text.length), "\n\n", 2))
        return writer_fail(writer, id, "a shortcode is one {{ }} or {% %} on one line; change it");
    append(&writer->inlines, text.bytes, text.length, INLINE_OPAQUE);
    return true;
}

static bool collect_reference(struct writer *writer, node_id id) {
    struct text label = node_field(writer->document, id, FIELD_LABEL);
    if (!writer_has(writer, DIALECT_FOOTNOTES))
        return writer_fail(writer, id, "a footnote, which are off; switch footnotes on");
    if (!writer_is_label(label))
        return writer_fail(writer, id, "a footnote's label has no spaces or brackets; change it");
    if (!writer_label_is_defined(writer, label))
        return writer_fail(writer, id, "there is no footnote of this label; define it");
    buffer_append_string(&writer->inlines.bytes, "[^");
    buffer_append_text(&writer->inlines.bytes, label);
    buffer_append_byte(&writer->inlines.bytes, ']');
    close_syntax(&writer->inlines);
    return true;
}

static bool collect_task(struct writer *writer, node_id id) {
    const struct document *document = writer->document;
    const struct node *node = document_node(document, id), *parent;
    parent = document_node(document, node->parent);
    enum node_type type =
        node->next ? (enum node_type)document_node(document, node->next)->type : NODE_NONE;
    struct text next = type == NODE_TEXT ? node_text(document, node->next) : TEXT("");
    bool space = next.length && (next.bytes[0] == ' ' || next.bytes[0] == '\t');
    if (!writer_has(writer, DIALECT_TASK_LISTS))
        return writer_fail(writer, id, "a task, which are off; switch task_lists on");
    if (node->previous || parent->previous || parent->type != NODE_PARAGRAPH ||
        document_node(document, parent->parent)->type != NODE_ITEM ||
        !(space || type == NODE_SOFTBREAK || type == NODE_LINEBREAK))
        return writer_fail(writer, id,
                           "a task's box is the first of an item's first paragraph, and a text "
                           "that begins with a space or a line break follows it");
    append_string(&writer->inlines, node->flags & NODE_CHECKED ? "[x]" : "[ ]", INLINE_SYNTAX);
    return true;
}

/* "[^a]:b[c]" at the beginning of a line would define the note. */
static bool begins_with_note(const struct writer *writer, node_id id) {
    const struct document *document = writer->document;
    node_id before = document_node(document, id)->previous;
    if (!before || document_node(document, before)->type != NODE_FOOTNOTE_REFERENCE) return false;
    before = document_node(document, before)->previous;
    if (!before) return true;
    enum node_type type = (enum node_type)document_node(document, before)->type;
    return type == NODE_SOFTBREAK || type == NODE_LINEBREAK;
}

static bool collect_directive(struct writer *writer, node_id id) {
    struct inlines *row = &writer->inlines;
    size_t length = row->bytes.length;
    if (document_node(writer->document, id)->detail != DIRECTIVE_INLINE)
        return writer_fail(writer, id, "a block cannot stand within a line; unwrap it");
    if (begins_with_note(writer, id))
        return writer_fail(writer, id,
                           "a directive directly behind a footnote; put a space between");
    char last = length ? row->bytes.bytes[length - 1] : ' ';
    if (last == ':' || is_letter(last) || is_digit(last)) {
        if (row->kinds.bytes[length - 1] != INLINE_TEXT)
            return writer_fail(writer, id,
                               "a directive directly behind a word; put a space between");
        row->kinds.bytes[length - 1] = INLINE_ENTITY;
    }
    if (!writer_put_directive(writer, id, &row->bytes)) return false;
    close_syntax(row);
    return true;
}

/* Attributes behind what has ended. */
static bool collect_attributes(struct writer *writer, node_id id) {
    if (!writer_put_attributes(writer, id, "{", &writer->inlines.bytes)) return false;
    close_syntax(&writer->inlines);
    return true;
}

/* The reader looks a bounded way back for a span's bracket (dialect_attributes.c). */
static bool span_can_be_seen(const struct writer *writer, node_id id) {
    const struct document *document = writer->document;
    int nodes = 0, brackets = 0;
    size_t length = 0;
    for (node_id child = document_node(document, id)->first; child;
         child = document_node(document, child)->next, nodes++) {
        if (document_node(document, child)->type != NODE_TEXT) continue;
        struct text text = node_text(document, child);
        length += text.length;
        for (size_t i = 0; i < text.length; i++)
            brackets += text.bytes[i] == '[' || text.bytes[i] == ']';
    }
    return brackets < 15 && nodes < 30 && length < 4000;
}

static bool enter_dialect(struct writer *writer, struct collection *collection, struct walk *walk) {
    node_id id = walk->id;
    switch ((enum node_type)document_node(writer->document, id)->type) {
    case NODE_STRIKETHROUGH:
    case NODE_SUPERSCRIPT:
    case NODE_SUBSCRIPT: return collect_tilde(writer, id, true);
    case NODE_SHORTCODE: return collect_shortcode(writer, id);
    case NODE_FOOTNOTE_REFERENCE: return collect_reference(writer, id);
    case NODE_TASK: return collect_task(writer, id);
    case NODE_DIRECTIVE:
        walk_over(walk);
        collection->over = true;
        return collect_directive(writer, id);
    case NODE_SPAN:
        if (!writer_has_attributes(writer, id))
            return writer_fail(writer, id, "a span needs attributes; give it some");
        if (!span_can_be_seen(writer, id))
            return writer_fail(writer, id,
                               "a span's text is short and has few brackets; divide it");
        append_string(&writer->inlines, "[", INLINE_SPAN_OPEN);
        return true;
    default: return writer_fail(writer, id, "this cannot stand within a line; unwrap it");
    }
}

/* A text with its punctuation as the author typed it, where smart punctuation made another of it.
 */
static void append_typed(struct inlines *row, const struct document *document, node_id id,
                         struct text text) {
    const struct node *node = document_node(document, id);
    const char *source = document->strings.source.bytes + node->place.offset;
    const char *source_end = source + node->place.length;
    const char *at = text.bytes, *end = text.bytes + text.length;
    while (at < end && source < source_end) {
        uint32_t written, read;
        if (!align_step(source, source_end, at, end, true, true, &written, &read)) break;
        bool begins = !row->bytes.length || row->bytes.bytes[row->bytes.length - 1] == '\n';
        bool typed = *at == '\xE2' && (*source == '"' || *source == '\'' ||
                                       ((*source == '-' || *source == '.') && !begins));
        append(row, typed ? source : at, typed ? written : read,
               typed ? INLINE_SYNTAX : INLINE_TEXT);
        source += written;
        at += read;
    }
    append(row, at, (size_t)(end - at), INLINE_TEXT);
}

static bool enter_inline(struct writer *writer, struct collection *collection, struct walk *walk) {
    struct inlines *row = &writer->inlines;
    const struct document *document = writer->document;
    node_id id = walk->id;
    const struct node *node = document_node(document, id);
    struct text text;
    memory_reserve(&row->pieces, &row->piece_capacity, row->piece_count + 1);
    row->pieces[row->piece_count++] = (struct inline_piece){(uint32_t)row->bytes.length, id};
    switch ((enum node_type)node->type) {
    case NODE_TEXT:
        text = node_text(document, id);
        if (!fit_text(writer, id, text)) return false;
        if (writer->as_typed && node->flags & NODE_PLACE_EXACT && text.length &&
            memchr(text.bytes, '\xE2', text.length))
            append_typed(row, document, id, text);
        else
            append(row, text.bytes, text.length, INLINE_TEXT);
        return true;
    case NODE_SOFTBREAK: append_string(row, "\n", INLINE_SOFT); return true;
    case NODE_LINEBREAK: append_string(row, "\n", INLINE_HARD); return true;
    case NODE_CODE: return collect_code(writer, id) && collect_attributes(writer, id);
    case NODE_HTML_INLINE: return collect_html(writer, id);
    case NODE_EMPH:
    case NODE_STRONG:
        if (!node->first) return writer_fail(writer, id, "emphasis of nothing; remove it");
        collect_mark(writer, collection, id, true);
        return true;
    case NODE_LINK:
        text = node_field(document, id, FIELD_URL);
        if (collection->links && !writer_is_autolink(writer, id, text))
            return writer_fail(writer, id, "a link in a link; unwrap one of them");
        if (!fit_text(writer, id, text) ||
            !fit_text(writer, id, node_field(document, id, FIELD_TITLE)))
            return false;
        struct text bare;
        if (writer_is_bare(writer, id, text, &bare)) {
            append(row, bare.bytes, bare.length, INLINE_SYNTAX);
            walk_over(walk);
            collection->over = true;
            return true;
        }
        if (writer_is_autolink(writer, id, text)) {
            text = node_text(document, node->first);
            append_string(row, "<", INLINE_SYNTAX);
            append(row, text.bytes, text.length, INLINE_SYNTAX);
            append_string(row, ">", INLINE_SYNTAX);
            walk_over(walk);
            collection->over = true;
            return true;
        }
        collection->links++;
        append_string(row, "[", INLINE_OPEN);
        return true;
    case NODE_IMAGE:
        if (!fit_text(writer, id, node_field(document, id, FIELD_URL)) ||
            !fit_text(writer, id, node_field(document, id, FIELD_TITLE)))
            return false;
        append_string(row, "!", INLINE_SYNTAX);
        append_string(row, "[", INLINE_OPEN);
        return true;
    default: return enter_dialect(writer, collection, walk);
    }
}

static bool leave_inline(struct writer *writer, struct collection *collection, node_id id) {
    switch ((enum node_type)document_node(writer->document, id)->type) {
    case NODE_EMPH:
    case NODE_STRONG: collect_mark(writer, collection, id, false); break;
    case NODE_LINK:
        collection->links--;
        collect_tail(writer, id);
        break;
    case NODE_IMAGE: collect_tail(writer, id); break;
    case NODE_STRIKETHROUGH:
    case NODE_SUPERSCRIPT:
    case NODE_SUBSCRIPT: return collect_tilde(writer, id, false);
    case NODE_SPAN: append_string(&writer->inlines, "]", INLINE_SPAN_CLOSE); break;
    default: return true;
    }
    return collect_attributes(writer, id);
}

bool writer_collect(struct writer *writer, node_id block, enum inline_context context,
                    node_id first, node_id last) {
    struct inlines *row = &writer->inlines;
    struct collection collection = {0};
    row->bytes.length = row->kinds.length = 0;
    row->mark_count = row->piece_count = row->tildes = 0;
    for (struct walk walk = walk_from(writer->document, block); walk_next(&walk);) {
        if (walk.id == block &&
            node_type_is_block((enum node_type)document_node(writer->document, block)->type))
            continue;
        collection.over = false;
        if (walk.entering && walk.id == first) row->from = (uint32_t)row->bytes.length;
        if (!(walk.entering ? enter_inline(writer, &collection, &walk)
                            : leave_inline(writer, &collection, walk.id)))
            return false;
        enum node_type type = (enum node_type)document_node(writer->document, walk.id)->type;
        if (walk.id == last && (!walk.entering || collection.over || !node_type_is_container(type)))
            row->to = (uint32_t)row->bytes.length;
    }
    if (row->tildes && !writer_tildes(writer, block)) return false;
    return writer_escape(writer, block, context) && writer_emphasis(writer);
}

static bool is_punctuation(char c) {
    return (c > 32 && c < 48) || (c > 57 && c < 65) || (c > 90 && c < 97) || (c > 122 && c < 127);
}

void writer_put_inlines(struct writer *writer, uint32_t from, uint32_t to) {
    const struct inlines *row = &writer->inlines;
    const char *bytes = row->bytes.bytes, *kinds = row->kinds.bytes;
    struct buffer *out = writer->out;
    for (uint32_t at = from; at < to && !writer->failed; at++) {
        char kind = kinds[at];
        if (bytes[at] == '\n' &&
            ((kind >= INLINE_SOFT && kind <= INLINE_HARD_DEEP) || kind == INLINE_SYNTAX)) {
            bool begins = at == 0 || bytes[at - 1] == '\n';
            if (kind == INLINE_HARD || kind == INLINE_HARD_DEEP)
                buffer_append_string(out,
                                     !begins && writer_breaks_by_spaces(writer, at) ? "  " : "\\");
            writer_end_line(writer);
            writer_begin_line(writer);
            if (kind == INLINE_SOFT_DEEP || kind == INLINE_HARD_DEEP)
                buffer_append_string(out, "    ");
        } else if (kind == INLINE_ENTITY) {
            size_t used;
            uint32_t code = utf8_decode(bytes + at, row->bytes.length - at, &used);
            buffer_printf(out, "&#%u;", code);
            at += (uint32_t)used - 1;
        } else {
            /* A backslash is only itself before a letter or a space. */
            bool next = kind == INLINE_TEXT && bytes[at] == '\\' &&
                        !(at + 1 < row->bytes.length && kinds[at + 1] == INLINE_TEXT &&
                          !is_punctuation(bytes[at + 1]));
            if (kind == INLINE_ESCAPED || next) buffer_append_byte(out, '\\');
            buffer_append_byte(out, bytes[at]);
        }
    }
}
