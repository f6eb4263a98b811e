#include "lua/csv_api.h"

#include "lua/api.h"
#include "lua/scratch.h"
#include "read/csv.h"
#include "read/json.h"

#include <lauxlib.h>
#include <math.h>

struct options {
    char separator;
    const char *line_end;
    bool header; /* of parse: the first row names the fields */
    bool safe;   /* of write: no cell is a formula to a spreadsheet */
    int columns; /* of write: the stack index of the list of columns, or 0 */
};

/* A table, or anything else that has a length. */
static void check_list(lua_State *L, int index, const char *what) {
    if (lua_istable(L, index)) return;
    if (lua_isuserdata(L, index) && luaL_getmetafield(L, index, "__len") != LUA_TNIL)
        lua_pop(L, 1);
    else
        api_error(L, "csv.write: %s must be a list, not %s", what, api_kind(L, index));
}

static void check_option(lua_State *L, struct text key, const char *function,
                         const char *const *names, struct options *options) {
    bool writes = names[1] && text_is(text_of(names[1]), "columns");
    if (text_is(key, "separator")) {
        struct text separator = api_text(L, -1, "csv: the option separator");
        if (separator.length != 1 || separator.bytes[0] == '"' || separator.bytes[0] == '\n' ||
            separator.bytes[0] == '\r')
            api_error(L, "%s: the separator is one ASCII character such as \",\" or \";\"",
                      function);
        options->separator = separator.bytes[0];
    } else if (!writes && text_is(key, "header")) {
        options->header = lua_toboolean(L, -1);
    } else if (writes && text_is(key, "header")) {
        options->header = lua_toboolean(L, -1);
    } else if (writes && text_is(key, "safe")) {
        options->safe = lua_toboolean(L, -1);
    } else if (writes && text_is(key, "columns")) {
        check_list(L, -1, "the option columns");
        lua_pushvalue(L, -1);
        lua_replace(L, options->columns);
    } else if (writes && text_is(key, "line_end")) {
        struct text end = api_text(L, -1, "csv.write: the option line_end");
        if (!text_is(end, "\n") && !text_is(end, "\r\n"))
            api_error(L, "csv.write: the option line_end is \"\\n\" or \"\\r\\n\"");
        options->line_end = end.length == 1 ? "\n" : "\r\n";
    } else {
        api_error(L, "%s has no option %s%s", function, key.bytes,
                  api_push_suggestion(L, key, names));
    }
}

static void check_options(lua_State *L, int index, const char *function, const char *const *names,
                          struct options *options) {
    if (lua_isnoneornil(L, index)) return;
    if (!lua_istable(L, index))
        api_error(L, "%s: the options must be a table, not %s", function, api_kind(L, index));
    lua_pushnil(L);
    while (lua_next(L, index)) {
        struct text key = lua_type(L, -2) == LUA_TSTRING ? api_string(L, -2) : TEXT("?");
        check_option(L, key, function, names, options);
        lua_pop(L, 1);
    }
}

/* ---- reading ---- */

static int reader_collect(lua_State *L) {
    csv_close(lua_touserdata(L, 1));
    return 0;
}

