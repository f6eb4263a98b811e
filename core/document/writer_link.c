/* Whether a link can be written as its URL alone: <http://a.b>, or bare in the text. */
#include "document/writer_state.h"

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* CommonMark 0.30, section 6.5. */
static bool is_absolute_uri(struct text text) {
    size_t at = 0;
    while (at < text.length &&
           (is_letter(text.bytes[at]) || is_digit(text.bytes[at]) || strchr("+.-", text.bytes[at])))
        at++;
    if (at < 2 || at > 32 || at == text.length || text.bytes[at] != ':') return false;
    if (!is_letter(text.bytes[0])) return false;
    for (; at < text.length; at++)
        if ((unsigned char)text.bytes[at] <= ' ' || text.bytes[at] == 127 ||
            text.bytes[at] == '<' || text.bytes[at] == '>')
            return false;
    return true;
}

static bool is_address(struct text text) {
    size_t at = 0, label = 0;
    while (at < text.length && (is_letter(text.bytes[at]) || is_digit(text.bytes[at]) ||
                                strchr(".!#$%&'*+/=?^_`{|}~-", text.bytes[at])))
        at++;
    if (at == 0 || at == text.length || text.bytes[at] != '@') return false;
    for (at++; at < text.length; at++) {
        char c = text.bytes[at];
        if (c == '.') {
            if (!label || text.bytes[at - 1] == '-') return false;
            label = 0;
        } else if (is_letter(c) || is_digit(c) || (c == '-' && label)) {
            if (++label > 63) return false;
        } else {
            return false;
        }
    }
    return label && text.bytes[at - 1] != '-';
}

/* Whether a link can be written as <url>. */
bool writer_is_autolink(const struct writer *writer, node_id id, struct text url) {
    const struct document *document = writer->document;
    const struct node *link = document_node(document, id);
    if (link->mark != 0 && link->mark != '<' && link->mark != ':') return false;
    for (uint32_t i = link->fields; i; i = document->fields[i].next)
        if (document->fields[i].key != FIELD_URL) return false;
    node_id child = link->first;
    if (!child || document_node(document, child)->next ||
        document_node(document, child)->type != NODE_TEXT)
        return false;
    struct text text = node_text(document, child);
    for (size_t i = 0; i < text.length; i++)
        if (text.bytes[i] == '&' && writer_entity_at(text.bytes + i, text.bytes + text.length))
            return false;
    if (text_equal(text, url)) return is_absolute_uri(text);
    return url.length == text.length + 7 && text_starts(url, TEXT("mailto:")) &&
           !memcmp(url.bytes + 7, text.bytes, text.length) && is_address(text);
}

/* An address that is found in a text: fewer characters than between "<" and ">", and a dot. */
static bool is_bare_address(struct text text) {
    if (!is_address(text)) return false;
    const char *sign = memchr(text.bytes, '@', text.length), *end = text.bytes + text.length;
    for (const char *at = text.bytes; at < sign; at++)
        if (!is_letter(*at) && !is_digit(*at) && !memchr(".+-_", *at, 4)) return false;
    return memchr(sign, '.', (size_t)(end - sign)) != NULL;
}

static bool is_bare_protocol(struct text text) {
    size_t length = text_starts(text, TEXT("mailto:")) ? 7
                    : text_starts(text, TEXT("xmpp:")) ? 5
                                                       : 0;
    return length && is_bare_address((struct text){text.bytes + length, text.length - length});
}

/* Whether a link that stood bare in the text may stand so again; what follows decides later. */
bool writer_is_bare(const struct writer *writer, node_id id, struct text url, struct text *text) {
    const struct document *document = writer->document;
    const struct node *link = document_node(document, id);
    if (link->mark != ':' || !writer_has(writer, DIALECT_AUTOLINKS)) return false;
    if (!link->first || link->first != link->last || writer_has_attributes(writer, id) ||
        document_node(document, link->first)->type != NODE_TEXT)
        return false;
    *text = node_text(document, link->first);
    size_t added = url.length - text->length;
    if (url.length < text->length || !text_ends(url, *text)) return false;
    bool www = text_starts(*text, TEXT("www.")),
         scheme = memmem(text->bytes, text->length, "://", 3);
    struct text prefix = {url.bytes, added};
    if (added ? !(www ? text_is(prefix, "http://") : text_is(prefix, "mailto:") && !scheme)
              : !(text_starts(*text, TEXT("http://")) || text_starts(*text, TEXT("https://")) ||
                  is_bare_protocol(*text)))
        return false;
    if (added && !www && !is_bare_address(*text)) return false;
    for (size_t i = 0; i < text->length; i++) {
        char c = text->bytes[i];
        bool inner = i && i + 1 < text->length && c == '_' && is_letter(text->bytes[i - 1]) &&
                     is_letter(text->bytes[i + 1]);
        if (!is_letter(c) && !is_digit(c) && !memchr("-./:?=#%+,@", c, 11) && !inner) return false;
        if (c == '-' && i && text->bytes[i - 1] == '-') return false;
        if (c == '.' && i && text->bytes[i - 1] == '.') return false;
    }
    char last = text->length ? text->bytes[text->length - 1] : '.';
    if (!is_letter(last) && !is_digit(last) && last != '/') return false;
    /* Neighbours: white space, or a border. */
    node_id before = link->previous, behind = link->next;
    if (before) {
        struct text there = node_text(document, before);
        enum node_type type = (enum node_type)document_node(document, before)->type;
        if (type == NODE_TEXT ? !there.length || !memchr(" (\t", there.bytes[there.length - 1], 3)
                              : type != NODE_SOFTBREAK && type != NODE_LINEBREAK)
            return false;
    }
    if (behind) {
        struct text there = node_text(document, behind);
        enum node_type type = (enum node_type)document_node(document, behind)->type;
        if (type != NODE_TEXT) return type == NODE_SOFTBREAK;
        size_t i = 0;
        while (i < there.length && memchr(".,:!?)", there.bytes[i], 6)) i++;
        return i < there.length ? there.bytes[i] == ' ' : !document_node(document, behind)->next;
    }
    return node_type_is_block((enum node_type)document_node(document, link->parent)->type);
}
