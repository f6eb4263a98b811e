/* The node API from both sides: the Lua tests of tests/lua/nodes_test.lua, and what only C can do:
 * documents that C owns, closes and freezes, compiled handlers, positions, what a walk costs. */
#include "lua/document_api.h"

#include "unit.h"

#include <lauxlib.h>
#include <lualib.h>

static lua_State *L;
static const char source[] = "# One\r\n\r\ntwo *three*\r\n\r\n[four](five)\n";

static node_id add(struct document *document, node_id parent, enum node_type type, const char *at,
                   size_t length) {
    node_id id = document_add(document, type);
    struct node *node = document_node(document, id);
    const char *found = at ? strstr(source, at) : NULL;
    if (found) node->place = (struct span){(uint32_t)(found - source), (uint32_t)length};
    if (type == NODE_TEXT) node_set_text(document, id, (struct text){found, length});
    node_append(document, parent, id);
    return id;
}

static void build(struct document *document) {
    document_open(document, text_of(source), 0);
    node_id heading = add(document, ROOT_NODE, NODE_HEADING, "# One", 5);
    document_node(document, heading)->detail = 1;
    add(document, heading, NODE_TEXT, "One", 3);
    node_id paragraph = add(document, ROOT_NODE, NODE_PARAGRAPH, "two", 11);
    add(document, paragraph, NODE_TEXT, "two ", 4);
    node_id emph = add(document, paragraph, NODE_EMPH, "*three*", 7);
    add(document, emph, NODE_TEXT, "three", 5);
    node_id link = add(document, add(document, ROOT_NODE, NODE_PARAGRAPH, "[four", 12), NODE_LINK,
                       "[four", 12);
    add(document, link, NODE_TEXT, "four", 4);
}

static void run(const char *code, const char *wanted) {
    if (luaL_loadbuffer(L, code, strlen(code), "=plugin.lua") || lua_pcall(L, 0, 1, 0)) {
        if (!wanted || !strstr(lua_tostring(L, -1), wanted)) {
            printf("# %s\n", lua_tostring(L, -1));
            CHECK(!"the Lua code failed");
        }
    } else if (wanted) {
        CHECK(!"the Lua code should have failed");
    }
    lua_settop(L, 0);
}

static struct document_handle *push_global(struct document *document, unsigned flags) {
    struct document_handle *handle = document_api_push(L, document, TEXT("news/a.md"), flags);
    lua_setglobal(L, "document");
    return handle;
}

static void lua_tests(void) {
    if (luaL_loadfile(L, "tests/lua/nodes_test.lua") || lua_pcall(L, 0, 0, 0)) {
        printf("# %s\n", lua_tostring(L, -1));
        CHECK(!"tests/lua/nodes_test.lua");
    }
    lua_settop(L, 0);
}

static void positions(void) {
    struct document document;
    build(&document);
    struct document_handle *handle = push_global(&document, 0);
    run("local p = document.last.first.position\n"
        "assert(p.file == 'news/a.md' and p.line == 5 and p.column == 1)\n"
        "assert(p.first_byte == 25 and p.last_byte == 36)\n"
        "p = document:find('emph').position assert(p.line == 3 and p.column == 5)\n"
        "assert(tostring(document.first) == 'heading (line 1)')\n"
        "assert(galley.node.emph{}.position == nil)",
        NULL);
    CHECK(document_api_place(handle, 5).line == 3);
    document_api_close(L, handle);
    document_free(&document);
}

static void untouched_text_keeps_its_bytes(void) {
    struct document document;
    build(&document);
    struct node before[16];
    memcpy(before, document.nodes, document.count * sizeof *before);
    struct document_handle *handle = push_global(&document, 0);
    run("document:replace_text('three', 'x') document:replace_text('zzz', 'x')\n"
        "document.first.first.text = 'One' document.last.first.title = nil",
        NULL);
    for (node_id id = 1; id < 10; id++)
        CHECK((memcmp(&before[id], &document.nodes[id], sizeof *before) == 0) == (id != 7));
    CHECK(document.nodes[7].place.length == 5);
    document_api_close(L, handle);
    document_free(&document);
}

