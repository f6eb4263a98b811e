#include "lua/value_api.h"

#include "lua/api.h"

#define HANDLE "galley.values"
#define MAP    "galley.map"
#define LIST   "galley.list"

struct proxy {
    struct value_handle *handle;
    value_id id;
    uint32_t
        last_index; /* of a list: where the last look-up ended, valid while `seen` is the count */
    value_id last;
    uint32_t seen;
};

static int handle_collect(lua_State *L) {
    struct value_handle *handle = lua_touserdata(L, 1);
    if (handle->owns) values_free(&handle->own);
    handle->owns = false;
    handle->values = NULL;
    return 0;
}

struct value_handle *value_api_handle(lua_State *L, struct values *values, const char *frozen) {
    struct value_handle *handle = lua_newuserdatauv(L, sizeof *handle, 1);
    *handle = (struct value_handle){.values = values, .frozen = frozen};
    return handle;
}

struct value_handle *value_api_new(lua_State *L, enum value_type root) {
    struct value_handle *handle = value_api_handle(L, NULL, NULL);
    luaL_setmetatable(L, HANDLE); /* __gc only where there is something to free */
    values_open(&handle->own, (struct text){"", 0}, root);
    handle->owns = true;
    handle->values = &handle->own;
    return handle;
}

void value_api_push(lua_State *L, int index, value_id id) {
    index = lua_absindex(L, index);
    struct value_handle *handle = lua_touserdata(L, index);
    if (!id) {
        lua_pushnil(L);
        return;
    }
    const struct value *value = &handle->values->items[id];
    struct text text = strings_text(&handle->values->strings, value->text);
    switch (value->type) {
    case VALUE_NULL: lua_pushnil(L); return;
    case VALUE_BOOLEAN: lua_pushboolean(L, value->as.boolean); return;
    case VALUE_INTEGER: lua_pushinteger(L, value->as.integer); return;
    case VALUE_FLOAT: lua_pushnumber(L, value->as.number); return;
    case VALUE_STRING: lua_pushlstring(L, text.length ? text.bytes : "", text.length); return;
    }
    struct proxy *proxy = lua_newuserdatauv(L, sizeof *proxy, 1);
    *proxy = (struct proxy){.handle = handle, .id = id};
    lua_pushvalue(L, index);
    lua_setiuservalue(L, -2, 1);
    luaL_setmetatable(L, value->type == VALUE_MAP ? MAP : LIST);
}

static struct proxy *test_proxy(lua_State *L, int index) {
    struct proxy *proxy = luaL_testudata(L, index, MAP);
    return proxy ? proxy : luaL_testudata(L, index, LIST);
}

static struct proxy *check_proxy(lua_State *L, const char *type) {
    struct proxy *proxy = api_self(L, type, strcmp(type, MAP) == 0 ? "a map" : "a list");
    if (!proxy->handle->values)
        api_error(L, "the article of this value is gone; keep plain values instead");
    return proxy;
}

/* Every mutator begins with this: the table may be borrowed until now. */
static struct proxy *check_change(lua_State *L, const char *type) {
    struct proxy *proxy = check_proxy(L, type);
    struct value_handle *handle = proxy->handle;
    if (handle->frozen) api_error(L, "%s", handle->frozen);
    if (handle->before_change) handle->before_change(handle);
    return proxy;
}

/* And ends with this, when something really changes. */
static struct values *values_to_change(struct proxy *proxy) {
    proxy->handle->values->changes++;
    return proxy->handle->values;
}

bool value_api_test(lua_State *L, int index, struct values **values, value_id *id) {
    struct proxy *proxy = test_proxy(L, index);
    if (!proxy || !proxy->handle->values) return false;
    *values = proxy->handle->values;
    *id = proxy->id;
    return true;
}

/* Pushes a value of the same table as the proxy that is argument 1. */
static void push_sibling(lua_State *L, value_id id) {
    lua_getiuservalue(L, 1, 1);
    value_api_push(L, -1, id);
}

/* ---- changing ---- */

/* Makes `target` hold what the Lua value at `index` holds; it keeps its key and its places. */
static void assign(lua_State *L, struct proxy *proxy, value_id target, int index) {
    struct values *values = proxy->handle->values;
    value_id made = value_api_text_from_lua(L, index, values, "the new value");
    if (values_equal(values, target, values, made)) return;
    values = values_to_change(proxy);
    value_insert_before(values, target, made);
    struct value *from = &values->items[made], *to = &values->items[target];
    from->key = to->key, from->key_place = to->key_place;
    from->before = to->before, from->after = to->after;
    from->place = to->place;
    from->style = from->type < VALUE_LIST && to->type < VALUE_LIST ? to->style : STYLE_NONE;
    value_unlink(values, target);
}

