#include "document/html_read.h"

#ifdef HAVE_GUMBO

#include <gumbo.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_BYTES = 8 << 20, MOST_DEPTH = 1024, MOST_ACTIVE = 16, MOST_COLUMNS = 200 };

/* Emphasis and links that are open; they become nodes when the first text in them comes. */
struct active {
    enum node_type type;
    const GumboElement *element;
    node_id node; /* NO_NODE: not made yet */
};

struct frame {
    const GumboNode *node;
    node_id container, host;
    uint32_t active;
    bool in_line;
};

struct reader {
    struct document *document;
    struct html_read *read;
    node_id container; /* where blocks go */
    node_id host;      /* the block whose text is being read; NO_NODE: none yet */
    node_id text_at;   /* the node that `text` belongs to */
    struct buffer text;
    struct active active[MOST_ACTIVE];
    uint32_t active_count;
    bool in_line; /* within a heading, a cell, a caption: no blocks */
    bool blank, filled;
    uint32_t breaks;
    struct frame frames[MOST_DEPTH];
    uint32_t depth;
};

static struct text string_of(const char *string) {
    return string ? text_of(string) : (struct text){NULL, 0};
}

static const char *attribute(const GumboElement *element, const char *name) {
    const GumboAttribute *found = gumbo_get_attribute(&element->attributes, name);
    return found ? found->value : NULL;
}

static bool is_one_of(const char *word, const char *const *words) {
    for (; *words; words++)
        if (strcmp(word, *words) == 0) return true;
    return false;
}

static node_id add(struct reader *reader, node_id parent, enum node_type type) {
    node_id id = document_add(reader->document, type);
    node_append(reader->document, parent, id);
    return id;
}

static void note_lost(struct reader *reader, const char *name) {
    buffer_append_string(&reader->read->lost, name);
    buffer_append_byte(&reader->read->lost, '\n');
}

/* ---- inlines ---- */

static void flush(struct reader *reader) {
    if (reader->text.length && reader->text_at) {
        node_id id = add(reader, reader->text_at, NODE_TEXT);
        node_set_text(reader->document, id, buffer_text(&reader->text));
    }
    reader->text.length = 0;
}

static node_id inline_parent(const struct reader *reader) {
    node_id parent = reader->host;
    for (uint32_t i = 0; i < reader->active_count && reader->active[i].node; i++)
        parent = reader->active[i].node;
    return parent;
}

/* The block of text ends. What has no content goes. */
static void close_host(struct reader *reader) {
    flush(reader);
    if (reader->host && !reader->document->nodes[reader->host].first &&
        reader->document->nodes[reader->host].type == NODE_PARAGRAPH)
        node_unlink(reader->document, reader->host);
    reader->host = NO_NODE;
    reader->blank = reader->filled = false;
    reader->breaks = 0;
    for (uint32_t i = 0; i < reader->active_count; i++) reader->active[i].node = NO_NODE;
}

/* Lists hold items only, definition lists terms and definitions only, tables rows only. */
static node_id block_parent(struct reader *reader) {
    node_id container = reader->container;
    if (reader->document->nodes[container].type == NODE_LIST) {
        node_id last = reader->document->nodes[container].last;
        return last ? last : add(reader, container, NODE_ITEM);
    }
    if (reader->document->nodes[container].type == NODE_DEFINITION_LIST) {
        node_id last = reader->document->nodes[container].last;
        return last && reader->document->nodes[last].type == NODE_DEFINITION
                   ? last
                   : add(reader, container, NODE_DEFINITION);
    }
    return container;
}

static void open_host(struct reader *reader) {
    if (reader->host) return;
    reader->host = add(reader, block_parent(reader), NODE_PARAGRAPH);
    reader->blank = reader->filled = false;
    reader->breaks = 0;
}

static void put_text_at(struct reader *reader, node_id parent, const char *bytes, size_t length) {
    if (parent != reader->text_at) flush(reader);
    reader->text_at = parent;
    buffer_append(&reader->text, bytes, length);
}

