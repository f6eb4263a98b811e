#include "document/dialect_parts.h"

/* The generic directives proposal of the CommonMark forum, with pandoc's and VitePress's habits:
 * "::: name [label] {attributes}" up to ":::", "::name[label]{attributes}" on a line, and
 * ":name[label]{attributes}" within one. */

enum { DEPTH_LIMIT = 100, LINE_LIMIT = 4096 };

static bool is_letter(char c) {
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static uint32_t name_end(const char *bytes, uint32_t at, uint32_t end) {
    if (at >= end || !is_letter(bytes[at])) return at;
    while (at < end && (is_letter(bytes[at]) || (bytes[at] >= '0' && bytes[at] <= '9') ||
                        bytes[at] == '-' || bytes[at] == '_'))
        at++;
    return at;
}

static uint32_t label_end(const char *bytes, uint32_t at, uint32_t end) {
    int depth = 0;
    for (uint32_t i = at; i < end && i - at < 4096; i++) {
        if (bytes[i] == '\\' && i + 1 < end)
            i++;
        else if (bytes[i] == '[')
            depth++;
        else if (bytes[i] == ']' && --depth == 0)
            return i + 1;
        else if (bytes[i] == '\n' || bytes[i] == '\r')
            break;
    }
    return at;
}

static uint32_t behind_blanks(const char *bytes, uint32_t at, uint32_t end) {
    while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) at++;
    return at;
}

uint32_t directive_inline_end(const char *bytes, uint32_t at, uint32_t end) {
    if (bytes[at] != ':') return at;
    if (at && (bytes[at - 1] == ':' || is_letter(bytes[at - 1]) ||
               (bytes[at - 1] >= '0' && bytes[at - 1] <= '9')))
        return at;
    uint32_t stop = name_end(bytes, at + 1, end);
    if (stop == at + 1 || stop >= end) return at;
    uint32_t label = bytes[stop] == '[' ? label_end(bytes, stop, end) : stop;
    if (label == stop && bytes[stop] != '{') return at;
    uint32_t attributes = label < end ? attributes_end(bytes, label, end) : label;
    return attributes > label ? attributes : label > stop ? label : at;
}

/* Keeps count of the directives that are open in the container that one was opened in last. */
static void count_open(struct scan *scan, enum proposal_kind kind, uint32_t container) {
    if (kind == PROPOSAL_DIRECTIVE_OPEN && scan->directives_in == container)
        scan->directives_open++;
    else if (kind == PROPOSAL_DIRECTIVE_OPEN)
        scan->directives_open = 1, scan->directives_in = container;
    else if (kind == PROPOSAL_DIRECTIVE_CLOSE && scan->directives_in == container)
        scan->directives_open -= scan->directives_open > 0;
}

bool directive_propose(struct scan *scan, const struct scan_line *line) {
    const char *bytes = scan->body.bytes;
    uint32_t colons = 0, at = line->content, end = line->end;
    while (at + colons < end && bytes[at + colons] == ':') colons++;
    if (colons < 2 || end - at > LINE_LIMIT) return false;
    uint32_t rest = behind_blanks(bytes, at + colons, end);
    enum proposal_kind kind = PROPOSAL_DIRECTIVE_OPEN;
    if (colons == 2) {
        uint32_t name = name_end(bytes, at + 2, end);
        if (name == at + 2) return false;
        uint32_t stop = name < end && bytes[name] == '[' ? label_end(bytes, name, end) : name;
        if (stop < end && bytes[stop] == '{') stop = attributes_end(bytes, stop, end);
        if (behind_blanks(bytes, stop, end) < end) return false; /* nothing else is on its line */
        kind = PROPOSAL_DIRECTIVE_LEAF;
    } else if (rest == end) {
        kind = PROPOSAL_DIRECTIVE_CLOSE;
    } else if (!is_letter(bytes[rest]) && attributes_end(bytes, rest, end) == rest) {
        return false;
    }
    struct proposal *proposal = rewrite_propose(scan->rewrite, kind, at, end);
    proposal->column = colons;
    count_open(scan, kind, line->container);
    return true;
}

