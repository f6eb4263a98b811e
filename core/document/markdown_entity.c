#include "document/markdown_entity.h"

#include <cmark.h>
#include <stdlib.h>

enum { LONGEST_NAME = 31, MOST_DIGITS = 7 };

static const uint16_t windows[32] = {0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
                                     0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0x8D,   0x17D,  0x8F,
                                     0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                     0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};

static size_t numeric(struct text text, struct buffer *out) {
    bool hex = text.length > 2 && (text.bytes[2] | 32) == 'x';
    size_t first = hex ? 3 : 2, at = first;
    uint32_t code = 0;
    char bytes[4];
    for (; at < text.length && at - first < MOST_DIGITS; at++) {
        int byte = text.bytes[at], letter = byte | 32;
        if (byte >= '0' && byte <= '9')
            code = code * (hex ? 16 : 10) + (uint32_t)(byte - '0');
        else if (hex && letter >= 'a' && letter <= 'f')
            code = code * 16 + (uint32_t)(letter - 'a' + 10);
        else
            break;
    }
    if (at == first || at >= text.length || text.bytes[at] != ';') return 0;
    if (code >= 0x80 && code < 0xA0) code = windows[code - 0x80];
    if (code == 0) code = 0xFFFD;
    buffer_append(out, bytes, utf8_encode(code, bytes));
    return at + 1;
}

size_t markdown_entity(struct text text, struct buffer *out) {
    size_t length = 1;
    if (text.length < 3 || text.bytes[0] != '&') return 0;
    if (text.bytes[1] == '#') return numeric(text, out);
    while (length < text.length && length <= LONGEST_NAME &&
           ((text.bytes[length] >= '0' && text.bytes[length] <= '9') ||
            ((text.bytes[length] | 32) >= 'a' && (text.bytes[length] | 32) <= 'z')))
        length++;
    if (length < 2 || length >= text.length || text.bytes[length] != ';') return 0;
    length++;
    struct text name = {text.bytes, length};
    /* The five that cmark would escape again in its HTML. */
    static const char *const plain[][2] = {{"&amp;", "&"},   {"&lt;", "<"},   {"&gt;", ">"},
                                           {"&quot;", "\""}, {"&AMP;", "&"},  {"&LT;", "<"},
                                           {"&GT;", ">"},    {"&QUOT;", "\""}};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (text_is(name, plain[i][0])) {
            buffer_append_string(out, plain[i][1]);
            return length;
        }
    char *html = cmark_markdown_to_html(name.bytes, name.length, CMARK_OPT_DEFAULT);
    struct text found = text_of(html);
    bool known = found.length > 8 && text_starts(found, TEXT("<p>")) &&
                 !text_starts(found, TEXT("<p>&amp;"));
    if (known) buffer_append(out, found.bytes + 3, found.length - 8);
    free(html);
    return known ? length : 0;
}
