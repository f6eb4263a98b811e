#include "document/equal.h"

/* One tree's walk; `rest` is what is left of the text node at hand. */
struct side {
    const struct document *document;
    struct walk walk;
    bool more;
    struct text rest;
};

/* To the next node that counts: empty text nodes do not. */
static void side_next(struct side *side) {
    while ((side->more = walk_next(&side->walk))) {
        if (side->document->nodes[side->walk.id].type != NODE_TEXT) return;
        side->rest = node_text(side->document, side->walk.id);
        if (side->rest.length) return;
    }
}

static struct side side_start(const struct document *document, node_id id) {
    struct side side = {.document = document, .walk = walk_from(document, id)};
    side_next(&side);
    return side;
}

/* Both sides are at a text: passes what they have in common. */
static bool same_text(struct side *a, struct side *b) {
    size_t length = a->rest.length < b->rest.length ? a->rest.length : b->rest.length;
    if (memcmp(a->rest.bytes, b->rest.bytes, length) != 0) return false;
    struct side *sides[] = {a, b};
    for (int i = 0; i < 2; i++) {
        sides[i]->rest.bytes += length;
        sides[i]->rest.length -= length;
        if (!sides[i]->rest.length) side_next(sides[i]);
    }
    return true;
}

static bool same_lines(struct text a, struct text b) {
    if (a.length > b.length) {
        struct text shorter = b;
        b = a;
        a = shorter;
    }
    if (a.length && b.length == a.length + 1 && b.bytes[a.length] == '\n' &&
        a.bytes[a.length - 1] != '\n')
        b.length--;
    return text_equal(a, b);
}

static uint16_t flags_that_count(enum node_type type) {
    switch (type) {
    case NODE_LIST: return NODE_TIGHT | NODE_ORDERED | NODE_PARENTHESIS;
    case NODE_TASK: return NODE_CHECKED;
    case NODE_TABLE_ROW: return NODE_HEADER;
    default: return 0;
    }
}

static bool detail_counts(const struct node *node) {
    switch ((enum node_type)node->type) {
    case NODE_HEADING:
    case NODE_TABLE_CELL:
    case NODE_DIRECTIVE: return true;
    case NODE_LIST: return (node->flags & NODE_ORDERED) != 0;
    default: return false;
    }
}

static bool field_counts(const struct document *document, const struct field *field) {
    if (field->key == FIELD_ATTRIBUTE) return true;
    if (field->key == FIELD_FENCE || field->key == FIELD_REFERENCES || field->key == FIELD_HTML ||
        field->key == FIELD_BACK || field->key == FIELD_SPEAKER || field->key == FIELD_ROLE ||
        field->flags & FIELD_GENERATED)
        return false;
    return strings_text(&document->strings, field->value).length != 0;
}

/* The next field from `field` on that is a named attribute. */
static uint32_t next_attribute(const struct document *document, uint32_t field) {
    while (field && document->fields[field].key != FIELD_ATTRIBUTE)
        field = document->fields[field].next;
    return field;
}

static bool same_fields(const struct document *a, const struct node *a_node,
                        const struct document *b, const struct node *b_node) {
    struct text a_values[FIELD_KEY_COUNT] = {{NULL, 0}}, b_values[FIELD_KEY_COUNT] = {{NULL, 0}};
    for (uint32_t i = a_node->fields; i; i = a->fields[i].next)
        if (field_counts(a, &a->fields[i]))
            a_values[a->fields[i].key] = strings_text(&a->strings, a->fields[i].value);
    for (uint32_t i = b_node->fields; i; i = b->fields[i].next)
        if (field_counts(b, &b->fields[i]))
            b_values[b->fields[i].key] = strings_text(&b->strings, b->fields[i].value);
    for (int key = 0; key < FIELD_KEY_COUNT; key++)
        if (key != FIELD_ATTRIBUTE && !text_equal(a_values[key], b_values[key])) return false;
    uint32_t i = a_node->fields, j = b_node->fields;
    for (;; i = a->fields[i].next, j = b->fields[j].next) {
        i = next_attribute(a, i);
        j = next_attribute(b, j);
        if (!i || !j) return i == j;
        if (!text_equal(strings_text(&a->strings, a->fields[i].name),
                        strings_text(&b->strings, b->fields[j].name)) ||
            !text_equal(strings_text(&a->strings, a->fields[i].value),
                        strings_text(&b->strings, b->fields[j].value)))
            return false;
    }
}

static bool same_node(const struct side *a, const struct side *b) {
    const struct node *a_node = &a->document->nodes[a->walk.id];
    const struct node *b_node = &b->document->nodes[b->walk.id];
    enum node_type type = (enum node_type)a_node->type;
    if ((a_node->flags ^ b_node->flags) & flags_that_count(type)) return false;
    if (detail_counts(a_node) && a_node->detail != b_node->detail) return false;
    struct text a_text = node_text(a->document, a->walk.id);
    struct text b_text = node_text(b->document, b->walk.id);
    if (type == NODE_MORE) return true;
    bool lines = type == NODE_CODE_BLOCK || type == NODE_HTML_BLOCK;
    if (!(lines ? same_lines(a_text, b_text) : text_equal(a_text, b_text))) return false;
    return same_fields(a->document, a_node, b->document, b_node);
}

node_id document_difference(const struct document *a, node_id a_id, const struct document *b,
                            node_id b_id) {
    struct side left = side_start(a, a_id), right = side_start(b, b_id);
    node_id last = a_id;
    for (;;) {
        if (!left.more || !right.more)
            return left.more == right.more ? NO_NODE : left.more ? left.walk.id : last;
        last = left.walk.id;
        enum node_type type = (enum node_type)a->nodes[last].type;
        if (left.walk.entering != right.walk.entering || type != b->nodes[right.walk.id].type)
            return last;
        if (type == NODE_TEXT) {
            if (!same_text(&left, &right)) return last;
            continue;
        }
        if (left.walk.entering && !same_node(&left, &right)) return last;
        side_next(&left);
        side_next(&right);
    }
}