static void make_active(struct reader *reader) {
    node_id parent = reader->host;
    for (uint32_t i = 0; i < reader->active_count; i++) {
        struct active *active = &reader->active[i];
        if (!active->node) {
            flush(reader);
            active->node = add(reader, parent, active->type);
            if (active->type == NODE_LINK) {
                const char *title = attribute(active->element, "title");
                struct text url = string_of(attribute(active->element, "href"));
                while (url.length && (unsigned char)*url.bytes <= ' ') url.bytes++, url.length--;
                while (url.length && (unsigned char)url.bytes[url.length - 1] <= ' ') url.length--;
                node_set_field(reader->document, active->node, FIELD_URL, url);
                if (title && *title)
                    node_set_field(reader->document, active->node, FIELD_TITLE, string_of(title));
            }
        }
        parent = active->node;
    }
}

/* Before anything that is to be seen in a line: blanks and breaks that were waiting. */
static node_id ready(struct reader *reader) {
    if (reader->breaks && reader->host && reader->filled) {
        if (reader->in_line) {
            reader->blank = true;
        } else if (reader->breaks > 1) {
            close_host(reader);
        } else {
            node_id parent = inline_parent(reader);
            flush(reader);
            add(reader, parent, NODE_LINEBREAK);
            reader->blank = false;
        }
    }
    reader->breaks = 0;
    open_host(reader);
    if (reader->blank && reader->filled) put_text_at(reader, inline_parent(reader), " ", 1);
    reader->blank = false;
    make_active(reader);
    reader->filled = true;
    return inline_parent(reader);
}

static bool is_space(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

/* At a byte order mark or a zero-width space, which nobody means. */
static bool is_invisible(const char *at) {
    return memcmp(at, "\xEF\xBB\xBF", 3) == 0 || memcmp(at, "\xE2\x80\x8B", 3) == 0;
}

static void read_text(struct reader *reader, const char *text) {
    while (*text) {
        size_t length = 0;
        if (is_space(*text)) {
            reader->blank = reader->filled || reader->blank;
            text++;
            continue;
        }
        if ((unsigned char)*text >= 0xE2 && is_invisible(text)) {
            text += 3;
            continue;
        }
        /* A no-break space alone fills nothing. */
        if (!reader->filled && memcmp(text, "\xC2\xA0", 2) == 0) {
            text += 2;
            continue;
        }
        while (text[length] && !is_space(text[length]) &&
               !((unsigned char)text[length] >= 0xE2 && is_invisible(text + length)))
            length++;
        node_id parent = ready(reader);
        put_text_at(reader, parent, text, length);
        text += length;
    }
}

/* All text below a node, for code. */
static void gather(const GumboNode *root, struct buffer *out) {
    const GumboNode *node = root;
    size_t path[MOST_DEPTH];
    uint32_t depth = 0;
    path[0] = 0;
    for (;;) {
        const GumboVector *children = &node->v.element.children;
        if (path[depth] < children->length) {
            const GumboNode *child = children->data[path[depth]++];
            if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_WHITESPACE ||
                child->type == GUMBO_NODE_CDATA) {
                buffer_append_string(out, child->v.text.text);
            } else if (child->type == GUMBO_NODE_ELEMENT) {
                if (child->v.element.tag == GUMBO_TAG_BR) buffer_append_byte(out, '\n');
                if (depth + 1 < MOST_DEPTH) {
                    node = child;
                    path[++depth] = 0;
                }
            }
        } else {
            if (!depth) return;
            depth--;
            node = node->parent;
        }
    }
}

