#include "lua/json_api.h"

#include "lua/api.h"
#include "lua/scratch.h"
#include "lua/value_api.h"
#include "read/json.h"

#include <math.h>
#include <stdlib.h>

#define JSON_NULL_NAME "galley.null"
#define OBJECT_NAME    "galley.object"

/* ---- reading ---- */

/* The open reading of one call: freed also when Lua raises an error. */
static int reader_collect(lua_State *L) {
    json_close(lua_touserdata(L, 1));
    return 0;
}

static struct json *open_reader(lua_State *L, struct text source) {
    struct json *json = lua_newuserdatauv(L, sizeof *json, 0);
    json_open(json, source);
    if (luaL_newmetatable(L, "galley.json_reader")) {
        lua_pushcfunction(L, reader_collect);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return json;
}

struct parse_options {
    const char *name;
    bool ordered, big_text;
};

static struct parse_options check_parse_options(lua_State *L, int index) {
    static const char *const names[] = {"name", "ordered", "big", NULL};
    struct parse_options options = {0};
    if (lua_isnoneornil(L, index)) return options;
    if (!lua_istable(L, index))
        api_error(L, "json.parse: the options must be a table, not %s", api_kind(L, index));
    lua_pushnil(L);
    while (lua_next(L, index)) {
        struct text key = lua_type(L, -2) == LUA_TSTRING ? api_string(L, -2) : TEXT("?");
        if (text_is(key, "name"))
            options.name = api_text(L, -1, "json.parse: the option name").bytes;
        else if (text_is(key, "ordered"))
            options.ordered = lua_toboolean(L, -1);
        else if (text_is(key, "big") && lua_type(L, -1) == LUA_TSTRING &&
                 text_is(api_string(L, -1), "text"))
            options.big_text = true;
        else if (text_is(key, "big"))
            api_error(L, "json.parse: the option big can only be \"text\"");
        else
            api_error(L, "json.parse has no option %s%s", key.bytes,
                      api_push_suggestion(L, key, names));
        lua_pop(L, 1);
    }
    return options;
}

static int fail(lua_State *L, const struct json *json, const char *name) {
    struct place place = text_place(json->source, json->at);
    return api_fail(L, "malformed", "%s%s%d:%d: error: %s", name ? name : "", name ? ":" : "",
                    (int)place.line, (int)place.column, json->problem);
}

static void push_scalar(lua_State *L, const struct json *json, enum json_event event,
                        bool big_text) {
    switch (event) {
    case JSON_NULL: lua_pushvalue(L, lua_upvalueindex(1)); break;
    case JSON_FALSE:
    case JSON_TRUE: lua_pushboolean(L, event == JSON_TRUE); break;
    case JSON_INTEGER: lua_pushinteger(L, json->integer); break;
    case JSON_NUMBER:
        if (big_text && json->whole)
            api_push_text(L, json->text);
        else
            lua_pushnumber(L, json->number);
        break;
    default: api_push_text(L, json->text); break;
    }
}

/* Open levels lie on the stack: a table each, and above a map's table the key that waits. */
static int parse_plain(lua_State *L, struct json *json, const struct parse_options *options) {
    lua_Integer counts[JSON_DEEPEST + 1];
    uint32_t depth = 0;
    luaL_checkstack(L, 3 * JSON_DEEPEST, NULL);
    for (enum json_event event; (event = json_next(json)) != JSON_END;) {
        switch (event) {
        case JSON_ERROR: return fail(L, json, options->name);
        case JSON_KEY: api_push_text(L, json->text); continue;
        case JSON_LIST:
        case JSON_MAP:
            lua_newtable(L);
            if (event == JSON_MAP) luaL_setmetatable(L, OBJECT_NAME);
            counts[++depth] = 0;
            continue;
        case JSON_CLOSE: depth--; break;
        default: push_scalar(L, json, event, options->big_text);
        }
        /* A value is whole: into the level around it. */
        if (!depth) continue;
        if (json->maps[depth - 1])
            lua_rawset(L, -3);
        else
            lua_rawseti(L, -2, ++counts[depth]);
    }
    return 1;
}

static value_id add_scalar(struct values *values, const struct json *json, enum json_event event,
                           bool big_text) {
    value_id id;
    switch (event) {
    case JSON_NULL: return values_add(values, VALUE_NULL);
    case JSON_FALSE:
    case JSON_TRUE: return values_add_boolean(values, event == JSON_TRUE);
    case JSON_INTEGER: return values_add_integer(values, json->integer);
    case JSON_NUMBER:
        if (big_text && json->whole) break;
        id = values_add_number(values, json->number);
        values->items[id].text = strings_add(&values->strings, json->text);
        return id;
    default: break;
    }
    return values_add_string(values, json->text);
}

/* Pushes an ordered list or map; a scalar on its own is a plain value. */
static int parse_ordered(lua_State *L, struct json *json, const struct parse_options *options) {
    enum json_event event = json_next(json);
    if (event == JSON_ERROR) return fail(L, json, options->name);
    if (event != JSON_LIST && event != JSON_MAP) {
        push_scalar(L, json, event, options->big_text);
        return json_next(json) == JSON_END ? 1 : fail(L, json, options->name);
    }
    struct value_handle *handle = value_api_new(L, event == JSON_MAP ? VALUE_MAP : VALUE_LIST);
    struct values *values = handle->values;
    value_id level = ROOT_VALUE, made;
    struct span key = {0, 0};
    while ((event = json_next(json)) != JSON_END) {
        if (event == JSON_ERROR) return fail(L, json, options->name);
        if (event == JSON_CLOSE) {
            level = values->items[level].parent;
            continue;
        }
        if (event == JSON_KEY) {
            /* Earlier members of the same key are gone: the last one counts, as in plain tables. */
            value_id earlier = value_get(values, level, json->text);
            if (earlier) value_unlink(values, earlier);
            key = strings_add(&values->strings, json->text);
            continue;
        }
        bool opens = event == JSON_LIST || event == JSON_MAP;
        made = opens ? values_add(values, event == JSON_MAP ? VALUE_MAP : VALUE_LIST)
                     : add_scalar(values, json, event, options->big_text);
        if (values->items[level].type == VALUE_MAP) values->items[made].key = key;
        value_append(values, level, made);
        if (opens) level = made;
    }
    value_api_push(L, -1, ROOT_VALUE);
    return 1;
}

static int parse(lua_State *L) {
    struct text source = api_bytes(L, 1, "json.parse: the text");
    struct parse_options options = check_parse_options(L, 2);
    lua_settop(L, 2);
    struct json *json = open_reader(L, source);
    return options.ordered ? parse_ordered(L, json, &options) : parse_plain(L, json, &options);
}

/* ---- writing ---- */

struct writer {
    lua_State *L;
    struct buffer *out;
    unsigned flags;
    int indent; /* blanks a level; 0: all on one line */
};

static void write_value(struct writer *writer, int index, int depth);

static void new_line(struct writer *writer, int depth) {
    if (!writer->indent) return;
    buffer_append_byte(writer->out, '\n');
    for (int i = 0; i < depth * writer->indent; i++) buffer_append_byte(writer->out, ' ');
}

static void write_text(struct writer *writer, struct text text) {
    size_t valid = utf8_valid_length(text);
    if (valid < text.length)
        api_error(writer->L, "json.write: a string is not UTF-8 from its byte %d on",
                  (int)valid + 1);
    json_write_string(text, writer->flags, writer->out);
}

static void write_key(struct writer *writer, struct text key, bool first, int depth) {
    if (!first) buffer_append_byte(writer->out, ',');
    new_line(writer, depth);
    write_text(writer, key);
    buffer_append_string(writer->out, writer->indent ? ": " : ":");
}

static void check_depth(struct writer *writer, int depth) {
    if (depth >= JSON_DEEPEST)
        api_error(writer->L, "json.write: the value is nested deeper than %d, or contains itself",
                  JSON_DEEPEST);
    luaL_checkstack(writer->L, 12, "too many nested values");
}

static void write_number(struct writer *writer, double number) {
    if (!isfinite(number))
        api_error(writer->L, "json.write: JSON has no infinite and no undefined number");
    json_write_number(number, writer->out);
}

static void write_values(struct writer *writer, const struct values *values, value_id id,
                         int depth) {
    const struct value *value = &values->items[id];
    bool is_map = value->type == VALUE_MAP, first = true;
    switch (value->type) {
    case VALUE_NULL: buffer_append_string(writer->out, "null"); return;
    case VALUE_BOOLEAN:
        buffer_append_string(writer->out, value->as.boolean ? "true" : "false");
        return;
    case VALUE_INTEGER: buffer_printf(writer->out, "%lld", (long long)value->as.integer); return;
    case VALUE_FLOAT: write_number(writer, value->as.number); return;
    case VALUE_STRING: write_text(writer, value_text(values, id)); return;
    default: break;
    }
    check_depth(writer, depth);
    buffer_append_byte(writer->out, is_map ? '{' : '[');
    for (value_id child = value_first(values, id); child; child = value_next(values, child)) {
        if (is_map) {
            write_key(writer, value_key(values, child), first, depth + 1);
        } else {
            if (!first) buffer_append_byte(writer->out, ',');
            new_line(writer, depth + 1);
        }
        write_values(writer, values, child, depth + 1);
        first = false;
    }
    if (!first) new_line(writer, depth);
    buffer_append_byte(writer->out, is_map ? '}' : ']');
}

/* `raw`: a plain table, whose items are asked for without metamethods. */
static void write_list(struct writer *writer, int index, lua_Integer length, bool raw, int depth) {
    lua_State *L = writer->L;
    buffer_append_byte(writer->out, '[');
    for (lua_Integer i = 1; i <= length; i++) {
        if (i > 1) buffer_append_byte(writer->out, ',');
        new_line(writer, depth + 1);
        if (raw)
            lua_rawgeti(L, index, i);
        else
            lua_geti(L, index, i);
        write_value(writer, lua_gettop(L), depth + 1);
        lua_pop(L, 1);
    }
    if (length) new_line(writer, depth);
    buffer_append_byte(writer->out, ']');
}

static int compare_keys(const void *a, const void *b) {
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static void write_map(struct writer *writer, int index, size_t count, int depth) {
    lua_State *L = writer->L;
    struct text *keys = lua_newuserdatauv(L, (count + 1) * sizeof *keys, 0);
    size_t filled = 0;
    /* Keeps the keys: writing a value may call a script's __pairs, which may change this table. */
    lua_createtable(L, (int)count, 0);
    lua_pushnil(L);
    while (lua_next(L, index)) {
        keys[filled++] = api_string(L, -2);
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, (lua_Integer)filled);
    }
    qsort(keys, filled, sizeof *keys, compare_keys);
    buffer_append_byte(writer->out, '{');
    for (size_t i = 0; i < filled; i++) {
        write_key(writer, keys[i], i == 0, depth + 1);
        api_push_text(L, keys[i]);
        lua_rawget(L, index);
        write_value(writer, lua_gettop(L), depth + 1);
        lua_pop(L, 1);
    }
    if (filled) new_line(writer, depth);
    buffer_append_byte(writer->out, '}');
    lua_pop(L, 2);
}

/* Puts a plain copy in the place of a table or userdata that only shows its members by __pairs. */
static void copy_by_pairs(lua_State *L, int index) {
    lua_newtable(L);
    luaL_getmetafield(L, index, "__pairs");
    lua_pushvalue(L, index);
    lua_call(L, 1, 3); /* copy next state key */
    for (;;) {
        lua_pushvalue(L, -3);
        lua_pushvalue(L, -3);
        lua_pushvalue(L, -3);
        lua_call(L, 2, 2); /* copy next state key newkey value */
        if (lua_isnil(L, -2)) break;
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -7); /* copy next state key newkey */
        lua_remove(L, -2);
    }
    lua_pop(L, 5);
    lua_replace(L, index);
}

