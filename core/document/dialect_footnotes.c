#include "document/dialect_parts.h"

#include <stdio.h>

/* Footnotes as GitHub has them: "[^label]" and "[^label]: text", whose further lines are indented
 * by four. Labels are compared without regard to ASCII case. */

static uint32_t label_end(const char *bytes, uint32_t at, uint32_t end) {
    if (end - at < 4 || bytes[at] != '[' || bytes[at + 1] != '^') return at;
    for (uint32_t i = at + 2; i < end && i - at < 256; i++) {
        char c = bytes[i];
        if (c == ']') return i > at + 2 ? i + 1 : at;
        if (c == '[' || c == ' ' || c == '\t' || c == '\n' || c == '\r') return at;
    }
    return at;
}

/* The contents are indented by four from where the line's own indentation begins, at `start`. */
uint32_t footnote_propose(struct scan *scan, uint32_t start, uint32_t at, uint32_t end) {
    const char *bytes = scan->body.bytes;
    uint32_t stop = label_end(bytes, at, end);
    if (stop == at || stop >= end || bytes[stop] != ':') return 0;
    stop++;
    while (stop < end && (bytes[stop] == ' ' || bytes[stop] == '\t')) stop++;
    if (!scan->footnote_mark)
        scan->footnote_mark = !scan_has_marker(scan, ')')                                   ? ')'
                              : !scan_has_marker(scan, '.')                                 ? '.'
                              : scan->definition_mark != '+' && !scan_has_marker(scan, '+') ? '+'
                                                                                            : ')';
    struct proposal *proposal = rewrite_propose(scan->rewrite, PROPOSAL_FOOTNOTE, start, stop);
    proposal->marker = at;
    proposal->mark = scan->footnote_mark;
    proposal->empty = stop == end;
    return stop - at;
}

/* Definitions come out of the lists that stood for them, in front of what else is in those. */
void footnote_definitions_pass(struct dialect_pass *pass) {
    struct document *document = pass->document;
    for (uint32_t i = 0; i < pass->rewrite->count; i++) {
        const struct proposal *proposal = &pass->rewrite->proposals[i];
        if (proposal->kind != PROPOSAL_FOOTNOTE || proposal->dropped) continue;
        node_id id = proposal->node, list = document_node(document, id)->parent;
        if (proposal->empty) node_unlink(document, document_node(document, id)->first);
        uint32_t label = document->body + proposal->marker + 2, length = 0;
        while (document->strings.source.bytes[label + length] != ']') length++;
        node_unlink(document, id);
        node_insert_before(document, list, id);
        dialect_leave_list(document, list);
        node_add_field(document, id, FIELD_LABEL, (struct span){0, 0},
                       (struct span){label, length});
    }
}

struct note {
    node_id definition;
    uint32_t references;
    struct text label;
};

struct notes {
    struct note *slots;
    uint32_t mask;
};

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

/* The slot of a label, or the empty one where it would go. */
static struct note *find_note(struct notes *notes, struct text label) {
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < label.length; i++)
        hash = (hash ^ (unsigned char)lower(label.bytes[i])) * 1099511628211u;
    for (uint32_t slot = (uint32_t)(hash ^ hash >> 32);; slot++) {
        struct note *note = &notes->slots[slot & notes->mask];
        if (!note->definition) return note;
        size_t i = 0;
        while (i < label.length && i < note->label.length &&
               lower(label.bytes[i]) == lower(note->label.bytes[i]))
            i++;
        if (i == label.length && i == note->label.length) return note;
    }
}

/* Without a pass nobody is warned. */
static void collect(struct document *document, struct arena *arena, struct dialect_pass *pass,
                    struct notes *notes) {
    uint32_t count = 0, size = 16;
    for (node_id id = 1; id < document->count; id++)
        count += document_node(document, id)->type == NODE_FOOTNOTE_DEFINITION;
    if (!count) return;
    while (size < count * 2) size *= 2;
    notes->slots = arena_allocate_zeroed(arena, size * sizeof *notes->slots);
    notes->mask = size - 1;
    for (node_id id = 1; id < document->count; id++) {
        if (document_node(document, id)->type != NODE_FOOTNOTE_DEFINITION) continue;
        if (!pass && !node_is_within(document, id, ROOT_NODE)) continue;
        struct text label = node_field(document, id, FIELD_LABEL);
        if (!pass) label = arena_copy(arena, label); /* a script's lies where fields are added */
        struct note *note = find_note(notes, label);
        if (!note->definition)
            *note = (struct note){id, 0, label};
        else if (pass)
            dialect_warn(pass, id, "the footnote \"%.*s\" is defined twice; the first one counts",
                         (int)label.length, label.bytes);
    }
}

static void count_references(struct document *document, node_id id, uint32_t references) {
    char count[16];
    int length = snprintf(count, sizeof count, "%u", references);
    node_set_field(document, id, FIELD_REFERENCES, (struct text){count, (size_t)length});
}

/* One more reference to a note, which gets its number with the first. */
static void add_reference(struct document *document, struct note *note, node_id reference,
                          uint32_t *number) {
    struct node *definition = document_node(document, note->definition);
    if (!definition->detail) definition->detail = ++*number;
    document_node(document, reference)->detail = definition->detail;
    if (++note->references > 1) count_references(document, reference, note->references);
}

