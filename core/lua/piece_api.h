/* piece_api.h: pieces of pages that layouts handle and Lua neither copies nor collects.
 *
 * - once(article, name, make): up to 16 texts that make(article) answers (nil for one that is not
 *   there), made once a run and kept in the shared arena (corpus/kept.h).
 * - body(article): what article:html() gives, rendered when it is written.
 *
 * A piece is a light userdata: the address of a struct kept_text, or of the article's struct
 * corpus_file; both stay for the whole run. All light userdata that a plugin can get hold of are
 * such pieces, so the metatable of that type is theirs: tostring(piece), #piece and `..` work, and
 * getmetatable(piece) is "piece". page_api.h writes them into a page.
 */
#ifndef GALLEY_PIECE_API_H
#define GALLEY_PIECE_API_H

#include "lua/article_api.h"

/* Sets the fields `once` and `body` of the table on top. Both outlive the state. */
void piece_api_open(lua_State *L, struct site_view *view, struct shared_writer *writer,
                    size_t room);
/* Appends the text of the piece at `index`. */
void piece_api_append(lua_State *L, int index, struct site_view *view, struct buffer *out);

#endif
