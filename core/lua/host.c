#include "lua/host.h"

#include "base/memory.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#ifndef GALLEY_DATA_FOLDER
#define GALLEY_DATA_FOLDER "/usr/local/share/galley"
#endif

enum { PIECE = 16, LARGEST_PIECE = PIECE * HOST_CLASSES, BLOCK = 64 * 1024 - 64 };

/* Lua says the size of what it frees, so small pieces need no header: each size has a list of freed
 * ones, and new ones are cut off a block. Address checkers see every piece by itself. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
enum { PIECES = 0 };
#else
enum { PIECES = 1 };
#endif

static bool is_piece(size_t size) {
    return PIECES && size && size <= LARGEST_PIECE;
}

static void *take_piece(struct host *host, size_t size) {
    size_t class = (size - 1) / PIECE, rounded = (class + 1) * PIECE;
    void *piece = host->spare[class];
    if (piece) {
        memcpy(&host->spare[class], piece, sizeof piece);
        return piece;
    }
    if ((size_t)(host->fresh_end - host->fresh) < rounded) {
        char *block = malloc(BLOCK);
        if (!block) return NULL;
        memcpy(block, &host->blocks, sizeof host->blocks);
        host->blocks = block;
        host->fresh = block + PIECE;
        host->fresh_end = block + BLOCK;
    }
    piece = host->fresh;
    host->fresh += rounded;
    return piece;
}

static void give_piece(struct host *host, void *piece, size_t size) {
    size_t class = (size - 1) / PIECE;
    memcpy(piece, &host->spare[class], sizeof piece);
    host->spare[class] = piece;
}

static void release(struct host *host, void *memory, size_t size) {
    if (memory && is_piece(size))
        give_piece(host, memory, size);
    else
        free(memory);
}

static void *resize(struct host *host, void *memory, size_t old_size, size_t size) {
    if (!memory) return is_piece(size) ? take_piece(host, size) : malloc(size);
    if (!is_piece(old_size) && !is_piece(size)) return realloc(memory, size);
    if (is_piece(old_size) && is_piece(size) && (old_size - 1) / PIECE == (size - 1) / PIECE)
        return memory;
    void *moved = is_piece(size) ? take_piece(host, size) : malloc(size);
    if (!moved) return size <= old_size ? memory : NULL;
    memcpy(moved, memory, old_size < size ? old_size : size);
    release(host, memory, old_size);
    return moved;
}

/* Lua's allocator: counts, and says no beyond the limit. */
static void *allocate(void *context, void *memory, size_t old_size, size_t size) {
    struct host *host = context;
    if (!memory) old_size = 0;
    if (!size) {
        host->used -= old_size;
        release(host, memory, old_size);
        return NULL;
    }
    if (size > old_size &&
        (memory_fault() || (host->limit && host->used + (size - old_size) > host->limit))) {
        host->over = true;
        return NULL;
    }
    void *resized = resize(host, memory, old_size, size);
    if (resized) host->used = host->used - old_size + size;
    return resized;
}

static int panic(lua_State *L) {
    const char *message = lua_tostring(L, -1);
    if (message && strstr(message, HOST_NO_MEMORY)) memory_exhausted(0);
    fprintf(stderr, "galley: error: %s; please report this\n", message ? message : "Lua gave up");
    _exit(3);
}

static void open_libraries(lua_State *L, bool trusted) {
    static const luaL_Reg safe[] = {
        {LUA_GNAME, luaopen_base},          {LUA_LOADLIBNAME, luaopen_package},
        {LUA_COLIBNAME, luaopen_coroutine}, {LUA_TABLIBNAME, luaopen_table},
        {LUA_STRLIBNAME, luaopen_string},   {LUA_MATHLIBNAME, luaopen_math},
        {LUA_UTF8LIBNAME, luaopen_utf8},    {NULL, NULL}};
    if (trusted) {
        luaL_openlibs(L);
        return;
    }
    for (const luaL_Reg *library = safe; library->func; library++) {
        luaL_requiref(L, library->name, library->func, 1);
        lua_pop(L, 1);
    }
}

