/* A filter's handlers: compiled once, called by a walk that C drives.
 *
 * The walk first lists the visits: each node of a type that has handlers, on the way down and on
 * the way up. It then makes them one by one, passing over nodes that left the tree meanwhile. So
 * handlers may change the tree as they like, and no visit depends on a link that a handler cut.
 */
#include "lua/node_proxy.h"

#include <stdlib.h>

static const char handlers_magic;

struct handler {
    const struct selector *selector; /* NULL: each node of the type */
    int function, name;              /* in the uservalue */
};

enum way { UP, DOWN };
enum { TRIED = 512 };

struct handlers {
    const void *magic;
    uint64_t types[2]; /* by way */
    bool blocks_only;  /* bare types of blocks: what is inside their lines need not be looked at */
    uint32_t begin[2][NODE_TYPE_COUNT + 1]; /* in items, sorted by way, then type */
    struct handler items[];
};

struct visit {
    node_id id;
    uint32_t end; /* on the way down: the first visit that is not below the node */
    enum way way;
};

struct run {
    lua_State *L;
    const struct handlers *handlers;
    struct document_handle *handle;
    int functions, context, cache;
    uint32_t version;
    node_id root_id;
    uint64_t present; /* the types in the tree when the walk began */
    uint64_t
        impossible[TRIED / 64]; /* of the first items: what cannot match while it is unchanged */
};

/* Pushes the names of one table of handlers, most general first; checks keys and values. */
static lua_Integer push_order(lua_State *L, int table, const char *where) {
    lua_newtable(L);
    int list = lua_gettop(L);
    lua_Integer count = 0;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            api_error(L, "the keys of %s must be selectors, not %s", where, api_kind(L, -2));
        if (lua_type(L, -1) != LUA_TFUNCTION)
            api_error(L, "%s[\"%s\"] must be a function, not %s", where, lua_tostring(L, -2),
                      api_kind(L, -1));
        lua_pop(L, 1);
        int key = lua_gettop(L);
        uint32_t weight = selector_weight(selector_check(L, key, where));
        lua_Integer at = ++count;
        for (; at > 1; at--) {
            lua_rawgeti(L, list, at - 1);
            uint32_t other = selector_weight(selector_check(L, lua_gettop(L), where));
            lua_pop(L, 1);
            if (other < weight ||
                (other == weight && text_compare(api_string(L, -1), api_string(L, key)) < 0)) {
                lua_pop(L, 1);
                break;
            }
            lua_rawseti(L, list, at);
        }
        lua_pushvalue(L, key);
        lua_rawseti(L, list, at);
        lua_settop(L, key);
    }
    return count;
}

/* A selector that is one type, or "*", needs no matching: visits are listed by type. */
static bool is_bare(struct text selector) {
    return text_is(selector, "*") || node_type_of(selector) != NODE_NONE;
}

static int push_table(lua_State *L, int plugin, const char *name) {
    lua_pushstring(L, name);
    int kind = lua_rawget(L, plugin);
    if (kind != LUA_TNIL && kind != LUA_TTABLE)
        api_error(L, "\"%s\" must be a table from selector to function, not %s", name,
                  api_kind(L, -1));
    if (kind == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
    }
    return lua_gettop(L);
}

/* Blocks that have inlines and no blocks in them, and all types that stand among inlines. */
static const uint64_t line_types =
    TYPE_BIT(NODE_PARAGRAPH) | TYPE_BIT(NODE_HEADING) | TYPE_BIT(NODE_TABLE_CELL);
static const uint64_t inline_types = ~(TYPE_BIT(NODE_TEXT) - 1) | TYPE_BIT(NODE_DIRECTIVE);

