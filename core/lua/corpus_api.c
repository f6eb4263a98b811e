#include "lua/corpus_api.h"

#include "corpus/related.h"
#include "lua/api.h"
#include "lua/article_api.h"

#include <stdlib.h>

#define CORPUS "galley.corpus"
#define LIST   "galley.articles"
#define TERM   "galley.term"

static const char profiles_key; /* its address names, in the registry, what finds profiles */
static const char terms_key;    /* and the table of the term objects made so far, by number + 1 */

struct corpus_object {
    struct site_view *view;
};

struct list_object {
    struct site_view *view;
    uint32_t count;
    const uint32_t *positions; /* NULL: `first` and those that follow it in the corpus's order */
    uint32_t first;
    uint32_t own[];
};

struct term_object {
    struct site_view *view;
    uint32_t number;
};

static struct list_object *push_list(lua_State *L, struct site_view *view, uint32_t count,
                                     uint32_t own) {
    struct list_object *list = lua_newuserdatauv(L, sizeof *list + own * sizeof *list->own, 0);
    *list = (struct list_object){.view = view, .count = count};
    if (own) list->positions = list->own;
    luaL_setmetatable(L, LIST);
    return list;
}

static uint32_t list_file(const struct list_object *list, uint32_t index) {
    uint32_t position = list->positions ? list->positions[index] : list->first + index;
    return corpus_file_at(&list->view->corpus, position);
}

int corpus_api_push_numbers(lua_State *L, int index) {
    const struct list_object *list = luaL_checkudata(L, index, LIST);
    uint32_t same = 0, all = list->view->corpus.table->article_count;
    while (same < list->count && list_file(list, same) == corpus_file_at(&list->view->corpus, same))
        same++;
    if (same == all) return 0;
    lua_createtable(L, (int)list->count, 0);
    for (uint32_t i = 0; i < list->count; i++) {
        lua_pushinteger(L, list_file(list, i));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

int corpus_api_push_numbered(lua_State *L, struct site_view *view, int numbers) {
    lua_Integer count = luaL_len(L, numbers);
    struct list_object *list = push_list(L, view, (uint32_t)count, (uint32_t)count);
    for (uint32_t i = 0; i < list->count; i++) {
        lua_rawgeti(L, numbers, (lua_Integer)i + 1);
        list->own[i] = corpus_file(&view->corpus, (uint32_t)lua_tointeger(L, -1))->position;
        lua_pop(L, 1);
    }
    return 1;
}

/* Every term has one object, so that a layout may keep what it made of a term under it. */
static void push_term(lua_State *L, struct site_view *view, uint32_t number) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &terms_key);
    if (lua_rawgeti(L, -1, (lua_Integer)number + 1) == LUA_TNIL) {
        lua_pop(L, 1);
        struct term_object *term = lua_newuserdatauv(L, sizeof *term, 0);
        *term = (struct term_object){view, number};
        luaL_setmetatable(L, TERM);
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, (lua_Integer)number + 1);
    }
    lua_remove(L, -2);
}

int corpus_api_push_related(lua_State *L, struct site_view *view, uint32_t file, uint32_t most) {
    uint32_t positions[RELATED_MOST], position = corpus_file(&view->corpus, file)->position;
    if (view->corpus.table->indexed) corpus_index_words(&view->corpus, view->writer);
    uint32_t count = position == NOWHERE || !view->corpus.table->indexed
                         ? 0
                         : corpus_related(&view->corpus, position, most, positions);
    struct list_object *list = push_list(L, view, count, count);
    if (count) memcpy(list->own, positions, count * sizeof *positions);
    return 1;
}

static int own_term_tostring(lua_State *L) {
    lua_getfield(L, 1, "name");
    return 1;
}

/* Without an index (in an edit), a term is a plain table of name and slug. */
static int push_own_terms(lua_State *L, const struct article *article, uint32_t taxonomy) {
    lua_Integer filled = 0;
    for (uint32_t i = 0; i < article->term_count; i++) {
        if (article->terms[i].taxonomy != taxonomy) continue;
        lua_createtable(L, 0, 2);
        api_push_text(L, strings_text(&article->meta.strings, article->terms[i].name));
        lua_setfield(L, -2, "name");
        api_push_text(L, strings_text(&article->meta.strings, article->terms[i].slug));
        lua_setfield(L, -2, "slug");
        if (luaL_newmetatable(L, "galley.own_term")) {
            lua_pushcfunction(L, own_term_tostring);
            lua_setfield(L, -2, "__tostring");
        }
        lua_setmetatable(L, -2);
        lua_rawseti(L, -2, ++filled);
    }
    return 1;
}

