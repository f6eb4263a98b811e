#include "document/dialect_parts.h"

/* Bare URLs and addresses as links: GitHub Flavored Markdown 0.29, "Autolinks (extension)". */

static bool is_letter(char c) {
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || is_letter(c);
}

/* The end of a domain at `at`; `at` when it is none. A letter or digit first; no underscore in the
 * last two of its parts; at least one dot unless `short_is_fine`. */
static size_t domain_end(struct text text, size_t at, bool short_is_fine) {
    if (at < text.length && !is_alphanumeric(text.bytes[at]) && !(text.bytes[at] & 0x80)) return at;
    size_t start = at, dots = 0, last = 0, before_last = 0; /* underscores in the parts */
    for (; at < text.length; at++) {
        char c = text.bytes[at];
        if (c == '_') {
            last++;
        } else if (c == '.') {
            before_last = last;
            last = 0;
            dots++;
        } else if (c != '-' && !is_alphanumeric(c) && (unsigned char)c < 0x80) {
            break;
        }
    }
    if (last || before_last || at == start || (!dots && !short_is_fine)) return start;
    return at;
}

/* Without trailing punctuation, unmatched parentheses, and what looks like an entity. */
static size_t trim(struct text text, size_t start, size_t end) {
    size_t opening = 0, closing = 0;
    for (size_t i = start; i < end; i++) {
        opening += text.bytes[i] == '(';
        closing += text.bytes[i] == ')';
    }
    while (end > start) {
        char c = text.bytes[end - 1];
        if (memchr("?!.,:*_~'\"", c, 10)) {
            end--;
        } else if (c == ')' && closing > opening) {
            closing--;
            end--;
        } else if (c == ';') {
            size_t at = end - 1;
            while (at > start && is_alphanumeric(text.bytes[at - 1])) at--;
            if (at == end - 1 || at == start || text.bytes[at - 1] != '&') {
                end--;
                continue;
            }
            end = at - 1;
        } else if (end - start >= 3 && !memcmp(text.bytes + end - 3, "\xE2\x80", 2) &&
                   memchr("\x98\x99\x9C\x9D\xA6", c, 5)) {
            end -= 3; /* curly quotation marks and the ellipsis */
        } else {
            break;
        }
    }
    return end;
}

struct found {
    size_t start, end;
    size_t sign;        /* the byte that says so: ":", "@" or the dot behind www */
    const char *prefix; /* to be put before the text to make the URL */
};

static size_t url_end(struct text text, size_t at) {
    while (at < text.length && !memchr(" \t\n<", text.bytes[at], 4)) at++;
    return at;
}

static bool find_www(struct text text, size_t at, struct found *found) {
    if (text.length - at < 5 || memcmp(text.bytes + at, "www.", 4) != 0) return false;
    if (at && !memchr("*_~([ \t", text.bytes[at - 1], 7)) return false;
    size_t end = domain_end(text, at + 4, true);
    if (end == at + 4) return false;
    *found = (struct found){at, trim(text, at, url_end(text, end)), at + 3, "http://"};
    return found->end > at + 4;
}

/* `colon` is the ":" of "://". */
static bool find_url(struct text text, size_t colon, struct found *found) {
    static const char *const schemes[] = {"http", "https", "ftp"};
    if (text.length - colon < 4 || memcmp(text.bytes + colon, "://", 3) != 0) return false;
    for (size_t i = 0; i < 3; i++) {
        size_t length = strlen(schemes[i]), start = colon - length;
        if (colon < length) continue;
        size_t k = 0;
        while (k < length && (text.bytes[start + k] | 32) == schemes[i][k]) k++;
        if (k < length || (start && is_letter(text.bytes[start - 1]))) continue;
        size_t end = domain_end(text, colon + 3, true);
        if (end == colon + 3) return false;
        *found = (struct found){start, trim(text, start, url_end(text, end)), colon, ""};
        return found->end > colon + 3;
    }
    return false;
}

