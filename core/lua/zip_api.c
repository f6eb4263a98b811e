#include "lua/zip_api.h"

#include "lua/api.h"
#include "run/output.h"

#ifdef HAVE_LIBZIP

#include <stdlib.h>
#include <zip.h>

#define ZIP "galley.zip"

struct archive {
    zip_t *zip; /* NULL: ended */
    zip_source_t *bytes;
};

static void end_archive(struct archive *archive) {
    if (archive->zip) zip_discard(archive->zip);
    if (archive->bytes) zip_source_free(archive->bytes);
    archive->zip = NULL;
    archive->bytes = NULL;
}

static int archive_collect(lua_State *L) {
    end_archive(luaL_checkudata(L, 1, ZIP));
    return 0;
}

static struct archive *check_archive(lua_State *L) {
    struct archive *archive = api_self(L, ZIP, "an archive");
    if (!archive->zip) api_error(L, "this archive is ended");
    return archive;
}

static int archive_new(lua_State *L) {
    struct archive *archive = lua_newuserdatauv(L, sizeof *archive, 0);
    *archive = (struct archive){NULL, NULL};
    luaL_setmetatable(L, ZIP);
    zip_error_t error;
    zip_error_init(&error);
    archive->bytes = zip_source_buffer_create(NULL, 0, 0, &error);
    if (archive->bytes) archive->zip = zip_open_from_source(archive->bytes, ZIP_TRUNCATE, &error);
    if (!archive->zip) api_error(L, "the archive cannot be made: %s", zip_error_strerror(&error));
    zip_source_keep(archive->bytes); /* zip_open took the first reference */
    zip_error_fini(&error);
    return 1;
}

/* add(name, bytes [, { store = true }]) */
static int archive_add(lua_State *L) {
    struct archive *archive = check_archive(L);
    struct text name = api_text(L, 2, "the entry's name");
    struct text bytes = api_bytes(L, 3, "the entry's content");
    const char *problem = output_path_problem(name);
    if (problem) api_error(L, "'%s': %s", name.bytes, problem);
    static const char *const names[] = {"store", NULL};
    bool store = false;
    if (api_options(L, 4, "zip:add", names)) {
        lua_getfield(L, 4, "store");
        store = lua_toboolean(L, -1);
    }
    /* libzip reads it when the archive ends; the copy is its own, unless it has no length. */
    char *copy = bytes.length ? malloc(bytes.length) : NULL;
    if (bytes.length && !copy) memory_exhausted(bytes.length);
    if (copy) memcpy(copy, bytes.bytes, bytes.length);
    zip_source_t *source = zip_source_buffer(archive->zip, copy, bytes.length, copy != NULL);
    if (!source) {
        free(copy);
        api_error(L, "'%s' cannot be added: %s", name.bytes, zip_strerror(archive->zip));
    }
    zip_int64_t index = zip_file_add(archive->zip, name.bytes, source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        api_error(L, "'%s' cannot be added: %s", name.bytes, zip_strerror(archive->zip));
    }
    zip_set_file_compression(archive->zip, (zip_uint64_t)index,
                             store ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0);
    zip_file_set_dostime(archive->zip, (zip_uint64_t)index, 0, 0x21, 0); /* 1980-01-01 */
    return 0;
}

/* bytes(): the whole archive, which ends. */
static int archive_bytes(lua_State *L) {
    struct archive *archive = check_archive(L);
    if (zip_close(archive->zip) != 0)
        api_error(L, "the archive cannot be written: %s", zip_strerror(archive->zip));
    archive->zip = NULL;
    zip_stat_t status;
    luaL_Buffer buffer;
    if (zip_source_stat(archive->bytes, &status) != 0 || zip_source_open(archive->bytes) != 0)
        api_error(L, "the archive cannot be read back");
    char *room = luaL_buffinitsize(L, &buffer, status.size);
    zip_int64_t got = zip_source_read(archive->bytes, room, status.size);
    zip_source_close(archive->bytes);
    end_archive(archive);
    luaL_pushresultsize(&buffer, got > 0 ? (size_t)got : 0);
    return 1;
}

void zip_api_open(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"add", archive_add}, {"bytes", archive_bytes}, {NULL, NULL}};
    static const luaL_Reg meta[] = {
        {"__gc", archive_collect}, {"__close", archive_collect}, {NULL, NULL}};
    static const luaL_Reg functions[] = {{"new", archive_new}, {NULL, NULL}};
    luaL_newmetatable(L, ZIP);
    lua_pushliteral(L, "an archive");
    lua_setfield(L, -2, "__name");
    luaL_setfuncs(L, meta, 0);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
}

#else

static int archive_new(lua_State *L) {
    return api_fail(L, "missing",
                    "this galley was built without libzip; install libzip-dev and build again");
}

void zip_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {{"new", archive_new}, {NULL, NULL}};
    luaL_newlib(L, functions);
}

#endif