static struct csv *open_reader(lua_State *L, struct text source, char separator) {
    struct csv *csv = lua_newuserdatauv(L, sizeof *csv, 0);
    csv_open(csv, source, separator);
    if (luaL_newmetatable(L, "galley.csv_reader")) {
        lua_pushcfunction(L, reader_collect);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return csv;
}

static int fail(lua_State *L, struct text source, size_t at, const char *problem) {
    struct place place = text_place(source, at);
    return api_fail(L, "malformed", "%d:%d: error: %s", (int)place.line, (int)place.column,
                    problem);
}

/* Rows of fields, or of fields by name; and the names. */
static int parse(lua_State *L) {
    static const char *const names[] = {"separator", "header", NULL};
    struct text source = api_bytes(L, 1, "csv.parse: the text");
    struct options options = {.separator = ','};
    check_options(L, 2, "csv.parse", names, &options);
    lua_settop(L, 1);
    size_t valid = utf8_valid_length(source);
    if (valid < source.length) return fail(L, source, valid, "this is not UTF-8");
    struct csv *csv = open_reader(L, source, options.separator);
    lua_newtable(L); /* 3: rows */
    lua_newtable(L); /* 4: the names, when there is a header */
    lua_Integer rows = 0, fields = 0, columns = -1;
    bool in_header = options.header, in_row = false;
    for (enum csv_event event; (event = csv_next(csv)) != CSV_END;) {
        if (event == CSV_ERROR) return fail(L, source, csv->at, csv->problem);
        if (!in_row) {
            if (in_header)
                lua_pushvalue(L, 4);
            else
                lua_newtable(L);
            in_row = true, fields = 0;
        }
        fields++;
        if (columns < 0) {
            api_push_text(L, csv->field);
            lua_rawseti(L, -2, fields);
        } else if (fields <= columns) {
            lua_rawgeti(L, 4, fields);
            api_push_text(L, csv->field);
            lua_rawset(L, -3);
        } else if (csv->field.length) { /* empty ones are what spreadsheets leave at the end */
            return fail(L, source, csv->start,
                        "the row has more fields than the first row has names");
        }
        if (!csv->last) continue;
        for (; columns >= 0 && fields < columns;) {
            lua_rawgeti(L, 4, ++fields);
            lua_pushliteral(L, "");
            lua_rawset(L, -3);
        }
        in_row = false;
        if (in_header) {
            columns = fields, in_header = false;
            lua_pop(L, 1);
        } else {
            lua_rawseti(L, 3, ++rows);
        }
    }
    lua_settop(L, options.header ? 4 : 3);
    return options.header ? 2 : 1;
}

/* ---- writing ---- */

static bool is_formula(struct text text) {
    return text.length && strchr("=+-@\t\r", text.bytes[0]) && text.bytes[0];
}

static void write_field(struct buffer *out, struct text text, const struct options *options,
                        bool is_text) {
    bool formula = options->safe && is_text && is_formula(text), quote = formula;
    for (size_t i = 0; i < text.length && !quote; i++)
        quote = text.bytes[i] == '"' || text.bytes[i] == '\n' || text.bytes[i] == '\r' ||
                text.bytes[i] == options->separator;
    if (text.length && (text.bytes[0] == ' ' || text.bytes[text.length - 1] == ' ')) quote = true;
    if (!quote) {
        buffer_append_text(out, text);
        return;
    }
    buffer_append_byte(out, '"');
    if (formula) buffer_append_byte(out, '\'');
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] == '"') buffer_append_byte(out, '"');
        buffer_append_byte(out, text.bytes[i]);
    }
    buffer_append_byte(out, '"');
}

