/* text_api.h: galley.text: what Lua's string library cannot do, since it counts bytes.
 *
 * Every function takes and gives UTF-8. Characters are those that readers see (base/unicode.h),
 * widths columns of a terminal. Nothing depends on the locale.
 */
#ifndef GALLEY_TEXT_API_H
#define GALLEY_TEXT_API_H

#include <lua.h>

void text_api_open(lua_State *L);

#endif
