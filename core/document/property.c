#include "document/property.h"

#include "document/shortcode.h"

#include <string.h>

#define FOOTNOTES (TYPE_BIT(NODE_FOOTNOTE_REFERENCE) | TYPE_BIT(NODE_FOOTNOTE_DEFINITION))
#define LINKS     (TYPE_BIT(NODE_LINK) | TYPE_BIT(NODE_IMAGE))
#define LITERALS                                                                                   \
    (TYPE_BIT(NODE_TEXT) | TYPE_BIT(NODE_CODE) | TYPE_BIT(NODE_CODE_BLOCK) |                       \
     TYPE_BIT(NODE_HTML_BLOCK) | TYPE_BIT(NODE_HTML_INLINE) | TYPE_BIT(NODE_SHORTCODE))

#define FIELD(field, on, key)                                                                      \
    { .name = field, .types = on, .kind = PROPERTY_TEXT, .store = STORE_FIELD, .datum = key }
#define FLAG(field, on, flag)                                                                      \
    { .name = field, .types = on, .kind = PROPERTY_BOOLEAN, .store = STORE_FLAG, .datum = flag }

static const struct property properties[] = {
    {.name = "text",
     .types = LITERALS,
     .kind = PROPERTY_TEXT,
     .store = STORE_LITERAL,
     .required = true},
    {.name = "level",
     .types = TYPE_BIT(NODE_HEADING),
     .kind = PROPERTY_NUMBER,
     .store = STORE_DETAIL,
     .required = true,
     .least = 1,
     .most = 6},
    FIELD("url", LINKS, FIELD_URL),
    FIELD("title", LINKS, FIELD_TITLE),
    {.name = "alt", .types = TYPE_BIT(NODE_IMAGE), .kind = PROPERTY_TEXT, .store = STORE_ALT},
    FIELD("info", TYPE_BIT(NODE_CODE_BLOCK), FIELD_INFO),
    FIELD("html", TYPE_BIT(NODE_CODE_BLOCK), FIELD_HTML),
    FIELD("fence", TYPE_BIT(NODE_CODE_BLOCK), FIELD_FENCE),
    FLAG("fenced", TYPE_BIT(NODE_CODE_BLOCK), NODE_FENCED),
    {.name = "start",
     .types = TYPE_BIT(NODE_LIST),
     .kind = PROPERTY_NUMBER,
     .store = STORE_DETAIL,
     .required = true,
     .most = 999999999},
    FLAG("ordered", TYPE_BIT(NODE_LIST), NODE_ORDERED),
    FLAG("tight", TYPE_BIT(NODE_LIST), NODE_TIGHT),
    {.name = "delimiter",
     .types = TYPE_BIT(NODE_LIST),
     .kind = PROPERTY_TEXT,
     .store = STORE_DELIMITER,
     .required = true},
    FLAG("checked", TYPE_BIT(NODE_TASK), NODE_CHECKED),
    FLAG("header", TYPE_BIT(NODE_TABLE_ROW), NODE_HEADER),
    {.name = "alignment",
     .types = TYPE_BIT(NODE_TABLE_CELL),
     .kind = PROPERTY_TEXT,
     .store = STORE_NAMES,
     .most = ALIGN_RIGHT,
     .names = {NULL, "left", "center", "right"}},
    FIELD("back", TYPE_BIT(NODE_FOOTNOTE_DEFINITION), FIELD_BACK),
    FIELD("label", FOOTNOTES | TYPE_BIT(NODE_DIRECTIVE), FIELD_LABEL),
    {.name = "number",
     .types = FOOTNOTES,
     .kind = PROPERTY_NUMBER,
     .store = STORE_DETAIL,
     .read_only = true},
    FIELD("name", TYPE_BIT(NODE_DIRECTIVE) | TYPE_BIT(NODE_SHORTCODE), FIELD_NAME),
    {.name = "form",
     .types = TYPE_BIT(NODE_DIRECTIVE),
     .kind = PROPERTY_TEXT,
     .store = STORE_NAMES,
     .read_only = true,
     .required = true,
     .most = DIRECTIVE_INLINE,
     .names = {"block", "leaf", "inline"}},
    {.name = "alone",
     .types = TYPE_BIT(NODE_SHORTCODE),
     .kind = PROPERTY_BOOLEAN,
     .store = STORE_DETAIL,
     .read_only = true,
     .most = 1},
    {.name = "closing",
     .types = TYPE_BIT(NODE_SHORTCODE),
     .kind = PROPERTY_BOOLEAN,
     .store = STORE_CLOSING,
     .read_only = true},
    {.name = "speaker",
     .types = TYPE_BIT(NODE_ATTRIBUTION),
     .kind = PROPERTY_TEXT,
     .store = STORE_ATTRIBUTION,
     .datum = FIELD_SPEAKER},
    {.name = "role",
     .types = TYPE_BIT(NODE_ATTRIBUTION),
     .kind = PROPERTY_TEXT,
     .store = STORE_ATTRIBUTION,
     .datum = FIELD_ROLE},
    FLAG("quotation", TYPE_BIT(NODE_FIGURE) | TYPE_BIT(NODE_BLOCK_QUOTE), NODE_QUOTATION),
    FIELD("id", ALL_TYPES, FIELD_ID),
    FIELD("class", ALL_TYPES, FIELD_CLASS),
};

