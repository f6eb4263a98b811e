#include "lua/document_api.h"

#include "lua/node_proxy.h"

/* Their addresses are keys of the registry. */
static const char node_magic, handle_key, frozen_key, fragment_key, selector_key, selector_meta_key;

enum { FRAGMENT_NODES = 4096, FRAGMENT_BYTES = 1 << 20, CACHE_SLOTS = 512, SELECTORS_KEPT = 1000 };

struct node_proxy *node_peek(lua_State *L, int index) {
    struct node_proxy *proxy = lua_touserdata(L, index);
    if (!proxy || lua_rawlen(L, index) < sizeof *proxy || proxy->magic != &node_magic) return NULL;
    return proxy;
}

struct node_proxy *node_test(lua_State *L, int index) {
    struct node_proxy *proxy = node_peek(L, index);
    struct document_handle *handle = proxy ? proxy->handle : NULL;
    if (handle && handle->read && handle->document) {
        if (!handle->read(handle->context)) api_error(L, "the body of this article cannot be read");
        handle->read = NULL;
    }
    return proxy;
}

struct node_proxy *node_check(lua_State *L, int index, const char *function) {
    struct node_proxy *proxy = node_test(L, index);
    if (!proxy)
        api_error(L,
                  index == 1 ? "%s needs a node, not %s; is it called with a colon, node:%s()?"
                             : "%s needs a node, not %s",
                  function, api_kind(L, index), function);
    if (!proxy->handle->document)
        api_error(L, "the document of this node is gone; keep text or a clone instead");
    return proxy;
}

struct node_proxy *node_check_change(lua_State *L, int index, const char *function) {
    struct node_proxy *proxy = node_check(L, index, function);
    if (proxy->handle->read_only) api_error(L, "the corpus is frozen: change articles in a filter");
    return proxy;
}

int node_push_cache(lua_State *L, int index) {
    lua_getiuservalue(L, index, 1);
    return lua_gettop(L);
}

void node_push(lua_State *L, int cache, struct document_handle *handle, node_id id) {
    if (!id) {
        lua_pushnil(L);
        return;
    }
    if (lua_rawgeti(L, cache, id) == LUA_TUSERDATA) return;
    lua_pop(L, 1);
    struct node_proxy *proxy = lua_newuserdatauv(L, sizeof *proxy, 1);
    *proxy = (struct node_proxy){&node_magic, handle, id};
    lua_rawgetp(L, LUA_REGISTRYINDEX, &node_magic);
    lua_setmetatable(L, -2);
    lua_pushvalue(L, cache);
    lua_setiuservalue(L, -2, 1);
    lua_pushvalue(L, -1);
    lua_rawseti(L, cache, id);
}

void handle_changed(struct document_handle *handle) {
    if (handle->document) handle->document->changes++;
    handle->version++;
    selector_memory_changed(&handle->selectors);
}

void handle_room(lua_State *L, const struct document_handle *handle, size_t bytes) {
    const struct strings *strings = &handle->document->strings;
    size_t used = strings->source.length + strings->pool_length;
    if (bytes > UINT32_MAX - 4096 - used)
        api_error(L, "the text is too long: one document holds less than 4 GB");
    if (handle->document->count > UINT32_MAX / 4) api_error(L, "the document has too many nodes");
}

/* What C holds for it; the struct stays, and says that the document is gone. */
void handle_release(struct document_handle *handle) {
    if (handle->owned) document_free(&handle->own);
    memory_free(handle->memory);
    memory_free(handle->lines);
    selector_memory_free(&handle->selectors);
    handle->memory = NULL;
    handle->lines = NULL;
    handle->line_count = handle->line_capacity = 0;
    handle->document = NULL;
    handle->owned = false;
}

static int handle_collect(lua_State *L) {
    handle_release(lua_touserdata(L, 1));
    return 0;
}

