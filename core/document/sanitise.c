#include "document/sanitise.h"

#ifdef HAVE_GUMBO
#include <gumbo.h>
#endif

static const char *const default_elements[] = {
    "a",      "abbr",       "b",      "bdi",   "bdo",   "blockquote", "br",    "caption",
    "cite",   "code",       "dd",     "del",   "dfn",   "div",        "dl",    "dt",
    "em",     "figcaption", "figure", "h1",    "h2",    "h3",         "h4",    "h5",
    "h6",     "hr",         "i",      "img",   "ins",   "kbd",        "li",    "mark",
    "ol",     "p",          "pre",    "q",     "s",     "samp",       "small", "span",
    "strong", "sub",        "sup",    "table", "tbody", "td",         "tfoot", "th",
    "thead",  "time",       "tr",     "u",     "ul",    "var",        "wbr",   NULL};
static const char *const default_attributes[] = {"title",      "lang",          "dir",
                                                 "a.href",     "img.src",       "img.alt",
                                                 "img.width",  "img.height",    "blockquote.cite",
                                                 "q.cite",     "time.datetime", "td.colspan",
                                                 "td.rowspan", "th.colspan",    "th.rowspan",
                                                 "th.scope",   "ol.start",      "ol.reversed",
                                                 NULL};
static const char *const default_schemes[] = {"http", "https", "mailto", "tel", NULL};

const struct sanitise_rules sanitise_defaults = {default_elements, default_attributes,
                                                 default_schemes};

#ifdef HAVE_GUMBO

enum { MOST_BYTES = 1 << 20, DEEPEST = 400, MOST_NAMES = 64 };

static bool has_name(const char *const *names, struct text name) {
    for (; *names; names++)
        if (text_is(name, *names)) return true;
    return false;
}

static bool is_letter(char byte) {
    return (byte | 32) >= 'a' && (byte | 32) <= 'z';
}

/* How deep the elements of `html` may nest, guessed high: an end tag only takes back a start tag of
 * its own name. Elements that end by themselves are not counted. */
bool sanitise_is_deep(struct text html) {
    static const char *const flat[] = {"p",    "li",   "br",     "img",    "hr",  "td",
                                       "th",   "tr",   "dd",     "dt",     "wbr", "input",
                                       "meta", "link", "option", "source", "col", NULL};
    struct {
        uint64_t name;
        uint32_t open;
        bool is_flat;
    } names[MOST_NAMES];
    uint32_t known = 0, depth = 0;
    for (size_t i = 0; i + 1 < html.length; i++) {
        const char *tag = memchr(html.bytes + i, '<', html.length - 1 - i);
        if (!tag) break;
        i = (size_t)(tag - html.bytes);
        bool end = html.bytes[i + 1] == '/';
        size_t start = i + 1 + end, at = start;
        char name[16];
        if (start >= html.length || !is_letter(html.bytes[start])) continue;
        while (at < html.length && at - start < sizeof name && html.bytes[at] > ' ' &&
               html.bytes[at] != '>' && html.bytes[at] != '/') {
            name[at - start] = is_letter(html.bytes[at]) ? html.bytes[at] | 32 : html.bytes[at];
            at++;
        }
        struct text text = {name, at - start};
        uint64_t hash = text_hash(text);
        uint32_t which = 0;
        while (which < known && names[which].name != hash) which++;
        if (which == known) {
            if (known == MOST_NAMES) { /* odd names are only counted up */
                depth += !end && !has_name(flat, text);
                continue;
            }
            names[known].name = hash;
            names[known].is_flat = has_name(flat, text);
            names[known++].open = 0;
        }
        if (names[which].is_flat) continue;
        if (!end) {
            names[which].open++, depth++;
        } else if (names[which].open) {
            names[which].open--, depth--;
        }
        if (depth > DEEPEST) return true;
    }
    return depth > DEEPEST;
}