enum { PROPERTY_COUNT = sizeof properties / sizeof *properties };

const struct property *property_at(unsigned index) {
    return index < PROPERTY_COUNT ? &properties[index] : NULL;
}

const struct property *property_find(struct text name) {
    for (unsigned i = 0; i < PROPERTY_COUNT; i++)
        if (text_is(name, properties[i].name)) return &properties[i];
    return NULL;
}

bool property_applies(const struct property *property, enum node_type type) {
    return property->types & TYPE_BIT(type);
}

static struct property_value text_value(struct text text) {
    return (struct property_value){text.bytes ? PROPERTY_TEXT : PROPERTY_ABSENT, text, 0};
}

struct property_value property_get(const struct document *document, node_id id,
                                   const struct property *property, struct buffer *scratch) {
    const struct node *node = document_node(document, id);
    struct text text = {NULL, 0};
    if (!property_applies(property, (enum node_type)node->type)) return text_value(text);
    switch ((enum property_store)property->store) {
    case STORE_LITERAL:
        text = node_text(document, id);
        return text_value(text.length ? text : TEXT(""));
    case STORE_ATTRIBUTION:
    case STORE_FIELD:
        text = node_field(document, id, (enum field_key)property->datum);
        if (!text.bytes && node->type == NODE_SHORTCODE && property->datum == FIELD_NAME)
            text = shortcode_name(node_text(document, id));
        return text_value(text);
    case STORE_FLAG:
        return (struct property_value){PROPERTY_BOOLEAN, text,
                                       (node->flags & property->datum) != 0};
    case STORE_DETAIL:
        return (struct property_value){(enum property_kind)property->kind, text, node->detail};
    case STORE_NAMES:
        if (node->detail > property->most || !property->names[node->detail])
            return text_value(text);
        return text_value(text_of(property->names[node->detail]));
    case STORE_DELIMITER:
        if (!(node->flags & NODE_ORDERED)) return text_value(text);
        return text_value(node->flags & NODE_PARENTHESIS ? TEXT(")") : TEXT("."));
    case STORE_CLOSING:
        return (struct property_value){PROPERTY_BOOLEAN, text,
                                       shortcode_is_closing(node_text(document, id))};
    case STORE_ALT:
        scratch->length = 0;
        for (node_id child = node->first; child; child = document_node(document, child)->next)
            document_plain(document, child, scratch);
        return text_value(scratch->length ? buffer_text(scratch) : TEXT(""));
    }
    return text_value(text);
}

static void set_flag(struct node *node, unsigned flag, bool on) {
    node->flags = (uint16_t)(on ? node->flags | flag : node->flags & ~flag);
}

/* One text instead of the children. */
static void set_words(struct document *document, node_id id, struct text text) {
    node_id only = document_node(document, id)->first;
    if (text.length && only && only == document_node(document, id)->last &&
        document_node(document, only)->type == NODE_TEXT) {
        node_set_text(document, only, text);
        return;
    }
    while (document_node(document, id)->first)
        node_unlink(document, document_node(document, id)->first);
    if (!text.length) return;
    node_id child = document_add(document, NODE_TEXT);
    node_set_text(document, child, text);
    node_append(document, id, child);
}

static bool has_label(const struct node *node) {
    return node->type == NODE_DIRECTIVE && node->detail != DIRECTIVE_BLOCK;
}

