/* Blocks: their places by lines, and the proposals of the dialect that they were made from. */
#include "document/markdown_convert.h"

#define CMARK_NO_SHORT_NAMES /* they would be ours */
#include <cmark.h>

/* Whether a line is a heading's underline. */
static bool is_underline(const struct conversion *conversion, int line, char mark) {
    uint32_t at = conversion_line_start(conversion, line),
             end = conversion_line_end(conversion, line);
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
    uint32_t at = conversion_line_start(conversion, line),
             end = conversion_line_end(conversion, line), run = 0;
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
    uint32_t end = conversion_line_end(conversion, line), fence = start;
    const char *bytes = conversion->bytes;
    while (fence < end && bytes[fence] == bytes[start]) fence++;
    bool mark = start < end && (bytes[start] == '`' || bytes[start] == '~') && fence - start >= 3;
    /* A code block that shows a fence has the fence's line in its text. */
    if (mark && !info.length && literal.length >= end - start &&
        !memcmp(literal.bytes, bytes + start, end - start))
        mark = false;
    int lines = (int)lines_in(literal);
    if (!mark) {
        conversion_set_text(conversion, id, start, literal);
        return conversion_line_end(conversion, line + (lines ? lines - 1 : 0));
    }
    node->flags |= NODE_FENCED;
    node->mark = (uint8_t)bytes[start];
    conversion_set_text(conversion, id, conversion_line_start(conversion, line + 1), literal);
    if (fence - start != 3)
        conversion_add_field(conversion, id, FIELD_FENCE, start,
                             (struct text){bytes + start, fence - start});
    int last = line + lines;
    if (last < cmark_node_get_end_line(block) &&
        closes_fence(conversion, last + 1, (struct text){bytes + start, fence - start}))
        last++;
    while (fence < end && (bytes[fence] == ' ' || bytes[fence] == '\t')) fence++;
    if (info.length) conversion_add_field(conversion, id, FIELD_INFO, fence, info);
    return conversion_line_end(conversion, last);
}

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

void conversion_enter_block(struct conversion *conversion, node_id id, cmark_node *block) {
    struct node *node = document_node(conversion->document, id);
    const char *bytes = conversion->bytes;
    int line = cmark_node_get_start_line(block), last = cmark_node_get_end_line(block);
    uint32_t start = conversion_line_start(conversion, line) +
                     (uint32_t)(cmark_node_get_start_column(block) - 1);
    if (start > conversion->length) start = conversion->length;
    if (last < line) last = line;
    uint32_t end = conversion_line_end(conversion, last);
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
        end = conversion_line_end(conversion, line);
        break;
    case NODE_CODE_BLOCK:
        end = convert_code_block(conversion, id, block, start, line);
        node = document_node(conversion->document, id);
        break;
    case NODE_HTML_BLOCK: {
        struct text literal = text_of_literal(cmark_node_get_literal(block));
        uint32_t lines = lines_in(literal);
        conversion_set_text(conversion, id, start, literal);
        if (lines) end = conversion_line_end(conversion, line + (int)lines - 1);
        break;
    }
    case NODE_HEADING:
        node->detail = (uint32_t)cmark_node_get_heading_level(block);
        last = underline_of(conversion, line, last, node->detail);
        end = conversion_line_end(conversion, last);
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
    node->place = conversion_place(conversion, start, end > start ? end : start);
    if (node->previous) end_before(conversion->document, node->previous, node->place.offset);
    node->flags |= NODE_PLACE_EXACT;
    if (conversion->rewrite) meet_proposal(conversion, id, start);
}

void conversion_leave_block(struct conversion *conversion, node_id id) {
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
