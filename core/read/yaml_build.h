/* yaml_build.h: events of a YAML text become entries of the table of values, with their bytes.
 *
 * The other half of yaml.c, which knows libyaml; this half knows none of it. It is told what begins
 * and ends where, finds keys, dashes and comments between, expands aliases and refuses what yaml.h
 * says is refused. Each function that returns false has added an error; building then ends.
 */
#ifndef GALLEY_YAML_BUILD_H
#define GALLEY_YAML_BUILD_H

#include "base/diagnostic.h"
#include "document/value.h"
#include "read/limits.h"
#include "read/yaml_names.h"
#include "read/yaml_places.h"

/* What is known of an entry before its value comes. */
struct yaml_entry {
    struct span key, key_place, before, after;
};

struct yaml_build {
    struct text path;
    struct yaml_places places;
    const struct limits *limits;
    struct values *values;
    struct diagnostics *diagnostics;
    value_id container, latest; /* the open list or map; the last entry begun or flow one ended */
    uint32_t depth, deepest, alias_nodes, duplicates;
    bool has_key;
    struct yaml_entry entry;
    size_t done; /* all bytes before this one belong to something */
    struct yaml_names names;
};

/* One event of libyaml's. */
struct yaml_token {
    size_t at, end;         /* with its anchor */
    struct text anchor;     /* its name, or an alias's; empty for none */
    struct text content;    /* of a scalar */
    enum value_style style; /* of a collection: block or flow */
    bool text_tag;          /* a "!" stands before the quotes, which says what they say */
};

/* An error at a byte of the source; its value is false. */
#define YAML_FAIL(build, at, ...)                                                                  \
    (diagnostics_add((build)->diagnostics, SEVERITY_ERROR, (build)->path,                          \
                     text_place((build)->places.source, (at)), __VA_ARGS__),                       \
     false)

bool yaml_build_scalar(struct yaml_build *build, const struct yaml_token *token);
bool yaml_build_begin(struct yaml_build *build, enum value_type type,
                      const struct yaml_token *token);
void yaml_build_end(struct yaml_build *build, size_t end);
bool yaml_build_alias(struct yaml_build *build, const struct yaml_token *token);
/* Behind the last event: the lines that are left are the root's; says how many duplicates were not
 * reported one by one. */
void yaml_build_finish(struct yaml_build *build, bool good);

#endif
