#include "edit/splice_children.h"

#include "document/normal_form.h"
#include "edit/splice_inline.h"
#include "edit/splice_unit.h"

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
        if (!memchr(" \t\r\n>", unit_bytes(plan)[at], 5)) return false;
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
    const struct node *node = &document->nodes[id];
    switch ((enum node_type)node->type) {
    case NODE_PARAGRAPH:
    case NODE_TABLE:
    case NODE_FIGURE:
    case NODE_THEMATIC_BREAK: return true;
    case NODE_CODE_BLOCK: return !(node->flags & NODE_FENCED);
    case NODE_LIST:
        return (node->flags & NODE_ORDERED && node->detail != 1) ||
               !document->nodes[node->first].first;
    default: return false;
    }
}

/* Whether two lists, one behind the other, would be one. */
static bool same_marks(const struct node *a, const struct node *b) {
    uint16_t kind = NODE_ORDERED | NODE_PARENTHESIS;
    return a->type == NODE_LIST && b->type == NODE_LIST && !((a->flags ^ b->flags) & kind) &&
           (a->flags & NODE_ORDERED || a->mark == b->mark);
}

/* A block that stays is written anew where it needs other marks for what comes to stand before it:
 * the second of two lists, and code without a fence behind a list or such code. */
static void give_other_marks(struct markdown_plan *plan, node_id id) {
    const struct node *node = &plan->to->nodes[id];
    node_id before = node->previous;
    if (!before || before == plan->from->nodes[id].previous || plan->levels[id] >= UNIT_WHOLE)
        return;
    const struct node *previous = &plan->to->nodes[before];
    bool bare = node->type == NODE_CODE_BLOCK && !(node->flags & NODE_FENCED);
    bool runs_on = bare && (previous->type == NODE_LIST || (previous->type == NODE_CODE_BLOCK &&
                                                            !(previous->flags & NODE_FENCED)));
    if (!runs_on && !(plan_old(plan, before) && same_marks(previous, node))) return;
    markdown_plan_rewrite(plan, id);
    if (bare) plan->levels[id] = UNIT_WHOLE_WRITER; /* which gives it a fence */
}

static bool blank_line_behind(const struct markdown_plan *plan, node_id old) {
    const char *bytes = unit_bytes(plan);
    uint32_t ends = 0;
    for (uint32_t at = unit_end(plan, old);
         at < plan->from->strings.source.length && memchr(" \t\r\n>", bytes[at], 5); at++)
        ends += bytes[at] == '\n';
    return ends > 1;
}

bool block_needs_blank_line(const struct markdown_plan *plan, node_id before, node_id id) {
    return would_join(plan->to, before, id) && plan_old(plan, before) &&
           !blank_line_behind(plan, before);
}

/* Takes a block away with the blank lines behind it; the first of `tail`, from where on all go,
 * with those before it. What else stands between blocks (definitions of references) stays. A blank
 * line stays where the block alone kept its neighbours apart. */
