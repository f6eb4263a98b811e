#include "corpus/links.h"

#include "article/permalink.h"
#include "read/files.h"

static bool has_scheme(struct text url) {
    for (size_t i = 0; i < url.length; i++) {
        char c = url.bytes[i];
        if (c == ':') return i > 0;
        if (c == '/' || c == '?' || c == '#') return false;
    }
    return false;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void decode(struct text path, struct buffer *out) {
    for (size_t i = 0; i < path.length; i++) {
        int high = -1, low = -1;
        if (path.bytes[i] == '%' && i + 2 < path.length) {
            high = hex_digit(path.bytes[i + 1]);
            low = hex_digit(path.bytes[i + 2]);
        }
        bool encoded = high >= 0 && low >= 0;
        buffer_append_byte(out, encoded ? (char)(high * 16 + low) : path.bytes[i]);
        i += encoded ? 2 : 0;
    }
}

/* Removes "." and ".." components in place; false when it climbs out of the top. */
static bool normalise(struct buffer *path) {
    size_t to = 0;
    for (size_t from = 0; from <= path->length;) {
        const char *slash =
            from < path->length ? memchr(path->bytes + from, '/', path->length - from) : NULL;
        size_t end = slash ? (size_t)(slash - path->bytes) : path->length, length = end - from;
        const char *part = path->bytes + from;
        if (length == 2 && part[0] == '.' && part[1] == '.') {
            if (to == 0) return false;
            do to--;
            while (to > 0 && path->bytes[to - 1] != '/');
        } else if (length > 0 && !(length == 1 && part[0] == '.')) {
            memmove(path->bytes + to, part, length);
            to += length;
            if (slash) path->bytes[to++] = '/';
        }
        from = end + 1;
    }
    path->length = to;
    return true;
}

static bool names_a_file(struct text path) {
    for (size_t i = path.length; i > 0 && path.bytes[i - 1] != '/'; i--)
        if (path.bytes[i - 1] == '.') return i < path.length && i > 1;
    return false;
}

/* The number of the file or asset that a relative path means, trying an article's folder and
 * ending. */
static uint32_t look_up(const struct corpus *corpus, struct buffer *path) {
    uint32_t number = corpus_find(corpus, buffer_text(path));
    static const char *const endings[] = {".md", "/index.md"};
    while (path->length && path->bytes[path->length - 1] == '/') path->length--;
    size_t length = path->length;
    for (unsigned i = 0; i < 2 && number == NOWHERE && !names_a_file(buffer_text(path)); i++) {
        path->length = length;
        buffer_append_string(path, endings[i]);
        number = corpus_find(corpus, buffer_text(path));
        path->length = length;
    }
    return number;
}

struct link {
    const struct corpus *corpus;
    struct article *article;
    struct diagnostics *diagnostics;
    struct text below; /* the path of its host that the site is below, "/news"; nothing for none */
    struct buffer path;
};

/* The url of a link or image becomes what `path` holds, a path of the site. */
static void become_internal(struct link *link, node_id id) {
    struct document *document = &link->article->document;
    node_set_field(document, id, FIELD_URL, buffer_text(&link->path));
    for (uint32_t f = document_node(document, id)->fields; f; f = document->fields[f].next)
        if (document->fields[f].key == FIELD_URL) document->fields[f].flags |= FIELD_RESOLVED;
}

/* Whether an article or a file beside one has this very address. */
static bool is_ours(const struct corpus *corpus, struct text url) {
    size_t end = 0;
    while (end < url.length && url.bytes[end] != '?' && url.bytes[end] != '#') end++;
    return corpus_find_url(corpus, (struct text){url.bytes, end}) != NOWHERE ||
           corpus_find(corpus, (struct text){url.bytes + 1, end - 1}) != NOWHERE;
}

/* On a site below a path of its host: what begins with a slash is the site's, with that path before
 * it or without. */
static void resolve_from_top(struct link *link, node_id id, struct text url) {
    struct text below = link->below;
    link->path.length = 0;
    bool is_full = text_starts(url, below) && !is_ours(link->corpus, url) &&
                   (url.length == below.length || memchr("/?#", url.bytes[below.length], 3));
    if (is_full) url = (struct text){url.bytes + below.length, url.length - below.length};
    if (!url.length || url.bytes[0] != '/') buffer_append_byte(&link->path, '/');
    buffer_append_text(&link->path, url);
    become_internal(link, id);
}

static void report(struct link *link, node_id id, struct text url, const char *what) {
    const struct node *node = document_node(&link->article->document, id);
    struct place place = node->place.length
                             ? text_place(link->article->source.bytes, node->place.offset)
                             : (struct place){0, 0};
    diagnostics_add(link->diagnostics, SEVERITY_WARNING, link->article->path, place,
                    "the %s to '%.*s' %s", node->type == NODE_IMAGE ? "image link" : "link",
                    (int)(url.length > 120 ? 120 : url.length), url.bytes, what);
}

static void resolve(struct link *link, node_id id) {
    struct document *document = &link->article->document;
    struct text url = node_field(document, id, FIELD_URL);
    if (!url.length || url.bytes[0] == '#' || has_scheme(url)) return;
    bool from_top = url.bytes[0] == '/'; /* may be a page of the layout's, or another site's */
    if (from_top && url.length > 1 && url.bytes[1] == '/') return;
    if (memchr(url.bytes, '{', url.length)) return; /* another generator's shortcode */
    size_t end = 0;
    while (end < url.length && url.bytes[end] != '?' && url.bytes[end] != '#') end++;
    struct text path = {url.bytes, end}, rest = {url.bytes + end, url.length - end};
    struct text folder = path_folder(link->article->path);
    struct buffer *out = &link->path;
    if (!path.length) return;
    if (from_top && file_kind_of(path) != FILE_ARTICLE) {
        if (link->below.length) resolve_from_top(link, id, url);
        return;
    }
    out->length = 0;
    if (!from_top) buffer_append_text(out, folder);
    if (!from_top && folder.length) buffer_append_byte(out, '/');
    decode(path, out);
    if (!normalise(out)) {
        report(link, id, url, "leaves the content folder; correct the path");
        return;
    }
    uint32_t number = look_up(link->corpus, out);
    if (number == NOWHERE) {
        if (names_a_file(path) && !from_top)
            report(link, id, url, "goes nowhere: there is no such file; correct the path");
        return;
    }
    struct article target;
    if (number < link->corpus->table->file_count) {
        if (corpus_file(link->corpus, number)->position == NOWHERE) {
            report(link, id, url,
                   "goes to an article that is not published; remove it or publish that one");
            return;
        }
        corpus_article(link->corpus, number, &target);
        path = strings_text(&target.meta.strings, target.facts.url);
        out->length = 0;
    } else {
        path = corpus_path(link->corpus, number);
        out->length = 0;
        buffer_append_byte(out, '/');
    }
    buffer_append_text(out, path);
    buffer_append_text(out, rest);
    become_internal(link, id);
}

/* The path of "https://x.org/news", which begins at its first single slash. */
static void find_path(struct link *link, struct text site_url) {
    const char *slashes =
        site_url.length ? memmem(site_url.bytes, site_url.length, "://", 3) : NULL;
    if (!slashes) return;
    size_t at = (size_t)(slashes - site_url.bytes) + 3;
    while (at < site_url.length && site_url.bytes[at] != '/') at++;
    link->below = (struct text){site_url.bytes + at, site_url.length - at};
}

void links_resolve(const struct corpus *corpus, struct text site_url, struct article *article,
                   struct diagnostics *diagnostics) {
    struct link link = {.corpus = corpus, .article = article, .diagnostics = diagnostics};
    struct document *document = &article->document;
    find_path(&link, site_url);
    /* In the order of the table, which is nearly the document's: messages are sorted later. */
    for (node_id id = ROOT_NODE; id < document->count; id++) {
        uint8_t type = document_node(document, id)->type;
        if (type == NODE_LINK || type == NODE_IMAGE) resolve(&link, id);
    }
    buffer_free(&link.path);
}
