#include "serve/address.h"

#include <arpa/inet.h>

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* False: an escape that is none. */
static bool unescape(struct text sent, struct buffer *path) {
    for (size_t i = 0; i < sent.length; i++) {
        char c = sent.bytes[i];
        if (c == '%') {
            int high = i + 2 < sent.length ? hex_digit(sent.bytes[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(sent.bytes[i + 2]) : -1;
            if (low < 0) return false;
            c = (char)(high << 4 | low);
            i += 2;
        }
        buffer_append_byte(path, c);
    }
    return true;
}

enum address_result address_decode(struct text sent, struct buffer *path) {
    path->length = 0;
    if (!sent.length || sent.bytes[0] != '/') return ADDRESS_MALFORMED;
    sent.bytes++, sent.length--;
    if (!unescape(sent, path)) return ADDRESS_MALFORMED;
    if (utf8_valid_length(buffer_text(path)) != path->length) return ADDRESS_MALFORMED;
    enum address_result result = ADDRESS_GOOD;
    for (size_t i = 0; i < path->length; i++) {
        char c = path->bytes[i];
        bool begins = i == 0 || path->bytes[i - 1] == '/';
        if ((unsigned char)c < 0x20 || c == 0x7F) return ADDRESS_MALFORMED;
        if (begins && (c == '/' || c == '.')) result = ADDRESS_HIDDEN;
    }
    return result;
}

static bool equal_in_any_case(struct text a, struct text b) {
    if (a.length != b.length) return false;
    for (size_t i = 0; i < a.length; i++) {
        char c = a.bytes[i], d = b.bytes[i];
        if (c >= 'A' && c <= 'Z') c |= 0x20;
        if (d >= 'A' && d <= 'Z') d |= 0x20;
        if (c != d) return false;
    }
    return true;
}

/* Without the port; an IPv6 address keeps its brackets. False: what follows the name is no port. */
static bool cut_port(struct text *host) {
    size_t end = 0;
    if (host->length && host->bytes[0] == '[') {
        while (end < host->length && host->bytes[end] != ']') end++;
        if (end == host->length) return false;
        end++;
    } else {
        while (end < host->length && host->bytes[end] != ':') end++;
    }
    if (end < host->length && host->bytes[end] != ':') return false;
    for (size_t i = end + 1; i < host->length; i++)
        if (host->bytes[i] < '0' || host->bytes[i] > '9') return false;
    host->length = end;
    return end > 0;
}

static bool is_digits(struct text host) {
    char name[INET6_ADDRSTRLEN + 1];
    unsigned char address[16];
    int family = AF_INET;
    if (host.bytes[0] == '[') {
        family = AF_INET6;
        host.bytes++, host.length -= 2;
    }
    if (host.length >= sizeof name) return false;
    memcpy(name, host.bytes, host.length);
    name[host.length] = '\0';
    return inet_pton(family, name, address) == 1;
}

bool address_host_allowed(struct text host, struct text bound) {
    static const struct text below = {".localhost", 10};
    if (!cut_port(&host)) return false;
    if (is_digits(host) || equal_in_any_case(host, TEXT("localhost"))) return true;
    if (bound.length && equal_in_any_case(host, bound)) return true;
    if (host.length <= below.length) return false;
    host.bytes += host.length - below.length, host.length = below.length;
    return equal_in_any_case(host, below);
}

/* The digits at `at`; false when there are none, or more than a file can have. */
static bool number(struct text text, size_t *at, uint64_t *value) {
    size_t begin = *at;
    *value = 0;
    while (*at < text.length && text.bytes[*at] >= '0' && text.bytes[*at] <= '9') {
        if (*value > UINT64_MAX / 10 - 1) return false;
        *value = *value * 10 + (uint64_t)(text.bytes[(*at)++] - '0');
    }
    return *at > begin;
}

enum range_result address_range(struct text header, uint64_t size, struct byte_range *range) {
    static const struct text unit = {"bytes=", 6};
    header = text_trim(header);
    if (header.length <= unit.length ||
        !equal_in_any_case((struct text){header.bytes, unit.length}, unit))
        return RANGE_NONE;
    size_t at = unit.length;
    uint64_t first = 0, last = 0;
    bool has_first = number(header, &at, &first);
    if (at == header.length || header.bytes[at++] != '-') return RANGE_NONE;
    bool has_last = number(header, &at, &last);
    if (at != header.length || (!has_first && !has_last)) return RANGE_NONE;
    if (has_first && has_last && last < first) return RANGE_NONE;
    if (!has_first) { /* the last so many */
        if (last == 0 || size == 0) return RANGE_UNSATISFIABLE;
        range->length = last < size ? last : size;
        range->first = size - range->length;
        return RANGE_PART;
    }
    if (first >= size) return RANGE_UNSATISFIABLE;
    if (!has_last || last >= size) last = size - 1;
    *range = (struct byte_range){first, last - first + 1};
    return RANGE_PART;
}
