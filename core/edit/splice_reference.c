#include "edit/splice_reference.h"

#include "edit/splice_inline.h"

#include <stdlib.h>

/* A link that a definition stands behind. */
struct use {
    struct text label; /* folded */
    struct text url;   /* the new one; bytes NULL: something else than the url changed */
    struct text old_url;
    node_id node;
};

struct definition {
    struct text label;
    struct span url; /* without "<" and ">" */
    bool bracketed;
};

/* Labels match without regard to case and to how much white space there is; prefixes of lines in
 * them are taken for white space, too. */
static struct text fold(struct text raw, struct buffer *scratch, struct arena *arena) {
    raw = text_trim(raw);
    scratch->length = 0;
    for (size_t i = 0; i < raw.length; i++) {
        char c = raw.bytes[i];
        bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!space)
            buffer_append_byte(scratch, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
        else if (scratch->length && scratch->bytes[scratch->length - 1] != ' ')
            buffer_append_byte(scratch, ' ');
    }
    return arena_copy(arena, buffer_text(scratch));
}

/* The end of what "[" at `at` opens, its "]"; `end` when there is none. */
static uint32_t closing_bracket(const char *bytes, uint32_t at, uint32_t end) {
    for (at++; at < end && bytes[at] != '[' && bytes[at] != ']'; at++)
        if (bytes[at] == '\\' && at + 1 < end) at++;
    return at < end && bytes[at] == ']' ? at : end;
}

/* The label that an old link names its definition by, as written; bytes NULL when it has none. */
static struct text label_of(const struct markdown_plan *plan, node_id old) {
    const char *bytes = plan->from->strings.source.bytes;
    enum node_type type = (enum node_type)plan->from->nodes[old].type;
    struct span open, close;
    uint8_t mark = plan->from->nodes[old].mark;
    if ((type == NODE_LINK && (mark == '<' || mark == ':')) ||
        !inline_shell(plan, old, &open, &close) || !close.length || bytes[close.offset] != ']')
        return (struct text){NULL, 0};
    uint32_t end = close.offset + close.length, next = close.offset + 1;
    if (next < end && bytes[next] == '(') return (struct text){NULL, 0};
    if (next + 1 < end && bytes[next] == '[' && bytes[next + 1] != ']')
        return (struct text){bytes + next + 1, closing_bracket(bytes, next, end) - next - 1};
    uint32_t start = open.offset + (type == NODE_IMAGE ? 2 : 1);
    return (struct text){bytes + start, close.offset - start};
}

/* Goes over blanks and at most one line end with the prefix behind it. */
static uint32_t skip_blanks(const char *bytes, uint32_t at, uint32_t end) {
    bool lines = false;
    for (; at < end; at++) {
        if (bytes[at] == '\n') {
            if (lines) break;
            lines = true;
        } else if (!memchr(lines ? " \t\r>" : " \t\r", bytes[at], lines ? 4 : 3)) {
            break;
        }
    }
    return at;
}

/* A definition whose "[" is at `at`. */
static bool read_definition(const char *bytes, uint32_t at, uint32_t end,
                            struct definition *definition) {
    uint32_t close = closing_bracket(bytes, at, end);
    if (close + 1 >= end || close == at + 1 || bytes[close + 1] != ':' || bytes[at + 1] == '^')
        return false;
    definition->label = (struct text){bytes + at + 1, close - at - 1};
    uint32_t start = skip_blanks(bytes, close + 2, end);
    definition->bracketed = start < end && bytes[start] == '<';
    start += definition->bracketed;
    const char *stops = definition->bracketed ? ">\r\n" : " \t\r\n";
    uint32_t stop = start;
    while (stop < end && !memchr(stops, bytes[stop], strlen(stops))) stop++;
    definition->url = (struct span){start, stop - start};
    return stop > start;
}

/* Only prefixes of blocks stand before a definition on its line. */
static bool begins_line(const char *bytes, uint32_t at, uint32_t body) {
    while (at > body && bytes[at - 1] != '\n')
        if (!memchr(" \t>-+*.)0123456789", bytes[--at], 19)) return false;
    return true;
}

