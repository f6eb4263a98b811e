/* api.h: what all bindings share: errors at the caller's line, failures, arguments, state.
 *
 * Two kinds of trouble, as everywhere in Galley: misuse of the API (a wrong type, a closed
 * document) is raised as an error whose message begins with the position of the nearest Lua
 * function, however it was called; the world's failures (a missing file, a bad byte) are returned
 * as nil, message, code by api_fail.
 *
 * Every function here that takes a lua_State may raise an error, and so never returns while C holds
 * memory that only C would free.
 */
#ifndef GALLEY_API_H
#define GALLEY_API_H

#include "base/text.h"

#include <lauxlib.h>
#include <lua.h>

/* Formats are lua_pushfstring's: %s %d %I %f %c %%. */
_Noreturn void api_error(lua_State *L, const char *format, ...);
/* Pushes nil, the message, the code (a short word such as "missing"), and gives 3. */
int api_fail(lua_State *L, const char *code, const char *format, ...);

/* A string argument (or number, as Lua takes it) of valid UTF-8; `what` names it in the message, as
 * in "the selector". The text stays good as long as the value is on the stack. */
struct text api_text(lua_State *L, int index, const char *what);
/* The same without asking for UTF-8. */
struct text api_bytes(lua_State *L, int index, const char *what);
static inline struct text api_string(lua_State *L, int index) {
    size_t length;
    const char *bytes = lua_tolstring(L, index, &length);
    return (struct text){bytes, length};
}
static inline void api_push_text(lua_State *L, struct text text) {
    lua_pushlstring(L, text.bytes ? text.bytes : "", text.length);
}

/* A userdata whose metatable luaL_newmetatable made as `type`; `what` names it, as in "a date". */
void *api_object(lua_State *L, int index, const char *type, const char *what);
/* The same for a method's own object, the first argument. */
void *api_self(lua_State *L, const char *type, const char *what);
/* A whole number; `what` names it, as in "the position". */
lua_Integer api_integer(lua_State *L, int index, const char *what);
/* The same, which may be left out. */
lua_Integer api_integer_or(lua_State *L, int index, const char *what, lua_Integer otherwise);
/* Raises an error unless a table or function (LUA_TTABLE, LUA_TFUNCTION) stands there. */
void api_type(lua_State *L, int index, int type, const char *what);
/* A table of options, or nothing. Keys that are not in `names`, which ends with NULL, raise an
 * error: "FUNCTION has no option "X"; did you mean "Y"?". Gives false where there is none. */
bool api_options(lua_State *L, int index, const char *function, const char *const *names);

/* api_self for what is called on every page: the address of the type's metatable is the closure's
 * upvalue `metatable`, a light userdata, so that no name is looked up. */
static inline void *api_known_self(lua_State *L, int metatable, const char *type,
                                   const char *what) {
    void *object = lua_touserdata(L, 1);
    if (object && lua_getmetatable(L, 1)) {
        bool same = lua_topointer(L, -1) == lua_touserdata(L, lua_upvalueindex(metatable));
        lua_pop(L, 1);
        if (same) return object;
    }
    return api_self(L, type, what);
}

/* Pushes that upvalue, for the metatable at `index`. */
static inline void api_push_identity(lua_State *L, int index) {
    lua_pushlightuserdata(L, (void *)lua_topointer(L, index));
}

/* What a value is, as a message says it: "a number", "nil", "a heading". A userdata is asked for
 * __name. Pushes nothing; the string is constant or lives with the value. */
const char *api_kind(lua_State *L, int index);
/* Pushes what a message about a misspelt name ends with: "; did you mean \"X\"?", or "" when no
 * name is near. `names` ends with NULL. */
const char *api_push_suggestion(lua_State *L, struct text wanted, const char *const *names);

/* How many keys of the table at an absolute index are text and how many are positions, from 1 to
 * its length; false where one is neither. Metamethods are not asked. */
bool api_table_keys(lua_State *L, int index, uint32_t *names, uint32_t *positions);

/* "WHAT has no field "X"; did you mean "Y"?" for the key at `index`; `names` ends with NULL. */
_Noreturn void api_no_field(lua_State *L, const char *what, int index, const char *const *names);

/* __pairs of what has members at positions from 1 and no others: pairs is ipairs then. */
int api_pairs_by_position(lua_State *L);

#endif
