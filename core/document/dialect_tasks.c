#include "document/dialect_parts.h"

/* "- [ ] to do" and "- [x] done", as GitHub has them. */
void tasks_pass(struct dialect_pass *pass) {
    struct document *document = pass->document;
    for (node_id id = 1, count = document->count; id < count; id++) {
        struct node *node = document_node(document, id);
        if (node->type != NODE_ITEM || !node->first) continue;
        node_id paragraph = node->first;
        if (document_node(document, paragraph)->type != NODE_PARAGRAPH) continue;
        node_id text = document_node(document, paragraph)->first;
        if (!text || document_node(document, text)->type != NODE_TEXT) continue;
        struct text start = node_text(document, text);
        if (start.length < 4 || start.bytes[0] != '[' || start.bytes[2] != ']' ||
            (start.bytes[3] != ' ' && start.bytes[3] != '\t') || !memchr(" xX", start.bytes[1], 3))
            continue;
        struct dialect_reader reader = dialect_read(document, text);
        bool escaped;
        dialect_reader_seek(&reader, 0, &escaped);
        if (escaped) continue;
        bool checked = start.bytes[1] != ' ';
        node_id task = dialect_split(document, text, 0, 3);
        node_unlink(document, text);
        node = document_node(document, task);
        node->type = NODE_TASK;
        node->text = (struct span){0, 0};
        if (checked) node->flags |= NODE_CHECKED;
    }
}
