/* Code and HTML: blocks whose lines are written as they are. */
#include "document/dialect_scan.h"
#include "document/writer_state.h"

static const struct node *node_of(const struct writer *writer, node_id id) {
    return document_node(writer->document, id);
}

static enum node_type type_of(const struct writer *writer, node_id id) {
    return (enum node_type)writer->document->nodes[id].type;
}

/* Lines of a literal, each with the prefix and `indent` spaces. */
static void put_lines(struct writer *writer, struct text text, int indent) {
    const char *at = text.bytes, *end = at + text.length;
    while (at < end && !writer->failed) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (!line_end) line_end = end;
        if (line_end == at && !writer->in_line) {
            writer_blank_line(writer);
        } else {
            writer_begin_line(writer);
            writer_put_times(writer, ' ', (size_t)indent);
            buffer_append(writer->out, at, (size_t)(line_end - at));
            writer_end_line(writer);
        }
        at = line_end + 1;
    }
}

static bool fit_literal(struct writer *writer, node_id id, struct text text) {
    if (text.length && memchr(text.bytes, '\r', text.length))
        return writer_fail(writer, id, "a carriage return cannot stand in a block; remove it");
    if (text.length && memchr(text.bytes, 0, text.length))
        return writer_fail(writer, id, "Markdown has no NUL; remove it");
    if (utf8_valid_length(text) != text.length)
        return writer_fail(writer, id, "the text is not UTF-8; convert it");
    return true;
}

static bool can_be_indented(const struct writer *writer, node_id id, struct text text) {
    const struct node *node = node_of(writer, id);
    if (node->flags & NODE_FENCED || !node->place.length || !text.length) return false;
    if (node_find_field(writer->document, id, FIELD_INFO) || writer_has_attributes(writer, id))
        return false;
    if (writer->in_line || writer_in_tight_item(writer, id)) return false;
    bool behind_fence = node->previous && node_of(writer, node->previous)->flags & NODE_FENCED;
    if (node->previous && !behind_fence &&
        !strchr((char[]){NODE_PARAGRAPH, NODE_HEADING, NODE_BLOCK_QUOTE, NODE_THEMATIC_BREAK,
                         NODE_HTML_BLOCK, 0},
                (char)type_of(writer, node->previous)))
        return false;
    const char *line_end = memchr(text.bytes, '\n', text.length);
    struct text first = {text.bytes, line_end ? (size_t)(line_end - text.bytes) : text.length};
    size_t end = text.length - (text.bytes[text.length - 1] == '\n');
    size_t start = end;
    while (start > 0 && text.bytes[start - 1] != '\n') start--;
    return text_trim(first).length &&
           text_trim((struct text){text.bytes + start, end - start}).length;
}

bool writer_code_block(struct writer *writer, node_id id) {
    struct text text = node_text(writer->document, id);
    struct text info = node_field(writer->document, id, FIELD_INFO);
    if (!fit_literal(writer, id, text) || !fit_literal(writer, id, info)) return false;
    if (text_trim(info).length != info.length)
        return writer_fail(writer, id, "info with white space at its ends; trim it");
    if (writer_has(writer, DIALECT_ATTRIBUTES) && attributes_in_info(info) != info.length)
        return writer_fail(writer, id, "info that ends in attributes; set them as attributes");
    if (can_be_indented(writer, id, text)) {
        put_lines(writer, text, 4);
        return true;
    }
    struct text fence = node_field(writer->document, id, FIELD_FENCE);
    char mark = (char)node_of(writer, id)->mark;
    if (mark != '`' && mark != '~') mark = writer->habits.fence;
    if (info.length && memchr(info.bytes, '`', info.length)) mark = '~';
    if (mark == '`' && writer_attributes_have(writer, id, '`')) mark = '~';
    size_t length = fence.length > 3 && fence.length < 100 ? fence.length : 3;
    for (size_t i = 0; i < text.length; i++) {
        size_t start = i;
        while (i < text.length && text.bytes[i] == mark) i++;
        if (i - start >= length) length = i - start + 1;
    }
    writer_begin_line(writer);
    writer_put_times(writer, mark, length);
    bool apart = writer_info_stands_apart(writer, id);
    if (info.length && apart) buffer_append_byte(writer->out, ' ');
    writer_put_info(writer->out, info);
    struct buffer attributes = {0}; /* a part of the info: cmark reads its escapes first */
    bool fine = writer_put_attributes(writer, id, info.length || apart ? " {" : "{", &attributes);
    if (fine && attributes.length) writer_put_info(writer->out, buffer_text(&attributes));
    buffer_free(&attributes);
    if (!fine) return false;
    writer_end_line(writer);
    put_lines(writer, text, 0);
    writer_begin_line(writer);
    writer_put_times(writer, mark, length);
    writer_end_line(writer);
    return true;
}

