/* node_proxy.h: what the files of the node API share; nobody else includes this.
 *
 * A handle's uservalue is its cache: a table from node number to proxy, with the handle itself
 * under 0. A proxy's uservalue is that cache, so proxies keep it and it keeps the handle.
 */
#ifndef GALLEY_NODE_PROXY_H
#define GALLEY_NODE_PROXY_H

#include "document/content.h"
#include "document/property.h"
#include "document/selector.h"
#include "lua/api.h"
#include "lua/document_api.h"

struct document_handle {
    struct document *document; /* NULL when it is gone */
    struct document own;
    char *memory; /* of source and path, when they are ours */
    struct text path;
    bool read_only, owned, frozen; /* frozen: of the corpus, kept by its nodes alone */
    bool (*read)(void *context);   /* not NULL: nothing is parsed yet, and this does it */
    void *context;
    struct text unread; /* the Markdown, until then */
    uint32_t version;   /* counts changes of the tree */
    struct selector_memory selectors;
    uint32_t *lines; /* where lines begin; made when first asked for */
    uint32_t line_count, line_capacity;
    node_id spare;   /* marks a place during an insertion; 0 until one is needed */
    node_id current; /* whose handler runs */
};

struct node_proxy {
    const void *magic; /* proves that the userdata is a proxy, whatever metatable it shows */
    struct document_handle *handle;
    node_id id;
};

/* NULL when the value is no node. Its document may be unread. */
struct node_proxy *node_peek(lua_State *L, int index);
/* NULL when the value is no node. */
struct node_proxy *node_test(lua_State *L, int index);
/* Raises an error when it is no node or its document is gone; `function` is for the message. */
struct node_proxy *node_check(lua_State *L, int index, const char *function);
/* The same for a function that changes the node. */
struct node_proxy *node_check_change(lua_State *L, int index, const char *function);
/* Of the proxy at `index`; pushes the cache. */
int node_push_cache(lua_State *L, int index);
void node_push(lua_State *L, int cache, struct document_handle *handle, node_id id);
void handle_changed(struct document_handle *handle);
/* Raises an error when the document cannot hold so many bytes more. */
void handle_room(lua_State *L, const struct document_handle *handle, size_t bytes);
void handle_release(struct document_handle *handle);

/* The document that constructors build in: a handle, with its cache pushed. */
struct document_handle *fragment_push(lua_State *L);

/* A compiled selector for the string at `index`; pushes what keeps it. */
const struct selector *selector_check(lua_State *L, int index, const char *what);

/* Puts x, the value at a stack index, into a tree. x is a node, a string or a list of those; a
 * document stands for its children. What is to be put in is checked before anything changes. */
struct placing {
    struct document_handle *handle;
    int cache; /* the stack index of the handle's cache */
    node_id parent;
    const char *function; /* for messages: "append" */
    const char
        *origin; /* what messages begin with in the place of the caller's position, or NULL */
    bool copies; /* a node that stands in a tree is copied, not moved */
};
/* Before `before`, or at the end. Gives the first node put in, NO_NODE for an empty list. */
node_id node_place(lua_State *L, const struct placing *placing, node_id before, int x);
/* Raises the error that node_place would. */
void node_place_check(lua_State *L, const struct placing *placing, int x);
/* In the place of `id`, which is taken out (unless x has it too); the parent is id's. */
node_id node_exchange(lua_State *L, struct placing *placing, node_id id, int x);

/* Assigns the value at `value`. */
void node_assign(lua_State *L, struct document_handle *handle, node_id id,
                 const struct property *property, int value);
/* Assigns the attribute that the value at `name` names. */
void node_assign_attribute(lua_State *L, struct document_handle *handle, node_id id, int name,
                           int value);

/* Fills the metatable of nodes, on top of the stack. */
void node_register(lua_State *L);
/* Each adds its functions to the table on top (methods of nodes, or galley.node). */
void node_change_register(lua_State *L);
void node_walk_register(lua_State *L);
void node_replace_register(lua_State *L);
void node_loop_register(lua_State *L);
void node_make_register(lua_State *L);
void node_attributes_register(lua_State *L);
int node_push_attributes(lua_State *L, struct node_proxy *proxy);

#endif
