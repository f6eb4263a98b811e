#include "document/html_read_parts.h"

#ifdef HAVE_GUMBO

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 8 << 20 };

const char *html_attribute(const GumboElement *element, const char *name) {
    const GumboAttribute *found = gumbo_get_attribute(&element->attributes, name);
    return found ? found->value : NULL;
}

bool html_is_one_of(const char *word, const char *const *words) {
    for (; *words; words++)
        if (strcmp(word, *words) == 0) return true;
    return false;
}

node_id html_add(struct html_reader *reader, node_id parent, enum node_type type) {
    node_id id = document_add(reader->document, type);
    node_append(reader->document, parent, id);
    return id;
}

void html_note_lost(struct html_reader *reader, const char *name) {
    buffer_append_string(&reader->read->lost, name);
    buffer_append_byte(&reader->read->lost, '\n');
}

static void start_container(struct html_reader *reader, enum node_type type) {
    html_end_block(reader);
    reader->container = html_add(reader, html_block_parent(reader), type);
}

static void start_line(struct html_reader *reader, node_id host) {
    reader->host = host;
    reader->in_line = true;
    reader->blank = reader->filled = false;
    reader->breaks = 0;
}

/* Places that cells of rows above reach down to. */
static void fill_below(struct html_reader *reader, node_id row, bool all) {
    while (reader->column < HTML_MOST_COLUMNS && (all || reader->below[reader->column])) {
        if (reader->below[reader->column]) {
            reader->below[reader->column]--;
            for (uint32_t at = 0, have = reader->column; all && at < have;
                 at++) /* gaps before it */
                if (at >= reader->cells) html_add(reader, row, NODE_TABLE_CELL), reader->cells++;
            html_add(reader, row, NODE_TABLE_CELL);
            reader->cells++;
        }
        reader->column++;
    }
}

static long span_of(const GumboElement *element, const char *name) {
    const char *span = html_attribute(element, name);
    long count = span ? strtol(span, NULL, 10) : 1;
    return count < 1 ? 1 : count > HTML_MOST_COLUMNS ? HTML_MOST_COLUMNS : count;
}

static void start_cell(struct html_reader *reader, const GumboElement *element, bool header) {
    node_id row = reader->container;
    if (reader->document->nodes[row].type != NODE_TABLE_ROW) return;
    long columns = span_of(element, "colspan"), rows = span_of(element, "rowspan");
    fill_below(reader, row, false);
    node_id cell = html_add(reader, row, NODE_TABLE_CELL);
    if (header && !reader->document->nodes[row].previous)
        reader->document->nodes[row].flags |= NODE_HEADER;
    if (columns > 1 || rows > 1) html_note_lost(reader, "merged cells");
    for (long i = 1; i < columns; i++) html_add(reader, row, NODE_TABLE_CELL);
    for (long i = 0; i < columns && reader->column < HTML_MOST_COLUMNS; i++)
        reader->below[reader->column++] = (uint16_t)(rows - 1);
    reader->cells += (uint32_t)columns;
    start_line(reader, cell);
}

/* A table that only arranges the page: with one in it, with blocks of text in a cell, or of one
 * cell a row, and no header. */
static bool is_layout(const GumboNode *table) {
    const char *role = html_attribute(&table->v.element, "role");
    size_t path[HTML_MOST_DEPTH];
    const GumboNode *node = table;
    uint32_t depth = 0, blocks_in_cell = 0, cells = 0, most_cells = 0;
    if (role && (strcmp(role, "presentation") == 0 || strcmp(role, "none") == 0)) return true;
    path[0] = 0;
    for (;;) {
        const GumboVector *children = &node->v.element.children;
        if (path[depth] == children->length) {
            if (!depth) break;
            depth--;
            node = node->parent;
            continue;
        }
        const GumboNode *child = children->data[path[depth]++];
        if (child->type != GUMBO_NODE_ELEMENT || depth + 1 == HTML_MOST_DEPTH) continue;
        switch (child->v.element.tag) {
        case GUMBO_TAG_TABLE: return true;
        case GUMBO_TAG_TH:
        case GUMBO_TAG_CAPTION: return false;
        case GUMBO_TAG_TR: cells = 0; break;
        case GUMBO_TAG_TD:
            blocks_in_cell = 0;
            if (++cells > most_cells) most_cells = cells;
            break;
        default:
            if (html_class_of(child->v.element.tag) & TAG_RUNNING_TEXT && ++blocks_in_cell > 1)
                return true;
            break;
        }
        node = child;
        path[++depth] = 0;
    }
    return most_cells == 1;
}

