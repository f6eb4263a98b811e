#include "read/json.h"

#include "base/lanes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum state {
    BEFORE_VALUE,
    BEFORE_FIRST_ITEM, /* after [ */
    BEFORE_FIRST_KEY,  /* after { */
    BEFORE_KEY,        /* after a comma in a map */
    AFTER_KEY,         /* the colon comes */
    AFTER_VALUE,
};

void json_open(struct json *json, struct text source) {
    memset(json, 0, sizeof *json);
    json->source = source;
    if (text_starts(source, TEXT("\xEF\xBB\xBF"))) json->at = 3;
}

void json_close(struct json *json) {
    buffer_free(&json->buffer);
}

static enum json_event fail(struct json *json, const char *problem) {
    json->problem = problem;
    return JSON_ERROR;
}

static int peek(const struct json *json) {
    return json->at < json->source.length ? (unsigned char)json->source.bytes[json->at] : -1;
}

static void skip_blanks(struct json *json) {
    for (int byte; (byte = peek(json)) == ' ' || byte == '\n' || byte == '\t' || byte == '\r';)
        json->at++;
}

static bool is_digit(int byte) {
    return byte >= '0' && byte <= '9';
}

/* Four hexadecimal digits at `at`, or -1. */
static int32_t hex_at(const struct json *json, size_t at) {
    int32_t code = 0;
    if (at + 4 > json->source.length) return -1;
    for (size_t i = 0; i < 4; i++) {
        int byte = json->source.bytes[at + i], letter = byte | 32;
        if (is_digit(byte))
            code = code * 16 + byte - '0';
        else if (letter >= 'a' && letter <= 'f')
            code = code * 16 + letter - 'a' + 10;
        else
            return -1;
    }
    return code;
}

/* json->at is on the backslash; false with a problem. */
static bool read_escape(struct json *json) {
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    int letter = json->at + 1 < json->source.length ? json->source.bytes[json->at + 1] : 0;
    const char *found = letter ? strchr(letters, letter) : NULL;
    char bytes[4];
    if (found) {
        buffer_append_byte(&json->buffer, meant[found - letters]);
        json->at += 2;
        return true;
    }
    if (letter != 'u')
        return fail(json, "an escape is one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uNNNN");
    int32_t code = hex_at(json, json->at + 2);
    if (code < 0) return fail(json, "\\u wants four hexadecimal digits");
    size_t used = 6;
    if (code >= 0xD800 && code < 0xE000) {
        int32_t low = -1;
        if (json->at + 8 <= json->source.length && json->source.bytes[json->at + 6] == '\\' &&
            json->source.bytes[json->at + 7] == 'u')
            low = hex_at(json, json->at + 8);
        if (code >= 0xDC00 || low < 0xDC00 || low >= 0xE000)
            return fail(json, "half a surrogate pair is not a character");
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        used = 12;
    }
    buffer_append(&json->buffer, bytes, utf8_encode((uint32_t)code, bytes));
    json->at += used;
    return true;
}

/* json->at is on the opening quote. */
static bool read_string(struct json *json) {
    size_t start = ++json->at;
    bool copied = false;
    json->buffer.length = 0;
    for (;;) {
        size_t run = json->at;
        int byte;
        while ((byte = peek(json)) != '"' && byte != '\\' && byte >= 0x20) json->at++;
        struct text plain = {json->source.bytes + run, json->at - run};
        size_t valid = utf8_valid_length(plain);
        if (valid < plain.length) {
            json->at = run + valid;
            return fail(json, "this is not UTF-8");
        }
        if (byte < 0) {
            json->at = start - 1;
            return fail(json, "the string that begins here has no end");
        }
        if (byte < 0x20) return fail(json, "a control character in a string is written as \\uNNNN");
        if (byte == '"' && !copied) {
            json->text = plain;
            break;
        }
        buffer_append_text(&json->buffer, plain);
        copied = true;
        if (byte == '"') {
            json->text = buffer_text(&json->buffer);
            break;
        }
        if (!read_escape(json)) return false;
    }
    json->at++;
    return true;
}

static bool skip_digits(struct json *json) {
    if (!is_digit(peek(json))) return false;
    while (is_digit(peek(json))) json->at++;
    return true;
}