static void read_code(struct reader *reader, const GumboNode *node, bool block) {
    struct buffer code = {0};
    gather(node, &code);
    buffer_append_text(&reader->read->text, buffer_text(&code));
    if (block) {
        const char *class = attribute(&node->v.element, "class");
        const char *language = class ? strstr(class, "language-") : NULL;
        if (!language && node->v.element.children.length == 1) {
            const GumboNode *child = node->v.element.children.data[0];
            if (child->type == GUMBO_NODE_ELEMENT) {
                class = attribute(&child->v.element, "class");
                language = class ? strstr(class, "language-") : NULL;
            }
        }
        close_host(reader);
        if (code.length && code.bytes[code.length - 1] != '\n') buffer_append_byte(&code, '\n');
        if (code.length) {
            node_id id = add(reader, block_parent(reader), NODE_CODE_BLOCK);
            reader->document->nodes[id].flags |= NODE_FENCED;
            node_set_text(reader->document, id, buffer_text(&code));
            if (language) {
                size_t length = strcspn(language + 9, " \t\n");
                node_set_field(reader->document, id, FIELD_INFO,
                               (struct text){language + 9, length});
            }
        }
        buffer_append_byte(&reader->read->text, '\n');
    } else {
        for (size_t i = 0; i < code.length; i++)
            if (is_space(code.bytes[i])) code.bytes[i] = ' ';
        struct text text = buffer_text(&code);
        while (text.length && *text.bytes == ' ') text.bytes++, text.length--;
        while (text.length && text.bytes[text.length - 1] == ' ') text.length--;
        if (text.length < code.length && *code.bytes == ' ') reader->blank = true;
        if (text.length) {
            node_id parent = ready(reader);
            flush(reader);
            node_id id = add(reader, parent, NODE_CODE);
            node_set_text(reader->document, id, text);
            if (code.bytes[code.length - 1] == ' ') reader->blank = true;
        }
    }
    buffer_free(&code);
}

static void read_image(struct reader *reader, const GumboElement *element) {
    const char *alt = attribute(element, "alt"), *title = attribute(element, "title");
    const char *url = attribute(element, "src");
    static const char *const lazy[] = {"data-src", "data-lazy-src", "data-original", NULL};
    for (int i = 0; lazy[i] && (!url || strncmp(url, "data:", 5) == 0); i++)
        if (attribute(element, lazy[i])) url = attribute(element, lazy[i]);
    if (!url || !*url || strncmp(url, "data:", 5) == 0) {
        note_lost(reader, "img without an address");
        return;
    }
    node_id parent = reader->container, id;
    if (reader->document->nodes[parent].type == NODE_FIGURE && !reader->in_line &&
        !reader->active_count && !reader->host) {
        id = add(reader, parent, NODE_IMAGE);
    } else {
        parent = ready(reader);
        flush(reader);
        id = add(reader, parent, NODE_IMAGE);
    }
    reader->read->images++;
    node_set_field(reader->document, id, FIELD_URL, string_of(url));
    if (title && *title && !(alt && strcmp(alt, title) == 0))
        node_set_field(reader->document, id, FIELD_TITLE, string_of(title));
    if (alt && *alt) {
        struct buffer clean = {0};
        for (const char *at = alt; *at; at++)
            if (!is_space(*at))
                buffer_append_byte(&clean, *at);
            else if (clean.length && clean.bytes[clean.length - 1] != ' ')
                buffer_append_byte(&clean, ' ');
        while (clean.length && clean.bytes[clean.length - 1] == ' ') clean.length--;
        if (clean.length)
            node_set_text(reader->document, add(reader, id, NODE_TEXT), buffer_text(&clean));
        buffer_free(&clean);
    }
}

/* A frame, a film, a sound: a link to it. */
static void read_embedded(struct reader *reader, const GumboNode *node, const char *name) {
    const char *url = attribute(&node->v.element, "src");
    if (!url) url = attribute(&node->v.element, "data");
    for (unsigned i = 0; !url && i < node->v.element.children.length; i++) {
        const GumboNode *child = node->v.element.children.data[i];
        if (child->type == GUMBO_NODE_ELEMENT) url = attribute(&child->v.element, "src");
    }
    note_lost(reader, name);
    if (!url || !*url || strpbrk(url, " <>\n\t")) return;
    node_id parent = ready(reader);
    flush(reader);
    node_id link = add(reader, parent, NODE_LINK);
    node_set_field(reader->document, link, FIELD_URL, string_of(url));
    node_set_text(reader->document, add(reader, link, NODE_TEXT), string_of(url));
    reader->read->added++;
}

/* ---- blocks ---- */

static void drop_if_empty(struct reader *reader, node_id id) {
    if (!reader->document->nodes[id].first) node_unlink(reader->document, id);
}