static void escape(const char *string, struct buffer *out) {
    for (; *string; string++) switch (*string) {
        case '&': buffer_append_string(out, "&amp;"); break;
        case '<': buffer_append_string(out, "&lt;"); break;
        case '>': buffer_append_string(out, "&gt;"); break;
        case '"': buffer_append_string(out, "&quot;"); break;
        default: buffer_append_byte(out, *string);
        }
}

/* An address without a scheme, or with one of the list. Browsers skip control characters and blanks
 * in front, and tabs and line ends anywhere. */
static bool is_allowed_address(const char *address, const char *const *schemes) {
    char scheme[32];
    size_t length = 0;
    for (; *address; address++) {
        unsigned char byte = (unsigned char)*address;
        if (byte <= ' ') continue;
        if (byte == ':') break;
        if (byte == '/' || byte == '?' || byte == '#') return true;
        if (length == sizeof scheme) return false;
        scheme[length++] = is_letter((char)byte) ? (char)(byte | 32) : (char)byte;
    }
    return !*address || has_name(schemes, (struct text){scheme, length});
}

static bool is_address(struct text name) {
    static const char *const addresses[] = {"href",       "src",    "cite",       "action",
                                            "formaction", "poster", "background", "data",
                                            "longdesc",   "usemap", NULL};
    return has_name(addresses, name);
}

static void write_attributes(const GumboElement *element, const char *tag,
                             const struct sanitise_rules *rules, struct buffer *out) {
    for (unsigned i = 0; i < element->attributes.length; i++) {
        const GumboAttribute *attribute = element->attributes.data[i];
        struct text name = text_of(attribute->name);
        char both[64];
        size_t tag_length = strlen(tag);
        if (tag_length + 1 + name.length > sizeof both) continue;
        memcpy(both, tag, tag_length);
        both[tag_length] = '.';
        memcpy(both + tag_length + 1, name.bytes, name.length);
        if (!has_name(rules->attributes, name) &&
            !has_name(rules->attributes, (struct text){both, tag_length + 1 + name.length}))
            continue;
        /* Scripts and styles in attributes, and lists of addresses, pass under no rule. */
        if (text_starts(name, TEXT("on")) || text_is(name, "style") || text_is(name, "srcset") ||
            text_is(name, "srcdoc") || text_is(name, "ping"))
            continue;
        if (is_address(name) && !is_allowed_address(attribute->value, rules->schemes)) continue;
        buffer_append_byte(out, ' ');
        buffer_append_text(out, name);
        buffer_append_string(out, "=\"");
        escape(attribute->value, out);
        buffer_append_byte(out, '"');
    }
}

static bool goes_with_content(const GumboElement *element) {
    static const char *const gone[] = {
        "script",  "style",     "iframe", "object", "embed",    "template", "noscript",
        "noembed", "noframes",  "title",  "head",   "textarea", "select",   "option",
        "xmp",     "plaintext", "applet", "audio",  "video",    "canvas",   NULL};
    return element->tag_namespace != GUMBO_NAMESPACE_HTML ||
           has_name(gone, text_of(gumbo_normalized_tagname(element->tag)));
}

static bool is_void(const char *tag) {
    static const char *const names[] = {"br",  "hr",    "img",    "wbr", "area",
                                        "col", "input", "source", NULL};
    return has_name(names, text_of(tag));
}

static bool is_block(const char *tag) {
    static const char *const names[] = {
        "p",     "div", "li",     "ul",         "ol",      "blockquote", "h1",     "h2",
        "h3",    "h4",  "h5",     "h6",         "pre",     "table",      "tr",     "dt",
        "dd",    "dl",  "figure", "figcaption", "section", "article",    "header", "footer",
        "aside", "nav", "main",   "hr",         "br",      "caption",    NULL};
    return has_name(names, text_of(tag));
}

static void write_plain(const char *string, struct buffer *out) {
    for (; *string; string++) {
        bool blank = *string == ' ' || *string == '\n' || *string == '\t' || *string == '\r' ||
                     *string == '\f';
        char last = out->length ? out->bytes[out->length - 1] : '\n';
        if (!blank)
            buffer_append_byte(out, *string);
        else if (last != ' ' && last != '\n')
            buffer_append_byte(out, ' ');
    }
}

