#include "edit/splice_markdown.h"

#include "edit/normal_form.h"
#include "edit/splice_inline.h"
#include "edit/splice_reference.h"
#include "edit/splice_write.h"

/* --- what differs ------------------------------------------------------------------------ */

/* `but` is a key that may differ. */
static bool same_fields_but(const struct document *a, const struct document *b, node_id id,
                            enum field_key but) {
    uint32_t i = a->nodes[id].fields, j = b->nodes[id].fields;
    for (; i && j; i = a->fields[i].next, j = b->fields[j].next) {
        const struct field *x = &a->fields[i], *y = &b->fields[j];
        if (but && x->key == but && y->key == but) continue;
        if (x->key != y->key ||
            !text_equal(strings_text(&a->strings, x->name), strings_text(&b->strings, y->name)) ||
            !text_equal(strings_text(&a->strings, x->value), strings_text(&b->strings, y->value)))
            return false;
    }
    return i == j;
}

static bool same_fields(const struct document *a, const struct document *b, node_id id) {
    return same_fields_but(a, b, id, FIELD_NONE);
}

uint8_t markdown_plan_compare(const struct markdown_plan *plan, node_id id) {
    node_id old = plan_old(plan, id);
    if (!old) return STATE_SELF | STATE_CHILDREN;
    const struct node *a = &plan->from->nodes[old], *b = &plan->to->nodes[id];
    uint8_t state = 0;
    if (((a->flags ^ b->flags) & (uint16_t)~NODE_PLACE_EXACT) || a->detail != b->detail ||
        !text_equal(node_text(plan->from, old), node_text(plan->to, id)) ||
        !same_fields_but(plan->from, plan->to, id, plan->defined[id] ? FIELD_URL : FIELD_NONE))
        state |= STATE_SELF;
    node_id x = a->first, y = b->first;
    while (x && y && x == y && plan_old(plan, y))
        x = plan->from->nodes[x].next, y = plan->to->nodes[y].next;
    if (x || y) state |= STATE_CHILDREN;
    return state;
}

static void find_changes(struct markdown_plan *plan) {
    for (struct walk walk = walk_from(plan->to, ROOT_NODE); walk_next(&walk);) {
        bool container = node_type_is_container((enum node_type)plan->to->nodes[walk.id].type);
        if (walk.entering) plan->states[walk.id] = markdown_plan_compare(plan, walk.id);
        if (walk.entering && container) continue;
        node_id parent = plan->to->nodes[walk.id].parent;
        if (parent && walk.id != ROOT_NODE && plan->states[walk.id] & STATE_DIFFERS)
            plan->states[parent] |= STATE_BELOW;
    }
}

void markdown_plan_open(struct markdown_plan *plan, const struct document *from,
                        const struct document *to, struct text line_end, uint64_t dialect) {
    *plan = (struct markdown_plan){.from = from,
                                   .to = to,
                                   .line_end = line_end,
                                   .dialect = dialect,
                                   .habits = writer_habits_of(to)};
    plan->options = (struct writer_options){.dialect = dialect,
                                            .line_end = line_end.length > 1 ? "\r\n" : "\n",
                                            .habits = &plan->habits};
    buffer_grow(&plan->prefix, 64); /* an empty prefix has a place, too */
    plan->states = memory_allocate_zeroed(to->count);
    plan->levels = memory_allocate_zeroed(to->count);
    plan->units = memory_allocate_zeroed(to->count);
    plan->defined = memory_allocate_zeroed(to->count);
    find_changes(plan);
    if (splice_references(plan)) find_changes(plan);
}

bool markdown_plan_drop_definitions(struct markdown_plan *plan) {
    if (!plan->definitions.count) return false;
    splices_clear(&plan->definitions);
    memset(plan->defined, 0, plan->to->count);
    memset(plan->levels, 0, plan->to->count);
    find_changes(plan);
    return true;
}

bool markdown_plan_changes(const struct markdown_plan *plan) {
    return plan->definitions.count || (plan->states[ROOT_NODE] & STATE_DIFFERS) != 0;
}

