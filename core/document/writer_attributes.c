/* "{#id .class key="value"}" behind what has them. */
#include "document/dialect_scan.h"
#include "document/writer_state.h"

static bool is_name(struct text name, bool dots) {
    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];
        if (!(c >= '0' && c <= '9') && !((c | 32) >= 'a' && (c | 32) <= 'z') && c != '-' &&
            c != '_' && c != ':' && !(dots && c == '.') && (unsigned char)c < 0x80)
            return false;
    }
    return name.length > 0;
}

static bool is_attribute(const struct field *field) {
    return field->key == FIELD_ATTRIBUTE || field->key == FIELD_CLASS ||
           (field->key == FIELD_ID && !(field->flags & FIELD_GENERATED));
}

bool writer_has_attributes(const struct writer *writer, node_id id) {
    const struct document *document = writer->document;
    uint32_t field = document_node(document, id)->fields;
    for (; field; field = document->fields[field].next)
        if (is_attribute(&document->fields[field])) return true;
    return false;
}

bool writer_attributes_have(const struct writer *writer, node_id id, char byte) {
    const struct document *document = writer->document;
    for (uint32_t i = document_node(document, id)->fields; i; i = document->fields[i].next) {
        struct text value = strings_text(&document->strings, document->fields[i].value);
        if (document->fields[i].key == FIELD_ATTRIBUTE && value.length &&
            memchr(value.bytes, byte, value.length))
            return true;
    }
    return false;
}

static bool put_classes(struct buffer *out, struct text classes) {
    for (size_t i = 0; i <= classes.length; i++) {
        size_t start = i;
        while (i < classes.length && classes.bytes[i] != ' ') i++;
        struct text name = {classes.bytes + start, i - start};
        if (!is_name(name, false)) return false;
        buffer_append_string(out, start ? " ." : ".");
        buffer_append_text(out, name);
    }
    return true;
}

static bool put_value(struct buffer *out, struct text value) {
    char quote = value.length && memchr(value.bytes, '"', value.length) &&
                         !memchr(value.bytes, '\'', value.length)
                     ? '\''
                     : '"';
    buffer_append_byte(out, quote);
    for (const char *at = value.bytes, *end = at + value.length; at < end; at++) {
        if (*at == '\n' || *at == '\r' || !*at) return false;
        if (*at == quote)
            buffer_append_string(out, "&quot;");
        else if (*at == '&' && writer_entity_at(at, end))
            buffer_append_string(out, "&amp;");
        else
            buffer_append_byte(out, *at);
    }
    buffer_append_byte(out, quote);
    return utf8_valid_length(value) == value.length;
}

bool writer_put_attributes(struct writer *writer, node_id id, const char *open,
                           struct buffer *out) {
    const struct document *document = writer->document;
    if (!writer_has_attributes(writer, id)) return true;
    if (!writer_has(writer, DIALECT_ATTRIBUTES))
        return writer_fail(writer, id, "it has attributes, which are off; switch them on");
    size_t start = out->length;
    buffer_append_string(out, open);
    bool fits = true, first = true;
    for (uint32_t i = document_node(document, id)->fields; i; i = document->fields[i].next) {
        const struct field *field = &document->fields[i];
        struct text value = strings_text(&document->strings, field->value);
        struct text name = strings_text(&document->strings, field->name);
        if (!is_attribute(field) || (field->key != FIELD_ATTRIBUTE && !value.length)) continue;
        if (!first) buffer_append_byte(out, ' ');
        first = false;
        if (field->key == FIELD_CLASS) {
            fits &= put_classes(out, value);
        } else if (field->key == FIELD_ID) {
            fits &= is_name(value, true);
            buffer_append_byte(out, '#');
            buffer_append_text(out, value);
        } else {
            fits &= is_name(name, false) && !text_is(name, "id") && !text_is(name, "class") &&
                    put_value((buffer_append_text(out, name), buffer_append_byte(out, '='), out),
                              value);
        }
    }
    buffer_append_byte(out, '}');
    if (first) out->length = start;
    if (!fits || out->length - start > 4000)
        return writer_fail(writer, id,
                           "attributes that Markdown cannot express; use plain names, and values "
                           "of one line");
    return true;
}

/* Whether a label can stand in brackets. */
static bool label_fits(struct text label) {
    int depth = 0;
    bool fits = label.length < 4000;
    for (size_t i = 0; i < label.length && fits; i++) {
        char c = label.bytes[i];
        if (c == '\\' && ++i == label.length) fits = false;
        if (c == '[') depth++;
        if ((c == ']' && --depth < 0) || c == '\n' || c == '\r' || !c) fits = false;
    }
    return fits && !depth && utf8_valid_length(label) == label.length;
}

/* A directive's "[label]". */
bool writer_put_label(struct writer *writer, node_id id, struct buffer *out) {
    struct text label = node_field(writer->document, id, FIELD_LABEL);
    if (!label_fits(label))
        return writer_fail(writer, id, "a label has one line and balanced brackets; change it");
    buffer_append_byte(out, '[');
    buffer_append_text(out, label);
    buffer_append_byte(out, ']');
    return true;
}

