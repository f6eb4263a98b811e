/* Loops over nodes. A loop keeps the numbers of the nodes that were there when it began, and passes
 * over those which are no longer below its root when their turn comes. */
#include "lua/node_proxy.h"

struct loop {
    struct document_handle *handle;
    const struct selector *selector;
    node_id root;
    uint32_t version, at, count;
    bool children;
    node_id ids[];
};

/* Upvalues: the loop, the cache, what keeps the selector. */
static int loop_next(lua_State *L) {
    struct loop *loop = lua_touserdata(L, lua_upvalueindex(1));
    struct document_handle *handle = loop->handle;
    if (!handle->document)
        api_error(L, "the document of this loop is gone; keep text or a clone instead");
    while (loop->at < loop->count) {
        node_id id = loop->ids[loop->at++];
        const struct document *document = handle->document;
        if (loop->version != handle->version) {
            node_id parent = document_node(document, id)->parent;
            if (loop->children ? parent != loop->root
                               : !node_is_within(document, parent, loop->root))
                continue;
        }
        if (loop->selector &&
            !selector_matches_below(loop->selector, document, loop->root, id, &handle->selectors))
            continue;
        node_push(L, lua_upvalueindex(2), handle, id);
        return 1;
    }
    lua_pushnil(L);
    return 1;
}

/* The next node below root in document order; NO_NODE at the end. */
static node_id following(const struct node *nodes, node_id root, node_id id) {
    if (nodes[id].first) return nodes[id].first;
    while (id != root && !nodes[id].next) id = nodes[id].parent;
    return id == root ? NO_NODE : nodes[id].next;
}

/* Writes the numbers of what the loop is over, as far as there is room; gives how many there are.
 */
static uint32_t list_nodes(const struct document *document, node_id root, bool children,
                           uint64_t types, node_id *ids, uint32_t room) {
    const struct node *nodes = document->nodes;
    uint32_t count = 0;
    node_id id = children ? nodes[root].first : following(nodes, root, root);
    for (; id; id = children ? nodes[id].next : following(nodes, root, id)) {
        if (!(types & TYPE_BIT(nodes[id].type))) continue;
        if (count < room) ids[count] = id;
        count++;
    }
    return count;
}

static int start_loop(lua_State *L, struct node_proxy *proxy, bool children, int selector) {
    const struct selector *compiled =
        selector ? *(struct selector **)lua_touserdata(L, selector) : NULL;
    uint64_t types = compiled ? selector_types(compiled) : ALL_TYPES;
    uint32_t room = list_nodes(proxy->handle->document, proxy->id, children, types, NULL, 0);
    int cache = node_push_cache(L, 1);
    struct loop *loop = lua_newuserdatauv(L, sizeof *loop + room * sizeof *loop->ids, 0);
    *loop = (struct loop){.handle = proxy->handle,
                          .selector = compiled,
                          .root = proxy->id,
                          .version = proxy->handle->version,
                          .children = children};
    node_check(L, 1, "a loop"); /* the allocation may have run a finalizer */
    uint32_t count =
        list_nodes(loop->handle->document, loop->root, children, types, loop->ids, room);
    loop->count = count < room ? count : room;
    lua_pushvalue(L, cache);
    if (selector)
        lua_pushvalue(L, selector);
    else
        lua_pushnil(L);
    lua_pushcclosure(L, loop_next, 3);
    return 1;
}

static int node_children(lua_State *L) {
    return start_loop(L, node_check(L, 1, "children"), true, 0);
}

static int node_descendants(lua_State *L) {
    return start_loop(L, node_check(L, 1, "descendants"), false, 0);
}

static int node_each(lua_State *L) {
    struct node_proxy *proxy = node_check(L, 1, "each");
    selector_check(L, 2, "the selector");
    return start_loop(L, proxy, false, lua_gettop(L));
}

static int node_find(lua_State *L) {
    struct node_proxy *proxy = node_check(L, 1, "find");
    const struct selector *selector = selector_check(L, 2, "the selector");
    struct document_handle *handle = proxy->handle;
    node_id id = proxy->id;
    while ((id = following(handle->document->nodes, proxy->id, id)))
        if (selector_matches_below(selector, handle->document, proxy->id, id, &handle->selectors))
            break;
    node_push(L, node_push_cache(L, 1), handle, id);
    return 1;
}

void node_loop_register(lua_State *L) {
    static const luaL_Reg functions[] = {{"children", node_children},
                                         {"descendants", node_descendants},
                                         {"each", node_each},
                                         {"find", node_find},
                                         {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
