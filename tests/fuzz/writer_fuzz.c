/* Parse, write, parse. The first byte chooses: the rest is Markdown, or the choices of a tree that
 * a script might build. What the writer accepts must be read back as the same tree, and it must
 * accept every tree that came from Markdown or name a node. */
#include "document/dialect.h"
#include "document/equal.h"
#include "document/markdown.h"
#include "document/writer.h"

#include "random_tree.h"

#include <stdio.h>
#include <stdlib.h>

static void fail(const char *what, const struct buffer *written) {
    fprintf(stderr, "ERROR: %s\n%.*s\n", what, (int)written->length, written->bytes);
    abort();
}

static struct markdown *markdown;

static bool parse(struct document *document, struct text source, uint64_t dialect) {
    struct diagnostics diagnostics = {0};
    document_open(document, source, 0);
    bool fine = markdown_parse(markdown, TEXT("fuzz.md"), dialect, document, &diagnostics);
    diagnostics_free(&diagnostics);
    return fine;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct document first, second;
    struct buffer written = {0};
    struct writer_problem problem;
    struct writer_options options = {0};
    struct limits limits = limits_default();
    if (!markdown) markdown = markdown_open(&limits);
    if (!size || size > 100000) return 0;
    if (data[0] & 1) options.dialect = DIALECT_DEFAULT;
    struct text rest = {(const char *)data + 1, size - 1};
    if (data[0] & 2) {
        document_open(&first, TEXT(""), 0);
        random_tree(&first, data + 1, size - 1, options.dialect, data[0] & 4);
    } else if (!parse(&first, rest, options.dialect)) {
        document_free(&first);
        return 0;
    }
    bool fine = options.dialect
                    ? markdown_write_verified(markdown, &first, &options, &written, &problem)
                    : markdown_write(&first, ROOT_NODE, &options, &written, &problem);
    if (!fine && (!problem.node || problem.node >= first.count || !problem.message))
        fail("a problem without a node", &written);
    if (fine) {
        struct text source = written.length ? buffer_text(&written) : TEXT("");
        /* The parser's bounds count more than there is. */
        if (parse(&second, source, options.dialect) &&
            document_difference(&first, ROOT_NODE, &second, ROOT_NODE))
            fail("it is read as another tree", &written);
        document_free(&second);
    }
    document_free(&first);
    buffer_free(&written);
    return 0;
}
