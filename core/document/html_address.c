#include "document/html.h"

#include <string.h>

/* As far as the first of `stops`, or whole. */
static struct text before(struct text text, const char *stops) {
    for (size_t i = 0; i < text.length; i++)
        if (strchr(stops, text.bytes[i])) text.length = i;
    return text;
}

/* Bytes up to the last slash, with it. */
static struct text folder(struct text path) {
    while (path.length && path.bytes[path.length - 1] != '/') path.length--;
    return path;
}

static bool has_scheme(struct text url) {
    struct text first = before(url, ":/?#");
    return first.length && first.length < url.length && url.bytes[first.length] == ':';
}

/* "https://example.org" of "https://example.org/site" */
static struct text origin(struct text site) {
    const char *slashes = memmem(site.bytes, site.length, "//", 2);
    size_t at = slashes ? (size_t)(slashes - site.bytes) + 2 : 0;
    struct text rest = {site.bytes + at, site.length - at};
    return (struct text){site.bytes, at + before(rest, "/?#").length};
}

/* Appends a path to what has `start` bytes at its beginning that no ".." may take away. */
static void append_path(struct text path, size_t start, struct buffer *out) {
    while (path.length) {
        struct text part = before(path, "/");
        bool slash = part.length < path.length;
        path.bytes += part.length + slash;
        path.length -= part.length + slash;
        if (text_is(part, ".")) continue;
        if (text_is(part, "..")) {
            struct text above = {out->bytes, out->length ? out->length - 1 : 0};
            above = folder(above);
            if (above.length >= start) out->length = above.length;
            continue;
        }
        buffer_append_text(out, part);
        if (slash) buffer_append_byte(out, '/');
    }
}

void html_absolute_url(struct text site_url, struct text page_url, struct text url,
                       struct buffer *out) {
    if (!url.length || url.bytes[0] == '#' || has_scheme(url)) {
        buffer_append_text(out, url);
        return;
    }
    if (text_starts(url, TEXT("//"))) {
        struct text scheme = before(site_url, ":/?#");
        if (has_scheme(site_url)) buffer_append(out, scheme.bytes, scheme.length + 1);
        buffer_append_text(out, url);
        return;
    }
    if (url.bytes[0] == '/') {
        buffer_append_text(out, site_url);
        buffer_append_text(out, url);
        return;
    }
    struct text page = before(page_url, "?#"), path = before(url, "?#");
    buffer_append_text(out, site_url);
    if (path.length) {
        buffer_append_text(out, folder(page));
        append_path(path, origin(site_url).length + 1, out);
    } else {
        buffer_append_text(out, page);
    }
    buffer_append(out, url.bytes + path.length, url.length - path.length);
}
