#include "document/dialect_parts.h"
#include "document/markdown_align.h"

#include <stdarg.h>
#include <stdio.h>

#define PARTS(EACH)                                                                                \
    EACH("tables")                                                                                 \
    EACH("strikethrough")                                                                          \
    EACH("autolinks")                                                                              \
    EACH("task_lists")                                                                             \
    EACH("footnotes")                                                                              \
    EACH("heading_ids")                                                                            \
    EACH("attributes")                                                                             \
    EACH("figures")                                                                                \
    EACH("quotations")                                                                             \
    EACH("directives")                                                                             \
    EACH("shortcodes")                                                                             \
    EACH("definition_lists")                                                                       \
    EACH("smart")                                                                                  \
    EACH("more")                                                                                   \
    EACH("superscript")                                                                            \
    EACH("subscript")
#define NAME(name) name,
#define OFF(name)  "'" name "' of the dialect is off; switch it on by markdown: in galley.yaml",

static const char *const names[] = {PARTS(NAME)};
static const char *const switched_off[] = {PARTS(OFF)};

enum { NAME_COUNT = sizeof names / sizeof *names };

/* 0 for an unknown name. */
static uint64_t dialect_feature_of(struct text name) {
    for (int i = 0; i < NAME_COUNT; i++)
        if (text_is(name, names[i])) return UINT64_C(1) << i;
    return 0;
}

const char *dialect_feature_name(uint64_t feature) {
    for (int i = 0; i < NAME_COUNT; i++)
        if (feature == UINT64_C(1) << i) return names[i];
    return NULL;
}

const char *dialect_feature_off(uint64_t feature) {
    for (int i = 0; i < NAME_COUNT; i++)
        if (feature == UINT64_C(1) << i) return switched_off[i];
    return NULL;
}

bool dialect_of_names(struct text list, uint64_t *dialect, struct text *unknown) {
    list = text_trim(list);
    uint64_t result = list.length && list.bytes[0] == '-' ? DIALECT_DEFAULT : DIALECT_NONE;
    while (list.length) {
        const char *comma = memchr(list.bytes, ',', list.length);
        size_t length = comma ? (size_t)(comma - list.bytes) : list.length;
        struct text name = text_trim((struct text){list.bytes, length});
        bool off = name.length && name.bytes[0] == '-';
        if (off) name.bytes++, name.length--;
        uint64_t bits = text_is(name, "all")       ? DIALECT_ALL
                        : text_is(name, "default") ? DIALECT_DEFAULT
                        : text_is(name, "none")    ? DIALECT_NONE
                                                   : dialect_feature_of(name);
        if (!bits && name.length && !text_is(name, "none")) {
            *unknown = name;
            return false;
        }
        result = off ? result & ~bits : result | bits;
        if (text_is(name, "none")) result = DIALECT_NONE;
        length += comma != NULL;
        list.bytes += length;
        list.length -= length;
    }
    *dialect = result;
    return true;
}

enum { WARNING_LIMIT = 50 };

void dialect_warn_at(struct dialect_warner *warner, uint32_t offset, const char *format, ...) {
    char message[256];
    if (++warner->count > WARNING_LIMIT) return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    diagnostics_add(warner->diagnostics, SEVERITY_WARNING, warner->path,
                    text_place(warner->source, offset), "%s%s", message,
                    warner->count == WARNING_LIMIT ? " (further warnings are left out)" : "");
}

struct dialect_reader dialect_read(const struct document *document, node_id id) {
    const struct node *node = document_node(document, id);
    struct text literal = node_text(document, id);
    struct dialect_reader reader = {.document = document,
                                    .literal = literal.bytes,
                                    .literal_start = literal.bytes,
                                    .literal_end = literal.bytes + literal.length};
    if (node->flags & NODE_PLACE_EXACT) {
        reader.source = document->strings.source.bytes + node->place.offset;
        reader.source_end = reader.source + node->place.length;
        reader.same = reader.source == literal.bytes;
    }
    return reader;
}

uint32_t dialect_reader_seek(struct dialect_reader *reader, size_t offset, bool *escaped) {
    const char *wanted = reader->literal_start + offset;
    *escaped = false;
    if (!reader->source) return 0;
    if (reader->same) {
        reader->source += wanted - reader->literal;
        reader->literal = wanted;
    }
    for (;;) {
        uint32_t source_used = 0, literal_used = 0;
        bool more = reader->source < reader->source_end && reader->literal < reader->literal_end;
        if (reader->literal >= wanted && !more) break;
        if (!more || (!reader->same &&
                      !align_step(reader->source, reader->source_end, reader->literal,
                                  reader->literal_end, true, true, &source_used, &literal_used))) {
            reader->source = NULL; /* not as it was when the place was found */
            return 0;
        }
        if (reader->literal >= wanted) {
            *escaped = source_used > 1 && literal_used == 1;
            break;
        }
        reader->source += source_used;
        reader->literal += literal_used;
    }
    return (uint32_t)(reader->source - reader->document->strings.source.bytes);
}

/* A part of a text node's text as a span. */
static struct span part(struct span text, size_t from, size_t to) {
    return to > from ? (struct span){text.offset + (uint32_t)from, (uint32_t)(to - from)}
                     : (struct span){0, 0};
}

