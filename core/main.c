/* main.c: makes a trusted Lua state and gives it the command line; all else is
 * scripts/galley/main.lua. */
#include "base/memory.h"
#include "lua/engine_api.h"
#include "lua/galley_api.h"
#include "lua/host.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int open_api(lua_State *L) {
    const struct text *home = lua_touserdata(L, 1);
    galley_api_open(L, true, *home);
    lua_setglobal(L, "galley");
    return 0;
}

int main(int count, char **arguments) {
    static char room[4096];
    struct text home = host_home(room, sizeof room);
    struct host host;
    if (!host_open(&host, 0, true, home)) {
        fputs("galley: error: out of memory at the start; free some memory\n", stderr);
        return 3;
    }
    lua_State *L = host.L;
    lua_pushcfunction(L, open_api);
    lua_pushlightuserdata(L, &home);
    bool done = host_call(L, 1, 0, true);
    if (done) {
        lua_createtable(L, count, 0);
        for (int i = 0; i < count; i++) {
            lua_pushstring(L, arguments[i]);
            lua_rawseti(L, -2, i);
        }
        done = host_run(L, home, "galley/main", 1, 1, getenv("GALLEY_TRACE") != NULL);
    }
    int status = 3;
    if (done) {
        status = lua_isinteger(L, -1) ? (int)lua_tointeger(L, -1) : 0;
    } else {
        const char *message = lua_tostring(L, -1);
        if (message && strstr(message, HOST_NO_MEMORY)) memory_exhausted(0);
        fprintf(stderr, "galley: error: %s\n", message ? message : "failed without a message");
    }
    host_close(&host);
    if (fflush(stdout) != 0 && status == 0) {
        perror("galley: error: standard output");
        status = 3;
    }
    return status;
}
