#include "lua/server_api.h"

#include "lua/api.h"
#include "lua/scratch.h"
#include "serve/server.h"

#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define SERVER "galley.server"

enum { MOST_ROOTS = 16, MOST_PATTERNS = 64 };

static struct server *check(lua_State *L) {
    struct server **server = luaL_checkudata(L, 1, SERVER);
    if (!*server) api_error(L, "this server is closed");
    return *server;
}

static int server_collect(lua_State *L) {
    struct server **server = luaL_checkudata(L, 1, SERVER);
    server_close(*server, lua_isboolean(L, 2) && lua_toboolean(L, 2));
    *server = NULL;
    return 0;
}

static bool flag(lua_State *L, int table, const char *name) {
    lua_getfield(L, table, name);
    bool value = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return value;
}

static uint16_t port_of(lua_State *L, int table, const char *name) {
    lua_getfield(L, table, name);
    lua_Integer port = luaL_checkinteger(L, -1);
    lua_pop(L, 1);
    if (port < 0 || port > UINT16_MAX) api_error(L, "a port is a number from 0 to 65535");
    return (uint16_t)port;
}

static int open_server(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    struct server_options options = {.port = port_of(L, 1, "port"),
                                     .last_port = port_of(L, 1, "last_port"),
                                     .polling = flag(L, 1, "polling"),
                                     .temporary = flag(L, 1, "temporary")};
    lua_getfield(L, 1, "address");
    options.address = luaL_checkstring(L, -1);
    lua_getfield(L, 1, "script");
    options.script = api_bytes(L, -1, "the script");
    struct server **server = lua_newuserdatauv(L, sizeof(struct server *), 0);
    *server = NULL;
    luaL_setmetatable(L, SERVER);
    bool taken;
    struct diagnostics problems = {0};
    *server = server_open(&options, &taken, &problems);
    if (*server) return 1;
    lua_pushnil(L);
    api_push_text(L, problems.count ? problems.items[0].message : TEXT("out of order"));
    lua_pushstring(L, taken ? "taken" : "system");
    diagnostics_free(&problems);
    return 3;
}

static int server_about(lua_State *L) {
    struct server *server = check(L);
    lua_settop(L, 1);
    lua_createtable(L, 0, 3);
    lua_pushstring(L, server->address);
    lua_setfield(L, -2, "address");
    lua_pushinteger(L, server->listener.port);
    lua_setfield(L, -2, "port");
    lua_pushboolean(L, server->listener.beyond);
    lua_setfield(L, -2, "beyond");
    lua_pushstring(L, server->folder.path);
    lua_setfield(L, -2, "folder");
    if (!server->listener.any) return 1;
    struct buffer *addresses = scratch_open(L);
    listener_addresses(addresses);
    scratch_give(L, addresses);
    lua_setfield(L, 2, "others");
    lua_settop(L, 2);
    return 1;
}

/* The strings stay in the table that is the argument. */
static int server_watch(lua_State *L) {
    struct server *server = check(L);
    struct watch_root roots[MOST_ROOTS];
    struct text patterns[MOST_PATTERNS];
    uint32_t count = 0, used = 0;
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_Integer wanted = (lua_Integer)lua_rawlen(L, 2);
    for (lua_Integer i = 1; i <= wanted && count < MOST_ROOTS; i++) {
        lua_settop(L, 2);
        lua_rawgeti(L, 2, i);
        luaL_checktype(L, 3, LUA_TTABLE);
        struct watch_root *root = &roots[count++];
        *root = (struct watch_root){.is_folder = flag(L, 3, "folder"), .ignored = patterns + used};
        lua_getfield(L, 3, "path");
        root->path = api_bytes(L, -1, "the path");
        if (lua_getfield(L, 3, "ignored") != LUA_TTABLE) continue;
        int list = lua_gettop(L);
        lua_Integer most = (lua_Integer)lua_rawlen(L, list);
        for (lua_Integer k = 1; k <= most && used < MOST_PATTERNS; k++) {
            lua_rawgeti(L, list, k);
            patterns[used++] = api_bytes(L, -1, "a pattern");
            root->ignored_count++;
            lua_pop(L, 1);
        }
    }
    watch_set(server->watch, roots, count);
    return 0;
}

static int server_wait_for(lua_State *L) {
    static const char *const events[] = {
        [SERVER_STOPPED] = "stopped", [SERVER_CHANGED] = "changed", [SERVER_BUILT] = "built"};
    lua_pushstring(L, events[server_wait(check(L))]);
    return 1;
}

