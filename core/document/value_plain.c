/* What a plain scalar means: to Galley by YAML 1.2's core schema, to others by YAML 1.1. */
#include "document/value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static bool is_one_of(struct text text, const char *const *words) {
    for (; *words; words++)
        if (text_is(text, *words)) return true;
    return false;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static size_t digits(struct text text, size_t at) {
    size_t start = at;
    while (at < text.length && is_digit(text.bytes[at])) at++;
    return at - start;
}

static struct text after(struct text text, size_t skipped) {
    return (struct text){text.bytes + skipped, text.length - skipped};
}

static bool only(struct text text, const char *allowed) {
    for (size_t i = 0; i < text.length; i++)
        if (!text.bytes[i] || !strchr(allowed, text.bytes[i])) return false;
    return text.length > 0;
}

static bool starts(struct text text, const char *prefix) {
    return text_starts(text, text_of(prefix));
}

static const char hexadecimal[] = "0123456789abcdefABCDEF";

/* [-+]? ( \.[0-9]+ | [0-9]+ ( \.[0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool is_decimal(struct text text, bool *whole) {
    size_t at = text.length && (text.bytes[0] == '-' || text.bytes[0] == '+');
    size_t before = digits(text, at), behind = 0;
    at += before;
    *whole = true;
    if (at < text.length && text.bytes[at] == '.') {
        *whole = false;
        at++;
        behind = digits(text, at);
        at += behind;
    }
    if (!before && !behind) return false;
    if (at < text.length && (text.bytes[at] == 'e' || text.bytes[at] == 'E')) {
        *whole = false;
        at++;
        at += at < text.length && (text.bytes[at] == '-' || text.bytes[at] == '+');
        size_t exponent = digits(text, at);
        if (!exponent) return false;
        at += exponent;
    }
    return at == text.length;
}

/* Numbers may be as long as the front matter: a copy on the stack serves all that fit a double. */
static double to_number(struct text text) {
    char copy[512];
    if (text.length < sizeof copy) {
        memcpy(copy, text.bytes, text.length);
        copy[text.length] = '\0';
        return strtod(copy, NULL);
    }
    char *all = memory_allocate(text.length + 1);
    memcpy(all, text.bytes, text.length);
    all[text.length] = '\0';
    double number = strtod(all, NULL);
    memory_free(all);
    return number;
}

/* True when it fits. */
static bool to_integer(struct text text, unsigned base, int64_t *integer) {
    bool negative = text.bytes[0] == '-';
    uint64_t sum = 0, most = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    for (size_t i = negative || text.bytes[0] == '+'; i < text.length; i++) {
        char c = text.bytes[i];
        unsigned digit = is_digit(c) ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a') + 10;
        if (sum > (most - digit) / base) return false;
        sum = sum * base + digit;
    }
    *integer = negative ? (int64_t)(0 - sum) : (int64_t)sum;
    return true;
}

