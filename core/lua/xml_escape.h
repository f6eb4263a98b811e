/* xml_escape.h: galley.xml.escape and element: text made fit for XML, in one pass.
 *
 *     galley.xml.escape(text)                          for text, and for attributes in double
 * quotes galley.xml.element(name, value [, attributes])   value is anything that tostring takes;
 * nil is no text; attributes stand as they are given
 *
 * What XML 1.0 cannot hold at all is left out: control characters but tab and line ends, U+FFFE
 * and U+FFFF; so is U+007F, which it discourages. Bytes that are not UTF-8 become U+FFFD.
 */
#ifndef GALLEY_XML_ESCAPE_H
#define GALLEY_XML_ESCAPE_H

#include "base/memory.h"

#include <lua.h>

/* For callers in C; `text` is UTF-8. */
void xml_escape_text(struct text text, struct buffer *out);
int xml_escape(lua_State *L);
int xml_element(lua_State *L);

#endif
