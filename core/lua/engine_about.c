#include "document/dialect.h"
#include "lua/api.h"
#include "lua/engine_parts.h"
#include "read/yaml.h"
#include "run/sandbox.h"
#include <unistd.h>

/* sandbox(): what protects from plugins here, a line a layer. */
int engine_api_sandbox(lua_State *L) {
    struct buffer lines = {0};
    sandbox_describe(&lines);
    api_push_text(L, buffer_text(&lines));
    buffer_free(&lines);
    return 1;
}

static void set_string(lua_State *L, const char *key, const char *value) {
    lua_pushstring(L, value);
    lua_setfield(L, -2, key);
}

static void set_number(lua_State *L, const char *key, lua_Integer value) {
    lua_pushinteger(L, value);
    lua_setfield(L, -2, key);
}

/* about(): for galley doctor: versions, optional parts that were compiled in, the default limits
 * and the names of the dialect's parts. */
int engine_api_about(lua_State *L) {
    static const char *const parts[] = {
#ifdef HAVE_EXPAT
        "expat",
#endif
#ifdef HAVE_GUMBO
        "gumbo",
#endif
#ifdef HAVE_LIBZIP
        "libzip",
#endif
#ifdef HAVE_ZLIB
        "zlib",
#endif
#ifdef HAVE_SQLITE3
        "sqlite3",
#endif
#ifdef HAVE_SOURCE_HIGHLIGHT
        "source-highlight",
#endif
#ifdef HAVE_TOMLPLUSPLUS
        "tomlplusplus",
#endif
#ifdef HAVE_LIBMICROHTTPD
        "libmicrohttpd",
#endif
#ifdef HAVE_LIBEDIT
        "libedit",
#elif defined HAVE_READLINE
        "readline",
#endif
        NULL};
    struct limits limits = limits_default();
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    lua_settop(L, 0);
    lua_newtable(L);
    set_number(L, "processors", processors > 1 ? processors : 1);
    set_string(L, "lua", LUA_RELEASE);
    set_string(L, "cmark", markdown_library_version());
    set_string(L, "libyaml", yaml_library_version());
    lua_newtable(L);
    for (int i = 0; parts[i]; i++) {
        lua_pushboolean(L, true);
        lua_setfield(L, -2, parts[i]);
    }
    lua_setfield(L, -2, "parts");
    lua_newtable(L);
    set_number(L, "article_bytes", limits.article_bytes);
    set_number(L, "front_matter_bytes", limits.front_matter_bytes);
    set_number(L, "yaml_depth", limits.yaml_depth);
    set_number(L, "yaml_alias_nodes", limits.yaml_alias_nodes);
    set_number(L, "yaml_key_bytes", limits.yaml_key_bytes);
    set_number(L, "markdown_depth", limits.markdown_depth);
    set_number(L, "bracket_run", limits.bracket_run);
    lua_setfield(L, -2, "limits");
    lua_newtable(L);
    for (int bit = 0; DIALECT_ALL >> bit & 1; bit++) {
        lua_pushstring(L, dialect_feature_name((uint64_t)1 << bit));
        lua_rawseti(L, -2, bit + 1);
    }
    lua_setfield(L, -2, "dialect");
    return 1;
}
