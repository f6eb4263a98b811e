#include "lua/piece_api.h"

#include "corpus/kept.h"
#include "lua/api.h"
#include "lua/scratch.h"

/* Where the record of a file is the piece, it is that article's body. */
static bool is_body(const struct site_view *view, const char *piece) {
    const struct corpus_file *files = corpus_file(&view->corpus, 0);
    const struct corpus_file *end = files + view->corpus.table->file_count;
    return piece >= (const char *)files && piece < (const char *)end;
}

void piece_api_append(lua_State *L, int index, struct site_view *view, struct buffer *out) {
    const char *piece = lua_touserdata(L, index);
    if (is_body(view, piece)) {
        const struct corpus_file *file = (const struct corpus_file *)(const void *)piece;
        article_api_html(L, view, (uint32_t)(file - corpus_file(&view->corpus, 0)), out);
    } else {
        const struct kept_text *text = (const struct kept_text *)(const void *)piece;
        buffer_append(out, text->bytes, text->length);
    }
}

struct store {
    struct site_view *view;
    struct shared_writer *writer;
    size_t room; /* bytes that this worker may still keep */
};

/* What make answered is on the stack from `first` on; there it becomes text. */
static uint32_t make_texts(lua_State *L, int first, struct text *texts) {
    int count = lua_gettop(L) - first + 1;
    const char *name = lua_tostring(L, 2);
    if (count > MOST_KEPT_TEXTS)
        api_error(L, "once: %d texts for \"%s\"; there are at most %d", count, name,
                  MOST_KEPT_TEXTS);
    luaL_checkstack(L, count, NULL);
    for (int i = 0; i < count; i++) {
        bool none = lua_isnil(L, first + i);
        if (!none && !lua_isstring(L, first + i) &&
            luaL_getmetafield(L, first + i, "__tostring") == LUA_TNIL)
            api_error(L, "once: what makes \"%s\" answered %s; it answers texts", name,
                      api_kind(L, first + i));
        lua_settop(L, first + count - 1);
        if (!none) luaL_tolstring(L, first + i, NULL);
        if (!none) lua_replace(L, first + i);
        texts[i] = none ? (struct text){NULL, 0} : api_string(L, first + i);
    }
    return (uint32_t)count;
}

/* NULL where there is no room left: then the texts themselves are the answer. */
static const struct kept *keep(struct store *store, uint32_t file, struct text name,
                               const struct text *texts, uint32_t count) {
    size_t size = sizeof(struct kept) + name.length;
    for (uint32_t i = 0; i < count; i++) size += texts[i].length;
    if (size > store->room) return NULL;
    store->room -= size;
    return kept_add(&store->view->corpus, store->writer, file, name, texts, count);
}

static int once(lua_State *L) {
    struct store *store = lua_touserdata(L, lua_upvalueindex(1));
    struct text texts[MOST_KEPT_TEXTS];
    uint32_t file = article_api_file(L, store->view, 1);
    if (file == NOWHERE) api_error(L, "once: the article is %s", api_kind(L, 1));
    struct text name = api_bytes(L, 2, "the name");
    const struct kept *kept = kept_find(&store->view->corpus, file, name);
    if (!kept) {
        api_type(L, 3, LUA_TFUNCTION, "what makes it");
        lua_settop(L, 3);
        lua_pushvalue(L, 3);
        lua_pushvalue(L, 1);
        lua_call(L, 1, LUA_MULTRET);
        uint32_t count = make_texts(L, 4, texts);
        kept = keep(store, file, name, texts, count);
        if (!kept) return (int)count;
    }
    luaL_checkstack(L, MOST_KEPT_TEXTS, NULL);
    for (uint32_t i = 0; i < kept->count; i++) {
        const struct kept_text *text = kept_text(kept, i);
        if (text)
            lua_pushlightuserdata(L, (void *)text);
        else
            lua_pushnil(L);
    }
    return (int)kept->count;
}

/* body(article) */
static int body(lua_State *L) {
    struct site_view *view = lua_touserdata(L, lua_upvalueindex(1));
    uint32_t file = article_api_file(L, view, 1);
    if (file == NOWHERE) api_error(L, "body: the article is %s", api_kind(L, 1));
    if (!corpus_file(&view->corpus, file)->body)
        api_error(L, "body: the article has no body yet; the pages of a layout can have it");
    lua_pushlightuserdata(L, corpus_file(&view->corpus, file));
    return 1;
}

static struct buffer *text_of_piece(lua_State *L, int index, struct buffer *out) {
    piece_api_append(L, index, lua_touserdata(L, lua_upvalueindex(1)), out);
    return out;
}

static int piece_tostring(lua_State *L) {
    struct site_view *view = lua_touserdata(L, lua_upvalueindex(1));
    const char *piece = lua_touserdata(L, 1);
    if (!is_body(view, piece)) {
        const struct kept_text *text = (const struct kept_text *)(const void *)piece;
        lua_pushlstring(L, text->bytes, text->length);
        return 1;
    }
    return scratch_give(L, text_of_piece(L, 1, scratch_open(L)));
}

static int piece_length(lua_State *L) {
    piece_tostring(L);
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, -1));
    return 1;
}

static int piece_concat(lua_State *L) {
    lua_settop(L, 2);
    struct buffer *out = scratch_open(L);
    for (int i = 1; i <= 2; i++) {
        if (lua_islightuserdata(L, i))
            text_of_piece(L, i, out);
        else if (lua_isstring(L, i))
            buffer_append_text(out, api_string(L, i));
        else
            api_error(L, "attempt to concatenate %s and a piece", api_kind(L, i));
    }
    return scratch_give(L, out);
}

void piece_api_open(lua_State *L, struct site_view *view, struct shared_writer *writer,
                    size_t room) {
    static const luaL_Reg meta[] = {{"__tostring", piece_tostring},
                                    {"__len", piece_length},
                                    {"__concat", piece_concat},
                                    {NULL, NULL}};
    lua_pushlightuserdata(L, view); /* any: the metatable is that of the type */
    luaL_newlibtable(L, meta);
    lua_pushlightuserdata(L, view);
    luaL_setfuncs(L, meta, 1);
    lua_pushliteral(L, "piece");
    lua_setfield(L, -2, "__metatable");
    lua_pushliteral(L, "a piece");
    lua_setfield(L, -2, "__name");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
    struct store *store = lua_newuserdatauv(L, sizeof *store, 0);
    *store = (struct store){view, writer, room};
    lua_pushcclosure(L, once, 1);
    lua_setfield(L, -2, "once");
    lua_pushlightuserdata(L, view);
    lua_pushcclosure(L, body, 1);
    lua_setfield(L, -2, "body");
}
