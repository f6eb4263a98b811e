#include "lua/scratch.h"

#include <lauxlib.h>

static int collect(lua_State *L) {
    buffer_free(lua_touserdata(L, 1));
    return 0;
}

struct buffer *scratch_open(lua_State *L) {
    luaL_checkstack(L, 4, NULL);
    struct buffer *buffer = lua_newuserdatauv(L, sizeof *buffer, 0);
    *buffer = (struct buffer){0};
    if (luaL_newmetatable(L, "galley.scratch")) {
        lua_pushcfunction(L, collect);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return buffer;
}

int scratch_give(lua_State *L, struct buffer *buffer) {
    lua_pushlstring(L, buffer->length ? buffer->bytes : "", buffer->length);
    buffer_free(buffer);
    return 1;
}