/* The old link's new url, when that is all that is new. */
static struct text new_url(const struct markdown_plan *plan, node_id id) {
    struct text none = {NULL, 0};
    struct text url = node_field(plan->to, id, FIELD_URL);
    plan->defined[id] = 1; /* as if it were not compared */
    bool only = !(markdown_plan_compare(plan, id) & STATE_SELF);
    plan->defined[id] = 0;
    return only && url.length ? url : none;
}

static void change_definition(struct markdown_plan *plan, const struct definition *definition,
                              const struct use *uses, uint32_t count) {
    struct text url = {NULL, 0};
    struct text old = {plan->from->strings.source.bytes + definition->url.offset,
                       definition->url.length};
    for (uint32_t i = 0; i < count; i++) {
        if (!text_equal(uses[i].label, definition->label)) continue;
        if (!uses[i].url.bytes || (url.bytes && !text_equal(url, uses[i].url)) ||
            !text_equal(uses[i].old_url, old))
            return;
        url = uses[i].url;
    }
    if (!url.bytes || text_equal(url, old)) return;
    bool brackets = !definition->bracketed && url_needs_brackets(url);
    plan->out.length = 0;
    if (brackets) buffer_append_byte(&plan->out, '<');
    splice_url(url, definition->bracketed || brackets, false, false, &plan->out);
    if (brackets) buffer_append_byte(&plan->out, '>');
    splices_add(&plan->definitions, definition->url.offset, definition->url.length,
                buffer_text(&plan->out));
    for (uint32_t i = 0; i < count; i++)
        if (text_equal(uses[i].label, definition->label)) plan->defined[uses[i].node] = 1;
}

static int compare_uses(const void *a, const void *b) {
    return text_compare(((const struct use *)a)->label, ((const struct use *)b)->label);
}

/* The uses of a label among those in order: its first, and how many. */
static uint32_t find_uses(const struct use *uses, uint32_t count, struct text label,
                          uint32_t *first) {
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (text_compare(uses[middle].label, label) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    while (high < count && text_equal(uses[high].label, label)) high++;
    return high - low;
}

bool splice_references(struct markdown_plan *plan) {
    const struct document *from = plan->from;
    struct use *uses = NULL;
    uint32_t count = 0, capacity = 0, first;
    bool changed = false;
    struct arena arena = {0};
    struct buffer scratch = {0};
    for (struct walk walk = walk_from(plan->to, ROOT_NODE); walk_next(&walk);) {
        enum node_type type = (enum node_type)plan->to->nodes[walk.id].type;
        node_id old = plan_old(plan, walk.id);
        if (!walk.entering || !old || (type != NODE_LINK && type != NODE_IMAGE)) continue;
        struct text label = label_of(plan, old), was = node_field(from, old, FIELD_URL);
        if (!label.bytes || !label.length) continue;
        memory_reserve(&uses, &capacity, count + 1);
        uses[count++] = (struct use){.label = fold(label, &scratch, &arena),
                                     .url = new_url(plan, walk.id),
                                     .old_url = was,
                                     .node = walk.id};
        changed |= !text_equal(was, node_field(plan->to, walk.id, FIELD_URL));
    }
    if (changed) {
        const char *bytes = from->strings.source.bytes;
        uint32_t end = (uint32_t)from->strings.source.length;
        qsort(uses, count, sizeof *uses, compare_uses);
        for (uint32_t at = from->body; at < end; at++) {
            const char *found = memchr(bytes + at, '[', end - at);
            struct definition definition;
            if (!found) break;
            at = (uint32_t)(found - bytes);
            if (!begins_line(bytes, at, from->body) ||
                !read_definition(bytes, at, end, &definition))
                continue;
            definition.label = fold(definition.label, &scratch, &arena);
            uint32_t users = find_uses(uses, count, definition.label, &first);
            /* Of several definitions the first one holds. */
            if (users && !plan->defined[uses[first].node])
                change_definition(plan, &definition, uses + first, users);
        }
    }
    memory_free(uses);
    buffer_free(&scratch);
    arena_free(&arena);
    return plan->definitions.count > 0;
}
