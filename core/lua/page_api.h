/* page_api.h: what templates write, outside Lua's memory.
 *
 * A sheet is a page that is being written. A compiled template
 * (scripts/galley/template_compile.lua) hands over its text once, when it is loaded, and then only
 * the values between, many with one call:
 *
 *     local page = require("galley.page")
 *     local write = page.writer({ { "<h1>", "text", "</h1>\n" } }, escapers)
 *     local sheet = page.open()
 *     write(sheet, 1, article.title)    -- the run 1: its texts and the values, in turn
 *     page.text(sheet)                  -- as a string; the sheet is empty again
 *
 * A run is a list of texts with the names of escapers between them. Most values have nothing to
 * escape, and are written without a call of Lua:
 *
 *     raw        strings, and pieces (piece_api.h)
 *     text       strings, escaped as HTML's text
 *     attribute  strings without & < > " '
 *     url        strings of letters and digits of ASCII, / . _ -
 *     all four   whole numbers; nil, which prints nothing
 *
 * For every other value escapers[name](value) gives the text. A value that cannot be printed is an
 * error at the line of the call.
 *
 * In a worker a finished sheet becomes a page: keep_page(sheet) -> page. What is only to be written
 * to a file never becomes Lua's; `tostring(page)` and `#page` work as for a string. A page lives as
 * long as the task in which it was made, and using it later raises an error.
 *
 * Ownership: a sheet owns its bytes; the store of pages belongs to the engine's job of a worker,
 * and page_store_reset forgets all pages.
 */
#ifndef GALLEY_PAGE_API_H
#define GALLEY_PAGE_API_H

#include "lua/article_api.h"

struct page_store {
    struct buffer *pages; /* of the task in hand; behind them, empty ones that wait */
    uint32_t count, made, capacity;
    uint32_t task; /* which task the pages belong to */
};

void page_store_reset(struct page_store *store);
/* Makes the module "galley.page" for `require`: open, writer, text, and names(values, metatable) ->
 * a copy of the table with room for the names that a template adds. */
void page_api_open(lua_State *L);
/* Sets fields of the table on top: keep_page and is_page(value). Sheets that are opened from now on
 * can have pieces. Both outlive the state.
 */
void page_api_open_worker(lua_State *L, struct page_store *store, struct site_view *view);
/* The content of a page or string argument; raises an error when it is neither. */
struct text page_api_content(lua_State *L, int index, const char *what);

#endif
