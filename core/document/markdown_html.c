#include "document/markdown_html.h"

#include <string.h>

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool begins(const char *at, const char *end, const char *with) {
    for (; *with; at++, with++)
        if (at == end || lower(*at) != *with) return false;
    return true;
}

static const char *find(const char *at, const char *end, const char *what) {
    for (; at < end; at++)
        if (begins(at, end, what)) return at + strlen(what);
    return NULL;
}

static const char *pass_spaces(const char *at, const char *end) {
    while (at < end && is_space(*at)) at++;
    return at;
}

static const char *pass_tag_name(const char *at, const char *end) {
    if (at == end || !is_letter(*at)) return NULL;
    while (at < end && (is_letter(*at) || is_digit(*at) || *at == '-')) at++;
    return at;
}

/* An attribute's value behind the equals sign. */
static const char *pass_value(const char *at, const char *end) {
    if (at == end) return NULL;
    if (*at == '"' || *at == '\'') {
        const char *close = memchr(at + 1, *at, (size_t)(end - at - 1));
        return close ? close + 1 : NULL;
    }
    const char *start = at;
    while (at < end && !is_space(*at) && !strchr("\"'=<>`", *at)) at++;
    return at > start ? at : NULL;
}

/* An open or closing tag at `at`, which is a '<'; the byte behind it, or NULL. */
static const char *pass_tag(const char *at, const char *end) {
    bool closing = ++at < end && *at == '/';
    at = pass_tag_name(at + closing, end);
    if (!at) return NULL;
    while (!closing) {
        const char *name = pass_spaces(at, end);
        if (name == at || name == end) break;
        if (!is_letter(*name) && *name != '_' && *name != ':') break;
        at = name;
        while (at < end && (is_letter(*at) || is_digit(*at) || (*at && strchr("_:.-", *at)))) at++;
        const char *equals = pass_spaces(at, end);
        if (equals < end && *equals == '=') {
            at = pass_value(pass_spaces(equals + 1, end), end);
            if (!at) return NULL;
        }
    }
    at = pass_spaces(at, end);
    if (!closing && at < end && *at == '/') at++;
    return at < end && *at == '>' ? at + 1 : NULL;
}

static const char *pass_comment(const char *at, const char *end) {
    const char *text = at + 4;
    if (begins(text, end, ">") || begins(text, end, "->")) return NULL;
    const char *close = find(text, end, "--");
    return close && close < end && *close == '>' ? close + 1 : NULL;
}

size_t html_inline_length(const char *bytes, const char *end) {
    const char *close = NULL;
    if (bytes == end || *bytes != '<') return 0;
    if (begins(bytes, end, "<!--"))
        close = pass_comment(bytes, end);
    else if (begins(bytes, end, "<?"))
        close = find(bytes + 2, end, "?>");
    else if (begins(bytes, end, "<![cdata[") && !memcmp(bytes, "<![CDATA[", 9))
        close = find(bytes + 9, end, "]]>");
    else if (begins(bytes, end, "<!"))
        close = end - bytes > 2 && is_letter(bytes[2]) ? find(bytes + 2, end, ">") : NULL;
    else
        close = pass_tag(bytes, end);
    return close ? (size_t)(close - bytes) : 0;
}

static const char *const raw_tags[] = {"script", "pre", "textarea", "style", NULL};
static const char *const block_tags[] = {
    "address",  "article",  "aside",    "base",       "basefont", "blockquote", "body",   "caption",
    "center",   "col",      "colgroup", "dd",         "details",  "dialog",     "dir",    "div",
    "dl",       "dt",       "fieldset", "figcaption", "figure",   "footer",     "form",   "frame",
    "frameset", "h1",       "h2",       "h3",         "h4",       "h5",         "h6",     "head",
    "header",   "hr",       "html",     "iframe",     "legend",   "li",         "link",   "main",
    "menu",     "menuitem", "nav",      "noframes",   "ol",       "optgroup",   "option", "p",
    "param",    "section",  "source",   "title",      "summary",  "table",      "tbody",  "td",
    "tfoot",    "th",       "thead",    "title",      "tr",       "track",      "ul",     NULL};

static bool is_one_of(const char *name, const char *end, const char *const *names) {
    for (; *names; names++)
        if (strlen(*names) == (size_t)(end - name) && begins(name, end, *names)) return true;
    return false;
}

int html_block_kind(const char *line, const char *end, bool after_paragraph) {
    if (line == end || *line != '<' || line + 1 == end) return 0;
    if (begins(line, end, "<!--")) return 2;
    if (line[1] == '?') return 3;
    if (line[1] == '!') {
        if (end - line > 8 && !memcmp(line, "<![CDATA[", 9)) return 5;
        return end - line > 2 && is_letter(line[2]) ? 4 : 0;
    }
    bool closing = line[1] == '/';
    const char *name = line + 1 + closing, *name_end = pass_tag_name(name, end);
    if (!name_end) return 0;
    bool ends = name_end == end || is_space(*name_end) || *name_end == '>';
    if (!closing && ends && is_one_of(name, name_end, raw_tags)) return 1;
    if ((ends || begins(name_end, end, "/>")) && is_one_of(name, name_end, block_tags)) return 6;
    if (after_paragraph) return 0;
    const char *tag_end = pass_tag(line, end);
    return tag_end && pass_spaces(tag_end, end) == end ? 7 : 0;
}

bool html_block_ends(int kind, const char *line, const char *end) {
    switch (kind) {
    case 1:
        return find(line, end, "</script>") || find(line, end, "</pre>") ||
               find(line, end, "</textarea>") || find(line, end, "</style>");
    case 2: return find(line, end, "-->") != NULL;
    case 3: return find(line, end, "?>") != NULL;
    case 4: return find(line, end, ">") != NULL;
    case 5: return find(line, end, "]]>") != NULL;
    default: return pass_spaces(line, end) == end;
    }
}
