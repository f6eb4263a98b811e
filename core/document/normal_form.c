#include "document/normal_form.h"

#include "document/dialect.h"

bool block_holds_inlines(const struct document *document, node_id id) {
    switch ((enum node_type)document->nodes[id].type) {
    case NODE_PARAGRAPH:
    case NODE_HEADING:
    case NODE_TABLE_CELL:
    case NODE_CAPTION:
    case NODE_ATTRIBUTION:
    case NODE_DEFINITION_TERM: return true;
    default: return false;
    }
}

/* Whether the node stands where the source has it, with the same text: what the author wrote with
 * character references may look like what Markdown cannot say, and stays. */
static bool is_as_read(const struct document *document, const struct document *from, node_id id) {
    if (id >= from->count) return false;
    const struct node *now = &document->nodes[id], *then = &from->nodes[id];
    return now->type == then->type && now->parent == then->parent &&
           now->previous == then->previous && now->next == then->next &&
           text_equal(node_text(document, id), node_text(from, id));
}

static void trim_text(struct document *document, const struct document *from, node_id id,
                      bool front, bool back) {
    if (!id || document->nodes[id].type != NODE_TEXT || is_as_read(document, from, id)) return;
    struct node *node = &document->nodes[id];
    struct text text = node_text(document, id);
    while (back && text.length && memchr(" \t", text.bytes[text.length - 1], 2)) {
        text.length--;
        node->text.length--;
    }
    while (front && text.length && memchr(" \t", text.bytes[0], 2)) {
        text.bytes++;
        text.length--;
        node->text.length--;
        node->text.offset++;
    }
}

/* Cuts a text at its first line end; what is behind becomes a text node of its own. */
static void cut_text(struct document *document, node_id id) {
    struct text text = node_text(document, id);
    const char *end = text.length ? memchr(text.bytes, '\n', text.length) : NULL;
    if (!end) return;
    uint32_t at = (uint32_t)(end - text.bytes);
    struct span rest = document->nodes[id].text;
    rest.offset += at + 1;
    rest.length -= at + 1;
    node_id line_break = document_add(document, NODE_SOFTBREAK);
    node_id behind = document_add(document, NODE_TEXT);
    document->nodes[id].text.length = at;
    document->nodes[behind].text = rest;
    node_insert_after(document, id, line_break);
    node_insert_after(document, line_break, behind);
}

/* What has no Markdown when there is nothing in it. */
static bool goes_when_empty(enum node_type type) {
    return type == NODE_PARAGRAPH || type == NODE_FIGURE || type == NODE_EMPH ||
           type == NODE_STRONG || type == NODE_STRIKETHROUGH || type == NODE_SUPERSCRIPT ||
           type == NODE_SUBSCRIPT || type == NODE_LIST || type == NODE_CODE ||
           type == NODE_DEFINITION_LIST;
}

static bool is_empty(const struct document *document, node_id id) {
    for (node_id child = document->nodes[id].first; child; child = document->nodes[child].next)
        if (document->nodes[child].type != NODE_TEXT || document->nodes[child].text.length)
            return false;
    return true;
}

static bool is_mark(enum node_type type) {
    return type == NODE_EMPH || type == NODE_STRONG || type == NODE_STRIKETHROUGH;
}

/* How many bytes of blanks a text that a script changed or put here begins or ends with. */
static uint32_t blanks_of(const struct document *document, const struct document *from, node_id id,
                          bool front) {
    if (!id || document->nodes[id].type != NODE_TEXT || is_as_read(document, from, id)) return 0;
    struct text text = node_text(document, id);
    uint32_t count = 0;
    while (count < text.length &&
           memchr(" \t", text.bytes[front ? count : text.length - 1 - count], 2))
        count++;
    return count;
}

static bool is_break(const struct document *document, node_id id) {
    return id && (document->nodes[id].type == NODE_SOFTBREAK ||
                  document->nodes[id].type == NODE_LINEBREAK);
}

static void put_outside(struct document *document, node_id mark, node_id id, bool front) {
    if (front)
        node_insert_before(document, mark, id);
    else
        node_insert_after(document, mark, id);
}

/* Blanks and breaks at the ends of emphasis stand outside of it, where Markdown can say them. */
static void put_blanks_outside(struct document *document, const struct document *from, node_id id) {
    for (int front = 0; front < 2; front++) {
        for (;;) {
            const struct node *mark = &document->nodes[id];
            node_id child = front ? mark->first : mark->last;
            if (is_break(document, child) && !is_as_read(document, from, child)) {
                node_unlink(document, child);
                put_outside(document, id, child, front);
                continue;
            }
            uint32_t count = blanks_of(document, from, child, front);
            if (!count) break;
            node_id outside = document_add(document, NODE_TEXT);
            struct span *text = &document->nodes[child].text;
            document->nodes[outside].text =
                (struct span){front ? text->offset : text->offset + text->length - count, count};
            text->length -= count;
            if (front) text->offset += count;
            bool empty = !text->length;
            put_outside(document, id, outside, front);
            if (!empty) break;
            node_unlink(document, child);
        }
    }
}

