/* content.h: what may stand in what: the rules that a change of the tree is held to.
 *
 * They say no more than that a writer can write the tree and a reader can read it back: inlines in
 * paragraphs, headings, cells and inlines; blocks in documents, quotes, items and the like; items
 * in lists, rows in tables, cells in rows. A figure takes both.
 */
#ifndef GALLEY_CONTENT_H
#define GALLEY_CONTENT_H

#include "document/document.h"

/* How deep a tree may become by a script's changes; the root has depth 1. */
enum { DOCUMENT_DEPTH = 200 };

/* What a plain string becomes as a child. */
enum content {
    CONTENT_NONE,
    CONTENT_BLOCKS,
    CONTENT_INLINES,
    CONTENT_ITEMS,
    CONTENT_CELLS,
    CONTENT_OTHER
};

enum content content_of(const struct document *document, node_id parent);
/* Whether a node like `child` of `from` may be a child of `parent`. */
bool content_allows(const struct document *document, node_id parent, const struct document *from,
                    node_id child);
/* The type as a message says it: "a heading", "an emph". */
const char *node_type_phrase(enum node_type type);
/* How many nodes there are on the way up to the root of its tree, itself counted. */
uint32_t node_depth(const struct document *document, node_id id);
/* How many nodes the longest way down has, itself counted. */
uint32_t node_height(const struct document *document, node_id id);

#endif
