#include "base/text.h"

int text_compare(struct text a, struct text b) {
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter ? memcmp(a.bytes, b.bytes, shorter) : 0;
    if (order) return order;
    return a.length < b.length ? -1 : a.length > b.length;
}

bool text_starts(struct text a, struct text prefix) {
    return a.length >= prefix.length &&
           (prefix.length == 0 || memcmp(a.bytes, prefix.bytes, prefix.length) == 0);
}

bool text_ends(struct text a, struct text suffix) {
    return a.length >= suffix.length &&
           (suffix.length == 0 ||
            memcmp(a.bytes + a.length - suffix.length, suffix.bytes, suffix.length) == 0);
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct text text_trim(struct text a) {
    while (a.length && is_space(a.bytes[0])) a.bytes++, a.length--;
    while (a.length && is_space(a.bytes[a.length - 1])) a.length--;
    return a;
}

uint64_t text_hash(struct text a) {
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < a.length; i++)
        hash = (hash ^ (unsigned char)a.bytes[i]) * 1099511628211u;
    return hash;
}

uint64_t text_digest(struct text a) {
    uint64_t hash = a.length * 0x9E3779B97F4A7C15u, word;
    size_t at = 0;
    for (; at + sizeof word <= a.length; at += sizeof word) {
        memcpy(&word, a.bytes + at, sizeof word);
        hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 32;
    }
    word = 0;
    if (at < a.length) memcpy(&word, a.bytes + at, a.length - at);
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 32;
}

uint32_t utf8_decode(const char *bytes, size_t length, size_t *used) {
    const unsigned char *b = (const unsigned char *)bytes;
    *used = 1;
    if (b[0] < 0x80) return b[0];
    size_t more = b[0] >= 0xF0 ? 3 : b[0] >= 0xE0 ? 2 : 1;
    if (b[0] < 0xC2 || b[0] > 0xF4) return 0xFFFD;
    uint32_t code = b[0] & (0x3Fu >> more);
    /* The second byte's range also excludes surrogates, overlong forms and values too large. */
    unsigned low = b[0] == 0xE0 ? 0xA0 : b[0] == 0xF0 ? 0x90 : 0x80;
    unsigned high = b[0] == 0xED ? 0x9F : b[0] == 0xF4 ? 0x8F : 0xBF;
    for (size_t i = 1; i <= more; i++) {
        if (i >= length || b[i] < low || b[i] > high) return 0xFFFD;
        code = code << 6 | (b[i] & 0x3F);
        *used = i + 1;
        low = 0x80, high = 0xBF;
    }
    return code;
}

size_t utf8_encode(uint32_t code, char *bytes) {
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = 0xFFFD;
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    size_t more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0, 0xC0, 0xE0, 0xF0};
    bytes[0] = (char)(lead[more] | code >> (6 * more));
    for (size_t i = 1; i <= more; i++) bytes[i] = (char)(0x80 | (code >> (6 * (more - i)) & 0x3F));
    return more + 1;
}

size_t utf8_valid_length(struct text a) {
    size_t at = 0;
    while (at < a.length) {
        uint64_t word;
        if (a.length - at >= 8) {
            memcpy(&word, a.bytes + at, 8);
            if (!(word & 0x8080808080808080u)) {
                at += 8;
                continue;
            }
        }
        if (!(a.bytes[at] & 0x80)) {
            at++;
            continue;
        }
        size_t used;
        uint32_t code = utf8_decode(a.bytes + at, a.length - at, &used);
        bool literal = used == 3 && memcmp(a.bytes + at, "\xEF\xBF\xBD", 3) == 0;
        if (code == 0xFFFD && !literal) return at;
        at += used;
    }
    return a.length;
}

struct place text_place(struct text source, size_t offset) {
    struct place place = {1, 1};
    if (offset > source.length) offset = source.length;
    for (size_t i = 0; i < offset; i++) {
        bool ends =
            source.bytes[i] == '\n' ||
            (source.bytes[i] == '\r' && (i + 1 >= source.length || source.bytes[i + 1] != '\n'));
        place.line += ends;
        place.column = ends ? 1 : place.column + 1;
    }
    return place;
}