/* A text that is struck twice is struck. */
static bool is_struck_twice(const struct document *document, const struct document *from,
                            node_id id) {
    if (document->nodes[id].type != NODE_STRIKETHROUGH || document->nodes[id].fields ||
        is_as_read(document, from, id))
        return false;
    node_id up = document->nodes[id].parent;
    while (up && !node_type_is_block((enum node_type)document->nodes[up].type) &&
           document->nodes[up].type != NODE_STRIKETHROUGH)
        up = document->nodes[up].parent;
    return up && document->nodes[up].type == NODE_STRIKETHROUGH;
}

static void unwrap(struct document *document, node_id id) {
    for (node_id child; (child = document->nodes[id].first);) {
        node_unlink(document, child);
        node_insert_before(document, id, child);
    }
    node_unlink(document, id);
}

/* A heading written with # has one line: a soft break in it is a space. */
static void join_heading(struct document *document, node_id id) {
    if (document->nodes[id].type != NODE_HEADING || document->nodes[id].detail <= 2) return;
    for (node_id child = document->nodes[id].first; child; child = document->nodes[child].next) {
        if (document->nodes[child].type != NODE_SOFTBREAK) continue;
        document->nodes[child].type = NODE_TEXT;
        document->nodes[child].text = strings_add(&document->strings, TEXT(" "));
    }
}

static bool is_empty_text(const struct document *document, node_id id) {
    return document->nodes[id].type == NODE_TEXT && !document->nodes[id].text.length;
}

/* Takes a leaf out of the tree that is walked over. */
static void unlink_walked(struct document *document, struct walk *walk) {
    node_id before = document->nodes[walk->id].previous, parent = document->nodes[walk->id].parent;
    node_unlink(document, walk->id);
    walk->id = before ? before : parent;
    walk->entering = !before;
}

/* The breaks of a block that are left over when a script has taken away what stood beside them,
 * within emphasis and links too. */
static void drop_breaks_of(struct document *document, const struct document *from, node_id block) {
    node_id before = NO_NODE; /* the last that says something */
    for (struct walk walk = walk_from(document, block); walk_next(&walk);) {
        node_id id = walk.id;
        bool container = node_type_is_container((enum node_type)document->nodes[id].type);
        if (container ? document->nodes[id].first || walk.entering || id == block
                      : is_empty_text(document, id))
            continue;
        if (is_break(document, id) && (!before || is_break(document, before)) &&
            !is_as_read(document, from, id))
            unlink_walked(document, &walk);
        else
            before = id;
    }
    if (is_break(document, before) && !is_as_read(document, from, before))
        node_unlink(document, before);
}

static void drop_breaks(struct document *document, const struct document *from) {
    for (node_id block = 1, end = document->count; block < end; block++)
        if (block_holds_inlines(document, block)) drop_breaks_of(document, from, block);
}

/* A box without a space behind it is a text. */
static void space_task(struct document *document, const struct document *from, node_id id) {
    node_id behind = document->nodes[id].next;
    struct text text = behind ? node_text(document, behind) : (struct text){NULL, 0};
    if (!text.length || document->nodes[behind].type != NODE_TEXT ||
        memchr(" \t", text.bytes[0], 2) || is_as_read(document, from, behind))
        return;
    node_id made = document_add(document, NODE_TEXT);
    document->nodes[made].text = strings_add(&document->strings, TEXT(" "));
    node_insert_after(document, id, made);
}

/* Once trimmed, from the inside out. */
static void drop_empty(struct document *document, const struct document *from) {
    for (struct walk walk = walk_from(document, ROOT_NODE); walk_next(&walk);) {
        node_id id = walk.id, parent = document->nodes[id].parent;
        bool leaf = document->nodes[id].type == NODE_CODE;
        if (walk.entering != leaf || document->nodes[id].text.length ||
            !goes_when_empty((enum node_type)document->nodes[id].type) || !is_empty(document, id) ||
            id == ROOT_NODE || (is_as_read(document, from, id) && is_empty(from, id)))
            continue;
        node_id before = document->nodes[id].previous;
        node_unlink(document, id);
        /* The walk goes on behind a node that is still there. */
        if (before) {
            walk.id = before;
        } else {
            walk.id = parent;
            walk.entering = true;
        }
    }
}

void document_drop_derived(struct document *document) {
    for (node_id id = 1; id < document->count; id++) {
        if (document->nodes[id].type != NODE_ATTRIBUTION) continue;
        node_set_field(document, id, FIELD_SPEAKER, (struct text){NULL, 0});
        node_set_field(document, id, FIELD_ROLE, (struct text){NULL, 0});
    }
}

/* The sibling that touches a node; texts without bytes between them go. */
static node_id touching(struct document *document, node_id id) {
    node_id next;
    while ((next = document->nodes[id].next) && is_empty_text(document, next))
        node_unlink(document, next);
    return next;
}

