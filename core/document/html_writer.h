/* html_writer.h: what html.c and html_dialect.c share: the writer's state and its small steps. */
#ifndef GALLEY_HTML_WRITER_H
#define GALLEY_HTML_WRITER_H

#include "document/html.h"

struct html_writer {
    const struct document *document;
    const struct html_options *options;
    struct buffer *out;
    size_t start;  /* where this call's output begins in `out` */
    node_id image; /* within an image's alt text: the image */
};

/* A line end, unless the output is at the start of a line. */
void html_fresh_line(struct html_writer *writer);
/* id, class and the other attributes of a node, each preceded by a space. */
void html_attributes(struct html_writer *writer, node_id id);
/* Another generator's shortcode, byte for byte. In safe mode, one that a browser would take for a
 * tag, or that could add an attribute to the one it stands in, is escaped instead. */
void html_opaque(struct html_writer *writer, struct text text, bool in_attribute);
/* A node with its descendants. */
void html_nodes(struct html_writer *writer, node_id id);

/* The dialect's node types; `skip`: the children are not to be written. */
void html_dialect_node(struct html_writer *writer, node_id id, bool entering, bool *skip);
/* What stands at the end of the document: the footnotes. */
void html_dialect_end(struct html_writer *writer, node_id id);

#endif
