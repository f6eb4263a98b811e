#include "lua/import_api.h"

#include "lua/api.h"
#include "lua/engine_api.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOURCE "galley.source"

enum { CHUNK = 64 << 10, MOST_CHUNK = 64 << 20 };

struct import_source {
    struct engine_job *job;
    int file; /* -1: closed */
    uint64_t size, read, extended;
};

static struct import_source *check_source(lua_State *L) {
    struct import_source *source = luaL_checkudata(L, 1, SOURCE);
    if (source->file < 0) api_error(L, "this source is closed");
    return source;
}

static int source_open(lua_State *L) {
    struct engine_job *job = lua_touserdata(L, lua_upvalueindex(1));
    struct text path = api_bytes(L, 1, "the path");
    struct stat status;
    struct import_source *source = lua_newuserdatauv(L, sizeof *source, 0);
    *source = (struct import_source){.job = job, .file = -1};
    luaL_setmetatable(L, SOURCE);
    source->file = open(path.bytes, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (source->file < 0 || fstat(source->file, &status) != 0)
        return api_fail(L, "missing", "cannot be read: %s", strerror(errno));
    if (!S_ISREG(status.st_mode)) return api_fail(L, "missing", "is not a file");
    source->size = (uint64_t)status.st_size;
    return 1;
}

static int source_read(lua_State *L) {
    struct import_source *source = check_source(L);
    lua_Integer most = luaL_optinteger(L, 2, CHUNK);
    luaL_Buffer buffer;
    if (most < 1 || most > MOST_CHUNK) api_error(L, "read takes 1 byte to 64 MB at a time");
    char *room = luaL_buffinitsize(L, &buffer, (size_t)most);
    size_t got = 0;
    while (got < (size_t)most) {
        ssize_t count = read(source->file, room + got, (size_t)most - got);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return api_fail(L, "system", "cannot be read: %s", strerror(errno));
        if (count == 0) break;
        got += (size_t)count;
    }
    source->read += got;
    if (source->read >= source->extended + (1 << 20) && source->extended < 2 * source->size) {
        source->extended = source->read;
        worker_extend(source->job->engine.worker);
    }
    luaL_pushresultsize(&buffer, got);
    if (!got) lua_pushnil(L);
    return 1;
}

static int source_rewind(lua_State *L) {
    struct import_source *source = check_source(L);
    lua_pushboolean(L, lseek(source->file, 0, SEEK_SET) == 0);
    return 1;
}

static int source_size(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)check_source(L)->size);
    return 1;
}

static int source_close(lua_State *L) {
    struct import_source *source = luaL_checkudata(L, 1, SOURCE);
    if (source->file >= 0) close(source->file);
    source->file = -1;
    return 0;
}

void import_api_open_worker(lua_State *L, struct engine_job *job) {
    static const luaL_Reg functions[] = {{"source", source_open}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"read", source_read},
                                       {"rewind", source_rewind},
                                       {"size", source_size},
                                       {"close", source_close},
                                       {NULL, NULL}};
    static const luaL_Reg meta[] = {
        {"__gc", source_close}, {"__close", source_close}, {NULL, NULL}};
    luaL_newmetatable(L, SOURCE);
    luaL_setfuncs(L, meta, 0);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    lua_pushlightuserdata(L, job);
    luaL_setfuncs(L, functions, 1);
}
