#include "lua/diff_api.h"

#include "edit/diff_print.h"
#include "lua/api.h"
#include "lua/scratch.h"

#include <lauxlib.h>

static int collect(lua_State *L) {
    diff_free(lua_touserdata(L, 1));
    return 0;
}

/* Pushes the userdata that owns the diff of the two arguments. */
static struct diff *open_diff(lua_State *L, const char *function) {
    struct text old_text = api_bytes(L, 1, "diff: the old text");
    struct text new_text = api_bytes(L, 2, "diff: the new text");
    if (old_text.length > UINT32_MAX / 4 || new_text.length > UINT32_MAX / 4)
        api_error(L, "%s: a text is longer than 1 GB", function);
    struct diff *diff = lua_newuserdatauv(L, sizeof *diff, 0);
    memset(diff, 0, sizeof *diff);
    if (luaL_newmetatable(L, "galley.diff")) {
        lua_pushcfunction(L, collect);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    diff_open(diff, old_text, new_text);
    return diff;
}

/* "" where nothing differs. */
static int unified(lua_State *L) {
    struct text path =
        lua_isnoneornil(L, 3) ? TEXT("text") : api_text(L, 3, "diff.unified: the path");
    struct diff *diff = open_diff(L, "diff.unified");
    struct buffer *out = scratch_open(L);
    diff_print(diff, (struct diff_file){.old_path = path, .new_path = path}, 0, out);
    return scratch_give(L, out);
}

static int count(lua_State *L) {
    struct diff_counts counts = diff_count(open_diff(L, "diff.count"));
    lua_pushinteger(L, counts.added);
    lua_pushinteger(L, counts.removed);
    return 2;
}

/* A list of { old_line, old_count, new_line, new_count }, lines from 1. */
static int changes(lua_State *L) {
    const struct diff *diff = open_diff(L, "diff.changes");
    lua_createtable(L, (int)diff->count, 0);
    for (uint32_t i = 0; i < diff->count; i++) {
        const struct diff_change *change = &diff->changes[i];
        lua_createtable(L, 0, 4);
        lua_pushinteger(L, (lua_Integer)change->old_line + 1);
        lua_setfield(L, -2, "old_line");
        lua_pushinteger(L, change->old_count);
        lua_setfield(L, -2, "old_count");
        lua_pushinteger(L, (lua_Integer)change->new_line + 1);
        lua_setfield(L, -2, "new_line");
        lua_pushinteger(L, change->new_count);
        lua_setfield(L, -2, "new_count");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

void diff_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"unified", unified}, {"count", count}, {"changes", changes}, {NULL, NULL}};
    luaL_newlib(L, functions);
}
