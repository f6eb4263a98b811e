/* Putting nodes, strings and lists of those into a tree: first all of it is checked, then done. */
#include "lua/node_proxy.h"

#include <stdarg.h>
#include <stdlib.h>

static _Noreturn void refuse(lua_State *L, const struct placing *placing, const char *format, ...) {
    va_list arguments;
    luaL_checkstack(L, 8, NULL);
    va_start(arguments, format);
    lua_pushvfstring(L, format, arguments);
    va_end(arguments);
    if (!placing->origin) api_error(L, "%s", lua_tostring(L, -1));
    lua_pushfstring(L, "%s%s", placing->origin, lua_tostring(L, -1));
    lua_error(L);
    abort();
}

static const char *type_phrase(const struct document_handle *handle, node_id id) {
    return node_type_phrase((enum node_type)document_node(handle->document, id)->type);
}

static void check_node(lua_State *L, const struct placing *placing,
                       const struct document_handle *from, node_id id) {
    const struct document_handle *to = placing->handle;
    if (!content_allows(to->document, placing->parent, from->document, id)) {
        const char *child = type_phrase(from, id), *parent = type_phrase(to, placing->parent);
        enum content content = content_of(to->document, placing->parent);
        const char *help = content == CONTENT_BLOCKS    ? "; put it into a paragraph"
                           : content == CONTENT_INLINES ? "; only inlines can"
                           : content == CONTENT_ITEMS   ? "; put it into an item"
                           : content == CONTENT_CELLS   ? "; put it into a table_cell"
                                                        : "";
        if (content == CONTENT_BLOCKS &&
            node_type_is_block((enum node_type)document_node(from->document, id)->type))
            help = "";
        refuse(L, placing, "%s: %s cannot stand in %s%s", placing->function, child, parent, help);
    }
    if (from == to && node_is_within(to->document, placing->parent, id))
        refuse(L, placing, "%s: %s cannot be put into itself", placing->function,
               type_phrase(from, id));
    uint32_t depth = node_depth(to->document, placing->parent);
    if (depth + node_height(from->document, id) > DOCUMENT_DEPTH)
        refuse(L, placing, "%s: the tree would be more than %d nodes deep", placing->function,
               DOCUMENT_DEPTH);
}

/* Whose children a document stands for: its own, or those of its one paragraph where inlines are
 * wanted. */
static node_id stands_for(const struct placing *placing, const struct document *from, node_id id) {
    node_id first = document_node(from, id)->first;
    if (content_of(placing->handle->document, placing->parent) == CONTENT_INLINES && first &&
        !document_node(from, first)->next && document_node(from, first)->type == NODE_PARAGRAPH)
        return first;
    return id;
}

static bool is_document(const struct document_handle *handle, node_id id) {
    return document_node(handle->document, id)->type == NODE_DOCUMENT;
}

static void check_piece(lua_State *L, const struct placing *placing, int index, bool in_list) {
    int type = lua_type(L, index);
    if (type == LUA_TSTRING || type == LUA_TNUMBER) {
        enum content content = content_of(placing->handle->document, placing->parent);
        if (content == CONTENT_NONE || content == CONTENT_OTHER)
            refuse(L, placing, "%s: a string cannot stand in %s", placing->function,
                   type_phrase(placing->handle, placing->parent));
        struct text text = api_string(L, index);
        size_t valid = utf8_valid_length(text);
        if (valid < text.length)
            refuse(L, placing, "%s: the string is not UTF-8 from its byte %d on", placing->function,
                   (int)valid + 1);
        handle_room(L, placing->handle, text.length);
        return;
    }
    const struct node_proxy *proxy = node_test(L, index);
    if (!proxy)
        refuse(L, placing, "%s takes a node, a string or a list of those, not %s%s",
               placing->function, api_kind(L, index), in_list ? " in the list" : "");
    const struct document_handle *from = proxy->handle;
    if (!from->document)
        refuse(L, placing, "%s: the document of this node is gone; keep text or a clone instead",
               placing->function);
    if (from != placing->handle)
        handle_room(L, placing->handle, from->document->strings.pool_length);
    if (!is_document(from, proxy->id)) {
        check_node(L, placing, from, proxy->id);
        return;
    }
    if (from == placing->handle && node_is_within(from->document, placing->parent, proxy->id))
        refuse(L, placing, "%s: a document cannot be put into itself", placing->function);
    node_id child = stands_for(placing, from->document, proxy->id);
    for (child = document_node(from->document, child)->first; child;
         child = document_node(from->document, child)->next)
        check_node(L, placing, from, child);
}

