#include "lua/article_api.h"

#include "document/dialect.h"
#include "lua/api.h"
#include "lua/corpus_api.h"
#include "lua/date_api.h"
#include "lua/scratch.h"
#include "lua/xml_escape.h"

#define ARTICLE "galley.article"
#define FROZEN  "the corpus is frozen: change articles in a filter"

struct article_object {
    struct site_view *view;
    uint32_t file;
    struct document_handle *document; /* of the frozen document; kept alive by a user value */
};

static const char cache_key; /* its address names the table of article objects in the registry */

void article_api_push(lua_State *L, struct site_view *view, uint32_t file) {
    /* Addresses as keys stay in the table's hash, which shrinks to the objects in use; whole
     * numbers would make an array of the corpus's size, looked through in every collection. */
    const void *key = (const void *)((uintptr_t)file + 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &cache_key);
    if (lua_rawgetp(L, -1, key) == LUA_TNIL) {
        lua_pop(L, 1);
        struct article_object *object = lua_newuserdatauv(L, sizeof *object, 2);
        *object = (struct article_object){view, file, NULL};
        luaL_setmetatable(L, ARTICLE);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, -3, key);
    }
    lua_remove(L, -2);
}

uint32_t article_api_file(lua_State *L, const struct site_view *view, int index) {
    const struct article_object *object = lua_touserdata(L, index);
    if (!object || !lua_getmetatable(L, index)) return NOWHERE;
    bool is_article = lua_topointer(L, -1) == view->articles;
    lua_pop(L, 1);
    return is_article ? object->file : NOWHERE;
}

void article_api_begin(struct site_view *view, struct article *article, uint32_t file) {
    view->live = article;
    view->live_file = file;
    view->live_document = NULL;
    view->live_meta = NULL;
    view->parse = NULL;
}

/* The handles are kept alive by the registry's fields until here. */
static const char live_key;

void article_api_end(lua_State *L, struct site_view *view) {
    if (view->live_document) document_api_close(L, view->live_document);
    if (view->live_meta) view->live_meta->values = NULL;
    if (view->live_document || view->live_meta) {
        lua_pushnil(L);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &live_key);
    }
    article_api_begin(view, NULL, NOWHERE);
}

static struct article_object *check_article(lua_State *L) {
    return api_self(L, ARTICLE, "an article");
}

static bool is_live(const struct article_object *object) {
    return object->view->live && object->view->live_file == object->file;
}

/* The article at hand: the live one, or a view of the frozen one in *room. */
static struct article *open_article(const struct article_object *object, struct article *room) {
    if (is_live(object)) return object->view->live;
    corpus_article(&object->view->corpus, object->file, room);
    return room;
}

/* The same with its body, which a live article may have to be parsed for. */
static struct article *open_parsed(lua_State *L, const struct article_object *object,
                                   struct article *room) {
    struct site_view *view = object->view;
    struct article *article = open_article(object, room);
    if (!article->parsed && is_live(object) && view->parse && !view->parse(view))
        api_error(L, "the body of this article cannot be read");
    if (!article->parsed)
        api_error(L, "the body of this article is not parsed yet: other articles' documents can be "
                     "read in layouts, exports and checks");
    return article;
}

static void own_live_meta(struct value_handle *handle) {
    struct article *article = handle->context;
    article_own_meta(article);
    article->meta_changes++;
}

static void keep_live(lua_State *L, const char *field) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &live_key) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &live_key);
    }
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, field);
    lua_pop(L, 1);
}

static void push_kept(lua_State *L, const char *field) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &live_key);
    lua_getfield(L, -1, field);
    lua_remove(L, -2);
}