node_id dialect_split(struct document *document, node_id text, size_t from, size_t to) {
    struct dialect_reader reader = dialect_read(document, text);
    struct node whole = *document_node(document, text);
    bool escaped;
    uint32_t start = dialect_reader_seek(&reader, from, &escaped);
    uint32_t end = dialect_reader_seek(&reader, to, &escaped);
    bool exact = whole.flags & NODE_PLACE_EXACT && reader.source;
    uint32_t whole_end = whole.place.offset + whole.place.length;
    node_id middle = document_add(document, NODE_TEXT), after = NO_NODE;
    if (to < whole.text.length) after = document_add(document, NODE_TEXT);
    struct node *node = document_node(document, text);
    node->text = part(whole.text, 0, from);
    if (exact) node->place.length = start - whole.place.offset;
    node = document_node(document, middle);
    node->text = part(whole.text, from, to);
    node->flags = whole.flags;
    node->place = exact ? (struct span){start, end - start} : whole.place;
    if (!exact) node->flags &= (uint16_t)~NODE_PLACE_EXACT;
    if (after) {
        node = document_node(document, after);
        node->text = part(whole.text, to, whole.text.length);
        node->flags = document_node(document, middle)->flags;
        node->place = exact ? (struct span){end, whole_end - end} : whole.place;
    }
    node_insert_after(document, text, middle);
    if (after) node_insert_after(document, middle, after);
    return middle;
}

node_id dialect_join(struct document *document, node_id text) {
    struct node *node = document_node(document, text);
    node_id before = node->previous;
    if (!before) return text;
    struct node *left = document_node(document, before);
    if (left->type != NODE_TEXT || node->type != NODE_TEXT ||
        left->text.offset + left->text.length != node->text.offset ||
        left->place.offset + left->place.length != node->place.offset ||
        !(left->flags & node->flags & NODE_PLACE_EXACT))
        return text;
    bool in_source = left->text.offset < document->strings.source.length;
    if (in_source != (node->text.offset < document->strings.source.length)) return text;
    left->text.length += node->text.length;
    left->place.length += node->place.length;
    node_unlink(document, text);
    return before;
}

void dialect_leave_list(struct document *document, node_id list) {
    struct node *node = document_node(document, list);
    if (!node->first) {
        node_unlink(document, list);
        return;
    }
    uint32_t end = node->place.offset + node->place.length;
    uint32_t start = document_node(document, node->first)->place.offset;
    if (start > node->place.offset && start < end) node->place = (struct span){start, end - start};
}

void dialect_as_text(struct document *document, node_id id) {
    node_id text = document_add(document, NODE_TEXT);
    struct node *node = document_node(document, id), *child = document_node(document, text);
    node->type = NODE_PARAGRAPH;
    node->detail = 0;
    child->place = child->text = node->place;
    child->flags = NODE_PLACE_EXACT;
    node_append(document, id, text);
}

static uint64_t types_in(const struct document *document) {
    uint64_t types = 0;
    for (node_id id = 1; id < document->count; id++)
        types |= UINT64_C(1) << document_node(document, id)->type;
    return types;
}

void dialect_passes(struct dialect_pass *pass) {
    uint64_t dialect = pass->dialect;
    if (pass->rewrite) {
        if (dialect & DIALECT_TABLES) tables_pass(pass);
        if (dialect & DIALECT_FOOTNOTES) footnote_definitions_pass(pass);
        if (dialect & DIALECT_DEFINITION_LISTS) definitions_pass(pass);
        if (dialect & DIALECT_DIRECTIVES) directives_pass(pass);
    }
    /* What is not in the body is not in its texts, but for entities, which mean themselves. */
    struct text source = pass->document->strings.source;
    struct text body = {source.bytes + pass->document->body, source.length - pass->document->body};
    uint64_t types = types_in(pass->document);
    bool brackets = memchr(body.bytes, '[', body.length), carets = pass->signs.carets;
    bool tildes = memchr(body.bytes, '~', body.length);
    if (pass->shortcodes) shortcodes_pass(pass);
    if (dialect & DIALECT_TASK_LISTS && types >> NODE_ITEM & 1 && brackets) tasks_pass(pass);
    if (dialect & DIALECT_FOOTNOTES && brackets && carets) footnotes_pass(pass);
    const struct scan_signs *signs = &pass->signs;
    if (dialect & DIALECT_AUTOLINKS &&
        (signs->url_links || signs->address_links || signs->www_links))
        autolinks_pass(pass);
    if ((dialect & (DIALECT_STRIKETHROUGH | DIALECT_SUBSCRIPT) && tildes) ||
        (dialect & DIALECT_SUPERSCRIPT && carets))
        strikethrough_pass(pass);
    if (pass->attributes || (dialect & DIALECT_ATTRIBUTES && types >> NODE_CODE_BLOCK & 1))
        attributes_pass(pass);
    if (dialect & DIALECT_QUOTATIONS && types >> NODE_BLOCK_QUOTE & 1) quotations_pass(pass);
    if (dialect & DIALECT_FIGURES && types >> NODE_IMAGE & 1) figures_pass(pass);
    if (dialect & DIALECT_MORE) more_pass(pass);
    if ((dialect & DIALECT_HEADING_IDS && types >> NODE_HEADING & 1) || pass->signs.braces)
        heading_ids_pass(pass);
}