/* `old` of one document has become `new` of another: the Lua objects of its tree follow. */
static void follow(lua_State *L, const struct document_handle *from, int from_cache, node_id old,
                   struct document_handle *to, int to_cache, node_id new) {
    node_id root = old;
    const struct node *olds = from->document->nodes, *news = to->document->nodes;
    for (;;) {
        if (lua_rawgeti(L, from_cache, old) == LUA_TUSERDATA) {
            struct node_proxy *proxy = lua_touserdata(L, -1);
            proxy->handle = to;
            proxy->id = new;
            lua_pushvalue(L, to_cache);
            lua_setiuservalue(L, -2, 1);
            lua_rawseti(L, to_cache, new);
            lua_pushnil(L);
            lua_rawseti(L, from_cache, old);
        } else {
            lua_pop(L, 1);
        }
        if (olds[old].first) {
            old = olds[old].first, new = news[new].first;
            continue;
        }
        while (old != root && !olds[old].next) old = olds[old].parent, new = news[new].parent;
        if (old == root) return;
        old = olds[old].next, new = news[new].next;
    }
}

/* What stayed behind of a tree that went to another document: loops and walks that listed its
 * nodes must find that they are gone. */
static void dissolve(struct document *document, node_id root) {
    for (node_id id = root;;) {
        struct node *node = document_node(document, id);
        node_id next = node->first;
        if (next) {
            node->first = node->last = NO_NODE;
        } else {
            node->type = NODE_NONE;
            if (id == root) return;
            next = node->next ? node->next : node->parent;
            node->parent = node->previous = node->next = NO_NODE;
        }
        id = next;
    }
}

static void insert(const struct placing *placing, node_id before, node_id id) {
    if (before)
        node_insert_before(placing->handle->document, before, id);
    else
        node_append(placing->handle->document, placing->parent, id);
}

static node_id place_node(lua_State *L, const struct placing *placing, node_id before,
                          struct document_handle *from, int from_cache, node_id id) {
    struct document_handle *to = placing->handle;
    node_id placed = id;
    bool copy = from->read_only ||
                (placing->copies && document_node(from->document, id)->parent != NO_NODE);
    if (copy) {
        placed = document_copy(to->document, from->document, id);
    } else {
        node_unlink(from->document, id);
        if (from != to) {
            handle_changed(from);
            placed = document_copy(to->document, from->document, id);
            follow(L, from, from_cache, id, to, placing->cache, placed);
            dissolve(from->document, id);
        }
    }
    insert(placing, before, placed);
    return placed;
}

static node_id add_text(struct document *document, struct text text) {
    node_id id = document_add(document, NODE_TEXT);
    node_set_text(document, id, text);
    return id;
}

