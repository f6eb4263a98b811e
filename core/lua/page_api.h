/* page_api.h: pages on their way from a template to the output, outside Lua's memory.
 *
 * A template makes a page of a hundred pieces or so. Joined by Lua they would be a string of 10 KB
 * that is copied three times and collected as rubbish; here they are copied once, behind one
 * another, and Lua holds a small object that says where. `tostring(page)` and `#page` work as for
 * the string; a page lives as long as the task in which it was made, and using it later raises an
 * error.
 *
 * Ownership: the store belongs to the engine's job of a worker; page_store_reset forgets all pages.
 */
#ifndef GALLEY_PAGE_API_H
#define GALLEY_PAGE_API_H

#include "lua/article_api.h"

struct page_store {
    struct buffer bytes;
    uint32_t task; /* which task the bytes belong to */
};

void page_store_reset(struct page_store *store);
/* Sets fields of the table on top: compose(pieces, count) -> page, page_names(values, metatable) ->
 * a copy of the table, and is_page(value). Both outlive the state. */
void page_api_open(lua_State *L, struct page_store *store, struct site_view *view);
/* The content of a page or string argument; raises an error when it is neither. */
struct text page_api_content(lua_State *L, int index, const char *what);

#endif
