#include "document/document.h"

#include <assert.h>

enum { CONTAINER = 1, BLOCK = 2 };
enum { WALK_INTO, WALK_SKIP, WALK_OVER };

static const struct {
    const char *name;
    uint8_t traits;
} types[NODE_TYPE_COUNT] = {
    [NODE_NONE] = {"none", 0},
    [NODE_DOCUMENT] = {"document", CONTAINER | BLOCK},
    [NODE_BLOCK_QUOTE] = {"block_quote", CONTAINER | BLOCK},
    [NODE_LIST] = {"list", CONTAINER | BLOCK},
    [NODE_ITEM] = {"item", CONTAINER | BLOCK},
    [NODE_CODE_BLOCK] = {"code_block", BLOCK},
    [NODE_HTML_BLOCK] = {"html_block", BLOCK},
    [NODE_PARAGRAPH] = {"paragraph", CONTAINER | BLOCK},
    [NODE_HEADING] = {"heading", CONTAINER | BLOCK},
    [NODE_THEMATIC_BREAK] = {"thematic_break", BLOCK},
    [NODE_TABLE] = {"table", CONTAINER | BLOCK},
    [NODE_TABLE_ROW] = {"table_row", CONTAINER | BLOCK},
    [NODE_TABLE_CELL] = {"table_cell", CONTAINER | BLOCK},
    [NODE_FOOTNOTE_DEFINITION] = {"footnote_definition", CONTAINER | BLOCK},
    [NODE_FIGURE] = {"figure", CONTAINER | BLOCK},
    [NODE_CAPTION] = {"caption", CONTAINER | BLOCK},
    [NODE_ATTRIBUTION] = {"attribution", CONTAINER | BLOCK},
    [NODE_DIRECTIVE] = {"directive", CONTAINER | BLOCK},
    [NODE_DEFINITION_LIST] = {"definition_list", CONTAINER | BLOCK},
    [NODE_DEFINITION_TERM] = {"definition_term", CONTAINER | BLOCK},
    [NODE_DEFINITION] = {"definition", CONTAINER | BLOCK},
    [NODE_NOTES] = {"notes", CONTAINER | BLOCK},
    [NODE_TEXT] = {"text", 0},
    [NODE_SOFTBREAK] = {"softbreak", 0},
    [NODE_LINEBREAK] = {"linebreak", 0},
    [NODE_CODE] = {"code", 0},
    [NODE_HTML_INLINE] = {"html_inline", 0},
    [NODE_EMPH] = {"emph", CONTAINER},
    [NODE_STRONG] = {"strong", CONTAINER},
    [NODE_LINK] = {"link", CONTAINER},
    [NODE_IMAGE] = {"image", CONTAINER},
    [NODE_STRIKETHROUGH] = {"strikethrough", CONTAINER},
    [NODE_SUPERSCRIPT] = {"superscript", CONTAINER},
    [NODE_SUBSCRIPT] = {"subscript", CONTAINER},
    [NODE_FOOTNOTE_REFERENCE] = {"footnote_reference", 0},
    [NODE_TASK] = {"task", 0},
    [NODE_SPAN] = {"span", CONTAINER},
    [NODE_SHORTCODE] = {"shortcode", 0},
    [NODE_MORE] = {"more", BLOCK},
};

static const char *const key_names[FIELD_KEY_COUNT] = {
    [FIELD_NONE] = "none",           [FIELD_URL] = "url",     [FIELD_TITLE] = "title",
    [FIELD_INFO] = "info",           [FIELD_FENCE] = "fence", [FIELD_ID] = "id",
    [FIELD_CLASS] = "class",         [FIELD_NAME] = "name",   [FIELD_LABEL] = "label",
    [FIELD_SPEAKER] = "speaker",     [FIELD_ROLE] = "role",   [FIELD_REFERENCES] = "references",
    [FIELD_ATTRIBUTE] = "attribute", [FIELD_HTML] = "html",   [FIELD_BACK] = "back",
};

