/* splice_yaml_entry.h: where an entry of front matter stands, and how a new one is written. For
 * splice_yaml.c and splice_yaml_pair.c.
 */
#ifndef GALLEY_SPLICE_YAML_ENTRY_H
#define GALLEY_SPLICE_YAML_ENTRY_H

#include "edit/splice_yaml.h"

/* The work at hand. */
struct yaml_plan {
    struct yaml_wish *wish;
    struct splices *splices;
    struct arena arena;
    struct buffer out, other;
    struct {
        value_id from, to;
    } * stack;
    uint32_t depth, capacity;
};

/* How entries of a container are written, seen from those that are there. */
struct yaml_manner {
    enum value_style quotes; /* of strings; STYLE_NONE: none needed */
    bool flow_lists;
    uint32_t list_offset; /* columns of a block list under its key */
};

static inline const struct value *plan_value(const struct yaml_plan *plan, value_id id) {
    return &plan->wish->from->items[id];
}

static inline uint32_t span_end(struct span span) {
    return span.offset + span.length;
}

static inline bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static inline bool value_is_collection(const struct values *values, value_id id) {
    return values->items[id].type >= VALUE_LIST;
}

static inline bool value_is_empty(const struct values *values, value_id id) {
    return !value_first(values, id);
}

/* Lines of the front matter: where the one that `at` is on begins, and where the next one does. */
uint32_t plan_line_start(const struct yaml_plan *plan, uint32_t at);
uint32_t plan_line_after(const struct yaml_plan *plan, uint32_t at);

/* An entry whose key or dash is not the first thing on its line: "- name: x". */
bool entry_shares_line(const struct yaml_plan *plan, value_id id);
uint32_t entry_column(const struct yaml_plan *plan, value_id id);
/* Where the entry's own lines begin and end: with the comment lines directly above it. */
uint32_t entry_start(const struct yaml_plan *plan, value_id id);
uint32_t entry_end(const struct yaml_plan *plan, value_id id);

/* Adds a splice of [from, to), line ends made the file's. */
void plan_add(struct yaml_plan *plan, uint32_t from, uint32_t to, struct text bytes);

struct yaml_manner yaml_manner_of(const struct yaml_plan *plan, value_id container);
void yaml_write_any_scalar(const struct values *values, value_id id, enum value_style style,
                           bool flow, uint32_t indent, struct buffer *out);
/* The key and its colon. */
void yaml_write_key(const struct values *values, value_id id, enum value_style style,
                    struct buffer *out);
/* A whole tree within brackets. `style` is for its scalars that have none. */
void yaml_write_flow(const struct values *values, value_id top, enum value_style style,
                     struct buffer *out);
/* What stands behind a key or a dash in column `column`, with the space or line end before it,
 * without a line end behind. */
void yaml_write_behind(const struct values *values, value_id id, struct yaml_manner manner,
                       uint32_t column, bool item, struct buffer *out);
/* An entry without its indentation and its last line end. */
void yaml_write_entry(const struct values *values, value_id id, struct yaml_manner manner,
                      uint32_t column, struct buffer *out);
void yaml_write_spaces(uint32_t count, struct buffer *out);

#endif
