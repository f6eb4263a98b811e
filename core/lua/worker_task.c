#include "lua/api.h"
#include "lua/host.h"
#include "lua/worker_api.h"

#include <stdatomic.h>
#include <string.h>

static const char *const phase_names[] = {
    "load",   "filter", "collect",  "combine", "assets",  "pages",   "page",  "export",
    "check",  "edit",   "describe", "test",    "render",  "plugins", "query", "relink",
    "select", "site",   "import",   "command", "entries", NULL};

enum { LOAD_PHASE, FILTER_PHASE }; /* the first of phase_names */

uint32_t engine_phase(struct text name) {
    for (uint32_t i = 0; phase_names[i]; i++)
        if (text_is(name, phase_names[i])) return i;
    return UINT32_MAX;
}

const char *engine_phase_name(uint32_t phase) {
    return phase_names[phase];
}

/* The message on top of the stack becomes an error of the worker's own code, or of the plugin that
 * was at work when memory ran out. */
static void report_failure(struct engine_job *job, struct text file) {
    lua_State *L = job->host->L;
    const char *message = lua_tostring(L, -1), *plugin = job->engine.worker->plugin_in_slot;
    if (job->host->over) message = "ran out of memory; raise limits.memory in galley.yaml";
    if (!message) message = "failed without a message";
    diagnostics_add_item(&job->engine.diagnostics, (struct diagnostic){.severity = SEVERITY_ERROR,
                                                                       .file = file,
                                                                       .message = text_of(message),
                                                                       .plugin = text_of(plugin)});
    lua_settop(L, 0);
    worker_api_report(&job->engine);
}

bool engine_worker_begin(struct worker *worker, void *context) {
    struct engine_job *job = context;
    struct engine *engine = &job->engine;
    static struct host host; /* one a process, for as long as it lives */
    diagnostics_clear(&engine->diagnostics);
    engine->worker = worker;
    engine->writer = shared_writer_of(&engine->shared);
    job->view.corpus = engine->corpus;
    job->view.conventions = &engine->conventions;
    job->view.writer = &engine->writer;
    job->view.html = engine->html;
    job->view.steps = engine->steps;
    job->host = &host;
    worker->state = job;
    if (!job->script.length) return true;
    if (!host_open(&host, job->memory, false, job->home)) {
        /* There may not even be a state that could hold a message. */
        diagnostics_add(&engine->diagnostics, SEVERITY_ERROR, (struct text){NULL, 0},
                        (struct place){0, 0},
                        "Lua ran out of memory at its start; raise limits.memory in galley.yaml");
        worker_api_report(engine);
        return false;
    }
    lua_State *L = host.L;
    *(struct engine_job **)lua_getextraspace(L) = job; /* for late_hook; coroutines inherit it */
    lua_pushcfunction(L, worker_api_open);
    lua_pushlightuserdata(L, job);
    if (!host_call(L, 1, 1, false) || !host_run(L, job->home, job->script.bytes, 1, 1, false)) {
        report_failure(job, (struct text){NULL, 0});
        return false;
    }
    worker_api_report(engine);
    if (!lua_istable(L, -1)) return false; /* the script has said why */
    job->phases = luaL_ref(L, LUA_REGISTRYINDEX);
    return true;
}

/* Where the site has no filters, an article that names none itself goes through without Lua. A
 * phase with an argument is about a part of the articles. */
static bool is_unfiltered(const struct engine_job *job, uint32_t file) {
    const struct corpus *corpus = &job->engine.corpus;
    struct article article;
    if (!job->unfiltered || worker_argument(job->engine.worker)) return false;
    if (corpus_file(corpus, file)->position == NOWHERE) return false;
    return corpus_article(corpus, file, &article) && !worker_api_names_filters(&article);
}

/* Their links back to the text speak the article's language, of which only Lua knows the words. */
static bool has_footnotes(const struct document *document) {
    for (node_id id = ROOT_NODE; id < document->count; id++)
        if (document_node(document, id)->type == NODE_FOOTNOTE_DEFINITION) return true;
    return false;
}

/* Without Lua; false where it takes Lua. */
static bool filter_at_once(struct engine *engine, uint32_t file, bool *done) {
    *done = engine_parse(engine, file);
    if (*done && has_footnotes(&engine->article.document)) {
        diagnostics_clear(&engine->diagnostics); /* it will be parsed again */
        return false;
    }
    if (*done) engine_freeze(engine, file);
    worker_api_report(engine);
    return true;
}

static bool do_task(struct worker *worker, uint32_t phase, uint32_t index, struct engine_job *job) {
    struct engine *engine = &job->engine;
    bool done;
    if (phase == FILTER_PHASE && is_unfiltered(job, index) && filter_at_once(engine, index, &done))
        return done;
    if (phase == LOAD_PHASE) {
        done = engine_load(engine, index);
        if (done && worker_api_names_filters(&engine->article))
            atomic_store(&engine->corpus.table->own_filters, 1);
        worker_api_report(engine);
        return done;
    }
    lua_State *L = job->host->L;
    page_store_reset(&job->pages);
    job->reported = 0;
    lua_rawgeti(L, LUA_REGISTRYINDEX, job->phases);
    lua_getfield(L, -1, phase_names[phase]);
    lua_remove(L, -2);
    lua_pushinteger(L, index);
    done = host_call(L, 1, 1, false);
    if (done) {
        done = lua_isnil(L, -1) || lua_toboolean(L, -1);
        worker_api_report(engine);
    } else {
        bool of_article = job->view.live != NULL;
        report_failure(job, of_article ? job->view.live->path : (struct text){NULL, 0});
    }
    lua_settop(L, 0);
    if (job->view.live) article_api_end(L, &job->view);
    worker_at_plugin(worker, NULL, 0);
    job->host->over = false;
    return done;
}

bool engine_worker_task(struct worker *worker, uint32_t phase, uint32_t index, void *context) {
    struct engine_job *job = context;
    uint64_t time = steps_now(job->engine.steps);
    bool done = do_task(worker, phase, index, job);
    if (text_is(text_of(phase_names[phase]), "load"))
        steps_add(job->engine.steps, STEP_LOAD, time);
    else if (text_is(text_of(phase_names[phase]), "filter"))
        steps_add(job->engine.steps, STEP_FILTER, time);
    else if (text_is(text_of(phase_names[phase]), "page"))
        steps_add(job->engine.steps, STEP_PAGE, time);
    return done;
}

/* The line of the plugin's own file that is nearest to what runs, which may be a shipped function
 * that it called. */
static void late_hook(lua_State *L, lua_Debug *debug) {
    enum { LEVELS = 50 };
    (void)debug;
    struct engine_job *job = *(struct engine_job **)lua_getextraspace(L);
    const char *plugin = job ? job->engine.worker->plugin_in_slot : NULL;
    lua_Debug level;
    for (int i = 0; plugin && i < LEVELS && lua_getstack(L, i, &level); i++) {
        lua_getinfo(L, "Sl", &level);
        if (level.currentline <= 0 || *level.source != '@') continue;
        if (strcmp(level.source + 1, plugin) != 0) continue;
        worker_at_plugin(job->engine.worker, plugin, (uint32_t)level.currentline);
        break;
    }
    lua_sethook(L, NULL, 0, 0);
}

void engine_worker_late(struct worker *worker, void *context) {
    struct engine_job *job = worker->state;
    (void)context;
    if (!job || !job->host || !job->host->L) return;
    lua_sethook(job->host->L, late_hook, LUA_MASKCOUNT, 1);
}
