/* node.attributes: named attributes, with id and class among them, in the order they have. */
#include "lua/node_proxy.h"

static const char attributes_key;

/* A small userdata whose uservalue is the node's proxy, so that it follows when the node moves. */
int node_push_attributes(lua_State *L, struct node_proxy *proxy) {
    (void)proxy;
    lua_newuserdatauv(L, 0, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &attributes_key);
    lua_setmetatable(L, -2);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
    return 1;
}

/* Replaces the attributes at index 1 by their node. */
static struct node_proxy *attributes_node(lua_State *L, bool change) {
    if (lua_type(L, 1) != LUA_TUSERDATA || lua_getiuservalue(L, 1, 1) != LUA_TUSERDATA ||
        !node_test(L, -1))
        api_error(L, "attributes need a node's attributes, not %s", api_kind(L, 1));
    lua_replace(L, 1);
    return change ? node_check_change(L, 1, "attributes") : node_check(L, 1, "attributes");
}

static enum field_key plain_key(struct text name) {
    return text_is(name, "id") ? FIELD_ID : text_is(name, "class") ? FIELD_CLASS : FIELD_NONE;
}

static int attributes_get(lua_State *L) {
    struct node_proxy *proxy = attributes_node(L, false);
    if (lua_type(L, 2) != LUA_TSTRING)
        api_error(L, "an attribute's name must be a string, not %s", api_kind(L, 2));
    struct text name = api_string(L, 2);
    enum field_key key = plain_key(name);
    struct text value = key ? node_field(proxy->handle->document, proxy->id, key)
                            : node_attribute(proxy->handle->document, proxy->id, name);
    if (value.bytes)
        api_push_text(L, value);
    else
        lua_pushnil(L);
    return 1;
}

/* HTML's names without the odd ones: letters, digits and _ : . - after a letter, _ or : */
static bool is_name(struct text name) {
    if (!name.length || name.length > 100) return false;
    for (size_t i = 0; i < name.length; i++) {
        char byte = name.bytes[i], letter = (char)(byte | 32);
        bool first = (letter >= 'a' && letter <= 'z') || byte == '_' || byte == ':';
        if (!first && (i == 0 || !((byte >= '0' && byte <= '9') || byte == '-' || byte == '.')))
            return false;
    }
    return true;
}

void node_assign_attribute(lua_State *L, struct document_handle *handle, node_id id, int index,
                           int value_index) {
    if (lua_type(L, index) != LUA_TSTRING)
        api_error(L, "an attribute's name must be a string, not %s", api_kind(L, index));
    struct text name = api_string(L, index), value = {NULL, 0};
    if (!is_name(name))
        api_error(L,
                  "\"%s\" is no name for an attribute; use letters, digits, \"-\", \"_\", "
                  "\":\" and \".\"",
                  name.bytes);
    lua_pushvalue(L, value_index);
    if (!lua_isnil(L, -1)) value = api_text(L, lua_gettop(L), "an attribute's value");
    handle_room(L, handle, name.length + value.length);
    handle->document->changes++;
    enum field_key key = plain_key(name);
    if (key)
        node_set_field(handle->document, id, key, value);
    else
        node_set_attribute(handle->document, id, name, value);
    lua_pop(L, 1);
}

static int attributes_set(lua_State *L) {
    struct node_proxy *proxy = attributes_node(L, true);
    node_assign_attribute(L, proxy->handle, proxy->id, 2, 3);
    return 0;
}

/* Upvalues: the list of names and values, the place in it. */
static int attributes_next(lua_State *L) {
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(2));
    lua_pushinteger(L, at + 2);
    lua_replace(L, lua_upvalueindex(2));
    if (lua_rawgeti(L, lua_upvalueindex(1), at) == LUA_TNIL) return 1;
    lua_rawgeti(L, lua_upvalueindex(1), at + 1);
    return 2;
}

/* The attributes as they are now: a loop may change them. */
static int attributes_pairs(lua_State *L) {
    struct node_proxy *proxy = attributes_node(L, false);
    const struct document *document = proxy->handle->document;
    lua_newtable(L);
    lua_Integer count = 0;
    uint32_t at = document_node(document, proxy->id)->fields;
    for (; at; at = document->fields[at].next) {
        const struct field *field = &document->fields[at];
        if (field->key == FIELD_ATTRIBUTE)
            api_push_text(L, strings_text(&document->strings, field->name));
        else if (field->key == FIELD_ID || field->key == FIELD_CLASS)
            lua_pushstring(L, field_key_name((enum field_key)field->key));
        else
            continue;
        lua_rawseti(L, -2, ++count);
        api_push_text(L, strings_text(&document->strings, field->value));
        lua_rawseti(L, -2, ++count);
    }
    lua_pushinteger(L, 1);
    lua_pushcclosure(L, attributes_next, 2);
    return 1;
}

void node_attributes_register(lua_State *L) {
    static const luaL_Reg functions[] = {{"__index", attributes_get},
                                         {"__newindex", attributes_set},
                                         {"__pairs", attributes_pairs},
                                         {NULL, NULL}};
    lua_newtable(L);
    luaL_setfuncs(L, functions, 0);
    lua_pushliteral(L, "attributes");
    lua_setfield(L, -2, "__name");
    lua_pushliteral(L, "attributes");
    lua_setfield(L, -2, "__metatable");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &attributes_key);
}