void text_set(struct document *document, node_id id, struct text text) {
    node_id parent = document_node(document, id)->parent;
    bool label = parent && has_label(document_node(document, parent)) &&
                 text_equal(node_field(document, parent, FIELD_LABEL), node_text(document, id));
    node_set_text(document, id, text);
    if (label)
        node_set_field(document, parent, FIELD_LABEL, text.length ? text : (struct text){NULL, 0});
}

/* Speaker and role are read out of the line's words, so that the words are what changes. */
static const char *set_name(struct document *document, node_id id, enum field_key key,
                            struct text name) {
    struct text old = node_field(document, id, key);
    if (name.length) {
        if (key == FIELD_SPEAKER && memchr(name.bytes, ',', name.length))
            return "must have no comma, behind which the role begins";
        if (memchr(name.bytes, '\n', name.length) || text_trim(name).length != name.length)
            return "must be one line without white space at its ends";
    }
    if (text_equal(old, name)) return NULL;
    node_set_field(document, id, key, name.length ? name : (struct text){NULL, 0});
    struct text speaker = node_field(document, id, FIELD_SPEAKER);
    struct text role = node_field(document, id, FIELD_ROLE);
    struct buffer words = {0};
    if (speaker.length || role.length) buffer_append_string(&words, "\xE2\x80\x94 ");
    buffer_append_text(&words, speaker);
    if (role.length) buffer_append_string(&words, ", ");
    buffer_append_text(&words, role);
    set_words(document, id, words.length ? buffer_text(&words) : (struct text){NULL, 0});
    buffer_free(&words);
    return NULL;
}

const char *property_set(struct document *document, node_id id, const struct property *property,
                         struct property_value value) {
    struct node *node = document_node(document, id);
    struct text old;
    if (property->read_only) return "cannot be assigned";
    if (value.kind == PROPERTY_ABSENT) {
        if (property->required) return "cannot be taken away";
        value = (struct property_value){(enum property_kind)property->kind, {NULL, 0}, 0};
    }
    if (value.kind != property->kind)
        return property->kind == PROPERTY_TEXT     ? "must be a string"
               : property->kind == PROPERTY_NUMBER ? "must be a whole number"
                                                   : "must be true or false";
    switch ((enum property_store)property->store) {
    case STORE_LITERAL:
        if (!text_equal(node_text(document, id), value.text)) {
            text_set(document, id, value.text);
            node_set_field(document, id, FIELD_HTML, (struct text){NULL, 0});
        }
        return NULL;
    case STORE_FIELD:
        old = node_field(document, id, (enum field_key)property->datum);
        if (!value.text.bytes || !old.bytes || !text_equal(old, value.text))
            node_set_field(document, id, (enum field_key)property->datum, value.text);
        if (property->datum == FIELD_LABEL && has_label(node)) set_words(document, id, value.text);
        return NULL;
    case STORE_FLAG:
        /* What had bullets has no number yet: it begins with 1. */
        if (property->datum == NODE_ORDERED && value.number && !(node->flags & NODE_ORDERED) &&
            !node->detail)
            node->detail = 1;
        set_flag(node, property->datum, value.number);
        return NULL;
    case STORE_DETAIL:
        if (value.number < property->least || value.number > property->most)
            return property->most == 6 ? "must be from 1 to 6" : "must be from 0 to 999999999";
        node->detail = value.number;
        return NULL;
    case STORE_NAMES:
        if (!value.text.bytes) {
            node->detail = 0;
            return NULL;
        }
        for (uint32_t i = 0; i <= property->most; i++)
            if (property->names[i] && text_is(value.text, property->names[i])) {
                node->detail = i;
                return NULL;
            }
        return "must be \"left\", \"center\" or \"right\", or nil";
    case STORE_DELIMITER:
        if (!text_is(value.text, ".") && !text_is(value.text, ")")) return "must be \".\" or \")\"";
        set_flag(node, NODE_PARENTHESIS, text_is(value.text, ")"));
        return NULL;
    case STORE_ALT: set_words(document, id, value.text); return NULL;
    case STORE_CLOSING: return NULL; /* read only */
    case STORE_ATTRIBUTION:
        return set_name(document, id, (enum field_key)property->datum, value.text);
    }
    return NULL;
}
