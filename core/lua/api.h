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

/* What a value is, as a message says it: "a number", "nil", "a heading". A userdata is asked for
 * __name. Pushes nothing; the string is constant or lives with the value. */
const char *api_kind(lua_State *L, int index);
/* Pushes what a message about a misspelt name ends with: "; did you mean \"X\"?", or "" when no
 * name is near. `names` ends with NULL. */
const char *api_push_suggestion(lua_State *L, struct text wanted, const char *const *names);

/* A struct kept once a state: zeroed when it is first asked for, freed with the state. `key` is the
 * address of something static. */
void *api_state(lua_State *L, const void *key, size_t size);

#endif
