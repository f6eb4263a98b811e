#include "document/html_writer.h"

static void put(struct html_writer *writer, const char *string) {
    buffer_append_string(writer->out, string);
}

static const uint8_t is_special[256] = {['"'] = 1, ['&'] = 1, ['<'] = 1, ['>'] = 1};

void html_escape(struct text text, struct buffer *out) {
    const unsigned char *at = (const unsigned char *)text.bytes, *end = at + text.length;
    buffer_grow(out, text.length);
    while (at < end) {
        const unsigned char *plain = at;
        while (end - at >= 4 &&
               !(is_special[at[0]] | is_special[at[1]] | is_special[at[2]] | is_special[at[3]]))
            at += 4;
        while (at < end && !is_special[*at]) at++;
        buffer_append(out, (const char *)plain, (size_t)(at - plain));
        if (at == end) break;
        switch (*at++) {
        case '"': buffer_append(out, "&quot;", 6); break;
        case '&': buffer_append(out, "&amp;", 5); break;
        case '<': buffer_append(out, "&lt;", 4); break;
        default: buffer_append(out, "&gt;", 4); break;
        }
    }
}

/* What stands in a URL as it is. */
static const unsigned char is_url_byte[256] = {
    ['0' ... '9'] = 1, ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1, ['-'] = 1, ['_'] = 1, ['.'] = 1,
    ['+'] = 1,         ['!'] = 1,         ['*'] = 1,         ['('] = 1, [')'] = 1, [','] = 1,
    ['%'] = 1,         ['#'] = 1,         ['@'] = 1,         ['?'] = 1, ['='] = 1, [';'] = 1,
    [':'] = 1,         ['/'] = 1,         ['$'] = 1,         ['~'] = 1};

void html_escape_url(struct text url, struct buffer *out) {
    static const char digits[] = "0123456789ABCDEF";
    const char *at = url.bytes, *end = at + url.length;
    while (at < end) {
        const char *plain = at;
        while (at < end && is_url_byte[(unsigned char)*at]) at++;
        buffer_append(out, plain, (size_t)(at - plain));
        if (at == end) break;
        unsigned char c = (unsigned char)*at++;
        if (c == '&') {
            buffer_append_string(out, "&amp;");
        } else if (c == '\'') {
            buffer_append_string(out, "&#x27;");
        } else {
            const char encoded[3] = {'%', digits[c >> 4], digits[c & 15]};
            buffer_append(out, encoded, 3);
        }
    }
}

bool html_url_is_safe(struct text url) {
    static const char *const schemes[] = {"http", "https", "mailto", "tel"};
    char scheme[8];
    size_t length = 0;
    for (size_t i = 0; i < url.length; i++) {
        unsigned char c = (unsigned char)url.bytes[i];
        if (c <= ' ' || c == 0x7F) continue; /* browsers drop these from a scheme */
        if (c == ':') {
            for (size_t s = 0; s < sizeof schemes / sizeof *schemes; s++)
                if (length == strlen(schemes[s]) && !memcmp(scheme, schemes[s], length))
                    return true;
            return false;
        }
        if (c == '/' || c == '?' || c == '#') return true;
        if (length < sizeof scheme) scheme[length] = (char)(c >= 'A' && c <= 'Z' ? c | 32 : c);
        if (length < sizeof scheme) length++;
    }
    return true;
}

void html_relative_url(struct text page_url, struct text url, struct buffer *out) {
    if (!url.length || url.bytes[0] != '/' || (url.length > 1 && url.bytes[1] == '/')) {
        buffer_append_text(out, url);
        return;
    }
    /* The common folders, up to the last slash that both have. */
    size_t common = 0, i = 0;
    for (; i < url.length && i < page_url.length && url.bytes[i] == page_url.bytes[i] &&
           url.bytes[i] != '?' && url.bytes[i] != '#';
         i++)
        if (url.bytes[i] == '/') common = i + 1;
    size_t before = out->length;
    for (i = common; i < page_url.length; i++)
        if (page_url.bytes[i] == '/') buffer_append_string(out, "../");
    buffer_append(out, url.bytes + common, url.length - common);
    bool bare = out->length == before || out->bytes[before] == '?' || out->bytes[before] == '#';
    if (bare) { /* the page's own folder, "./", since an empty path would mean the page itself */
        size_t rest = out->length - before;
        buffer_append_string(out, "./");
        memmove(out->bytes + before + 2, out->bytes + before, rest);
        memcpy(out->bytes + before, "./", 2);
    }
}

