#include "document/dialect.h"
#include "lua/api.h"
#include "lua/engine_parts.h"

struct text engine_keep_field(lua_State *L, struct engine_job *job, int table, const char *name) {
    struct text text = {NULL, 0};
    if (lua_getfield(L, table, name) == LUA_TSTRING)
        text = arena_copy(&job->engine.arena, api_string(L, -1));
    lua_pop(L, 1);
    return text;
}

lua_Integer engine_integer_field(lua_State *L, int table, const char *name, lua_Integer otherwise) {
    lua_getfield(L, table, name);
    lua_Integer value = luaL_optinteger(L, -1, otherwise);
    lua_pop(L, 1);
    return value;
}

struct text *engine_keep_list(lua_State *L, struct engine_job *job, int index, uint32_t *count) {
    index = lua_absindex(L, index);
    lua_Integer length = lua_istable(L, index) ? (lua_Integer)lua_rawlen(L, index) : 0;
    struct text *list = arena_allocate(&job->engine.arena, ((size_t)length + 1) * sizeof *list);
    for (lua_Integer i = 0; i < length; i++) {
        lua_rawgeti(L, index, i + 1);
        list[i] = arena_copy(&job->engine.arena, api_string(L, -1));
        lua_pop(L, 1);
    }
    *count = (uint32_t)length;
    return list;
}

static void read_taxonomies(lua_State *L, struct engine_job *job, int table) {
    struct conventions *conventions = &job->engine.conventions;
    lua_getfield(L, table, "taxonomies");
    int list = lua_gettop(L);
    lua_Integer count = lua_istable(L, list) ? (lua_Integer)lua_rawlen(L, list) : 0;
    for (lua_Integer i = 1; i <= count && conventions->taxonomy_count < MOST_TAXONOMIES; i++) {
        struct taxonomy *taxonomy = &conventions->taxonomies[conventions->taxonomy_count++];
        lua_rawgeti(L, list, i);
        int entry = lua_gettop(L);
        taxonomy->name = engine_keep_field(L, job, entry, "name");
        taxonomy->permalink = engine_keep_field(L, job, entry, "permalink");
        lua_getfield(L, entry, "keys");
        lua_Integer keys = (lua_Integer)lua_rawlen(L, -1);
        for (lua_Integer k = 1; k <= keys && taxonomy->key_count < MOST_TAXONOMY_KEYS; k++) {
            lua_rawgeti(L, -1, k);
            taxonomy->keys[taxonomy->key_count++] =
                arena_copy(&job->engine.arena, api_string(L, -1));
            lua_pop(L, 1);
        }
        lua_settop(L, list);
    }
    lua_settop(L, list - 1);
}

static void read_limits(lua_State *L, struct engine_job *job, int table) {
    struct limits *limits = &job->engine.limits;
    const struct {
        const char *name;
        uint32_t *field;
    } known[] = {{"article_bytes", &limits->article_bytes},
                 {"front_matter_bytes", &limits->front_matter_bytes},
                 {"yaml_depth", &limits->yaml_depth},
                 {"yaml_alias_nodes", &limits->yaml_alias_nodes},
                 {"yaml_key_bytes", &limits->yaml_key_bytes},
                 {"markdown_depth", &limits->markdown_depth},
                 {"bracket_run", &limits->bracket_run}};
    *limits = limits_default();
    if (lua_getfield(L, table, "limits") == LUA_TTABLE)
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            *known[i].field =
                (uint32_t)engine_integer_field(L, lua_gettop(L), known[i].name, *known[i].field);
    lua_pop(L, 1);
}

/* open{ content, permalink, language, now, taxonomies, limits, dialect, unsafe, site_url, with } */
int engine_api_open_engine(lua_State *L) {
    const struct text *home = lua_touserdata(L, lua_upvalueindex(1));
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    struct engine_job *job = lua_newuserdatauv(L, sizeof *job, 0);
    *job = (struct engine_job){.home = *home, .engine.folder = -1};
    luaL_setmetatable(L, ENGINE_TYPE);
    struct engine *engine = &job->engine;
    struct text content = engine_keep_field(L, job, 1, "content"), names, unknown;
    engine->conventions.permalink = engine_keep_field(L, job, 1, "permalink");
    engine->conventions.dated = engine_keep_field(L, job, 1, "dated_permalink");
    engine->conventions.language = engine_keep_field(L, job, 1, "language");
    engine->conventions.now = engine_integer_field(L, 1, "now", 0);
    lua_getfield(L, 1, "words");
    engine->conventions.no_words = lua_isboolean(L, -1) && !lua_toboolean(L, -1);
    engine->with = (unsigned)engine_integer_field(L, 1, "with", 0);
    engine->html.site_url = engine_keep_field(L, job, 1, "site_url");
    lua_getfield(L, 1, "unsafe");
    engine->html.unsafe = lua_toboolean(L, -1);
    names = engine_keep_field(L, job, 1, "dialect");
    engine->dialect = DIALECT_DEFAULT;
    if (names.bytes && !dialect_of_names(names, &engine->dialect, &unknown)) {
        lua_pushlstring(L, unknown.bytes, unknown.length);
        return api_fail(L, "usage",
                        "there is no part \"%s\" of the dialect; galley doctor lists them",
                        lua_tostring(L, -1));
    }
    read_taxonomies(L, job, 1);
    read_limits(L, job, 1);
    lua_settop(L, 2);
    if (!engine_open(engine, content)) {
        struct buffer line = {0};
        diagnostic_write(&engine->diagnostics.items[0], &line);
        lua_pushnil(L);
        api_push_text(L, buffer_text(&line));
        buffer_free(&line);
        return 2;
    }
    return 1;
}
