#include "edit/splice_inline.h"

#include "edit/splice_words.h"

static bool is_punctuation(char c) {
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
           (c >= '{' && c <= '~');
}

/* --- links ------------------------------------------------------------------------------- */

bool url_needs_brackets(struct text url) {
    int open = 0;
    if (!url.length || url.bytes[0] == '<') return true;
    for (size_t i = 0; i < url.length; i++) {
        unsigned char c = (unsigned char)url.bytes[i];
        const char *close = c == '{' && i + 1 < url.length && url.bytes[i + 1] == '{'
                                ? memmem(url.bytes + i, url.length - i, "}}", 2)
                                : NULL;
        if (close) { /* a shortcode may hold blanks */
            i = (size_t)(close - url.bytes) + 1;
            continue;
        }
        if (c <= ' ' || c == 0x7F) return true;
        if (c == '(') open++;
        if (c == ')' && --open < 0) return true;
    }
    return open != 0;
}

void splice_url(struct text url, bool bracketed, bool in_cell, bool entities, struct buffer *out) {
    for (size_t i = 0; i < url.length; i++) {
        char c = url.bytes[i];
        char next = i + 1 < url.length ? url.bytes[i + 1] : ' ';
        if ((bracketed && (c == '<' || c == '>')) || (c == '\\' && is_punctuation(next)) ||
            (in_cell && c == '|'))
            buffer_append_byte(out, '\\');
        if (c == '&' && entities)
            buffer_append_string(out, "&amp;");
        else
            buffer_append_byte(out, c);
    }
}

static void write_url(struct run *run, struct text url, bool bracketed) {
    splice_url(url, bracketed, run->cell, run->level > UNIT_PLAIN, run->out);
}

static void write_tail(struct run *run, node_id id) {
    struct text url = node_field(run->plan->to, id, FIELD_URL);
    struct text title = node_field(run->plan->to, id, FIELD_TITLE);
    bool brackets = url_needs_brackets(url) && (url.length || title.length);
    buffer_append_string(run->out, brackets ? "](<" : "](");
    write_url(run, url, brackets);
    if (brackets) buffer_append_byte(run->out, '>');
    if (title.length) {
        buffer_append_string(run->out, " \"");
        for (size_t i = 0; i < title.length; i++) {
            char c = title.bytes[i];
            if (c == '"' || c == '\\' || (run->cell && c == '|'))
                buffer_append_byte(run->out, '\\');
            if (c == '&' && run->level > UNIT_PLAIN)
                buffer_append_string(run->out, "&amp;");
            else
                buffer_append_byte(run->out, c);
        }
        buffer_append_byte(run->out, '"');
    }
    buffer_append_byte(run->out, ')');
}

static bool other_fields_equal(const struct document *a, const struct document *b, node_id id) {
    uint32_t i = a->nodes[id].fields, j = b->nodes[id].fields;
    for (;; i = a->fields[i].next, j = b->fields[j].next) {
        while (i && (a->fields[i].key == FIELD_URL || a->fields[i].key == FIELD_TITLE))
            i = a->fields[i].next;
        while (j && (b->fields[j].key == FIELD_URL || b->fields[j].key == FIELD_TITLE))
            j = b->fields[j].next;
        if (!i || !j) return i == j;
        if (a->fields[i].key != b->fields[j].key ||
            !text_equal(strings_text(&a->strings, a->fields[i].value),
                        strings_text(&b->strings, b->fields[j].value)))
            return false;
    }
}

/* The old end "](url "title")" with another url in it, when the url stands there literally and the
 * title stays. */