static bool is_tight(const struct document *document, node_id list) {
    for (node_id item = document->nodes[list].first; item; item = document->nodes[item].next) {
        uint32_t blocks = 0;
        for (node_id child = document->nodes[item].first; child;
             child = document->nodes[child].next)
            if (document->nodes[child].type == NODE_LIST) {
                if (!(document->nodes[child].flags & NODE_TIGHT)) return false;
            } else if (++blocks > 1 || document->nodes[child].type != NODE_PARAGRAPH) {
                return false;
            }
    }
    return true;
}

static void end_list(struct document *document, node_id list) {
    node_id before = document->nodes[list].previous;
    struct node *node = document_node(document, list);
    if (is_tight(document, list)) node->flags |= NODE_TIGHT;
    if (!before || document->nodes[before].type != NODE_LIST) return;
    /* Two lists in a row would be one. */
    if (node->flags & document->nodes[before].flags & NODE_ORDERED)
        node->flags |= NODE_PARENTHESIS & ~document->nodes[before].flags;
}

static void end_table(struct reader *reader, node_id table) {
    struct document *document = reader->document;
    uint32_t columns = 0;
    for (node_id row = document->nodes[table].first, next; row; row = next) {
        uint32_t count = 0;
        next = document->nodes[row].next;
        for (node_id cell = document->nodes[row].first; cell; cell = document->nodes[cell].next)
            count++;
        if (!count)
            node_unlink(document, row);
        else if (count > columns)
            columns = count;
    }
    node_id first = document->nodes[table].first;
    if (!first) {
        node_unlink(document, table);
        return;
    }
    if (!(document->nodes[first].flags & NODE_HEADER))
        note_lost(reader, "table without a header row");
    for (node_id row = first; row; row = document->nodes[row].next) {
        uint32_t count = 0;
        document->nodes[row].flags &= (uint16_t)~NODE_HEADER;
        for (node_id cell = document->nodes[row].first; cell; cell = document->nodes[cell].next)
            count++;
        for (; count < columns; count++) add(reader, row, NODE_TABLE_CELL);
    }
    document->nodes[first].flags |= NODE_HEADER;
}

/* A figure's caption is one text; one with a link becomes a paragraph behind the figure. */
static void flatten_caption(struct reader *reader, node_id caption) {
    struct document *document = reader->document;
    struct buffer plain = {0};
    node_id first = document->nodes[caption].first;
    if (first && !document->nodes[first].next && document->nodes[first].type == NODE_TEXT) return;
    for (struct walk walk = walk_from(document, caption); walk_next(&walk);) {
        enum node_type type = document->nodes[walk.id].type;
        if (type == NODE_LINK || type == NODE_IMAGE || type == NODE_LINEBREAK) {
            document->nodes[caption].type = NODE_PARAGRAPH;
            node_id figure = document->nodes[caption].parent;
            node_unlink(document, caption);
            node_insert_after(document, figure, caption);
            return;
        }
    }
    document_plain(document, caption, &plain);
    while ((first = document->nodes[caption].first)) node_unlink(document, first);
    if (plain.length) node_set_text(document, add(reader, caption, NODE_TEXT), buffer_text(&plain));
    buffer_free(&plain);
}

