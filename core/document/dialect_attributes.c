#include "document/dialect_parts.h"
#include "document/markdown_entity.h"

/* Attributes in braces, as in PHP Markdown Extra, pandoc and kramdown: {#id .class key="value"},
 * kramdown's with a colon behind the brace. */

static bool is_name_byte(char c) {
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '-' || c == '_' ||
           c == ':' || c == '.' || (unsigned char)c >= 0x80;
}

/* One item of the list at *at: the kind is '#', '.', '=' or '}' at the end, 0 when it is none. */
static char next_item(const char *bytes, uint32_t *at, uint32_t end, struct text *name,
                      struct text *value) {
    uint32_t i = *at;
    while (i < end && (bytes[i] == ' ' || bytes[i] == '\t')) i++;
    if (i >= end) return 0;
    char kind = bytes[i];
    if (kind == '}') {
        *at = i + 1;
        return kind;
    }
    if (kind == '#' || kind == '.') i++;
    uint32_t start = i;
    while (i < end && is_name_byte(bytes[i]) && !(kind == '.' && bytes[i] == '.') &&
           !(kind != '#' && kind != '.' && bytes[i] == '.'))
        i++;
    if (i == start || i >= end) return 0;
    *name = (struct text){bytes + start, i - start};
    if (kind == '#' || kind == '.') {
        *at = i;
        return bytes[i] == ' ' || bytes[i] == '}' || bytes[i] == '\t' ||
                       (kind == '.' && bytes[i] == '.')
                   ? kind
                   : 0;
    }
    if (bytes[i++] != '=' || i >= end) return 0;
    if (bytes[i] == '"' || bytes[i] == '\'') {
        const char *close = memchr(bytes + i + 1, bytes[i], end - i - 1);
        if (!close) return 0;
        *value = (struct text){bytes + i + 1, (size_t)(close - bytes) - i - 1};
        if (memchr(value->bytes, '\n', value->length)) return 0;
        *at = (uint32_t)(close - bytes) + 1;
        return '=';
    }
    start = i;
    while (i < end && !memchr(" \t\r\n\"'=<>`{}", bytes[i], 12)) i++;
    if (i == start) return 0;
    *value = (struct text){bytes + start, i - start};
    *at = i;
    return '=';
}

uint32_t attributes_end(const char *bytes, uint32_t at, uint32_t end) {
    struct text name, value;
    uint32_t i = at + 1, items = 0;
    if (at >= end || bytes[at] != '{') return at;
    if (end - at > 4096) end = at + 4096; /* keeps a run of openers linear */
    if (i < end && bytes[i] == ':') i++;
    for (;;) {
        char kind = next_item(bytes, &i, end, &name, &value);
        if (!kind) return at;
        if (kind == '}') return items ? i : at;
        if (++items > 64) return at;
    }
}

/* Sets a named attribute; character references in its value mean what they do in HTML. */
static void set_attribute(struct document *document, node_id id, struct text name,
                          struct text value) {
    struct buffer plain = {0};
    const char *and = value.length ? memchr(value.bytes, '&', value.length) : NULL;
    for (size_t at = 0; and&&at < value.length;) {
        struct text rest = {value.bytes + at, value.length - at};
        size_t length = *rest.bytes == '&' ? markdown_entity(rest, &plain) : 0;
        if (!length) buffer_append_byte(&plain, *rest.bytes);
        at += length ? length : 1;
    }
    node_set_attribute(document, id, name, and? buffer_text(&plain) : value);
    buffer_free(&plain);
}

static void apply(struct document *document, node_id id, struct text braces) {
    uint32_t at = 1, end = (uint32_t)braces.length;
    struct text name, value;
    if (at < end && braces.bytes[at] == ':') at++;
    for (;;) {
        char kind = next_item(braces.bytes, &at, end, &name, &value);
        if (!kind || kind == '}') return;
        if (kind == '=' && text_is(name, "id")) kind = '#', name = value;
        if (kind == '=' && text_is(name, "class")) kind = '.', name = value;
        if (kind == '#') {
            node_set_field(document, id, FIELD_ID, name);
        } else if (kind == '.') {
            struct text before = node_field(document, id, FIELD_CLASS);
            if (!before.length) {
                node_set_field(document, id, FIELD_CLASS, name);
                continue;
            }
            struct buffer joined = {0};
            buffer_append_text(&joined, before);
            buffer_append_byte(&joined, ' ');
            buffer_append_text(&joined, name);
            node_set_field(document, id, FIELD_CLASS, buffer_text(&joined));
            buffer_free(&joined);
        } else {
            set_attribute(document, id, name, value);
        }
    }
}