static void push_meta(lua_State *L, struct article_object *object) {
    struct site_view *view = object->view;
    struct article room;
    if (is_live(object)) {
        if (!view->live_meta) {
            view->live_meta = value_api_handle(L, &view->live->meta, NULL);
            view->live_meta->before_change = own_live_meta;
            view->live_meta->context = view->live;
            keep_live(L, "meta");
        } else {
            push_kept(L, "meta");
        }
    } else if (lua_getiuservalue(L, 1, 1) == LUA_TNIL) {
        lua_pop(L, 1);
        struct value_handle *handle = value_api_handle(L, NULL, FROZEN);
        handle->own =
            open_article(object, &room)->meta; /* points into the arena: not to be freed */
        handle->values = &handle->own;
        lua_pushvalue(L, -1);
        lua_setiuservalue(L, 1, 1);
    }
    value_api_push(L, -1, ROOT_VALUE);
}

/* A method of the article may have had it parsed already. */
static bool read_live(void *context) {
    struct site_view *view = context;
    return view->live->parsed || view->parse(view);
}

static void push_live_document(lua_State *L, struct site_view *view) {
    struct article *article = view->live;
    struct text source = article->source.bytes;
    struct text body = {source.bytes + article->source.body, source.length - article->source.body};
    if (article->parsed || !view->parse)
        view->live_document = document_api_push(L, &article->document, article->path, 0);
    else
        view->live_document =
            document_api_push_unread(L, &article->document, article->path, body, read_live, view);
}

static void push_document(lua_State *L, struct article_object *object) {
    struct site_view *view = object->view;
    struct article room,
        *article = is_live(object) && view->parse ? view->live : open_parsed(L, object, &room);
    if (is_live(object)) {
        if (!view->live_document) {
            push_live_document(L, view);
            keep_live(L, "document");
        } else {
            push_kept(L, "document");
        }
    } else if (lua_getiuservalue(L, 1, 2) == LUA_TNIL) {
        lua_pop(L, 1);
        object->document =
            document_api_push(L, &article->document, article->path, DOCUMENT_READ_ONLY);
        lua_pushvalue(L, -1);
        lua_setiuservalue(L, 1, 2);
    }
}

/* ---- fields ---- */

enum article_field {
    ARTICLE_PATH = 1,
    ARTICLE_TITLE,
    ARTICLE_SUMMARY,
    ARTICLE_SLUG,
    ARTICLE_URL,
    ARTICLE_LANG,
    ARTICLE_DATE,
    ARTICLE_UPDATED,
    ARTICLE_EMBARGO,
    ARTICLE_EXPIRES,
    ARTICLE_STATUS,
    ARTICLE_META,
    ARTICLE_DOCUMENT,
    ARTICLE_PREVIOUS,
    ARTICLE_NEXT,
    ARTICLE_RELATED,
    ARTICLE_SOURCE,
    ARTICLE_TAXONOMY, /* and those behind it */
};

#define FIELD_NAMES                                                                                \
    "path", "title", "summary", "slug", "url", "lang", "date", "updated", "embargo", "expires",    \
        "status", "meta", "document", "previous", "next", "related", "source"
static const char *const field_names[] = {FIELD_NAMES, NULL};
/* What a name that is none may have been meant to be. */
static const char *const near_names[] = {FIELD_NAMES, "authors",  "topics",  "html",
                                         "text",      "words",    "excerpt", "links",
                                         "images",    "headings", "quotes",  NULL};

static int push_neighbour(lua_State *L, const struct article_object *object, int step) {
    const struct corpus *corpus = &object->view->corpus;
    uint32_t position = corpus_file(corpus, object->file)->position;
    if (position == NOWHERE || (step < 0 && position == 0) ||
        (step > 0 && position + 1 >= corpus->table->article_count))
        return 0;
    article_api_push(L, object->view, corpus_file_at(corpus, position + (uint32_t)step));
    return 1;
}