static bool is_name_byte(char c) {
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* How an author wrote the line that opens a block of a directive. */
struct opening {
    uint32_t colons;
    bool space;    /* behind the colons */
    bool named;    /* not only by its class: "::: {.note}" */
    bool brackets; /* around the label */
};

static struct opening opening_of(const struct writer *writer, node_id id) {
    struct opening opening = {3, true, true, true};
    const struct node *node = document_node(writer->document, id);
    struct text source = writer->document->strings.source;
    if (!(node->flags & NODE_PLACE_EXACT) || !node->place.length) return opening;
    const char *at = source.bytes + node->place.offset, *start = at;
    const char *end = at + node->place.length, *line = memchr(at, '\n', node->place.length);
    if (line) end = line;
    while (at < end && *at == ':') at++;
    if (at - start < 3) return opening;
    opening.colons = (uint32_t)(at - start);
    opening.space = at < end && (*at == ' ' || *at == '\t');
    while (at < end && (*at == ' ' || *at == '\t')) at++;
    opening.named = at < end && *at != '{';
    while (at < end && (is_name_byte(*at) || *at == '-' || *at == '_')) at++;
    while (at < end && (*at == ' ' || *at == '\t')) at++;
    opening.brackets = at >= end || *at == '[' || *at == '{';
    return opening;
}

uint32_t writer_colons(const struct writer *writer, node_id id) {
    return opening_of(writer, id).colons;
}

/* Whether a label may stand without brackets up to the end of the line or the attributes. */
static bool label_is_plain(struct text label, bool attributes) {
    if (!label.length || label.length > 2000 || text_trim(label).length != label.length)
        return false;
    uint32_t end = (uint32_t)label.length;
    if (attributes ? memchr(label.bytes, '{', end) != NULL
                   : directive_plain_end(label.bytes, 0, end) != end ||
                         attributes_end(label.bytes, 0, end) > 0)
        return false;
    return (label.bytes[0] != '[' || !label_fits(label)) && !text_ends(label, TEXT(":::")) &&
           !memchr(label.bytes, '\n', end) && !memchr(label.bytes, '\r', end) &&
           !memchr(label.bytes, 0, end) && utf8_valid_length(label) == end;
}

static bool is_first_class(struct text name, struct text classes) {
    if (!classes.length) return text_is(name, "div");
    const char *space = memchr(classes.bytes, ' ', classes.length);
    if (space) classes.length = (size_t)(space - classes.bytes);
    return text_equal(name, classes);
}

static bool put_block_directive(struct writer *writer, node_id id, struct text name,
                                struct text label, struct buffer *out) {
    struct opening opening = opening_of(writer, id);
    for (uint32_t i = 0; i < opening.colons; i++) buffer_append_byte(out, ':');
    if (opening.space) buffer_append_byte(out, ' ');
    bool attributes = writer_has_attributes(writer, id);
    if (!opening.named && attributes && !label.length &&
        is_first_class(name, node_field(writer->document, id, FIELD_CLASS)))
        return writer_put_attributes(writer, id, "{", out);
    buffer_append_text(out, name);
    bool plain = label_is_plain(label, attributes) && (!opening.brackets || !label_fits(label));
    if (label.length && (opening.space || plain)) buffer_append_byte(out, ' ');
    if (plain)
        buffer_append_text(out, label);
    else if (label.length && !writer_put_label(writer, id, out))
        return false;
    return writer_put_attributes(writer, id, opening.space || label.length ? " {" : "{", out);
}

/* Whether the children are what the reader makes of the label. */
static bool says_label(const struct document *document, node_id id, struct text label) {
    const struct node *node = document_node(document, id);
    if (node->first == node->last && node->first &&
        document_node(document, node->first)->type == NODE_TEXT)
        return text_equal(node_text(document, node->first), label);
    struct buffer plain = {0};
    document_plain(document, id, &plain);
    bool same = text_equal(buffer_text(&plain), label);
    buffer_free(&plain);
    return same;
}

/* The name of a directive; what is in it, unless it is a block, says the label. */
bool writer_put_directive(struct writer *writer, node_id id, struct buffer *out) {
    const struct document *document = writer->document;
    const struct node *node = document_node(document, id);
    struct text name = node_field(document, id, FIELD_NAME);
    struct text label = node_field(document, id, FIELD_LABEL);
    if (!writer_has(writer, DIALECT_DIRECTIVES))
        return writer_fail(writer, id, "a directive, which are off; switch directives on");
    bool fits = name.length && (name.bytes[0] | 32) >= 'a' && (name.bytes[0] | 32) <= 'z';
    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];
        fits &=
            (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '-' || c == '_';
    }
    bool block = node->detail == DIRECTIVE_BLOCK;
    if (!fits && !(block && name.length && !opening_of(writer, id).named))
        return writer_fail(writer, id, "a directive's name is a word of letters; change it");
    if (block) return put_block_directive(writer, id, name, label, out);
    if (!says_label(document, id, label))
        return writer_fail(writer, id,
                           "the content of such a directive is its label, one text; set both");
    buffer_append_string(out, node->detail == DIRECTIVE_LEAF ? "::" : ":");
    buffer_append_text(out, name);
    if ((label.length || node->detail == DIRECTIVE_INLINE) && !writer_put_label(writer, id, out))
        return false;
    return writer_put_attributes(writer, id, "{", out);
}
