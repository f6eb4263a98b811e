#include "lua/files_api.h"

#include "lua/api.h"
#include "read/digest.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_PATTERNS = 32 };

/* The list is in a userdata, so that it is freed whatever is raised. */
static int list_collect(lua_State *L) {
    struct file_list *list = lua_touserdata(L, 1);
    file_list_free(list);
    return 0;
}

static struct file_list *push_file_list(lua_State *L) {
    struct file_list *files = lua_newuserdatauv(L, sizeof *files, 0);
    *files = (struct file_list){0};
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, list_collect);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    return files;
}

/* A list of what could not be listed, { path=, message= } each, which is freed here. */
static void push_problems(lua_State *L, struct diagnostics *problems) {
    lua_createtable(L, (int)problems->errors, 0);
    for (uint32_t i = 0; i < problems->count; i++) {
        const struct diagnostic *item = &problems->items[i];
        if (item->severity != SEVERITY_ERROR) continue;
        lua_createtable(L, 0, 2);
        api_push_text(L, item->file);
        lua_setfield(L, -2, "path");
        api_push_text(L, item->message);
        lua_setfield(L, -2, "message");
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    diagnostics_free(problems);
}

int files_api_list(lua_State *L) {
    struct text folder = api_text(L, 1, "the folder"), ignored[MOST_PATTERNS];
    uint32_t count = 0;
    struct diagnostics problems = {0};
    lua_settop(L, 2);
    struct file_list *files = push_file_list(L);
    lua_Integer wanted = lua_istable(L, 2) ? (lua_Integer)lua_rawlen(L, 2) : 0;
    for (lua_Integer i = 1; i <= wanted && count < MOST_PATTERNS; i++) {
        lua_rawgeti(L, 2, i); /* stays in the table */
        ignored[count++] = api_string(L, -1);
        lua_pop(L, 1);
    }
    int descriptor = folder_open(folder.bytes, &problems);
    if (descriptor >= 0) {
        files_list(descriptor, ignored, count, true, files, &problems);
        close(descriptor);
    }
    if (descriptor < 0) {
        diagnostics_free(&problems);
        return api_fail(L, "missing", "%s is not a folder that can be read", folder.bytes);
    }
    push_problems(L, &problems);
    lua_createtable(L, (int)files->count, 0);
    for (uint32_t i = 0; i < files->count; i++) {
        lua_createtable(L, 0, 3);
        api_push_text(L, files->items[i].path);
        lua_setfield(L, -2, "path");
        lua_pushinteger(L, (lua_Integer)files->items[i].size);
        lua_setfield(L, -2, "size");
        lua_pushboolean(L, files->items[i].kind == FILE_ARTICLE);
        lua_setfield(L, -2, "article");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_insert(L, -2);
    return 2;
}

/* digest{ paths }: a number of all files below them and whether they are at rest, see digest.h. A
 * folder whose files cannot all be listed gives nil: then nothing can be said. */
static int digest(lua_State *L) {
    struct digest digest = {0};
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    struct file_list *files = push_file_list(L);
    lua_Integer count = (lua_Integer)lua_rawlen(L, 1);
    for (lua_Integer i = 1; i <= count; i++) {
        struct stat status;
        struct diagnostics problems = {0};
        lua_rawgeti(L, 1, i);
        const char *path = luaL_checkstring(L, -1);
        digest_add_path(&digest, path);
        bool whole = true;
        if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
            int folder = folder_open(path, &problems);
            whole = folder >= 0 && files_list(folder, NULL, 0, true, files, &problems);
            if (folder >= 0) close(folder);
        }
        diagnostics_free(&problems);
        if (!whole) return 0;
        lua_pop(L, 1);
    }
    digest_add(&digest, files);
    lua_pushinteger(L, (lua_Integer)digest.number);
    lua_pushboolean(L, digest_is_at_rest(&digest));
    return 2;
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int glob_collect(lua_State *L) {
    globfree(lua_touserdata(L, 1));
    return 0;
}

/* glob(pattern): what a shell would find, sorted by bytes. */
static int expand(lua_State *L) {
    struct text pattern = api_text(L, 1, "the pattern");
    lua_settop(L, 1);
    glob_t *found = lua_newuserdatauv(L, sizeof *found, 0);
    *found = (glob_t){0};
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, glob_collect);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, 2);
    bool any = glob(pattern.bytes, GLOB_BRACE | GLOB_NOSORT, NULL, found) == 0;
    lua_createtable(L, any ? (int)found->gl_pathc : 0, 0);
    if (any) qsort(found->gl_pathv, found->gl_pathc, sizeof *found->gl_pathv, by_bytes);
    for (size_t i = 0; any && i < found->gl_pathc; i++) {
        lua_pushstring(L, found->gl_pathv[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int kind(lua_State *L) {
    struct stat status;
    const char *path = luaL_checkstring(L, 1);
    if (stat(path, &status) != 0)
        return api_fail(L, errno == ENOENT || errno == ENOTDIR ? "missing" : "system",
                        "'%s' cannot be looked at: %s", path, strerror(errno));
    lua_pushstring(L, S_ISREG(status.st_mode)   ? "file"
                      : S_ISDIR(status.st_mode) ? "folder"
                                                : "other");
    return 1;
}

static int make_folders(lua_State *L) {
    char path[PATH_MAX];
    struct text given = api_text(L, 1, "the folder");
    if (!given.length || given.length >= sizeof path) api_error(L, "the path is empty or too long");
    memcpy(path, given.bytes, given.length + 1);
    for (size_t i = 1; i <= given.length; i++) {
        if (path[i] != '/' && path[i] != '\0') continue;
        char kept = path[i];
        path[i] = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return api_fail(L, "system", "%s cannot be made: %s", path, strerror(errno));
        path[i] = kept;
    }
    lua_pushboolean(L, true);
    return 1;
}

static int real(lua_State *L) {
    char resolved[PATH_MAX];
    if (!realpath(luaL_checkstring(L, 1), resolved)) return 0;
    lua_pushstring(L, resolved);
    return 1;
}

static int terminal(lua_State *L) {
    static const char *const streams[] = {"stdin", "stdout", "stderr", NULL};
    int descriptor = luaL_checkoption(L, 1, "stdout", streams);
    struct winsize size;
    if (!isatty(descriptor)) return 0;
    bool known = ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    lua_pushinteger(L, known ? size.ws_col : 80);
    return 1;
}

/* Seconds since some moment, for durations. */
static int seconds(lua_State *L) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    lua_pushnumber(L, (lua_Number)now.tv_sec + (lua_Number)now.tv_nsec / 1e9);
    return 1;
}

/* Nanoseconds since 1970. */
static int now(lua_State *L) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    lua_pushinteger(L, (lua_Integer)now.tv_sec * 1000000000 + now.tv_nsec);
    return 1;
}

void files_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {{"list", files_api_list},
                                         {"glob", expand},
                                         {"digest", digest},
                                         {"kind", kind},
                                         {"make_folders", make_folders},
                                         {"real", real},
                                         {"terminal", terminal},
                                         {"seconds", seconds},
                                         {"now", now},
                                         {NULL, NULL}};
    luaL_newlib(L, functions);
}