/* Two code spans cannot touch, nor can two struck texts: they are one. */
static void join_touching(struct document *document, const struct document *from, node_id id) {
    enum node_type type = (enum node_type)document->nodes[id].type;
    for (node_id next; (next = touching(document, id));) {
        const struct node *node = &document->nodes[id], *other = &document->nodes[next];
        if (other->type != type || node->fields || other->fields || node->detail != other->detail ||
            (is_as_read(document, from, id) && is_as_read(document, from, next)))
            return;
        node_unlink(document, next);
        for (node_id child; (child = document->nodes[next].first);) {
            node_unlink(document, child);
            node_append(document, id, child);
        }
        if (type != NODE_CODE) continue;
        struct buffer both = {0};
        buffer_append_text(&both, node_text(document, id));
        buffer_append_text(&both, node_text(document, next));
        document->nodes[id].text = strings_add(&document->strings, buffer_text(&both));
        buffer_free(&both);
    }
}

/* What Markdown makes of an image that has a paragraph for itself. */
static void make_figure(struct document *document, const struct document *from, node_id id) {
    node_id image = document->nodes[id].first;
    if (!image || document->nodes[image].type != NODE_IMAGE || document->nodes[image].next ||
        is_as_read(document, from, id))
        return;
    document->nodes[id].type = NODE_FIGURE;
    struct text title = node_field(document, image, FIELD_TITLE);
    if (!title.length) return;
    node_id caption = document_add(document, NODE_CAPTION),
            text = document_add(document, NODE_TEXT);
    document->nodes[text].text = strings_add(&document->strings, title);
    node_append(document, caption, text);
    node_append(document, id, caption);
    node_set_field(document, image, FIELD_TITLE, (struct text){NULL, 0});
}

/* All that follows ENDS is of the notes, to the file's end. */
static void end_with_notes(struct document *document) {
    node_id id = document->nodes[ROOT_NODE].first, next;
    while (id && document->nodes[id].type != NODE_NOTES) id = document->nodes[id].next;
    while (id && (next = document->nodes[id].next)) {
        node_unlink(document, next);
        node_append(document, id, next);
    }
}

void document_normalise(struct document *to, const struct document *wanted,
                        const struct document *from, uint64_t dialect) {
    static const struct document none = {0};
    if (!from) from = &none;
    *to = *wanted;
    to->capacity = wanted->count + 8;
    to->nodes = memory_allocate(to->capacity * sizeof *to->nodes);
    memcpy(to->nodes, wanted->nodes, wanted->count * sizeof *to->nodes);
    to->field_capacity = wanted->field_count + 8;
    to->fields = memory_allocate(to->field_capacity * sizeof *to->fields);
    memcpy(to->fields, wanted->fields, wanted->field_count * sizeof *to->fields);
    to->strings.pool_capacity = 0; /* borrowed */
    end_with_notes(to);
    /* From the inside out; what is put behind an emphasis is walked over. */
    for (node_id id = 1, end = to->count; id < end; id++)
        if (to->nodes[id].parent && is_struck_twice(to, from, id)) unwrap(to, id);
    for (struct walk walk = walk_from(to, ROOT_NODE); walk_next(&walk);)
        if (!walk.entering && is_mark((enum node_type)to->nodes[walk.id].type))
            put_blanks_outside(to, from, walk.id);
    for (struct walk walk = walk_from(to, ROOT_NODE); walk_next(&walk);) {
        node_id id = walk.id;
        if (!walk.entering) continue;
        if (to->nodes[id].type == NODE_HEADING) join_heading(to, id);
        enum node_type type = (enum node_type)to->nodes[id].type;
        if (type == NODE_TEXT && !is_as_read(to, from, id)) cut_text(to, id);
        if (type == NODE_SOFTBREAK || type == NODE_LINEBREAK) {
            trim_text(to, from, to->nodes[id].previous, false, true);
            trim_text(to, from, to->nodes[id].next, true, false);
        }
        if (block_holds_inlines(to, id)) trim_text(to, from, to->nodes[id].first, true, false);
        if (!to->nodes[id].next && block_holds_inlines(to, to->nodes[id].parent))
            trim_text(to, from, id, false, true);
    }
    drop_empty(to, from);
    drop_breaks(to, from);
    drop_empty(to, from); /* emphasis of nothing but a break */
    for (node_id id = 1, end = to->count; id < end; id++) {
        enum node_type type = (enum node_type)to->nodes[id].type;
        if ((type == NODE_CODE || type == NODE_STRIKETHROUGH) && to->nodes[id].parent)
            join_touching(to, from, id);
        if (dialect & DIALECT_FIGURES && type == NODE_PARAGRAPH) make_figure(to, from, id);
    }
    for (node_id id = 1, end = to->count; id < end; id++)
        if (to->nodes[id].type == NODE_TASK) space_task(to, from, id);
}
