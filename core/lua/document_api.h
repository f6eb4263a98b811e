/* document_api.h: documents and their nodes as Lua sees them.
 *
 * A node in Lua is a small userdata: whose document, which node. Asking twice for one node gives
 * the same userdata, so that `a == b` and tables keyed by nodes work. Nodes keep their document's
 * handle alive, and the handle says whether the document is still there: when C closes it, every
 * node of it raises an error and none can crash.
 *
 * Inserting moves: a node goes from where it stood, in this document or another, to its new place
 * and stays the same object in Lua. Only nodes of a read-only document are copied.
 *
 * Walks and loops see the nodes that were there when they began: each that is still in the tree
 * when its turn comes, in the old order; nodes inserted meanwhile are not visited.
 *
 * Ownership: a document that C pushes stays C's and must outlive the handle's closing; its path
 * too. Documents made by scripts, and by document_api_create, belong to their handle and go with
 * it. Errors: everything here may raise Lua errors; misuse by C is undefined.
 */
#ifndef GALLEY_DOCUMENT_API_H
#define GALLEY_DOCUMENT_API_H

#include "document/document.h"

#include <lua.h>

struct document_handle;

enum document_flags { DOCUMENT_READ_ONLY = 1 };

/* Once a state: pushes the table of constructors (galley.node). */
void document_api_open(lua_State *L);

/* Pushes the root of a document of C's. `path` is what positions name as the file; empty for none.
 * The handle lives until document_api_close. DOCUMENT_READ_ONLY: the struct is copied, so that it
 * may be the caller's local, and the handle lives as long as Lua keeps one of its nodes; it is not
 * closed.
 */
struct document_handle *document_api_push(lua_State *L, struct document *document, struct text path,
                                          unsigned flags);
/* The same of a document whose Markdown is parsed when a script first looks into its nodes: `read`
 * is then called once with `context`, fills the document and says whether it could. `body` is the
 * Markdown, read without DIALECT_SMART: that it has not what a script looks for may be seen
 * without parsing. */
struct document_handle *document_api_push_unread(lua_State *L, struct document *document,
                                                 struct text path, struct text body,
                                                 bool (*read)(void *context), void *context);
/* Pushes a node of a document pushed by document_api_push whose handle lives; nil for NO_NODE. */
void document_api_push_node(lua_State *L, struct document_handle *handle, node_id id);
/* From here on its nodes are gone. The document itself is left alone. */
void document_api_close(lua_State *L, struct document_handle *handle);

/* Pushes the root of a new document, owned by Lua, over a copy of `source`; C may fill it at once,
 * for instance by markdown_parse. */
struct document *document_api_create(lua_State *L, struct text source, uint32_t body,
                                     struct text path);

/* The node at a stack index, or NO_NODE when it is something else; raises an error when its
 * document is gone. */
node_id document_api_node(lua_State *L, int index, struct document **document);

/* Where the node stands in its source; line 0 when it stands nowhere. */
struct place document_api_place(struct document_handle *handle, node_id id);
/* The node whose handler ran last: where to point when a handler raised an error. */
node_id document_api_current(const struct document_handle *handle);

/* Compiles a filter's handlers: the table at `index` is a plugin's, with tables `nodes` and `enter`
 * from selector to function (or neither). Pushes the handlers as one value. Errors name the key.
 * Of several handlers for one node the most general runs first; equals by their selectors' bytes.
 */
void document_api_handlers(lua_State *L, int index);
/* Walks the tree below the node at `root`, it included, calling handlers (a value of
 * document_api_handlers) as handler(node, context). The children of a node come before it; `enter`
 * handlers run on the way down, and when one answers "skip", the node's children are not visited.
 * A node that an answer replaced or removed is not given to further handlers, nor is what replaced
 * it. Errors of handlers come through unchanged. */
void document_api_walk(lua_State *L, int root, int handlers, int context);

#endif
