#include "lua/edit_api.h"

#include "document/dialect.h"
#include "edit/edit_article.h"
#include "lua/api.h"
#include "lua/scratch.h"

static struct engine_job *job_of(lua_State *L) {
    return lua_touserdata(L, lua_upvalueindex(1));
}

static bool parse_live(struct site_view *view) {
    return engine_parse_source(view->context);
}

static int open_source(lua_State *L, uint32_t number, struct text bytes) {
    struct engine_job *job = job_of(L);
    if (job->view.live) article_api_end(L, &job->view);
    /* Typographic quotes are for readers: a text that is written back has its own. */
    job->engine.dialect &= ~(uint64_t)DIALECT_SMART;
    if (!engine_read_source(&job->engine, number, bytes)) return 0;
    article_api_begin(&job->view, &job->engine.article, number);
    job->view.parse = parse_live;
    job->view.context = &job->engine;
    article_api_push(L, &job->view, number);
    return 1;
}

static uint32_t check_number(lua_State *L, const struct engine_job *job) {
    lua_Integer number = luaL_checkinteger(L, 1);
    if (number < 0 || number >= job->engine.corpus.table->file_count)
        api_error(L, "no such article");
    return (uint32_t)number;
}

static int edit_open(lua_State *L) {
    return open_source(L, check_number(L, job_of(L)), (struct text){NULL, 0});
}

/* edit_reopen(number, text): the text must be kept by the caller while the article is live. */
static int edit_reopen(lua_State *L) {
    return open_source(L, check_number(L, job_of(L)), api_bytes(L, 2, "the article"));
}

/* edit_hash(): of the article's source, as galley.batch.hash gives it. */
static int edit_hash(lua_State *L) {
    struct engine_job *job = job_of(L);
    if (!job->view.live) api_error(L, "no article is open");
    lua_pushinteger(L, (lua_Integer)text_digest(job->engine.article.source.bytes));
    return 1;
}

/* edit_result([touched]): "unchanged", "refused", or "changed", the new text, and what makes it of
 * the old one, as galley.batch.patched takes it. */
static int edit_result(lua_State *L) {
    struct engine_job *job = job_of(L);
    struct engine *engine = &job->engine;
    struct article *article = &engine->article;
    bool touched = lua_toboolean(L, 1);
    if (!job->view.live) api_error(L, "no article is open");
    bool meta = article->meta.changes > 0 || touched;
    bool document = article->parsed && (article->document.changes > 0 || touched);
    lua_pushliteral(L, "unchanged");
    if (!meta && !document) return 1;
    struct buffer *delta = scratch_open(L);
    struct splices made = {0};
    struct edit_wish wish = {.path = article->path,
                             .source = article->source.bytes,
                             .values = meta ? &article->meta : NULL,
                             .document = document ? &article->document : NULL,
                             .dialect = engine->dialect,
                             .limits = &engine->limits,
                             .made = &made};
    if (!engine->markdown) engine->markdown = markdown_open(&engine->limits);
    engine->rendered.length = 0;
    enum edit_result result =
        edit_article(engine->markdown, &wish, &engine->rendered, &engine->diagnostics);
    splices_pack(&made, delta);
    splices_free(&made);
    if (result == EDIT_UNCHANGED) {
        lua_pushliteral(L, "unchanged");
        return 1;
    }
    if (result == EDIT_IMPOSSIBLE) {
        lua_pushliteral(L, "refused");
        return 1;
    }
    lua_pushliteral(L, "changed");
    api_push_text(L, buffer_text(&engine->rendered));
    scratch_give(L, delta);
    return 3;
}

/* edit_quiet(): forgets what was to be reported, for a second run whose troubles are no news. */
static int edit_quiet(lua_State *L) {
    diagnostics_clear(&job_of(L)->engine.diagnostics);
    return 0;
}

void edit_api_add_worker(lua_State *L, struct engine_job *job) {
    static const luaL_Reg functions[] = {{"edit_open", edit_open},     {"edit_reopen", edit_reopen},
                                         {"edit_result", edit_result}, {"edit_hash", edit_hash},
                                         {"edit_quiet", edit_quiet},   {NULL, NULL}};
    lua_pushlightuserdata(L, job);
    luaL_setfuncs(L, functions, 1);
}