void html_fresh_line(struct html_writer *writer) {
    struct buffer *out = writer->out;
    if (out->length > writer->start && out->bytes[out->length - 1] != '\n')
        buffer_append_byte(out, '\n');
}

/* An attribute's name must not end its tag or start a script. */
static bool name_is_safe(struct text name) {
    if (!name.length) return false;
    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];
        bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
                    (i && ((c >= '0' && c <= '9') || c == '-' || c == '.'));
        if (!fine) return false;
    }
    return true;
}

static bool attribute_is_safe(const struct html_options *options, struct text name,
                              struct text value) {
    static const char *const urls[] = {"href", "src",  "action",     "formaction", "poster",
                                       "cite", "data", "background", "srcset",     "ping"};
    if (!name_is_safe(name)) return false;
    if (options->unsafe) return true;
    if (name.length >= 2 && (name.bytes[0] | 32) == 'o' && (name.bytes[1] | 32) == 'n')
        return false;
    char lower[16];
    if (name.length >= sizeof lower) return true;
    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];
        lower[i] = (char)(c >= 'A' && c <= 'Z' ? c | 32 : c);
    }
    struct text known = {lower, name.length};
    if (text_is(known, "style") || text_is(known, "srcdoc")) return false;
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        if (text_is(known, urls[i])) return html_url_is_safe(value);
    return true;
}

void html_attributes(struct html_writer *writer, node_id id) {
    const struct document *document = writer->document;
    for (uint32_t at = document_node(document, id)->fields; at; at = document->fields[at].next) {
        const struct field *field = &document->fields[at];
        struct text value = strings_text(&document->strings, field->value);
        struct text name;
        if (field->key == FIELD_ID) {
            if (field->flags & FIELD_GENERATED && writer->options->no_heading_ids) continue;
            name = TEXT("id");
        } else if (field->key == FIELD_CLASS) {
            name = TEXT("class");
        } else if (field->key == FIELD_ATTRIBUTE) {
            name = strings_text(&document->strings, field->name);
            if (!attribute_is_safe(writer->options, name, value)) continue;
        } else {
            continue;
        }
        buffer_append_byte(writer->out, ' ');
        buffer_append_text(writer->out, name);
        put(writer, "=\"");
        html_escape(value, writer->out);
        buffer_append_byte(writer->out, '"');
    }
}

/* The end of a shortcode that begins at `at`, or 0. */
static size_t shortcode_end(struct text text, size_t at) {
    if (text.length - at < 4 || text.bytes[at] != '{') return 0;
    char kind = text.bytes[at + 1];
    if (kind != '{' && kind != '%') return 0;
    for (size_t i = at + 2; i + 1 < text.length; i++)
        if (text.bytes[i] == (kind == '%' ? '%' : '}') && text.bytes[i + 1] == '}') return i + 2;
    return 0;
}

void html_opaque(struct html_writer *writer, struct text text, bool in_attribute) {
    bool dangerous = false;
    for (size_t i = 0; i < text.length && !writer->options->unsafe; i++) {
        char next = i + 1 < text.length ? text.bytes[i + 1] : ' ';
        bool tag = text.bytes[i] == '<' && (next == '/' || next == '!' || next == '?' ||
                                            ((next | 32) >= 'a' && (next | 32) <= 'z'));
        dangerous = dangerous || tag || (in_attribute && text.bytes[i] == '=');
    }
    if (dangerous)
        html_escape(text, writer->out);
    else
        buffer_append_text(writer->out, text);
}

/* Shortcodes as they are; another generator puts something in their place. */
static void opaque_url(struct html_writer *writer, struct text url) {
    struct buffer *out = writer->out;
    size_t plain = 0;
    for (size_t at = 0; at < url.length; at++) {
        size_t end = shortcode_end(url, at);
        if (!end) continue;
        html_escape_url((struct text){url.bytes + plain, at - plain}, out);
        html_opaque(writer, (struct text){url.bytes + at, end - at}, true);
        plain = end;
        at = end - 1;
    }
    html_escape_url((struct text){url.bytes + plain, url.length - plain}, out);
}