bool node_type_is_block(enum node_type type) {
    return types[type].traits & BLOCK;
}

bool node_type_is_container(enum node_type type) {
    return types[type].traits & CONTAINER;
}

const char *node_type_name(enum node_type type) {
    return types[type].name;
}

enum node_type node_type_of(struct text name) {
    for (int type = 1; type < NODE_TYPE_COUNT; type++)
        if (text_is(name, types[type].name)) return (enum node_type)type;
    return NODE_NONE;
}

const char *field_key_name(enum field_key key) {
    return key_names[key];
}

void document_open(struct document *document, struct text source, uint32_t body) {
    *document = (struct document){0};
    document_reuse(document, source, body);
}

void document_reuse(struct document *document, struct text source, uint32_t body) {
    if (!document->capacity) document->nodes = NULL, document->count = 0;
    if (!document->field_capacity) document->fields = NULL, document->field_count = 0;
    if (!document->strings.pool_capacity) document->strings.pool = NULL;
    document->strings.source = source;
    document->strings.pool_length = 0;
    document->body = body;
    memory_reserve(&document->nodes, &document->capacity, 64);
    memory_reserve(&document->fields, &document->field_capacity, 16);
    memset(document->nodes, 0, 2 * sizeof *document->nodes);
    memset(document->fields, 0, sizeof *document->fields);
    document->count = 2;
    document->field_count = 1;
    struct node *root = &document->nodes[ROOT_NODE];
    root->type = NODE_DOCUMENT;
    root->place = (struct span){body, (uint32_t)(source.length - body)};
    root->flags = NODE_PLACE_EXACT;
}

void document_free(struct document *document) {
    if (document->capacity) memory_free(document->nodes);
    if (document->field_capacity) memory_free(document->fields);
    strings_free(&document->strings);
    *document = (struct document){0};
}

/* Room for one item more; an array that is borrowed becomes our own. */
static void *room(void *items, uint32_t count, uint32_t *capacity, size_t size) {
    if (count < *capacity) return items;
    if (*capacity || !count) return memory_grow(items, capacity, count + 1, size);
    void *own = memory_grow(NULL, capacity, count + count / 2 + 16, size);
    return memcpy(own, items, count * size);
}

node_id document_add(struct document *document, enum node_type type) {
    document->nodes =
        room(document->nodes, document->count, &document->capacity, sizeof *document->nodes);
    struct node *node = &document->nodes[document->count];
    memset(node, 0, sizeof *node);
    node->type = (uint8_t)type;
    return document->count++;
}

void node_append(struct document *document, node_id parent, node_id child) {
    struct node *nodes = document->nodes;
    assert(!nodes[child].parent);
    node_id last = nodes[parent].last;
    nodes[child].parent = parent;
    nodes[child].previous = last;
    nodes[child].next = NO_NODE;
    if (last)
        nodes[last].next = child;
    else
        nodes[parent].first = child;
    nodes[parent].last = child;
}

void node_insert_before(struct document *document, node_id sibling, node_id node) {
    struct node *nodes = document->nodes;
    assert(!nodes[node].parent);
    node_id previous = nodes[sibling].previous, parent = nodes[sibling].parent;
    nodes[node].parent = parent;
    nodes[node].previous = previous;
    nodes[node].next = sibling;
    nodes[sibling].previous = node;
    if (previous)
        nodes[previous].next = node;
    else
        nodes[parent].first = node;
}

void node_insert_after(struct document *document, node_id sibling, node_id node) {
    node_id next = document->nodes[sibling].next;
    if (next)
        node_insert_before(document, next, node);
    else
        node_append(document, document->nodes[sibling].parent, node);
}

void node_unlink(struct document *document, node_id id) {
    struct node *nodes = document->nodes, *node = &nodes[id];
    if (!node->parent) return;
    if (node->previous)
        nodes[node->previous].next = node->next;
    else
        nodes[node->parent].first = node->next;
    if (node->next)
        nodes[node->next].previous = node->previous;
    else
        nodes[node->parent].last = node->previous;
    node->parent = node->previous = node->next = NO_NODE;
}