/* The uservalue is a list of functions, names and what keeps the selectors, three for a handler. */
void document_api_handlers(lua_State *L, int index) {
    static const char *const names[2] = {[UP] = "nodes", [DOWN] = "enter"};
    int tables[2], orders[2];
    lua_Integer counts[2];
    index = lua_absindex(L, index);
    luaL_checkstack(L, 24, NULL);
    int bottom = lua_gettop(L);
    for (int way = UP; way <= DOWN; way++) {
        tables[way] = push_table(L, index, names[way]);
        counts[way] = push_order(L, tables[way], names[way]);
        orders[way] = lua_gettop(L);
    }
    /* A bare type's handler is listed once, one for all types once for each. */
    size_t room = 0;
    for (int way = UP; way <= DOWN; way++)
        for (lua_Integer i = 1; i <= counts[way]; i++) {
            lua_rawgeti(L, orders[way], i);
            room += (size_t)__builtin_popcountll(
                selector_types(selector_check(L, lua_gettop(L), names[way])));
            lua_settop(L, orders[DOWN]);
        }
    struct handlers *handlers =
        lua_newuserdatauv(L, sizeof *handlers + room * sizeof *handlers->items, 1);
    memset(handlers, 0, sizeof *handlers);
    handlers->magic = &handlers_magic;
    int result = lua_gettop(L);
    lua_newtable(L);
    int kept = lua_gettop(L), slot = 0;
    uint32_t filled = 0;
    for (int way = UP; way <= DOWN; way++) {
        int first_slot = slot;
        for (lua_Integer i = 1; i <= counts[way]; i++) {
            lua_rawgeti(L, orders[way], i);
            lua_pushvalue(L, -1);
            lua_rawget(L, tables[way]);
            lua_rawseti(L, kept, ++slot);
            selector_check(L, lua_gettop(L), names[way]);
            handlers->types[way] |= selector_types(*(struct selector **)lua_touserdata(L, -1));
            lua_rawseti(L, kept, slot + 2);
            lua_rawseti(L, kept, slot + 1);
            slot += 2;
        }
        for (int type = 0; type < NODE_TYPE_COUNT; type++) {
            handlers->begin[way][type] = filled;
            for (int at = first_slot; at < slot; at += 3) {
                lua_rawgeti(L, kept, at + 2);
                lua_rawgeti(L, kept, at + 3);
                const struct selector *selector = *(struct selector **)lua_touserdata(L, -1);
                if (selector_types(selector) & TYPE_BIT(type))
                    handlers->items[filled++] =
                        (struct handler){.selector = is_bare(api_string(L, -2)) ? NULL : selector,
                                         .function = at + 1,
                                         .name = at + 2};
                lua_pop(L, 2);
            }
        }
        handlers->begin[way][NODE_TYPE_COUNT] = filled;
    }
    handlers->blocks_only = !((handlers->types[UP] | handlers->types[DOWN]) & inline_types);
    for (uint32_t i = 0; i < filled; i++) handlers->blocks_only &= !handlers->items[i].selector;
    lua_setiuservalue(L, result, 1);
    lua_replace(L, bottom + 1);
    lua_settop(L, bottom + 1);
}

/* Pushes "plugin.lua:12: " for where the function was written. */
static const char *push_origin(lua_State *L, const struct run *run, const struct handler *handler) {
    lua_Debug info;
    lua_rawgeti(L, run->functions, handler->function);
    lua_getinfo(L, ">S", &info);
    lua_rawgeti(L, run->functions, handler->name);
    lua_pushfstring(L, "%s:%d: the handler for \"%s\" ", info.short_src, info.linedefined,
                    lua_tostring(L, -1));
    lua_remove(L, -2);
    return lua_tostring(L, -1);
}

static _Noreturn void bad_answer(struct run *run, const struct handler *handler, const char *why) {
    lua_State *L = run->L;
    struct place place = document_api_place(run->handle, run->handle->current);
    push_origin(L, run, handler);
    lua_pushstring(L, why);
    if (place.line) {
        lua_pushliteral(L, " (the node stands at ");
        api_push_text(L, run->handle->path);
        lua_pushfstring(L, ":%d:%d)", (int)place.line, (int)place.column);
        lua_concat(L, 3);
    } else {
        lua_pushliteral(L, "");
    }
    lua_concat(L, 3);
    lua_error(L);
    abort();
}

