#include "document/html_read_parts.h"

#ifdef HAVE_GUMBO

#include <string.h>

void html_flush(struct html_reader *reader) {
    if (reader->text.length && reader->text_at) {
        node_id id = html_add(reader, reader->text_at, NODE_TEXT);
        node_set_text(reader->document, id, buffer_text(&reader->text));
    }
    reader->text.length = 0;
}

static node_id inline_parent(const struct html_reader *reader) {
    node_id parent = reader->host;
    for (uint32_t i = 0; i < reader->active_count && reader->active[i].node; i++)
        parent = reader->active[i].node;
    return parent;
}

/* The block of text ends. What has no content goes. */
void html_close_host(struct html_reader *reader) {
    html_flush(reader);
    if (reader->host && !reader->document->nodes[reader->host].first &&
        reader->document->nodes[reader->host].type == NODE_PARAGRAPH)
        node_unlink(reader->document, reader->host);
    reader->host = NO_NODE;
    reader->blank = reader->filled = false;
    reader->breaks = 0;
    for (uint32_t i = 0; i < reader->active_count; i++) reader->active[i].node = NO_NODE;
}

/* Lists hold items only, definition lists terms and definitions only, tables rows only. */
node_id html_block_parent(struct html_reader *reader) {
    node_id container = reader->container;
    if (reader->document->nodes[container].type == NODE_LIST) {
        node_id last = reader->document->nodes[container].last;
        return last ? last : html_add(reader, container, NODE_ITEM);
    }
    if (reader->document->nodes[container].type == NODE_DEFINITION_LIST) {
        node_id last = reader->document->nodes[container].last;
        return last && reader->document->nodes[last].type == NODE_DEFINITION
                   ? last
                   : html_add(reader, container, NODE_DEFINITION);
    }
    return container;
}

static void open_host(struct html_reader *reader) {
    if (reader->host) return;
    reader->host = html_add(reader, html_block_parent(reader), NODE_PARAGRAPH);
    reader->blank = reader->filled = false;
    reader->breaks = 0;
}

static void put_text_at(struct html_reader *reader, node_id parent, const char *bytes,
                        size_t length) {
    if (parent != reader->text_at) html_flush(reader);
    reader->text_at = parent;
    buffer_append(&reader->text, bytes, length);
}

static void make_active(struct html_reader *reader) {
    node_id parent = reader->host;
    for (uint32_t i = 0; i < reader->active_count; i++) {
        struct html_active *active = &reader->active[i];
        if (!active->node) {
            html_flush(reader);
            active->node = html_add(reader, parent, active->type);
            if (active->element->tag == GUMBO_TAG_CITE) reader->cite = active->node;
            if (active->type == NODE_LINK) {
                const char *title = html_attribute(active->element, "title");
                struct text url = html_string_of(html_attribute(active->element, "href"));
                while (url.length && (unsigned char)*url.bytes <= ' ') url.bytes++, url.length--;
                while (url.length && (unsigned char)url.bytes[url.length - 1] <= ' ') url.length--;
                node_set_field(reader->document, active->node, FIELD_URL, url);
                if (title && *title)
                    node_set_field(reader->document, active->node, FIELD_TITLE,
                                   html_string_of(title));
            }
        }
        parent = active->node;
    }
}

