/* dialect_parts.h: the passes over the node table, one file a part of the dialect.
 *
 * A pass runs when its part is switched on and something in the document may concern it. Passes
 * visit nodes by number where order does not matter, and are linear in the nodes and their text.
 */
#ifndef GALLEY_DIALECT_PARTS_H
#define GALLEY_DIALECT_PARTS_H

#include "base/diagnostic.h"
#include "document/dialect.h"
#include "document/dialect_rewrite.h"
#include "document/dialect_scan.h"
#include "document/document.h"

struct dialect_pass {
    struct document *document;
    uint64_t dialect;
    struct scan_signs signs;
    struct rewrite *rewrite; /* NULL when cmark read the source itself */
    struct dialect_warner *warner;
    struct arena *arena;                         /* for what a pass needs while it runs */
    uint32_t shortcodes, attributes, directives; /* how many nodes there are */
};

/* Runs all that are wanted, in the order that they need. */
void dialect_passes(struct dialect_pass *pass);

/* dialect_warn_at, at a node's place. */
#define dialect_warn(pass, id, ...)                                                                \
    dialect_warn_at((pass)->warner, document_node((pass)->document, (id))->place.offset,           \
                    __VA_ARGS__)

/* Reads along a text node's text and the source it came from, forwards only. */
struct dialect_reader {
    const struct document *document;
    const char *literal, *literal_start, *literal_end;
    const char *source, *source_end; /* NULL where the place is not exact */
    bool same;                       /* the text is the source, byte for byte */
};
struct dialect_reader dialect_read(const struct document *document, node_id text);
/* Moves on to this offset of the text. Gives the character's own offset in the file, 0 when not
 * known. *escaped: it was written as an escape or an entity, so that it means nothing. */
uint32_t dialect_reader_seek(struct dialect_reader *reader, size_t offset, bool *escaped);

/* Splits a text node so that `from` to `to` of its text are a node of their own, and returns it.
 * What is before keeps the node's number; what is behind is the returned node's next. An empty
 * text before stays as an empty text node; none is made behind. */
node_id dialect_split(struct document *document, node_id text, size_t from, size_t to);

/* Joins a text node with a text node before it where both are neighbours in the same bytes.
 * Returns the node that stays. */
node_id dialect_join(struct document *document, node_id text);

/* A link whose text is its URL: <http://a.b> or a bare one. */
static inline bool dialect_is_url(const struct document *document, node_id id) {
    const struct node *node = document_node(document, id);
    return node->type == NODE_LINK && (node->mark == '<' || node->mark == ':');
}

/* Adds what stands in "{#id .class key=value}" to a node. `braces` is with the braces. */
void attributes_apply(struct document *document, node_id id, struct text braces);
bool attributes_have_room(const struct document *document, node_id id);
/* A list that stood for something else and lost items to it: removed where nothing is left, else it
 * begins with its first item. */
void dialect_leave_list(struct document *document, node_id list);
/* Turns a node into a paragraph of its own source bytes as text. */
void dialect_as_text(struct document *document, node_id id);

void tables_pass(struct dialect_pass *pass);
void footnote_definitions_pass(struct dialect_pass *pass);
void footnotes_pass(struct dialect_pass *pass);
void definitions_pass(struct dialect_pass *pass);
void directives_pass(struct dialect_pass *pass);
void attributes_pass(struct dialect_pass *pass);
void shortcodes_pass(struct dialect_pass *pass);
void tasks_pass(struct dialect_pass *pass);
void autolinks_pass(struct dialect_pass *pass);
void strikethrough_pass(struct dialect_pass *pass);
void figures_pass(struct dialect_pass *pass);
void quotations_pass(struct dialect_pass *pass);
void more_pass(struct dialect_pass *pass);
void heading_ids_pass(struct dialect_pass *pass);

#endif