void markdown_plan_close(struct markdown_plan *plan) {
    memory_free(plan->states);
    memory_free(plan->levels);
    memory_free(plan->units);
    memory_free(plan->defined);
    splices_free(&plan->definitions);
    buffer_free(&plan->out);
    buffer_free(&plan->other);
    buffer_free(&plan->prefix);
    *plan = (struct markdown_plan){0};
}

/* --- lines and prefixes ------------------------------------------------------------------ */

static const char *source_bytes(const struct markdown_plan *plan) {
    return plan->from->strings.source.bytes;
}

static uint32_t line_start(const struct markdown_plan *plan, uint32_t at) {
    const char *bytes = source_bytes(plan);
    while (at > plan->from->body && bytes[at - 1] != '\n' && bytes[at - 1] != '\r') at--;
    return at;
}

/* Where a block begins: code without a fence has its place behind its own four columns. */
static uint32_t block_start(const struct markdown_plan *plan, node_id old) {
    const struct node *node = &plan->from->nodes[old];
    const char *bytes = source_bytes(plan);
    uint32_t start = node->place.offset, columns = 0;
    if (node->type != NODE_CODE_BLOCK || node->flags & NODE_FENCED) return start;
    while (start > plan->from->body && columns < 4 && memchr(" \t", bytes[start - 1], 2))
        columns += bytes[--start] == '\t' ? 4 : 1;
    return start;
}

/* What every further line of a block begins with, that stands where the old one does: quotes and
 * indentation as they are, a list's marker as spaces, a footnote's label as four. */