static void url(struct html_writer *writer, node_id id) {
    const struct document *document = writer->document;
    uint32_t at = node_find_field(document, id, FIELD_URL);
    if (!at) return;
    const struct field *field = &document->fields[at];
    const struct html_options *options = writer->options;
    struct text value = strings_text(&document->strings, field->value);
    struct text judged = value; /* a shortcode's colons are no scheme's */
    const char *brace = field->flags & FIELD_OPAQUE ? memchr(value.bytes, '{', value.length) : NULL;
    if (brace) judged.length = (size_t)(brace - value.bytes);
    if (!options->unsafe && !html_url_is_safe(judged)) return;
    if (field->flags & FIELD_OPAQUE) {
        opaque_url(writer, value);
    } else if (!(field->flags & FIELD_RESOLVED) && options->site_url.length) {
        struct buffer absolute = {0};
        html_absolute_url(options->site_url, options->page_url, value, &absolute);
        html_escape_url(buffer_text(&absolute), writer->out);
        buffer_free(&absolute);
    } else if (!(field->flags & FIELD_RESOLVED) ||
               (!options->page_url.length && !options->site_url.length)) {
        html_escape_url(value, writer->out);
    } else if (options->site_url.length) {
        html_escape_url(options->site_url, writer->out);
        html_escape_url(value, writer->out);
    } else {
        struct buffer relative = {0};
        html_relative_url(options->page_url, value, &relative);
        html_escape_url(buffer_text(&relative), writer->out);
        buffer_free(&relative);
    }
}

static void title(struct html_writer *writer, node_id id) {
    struct text value = node_field(writer->document, id, FIELD_TITLE);
    if (value.length) {
        put(writer, " title=\"");
        html_escape(value, writer->out);
        put(writer, "\"");
    }
}

static void open_tag(struct html_writer *writer, node_id id, const char *tag) {
    put(writer, tag);
    if (document_node(writer->document, id)->fields) html_attributes(writer, id);
    buffer_append_byte(writer->out, '>');
}

static void raw_html(struct html_writer *writer, node_id id) {
    if (writer->options->unsafe || document_node(writer->document, id)->detail == HTML_OF_PLUGIN)
        buffer_append_text(writer->out, node_text(writer->document, id));
    else
        put(writer, "<!-- raw HTML omitted -->");
}

static void code_block(struct html_writer *writer, node_id id) {
    struct text info = node_field(writer->document, id, FIELD_INFO);
    size_t word = 0;
    while (word < info.length && !strchr(" \t\r\n\v\f", info.bytes[word])) word++;
    html_fresh_line(writer);
    put(writer, "<pre");
    if (document_node(writer->document, id)->fields) html_attributes(writer, id);
    put(writer, "><code");
    if (word) {
        put(writer, " class=\"language-");
        html_escape((struct text){info.bytes, word}, writer->out);
        put(writer, "\"");
    }
    put(writer, ">");
    struct text shown = node_field(writer->document, id, FIELD_HTML); /* only plugins set it */
    if (shown.bytes)
        buffer_append_text(writer->out, shown);
    else
        html_escape(node_text(writer->document, id), writer->out);
    put(writer, "</code></pre>\n");
}

static void list(struct html_writer *writer, node_id id, bool entering) {
    const struct node *node = document_node(writer->document, id);
    bool ordered = node->flags & NODE_ORDERED;
    if (!entering) {
        put(writer, ordered ? "</ol>\n" : "</ul>\n");
        return;
    }
    html_fresh_line(writer);
    put(writer, ordered ? "<ol" : "<ul");
    if (ordered && node->detail != 1) buffer_printf(writer->out, " start=\"%u\"", node->detail);
    open_tag(writer, id, "");
    put(writer, "\n");
}

static void paragraph(struct html_writer *writer, node_id id, bool entering) {
    const struct node *nodes = writer->document->nodes, *node = &nodes[id];
    const struct node *parent = &nodes[node->parent];
    if (parent->type == NODE_ITEM && nodes[parent->parent].flags & NODE_TIGHT) return;
    if (parent->type == NODE_DEFINITION && parent->flags & NODE_TIGHT) return;
    if (entering) {
        html_fresh_line(writer);
        open_tag(writer, id, "<p");
    } else {
        put(writer, "</p>\n");
    }
}

static void heading(struct html_writer *writer, node_id id, bool entering) {
    unsigned level = document_node(writer->document, id)->detail;
    char tag[] = "</h0>\n";
    tag[3] = (char)('0' + (level < 1 ? 1 : level > 6 ? 6 : level));
    if (entering) {
        const char start[] = {'<', 'h', tag[3], '\0'};
        html_fresh_line(writer);
        open_tag(writer, id, start);
    } else {
        put(writer, tag);
    }
}

