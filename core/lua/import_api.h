/* import_api.h: the files that `galley import` was given, as a worker reads them.
 *
 *     engine.source(path)   a source, or nil, message, code
 *     source:read([most])   the next bytes, 64 KB unless told; nil at the end
 *     source:rewind()       from the start again
 *     source:size()         bytes in all
 *     source:close()
 *
 * Reading gives the task its time again, for as many megabytes as the file has: a long import may
 * take long, one that never ends is ended.
 */
#ifndef GALLEY_IMPORT_API_H
#define GALLEY_IMPORT_API_H

#include <lua.h>

struct engine_job;

/* Adds `source` to the worker's table of functions, which is on top of the stack. */
void import_api_open_worker(lua_State *L, struct engine_job *job);

#endif