static int terms_newindex(lua_State *L) {
    api_error(L, "an article's terms cannot be changed here; change the list in article.meta");
    return 0;
}

/* A plain list, but for a change of it, which would be lost. */
static void push_term_list(lua_State *L) {
    lua_newtable(L);
    if (luaL_newmetatable(L, "galley.terms")) {
        lua_pushliteral(L, "a list of terms");
        lua_setfield(L, -2, "__name");
        lua_pushcfunction(L, terms_newindex);
        lua_setfield(L, -2, "__newindex");
    }
    lua_setmetatable(L, -2);
}

int corpus_api_push_terms_of(lua_State *L, struct site_view *view, uint32_t file,
                             uint32_t taxonomy) {
    const struct corpus *corpus = &view->corpus;
    uint32_t count = 0, position = corpus_file(corpus, file)->position;
    lua_Integer filled = 0;
    push_term_list(L);
    if (!corpus->table->indexed && view->live && view->live_file == file)
        return push_own_terms(L, view->live, taxonomy);
    if (position == NOWHERE || !corpus->table->indexed) return 1;
    const uint32_t *numbers = corpus_article_terms(corpus, position, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (corpus_term(corpus, numbers[i])->taxonomy != taxonomy) continue;
        push_term(L, view, numbers[i]);
        lua_rawseti(L, -2, ++filled);
    }
    return 1;
}

/* ---- terms ---- */

static int term_index(lua_State *L) {
    struct term_object *object = api_known_self(L, 2, TERM, "a term");
    const struct corpus *corpus = &object->view->corpus;
    const struct corpus_term *term = corpus_term(corpus, object->number);
    struct text key = lua_type(L, 2) == LUA_TSTRING ? api_string(L, 2) : TEXT("");
    struct text taxonomy = object->view->conventions->taxonomies[term->taxonomy].name;
    if (text_is(key, "name"))
        api_push_text(L, corpus_text(corpus, term->name));
    else if (text_is(key, "slug"))
        api_push_text(L, corpus_text(corpus, term->slug));
    else if (text_is(key, "url"))
        api_push_text(L, corpus_text(corpus, term->url));
    else if (text_is(key, "count"))
        lua_pushinteger(L, term->count);
    else if (text_is(key, "taxonomy"))
        api_push_text(L, taxonomy);
    else if (text_is(key, "articles"))
        push_list(L, object->view, term->count, 0)->positions = corpus_term_positions(corpus, term);
    else if (text_is(key, "profile")) {
        if (lua_rawgetp(L, LUA_REGISTRYINDEX, &profiles_key) == LUA_TNIL) return 1;
        api_push_text(L, taxonomy);
        api_push_text(L, corpus_text(corpus, term->slug));
        lua_call(L, 2, 1);
    } else {
        static const char *const names[] = {"name",     "slug",     "url",     "count",
                                            "taxonomy", "articles", "profile", NULL};
        api_no_field(L, "a term", 2, names);
    }
    return 1;
}

static int term_tostring(lua_State *L) {
    struct term_object *object = api_self(L, TERM, "a term");
    const struct corpus *corpus = &object->view->corpus;
    api_push_text(L, corpus_text(corpus, corpus_term(corpus, object->number)->name));
    return 1;
}

static int term_equal(lua_State *L) {
    struct term_object *a = luaL_testudata(L, 1, TERM), *b = luaL_testudata(L, 2, TERM);
    lua_pushboolean(L, a && b && a->number == b->number);
    return 1;
}

/* ---- lists ---- */

static int list_length(lua_State *L) {
    struct list_object *list = api_self(L, LIST, "a list of articles");
    lua_pushinteger(L, list->count);
    return 1;
}

static int list_tostring(lua_State *L) {
    struct list_object *list = api_self(L, LIST, "a list of articles");
    lua_pushfstring(L, list->count == 1 ? "a list of %d article" : "a list of %d articles",
                    (int)list->count);
    return 1;
}

static int list_index(lua_State *L) {
    struct list_object *list = api_known_self(L, 2, LIST, "a list of articles");
    if (lua_isinteger(L, 2)) {
        lua_Integer index = lua_tointeger(L, 2);
        if (index < 1 || index > list->count) return 0;
        article_api_push(L, list->view, list_file(list, (uint32_t)index - 1));
        return 1;
    }
    static const char *const names[] = {"each", "slice", "filter", "pick", NULL};
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TNIL)
        api_no_field(L, "a list of articles", 2, names);
    return 1;
}

static int list_step(lua_State *L) {
    struct list_object *list = lua_touserdata(L, lua_upvalueindex(1));
    lua_Integer index = lua_tointeger(L, lua_upvalueindex(2));
    if (index >= list->count) return 0;
    lua_pushinteger(L, index + 1);
    lua_replace(L, lua_upvalueindex(2));
    article_api_push(L, list->view, list_file(list, (uint32_t)index));
    lua_pushinteger(L, index + 1);
    return 2;
}