bool node_is_within(const struct document *document, node_id id, node_id ancestor) {
    while (id && id != ancestor) id = document->nodes[id].parent;
    return id != NO_NODE;
}

/* A span of one document's strings as a span of another's. */
static struct span copy_span(struct strings *to, const struct strings *from, struct span span,
                             bool same_source) {
    if (to == from || (same_source && span.offset < from->source.length)) return span;
    return strings_add(to, strings_text(from, span));
}

static node_id copy_node(struct document *to, const struct document *from, node_id id) {
    node_id copy = document_add(to, (enum node_type)from->nodes[id].type);
    const struct node *original = &from->nodes[id]; /* after the addition: from may be to */
    bool same = to->strings.source.bytes == from->strings.source.bytes &&
                to->strings.source.length == from->strings.source.length;
    struct node *node = &to->nodes[copy];
    node->mark = original->mark;
    node->flags = original->flags;
    node->detail = original->detail;
    if (same)
        node->place = original->place;
    else
        node->flags &= (uint16_t)~NODE_PLACE_EXACT;
    node->text = copy_span(&to->strings, &from->strings, original->text, same);
    for (uint32_t field = original->fields; field; field = from->fields[field].next) {
        struct field kept = from->fields[field];
        uint32_t added = node_add_field(to, copy, (enum field_key)kept.key,
                                        copy_span(&to->strings, &from->strings, kept.name, same),
                                        copy_span(&to->strings, &from->strings, kept.value, same));
        to->fields[added].flags = kept.flags;
    }
    return copy;
}

node_id document_copy(struct document *to, const struct document *from, node_id id) {
    node_id root = copy_node(to, from, id), parent = root;
    for (struct walk walk = walk_from(from, id); walk_next(&walk);) {
        if (walk.id == id) continue;
        if (!walk.entering) {
            parent = to->nodes[parent].parent;
            continue;
        }
        node_id copy = copy_node(to, from, walk.id);
        node_append(to, parent, copy);
        if (node_type_is_container((enum node_type)from->nodes[walk.id].type)) parent = copy;
    }
    return root;
}

void node_set_text(struct document *document, node_id id, struct text text) {
    struct span span = strings_refer(&document->strings, text);
    document->nodes[id].text = span;
}

uint32_t node_find_field(const struct document *document, node_id id, enum field_key key) {
    uint32_t field = document->nodes[id].fields;
    while (field && document->fields[field].key != key) field = document->fields[field].next;
    return field;
}

static uint32_t find_attribute(const struct document *document, node_id id, struct text name) {
    uint32_t field = document->nodes[id].fields;
    while (field &&
           !(document->fields[field].key == FIELD_ATTRIBUTE &&
             text_equal(strings_text(&document->strings, document->fields[field].name), name)))
        field = document->fields[field].next;
    return field;
}

static struct text field_value(const struct document *document, uint32_t field) {
    if (!field) return (struct text){NULL, 0};
    struct text value = strings_text(&document->strings, document->fields[field].value);
    return value.length ? value : TEXT("");
}

struct text directive_default_name(const struct document *document, node_id id) {
    struct text name = node_field(document, id, FIELD_CLASS);
    const char *space = name.length ? memchr(name.bytes, ' ', name.length) : NULL;
    if (space) name.length = (size_t)(space - name.bytes);
    return name.length ? name : TEXT("div");
}

struct text node_field(const struct document *document, node_id id, enum field_key key) {
    return field_value(document, node_find_field(document, id, key));
}

struct text node_attribute(const struct document *document, node_id id, struct text name) {
    return field_value(document, find_attribute(document, id, name));
}