/* Pushes the cache of a new handle. */
static struct document_handle *handle_new(lua_State *L, uint32_t count) {
    lua_createtable(L, count < CACHE_SLOTS ? (int)count : CACHE_SLOTS, 1);
    struct document_handle *handle = lua_newuserdatauv(L, sizeof *handle, 0);
    memset(handle, 0, sizeof *handle);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &handle_key);
    lua_setmetatable(L, -2);
    lua_rawseti(L, -2, 0);
    return handle;
}

struct document_handle *document_api_push(lua_State *L, struct document *document, struct text path,
                                          unsigned flags) {
    luaL_checkstack(L, 8, NULL);
    struct document_handle *handle = handle_new(L, document->count);
    handle->document = document;
    handle->path = path;
    if (flags & DOCUMENT_READ_ONLY) {
        handle->read_only = handle->frozen = true;
        handle->own = *document;
        handle->document = &handle->own;
        lua_rawgetp(L, LUA_REGISTRYINDEX, &frozen_key);
        lua_pushvalue(L, -2);
        lua_rawsetp(L, -2, handle);
        lua_pop(L, 1);
    } else {
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, handle);
    }
    node_push(L, lua_gettop(L), handle, ROOT_NODE);
    lua_remove(L, -2);
    return handle;
}

struct document_handle *document_api_push_unread(lua_State *L, struct document *document,
                                                 struct text path, struct text body,
                                                 bool (*read)(void *context), void *context) {
    struct document_handle *handle = document_api_push(L, document, path, 0);
    handle->unread = body;
    handle->read = read;
    handle->context = context;
    return handle;
}

void document_api_push_node(lua_State *L, struct document_handle *handle, node_id id) {
    luaL_checkstack(L, 8, NULL);
    if (handle->frozen) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &frozen_key);
        lua_rawgetp(L, -1, handle);
        lua_remove(L, -2);
    } else {
        lua_rawgetp(L, LUA_REGISTRYINDEX, handle);
    }
    node_push(L, lua_gettop(L), handle, id);
    lua_remove(L, -2);
}

void document_api_close(lua_State *L, struct document_handle *handle) {
    handle_release(handle);
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, handle);
}

struct document *document_api_create(lua_State *L, struct text source, uint32_t body,
                                     struct text path) {
    luaL_checkstack(L, 8, NULL);
    struct document_handle *handle = handle_new(L, 64);
    int cache = lua_gettop(L);
    handle->memory = memory_allocate(source.length + path.length + 1);
    if (source.length) memcpy(handle->memory, source.bytes, source.length);
    if (path.length) memcpy(handle->memory + source.length, path.bytes, path.length);
    handle->path = (struct text){handle->memory + source.length, path.length};
    document_open(&handle->own, (struct text){handle->memory, source.length}, body);
    handle->document = &handle->own;
    handle->owned = true;
    node_push(L, cache, handle, ROOT_NODE);
    lua_remove(L, cache);
    /* Lua does not see what C allocates; telling it keeps loops over documents small. */
    lua_gc(L, LUA_GCSTEP, (int)(source.length >> 6) + 4);
    return handle->document;
}

struct document_handle *fragment_push(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &fragment_key) == LUA_TTABLE) {
        lua_rawgeti(L, -1, 0);
        struct document_handle *handle = lua_touserdata(L, -1);
        lua_pop(L, 1);
        if (handle->document && handle->document->count < FRAGMENT_NODES &&
            handle->document->strings.pool_length < FRAGMENT_BYTES)
            return handle;
    }
    lua_pop(L, 1);
    struct document_handle *handle = handle_new(L, 64);
    document_open(&handle->own, TEXT(""), 0);
    handle->document = &handle->own;
    handle->owned = true;
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &fragment_key);
    lua_gc(L, LUA_GCSTEP, 64);
    return handle;
}

node_id document_api_node(lua_State *L, int index, struct document **document) {
    if (!node_test(L, index)) return NO_NODE;
    struct node_proxy *proxy = node_check(L, index, "this");
    *document = proxy->handle->document;
    return proxy->id;
}

