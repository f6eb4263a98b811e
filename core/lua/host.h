/* host.h: making Lua states, and running code in them that may fail.
 *
 * A trusted state has all of Lua's libraries and runs shipped commands. A worker's state has no io,
 * no os and no debug; it runs shipped Lua, which makes for each plugin the small world that it sees
 * (scripts/galley/plugin.lua). In both, `require` finds shipped modules only.
 *
 * Memory: a state may take `limit` bytes (0: no limit); beyond, Lua raises its memory error.
 * Errors: host_call leaves the error's message, as text, on the stack.
 */
#ifndef GALLEY_HOST_H
#define GALLEY_HOST_H

#include "base/text.h"

#include <lua.h>

enum { HOST_CLASSES = 16 };

/* Lua's own words, which end every message about memory. */
#define HOST_NO_MEMORY "not enough memory"

struct host {
    lua_State *L;
    void
        *spare[HOST_CLASSES]; /* freed pieces of 16, 32, ... 256 bytes, each pointing to the next */
    char *fresh, *fresh_end;  /* what is left of the newest block */
    void *blocks;             /* all blocks that pieces were cut from */
    size_t used, limit;
    bool over; /* the limit was reached */
};

/* `home`: the folder that has scripts/ and plugins/. False: not even a state could be had. */
bool host_open(struct host *host, size_t limit, bool trusted, struct text home);
void host_close(struct host *host);
/* pcall with a handler that turns any error value into text, with a stack trace when `traced`. */
bool host_call(lua_State *L, int arguments, int results, bool traced);
/* Loads and runs a shipped module, with `arguments` values on the stack; its results are left. */
bool host_run(lua_State *L, struct text home, const char *script, int arguments, int results,
              bool traced);
/* The home of this program: beside the binary's folder in a source tree, else where it was
 * installed. */
struct text host_home(char *room, size_t size);

#endif
