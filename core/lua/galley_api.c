#include "lua/galley_api.h"

#include "lua/api.h"
#include "lua/csv_api.h"
#include "lua/date_api.h"
#include "lua/diff_api.h"
#include "lua/document_api.h"
#include "lua/edit_api.h"
#include "lua/engine_api.h"
#include "lua/files_api.h"
#include "lua/highlight_api.h"
#include "lua/html_api.h"
#include "lua/json_api.h"
#include "lua/markdown_api.h"
#include "lua/page_api.h"
#include "lua/server_api.h"
#include "lua/sqlite_api.h"
#include "lua/text_api.h"
#include "lua/value_api.h"
#include "lua/xml_api.h"
#include "lua/zip_api.h"

struct module {
    const char *name;
    void (*open)(lua_State *L); /* pushes the module's table */
};

static const struct module modules[] = {
    {"node", document_api_open}, {"markdown", markdown_api_open},
    {"yaml", yaml_api_open},     {"toml", toml_api_open},
    {"date", date_api_open},     {"json", json_api_open},
    {"csv", csv_api_open},       {"html", html_api_open},
    {"text", text_api_open},     {"diff", diff_api_open},
    {"xml", xml_api_open},       {"zip", zip_api_open},
    {"sqlite", sqlite_api_open}, {"highlight", highlight_api_open},
};

/* Those that are written in Lua, scripts/galley/NAME.lua: loaded when they are first asked for. */
static const char *const lua_modules[] = {"path", "url", "template"};

static int galley_index(lua_State *L) {
    struct text name = api_string(L, 2);
    for (size_t i = 0; i < sizeof lua_modules / sizeof *lua_modules; i++) {
        if (!name.bytes || !text_is(name, lua_modules[i])) continue;
        lua_getglobal(L, "require");
        lua_pushfstring(L, "galley.%s", lua_modules[i]);
        lua_call(L, 1, 1);
        lua_pushvalue(L, 2);
        lua_pushvalue(L, -2);
        lua_rawset(L, 1);
        return 1;
    }
    return 0;
}

/* galley.html(node) is galley.markdown.html, which is the upvalue. */
static int html_call(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_replace(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

/* The table of modules is on top. */
static void make_html_callable(lua_State *L) {
    lua_getfield(L, -1, "html");
    lua_createtable(L, 0, 1);
    lua_getfield(L, -3, "markdown");
    lua_getfield(L, -1, "html");
    lua_pushcclosure(L, html_call, 1);
    lua_setfield(L, -3, "__call");
    lua_pop(L, 1);
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

void galley_api_open(lua_State *L, bool trusted, struct text home) {
    value_api_open(L);
    page_api_open(L); /* for galley.template */
    lua_newtable(L);
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        modules[i].open(L);
        lua_setfield(L, -2, modules[i].name);
    }
    make_html_callable(L);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, galley_index);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_pushliteral(L, GALLEY_VERSION);
    lua_setfield(L, -2, "version");
    if (trusted) {
        engine_api_open(L, home);
        lua_setfield(L, -2, "engine");
        edit_api_open_batch(L);
        lua_setfield(L, -2, "batch");
        files_api_open(L);
        lua_setfield(L, -2, "files");
        server_api_open(L);
        lua_setfield(L, -2, "server");
    }
}
