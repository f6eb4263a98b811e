#include "document/dialect_parts.h"

/* Definition lists as in PHP Markdown Extra: a paragraph, each line of it a term, and behind it
 * blocks that begin with a colon and a space. */

uint32_t definition_propose(struct scan *scan, uint32_t at, uint32_t end) {
    const char *bytes = scan->body.bytes;
    uint32_t content = at + 1;
    while (content < end && (bytes[content] == ' ' || bytes[content] == '\t')) content++;
    if (content == at + 1 || content == end || scan->blanks > 1 || !scan->previous.end) return 0;
    if (!scan->definition_mark)
        scan->definition_mark = scan->footnote_mark != '+' && !scan_has_marker(scan, '+')   ? '+'
                                : scan->footnote_mark != '*' && !scan_has_marker(scan, '*') ? '*'
                                : !scan_has_marker(scan, '-')                               ? '-'
                                                                                            : '+';
    rewrite_propose(scan->rewrite, PROPOSAL_DEFINITION, at, at + 1)->mark = scan->definition_mark;
    return 1;
}

/* Each line of the paragraph as a term of the list. */
static void add_terms(struct document *document, node_id list, node_id paragraph) {
    node_id term = NO_NODE;
    for (node_id child = document_node(document, paragraph)->first; child;) {
        node_id next = document_node(document, child)->next;
        enum node_type type = (enum node_type)document_node(document, child)->type;
        node_unlink(document, child);
        if (type == NODE_SOFTBREAK || type == NODE_LINEBREAK) {
            term = NO_NODE;
        } else {
            if (!term) {
                term = document_add(document, NODE_DEFINITION_TERM);
                node_append(document, list, term);
                document_node(document, term)->place = document_node(document, child)->place;
                document_node(document, term)->flags =
                    document_node(document, child)->flags & NODE_PLACE_EXACT;
            }
            node_append(document, term, child);
            struct span last = document_node(document, child)->place;
            struct node *node = document_node(document, term);
            if (last.offset + last.length > node->place.offset)
                node->place.length = last.offset + last.length - node->place.offset;
        }
        child = next;
    }
}

void definitions_pass(struct dialect_pass *pass) {
    struct document *document = pass->document;
    for (uint32_t i = 0; i < pass->rewrite->count; i++) {
        const struct proposal *proposal = &pass->rewrite->proposals[i];
        if (proposal->kind != PROPOSAL_DEFINITION || proposal->dropped) continue;
        node_id id = proposal->node, from = document_node(document, id)->parent;
        struct node *list = document_node(document, from);
        node_id before = list->previous;
        bool tight = list->flags & NODE_TIGHT;
        /* Footnotes that cmark had in the same list stand before it by now. */
        while (before && document_node(document, before)->type == NODE_FOOTNOTE_DEFINITION)
            before = document_node(document, before)->previous;
        if (!before) continue;
        struct span paragraph = document_node(document, before)->place;
        if (document_node(document, before)->type == NODE_PARAGRAPH) {
            node_id previous = document_node(document, before)->previous, target = previous;
            if (!previous || document_node(document, previous)->type != NODE_DEFINITION_LIST) {
                target = document_add(document, NODE_DEFINITION_LIST);
                document_node(document, target)->place = paragraph;
                document_node(document, target)->flags = NODE_PLACE_EXACT;
                node_insert_before(document, before, target);
            }
            add_terms(document, target, before);
            node_unlink(document, before);
            before = target;
        }
        struct node *item = document_node(document, id);
        struct node *target = document_node(document, before);
        /* A blank line between a term and its definition makes the definition loose. */
        struct text gap = {document->strings.source.bytes + paragraph.offset + paragraph.length,
                           item->place.offset > paragraph.offset + paragraph.length
                               ? item->place.offset - paragraph.offset - paragraph.length
                               : 0};
        size_t lines = 0;
        for (size_t k = 0; k < gap.length; k++) lines += gap.bytes[k] == '\n';
        if (tight && lines < 2) item->flags |= NODE_TIGHT;
        uint32_t end = item->place.offset + item->place.length;
        if (end > target->place.offset) target->place.length = end - target->place.offset;
        node_unlink(document, id);
        node_append(document, before, id);
        dialect_leave_list(document, from);
    }
}