static void write_table(struct writer *writer, int index, int depth) {
    lua_State *L = writer->L;
    check_depth(writer, depth);
    bool is_object = false;
    if (luaL_getmetafield(L, index, "__name") != LUA_TNIL) {
        is_object = lua_type(L, -1) == LUA_TSTRING && text_is(api_string(L, -1), OBJECT_NAME);
        lua_pop(L, 1);
    }
    if (!is_object && luaL_getmetafield(L, index, "__pairs") != LUA_TNIL) {
        lua_pop(L, 1);
        copy_by_pairs(L, index);
    }
    uint32_t strings, positions;
    if (!api_table_keys(L, index, &strings, &positions))
        api_error(L,
                  "json.write: a table has a key that is neither text nor a position; a list has "
                  "no gaps (json.null fills one), and other keys are made text by tostring");
    if (strings && positions)
        api_error(L, "json.write: a table is both a list and a map; use one or the other");
    if (strings || (is_object && !positions))
        write_map(writer, index, strings, depth);
    else
        write_list(writer, index, (lua_Integer)lua_rawlen(L, index), true, depth);
}

static void write_userdata(struct writer *writer, int index, int depth) {
    lua_State *L = writer->L;
    struct values *values;
    value_id id;
    if (value_api_test(L, index, &values, &id)) {
        write_values(writer, values, id, depth);
    } else if (luaL_testudata(L, index, JSON_NULL_NAME)) {
        buffer_append_string(writer->out, "null");
    } else if (luaL_testudata(L, index, "galley.articles")) {
        check_depth(writer, depth);
        write_list(writer, index, luaL_len(L, index), false, depth);
    } else if (luaL_getmetafield(L, index, "__tostring") != LUA_TNIL) {
        lua_pop(L, 1);
        size_t length;
        const char *bytes = luaL_tolstring(L, index, &length);
        write_text(writer, (struct text){bytes, length});
        lua_pop(L, 1);
    } else if (luaL_getmetafield(L, index, "__len") != LUA_TNIL) {
        lua_pop(L, 1);
        check_depth(writer, depth);
        write_list(writer, index, luaL_len(L, index), false, depth);
    } else {
        api_error(L, "json.write: %s is not plain data", api_kind(L, index));
    }
}

