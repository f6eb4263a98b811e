/* Labels of footnotes: which there may be, and which there are. */
#include "document/writer_state.h"

#include <stdlib.h>
#include <strings.h>

bool writer_is_label(struct text label) {
    for (size_t i = 0; i < label.length; i++)
        if (memchr(" \t\n\r[]", label.bytes[i], 7)) return false;
    return label.length > 0 && label.length < 250 && utf8_valid_length(label) == label.length;
}

static int compare_labels(const void *a, const void *b) {
    const struct text *left = a, *right = b;
    size_t length = left->length < right->length ? left->length : right->length;
    int order = length ? strncasecmp(left->bytes, right->bytes, length) : 0;
    return order ? order : (left->length > right->length) - (left->length < right->length);
}

bool writer_label_is_defined(struct writer *writer, struct text label) {
    const struct document *document = writer->document;
    if (writer->root != ROOT_NODE) return true;
    if (!writer->knows_labels) {
        writer->knows_labels = true;
        for (struct walk walk = walk_from(document, ROOT_NODE); walk_next(&walk);) {
            if (!walk.entering ||
                document_node(document, walk.id)->type != NODE_FOOTNOTE_DEFINITION)
                continue;
            memory_reserve(&writer->labels, &writer->label_capacity, writer->label_count + 1);
            writer->labels[writer->label_count++] = node_field(document, walk.id, FIELD_LABEL);
        }
        if (writer->label_count)
            qsort(writer->labels, writer->label_count, sizeof *writer->labels, compare_labels);
    }
    return writer->label_count && bsearch(&label, writer->labels, writer->label_count,
                                          sizeof *writer->labels, compare_labels);
}