/* Runs protected, since making a state's tables can run out of memory too. */
static int prepare(lua_State *L) {
    const struct text *home = lua_touserdata(L, 1);
    bool trusted = lua_toboolean(L, 2);
    open_libraries(L, trusted);
    lua_getglobal(L, "package");
    lua_pushlstring(L, home->bytes, home->length);
    lua_pushstring(L, "/scripts/?.lua");
    lua_concat(L, 2);
    lua_setfield(L, -2, "path");
    lua_pushstring(L, "");
    lua_setfield(L, -2, "cpath");
    if (!trusted) { /* nothing compiled is ever loaded */
        lua_pushnil(L);
        lua_setfield(L, -2, "loadlib");
    }
    return 0;
}

bool host_open(struct host *host, size_t limit, bool trusted, struct text home) {
    *host = (struct host){.limit = limit};
    host->L = lua_newstate(allocate, host);
    if (!host->L) return false;
    lua_atpanic(host->L, panic);
    lua_gc(host->L, LUA_GCGEN, 0, 0);
    lua_pushcfunction(host->L, prepare);
    lua_pushlightuserdata(host->L, &home);
    lua_pushboolean(host->L, trusted);
    return lua_pcall(host->L, 2, 0, 0) == LUA_OK;
}

void host_close(struct host *host) {
    if (host->L) lua_close(host->L);
    for (void *block = host->blocks, *older; block; block = older) {
        memcpy(&older, block, sizeof older);
        free(block);
    }
    *host = (struct host){0};
}

/* Any error value as text; the upvalue says whether a trace is wanted. */
static int describe(lua_State *L) {
    const char *message = lua_tostring(L, 1);
    if (!message) {
        if (luaL_getmetafield(L, 1, "__tostring") != LUA_TNIL)
            message = luaL_tolstring(L, 1, NULL);
        else
            message = lua_pushfstring(L, "(an error that is a %s)", luaL_typename(L, 1));
    }
    if (lua_toboolean(L, lua_upvalueindex(1)))
        luaL_traceback(L, L, message, 1);
    else
        lua_pushstring(L, message);
    return 1;
}

bool host_call(lua_State *L, int arguments, int results, bool traced) {
    int handler = lua_gettop(L) - arguments;
    lua_pushboolean(L, traced);
    lua_pushcclosure(L, describe, 1);
    lua_insert(L, handler);
    int status = lua_pcall(L, arguments, results, handler);
    lua_remove(L, handler);
    return status == LUA_OK;
}

bool host_run(lua_State *L, struct text home, const char *script, int arguments, int results,
              bool traced) {
    char path[4096];
    snprintf(path, sizeof path, "%.*s/scripts/%s.lua", (int)home.length, home.bytes, script);
    if (luaL_loadfilex(L, path, "t") != LUA_OK) {
        lua_insert(L, -1 - arguments);
        lua_pop(L, arguments);
        return false;
    }
    lua_insert(L, -1 - arguments);
    return host_call(L, arguments, results, traced);
}

/* True when the folder has Galley's scripts; the path in room is cut to it again. */
static bool is_home(char *room, size_t length) {
    strcpy(room + length, "/scripts/galley/main.lua");
    bool found = access(room, R_OK) == 0;
    room[length] = '\0';
    return found;
}

/* The path of the running program; where there is no /proc, as it was started. -1: not known. */
static ssize_t program_path(char *room, size_t size) {
    ssize_t length = readlink("/proc/self/exe", room, size);
    if (length > 0) return length;
    const char *started = (const char *)getauxval(AT_EXECFN);
    char *path = started ? realpath(started, NULL) : NULL;
    if (path && strlen(path) < size) {
        length = (ssize_t)strlen(path);
        memcpy(room, path, (size_t)length);
    }
    free(path);
    return length;
}

struct text host_home(char *room, size_t size) {
    const char *given = getenv("GALLEY_HOME");
    ssize_t length = given ? -1 : program_path(room, size - 64);
    for (int up = 0; up < 3 && length > 0; up++) { /* TREE/build/galley or TREE/build/asan/galley */
        while (length > 0 && room[length - 1] != '/') length--;
        if (length > 0) length--;
        if (is_home(room, (size_t)length)) return (struct text){room, (size_t)length};
        if (up == 1) { /* PREFIX/bin/galley */
            strcpy(room + length, "/share/galley");
            if (is_home(room, (size_t)length + 13)) return (struct text){room, (size_t)length + 13};
        }
    }
    snprintf(room, size, "%s", given ? given : GALLEY_DATA_FOLDER);
    return text_of(room);
}