static void end_line(struct buffer *out) {
    while (out->length && out->bytes[out->length - 1] == ' ') out->length--;
    if (out->length && out->bytes[out->length - 1] != '\n') buffer_append_byte(out, '\n');
}

/* What stands before an element's children, or the text itself; false when they are not to be seen.
 * Without rules it is the plain text that is wanted. */
static bool enter(const GumboNode *node, const struct sanitise_rules *rules, struct buffer *out) {
    if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE ||
        node->type == GUMBO_NODE_CDATA) {
        if (rules)
            escape(node->v.text.text, out);
        else
            write_plain(node->v.text.text, out);
    }
    if (node->type != GUMBO_NODE_ELEMENT || goes_with_content(&node->v.element)) return false;
    const char *tag = gumbo_normalized_tagname(node->v.element.tag);
    if (!rules) {
        if (is_block(tag)) end_line(out);
    } else if (*tag && has_name(rules->elements, text_of(tag))) {
        buffer_append_byte(out, '<');
        buffer_append_string(out, tag);
        write_attributes(&node->v.element, tag, rules, out);
        buffer_append_byte(out, '>');
    }
    return true;
}

static void leave(const GumboNode *node, const struct sanitise_rules *rules, struct buffer *out) {
    const char *tag = gumbo_normalized_tagname(node->v.element.tag);
    if (!rules) {
        if (is_block(tag)) end_line(out);
    } else if (*tag && has_name(rules->elements, text_of(tag)) && !is_void(tag)) {
        buffer_append_string(out, "</");
        buffer_append_string(out, tag);
        buffer_append_byte(out, '>');
    }
}

/* gumbo says it, but not always right for nodes that it moved out of a table. */
static size_t position(const GumboNode *node) {
    const GumboVector *children = &node->parent->v.element.children;
    size_t at = node->index_within_parent;
    if (at < children->length && children->data[at] == node) return at;
    for (at = 0; at + 1 < children->length && children->data[at] != node;) at++;
    return at;
}

static enum sanitise_result walk(struct text html, const struct sanitise_rules *rules,
                                 struct buffer *out) {
    if (html.length > MOST_BYTES) return SANITISE_TOO_LARGE;
    if (sanitise_is_deep(html)) return SANITISE_TOO_DEEP;
    GumboOptions options = kGumboDefaultOptions;
    options.fragment_context = GUMBO_TAG_BODY;
    options.max_errors = 0;
    GumboOutput *output =
        gumbo_parse_with_options(&options, html.bytes ? html.bytes : "", html.length);
    /* Without recursion: a node knows its parent and its position. */
    const GumboNode *root = output->root, *node = root;
    bool down = true;
    for (;;) {
        bool seen = down && (node == root || enter(node, rules, out));
        if (seen && node->v.element.children.length) {
            node = node->v.element.children.data[0];
            continue;
        }
        if (node == root) break;
        if (seen || !down) leave(node, rules, out);
        const GumboNode *parent = node->parent;
        size_t next = position(node) + 1;
        down = next < parent->v.element.children.length;
        node = down ? parent->v.element.children.data[next] : parent;
    }
    gumbo_destroy_output(&kGumboDefaultOptions, output);
    return SANITISE_DONE;
}

#else

bool sanitise_is_deep(struct text html) {
    (void)html;
    return false;
}

static enum sanitise_result walk(struct text html, const struct sanitise_rules *rules,
                                 struct buffer *out) {
    (void)html, (void)rules, (void)out;
    return SANITISE_MISSING;
}

#endif

enum sanitise_result sanitise_write(struct text html, const struct sanitise_rules *rules,
                                    struct buffer *out) {
    return walk(html, rules, out);
}

enum sanitise_result sanitise_text(struct text html, struct buffer *out) {
    enum sanitise_result result = walk(html, NULL, out);
    while (out->length &&
           (out->bytes[out->length - 1] == ' ' || out->bytes[out->length - 1] == '\n'))
        out->length--;
    return result;
}
