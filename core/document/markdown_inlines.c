/* Inlines: their places by reading along (markdown_align.h). */
#include "document/markdown_convert.h"

#define CMARK_NO_SHORT_NAMES /* they would be ours */
#include <cmark.h>

/* An inline's place and text once the alignment passed it from `start`. */
static void set_inline(struct conversion *conversion, node_id id, uint32_t start) {
    struct node *node = document_node(conversion->document, id);
    if (conversion->align.sound) {
        node->place = conversion_place(conversion, start, conversion->align.at);
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
    conversion_set_text(conversion, id, verbatim ? start : conversion->length, literal);
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

void conversion_enter_inline(struct conversion *conversion, node_id id, cmark_node *inline_node) {
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
    if (literal.length)
        conversion_set_text(conversion, id, verbatim ? content : conversion->length, literal);
    set_inline(conversion, id, start);
}

void conversion_leave_inline(struct conversion *conversion, node_id id, cmark_node *inline_node) {
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
        conversion_add_field(conversion, id, FIELD_URL,
                             url.length ? url.offset : conversion->length, value);
        value = text_of_literal(cmark_node_get_title(inline_node));
        if (value.length)
            conversion_add_field(conversion, id, FIELD_TITLE,
                                 title.length ? title.offset : conversion->length, value);
        break;
    }
    default: return;
    }
    if (document_node(document, id)->flags & NODE_PLACE_EXACT) {
        node = document_node(document, id);
        struct span last = conversion_place(conversion, align->at - 1, align->at);
        if (align->sound)
            node->place.length = last.offset + last.length - node->place.offset;
        else
            node->flags &= (uint16_t)~NODE_PLACE_EXACT;
    }
}