static bool change_url(struct run *run, node_id id, node_id old, struct span tail) {
    const struct document *from = run->plan->from;
    uint32_t field = node_find_field(from, old, FIELD_URL);
    struct span url = field ? from->fields[field].value : (struct span){0, 0};
    if (!url.length || url.offset < tail.offset ||
        url.offset + url.length > tail.offset + tail.length)
        return false;
    if (!text_equal(node_field(from, old, FIELD_TITLE), node_field(run->plan->to, id, FIELD_TITLE)))
        return false;
    struct text wanted = node_field(run->plan->to, id, FIELD_URL);
    const char *bytes = from->strings.source.bytes;
    bool bracketed = bytes[url.offset - 1] == '<';
    struct common_ends ends = common_ends(strings_text(&from->strings, url), wanted);
    /* What stays may hold what needs brackets elsewhere: the blanks of a shortcode. */
    struct text changed = {wanted.bytes + ends.head, wanted.length - ends.head - ends.tail};
    if (!bracketed && (changed.length ? url_needs_brackets(changed) : !wanted.length)) return false;
    buffer_append(run->out, bytes + tail.offset, url.offset + ends.head - tail.offset);
    write_url(run, changed, bracketed);
    uint32_t rest = url.offset + url.length - (uint32_t)ends.tail;
    buffer_append(run->out, bytes + rest, tail.offset + tail.length - rest);
    return true;
}

/* Whether a link's only child is its url as a text, without a title: then it may stay without
 * brackets. */
static bool shows_its_url(const struct document *document, node_id id) {
    node_id child = document->nodes[id].first;
    if (!child || document->nodes[child].next || document->nodes[child].type != NODE_TEXT)
        return false;
    struct text url = node_field(document, id, FIELD_URL), text = node_text(document, child);
    if (node_field(document, id, FIELD_TITLE).length) return false;
    if (text_starts(url, TEXT("mailto:")) && !text_starts(text, TEXT("mailto:"))) {
        url.bytes += 7;
        url.length -= 7;
    }
    return text_equal(url, text);
}

/* --- shells ------------------------------------------------------------------------------ */

bool inline_shell(const struct markdown_plan *plan, node_id old, struct span *open,
                  struct span *close) {
    const struct document *from = plan->from;
    const struct node *node = &from->nodes[old];
    uint32_t start = node->place.offset, end = place_end(from, old), inner, outer;
    if (!place_is_exact(from, old)) return false;
    if (node->first) {
        if (!place_is_exact(from, node->first) || !place_is_exact(from, node->last)) return false;
        inner = from->nodes[node->first].place.offset;
        outer = place_end(from, node->last);
    } else if (node->type == NODE_LINK || node->type == NODE_IMAGE) {
        inner = outer = start + (node->type == NODE_IMAGE ? 2 : 1);
    } else {
        return false;
    }
    if (inner < start || outer < inner || outer > end) return false;
    *open = (struct span){start, inner - start};
    *close = (struct span){outer, end - outer};
    return true;
}

static bool is_link(enum node_type type) {
    return type == NODE_LINK || type == NODE_IMAGE;
}

/* How the node's shell is written: from the old one, or of marks. */
static bool open_container(struct run *run, node_id id) {
    const struct markdown_plan *plan = run->plan;
    const struct node *node = &plan->to->nodes[id];
    node_id old = plan_old(plan, id);
    struct span open, close;
    bool self = plan->states[id] & STATE_SELF;
    if (old && !(self && !is_link((enum node_type)node->type)) &&
        inline_shell(plan, old, &open, &close)) {
        bool bare = run_source(run, open.offset, open.offset + open.length).length == 0 ||
                    run->plan->from->nodes[old].mark == '<';
        if (node->type == NODE_LINK && bare && !shows_its_url(plan->to, id))
            buffer_append_byte(run->out, '[');
        else
            buffer_append_text(run->out, run_source(run, open.offset, open.offset + open.length));
        return !self || other_fields_equal(plan->from, plan->to, id);
    }
    if (node->fields && !is_link((enum node_type)node->type)) return false;
    if (is_link((enum node_type)node->type)) {
        for (uint32_t i = node->fields; i; i = plan->to->fields[i].next)
            if (plan->to->fields[i].key != FIELD_URL && plan->to->fields[i].key != FIELD_TITLE)
                return false;
    }
    const char *mark = node->mark == '_' ? "__" : "**";
    switch ((enum node_type)node->type) {
    case NODE_EMPH: buffer_append(run->out, mark, 1); return true;
    case NODE_STRONG: buffer_append(run->out, mark, 2); return true;
    case NODE_STRIKETHROUGH: buffer_append_string(run->out, "~~"); return true;
    case NODE_LINK: buffer_append_string(run->out, "["); return true;
    case NODE_IMAGE: buffer_append_string(run->out, "!["); return true;
    default: return false;
    }
}