/* The only child of a node, but for blanks; NULL: it has others. */
static const GumboNode *only_child(const GumboNode *node) {
    const GumboVector *children = &node->v.element.children;
    const GumboNode *found = NULL;
    for (unsigned i = 0; i < children->length; i++) {
        const GumboNode *child = children->data[i];
        if (child->type == GUMBO_NODE_WHITESPACE || child->type == GUMBO_NODE_COMMENT) continue;
        if (found || child->type != GUMBO_NODE_ELEMENT) return NULL;
        found = child;
    }
    return found;
}

/* A list that only arranges pictures: figures are all that is in it. */
static bool is_gallery(const GumboNode *list) {
    const GumboVector *children = &list->v.element.children;
    bool found = false;
    for (unsigned i = 0; i < children->length; i++) {
        const GumboNode *child = children->data[i];
        if (child->type == GUMBO_NODE_WHITESPACE || child->type == GUMBO_NODE_COMMENT) continue;
        if (child->type != GUMBO_NODE_ELEMENT || child->v.element.tag != GUMBO_TAG_LI) return false;
        const GumboNode *figure = only_child(child);
        if (!figure || figure->v.element.tag != GUMBO_TAG_FIGURE) return false;
        found = true;
    }
    return found;
}

/* False: the element's children are not to be read. */
static bool enter(struct html_reader *reader, const GumboNode *node) {
    const GumboElement *element = &node->v.element;
    unsigned class = html_class_of(element->tag);
    if (element->tag_namespace != GUMBO_NAMESPACE_HTML || class & TAG_GONE) {
        const char *tag = gumbo_normalized_tagname(element->tag);
        if (element->tag == GUMBO_TAG_FORM && !reader->read->page) return true;
        if (!(class & TAG_SILENT)) html_note_lost(reader, *tag ? tag : "drawing");
        return false;
    }
    /* An article's own header has its title, a quotation's footer its speaker. */
    if (reader->read->page && reader->container == ROOT_NODE &&
        (class & TAG_PAGE_GONE || (element->tag == GUMBO_TAG_HEADER &&
                                   reader->frames[0].node->v.element.tag == GUMBO_TAG_BODY)))
        return false;
    const char *part = reader->read->page ? html_boilerplate(reader, node) : NULL;
    if (part) {
        char said[64];
        snprintf(said, sizeof said, "the page's part '%s' is left out", part);
        html_note_lost(reader, said);
        return false;
    }
    switch (element->tag) {
    case GUMBO_TAG_BR:
        reader->breaks++;
        buffer_append_byte(&reader->read->text, '\n');
        return false;
    case GUMBO_TAG_IMG: html_read_image(reader, element); return false;
    case GUMBO_TAG_IFRAME: html_read_embedded(reader, node, "iframe"); return false;
    case GUMBO_TAG_VIDEO: html_read_embedded(reader, node, "video"); return false;
    case GUMBO_TAG_AUDIO: html_read_embedded(reader, node, "audio"); return false;
    case GUMBO_TAG_EMBED: html_read_embedded(reader, node, "embed"); return false;
    case GUMBO_TAG_OBJECT: html_read_embedded(reader, node, "object"); return false;
    case GUMBO_TAG_PRE:
        if (reader->in_line) break;
        buffer_append_byte(&reader->read->text, '\n');
        html_end_block(reader);
        html_read_code(reader, node, true);
        return false;
    case GUMBO_TAG_CODE:
    case GUMBO_TAG_KBD:
    case GUMBO_TAG_SAMP:
    case GUMBO_TAG_TT: html_read_code(reader, node, false); return false;
    case GUMBO_TAG_HR:
        buffer_append_byte(&reader->read->text, '\n');
        if (reader->in_line) {
            reader->blank = reader->blank || reader->filled;
            return false;
        }
        html_end_block(reader);
        html_add(reader, html_block_parent(reader), NODE_THEMATIC_BREAK);
        return false;
    default: break;
    }
    enum node_type type = html_inline_type(element->tag);
    if (type) {
        html_activate(reader, type, element);
        return true;
    }
    if (element->tag == GUMBO_TAG_A) {
        const char *url = html_attribute(element, "href");
        if (url && *url) html_activate(reader, NODE_LINK, element);
        return true;
    }
    bool row = element->tag == GUMBO_TAG_TR, cell = class & TAG_CELL;
    if (!(class & (TAG_BLOCK | TAG_OTHER))) return true; /* gives way */
    buffer_append_byte(&reader->read->text, '\n');
    if (reader->in_line && !row && !cell) {
        reader->blank = reader->blank || reader->filled;
        return true;
    }
    if (reader->in_line) return true;
    if (cell) {
        html_end_block(reader);
        start_cell(reader, element, element->tag == GUMBO_TAG_TH);
        return true;
    }
    if (element->tag >= GUMBO_TAG_H1 && element->tag <= GUMBO_TAG_H6) {
        html_end_block(reader);
        node_id heading = html_add(reader, html_block_parent(reader), NODE_HEADING);
        reader->document->nodes[heading].detail = (uint32_t)(element->tag - GUMBO_TAG_H1 + 1);
        start_line(reader, heading);
        return true;
    }
    switch (element->tag) {
    case GUMBO_TAG_UL:
        if (is_gallery(node))
            html_end_block(reader); /* its pictures stand by themselves */
        else
            start_container(reader, NODE_LIST);
        break;
    case GUMBO_TAG_OL: {
        const char *start = html_attribute(element, "start");
        long number = start ? strtol(start, NULL, 10) : 1;
        start_container(reader, NODE_LIST);
        reader->document->nodes[reader->container].flags |= NODE_ORDERED;
        reader->document->nodes[reader->container].detail =
            number >= 0 && number < 1000000000 ? (uint32_t)number : 1;
        break;
    }
    case GUMBO_TAG_LI:
        html_end_block(reader);
        if (reader->document->nodes[reader->container].type == NODE_LIST)
            reader->container = html_add(reader, reader->container, NODE_ITEM);
        break;
    case GUMBO_TAG_BLOCKQUOTE: start_container(reader, NODE_BLOCK_QUOTE); break;
    case GUMBO_TAG_DL: start_container(reader, NODE_DEFINITION_LIST); break;
    case GUMBO_TAG_DT:
        html_end_block(reader);
        if (reader->document->nodes[reader->container].type == NODE_DEFINITION_LIST)
            start_line(reader, html_add(reader, reader->container, NODE_DEFINITION_TERM));
        break;
    case GUMBO_TAG_DD:
        html_end_block(reader);
        if (reader->document->nodes[reader->container].type == NODE_DEFINITION_LIST)
            reader->container = html_add(reader, reader->container, NODE_DEFINITION);
        break;
    case GUMBO_TAG_FIGURE: start_container(reader, NODE_FIGURE); break;
    case GUMBO_TAG_FIGCAPTION:
        html_end_block(reader);
        if (reader->document->nodes[reader->container].type == NODE_FIGURE)
            start_line(reader, html_add(reader, reader->container, NODE_CAPTION));
        break;
    case GUMBO_TAG_TABLE:
        if (is_layout(node)) {
            html_end_block(reader);
            break;
        }
        start_container(reader, NODE_TABLE);
        memset(reader->below, 0, sizeof reader->below);
        break;
    case GUMBO_TAG_TR:
        html_end_block(reader);
        if (reader->document->nodes[reader->container].type == NODE_TABLE)
            reader->container = html_add(reader, reader->container, NODE_TABLE_ROW);
        reader->column = reader->cells = 0;
        break;
    case GUMBO_TAG_CAPTION: {
        /* Stands before its table. */
        node_id table = reader->container;
        html_end_block(reader);
        if (reader->document->nodes[table].type != NODE_TABLE) break;
        node_id paragraph = document_add(reader->document, NODE_PARAGRAPH);
        node_insert_before(reader->document, table, paragraph);
        start_line(reader, paragraph);
        break;
    }
    case GUMBO_TAG_THEAD:
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_TFOOT: break;
    default:
        if (reader->document->nodes[reader->container].type == NODE_FIGURE && !reader->host) break;
        html_end_block(reader);
        break;
    }
    return true;
}