static struct text check_key(lua_State *L, int index) {
    struct text key;
    if (lua_type(L, index) != LUA_TSTRING)
        api_error(L, "a key must be a string, not %s", api_kind(L, index));
    key.bytes = lua_tolstring(L, index, &key.length);
    return key;
}

/* Of a key that is to be put in. */
static struct text check_new_key(lua_State *L, int index) {
    struct text key = check_key(L, index);
    if (utf8_valid_length(key) < key.length) api_error(L, "the key is not UTF-8");
    return key;
}

static value_id append_new(lua_State *L, struct proxy *proxy, struct text key, int index) {
    value_id made = value_api_text_from_lua(L, index, proxy->handle->values, "the new value");
    struct values *values = values_to_change(proxy);
    value_append(values, proxy->id, made);
    if (key.bytes) value_set_key(values, made, key);
    return made;
}

static void set_key(lua_State *L, struct proxy *proxy, struct text key, int index) {
    value_id id = value_get(proxy->handle->values, proxy->id, key);
    if (lua_isnil(L, index)) {
        if (id) value_unlink(values_to_change(proxy), id);
    } else if (id) {
        assign(L, proxy, id, index);
    } else {
        append_new(L, proxy, key, index);
    }
}

static int map_newindex(lua_State *L) {
    set_key(L, check_change(L, MAP), check_new_key(L, 2), 3);
    return 0;
}

static int map_set(lua_State *L) {
    map_newindex(L);
    lua_settop(L, 1);
    return 1;
}

static int map_get(lua_State *L) {
    struct proxy *proxy = check_proxy(L, MAP);
    push_sibling(L, value_get(proxy->handle->values, proxy->id, check_key(L, 2)));
    return 1;
}

static int map_remove(lua_State *L) {
    struct proxy *proxy = check_change(L, MAP);
    value_id id = value_get(proxy->handle->values, proxy->id, check_key(L, 2));
    if (id) value_unlink(values_to_change(proxy), id);
    lua_pushboolean(L, id != NO_VALUE);
    return 1;
}

static int map_rename(lua_State *L) {
    struct proxy *proxy = check_change(L, MAP);
    struct text from = check_key(L, 2), to = check_new_key(L, 3);
    struct values *values = proxy->handle->values;
    value_id id = value_get(values, proxy->id, from);
    if (id && !text_equal(from, to)) {
        if (value_get(values, proxy->id, to))
            api_error(L, "there is a key '%s' already; remove it first", to.bytes);
        value_set_key(values_to_change(proxy), id, to);
    }
    lua_pushboolean(L, id != NO_VALUE);
    return 1;
}

static int insert_beside(lua_State *L, bool after) {
    struct proxy *proxy = check_change(L, MAP);
    struct text beside = check_key(L, 2), key = check_new_key(L, 3);
    struct values *values = proxy->handle->values;
    value_id sibling = value_get(values, proxy->id, beside);
    if (!sibling) api_error(L, "there is no key '%s' to insert beside", beside.bytes);
    if (value_get(values, proxy->id, key)) {
        set_key(L, proxy, key, 4);
        return 0;
    }
    value_id made = value_api_text_from_lua(L, 4, values, "the new value");
    values = values_to_change(proxy);
    value_id next = after ? value_next(values, sibling) : sibling;
    if (next)
        value_insert_before(values, next, made);
    else
        value_append(values, proxy->id, made);
    value_set_key(values, made, key);
    return 0;
}

static int map_insert_before(lua_State *L) {
    return insert_beside(L, false);
}
static int map_insert_after(lua_State *L) {
    return insert_beside(L, true);
}

static int map_keys(lua_State *L) {
    struct proxy *proxy = check_proxy(L, MAP);
    const struct values *values = proxy->handle->values;
    lua_Integer position = 0;
    lua_newtable(L);
    for (value_id id = value_first(values, proxy->id); id; id = value_next(values, id)) {
        struct text key = value_key(values, id);
        lua_pushlstring(L, key.length ? key.bytes : "", key.length);
        lua_rawseti(L, -2, ++position);
    }
    return 1;
}

static int map_index(lua_State *L) {
    struct proxy *proxy = check_proxy(L, MAP);
    value_id id = NO_VALUE;
    if (lua_type(L, 2) == LUA_TSTRING)
        id = value_get(proxy->handle->values, proxy->id, check_key(L, 2));
    if (id) {
        push_sibling(L, id);
    } else {
        lua_pushvalue(L, 2);
        lua_rawget(L, lua_upvalueindex(1)); /* the methods */
    }
    return 1;
}