/* The value on top: a field as text. A list's items are joined by "; ". */
static void write_value(lua_State *L, struct buffer *out, const struct options *options) {
    char bytes[32];
    struct buffer number = {.bytes = bytes, .capacity = sizeof bytes};
    size_t length;
    switch (lua_type(L, -1)) {
    case LUA_TNIL: return;
    case LUA_TBOOLEAN:
        write_field(out, text_of(lua_toboolean(L, -1) ? "true" : "false"), options, false);
        return;
    case LUA_TNUMBER:
        if (!lua_isinteger(L, -1)) {
            if (!isfinite(lua_tonumber(L, -1)))
                api_error(L, "csv.write: an infinite or undefined number is no cell");
            json_write_number(lua_tonumber(L, -1), &number); /* at most 26 bytes */
            write_field(out, buffer_text(&number), options, false);
            return;
        }
        lua_pushvalue(L, -1); /* lua_tolstring would change it in place */
        write_field(out, api_string(L, -1), options, false);
        lua_pop(L, 1);
        return;
    case LUA_TSTRING: write_field(out, api_string(L, -1), options, true); return;
    default: break;
    }
    if (lua_istable(L, -1) ||
        (luaL_getmetafield(L, -1, "__len") != LUA_TNIL && (lua_pop(L, 1), true))) {
        struct buffer *joined = scratch_open(L);
        lua_Integer count = luaL_len(L, -2);
        for (lua_Integer i = 1; i <= count; i++) {
            lua_geti(L, -2, i);
            if (lua_istable(L, -1) || lua_isnil(L, -1))
                api_error(L, "csv.write: a cell cannot hold a list of tables or a map");
            const char *item = luaL_tolstring(L, -1, &length);
            if (i > 1) buffer_append_string(joined, "; ");
            buffer_append(joined, item, length);
            lua_pop(L, 2);
        }
        if (count == 0 && lua_istable(L, -2)) {
            lua_pushnil(L);
            if (lua_next(L, -3)) api_error(L, "csv.write: a cell cannot hold a map");
        }
        write_field(out, buffer_text(joined), options, true);
        buffer_free(joined);
        lua_pop(L, 1);
    } else if (luaL_getmetafield(L, -1, "__tostring") != LUA_TNIL) {
        lua_pop(L, 1);
        const char *item = luaL_tolstring(L, -1, &length);
        bool is_null = luaL_testudata(L, -2, "galley.null") != NULL;
        if (!is_null) write_field(out, (struct text){item, length}, options, true);
        lua_pop(L, 1);
    } else {
        api_error(L, "csv.write: a cell cannot hold %s", api_kind(L, -1));
    }
}

static void write_row(lua_State *L, int row, struct buffer *out, const struct options *options) {
    bool by_name = !lua_isnil(L, options->columns);
    size_t start = out->length;
    lua_Integer count = luaL_len(L, by_name ? options->columns : row);
    /* A row given as a list stays a list also where columns are named. */
    if (by_name && lua_istable(L, row) && lua_rawlen(L, row) > 0) by_name = false;
    for (lua_Integer i = 1; i <= count; i++) {
        if (i > 1) buffer_append_byte(out, options->separator);
        if (by_name) {
            lua_geti(L, options->columns, i);
            lua_gettable(L, row);
        } else {
            lua_geti(L, row, i);
        }
        write_value(L, out, options);
        lua_pop(L, 1);
    }
    /* An empty line would be no row. */
    if (out->length == start && count == 1) buffer_append_string(out, "\"\"");
    buffer_append_string(out, options->line_end);
}

static int write(lua_State *L) {
    static const char *const names[] = {"separator", "columns", "header", "safe", "line_end", NULL};
    struct options options = {.separator = ',', .line_end = "\r\n", .header = true, .columns = 3};
    check_list(L, 1, "the rows");
    lua_settop(L, 2);
    lua_settop(L, 3);
    check_options(L, 2, "csv.write", names, &options);
    struct buffer *out = scratch_open(L);
    if (options.header && !lua_isnil(L, options.columns)) {
        lua_Integer columns = luaL_len(L, options.columns);
        for (lua_Integer i = 1; i <= columns; i++) {
            if (i > 1) buffer_append_byte(out, options.separator);
            lua_geti(L, options.columns, i);
            if (lua_type(L, -1) != LUA_TSTRING)
                api_error(L, "csv.write: the columns must be names, not %s", api_kind(L, -1));
            write_value(L, out, &options);
            lua_pop(L, 1);
        }
        buffer_append_string(out, options.line_end);
    }
    lua_Integer count = luaL_len(L, 1);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_geti(L, 1, i);
        bool by_name = !lua_isnil(L, options.columns);
        if (!lua_istable(L, -1) &&
            (lua_type(L, -1) == LUA_TSTRING ||
             luaL_getmetafield(L, -1, by_name ? "__index" : "__len") == LUA_TNIL))
            api_error(L, "csv.write: row %I must be a table, not %s", i, api_kind(L, -1));
        lua_settop(L, 5);
        write_row(L, lua_gettop(L), out, &options);
        lua_pop(L, 1);
    }
    return scratch_give(L, out);
}

void csv_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {{"parse", parse}, {"write", write}, {NULL, NULL}};
    luaL_newlib(L, functions);
}
