/* Marks of strikethrough, superscript and subscript are what their neighbours in the tree make of
 * them: the rules of dialect_strikethrough.c, asked about the tree before it is written. There is
 * no other way to write such a mark, so that one that would not be seen is a problem of its node.
 *
 * Marks pair among the children of one node as the reader has it then. Spans are made later, and
 * the marks' own nodes are what comes of it: both are looked through. Any other inline has marks of
 * its own.
 */
#include "document/dialect_scan.h"
#include "document/writer_state.h"

enum { KINDS = 3 };

static int kind_of(const struct writer *writer, const struct node *node) {
    if (node->type == NODE_SUPERSCRIPT) return 2;
    if (node->type == NODE_SUBSCRIPT) return 0;
    return node->detail == 1 && !writer_has(writer, DIALECT_SUBSCRIPT) ? 0 : 1;
}

static bool is_marked(enum node_type type) {
    return type == NODE_STRIKETHROUGH || type == NODE_SUPERSCRIPT || type == NODE_SUBSCRIPT;
}

static bool is_empty_text(const struct document *document, node_id id) {
    return id && document_node(document, id)->type == NODE_TEXT &&
           !document_node(document, id)->text.length;
}

/* Of the end of a node that faces the mark. */
static enum character_class class_of(const struct writer *writer, node_id id, bool its_end) {
    const struct document *document = writer->document;
    enum node_type type = (enum node_type)document_node(document, id)->type;
    struct text text;
    if (type == NODE_LINK && writer_is_bare(writer, id, node_field(document, id, FIELD_URL), &text))
        type = NODE_TEXT, id = document_node(document, id)->first;
    if (type == NODE_SOFTBREAK || type == NODE_LINEBREAK) return CLASS_SPACE;
    if (type != NODE_TEXT) return CLASS_PUNCTUATION;
    text = node_text(document, id);
    size_t used, at = its_end ? text.length - 1 : 0;
    while (at && its_end && (text.bytes[at] & 0xC0) == 0x80) at--;
    return strikethrough_class(utf8_decode(text.bytes + at, text.length - at, &used));
}

/* Outside of a marked node: its sibling, or its parent's border. */
static enum character_class outer_class(const struct writer *writer, node_id id, bool before) {
    const struct document *document = writer->document;
    node_id at = id;
    do at = before ? document_node(document, at)->previous : document_node(document, at)->next;
    while (is_empty_text(document, at));
    if (at) return class_of(writer, at, before);
    node_id parent = document_node(document, id)->parent;
    return node_type_is_block((enum node_type)document_node(document, parent)->type)
               ? CLASS_SPACE
               : CLASS_PUNCTUATION;
}

/* Its first or last child; true through *nothing when all are empty. */
static enum character_class inner_class(const struct writer *writer, node_id id, bool first,
                                        bool *nothing) {
    const struct document *document = writer->document;
    node_id at = first ? document_node(document, id)->first : document_node(document, id)->last;
    while (is_empty_text(document, at))
        at = first ? document_node(document, at)->next : document_node(document, at)->previous;
    *nothing = !at;
    return at ? class_of(writer, at, !first) : CLASS_PUNCTUATION;
}

/* Super- and subscripts hold no space. */
static bool has_space(const struct document *document, node_id id) {
    for (node_id at = document_node(document, id)->first; at;
         at = document_node(document, at)->next) {
        enum node_type type = (enum node_type)document_node(document, at)->type;
        struct text text = node_text(document, at);
        if (type == NODE_SOFTBREAK || type == NODE_LINEBREAK ||
            (type == NODE_TEXT && text.length && memchr(text.bytes, ' ', text.length)))
            return true;
    }
    return false;
}

/* How many marks of a kind are open among the siblings at hand. */
struct level {
    uint32_t open[KINDS];
};

static bool fits(struct writer *writer, node_id id, struct level *level, bool entering) {
    const struct node *node = document_node(writer->document, id);
    bool nothing, attributes = writer_has_attributes(writer, id);
    enum character_class inner = inner_class(writer, id, entering, &nothing);
    enum character_class outer =
        !entering && attributes ? CLASS_PUNCTUATION : outer_class(writer, id, entering);
    /* Opening, `inner` is behind the mark; closing, it is before the mark. */
    bool able = inner != CLASS_SPACE && (inner != CLASS_PUNCTUATION || outer != CLASS_OTHER);
    bool other = outer != CLASS_SPACE && (outer != CLASS_PUNCTUATION || inner != CLASS_OTHER);
    uint32_t *open = &level->open[kind_of(writer, node)];
    if (nothing) return writer_fail(writer, id, "a mark around nothing; remove it");
    if (!able || (entering && other && *open))
        return writer_fail(writer, id,
                           "a mark that would not be seen here; put a space or a word between it "
                           "and its neighbours");
    if (node->type != NODE_STRIKETHROUGH && has_space(writer->document, id))
        return writer_fail(writer, id, "superscripts and subscripts hold no space; remove it");
    *open += entering ? 1u : (uint32_t)-1;
    return true;
}

bool writer_tildes(struct writer *writer, node_id block) {
    struct level *levels = NULL;
    uint32_t depth = 0, capacity = 0;
    bool fine = true;
    memory_reserve(&levels, &capacity, 1);
    levels[depth++] = (struct level){{0}};
    for (struct walk walk = walk_from(writer->document, block); fine && walk_next(&walk);) {
        enum node_type type = (enum node_type)document_node(writer->document, walk.id)->type;
        if (walk.id == block || type == NODE_SPAN || !node_type_is_container(type)) continue;
        if (type == NODE_DIRECTIVE) {
            walk_over(&walk);
        } else if (is_marked(type)) {
            fine = fits(writer, walk.id, &levels[depth - 1], walk.entering);
        } else if (walk.entering) {
            memory_reserve(&levels, &capacity, depth + 1);
            levels[depth++] = (struct level){{0}};
        } else {
            depth--;
        }
    }
    memory_free(levels);
    return fine;
}
