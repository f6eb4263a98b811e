/* lines_api.h: reading lines at a terminal, with history and completion.
 *
 * libedit does it, or else readline, where one of them was found when Galley was built; without,
 * the table has only `call`, and the prompt reads plain lines.
 *
 *     read(prompt [, complete])   a line, or nil at the end; complete(word) -> list of candidates;
 *                                 nil and "interrupted" after ^C (with libedit it ends the program)
 *     add(line)                   to the history
 *     load(file), save(file)      the history
 *     call(function)              as pcall, and ^C ends it
 */
#ifndef GALLEY_LINES_API_H
#define GALLEY_LINES_API_H

#include <lua.h>

void lines_api_open(lua_State *L);

#endif