/* Back to what was before the element. */
static void leave(struct html_reader *reader, const struct html_frame *frame) {
    GumboTag tag = frame->node->v.element.tag;
    bool line_ended = reader->in_line && !frame->in_line;
    if (reader->container != frame->container || line_ended) {
        node_id ended = reader->container, host = reader->host;
        html_end_block(reader);
        reader->in_line = frame->in_line;
        reader->container = frame->container;
        if (line_ended && host && reader->document->nodes[host].type != NODE_TABLE_CELL &&
            reader->document->nodes[host].parent)
            html_drop_if_empty(reader, host);
        if (ended != frame->container) {
            switch (reader->document->nodes[ended].type) {
            case NODE_FIGURE: html_end_figure(reader, ended); break;
            case NODE_TABLE: html_end_table(reader, ended); break;
            case NODE_LIST:
                html_drop_if_empty(reader, ended);
                html_end_list(reader, ended);
                break;
            case NODE_TABLE_ROW: fill_below(reader, ended, true); break;
            case NODE_DEFINITION_LIST: html_end_definitions(reader, ended); break;
            case NODE_BLOCK_QUOTE:
                html_end_quote(reader, ended);
                html_drop_if_empty(reader, ended);
                break;
            default: html_drop_if_empty(reader, ended); break;
            }
        }
        buffer_append_byte(&reader->read->text, '\n');
    } else if (html_class_of(tag) & TAG_BLOCK || tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TABLE) {
        buffer_append_byte(&reader->read->text, '\n');
        if (reader->in_line)
            reader->blank = reader->blank || reader->filled;
        else
            html_end_block(reader);
    }
    if (reader->active_count > frame->active) html_flush(reader);
    reader->active_count = frame->active;
}