static void find_prefix_of(struct markdown_plan *plan, uint32_t end) {
    const char *bytes = source_bytes(plan);
    plan->prefix.length = 0;
    for (uint32_t at = line_start(plan, end); at < end; at++) {
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

static void find_prefix(struct markdown_plan *plan, node_id old) {
    find_prefix_of(plan, block_start(plan, old));
}

/* The prefix of a blank line. */
static struct text blank_prefix(const struct markdown_plan *plan) {
    struct text prefix = buffer_text(&plan->prefix);
    while (prefix.length && prefix.bytes[prefix.length - 1] != '>') prefix.length--;
    return prefix;
}

/* Where a block's last line with content ends: a parser may count blank lines to it. */
static uint32_t block_end(const struct markdown_plan *plan, node_id old) {
    const struct node *nodes = plan->from->nodes;
    uint32_t start = nodes[old].place.offset, end = place_end(plan->from, old);
    node_id next = old;
    while (next && !nodes[next].next) next = nodes[next].parent;
    if (next) next = nodes[next].next;
    if (next && nodes[next].place.offset > start && nodes[next].place.offset < end)
        end = nodes[next].place.offset;
    uint32_t at = end;
    while (at > start && memchr(" \t>\r\n", source_bytes(plan)[at - 1], 5)) {
        at--;
        if (source_bytes(plan)[at] == '\n') end = at;
    }
    while (end > start && source_bytes(plan)[end - 1] == '\r') end--;
    return end;
}

/* --- units ------------------------------------------------------------------------------- */

/* The splice of bytes that were compared: only what differs of them. */
static void add(struct splices *splices, const struct markdown_plan *plan, uint32_t from,
                uint32_t to, struct text bytes) {
    struct text old = {source_bytes(plan) + from, to - from};
    struct common_ends ends = common_ends(old, bytes);
    if (ends.head == old.length && ends.head == bytes.length) return;
    splices_add(splices, from + (uint32_t)ends.head, (uint32_t)(old.length - ends.head - ends.tail),
                (struct text){bytes.bytes + ends.head, bytes.length - ends.head - ends.tail});
}

static bool change_inlines(struct markdown_plan *plan, node_id id, struct splices *splices) {
    const struct document *from = plan->from;
    node_id first = from->nodes[id].first, last = from->nodes[id].last;
    if (!first || !place_is_exact(from, first) || !place_is_exact(from, last)) return false;
    uint32_t start = from->nodes[first].place.offset, end = place_end(from, last);
    if (end < start) return false;
    find_prefix(plan, id);
    plan->out.length = 0;
    if (!splice_inlines(plan, id, buffer_text(&plan->prefix), &plan->out)) return false;
    add(splices, plan, start, end, buffer_text(&plan->out));
    return true;
}

/* The only occurrence of `what` in `text`; length + 1 when there is none or more than one. */
static size_t find_only(struct text text, struct text what) {
    const char *found = memmem(text.bytes, text.length, what.bytes, what.length);
    if (!found) return text.length + 1;
    size_t at = (size_t)(found - text.bytes), rest = at + 1;
    return memmem(text.bytes + rest, text.length - rest, what.bytes, what.length) ? text.length + 1
                                                                                  : at;
}

/* Where inlines have no exact places: a changed text that stands in the block literally, once. */
static bool search_texts(struct markdown_plan *plan, node_id id, struct splices *splices) {
    struct span place = plan->from->nodes[id].place;
    struct text block = {source_bytes(plan) + place.offset, place.length};
    for (struct walk walk = walk_from(plan->to, id); walk_next(&walk);) {
        if (walk.id == id || !walk.entering) continue;
        uint8_t state = plan->states[walk.id];
        if (state & STATE_CHILDREN) return false;
        if (!(state & STATE_SELF)) continue;
        if (plan->to->nodes[walk.id].type != NODE_TEXT) return false;
        struct text was = node_text(plan->from, walk.id), is = node_text(plan->to, walk.id);
        size_t at = was.length ? find_only(block, was) : block.length + 1;
        if (at > block.length) return false;
        uint32_t start = place.offset + (uint32_t)at;
        add(splices, plan, start, start + (uint32_t)was.length, is);
    }
    return true;
}

/* An inline that is a block's own child: a figure's image. */
static bool change_inline(struct markdown_plan *plan, node_id id, struct splices *splices) {
    if (!place_is_exact(plan->from, id)) return false;
    find_prefix(plan, plan->from->nodes[id].parent);
    plan->out.length = 0;
    if (!splice_inlines(plan, id, buffer_text(&plan->prefix), &plan->out)) return false;
    add(splices, plan, plan->from->nodes[id].place.offset, place_end(plan->from, id),
        buffer_text(&plan->out));
    return true;
}

/* "## " and underlines. The level is all that differs. */
static bool change_heading(struct markdown_plan *plan, node_id id, struct splices *splices) {
    const struct node *old = &plan->from->nodes[id], *new = &plan->to->nodes[id];
    const char *bytes = source_bytes(plan);
    uint32_t start = old->place.offset, end = start;
    if (old->detail == new->detail || !same_fields(plan->from, plan->to, id)) return false;
    if (bytes[start] != '#') return false;
    while (bytes[end] == '#') end++;
    plan->out.length = 0;
    for (uint32_t i = 0; i < new->detail; i++) buffer_append_byte(&plan->out, '#');
    splices_add(splices, start, end - start, buffer_text(&plan->out));
    return !(plan->states[id] & (STATE_CHILDREN | STATE_BELOW)) ||
           change_inlines(plan, id, splices);
}

/* A literal that stands in the source byte for byte, on lines without prefixes of their own. */
static bool change_literal(struct markdown_plan *plan, node_id id, struct splices *splices) {
    const struct node *old = &plan->from->nodes[id];
    struct span span = old->text;
    if (!same_fields(plan->from, plan->to, id) || old->detail != plan->to->nodes[id].detail ||
        ((old->flags ^ plan->to->nodes[id].flags) & (uint16_t)~NODE_PLACE_EXACT))
        return false;
    if (!span.length || span.offset >= plan->from->strings.source.length) return false;
    find_prefix(plan, id);
    if (plan->prefix.length) return false;
    struct text wanted = node_text(plan->to, id), was = node_text(plan->from, id);
    if (wanted.length && wanted.bytes[wanted.length - 1] != '\n' &&
        was.bytes[was.length - 1] == '\n')
        return false;
    if (plan->line_end.length > 1) return false;
    if (old->type == NODE_CODE_BLOCK && !(old->flags & NODE_FENCED)) return false;
    add(splices, plan, span.offset, span.offset + span.length, wanted);
    return true;
}

/* The block's content in `out`, its further lines with the prefix that is in plan->prefix. */
static bool write_block(struct markdown_plan *plan, node_id id, struct buffer *out) {
    plan->units[id] = 1;
    return splice_write(plan, id, buffer_text(&plan->prefix), blank_prefix(plan), out);
}

static bool change_whole(struct markdown_plan *plan, node_id id, struct splices *splices) {
    if (id == ROOT_NODE || !plan_old(plan, id)) return false;
    /* Code without a fence keeps its own columns, be they a tab, unless the writer has to do it. */
    const struct node *old = &plan->from->nodes[id], *new = &plan->to->nodes[id];
    bool indented = old->type == NODE_CODE_BLOCK && !((old->flags | new->flags) & NODE_FENCED) &&
                    plan->levels[id] < UNIT_WHOLE_WRITER;
    uint32_t start = indented ? old->place.offset : block_start(plan, id);
    find_prefix_of(plan, start);
    plan->other.length = 0;
    if (!write_block(plan, id, &plan->other)) return false;
    add(splices, plan, start, block_end(plan, id), buffer_text(&plan->other));
    return true;
}

/* --- children that come and go ----------------------------------------------------------- */

/* Of the new children that are old ones of the same parent, marks those that stay: a longest row in
 * the old order. kept[i]: the old position + 1, or 0. */
static void keep_in_order(uint32_t count, const uint32_t *old_at, uint8_t *kept,
                          struct arena *arena) {
    uint32_t *ends = arena_allocate(arena, (count + 1) * sizeof *ends);
    uint32_t *before = arena_allocate(arena, (count + 1) * sizeof *before);
    uint32_t length = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!old_at[i]) continue;
        uint32_t low = 0, high = length;
        while (low < high) {
            uint32_t middle = (low + high) / 2;
            if (old_at[ends[middle]] < old_at[i])
                low = middle + 1;
            else
                high = middle;
        }
        before[i] = low ? ends[low - 1] : UINT32_MAX;
        ends[low] = i;
        if (low == length) length++;
    }
    for (uint32_t i = length ? ends[length - 1] : UINT32_MAX; i != UINT32_MAX; i = before[i])
        kept[i] = 1;
}