/* An image, perhaps with a caption behind it, is a figure; anything else gives way to its parts. */
static void end_figure(struct reader *reader, node_id figure) {
    struct document *document = reader->document;
    node_id first = document->nodes[figure].first;
    node_id second = first ? document->nodes[first].next : NO_NODE;
    if (first && !second && document->nodes[first].type == NODE_PARAGRAPH &&
        document->nodes[first].first && !document->nodes[document->nodes[first].first].next &&
        document->nodes[document->nodes[first].first].type == NODE_IMAGE) {
        node_id image = document->nodes[first].first; /* a block around the image */
        node_unlink(document, image);
        node_unlink(document, first);
        node_append(document, figure, image);
        first = image;
    }
    if (first && second && document->nodes[first].type == NODE_CAPTION &&
        document->nodes[second].type == NODE_IMAGE && !document->nodes[second].next) {
        node_unlink(document, first);
        node_append(document, figure, first);
        first = document->nodes[figure].first, second = document->nodes[first].next;
    }
    if (second && document->nodes[second].type == NODE_CAPTION) {
        flatten_caption(reader, second);
        second = document->nodes[first].next;
    }
    if (first && document->nodes[first].type == NODE_IMAGE)
        node_set_field(document, first, FIELD_TITLE, (struct text){NULL, 0});
    if (first && document->nodes[first].type == NODE_IMAGE &&
        (!second ||
         (document->nodes[second].type == NODE_CAPTION && !document->nodes[second].next)))
        return;
    for (node_id child = first, next; child; child = next) {
        next = document->nodes[child].next;
        node_unlink(document, child);
        if (document->nodes[child].type == NODE_IMAGE) {
            node_id alone = document_add(document, NODE_FIGURE);
            node_append(document, alone, child);
            node_set_field(document, child, FIELD_TITLE, (struct text){NULL, 0});
            child = alone;
        } else if (document->nodes[child].type == NODE_CAPTION) {
            document->nodes[child].type = NODE_PARAGRAPH;
        }
        node_insert_before(document, figure, child);
    }
    node_unlink(document, figure);
}

/* A paragraph of nothing but an image is a figure. */
static void end_paragraph_figure(struct reader *reader, node_id host) {
    struct document *document = reader->document;
    node_id only = host ? document->nodes[host].first : NO_NODE;
    if (!only || document->nodes[only].next || document->nodes[only].type != NODE_IMAGE ||
        document->nodes[host].type != NODE_PARAGRAPH)
        return;
    document->nodes[host].type = NODE_FIGURE;
    node_set_field(document, only, FIELD_TITLE, (struct text){NULL, 0});
}

static void end_block(struct reader *reader) {
    node_id host = reader->host;
    close_host(reader);
    end_paragraph_figure(reader, host);
}

static const char *const gone[] = {"script", "style",    "template", "head",   "title", "svg",
                                   "math",   "noscript", "link",     "meta",   "base",  "button",
                                   "select", "textarea", "input",    "option", "form",  "canvas",
                                   "dialog", "datalist", "map",      "area",   NULL};
static const char *const silent[] = {"script", "style", "template", "head", "title",
                                     "link",   "meta",  "base",     NULL};
static const char *const blocks[] = {
    "p",       "div",    "section", "article", "main",    "header", "footer", "aside",
    "address", "center", "nav",     "details", "summary", "body",   "html",   "fieldset",
    "legend",  "hgroup", "figure",  "caption", "search",  NULL};
static const char *const page_gone[] = {"nav", "footer", "aside", "form", NULL};

static enum node_type inline_type(const char *tag) {
    static const char *const strong[] = {"strong", "b", NULL};
    static const char *const emph[] = {"em", "i", "cite", "dfn", "var", NULL};
    static const char *const strike[] = {"del", "s", "strike", NULL};
    if (is_one_of(tag, strong)) return NODE_STRONG;
    if (is_one_of(tag, emph)) return NODE_EMPH;
    if (is_one_of(tag, strike)) return NODE_STRIKETHROUGH;
    return NODE_NONE;
}

static void activate(struct reader *reader, enum node_type type, const GumboElement *element) {
    if (reader->active_count == MOST_ACTIVE) return;
    for (uint32_t i = 0; i < reader->active_count; i++)
        if (reader->active[i].type == type) return;
    reader->active[reader->active_count++] = (struct active){type, element, NO_NODE};
}

static void start_container(struct reader *reader, enum node_type type) {
    end_block(reader);
    reader->container = add(reader, block_parent(reader), type);
}

static void start_line(struct reader *reader, node_id host) {
    reader->host = host;
    reader->in_line = true;
    reader->blank = reader->filled = false;
    reader->breaks = 0;
}