void attributes_apply(struct document *document, node_id id, struct text braces) {
    struct buffer copy = {0}; /* what is added to the pool may move it */
    buffer_append_text(&copy, braces);
    apply(document, id, buffer_text(&copy));
    buffer_free(&copy);
}

enum { FIELDS_TAKEN = 64, CLASSES_TAKEN = 1024 };

/* A node takes so many, however often something is added to it: that keeps it linear. */
bool attributes_have_room(const struct document *document, node_id id) {
    uint32_t count = 0;
    for (uint32_t i = document_node(document, id)->fields; i; i = document->fields[i].next) count++;
    return count < FIELDS_TAKEN && node_field(document, id, FIELD_CLASS).length < CLASSES_TAKEN;
}

static bool takes_attributes(const struct document *document, node_id id) {
    if (!id || !attributes_have_room(document, id)) return false;
    switch ((enum node_type)document_node(document, id)->type) {
    case NODE_LINK:
    case NODE_IMAGE:
    case NODE_CODE:
    case NODE_EMPH:
    case NODE_STRONG:
    case NODE_STRIKETHROUGH:
    case NODE_SPAN: return true;
    default: return false;
    }
}

/* Whether a character of a text was written with a backslash before it, or as an entity. */
static bool is_escaped(const struct document *document, node_id text, size_t offset) {
    bool escaped;
    struct dialect_reader reader = dialect_read(document, text);
    dialect_reader_seek(&reader, offset, &escaped);
    return escaped;
}

/* The "[" that a "]" at the end of text node `close` closes, among its siblings before it. Looks a
 * bounded way back. */
static node_id opening_bracket(const struct document *document, node_id close, size_t *offset) {
    int depth = 0, nodes = 0;
    for (node_id id = close; id && nodes++ < 64; id = document_node(document, id)->previous) {
        if (document_node(document, id)->type != NODE_TEXT) continue;
        struct text text = node_text(document, id);
        bool as_written =
            memchr(text.bytes, '\\', text.length) == NULL &&
            document_node(document, id)->text.offset == document_node(document, id)->place.offset;
        size_t low = text.length > 4096 ? text.length - 4096 : 0;
        for (size_t i = text.length; i-- > low;) {
            if (text.bytes[i] != '[' && text.bytes[i] != ']') continue;
            if (!as_written && is_escaped(document, id, i)) continue;
            if (text.bytes[i] == ']') {
                depth++;
            } else if (--depth == 0) {
                *offset = i;
                return id;
            } else if (depth < 0) {
                return NO_NODE;
            }
        }
        if (low) break;
    }
    return NO_NODE;
}

/* "[text]" before the attributes becomes a span. */
static bool make_span(struct document *document, node_id id) {
    node_id close = document_node(document, id)->previous;
    if (!close || document_node(document, close)->type != NODE_TEXT) return false;
    struct text text = node_text(document, close);
    if (!text.length || text.bytes[text.length - 1] != ']') return false;
    size_t offset;
    node_id open = opening_bracket(document, close, &offset);
    if (!open) return false;
    struct span braces = document_node(document, id)->text;
    node_id bracket = dialect_split(document, close, text.length - 1, text.length);
    node_id start = dialect_split(document, open, offset, offset + 1);
    /* Splitting may have left empty texts; what is between the two brackets moves. */
    for (node_id at = document_node(document, start)->next; at != bracket;) {
        node_id next = document_node(document, at)->next;
        node_unlink(document, at);
        bool empty = document_node(document, at)->type == NODE_TEXT &&
                     !document_node(document, at)->text.length;
        if (!empty) node_append(document, id, at);
        at = next;
    }
    uint32_t from = document_node(document, start)->place.offset;
    bool exact = document_node(document, start)->flags & NODE_PLACE_EXACT;
    node_id before = document_node(document, start)->previous;
    node_unlink(document, start);
    node_unlink(document, bracket);
    if (before && document_node(document, before)->type == NODE_TEXT &&
        !document_node(document, before)->text.length)
        node_unlink(document, before);
    struct node *node = document_node(document, id);
    node->text = (struct span){0, 0};
    if (exact)
        node->place = (struct span){from, node->place.offset + node->place.length - from};
    else
        node->flags &= (uint16_t)~NODE_PLACE_EXACT;
    attributes_apply(document, id, strings_text(&document->strings, braces));
    return true;
}