bool autolink_find(struct text text, size_t sign, size_t *start, size_t *end) {
    struct found found;
    bool www = text.bytes[sign] == '.';
    if (www ? sign < 3 || !find_www(text, sign - 3, &found) : !find_url(text, sign, &found))
        return false;
    *start = found.start;
    *end = found.end;
    return true;
}

/* "xmpp:a@b.cd/resource": one part of letters, digits, "@" and ".", which ends in no dot. */
static size_t resource_end(struct text text, size_t at) {
    size_t end = at + 1;
    if (at >= text.length || text.bytes[at] != '/') return at;
    while (end < text.length &&
           (is_alphanumeric(text.bytes[end]) || text.bytes[end] == '@' || text.bytes[end] == '.'))
        end++;
    while (end > at + 1 && !is_alphanumeric(text.bytes[end - 1])) end--;
    return end > at + 1 ? end : at;
}

static bool find_address(struct text text, size_t sign, struct found *found) {
    size_t start = sign, end = sign + 1, dots = 0;
    while (start &&
           (is_alphanumeric(text.bytes[start - 1]) || memchr(".+-_", text.bytes[start - 1], 4)))
        start--;
    if (start == sign) return false;
    for (; end < text.length; end++) {
        char c = text.bytes[end];
        if (is_alphanumeric(c) || c == '-' || c == '_') continue;
        if (c != '.' || end + 1 >= text.length || !is_alphanumeric(text.bytes[end + 1])) break;
        dots++;
    }
    if (!dots || !is_letter(text.bytes[end - 1]) || (end < text.length && text.bytes[end] == '@'))
        return false;
    static const char *const protocols[] = {"mailto:", "xmpp:"};
    *found = (struct found){start, end, sign, protocols[0]};
    for (size_t i = 0; i < 2; i++) {
        size_t length = strlen(protocols[i]);
        if (start < length || memcmp(text.bytes + start - length, protocols[i], length) != 0 ||
            (start > length && is_alphanumeric(text.bytes[start - length - 1])))
            continue;
        found->start = start - length;
        found->prefix = "";
        if (i == 1) found->end = resource_end(text, end);
    }
    return true;
}

/* Where `byte` is next, from `at` on; `end` when it is not, or is not `wanted`. */
static size_t next_byte(struct text text, size_t at, size_t end, char byte, bool wanted) {
    const char *next = wanted && at < end ? memchr(text.bytes + at, byte, end - at) : NULL;
    return next ? (size_t)(next - text.bytes) : end;
}

enum { WINDOW = 4096 };

/* The first link whose telling byte is not before `at`. That byte is a colon, an at
 * sign, or the dot behind "www"; those that the body has are looked for in a window at a time, so
 * that many links in one text stay linear. */
static bool find(struct text text, size_t at, const struct scan_signs *signs, struct found *found) {
    bool colons = signs->url_links, addresses = signs->address_links, dots = signs->www_links;
    for (size_t from = at; from < text.length; from += WINDOW) {
        size_t end = text.length - from > WINDOW ? from + WINDOW : text.length;
        size_t colon = next_byte(text, from, end, ':', colons);
        size_t sign = next_byte(text, from, end, '@', addresses);
        size_t dot = next_byte(text, from, end, '.', dots);
        while (colon < end || sign < end || dot < end) {
            if (dot < colon && dot < sign) {
                if (dot >= 3 && text.bytes[dot - 1] == 'w' && find_www(text, dot - 3, found))
                    return true;
                dot = next_byte(text, dot + 1, end, '.', dots);
            } else if (colon < sign) {
                if (find_url(text, colon, found)) return true;
                colon = next_byte(text, colon + 1, end, ':', colons);
            } else {
                if (find_address(text, sign, found)) return true;
                sign = next_byte(text, sign + 1, end, '@', addresses);
            }
        }
    }
    return false;
}