static void write_value(struct writer *writer, int index, int depth) {
    lua_State *L = writer->L;
    switch (lua_type(L, index)) {
    case LUA_TNIL: buffer_append_string(writer->out, "null"); break;
    case LUA_TBOOLEAN:
        buffer_append_string(writer->out, lua_toboolean(L, index) ? "true" : "false");
        break;
    case LUA_TNUMBER:
        if (lua_isinteger(L, index))
            buffer_printf(writer->out, "%lld", (long long)lua_tointeger(L, index));
        else
            write_number(writer, lua_tonumber(L, index));
        break;
    case LUA_TSTRING: write_text(writer, api_string(L, index)); break;
    case LUA_TTABLE: write_table(writer, index, depth); break;
    case LUA_TUSERDATA: write_userdata(writer, index, depth); break;
    default: api_error(L, "json.write: %s is not plain data", api_kind(L, index));
    }
}

static void check_write_options(lua_State *L, int index, struct writer *writer) {
    static const char *const names[] = {"indent", "ascii", "script", NULL};
    if (lua_isnoneornil(L, index)) return;
    if (!lua_istable(L, index))
        api_error(L, "json.write: the options must be a table, not %s", api_kind(L, index));
    lua_pushnil(L);
    while (lua_next(L, index)) {
        struct text key = lua_type(L, -2) == LUA_TSTRING ? api_string(L, -2) : TEXT("?");
        bool yes = lua_toboolean(L, -1);
        if (text_is(key, "indent")) {
            lua_Integer indent = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : yes ? 2 : 0;
            if (indent < 0 || indent > 8)
                api_error(L, "json.write: the option indent is 0 to 8 blanks");
            writer->indent = (int)indent;
        } else if (text_is(key, "ascii")) {
            writer->flags |= yes ? JSON_ASCII : 0;
        } else if (text_is(key, "script")) {
            writer->flags |= yes ? JSON_SCRIPT : 0;
        } else {
            api_error(L, "json.write has no option %s%s", key.bytes,
                      api_push_suggestion(L, key, names));
        }
        lua_pop(L, 1);
    }
}