/* Upvalues: the map's keys as they were when the loop began, and how many have been seen. */
static int map_next(lua_State *L) {
    struct proxy *proxy = check_proxy(L, MAP);
    const struct values *values = proxy->handle->values;
    for (lua_Integer at = lua_tointeger(L, lua_upvalueindex(2)) + 1;; at++) {
        if (lua_rawgeti(L, lua_upvalueindex(1), at) == LUA_TNIL) return 1;
        value_id id = value_get(values, proxy->id, check_key(L, -1));
        if (!id) { /* removed in the loop */
            lua_pop(L, 1);
            continue;
        }
        lua_pushinteger(L, at);
        lua_replace(L, lua_upvalueindex(2));
        push_sibling(L, id);
        lua_remove(L, -2);
        return 2;
    }
}

/* Keys may be set and removed in the loop; those that are new then are not visited. */
static int map_pairs(lua_State *L) {
    struct proxy *proxy = check_proxy(L, MAP);
    const struct values *values = proxy->handle->values;
    lua_createtable(L, (int)values->items[proxy->id].count, 0);
    lua_Integer count = 0;
    for (value_id id = value_first(values, proxy->id); id; id = value_next(values, id)) {
        struct text key = value_key(values, id);
        lua_pushlstring(L, key.length ? key.bytes : "", key.length);
        lua_rawseti(L, -2, ++count);
    }
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, map_next, 2);
    lua_pushvalue(L, 1);
    return 2;
}

static int value_length(lua_State *L) {
    struct proxy *proxy = test_proxy(L, 1);
    if (!proxy || !proxy->handle->values) api_error(L, "the article of this value is gone");
    lua_pushinteger(L, proxy->handle->values->items[proxy->id].count);
    return 1;
}

/* Without the address that Lua would show, which differs from run to run. */
static int value_tostring(lua_State *L) {
    struct proxy *proxy = test_proxy(L, 1);
    if (!proxy || !proxy->handle->values) {
        lua_pushliteral(L, "a value of an article that is gone");
        return 1;
    }
    const struct value *value = &proxy->handle->values->items[proxy->id];
    lua_pushfstring(L, "a %s of %d %s%s", value->type == VALUE_MAP ? "map" : "list",
                    (int)value->count, value->type == VALUE_MAP ? "member" : "item",
                    value->count == 1 ? "" : "s");
    return 1;
}

static int value_equal(lua_State *L) {
    struct proxy *a = test_proxy(L, 1), *b = test_proxy(L, 2);
    lua_pushboolean(L, a && b && a->handle == b->handle && a->id == b->id);
    return 1;
}

static value_id item_at(struct proxy *proxy, lua_Integer index) {
    const struct values *values = proxy->handle->values;
    if (index < 1 || index > values->items[proxy->id].count) return NO_VALUE;
    if (proxy->seen == values->changes + 1 && proxy->last &&
        proxy->last_index + 1 == (uint32_t)index)
        proxy->last = value_next(values, proxy->last);
    else if (!(proxy->seen == values->changes + 1 && proxy->last_index == (uint32_t)index))
        proxy->last = value_at(values, proxy->id, (uint32_t)index);
    proxy->last_index = (uint32_t)index;
    proxy->seen = values->changes + 1;
    return proxy->last;
}

static int list_index(lua_State *L) {
    struct proxy *proxy = check_proxy(L, LIST);
    if (lua_isinteger(L, 2)) {
        push_sibling(L, item_at(proxy, lua_tointeger(L, 2)));
    } else {
        lua_pushvalue(L, 2);
        lua_rawget(L, lua_upvalueindex(1));
    }
    return 1;
}

static int list_newindex(lua_State *L) {
    struct proxy *proxy = check_change(L, LIST);
    lua_Integer index = api_integer(L, 2, "a position in a list"),
                count = proxy->handle->values->items[proxy->id].count;
    if (index < 1 || index > count + 1)
        api_error(L, "a list of %d items has no position %I", (int)count, index);
    value_id id = item_at(proxy, index);
    if (lua_isnil(L, 3)) {
        if (id) value_unlink(values_to_change(proxy), id);
    } else if (id) {
        assign(L, proxy, id, 3);
    } else {
        append_new(L, proxy, (struct text){NULL, 0}, 3);
    }
    return 0;
}

