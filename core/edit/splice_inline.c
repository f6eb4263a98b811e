#include "edit/splice_inline.h"

#include "document/dialect.h"
#include "document/markdown_align.h"

/* The owner at hand. */
struct run {
    struct markdown_plan *plan;
    node_id owner;
    enum unit_level level;
    struct text prefix;
    struct buffer *out;
    bool cell;  /* a "|" would end it */
    bool moved; /* the owner stands in other blocks, so its lines have other prefixes */
};

static struct text source_of(const struct run *run, uint32_t from, uint32_t to) {
    return (struct text){run->plan->from->strings.source.bytes + from, to - from};
}

static bool is_punctuation(char c) {
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
           (c >= '{' && c <= '~');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Whether what has been written ends a line: only blanks stand behind its last line end. */
static bool at_line_start(const struct run *run) {
    const struct buffer *out = run->out;
    size_t prefix = run->prefix.length;
    if (!out->length) return true;
    if (!prefix) return out->bytes[out->length - 1] == '\n';
    return out->length > prefix && out->bytes[out->length - prefix - 1] == '\n' &&
           !memcmp(out->bytes + out->length - prefix, run->prefix.bytes, prefix);
}

static void write_text(struct run *run, struct text text) {
    bool start = at_line_start(run);
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        bool escape = false;
        if (run->level >= UNIT_ESCAPED) {
            escape = memchr("\\`*_[]<&~", c, 9) != NULL;
            if (start && i == 0) escape |= memchr("#>+-=~|:", c, 8) != NULL;
            if (start && i && (c == '.' || c == ')')) {
                size_t digits = 0;
                while (digits < i && is_digit(text.bytes[digits])) digits++;
                escape |= digits == i;
            }
        }
        if (run->cell && c == '|') escape = true;
        if (escape) buffer_append_byte(run->out, '\\');
        buffer_append_byte(run->out, c);
    }
}

/* Where each byte of an old text is written: map[i], and map[length] the end. */
static bool map_text(const struct run *run, struct text raw, struct text literal, bool escapes,
                     uint32_t *map) {
    size_t at = 0, next = 0;
    while (next < literal.length) {
        uint32_t raw_used, used;
        if (at >= raw.length ||
            !align_step(raw.bytes + at, raw.bytes + raw.length, literal.bytes + next,
                        literal.bytes + literal.length, escapes,
                        (run->plan->dialect & DIALECT_SMART) != 0, &raw_used, &used))
            return false;
        for (uint32_t i = 0; i < used && next < literal.length; i++) map[next++] = (uint32_t)at;
        at += raw_used;
    }
    map[literal.length] = (uint32_t)at;
    return at == raw.length;
}

/* An old text as it is written, and what it becomes. */
struct rewording {
    struct text raw, literal, wanted;
    const uint32_t *map;
};

enum { SAME_AGAIN = 4, FARTHEST = 128, MOST_TRIES = 1 << 22 };

/* Whether what is written may be cut here: not within a character reference. */
static bool may_cut(const struct rewording *words, size_t at) {
    return at == 0 || words->map[at] != words->map[at - 1];
}

/* Whether both texts go on alike: for some bytes, or for one character that is written by a
 * reference or an escape, which would be lost if it were written anew. */
static bool goes_on(const struct rewording *words, size_t a, size_t old_end, size_t b,
                    size_t new_end) {
    size_t end = a + SAME_AGAIN;
    if (a >= old_end || !may_cut(words, a)) return false;
    if (end > old_end || b + SAME_AGAIN > new_end ||
        memcmp(words->literal.bytes + a, words->wanted.bytes + b, SAME_AGAIN)) {
        for (end = a + 1; end < old_end && !may_cut(words, end);) end++;
        struct text written = {words->raw.bytes + words->map[a], words->map[end] - words->map[a]};
        struct text meant = {words->literal.bytes + a, end - a};
        return b + meant.length <= new_end && !text_equal(written, meant) &&
               !memcmp(meant.bytes, words->wanted.bytes + b, meant.length);
    }
    return true;
}

/* The nearest place where both texts go on alike: how far in each. All that is left when there is
 * none near, or when the search has cost too much. */
static void next_alike(const struct rewording *words, size_t old, size_t old_end, size_t new,
                       size_t new_end, size_t *tries, size_t *old_skip, size_t *new_skip) {
    for (size_t far = 1; far <= FARTHEST && *tries < MOST_TRIES; far++) {
        for (size_t skip = 0; skip <= far; skip++) {
            size_t a = old + skip, b = new + far - skip;
            ++*tries;
            if (!goes_on(words, a, old_end, b, new_end)) continue;
            *old_skip = skip, *new_skip = far - skip;
            return;
        }
    }
    *old_skip = old_end - old, *new_skip = new_end - new;
}

/* Between the common ends, several places may have changed: what is written between those stays
 * too, character references and escapes among it. */
static void change_words(struct run *run, const struct rewording *words, struct common_ends ends) {
    size_t old = ends.head, old_end = words->literal.length - ends.tail, tries = 0;
    size_t new = ends.head, new_end = words->wanted.length - ends.tail;
    while (old < old_end || new < new_end) {
        size_t same = 0;
        while (old + same < old_end && new + same < new_end &&
               words->literal.bytes[old + same] == words->wanted.bytes[new + same])
            same++;
        while (same && !may_cut(words, old + same)) same--;
        if (same && may_cut(words, old)) {
            uint32_t start = words->map[old];
            buffer_append(run->out, words->raw.bytes + start, words->map[old + same] - start);
            old += same, new += same;
            continue;
        }
        size_t old_skip, new_skip;
        next_alike(words, old, old_end, new, new_end, &tries, &old_skip, &new_skip);
        write_text(run, (struct text){words->wanted.bytes + new, new_skip});
        old += old_skip, new += new_skip;
    }
}