/* for article, i in list:each() do */
static int list_each(lua_State *L) {
    api_self(L, LIST, "a list of articles");
    lua_settop(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, list_step, 2);
    return 1;
}

/* list:slice(first, last): both count from 1 and are cut to the list. */
static int list_slice(lua_State *L) {
    struct list_object *list = api_self(L, LIST, "a list of articles");
    lua_Integer first = api_integer(L, 2, "slice: the first position");
    lua_Integer last = api_integer_or(L, 3, "slice: the last position", list->count);
    if (first < 1) first = 1;
    if (last > list->count) last = list->count;
    uint32_t count = last >= first ? (uint32_t)(last - first + 1) : 0;
    bool own = list->positions == list->own;
    struct list_object *part = push_list(L, list->view, count, own ? count : 0);
    if (own && count)
        memcpy(part->own, list->own + first - 1, count * sizeof *part->own);
    else if (list->positions)
        part->positions = list->positions + first - 1;
    else
        part->first = list->first + (uint32_t)first - 1;
    return 1;
}

static uint32_t list_position(const struct list_object *list, uint32_t index) {
    return list->positions ? list->positions[index] : list->first + index;
}

/* list:filter(function(article) ... end) */
static int list_filter(lua_State *L) {
    struct list_object *list = api_self(L, LIST, "a list of articles");
    api_type(L, 2, LUA_TFUNCTION, "filter: what decides");
    struct list_object *kept = push_list(L, list->view, 0, list->count ? list->count : 1);
    for (uint32_t i = 0; i < list->count; i++) {
        lua_pushvalue(L, 2);
        article_api_push(L, list->view, list_file(list, i));
        lua_call(L, 1, 1);
        if (lua_toboolean(L, -1)) kept->own[kept->count++] = list_position(list, i);
        lua_pop(L, 1);
    }
    return 1;
}

/* list:pick{ 3, 1, 2 }: a list of those items, for Lua that sorts. */
static int list_pick(lua_State *L) {
    struct list_object *list = api_self(L, LIST, "a list of articles");
    api_type(L, 2, LUA_TTABLE, "pick: the positions");
    uint32_t count = (uint32_t)lua_rawlen(L, 2);
    struct list_object *picked = push_list(L, list->view, count, count ? count : 1);
    for (uint32_t i = 0; i < count; i++) {
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        lua_Integer index = api_integer(L, -1, "pick: a position");
        if (index < 1 || index > list->count)
            api_error(L, "the list has no article %d", (int)index);
        picked->own[i] = list_position(list, (uint32_t)index - 1);
        lua_pop(L, 1);
    }
    return 1;
}

/* ---- the corpus ---- */

static struct site_view *check_corpus(lua_State *L) {
    struct corpus_object *object = api_self(L, CORPUS, "the corpus");
    return object->view;
}

static uint32_t check_taxonomy(lua_State *L, const struct site_view *view, int index) {
    struct text name = api_text(L, index, "the taxonomy");
    const char *names[MOST_TAXONOMIES + 1] = {NULL};
    for (uint32_t t = 0; t < view->conventions->taxonomy_count; t++) {
        struct text known = view->conventions->taxonomies[t].name;
        if (text_equal(known, name)) return t;
        lua_pushlstring(L, known.bytes, known.length);
        names[t] = lua_tostring(L, -1);
    }
    api_error(L, "there is no taxonomy \"%s\"%s", name.bytes, api_push_suggestion(L, name, names));
}

static int corpus_by(lua_State *L) {
    struct site_view *view = check_corpus(L);
    uint32_t taxonomy = check_taxonomy(L, view, 2);
    uint32_t number = corpus_find_term(&view->corpus, taxonomy, api_text(L, 3, "the term's slug"));
    if (number == NOWHERE) {
        push_list(L, view, 0, 0);
        return 1;
    }
    const struct corpus_term *term = corpus_term(&view->corpus, number);
    push_list(L, view, term->count, 0)->positions = corpus_term_positions(&view->corpus, term);
    return 1;
}

