#include "lua/markdown_api.h"

#include "document/content.h"
#include "document/dialect.h"
#include "document/html.h"
#include "document/markdown.h"
#include "document/normal_form.h"
#include "document/writer.h"
#include "lua/api.h"
#include "lua/document_api.h"
#include "lua/value_api.h"
#include "read/toml.h"
#include "read/yaml.h"
#include "read/yaml_write.h"

/* What the functions share in one state; freed with it. */
struct parsers {
    struct markdown *markdown;
    struct limits limits;
    struct diagnostics diagnostics;
    struct buffer buffer;
};

static struct parsers *parsers_of(lua_State *L) {
    return luaL_checkudata(L, lua_upvalueindex(1), "galley.parsers");
}

static int parsers_collect(lua_State *L) {
    struct parsers *parsers = lua_touserdata(L, 1);
    if (parsers->markdown) markdown_close(parsers->markdown);
    diagnostics_free(&parsers->diagnostics);
    buffer_free(&parsers->buffer);
    *parsers = (struct parsers){0};
    return 0;
}

static void push_parsers(lua_State *L) {
    struct parsers *parsers = lua_newuserdatauv(L, sizeof *parsers, 0);
    *parsers = (struct parsers){.limits = limits_default()};
    if (luaL_newmetatable(L, "galley.parsers")) {
        lua_pushcfunction(L, parsers_collect);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
}

/* Pushes the messages as a list of lines. */
static void push_messages(lua_State *L, struct parsers *parsers) {
    lua_createtable(L, (int)parsers->diagnostics.count, 0);
    for (uint32_t i = 0; i < parsers->diagnostics.count; i++) {
        parsers->buffer.length = 0;
        diagnostic_write(&parsers->diagnostics.items[i], &parsers->buffer);
        api_push_text(L, buffer_text(&parsers->buffer));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static int fail_with_first(lua_State *L, struct parsers *parsers) {
    struct text message = TEXT("the text cannot be read");
    for (uint32_t i = 0; i < parsers->diagnostics.count; i++)
        if (parsers->diagnostics.items[i].severity == SEVERITY_ERROR) {
            parsers->buffer.length = 0;
            diagnostic_write(&parsers->diagnostics.items[i], &parsers->buffer);
            message = buffer_text(&parsers->buffer);
            break;
        }
    lua_pushnil(L);
    api_push_text(L, message);
    lua_pushliteral(L, "malformed");
    return 3;
}

static uint64_t dialect_option(lua_State *L, int index) {
    uint64_t dialect = DIALECT_DEFAULT;
    struct text unknown;
    if (lua_isnoneornil(L, index)) return dialect;
    if (lua_getfield(L, index, "dialect") != LUA_TNIL &&
        !dialect_of_names(api_text(L, -1, "the dialect"), &dialect, &unknown)) {
        lua_pushlstring(L, unknown.bytes, unknown.length);
        api_error(L, "there is no part \"%s\" of the dialect", lua_tostring(L, -1));
    }
    lua_pop(L, 1);
    return dialect;
}

static struct text name_option(lua_State *L, int index, const char *otherwise) {
    if (lua_isnoneornil(L, index) || lua_getfield(L, index, "name") == LUA_TNIL)
        return text_of(otherwise);
    return api_text(L, -1, "the name"); /* stays on the stack */
}

/* Options whose names are not looked at: write(parse(text)) hands on the list of messages. */
static bool check_table(lua_State *L, int index, const char *function) {
    if (lua_isnoneornil(L, index)) return false;
    if (!lua_istable(L, index))
        api_error(L, "%s: the options must be a table, not %s", function, api_kind(L, index));
    return true;
}

/* markdown.parse(text [, { dialect = "tables,footnotes", name = "..." }]) */
static int parse_markdown(lua_State *L) {
    static const char *const names[] = {"dialect", "name", NULL};
    struct parsers *parsers = parsers_of(L);
    struct text source = api_text(L, 1, "the Markdown");
    api_options(L, 2, "markdown.parse", names);
    uint64_t dialect = dialect_option(L, 2);
    struct text name = name_option(L, 2, "markdown");
    if (!parsers->markdown) parsers->markdown = markdown_open(&parsers->limits);
    diagnostics_clear(&parsers->diagnostics);
    if (memchr(source.bytes, '\0', source.length)) api_error(L, "the Markdown has a NUL byte");
    if (source.length > parsers->limits.article_bytes)
        return api_fail(L, "limit", "the Markdown is longer than %d bytes",
                        (int)parsers->limits.article_bytes);
    struct document *document = document_api_create(L, source, 0, name);
    if (!markdown_parse(parsers->markdown, name, dialect, document, &parsers->diagnostics))
        return fail_with_first(L, parsers);
    push_messages(L, parsers);
    return 2;
}

static bool write_node(struct parsers *parsers, const struct document *document, node_id id,
                       const struct writer_options *options, struct writer_problem *problem) {
    return id == ROOT_NODE ? markdown_write_verified(parsers->markdown, document, options,
                                                     &parsers->buffer, problem)
                           : markdown_write(document, id, options, &parsers->buffer, problem);
}

/* The tree in its normal form, its lists tight or loose as they can be. */
static bool write_normal_form(struct parsers *parsers, const struct document *document, node_id id,
                              const struct writer_options *options, struct writer_problem *wrong) {
    enum { LISTS = 100 };
    struct document normal;
    struct writer_problem problem = {0};
    document_normalise(&normal, document, NULL, options->dialect);
    bool kept = id == ROOT_NODE || normal.nodes[id].parent || !document->nodes[id].parent;
    bool written = kept && write_node(parsers, &normal, id, options, &problem);
    for (int i = 0; kept && !written && problem.list && i < LISTS; i++) {
        normal.nodes[problem.list].flags ^= NODE_TIGHT;
        written = write_node(parsers, &normal, id, options, &problem);
    }
    if (!written && problem.node && problem.node < document->count) *wrong = problem;
    document_free(&normal);
    return written;
}

/* markdown.write(node [, { dialect = "..." }]): nil and why for a tree that has no Markdown. A
 * whole document is read again and compared. */
static int write_markdown(lua_State *L) {
    struct parsers *parsers = parsers_of(L);
    struct document *document;
    node_id id = document_api_node(L, 1, &document);
    check_table(L, 2, "markdown.write");
    struct writer_options options = {.dialect = dialect_option(L, 2)};
    struct writer_problem problem = {0};
    if (!id) api_error(L, "a node is expected, not %s", api_kind(L, 1));
    if (!parsers->markdown) parsers->markdown = markdown_open(&parsers->limits);
    parsers->buffer.length = 0;
    if (!write_node(parsers, document, id, &options, &problem) &&
        !write_normal_form(parsers, document, id, &options, &problem))
        return api_fail(
            L, "unwritable", "%s has no Markdown: %s",
            node_type_phrase((enum node_type)document_node(document, problem.node)->type),
            problem.message);
    api_push_text(L, buffer_text(&parsers->buffer));
    return 1;
}

/* html(node [, { unsafe = true }]) */
static int node_html(lua_State *L) {
    struct parsers *parsers = parsers_of(L);
    struct document *document;
    node_id id = document_api_node(L, 1, &document);
    struct html_options options = {0};
    if (!id) api_error(L, "a node is expected, not %s", api_kind(L, 1));
    if (check_table(L, 2, "markdown.html")) {
        lua_getfield(L, 2, "unsafe");
        options.unsafe = lua_toboolean(L, -1);
    }
    parsers->buffer.length = 0;
    if (document->capacity) footnotes_number(document); /* it is not a frozen one */
    html_write(document, id, &options, &parsers->buffer);
    api_push_text(L, buffer_text(&parsers->buffer));
    return 1;
}

void markdown_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"parse", parse_markdown}, {"write", write_markdown}, {"html", node_html}, {NULL, NULL}};
    luaL_newlibtable(L, functions);
    push_parsers(L);
    luaL_setfuncs(L, functions, 1);
}

