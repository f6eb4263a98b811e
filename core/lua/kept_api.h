/* kept_api.h: once(article, name, make), for layouts: what make(article) answers, made once a run.
 *
 * It answers up to 16 texts (nil for one that is not there), which lie in the shared arena
 * (corpus/kept.h) and are pieces to scripts: light userdata, which Lua neither copies nor collects,
 * and which page_api.h's compose puts into a page. All light userdata that a plugin can get hold of
 * are such pieces, so the metatable of that type is theirs: tostring(piece), #piece and `..` work,
 * and getmetatable(piece) is "piece".
 */
#ifndef GALLEY_KEPT_API_H
#define GALLEY_KEPT_API_H

#include "corpus/corpus.h"

#include <lua.h>

/* Sets the field `once` of the table on top. Both outlive the state. */
void kept_api_open(lua_State *L, const struct corpus *corpus, struct shared_writer *writer);
/* The text of the piece at `index`. */
struct text kept_api_text(lua_State *L, int index);

#endif
