#include "lua/api.h"

#include "base/closest.h"

#include <stdarg.h>
#include <stdlib.h>

/* Pushes "file:line: " of the nearest function that is Lua's, or "". */
static void push_position(lua_State *L) {
    lua_Debug info;
    for (int level = 0; lua_getstack(L, level, &info); level++) {
        lua_getinfo(L, "Sl", &info);
        if (info.currentline > 0) {
            lua_pushfstring(L, "%s:%d: ", info.short_src, info.currentline);
            return;
        }
    }
    lua_pushliteral(L, "");
}

_Noreturn void api_error(lua_State *L, const char *format, ...) {
    luaL_checkstack(L, 8, NULL);
    push_position(L);
    va_list arguments;
    va_start(arguments, format);
    lua_pushvfstring(L, format, arguments);
    va_end(arguments);
    lua_concat(L, 2);
    lua_error(L);
    abort();
}

int api_fail(lua_State *L, const char *code, const char *format, ...) {
    lua_pushnil(L);
    va_list arguments;
    va_start(arguments, format);
    lua_pushvfstring(L, format, arguments);
    va_end(arguments);
    lua_pushstring(L, code);
    return 3;
}

struct text api_bytes(lua_State *L, int index, const char *what) {
    int type = lua_type(L, index);
    if (type != LUA_TSTRING && type != LUA_TNUMBER)
        api_error(L, "%s must be a string, not %s", what, api_kind(L, index));
    return api_string(L, index);
}

struct text api_text(lua_State *L, int index, const char *what) {
    struct text text = api_bytes(L, index, what);
    size_t valid = utf8_valid_length(text);
    if (valid < text.length)
        api_error(L, "%s is not UTF-8 from its byte %d on; was a character cut in two?", what,
                  (int)valid + 1);
    return text;
}

void *api_object(lua_State *L, int index, const char *type, const char *what) {
    void *object = luaL_testudata(L, index, type);
    if (!object) api_error(L, "%s is expected, not %s", what, api_kind(L, index));
    return object;
}

void *api_self(lua_State *L, const char *type, const char *what) {
    void *object = luaL_testudata(L, 1, type);
    if (!object)
        api_error(L, "%s is expected, not %s; a method is called with \":\", not \".\"", what,
                  api_kind(L, 1));
    return object;
}

lua_Integer api_integer(lua_State *L, int index, const char *what) {
    int whole;
    lua_Integer number = lua_tointegerx(L, index, &whole);
    if (whole) return number;
    if (lua_type(L, index) == LUA_TNUMBER) api_error(L, "%s must be a whole number", what);
    api_error(L, "%s must be a whole number, not %s", what, api_kind(L, index));
}

lua_Integer api_integer_or(lua_State *L, int index, const char *what, lua_Integer otherwise) {
    return lua_isnoneornil(L, index) ? otherwise : api_integer(L, index, what);
}

void api_type(lua_State *L, int index, int type, const char *what) {
    if (lua_type(L, index) != type)
        api_error(L, "%s must be a %s, not %s", what, lua_typename(L, type), api_kind(L, index));
}

bool api_options(lua_State *L, int index, const char *function, const char *const *names) {
    if (lua_isnoneornil(L, index)) return false;
    if (lua_type(L, index) != LUA_TTABLE)
        api_error(L, "%s: the options must be a table, not %s", function, api_kind(L, index));
    index = lua_absindex(L, index);
    lua_pushnil(L);
    while (lua_next(L, index)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            api_error(L, "%s: options have names, not %s", function, api_kind(L, -1));
        struct text name = api_string(L, -1);
        const char *const *known = names;
        while (*known && !text_is(name, *known)) known++;
        if (!*known) {
            const char *suggestion = api_push_suggestion(L, name, names);
            api_error(L, "%s has no option \"%s\"%s", function, name.bytes, suggestion);
        }
    }
    return true;
}

const char *api_kind(lua_State *L, int index) {
    switch (lua_type(L, index)) {
    case LUA_TNONE: return "nothing";
    case LUA_TNIL: return "nil";
    case LUA_TBOOLEAN: return lua_toboolean(L, index) ? "true" : "false";
    case LUA_TNUMBER: return "a number";
    case LUA_TSTRING: return "a string";
    case LUA_TTABLE: return "a table";
    case LUA_TFUNCTION: return "a function";
    case LUA_TTHREAD: return "a coroutine";
    default: break;
    }
    if (luaL_getmetafield(L, index, "__name") != LUA_TNIL) {
        /* The metatable keeps the string. */
        const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "userdata";
        lua_pop(L, 1);
        return name;
    }
    return "userdata";
}

const char *api_push_suggestion(lua_State *L, struct text wanted, const char *const *names) {
    struct closest closest = closest_to(wanted);
    for (; *names; names++) closest_try(&closest, text_of(*names));
    if (!closest.best.length) return lua_pushliteral(L, "");
    lua_pushliteral(L, "; did you mean \"");
    api_push_text(L, closest.best);
    lua_pushliteral(L, "\"?");
    lua_concat(L, 3);
    return lua_tostring(L, -1);
}

/* Pushes "; it has a, b, c" where that is not too much for a message. */
static const char *push_all(lua_State *L, const char *const *names) {
    enum { MOST = 10 };
    luaL_Buffer out;
    int count = 0;
    while (names[count]) count++;
    if (count > MOST) return lua_pushliteral(L, "");
    luaL_buffinit(L, &out);
    for (int i = 0; i < count; i++) {
        luaL_addstring(&out, i ? ", " : "; it has ");
        luaL_addstring(&out, names[i]);
    }
    luaL_pushresult(&out);
    return lua_tostring(L, -1);
}

_Noreturn void api_no_field(lua_State *L, const char *what, int index, const char *const *names) {
    if (lua_type(L, index) != LUA_TSTRING)
        api_error(L, "%s has fields with names, not %s", what, api_kind(L, index));
    struct text name = api_string(L, index);
    const char *suggestion = api_push_suggestion(L, name, names);
    if (!*suggestion) suggestion = push_all(L, names);
    api_error(L, "%s has no field \"%s\"%s", what, name.bytes, suggestion);
}

static int next_position(lua_State *L) {
    lua_Integer position = lua_tointeger(L, 2) + 1;
    lua_pushinteger(L, position);
    if (lua_geti(L, 1, position) != LUA_TNIL) return 2;
    return 1; /* the nil */
}

bool api_table_keys(lua_State *L, int index, uint32_t *names, uint32_t *positions) {
    lua_Integer length = (lua_Integer)lua_rawlen(L, index);
    *names = *positions = 0;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING)
            ++*names;
        else if (lua_isinteger(L, -1) && lua_tointeger(L, -1) >= 1 &&
                 lua_tointeger(L, -1) <= length)
            ++*positions;
        else
            return false;
    }
    return true;
}

int api_pairs_by_position(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushcfunction(L, next_position);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}
