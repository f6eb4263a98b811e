/* text.h: borrowed bytes, spans of a source, and UTF-8.
 *
 * A `text` points at bytes that somebody else owns; it is not NUL-terminated. A `span` is a place
 * in a source or a string table and stays true when the bytes move. Byte offsets are plain
 * integers; counts of characters are always `struct characters`, so that the two cannot be mixed
 * up.
 */
#ifndef GALLEY_TEXT_H
#define GALLEY_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
    const char *bytes;
    size_t length;
};

struct span {
    uint32_t offset, length;
};

struct characters {
    size_t count;
};

/* For a string literal. */
#define TEXT(literal) ((struct text){"" literal, sizeof(literal) - 1})

static inline struct text text_of(const char *string) {
    return (struct text){string, string ? strlen(string) : 0};
}

static inline bool text_equal(struct text a, struct text b) {
    return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

static inline bool text_is(struct text a, const char *string) {
    return text_equal(a, text_of(string));
}

/* By bytes: the order of every sorted thing, whatever the locale. */
int text_compare(struct text a, struct text b);
bool text_starts(struct text a, struct text prefix);
bool text_ends(struct text a, struct text suffix);
/* Without ASCII white space at both ends. */
struct text text_trim(struct text a);
/* FNV-1a, 64 bits: stable between runs and machines. */
uint64_t text_hash(struct text a);
/* For long texts: several times as fast, and to be kept nowhere, for it follows the machine. */
uint64_t text_digest(struct text a);

/* The code point at bytes[0..length), its length in bytes through *used. A malformed sequence gives
 * U+FFFD and the number of bytes that belong to it, at least 1. length must not be 0. */
uint32_t utf8_decode(const char *bytes, size_t length, size_t *used);
/* Writes at most 4 bytes, returns how many; surrogates and values over U+10FFFF become U+FFFD. */
size_t utf8_encode(uint32_t code, char *bytes);
/* The offset of the first malformed sequence, or a.length. */
size_t utf8_valid_length(struct text a);

/* Line and column of a byte offset, both from 1; columns count bytes; CRLF, LF and CR end a line.
 */
struct place {
    uint32_t line, column;
};
struct place text_place(struct text source, size_t offset);

#endif