static void closing(void) {
    struct document document;
    build(&document);
    struct document_handle *handle = push_global(&document, 0);
    run("kept = document.first clone = kept:clone() attributes = kept.attributes\n"
        "loop = document:descendants() loop()",
        NULL);
    document_api_close(L, handle);
    document_free(&document);
    const char *gone = "plugin.lua:1: the document of this node is gone";
    run("return kept.level", gone);
    run("return #kept", gone);
    run("return kept.first", gone);
    run("kept.level = 2", gone);
    run("kept:append('x')", gone);
    run("kept:walk{}", gone);
    run("attributes.x = 1", gone);
    run("return attributes.x", gone);
    run("for k in pairs(attributes) do end", gone);
    run("loop()", "plugin.lua:1: the document of this loop is gone");
    run("assert(clone:plain() == 'One' and tostring(kept) == 'node (gone)')", NULL);
    run("kept, clone, attributes, loop, document = nil collectgarbage()", NULL);
}

static void frozen(void) {
    struct document document;
    build(&document);
    struct node before[16];
    memcpy(before, document.nodes, document.count * sizeof *before);
    struct document_handle *handle = push_global(&document, DOCUMENT_READ_ONLY);
    const char *calls[] = {"first.level = 2",
                           "first.attributes.x = 'y'",
                           "first:remove()",
                           "first:append('x')",
                           "first:prepend('x')",
                           "first:insert_before('x')",
                           "first:replace('x')",
                           "first:wrap(galley.node.block_quote())",
                           "first:insert_after({})",
                           "first:unwrap()",
                           "document:replace_text('One', 'x')"};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char code[200];
        snprintf(code, sizeof code, "local document, first = document, document.first\n%s",
                 calls[i]);
        run(code, "plugin.lua:2: the corpus is frozen: change articles in a filter");
    }
    run("document:walk{ nodes = { heading = function() return false end } }",
        "the corpus is frozen");
    run("local copy = galley.node.document{ document.first }\n"
        "copy:append(document.last) copy:append(document)\n"
        "assert(#copy == 5 and #document == 3 and copy:find('link') ~= document:find('link'))",
        NULL);
    CHECK(memcmp(before, document.nodes, document.count * sizeof *before) == 0);
    document_api_close(L, handle);
    document_free(&document);
}

static int walk_protected(lua_State *state) {
    document_api_walk(state, 1, 2, 3);
    return 0;
}

/* From C, where no Lua function is there to be blamed. */
static void walks_from_c(void) {
    static const char code[] = "return {\n nodes = {\n  emph = function(_, ctx) return ctx end } }";
    static const char *const wanted[][2] = {
        {"return 7", "plugin.lua:3: the handler for \"emph\" answered a number; answer nothing, a "
                     "node, a list of nodes, or false (the node stands at news/a.md:3:5)"},
        {"return galley.node.paragraph{}", "plugin.lua:3: the handler for \"emph\" gave an answer "
                                           "that cannot be used: a paragraph cannot stand in a "
                                           "paragraph; only inlines can"},
        {"return {'x', galley.node.strong{'y'}}", NULL}};
    for (size_t i = 0; i < 3; i++) {
        struct document document;
        build(&document);
        luaL_loadbuffer(L, code, strlen(code), "=plugin.lua");
        lua_call(L, 0, 1);
        lua_pushcfunction(L, walk_protected);
        struct document_handle *handle = document_api_push(L, &document, TEXT("news/a.md"), 0);
        document_api_handlers(L, 1);
        CHECK(luaL_dostring(L, wanted[i][0]) == 0);
        bool failed = lua_pcall(L, 3, 0, 0) != LUA_OK;
        CHECK(failed == (wanted[i][1] != NULL));
        if (failed && wanted[i][1]) {
            CHECK_TEXT(text_of(lua_tostring(L, -1)), wanted[i][1]);
            CHECK(document_api_current(handle) == 6);
        }
        lua_settop(L, 0);
        document_api_close(L, handle);
        document_free(&document);
    }
}

int main(void) {
    L = luaL_newstate();
    luaL_openlibs(L);
    lua_newtable(L);
    document_api_open(L);
    lua_setfield(L, -2, "node");
    lua_setglobal(L, "galley");
    RUN(positions);
    RUN(untouched_text_keeps_its_bytes);
    RUN(closing);
    RUN(frozen);
    RUN(walks_from_c);
    RUN(lua_tests);
    lua_close(L);
    return unit_end();
}