static void remove_block(struct markdown_plan *plan, const struct family *family, uint32_t x,
                         uint32_t tail, struct splices *splices) {
    node_id old = family->old_ids[x], behind = NO_NODE;
    uint32_t start = unit_start(plan, old), end = unit_end(plan, old);
    plan->other.length = 0;
    if (x + 1 < family->old_count) {
        behind = family->old_ids[x + 1];
        uint32_t next = unit_start(plan, behind);
        if (next > end && only_blank(plan, end, next))
            end = next;
        else
            behind = NO_NODE;
    }
    if (x == tail && x) {
        uint32_t before = unit_end(plan, family->old_ids[x - 1]);
        if (before < start && only_blank(plan, before, start)) start = before;
    }
    if (behind && !family->goes[x + 1]) {
        node_id before = plan->to->nodes[behind].previous;
        if (block_needs_blank_line(plan, before, behind)) {
            unit_prefix(plan, behind);
            while (start && memchr(" \t", unit_bytes(plan)[start - 1], 2)) start--;
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
    buffer_append_text(&plan->other, unit_blank_prefix(plan));
    buffer_append_text(&plan->other, plan->line_end);
}

/* Where what comes behind a block is put: behind a table's head stands the line of its columns. */
static uint32_t end_behind(const struct markdown_plan *plan, node_id old) {
    const struct node *node = &plan->from->nodes[old];
    struct text source = plan->from->strings.source;
    uint32_t at = unit_end(plan, old), line = at;
    if (node->type != NODE_TABLE_ROW || !(node->flags & NODE_HEADER)) return at;
    while (line < source.length && source.bytes[line] != '\n') line++;
    if (line == source.length) return at;
    for (at = ++line; at < source.length && !memchr("\r\n", source.bytes[at], 2);) at++;
    return at;
}

static bool insert_block(struct markdown_plan *plan, const struct family *family, node_id parent,
                         uint32_t anchor, node_id id, struct splices *splices) {
    bool loose = is_loose(plan, parent);
    node_id neighbour = family->old_ids[anchor ? anchor - 1 : 0], next = plan->to->nodes[id].next;
    uint32_t at = anchor ? end_behind(plan, neighbour) : unit_start(plan, neighbour);
    unit_prefix(plan, neighbour);
    plan->other.length = 0;
    if (anchor) {
        write_separator(plan, loose);
        buffer_append_text(&plan->other, buffer_text(&plan->prefix));
    }
    if (!unit_write(plan, id, &plan->other)) return false;
    if (!anchor) {
        write_separator(plan, loose);
        buffer_append_text(&plan->other, buffer_text(&plan->prefix));
    } else if (would_join(plan->to, id, next) && plan_old(plan, next) &&
               !blank_line_behind(plan, neighbour)) { /* a new one has its own */
        buffer_append_text(&plan->other, plan->line_end);
        buffer_append_text(&plan->other, unit_blank_prefix(plan));
    }
    uint32_t depth = 0;
    for (node_id up = parent; up != ROOT_NODE; up = plan->to->nodes[up].parent) depth++;
    if (anchor)
        splices_add_behind(splices, at, depth, buffer_text(&plan->other));
    else
        splices_add(splices, at, 0, buffer_text(&plan->other));
    return true;
}

/* Puts a new block into the place of one that goes. */
static bool replace_block(struct markdown_plan *plan, node_id old, node_id id,
                          struct splices *splices) {
    node_id before = plan->to->nodes[id].previous, behind = plan->to->nodes[id].next;
    uint32_t start = unit_start(plan, old);
    unit_prefix(plan, old);
    plan->other.length = 0;
    if (block_needs_blank_line(plan, before, id)) {
        while (start && memchr(" \t", unit_bytes(plan)[start - 1], 2)) start--;
        write_separator(plan, false);
        buffer_append_text(&plan->other, buffer_text(&plan->prefix));
    }
    if (!unit_write(plan, id, &plan->other)) return false;
    if (would_join(plan->to, id, behind) && plan_old(plan, behind) &&
        !blank_line_behind(plan, old)) {
        buffer_append_text(&plan->other, plan->line_end);
        buffer_append_text(&plan->other, unit_blank_prefix(plan));
    }
    unit_add(splices, plan, start, unit_end(plan, old), buffer_text(&plan->other));
    return true;
}

/* A document that had no block: behind its last line. */
static bool fill_document(struct markdown_plan *plan, struct splices *splices) {
    struct text source = plan->from->strings.source;
    plan->prefix.length = plan->other.length = 0;
    bool ends_in_line = source.length && source.bytes[source.length - 1] != '\n';
    if (ends_in_line && source.length > plan->from->body)
        write_separator(plan, true);
    else if (ends_in_line) /* the fence of the front matter */
        buffer_append_text(&plan->other, plan->line_end);
    for (node_id id = plan->to->nodes[ROOT_NODE].first; id; id = plan->to->nodes[id].next) {
        if (!unit_write(plan, id, &plan->other)) return false;
        buffer_append_text(&plan->other, plan->line_end);
        if (plan->to->nodes[id].next) buffer_append_text(&plan->other, plan->line_end);
    }
    splices_add(splices, (uint32_t)source.length, 0, buffer_text(&plan->other));
    return true;
}

bool splice_children(struct markdown_plan *plan, node_id parent, struct splices *splices,
                     struct arena *arena) {
    struct family family = family_of(plan, parent, arena);
    if (!family.old_count) return parent == ROOT_NODE && fill_document(plan, splices);
    if (!family.new_count && parent != ROOT_NODE) return false;
    uint32_t anchor = 0; /* the old position that was passed last, from 1 */
    for (uint32_t i = 0; i < family.new_count; i++) {
        if (family.kept[i]) {
            anchor = family.old_at[i];
            give_other_marks(plan, family.new_ids[i]);
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
