#include "lua/html_api.h"

#include "document/html_read.h"
#include "document/markdown_entity.h"
#include "document/sanitise.h"
#include "lua/api.h"
#include "lua/document_api.h"
#include "lua/scratch.h"

#include <stdlib.h>

#define SAFE "safe HTML"

enum { BUILD_DEEPEST = 100, MOST_RULES = 400 };

static const unsigned char special[256] = {['&'] = 1, ['<'] = 1, ['>'] = 1, ['"'] = 1, ['\''] = 1};

static size_t plain_length(struct text text, size_t from) {
    while (from < text.length && !special[(unsigned char)text.bytes[from]]) from++;
    return from;
}

bool html_api_is_plain(struct text text) {
    return plain_length(text, 0) == text.length;
}

void html_api_escape(struct text text, struct buffer *out) {
    for (size_t run = 0, end;; run = end + 1) {
        end = plain_length(text, run);
        buffer_append(out, text.bytes + run, end - run);
        if (end == text.length) return;
        switch (text.bytes[end]) {
        case '&': buffer_append_string(out, "&amp;"); break;
        case '<': buffer_append_string(out, "&lt;"); break;
        case '>': buffer_append_string(out, "&gt;"); break;
        case '"': buffer_append_string(out, "&quot;"); break;
        default: buffer_append_string(out, "&#39;"); break;
        }
    }
}

/* Most of what is escaped has nothing to escape. */
static int html_escape(lua_State *L) {
    struct text text = api_bytes(L, 1, "html.escape: the text");
    if (html_api_is_plain(text)) {
        lua_settop(L, 1);
        if (lua_type(L, 1) == LUA_TNUMBER) lua_tostring(L, 1);
        return 1;
    }
    struct buffer *out = scratch_open(L);
    html_api_escape(text, out);
    return scratch_give(L, out);
}

static int html_unescape(lua_State *L) {
    struct text text = api_text(L, 1, "html.unescape: the text");
    struct buffer *out = scratch_open(L);
    for (size_t i = 0; i < text.length;) {
        const char *found = memchr(text.bytes + i, '&', text.length - i);
        size_t at = found ? (size_t)(found - text.bytes) : text.length;
        buffer_append(out, text.bytes + i, at - i);
        if (at == text.length) break;
        size_t used = markdown_entity((struct text){text.bytes + at, text.length - at}, out);
        if (!used) buffer_append_byte(out, '&'), used = 1;
        i = at + used;
    }
    return scratch_give(L, out);
}

/* ---- building ---- */

static bool is_safe(lua_State *L, int index) {
    if (luaL_getmetafield(L, index, "__name") == LUA_TNIL) return false;
    bool safe = lua_type(L, -1) == LUA_TSTRING && text_is(api_string(L, -1), SAFE);
    lua_pop(L, 1);
    return safe;
}