/* A summary for an article whose meta gives none, once its body is there. */
static int push_first_paragraph(lua_State *L, const struct article_object *object) {
    struct article room, *article = open_article(object, &room);
    struct buffer *scratch = &object->view->scratch;
    if (!article->parsed) return 0;
    scratch->length = 0;
    for (node_id id = article->document.nodes[ROOT_NODE].first; id && !scratch->length;
         id = article->document.nodes[id].next)
        if (article->document.nodes[id].type == NODE_PARAGRAPH)
            document_plain(&article->document, id, scratch);
    struct text summary = text_trim(buffer_text(scratch));
    if (!summary.length) return 0;
    api_push_text(L, summary);
    return 1;
}

static void push_source(lua_State *L, struct article_object *object) {
    struct article room, *article = open_article(object, &room);
    if (article->source.flags & SOURCE_CUT)
        api_error(L, "the source of this article is not kept in memory; an export that says "
                     "`bodies = false` has none, another that of the article in hand");
    api_push_text(L, article->source.bytes);
}

static int article_index(lua_State *L) {
    struct article_object *object = api_known_self(L, 2, ARTICLE, "an article");
    lua_pushvalue(L, 2);
    lua_rawget(L, lua_upvalueindex(1));
    if (lua_type(L, -1) != LUA_TNUMBER) {
        if (!lua_isnil(L, -1) || lua_type(L, 2) != LUA_TSTRING) return 1; /* a method */
        api_no_field(L, "an article", 2, near_names);
    }
    lua_Integer field = lua_tointeger(L, -1);
    switch (field) {
    case ARTICLE_META: push_meta(L, object); return 1;
    case ARTICLE_DOCUMENT: push_document(L, object); return 1;
    case ARTICLE_PREVIOUS: return push_neighbour(L, object, 1);
    case ARTICLE_NEXT: return push_neighbour(L, object, -1);
    case ARTICLE_RELATED: return corpus_api_push_related(L, object->view, object->file, 4);
    case ARTICLE_PATH: api_push_text(L, corpus_path(&object->view->corpus, object->file)); return 1;
    default: break;
    }
    const struct facts *facts;
    const struct strings *strings;
    struct strings frozen;
    if (is_live(object)) {
        facts = &object->view->live->facts;
        strings = &object->view->live->meta.strings;
    } else {
        facts = corpus_facts(&object->view->corpus, object->file, &frozen);
        strings = &frozen;
    }
    if (field >= ARTICLE_TAXONOMY)
        return corpus_api_push_terms_of(L, object->view, object->file,
                                        (uint32_t)(field - ARTICLE_TAXONOMY));
    switch ((enum article_field)field) {
    case ARTICLE_TITLE: api_push_text(L, strings_text(strings, facts->title)); break;
    case ARTICLE_SUMMARY:
        if (!facts->summary.length) return push_first_paragraph(L, object);
        api_push_text(L, strings_text(strings, facts->summary));
        break;
    case ARTICLE_SLUG: api_push_text(L, strings_text(strings, facts->slug)); break;
    case ARTICLE_URL: api_push_text(L, strings_text(strings, facts->url)); break;
    case ARTICLE_LANG: api_push_text(L, strings_text(strings, facts->lang)); break;
    case ARTICLE_DATE: date_api_push(L, &facts->date); break;
    case ARTICLE_UPDATED: date_api_push(L, &facts->updated); break;
    case ARTICLE_EMBARGO: date_api_push(L, &facts->embargo); break;
    case ARTICLE_EXPIRES: date_api_push(L, &facts->expires); break;
    case ARTICLE_STATUS: lua_pushstring(L, status_name(facts->status)); break;
    case ARTICLE_SOURCE: push_source(L, object); break;
    default: lua_pushnil(L);
    }
    return 1;
}

static int article_newindex(lua_State *L) {
    check_article(L);
    api_error(L, "article.%s cannot be set; change what is in article.meta or article.document",
              luaL_tolstring(L, 2, NULL));
}

static int article_tostring(lua_State *L) {
    struct article_object *object = check_article(L);
    struct text path = corpus_path(&object->view->corpus, object->file);
    lua_pushstring(L, "article ");
    api_push_text(L, path);
    lua_concat(L, 2);
    return 1;
}

