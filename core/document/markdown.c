#include "document/markdown.h"

#include "document/dialect_parts.h"
#include "document/markdown_bounds.h"
#include "document/markdown_convert.h"

#define CMARK_NO_SHORT_NAMES /* they would be ours */
#include <cmark.h>

struct markdown {
    struct limits limits;
    struct arena arena; /* all that cmark allocates for one article */
    struct markdown_lines lines;
    struct rewrite rewrite;
    struct buffer scratch;
};

/* cmark's allocator functions get no context: the arena of the parse at hand. */
static struct arena *allocating;

/* realloc must know the old size, so each block is preceded by it; 16 bytes keep the alignment. */
enum { BLOCK_HEADER = 16 };

static void *allocator_zeroed(size_t count, size_t size) {
    if (size && count > SIZE_MAX / 2 / size) memory_exhausted(count);
    size *= count;
    char *block = arena_allocate_zeroed(allocating, size + BLOCK_HEADER);
    memcpy(block, &size, sizeof size);
    return block + BLOCK_HEADER;
}

static void *allocator_resize(void *memory, size_t size) {
    size_t old = 0;
    char *block = memory ? (char *)memory - BLOCK_HEADER : NULL;
    if (block) memcpy(&old, block, sizeof old);
    block = arena_resize(allocating, block, old + BLOCK_HEADER, size + BLOCK_HEADER);
    memcpy(block, &size, sizeof size);
    return block + BLOCK_HEADER;
}

static void allocator_free(void *memory) {
    (void)memory;
}

struct markdown *markdown_open(const struct limits *limits) {
    struct markdown *markdown = memory_allocate_zeroed(sizeof *markdown);
    markdown->limits = *limits;
    return markdown;
}

void markdown_close(struct markdown *markdown) {
    if (!markdown) return;
    arena_free(&markdown->arena);
    memory_free(markdown->lines.starts);
    rewrite_free(&markdown->rewrite);
    buffer_free(&markdown->scratch);
    memory_free(markdown);
}

static void parse_once(struct markdown *markdown, struct conversion *conversion, int options) {
    arena_reset(&markdown->arena);
    allocating = &markdown->arena;
    cmark_mem allocator = {allocator_zeroed, allocator_resize, allocator_free};
    cmark_parser *parser = cmark_parser_new_with_mem(options, &allocator);
    cmark_parser_feed(parser, conversion->bytes, conversion->length);
    cmark_node *root = cmark_parser_finish(parser);
    conversion_find_lines(conversion);
    conversion_run(conversion, root);
    allocating = NULL;
}

enum { ATTEMPTS = 4 }; /* after these nothing is rewritten but opaque runs */

bool markdown_parse(struct markdown *markdown, struct text path, uint64_t dialect,
                    struct document *document, struct diagnostics *diagnostics) {
    struct text source = document->strings.source;
    uint32_t start = document->body;
    struct text body = {source.bytes + start, source.length - start};
    struct rewrite *rewrite = &markdown->rewrite;
    if (!markdown_check_bounds(path, source, start, &markdown->limits, diagnostics)) return false;
    struct dialect_warner warner = {path, source, diagnostics, 0};
    rewrite_begin(rewrite, body);
    struct scan scan = {.body = body,
                        .dialect = dialect,
                        .rewrite = rewrite,
                        .warner = &warner,
                        .base = start,
                        .depth_limit = markdown->limits.markdown_depth};
    if (body.length && (dialect || memchr(body.bytes, 0, body.length))) dialect_scan(&scan);
    if (scan.too_deep) {
        markdown_too_deep(path, source, start + scan.previous.start, &markdown->limits,
                          diagnostics);
        return false;
    }
    struct conversion conversion;
    for (int attempt = 1;; attempt++) {
        conversion = (struct conversion){.lines = &markdown->lines,
                                         .scratch = &markdown->scratch,
                                         .document = document,
                                         .bytes = body.bytes,
                                         .length = (uint32_t)body.length,
                                         .base = start};
        /* It costs cmark time on every hyphen. */
        conversion.smart = dialect & DIALECT_SMART && scan.signs.smart;
        if (rewrite->count) {
            if (attempt > 1) document_reuse(document, source, start);
            rewrite_apply(rewrite);
            conversion.rewrite = rewrite;
            conversion.bytes = rewrite->copy.bytes;
            conversion.length = (uint32_t)rewrite->copy.length;
        }
        parse_once(markdown, &conversion, conversion.smart ? CMARK_OPT_SMART : CMARK_OPT_DEFAULT);
        if (!rewrite->count || !rewrite_drop_unmet(rewrite)) break;
        if (attempt == ATTEMPTS) rewrite_drop_blocks(rewrite);
    }
    if (dialect && body.length) {
        arena_reset(&markdown->arena);
        struct dialect_pass pass = {.document = document,
                                    .dialect = dialect,
                                    .signs = scan.signs,
                                    .rewrite = conversion.rewrite,
                                    .warner = &warner,
                                    .arena = &markdown->arena,
                                    .shortcodes = conversion.shortcodes,
                                    .attributes = conversion.attributes,
                                    .directives = conversion.directives};
        dialect_passes(&pass);
    }
    return true;
}

const char *markdown_library_version(void) {
    return cmark_version_string();
}
