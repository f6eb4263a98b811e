/* splice_yaml.h: changed front matter as splices of its source.
 *
 * Two tables of values are compared: the one read from the source, with its places, and the one
 * wanted, where anything may have been set, removed, renamed, inserted or put in another order. For
 * what differs the smallest splice is proposed:
 *   - a scalar: within itself, keeping its line breaks and escapes; else anew in its own style, or
 *     the next style that can hold it;
 *   - an entry of a block map or list: its own lines, in the columns, the quotes and the list style
 *     of its neighbours; an item of a flow collection: with its comma;
 *   - a key: the key alone. An entry that moves takes its own lines along.
 *
 * An entry's own lines are those of its key and value, and the comment lines directly above it with
 * no blank line between. Removing an entry removes these and nothing else. Overridden twins of a
 * removed key go too, since they would come to life.
 *
 * Entries of maps correspond by key (or by number, when the wanted table is the old one changed in
 * place, which is how a renamed key is known); items of lists by content, then by position.
 *
 * Proposals may be wrong: the caller applies them, reads the result, and compares. `level` says
 * how much of a changed scalar is written anew: see enum yaml_level.
 */
#ifndef GALLEY_SPLICE_YAML_H
#define GALLEY_SPLICE_YAML_H

#include "document/value.h"
#include "edit/splice.h"

enum yaml_level {
    YAML_WITHIN,         /* the part of the scalar that differs */
    YAML_SCALAR,         /* the scalar, in its own style or the next */
    YAML_QUOTED,         /* the scalar, and those of new entries, in double quotes */
    YAML_ALIASES,        /* the part, and every alias whose anchor changes as what it stood for */
    YAML_ALIASES_SCALAR, /* the scalar, and these */
    YAML_LEVELS
};

struct yaml_wish {
    struct text source;
    struct span front; /* as source_split found it */
    const struct values *from, *to;
    struct text line_end;  /* of the file: LF or CRLF */
    enum yaml_level level; /* of the scalar number `raised`, or of all */
    uint32_t raised;       /* from 1; 0: all */
    uint32_t scalars;      /* out: how many scalars are changed in place */
};

/* Adds to `splices`. */
void splice_yaml(struct yaml_wish *wish, struct splices *splices);

/* The whole of `to` as lines for front matter that is not there yet, without fences. */
void splice_yaml_new(const struct values *to, struct text line_end, struct buffer *out);

#endif
