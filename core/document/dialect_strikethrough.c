#include "base/unicode.h"
#include "document/dialect_parts.h"

/* "~~gone~~" and "~gone~" as in GitHub Flavored Markdown, and pandoc's "^up^" and "~down~" where
 * they are switched on: delimiter runs that open and close by CommonMark's flanking rules, matched
 * among the children of one node. */

static bool is_alphanumeric(char c) {
    return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9');
}

enum character_class strikethrough_class(uint32_t code) {
    if (code == ' ' || code == '\n' || code == '\t' || code == 0xA0 || code == 0x1680 ||
        code == 0x202F || code == 0x205F || (code >= 0x2000 && code <= 0x200A) || code == 0x3000)
        return CLASS_SPACE;
    bool punctuation = code < 0x80 ? code > ' ' && code < 0x7F && !is_alphanumeric((char)code)
                                   : unicode_is_punctuation(code);
    return punctuation ? CLASS_PUNCTUATION : CLASS_OTHER;
}

/* What stands beyond a text's border: a neighbour, or the parent's own mark. */
static enum character_class class_of_neighbour(const struct document *document, node_id neighbour,
                                               node_id parent, bool before) {
    if (!neighbour)
        return node_type_is_block((enum node_type)document_node(document, parent)->type)
                   ? CLASS_SPACE
                   : CLASS_PUNCTUATION;
    const struct node *node = document_node(document, neighbour);
    if (node->type == NODE_LINK && node->mark == ':') neighbour = before ? node->last : node->first;
    switch ((enum node_type)document_node(document, neighbour)->type) {
    case NODE_SOFTBREAK:
    case NODE_LINEBREAK: return CLASS_SPACE;
    case NODE_TEXT: {
        struct text text = node_text(document, neighbour);
        size_t used, at = before ? text.length : 0;
        if (!text.length) return CLASS_PUNCTUATION;
        if (before) {
            do at--;
            while (at && (text.bytes[at] & 0xC0) == 0x80);
        }
        return strikethrough_class(utf8_decode(text.bytes + at, text.length - at, &used));
    }
    default: return CLASS_PUNCTUATION;
    }
}

struct delimiter {
    node_id node;
    uint8_t kind; /* 0 "~", 1 "~~", 2 "^" */
};

struct matcher {
    struct dialect_pass *pass;
    struct delimiter *stack;
    uint32_t depth, capacity;
    uint32_t open[3]; /* how many of a kind are on the stack */
};

static enum node_type type_for(const struct matcher *matcher, uint8_t kind) {
    if (kind == 2) return NODE_SUPERSCRIPT;
    return kind == 0 && matcher->pass->dialect & DIALECT_SUBSCRIPT ? NODE_SUBSCRIPT
                                                                   : NODE_STRIKETHROUGH;
}

/* What is between the two becomes the children of a new node in the opener's place. */
static void wrap(struct matcher *matcher, node_id opener, node_id closer, uint8_t kind) {
    struct document *document = matcher->pass->document;
    node_id id = document_add(document, type_for(matcher, kind));
    node_insert_before(document, opener, id);
    for (node_id at = document_node(document, opener)->next; at != closer;) {
        node_id next = document_node(document, at)->next;
        node_unlink(document, at);
        node_append(document, id, at);
        at = next;
    }
    const struct node *first = document_node(document, opener);
    const struct node *last = document_node(document, closer);
    struct node *node = document_node(document, id);
    node->mark = kind == 2 ? '^' : '~';
    if (kind == 0 && node->type == NODE_STRIKETHROUGH) node->detail = 1;
    node->place = first->place;
    if (first->flags & last->flags & NODE_PLACE_EXACT) {
        node->flags = NODE_PLACE_EXACT;
        node->place.length = last->place.offset + last->place.length - first->place.offset;
    }
    node_unlink(document, opener);
    node_unlink(document, closer);
}

/* Super- and subscripts hold no space: "x^2 and y^2" is none. */
static bool has_space(const struct document *document, node_id from, node_id to) {
    for (node_id at = from; at != to; at = document_node(document, at)->next) {
        enum node_type type = (enum node_type)document_node(document, at)->type;
        struct text text = node_text(document, at);
        if (type == NODE_SOFTBREAK || type == NODE_LINEBREAK ||
            (type == NODE_TEXT && memchr(text.bytes, ' ', text.length)))
            return true;
    }
    return false;
}

