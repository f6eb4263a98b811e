#include "document/selector_scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

void selector_fail(struct selector_scan *scan, size_t at, const char *format, ...) {
    if (scan->failed) return;
    scan->failed = true;
    scan->error->column = (uint32_t)at + 1;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(scan->error->message, sizeof scan->error->message, format, arguments);
    va_end(arguments);
}

char selector_peek(const struct selector_scan *scan) {
    return scan->at < scan->source.length ? scan->source.bytes[scan->at] : 0;
}

bool selector_take(struct selector_scan *scan, char byte) {
    if (selector_peek(scan) != byte || !byte) return false;
    scan->at++;
    return true;
}

static bool is_space(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

bool selector_skip_space(struct selector_scan *scan) {
    size_t start = scan->at;
    while (is_space(selector_peek(scan))) scan->at++;
    return scan->at > start;
}

static bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

bool selector_is_word(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || is_digit(byte) ||
           byte == '_' || byte == '-' || (unsigned char)byte >= 0x80;
}

static int hex_digit(char byte) {
    if (is_digit(byte)) return byte - '0';
    byte = (char)(byte | 32);
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

static void take_escape(struct selector_scan *scan, struct buffer *out) {
    uint32_t code = 0;
    int digits = 0;
    while (digits < 6 && hex_digit(selector_peek(scan)) >= 0) {
        code = code * 16 + (uint32_t)hex_digit(selector_peek(scan));
        scan->at++, digits++;
    }
    if (digits) {
        char bytes[4];
        buffer_append(out, bytes, utf8_encode(code, bytes));
        if (is_space(selector_peek(scan))) scan->at++;
    } else if (scan->at < scan->source.length) {
        buffer_append_byte(out, scan->source.bytes[scan->at++]);
    } else {
        selector_fail(scan, scan->at, "nothing follows the backslash");
    }
}

struct text selector_take_word(struct selector_scan *scan, bool dots) {
    struct buffer out = {0};
    while (!scan->failed) {
        if (selector_is_word(selector_peek(scan)) || (dots && selector_peek(scan) == '.'))
            buffer_append_byte(&out, scan->source.bytes[scan->at++]);
        else if (selector_take(scan, '\\'))
            take_escape(scan, &out);
        else
            break;
    }
    struct text word = arena_copy(&scan->texts, buffer_text(&out));
    buffer_free(&out);
    return word;
}

struct text selector_take_value(struct selector_scan *scan) {
    size_t start = scan->at;
    char quote = selector_peek(scan);
    if (quote != '"' && quote != '\'') {
        struct text word = selector_take_word(scan, true);
        if (!word.length)
            selector_fail(scan, start, "a value is missing; write a word, or text in quotes");
        return word;
    }
    scan->at++;
    struct buffer out = {0};
    while (!scan->failed && !selector_take(scan, quote)) {
        if (scan->at >= scan->source.length)
            selector_fail(scan, start, "the quote that opens here is not closed");
        else if (selector_take(scan, '\\'))
            take_escape(scan, &out);
        else
            buffer_append_byte(&out, scan->source.bytes[scan->at++]);
    }
    struct text value = arena_copy(&scan->texts, buffer_text(&out));
    buffer_free(&out);
    return value;
}

bool selector_take_number(struct selector_scan *scan, int32_t *number) {
    if (!is_digit(selector_peek(scan))) return false;
    *number = 0;
    while (is_digit(selector_peek(scan)) && *number < 100000000)
        *number = *number * 10 + (scan->source.bytes[scan->at++] - '0');
    return true;
}

bool selector_take_string(struct selector_scan *scan, const char *string) {
    size_t length = strlen(string);
    if (scan->source.length - scan->at < length ||
        strncasecmp(scan->source.bytes + scan->at, string, length) != 0)
        return false;
    scan->at += length;
    return true;
}

struct text selector_take_keyword(struct selector_scan *scan) {
    struct text word = selector_take_word(scan, false);
    char *bytes = arena_allocate(&scan->texts, word.length + 1);
    for (size_t i = 0; i < word.length; i++)
        bytes[i] = word.bytes[i] >= 'A' && word.bytes[i] <= 'Z' ? (char)(word.bytes[i] | 32)
                                                                : word.bytes[i];
    bytes[word.length] = 0;
    return (struct text){bytes, word.length};
}
