/* splice_yaml_pair.h: which entries of a container became which. For splice_yaml.c.
 *
 * Members of maps correspond by key, or by number where one was renamed; those that do not stand in
 * a longest row in the old order have moved. Items of lists correspond by content; between those,
 * the first that goes becomes the first that comes.
 */
#ifndef GALLEY_SPLICE_YAML_PAIR_H
#define GALLEY_SPLICE_YAML_PAIR_H

#include "edit/splice_yaml_entry.h"

/* The children of two containers, and which became which. */
struct pairing {
    value_id *old_ids, *new_ids;
    uint32_t *old_at; /* for each new one: its old index, or NONE */
    uint8_t *kept;    /* for each new one: it stands in the old order */
    uint8_t *goes;    /* for each old one: its lines are taken away */
    uint32_t old_count, new_count;
};

enum { NONE = UINT32_MAX };

/* All of it lies in `arena`. */
struct pairing yaml_pair(const struct yaml_plan *plan, value_id from, value_id to,
                         struct arena *arena);

#endif