static void run(struct matcher *matcher, node_id id, uint8_t kind) {
    struct document *document = matcher->pass->document;
    const struct node *node = document_node(document, id);
    enum character_class before = class_of_neighbour(document, node->previous, node->parent, true);
    enum character_class after = class_of_neighbour(document, node->next, node->parent, false);
    bool opens = after != CLASS_SPACE && (after != CLASS_PUNCTUATION || before != CLASS_OTHER);
    bool closes = before != CLASS_SPACE && (before != CLASS_PUNCTUATION || after != CLASS_OTHER);
    if (closes && matcher->open[kind]) {
        for (;;) {
            struct delimiter top = matcher->stack[--matcher->depth];
            matcher->open[top.kind]--;
            if (top.kind != kind) continue;
            node_id first = document_node(document, top.node)->next;
            if (first == id) break; /* nothing between the two */
            if (type_for(matcher, kind) != NODE_STRIKETHROUGH && has_space(document, first, id))
                break;
            wrap(matcher, top.node, id, kind);
            return;
        }
    }
    if (!opens) return;
    memory_reserve(&matcher->stack, &matcher->capacity, matcher->depth + 1);
    matcher->stack[matcher->depth++] = (struct delimiter){id, kind};
    matcher->open[kind]++;
}

/* The kind of a run of `length` times `byte`, and whether it is one. */
static bool run_kind(const struct matcher *matcher, char byte, size_t length, uint8_t *kind) {
    uint64_t dialect = matcher->pass->dialect;
    *kind = byte == '^' ? 2 : length == 2;
    if (byte == '^') return length == 1 && dialect & DIALECT_SUPERSCRIPT;
    if (length == 1) return (dialect & (DIALECT_STRIKETHROUGH | DIALECT_SUBSCRIPT)) != 0;
    return length == 2 && dialect & DIALECT_STRIKETHROUGH;
}

/* The next "~" or "^" in a text from offset `at`; its length when there is none. */
static size_t find_mark(struct text text, size_t at) {
    while (at < text.length && text.bytes[at] != '~' && text.bytes[at] != '^') at++;
    return at;
}

/* The next run in a text from offset `at`; false when there is none. What was written as an escape
 * or an entity belongs to no run. */
static bool find_run(const struct matcher *matcher, struct text text, struct dialect_reader *reader,
                     size_t *at, size_t *end, uint8_t *kind) {
    for (size_t i = find_mark(text, *at); i < text.length; i = find_mark(text, i)) {
        char c = text.bytes[i];
        size_t start = i;
        bool escaped;
        for (; i < text.length && text.bytes[i] == c; i++) {
            dialect_reader_seek(reader, i, &escaped);
            if (escaped) break;
        }
        if (i > start && run_kind(matcher, c, i - start, kind)) {
            *at = start;
            *end = i;
            return true;
        }
        if (i == start) i++;
    }
    return false;
}

/* Splits off all runs of a text node; returns the last node that came of it. */
static node_id split_runs(struct matcher *matcher, node_id id) {
    struct document *document = matcher->pass->document;
    size_t from = 0, to;
    uint8_t kind;
    struct dialect_reader reader = dialect_read(document, id);
    while (find_run(matcher, node_text(document, id), &reader, &from, &to, &kind)) {
        node_id middle = dialect_split(document, id, from, to);
        document_node(document, middle)->detail = kind + 1u; /* a mark for the second round */
        if (!document_node(document, id)->text.length) node_unlink(document, id);
        node_id next = document_node(document, middle)->next;
        if (!next || document_node(document, next)->type != NODE_TEXT ||
            document_node(document, next)->detail)
            return middle;
        id = next;
        from = 0;
        reader = dialect_read(document, id);
    }
    return id;
}

static bool has_mark(const struct document *document, node_id parent) {
    for (node_id id = document_node(document, parent)->first; id;
         id = document_node(document, id)->next)
        if (document_node(document, id)->type == NODE_TEXT) {
            struct text text = node_text(document, id);
            if (find_mark(text, 0) < text.length) return true;
        }
    return false;
}

void strikethrough_pass(struct dialect_pass *pass) {
    struct document *document = pass->document;
    struct matcher matcher = {.pass = pass};
    uint32_t count = document->count;
    for (node_id parent = 1; parent < count; parent++) {
        if (!has_mark(document, parent) || dialect_is_url(document, parent)) continue;
        for (node_id child = document_node(document, parent)->first; child;
             child = document_node(document, child)->next)
            if (document_node(document, child)->type == NODE_TEXT)
                child = split_runs(&matcher, child);
        matcher.depth = matcher.open[0] = matcher.open[1] = matcher.open[2] = 0;
        for (node_id child = document_node(document, parent)->first, next; child; child = next) {
            next = document_node(document, child)->next;
            uint32_t mark = document_node(document, child)->detail;
            if (document_node(document, child)->type != NODE_TEXT || !mark) continue;
            document_node(document, child)->detail = 0;
            run(&matcher, child, (uint8_t)(mark - 1));
        }
    }
    for (node_id id = 1; id < document->count; id++)
        if (document_node(document, id)->type == NODE_TEXT && document_node(document, id)->parent)
            dialect_join(document, id);
    memory_free(matcher.stack);
}
