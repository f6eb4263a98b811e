/* yaml_names.h: finds a map's member by its key, or an anchor by its name, in one table.
 *
 * Open addressing over spans of one `strings`; the first 48 names cost no allocation.
 * Ownership: yaml_names_free releases what the table grew to; the strings are borrowed.
 */
#ifndef GALLEY_YAML_NAMES_H
#define GALLEY_YAML_NAMES_H

#include "base/strings.h"

enum { YAML_FEW_NAMES = 64, YAML_ANCHORS = 0 /* the scope that no map has */ };

struct yaml_name {
    uint64_t hash;
    uint32_t scope, id; /* id 0: free */
    struct span name;
};

struct yaml_names {
    struct yaml_name few[YAML_FEW_NAMES], *slots;
    uint32_t count, capacity;
};

void yaml_names_open(struct yaml_names *names);
void yaml_names_free(struct yaml_names *names);

/* The place of the name in the scope, for its id to be read or written: 0 in a new one. Good until
 * the next call. */
uint32_t *yaml_names_place(struct yaml_names *names, const struct strings *strings, uint32_t scope,
                           struct span name);
/* The id of the name in the scope, or 0. */
uint32_t yaml_names_find(const struct yaml_names *names, const struct strings *strings,
                         uint32_t scope, struct text name);

#endif