static bool is_there(const struct run *run, node_id id) {
    return run->version == run->handle->version ||
           (document_node(run->handle->document, id)->type != NODE_NONE &&
            node_is_within(run->handle->document, id, run->root_id));
}

/* The answer is on top. Gives true when the node's children are to be passed over. */
static bool take_answer(struct run *run, const struct handler *handler, node_id id, enum way way) {
    lua_State *L = run->L;
    int kind = lua_type(L, -1);
    if (kind == LUA_TNIL) return false;
    if (kind == LUA_TSTRING && way == DOWN && text_is(api_string(L, -1), "skip")) return true;
    bool empty = (kind == LUA_TBOOLEAN && !lua_toboolean(L, -1)) ||
                 (kind == LUA_TTABLE && lua_rawlen(L, -1) == 0 &&
                  (lua_pushnil(L), !lua_next(L, -2) || (lua_pop(L, 2), false)));
    const struct node_proxy *node = node_test(L, -1);
    if (node && node->handle == run->handle && node->id == id) return false;
    if (!empty && !node && kind != LUA_TTABLE) {
        const char *given = api_kind(L, -1);
        lua_pushfstring(L, "answered %s; answer nothing, a node, a list of nodes, or false", given);
        bad_answer(run, handler, lua_tostring(L, -1));
    }
    bool there = node_is_within(run->handle->document, id, run->root_id);
    if (empty && !there) return false;
    if (!there)
        bad_answer(run, handler,
                   "took the node out of the tree and answered what to put in its place; do one");
    if (!document_node(run->handle->document, id)->parent)
        bad_answer(run, handler,
                   "answered something to put in the place of the whole document; "
                   "change its children instead");
    if (run->handle->read_only)
        bad_answer(run, handler, "answered a change, but the corpus is frozen");
    if (empty) {
        node_unlink(run->handle->document, id);
        handle_changed(run->handle);
        return false;
    }
    int answer = lua_gettop(L);
    struct placing placing = {.handle = run->handle,
                              .cache = run->cache,
                              .function = "gave an answer that cannot be used",
                              .origin = push_origin(L, run, handler)};
    node_exchange(L, &placing, id, answer);
    return false;
}

static bool is_impossible(const struct run *run, uint32_t item) {
    return item < TRIED && run->version == run->handle->version &&
           (run->impossible[item / 64] >> item % 64 & 1);
}

/* What stands above the walk's root counts too for selectors, so this is for whole trees only. */
static void find_impossible(struct run *run) {
    uint32_t count = run->handlers->begin[DOWN][NODE_TYPE_COUNT];
    if (document_node(run->handle->document, run->root_id)->parent) return;
    for (uint32_t at = 0; at < count && at < TRIED; at++) {
        const struct selector *selector = run->handlers->items[at].selector;
        if (selector && !selector_possible(selector, run->present))
            run->impossible[at / 64] |= (uint64_t)1 << at % 64;
    }
}

static bool call_handlers(struct run *run, node_id id, enum way way) {
    lua_State *L = run->L;
    const struct handlers *handlers = run->handlers;
    struct document_handle *handle = run->handle;
    unsigned type = document_node(handle->document, id)->type;
    bool skip = false;
    for (uint32_t at = handlers->begin[way][type]; at < handlers->begin[way][type + 1]; at++) {
        const struct handler *handler = &handlers->items[at];
        if (!is_there(run, id)) break;
        if (is_impossible(run, at)) continue;
        if (handler->selector &&
            !selector_matches(handler->selector, handle->document, id, &handle->selectors))
            continue;
        handle->current = id;
        lua_rawgeti(L, run->functions, handler->function);
        lua_pushvalue(L, -1); /* the first stays, for messages: see caller_api.h */
        node_push(L, run->cache, handle, id);
        lua_pushvalue(L, run->context);
        lua_call(L, 2, 1);
        if (!handle->document) api_error(L, "the document was closed while its handlers ran");
        skip |= take_answer(run, handler, id, way);
        lua_settop(L, run->cache);
    }
    return skip;
}

