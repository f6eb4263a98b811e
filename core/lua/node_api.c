/* Reading and assigning a node's fields, and the way from node to node. */
#include "lua/node_proxy.h"

#include "document/foreign_names.h"
#include "document/shortcode.h"

enum getter {
    GET_TYPE = 1,
    GET_PARENT,
    GET_NEXT,
    GET_PREVIOUS,
    GET_FIRST,
    GET_LAST,
    GET_INDEX,
    GET_POSITION,
    GET_ATTRIBUTES,
    GET_ROOT,
    GET_ARGUMENTS,
    GET_PROPERTY /* and up: the property's number is added */
};

static const struct {
    const char *name;
    enum getter getter;
} getters[] = {
    {"type", GET_TYPE},         {"parent", GET_PARENT},       {"next", GET_NEXT},
    {"previous", GET_PREVIOUS}, {"first", GET_FIRST},         {"last", GET_LAST},
    {"index", GET_INDEX},       {"position", GET_POSITION},   {"attributes", GET_ATTRIBUTES},
    {"root", GET_ROOT},         {"arguments", GET_ARGUMENTS},
};

enum { GETTER_COUNT = sizeof getters / sizeof *getters };

static void push_number(lua_State *L, const char *key, lua_Integer number) {
    lua_pushinteger(L, number);
    lua_setfield(L, -2, key);
}

/* Bytes count from 1 and include the last, as string.sub takes them. */
static int push_position(lua_State *L, struct node_proxy *proxy) {
    struct place place = document_api_place(proxy->handle, proxy->id);
    struct span span = document_node(proxy->handle->document, proxy->id)->place;
    if (!place.line) {
        lua_pushnil(L);
        return 1;
    }
    lua_createtable(L, 0, 5);
    if (proxy->handle->path.length) {
        api_push_text(L, proxy->handle->path);
        lua_setfield(L, -2, "file");
    }
    push_number(L, "line", place.line);
    push_number(L, "column", place.column);
    push_number(L, "first_byte", (lua_Integer)span.offset + 1);
    push_number(L, "last_byte", (lua_Integer)span.offset + span.length);
    return 1;
}

/* A list of what has no name, and by name what has one. */
static int push_arguments(lua_State *L, struct node_proxy *proxy) {
    const struct document *document = proxy->handle->document;
    struct buffer *plain = &proxy->handle->selectors.buffer;
    struct shortcode_argument argument;
    lua_Integer count = 0;
    lua_newtable(L);
    for (size_t at = 0; shortcode_next_argument(node_text(document, proxy->id), &at, &argument);) {
        struct text value = argument.value;
        plain->length = 0;
        for (size_t i = 0; i < value.length; i++) {
            bool escape = value.bytes[i] == '\\' && argument.quote && argument.quote != '`' &&
                          i + 1 < value.length && value.bytes[i + 1] == argument.quote;
            buffer_append_byte(plain, value.bytes[i + escape]);
            i += escape;
        }
        if (argument.name.bytes) api_push_text(L, argument.name);
        api_push_text(L, buffer_text(plain));
        if (argument.name.bytes)
            lua_rawset(L, -3);
        else
            lua_rawseti(L, -2, ++count);
    }
    return 1;
}

static int push_property(lua_State *L, struct node_proxy *proxy, const struct property *property) {
    struct property_value value = property_get(proxy->handle->document, proxy->id, property,
                                               &proxy->handle->selectors.buffer);
    switch (value.kind) {
    case PROPERTY_TEXT: api_push_text(L, value.text); break;
    case PROPERTY_NUMBER: lua_pushinteger(L, value.number); break;
    case PROPERTY_BOOLEAN: lua_pushboolean(L, value.number != 0); break;
    default: lua_pushnil(L); break;
    }
    return 1;
}

/* Pushes "; did you mean \"X\"?" or "". */
static const char *push_suggestion(lua_State *L, struct text wanted) {
    const char *known[128];
    size_t count = 0;
    for (unsigned i = 0; i < GETTER_COUNT; i++) known[count++] = getters[i].name;
    const struct property *property;
    for (unsigned i = 0; (property = property_at(i)); i++) known[count++] = property->name;
    static const char *const methods[] = {
        "children", "descendants", "each",          "find",         "matches", "plain",
        "replace",  "remove",      "insert_before", "insert_after", "append",  "prepend",
        "wrap",     "unwrap",      "clone",         "replace_text", "walk",    NULL};
    for (unsigned i = 0; methods[i]; i++) known[count++] = methods[i];
    known[count] = NULL;
    struct text ours = foreign_field(wanted);
    if (ours.length) return lua_pushfstring(L, "; did you mean \"%s\"?", ours.bytes);
    return api_push_suggestion(L, wanted, known);
}