static int write(lua_State *L) {
    if (lua_isnone(L, 1))
        api_error(L, "json.write: a value is missing; nil is written by json.null");
    struct writer writer = {.L = L};
    check_write_options(L, 2, &writer);
    lua_settop(L, 1);
    writer.out = scratch_open(L);
    lua_insert(L, 1); /* the value is on top, where a copy may take its place */
    write_value(&writer, 2, 0);
    return scratch_give(L, writer.out);
}

/* Marks a table as a map, so that it is written as {} when it is empty. */
static int object(lua_State *L) {
    if (lua_isnoneornil(L, 1)) {
        lua_settop(L, 0);
        lua_newtable(L);
    } else if (!lua_istable(L, 1) || lua_getmetatable(L, 1)) {
        api_error(L, "json.object: the value must be a plain table, not %s", api_kind(L, 1));
    }
    lua_settop(L, 1);
    luaL_setmetatable(L, OBJECT_NAME);
    return 1;
}

static int null_tostring(lua_State *L) {
    lua_pushliteral(L, "null");
    return 1;
}

void json_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"parse", parse}, {"write", write}, {"object", object}, {NULL, NULL}};
    luaL_newmetatable(L, OBJECT_NAME);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    luaL_newmetatable(L, JSON_NULL_NAME);
    lua_pushcfunction(L, null_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
    luaL_newlibtable(L, functions);
    lua_newuserdatauv(L, 1, 0);
    luaL_setmetatable(L, JSON_NULL_NAME);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "null");
    luaL_setfuncs(L, functions, 1);
}