/* A changed text keeps what is written of all that did not change. */
static void change_text(struct run *run, node_id id, node_id old) {
    const struct document *from = run->plan->from;
    struct text wanted = node_text(run->plan->to, id);
    if (!old || !place_is_exact(from, old)) {
        write_text(run, wanted);
        return;
    }
    struct text literal = node_text(from, old);
    struct text raw = source_of(run, from->nodes[old].place.offset, place_end(from, old));
    node_id parent = from->nodes[old].parent;
    bool automatic = from->nodes[parent].type == NODE_LINK && from->nodes[parent].mark == '<';
    uint32_t *map = memory_allocate((literal.length + 1) * sizeof *map);
    if (map_text(run, raw, literal, !automatic, map)) {
        struct common_ends ends = common_ends(literal, wanted);
        uint32_t head = map[ends.head], tail = map[literal.length - ends.tail];
        buffer_append(run->out, raw.bytes, head);
        struct rewording words = {raw, literal, wanted, map};
        change_words(run, &words, ends);
        buffer_append(run->out, raw.bytes + tail, raw.length - tail);
    } else {
        write_text(run, wanted);
    }
    memory_free(map);
}

static void write_line_end(struct run *run) {
    buffer_append_text(run->out, run->plan->line_end);
    buffer_append_text(run->out, run->prefix);
}

static void write_code(struct run *run, struct text literal) {
    size_t longest = 0, marks = 0, used = 1;
    uint64_t runs = 0;
    for (size_t i = 0; i <= literal.length; i++) {
        if (i < literal.length && literal.bytes[i] == '`') {
            marks++;
            continue;
        }
        if (marks && marks < 64) runs |= (uint64_t)1 << marks;
        if (marks > longest) longest = marks;
        marks = 0;
    }
    while (used < 63 && runs & ((uint64_t)1 << used)) used++;
    if (used == 63) used = longest + 1;
    bool ticks =
        literal.length && (literal.bytes[0] == '`' || literal.bytes[literal.length - 1] == '`');
    bool blanks =
        literal.length && literal.bytes[0] == ' ' && literal.bytes[literal.length - 1] == ' ';
    bool all = true;
    for (size_t i = 0; i < literal.length; i++) all &= literal.bytes[i] == ' ';
    bool pad = ticks || (blanks && !all);
    for (size_t i = 0; i < used; i++) buffer_append_byte(run->out, '`');
    if (pad) buffer_append_byte(run->out, ' ');
    buffer_append_text(run->out, literal);
    if (pad) buffer_append_byte(run->out, ' ');
    for (size_t i = 0; i < used; i++) buffer_append_byte(run->out, '`');
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
        bool bare = source_of(run, open.offset, open.offset + open.length).length == 0 ||
                    run->plan->from->nodes[old].mark == '<';
        if (node->type == NODE_LINK && bare && !shows_its_url(plan->to, id))
            buffer_append_byte(run->out, '[');
        else
            buffer_append_text(run->out, source_of(run, open.offset, open.offset + open.length));
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
    struct text label = source_of(run, start, close.offset);
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
            buffer_append_text(run->out, source_of(run, close.offset, close.offset + close.length));
        else
            write_tail(run, id);
        return;
    }
    if (known && !self && is_link((enum node_type)node->type) && plan->states[id] & STATE_DIFFERS &&
        is_own_label(source_of(run, close.offset, close.offset + close.length))) {
        if (!write_label(run, open, close)) write_tail(run, id);
        return;
    }
    if (known && (!self || change_url(run, id, old, close))) {
        if (!self)
            buffer_append_text(run->out, source_of(run, close.offset, close.offset + close.length));
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
        source_of(run, plan->from->nodes[old].place.offset, place_end(plan->from, old));
    if (has_line_end(raw) && (run->moved || owner_of(plan->from, old) != run->owner)) return false;
    buffer_append_text(run->out, raw);
    return true;
}

static bool write_leaf(struct run *run, node_id id) {
    const struct document *to = run->plan->to;
    node_id old = plan_old(run->plan, id);
    switch ((enum node_type)to->nodes[id].type) {
    case NODE_TEXT: change_text(run, id, old); return true;
    case NODE_SOFTBREAK: write_line_end(run); return true;
    case NODE_LINEBREAK: {
        bool spaces =
            old && place_is_exact(run->plan->from, old) &&
            run->plan->from->strings.source.bytes[run->plan->from->nodes[old].place.offset] == ' ';
        buffer_append_string(run->out, spaces ? "  " : "\\");
        write_line_end(run);
        return true;
    }
    case NODE_CODE: write_code(run, node_text(to, id)); return !to->nodes[id].fields;
    case NODE_HTML_INLINE:
    case NODE_SHORTCODE: buffer_append_text(run->out, node_text(to, id)); return true;
    case NODE_TASK: {
        bool checked = to->nodes[id].flags & NODE_CHECKED;
        struct text raw = {NULL, 0};
        if (old && place_is_exact(run->plan->from, old))
            raw = source_of(run, run->plan->from->nodes[old].place.offset,
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
    if (end <= start || (run->moved && has_line_end(source_of(run, start, end)))) return;
    buffer_append_text(run->out, source_of(run, start, end));
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
