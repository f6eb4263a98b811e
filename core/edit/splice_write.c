#include "edit/splice_write.h"

#include "edit/splice_inline.h"

/* Lines of the file's kind, with prefixes; the last line end is left off. */
static void write_lines(const struct markdown_plan *plan, struct text text, struct text prefix,
                        struct text blank, struct buffer *out) {
    if (text.length && text.bytes[text.length - 1] == '\n') text.length--;
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] == '\r' && i + 1 < text.length && text.bytes[i + 1] == '\n') continue;
        if (text.bytes[i] != '\n') {
            buffer_append_byte(out, text.bytes[i]);
            continue;
        }
        buffer_append_text(out, plan->line_end);
        bool empty = i + 1 < text.length && text.bytes[i + 1] == '\n';
        buffer_append_text(out, empty ? blank : prefix);
    }
}

static bool has_break(const struct document *document, node_id id) {
    for (struct walk walk = walk_from(document, id); walk_next(&walk);) {
        enum node_type type = (enum node_type)document->nodes[walk.id].type;
        if (type == NODE_SOFTBREAK || type == NODE_LINEBREAK) return true;
    }
    return false;
}

static bool has_fields(const struct document *document, node_id id) {
    for (uint32_t i = document->nodes[id].fields; i; i = document->fields[i].next)
        if (!(document->fields[i].flags & FIELD_GENERATED)) return true;
    return false;
}

/* With the source's bytes of the inlines that stay. */
static bool write_kept(struct markdown_plan *plan, node_id id, struct text prefix,
                       struct text blank, struct buffer *out) {
    const struct document *to = plan->to;
    const struct node *node = &to->nodes[id];
    switch ((enum node_type)node->type) {
    case NODE_PARAGRAPH: return !has_fields(to, id) && splice_inlines(plan, id, prefix, out);
    case NODE_HEADING:
        if (has_fields(to, id) || !node->first || has_break(to, id)) return false;
        for (uint32_t i = 0; i < node->detail; i++) buffer_append_byte(out, '#');
        buffer_append_byte(out, ' ');
        return splice_inlines(plan, id, prefix, out);
    case NODE_CODE_BLOCK:
        if (node->flags & NODE_FENCED) return false;
        write_lines(plan, node_text(to, id), prefix, blank, out);
        return true;
    default: return false;
    }
}

bool splice_write(struct markdown_plan *plan, node_id id, struct text prefix, struct text blank,
                  struct buffer *out) {
    size_t before = out->length;
    if (plan_old(plan, id) && plan->levels[id] < UNIT_WHOLE_WRITER &&
        write_kept(plan, id, prefix, blank, out))
        return true;
    out->length = before;
    return markdown_write_block(plan->to, id, prefix, &plan->options, out, &plan->problem);
}