static void image(struct html_writer *writer, node_id id, bool entering) {
    if (entering) {
        put(writer, "<img src=\"");
        url(writer, id);
        put(writer, "\" alt=\"");
        writer->image = id;
        return;
    }
    writer->image = NO_NODE;
    put(writer, "\"");
    title(writer, id);
    html_attributes(writer, id);
    put(writer, " />");
}

static void link(struct html_writer *writer, node_id id, bool entering) {
    if (!entering) {
        put(writer, "</a>");
        return;
    }
    put(writer, "<a href=\"");
    url(writer, id);
    put(writer, "\"");
    title(writer, id);
    open_tag(writer, id, "");
}

/* Within an image only text counts. */
static void alternative(struct html_writer *writer, node_id id) {
    switch ((enum node_type)document_node(writer->document, id)->type) {
    case NODE_TEXT:
    case NODE_CODE:
    case NODE_HTML_INLINE: html_escape(node_text(writer->document, id), writer->out); break;
    case NODE_SHORTCODE: buffer_append_text(writer->out, node_text(writer->document, id)); break;
    case NODE_LINEBREAK:
    case NODE_SOFTBREAK: put(writer, " "); break;
    default: break;
    }
}

/* A quotation is a figure; its attribution, the last child, ends the quoted part. */
static void block_quote(struct html_writer *writer, node_id id, bool entering) {
    node_id last = document_node(writer->document, id)->last;
    bool quotation = last && document_node(writer->document, last)->type == NODE_ATTRIBUTION;
    html_fresh_line(writer);
    if (entering) {
        if (quotation) put(writer, "<figure class=\"quotation\">\n");
        open_tag(writer, id, "<blockquote");
        put(writer, "\n");
    } else {
        put(writer, quotation ? "</figure>\n" : "</blockquote>\n");
    }
}

static void one_node(struct html_writer *writer, node_id id, bool entering, bool *skip) {
    switch ((enum node_type)document_node(writer->document, id)->type) {
    case NODE_DOCUMENT:
        if (!entering) html_dialect_end(writer, id);
        break;
    case NODE_BLOCK_QUOTE: block_quote(writer, id, entering); break;
    case NODE_LIST: list(writer, id, entering); break;
    case NODE_ITEM:
        if (entering) {
            html_fresh_line(writer);
            open_tag(writer, id, "<li");
        } else {
            put(writer, "</li>\n");
        }
        break;
    case NODE_CODE_BLOCK: code_block(writer, id); break;
    case NODE_HTML_BLOCK:
        html_fresh_line(writer);
        raw_html(writer, id);
        html_fresh_line(writer);
        break;
    case NODE_PARAGRAPH: paragraph(writer, id, entering); break;
    case NODE_HEADING: heading(writer, id, entering); break;
    case NODE_THEMATIC_BREAK:
        html_fresh_line(writer);
        put(writer, "<hr />\n");
        break;
    case NODE_TEXT: html_escape(node_text(writer->document, id), writer->out); break;
    case NODE_SOFTBREAK: put(writer, "\n"); break;
    case NODE_LINEBREAK: put(writer, "<br />\n"); break;
    case NODE_CODE:
        open_tag(writer, id, "<code");
        html_escape(node_text(writer->document, id), writer->out);
        put(writer, "</code>");
        break;
    case NODE_HTML_INLINE: raw_html(writer, id); break;
    case NODE_EMPH:
        if (entering)
            open_tag(writer, id, "<em");
        else
            put(writer, "</em>");
        break;
    case NODE_STRONG:
        if (entering)
            open_tag(writer, id, "<strong");
        else
            put(writer, "</strong>");
        break;
    case NODE_LINK: link(writer, id, entering); break;
    case NODE_IMAGE: image(writer, id, entering); break;
    default: html_dialect_node(writer, id, entering, skip); break;
    }
}

void html_nodes(struct html_writer *writer, node_id id) {
    const struct html_options *options = writer->options;
    for (struct walk walk = walk_from(writer->document, id); walk_next(&walk);) {
        if (writer->image && walk.id != writer->image) {
            if (walk.entering) alternative(writer, walk.id);
            continue;
        }
        bool skip = false;
        if (!options->render || !options->render(writer->document, walk.id, walk.entering,
                                                 writer->out, options->context))
            one_node(writer, walk.id, walk.entering, &skip);
        else
            skip = walk.entering;
        if (skip) walk_over(&walk);
    }
}

void html_write(const struct document *document, node_id id, const struct html_options *options,
                struct buffer *out) {
    struct html_writer writer = {document, options, out, out->length, NO_NODE};
    html_nodes(&writer, id);
}