struct family {
    node_id *new_ids, *old_ids;
    uint32_t new_count, old_count;
    uint32_t *old_at; /* of each new one: its old position from 1; 0: new here */
    uint8_t *kept;    /* of each new one */
    uint8_t *goes;    /* of each old one */
};

static node_id *list_children(const struct document *document, node_id id, uint32_t *count,
                              struct arena *arena) {
    uint32_t total = 0;
    for (node_id child = document->nodes[id].first; child; child = document->nodes[child].next)
        total++;
    node_id *ids = arena_allocate(arena, (total + 1) * sizeof *ids);
    *count = 0;
    for (node_id child = document->nodes[id].first; child; child = document->nodes[child].next)
        ids[(*count)++] = child;
    return ids;
}

static struct family family_of(const struct markdown_plan *plan, node_id id, struct arena *arena) {
    struct family family = {0};
    family.new_ids = list_children(plan->to, id, &family.new_count, arena);
    family.old_ids = list_children(plan->from, id, &family.old_count, arena);
    family.old_at = arena_allocate_zeroed(arena, (family.new_count + 1) * sizeof(uint32_t));
    family.kept = arena_allocate_zeroed(arena, family.new_count + 1);
    family.goes = arena_allocate(arena, family.old_count + 1);
    memset(family.goes, 1, family.old_count + 1);
    /* Both are in the order of numbers but for what a script moved: a table by number is safe. */
    uint32_t *position = arena_allocate_zeroed(arena, plan->from->count * sizeof *position);
    for (uint32_t i = 0; i < family.old_count; i++) position[family.old_ids[i]] = i + 1;
    for (uint32_t i = 0; i < family.new_count; i++)
        if (plan_old(plan, family.new_ids[i])) family.old_at[i] = position[family.new_ids[i]];
    keep_in_order(family.new_count, family.old_at, family.kept, arena);
    for (uint32_t i = 0; i < family.new_count; i++)
        if (family.kept[i]) family.goes[family.old_at[i] - 1] = 0;
    return family;
}

