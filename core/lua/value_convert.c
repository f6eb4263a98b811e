#include "lua/api.h"
#include "lua/value_api.h"

#include <stdlib.h>

/* Values from Lua and back. */

static int compare_keys(const void *a, const void *b) {
    const struct text *one = a, *other = b;
    return text_compare(*one, *other);
}

static value_id from_lua(lua_State *L, int index, struct values *values, const char *what,
                         int depth);

static value_id from_list(lua_State *L, int index, struct values *values, const char *what,
                          int depth) {
    lua_Integer length = (lua_Integer)lua_rawlen(L, index);
    value_id list = values_add(values, VALUE_LIST);
    for (lua_Integer i = 1; i <= length; i++) {
        lua_rawgeti(L, index, i);
        value_append(values, list, from_lua(L, lua_gettop(L), values, what, depth + 1));
        lua_pop(L, 1);
    }
    return list;
}

/* Keys are sorted in a userdata, so that an error on the way leaks nothing. */
static value_id from_map(lua_State *L, int index, struct values *values, const char *what,
                         uint32_t count, int depth) {
    value_id map = values_add(values, VALUE_MAP);
    struct text *keys = lua_newuserdatauv(L, count * sizeof *keys, 0);
    uint32_t filled = 0;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        keys[filled].bytes = lua_tolstring(L, -2, &keys[filled].length);
        filled++;
        lua_pop(L, 1);
    }
    qsort(keys, filled, sizeof *keys, compare_keys);
    for (uint32_t i = 0; i < filled; i++) {
        lua_pushlstring(L, keys[i].bytes, keys[i].length);
        lua_rawget(L, index);
        value_id value = from_lua(L, lua_gettop(L), values, what, depth + 1);
        lua_pop(L, 1);
        value_append(values, map, value);
        value_set_key(values, value, keys[i]);
    }
    lua_pop(L, 1);
    return map;
}

static value_id from_table(lua_State *L, int index, struct values *values, const char *what,
                           int depth) {
    uint32_t strings, positions;
    if (!api_table_keys(L, index, &strings, &positions))
        api_error(L, "%s has a table with a key that is neither text nor a position", what);
    if (strings && positions)
        api_error(L, "%s has a table that is both a list and a map; use one or the other", what);
    return strings ? from_map(L, index, values, what, strings, depth)
                   : from_list(L, index, values, what, depth);
}

/* As getmetatable says it to scripts. */
static bool is_node(lua_State *L, int index) {
    if (luaL_getmetafield(L, index, "__metatable") == LUA_TNIL) return false;
    bool node = lua_type(L, -1) == LUA_TSTRING && text_is(api_string(L, -1), "node");
    lua_pop(L, 1);
    return node;
}

static value_id from_lua(lua_State *L, int index, struct values *values, const char *what,
                         int depth) {
    struct text text;
    struct values *other;
    value_id id;
    if (depth > VALUE_API_DEEPEST)
        api_error(L, "%s is nested deeper than %d, or contains itself", what, VALUE_API_DEEPEST);
    luaL_checkstack(L, 8, "too many nested values");
    switch (lua_type(L, index)) {
    case LUA_TNIL: return values_add(values, VALUE_NULL);
    case LUA_TBOOLEAN: return values_add_boolean(values, lua_toboolean(L, index));
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) return values_add_integer(values, lua_tointeger(L, index));
        return values_add_number(values, lua_tonumber(L, index));
    case LUA_TSTRING:
        text.bytes = lua_tolstring(L, index, &text.length);
        return values_add_string(values, text);
    case LUA_TTABLE: return from_table(L, index, values, what, depth);
    case LUA_TUSERDATA:
        if (value_api_test(L, index, &other, &id)) return values_copy(values, other, id);
        if (is_node(L, index))
            api_error(L, "%s has %s in it, which is not plain data; node:plain() is its text", what,
                      api_kind(L, index));
        if (luaL_getmetafield(L, index, "__tostring") != LUA_TNIL) { /* dates, terms */
            lua_pop(L, 1);
            text.bytes = luaL_tolstring(L, index, &text.length);
            id = values_add_string(values, text);
            lua_pop(L, 1);
            return id;
        }
    }
    api_error(L, "%s has %s in it, which is not plain data", what, api_kind(L, index));
    return NO_VALUE;
}

value_id value_api_from_lua(lua_State *L, int index, struct values *values, const char *what) {
    return from_lua(L, lua_absindex(L, index), values, what, 0);
}

value_id value_api_text_from_lua(lua_State *L, int index, struct values *values, const char *what) {
    value_id first = values->count;
    value_id id = value_api_from_lua(L, index, values, what);
    for (value_id made = first; made < values->count; made++) {
        struct text text = value_text(values, made), key = value_key(values, made);
        if (utf8_valid_length(text) < text.length || utf8_valid_length(key) < key.length)
            api_error(L, "%s has text that is not UTF-8; was a character cut in two?", what);
    }
    return id;
}

/* The depth of values is bounded wherever they are made, so this recursion is. */
void value_api_to_lua(lua_State *L, const struct values *values, value_id id) {
    luaL_checkstack(L, 4, "too many nested values");
    const struct value *value = &values->items[id];
    struct text text = value_text(values, id), key;
    lua_Integer position = 0;
    switch (id ? value->type : VALUE_NULL) {
    case VALUE_NULL: lua_pushnil(L); break;
    case VALUE_BOOLEAN: lua_pushboolean(L, value->as.boolean); break;
    case VALUE_INTEGER: lua_pushinteger(L, value->as.integer); break;
    case VALUE_FLOAT: lua_pushnumber(L, value->as.number); break;
    case VALUE_STRING: lua_pushlstring(L, text.length ? text.bytes : "", text.length); break;
    default:
        lua_createtable(L, value->type == VALUE_LIST ? (int)value->count : 0,
                        value->type == VALUE_MAP ? (int)value->count : 0);
        for (value_id child = value_first(values, id); child; child = value_next(values, child)) {
            if (value->type == VALUE_MAP) {
                key = value_key(values, child);
                lua_pushlstring(L, key.length ? key.bytes : "", key.length);
                value_api_to_lua(L, values, child);
                lua_rawset(L, -3);
            } else {
                value_api_to_lua(L, values, child);
                lua_rawseti(L, -2, ++position);
            }
        }
    }
}