static enum json_event read_number(struct json *json) {
    size_t start = json->at;
    bool negative = peek(json) == '-';
    if (negative) json->at++;
    if (peek(json) == '0') {
        json->at++;
        if (is_digit(peek(json))) return fail(json, "a number does not begin with 0");
    } else if (!skip_digits(json)) {
        return fail(json, "a number has digits behind its minus");
    }
    json->whole = true;
    if (peek(json) == '.') {
        json->at++;
        json->whole = false;
        if (!skip_digits(json)) return fail(json, "a number has digits behind its point");
    }
    if (peek(json) == 'e' || peek(json) == 'E') {
        json->at++;
        json->whole = false;
        if (peek(json) == '+' || peek(json) == '-') json->at++;
        if (!skip_digits(json)) return fail(json, "a number has digits behind its e");
    }
    json->text = (struct text){json->source.bytes + start, json->at - start};
    uint64_t size = 0;
    bool fits = json->whole;
    for (size_t i = negative; fits && i < json->text.length; i++) {
        uint64_t digit = (uint64_t)(json->text.bytes[i] - '0');
        fits = size <= (UINT64_MAX - digit) / 10;
        size = size * 10 + digit;
    }
    fits = fits && size <= (uint64_t)INT64_MAX + negative;
    /* strtod wants an end; nobody calls setlocale, so its point is ours. */
    json->buffer.length = 0;
    buffer_append_text(&json->buffer, json->text);
    json->number = strtod(buffer_string(&json->buffer), NULL);
    if (fits && !(negative && size == 0)) {
        json->integer = negative ? (int64_t)(0 - size) : (int64_t)size;
        return JSON_INTEGER;
    }
    if (isinf(json->number)) {
        json->at = start;
        return fail(json, "the number is beyond what a double holds");
    }
    return JSON_NUMBER;
}

static bool read_word(struct json *json, const char *word) {
    struct text rest = {json->source.bytes + json->at, json->source.length - json->at};
    if (!text_starts(rest, text_of(word))) return false;
    json->at += strlen(word);
    return true;
}

static enum json_event read_value(struct json *json) {
    int byte = peek(json);
    bool is_map = byte == '{';
    json->state = AFTER_VALUE;
    if (is_map || byte == '[') {
        if (json->depth == JSON_DEEPEST)
            return fail(json, "lists and maps are nested deeper than 200");
        json->maps[json->depth++] = is_map;
        json->state = is_map ? BEFORE_FIRST_KEY : BEFORE_FIRST_ITEM;
        json->at++;
        return is_map ? JSON_MAP : JSON_LIST;
    }
    if (byte == '"') return read_string(json) ? JSON_STRING : JSON_ERROR;
    if (byte == '-' || is_digit(byte)) return read_number(json);
    if (read_word(json, "null")) return JSON_NULL;
    if (read_word(json, "true")) return JSON_TRUE;
    if (read_word(json, "false")) return JSON_FALSE;
    if (byte < 0) return fail(json, "the text ends where a value should stand");
    if (byte == '\'') return fail(json, "strings stand in double quotes");
    if (byte == ']' || byte == '}')
        return fail(json, "a value should stand here; is the comma before it too many?");
    return fail(json, "this is not a value; a string needs double quotes");
}

static enum json_event close_level(struct json *json) {
    json->at++;
    json->depth--;
    json->state = AFTER_VALUE;
    return JSON_CLOSE;
}

static enum json_event read_key(struct json *json) {
    if (peek(json) != '"') return fail(json, "a key in double quotes should stand here");
    if (!read_string(json)) return JSON_ERROR;
    json->state = AFTER_KEY;
    return JSON_KEY;
}

enum json_event json_next(struct json *json) {
    if (json->problem) return JSON_ERROR;
    skip_blanks(json);
    int byte = peek(json);
    switch ((enum state)json->state) {
    case BEFORE_VALUE: return read_value(json);
    case BEFORE_FIRST_ITEM: return byte == ']' ? close_level(json) : read_value(json);
    case BEFORE_FIRST_KEY: return byte == '}' ? close_level(json) : read_key(json);
    case BEFORE_KEY: return read_key(json);
    case AFTER_KEY:
        if (byte != ':') return fail(json, "a colon should stand between key and value");
        json->at++;
        skip_blanks(json);
        return read_value(json);
    case AFTER_VALUE: break;
    }
    if (!json->depth) return byte < 0 ? JSON_END : fail(json, "there is more behind the value");
    bool in_map = json->maps[json->depth - 1];
    if (byte == (in_map ? '}' : ']')) return close_level(json);
    if (byte < 0)
        return fail(json, in_map ? "the text ends in a map; its } is missing"
                                 : "the text ends in a list; its ] is missing");
    if (byte != ',')
        return fail(json,
                    in_map ? "a comma or } should stand here" : "a comma or ] should stand here");
    json->at++;
    json->state = in_map ? BEFORE_KEY : BEFORE_VALUE;
    return json_next(json);
}

