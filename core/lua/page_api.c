#include "lua/page_api.h"

#include "lua/api.h"
#include "lua/piece_api.h"

#define PAGE "galley.page"

enum { MOST_KEPT = 1 << 20 }; /* bytes that a store keeps from task to task */

struct page_object {
    struct page_store *store;
    size_t offset, length;
    uint32_t task;
};

void page_store_reset(struct page_store *store) {
    store->task++;
    store->bytes.length = 0;
    if (store->bytes.capacity > MOST_KEPT) buffer_free(&store->bytes);
}

/* compose(pieces, count): what is there behind the count belongs to another page. */
static int compose(lua_State *L) {
    struct page_store *store = lua_touserdata(L, lua_upvalueindex(1));
    struct site_view *view = lua_touserdata(L, lua_upvalueindex(2));
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Integer count = luaL_checkinteger(L, 2);
    struct page_object *page = lua_newuserdatauv(L, sizeof *page, 0);
    *page = (struct page_object){store, store->bytes.length, 0, store->task};
    luaL_setmetatable(L, PAGE);
    for (lua_Integer i = 1; i <= count; i++) {
        int type = lua_rawgeti(L, 1, i);
        if (type != LUA_TSTRING && type != LUA_TNUMBER && type != LUA_TLIGHTUSERDATA)
            api_error(L, "piece %I of a page is %s, not text", i, api_kind(L, -1));
        if (type == LUA_TLIGHTUSERDATA)
            piece_api_append(L, -1, view, &store->bytes);
        else
            buffer_append_text(&store->bytes, api_string(L, -1));
        lua_pop(L, 1);
    }
    page->length = store->bytes.length - page->offset;
    return 1;
}

/* names(values, metatable): a copy of a plain table, with room for the names that a template adds.
 */
static int names(lua_State *L) {
    enum { ROOM = 32 };
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    lua_createtable(L, 0, ROOM);
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, 3);
    }
    lua_pushvalue(L, 2);
    lua_setmetatable(L, 3);
    return 1;
}

static int is_page(lua_State *L) {
    lua_pushboolean(L, luaL_testudata(L, 1, PAGE) != NULL);
    return 1;
}

struct text page_api_content(lua_State *L, int index, const char *what) {
    const struct page_object *page = luaL_testudata(L, index, PAGE);
    if (!page) return api_bytes(L, index, what);
    if (page->task != page->store->task)
        api_error(L, "this page is gone; a page is used in the task that made it");
    return (struct text){page->store->bytes.bytes + page->offset, page->length};
}

static int page_tostring(lua_State *L) {
    luaL_checkudata(L, 1, PAGE);
    api_push_text(L, page_api_content(L, 1, "the page"));
    return 1;
}

static int page_length(lua_State *L) {
    luaL_checkudata(L, 1, PAGE);
    lua_pushinteger(L, (lua_Integer)page_api_content(L, 1, "the page").length);
    return 1;
}

void page_api_open(lua_State *L, struct page_store *store, struct site_view *view) {
    static const luaL_Reg meta[] = {
        {"__tostring", page_tostring}, {"__len", page_length}, {NULL, NULL}};
    luaL_newmetatable(L, PAGE);
    luaL_setfuncs(L, meta, 0);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    lua_pushlightuserdata(L, store);
    lua_pushlightuserdata(L, view);
    lua_pushcclosure(L, compose, 2);
    lua_setfield(L, -2, "compose");
    lua_pushcfunction(L, names);
    lua_setfield(L, -2, "page_names");
    lua_pushcfunction(L, is_page);
    lua_setfield(L, -2, "is_page");
}
