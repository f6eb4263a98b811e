/* galley_api.h: the map of the Lua API.
 *
 * One table, `galley`, of modules; the list in galley_api.c is all of them. Plugins get it without
 * `engine`, which only the parent's commands have.
 */
#ifndef GALLEY_GALLEY_API_H
#define GALLEY_GALLEY_API_H

#include "base/text.h"

#include <lua.h>
#include <stdbool.h>

#define GALLEY_VERSION "0.1.0"

/* Pushes the table. `home` must outlive the state. */
void galley_api_open(lua_State *L, bool trusted, struct text home);

#endif