static void collect_path(struct text path, void *context) {
    struct buffer *paths = context;
    buffer_append_text(paths, path);
    buffer_append_byte(paths, '\0');
}

static int server_changes(lua_State *L) {
    struct server *server = check(L);
    struct buffer paths = {0};
    watch_take(server->watch, collect_path, &paths);
    lua_pushlstring(L, paths.length ? paths.bytes : "", paths.length);
    buffer_free(&paths);
    struct text all = api_string(L, -1);
    lua_newtable(L);
    for (size_t at = 0; at < all.length; at += strlen(all.bytes + at) + 1) {
        lua_pushstring(L, all.bytes + at);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    return 1;
}

static void write_all(int out, struct text bytes) {
    while (bytes.length) {
        ssize_t put = write(out, bytes.bytes, bytes.length);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return;
        bytes.bytes += put, bytes.length -= (size_t)put;
    }
}

static int server_build_by(lua_State *L) {
    struct server *server = check(L);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    bool quietly = lua_toboolean(L, 3);
    lua_settop(L, 2);
    if (server->builder.process) api_error(L, "a build is running");
    int out = server_build(server, quietly);
    if (out == BUILDER_FAILED)
        return api_fail(L, "system", "no process can be started: %s", strerror(errno));
    if (out >= 0) {
        if (lua_pcall(L, 0, 1, 0) == LUA_OK && lua_isstring(L, -1))
            write_all(out, api_string(L, -1));
        else
            fprintf(stderr, "galley: error: %s\n",
                    lua_isstring(L, -1) ? lua_tostring(L, -1) : "the build gave no answer");
        builder_leave(out);
    }
    lua_pushboolean(L, true);
    return 1;
}

static int server_answer(lua_State *L) {
    struct server *server = check(L);
    const struct builder *builder = &server->builder;
    if (!builder->process && WIFEXITED(builder->status) && builder->text.length) {
        api_push_text(L, buffer_text(&builder->text));
        return 1;
    }
    if (WIFSIGNALED(builder->status))
        return api_fail(L, "system", "the build was ended by signal %d", WTERMSIG(builder->status));
    return api_fail(L, "system", "the build ended without an answer");
}

static int server_said(lua_State *L) {
    api_push_text(L, buffer_text(&check(L)->builder.said));
    return 1;
}

static int server_pending(lua_State *L) {
    lua_pushboolean(L, watch_pending(check(L)->watch));
    return 1;
}

static int server_serve(lua_State *L) {
    struct server *server = check(L);
    http_serve(server->http, luaL_checkstring(L, 2), api_text(L, 3, "the base"),
               api_text(L, 4, "the mark"));
    return 0;
}

static int server_missing(lua_State *L) {
    http_set_missing(check(L)->http, api_text(L, 2, "the page"));
    return 0;
}

static int server_instead(lua_State *L) {
    http_set_instead(check(L)->http, api_text(L, 2, "the page"));
    return 0;
}

static int server_tell(lua_State *L) {
    struct server *server = check(L);
    struct text line = api_text(L, 2, "the line");
    if (memchr(line.bytes, '\n', line.length) || memchr(line.bytes, '\r', line.length))
        api_error(L, "the line has a line end");
    http_tell(server->http, line);
    return 0;
}

static int server_complaint(lua_State *L) {
    lua_pushstring(L, watch_complaint(check(L)->watch));
    return 1;
}

static int available(lua_State *L) {
    lua_pushboolean(L, http_available());
    return 1;
}

void server_api_open(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"about", server_about},         {"watch", server_watch},     {"wait", server_wait_for},
        {"changes", server_changes},     {"build", server_build_by},  {"answer", server_answer},
        {"said", server_said},           {"pending", server_pending}, {"serve", server_serve},
        {"missing", server_missing},     {"instead", server_instead}, {"tell", server_tell},
        {"complaint", server_complaint}, {"close", server_collect},   {NULL, NULL}};
    static const luaL_Reg meta[] = {
        {"__gc", server_collect}, {"__close", server_collect}, {NULL, NULL}};
    static const luaL_Reg functions[] = {
        {"available", available}, {"open", open_server}, {NULL, NULL}};
    luaL_newmetatable(L, SERVER);
    luaL_setfuncs(L, meta, 0);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
}