static bool has_line_end(struct text text) {
    return text.length &&
           (memchr(text.bytes, '\n', text.length) || memchr(text.bytes, '\r', text.length));
}

/* "]" or "][]": the text of the link is its label, so with another text the label has to be said.
 */
static bool is_own_label(struct text tail) {
    return text_is(tail, "]") || text_is(tail, "][]");
}

/* Closes a reference that had its text for a label, by that label. */
static bool write_label(struct run *run, struct span open, struct span close) {
    uint32_t start = open.offset + open.length;
    struct text label = run_source(run, start, close.offset);
    if (!text_trim(label).length || has_line_end(label)) return false;
    buffer_append_string(run->out, "][");
    buffer_append_text(run->out, label);
    buffer_append_byte(run->out, ']');
    return true;
}

static void close_container(struct run *run, node_id id) {
    const struct markdown_plan *plan = run->plan;
    const struct node *node = &plan->to->nodes[id];
    node_id old = plan_old(plan, id);
    struct span open, close;
    bool self = plan->states[id] & STATE_SELF;
    bool known = old && !(self && !is_link((enum node_type)node->type)) &&
                 inline_shell(plan, old, &open, &close);
    if (known && node->type == NODE_LINK &&
        (open.length == 0 || run->plan->from->nodes[old].mark == '<')) {
        if (shows_its_url(plan->to, id))
            buffer_append_text(run->out,
                               run_source(run, close.offset, close.offset + close.length));
        else
            write_tail(run, id);
        return;
    }
    if (known && !self && is_link((enum node_type)node->type) && plan->states[id] & STATE_DIFFERS &&
        is_own_label(run_source(run, close.offset, close.offset + close.length))) {
        if (!write_label(run, open, close)) write_tail(run, id);
        return;
    }
    if (known && (!self || change_url(run, id, old, close))) {
        if (!self)
            buffer_append_text(run->out,
                               run_source(run, close.offset, close.offset + close.length));
        return;
    }
    const char *mark = node->mark == '_' ? "__" : "**";
    switch ((enum node_type)node->type) {
    case NODE_EMPH: buffer_append(run->out, mark, 1); break;
    case NODE_STRONG: buffer_append(run->out, mark, 2); break;
    case NODE_STRIKETHROUGH: buffer_append_string(run->out, "~~"); break;
    default: write_tail(run, id);
    }
}

/* The paragraph, heading or cell that an inline stands in. */
static node_id owner_of(const struct document *document, node_id id) {
    while (id && !node_type_is_block((enum node_type)document->nodes[id].type))
        id = document->nodes[id].parent;
    return id;
}

/* Bytes of the source can be taken over when nothing in them changed, and the prefixes of their
 * lines are those of the place they go to. */
static bool copies(struct run *run, node_id id) {
    const struct markdown_plan *plan = run->plan;
    node_id old = plan_old(plan, id);
    if (!old || plan->states[id] & STATE_DIFFERS || !place_is_exact(plan->from, old)) return false;
    struct text raw =
        run_source(run, plan->from->nodes[old].place.offset, place_end(plan->from, old));
    if (has_line_end(raw) && (run->moved || owner_of(plan->from, old) != run->owner)) return false;
    buffer_append_text(run->out, raw);
    return true;
}

