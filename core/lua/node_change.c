/* The methods that change a tree. */
#include "lua/node_proxy.h"

static struct placing placing_of(lua_State *L, struct node_proxy *proxy, const char *function) {
    return (struct placing){
        .handle = proxy->handle, .cache = node_push_cache(L, 1), .function = function};
}

static node_id parent_of(lua_State *L, const struct node_proxy *proxy, const char *function) {
    node_id parent = document_node(proxy->handle->document, proxy->id)->parent;
    if (!parent)
        api_error(L, "%s: this %s has no parent", function,
                  node_type_name(
                      (enum node_type)document_node(proxy->handle->document, proxy->id)->type));
    return parent;
}

static int place(lua_State *L, const char *function, bool beside, bool behind) {
    struct node_proxy *proxy = node_check_change(L, 1, function);
    lua_settop(L, 2);
    const struct node *node = document_node(proxy->handle->document, proxy->id);
    struct placing placing = placing_of(L, proxy, function);
    placing.parent = beside ? parent_of(L, proxy, function) : proxy->id;
    node_id before = beside ? (behind ? node->next : proxy->id) : (behind ? NO_NODE : node->first);
    node_id first = node_place(L, &placing, before, 2);
    node_push(L, placing.cache, placing.handle, first);
    return 1;
}

static int node_append_x(lua_State *L) {
    return place(L, "append", false, true);
}

static int node_prepend_x(lua_State *L) {
    return place(L, "prepend", false, false);
}

static int node_insert_before_x(lua_State *L) {
    return place(L, "insert_before", true, false);
}

static int node_insert_after_x(lua_State *L) {
    return place(L, "insert_after", true, true);
}

static void take_out(struct document_handle *handle, node_id id) {
    node_unlink(handle->document, id);
    handle_changed(handle);
}

static int node_replace_x(lua_State *L) {
    struct node_proxy *proxy = node_check_change(L, 1, "replace");
    lua_settop(L, 2);
    parent_of(L, proxy, "replace");
    if (lua_isboolean(L, 2) && !lua_toboolean(L, 2)) {
        take_out(proxy->handle, proxy->id);
        return 0;
    }
    if (lua_isnil(L, 2))
        api_error(L, "replace takes a node, a string or a list of those, not nil; to take the node "
                     "away call remove");
    struct placing placing = placing_of(L, proxy, "replace");
    node_id first = node_exchange(L, &placing, proxy->id, 2);
    node_push(L, placing.cache, placing.handle, first);
    return 1;
}

static int node_remove_x(lua_State *L) {
    struct node_proxy *proxy = node_check_change(L, 1, "remove");
    if (document_node(proxy->handle->document, proxy->id)->type == NODE_DOCUMENT)
        api_error(L, "remove: a document cannot be taken out; remove its children");
    take_out(proxy->handle, proxy->id);
    lua_settop(L, 1);
    return 1;
}

/* The node goes to the end of the wrapper's children. */
static int node_wrap(lua_State *L) {
    struct node_proxy *proxy = node_check_change(L, 1, "wrap");
    lua_settop(L, 2);
    struct node_proxy *wrapper = node_check(L, 2, "wrap");
    struct document_handle *handle = proxy->handle;
    struct document *document = handle->document, *from = wrapper->handle->document;
    node_id parent = parent_of(L, proxy, "wrap");
    if (wrapper->handle->read_only)
        api_error(L, "wrap: the wrapper is frozen; make one with galley.node");
    if (document_node(from, wrapper->id)->type == NODE_DOCUMENT)
        api_error(L, "wrap: a document cannot stand in a tree");
    if (!content_allows(from, wrapper->id, document, proxy->id))
        api_error(L, "wrap: %s cannot stand in %s",
                  node_type_phrase((enum node_type)document_node(document, proxy->id)->type),
                  node_type_phrase((enum node_type)document_node(from, wrapper->id)->type));
    uint32_t above = node_depth(document, parent);
    if (above + 1 + node_height(document, proxy->id) > DOCUMENT_DEPTH)
        api_error(L, "wrap: the tree would be more than %d nodes deep", DOCUMENT_DEPTH);
    if (wrapper->handle == handle && node_is_within(document, wrapper->id, proxy->id))
        api_error(L, "wrap: a node cannot be wrapped into itself");
    struct placing placing = placing_of(L, proxy, "wrap");
    placing.parent = parent;
    node_place(L, &placing, proxy->id, 2);
    node_unlink(document, proxy->id);
    node_append(document, wrapper->id, proxy->id);
    handle_changed(handle);
    lua_settop(L, 2);
    return 1;
}

static int node_unwrap(lua_State *L) {
    struct node_proxy *proxy = node_check_change(L, 1, "unwrap");
    struct document *document = proxy->handle->document;
    node_id parent = parent_of(L, proxy, "unwrap"), child;
    for (child = document_node(document, proxy->id)->first; child;
         child = document_node(document, child)->next)
        if (!content_allows(document, parent, document, child))
            api_error(L, "unwrap: %s cannot stand in %s",
                      node_type_phrase((enum node_type)document_node(document, child)->type),
                      node_type_phrase((enum node_type)document_node(document, parent)->type));
    while ((child = document_node(document, proxy->id)->first)) {
        node_unlink(document, child);
        node_insert_before(document, proxy->id, child);
    }
    take_out(proxy->handle, proxy->id);
    lua_settop(L, 1);
    return 1;
}

/* A clone belongs to no tree and outlives the document it was made from. */
static int node_clone(lua_State *L) {
    struct node_proxy *proxy = node_check(L, 1, "clone");
    const struct document *from = proxy->handle->document;
    if (proxy->id == ROOT_NODE && document_node(from, ROOT_NODE)->type == NODE_DOCUMENT) {
        struct document *to = document_api_create(L, TEXT(""), 0, TEXT(""));
        from = node_check(L, 1, "clone")->handle->document; /* a finalizer may have run */
        for (node_id child = document_node(from, ROOT_NODE)->first; child;
             child = document_node(from, child)->next)
            node_append(to, ROOT_NODE, document_copy(to, from, child));
        return 1;
    }
    struct document_handle *to = fragment_push(L);
    from = node_check(L, 1, "clone")->handle->document;
    handle_room(L, to, from->strings.source.length + from->strings.pool_length);
    node_push(L, lua_gettop(L), to, document_copy(to->document, from, proxy->id));
    return 1;
}

void node_change_register(lua_State *L) {
    static const luaL_Reg functions[] = {{"append", node_append_x},
                                         {"prepend", node_prepend_x},
                                         {"insert_before", node_insert_before_x},
                                         {"insert_after", node_insert_after_x},
                                         {"replace", node_replace_x},
                                         {"remove", node_remove_x},
                                         {"wrap", node_wrap},
                                         {"unwrap", node_unwrap},
                                         {"clone", node_clone},
                                         {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