static void start_cell(struct reader *reader, const GumboElement *element, bool header) {
    node_id row = reader->container;
    if (reader->document->nodes[row].type != NODE_TABLE_ROW) return;
    const char *span = attribute(element, "colspan");
    long columns = span ? strtol(span, NULL, 10) : 1;
    node_id cell = add(reader, row, NODE_TABLE_CELL);
    if (header && !reader->document->nodes[row].previous)
        reader->document->nodes[row].flags |= NODE_HEADER;
    if (columns > 1 || attribute(element, "rowspan")) note_lost(reader, "merged cells");
    for (long i = 1; i < columns && i < MOST_COLUMNS; i++) add(reader, row, NODE_TABLE_CELL);
    start_line(reader, cell);
}

/* False: the element's children are not to be read. */
static bool enter(struct reader *reader, const GumboNode *node) {
    const GumboElement *element = &node->v.element;
    const char *tag = gumbo_normalized_tagname(element->tag);
    if (element->tag_namespace != GUMBO_NAMESPACE_HTML || is_one_of(tag, gone)) {
        if (strcmp(tag, "form") == 0 && !reader->read->page) return true;
        if (!is_one_of(tag, silent)) note_lost(reader, *tag ? tag : "drawing");
        return false;
    }
    /* An article's own header has its title, a quotation's footer its speaker. */
    if (reader->read->page && reader->container == ROOT_NODE &&
        (is_one_of(tag, page_gone) ||
         (strcmp(tag, "header") == 0 && reader->frames[0].node->v.element.tag == GUMBO_TAG_BODY)))
        return false;
    switch (element->tag) {
    case GUMBO_TAG_BR:
        reader->breaks++;
        buffer_append_byte(&reader->read->text, '\n');
        return false;
    case GUMBO_TAG_IMG: read_image(reader, element); return false;
    case GUMBO_TAG_IFRAME: read_embedded(reader, node, "iframe"); return false;
    case GUMBO_TAG_VIDEO: read_embedded(reader, node, "video"); return false;
    case GUMBO_TAG_AUDIO: read_embedded(reader, node, "audio"); return false;
    case GUMBO_TAG_EMBED: read_embedded(reader, node, "embed"); return false;
    case GUMBO_TAG_OBJECT: read_embedded(reader, node, "object"); return false;
    case GUMBO_TAG_PRE:
        if (reader->in_line) break;
        end_block(reader);
        read_code(reader, node, true);
        return false;
    case GUMBO_TAG_CODE:
    case GUMBO_TAG_KBD:
    case GUMBO_TAG_SAMP:
    case GUMBO_TAG_TT: read_code(reader, node, false); return false;
    case GUMBO_TAG_HR:
        if (reader->in_line) return false;
        end_block(reader);
        add(reader, block_parent(reader), NODE_THEMATIC_BREAK);
        return false;
    default: break;
    }
    enum node_type type = inline_type(tag);
    if (type) {
        activate(reader, type, element);
        return true;
    }
    if (element->tag == GUMBO_TAG_A) {
        const char *url = attribute(element, "href");
        if (url && *url) activate(reader, NODE_LINK, element);
        return true;
    }
    bool row = strcmp(tag, "tr") == 0, cell = strcmp(tag, "td") == 0 || strcmp(tag, "th") == 0;
    static const char *const other[] = {
        "h1",    "h2",    "h3", "h4", "h5",         "h6",         "ul",    "ol",
        "li",    "dl",    "dt", "dd", "blockquote", "figcaption", "table", "thead",
        "tbody", "tfoot", "tr", "td", "th",         "pre",        NULL};
    if (!is_one_of(tag, blocks) && !is_one_of(tag, other)) return true; /* gives way */
    buffer_append_byte(&reader->read->text, '\n');
    if (reader->in_line && !row && !cell) {
        reader->blank = reader->blank || reader->filled;
        return true;
    }
    if (reader->in_line) return true;
    if (cell) {
        end_block(reader);
        start_cell(reader, element, tag[1] == 'h');
        return true;
    }
    if (tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6') {
        end_block(reader);
        node_id heading = add(reader, block_parent(reader), NODE_HEADING);
        reader->document->nodes[heading].detail = (uint32_t)(tag[1] - '0');
        start_line(reader, heading);
        return true;
    }
    switch (element->tag) {
    case GUMBO_TAG_UL: start_container(reader, NODE_LIST); break;
    case GUMBO_TAG_OL: {
        const char *start = attribute(element, "start");
        long number = start ? strtol(start, NULL, 10) : 1;
        start_container(reader, NODE_LIST);
        reader->document->nodes[reader->container].flags |= NODE_ORDERED;
        reader->document->nodes[reader->container].detail =
            number >= 0 && number < 1000000000 ? (uint32_t)number : 1;
        break;
    }
    case GUMBO_TAG_LI:
        end_block(reader);
        if (reader->document->nodes[reader->container].type == NODE_LIST)
            reader->container = add(reader, reader->container, NODE_ITEM);
        break;
    case GUMBO_TAG_BLOCKQUOTE: start_container(reader, NODE_BLOCK_QUOTE); break;
    case GUMBO_TAG_DL: start_container(reader, NODE_DEFINITION_LIST); break;
    case GUMBO_TAG_DT:
        end_block(reader);
        if (reader->document->nodes[reader->container].type == NODE_DEFINITION_LIST)
            start_line(reader, add(reader, reader->container, NODE_DEFINITION_TERM));
        break;
    case GUMBO_TAG_DD:
        end_block(reader);
        if (reader->document->nodes[reader->container].type == NODE_DEFINITION_LIST)
            reader->container = add(reader, reader->container, NODE_DEFINITION);
        break;
    case GUMBO_TAG_FIGURE: start_container(reader, NODE_FIGURE); break;
    case GUMBO_TAG_FIGCAPTION:
        end_block(reader);
        if (reader->document->nodes[reader->container].type == NODE_FIGURE)
            start_line(reader, add(reader, reader->container, NODE_CAPTION));
        break;
    case GUMBO_TAG_TABLE: start_container(reader, NODE_TABLE); break;
    case GUMBO_TAG_TR:
        end_block(reader);
        if (reader->document->nodes[reader->container].type == NODE_TABLE)
            reader->container = add(reader, reader->container, NODE_TABLE_ROW);
        break;
    case GUMBO_TAG_CAPTION: {
        /* Stands before its table. */
        node_id table = reader->container;
        end_block(reader);
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
        end_block(reader);
        break;
    }
    return true;
}

/* Back to what was before the element. */
static void leave(struct reader *reader, const struct frame *frame) {
    const char *tag = gumbo_normalized_tagname(frame->node->v.element.tag);
    bool line_ended = reader->in_line && !frame->in_line;
    if (reader->container != frame->container || line_ended) {
        node_id ended = reader->container, host = reader->host;
        end_block(reader);
        reader->in_line = frame->in_line;
        reader->container = frame->container;
        if (line_ended && host && reader->document->nodes[host].type != NODE_TABLE_CELL &&
            reader->document->nodes[host].parent)
            drop_if_empty(reader, host);
        if (ended != frame->container) {
            switch (reader->document->nodes[ended].type) {
            case NODE_FIGURE: end_figure(reader, ended); break;
            case NODE_TABLE: end_table(reader, ended); break;
            case NODE_LIST:
                drop_if_empty(reader, ended);
                end_list(reader->document, ended);
                break;
            case NODE_TABLE_ROW: break;
            default: drop_if_empty(reader, ended); break;
            }
        }
        buffer_append_byte(&reader->read->text, '\n');
    } else if (is_one_of(tag, blocks)) {
        buffer_append_byte(&reader->read->text, '\n');
        if (reader->in_line)
            reader->blank = reader->blank || reader->filled;
        else
            end_block(reader);
    }
    if (reader->active_count > frame->active) flush(reader);
    reader->active_count = frame->active;
}

static void read_comment(struct reader *reader, const char *comment) {
    while (is_space(*comment)) comment++;
    bool more = strncmp(comment, "more", 4) == 0 && (!comment[4] || is_space(comment[4]));
    bool page = strncmp(comment, "nextpage", 8) == 0;
    if ((!more && !page) || reader->in_line || reader->container != ROOT_NODE) return;
    buffer_append_byte(&reader->read->text, '\n');
    end_block(reader);
    add(reader, ROOT_NODE, more ? NODE_MORE : NODE_THEMATIC_BREAK);
    if (page) note_lost(reader, "page break, now a line");
}

static void read_below(struct reader *reader, const GumboNode *root) {
    size_t path[MOST_DEPTH];
    reader->depth = 1;
    reader->frames[0] = (struct frame){.node = root, .container = ROOT_NODE};
    path[0] = 0;
    for (;;) {
        struct frame *frame = &reader->frames[reader->depth - 1];
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
            struct frame next = {.node = child,
                                 .container = reader->container,
                                 .host = reader->host,
                                 .active = reader->active_count,
                                 .in_line = reader->in_line};
            if (reader->depth < MOST_DEPTH && enter(reader, child)) {
                reader->frames[reader->depth] = next;
                path[reader->depth++] = 0;
            }
        } else if (child->type != GUMBO_NODE_DOCUMENT) {
            buffer_append_string(&reader->read->text, child->v.text.text);
            read_text(reader, child->v.text.text);
        }
    }
    end_block(reader);
}

