#include "edit/edit_article.h"

#include "document/equal.h"
#include "document/normal_form.h"
#include "edit/splice_inline.h"
#include "edit/splice_markdown.h"
#include "edit/splice_yaml.h"
#include "read/source.h"
#include "read/yaml.h"

/* Scalars that are tried one by one before all are raised together; trees that are tried. */
enum { SCALARS_ALONE = 16, TRIES = 64 };

/* A source as read. */
struct reading {
    struct source source;
    struct values values;
    struct document document;
    bool has_values, has_document;
};

static void reading_free(struct reading *reading) {
    values_free(&reading->values);
    document_free(&reading->document);
}

struct editor {
    struct markdown *markdown;
    const struct edit_wish *wish;
    struct reading old;
    struct text line_end;
    struct splices front, body; /* accepted */
    struct splices both;
    struct buffer trial;
    bool derived;               /* no script changed what is derived: it is not compared */
    struct buffer got;          /* what is read instead of the node that differs, in words */
    struct diagnostics scratch; /* of readings that are only tried */
    struct diagnostics *diagnostics;
};

static bool read_bytes(struct editor *editor, struct text bytes, bool values, bool document,
                       struct reading *reading, struct diagnostics *diagnostics) {
    const struct edit_wish *wish = editor->wish;
    *reading = (struct reading){.has_values = values, .has_document = document};
    if (!bytes.bytes) bytes.bytes = ""; /* an empty buffer's; the parsers want a place */
    if (!source_split(wish->path, bytes, wish->limits, &reading->source, diagnostics)) return false;
    if (values) {
        values_open(&reading->values, bytes, VALUE_MAP);
        if (!yaml_read_map(wish->path, bytes, reading->source.front, wish->limits, &reading->values,
                           diagnostics))
            return false;
    }
    if (!document) return true;
    document_open(&reading->document, bytes, reading->source.body);
    return markdown_parse(editor->markdown, wish->path, wish->dialect, &reading->document,
                          diagnostics);
}

static bool refuse(struct editor *editor, uint32_t offset, const char *what) {
    diagnostics_add(editor->diagnostics, SEVERITY_ERROR, editor->wish->path,
                    text_place(editor->wish->source, offset),
                    "%s; nothing was changed, make this edit by hand", what);
    return false;
}

static void add_all(struct splices *to, const struct splices *from) {
    for (uint32_t i = 0; i < from->count; i++) splices_add_splice(to, &from->items[i]);
}

/* The source with what is accepted so far and `more`. */
static bool apply(struct editor *editor, const struct splices *more, struct buffer *out) {
    splices_clear(&editor->both);
    add_all(&editor->both, &editor->front);
    if (more != &editor->front) add_all(&editor->both, more);
    return splices_apply(&editor->both, editor->wish->source, out);
}

/* --- front matter ------------------------------------------------------------------------ */

static bool front_is_right(struct editor *editor) {
    struct reading result = {0};
    diagnostics_clear(&editor->scratch);
    bool good =
        apply(editor, &editor->front, &editor->trial) &&
        read_bytes(editor, buffer_text(&editor->trial), true, false, &result, &editor->scratch) &&
        values_equal(&result.values, ROOT_VALUE, editor->wish->values, ROOT_VALUE);
    /* The body must still be the body. */
    if (good) {
        size_t old_body = editor->old.source.body, new_body = result.source.body;
        good = text_equal(
            (struct text){editor->wish->source.bytes + old_body,
                          editor->wish->source.length - old_body},
            (struct text){editor->trial.bytes + new_body, editor->trial.length - new_body});
    }
    reading_free(&result);
    return good;
}

static bool try_front(struct editor *editor, struct yaml_wish *yaml, enum yaml_level level,
                      uint32_t raised) {
    yaml->level = level;
    yaml->raised = raised;
    splices_clear(&editor->front);
    splice_yaml(yaml, &editor->front);
    return front_is_right(editor);
}

/* Fences around what was no front matter. */
static bool new_front(struct editor *editor) {
    struct buffer lines = {0};
    struct text source = editor->wish->source;
    uint32_t at = source.length >= 3 && !memcmp(source.bytes, "\xEF\xBB\xBF", 3) ? 3 : 0;
    buffer_append_string(&lines, "---");
    buffer_append_text(&lines, editor->line_end);
    splice_yaml_new(editor->wish->values, editor->line_end, &lines);
    buffer_append_string(&lines, "---");
    buffer_append_text(&lines, editor->line_end);
    splices_clear(&editor->front);
    splices_add(&editor->front, at, 0, buffer_text(&lines));
    buffer_free(&lines);
    return front_is_right(editor) ||
           refuse(editor, 0, "front matter with these values reads back as something else");
}

