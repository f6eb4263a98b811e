/* json.h: reading JSON as a series of events, and writing its strings and numbers.
 *
 * The grammar is RFC 8259's, nothing more: no comments, no trailing commas, no NaN. A leading BOM
 * is passed over. Text that is not UTF-8, an escape of half a surrogate pair, a number beyond a
 * double's range and nesting deeper than JSON_DEEPEST are errors. Keys may repeat; what that means
 * is up to the reader of the events.
 *
 *     struct json json;
 *     json_open(&json, source);
 *     while ((event = json_next(&json)) > JSON_END) ...
 *     json_close(&json);
 *
 * Work is linear in the source's length; memory is one string's.
 */
#ifndef GALLEY_JSON_H
#define GALLEY_JSON_H

#include "base/memory.h"
#include "base/text.h"

enum { JSON_DEEPEST = 200 };

enum json_event {
    JSON_ERROR, /* problem and at say what and where */
    JSON_END,
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_INTEGER,
    JSON_NUMBER,
    JSON_STRING,
    JSON_KEY, /* the value's events follow */
    JSON_LIST,
    JSON_MAP,
    JSON_CLOSE, /* of the innermost list or map */
};

struct json {
    struct text source;
    size_t at;           /* the byte where reading stands; of an error: where it is */
    const char *problem; /* "what is wrong; what to do"; constant */
    struct text text; /* a string's or key's content, a number as written; until the next event */
    int64_t integer;
    double number; /* of an integer that does not fit 64 bits, too: then the event is JSON_NUMBER */
    bool whole;    /* the number is written without fraction and exponent */
    uint32_t depth;
    uint8_t state;
    bool maps[JSON_DEEPEST]; /* whether each open level is a map */
    struct buffer buffer;
};

void json_open(struct json *json, struct text source);
enum json_event json_next(struct json *json);
void json_close(struct json *json);

enum json_flags {
    JSON_ASCII = 1,  /* characters beyond ASCII as \uNNNN */
    JSON_SCRIPT = 2, /* <, > and & too, so that the text may stand in an HTML script element */
};

/* Appends the text, which must be UTF-8, in quotes. U+2028 and U+2029, line ends to old JavaScript,
 * are always escaped. */
void json_write_string(struct text text, unsigned flags, struct buffer *out);
/* The shortest form that reads back as the same double; a whole number has no fraction. The number
 * must be finite. */
void json_write_number(double number, struct buffer *out);

#endif
