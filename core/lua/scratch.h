/* scratch.h: bytes that one call of a binding builds, released whether or not Lua raises an error.
 *
 *     struct buffer *out = scratch_open(L);      a userdata on the stack owns it
 *     ... calls that may raise an error ...
 *     return scratch_give(L, out);               pushes the bytes as a string, releases them
 */
#ifndef GALLEY_SCRATCH_H
#define GALLEY_SCRATCH_H

#include "base/memory.h"

#include <lua.h>

/* Pushes the userdata; the buffer is good as long as that stays on the stack. */
struct buffer *scratch_open(lua_State *L);
/* Pushes the content and frees it at once; gives 1. */
int scratch_give(lua_State *L, struct buffer *buffer);

#endif
