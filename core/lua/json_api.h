/* json_api.h: galley.json: parse, write, object, null.
 *
 * Plain: lists and maps become tables, null becomes json.null (a value of its own, so that lists
 * keep their positions), an empty map stays a map when written again. Ordered: they become the
 * same lists and maps that article.meta is made of, which keep the order of keys; null is nil.
 *
 * Written are plain data, those lists and maps, lists of other kinds (anything with #), and what
 * has a text of its own (dates, terms). Keys of tables stand in the order of their bytes.
 */
#ifndef GALLEY_JSON_API_H
#define GALLEY_JSON_API_H

#include <lua.h>

void json_api_open(lua_State *L);

#endif