/* An HTML block that nothing closes lasts to the end of its container. */
static bool nothing_follows(const struct writer *writer, node_id id) {
    for (; id && id != writer->root; id = node_of(writer, id)->parent) {
        enum node_type type = type_of(writer, id);
        if (type == NODE_BLOCK_QUOTE) return true;
        if (type == NODE_DIRECTIVE) return false;
        if (node_of(writer, id)->next)
            return type == NODE_ITEM && writer_in_tight_item(writer, node_of(writer, id)->first);
    }
    return true;
}

/* Whether these lines are one HTML block; *kind is CommonMark's number of it. */
static bool is_html_block(struct text text, bool after_paragraph, int *kind, bool *ended) {
    const char *at = text.bytes, *end = at + text.length;
    *kind = 0;
    *ended = false;
    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (!line_end) line_end = end;
        if (at == text.bytes) {
            const char *tag = at;
            while (tag < line_end && tag - at < 3 && *tag == ' ') tag++;
            *kind = html_block_kind(tag, line_end, after_paragraph);
            if (!*kind) return false;
        }
        if (*ended) return false;
        *ended = html_block_ends(*kind, at, line_end);
        if (*ended && *kind >= 6) return false;
        at = line_end + 1;
    }
    return *kind != 0;
}

/* Whether a line of colons in HTML would end the directive around it. */
static bool ends_directive(const struct writer *writer, node_id id, struct text text) {
    node_id at = node_of(writer, id)->parent;
    bool within = false;
    for (; at; at = node_of(writer, at)->parent) {
        enum node_type type = type_of(writer, at);
        if (type == NODE_ITEM || type == NODE_DEFINITION || type == NODE_FOOTNOTE_DEFINITION)
            return false; /* there it does not, directive_propose_behind_html */
        within |= type == NODE_DIRECTIVE;
    }
    if (!within || !writer_has(writer, DIALECT_DIRECTIVES)) return false;
    const char *line = text.bytes, *end = text.bytes + text.length;
    while (line < end) {
        const char *line_end = memchr(line, '\n', (size_t)(end - line));
        if (!line_end) line_end = end;
        struct text inner = text_trim((struct text){line, (size_t)(line_end - line)});
        size_t colons = 0;
        while (colons < inner.length && inner.bytes[colons] == ':') colons++;
        if (colons >= 3 && colons == inner.length) return true;
        line = line_end + 1;
    }
    return false;
}

bool writer_html_block(struct writer *writer, node_id id) {
    struct text text = node_text(writer->document, id);
    if (!fit_literal(writer, id, text)) return false;
    int kind;
    bool ended;
    struct buffer masked = {0};
    writer_mask(text, writer_has(writer, DIALECT_SHORTCODES), &masked);
    bool one =
        is_html_block(buffer_text(&masked), writer_follows_paragraph(writer, id), &kind, &ended);
    buffer_free(&masked);
    if (!one)
        return writer_fail(writer, id,
                           "this would not be read as one HTML block; begin it with a tag, end it "
                           "before a blank line");
    if (kind > 5 && ends_directive(writer, id, text))
        return writer_fail(writer, id,
                           "in a directive this HTML would end at its line of colons; remove it");
    if (kind <= 5 && !ended && !nothing_follows(writer, id))
        return writer_fail(writer, id,
                           "this HTML would take in what follows it; close its comment or tag");
    put_lines(writer, text, 0);
    return true;
}