/* ---- methods ---- */

static struct article *check_parsed(lua_State *L, struct article *room) {
    return open_parsed(L, check_article(L), room);
}

static void append_html(const struct site_view *view, const struct article *article, bool absolute,
                        struct buffer *out) {
    struct html_options options = view->html;
    uint64_t time = steps_now(view->steps);
    if (!absolute) options.site_url = (struct text){NULL, 0};
    options.page_url = absolute && !options.site_url.length
                           ? (struct text){NULL, 0}
                           : strings_text(&article->meta.strings, article->facts.url);
    html_write(&article->document, ROOT_NODE, &options, out);
    steps_add(view->steps, STEP_RENDER, time);
}

void article_api_html(lua_State *L, const struct site_view *view, uint32_t file,
                      struct buffer *out) {
    struct article article;
    if (!corpus_article(&view->corpus, file, &article) || !article.parsed)
        api_error(L, "the body of this article was lost");
    append_html(view, &article, false, out);
}

/* html{ absolute = true, xml = true }: internal links with the site's url; and the whole escaped to
 * stand as text in XML, which spares feeds a copy. */
static int article_html(lua_State *L) {
    struct article_object *object = check_article(L);
    struct article room, *article = check_parsed(L, &room);
    struct site_view *view = object->view;
    bool absolute = false, xml = false;
    static const char *const options_known[] = {"absolute", "xml", NULL};
    if (api_options(L, 2, "article:html", options_known)) {
        lua_getfield(L, 2, "absolute");
        absolute = lua_toboolean(L, -1);
        lua_getfield(L, 2, "xml");
        xml = lua_toboolean(L, -1);
    }
    view->scratch.length = 0;
    if (!article->frozen) footnotes_number(&article->document);
    append_html(view, article, absolute, &view->scratch);
    if (xml) {
        struct buffer *escaped = scratch_open(L);
        xml_escape_text(buffer_text(&view->scratch), escaped);
        return scratch_give(L, escaped);
    }
    api_push_text(L, buffer_text(&view->scratch));
    return 1;
}

static void plain_text(struct site_view *view, const struct article *article) {
    view->scratch.length = 0;
    document_plain(&article->document, ROOT_NODE, &view->scratch);
}

static int article_text(lua_State *L) {
    struct article room, *article = check_parsed(L, &room);
    struct site_view *view = check_article(L)->view;
    plain_text(view, article);
    api_push_text(L, buffer_text(&view->scratch));
    return 1;
}

static int article_words(lua_State *L) {
    struct article room, *article = check_parsed(L, &room);
    struct site_view *view = check_article(L)->view;
    lua_Integer words = 0;
    bool inside = false;
    plain_text(view, article);
    for (size_t i = 0; i < view->scratch.length; i++) {
        bool space = (unsigned char)view->scratch.bytes[i] <= ' ';
        words += !space && !inside;
        inside = !space;
    }
    lua_pushinteger(L, words);
    return 1;
}

/* The text up to the `more` mark, else of the whole body, cut at a word after n characters. */
static int article_excerpt(lua_State *L) {
    struct article room, *article = check_parsed(L, &room);
    struct site_view *view = check_article(L)->view;
    lua_Integer most = api_integer_or(L, 2, "excerpt: the number of characters", 200);
    if (most < 1 || most > 1000000)
        api_error(L, "excerpt: the number of characters is 1 to 1000000");
    const struct document *document = &article->document;
    struct buffer *out = &view->scratch;
    out->length = 0;
    for (node_id id = document->nodes[ROOT_NODE].first; id; id = document->nodes[id].next) {
        if (document->nodes[id].type == NODE_MORE || document->nodes[id].type == NODE_NOTES) break;
        if (document->nodes[id].type != NODE_PARAGRAPH) continue;
        if (out->length) buffer_append_byte(out, ' ');
        document_plain(document, id, out);
        if (out->length > (size_t)most * 4) break;
    }
    struct text text = text_trim(buffer_text(out));
    size_t at = 0, cut = 0, used;
    for (lua_Integer count = 0; at < text.length; count++, at += used) {
        utf8_decode(text.bytes + at, text.length - at, &used);
        if ((unsigned char)text.bytes[at] <= ' ') cut = at;
        if (count == most) break;
    }
    bool whole = at >= text.length;
    if (!whole) text.length = cut ? cut : at;
    while (!whole && text.length && strchr(" ,;:-\n", text.bytes[text.length - 1])) text.length--;
    lua_pushlstring(L, text.length ? text.bytes : "", text.length);
    lua_pushstring(L, whole ? "" : "\xE2\x80\xA6");
    lua_concat(L, 2);
    return 1;
}