static void read_comment(struct html_reader *reader, const char *comment) {
    while (html_is_space(*comment)) comment++;
    bool more = strncmp(comment, "more", 4) == 0 && (!comment[4] || html_is_space(comment[4]));
    bool page = strncmp(comment, "nextpage", 8) == 0;
    if ((!more && !page) || reader->in_line || reader->container != ROOT_NODE) return;
    buffer_append_byte(&reader->read->text, '\n');
    html_end_block(reader);
    html_add(reader, ROOT_NODE, more ? NODE_MORE : NODE_THEMATIC_BREAK);
    if (page) html_note_lost(reader, "page break, now a line");
}

static void read_below(struct html_reader *reader, const GumboNode *root) {
    size_t path[HTML_MOST_DEPTH];
    reader->depth = 1;
    reader->frames[0] = (struct html_frame){.node = root, .container = ROOT_NODE};
    path[0] = 0;
    for (;;) {
        struct html_frame *frame = &reader->frames[reader->depth - 1];
        const GumboVector *children = frame->node->type == GUMBO_NODE_DOCUMENT
                                          ? &frame->node->v.document.children
                                          : &frame->node->v.element.children;
        if (path[reader->depth - 1] == children->length) {
            if (reader->depth == 1) break;
            leave(reader, frame);
            reader->depth--;
            continue;
        }
        const GumboNode *child = children->data[path[reader->depth - 1]++];
        if (child->type == GUMBO_NODE_COMMENT) {
            read_comment(reader, child->v.text.text);
        } else if (child->type == GUMBO_NODE_ELEMENT || child->type == GUMBO_NODE_TEMPLATE) {
            struct html_frame next = {.node = child,
                                      .container = reader->container,
                                      .host = reader->host,
                                      .active = reader->active_count,
                                      .in_line = reader->in_line};
            if (reader->depth < HTML_MOST_DEPTH && enter(reader, child)) {
                reader->frames[reader->depth] = next;
                path[reader->depth++] = 0;
            }
        } else if (child->type != GUMBO_NODE_DOCUMENT) {
            const char *text = html_text(reader, child->v.text.text);
            text = html_figures(reader, frame->node, text);
            buffer_append_string(&reader->read->text, text);
            html_read_text(reader, text);
        }
    }
    html_end_block(reader);
}

static void *allocate(void *arena, size_t size) {
    return arena_allocate(arena, size);
}
static void release(void *arena, void *memory) {
    (void)arena, (void)memory;
}

enum sanitise_result html_read(struct text html, struct html_read *read,
                               struct document *document) {
    if (html.length > MOST_BYTES) return SANITISE_TOO_LARGE;
    if (sanitise_is_deep(html)) return SANITISE_TOO_DEEP;
    struct arena arena = {0};
    GumboOptions options = kGumboDefaultOptions;
    if (!read->page) options.fragment_context = GUMBO_TAG_BODY;
    options.max_errors = 0;
    options.allocator = allocate, options.deallocator = release, options.userdata = &arena;
    struct html_reader *reader = memory_allocate_zeroed(sizeof *reader);
    struct buffer shorter = {0};
    bool shortened = !read->page && html_shorten(html, reader, &shorter);
    struct text given = shortened ? buffer_text(&shorter) : html;
    GumboOutput *output =
        gumbo_parse_with_options(&options, given.bytes ? given.bytes : "", given.length);
    reader->document = document, reader->read = read, reader->container = ROOT_NODE;
    const GumboNode *content = read->page ? html_find_content(output->root, read) : output->root;
    if (read->page) reader->page_text = html_page_text(content);
    read_below(reader, content);
    buffer_free(&reader->text);
    buffer_free(&reader->whole);
    buffer_free(&shorter);
    memory_free(reader->runs);
    memory_free(reader);
    arena_free(&arena);
    return SANITISE_DONE;
}

#else

enum sanitise_result html_read(struct text html, struct html_read *read,
                               struct document *document) {
    (void)html, (void)read, (void)document;
    return SANITISE_MISSING;
}

#endif

void html_read_free(struct html_read *read) {
    buffer_free(&read->text);
    buffer_free(&read->lost);
    buffer_free(&read->title);
    buffer_free(&read->canonical);
    buffer_free(&read->meta);
    buffer_free(&read->heading);
}
