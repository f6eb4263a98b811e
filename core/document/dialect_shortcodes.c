#include "document/dialect_parts.h"

/* {{< x >}} and {{% x %}} are Hugo's, {% x %} and {{ x }} Liquid's, Jinja's and others'. */
uint32_t shortcode_end(const char *bytes, uint32_t at, uint32_t end) {
    if (end - at < 4 || bytes[at] != '{') return at;
    char second = bytes[at + 1], third = bytes[at + 2];
    const char *close = second == '%'   ? "%}"
                        : second != '{' ? NULL
                        : third == '<'  ? ">}}"
                        : third == '%'  ? "%}}"
                                        : "}}";
    if (!close) return at;
    size_t length = strlen(close);
    for (uint32_t i = at + 2 + (length == 3); i + length <= end; i++) {
        const char *next = memchr(bytes + i, close[0], end - i);
        if (!next) return at;
        i = (uint32_t)(next - bytes);
        if (i + length <= end && !memcmp(next, close, length)) {
            i += (uint32_t)length;
            /* "{{{ x }}}" closes with all of its braces. */
            if (close[0] == '}' && third == '{' && i < end && bytes[i] == '}') i++;
            return i;
        }
    }
    return at;
}

/* The tags whose contents are no Markdown: the bytes up to their end tag belong to them. */
uint32_t shortcode_pair_end(const char *bytes, uint32_t at, uint32_t after, uint32_t end) {
    static const char *const names[] = {"highlight", "comment"};
    bool liquid = bytes[at + 1] == '%',
         hugo = !liquid && (bytes[at + 2] == '<' || bytes[at + 2] == '%');
    uint32_t name = at + (hugo ? 3 : 2);
    if (!liquid && !hugo) return after;
    while (name < after && (bytes[name] == ' ' || bytes[name] == '-')) name++;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i]);
        if (after - name < length + 2 || memcmp(bytes + name, names[i], length) != 0) continue;
        if (!strchr(" %>}-", bytes[name + length])) continue;
        for (uint32_t from = after; from < end;) {
            const char *open = memmem(bytes + from, end - from, liquid ? "{%" : "{{", 2);
            if (!open) break;
            from = (uint32_t)(open - bytes);
            uint32_t close = from + (hugo ? 3 : 2);
            if (close >= end) break;
            while (close < end && (bytes[close] == ' ' || bytes[close] == '-')) close++;
            const char *mark = liquid ? "end" : "/";
            size_t mark_length = strlen(mark);
            if (end - close > mark_length + length && !memcmp(bytes + close, mark, mark_length)) {
                close += (uint32_t)mark_length;
                while (hugo && close < end && bytes[close] == ' ') close++;
                if (end - close > length && !memcmp(bytes + close, names[i], length)) {
                    uint32_t stop = shortcode_end(bytes, from, end);
                    if (stop > from) return stop;
                }
            }
            from += 2;
        }
    }
    return after;
}

/* A paragraph of nothing but shortcodes is no paragraph: they are blocks. */
void shortcodes_pass(struct dialect_pass *pass) {
    struct document *document = pass->document;
    uint32_t count = document->count;
    for (node_id id = 1; id < count; id++) {
        struct node *nodes = document->nodes, *node = &nodes[id];
        if (node->type != NODE_PARAGRAPH || !node->parent) continue;
        const struct node *parent = &nodes[node->parent];
        if (parent->type == NODE_ITEM && nodes[parent->parent].flags & NODE_TIGHT) continue;
        node_id child = node->first;
        while (child &&
               (nodes[child].type == NODE_SHORTCODE || nodes[child].type == NODE_SOFTBREAK ||
                (nodes[child].type == NODE_TEXT && !text_trim(node_text(document, child)).length)))
            child = nodes[child].next;
        if (child || !node->first) continue;
        for (child = node->first; child;) {
            node_id next = nodes[child].next;
            node_unlink(document, child);
            if (nodes[child].type == NODE_SHORTCODE) {
                nodes[child].detail = 1;
                node_insert_before(document, id, child);
            }
            child = next;
        }
        node_unlink(document, id);
    }
}