static bool edit_front(struct editor *editor) {
    const struct source *source = &editor->old.source;
    struct yaml_wish yaml = {.source = editor->wish->source,
                             .front = source->front,
                             .from = &editor->old.values,
                             .to = editor->wish->values,
                             .line_end = editor->line_end};
    if (!(source->flags & SOURCE_HAS_FRONT)) return new_front(editor);
    if (try_front(editor, &yaml, YAML_WITHIN, 0)) return true;
    uint32_t scalars = yaml.scalars;
    for (int level = YAML_SCALAR; level < YAML_LEVELS; level++) {
        for (uint32_t i = 1; scalars > 1 && scalars <= SCALARS_ALONE && i <= scalars; i++)
            if (try_front(editor, &yaml, (enum yaml_level)level, i)) return true;
        if (try_front(editor, &yaml, (enum yaml_level)level, 0)) return true;
    }
    splices_clear(&editor->front);
    return refuse(editor, source->front.offset,
                  "no way of writing these values into the front matter reads back the same");
}

/* --- saying what a node is --------------------------------------------------------------- */

/* "emph 'two words'": a type and the first words. */
static void describe(const struct document *document, node_id id, struct buffer *out) {
    enum { SHOWN = 40 };
    size_t start;
    for (const char *name = node_type_name((enum node_type)document->nodes[id].type); *name; name++)
        buffer_append_byte(out, *name == '_' ? ' ' : *name);
    buffer_append_string(out, " '");
    start = out->length;
    for (struct walk walk = walk_from(document, id); walk_next(&walk);) {
        struct text text = node_text(document, walk.id);
        if (!walk.entering || !text.length) continue;
        buffer_append_text(out, text);
        if (out->length > start + SHOWN) break;
    }
    if (out->length == start) {
        out->length -= 2;
        return;
    }
    if (out->length > start + SHOWN) {
        out->length = start + SHOWN;
        while (((unsigned char)out->bytes[out->length] & 0xC0) == 0x80) out->length--;
        buffer_append_string(out, "...");
    }
    for (size_t i = start; i < out->length; i++)
        if ((unsigned char)out->bytes[i] < ' ') out->bytes[i] = ' ';
    buffer_append_byte(out, '\'');
}

static bool refuse_body(struct editor *editor, const struct markdown_plan *plan,
                        const struct document *wanted, node_id at) {
    struct buffer message = {0};
    if (at == ROOT_NODE || !at) {
        buffer_append_string(&message, "the changed text reads back as something else");
    } else if (plan->stuck && plan->problem.node && plan->problem.message) {
        buffer_append_string(&message, "Markdown cannot say this change: ");
        describe(wanted, plan->problem.node, &message);
        buffer_printf(&message, ": %s", plan->problem.message);
    } else {
        buffer_append_string(&message, "as it would stand there, the ");
        describe(wanted, at, &message);
        buffer_append_string(&message,
                             editor->got.length ? " would be read as " : " would be lost");
        buffer_append_text(&message, buffer_text(&editor->got));
        buffer_append_string(&message, "; let the script write other words, or change the block "
                                       "around it");
    }
    buffer_append_byte(&message, 0);
    refuse(editor, markdown_plan_place(plan, at), message.bytes);
    buffer_free(&message);
    return false;
}

/* --- body -------------------------------------------------------------------------------- */

/* A list whose items a script changed is as tight as its lines make it. */
static bool adopt_tightness(struct markdown_plan *plan, struct document *wanted,
                            const struct document *result, node_id at) {
    /* Both trees are equal up to `at`, so the lists correspond by their order. */
    if (wanted->nodes[at].type != NODE_LIST) return false;
    node_id old = at < plan->from->count ? at : NO_NODE;
    bool changed = !old || wanted->nodes[at].first != plan->from->nodes[old].first ||
                   wanted->nodes[at].last != plan->from->nodes[old].last;
    for (node_id x = wanted->nodes[at].first; x && !changed; x = wanted->nodes[x].next)
        changed = x >= plan->from->count || wanted->nodes[x].next != plan->from->nodes[x].next ||
                  plan->states[x];
    if (!changed) return false;
    struct walk a = walk_from(wanted, ROOT_NODE), b = walk_from(result, ROOT_NODE);
    node_id found = NO_NODE;
    uint32_t lists = 0, seen = 0;
    while (walk_next(&a)) {
        lists += a.entering && wanted->nodes[a.id].type == NODE_LIST;
        if (a.entering && a.id == at) break;
    }
    while (seen < lists && walk_next(&b))
        if (b.entering && result->nodes[b.id].type == NODE_LIST && ++seen == lists) found = b.id;
    if (!found || !((wanted->nodes[at].flags ^ result->nodes[found].flags) & NODE_TIGHT))
        return false;
    wanted->nodes[at].flags ^= NODE_TIGHT;
    return true;
}

/* What a script put into an item may need a loose list around it, and what it left a tight one. */
static bool loosen(struct markdown_plan *plan, struct document *wanted) {
    node_id id = plan->problem.list;
    if (!id || !plan->states[id]) return false;
    wanted->nodes[id].flags ^= NODE_TIGHT;
    markdown_plan_rewrite(plan, id);
    return true;
}

