#include "edit/splice_unit.h"

#include "edit/splice_inline.h"
#include "edit/splice_write.h"

const char *unit_bytes(const struct markdown_plan *plan) {
    return plan->from->strings.source.bytes;
}

/* Where the line begins that `at` is on, at most at the body's beginning. */
static uint32_t unit_line_start(const struct markdown_plan *plan, uint32_t at) {
    const char *bytes = unit_bytes(plan);
    while (at > plan->from->body && bytes[at - 1] != '\n' && bytes[at - 1] != '\r') at--;
    return at;
}

/* Where a block begins: code without a fence has its place behind its own four columns. */
uint32_t unit_start(const struct markdown_plan *plan, node_id old) {
    const struct node *node = &plan->from->nodes[old];
    const char *bytes = unit_bytes(plan);
    uint32_t start = node->place.offset, columns = 0;
    if (node->type != NODE_CODE_BLOCK || node->flags & NODE_FENCED) return start;
    while (start > plan->from->body && columns < 4 && memchr(" \t", bytes[start - 1], 2))
        columns += bytes[--start] == '\t' ? 4 : 1;
    return start;
}

/* What every further line of a block begins with, that stands where the old one does: quotes and
 * indentation as they are, a list's marker as spaces, a footnote's label as four. */
void unit_prefix_at(struct markdown_plan *plan, uint32_t end) {
    const char *bytes = unit_bytes(plan);
    plan->prefix.length = 0;
    for (uint32_t at = unit_line_start(plan, end); at < end; at++) {
        char c = bytes[at];
        if (c == '[') {
            buffer_append_string(&plan->prefix, "    ");
            while (at < end && bytes[at] != ':') at++;
            while (at + 1 < end && bytes[at + 1] == ' ') at++;
        } else {
            buffer_append_byte(&plan->prefix, c == '>' || c == '\t' ? c : ' ');
        }
    }
}

void unit_prefix(struct markdown_plan *plan, node_id old) {
    unit_prefix_at(plan, unit_start(plan, old));
}

/* The prefix of a blank line. */
struct text unit_blank_prefix(const struct markdown_plan *plan) {
    struct text prefix = buffer_text(&plan->prefix);
    while (prefix.length && prefix.bytes[prefix.length - 1] != '>') prefix.length--;
    return prefix;
}

/* Where a block's last line with content ends: a parser may count blank lines to it. */
uint32_t unit_end(const struct markdown_plan *plan, node_id old) {
    const struct node *nodes = plan->from->nodes;
    uint32_t start = nodes[old].place.offset, end = place_end(plan->from, old);
    node_id next = old;
    while (next && !nodes[next].next) next = nodes[next].parent;
    if (next) next = nodes[next].next;
    if (next && nodes[next].place.offset > start && nodes[next].place.offset < end)
        end = nodes[next].place.offset;
    uint32_t at = end;
    while (at > start && memchr(" \t>\r\n", unit_bytes(plan)[at - 1], 5)) {
        at--;
        if (unit_bytes(plan)[at] == '\n') end = at;
    }
    while (end > start && unit_bytes(plan)[end - 1] == '\r') end--;
    return end;
}

/* The splice of bytes that were compared: only what differs of them. */
void unit_add(struct splices *splices, const struct markdown_plan *plan, uint32_t from, uint32_t to,
              struct text bytes) {
    struct text old = {unit_bytes(plan) + from, to - from};
    struct common_ends ends = common_ends(old, bytes);
    if (ends.head == old.length && ends.head == bytes.length) return;
    splices_add(splices, from + (uint32_t)ends.head, (uint32_t)(old.length - ends.head - ends.tail),
                (struct text){bytes.bytes + ends.head, bytes.length - ends.head - ends.tail});
}

/* The block's content in `out`, its further lines with the prefix that is in plan->prefix. */
bool unit_write(struct markdown_plan *plan, node_id id, struct buffer *out) {
    plan->units[id] = 1;
    return splice_write(plan, id, buffer_text(&plan->prefix), unit_blank_prefix(plan), out);
}