/* Lists visits into `visits` as far as there is room; gives how many there are. */
static uint32_t list_visits(struct run *run, struct visit *visits, uint32_t room) {
    const struct node *nodes = run->handle->document->nodes;
    const uint64_t *types = run->handlers->types;
    uint64_t closed = run->handlers->blocks_only ? line_types : 0;
    uint32_t count = 0, open = UINT32_MAX; /* open visits are linked by `end` until they close */
    for (node_id id = run->root_id;;) {
        uint64_t bit = TYPE_BIT(nodes[id].type);
        run->present |= bit;
        if (types[DOWN] & bit) {
            if (count < room) visits[count] = (struct visit){id, open, DOWN};
            open = count++;
        }
        if (nodes[id].first && !(closed & bit)) {
            id = nodes[id].first;
            continue;
        }
        for (;;) {
            bit = TYPE_BIT(nodes[id].type);
            if (types[DOWN] & bit) {
                if (open >= room) return UINT32_MAX;
                uint32_t outer = visits[open].end;
                visits[open].end = count;
                open = outer;
            }
            if (types[UP] & bit) {
                if (count < room) visits[count] = (struct visit){id, 0, UP};
                count++;
            }
            if (id == run->root_id) return count;
            if (nodes[id].next) break;
            id = nodes[id].parent;
        }
        id = nodes[id].next;
    }
}

void document_api_walk(lua_State *L, int root, int handlers_index, int context) {
    enum { FEW = 256 };
    struct visit few[FEW], *visits = few;
    luaL_checkstack(L, 24, NULL);
    struct run run = {.L = L, .context = lua_absindex(L, context)};
    root = lua_absindex(L, root);
    handlers_index = lua_absindex(L, handlers_index);
    run.handlers = lua_touserdata(L, handlers_index);
    if (!run.handlers || lua_rawlen(L, handlers_index) < sizeof *run.handlers ||
        run.handlers->magic != &handlers_magic)
        api_error(L, "walk needs compiled handlers, not %s", api_kind(L, handlers_index));
    struct node_proxy *proxy = node_check(L, root, "walk");
    run.handle = proxy->handle;
    run.root_id = proxy->id;
    run.version = run.handle->version;
    int top = lua_gettop(L);
    lua_getiuservalue(L, handlers_index, 1);
    run.functions = lua_gettop(L);
    uint32_t count = list_visits(&run, few, FEW);
    if (count > FEW) {
        uint32_t room = run.handle->document->count * 2;
        visits = lua_newuserdatauv(L, room * sizeof *visits, 0);
        node_check(L, root, "walk"); /* the allocation may have run a finalizer */
        count = list_visits(&run, visits, room);
        if (count > room) api_error(L, "the tree changed while the walk began");
    }
    find_impossible(&run);
    run.cache = node_push_cache(L, root);
    for (uint32_t at = 0; at < count;) {
        struct visit visit = visits[at++];
        if (call_handlers(&run, visit.id, visit.way)) at = visit.end;
    }
    run.handle->current = NO_NODE;
    lua_settop(L, top);
}

static int node_walk(lua_State *L) {
    node_check(L, 1, "walk");
    lua_settop(L, 3);
    if (lua_type(L, 2) != LUA_TTABLE)
        api_error(L, "walk takes a table with nodes = { selector = function }, not %s",
                  api_kind(L, 2));
    lua_pushnil(L);
    while (lua_next(L, 2)) {
        struct text key = lua_type(L, -2) == LUA_TSTRING ? api_string(L, -2) : TEXT("");
        if (!text_is(key, "nodes") && !text_is(key, "enter"))
            api_error(L, "walk takes a table with \"nodes\" and \"enter\" only");
        lua_pop(L, 1);
    }
    document_api_handlers(L, 2);
    document_api_walk(L, 1, 4, 3);
    lua_settop(L, 1);
    return 1;
}

void node_walk_register(lua_State *L) {
    lua_pushcfunction(L, node_walk);
    lua_setfield(L, -2, "walk");
}
