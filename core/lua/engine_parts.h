/* engine_parts.h: the pieces of engine_api.c that have a file of their own. Not for anybody else.
 *
 *     engine_open.c    open{...}: settings become a struct engine
 *     engine_start.c   start{...}: workers, their rights, and what is said of one that died
 *     engine_about.c   what `galley doctor` tells of the program and of the system
 */
#ifndef GALLEY_ENGINE_PARTS_H
#define GALLEY_ENGINE_PARTS_H

#include "lua/engine_api.h"

#define ENGINE_TYPE "galley.engine"

enum { ENGINE_MOST_LATE = 16 }; /* tasks that take too long before a run is ended */

/* A field of the table at an absolute index; the copy lives as long as the engine, and is
 * NUL-terminated. No text there: bytes is NULL. */
struct text engine_keep_field(lua_State *L, struct engine_job *job, int table, const char *name);
lua_Integer engine_integer_field(lua_State *L, int table, const char *name, lua_Integer otherwise);
/* A list of texts at an index, none where there is no table; each as engine_keep_field keeps it. */
struct text *engine_keep_list(lua_State *L, struct engine_job *job, int index, uint32_t *count);

/* As Lua calls them; open has the home folder's struct text as its upvalue. */
int engine_api_open_engine(lua_State *L);
int engine_api_start(lua_State *L);
int engine_api_about(lua_State *L);
int engine_api_sandbox(lua_State *L);

#endif