/* Whether nothing but blank lines and prefixes stands between two places. */
static bool only_blank(const struct markdown_plan *plan, uint32_t from, uint32_t to) {
    for (uint32_t at = from; at < to; at++)
        if (!memchr(" \t\r\n>", source_bytes(plan)[at], 5)) return false;
    return true;
}

static bool ends_in_paragraph(const struct document *document, node_id id) {
    while (document->nodes[id].last &&
           node_type_is_block((enum node_type)document->nodes[id].type) &&
           !block_holds_inlines(document, id))
        id = document->nodes[id].last;
    return document->nodes[id].type == NODE_PARAGRAPH;
}

/* Whether a block would become part of the paragraph before it without a blank line between. */
static bool would_join(const struct document *document, node_id before, node_id id) {
    if (!before || !id || !ends_in_paragraph(document, before)) return false;
    enum node_type type = (enum node_type)document->nodes[id].type;
    return type == NODE_PARAGRAPH || type == NODE_TABLE || type == NODE_FIGURE ||
           type == NODE_THEMATIC_BREAK;
}

static bool blank_line_behind(const struct markdown_plan *plan, node_id old) {
    const char *bytes = source_bytes(plan);
    uint32_t ends = 0;
    for (uint32_t at = block_end(plan, old);
         at < plan->from->strings.source.length && memchr(" \t\r\n>", bytes[at], 5); at++)
        ends += bytes[at] == '\n';
    return ends > 1;
}

/* Takes a block away with the blank lines behind it; the first of `tail`, from where on all go,
 * with those before it. What else stands between blocks (definitions of references) stays. A blank
 * line stays where the block alone kept its neighbours apart. */
static void remove_block(struct markdown_plan *plan, const struct family *family, uint32_t x,
                         uint32_t tail, struct splices *splices) {
    node_id old = family->old_ids[x], behind = NO_NODE;
    uint32_t start = block_start(plan, old), end = block_end(plan, old);
    plan->other.length = 0;
    if (x + 1 < family->old_count) {
        behind = family->old_ids[x + 1];
        uint32_t next = block_start(plan, behind);
        if (next > end && only_blank(plan, end, next))
            end = next;
        else
            behind = NO_NODE;
    }
    if (x == tail && x) {
        uint32_t before = block_end(plan, family->old_ids[x - 1]);
        if (before < start && only_blank(plan, before, start)) start = before;
    }
    if (behind && !family->goes[x + 1]) {
        node_id before = plan->to->nodes[behind].previous;
        if (before && plan_old(plan, before) && would_join(plan->to, before, behind) &&
            !blank_line_behind(plan, before)) {
            find_prefix(plan, behind);
            while (start && memchr(" \t", source_bytes(plan)[start - 1], 2)) start--;
            buffer_append_text(&plan->other, plan->line_end);
            buffer_append_text(&plan->other, buffer_text(&plan->prefix));
        }
    }
    splices_add(splices, start, end - start, buffer_text(&plan->other));
}

/* Whether a blank line stands between children of this parent. */
static bool is_loose(const struct markdown_plan *plan, node_id parent) {
    const struct node *node = &plan->to->nodes[parent];
    if (node->type == NODE_LIST) return !(node->flags & NODE_TIGHT);
    return node->type != NODE_TABLE && node->type != NODE_TABLE_ROW;
}

static void write_separator(struct markdown_plan *plan, bool loose) {
    buffer_append_text(&plan->other, plan->line_end);
    if (!loose) return;
    buffer_append_text(&plan->other, blank_prefix(plan));
    buffer_append_text(&plan->other, plan->line_end);
}

