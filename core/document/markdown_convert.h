/* markdown_convert.h: cmark's tree into the node table. For markdown*.c alone.
 *
 * One pass over the tree (markdown_convert.c) enters and leaves each node: a block's place comes
 * from its lines (markdown_blocks.c), an inline's from reading along (markdown_inlines.c).
 */
#ifndef GALLEY_MARKDOWN_CONVERT_H
#define GALLEY_MARKDOWN_CONVERT_H

#include "document/dialect_rewrite.h"
#include "document/document.h"
#include "document/markdown_align.h"

struct cmark_node;

/* Where the lines begin in the bytes that cmark reads. */
struct markdown_lines {
    uint32_t *starts; /* the last is the end of the bytes */
    uint32_t count, capacity;
};

/* One conversion of cmark's tree. */
struct conversion {
    struct markdown_lines *lines;
    struct buffer *scratch;
    struct document *document;
    struct rewrite *rewrite; /* NULL when cmark reads the body itself */
    const char *bytes;       /* what cmark read */
    uint32_t length;
    uint32_t base;   /* the offset of the body in the file */
    uint32_t quotes; /* how many block quotes are open */
    bool smart;
    bool raw; /* within an autolink: no escapes */
    uint32_t raw_start;
    uint32_t table_end; /* of the table whose cell was met last */
    struct align align; /* of the paragraph or heading at hand */
    uint32_t shortcodes, attributes, directives;
};

static inline struct text text_of_literal(const char *literal) {
    return (struct text){literal ? literal : "", literal ? strlen(literal) : 0};
}

/* All of the tree below `root`, into the document's own root. */
void conversion_run(struct conversion *conversion, struct cmark_node *root);
/* Of conversion->bytes; LF, CRLF and CR end lines, as cmark has it. */
void conversion_find_lines(struct conversion *conversion);
uint32_t conversion_line_start(const struct conversion *conversion, int line);
/* Without its line end. */
uint32_t conversion_line_end(const struct conversion *conversion, int line);
/* Bytes of what cmark read as bytes of the file. */
struct span conversion_place(const struct conversion *conversion, uint32_t start, uint32_t end);
/* The literal as a span of the source when it stands at `start`, else of the pool. */
void conversion_set_text(struct conversion *conversion, node_id id, uint32_t start,
                         struct text literal);
void conversion_add_field(struct conversion *conversion, node_id id, enum field_key key,
                          uint32_t start, struct text value);

void conversion_enter_block(struct conversion *conversion, node_id id, struct cmark_node *block);
void conversion_leave_block(struct conversion *conversion, node_id id);
void conversion_enter_inline(struct conversion *conversion, node_id id,
                             struct cmark_node *inline_node);
void conversion_leave_inline(struct conversion *conversion, node_id id,
                             struct cmark_node *inline_node);

#endif
