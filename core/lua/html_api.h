/* html_api.h: galley.html: escape, unescape, build, raw; sanitise and text where gumbo is.
 *
 * escape is right for text and quoted attributes; templates escape by themselves. build makes an
 * element of a table: { "a", href = "/x", "text", { "em", "more" } }; strings are escaped, what raw
 * gives is not, attributes stand in the order of their names' bytes, true is an attribute without
 * value, false none.
 */
#ifndef GALLEY_HTML_API_H
#define GALLEY_HTML_API_H

#include "base/memory.h"

#include <lua.h>

void html_api_open(lua_State *L);
/* What html.escape gives, at the end of `out`. */
void html_api_escape(struct text text, struct buffer *out);
/* Whether there is nothing in a text for html.escape to escape. */
bool html_api_is_plain(struct text text);

#endif
