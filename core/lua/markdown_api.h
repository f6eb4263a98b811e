/* markdown_api.h: galley.markdown, galley.yaml and galley.toml: parsing and writing for scripts.
 *
 * All share one set of parsers a state. What a parser has to say is returned: an error as nil,
 * message, "malformed"; warnings as a list of texts behind the result.
 */
#ifndef GALLEY_MARKDOWN_API_H
#define GALLEY_MARKDOWN_API_H

#include <lua.h>

/* Each pushes its table of functions. */
void markdown_api_open(lua_State *L);
void yaml_api_open(lua_State *L);
void toml_api_open(lua_State *L);

#endif