/* A string becomes what its place wants: text and soft breaks, in a paragraph, item or cell. */
static node_id place_string(const struct placing *placing, node_id before, struct text text) {
    struct document *document = placing->handle->document;
    enum content content = content_of(document, placing->parent);
    node_id first = NO_NODE, into = placing->parent;
    if (content != CONTENT_INLINES) {
        enum node_type outer = content == CONTENT_ITEMS   ? NODE_ITEM
                               : content == CONTENT_CELLS ? NODE_TABLE_CELL
                                                          : NODE_PARAGRAPH;
        first = into = document_add(document, outer);
        insert(placing, before, first);
        before = NO_NODE;
        if (outer == NODE_ITEM) {
            into = document_add(document, NODE_PARAGRAPH);
            node_append(document, first, into);
        }
    }
    struct placing inner = *placing;
    inner.parent = into;
    while (text.length) {
        const char *end = memchr(text.bytes, '\n', text.length);
        struct text line = {text.bytes, end ? (size_t)(end - text.bytes) : text.length};
        text.bytes += line.length + (end != NULL);
        text.length -= line.length + (end != NULL);
        node_id id = line.length ? add_text(document, line) : NO_NODE;
        if (id) insert(&inner, before, id);
        if (!first) first = id;
        if (!end) break;
        id = document_add(document, NODE_SOFTBREAK);
        insert(&inner, before, id);
        if (!first) first = id;
    }
    return first;
}

static node_id place_piece(lua_State *L, const struct placing *placing, node_id before, int index) {
    struct node_proxy *proxy = node_test(L, index);
    if (!proxy) return place_string(placing, before, api_string(L, index));
    struct document_handle *from = proxy->handle;
    node_id first = NO_NODE, id = proxy->id;
    int cache = node_push_cache(L, index);
    if (!is_document(from, id)) {
        first = place_node(L, placing, before, from, cache, id);
    } else {
        node_id next, child = stands_for(placing, from->document, id);
        for (child = document_node(from->document, child)->first; child; child = next) {
            next = document_node(from->document, child)->next;
            node_id placed = place_node(L, placing, before, from, cache, child);
            if (!first) first = placed;
        }
    }
    lua_pop(L, 1);
    return first;
}

static void check_all(lua_State *L, const struct placing *placing, int x) {
    if (lua_type(L, x) != LUA_TTABLE) {
        check_piece(L, placing, x, false);
        return;
    }
    lua_Integer count = (lua_Integer)lua_rawlen(L, x);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, x, i);
        check_piece(L, placing, lua_gettop(L), true);
        lua_pop(L, 1);
    }
    if (count == 0 && (lua_pushnil(L), lua_next(L, x)))
        refuse(L, placing, "%s takes a list of nodes, not a table with names", placing->function);
}

static node_id place_all(lua_State *L, const struct placing *placing, node_id before, int x) {
    if (lua_type(L, x) != LUA_TTABLE) return place_piece(L, placing, before, x);
    node_id first = NO_NODE;
    lua_Integer count = (lua_Integer)lua_rawlen(L, x);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, x, i);
        node_id placed = place_piece(L, placing, before, lua_gettop(L));
        if (!first) first = placed;
        lua_pop(L, 1);
    }
    return first;
}

/* x may have the very node before which it is put, so a spare node keeps the place. */
static node_id place_before(lua_State *L, const struct placing *placing, node_id before, int x,
                            node_id taken_out) {
    struct document_handle *handle = placing->handle;
    if (before && !handle->spare) handle->spare = document_add(handle->document, NODE_TEXT);
    if (before) node_insert_before(handle->document, before, handle->spare);
    if (taken_out) node_unlink(handle->document, taken_out);
    node_id first = place_all(L, placing, before ? handle->spare : NO_NODE, x);
    if (before) node_unlink(handle->document, handle->spare);
    handle_changed(handle);
    return first;
}

void node_place_check(lua_State *L, const struct placing *placing, int x) {
    luaL_checkstack(L, 16, NULL);
    check_all(L, placing, lua_absindex(L, x));
}

node_id node_place(lua_State *L, const struct placing *placing, node_id before, int x) {
    luaL_checkstack(L, 16, NULL);
    x = lua_absindex(L, x);
    check_all(L, placing, x);
    return place_before(L, placing, before, x, NO_NODE);
}

node_id node_exchange(lua_State *L, struct placing *placing, node_id id, int x) {
    luaL_checkstack(L, 16, NULL);
    x = lua_absindex(L, x);
    placing->parent = document_node(placing->handle->document, id)->parent;
    check_all(L, placing, x);
    return place_before(L, placing, id, x, id);
}