/* Before anything that is to be seen in a line: blanks and breaks that were waiting. */
static node_id ready(struct html_reader *reader) {
    if (reader->breaks && reader->host && reader->filled) {
        if (reader->in_line) {
            reader->blank = true;
        } else if (reader->breaks > 1) {
            html_close_host(reader);
        } else {
            node_id parent = inline_parent(reader);
            html_flush(reader);
            html_add(reader, parent, NODE_LINEBREAK);
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

/* At a byte order mark or a zero-width space, which nobody means. */
static bool is_invisible(const char *at) {
    return memcmp(at, "\xEF\xBB\xBF", 3) == 0 || memcmp(at, "\xE2\x80\x8B", 3) == 0;
}

/* An address that stands in a text as such: where it begins and how long it is; 0: none. A reader
 * of Markdown links it, and so is it meant. */
static size_t bare_address(const char *word, size_t length, size_t *start, bool *mail) {
    static const char *const schemes[] = {"http://", "https://", NULL};
    size_t end = length;
    *mail = false;
    for (*start = 0; *start < length && strchr("(<[\"'", word[*start]); ++*start)
        ;
    while (end > *start && strchr(".,;:!?)]>\"'", word[end - 1])) end--;
    if (memchr(word + *start, '(', end - *start) && end < length && word[end] == ')') end++;
    for (int i = 0; schemes[i]; i++) {
        size_t scheme = strlen(schemes[i]);
        if (end - *start > scheme && strncmp(word + *start, schemes[i], scheme) == 0)
            return strpbrk(word + *start, "<>") && strpbrk(word + *start, "<>") < word + end
                       ? 0
                       : end - *start;
    }
    const char *at = memchr(word + *start, '@', end - *start);
    if (!at || at == word + *start || at + 1 == word + end) return 0;
    bool dotted = false;
    for (const char *c = word + *start; c < word + end; c++) {
        bool letter = (*c | 32) >= 'a' && (*c | 32) <= 'z', digit = *c >= '0' && *c <= '9';
        if (c == at) continue;
        if (!letter && !digit && *c != '-' && *c != '.' && (c > at || (*c != '_' && *c != '+')))
            return 0;
        dotted = dotted || (c > at + 1 && *c == '.' && c + 1 < word + end);
    }
    *mail = true;
    return dotted ? end - *start : 0;
}

static void put_address(struct html_reader *reader, node_id parent, const char *address,
                        size_t length, bool mail) {
    struct buffer url = {0};
    html_flush(reader);
    node_id link = html_add(reader, parent, NODE_LINK);
    if (mail) buffer_append_string(&url, "mailto:");
    buffer_append(&url, address, length);
    node_set_field(reader->document, link, FIELD_URL, buffer_text(&url));
    node_set_text(reader->document, html_add(reader, link, NODE_TEXT),
                  (struct text){address, length});
    buffer_free(&url);
}

static bool is_in_link(const struct html_reader *reader) {
    for (uint32_t i = 0; i < reader->active_count; i++)
        if (reader->active[i].type == NODE_LINK) return true;
    return false;
}

/* Figures that stand high or low have characters of their own, m² and CO₂: Markdown has no other
 * way to say it that every reader knows. What is in a link may be the mark of a note. */
const char *html_figures(struct html_reader *reader, const GumboNode *parent, const char *text) {
    static const char *const signs[][12] = {
        {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉", "₋", "₊"},
        {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹", "⁻", "⁺"}};
    enum { MOST = 8, MINUS = 10, PLUS };
    if (parent->type != GUMBO_NODE_ELEMENT) return text;
    const GumboElement *element = &parent->v.element;
    bool is_high = element->tag == GUMBO_TAG_SUP;
    size_t sign = *text == '-' || *text == '+', count = strspn(text + sign, "0123456789");
    if ((!is_high && element->tag != GUMBO_TAG_SUB) || element->children.length != 1 || !count ||
        count > MOST || text[sign + count] || is_in_link(reader))
        return text;
    char figures[MOST + 2];
    memcpy(figures, text, sign + count + 1);
    reader->whole.length = 0;
    for (const char *figure = figures; *figure; figure++)
        buffer_append_string(&reader->whole, signs[is_high][*figure == '-'   ? MINUS
                                                            : *figure == '+' ? PLUS
                                                                             : *figure - '0']);
    return buffer_string(&reader->whole);
}

/* How much from here are words with one blank between them and nothing that is looked at one by
 * one: addresses, and characters that may be invisible. */
static size_t plain_words(const char *text) {
    static const unsigned char stops[256] = {
        [0] = 1,   ['\t'] = 1, ['\n'] = 1, ['\f'] = 1, ['\r'] = 1,
        ['@'] = 1, [':'] = 1,  [0xE2] = 1, [0xEF] = 1};
    size_t length = 0, word = 0; /* where the last word began */
    for (;; length++) {
        unsigned char byte = (unsigned char)text[length];
        if (byte == ' ') {
            if (length == word) return word - 1; /* a second blank */
            word = length + 1;
        } else if (stops[byte]) {
            bool whole =
                byte != '@' && byte != ':' && byte != 0xE2 && byte != 0xEF && length > word;
            return whole ? length : word ? word - 1 : 0;
        }
    }
}

void html_read_text(struct html_reader *reader, const char *text) {
    while (*text) {
        size_t length = 0;
        if (html_is_space(*text)) {
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
        if ((length = plain_words(text))) {
            put_text_at(reader, ready(reader), text, length);
            text += length;
            continue;
        }
        while (text[length] && !html_is_space(text[length]) &&
               !((unsigned char)text[length] >= 0xE2 && is_invisible(text + length)))
            length++;
        node_id parent = ready(reader);
        size_t start, address = 0;
        bool mail;
        if (memchr(text, '@', length) || (length > 8 && memchr(text, ':', length)))
            address = is_in_link(reader) ? 0 : bare_address(text, length, &start, &mail);
        if (address) {
            if (start) put_text_at(reader, parent, text, start);
            put_address(reader, parent, text + start, address, mail);
            if (length > start + address)
                put_text_at(reader, parent, text + start + address, length - start - address);
        } else {
            put_text_at(reader, parent, text, length);
        }
        text += length;
    }
}

/* All text below a node, for code. */
void html_gather(struct html_reader *reader, const GumboNode *root, struct buffer *out) {
    const GumboNode *node = root;
    size_t path[HTML_MOST_DEPTH];
    uint32_t depth = 0;
    path[0] = 0;
    for (;;) {
        const GumboVector *children = &node->v.element.children;
        if (path[depth] < children->length) {
            const GumboNode *child = children->data[path[depth]++];
            if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_WHITESPACE ||
                child->type == GUMBO_NODE_CDATA) {
                buffer_append_string(out, reader ? html_text(reader, child->v.text.text)
                                                 : child->v.text.text);
            } else if (child->type == GUMBO_NODE_ELEMENT) {
                if (child->v.element.tag == GUMBO_TAG_BR) buffer_append_byte(out, '\n');
                if (depth + 1 < HTML_MOST_DEPTH) {
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

/* The language of code, by the ways in which pages say it. */
static struct text language_of(const GumboElement *element) {
    static const char *const prefixes[] = {"language-", "lang-", "brush:", "highlight-source-",
                                           NULL};
    static const char *const attributes[] = {"data-lang", "data-language", "lang", NULL};
    const char *class = html_attribute(element, "class");
    for (int i = 0; class && prefixes[i]; i++) {
        const char *found = strstr(class, prefixes[i]);
        if (!found) continue;
        found += strlen(prefixes[i]);
        found += strspn(found, " ");
        return (struct text){found, strcspn(found, " ;\t\n`")};
    }
    for (int i = 0; attributes[i]; i++) {
        const char *value = html_attribute(element, attributes[i]);
        if (value && *value && !strpbrk(value, " ;\t\n`")) return text_of(value);
    }
    return (struct text){NULL, 0};
}

void html_read_code(struct html_reader *reader, const GumboNode *node, bool block) {
    struct buffer code = {0};
    html_gather(reader, node, &code);
    size_t kept = 0; /* carriage returns are written as references; they end lines here too */
    for (size_t i = 0; i < code.length; i++)
        if (code.bytes[i] != '\r')
            code.bytes[kept++] = code.bytes[i];
        else if (i + 1 == code.length || code.bytes[i + 1] != '\n')
            code.bytes[kept++] = '\n';
    code.length = kept;
    buffer_append_text(&reader->read->text, buffer_text(&code));
    if (block) {
        struct text language = language_of(&node->v.element);
        if (!language.length && node->v.element.children.length == 1) {
            const GumboNode *child = node->v.element.children.data[0];
            if (child->type == GUMBO_NODE_ELEMENT) language = language_of(&child->v.element);
        }
        html_close_host(reader);
        if (code.length && code.bytes[code.length - 1] != '\n') buffer_append_byte(&code, '\n');
        if (code.length) {
            node_id id = html_add(reader, html_block_parent(reader), NODE_CODE_BLOCK);
            reader->document->nodes[id].flags |= NODE_FENCED;
            node_set_text(reader->document, id, buffer_text(&code));
            if (language.length) node_set_field(reader->document, id, FIELD_INFO, language);
        }
        buffer_append_byte(&reader->read->text, '\n');
    } else {
        for (size_t i = 0; i < code.length; i++)
            if (html_is_space(code.bytes[i])) code.bytes[i] = ' ';
        struct text text = buffer_text(&code);
        while (text.length && *text.bytes == ' ') text.bytes++, text.length--;
        while (text.length && text.bytes[text.length - 1] == ' ') text.length--;
        if (text.length < code.length && *code.bytes == ' ') reader->blank = true;
        if (text.length) {
            node_id parent = ready(reader);
            html_flush(reader);
            node_id id = html_add(reader, parent, NODE_CODE);
            node_set_text(reader->document, id, text);
            if (code.bytes[code.length - 1] == ' ') reader->blank = true;
        }
    }
    buffer_free(&code);
}

/* Set to one side of the text, by an attribute or by WordPress's classes. */
static bool is_aside(const GumboElement *element) {
    static const char *const sides[] = {"left", "right", "center", NULL};
    static const char *const classes[] = {"alignleft", "alignright", "aligncenter", NULL};
    const char *align = html_attribute(element, "align"), *class = html_attribute(element, "class");
    for (int i = 0; class && classes[i]; i++)
        if (strstr(class, classes[i])) return true;
    return align && html_is_one_of(align, sides);
}

void html_read_image(struct html_reader *reader, const GumboElement *element) {
    const char *alt = html_attribute(element, "alt"), *title = html_attribute(element, "title");
    const char *url = html_attribute(element, "src");
    static const char *const lazy[] = {"data-src", "data-lazy-src", "data-original", NULL};
    for (int i = 0; lazy[i] && (!url || strncmp(url, "data:", 5) == 0); i++)
        if (html_attribute(element, lazy[i])) url = html_attribute(element, lazy[i]);
    if (!url || !*url || strncmp(url, "data:", 5) == 0) {
        html_note_lost(reader, "img without an address");
        return;
    }
    node_id parent = reader->container, id;
    if (reader->document->nodes[parent].type == NODE_FIGURE && !reader->in_line &&
        !reader->active_count && !reader->host) {
        id = html_add(reader, parent, NODE_IMAGE);
    } else if (!reader->in_line && !reader->active_count && !reader->filled && is_aside(element)) {
        html_close_host(reader); /* what was to be beside a paragraph stands before it */
        parent = html_add(reader, html_block_parent(reader), NODE_FIGURE);
        id = html_add(reader, parent, NODE_IMAGE);
    } else {
        parent = ready(reader);
        html_flush(reader);
        id = html_add(reader, parent, NODE_IMAGE);
    }
    reader->read->images++;
    node_set_field(reader->document, id, FIELD_URL, html_string_of(url));
    if (title && *title && !(alt && strcmp(alt, title) == 0))
        node_set_field(reader->document, id, FIELD_TITLE, html_string_of(title));
    if (alt && *alt) {
        struct buffer clean = {0};
        for (const char *at = alt; *at; at++)
            if (!html_is_space(*at))
                buffer_append_byte(&clean, *at);
            else if (clean.length && clean.bytes[clean.length - 1] != ' ')
                buffer_append_byte(&clean, ' ');
        while (clean.length && clean.bytes[clean.length - 1] == ' ') clean.length--;
        if (clean.length)
            node_set_text(reader->document, html_add(reader, id, NODE_TEXT), buffer_text(&clean));
        buffer_free(&clean);
    }
}

/* A frame, a film, a sound: a link to it. */
void html_read_embedded(struct html_reader *reader, const GumboNode *node, const char *name) {
    const char *url = html_attribute(&node->v.element, "src");
    if (!url) url = html_attribute(&node->v.element, "data");
    for (unsigned i = 0; !url && i < node->v.element.children.length; i++) {
        const GumboNode *child = node->v.element.children.data[i];
        if (child->type == GUMBO_NODE_ELEMENT) url = html_attribute(&child->v.element, "src");
    }
    html_note_lost(reader, name);
    if (!url || !*url || strpbrk(url, " <>\n\t")) return;
    reader->blank = reader->blank || reader->filled; /* a word of its own */
    node_id parent = ready(reader);
    html_flush(reader);
    node_id link = html_add(reader, parent, NODE_LINK);
    node_set_field(reader->document, link, FIELD_URL, html_string_of(url));
    node_set_text(reader->document, html_add(reader, link, NODE_TEXT), html_string_of(url));
    reader->read->added++;
    reader->blank = reader->filled = true;
}

void html_activate(struct html_reader *reader, enum node_type type, const GumboElement *element) {
    if (reader->active_count == HTML_MOST_ACTIVE) return;
    for (uint32_t i = 0; i < reader->active_count; i++)
        if (reader->active[i].type == type) return;
    reader->active[reader->active_count++] = (struct html_active){type, element, NO_NODE};
}

#endif
