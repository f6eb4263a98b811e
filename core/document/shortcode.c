#include "document/shortcode.h"

#include <string.h>

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static char byte_at(struct text text, size_t at) {
    return at < text.length ? text.bytes[at] : 0;
}

static bool is_one_of(char byte, const char *set) {
    return byte && strchr(set, byte);
}

static size_t name_start(struct text text) {
    size_t at = 0;
    while (is_one_of(byte_at(text, at), "{%<- \t\r\n/")) at++;
    return at;
}

struct text shortcode_name(struct text text) {
    size_t at = name_start(text), end;
    for (end = at; end < text.length; end++)
        if (is_one_of(text.bytes[end], "%>}- \t\r\n|/\"'(") &&
            (text.bytes[end] != '-' || is_one_of(byte_at(text, end + 1), "%}")))
            break;
    return (struct text){end > at ? text.bytes + at : NULL, end - at};
}

bool shortcode_is_closing(struct text text) {
    size_t at = name_start(text);
    if (at && memchr(text.bytes, '/', at)) return true;
    return text_starts(text, TEXT("{%")) && text_starts(shortcode_name(text), TEXT("end"));
}

/* Whether the shortcode's end is here: }} %} >}} %}} with - or / before it. */
static bool ends_at(struct text text, size_t at) {
    if (is_one_of(byte_at(text, at), "/-")) at++;
    char byte = byte_at(text, at), next = byte_at(text, at + 1);
    if (byte == '>' || byte == '%') return next == '}';
    return byte == '}' && next == '}';
}

static bool is_name(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || is_one_of(byte, "_-:.") || (byte & 0x80);
}

/* What stands before an equals sign, which *at is moved behind. */
static struct text take_name(struct text text, size_t *at) {
    size_t end = *at, next;
    while (is_name(byte_at(text, end)) && !ends_at(text, end)) end++;
    for (next = end; is_blank(byte_at(text, next));) next++;
    if (end == *at || byte_at(text, next) != '=') return (struct text){NULL, 0};
    struct text name = {text.bytes + *at, end - *at};
    for (next++; is_blank(byte_at(text, next));) next++;
    *at = next;
    return name;
}

bool shortcode_next_argument(struct text text, size_t *at, struct shortcode_argument *argument) {
    if (!*at) {
        struct text name = shortcode_name(text);
        *at = name.bytes ? (size_t)(name.bytes - text.bytes) + name.length : name_start(text);
    }
    while (is_blank(byte_at(text, *at)) || byte_at(text, *at) == ',') ++*at;
    if (*at >= text.length || ends_at(text, *at)) return false;
    *argument = (struct shortcode_argument){.name = take_name(text, at)};
    char quote = byte_at(text, *at);
    size_t start = *at, end;
    if (is_one_of(quote, "\"'`")) {
        argument->quote = quote;
        for (end = ++start; end < text.length && text.bytes[end] != quote; end++)
            if (text.bytes[end] == '\\' && quote != '`' && byte_at(text, end + 1) == quote) end++;
        *at = end < text.length ? end + 1 : end;
    } else {
        for (end = start; end < text.length && !is_blank(text.bytes[end]); end++) {
            if (ends_at(text, end)) break;
            if (text.bytes[end] == ',' && is_blank(byte_at(text, end + 1))) break;
        }
        *at = end;
    }
    argument->value = (struct text){text.bytes + start, end - start};
    return true;
}
