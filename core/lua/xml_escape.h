/* xml_escape.h: galley.xml.escape: text made fit for XML, in one pass.
 *
 *     galley.xml.escape(text)    for text, and for attributes in double quotes
 *
 * What XML 1.0 cannot hold at all is left out: control characters but tab and line ends, U+FFFE
 * and U+FFFF; so is U+007F, which it discourages. Bytes that are not UTF-8 become U+FFFD.
 */
#ifndef GALLEY_XML_ESCAPE_H
#define GALLEY_XML_ESCAPE_H

#include <lua.h>

int xml_escape(lua_State *L);

#endif