/* yaml.parse(text [, { name = "..." }]): maps and lists that keep order and can be changed. */
static int parse_yaml(lua_State *L) {
    struct parsers *parsers = parsers_of(L);
    static const char *const names[] = {"name", NULL};
    struct text source = api_text(L, 1, "the YAML");
    lua_settop(L, 2);
    api_options(L, 2, "yaml.parse", names);
    struct text name = name_option(L, 2, "yaml");
    int top = lua_gettop(L);
    diagnostics_clear(&parsers->diagnostics);
    struct value_handle *handle = value_api_new(L, VALUE_MAP);
    lua_pushvalue(L, 1); /* the handle's source */
    lua_setiuservalue(L, top + 1, 1);
    values_reuse(&handle->own, source, VALUE_MAP);
    struct span all = {0, (uint32_t)source.length};
    if (source.length > 64u << 20) return api_fail(L, "limit", "the YAML is longer than 64 MB");
    if (!yaml_read(name, source, all, &parsers->limits, &handle->own, &parsers->diagnostics))
        return fail_with_first(L, parsers);
    value_api_push(L, top + 1, ROOT_VALUE);
    push_messages(L, parsers);
    return 2;
}

/* yaml.write(value): block style, keys of plain tables sorted. */
static int write_yaml(lua_State *L) {
    struct parsers *parsers = parsers_of(L);
    if (lua_isnone(L, 1)) api_error(L, "yaml.write: a value is expected, not nothing");
    struct values *values = &value_api_new(L, VALUE_LIST)->own;
    value_id id = value_api_text_from_lua(L, 1, values, "the value");
    parsers->buffer.length = 0;
    yaml_write_value(values, id, 0, &parsers->buffer);
    api_push_text(L, buffer_text(&parsers->buffer));
    return 1;
}

