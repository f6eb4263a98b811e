#include "lua/escaper_api.h"

#include "lua/api.h"
#include "lua/html_api.h"

enum kind { KIND_RAW, KIND_TEXT, KIND_ADDRESS };
static const char *const kinds[] = {"raw", "text", "address", NULL};

static bool is_address(struct text text) {
    static const unsigned char plain[256] = {
        ['-'] = 1, ['.' ... '9'] = 1, ['A' ... 'Z'] = 1, ['_'] = 1, ['a' ... 'z'] = 1};
    size_t i = 0;
    while (i < text.length && plain[(unsigned char)text.bytes[i]]) i++;
    return i == text.length;
}

static bool is_plain(enum kind kind, struct text text) {
    switch (kind) {
    case KIND_TEXT: return html_api_is_plain(text);
    case KIND_ADDRESS: return is_address(text);
    default: return true;
    }
}

/* As tostring can, without an address. */
static bool is_printable(lua_State *L) {
    switch (lua_type(L, 1)) {
    case LUA_TFUNCTION:
    case LUA_TTHREAD: return false;
    case LUA_TTABLE:
    case LUA_TUSERDATA:
        if (luaL_getmetafield(L, 1, "__tostring") == LUA_TNIL) return false;
        lua_pop(L, 1);
        return true;
    default: return true;
    }
}

/* Upvalues: the kind, the slow escaper, whether that one was told of pieces. */
static int escape(lua_State *L) {
    enum kind kind = (enum kind)lua_tointeger(L, lua_upvalueindex(1));
    int type = lua_type(L, 1);
    lua_settop(L, 1);
    if (type == LUA_TSTRING && is_plain(kind, api_string(L, 1))) return 1;
    if (type == LUA_TLIGHTUSERDATA && kind == KIND_RAW) {
        if (lua_toboolean(L, lua_upvalueindex(3))) return 1;
        lua_pushboolean(L, true);
        lua_replace(L, lua_upvalueindex(3));
    } else if (!is_printable(L)) {
        return luaL_error(L, "a %s cannot be printed; name one of its fields, or call it",
                          lua_typename(L, type));
    }
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

static int escaper(lua_State *L) {
    lua_Integer kind = luaL_checkoption(L, 1, NULL, kinds);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushinteger(L, kind);
    lua_pushvalue(L, 2);
    lua_pushboolean(L, false);
    lua_pushcclosure(L, escape, 3);
    return 1;
}

void escaper_api_open(lua_State *L) {
    lua_pushcfunction(L, escaper);
    lua_setfield(L, -2, "escaper");
}
