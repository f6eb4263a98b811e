#include "document/markdown.h"

#include "document/dialect_parts.h"
#include "document/markdown_align.h"
#include "document/markdown_bounds.h"

/* Its short names would be ours. */
#define CMARK_NO_SHORT_NAMES
#include <cmark.h>

struct markdown {
    struct limits limits;
    struct arena arena; /* all that cmark allocates for one article */
    uint32_t *lines;    /* where the lines begin in the bytes that cmark reads */
    uint32_t line_count, line_capacity;
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
    memory_free(markdown->lines);
    rewrite_free(&markdown->rewrite);
    buffer_free(&markdown->scratch);
    memory_free(markdown);
}

/* One conversion of cmark's tree. */
struct conversion {
    struct markdown *markdown;
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

static void add_line(struct markdown *markdown, uint32_t start) {
    memory_reserve(&markdown->lines, &markdown->line_capacity, markdown->line_count + 2);
    markdown->lines[markdown->line_count++] = start;
}

/* Lines end as cmark has it: LF, CRLF, CR. */
static void find_lines(struct markdown *markdown, const char *bytes, uint32_t length) {
    markdown->line_count = 0;
    add_line(markdown, 0);
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
        add_line(markdown, (uint32_t)(at - bytes));
    }
    markdown->lines[markdown->line_count] = length;
}

static uint32_t line_start(const struct conversion *conversion, int line) {
    const struct markdown *markdown = conversion->markdown;
    if (line < 1) return 0;
    uint32_t index = (uint32_t)line - 1;
    return markdown->lines[index < markdown->line_count ? index : markdown->line_count];
}

/* The end of a line without its line end. */
static uint32_t line_end(const struct conversion *conversion, int line) {
    uint32_t start = line_start(conversion, line), end = line_start(conversion, line + 1);
    if (end > start && conversion->bytes[end - 1] == '\n') end--;
    if (end > start && conversion->bytes[end - 1] == '\r') end--;
    return end;
}

/* Whether a line is a heading's underline. */
static bool is_underline(const struct conversion *conversion, int line, char mark) {
    uint32_t at = line_start(conversion, line), end = line_end(conversion, line);
    while (at < end && memchr(" \t>", conversion->bytes[at], 3)) at++;
    uint32_t start = at;
    while (at < end && conversion->bytes[at] == mark) at++;
    while (at > start && at < end && memchr(" \t", conversion->bytes[at], 2)) at++;
    return at > start && at == end;
}

/* The last line of an underlined heading: cmark mostly says the one behind it. */
static int underline_of(const struct conversion *conversion, int first, int last, uint32_t level) {
    return last - 1 > first && is_underline(conversion, last - 1, level == 1 ? '=' : '-') ? last - 1
                                                                                          : last;
}

static struct span place_of(const struct conversion *conversion, uint32_t start, uint32_t end) {
    struct span place = {start, end - start};
    if (conversion->rewrite) place = rewrite_source(conversion->rewrite, start, end);
    place.offset += conversion->base;
    return place;
}

static struct text text_of_literal(const char *literal) {
    return (struct text){literal ? literal : "", literal ? strlen(literal) : 0};
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
        return place_of(conversion, start, end);
    if (rewrite) {
        struct buffer *scratch = &conversion->markdown->scratch;
        scratch->length = 0;
        *opaque = rewrite_restore(rewrite, literal, scratch);
        literal = buffer_text(scratch);
    }
    return strings_add(&conversion->document->strings, literal);
}

static void add_field(struct conversion *conversion, node_id id, enum field_key key, uint32_t start,
                      struct text value) {
    bool opaque;
    struct span span = literal_span(conversion, start, value, &opaque);
    uint32_t field = node_add_field(conversion->document, id, key, (struct span){0, 0}, span);
    if (opaque) conversion->document->fields[field].flags |= FIELD_OPAQUE;
}

static void set_text(struct conversion *conversion, node_id id, uint32_t start,
                     struct text literal) {
    bool opaque;
    struct span span = literal_span(conversion, start, literal, &opaque);
    document_node(conversion->document, id)->text = span;
}

