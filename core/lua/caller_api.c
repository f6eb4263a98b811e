#include "lua/caller_api.h"
#include "lua/api.h"

#include <string.h>

enum { LEVELS = 200 };

/* Whether `level`, of which "S" is known, is of a plugin's file or template, not of shipped scripts
 * or modules. */
static bool is_plugins(const lua_Debug *level, const char *home) {
    bool is_template = *level->source == '=' && strchr(level->source, '/');
    if (*level->source != '@' && !is_template) return false;
    const char *file = level->source + 1;
    if (strncmp(file, home, strlen(home)) != 0) return true;
    file += strlen(home);
    return strncmp(file, "scripts/", 8) != 0 && strncmp(file, "plugins/", 8) != 0;
}

/* What a function in C was asked to call stays among its values: the first of pcall and xpcall,
 * that of the handler in a walk. */
static int first_line_of_called(lua_State *L, lua_State *of, const char *home) {
    lua_Debug level, called;
    for (int i = of == L; i < LEVELS && lua_getstack(of, i, &level); i++) {
        lua_getinfo(of, "S", &level);
        for (int at = 1; *level.what == 'C' && lua_getlocal(of, &level, at); at++) {
            if (!lua_isfunction(of, -1)) {
                lua_pop(of, 1);
                continue;
            }
            lua_getinfo(of, ">S", &called);
            if (called.linedefined <= 0 || !is_plugins(&called, home)) continue;
            lua_pushfstring(L, "%s:%d", called.source + 1, called.linedefined);
            return 1;
        }
    }
    return 0;
}

static int raised_at(lua_State *L) {
    const char *home = luaL_checkstring(L, 1);
    lua_State *of = lua_isthread(L, 2) ? lua_tothread(L, 2) : L;
    if (of != L && !lua_checkstack(of, 2)) return 0;
    lua_Debug level;
    for (int i = of == L; i < LEVELS && lua_getstack(of, i, &level); i++) {
        lua_getinfo(of, "Sl", &level);
        if (level.currentline <= 0 || !is_plugins(&level, home)) continue;
        lua_pushfstring(L, "%s:%d", level.source + 1, level.currentline);
        return 1;
    }
    return first_line_of_called(L, of, home);
}

static int written_at(lua_State *L) {
    lua_Debug info;
    api_type(L, 1, LUA_TFUNCTION, "what was written");
    lua_settop(L, 1);
    lua_getinfo(L, ">S", &info);
    lua_pushfstring(L, "%s:%d", info.source + (*info.source == '@'), info.linedefined);
    return 1;
}

static int call_kept(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

static int keeps_caller(lua_State *L) {
    api_type(L, 1, LUA_TFUNCTION, "what is called");
    lua_settop(L, 1);
    if (lua_iscfunction(L, 1)) return 1;
    lua_pushcclosure(L, call_kept, 1);
    return 1;
}

void caller_api_open_worker(lua_State *L) {
    lua_pushcfunction(L, raised_at);
    lua_setfield(L, -2, "raised_at");
    lua_pushcfunction(L, written_at);
    lua_setfield(L, -2, "written_at");
    lua_pushcfunction(L, keeps_caller);
    lua_setfield(L, -2, "keeps_caller");
}
