/* files_api.h: folders and the terminal, for the parent's commands. Plugins never see it.
 *
 *     files.list(folder [, { patterns to ignore }])   { { path=, size=, article= }, ... } by bytes
 *     files.glob(pattern)      the paths that a shell would find, with {a,b}, by bytes
 *     files.kind(path)         "file", "folder", "other" or nil
 *     files.make_folders(path) true, or nil, message, code
 *     files.real(path)         the absolute path without links, or nil
 *     files.seconds()          a clock for durations
 *     files.terminal(stream)   columns of the terminal on "stdout" or "stderr"; nil: it is none
 */
#ifndef GALLEY_FILES_API_H
#define GALLEY_FILES_API_H

#include <lua.h>

void files_api_open(lua_State *L);
/* files.list, as Lua calls it; shipped code in a worker lists by it what a plugin may read. */
int files_api_list(lua_State *L);

#endif