static int list_add(lua_State *L) {
    struct proxy *proxy = check_change(L, LIST);
    if (lua_isnone(L, 2)) api_error(L, "add: a value is expected, not nothing");
    lua_Integer count = proxy->handle->values->items[proxy->id].count;
    lua_Integer at = api_integer_or(L, 3, "add: the position", count + 1);
    if (at < 1 || at > count + 1)
        api_error(L, "a list of %d items has no position %I", (int)count, at);
    value_id next = item_at(proxy, at);
    value_id made = append_new(L, proxy, (struct text){NULL, 0}, 2);
    struct values *values = proxy->handle->values;
    if (next) {
        value_unlink(values, made);
        value_insert_before(values, next, made);
    }
    lua_settop(L, 1);
    return 1;
}

static int list_remove_at(lua_State *L) {
    struct proxy *proxy = check_change(L, LIST);
    value_id id = item_at(proxy, api_integer(L, 2, "remove_at: the position"));
    if (id) value_unlink(values_to_change(proxy), id);
    lua_pushboolean(L, id != NO_VALUE);
    return 1;
}

/* The first item from `id` on that equals the parentless value `wanted`. */
static value_id find_equal(const struct values *values, value_id id, value_id wanted) {
    while (id && !values_equal(values, id, values, wanted)) id = value_next(values, id);
    return id;
}

static int list_remove(lua_State *L) {
    struct proxy *proxy = check_change(L, LIST);
    struct values *values = proxy->handle->values;
    value_id wanted = value_api_from_lua(L, 2, values, "the value"), next;
    lua_Integer removed = 0;
    value_id id = find_equal(values, value_first(values, proxy->id), wanted);
    for (; id; id = find_equal(values, next, wanted), removed++) {
        next = value_next(values, id);
        value_unlink(values_to_change(proxy), id);
    }
    lua_pushinteger(L, removed);
    return 1;
}

static int list_replace(lua_State *L) {
    struct proxy *proxy = check_change(L, LIST);
    struct values *values = proxy->handle->values;
    value_id wanted = value_api_from_lua(L, 2, values, "the value"), next;
    lua_Integer replaced = 0;
    if (lua_isnone(L, 3)) api_error(L, "replace: the new value is expected, not nothing");
    value_id id = find_equal(values, value_first(values, proxy->id), wanted);
    for (; id; id = find_equal(values, next, wanted), replaced++) {
        next = value_next(values, id);
        assign(L, proxy, id, 3);
    }
    lua_pushinteger(L, replaced);
    return 1;
}

static int list_has(lua_State *L) {
    struct proxy *proxy = check_proxy(L, LIST);
    const struct values *values = proxy->handle->values;
    struct values *scratch = &value_api_new(L, VALUE_LIST)->own;
    value_id wanted = value_api_from_lua(L, 2, scratch, "the value");
    value_id id = value_first(values, proxy->id);
    while (id && !values_equal(values, id, scratch, wanted)) id = value_next(values, id);
    lua_pushboolean(L, id != NO_VALUE);
    return 1;
}

static void make_type(lua_State *L, const char *name, const luaL_Reg *methods, lua_CFunction index,
                      lua_CFunction newindex) {
    luaL_newmetatable(L, name);
    lua_pushstring(L, strcmp(name, MAP) == 0 ? "a map" : "a list");
    lua_setfield(L, -2, "__name");
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_pushcclosure(L, index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, newindex);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, value_length);
    lua_setfield(L, -2, "__len");
    lua_pushcfunction(L, value_equal);
    lua_setfield(L, -2, "__eq");
    lua_pushcfunction(L, value_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
}

void value_api_open(lua_State *L) {
    static const luaL_Reg map_methods[] = {{"get", map_get},
                                           {"set", map_set},
                                           {"remove", map_remove},
                                           {"rename", map_rename},
                                           {"insert_before", map_insert_before},
                                           {"insert_after", map_insert_after},
                                           {"keys", map_keys},
                                           {NULL, NULL}};
    static const luaL_Reg list_methods[] = {
        {"add", list_add},         {"remove", list_remove}, {"remove_at", list_remove_at},
        {"replace", list_replace}, {"has", list_has},       {NULL, NULL}};
    luaL_newmetatable(L, HANDLE);
    lua_pushcfunction(L, handle_collect);
    lua_setfield(L, -2, "__gc");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    make_type(L, MAP, map_methods, map_index, map_newindex);
    lua_pushcfunction(L, map_pairs);
    lua_setfield(L, -2, "__pairs");
    make_type(L, LIST, list_methods, list_index, list_newindex);
    lua_pushcfunction(L, api_pairs_by_position);
    lua_setfield(L, -2, "__pairs");
    lua_pop(L, 3);
}
