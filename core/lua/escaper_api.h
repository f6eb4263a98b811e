/* escaper_api.h: the quick way through a template's escapers.
 *
 * Most of what a page prints has nothing to escape. escaper(kind, slow) gives a function that
 * returns such a value as it is and calls slow(value), the escaper proper, for every other one:
 *
 *     "raw"      strings and pieces (piece_api.h)
 *     "text"     strings without & < > " '
 *     "address"  strings of letters and digits of ASCII, / . _ -
 *
 * A value that cannot be printed is an error here, at the template's line, which slow could not
 * find any more.
 */
#ifndef GALLEY_ESCAPER_API_H
#define GALLEY_ESCAPER_API_H

#include <lua.h>

/* Sets the field `escaper` of the table on top. */
void escaper_api_open(lua_State *L);

#endif