static int corpus_terms_method(lua_State *L) {
    struct site_view *view = check_corpus(L);
    uint32_t count, first = corpus_terms(&view->corpus, check_taxonomy(L, view, 2), &count);
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        push_term(L, view, first + i);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int corpus_term_method(lua_State *L) {
    struct site_view *view = check_corpus(L);
    uint32_t taxonomy = check_taxonomy(L, view, 2);
    uint32_t number = corpus_find_term(&view->corpus, taxonomy, api_text(L, 3, "the term's slug"));
    if (number == NOWHERE) return 0;
    push_term(L, view, number);
    return 1;
}

static int corpus_find_method(lua_State *L) {
    struct site_view *view = check_corpus(L);
    struct text what = api_bytes(L, 2, "the path");
    bool is_url = text_starts(what, TEXT("/")); /* no path begins so */
    uint32_t number =
        is_url ? corpus_find_url(&view->corpus, what) : corpus_find(&view->corpus, what);
    if (number == NOWHERE || number >= view->corpus.table->file_count ||
        !corpus_file(&view->corpus, number)->head)
        return 0;
    article_api_push(L, view, number);
    return 1;
}

static int corpus_related_method(lua_State *L) {
    struct site_view *view = check_corpus(L);
    uint32_t file = article_api_file(L, view, 2);
    lua_Integer most = api_integer_or(L, 3, "related: the number of articles", 4);
    if (file == NOWHERE) api_error(L, "an article is expected, not %s", api_kind(L, 2));
    if (most < 1 || most > RELATED_MOST) api_error(L, "the number is 1 to %d", RELATED_MOST);
    return corpus_api_push_related(L, view, file, (uint32_t)most);
}

static int corpus_tostring(lua_State *L) {
    lua_pushliteral(L, "the corpus");
    return 1;
}

static int corpus_index_method(lua_State *L) {
    struct site_view *view = check_corpus(L);
    struct text key = lua_type(L, 2) == LUA_TSTRING ? api_string(L, 2) : TEXT("");
    if (text_is(key, "articles")) {
        push_list(L, view, view->corpus.table->article_count, 0);
        return 1;
    }
    if (text_is(key, "taxonomies")) {
        lua_newtable(L);
        for (uint32_t t = 0; t < view->conventions->taxonomy_count; t++) {
            api_push_text(L, view->conventions->taxonomies[t].name);
            lua_rawseti(L, -2, (lua_Integer)t + 1);
        }
        return 1;
    }
    static const char *const names[] = {"articles", "taxonomies", "by",     "terms", "term",
                                        "find",     "related",    "select", NULL};
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TNIL) api_no_field(L, "the corpus", 2, names);
    return 1;
}

void corpus_api_set_profiles(lua_State *L) {
    luaL_checktype(L, -1, LUA_TFUNCTION);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &profiles_key);
}

void article_api_push_corpus(lua_State *L, struct site_view *view) {
    struct corpus_object *object = lua_newuserdatauv(L, sizeof *object, 0);
    object->view = view;
    luaL_setmetatable(L, CORPUS);
}

static int cannot_change(lua_State *L) {
    luaL_getmetafield(L, 1, "__name");
    api_error(L, "%s cannot be changed", lua_tostring(L, -1));
}

static void make_type(lua_State *L, const char *type, const char *what, const char *methods_name,
                      const luaL_Reg *methods, lua_CFunction index, const luaL_Reg *meta) {
    luaL_newmetatable(L, type);
    lua_pushstring(L, what);
    lua_setfield(L, -2, "__name");
    if (meta) luaL_setfuncs(L, meta, 0);
    lua_newtable(L);
    if (methods) luaL_setfuncs(L, methods, 0);
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, methods_name);
    api_push_identity(L, -2);
    lua_pushcclosure(L, index, 2);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, cannot_change);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

void corpus_api_open(lua_State *L) {
    static const luaL_Reg corpus_methods[] = {{"by", corpus_by},
                                              {"terms", corpus_terms_method},
                                              {"term", corpus_term_method},
                                              {"find", corpus_find_method},
                                              {"related", corpus_related_method},
                                              {NULL, NULL}};
    static const luaL_Reg list_methods[] = {{"each", list_each},
                                            {"slice", list_slice},
                                            {"filter", list_filter},
                                            {"pick", list_pick},
                                            {NULL, NULL}};
    static const luaL_Reg list_meta[] = {{"__len", list_length},
                                         {"__pairs", api_pairs_by_position},
                                         {"__tostring", list_tostring},
                                         {NULL, NULL}};
    static const luaL_Reg corpus_meta[] = {{"__tostring", corpus_tostring}, {NULL, NULL}};
    static const luaL_Reg term_meta[] = {
        {"__tostring", term_tostring}, {"__eq", term_equal}, {NULL, NULL}};
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &terms_key);
    make_type(L, CORPUS, "the corpus", "corpus", corpus_methods, corpus_index_method, corpus_meta);
    make_type(L, LIST, "a list of articles", "articles", list_methods, list_index, list_meta);
    make_type(L, TERM, "a term", "term", NULL, term_index, term_meta);
}