static uint32_t lines_in(struct text text) {
    uint32_t lines = 0;
    for (const char *at = text.bytes, *end = at + text.length; at < end; lines++) {
        at = memchr(at, '\n', (size_t)(end - at));
        if (!at++) return lines + 1;
    }
    return lines;
}

/* Whether a line says nothing but the fence at `fence` again. */
static bool closes_fence(const struct conversion *conversion, int line, struct text fence) {
    uint32_t at = line_start(conversion, line), end = line_end(conversion, line), run = 0;
    const char *bytes = conversion->bytes;
    while (at < end && memchr(" \t>", bytes[at], 3)) at++;
    while (at < end && bytes[at] == fence.bytes[0]) at++, run++;
    while (at < end && memchr(" \t", bytes[at], 2)) at++;
    return run >= fence.length && at == end;
}

/* Where the code block ends: cmark counts blank lines behind an indented one, and the line that
 * ends the container of a fenced one. */
static uint32_t convert_code_block(struct conversion *conversion, node_id id, cmark_node *block,
                                   uint32_t start, int line) {
    struct node *node = document_node(conversion->document, id);
    struct text literal = text_of_literal(cmark_node_get_literal(block));
    struct text info = text_of_literal(cmark_node_get_fence_info(block));
    uint32_t end = line_end(conversion, line), fence = start;
    const char *bytes = conversion->bytes;
    while (fence < end && bytes[fence] == bytes[start]) fence++;
    bool mark = start < end && (bytes[start] == '`' || bytes[start] == '~') && fence - start >= 3;
    /* A code block that shows a fence has the fence's line in its text. */
    if (mark && !info.length && literal.length >= end - start &&
        !memcmp(literal.bytes, bytes + start, end - start))
        mark = false;
    int lines = (int)lines_in(literal);
    if (!mark) {
        set_text(conversion, id, start, literal);
        return line_end(conversion, line + (lines ? lines - 1 : 0));
    }
    node->flags |= NODE_FENCED;
    node->mark = (uint8_t)bytes[start];
    set_text(conversion, id, line_start(conversion, line + 1), literal);
    if (fence - start != 3)
        add_field(conversion, id, FIELD_FENCE, start, (struct text){bytes + start, fence - start});
    int last = line + lines;
    if (last < cmark_node_get_end_line(block) &&
        closes_fence(conversion, last + 1, (struct text){bytes + start, fence - start}))
        last++;
    while (fence < end && (bytes[fence] == ' ' || bytes[fence] == '\t')) fence++;
    if (info.length) add_field(conversion, id, FIELD_INFO, fence, info);
    return line_end(conversion, last);
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

/* Whether a definition may begin here: after a paragraph, its terms, or another definition. */
static bool follows_terms(const struct document *document, node_id item) {
    const struct node *nodes = document->nodes, *list = &nodes[nodes[item].parent];
    if (nodes[item].previous) return nodes[nodes[item].previous].type == NODE_DEFINITION;
    return list->previous && nodes[list->previous].type == NODE_PARAGRAPH;
}

/* Turns a block into what a proposal meant it to be, when one begins here. */
static void meet_proposal(struct conversion *conversion, node_id id, uint32_t start) {
    struct node *node = document_node(conversion->document, id);
    if (node->type != NODE_ITEM && node->type != NODE_HEADING && node->type != NODE_HTML_BLOCK)
        return;
    struct proposal *proposal = rewrite_block_at(conversion->rewrite, start);
    if (!proposal) return;
    switch ((enum proposal_kind)proposal->kind) {
    case PROPOSAL_CELL: {
        struct proposed_table *table = &conversion->rewrite->tables[proposal->table];
        if (!table->parent) table->parent = node->parent;
        if (node->type != NODE_HEADING || node->parent != table->parent) return;
        node->type = NODE_TABLE_CELL;
        conversion->table_end = conversion->base + table->end;
        break;
    }
    case PROPOSAL_FOOTNOTE:
        if (node->type != NODE_ITEM) return;
        node->type = NODE_FOOTNOTE_DEFINITION;
        break;
    case PROPOSAL_DEFINITION:
        if (node->type != NODE_ITEM || !follows_terms(conversion->document, id)) return;
        node->type = NODE_DEFINITION;
        break;
    default:
        if (node->type != NODE_HTML_BLOCK) return;
        node->type = NODE_DIRECTIVE;
        node->text = (struct span){0, 0};
        break;
    }
    node->detail = 0;
    node->mark = 0;
    uint32_t from = proposal->kind == PROPOSAL_FOOTNOTE ? proposal->marker : proposal->start;
    node->place = (struct span){conversion->base + from, proposal->end - from};
    proposal->node = id;
}

/* A line that looks like the end of a fenced code block was the beginning of the next block. */
static void end_before(struct document *document, node_id id, uint32_t offset) {
    const char *bytes = document->strings.source.bytes;
    for (; id && node_type_is_block((enum node_type)document_node(document, id)->type);
         id = document_node(document, id)->last) {
        struct span *place = &document_node(document, id)->place;
        if (place->offset + place->length <= offset || place->offset >= offset) return;
        place->length = offset - place->offset;
        while (place->length && memchr(" \t\r\n>", bytes[place->offset + place->length - 1], 5))
            place->length--;
    }
}

static void enter_block(struct conversion *conversion, node_id id, cmark_node *block) {
    struct node *node = document_node(conversion->document, id);
    const char *bytes = conversion->bytes;
    int line = cmark_node_get_start_line(block), last = cmark_node_get_end_line(block);
    uint32_t start =
        line_start(conversion, line) + (uint32_t)(cmark_node_get_start_column(block) - 1);
    if (start > conversion->length) start = conversion->length;
    if (last < line) last = line;
    uint32_t end = line_end(conversion, last);
    switch ((enum node_type)node->type) {
    case NODE_BLOCK_QUOTE: conversion->quotes++; break;
    case NODE_LIST:
        if (cmark_node_get_list_tight(block)) node->flags |= NODE_TIGHT;
        if (cmark_node_get_list_type(block) == CMARK_ORDERED_LIST) {
            node->flags |= NODE_ORDERED;
            if (cmark_node_get_list_delim(block) == CMARK_PAREN_DELIM)
                node->flags |= NODE_PARENTHESIS;
            node->detail = (uint32_t)cmark_node_get_list_start(block);
        } else if (start < conversion->length) {
            node->mark = (uint8_t)bytes[start];
        }
        break;
    case NODE_THEMATIC_BREAK:
        if (start < conversion->length) node->mark = (uint8_t)bytes[start];
        end = line_end(conversion, line);
        break;
    case NODE_CODE_BLOCK:
        end = convert_code_block(conversion, id, block, start, line);
        node = document_node(conversion->document, id);
        break;
    case NODE_HTML_BLOCK: {
        struct text literal = text_of_literal(cmark_node_get_literal(block));
        uint32_t lines = lines_in(literal);
        set_text(conversion, id, start, literal);
        if (lines) end = line_end(conversion, line + (int)lines - 1);
        break;
    }
    case NODE_HEADING:
        node->detail = (uint32_t)cmark_node_get_heading_level(block);
        last = underline_of(conversion, line, last, node->detail);
        end = line_end(conversion, last);
        /* fall through */
    case NODE_PARAGRAPH:
        conversion->align = align_start(bytes, start, end, conversion->quotes);
        if (node->type == NODE_HEADING) {
            struct align *align = &conversion->align;
            node->mark = '#';
            if (start < end && bytes[start] == '#' && last == line) {
                while (align->at < end && bytes[align->at] == '#') align->at++;
                while (align->at < end && (bytes[align->at] == ' ' || bytes[align->at] == '\t'))
                    align->at++;
            } else {
                node->mark = node->detail == 1 ? '=' : '-';
                align_references(align);
            }
        } else {
            align_references(&conversion->align);
        }
        break;
    default: /* a container without children */
        while (end > start && memchr(" \t\r\n", bytes[end - 1], 4)) end--;
        break;
    }
    /* Containers take the end of their last child instead, when they are left. */
    node->place = place_of(conversion, start, end > start ? end : start);
    if (node->previous) end_before(conversion->document, node->previous, node->place.offset);
    node->flags |= NODE_PLACE_EXACT;
    if (conversion->rewrite) meet_proposal(conversion, id, start);
}

static void leave_block(struct conversion *conversion, node_id id) {
    struct node *nodes = conversion->document->nodes, *node = &nodes[id];
    if (node->type == NODE_BLOCK_QUOTE) conversion->quotes--;
    /* A paragraph's last child may be a directive or a shortcode, which blocks can be, too. */
    if (node->type == NODE_DOCUMENT || node->type == NODE_PARAGRAPH || node->type == NODE_HEADING ||
        node->type == NODE_TABLE_CELL || !node->last || !node_type_is_block(nodes[node->last].type))
        return;
    const struct node *last = &nodes[node->last];
    uint32_t end = last->place.offset + last->place.length;
    if (last->type == NODE_TABLE_CELL) end = conversion->table_end;
    node->place.length = end > node->place.offset ? end - node->place.offset : 0;
}

/* An inline's place and text once the alignment passed it from `start`. */
static void set_inline(struct conversion *conversion, node_id id, uint32_t start) {
    struct node *node = document_node(conversion->document, id);
    if (conversion->align.sound) {
        node->place = place_of(conversion, start, conversion->align.at);
        node->flags |= NODE_PLACE_EXACT;
    } else {
        /* No place of its own: the block's, which is not exact for it. */
        node->place = document_node(conversion->document, node->parent)->place;
    }
}

/* A stretch of text without opaque runs. */
static void plain_text(struct conversion *conversion, node_id id, struct text literal) {
    uint32_t start = conversion->align.at;
    bool verbatim;
    align_text(&conversion->align, literal, !conversion->raw, conversion->smart, &verbatim);
    set_text(conversion, id, verbatim ? start : conversion->length, literal);
    set_inline(conversion, id, start);
}

/* The node that an opaque run stands for. */
static void opaque_node(struct conversion *conversion, node_id id,
                        const struct proposal *proposal) {
    struct node *node = document_node(conversion->document, id);
    node->place =
        (struct span){conversion->base + proposal->start, proposal->end - proposal->start};
    node->flags |= NODE_PLACE_EXACT;
    node->text = node->place;
    switch ((enum proposal_kind)proposal->kind) {
    case PROPOSAL_SHORTCODE:
        node->type = NODE_SHORTCODE;
        conversion->shortcodes++;
        break;
    case PROPOSAL_ATTRIBUTES:
        if (conversion->raw) break; /* <http://a.b/{.c}> */
        node->type = NODE_SPAN;     /* until the attributes' pass sees it */
        conversion->attributes++;
        break;
    case PROPOSAL_DIRECTIVE_INLINE:
        if (conversion->raw) break;
        node->type = NODE_DIRECTIVE;
        node->detail = DIRECTIVE_INLINE;
        conversion->directives++;
        break;
    default: break;
    }
}

/* One text of cmark's is several nodes of ours where there are opaque runs in it. */
static void convert_text(struct conversion *conversion, node_id id, cmark_node *text) {
    struct text literal = text_of_literal(cmark_node_get_literal(text));
    struct document *document = conversion->document;
    size_t start, end;
    while (conversion->rewrite) {
        uint32_t number = rewrite_find_opaque(conversion->rewrite, literal, &start, &end);
        if (number == UINT32_MAX) break;
        if (start) {
            plain_text(conversion, id, (struct text){literal.bytes, start});
            node_id next = document_add(document, NODE_TEXT);
            node_append(document, document_node(document, id)->parent, next);
            id = next;
        }
        bool verbatim;
        align_text(&conversion->align, (struct text){literal.bytes + start, end - start}, false,
                   false, &verbatim);
        opaque_node(conversion, id, &conversion->rewrite->proposals[number]);
        literal.bytes += end;
        literal.length -= end;
        if (!literal.length) return;
        node_id next = document_add(document, NODE_TEXT);
        node_append(document, document_node(document, id)->parent, next);
        id = next;
    }
    plain_text(conversion, id, literal);
}

static void enter_inline(struct conversion *conversion, node_id id, cmark_node *inline_node) {
    struct align *align = &conversion->align;
    struct node *node = document_node(conversion->document, id);
    uint32_t start = align->at, content = start;
    bool verbatim = false;
    struct text literal = {NULL, 0};
    switch ((enum node_type)node->type) {
    case NODE_TEXT: convert_text(conversion, id, inline_node); return;
    case NODE_CODE:
        literal = text_of_literal(cmark_node_get_literal(inline_node));
        align_code(align, literal, &content, &verbatim);
        break;
    case NODE_HTML_INLINE:
        literal = text_of_literal(cmark_node_get_literal(inline_node));
        align_html(align, literal, &verbatim);
        break;
    case NODE_SOFTBREAK:
    case NODE_LINEBREAK: align_line_end(align); break;
    case NODE_EMPH:
    case NODE_STRONG:
        if (align_marks(align, "*_", node->type == NODE_STRONG ? 2 : 1))
            node->mark = (uint8_t)conversion->bytes[start];
        break;
    case NODE_LINK:
        if (align_marks(align, "[<", 1)) {
            node->mark = (uint8_t)conversion->bytes[start];
            conversion->raw = node->mark == '<';
            conversion->raw_start = align->at;
        }
        break;
    case NODE_IMAGE:
        if (align_marks(align, "!", 1) && align_marks(align, "[", 1)) node->mark = '[';
        break;
    default: break;
    }
    if (literal.length) set_text(conversion, id, verbatim ? content : conversion->length, literal);
    set_inline(conversion, id, start);
}

static void leave_inline(struct conversion *conversion, node_id id, cmark_node *inline_node) {
    struct align *align = &conversion->align;
    struct document *document = conversion->document;
    struct node *node = document_node(document, id);
    struct span url = {0, 0}, title = {0, 0};
    switch ((enum node_type)node->type) {
    case NODE_EMPH:
    case NODE_STRONG: align_marks(align, "*_", node->type == NODE_STRONG ? 2 : 1); break;
    case NODE_LINK:
    case NODE_IMAGE: {
        struct text value = text_of_literal(cmark_node_get_url(inline_node));
        if (conversion->raw) {
            conversion->raw = false;
            url = (struct span){conversion->raw_start, 1};
            align_marks(align, ">", 1);
        } else {
            align_link_tail(align, value, &url, &title);
        }
        add_field(conversion, id, FIELD_URL, url.length ? url.offset : conversion->length, value);
        value = text_of_literal(cmark_node_get_title(inline_node));
        if (value.length)
            add_field(conversion, id, FIELD_TITLE, title.length ? title.offset : conversion->length,
                      value);
        break;
    }
    default: return;
    }
    if (document_node(document, id)->flags & NODE_PLACE_EXACT) {
        node = document_node(document, id);
        struct span last = place_of(conversion, align->at - 1, align->at);
        if (align->sound)
            node->place.length = last.offset + last.length - node->place.offset;
        else
            node->flags &= (uint16_t)~NODE_PLACE_EXACT;
    }
}

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
static void convert(struct conversion *conversion, cmark_node *root) {
    struct document *document = conversion->document;
    cmark_node *at = root;
    node_id id = ROOT_NODE;
    for (;;) {
        cmark_node *next = not_empty(cmark_node_first_child(at));
        node_id parent = id;
        if (!next) {
            for (;;) {
                if (is_block(at))
                    leave_block(conversion, id);
                else
                    leave_inline(conversion, id, at);
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
            enter_block(conversion, id, at);
        else
            enter_inline(conversion, id, at);
    }
}

static void parse_once(struct conversion *conversion, int options) {
    struct markdown *markdown = conversion->markdown;
    arena_reset(&markdown->arena);
    allocating = &markdown->arena;
    cmark_mem allocator = {allocator_zeroed, allocator_resize, allocator_free};
    cmark_parser *parser = cmark_parser_new_with_mem(options, &allocator);
    cmark_parser_feed(parser, conversion->bytes, conversion->length);
    cmark_node *root = cmark_parser_finish(parser);
    find_lines(markdown, conversion->bytes, conversion->length);
    convert(conversion, root);
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
        conversion = (struct conversion){.markdown = markdown,
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
        parse_once(&conversion, conversion.smart ? CMARK_OPT_SMART : CMARK_OPT_DEFAULT);
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