uint32_t node_add_field(struct document *document, node_id id, enum field_key key, struct span name,
                        struct span value) {
    document->fields = room(document->fields, document->field_count, &document->field_capacity,
                            sizeof *document->fields);
    uint32_t added = document->field_count++;
    document->fields[added] = (struct field){(uint16_t)key, 0, 0, name, value};
    uint32_t *link = &document->nodes[id].fields;
    while (*link) link = &document->fields[*link].next;
    return *link = added;
}

static void remove_field(struct document *document, node_id id, uint32_t field) {
    uint32_t *link = &document->nodes[id].fields;
    while (*link != field) link = &document->fields[*link].next;
    *link = document->fields[field].next;
}

/* The name is needed only where a field is added. */
static void set_field(struct document *document, node_id id, uint32_t field, enum field_key key,
                      struct text name, struct text value) {
    if (!value.bytes) {
        if (field) remove_field(document, id, field);
        return;
    }
    struct span span = strings_refer(&document->strings, value);
    if (!field) {
        struct span name_span = strings_refer(&document->strings, name);
        field = node_add_field(document, id, key, name_span, span);
    }
    document->fields[field].value = span;
    document->fields[field].flags = 0;
}

void node_set_field(struct document *document, node_id id, enum field_key key, struct text value) {
    set_field(document, id, node_find_field(document, id, key), key, TEXT(""), value);
}

void node_set_attribute(struct document *document, node_id id, struct text name,
                        struct text value) {
    set_field(document, id, find_attribute(document, id, name), FIELD_ATTRIBUTE, name, value);
}

struct walk walk_from(const struct document *document, node_id root) {
    return (struct walk){document, root, NO_NODE, false, WALK_INTO};
}

bool walk_next(struct walk *walk) {
    const struct node *nodes = walk->document->nodes;
    if (!walk->id) {
        walk->id = walk->root;
        walk->entering = true;
        return walk->root != NO_NODE;
    }
    const struct node *node = &nodes[walk->id];
    uint8_t step = walk->step;
    walk->step = WALK_INTO;
    if (walk->entering && step != WALK_OVER && node_type_is_container((enum node_type)node->type)) {
        if (node->first && step == WALK_INTO)
            walk->id = node->first;
        else
            walk->entering = false;
        return true;
    }
    if (walk->id == walk->root) return false;
    walk->entering = node->next != NO_NODE;
    walk->id = node->next ? node->next : node->parent;
    return true;
}

void walk_skip(struct walk *walk) {
    walk->step = WALK_SKIP;
}

void walk_over(struct walk *walk) {
    walk->step = WALK_OVER;
}

static void plain(const struct document *document, node_id id, bool images, struct buffer *out) {
    size_t start = out->length;
    bool between = false;
    for (struct walk walk = walk_from(document, id); walk_next(&walk);) {
        enum node_type type = (enum node_type)document->nodes[walk.id].type;
        struct text piece = {NULL, 0};
        bool in_line =
            type == NODE_DIRECTIVE && document->nodes[walk.id].detail == DIRECTIVE_INLINE;
        if (node_type_is_block(type) && !in_line) between = true;
        if (!walk.entering) continue;
        switch (type) {
        case NODE_IMAGE:
            if (!images) walk_skip(&walk);
            break;
        case NODE_TEXT:
        case NODE_CODE:
        case NODE_CODE_BLOCK: piece = node_text(document, walk.id); break;
        case NODE_SOFTBREAK: piece = TEXT(" "); break;
        case NODE_LINEBREAK: piece = TEXT("\n"); break;
        default: break;
        }
        if (!piece.length) continue;
        if (between && out->length > start && out->bytes[out->length - 1] != '\n')
            buffer_append_byte(out, '\n');
        between = type == NODE_CODE_BLOCK;
        buffer_append_text(out, piece);
    }
}

void document_plain(const struct document *document, node_id id, struct buffer *out) {
    plain(document, id, true, out);
}

void document_plain_without_images(const struct document *document, node_id id,
                                   struct buffer *out) {
    plain(document, id, false, out);
}
