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

bool directive_propose(struct scan *scan, const struct scan_line *line) {
    const char *bytes = scan->body.bytes;
    uint32_t colons = 0, at = line->content, end = line->end;
    while (at + colons < end && bytes[at + colons] == ':') colons++;
    if (colons < 2 || end - at > LINE_LIMIT) return false;
    uint32_t rest = at + colons;
    while (rest < end && (bytes[rest] == ' ' || bytes[rest] == '\t')) rest++;
    enum proposal_kind kind = PROPOSAL_DIRECTIVE_OPEN;
    if (colons == 2) {
        uint32_t name = name_end(bytes, at + 2, end);
        if (name == at + 2) return false;
        uint32_t stop = name < end && bytes[name] == '[' ? label_end(bytes, name, end) : name;
        if (stop < end && bytes[stop] == '{') stop = attributes_end(bytes, stop, end);
        while (stop < end && (bytes[stop] == ' ' || bytes[stop] == '\t')) stop++;
        if (stop < end) return false; /* nothing else is on its line */
        kind = PROPOSAL_DIRECTIVE_LEAF;
    } else if (rest == end) {
        kind = PROPOSAL_DIRECTIVE_CLOSE;
    } else if (!is_letter(bytes[rest]) && attributes_end(bytes, rest, end) == rest) {
        return false;
    }
    struct proposal *proposal = rewrite_propose(scan->rewrite, kind, at, end);
    proposal->column = colons;
    return true;
}

/* Fills in name, label and attributes from the directive as written, from behind its colons. */
static void read_fields(struct document *document, node_id id, struct text written) {
    const char *bytes = written.bytes;
    uint32_t at = 0, end = (uint32_t)written.length;
    while (at < end && (bytes[at] == ':' || bytes[at] == ' ' || bytes[at] == '\t')) at++;
    uint32_t stop = name_end(bytes, at, end);
    struct text name = {bytes + at, stop - at}, label = {NULL, 0};
    at = stop;
    while (at < end) {
        if (bytes[at] == ' ' || bytes[at] == '\t') {
            at++;
            continue;
        }
        stop = bytes[at] == '{' && attributes_have_room(document, id)
                   ? attributes_end(bytes, at, end)
                   : at;
        if (stop > at) {
            attributes_apply(document, id, (struct text){bytes + at, stop - at});
            at = stop;
            continue;
        }
        stop = bytes[at] == '[' ? label_end(bytes, at, end) : at;
        if (stop > at && !label.bytes) {
            label = (struct text){bytes + at + 1, stop - at - 2};
            at = stop;
            continue;
        }
        if (!label.bytes) { /* what is left is the label: "::: tip Title {.a}" */
            for (stop = at; stop < end && bytes[stop] != '{'; stop++) {
            }
            label = text_trim((struct text){bytes + at, stop - at});
            while (label.length && label.bytes[label.length - 1] == ':') label.length--;
            label = text_trim(label);
            at = stop > at ? stop : stop + 1;
            continue;
        }
        at++;
    }
    if (!name.length) { /* pandoc's "::: {.note}" */
        name = node_field(document, id, FIELD_CLASS);
        const char *space = name.length ? memchr(name.bytes, ' ', name.length) : NULL;
        if (space) name.length = (size_t)(space - name.bytes);
        if (!name.length) name = TEXT("div");
    }
    node_set_field(document, id, FIELD_NAME, name);
    if (label.length) node_set_field(document, id, FIELD_LABEL, label);
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

static void add_label(struct document *document, node_id id) {
    struct text label = node_field(document, id, FIELD_LABEL);
    if (!label.length) return;
    node_id text = document_add(document, NODE_TEXT);
    node_set_text(document, text, label);
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
            read_fields(document, id, written);
            add_label(document, id);
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
        read_fields(document, id, written);
        add_label(document, id);
    }
}