static _Noreturn void unknown_field(lua_State *L, const struct node_proxy *proxy, int key) {
    if (lua_type(L, key) != LUA_TSTRING)
        api_error(L, "a node's fields have names, not %s", api_kind(L, key));
    struct text name = api_string(L, key);
    if (name.length > 60) name.length = 60;
    api_push_text(L, name);
    const char *shown = lua_tostring(L, -1);
    push_suggestion(L, api_string(L, key));
    api_error(
        L, "%s has no field \"%s\"%s",
        node_type_phrase((enum node_type)document_node(proxy->handle->document, proxy->id)->type),
        shown, lua_tostring(L, -1));
}

static int push_child(lua_State *L, struct node_proxy *proxy, lua_Integer index) {
    struct document_handle *handle = proxy->handle;
    node_id id =
        index > 0 && index <= UINT32_MAX
            ? node_child_at(handle->document, proxy->id, (uint32_t)index, &handle->selectors)
            : NO_NODE;
    node_push(L, node_push_cache(L, 1), handle, id);
    return 1;
}

/* Upvalue 1: from names to numbers of getters, or to methods. */
static int node_get(lua_State *L) {
    struct node_proxy *proxy = node_peek(L, 1);
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    int kind = lua_rawget(L, lua_upvalueindex(1));
    if (kind == LUA_TFUNCTION && proxy && proxy->handle->read) return 1; /* not parsed for that */
    proxy = node_check(L, 1, "reading a field");
    if (kind == LUA_TFUNCTION) return 1;
    if (kind != LUA_TNUMBER) {
        if (lua_isinteger(L, 2)) return push_child(L, proxy, lua_tointeger(L, 2));
        unknown_field(L, proxy, 2);
    }
    int getter = (int)lua_tointeger(L, -1);
    const struct node *node = document_node(proxy->handle->document, proxy->id);
    node_id id = NO_NODE;
    switch (getter) {
    case GET_TYPE: lua_pushstring(L, node_type_name((enum node_type)node->type)); return 1;
    case GET_PARENT: id = node->parent; break;
    case GET_NEXT: id = node->next; break;
    case GET_PREVIOUS: id = node->previous; break;
    case GET_FIRST: id = node->first; break;
    case GET_LAST: id = node->last; break;
    case GET_INDEX:
        if (!node->parent) return 0;
        lua_pushinteger(L,
                        node_index(proxy->handle->document, proxy->id, &proxy->handle->selectors));
        return 1;
    case GET_POSITION: return push_position(L, proxy);
    case GET_ATTRIBUTES: return node_push_attributes(L, proxy);
    case GET_ARGUMENTS: return node->type == NODE_SHORTCODE ? push_arguments(L, proxy) : 0;
    case GET_ROOT:
        for (id = proxy->id; node->parent; node = document_node(proxy->handle->document, id))
            id = node->parent;
        break;
    default: return push_property(L, proxy, property_at((unsigned)(getter - GET_PROPERTY)));
    }
    node_push(L, node_push_cache(L, 1), proxy->handle, id);
    return 1;
}

void node_assign(lua_State *L, struct document_handle *handle, node_id id,
                 const struct property *property, int index) {
    struct document *document = handle->document;
    const char *type = node_type_phrase((enum node_type)document_node(document, id)->type);
    if (!property_applies(property, (enum node_type)document_node(document, id)->type))
        api_error(L, "%s has no field \"%s\"", type, property->name);
    struct property_value value = {PROPERTY_ABSENT, {NULL, 0}, 0};
    switch (lua_type(L, index)) {
    case LUA_TNIL: break;
    case LUA_TBOOLEAN:
        value.kind = PROPERTY_BOOLEAN;
        value.number = (uint32_t)lua_toboolean(L, index);
        break;
    case LUA_TNUMBER:
        if (property->kind == PROPERTY_NUMBER) {
            int whole;
            lua_Integer number = lua_tointegerx(L, index, &whole);
            if (!whole) api_error(L, "the %s of %s must be a whole number", property->name, type);
            value.kind = PROPERTY_NUMBER;
            value.number = number < 0 || number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
            break;
        }
        if (property->kind == PROPERTY_BOOLEAN)
            api_error(L, "the %s of %s must be true or false, not a number", property->name, type);
        /* Lua takes numbers for strings. */
        /* fall through */
    case LUA_TSTRING:
        value.kind = PROPERTY_TEXT;
        lua_pushvalue(L, index); /* conversion must not change the caller's value */
        lua_pushfstring(L, "the %s of %s", property->name, type);
        value.text = api_text(L, -2, lua_tostring(L, -1));
        if (document_node(document, id)->type == NODE_TEXT && property->store == STORE_LITERAL &&
            value.text.length && memchr(value.text.bytes, '\n', value.text.length))
            api_error(L, "a text node is one line; put a softbreak node between two of them");
        handle_room(L, handle, value.text.length);
        break;
    default: {
        const char *wanted = property->kind == PROPERTY_TEXT     ? "a string"
                             : property->kind == PROPERTY_NUMBER ? "a whole number"
                                                                 : "true or false";
        api_error(L, "the %s of %s must be %s, not %s", property->name, type, wanted,
                  api_kind(L, index));
    }
    }
    const char *why = property_set(document, id, property, value);
    if (why) api_error(L, "the %s of %s %s", property->name, type, why);
    document->changes++;
    if (property->store == STORE_ALT || text_is(text_of(property->name), "label"))
        handle_changed(handle);
    if (value.kind == PROPERTY_TEXT) lua_pop(L, 2);
}

