#include "document/markdown_convert.h"

#define CMARK_NO_SHORT_NAMES /* they would be ours */
#include <cmark.h>

static void add_line(struct markdown_lines *lines, uint32_t start) {
    memory_reserve(&lines->starts, &lines->capacity, lines->count + 2);
    lines->starts[lines->count++] = start;
}

void conversion_find_lines(struct conversion *conversion) {
    struct markdown_lines *lines = conversion->lines;
    const char *bytes = conversion->bytes;
    uint32_t length = conversion->length;
    lines->count = 0;
    add_line(lines, 0);
    bool returns = length && memchr(bytes, '\r', length);
    const char *at = bytes, *end = bytes + length;
    while (at < end) {
        if (returns) {
            while (at < end && *at != '\n' && *at != '\r') at++;
            if (at < end && *at == '\r' && at + 1 < end && at[1] == '\n') at++;
        } else {
            at = memchr(at, '\n', (size_t)(end - at));
        }
        if (!at || ++at >= end) break;
        add_line(lines, (uint32_t)(at - bytes));
    }
    lines->starts[lines->count] = length;
}

uint32_t conversion_line_start(const struct conversion *conversion, int line) {
    const struct markdown_lines *lines = conversion->lines;
    if (line < 1) return 0;
    uint32_t index = (uint32_t)line - 1;
    return lines->starts[index < lines->count ? index : lines->count];
}

uint32_t conversion_line_end(const struct conversion *conversion, int line) {
    uint32_t start = conversion_line_start(conversion, line),
             end = conversion_line_start(conversion, line + 1);
    if (end > start && conversion->bytes[end - 1] == '\n') end--;
    if (end > start && conversion->bytes[end - 1] == '\r') end--;
    return end;
}

struct span conversion_place(const struct conversion *conversion, uint32_t start, uint32_t end) {
    struct span place = {start, end - start};
    if (conversion->rewrite) place = rewrite_source(conversion->rewrite, start, end);
    place.offset += conversion->base;
    return place;
}

/* The literal as a span of the source when it stands at `start`, else of the pool. *opaque: there
 * are shortcodes in it. */
static struct span literal_span(struct conversion *conversion, uint32_t start, struct text literal,
                                bool *opaque) {
    struct rewrite *rewrite = conversion->rewrite;
    uint32_t end = start + (uint32_t)literal.length;
    *opaque = false;
    if (literal.length && start <= conversion->length &&
        conversion->length - start >= literal.length &&
        !memcmp(conversion->bytes + start, literal.bytes, literal.length) &&
        (!rewrite || rewrite_is_copied(rewrite, start, end)))
        return conversion_place(conversion, start, end);
    if (rewrite) {
        struct buffer *scratch = conversion->scratch;
        scratch->length = 0;
        *opaque = rewrite_restore(rewrite, literal, scratch);
        literal = buffer_text(scratch);
    }
    return strings_add(&conversion->document->strings, literal);
}

void conversion_add_field(struct conversion *conversion, node_id id, enum field_key key,
                          uint32_t start, struct text value) {
    bool opaque;
    struct span span = literal_span(conversion, start, value, &opaque);
    uint32_t field = node_add_field(conversion->document, id, key, (struct span){0, 0}, span);
    if (opaque) conversion->document->fields[field].flags |= FIELD_OPAQUE;
}

void conversion_set_text(struct conversion *conversion, node_id id, uint32_t start,
                         struct text literal) {
    bool opaque;
    struct span span = literal_span(conversion, start, literal, &opaque);
    document_node(conversion->document, id)->text = span;
}

static const uint8_t type_of[] = {
    [CMARK_NODE_DOCUMENT] = NODE_DOCUMENT,
    [CMARK_NODE_BLOCK_QUOTE] = NODE_BLOCK_QUOTE,
    [CMARK_NODE_LIST] = NODE_LIST,
    [CMARK_NODE_ITEM] = NODE_ITEM,
    [CMARK_NODE_CODE_BLOCK] = NODE_CODE_BLOCK,
    [CMARK_NODE_HTML_BLOCK] = NODE_HTML_BLOCK,
    [CMARK_NODE_PARAGRAPH] = NODE_PARAGRAPH,
    [CMARK_NODE_HEADING] = NODE_HEADING,
    [CMARK_NODE_THEMATIC_BREAK] = NODE_THEMATIC_BREAK,
    [CMARK_NODE_TEXT] = NODE_TEXT,
    [CMARK_NODE_SOFTBREAK] = NODE_SOFTBREAK,
    [CMARK_NODE_LINEBREAK] = NODE_LINEBREAK,
    [CMARK_NODE_CODE] = NODE_CODE,
    [CMARK_NODE_HTML_INLINE] = NODE_HTML_INLINE,
    [CMARK_NODE_EMPH] = NODE_EMPH,
    [CMARK_NODE_STRONG] = NODE_STRONG,
    [CMARK_NODE_LINK] = NODE_LINK,
    [CMARK_NODE_IMAGE] = NODE_IMAGE,
};

static bool is_block(cmark_node *node) {
    return cmark_node_get_type(node) <= CMARK_NODE_LAST_BLOCK;
}

/* cmark leaves empty texts where it trimmed spaces: this node or the first behind it that is none.
 */
static cmark_node *not_empty(cmark_node *node) {
    while (node && cmark_node_get_type(node) == CMARK_NODE_TEXT && !*cmark_node_get_literal(node))
        node = cmark_node_next(node);
    return node;
}

/* One pass over cmark's tree. Both trees have the same shape, so our parent links serve as the
 * stack. */
void conversion_run(struct conversion *conversion, cmark_node *root) {
    struct document *document = conversion->document;
    cmark_node *at = root;
    node_id id = ROOT_NODE;
    for (;;) {
        cmark_node *next = not_empty(cmark_node_first_child(at));
        node_id parent = id;
        if (!next) {
            for (;;) {
                if (is_block(at))
                    conversion_leave_block(conversion, id);
                else
                    conversion_leave_inline(conversion, id, at);
                if (at == root) return;
                next = not_empty(cmark_node_next(at));
                parent = document_node(document, id)->parent;
                if (next) break;
                at = cmark_node_parent(at);
                id = parent;
            }
        }
        at = next;
        id = document_add(document, (enum node_type)type_of[cmark_node_get_type(at)]);
        node_append(document, parent, id);
        if (is_block(at))
            conversion_enter_block(conversion, id, at);
        else
            conversion_enter_inline(conversion, id, at);
    }
}
