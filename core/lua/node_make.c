/* galley.node: a constructor a type.
 *
 *     galley.node.heading{ level = 2, "Text", galley.node.emph{ "x" } }
 *     galley.node.code_block{ info = "lua", text = "return 1" }      galley.node.text "words"
 *
 * Named entries are fields (and `attributes`, a table), the list is the children. For types that
 * carry a literal a plain string, or the list's one string, is the literal. A child that stands in
 * a tree already is copied, so that making a node changes nothing else.
 */
#include "lua/node_proxy.h"

#include "document/foreign_names.h"

static void set_defaults(struct node *node) {
    if (node->type == NODE_HEADING) node->detail = 1;
    if (node->type == NODE_LIST) node->flags = NODE_TIGHT, node->detail = 1;
    if (node->type == NODE_CODE_BLOCK) node->flags = NODE_FENCED;
    /* A plugin's own HTML is not an author's: it passes in safe mode too. */
    if (node->type == NODE_HTML_BLOCK || node->type == NODE_HTML_INLINE)
        node->detail = HTML_OF_PLUGIN;
}

/* What is said once, when a node is made, and not changed later: pops the value. */
static bool set_form(lua_State *L, struct document *document, node_id id, const char *name) {
    struct node *node = document_node(document, id);
    if (node->type == NODE_SHORTCODE && strcmp(name, "alone") == 0) {
        if (!lua_isboolean(L, -1))
            api_error(L, "the alone of a shortcode must be true or false, not %s", api_kind(L, -1));
        node->detail = (uint32_t)lua_toboolean(L, -1);
        return true;
    }
    if (node->type != NODE_DIRECTIVE || strcmp(name, "form") != 0) return false;
    struct text form = lua_type(L, -1) == LUA_TSTRING ? api_string(L, -1) : TEXT("");
    node->detail = text_is(form, "block")    ? DIRECTIVE_BLOCK
                   : text_is(form, "leaf")   ? DIRECTIVE_LEAF
                   : text_is(form, "inline") ? DIRECTIVE_INLINE
                                             : 3;
    if (node->detail == 3)
        api_error(L, "the form of a directive must be \"block\", \"leaf\" or \"inline\"");
    return true;
}

/* Table order is no order: names are sorted before anything is made of them. Pushes the list. */
static lua_Integer push_sorted_names(lua_State *L, int table, const char *what) {
    lua_newtable(L);
    int list = lua_gettop(L);
    lua_Integer count = 0;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING) {
            api_error(L, "%s have names, not %s", what, api_kind(L, -1));
        }
        struct text name = api_string(L, -1);
        lua_Integer at = ++count;
        for (; at > 1; at--) {
            lua_rawgeti(L, list, at - 1);
            if (text_compare(api_string(L, -1), name) <= 0) {
                lua_pop(L, 1);
                break;
            }
            lua_rawseti(L, list, at);
        }
        lua_pushvalue(L, -1);
        lua_rawseti(L, list, at);
    }
    return count;
}

static void set_attributes(lua_State *L, struct document_handle *handle, node_id id, int value) {
    if (lua_type(L, value) != LUA_TTABLE)
        api_error(L, "the attributes must be a table, not %s", api_kind(L, value));
    lua_Integer count = push_sorted_names(L, value, "attributes");
    int list = lua_gettop(L);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, list, i);
        lua_pushvalue(L, -1);
        lua_rawget(L, value);
        node_assign_attribute(L, handle, id, lua_gettop(L) - 1, lua_gettop(L));
        lua_pop(L, 2);
    }
    lua_pop(L, 1);
}

static _Noreturn void unknown_name(lua_State *L, const char *type, int key) {
    const char *known[64];
    size_t count = 0;
    const struct property *property;
    for (unsigned i = 0; (property = property_at(i)); i++)
        if (property_applies(property, node_type_of(text_of(type))))
            known[count++] = property->name;
    known[count++] = "attributes";
    known[count] = NULL;
    const char *suggestion = api_push_suggestion(L, api_string(L, key), known);
    api_error(L, "%s has no field \"%s\"%s", node_type_phrase(node_type_of(text_of(type))),
              lua_tostring(L, key), suggestion);
}

static bool is_child_key(lua_State *L, int key, lua_Integer count) {
    if (!lua_isinteger(L, key)) return false;
    lua_Integer at = lua_tointeger(L, key);
    return at >= 1 && at <= count;
}

/* Sets what is named, in the order of the fields' table; then nothing else may be left over. */
static void set_fields(lua_State *L, struct document_handle *handle, node_id id, int table) {
    const char *type = node_type_name((enum node_type)document_node(handle->document, id)->type);
    lua_Integer children = (lua_Integer)lua_rawlen(L, table);
    const struct property *property;
    for (unsigned i = 0; (property = property_at(i)); i++) {
        lua_pushstring(L, property->name);
        if (lua_rawget(L, table) != LUA_TNIL) {
            if (!set_form(L, handle->document, id, property->name))
                node_assign(L, handle, id, property, lua_gettop(L));
        }
        lua_pop(L, 1);
    }
    lua_pushliteral(L, "attributes");
    if (lua_rawget(L, table) != LUA_TNIL) {
        set_attributes(L, handle, id, lua_gettop(L));
    }
    lua_pop(L, 1);
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        if (is_child_key(L, -1, children)) continue;
        if (lua_type(L, -1) != LUA_TSTRING)
            api_error(L, "%s: the list of children has a gap or a wrong key", type);
        if (!property_find(api_string(L, -1)) && strcmp(lua_tostring(L, -1), "attributes") != 0)
            unknown_name(L, type, lua_gettop(L));
    }
}