static bool insert_block(struct markdown_plan *plan, const struct family *family, node_id parent,
                         uint32_t anchor, node_id id, struct splices *splices) {
    bool loose = is_loose(plan, parent);
    node_id neighbour = family->old_ids[anchor ? anchor - 1 : 0];
    uint32_t at = anchor ? block_end(plan, neighbour) : block_start(plan, neighbour);
    find_prefix(plan, neighbour);
    plan->other.length = 0;
    if (anchor) {
        write_separator(plan, loose);
        buffer_append_text(&plan->other, buffer_text(&plan->prefix));
    }
    if (!write_block(plan, id, &plan->other)) return false;
    if (!anchor) {
        write_separator(plan, loose);
        buffer_append_text(&plan->other, buffer_text(&plan->prefix));
    } else if (would_join(plan->to, id, plan->to->nodes[id].next) &&
               !blank_line_behind(plan, neighbour)) {
        buffer_append_text(&plan->other, plan->line_end);
        buffer_append_text(&plan->other, blank_prefix(plan));
    }
    splices_add(splices, at, 0, buffer_text(&plan->other));
    return true;
}

/* Puts a new block into the place of one that goes. */
static bool replace_block(struct markdown_plan *plan, node_id old, node_id id,
                          struct splices *splices) {
    node_id before = plan->to->nodes[id].previous, behind = plan->to->nodes[id].next;
    uint32_t start = block_start(plan, old);
    find_prefix(plan, old);
    plan->other.length = 0;
    if (would_join(plan->to, before, id) && plan_old(plan, before) &&
        !blank_line_behind(plan, before)) {
        while (start && memchr(" \t", source_bytes(plan)[start - 1], 2)) start--;
        write_separator(plan, false);
        buffer_append_text(&plan->other, buffer_text(&plan->prefix));
    }
    if (!write_block(plan, id, &plan->other)) return false;
    if (would_join(plan->to, id, behind) && plan_old(plan, behind) &&
        !blank_line_behind(plan, old)) {
        buffer_append_text(&plan->other, plan->line_end);
        buffer_append_text(&plan->other, blank_prefix(plan));
    }
    add(splices, plan, start, block_end(plan, old), buffer_text(&plan->other));
    return true;
}

/* A document that had no block: behind its last line. */
static bool fill_document(struct markdown_plan *plan, struct splices *splices) {
    struct text source = plan->from->strings.source;
    plan->prefix.length = plan->other.length = 0;
    bool line = source.length > plan->from->body && source.bytes[source.length - 1] != '\n';
    if (line) write_separator(plan, true);
    for (node_id id = plan->to->nodes[ROOT_NODE].first; id; id = plan->to->nodes[id].next) {
        if (!write_block(plan, id, &plan->other)) return false;
        buffer_append_text(&plan->other, plan->line_end);
        if (plan->to->nodes[id].next) buffer_append_text(&plan->other, plan->line_end);
    }
    splices_add(splices, (uint32_t)source.length, 0, buffer_text(&plan->other));
    return true;
}

static bool change_children(struct markdown_plan *plan, node_id parent, struct splices *splices,
                            struct arena *arena) {
    struct family family = family_of(plan, parent, arena);
    if (!family.old_count) return parent == ROOT_NODE && fill_document(plan, splices);
    if (!family.new_count && parent != ROOT_NODE) return false;
    uint32_t anchor = 0; /* the old position that was passed last, from 1 */
    for (uint32_t i = 0; i < family.new_count; i++) {
        if (family.kept[i]) {
            anchor = family.old_at[i];
            continue;
        }
        bool good;
        if (anchor < family.old_count && family.goes[anchor]) {
            family.goes[anchor] = 0;
            good = replace_block(plan, family.old_ids[anchor], family.new_ids[i], splices);
            anchor++;
        } else {
            good = insert_block(plan, &family, parent, anchor, family.new_ids[i], splices);
        }
        if (!good) return false;
    }
    uint32_t tail = family.old_count;
    while (tail && family.goes[tail - 1]) tail--;
    for (uint32_t x = 0; x < family.old_count; x++)
        if (family.goes[x]) remove_block(plan, &family, x, tail, splices);
    return true;
}

/* --- all of it --------------------------------------------------------------------------- */

/* Whether a walk goes into this child: it stands where it stood. */
static bool stays(const struct markdown_plan *plan, node_id id) {
    node_id old = plan_old(plan, id);
    return old && plan->from->nodes[old].parent == plan->to->nodes[id].parent;
}