static int node_set(lua_State *L) {
    struct node_proxy *proxy = node_check_change(L, 1, "assigning a field");
    lua_settop(L, 3);
    struct text name = lua_type(L, 2) == LUA_TSTRING ? api_string(L, 2) : TEXT("");
    const struct property *property = property_find(name);
    if (property) {
        node_assign(L, proxy->handle, proxy->id, property, 3);
        return 0;
    }
    lua_pushvalue(L, 2);
    int kind = lua_rawget(L, lua_upvalueindex(1));
    if (text_is(name, "attributes"))
        api_error(L, "assign to one attribute at a time, as in node.attributes.width = \"300\"");
    if (kind == LUA_TNUMBER)
        api_error(L, "\"%s\" of a node cannot be assigned; use append, insert_before, replace ...",
                  name.bytes);
    if (kind == LUA_TFUNCTION) api_error(L, "\"%s\" of a node is a function", name.bytes);
    unknown_field(L, proxy, 2);
}

static int node_length(lua_State *L) {
    struct node_proxy *proxy = node_check(L, 1, "#");
    lua_pushinteger(
        L, node_child_count(proxy->handle->document, proxy->id, &proxy->handle->selectors));
    return 1;
}

/* A short form for messages and the REPL; no addresses, which differ from run to run. */
static int node_string(lua_State *L) {
    struct node_proxy *proxy = node_test(L, 1);
    if (!proxy || !proxy->handle->document) {
        lua_pushliteral(L, "node (gone)");
        return 1;
    }
    struct place place = document_api_place(proxy->handle, proxy->id);
    lua_pushstring(
        L, node_type_name((enum node_type)document_node(proxy->handle->document, proxy->id)->type));
    if (place.line) {
        lua_pushfstring(L, " (line %d)", (int)place.line);
        lua_concat(L, 2);
    }
    return 1;
}

static int node_plain(lua_State *L) {
    static const char *const names[] = {"images", NULL};
    struct node_proxy *proxy = node_check(L, 1, "plain");
    struct buffer *buffer = &proxy->handle->selectors.buffer;
    bool images = true;
    if (api_options(L, 2, "plain", names)) {
        lua_getfield(L, 2, "images");
        images = lua_isnil(L, -1) || lua_toboolean(L, -1);
        lua_pop(L, 1);
    }
    buffer->length = 0;
    (images ? document_plain : document_plain_without_images)(proxy->handle->document, proxy->id,
                                                              buffer);
    api_push_text(L, buffer_text(buffer));
    return 1;
}

static int node_matches(lua_State *L) {
    struct node_proxy *proxy = node_check(L, 1, "matches");
    const struct selector *selector = selector_check(L, 2, "the selector");
    lua_pushboolean(L, selector_matches(selector, proxy->handle->document, proxy->id,
                                        &proxy->handle->selectors));
    return 1;
}

/* Only the root of a document that Lua owns can be closed by a script. */
static int node_close(lua_State *L) {
    struct node_proxy *proxy = node_test(L, 1);
    if (proxy && proxy->id == ROOT_NODE && proxy->handle->owned) handle_release(proxy->handle);
    return 0;
}

static const luaL_Reg node_functions[] = {
    {"plain", node_plain}, {"matches", node_matches}, {NULL, NULL}};

/* Fills the metatable on top of the stack. */
void node_register(lua_State *L) {
    int meta = lua_gettop(L);
    lua_newtable(L);
    for (unsigned i = 0; i < GETTER_COUNT; i++) {
        lua_pushinteger(L, getters[i].getter);
        lua_setfield(L, -2, getters[i].name);
    }
    const struct property *property;
    for (unsigned i = 0; (property = property_at(i)); i++) {
        lua_pushinteger(L, GET_PROPERTY + (lua_Integer)i);
        lua_setfield(L, -2, property->name);
    }
    luaL_setfuncs(L, node_functions, 0);
    node_loop_register(L);
    node_change_register(L);
    node_walk_register(L);
    node_replace_register(L);
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, node_get, 1);
    lua_setfield(L, meta, "__index");
    lua_pushcclosure(L, node_set, 1);
    lua_setfield(L, meta, "__newindex");
    static const luaL_Reg meta_functions[] = {{"__pairs", api_pairs_by_position},
                                              {"__len", node_length},
                                              {"__tostring", node_string},
                                              {"__close", node_close},
                                              {NULL, NULL}};
    luaL_setfuncs(L, meta_functions, 0);
    lua_pushliteral(L, "a node");
    lua_setfield(L, -2, "__name");
    lua_pushliteral(L, "node");
    lua_setfield(L, -2, "__metatable");
}