static bool has_literal(enum node_type type) {
    return property_applies(property_find(TEXT("text")), type);
}

static void set_literal(lua_State *L, struct document_handle *handle, node_id id, int value) {
    node_assign(L, handle, id, property_find(TEXT("text")), value);
}

/* The words of a directive of one line or within a line are its label: either gives the other. */
static void agree_on_label(struct document *document, node_id id) {
    const struct node *node = document_node(document, id);
    if (node->detail == DIRECTIVE_BLOCK) return;
    struct text label = node_field(document, id, FIELD_LABEL);
    const struct node *words = node->first ? document_node(document, node->first) : NULL;
    if (words && words->type == NODE_TEXT && !words->next)
        node_set_field(document, id, FIELD_LABEL, node_text(document, node->first));
    else if (!words && label.length)
        property_set(document, id, property_find(TEXT("label")),
                     (struct property_value){PROPERTY_TEXT, label, 0});
}

static bool is_leaf(const struct document *document, node_id id) {
    const struct node *node = document_node(document, id);
    return node->type == NODE_DIRECTIVE && node->detail == DIRECTIVE_LEAF;
}

static bool begins_with_string(lua_State *L, int table) {
    bool is_string = lua_rawgeti(L, table, 1) == LUA_TSTRING;
    lua_pop(L, 1);
    return is_string;
}

/* Upvalue 1: the type's number. */
static int make(lua_State *L) {
    enum node_type type = (enum node_type)lua_tointeger(L, lua_upvalueindex(1));
    const char *name = node_type_name(type);
    int second = lua_type(L, 2); /* a number may be gsub's */
    if (second == LUA_TSTRING || second == LUA_TTABLE || second == LUA_TUSERDATA)
        api_error(L, "galley.node.%s takes one value; put fields and children into one table",
                  name);
    lua_settop(L, 1);
    int kind = lua_type(L, 1);
    if (kind != LUA_TTABLE && kind != LUA_TSTRING && kind != LUA_TNIL && !node_test(L, 1))
        api_error(L, "galley.node.%s takes a table of fields and children, not %s", name,
                  api_kind(L, 1));
    struct document_handle *handle;
    node_id id = ROOT_NODE;
    if (type == NODE_DOCUMENT) {
        document_api_create(L, TEXT(""), 0, TEXT(""));
        handle = node_test(L, -1)->handle;
        lua_getiuservalue(L, -1, 1);
    } else {
        handle = fragment_push(L);
        id = document_add(handle->document, type);
        set_defaults(document_node(handle->document, id));
    }
    struct placing placing = {
        .handle = handle, .cache = lua_gettop(L), .parent = id, .function = name, .copies = true};
    if (kind == LUA_TTABLE) {
        set_fields(L, handle, id, 1);
        lua_Integer children = (lua_Integer)lua_rawlen(L, 1);
        if (has_literal(type) && children == 1) {
            lua_rawgeti(L, 1, 1);
            set_literal(L, handle, id, lua_gettop(L));
            lua_pop(L, 1);
        } else if (children == 1 && is_leaf(handle->document, id) && begins_with_string(L, 1)) {
            lua_rawgeti(L, 1, 1);
            node_assign(L, handle, id, property_find(TEXT("label")), lua_gettop(L));
            lua_pop(L, 1);
        } else if (children) {
            /* The words are those of the list, not what a field such as alt stands for. */
            while (document_node(handle->document, id)->first)
                node_unlink(handle->document, document_node(handle->document, id)->first);
            lua_createtable(L, (int)children, 0); /* without the names */
            for (lua_Integer i = 1; i <= children; i++) {
                lua_rawgeti(L, 1, i);
                lua_rawseti(L, -2, i);
            }
            node_place(L, &placing, NO_NODE, lua_gettop(L));
        }
    } else if (has_literal(type) && kind == LUA_TSTRING) {
        set_literal(L, handle, id, 1);
    } else if (kind != LUA_TNIL) {
        node_place(L, &placing, NO_NODE, 1);
    }
    if (type == NODE_DIRECTIVE) agree_on_label(handle->document, id);
    if (type == NODE_DIRECTIVE && !node_field(handle->document, id, FIELD_NAME).bytes)
        node_set_field(handle->document, id, FIELD_NAME,
                       directive_default_name(handle->document, id));
    node_push(L, placing.cache, handle, id);
    return 1;
}

static int unknown_constructor(lua_State *L) {
    const char *known[NODE_TYPE_COUNT];
    for (int type = 1; type < NODE_TYPE_COUNT; type++)
        known[type - 1] = node_type_name((enum node_type)type);
    known[NODE_TYPE_COUNT - 1] = NULL;
    struct text name = lua_type(L, 2) == LUA_TSTRING ? api_string(L, 2) : TEXT("?");
    struct text ours = foreign_type(name);
    const char *suggestion = ours.length && node_type_of(ours)
                                 ? lua_pushfstring(L, "; did you mean \"%s\"?", ours.bytes)
                                 : api_push_suggestion(L, name, known);
    api_error(L, "there is no node type \"%s\"%s", name.bytes, suggestion);
}

void node_make_register(lua_State *L) {
    lua_createtable(L, 0, NODE_TYPE_COUNT);
    for (int type = 1; type < NODE_TYPE_COUNT; type++) {
        lua_pushinteger(L, type);
        lua_pushcclosure(L, make, 1);
        lua_setfield(L, -2, node_type_name((enum node_type)type));
    }
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, unknown_constructor);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
}