static void trim_end(struct document *document, node_id text) {
    struct node *node = document_node(document, text);
    if (!text || node->type != NODE_TEXT) return;
    struct text value = node_text(document, text);
    size_t length = value.length;
    while (length && (value.bytes[length - 1] == ' ' || value.bytes[length - 1] == '\t')) length--;
    if (node->flags & NODE_PLACE_EXACT && value.length <= node->place.length)
        node->place.length -= (uint32_t)(value.length - length);
    node->text.length = (uint32_t)length;
    if (!length) node_unlink(document, text);
}

/* The block before, where it is of a type that attributes can be written for. */
static node_id block_before(const struct document *document, node_id paragraph) {
    node_id before = document_node(document, paragraph)->previous;
    switch (before ? (enum node_type)document_node(document, before)->type : NODE_NONE) {
    case NODE_NONE:
    case NODE_FOOTNOTE_DEFINITION:
    case NODE_SHORTCODE: return NO_NODE;
    default: return before;
    }
}

/* Attributes that end a heading, or stand on a line of their own at the end of a paragraph. */
static bool apply_to_block(struct document *document, node_id id, struct text braces) {
    struct node *node = document_node(document, id);
    node_id parent = node->parent, before = node->previous;
    if (node->next) return false;
    enum node_type type = (enum node_type)document_node(document, parent)->type;
    bool own_line = before && document_node(document, before)->type == NODE_SOFTBREAK;
    node_id target = NO_NODE;
    if (type == NODE_HEADING) {
        if (before && document_node(document, before)->type == NODE_LINEBREAK) return false;
        target = parent;
    } else if (type == NODE_PARAGRAPH && own_line) {
        target = parent;
    } else if (type == NODE_PARAGRAPH && !before && braces.length > 1 && braces.bytes[1] == ':') {
        target = block_before(document, parent); /* kramdown's */
        if (target && attributes_have_room(document, target)) node_unlink(document, parent);
    }
    if (!target || !attributes_have_room(document, target)) return false;
    node_unlink(document, id);
    if (own_line)
        node_unlink(document, before);
    else if (before)
        trim_end(document, before);
    attributes_apply(document, target, braces);
    return true;
}

enum { BRACES_TRIED = 20 };

size_t attributes_in_info(struct text info) {
    if (!info.length || info.bytes[info.length - 1] != '}') return info.length;
    uint32_t end = (uint32_t)info.length;
    for (size_t at = 0, tried = 0; at < end && tried < BRACES_TRIED; at++)
        if (info.bytes[at] == '{' && ++tried &&
            attributes_end(info.bytes, (uint32_t)at, end) == end)
            return at;
    return info.length;
}

/* ```lua {.numbered} */
static void code_info(struct document *document, node_id id) {
    for (uint32_t field; (field = node_find_field(document, id, FIELD_INFO)) != 0;) {
        struct span span = document->fields[field].value;
        struct text info = strings_text(&document->strings, span);
        uint32_t at = (uint32_t)attributes_in_info(info), end = (uint32_t)info.length;
        if (at == end || !attributes_have_room(document, id)) return;
        uint32_t braces = at;
        while (at && (info.bytes[at - 1] == ' ' || info.bytes[at - 1] == '\t')) at--;
        attributes_apply(document, id, (struct text){info.bytes + braces, end - braces});
        document->fields[field].value = (struct span){at ? span.offset : 0, at};
        if (!at) node_set_field(document, id, FIELD_INFO, (struct text){NULL, 0});
    }
}

void attributes_pass(struct dialect_pass *pass) {
    struct document *document = pass->document;
    for (node_id id = 1, count = document->count; id < count; id++) {
        struct node *node = document_node(document, id);
        if (node->type == NODE_CODE_BLOCK && node->fields) code_info(document, id);
        if (node->type != NODE_SPAN || !node->text.length || !node->parent) continue;
        struct text braces = node_text(document, id);
        node_id before = node->previous;
        if (takes_attributes(document, before)) {
            struct span *place = &document_node(document, before)->place;
            if (document_node(document, before)->flags & NODE_PLACE_EXACT)
                place->length = node->place.offset + node->place.length - place->offset;
            attributes_apply(document, before, braces);
            node_unlink(document, id);
        } else if (!make_span(document, id) && !apply_to_block(document, id, braces)) {
            document_node(document, id)->type = NODE_TEXT;
            dialect_join(document, id);
        }
    }
}
