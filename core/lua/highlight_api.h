/* highlight_api.h: galley.highlight: program code with its words marked, by GNU Source-highlight.
 *
 *     galley.highlight.html(code, language [, prefix])   nil, message, code where it cannot be done
 *     galley.highlight.languages()                       a list of names
 *
 * Codes: "missing" in a build without the library or where its definitions cannot be read,
 * "unknown" for a language, "limit" for code of more than 1 MB.
 */
#ifndef GALLEY_HIGHLIGHT_API_H
#define GALLEY_HIGHLIGHT_API_H

#include <lua.h>

void highlight_api_open(lua_State *L);

#endif
