#include "lua/scratch.h"

#include <lauxlib.h>

enum { MOST_KEPT = 64 * 1024 }; /* bytes that the spare keeps for the next call */

/* The last one made stays in the registry as the spare: a new userdata for each call would cost the
 * collector a finalizer. One that an error left in use is replaced, and then collected. */
struct scratch {
    struct buffer buffer;
    bool used;
};

static const char spare_key; /* its address names the spare in the registry */

static int collect(lua_State *L) {
    struct scratch *scratch = lua_touserdata(L, 1);
    buffer_free(&scratch->buffer);
    return 0;
}

struct buffer *scratch_open(lua_State *L) {
    luaL_checkstack(L, 4, NULL);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &spare_key);
    struct scratch *scratch = lua_touserdata(L, -1);
    if (!scratch || scratch->used) {
        lua_pop(L, 1);
        scratch = lua_newuserdatauv(L, sizeof *scratch, 0);
        *scratch = (struct scratch){.used = true};
        if (luaL_newmetatable(L, "galley.scratch")) {
            lua_pushcfunction(L, collect);
            lua_setfield(L, -2, "__gc");
        }
        lua_setmetatable(L, -2);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &spare_key);
    }
    scratch->used = true;
    return &scratch->buffer;
}

int scratch_give(lua_State *L, struct buffer *buffer) {
    struct scratch *scratch = (struct scratch *)buffer;
    lua_pushlstring(L, buffer->length ? buffer->bytes : "", buffer->length);
    buffer->length = 0;
    if (buffer->capacity > MOST_KEPT) buffer_free(buffer);
    scratch->used = false;
    return 1;
}