static void count_all(struct document *document, const struct notes *notes) {
    for (uint32_t i = 0; notes->slots && i <= notes->mask; i++)
        if (notes->slots[i].references)
            count_references(document, notes->slots[i].definition, notes->slots[i].references);
}

static bool is_word(struct text label) {
    for (size_t i = 0; i < label.length; i++) {
        char c = label.bytes[i];
        if (!(c >= '0' && c <= '9') && !((c | 32) >= 'a' && (c | 32) <= 'z')) return false;
    }
    return label.length > 0;
}

/* The references in one text node. Returns the text that is left to look at, or the last one. */
static node_id references_in(struct dialect_pass *pass, struct notes *notes, node_id id,
                             uint32_t *number) {
    struct document *document = pass->document;
    struct text text = node_text(document, id);
    struct dialect_reader reader = dialect_read(document, id);
    for (size_t at = 0; at + 3 < text.length; at++) {
        const char *open = memchr(text.bytes + at, '[', text.length - at);
        if (!open) return id;
        at = (size_t)(open - text.bytes);
        size_t end = label_end(text.bytes, (uint32_t)at, (uint32_t)text.length);
        if (end == at) continue;
        bool escaped;
        uint32_t place = dialect_reader_seek(&reader, at, &escaped);
        if (escaped) continue;
        dialect_reader_seek(&reader, at + 1, &escaped);
        if (escaped) continue; /* [\^a] */
        struct text label = {text.bytes + at + 2, end - at - 3};
        struct note *note = notes->slots ? find_note(notes, label) : NULL;
        if (!note || !note->definition) {
            if (is_word(label) && place)
                dialect_warn_at(pass->warner, place,
                                "there is no footnote \"%.*s\"; define it with a line \"[^%.*s]: "
                                "...\"",
                                (int)label.length, label.bytes, (int)label.length, label.bytes);
            at = end - 1;
            continue;
        }
        struct span label_span = document_node(document, id)->text;
        label_span = (struct span){label_span.offset + (uint32_t)at + 2, (uint32_t)label.length};
        node_id reference = dialect_split(document, id, at, end);
        struct node *node = document_node(document, reference);
        node->type = NODE_FOOTNOTE_REFERENCE;
        node->text = (struct span){0, 0};
        node_add_field(document, reference, FIELD_LABEL, (struct span){0, 0}, label_span);
        add_reference(document, note, reference, number);
        node_id next = document_node(document, reference)->next;
        if (!document_node(document, id)->text.length) node_unlink(document, id);
        return next && document_node(document, next)->type == NODE_TEXT ? next : reference;
    }
    return id;
}

void footnotes_pass(struct dialect_pass *pass) {
    struct document *document = pass->document;
    struct notes notes = {0};
    uint32_t number = 0;
    collect(document, pass->arena, pass, &notes);
    for (struct walk walk = walk_from(document, ROOT_NODE); walk_next(&walk);) {
        if (walk.entering && dialect_is_url(document, walk.id)) walk_skip(&walk);
        if (!walk.entering || document_node(document, walk.id)->type != NODE_TEXT) continue;
        for (node_id next = walk.id;; walk.id = next) {
            next = references_in(pass, &notes, walk.id, &number);
            if (next == walk.id) break;
            if (document_node(document, next)->type != NODE_TEXT) {
                walk.id = next;
                break;
            }
        }
    }
    count_all(document, &notes);
    /* In the order of the text, not of the table. */
    for (node_id id = 1; notes.slots && id < document->count; id++) {
        const struct node *node = document_node(document, id);
        if (node->type != NODE_FOOTNOTE_DEFINITION || node->detail) continue;
        struct text label = node_field(document, id, FIELD_LABEL);
        if (find_note(&notes, label)->definition == id)
            dialect_warn(pass, id,
                         "nothing refers to the footnote \"%.*s\", and it is not shown; write "
                         "[^%.*s] where it belongs",
                         (int)label.length, label.bytes, (int)label.length, label.bytes);
    }
}

static bool lacks_a_number(const struct document *document) {
    for (node_id id = 1; id < document->count; id++) {
        const struct node *node = document_node(document, id);
        if (node->type == NODE_FOOTNOTE_REFERENCE && !node->detail) return true;
    }
    return false;
}

void footnotes_number(struct document *document) {
    if (!lacks_a_number(document)) return;
    struct arena arena = {0};
    struct notes notes = {0};
    uint32_t number = 0;
    collect(document, &arena, NULL, &notes);
    for (node_id id = 1; id < document->count; id++)
        if (document_node(document, id)->type == NODE_FOOTNOTE_DEFINITION)
            document_node(document, id)->detail = 0;
    for (struct walk walk = walk_from(document, ROOT_NODE); notes.slots && walk_next(&walk);) {
        if (!walk.entering || document_node(document, walk.id)->type != NODE_FOOTNOTE_REFERENCE)
            continue;
        struct note *note = find_note(&notes, node_field(document, walk.id, FIELD_LABEL));
        node_set_field(document, walk.id, FIELD_REFERENCES, (struct text){NULL, 0});
        if (note->definition) add_reference(document, note, walk.id, &number);
    }
    count_all(document, &notes);
    arena_free(&arena);
}
