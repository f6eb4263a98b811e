#include "edit/splice_markdown.h"

#include "document/normal_form.h"
#include "edit/splice_children.h"
#include "edit/splice_inline.h"
#include "edit/splice_reference.h"
#include "edit/splice_unit.h"

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

/* What may differ in a node's fields without its own bytes being others. */
static enum field_key free_field(const struct markdown_plan *plan, node_id id) {
    const struct node *node = &plan->to->nodes[id];
    if (plan->defined[id]) return FIELD_URL;
    /* The label of a directive of one line is its text, which is compared for itself. */
    bool text =
        node->first && node->first == node->last && plan->to->nodes[node->first].type == NODE_TEXT;
    bool label =
        node->type == NODE_DIRECTIVE && node->detail != DIRECTIVE_BLOCK && text &&
        text_equal(node_text(plan->to, node->first), node_field(plan->to, id, FIELD_LABEL));
    return label ? FIELD_LABEL : FIELD_NONE;
}

uint8_t markdown_plan_compare(const struct markdown_plan *plan, node_id id) {
    node_id old = plan_old(plan, id);
    if (!old) return STATE_SELF | STATE_CHILDREN;
    const struct node *a = &plan->from->nodes[old], *b = &plan->to->nodes[id];
    uint8_t state = 0;
    if (((a->flags ^ b->flags) & (uint16_t)~NODE_PLACE_EXACT) || a->detail != b->detail ||
        !text_equal(node_text(plan->from, old), node_text(plan->to, id)) ||
        !same_fields_but(plan->from, plan->to, id, free_field(plan, id)))
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

/* --- units ------------------------------------------------------------------------------- */

static bool change_inlines(struct markdown_plan *plan, node_id id, struct splices *splices) {
    const struct document *from = plan->from;
    node_id first = from->nodes[id].first, last = from->nodes[id].last;
    if (!first || !place_is_exact(from, first) || !place_is_exact(from, last)) return false;
    uint32_t start = from->nodes[first].place.offset, end = place_end(from, last);
    if (end < start) return false;
    unit_prefix(plan, id);
    plan->out.length = 0;
    if (!splice_inlines(plan, id, buffer_text(&plan->prefix), &plan->out)) return false;
    unit_add(splices, plan, start, end, buffer_text(&plan->out));
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
    struct text block = {unit_bytes(plan) + place.offset, place.length};
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
        unit_add(splices, plan, start, start + (uint32_t)was.length, is);
    }
    return true;
}

/* An inline that is a block's own child: a figure's image. */
static bool change_inline(struct markdown_plan *plan, node_id id, struct splices *splices) {
    if (!place_is_exact(plan->from, id)) return false;
    unit_prefix(plan, plan->from->nodes[id].parent);
    plan->out.length = 0;
    if (!splice_inlines(plan, id, buffer_text(&plan->prefix), &plan->out)) return false;
    unit_add(splices, plan, plan->from->nodes[id].place.offset, place_end(plan->from, id),
             buffer_text(&plan->out));
    return true;
}

/* "## " and underlines. The level is all that differs. */
static bool change_heading(struct markdown_plan *plan, node_id id, struct splices *splices) {
    const struct node *old = &plan->from->nodes[id], *new = &plan->to->nodes[id];
    const char *bytes = unit_bytes(plan);
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
    unit_prefix(plan, id);
    if (plan->prefix.length) return false;
    struct text wanted = node_text(plan->to, id), was = node_text(plan->from, id);
    if (wanted.length && wanted.bytes[wanted.length - 1] != '\n' &&
        was.bytes[was.length - 1] == '\n')
        return false;
    if (plan->line_end.length > 1) return false;
    if (old->type == NODE_CODE_BLOCK && !(old->flags & NODE_FENCED)) return false;
    unit_add(splices, plan, span.offset, span.offset + span.length, wanted);
    return true;
}

static bool change_whole(struct markdown_plan *plan, node_id id, struct splices *splices) {
    if (id == ROOT_NODE || !plan_old(plan, id)) return false;
    /* Code without a fence keeps its own columns, be they a tab, unless the writer has to do it. */
    const struct node *old = &plan->from->nodes[id], *new = &plan->to->nodes[id];
    bool indented = old->type == NODE_CODE_BLOCK && !((old->flags | new->flags) & NODE_FENCED) &&
                    plan->levels[id] < UNIT_WHOLE_WRITER;
    uint32_t start = indented ? old->place.offset : unit_start(plan, id);
    unit_prefix_at(plan, start);
    plan->other.length = 0;
    if (block_needs_blank_line(plan, plan->to->nodes[id].previous, id)) {
        while (start && memchr(" \t", unit_bytes(plan)[start - 1], 2)) start--;
        buffer_append_text(&plan->other, plan->line_end);
        buffer_append_text(&plan->other, buffer_text(&plan->prefix));
    }
    if (!unit_write(plan, id, &plan->other)) return false;
    unit_add(splices, plan, start, unit_end(plan, id), buffer_text(&plan->other));
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
    return splice_children(plan, id, splices, arena);
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