bool directive_propose_behind_html(struct scan *scan, const struct scan_line *line) {
    const char *bytes = scan->body.bytes;
    uint32_t colons = 0, at = line->content, end = line->end;
    if (!scan->directives_open || scan->directives_in != line->container || line->indent > 3)
        return false;
    for (uint32_t i = 0; i < scan->depth; i++) /* a blank line would make a list loose */
        if (!scan->containers[i].quote) return false;
    while (at + colons < end && bytes[at + colons] == ':') colons++;
    if (colons < 3 || behind_blanks(bytes, at + colons, end) < end) return false;
    struct proposal *proposal = rewrite_propose(scan->rewrite, PROPOSAL_DIRECTIVE_CLOSE, at, end);
    proposal->column = colons;
    proposal->behind_html = true;
    proposal->marker = line->start;
    count_open(scan, PROPOSAL_DIRECTIVE_CLOSE, line->container);
    return true;
}

/* Behind all attributes, and the blanks around them, that begin at `at`. */
static uint32_t pass_attributes(const char *bytes, uint32_t at, uint32_t end) {
    for (;;) {
        at = behind_blanks(bytes, at, end);
        uint32_t stop = at < end && bytes[at] == '{' ? attributes_end(bytes, at, end) : at;
        if (stop == at) return at;
        at = stop;
    }
}

uint32_t directive_plain_end(const char *bytes, uint32_t at, uint32_t end) {
    for (uint32_t i = at; i < end; i++)
        if (bytes[i] == '{' && pass_attributes(bytes, i, end) == end) return i;
    return end;
}

static void apply_attributes(struct document *document, node_id id, const char *bytes, uint32_t at,
                             uint32_t end) {
    while ((at = behind_blanks(bytes, at, end)) < end && attributes_have_room(document, id)) {
        uint32_t stop = attributes_end(bytes, at, end);
        attributes_apply(document, id, (struct text){bytes + at, stop - at});
        at = stop;
    }
}

/* Fills in name, label and attributes from the directive as written, from behind its colons; gives
 * the label as it stands there. What is neither is the label, so that nothing is lost: "::: tip
 * Mind the step", "::: tip {.a". */
static struct text read_fields(struct document *document, node_id id, struct text written) {
    const char *bytes = written.bytes;
    uint32_t at = 0, end = (uint32_t)written.length, colons = 0;
    while (at < end && (bytes[at] == ':' || bytes[at] == ' ' || bytes[at] == '\t')) at++;
    uint32_t stop = name_end(bytes, at, end);
    struct text name = {bytes + at, stop - at}, label = {NULL, 0};
    end = at + (uint32_t)text_trim((struct text){bytes + at, end - at}).length;
    while (end - colons > stop && bytes[end - colons - 1] == ':') colons++;
    if (colons >= 3) end -= colons; /* pandoc's "::: note :::" */
    at = pass_attributes(bytes, stop, end);
    apply_attributes(document, id, bytes, stop, at);
    stop = at < end && bytes[at] == '[' ? label_end(bytes, at, end) : at;
    if (stop > at && pass_attributes(bytes, stop, end) == end) {
        label = (struct text){bytes + at + 1, stop - at - 2};
    } else {
        stop = directive_plain_end(bytes, at, end);
        label = text_trim((struct text){bytes + at, stop - at});
    }
    apply_attributes(document, id, bytes, stop, end);
    if (!name.length) name = directive_default_name(document, id); /* pandoc's "::: {.note}" */
    node_set_field(document, id, FIELD_NAME, name);
    if (label.length) node_set_field(document, id, FIELD_LABEL, label);
    return label;
}

struct open_directive {
    node_id id, parent;
    uint32_t colons;
};

/* The siblings behind a directive, up to `until` or the end, become its children. */
static void close_directive(struct dialect_pass *pass, node_id id, node_id until) {
    struct document *document = pass->document;
    struct node *nodes = document->nodes;
    node_id next = nodes[id].next;
    while (next && next != until) {
        node_id after = nodes[next].next;
        node_unlink(document, next);
        node_append(document, id, next);
        next = after;
    }
    const struct node *last = until            ? &nodes[until]
                              : nodes[id].last ? &nodes[nodes[id].last]
                                               : NULL;
    if (last && last->place.length) {
        uint32_t end = last->place.offset + last->place.length;
        if (end > nodes[id].place.offset) nodes[id].place.length = end - nodes[id].place.offset;
    }
}

