/* Any bytes as Markdown, with the whole dialect and with none, to HTML: every node's place lies in
 * the source, and an exact one within its parent's. */
#include "document/dialect.h"
#include "document/html.h"
#include "document/markdown.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_places(const struct document *document) {
    size_t length = document->strings.source.length;
    for (struct walk walk = walk_from(document, ROOT_NODE); walk_next(&walk);) {
        const struct node *node = document_node(document, walk.id);
        const struct node *parent = document_node(document, node->parent);
        uint64_t end = (uint64_t)node->place.offset + node->place.length;
        if (end > length) abort();
        if (!node->place.length || !(node->flags & parent->flags & NODE_PLACE_EXACT)) continue;
        if (node_type_is_block((enum node_type)node->type) || !parent->place.length) continue;
        if (node->place.offset < parent->place.offset ||
            end > (uint64_t)parent->place.offset + parent->place.length)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct markdown *markdown;
    struct limits limits = limits_default();
    if (!markdown) markdown = markdown_open(&limits);
    static const uint64_t dialects[] = {DIALECT_ALL, DIALECT_NONE};
    for (int i = 0; i < 2; i++) {
        struct document document;
        struct diagnostics diagnostics = {0};
        struct buffer out = {0};
        document_open(&document, (struct text){(const char *)data, size}, 0);
        if (markdown_parse(markdown, TEXT("fuzz.md"), dialects[i], &document, &diagnostics)) {
            check_places(&document);
            html_write(&document, ROOT_NODE, &(struct html_options){.unsafe = true}, &out);
            out.length = 0;
            html_write(&document, ROOT_NODE, &(struct html_options){.unsafe = false}, &out);
        }
        buffer_free(&out);
        diagnostics_free(&diagnostics);
        document_free(&document);
    }
    return 0;
}