static bool write_leaf(struct run *run, node_id id) {
    const struct document *to = run->plan->to;
    node_id old = plan_old(run->plan, id);
    switch ((enum node_type)to->nodes[id].type) {
    case NODE_TEXT: run_change_text(run, id, old); return true;
    case NODE_SOFTBREAK: run_write_line_end(run); return true;
    case NODE_LINEBREAK: {
        bool spaces =
            old && place_is_exact(run->plan->from, old) &&
            run->plan->from->strings.source.bytes[run->plan->from->nodes[old].place.offset] == ' ';
        buffer_append_string(run->out, spaces ? "  " : "\\");
        run_write_line_end(run);
        return true;
    }
    case NODE_CODE: run_write_code(run, node_text(to, id)); return !to->nodes[id].fields;
    case NODE_HTML_INLINE:
    case NODE_SHORTCODE: buffer_append_text(run->out, node_text(to, id)); return true;
    case NODE_TASK: {
        bool checked = to->nodes[id].flags & NODE_CHECKED;
        struct text raw = {NULL, 0};
        if (old && place_is_exact(run->plan->from, old))
            raw = run_source(run, run->plan->from->nodes[old].place.offset,
                             place_end(run->plan->from, old));
        buffer_append_string(run->out, checked ? "[x]" : "[ ]");
        if (raw.length > 3) buffer_append(run->out, raw.bytes + 3, raw.length - 3);
        if (!raw.length) buffer_append_byte(run->out, ' ');
        return true;
    }
    default: return false;
    }
}

static bool write_anew(struct run *run, node_id id) {
    return markdown_write_inlines(run->plan->to, id, id, run->prefix, &run->plan->options, run->out,
                                  &run->plan->problem);
}

/* Bytes between two neighbours that belong to neither. */
static void write_gap(struct run *run, node_id id) {
    const struct document *from = run->plan->from;
    node_id old = plan_old(run->plan, id), before = run->plan->to->nodes[id].previous;
    if (!old || !before || plan_old(run->plan, before) != from->nodes[old].previous ||
        !place_is_exact(from, old) || !from->nodes[old].previous || !place_is_exact(from, before))
        return;
    uint32_t start = place_end(from, before), end = from->nodes[old].place.offset;
    if (end <= start || (run->moved && has_line_end(run_source(run, start, end)))) return;
    buffer_append_text(run->out, run_source(run, start, end));
}

static bool has_moved(const struct markdown_plan *plan, node_id block) {
    for (; block && block != ROOT_NODE; block = plan->to->nodes[block].parent)
        if (!plan_old(plan, block) ||
            plan->from->nodes[block].parent != plan->to->nodes[block].parent)
            return true;
    return false;
}

bool splice_inlines(struct markdown_plan *plan, node_id top, struct text prefix,
                    struct buffer *out) {
    struct run run = {.plan = plan,
                      .owner = owner_of(plan->to, top),
                      .level = (enum unit_level)plan->levels[top],
                      .prefix = prefix,
                      .out = out,
                      .cell = plan->to->nodes[top].type == NODE_TABLE_CELL};
    run.moved = has_moved(plan, run.owner);
    for (struct walk walk = walk_from(plan->to, top); walk_next(&walk);) {
        if (walk.id == run.owner) continue;
        bool container = node_type_is_container((enum node_type)plan->to->nodes[walk.id].type);
        if (walk.entering && walk.id != top) write_gap(&run, walk.id);
        if (!walk.entering) {
            close_container(&run, walk.id);
        } else if (copies(&run, walk.id)) {
            walk_over(&walk);
        } else if (run.level >= UNIT_WRITER && plan->states[walk.id] & STATE_SELF) {
            if (!write_anew(&run, walk.id)) return false;
            walk_over(&walk);
        } else if (container ? !open_container(&run, walk.id) : !write_leaf(&run, walk.id)) {
            if (!write_anew(&run, walk.id)) return false;
            if (container) walk_over(&walk);
        }
    }
    return true;
}