static bool change_unit(struct markdown_plan *plan, node_id id, struct splices *splices,
                        struct arena *arena, bool *inside) {
    uint8_t state = plan->states[id];
    enum node_type type = (enum node_type)plan->to->nodes[id].type;
    *inside = false;
    if (!node_type_is_block(type))
        return plan->levels[id] < UNIT_WHOLE && change_inline(plan, id, splices);
    if (plan->levels[id] >= UNIT_WHOLE) return change_whole(plan, id, splices);
    if (type == NODE_HEADING && state & STATE_SELF) return change_heading(plan, id, splices);
    if (block_holds_inlines(plan->to, id))
        return !(state & STATE_SELF) &&
               (change_inlines(plan, id, splices) ||
                (plan->levels[id] == UNIT_PLAIN && search_texts(plan, id, splices)));
    if (!node_type_is_container(type)) return change_literal(plan, id, splices);
    if (state & STATE_SELF) return false;
    *inside = true;
    if (!(state & STATE_CHILDREN)) {
        plan->units[id] = 0; /* only on the way */
        return true;
    }
    return change_children(plan, id, splices, arena);
}

bool splice_markdown(struct markdown_plan *plan, struct splices *splices) {
    struct arena arena = {0};
    bool good = true;
    memset(plan->units, 0, plan->to->count);
    plan->stuck = NO_NODE;
    plan->problem = (struct writer_problem){0};
    for (uint32_t i = 0; i < plan->definitions.count; i++) {
        const struct splice *splice = &plan->definitions.items[i];
        splices_add(splices, splice->offset, splice->length, splice->bytes);
    }
    for (struct walk walk = walk_from(plan->to, ROOT_NODE); good && walk_next(&walk);) {
        if (!walk.entering) continue;
        if (!(plan->states[walk.id] & STATE_DIFFERS) || !stays(plan, walk.id)) {
            if (walk.id != ROOT_NODE || !(plan->states[ROOT_NODE] & STATE_DIFFERS)) {
                walk_over(&walk);
                continue;
            }
        }
        bool inside;
        plan->units[walk.id] = 1;
        good = change_unit(plan, walk.id, splices, &arena, &inside);
        if (!good) plan->stuck = walk.id;
        if (!inside) walk_over(&walk);
    }
    arena_free(&arena);
    return good;
}

/* The node before in the document's order. */
static node_id step_back(const struct document *document, node_id id) {
    node_id before = document->nodes[id].previous;
    if (!before) return document->nodes[id].parent;
    while (document->nodes[before].last) before = document->nodes[before].last;
    return before;
}

bool markdown_plan_raise(struct markdown_plan *plan, node_id node) {
    node_id unit = node;
    while (unit && !plan->units[unit]) unit = step_back(plan->to, unit);
    for (node_id id = 1; !unit && id < plan->to->count; id++)
        if (plan->units[id]) unit = id;
    if (!unit) return false;
    bool words = block_holds_inlines(plan->to, unit) ||
                 !node_type_is_block((enum node_type)plan->to->nodes[unit].type);
    if (words && unit != plan->stuck && plan->levels[unit] < UNIT_WRITER) {
        plan->levels[unit]++;
        return true;
    }
    for (; unit && unit != ROOT_NODE; unit = plan->to->nodes[unit].parent) {
        if (!stays(plan, unit)) continue;
        bool stuck = unit == plan->stuck && plan->levels[unit] >= UNIT_WHOLE;
        if (plan->levels[unit] >= UNIT_WHOLE_WRITER || stuck) continue;
        plan->levels[unit] = plan->levels[unit] < UNIT_WHOLE ? UNIT_WHOLE : UNIT_WHOLE_WRITER;
        return true;
    }
    return false;
}

void markdown_plan_rewrite(struct markdown_plan *plan, node_id node) {
    for (struct walk walk = walk_from(plan->to, node); walk_next(&walk);)
        if (walk.entering) plan->levels[walk.id] = UNIT_PLAIN;
    plan->states[node] |= STATE_SELF;
    plan->levels[node] = UNIT_WHOLE;
}

uint32_t markdown_plan_place(const struct markdown_plan *plan, node_id node) {
    while (node && !plan_old(plan, node)) node = plan->to->nodes[node].parent;
    return node ? plan->from->nodes[node].place.offset : plan->from->body;
}
