#include "lua/sqlite_room.h"

#ifdef HAVE_SQLITE3

#include <errno.h>
#include <lauxlib.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_SYSTEM "galley-room"

/* Lies in a userdata of the registry. */
struct room {
    sqlite3_vfs system;
    sqlite3_vfs *usual; /* what else SQLite asks of the machine */
    int file;
    bool taken, broken;
};

struct open_file {
    sqlite3_file base;
    int file;
};

static const char key; /* of the registry */

/* Bytes that were never written read as zeros. */
static int file_read(sqlite3_file *opened, void *to, int wanted, sqlite3_int64 at) {
    char *bytes = to;
    size_t length = (size_t)wanted, filled = 0;
    while (filled < length) {
        ssize_t got = pread(((struct open_file *)opened)->file, bytes + filled, length - filled,
                            (off_t)at + (off_t)filled);
        if (got < 0 && errno != EINTR) return SQLITE_IOERR_READ;
        if (got == 0) break;
        if (got > 0) filled += (size_t)got;
    }
    memset(bytes + filled, 0, length - filled);
    return filled < length ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

static int file_write(sqlite3_file *opened, const void *from, int wanted, sqlite3_int64 at) {
    const char *bytes = from;
    for (size_t length = (size_t)wanted, done = 0; done < length;) {
        ssize_t wrote = pwrite(((struct open_file *)opened)->file, bytes + done, length - done,
                               (off_t)at + (off_t)done);
        if (wrote < 0 && errno != EINTR)
            return errno == ENOSPC || errno == EDQUOT ? SQLITE_FULL : SQLITE_IOERR_WRITE;
        if (wrote > 0) done += (size_t)wrote;
    }
    return SQLITE_OK;
}

static int file_truncate(sqlite3_file *opened, sqlite3_int64 size) {
    return ftruncate(((struct open_file *)opened)->file, (off_t)size) ? SQLITE_IOERR_TRUNCATE
                                                                      : SQLITE_OK;
}

static int file_size(sqlite3_file *opened, sqlite3_int64 *size) {
    struct stat status;
    if (fstat(((struct open_file *)opened)->file, &status) != 0) return SQLITE_IOERR_FSTAT;
    *size = status.st_size;
    return SQLITE_OK;
}

/* Nobody else has the file, and nobody needs it after a fall of the machine. */
static int file_close(sqlite3_file *opened) {
    (void)opened;
    return SQLITE_OK;
}

static int file_sync(sqlite3_file *opened, int flags) {
    (void)opened, (void)flags;
    return SQLITE_OK;
}

static int file_lock(sqlite3_file *opened, int level) {
    (void)opened, (void)level;
    return SQLITE_OK;
}

static int file_is_reserved(sqlite3_file *opened, int *answer) {
    (void)opened;
    *answer = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *opened, int operation, void *argument) {
    (void)opened, (void)operation, (void)argument;
    return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *opened) {
    (void)opened;
    return 4096;
}

static int file_traits(sqlite3_file *opened) {
    (void)opened;
    return 0;
}

static int room_open_file(sqlite3_vfs *system, const char *name, sqlite3_file *opened, int flags,
                          int *given) {
    static const sqlite3_io_methods methods = {
        .iVersion = 1,
        .xClose = file_close,
        .xRead = file_read,
        .xWrite = file_write,
        .xTruncate = file_truncate,
        .xSync = file_sync,
        .xFileSize = file_size,
        .xLock = file_lock,
        .xUnlock = file_lock,
        .xCheckReservedLock = file_is_reserved,
        .xFileControl = file_control,
        .xSectorSize = file_sector,
        .xDeviceCharacteristics = file_traits,
    };
    struct room *room = system->pAppData;
    (void)name;
    opened->pMethods = NULL;
    if (!(flags & SQLITE_OPEN_MAIN_DB)) return SQLITE_CANTOPEN;
    ((struct open_file *)opened)->file = room->file;
    opened->pMethods = &methods;
    if (given) *given = flags;
    return SQLITE_OK;
}

static int room_delete(sqlite3_vfs *system, const char *name, int sync) {
    (void)system, (void)name, (void)sync;
    return SQLITE_OK;
}

static int room_has(sqlite3_vfs *system, const char *name, int flags, int *answer) {
    (void)system, (void)name, (void)flags;
    *answer = 0; /* no journal of an earlier run */
    return SQLITE_OK;
}

static int room_full_name(sqlite3_vfs *system, const char *name, int size, char *full) {
    (void)system;
    sqlite3_snprintf(size, full, "%s", name);
    return SQLITE_OK;
}

static sqlite3_vfs *usual(sqlite3_vfs *system) {
    return ((struct room *)system->pAppData)->usual;
}

static int room_random(sqlite3_vfs *system, int size, char *bytes) {
    return usual(system)->xRandomness(usual(system), size, bytes);
}

static int room_sleep(sqlite3_vfs *system, int microseconds) {
    return usual(system)->xSleep(usual(system), microseconds);
}

static int room_time(sqlite3_vfs *system, double *time) {
    return usual(system)->xCurrentTime(usual(system), time);
}

static int room_last_error(sqlite3_vfs *system, int size, char *message) {
    (void)system, (void)size, (void)message;
    return 0;
}

static int room_collect(lua_State *L) {
    struct room *room = lua_touserdata(L, 1);
    sqlite3_vfs_unregister(&room->system);
    return 0;
}

void sqlite_room_give(lua_State *L, int file) {
    struct room *room = lua_newuserdatauv(L, sizeof *room, 0);
    *room = (struct room){.usual = sqlite3_vfs_find(NULL), .file = file};
    room->system = (sqlite3_vfs){.iVersion = 1,
                                 .szOsFile = sizeof(struct open_file),
                                 .mxPathname = 64,
                                 .zName = FILE_SYSTEM,
                                 .pAppData = room,
                                 .xOpen = room_open_file,
                                 .xDelete = room_delete,
                                 .xAccess = room_has,
                                 .xFullPathname = room_full_name,
                                 .xRandomness = room_random,
                                 .xSleep = room_sleep,
                                 .xCurrentTime = room_time,
                                 .xGetLastError = room_last_error};
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, room_collect);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
    sqlite3_vfs_register(&room->system, 0);
}

static struct room *room_of(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key);
    struct room *room = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return room;
}

bool sqlite_room_open(lua_State *L, struct sqlite3 **db) {
    struct room *room = room_of(L);
    if (!room || room->taken || ftruncate(room->file, 0) != 0) return false;
    room->taken = true;
    sqlite3_open_v2("galley", db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, FILE_SYSTEM);
    return true;
}

ptrdiff_t sqlite_room_read(lua_State *L, size_t at, char *bytes, size_t length) {
    struct room *room = room_of(L);
    for (;;) {
        ssize_t got = pread(room->file, bytes, length, (off_t)at);
        if (got >= 0 || errno != EINTR) return got;
    }
}

void sqlite_room_leave(lua_State *L) {
    struct room *room = room_of(L);
    room->taken = false;
    if (ftruncate(room->file, 0) != 0) room->taken = true; /* nobody comes after that */
}

void sqlite_room_break(lua_State *L) {
    room_of(L)->broken = true;
}

bool sqlite_room_broken(lua_State *L) {
    struct room *room = room_of(L);
    return room && room->broken;
}

#else

void sqlite_room_give(lua_State *L, int file) {
    (void)L, (void)file;
}

bool sqlite_room_broken(lua_State *L) {
    (void)L;
    return false;
}

#endif