/* Entities at an URL's end do not belong to it. `reader` stands before its second byte. */
static size_t without_entities(struct dialect_reader *reader, struct text text,
                               const struct found *found) {
    size_t kept = found->sign + 1;
    if (reader->same) return found->end;
    for (size_t at = kept; at < found->end; at++) {
        bool escaped;
        char c = text.bytes[at];
        if (((unsigned char)c & 0xC0) == 0x80) continue;
        if (!dialect_reader_seek(reader, at, &escaped)) return found->end;
        if (*reader->source == '&' && (c != '&' || escaped)) continue;
        kept = at + 1;
        while (kept < found->end && ((unsigned char)text.bytes[kept] & 0xC0) == 0x80) kept++;
    }
    return kept < found->end ? trim(text, found->start, kept) : found->end;
}

/* Whether "www" may begin at the start of this text: where a line does, or behind emphasis. */
static bool may_begin(const struct document *document, node_id text) {
    node_id before = document_node(document, text)->previous;
    switch (before ? (enum node_type)document_node(document, before)->type : NODE_SOFTBREAK) {
    case NODE_TEXT:
    case NODE_SOFTBREAK:
    case NODE_LINEBREAK:
    case NODE_EMPH:
    case NODE_STRONG: return true;
    default: return false;
    }
}

/* The first link in a text node; returns the text behind it, or 0 when there is none. */
static node_id link_one(struct document *document, node_id id, const struct scan_signs *signs) {
    struct found found;
    struct text text = node_text(document, id);
    struct dialect_reader reader;
    /* Behind a backslash the byte tells of nothing. */
    bool escaped = true, reading = false;
    for (size_t at = 0; escaped; at = found.sign + 1) {
        if (!find(text, at, signs, &found)) return NO_NODE;
        if (!reading) reader = dialect_read(document, id);
        reading = true;
        dialect_reader_seek(&reader, found.sign, &escaped);
        if (!found.start && text.bytes[found.sign] == '.') escaped |= !may_begin(document, id);
    }
    found.end = without_entities(&reader, text, &found);
    node_id middle = dialect_split(document, id, found.start, found.end);
    node_id link = document_add(document, NODE_LINK);
    struct node *node = document_node(document, middle), *outer = document_node(document, link);
    outer->place = node->place;
    outer->flags = node->flags;
    outer->mark = ':';
    /* As the author wrote it: hyphens that became dashes are hyphens in an URL. */
    struct text literal = node_text(document, middle);
    if (node->flags & NODE_PLACE_EXACT) {
        const char *source = document->strings.source.bytes + node->place.offset;
        if (!memchr(source, '\\', node->place.length) && !memchr(source, '&', node->place.length)) {
            node->text = node->place;
            literal = (struct text){source, node->place.length};
        }
    }
    struct span url = node->text;
    if (*found.prefix) {
        struct buffer joined = {0};
        buffer_append_string(&joined, found.prefix);
        buffer_append_text(&joined, literal);
        url = strings_add(&document->strings, buffer_text(&joined));
        buffer_free(&joined);
    }
    node_add_field(document, link, FIELD_URL, (struct span){0, 0}, url);
    node_insert_after(document, middle, link);
    node_unlink(document, middle);
    node_append(document, link, middle);
    if (!document_node(document, id)->text.length) node_unlink(document, id);
    node_id next = document_node(document, link)->next;
    return next && document_node(document, next)->type == NODE_TEXT ? next : link;
}

void autolinks_pass(struct dialect_pass *pass) {
    struct document *document = pass->document;
    for (struct walk walk = walk_from(document, ROOT_NODE); walk_next(&walk);) {
        if (!walk.entering) continue;
        enum node_type type = (enum node_type)document_node(document, walk.id)->type;
        if (type == NODE_LINK || type == NODE_IMAGE) {
            walk_skip(&walk);
            continue;
        }
        if (type != NODE_TEXT) continue;
        for (node_id next; (next = link_one(document, walk.id, &pass->signs));) {
            walk.id = next;
            if (document_node(document, next)->type == NODE_LINK) {
                walk_over(&walk);
                break;
            }
        }
    }
}
