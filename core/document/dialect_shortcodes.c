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

uint32_t shortcode_next_end(const char *bytes, uint32_t at, uint32_t end,
                            struct shortcode_search *search) {
    char second = at + 1 < end ? bytes[at + 1] : ' ', third = at + 2 < end ? bytes[at + 2] : ' ';
    if (bytes[at] != '{' || (second != '{' && second != '%')) return at;
    bool *unclosed = &search->unclosed[second == '%' ? 0 : third == '<' ? 1 : third == '%' ? 2 : 3];
    uint32_t after = *unclosed ? at : shortcode_end(bytes, at, end);
    *unclosed = after == at;
    return after;
}

/* How Liquid and Hugo write an end tag: what opens it, how long the opening is, what is before the
 * name. */
struct tags {
    const char *open, *end;
    uint32_t width;
};

static struct tags tags_of(const char *bytes, uint32_t at) {
    if (bytes[at + 1] == '%') return (struct tags){"{%", "end", 2};
    bool hugo = bytes[at + 2] == '<' || bytes[at + 2] == '%';
    return hugo ? (struct tags){"{{", "/", 3} : (struct tags){NULL, NULL, 0};
}

/* The tags whose contents are no Markdown; empty for all others. */
static struct text pair_name(const char *bytes, uint32_t at, uint32_t after, struct tags tags) {
    static const char *const names[] = {"highlight", "comment"};
    uint32_t name = at + tags.width;
    if (!tags.open) return TEXT("");
    while (name < after && (bytes[name] == ' ' || bytes[name] == '-')) name++;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct text wanted = text_of(names[i]);
        if (after - name >= wanted.length + 2 &&
            !memcmp(bytes + name, wanted.bytes, wanted.length) &&
            strchr(" %>}-", bytes[name + wanted.length]))
            return wanted;
    }
    return TEXT("");
}

bool shortcode_has_pair(const char *bytes, uint32_t at, uint32_t after) {
    return pair_name(bytes, at, after, tags_of(bytes, at)).length != 0;
}

uint32_t shortcode_pair_end(const char *bytes, uint32_t at, uint32_t after, uint32_t end) {
    struct tags tags = tags_of(bytes, at);
    struct text name = pair_name(bytes, at, after, tags);
    size_t mark = name.length ? strlen(tags.end) : 0;
    for (uint32_t from = after; name.length && from < end; from += 2) {
        const char *open = memmem(bytes + from, end - from, tags.open, 2);
        if (!open) break;
        from = (uint32_t)(open - bytes);
        uint32_t close = from + tags.width;
        while (close < end && (bytes[close] == ' ' || bytes[close] == '-')) close++;
        if (close >= end) break;
        if (end - close <= mark + name.length || memcmp(bytes + close, tags.end, mark) != 0)
            continue;
        close += (uint32_t)mark;
        while (close < end && bytes[close] == ' ') close++;
        if (end - close <= name.length || memcmp(bytes + close, name.bytes, name.length) != 0)
            continue;
        uint32_t stop = shortcode_end(bytes, from, end);
        if (stop > from) return stop;
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