/* ---- pages ---- */

static bool says_content(const GumboElement *element) {
    static const char *const names[] = {
        "main-content", "maincontent",     "content",   "entry-content", "post-content",
        "article-body", "article-content", "post-body", "story-body",    NULL};
    const char *role = attribute(element, "role"), *id = attribute(element, "id");
    const char *class = attribute(element, "class");
    const char *item = attribute(element, "itemprop");
    if ((role && strcmp(role, "main") == 0) || (item && strcmp(item, "articleBody") == 0))
        return true;
    if (id && is_one_of(id, names)) return true;
    for (int i = 3; class && names[i]; i++)
        if (strstr(class, names[i])) return true;
    return false;
}

/* Looks through the page for its content and for what it says of itself. */
static const GumboNode *find_content(const GumboNode *root, struct html_read *read) {
    const GumboNode *best = NULL, *body = root, *node = root;
    int best_rank = 0, articles = 0;
    size_t path[MOST_DEPTH];
    uint32_t depth = 0;
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
        if (child->type != GUMBO_NODE_ELEMENT) continue;
        const GumboElement *element = &child->v.element;
        int rank = 0;
        if (element->tag == GUMBO_TAG_BODY) body = child;
        if (element->tag == GUMBO_TAG_ARTICLE) rank = 3, articles++;
        if (element->tag == GUMBO_TAG_MAIN) rank = 2;
        if (!rank && says_content(element)) rank = 1;
        if (rank > best_rank) best = child, best_rank = rank;
        if (element->tag == GUMBO_TAG_TITLE && !read->title.length) gather(child, &read->title);
        const char *rel = attribute(element, "rel"), *href = attribute(element, "href");
        if (element->tag == GUMBO_TAG_LINK && rel && href && strcasecmp(rel, "canonical") == 0 &&
            !read->canonical.length)
            buffer_append_string(&read->canonical, href);
        if (element->tag == GUMBO_TAG_META) {
            const char *name = attribute(element, "property");
            const char *content = attribute(element, "content");
            if (!name) name = attribute(element, "name");
            if (!name) name = attribute(element, "itemprop");
            if (name && content && !strpbrk(name, "\t\n") && !strpbrk(content, "\n"))
                buffer_printf(&read->meta, "%s\t%s\n", name, content);
        }
        if (depth + 1 < MOST_DEPTH) {
            node = child;
            path[++depth] = 0;
        }
    }
    /* Of several articles none is the content; what holds them is. */
    if (best_rank == 3 && articles > 1) {
        const GumboNode *parent = best->parent;
        return parent && parent->type == GUMBO_NODE_ELEMENT ? parent : body;
    }
    return best ? best : body;
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
    GumboOutput *output =
        gumbo_parse_with_options(&options, html.bytes ? html.bytes : "", html.length);
    struct reader *reader = memory_allocate_zeroed(sizeof *reader);
    reader->document = document, reader->read = read, reader->container = ROOT_NODE;
    read_below(reader, read->page ? find_content(output->root, read) : output->root);
    buffer_free(&reader->text);
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
}
