/* diff_api.h: galley.diff: what differs between two texts, as `git diff` shows it. */
#ifndef GALLEY_DIFF_API_H
#define GALLEY_DIFF_API_H

#include <lua.h>

void diff_api_open(lua_State *L);

#endif
