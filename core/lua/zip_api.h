/* zip_api.h: galley.zip: archives made in memory, by libzip.
 *
 *     local zip = galley.zip.new()           nil, message, "missing" in a build without libzip
 *     zip:add("mimetype", "application/epub+zip", { store = true })
 *     ctx.out:write(zip:bytes())             ends it
 *
 * Entries stand in the order in which they were added and have no times of their own, so that the
 * same entries give the same bytes. Names are relative, without "..", "\" and control characters.
 */
#ifndef GALLEY_ZIP_API_H
#define GALLEY_ZIP_API_H

#include <lua.h>

void zip_api_open(lua_State *L);

#endif