/* A list of all nodes of a type, in the document's order. */
static int nodes_of(lua_State *L, enum node_type type, unsigned flag) {
    struct article_object *object = check_article(L);
    struct article room, *article = check_parsed(L, &room);
    lua_Integer count = 0;
    lua_settop(L, 1);
    push_document(L, object);
    struct document_handle *handle =
        is_live(object) ? object->view->live_document : object->document;
    lua_newtable(L);
    for (struct walk walk = walk_from(&article->document, ROOT_NODE); walk_next(&walk);) {
        const struct node *node = document_node(&article->document, walk.id);
        if (!walk.entering || node->type != type || (flag && !(node->flags & flag))) continue;
        document_api_push_node(L, handle, walk.id);
        lua_rawseti(L, 3, ++count);
    }
    return 1;
}

static int article_links(lua_State *L) {
    return nodes_of(L, NODE_LINK, 0);
}
static int article_images(lua_State *L) {
    return nodes_of(L, NODE_IMAGE, 0);
}
static int article_headings(lua_State *L) {
    return nodes_of(L, NODE_HEADING, 0);
}
static int article_quotes(lua_State *L) {
    return nodes_of(L, NODE_BLOCK_QUOTE, 0);
}

void article_api_push_methods(lua_State *L, const char *type) {
    lua_getfield(L, LUA_REGISTRYINDEX, type);
}

void article_api_open(lua_State *L, struct site_view *view) {
    static const luaL_Reg methods[] = {
        {"html", article_html},         {"text", article_text},     {"words", article_words},
        {"excerpt", article_excerpt},   {"links", article_links},   {"images", article_images},
        {"headings", article_headings}, {"quotes", article_quotes}, {NULL, NULL}};
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushstring(L, "v");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &cache_key);

    luaL_newmetatable(L, ARTICLE);
    view->articles = lua_topointer(L, -1);
    lua_pushliteral(L, "an article");
    lua_setfield(L, -2, "__name");
    luaL_newlib(L, methods); /* and numbers for fields */
    for (lua_Integer i = 0; field_names[i]; i++) {
        lua_pushinteger(L, i + 1);
        lua_setfield(L, -2, field_names[i]);
    }
    /* The two of the conventions are there, empty, where a site has other taxonomies. */
    lua_pushinteger(L, ARTICLE_TAXONOMY + MOST_TAXONOMIES);
    lua_setfield(L, -2, "authors");
    lua_pushinteger(L, ARTICLE_TAXONOMY + MOST_TAXONOMIES);
    lua_setfield(L, -2, "topics");
    for (unsigned t = 0; view->conventions && t < view->conventions->taxonomy_count; t++) {
        api_push_text(L, view->conventions->taxonomies[t].name); /* article.authors */
        lua_pushstring(L, "s");
        lua_concat(L, 2);
        lua_pushinteger(L, ARTICLE_TAXONOMY + (lua_Integer)t);
        lua_rawset(L, -3);
    }
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, "article");
    api_push_identity(L, -2);
    lua_pushcclosure(L, article_index, 2);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, article_newindex);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, article_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    corpus_api_open(L);
}