/* CR, LF and CRLF end a line, as everywhere. */
static void find_lines(struct document_handle *handle) {
    struct text source = handle->document->strings.source;
    memory_reserve(&handle->lines, &handle->line_capacity, 64);
    handle->lines[handle->line_count++] = 0;
    for (size_t at = 0; at < source.length; at++) {
        char byte = source.bytes[at];
        if (byte != '\n' && byte != '\r') continue;
        if (byte == '\r' && at + 1 < source.length && source.bytes[at + 1] == '\n') at++;
        memory_reserve(&handle->lines, &handle->line_capacity, handle->line_count + 1);
        handle->lines[handle->line_count++] = (uint32_t)at + 1;
    }
}

struct place document_api_place(struct document_handle *handle, node_id id) {
    if (!handle->document || !id) return (struct place){0, 0};
    struct span span = document_node(handle->document, id)->place;
    if (!span.offset && !span.length) return (struct place){0, 0};
    if (!handle->line_count) find_lines(handle);
    uint32_t low = 0, high = handle->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (handle->lines[middle] <= span.offset)
            low = middle;
        else
            high = middle;
    }
    return (struct place){low + 1, span.offset - handle->lines[low] + 1};
}

node_id document_api_current(const struct document_handle *handle) {
    return handle->document ? handle->current : NO_NODE;
}

static int selector_collect(lua_State *L) {
    struct selector **selector = lua_touserdata(L, 1);
    selector_free(*selector);
    *selector = NULL;
    return 0;
}

const struct selector *selector_check(lua_State *L, int index, const char *what) {
    index = lua_absindex(L, index);
    luaL_checkstack(L, 8, NULL);
    if (lua_type(L, index) != LUA_TSTRING)
        api_error(L, "%s must be a string, not %s", what, api_kind(L, index));
    lua_rawgetp(L, LUA_REGISTRYINDEX, &selector_key);
    lua_pushvalue(L, index);
    if (lua_rawget(L, -2) == LUA_TUSERDATA) {
        lua_remove(L, -2);
        return *(struct selector **)lua_touserdata(L, -1);
    }
    lua_pop(L, 1);
    struct selector **selector = lua_newuserdatauv(L, sizeof *selector, 0);
    *selector = NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &selector_meta_key);
    lua_setmetatable(L, -2);
    struct selector_error error;
    *selector = selector_compile(api_string(L, index), &error);
    if (!*selector) {
        struct text source = api_string(L, index);
        if (source.length > 80) source.length = 80;
        api_push_text(L, source);
        api_error(L, "%s \"%s\", column %d: %s", what, lua_tostring(L, -1), (int)error.column,
                  error.message);
    }
    lua_rawgeti(L, -2, 1);
    lua_Integer count = lua_tointeger(L, -1) + 1;
    lua_pop(L, 1);
    if (count > SELECTORS_KEPT) { /* a script that builds selectors from data */
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &selector_key);
        lua_replace(L, -3);
        count = 1;
    }
    lua_pushinteger(L, count);
    lua_rawseti(L, -3, 1);
    lua_pushvalue(L, index);
    lua_pushvalue(L, -2);
    lua_rawset(L, -4);
    lua_remove(L, -2);
    return *selector;
}

static void set_collector(lua_State *L, const void *key, lua_CFunction collect) {
    lua_createtable(L, 0, 2);
    lua_pushcfunction(L, collect);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, collect);
    lua_setfield(L, -2, "__close");
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

void document_api_open(lua_State *L) {
    luaL_checkstack(L, 16, NULL);
    set_collector(L, &handle_key, handle_collect);
    set_collector(L, &selector_meta_key, selector_collect);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &selector_key);
    lua_newtable(L); /* caches of frozen documents, by their handle, as long as one of their nodes
                        is there */
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "v");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &frozen_key);
    node_attributes_register(L);
    lua_newtable(L); /* the metatable of nodes */
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &node_magic);
    node_register(L);
    lua_pop(L, 1);
    node_make_register(L);
}
