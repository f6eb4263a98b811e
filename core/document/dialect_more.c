#include "document/dialect_parts.h"

/* "<!-- more -->" ends the excerpt. ENDS alone in a paragraph ends a press release: what follows
 * are notes to editors. */

static bool is_more(struct text html) {
    html = text_trim(html);
    if (html.length < 11 || memcmp(html.bytes, "<!--", 4) != 0 || !text_ends(html, TEXT("-->")))
        return false;
    html = text_trim((struct text){html.bytes + 4, html.length - 7});
    return text_is(html, "more") || text_is(html, "MORE");
}

/* "ENDS", also between dashes, stars or brackets, and in bold. */
static bool is_ends(const struct document *document, node_id paragraph) {
    node_id child = document_node(document, paragraph)->first;
    if (!child || document_node(document, child)->next) return false;
    if (document_node(document, child)->type == NODE_STRONG)
        child = document_node(document, child)->first;
    if (!child || document_node(document, child)->next ||
        document_node(document, child)->type != NODE_TEXT)
        return false;
    struct text text = node_text(document, child);
    const char *ends = text.length < 32 ? memmem(text.bytes, text.length, "ENDS", 4) : NULL;
    if (!ends) return false;
    for (const char *at = text.bytes; at < text.bytes + text.length; at++) {
        unsigned char c = (unsigned char)*at;
        if (at >= ends && at < ends + 4) continue;
        bool dash = c == 0xE2 || c == 0x80 || c == 0x93 || c == 0x94;
        if (!dash && !memchr(" -*#[]()~.", c, 10)) return false;
    }
    return true;
}

void more_pass(struct dialect_pass *pass) {
    struct document *document = pass->document;
    for (node_id id = document_node(document, ROOT_NODE)->first; id;
         id = document_node(document, id)->next) {
        struct node *node = document_node(document, id);
        if (node->type == NODE_HTML_BLOCK && !node->fields && is_more(node_text(document, id))) {
            node->type = NODE_MORE;
        } else if (node->type == NODE_PARAGRAPH && node->next && is_ends(document, id)) {
            node_id notes = document_add(document, NODE_NOTES);
            node_id next = document_node(document, id)->next;
            struct span first = document_node(document, next)->place;
            struct span last =
                document_node(document, document_node(document, ROOT_NODE)->last)->place;
            while (next) {
                node_id after = document_node(document, next)->next;
                node_unlink(document, next);
                node_append(document, notes, next);
                next = after;
            }
            node_append(document, ROOT_NODE, notes);
            node = document_node(document, notes);
            node->place = (struct span){first.offset, last.offset + last.length - first.offset};
            node->flags = NODE_PLACE_EXACT;
            return;
        }
    }
}
