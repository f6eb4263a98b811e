/* value_api.h: ordered values (front matter, configuration, data) as Lua sees them.
 *
 * Maps and lists are userdata that look like tables: map.key, map["key"], list[i], #list, pairs,
 * ipairs, and assignment; scalars are plain Lua values; null is nil. Methods, hidden by a key of
 * the same name: map:get set remove rename insert_before insert_after keys, list:add remove
 * remove_at replace has. Setting a value equal to the one that is there changes nothing.
 *
 * A handle userdata stands for one values table. It is kept alive by its maps and lists; when C
 * closes it they raise an error. Read-only handles raise on assignment.
 *
 * value_convert.c copies between Lua's plain values and these.
 */
#ifndef GALLEY_VALUE_API_H
#define GALLEY_VALUE_API_H

#include "document/value.h"

#include <lua.h>

enum { VALUE_API_DEEPEST = 64 };

struct value_handle {
    struct values *values; /* NULL: closed */
    const char *frozen;    /* NULL: may be changed; else why it may not */
    /* Called before the first change of each call; may be NULL. */
    void (*before_change)(struct value_handle *handle);
    void *context;
    struct values own; /* when the handle owns its table */
    bool owns;
};

void value_api_open(lua_State *L);
/* Pushes a new handle over `values`, which C owns and keeps until it closes the handle. */
struct value_handle *value_api_handle(lua_State *L, struct values *values, const char *frozen);
/* Pushes a handle that owns an empty table with a root of the type given. */
struct value_handle *value_api_new(lua_State *L, enum value_type root);
/* Pushes the value `id` of the handle at `index`: a scalar, nil for NO_VALUE, or a proxy. */
void value_api_push(lua_State *L, int index, value_id id);

/* A Lua value as a new parentless value. Tables become maps or lists (the empty table is a list),
 * map keys in the order of their bytes. Raises an error for functions, cycles, mixed tables and
 * depths beyond VALUE_API_DEEPEST; `what` names the value in it. */
value_id value_api_from_lua(lua_State *L, int index, struct values *values, const char *what);
/* The same, with an error for text and keys that are not UTF-8: what is to be written as YAML. */
value_id value_api_text_from_lua(lua_State *L, int index, struct values *values, const char *what);
/* Pushes plain Lua tables; NO_VALUE pushes nil. */
void value_api_to_lua(lua_State *L, const struct values *values, value_id id);
/* The values and id behind a map or list proxy; false if it is none. */
bool value_api_test(lua_State *L, int index, struct values **values, value_id *id);

#endif
