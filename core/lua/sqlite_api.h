/* sqlite_api.h: galley.sqlite: a database made by sqlite3, in memory or in a worker's nameless
 * file.
 *
 *     local db = galley.sqlite.new()         nil, message, "missing" in a build without sqlite3
 *     db:run("CREATE TABLE t (a, b)")        one statement, or several without values
 *     db:run("INSERT INTO t VALUES (?, ?)", 1, "text")
 *     ctx.out:write(db:bytes())              the file; ends it, and a transaction that is open
 *     for chunk in db:chunks() do ... end    the same in pieces of 1 MB, never in memory twice
 *
 * Values are numbers, text, booleans and nil. Statements with values are prepared once. Nothing
 * outside can be reached: no file is opened or attached, no extension loaded. Errors are raised.
 */
#ifndef GALLEY_SQLITE_API_H
#define GALLEY_SQLITE_API_H

#include <lua.h>

void sqlite_api_open(lua_State *L);

#endif
