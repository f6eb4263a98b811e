/* sqlite_room.h: a file that is open already, as the place of a database.
 *
 * A worker may open no file to write to, and its memory is bounded; but it has a nameless file of
 * its own (run/pieces.h). SQLite reaches it through a file system of one file, made here: it opens
 * no name, and a second database finds the place taken.
 *
 *     sqlite_room_give(L, file)        once, by whoever makes the Lua state
 *     sqlite_room_open(L, &db)         false: there is no room, or it is taken
 *     sqlite_room_read(L, at, ...)     the bytes of the database that is in it
 *     sqlite_room_leave(L)             behind sqlite3_close_v2: the next one finds it empty
 *     sqlite_room_break(L)             the system refused bytes for it, which `broken` then says
 *
 * Without a journal: what fails in a transaction cannot be taken back. Built without sqlite3, give
 * does nothing, broken is false and the others are not there.
 */
#ifndef GALLEY_SQLITE_ROOM_H
#define GALLEY_SQLITE_ROOM_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

void sqlite_room_give(lua_State *L, int file);
bool sqlite_room_broken(lua_State *L);

#ifdef HAVE_SQLITE3
struct sqlite3;

/* *db is to be closed also after an error, which SQLite then tells of. */
bool sqlite_room_open(lua_State *L, struct sqlite3 **db);
/* So many bytes as there are, up to `length`; -1 with errno set. */
ptrdiff_t sqlite_room_read(lua_State *L, size_t at, char *bytes, size_t length);
void sqlite_room_leave(lua_State *L);
void sqlite_room_break(lua_State *L);
#endif

#endif
