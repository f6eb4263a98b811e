/* document.h: the tree of a body as one flat table of nodes.
 *
 * Nodes are numbered from 1; 0 means "none", so that a zeroed link is no link. Node 1 is the
 * document itself. Every text is a span in `strings`: of the source file where the source says it
 * literally, else of the pool. A frozen document is the same three arrays lying in a block of
 * bytes: freezing is copying, and reading a frozen document needs no loading step.
 *
 * A node keeps the bytes of the source it came from in `place` (offsets in the whole file, front
 * matter included); length 0 with offset 0 for a node that a script made. NODE_PLACE_EXACT says
 * that the bytes were compared and are right to the byte; without it the place is the parser's
 * word: right about the block's first line, perhaps not about more.
 *
 * What a type carries beside its children, in `text`, `detail`, `flags`, `mark` and fields:
 *
 * - text, code, html_block, html_inline, code_block, shortcode: `text`, the literal.
 * - heading: detail is the level, 1 to 6; mark '#', or '=' and '-' for an underlined one.
 * - list: detail is an ordered list's first number; NODE_TIGHT, NODE_ORDERED, NODE_PARENTHESIS;
 *   mark is the bullet.
 * - emph, strong: mark '*' or '_'. thematic_break: its mark.
 * - task: NODE_CHECKED.
 * - table_row: NODE_HEADER on the first. table_cell: detail is an enum alignment.
 * - code_block: field info; NODE_FENCED; mark is the fence's character; field fence only where the
 *   fence is not of three characters.
 * - link, image: fields url, title. An image's alt text is its children. A link's mark is '[', '<',
 *   or ':' for a bare URL.
 * - strikethrough: detail is 1 for one tilde.
 * - footnote_reference, footnote_definition: field label, as written; detail is the number in the
 *   order of first references, 0 for a definition that nothing refers to.
 * - directive: fields name, label; detail is an enum directive_form.
 * - attribution, the last child of a block_quote: fields speaker, role; its children are the line
 *   as written.
 * - shortcode: `text` is all of it with its delimiters; detail is 1 when it is alone on its lines.
 * - any: fields id, class, and named attributes.
 *
 * `mark` is 0 where there is none or a script made the node; a writer then takes the usual one.
 *
 * Ownership: a document that owns its arrays (capacity > 0) frees them in document_free. One that
 * borrows them (capacity 0: frozen) takes its own copy before anything is added to it; its nodes
 * must not be changed in place.
 * Errors: functions here take valid node numbers and check nothing but with assert; the bindings
 * check.
 */
#ifndef GALLEY_DOCUMENT_H
#define GALLEY_DOCUMENT_H

#include "base/strings.h"

typedef uint32_t node_id;
enum { NO_NODE = 0, ROOT_NODE = 1 };

enum node_type {
    NODE_NONE,
    /* blocks */
    NODE_DOCUMENT,
    NODE_BLOCK_QUOTE,
    NODE_LIST,
    NODE_ITEM,
    NODE_CODE_BLOCK,
    NODE_HTML_BLOCK,
    NODE_PARAGRAPH,
    NODE_HEADING,
    NODE_THEMATIC_BREAK,
    NODE_TABLE,
    NODE_TABLE_ROW,
    NODE_TABLE_CELL,
    NODE_FOOTNOTE_DEFINITION,
    NODE_FIGURE,
    NODE_CAPTION,
    NODE_ATTRIBUTION,
    NODE_DIRECTIVE, /* block, leaf or inline, by detail */
    NODE_DEFINITION_LIST,
    NODE_DEFINITION_TERM,
    NODE_DEFINITION,
    NODE_NOTES, /* all that follows ENDS */
    /* inlines */
    NODE_TEXT,
    NODE_SOFTBREAK,
    NODE_LINEBREAK,
    NODE_CODE,
    NODE_HTML_INLINE,
    NODE_EMPH,
    NODE_STRONG,
    NODE_LINK,
    NODE_IMAGE,
    NODE_STRIKETHROUGH,
    NODE_SUPERSCRIPT,
    NODE_SUBSCRIPT,
    NODE_FOOTNOTE_REFERENCE,
    NODE_TASK, /* reserved: the checkbox of an item, first child of its first paragraph */
    NODE_SPAN,
    NODE_SHORTCODE, /* block or inline, by detail */
    NODE_MORE,      /* the excerpt's end */
    NODE_TYPE_COUNT
};

enum node_flags {
    NODE_PLACE_EXACT = 1,
    NODE_TIGHT = 2,       /* list */
    NODE_ORDERED = 4,     /* list */
    NODE_PARENTHESIS = 8, /* ordered list: "1)" rather than "1." */
    NODE_CHECKED = 16,    /* task */
    NODE_HEADER = 32,     /* table_row */
    NODE_FENCED = 64,     /* code_block */
    NODE_QUOTATION = 128, /* block_quote: its last child is an attribution */
};

/* A directive of lines with content between them, of one line, in a line. */
enum directive_form { DIRECTIVE_BLOCK, DIRECTIVE_LEAF, DIRECTIVE_INLINE };

/* Of html_block and html_inline: what the source says, or what a plugin made, which is trusted. */
enum html_origin { HTML_OF_SOURCE, HTML_OF_PLUGIN };

enum alignment { ALIGN_NONE, ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT };

enum field_key {
    FIELD_NONE,
    FIELD_URL,
    FIELD_TITLE,
    FIELD_INFO,
    FIELD_HTML,  /* code_block: what a plugin shows in HTML instead of the text; trusted */
    FIELD_FENCE, /* a code block's opening fence as the author wrote it */
    FIELD_ID,
    FIELD_CLASS, /* classes joined by one space */
    FIELD_NAME,  /* directive, shortcode */
    FIELD_LABEL, /* directive, footnotes */
    FIELD_SPEAKER,
    FIELD_ROLE,
    FIELD_REFERENCES, /* footnote_definition: how many references there are to it */
    FIELD_BACK,       /* footnote_definition: what its links back are called in HTML */
    FIELD_ATTRIBUTE,  /* any other: its name is in `name` */
    FIELD_KEY_COUNT
};

enum field_flags {
    FIELD_RESOLVED = 1,  /* url: an internal link, its value is a site path */
    FIELD_GENERATED = 2, /* id: made from the heading's text, not written by the author */
    FIELD_OPAQUE = 4,    /* url, title: has shortcodes in it, which are written as they are */
};

struct field {
    uint16_t key;   /* enum field_key */
    uint16_t flags; /* enum field_flags */
    uint32_t next;  /* the node's next field; 0 at the end */
    struct span name;
    struct span value;
};

struct node {
    uint8_t type;
    uint8_t mark; /* the character the author wrote it with, see above */
    uint16_t flags;
    uint32_t detail;
    node_id parent, previous, next, first, last;
    uint32_t fields; /* the first in document.fields; 0 for none */
    struct span place;
    struct span text;
};

struct document {
    struct node *nodes; /* nodes[0] is unused */
    uint32_t count, capacity;
    struct field *fields; /* fields[0] is unused */
    uint32_t field_count, field_capacity;
    struct strings strings;
    uint32_t body;    /* where the body begins in the source */
    uint32_t changes; /* counted by those who change the tree for a script */
};

/* Empty, with its root; `source` is the whole file and must outlive the document. */
void document_open(struct document *document, struct text source, uint32_t body);
/* Keeps the memory for the next article. */
void document_reuse(struct document *document, struct text source, uint32_t body);
void document_free(struct document *document);

static inline struct node *document_node(const struct document *document, node_id id) {
    return &document->nodes[id];
}
static inline struct text node_text(const struct document *document, node_id id) {
    return strings_text(&document->strings, document->nodes[id].text);
}

/* A node without a parent. Pointers to nodes are stale after this. */
node_id document_add(struct document *document, enum node_type type);
void node_append(struct document *document, node_id parent, node_id child);
void node_insert_before(struct document *document, node_id sibling, node_id node);
void node_insert_after(struct document *document, node_id sibling, node_id node);
/* Out of its parent; it keeps its children and may be inserted again. */
void node_unlink(struct document *document, node_id id);
bool node_is_within(const struct document *document, node_id id, node_id ancestor);
/* A deep copy of `id` of `from` as a parentless node of `to` (which may be the same document).
 * Places are kept when both documents have the same source, else there are none. Iterative. */
node_id document_copy(struct document *to, const struct document *from, node_id id);

void node_set_text(struct document *document, node_id id, struct text text);
/* The name of a directive that was given none, as in ::: {.columns}: its first class, else "div".
 */
struct text directive_default_name(const struct document *document, node_id id);
/* {NULL, 0} when the node has no such field; an empty value has bytes != NULL. */
struct text node_field(const struct document *document, node_id id, enum field_key key);
struct text node_attribute(const struct document *document, node_id id, struct text name);
/* The field's number in document.fields; 0 when there is none. */
uint32_t node_find_field(const struct document *document, node_id id, enum field_key key);
/* Adds a field without looking for one of the same key; the spans lie in document.strings. */
uint32_t node_add_field(struct document *document, node_id id, enum field_key key, struct span name,
                        struct span value);
/* value.bytes == NULL removes. */
void node_set_field(struct document *document, node_id id, enum field_key key, struct text value);
void node_set_attribute(struct document *document, node_id id, struct text name, struct text value);

/* Walks without recursion: each node is entered, and containers (by type, with children or not) are
 * left too. The node at hand's children may change while it is entered, and it may be replaced or
 * removed by whoever takes care to set `id` to a node that is still in the tree.
 *     for (struct walk walk = walk_from(document, root); walk_next(&walk);) if (walk.entering) ...
 */
struct walk {
    const struct document *document;
    node_id root, id; /* id: the node at hand */
    bool entering;
    uint8_t step; /* what walk_skip and walk_over asked for */
};
struct walk walk_from(const struct document *document, node_id root);
bool walk_next(struct walk *walk);
/* Called while entering a container: its children are passed over, it is left next. */
void walk_skip(struct walk *walk);
/* Called while entering: the node's children are passed over and it is not left. */
void walk_over(struct walk *walk);

bool node_type_is_block(enum node_type type);
/* True for types that may have children at all. */
bool node_type_is_container(enum node_type type);
const char *node_type_name(enum node_type type);
/* NODE_NONE for an unknown name. */
enum node_type node_type_of(struct text name);
const char *field_key_name(enum field_key key);

/* Text content of a subtree: literals and code as they are, one space for a soft break, "\n" for a
 * line break and between blocks; html and shortcodes give nothing. */
void document_plain(const struct document *document, node_id id, struct buffer *out);
/* The same, without the texts that stand in for images. */
void document_plain_without_images(const struct document *document, node_id id, struct buffer *out);

#endif