/* What a byte of a string asks for. */
enum json_look { JSON_PLAIN, JSON_LOOK, JSON_LOOK_SCRIPT, JSON_LOOK_BEYOND };
static const unsigned char json_looks[256] = {
    [0 ... 0x1F] = JSON_LOOK,          ['"'] = JSON_LOOK,        ['\\'] = JSON_LOOK,
    ['&'] = JSON_LOOK_SCRIPT,          ['<'] = JSON_LOOK_SCRIPT, ['>'] = JSON_LOOK_SCRIPT,
    [0x80 ... 0xFF] = JSON_LOOK_BEYOND};

/* From `at` on, the first byte that may need an escape. U+2028 and U+2029, which end lines in old
 * JavaScript, begin with 0xE2, as quotation marks and dashes do. */
static size_t next_look(struct text text, size_t at, unsigned flags) {
    while (text.length - at >= sizeof(lanes)) {
        lanes bytes = lanes_at(text.bytes + at);
        lanes found = (lanes)(bytes < 0x20) | (lanes)(bytes == '"') | (lanes)(bytes == '\\');
        if (flags & JSON_SCRIPT)
            found |= (lanes)(bytes == '&') | (lanes)(bytes == '<') | (lanes)(bytes == '>');
        found |= flags & JSON_ASCII ? (lanes)(bytes >= 0x80) : (lanes)(bytes == 0xE2);
        size_t first = lanes_first(found);
        at += first;
        if (first < sizeof(lanes)) return at;
    }
    while (at < text.length && json_looks[(unsigned char)text.bytes[at]] == JSON_PLAIN) at++;
    return at;
}

static void write_escape(uint32_t code, struct buffer *out) {
    switch (code) {
    case '"': buffer_append(out, "\\\"", 2); return;
    case '\\': buffer_append(out, "\\\\", 2); return;
    case '\n': buffer_append(out, "\\n", 2); return;
    case '\t': buffer_append(out, "\\t", 2); return;
    case '\r': buffer_append(out, "\\r", 2); return;
    default: break;
    }
    if (code >= 0x10000) {
        buffer_printf(out, "\\u%04x", (unsigned)(0xD800 + ((code - 0x10000) >> 10)));
        code = 0xDC00 + ((code - 0x10000) & 0x3FF);
    }
    buffer_printf(out, "\\u%04x", (unsigned)code);
}

void json_write_string(struct text text, unsigned flags, struct buffer *out) {
    buffer_append_byte(out, '"');
    size_t run = 0, used;
    for (size_t at = 0; (at = next_look(text, at, flags)) < text.length; at += used) {
        unsigned char byte = (unsigned char)text.bytes[at];
        uint32_t code = byte;
        used = 1;
        if (json_looks[byte] == JSON_LOOK_SCRIPT && !(flags & JSON_SCRIPT)) continue;
        if (json_looks[byte] == JSON_LOOK_BEYOND) {
            if (byte != 0xE2 && !(flags & JSON_ASCII)) continue;
            code = utf8_decode(text.bytes + at, text.length - at, &used);
            if (!(flags & JSON_ASCII) && code != 0x2028 && code != 0x2029) continue;
        }
        buffer_append(out, text.bytes + run, at - run);
        run = at + used;
        write_escape(code, out);
    }
    buffer_append(out, text.bytes + run, text.length - run);
    buffer_append_byte(out, '"');
}

void json_write_number(double number, struct buffer *out) {
    char bytes[32];
    if (number == floor(number) && fabs(number) < 9007199254740992.0 &&
        !(number == 0 && signbit(number))) {
        buffer_printf(out, "%.0f", number);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(bytes, sizeof bytes, "%.*g", digits, number);
        if (strtod(bytes, NULL) == number) break;
    }
    buffer_append_string(out, bytes);
    if (!strpbrk(bytes, ".e")) buffer_append_string(out, ".0");
}