/* yaml.place(map, key): line and column of an entry, or nil for one that a script made. */
static int yaml_place(lua_State *L) {
    struct values *values;
    value_id id;
    if (!value_api_test(L, 1, &values, &id))
        api_error(L, "a map or list is expected, not %s", api_kind(L, 1));
    if (lua_isinteger(L, 2))
        id = value_at(values, id, (uint32_t)lua_tointeger(L, 2));
    else
        id = value_get(values, id, api_bytes(L, 2, "yaml.place: the key"));
    if (!id) return 0;
    struct span span =
        values->items[id].key_place.length ? values->items[id].key_place : values->items[id].place;
    if (!span.length && !span.offset) return 0;
    struct place place = text_place(values->strings.source, span.offset);
    lua_pushinteger(L, place.line);
    lua_pushinteger(L, place.column);
    return 2;
}

/* yaml.plain(value): plain Lua tables of a map or list. */
static int yaml_plain(lua_State *L) {
    struct values *values;
    value_id id;
    if (!value_api_test(L, 1, &values, &id)) {
        lua_settop(L, 1);
        return 1;
    }
    value_api_to_lua(L, values, id);
    return 1;
}

void yaml_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {{"parse", parse_yaml},
                                         {"write", write_yaml},
                                         {"place", yaml_place},
                                         {"plain", yaml_plain},
                                         {NULL, NULL}};
    luaL_newlibtable(L, functions);
    push_parsers(L);
    luaL_setfuncs(L, functions, 1);
}

/* toml.parse(text [, { name = "..." }]): a map in the order of the source, as yaml.parse gives. */
static int parse_toml(lua_State *L) {
    static const char *const names[] = {"name", NULL};
    struct parsers *parsers = parsers_of(L);
    struct text source = api_text(L, 1, "the TOML");
    lua_settop(L, 2);
    api_options(L, 2, "toml.parse", names);
    struct text name = name_option(L, 2, "toml");
    diagnostics_clear(&parsers->diagnostics);
    struct value_handle *handle = value_api_new(L, VALUE_MAP);
    switch (toml_read(name, source, &handle->own, &parsers->diagnostics)) {
    case TOML_MALFORMED: return fail_with_first(L, parsers);
    case TOML_MISSING:
        return api_fail(L, "missing",
                        "toml.parse needs the library toml++, which this galley was built "
                        "without; install libtomlplusplus-dev and build again");
    case TOML_DONE: break;
    }
    value_api_push(L, -1, ROOT_VALUE);
    return 1;
}

void toml_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {{"parse", parse_toml}, {NULL, NULL}};
    luaL_newlibtable(L, functions);
    push_parsers(L);
    luaL_setfuncs(L, functions, 1);
}