static bool is_name(struct text name) {
    if (!name.length || (name.bytes[0] | 32) < 'a' || (name.bytes[0] | 32) > 'z') return false;
    for (size_t i = 0; i < name.length; i++) {
        int byte = name.bytes[i], letter = byte | 32;
        if (!((letter >= 'a' && letter <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' ||
              byte == ':' || byte == '_' || byte == '.'))
            return false;
    }
    return true;
}

static bool is_one_of(const char *const *names, struct text name) {
    for (; *names; names++)
        if (text_is(name, *names)) return true;
    return false;
}

static int compare_names(const void *a, const void *b) {
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* The value on top as text, or an error. */
static struct text scalar_text(lua_State *L, const char *what) {
    int type = lua_type(L, -1);
    if (type == LUA_TSTRING || type == LUA_TNUMBER) return api_text(L, -1, what);
    bool is_list = type == LUA_TUSERDATA && luaL_getmetafield(L, -1, "__len") != LUA_TNIL;
    if (is_list) lua_pop(L, 1); /* maps and nodes too: what they print as is no text for readers */
    if (type == LUA_TUSERDATA && !is_list && luaL_getmetafield(L, -1, "__tostring") != LUA_TNIL) {
        lua_pop(L, 1);
        luaL_tolstring(L, -1, NULL);
        lua_replace(L, -2);
        return api_text(L, -1, what);
    }
    api_error(L, "%s must be text, not %s", what, api_kind(L, -1));
}

static void build_attributes(lua_State *L, int index, struct buffer *out) {
    size_t count = 0;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        if (lua_type(L, -2) == LUA_TSTRING)
            count++;
        else if (!lua_isinteger(L, -2))
            api_error(L, "html.build: the name of an attribute must be text");
        lua_pop(L, 1);
    }
    struct text *names = lua_newuserdatauv(L, (count + 1) * sizeof *names, 0);
    size_t filled = 0;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        if (lua_type(L, -2) == LUA_TSTRING) names[filled++] = api_string(L, -2);
        lua_pop(L, 1);
    }
    qsort(names, filled, sizeof *names, compare_names);
    for (size_t i = 0; i < filled; i++) {
        if (!is_name(names[i]))
            api_error(L, "html.build: \"%s\" is not the name of an attribute", names[i].bytes);
        api_push_text(L, names[i]);
        lua_rawget(L, index);
        if (!lua_isboolean(L, -1) || lua_toboolean(L, -1)) {
            buffer_append_byte(out, ' ');
            buffer_append_text(out, names[i]);
        }
        if (!lua_isboolean(L, -1)) {
            buffer_append_string(out, "=\"");
            html_api_escape(scalar_text(L, "html.build: an attribute's value"), out);
            buffer_append_byte(out, '"');
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void build_element(lua_State *L, int index, struct buffer *out, int depth);

/* The value on top. In script and style nothing can be escaped, so that what would end them early
 * is refused. */
static void build_child(lua_State *L, struct buffer *out, bool verbatim, int depth) {
    if (lua_isnil(L, -1) || (lua_isboolean(L, -1) && !lua_toboolean(L, -1))) return;
    if (lua_istable(L, -1) && is_safe(L, -1)) {
        lua_getfield(L, -1, "html");
        buffer_append_text(out, api_text(L, -1, "html.build: safe HTML"));
        lua_pop(L, 1);
        return;
    }
    if (lua_istable(L, -1)) {
        if (verbatim) api_error(L, "html.build: script and style hold no elements");
        build_element(L, lua_gettop(L), out, depth + 1);
        return;
    }
    struct text text = scalar_text(L, "html.build: a child");
    if (!verbatim) {
        html_api_escape(text, out);
        return;
    }
    for (size_t i = 0; i + 1 < text.length; i++)
        if (text.bytes[i] == '<' && (text.bytes[i + 1] == '/' || text.bytes[i + 1] == '!'))
            api_error(L, "html.build: script and style may not hold \"</\" or \"<!\"");
    buffer_append_text(out, text);
}

static void build_element(lua_State *L, int index, struct buffer *out, int depth) {
    static const char *const voids[] = {"area",  "base", "br",   "col",    "embed", "hr",  "img",
                                        "input", "link", "meta", "source", "track", "wbr", NULL};
    static const char *const verbatims[] = {"script", "style", NULL};
    if (depth > BUILD_DEEPEST)
        api_error(L, "html.build: elements are nested deeper than %d, or contain themselves",
                  BUILD_DEEPEST);
    luaL_checkstack(L, 12, "too many nested elements");
    lua_Integer count = (lua_Integer)lua_rawlen(L, index);
    lua_rawgeti(L, index, 1);
    struct text tag = lua_type(L, -1) == LUA_TSTRING ? api_string(L, -1) : (struct text){NULL, 0};
    if (!is_name(tag))
        api_error(L, "html.build: an element is a table whose first item is the name of a tag, "
                     "such as { \"p\", \"text\" }");
    buffer_append_byte(out, '<');
    buffer_append_text(out, tag);
    build_attributes(L, index, out);
    buffer_append_byte(out, '>');
    if (is_one_of(voids, tag)) {
        if (count > 1) api_error(L, "html.build: %s has no content", tag.bytes);
        lua_pop(L, 1);
        return;
    }
    bool verbatim = is_one_of(verbatims, tag);
    for (lua_Integer i = 2; i <= count; i++) {
        lua_rawgeti(L, index, i);
        build_child(L, out, verbatim, depth);
        lua_pop(L, 1);
    }
    buffer_append_string(out, "</");
    buffer_append_text(out, tag);
    buffer_append_byte(out, '>');
    lua_pop(L, 1);
}

static int html_build(lua_State *L) {
    if (!lua_istable(L, 1))
        api_error(L, "html.build: an element must be a table, not %s", api_kind(L, 1));
    lua_settop(L, 1);
    struct buffer *out = scratch_open(L);
    build_element(L, 1, out, 1);
    return scratch_give(L, out);
}

static int safe_tostring(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_getfield(L, 1, "html");
    return 1;
}

static int html_raw(lua_State *L) {
    api_text(L, 1, "html.raw: the HTML");
    lua_createtable(L, 0, 1);
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "html");
    luaL_setmetatable(L, SAFE);
    return 1;
}

/* ---- of strangers ---- */

static int give(lua_State *L, struct buffer *out, enum sanitise_result result,
                const char *function) {
    switch (result) {
    case SANITISE_DONE: return scratch_give(L, out);
    case SANITISE_MISSING:
        return api_fail(L, "missing",
                        "%s needs the library gumbo, which this galley was built without; install "
                        "libgumbo-dev and build again",
                        function);
    case SANITISE_TOO_LARGE:
        return api_fail(L, "limit", "%s: the HTML is longer than 1 MB", function);
    case SANITISE_TOO_DEEP: break;
    }
    return api_fail(L, "limit", "%s: the HTML is nested deeper than 400 elements", function);
}

/* The list in field `name` of the options as rules; `otherwise` where there is none. The strings
 * stay in the options' tables. */
static const char *const *rule_list(lua_State *L, const char *name, const char *const *otherwise) {
    if (lua_getfield(L, 2, name) == LUA_TNIL) {
        lua_pop(L, 1);
        return otherwise;
    }
    if (!lua_istable(L, -1))
        api_error(L, "html.sanitise: %s must be a list of names, not %s", name, api_kind(L, -1));
    lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
    if (count > MOST_RULES)
        api_error(L, "html.sanitise: %s has more than %d names", name, MOST_RULES);
    const char **names = lua_newuserdatauv(L, ((size_t)count + 1) * sizeof *names, 0);
    for (lua_Integer i = 0; i < count; i++) {
        lua_rawgeti(L, -2, i + 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            api_error(L, "html.sanitise: %s must be a list of names", name);
        names[i] = lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    names[count] = NULL;
    return names; /* both stay on the stack for the call */
}

static int html_sanitise(lua_State *L) {
    static const char *const names[] = {"elements", "attributes", "schemes", NULL};
    struct text html = api_text(L, 1, "html.sanitise: the HTML");
    struct sanitise_rules rules = sanitise_defaults;
    lua_settop(L, 2);
    if (!lua_isnil(L, 2)) {
        if (!lua_istable(L, 2))
            api_error(L, "html.sanitise: the rules must be a table, not %s", api_kind(L, 2));
        lua_pushnil(L);
        while (lua_next(L, 2)) {
            struct text key = lua_type(L, -2) == LUA_TSTRING ? api_string(L, -2) : TEXT("?");
            if (!is_one_of(names, key))
                api_error(L, "html.sanitise has no rule %s%s", key.bytes,
                          api_push_suggestion(L, key, names));
            lua_pop(L, 1);
        }
        rules.elements = rule_list(L, "elements", rules.elements);
        rules.attributes = rule_list(L, "attributes", rules.attributes);
        rules.schemes = rule_list(L, "schemes", rules.schemes);
    }
    struct buffer *out = scratch_open(L);
    return give(L, out, sanitise_write(html, &rules, out), "html.sanitise");
}

static int html_text(lua_State *L) {
    struct text html = api_text(L, 1, "html.text: the HTML");
    struct buffer *out = scratch_open(L);
    return give(L, out, sanitise_text(html, out), "html.text");
}

static void set_buffer(lua_State *L, const char *name, const struct buffer *buffer) {
    if (!buffer->length) return;
    api_push_text(L, buffer_text(buffer));
    lua_setfield(L, -2, name);
}

/* The document, and what was found beside it. */
static int html_document(lua_State *L) {
    struct text html = api_text(L, 1, "html.document: the HTML");
    struct html_read read = {0};
    static const char *const names[] = {"page", NULL};
    lua_settop(L, 2);
    if (api_options(L, 2, "html.document", names)) {
        lua_getfield(L, 2, "page");
        read.page = lua_toboolean(L, -1);
        lua_pop(L, 1);
    }
    struct document *document = document_api_create(L, TEXT(""), 0, TEXT("html"));
    enum sanitise_result result = html_read(html, &read, document);
    if (result != SANITISE_DONE) {
        html_read_free(&read);
        if (result == SANITISE_TOO_LARGE)
            return api_fail(L, "limit", "html.document: the HTML is longer than 8 MB");
        return give(L, NULL, result, "html.document");
    }
    lua_createtable(L, 0, 6);
    set_buffer(L, "text", &read.text);
    set_buffer(L, "lost", &read.lost);
    set_buffer(L, "title", &read.title);
    set_buffer(L, "canonical", &read.canonical);
    set_buffer(L, "heading", &read.heading);
    lua_pushboolean(L, read.guessed);
    lua_setfield(L, -2, "guessed");
    set_buffer(L, "meta", &read.meta);
    lua_pushinteger(L, read.added);
    lua_setfield(L, -2, "added");
    lua_pushinteger(L, read.images);
    lua_setfield(L, -2, "images");
    html_read_free(&read);
    return 2;
}

void html_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {{"escape", html_escape},     {"unescape", html_unescape},
                                         {"build", html_build},       {"raw", html_raw},
                                         {"sanitise", html_sanitise}, {"text", html_text},
                                         {"document", html_document}, {NULL, NULL}};
    luaL_newmetatable(L, SAFE);
    lua_pushcfunction(L, safe_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
}