/* `until`: the line that ended it; none at the end of its container. */
static void unclosed(struct dialect_pass *pass, const struct open_directive *open, node_id until) {
    close_directive(pass, open->id, until);
    dialect_warn(pass, open->id,
                 "this directive is not closed and goes on as far as what it stands in; close it "
                 "with a line of %u colons",
                 open->colons);
}

/* The label, which lies in the source where it was read from there, as the directive's text. */
static void add_label(struct document *document, node_id id, struct text label) {
    if (!label.length) return;
    struct text source = document->strings.source;
    node_id text = document_add(document, NODE_TEXT);
    struct node *node = document_node(document, text);
    if (label.bytes >= source.bytes && label.bytes + label.length <= source.bytes + source.length) {
        node->place = node->text =
            (struct span){(uint32_t)(label.bytes - source.bytes), (uint32_t)label.length};
        node->flags |= NODE_PLACE_EXACT;
    } else {
        node_set_text(document, text, label);
    }
    node_append(document, id, text);
}

void directives_pass(struct dialect_pass *pass) {
    struct document *document = pass->document;
    struct open_directive stack[DEPTH_LIMIT];
    uint32_t depth = 0, open_of[256] = {0};
    for (uint32_t i = 0; i < pass->rewrite->count; i++) {
        const struct proposal *proposal = &pass->rewrite->proposals[i];
        node_id id = proposal->node;
        if (proposal->dropped || !id || proposal->kind < PROPOSAL_DIRECTIVE_OPEN ||
            proposal->kind > PROPOSAL_DIRECTIVE_LEAF)
            continue;
        struct node *node = document_node(document, id);
        struct text written = {document->strings.source.bytes + node->place.offset,
                               node->place.length};
        uint32_t colons = proposal->column < 255 ? proposal->column : 255;
        if (proposal->kind == PROPOSAL_DIRECTIVE_LEAF) {
            node->detail = DIRECTIVE_LEAF;
            add_label(document, id, read_fields(document, id, written));
            continue;
        }
        if (proposal->kind == PROPOSAL_DIRECTIVE_OPEN) {
            if (depth == DEPTH_LIMIT) {
                dialect_warn(pass, id, "directives nest deeper than %d; this one is left as text",
                             DEPTH_LIMIT);
                dialect_as_text(document, id);
                continue;
            }
            node->detail = DIRECTIVE_BLOCK;
            read_fields(document, id, written);
            stack[depth++] =
                (struct open_directive){id, document_node(document, id)->parent, colons};
            open_of[colons]++;
            continue;
        }
        /* Those whose container has ended cannot be meant. */
        while (depth && stack[depth - 1].parent != node->parent &&
               !node_is_within(document, node->parent, stack[depth - 1].parent)) {
            open_of[stack[--depth].colons]--;
            unclosed(pass, &stack[depth], NO_NODE);
        }
        if (!depth || stack[depth - 1].parent != node->parent) {
            dialect_warn(pass, id, "there is no directive to close here; the line is left as text");
            dialect_as_text(document, id);
            continue;
        }
        /* The innermost with as many colons, else the innermost. */
        while (open_of[colons] && stack[depth - 1].colons != colons && depth > 1 &&
               stack[depth - 2].parent == node->parent) {
            open_of[stack[--depth].colons]--;
            unclosed(pass, &stack[depth], id);
        }
        open_of[stack[--depth].colons]--;
        close_directive(pass, stack[depth].id, id);
        node_unlink(document, id);
    }
    while (depth) unclosed(pass, &stack[--depth], NO_NODE);
    if (!pass->directives) return;
    for (node_id id = 1, count = document->count; id < count; id++) {
        struct node *node = document_node(document, id);
        if (node->type != NODE_DIRECTIVE || node->detail != DIRECTIVE_INLINE || !node->parent)
            continue;
        struct text written = node_text(document, id);
        node->text = (struct span){0, 0};
        add_label(document, id, read_fields(document, id, written));
    }
}
