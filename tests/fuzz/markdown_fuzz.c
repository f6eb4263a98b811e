/* Any bytes as Markdown, with the whole dialect and with none, to HTML: every node's place lies in
 * the source, and an exact one begins and ends as the node is written (places.h). */
#include "document/dialect.h"
#include "document/html.h"
#include "document/markdown.h"
#include "places.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_places(const struct document *document) {
    for (struct walk walk = walk_from(document, ROOT_NODE); walk_next(&walk);) {
        const char *problem = walk.entering ? place_problem(document, walk.id) : NULL;
        if (!problem) continue;
        const struct node *node = document_node(document, walk.id);
        fprintf(stderr, "ERROR: %s at %u: %s\n", node_type_name((enum node_type)node->type),
                node->place.offset, problem);
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
