/* xml_api.h: galley.xml: reading XML of any length, record by record, by expat.
 *
 *     for record in galley.xml.records(read, { "item", "wp:author" }) do ... end
 *
 * `read` is a text, or a function that gives the next bytes and nil at the end. A record is an
 * element of one of the names, outside of another record, as a table: name, attributes (a table),
 * and its content as a list: texts and elements of the same form; white space between elements is
 * left out. Names are as written, with their prefix. Memory grows with the largest record only.
 *
 * Refused: declarations of entities (nothing that people exchange needs them, and bombs are made
 * of them), more than 256 levels, a record of more than 64 MB. References to entities that are
 * declared nowhere, such as &nbsp; in sloppy feeds, stay as they are written. Control characters
 * that XML forbids become blanks. Encodings: UTF-8, UTF-16, ISO-8859-1, US-ASCII, Windows-1252.
 * Errors: raised as "line 4, column 1: what is wrong".
 */
#ifndef GALLEY_XML_API_H
#define GALLEY_XML_API_H

#include <lua.h>

void xml_api_open(lua_State *L);

#endif
