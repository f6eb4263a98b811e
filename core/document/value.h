/* value.h: front matter, configuration and any plain data as one flat, ordered table of values.
 *
 * Values are numbered from 1, 0 is "none", and value 1 is the root (a map for front matter). A
 * member of a map has a key; keys keep their order. The table is the YAML reader's result, the
 * thing that `article.meta` changes in place, what a frozen article and messages between processes
 * carry. Freezing is copying, as for documents.
 *
 * Places are spans in the source file, for values that came from one: `place` of the value without
 * its key and its comments, `key_place` of the key, `before` the comment and blank lines that
 * precede the entry, `after` the comment behind it on its line. Length 0 and offset 0: none.
 *
 * A float is kept with the text it was written as; an integer that does not fit 64 bits is a float.
 */
#ifndef GALLEY_VALUE_H
#define GALLEY_VALUE_H

#include "base/strings.h"

typedef uint32_t value_id;
enum { NO_VALUE = 0, ROOT_VALUE = 1 };

enum value_type {
    VALUE_NULL,
    VALUE_BOOLEAN,
    VALUE_INTEGER,
    VALUE_FLOAT,
    VALUE_STRING,
    VALUE_LIST,
    VALUE_MAP
};

enum value_style {
    STYLE_NONE,
    STYLE_PLAIN,
    STYLE_SINGLE,
    STYLE_DOUBLE,
    STYLE_LITERAL,
    STYLE_FOLDED,
    STYLE_BLOCK,
    STYLE_FLOW
};

enum value_flags {
    /* Came from an alias. Its place is the alias itself ("*name"); values inside it have the places
     * of the anchor's own. */
    VALUE_ALIAS = 1,
    VALUE_ANCHORED = 2,
    /* A later member of the same key overrides it: kept for its bytes, not seen by readers. */
    VALUE_DUPLICATE = 4,
};

struct value {
    uint8_t type, style, flags, reserved;
    value_id parent, previous, next, first, last;
    uint32_t count; /* of members or items, duplicates not counted */
    struct span key;
    struct span text; /* string: its content; other scalars: as written */
    union {
        int64_t integer;
        double number;
        bool boolean;
    } as;
    struct span place, key_place, before, after;
};

struct values {
    struct value *items; /* items[0] is unused */
    uint32_t count, capacity;
    struct strings strings;
    uint32_t changes; /* counted by those who change values for a script */
};

/* One root value of the type given; `source` must outlive the values. */
void values_open(struct values *values, struct text source, enum value_type root);
void values_reuse(struct values *values, struct text source, enum value_type root);
void values_free(struct values *values);

/* A parentless value. Pointers to values are stale after this. */
value_id values_add(struct values *values, enum value_type type);
value_id values_add_string(struct values *values, struct text text);
value_id values_add_integer(struct values *values, int64_t integer);
value_id values_add_number(struct values *values, double number);
value_id values_add_boolean(struct values *values, bool boolean);

void value_append(struct values *values, value_id parent, value_id child);
void value_insert_before(struct values *values, value_id sibling, value_id value);
void value_unlink(struct values *values, value_id id);
void value_set_key(struct values *values, value_id id, struct text key);
/* Marks a member as VALUE_DUPLICATE. */
void value_override(struct values *values, value_id id);

/* Readers: duplicates that are overridden are never returned. */
value_id value_get(const struct values *values, value_id map, struct text key);
value_id value_at(const struct values *values, value_id list, uint32_t index); /* from 1 */
value_id value_first(const struct values *values, value_id parent);
value_id value_next(const struct values *values, value_id id);
struct text value_key(const struct values *values, value_id id);
/* A string's content, or another scalar as written; "" for none, null, lists and maps. */
struct text value_text(const struct values *values, value_id id);

/* Same type, content, order and keys; places, styles and comments do not count. Iterative. */
bool values_equal(const struct values *a, value_id a_id, const struct values *b, value_id b_id);
/* A deep copy as a parentless, keyless value of `to`, which may be `from` itself. It keeps styles;
 * it has no places, since it came from no source, and no overridden duplicates. Iterative. */
value_id values_copy(struct values *to, const struct values *from, value_id id);

/* Types a plain scalar by YAML 1.2's core schema: null, true, 12, 0x1F, 0o17, 1.5e3, .inf, .nan;
 * all else is a string (no, yes, on, off, dates). Sets type and `as`, not text. */
void value_type_plain(struct value *value, struct text plain);
/* Whether a program that reads YAML 1.1 or 1.2 would retype this text if it stood plain: true for
 * "", no, y, 12, 1_000, 12:30:45, 014, 2024-01-01, <<, = and the like. Such strings are quoted when
 * written. Source: yaml.org/type (1.1) and YAML 1.2.2, 10.3. */
bool value_plain_is_risky(struct text text);
/* Whether it is a date or a time stamp to YAML 1.1: "2024-1-2", "2024-01-02 9:00:00 -0500". One
 * that stood plain is best written plain again. */
bool value_plain_is_date(struct text text);

#endif