/* NO_NODE: right. *fits is false when the bytes cannot even be read. */
static node_id body_difference(struct editor *editor, struct markdown_plan *plan,
                               struct document *wanted) {
    struct reading result = {0};
    node_id at = ROOT_NODE;
    diagnostics_clear(&editor->scratch);
    if (apply(editor, &editor->body, &editor->trial) &&
        read_bytes(editor, buffer_text(&editor->trial), false, true, &result, &editor->scratch)) {
        if (editor->derived) document_drop_derived(&result.document);
        at = document_difference(wanted, ROOT_NODE, &result.document, ROOT_NODE);
        while (at && adopt_tightness(plan, wanted, &result.document, at))
            at = document_difference(wanted, ROOT_NODE, &result.document, ROOT_NODE);
        editor->got.length = 0;
        if (at) {
            node_id there = document_difference(&result.document, ROOT_NODE, wanted, ROOT_NODE);
            if (there && there != ROOT_NODE) describe(&result.document, there, &editor->got);
        }
    }
    reading_free(&result);
    return at;
}

static bool edit_body(struct editor *editor) {
    struct document wanted;
    struct markdown_plan plan;
    /* What nobody changed needs no normal form, whatever the author wrote. */
    if (!document_difference(editor->wish->document, ROOT_NODE, &editor->old.document, ROOT_NODE))
        return true;
    document_normalise(&wanted, editor->wish->document, &editor->old.document,
                       editor->wish->dialect);
    markdown_plan_open(&plan, &editor->old.document, &wanted, editor->line_end,
                       editor->wish->dialect);
    bool good = !markdown_plan_changes(&plan);
    editor->derived = true;
    for (node_id id = 1; id < wanted.count; id++)
        if (wanted.nodes[id].type == NODE_ATTRIBUTION && plan.states[id] & STATE_SELF)
            editor->derived = false;
    if (editor->derived) document_drop_derived(&wanted);
    node_id at = ROOT_NODE;
    for (int tries = 0; !good && tries < TRIES; tries++) {
        splices_clear(&editor->body);
        if (splice_markdown(&plan, &editor->body)) {
            at = body_difference(editor, &plan, &wanted);
            good = !at;
        } else {
            at = plan.stuck;
        }
        if (good) break;
        if (at == plan.stuck && loosen(&plan, &wanted)) continue;
        enum node_type type = (enum node_type)wanted.nodes[at].type;
        bool link = type == NODE_LINK || type == NODE_IMAGE;
        if (link && markdown_plan_drop_definitions(&plan)) continue;
        if (!markdown_plan_raise(&plan, at) && !markdown_plan_drop_definitions(&plan)) break;
    }
    if (!good) {
        splices_clear(&editor->body);
        refuse_body(editor, &plan, &wanted, at);
    }
    markdown_plan_close(&plan);
    document_free(&wanted);
    return good;
}

/* --- both -------------------------------------------------------------------------------- */

static bool edit_parts(struct editor *editor) {
    const struct edit_wish *wish = editor->wish;
    if (wish->values && !values_equal(&editor->old.values, ROOT_VALUE, wish->values, ROOT_VALUE) &&
        !edit_front(editor))
        return false;
    return !wish->document || edit_body(editor);
}

/* The last word: all of the new source against all that is wanted. */
static bool check_result(struct editor *editor, struct buffer *out) {
    struct reading result = {0};
    const struct edit_wish *wish = editor->wish;
    diagnostics_clear(&editor->scratch);
    bool good =
        apply(editor, &editor->body, out) &&
        read_bytes(editor, buffer_text(out), wish->values != NULL, false, &result,
                   &editor->scratch) &&
        (!wish->values || values_equal(&result.values, ROOT_VALUE, wish->values, ROOT_VALUE));
    reading_free(&result);
    return good;
}

enum edit_result edit_article(struct markdown *markdown, const struct edit_wish *wish,
                              struct buffer *out, struct diagnostics *diagnostics) {
    struct editor editor = {.markdown = markdown, .wish = wish, .diagnostics = diagnostics};
    struct buffer result = {0};
    enum edit_result answer = EDIT_IMPOSSIBLE;
    /* What the first reading warns of was said when the article was loaded. */
    if (!read_bytes(&editor, wish->source, wish->values != NULL, wish->document != NULL,
                    &editor.old, &editor.scratch)) {
        refuse(&editor, 0, "the source cannot be read any more");
    } else {
        editor.line_end = editor.old.source.flags & SOURCE_CRLF ? TEXT("\r\n") : TEXT("\n");
        if (edit_parts(&editor)) {
            if (!editor.front.count && !editor.body.count)
                answer = EDIT_UNCHANGED;
            else if (check_result(&editor, &result))
                answer = EDIT_CHANGED;
            else
                refuse(&editor, 0, "the changed article reads back as something else");
        }
    }
    if (answer == EDIT_CHANGED) {
        out->length = 0;
        buffer_append_text(out, buffer_text(&result));
        if (wish->made) add_all(wish->made, &editor.both);
    }
    buffer_free(&result);
    reading_free(&editor.old);
    splices_free(&editor.front);
    splices_free(&editor.body);
    splices_free(&editor.both);
    buffer_free(&editor.trial);
    buffer_free(&editor.got);
    diagnostics_free(&editor.scratch);
    return answer;
}