static double in_base(struct text text, double base) {
    double sum = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        sum = sum * base + (is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return sum;
}

static void set_integer(struct value *value, struct text text, unsigned base) {
    int64_t integer;
    if (to_integer(text, base, &integer)) {
        value->type = VALUE_INTEGER;
        value->as.integer = integer;
    } else {
        value->type = VALUE_FLOAT;
        value->as.number = base == 10 ? to_number(text) : in_base(text, base);
    }
}

void value_type_plain(struct value *value, struct text plain) {
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const trues[] = {"true", "True", "TRUE", NULL};
    static const char *const falses[] = {"false", "False", "FALSE", NULL};
    static const char *const infinities[] = {".inf", ".Inf", ".INF", NULL};
    static const char *const not_numbers[] = {".nan", ".NaN", ".NAN", NULL};
    bool whole;
    value->type = VALUE_STRING;
    char c = plain.length ? plain.bytes[0] : '~';
    if (!strchr("~nNtTfF.+-0123456789", c)) return; /* most of them */
    if (is_one_of(plain, nulls)) {
        value->type = VALUE_NULL;
    } else if (is_one_of(plain, trues) || is_one_of(plain, falses)) {
        value->type = VALUE_BOOLEAN;
        value->as.boolean = (c | 0x20) == 't';
    } else if (starts(plain, "0o") && only(after(plain, 2), "01234567")) {
        set_integer(value, after(plain, 2), 8);
    } else if (starts(plain, "0x") && only(after(plain, 2), hexadecimal)) {
        set_integer(value, after(plain, 2), 16);
    } else if (is_decimal(plain, &whole)) {
        if (whole) {
            set_integer(value, plain, 10);
        } else {
            value->type = VALUE_FLOAT;
            value->as.number = to_number(plain);
        }
    } else if (is_one_of(after(plain, c == '-' || c == '+'), infinities)) {
        value->type = VALUE_FLOAT;
        value->as.number = c == '-' ? -INFINITY : INFINITY;
    } else if (is_one_of(plain, not_numbers)) {
        value->type = VALUE_FLOAT;
        value->as.number = NAN;
    }
}

/* One or two digits, which must be there; moves *at. */
static bool one_or_two(struct text text, size_t *at) {
    size_t count = digits(text, *at);
    *at += count;
    return count == 1 || count == 2;
}

static bool byte_is(struct text text, size_t at, const char *set) {
    return at < text.length && text.bytes[at] && strchr(set, text.bytes[at]);
}

bool value_plain_is_date(struct text text) {
    size_t at = 4;
    if (digits(text, 0) != 4 || !byte_is(text, at++, "-") || !one_or_two(text, &at) ||
        !byte_is(text, at++, "-") || !one_or_two(text, &at))
        return false;
    if (at == text.length) return true;
    if (byte_is(text, at, "Tt")) {
        at++;
    } else {
        if (!byte_is(text, at, " \t")) return false;
        while (byte_is(text, at, " \t")) at++;
    }
    if (!one_or_two(text, &at) || !byte_is(text, at++, ":") || !one_or_two(text, &at) ||
        !byte_is(text, at++, ":") || !one_or_two(text, &at))
        return false;
    if (byte_is(text, at, ".")) at++, at += digits(text, at);
    while (byte_is(text, at, " \t")) at++;
    if (at == text.length) return true;
    if (byte_is(text, at, "Z")) return at + 1 == text.length;
    if (!byte_is(text, at++, "+-") || !digits(text, at)) return false;
    at += digits(text, at);
    if (byte_is(text, at, ":")) at++, at += digits(text, at);
    return at == text.length;
}

/* Numbers of YAML 1.1: underscores, 0b1, 014, sixty-based 1:30 and 1:30.5, 1.e5, all with a sign.
 * A little more than 1.1 takes, since quotes do no harm. */
static bool is_number_of_1_1(struct text text) {
    struct text rest = after(text, text.length && (text.bytes[0] == '-' || text.bytes[0] == '+'));
    if (!rest.length) return false;
    if (starts(rest, "0b") && only(after(rest, 2), "01_")) return true;
    if (starts(rest, "0x") && only(after(rest, 2), "0123456789abcdefABCDEF_")) return true;
    if (starts(rest, "0o") && only(after(rest, 2), "01234567_")) return true;
    if (!is_digit(rest.bytes[0]) && rest.bytes[0] != '.') return false;
    if (only(rest, "0123456789_:")) {
        /* 1:2 but neither "1:" nor "12:75": each part behind the first is below 60 */
        size_t last = 0;
        for (size_t i = 0; i < rest.length; i++)
            if (rest.bytes[i] == ':') {
                size_t count = digits(rest, i + 1);
                bool ends = i + 1 + count == rest.length || rest.bytes[i + 1 + count] == ':';
                if (!count || count > 2 || !ends || (count == 2 && rest.bytes[i + 1] > '5'))
                    return false;
                last = i;
            }
        return last || is_digit(rest.bytes[0]);
    }
    size_t at = 0, points = 0, seen = 0;
    for (; at < rest.length; at++) {
        char c = rest.bytes[at];
        if (is_digit(c))
            seen++;
        else if (c == '.')
            points++;
        else if (c != '_' && c != ':')
            break;
    }
    if (!seen || points > 1) return false;
    if (at == rest.length) return true;
    if ((rest.bytes[at] | 0x20) != 'e') return false;
    at++;
    if (byte_is(rest, at, "+-")) at++;
    return digits(rest, at) && at + digits(rest, at) == rest.length;
}

bool value_plain_is_risky(struct text text) {
    /* In lower case; 1.1 takes "yes", "Yes" and "YES", and any mixture is better quoted too. */
    static const char *const words[] = {"y",     "n",    "yes",  "no",    "on",   "off",
                                        "true",  "~",    "null", "false", ".inf", "-.inf",
                                        "+.inf", ".nan", "<<",   "=",     NULL};
    if (text.length == 0) return true;
    if (text.length <= 5) {
        char lower[5];
        for (size_t i = 0; i < text.length; i++) {
            char c = text.bytes[i];
            lower[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
        }
        if (is_one_of((struct text){lower, text.length}, words)) return true;
    }
    return is_number_of_1_1(text) || value_plain_is_date(text);
}
