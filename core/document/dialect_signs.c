/* What the bytes of a body can mean at all, found without reading its lines: most articles use
 * little of the dialect, and pay for little of it. */
#include "document/dialect_scan.h"

static bool has(struct text body, char byte) {
    return memchr(body.bytes, byte, body.length) != NULL;
}

static bool is_alphanumeric(char c) {
    return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9');
}

/* Whether nothing but white space and what markers of containers are made of is before `at`. */
static bool begins_line(struct text body, const char *at) {
    while (at > body.bytes && memchr(" \t>-*+.)0123456789", at[-1], 19)) at--;
    return at == body.bytes || at[-1] == '\n' || at[-1] == '\r';
}

/* Whether the URL that goes on behind a colon stands in the text: not as the destination of a link,
 * not as an attribute's value. */
static bool is_bare(struct text body, const char *colon) {
    const char *at = colon;
    while (at > body.bytes && is_alphanumeric(at[-1])) at--;
    size_t before = (size_t)(at - body.bytes);
    if (at == colon || before < 2) return at < colon;
    return !(at[-1] == '(' && at[-2] == ']') && at[-1] != '<' &&
           !((at[-1] == '"' || at[-1] == '\'') && at[-2] == '=') &&
           !(before > 2 && at[-1] == ' ' && at[-2] == ':' && at[-3] == ']');
}

bool autolink_is_mark(const char *bytes, size_t start, size_t at, size_t end) {
    if (bytes[at] == '*') return true;
    return bytes[at] == '_' && (at == start || at + 1 == end || !is_alphanumeric(bytes[at - 1]) ||
                                !is_alphanumeric(bytes[at + 1]));
}

/* Up to white space or "<"; whether there are marks of emphasis. */
static const char *pass_url(struct scan_signs *signs, const char *start, const char *end) {
    const char *at = start;
    for (; at < end && !memchr(" \t\r\n<", *at, 5); at++)
        if (autolink_is_mark(start, 0, (size_t)(at - start), (size_t)(end - start)))
            signs->marked_links = true;
    return at;
}

static void look_at_colon(struct scan_signs *signs, struct text body, const char *colon,
                          const char **url_end) {
    const char *end = body.bytes + body.length, *name = colon + 1;
    if (!signs->line_colons && colon > body.bytes && colon[-1] == '-')
        signs->line_colons = begins_line(body, colon); /* a table's "--:" */
    if (name == end) return;
    if (name[0] == '/') {
        if (end - name < 3 || name[1] != '/') return;
        /* Whether it is a link's destination is not known before cmark has read it. */
        signs->url_links = true;
        if (colon >= *url_end && is_bare(body, colon)) *url_end = pass_url(signs, name, end);
        return;
    }
    if (!signs->line_colons && memchr(" \t:-|", *name, 5))
        signs->line_colons = begins_line(body, colon);
    if (signs->inline_directives) return;
    while (name < end && name - colon < 64 &&
           (is_alphanumeric(*name) || *name == '-' || *name == '_'))
        name++;
    if (name > colon + 1 && name < end && (*name == '[' || *name == '{' || name - colon == 64))
        signs->inline_directives = true;
}

static void look_at_dot(struct scan_signs *signs, struct text body, const char *dot,
                        const char **url_end) {
    const char *end = body.bytes + body.length;
    if (dot - body.bytes >= 3 && dot >= *url_end && !memcmp(dot - 3, "www", 3) &&
        (dot - body.bytes == 3 || dot[-4] != '/')) {
        signs->www_links = true;
        *url_end = pass_url(signs, dot, end);
    }
    if (end - dot >= 3 && dot[1] == '.' && dot[2] == '.') signs->smart = true;
}

struct scan_signs scan_signs(struct text body) {
    const char *end = body.bytes + body.length, *url_end = body.bytes;
    struct scan_signs signs = {.braces = has(body, '{'),
                               .carets = has(body, '^'),
                               .pipes = has(body, '|'),
                               .returns = has(body, '\r'),
                               .address_links = has(body, '@'),
                               .smart = has(body, '"') || has(body, '\'')};
    for (const char *at = body.bytes; (at = memchr(at, ':', (size_t)(end - at))); at++)
        look_at_colon(&signs, body, at, &url_end);
    url_end = body.bytes;
    for (const char *at = body.bytes; (at = memchr(at, '.', (size_t)(end - at))); at++)
        look_at_dot(&signs, body, at, &url_end);
    for (const char *at = body.bytes; !signs.smart && (at = memchr(at, '-', (size_t)(end - at)));
         at++)
        signs.smart = end - at > 1 && at[1] == '-';
    return signs;
}
