#include "lua/engine_api.h"

#include "article/permalink.h"
#include "corpus/freeze.h"
#include "edit/site_file.h"
#include "lua/api.h"
#include "lua/corpus_api.h"
#include "lua/engine_parts.h"
#include "lua/export_api.h"
#include "lua/lines_api.h"
#include "read/digest.h"

static struct engine_job *check_job(lua_State *L) {
    struct engine_job *job = luaL_checkudata(L, 1, ENGINE_TYPE);
    if (!job->engine.corpus.shared && !job->engine.arena.chunk)
        api_error(L, "this engine is closed");
    return job;
}

struct engine_job *engine_api_check(lua_State *L) {
    return check_job(L);
}

static int engine_collect(lua_State *L) {
    struct engine_job *job = lua_touserdata(L, 1);
    engine_close(&job->engine);
    arena_free(&job->view.arena);
    buffer_free(&job->view.scratch);
    values_free(&job->config);
    values_free(&job->data);
    job->config = job->data = (struct values){0};
    return 0;
}

/* list({ patterns to ignore }, described): finds the files. For digest and stamp they have to be
 * described. */
static int engine_list_files(lua_State *L) {
    struct engine_job *job = check_job(L);
    uint32_t count;
    lua_settop(L, 3);
    struct text *ignored = engine_keep_list(L, job, 2, &count);
    lua_pushboolean(L, engine_list(&job->engine, ignored, count, lua_toboolean(L, 3)));
    return 1;
}

/* digest(): the same as files.digest for what list() has found in the content folder. */
static int engine_digest(lua_State *L) {
    struct digest digest = {0};
    digest_add(&digest, &check_job(L)->engine.files);
    lua_pushinteger(L, (lua_Integer)digest.number);
    lua_pushboolean(L, digest_is_at_rest(&digest));
    return 2;
}

/* holds_until(now): from when on a build would make something else because of the time alone; nil
 * where a plugin asked for the time. After the last phase. */
static int engine_holds_until(lua_State *L) {
    const struct corpus *corpus = &check_job(L)->engine.corpus;
    lua_Integer now = luaL_checkinteger(L, 2);
    if (atomic_load(&corpus->table->clock_read)) return 0;
    lua_pushinteger(L, corpus_next_change(corpus, now));
    return 1;
}

/* collects(): whether a filter has `collect`; once a phase was run. */
static int engine_collects(lua_State *L) {
    lua_pushboolean(L, atomic_load(&check_job(L)->engine.corpus.table->collects) != 0);
    return 1;
}

/* given{ paths }: a corpus of these; load_text(number, bytes) gives one its bytes, in this process.
 */
static int engine_given(lua_State *L) {
    struct engine_job *job = check_job(L);
    luaL_checktype(L, 2, LUA_TTABLE);
    uint32_t count;
    struct text *paths = engine_keep_list(L, job, 2, &count);
    engine_list_given(&job->engine, paths, count);
    return 0;
}

static int engine_load_text(lua_State *L) {
    struct engine_job *job = check_job(L);
    lua_Integer number = luaL_checkinteger(L, 2);
    struct text bytes = api_bytes(L, 3, "the article");
    if (!job->engine.corpus.table || number < 0 || number >= job->engine.corpus.table->file_count)
        api_error(L, "no such article");
    lua_pushboolean(L, engine_load_bytes(&job->engine, (uint32_t)number, bytes));
    return 1;
}

/* run(phase, count [, argument [, progress]]): "done", "interrupted" or "failed", and how many
 * tasks failed. */
static int engine_run(lua_State *L) {
    struct engine_job *job = check_job(L);
    struct engine *engine = &job->engine;
    uint32_t phase = engine_phase(api_text(L, 2, "the phase"));
    lua_Integer count = luaL_checkinteger(L, 3);
    uint64_t argument = 0;
    if (phase == UINT32_MAX || count < 0)
        api_error(L, "there is no phase \"%s\"", lua_tostring(L, 2));
    if (!lua_isnoneornil(L, 4)) {
        struct values *values = &value_api_new(L, VALUE_LIST)->own;
        value_append(values, ROOT_VALUE, value_api_from_lua(L, 4, values, "the argument"));
        argument = freeze_values(values, &engine->writer);
    }
    lua_settop(L, 5);
    job->progress = lua_isfunction(L, 5) ? L : NULL;
    enum workers_result result = workers_run(engine->workers, phase, (uint32_t)count, argument);
    job->progress = NULL;
    workers_diagnostics(engine->workers, &engine->diagnostics);
    if (result == WORKERS_FAILED && workers_all_late(engine->workers))
        diagnostics_add(&engine->diagnostics, SEVERITY_ERROR, (struct text){NULL, 0},
                        (struct place){0, 0},
                        "stopped after %d tasks took too long; correct what runs so long, or raise "
                        "limits.seconds in galley.yaml",
                        ENGINE_MOST_LATE);
    lua_pushstring(L, result == WORKERS_DONE          ? "done"
                      : result == WORKERS_INTERRUPTED ? "interrupted"
                                                      : "failed");
    lua_pushinteger(L, workers_failed(engine->workers));
    return 2;
}

/* results(): a list of { task, value } of the last run; outputs go to the engine's output. */
static int engine_results(lua_State *L) {
    struct engine_job *job = check_job(L);
    struct engine *engine = &job->engine;
    struct record_cursor cursor = {0};
    const struct record *record;
    lua_Integer filled = 0;
    lua_newtable(L);
    while ((record = workers_next_record(engine->workers, &cursor))) {
        struct values values;
        uint64_t block;
        if (record->kind == RECORD_OUTPUT)
            output_add_packed(engine->output, (struct text){record->bytes, record->length});
        if (record->kind != RECORD_VALUE) continue;
        memcpy(&block, record->bytes, sizeof block);
        thaw_values(shared_at(&engine->shared, block), &values);
        lua_createtable(L, 2, 0);
        lua_pushinteger(L, record->task);
        lua_rawseti(L, -2, 1);
        value_api_to_lua(L, &values, value_first(&values, ROOT_VALUE));
        lua_rawseti(L, -2, 2);
        lua_rawseti(L, -2, ++filled);
    }
    return 1;
}

/* index([whole]): orders the corpus; whole: of articles whose body is there. */
static int engine_index(lua_State *L) {
    struct engine_job *job = check_job(L);
    struct engine *engine = &job->engine;
    struct values none = {0};
    value_id data = job->data.count ? value_first(&job->data, ROOT_VALUE) : NO_VALUE;
    bool has_data = data && job->data.items[data].type == VALUE_MAP;
    corpus_index(&engine->corpus, &engine->writer, &engine->conventions,
                 has_data ? &job->data : &none, has_data ? data : NO_VALUE, engine->with,
                 &engine->diagnostics);
    return 0;
}

/* collected(value): what plugins combined, for the phases that follow. */
static int engine_set_collected(lua_State *L) {
    struct engine_job *job = check_job(L);
    struct values *values = &value_api_new(L, VALUE_LIST)->own;
    value_append(values, ROOT_VALUE, value_api_from_lua(L, 2, values, "what was collected"));
    job->engine.corpus.table->collected = freeze_values(values, &job->engine.writer);
    return 0;
}

/* corpus(): the indexed corpus as scripts see it, in this process. One engine a state at a time:
 * the types of articles belong to the last engine that was asked. */
static int engine_corpus(lua_State *L) {
    struct engine_job *job = check_job(L);
    if (!job->engine.corpus.table)
        api_error(L, "there is no corpus yet; call list and index first");
    job->view.corpus = job->engine.corpus;
    job->view.conventions = &job->engine.conventions;
    job->view.writer = &job->engine.writer;
    job->view.html = job->engine.html;
    article_api_open(L, &job->view);
    article_api_push_corpus(L, &job->view);
    lua_pushvalue(L, 1); /* the corpus lives as long as its engine */
    lua_setfield(L, LUA_REGISTRYINDEX, ENGINE_TYPE ".kept");
    return 1;
}

/* methods("corpus"): the methods' table of "corpus", "articles" or "article", to add to. */
static int engine_methods(lua_State *L) {
    check_job(L);
    article_api_push_methods(L, luaL_checkstring(L, 2));
    return 1;
}

/* profiles(function(taxonomy, slug)): what a term's profile is. */
static int engine_profiles(lua_State *L) {
    check_job(L);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    corpus_api_set_profiles(L);
    return 0;
}

/* paths(): of all articles found, in their order. */
static int engine_paths(lua_State *L) {
    struct engine_job *job = check_job(L);
    struct corpus *corpus = &job->engine.corpus;
    uint32_t count = corpus->table ? corpus->table->file_count : 0;
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        api_push_text(L, corpus_path(corpus, i));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* stamp(number): what the file of an article was like when it was listed, for a batch. */
static int engine_stamp(lua_State *L) {
    struct engine_job *job = check_job(L);
    struct engine *engine = &job->engine;
    lua_Integer number = luaL_checkinteger(L, 2);
    if (!engine->articles || number < 0 || number >= engine->corpus.table->file_count)
        api_error(L, "no such article");
    const struct file *file = &engine->files.items[engine->articles[number]];
    struct file_stamp stamp;
    memset(&stamp, 0, sizeof stamp);
    stamp.device = file->device, stamp.inode = file->inode, stamp.size = file->size;
    stamp.seconds = file->modified / 1000000000;
    stamp.nanoseconds = (uint32_t)(file->modified % 1000000000);
    lua_pushlstring(L, (const char *)&stamp, sizeof stamp);
    return 1;
}

/* times(): seconds of each step, summed over all workers; nil when start{} did not ask for them. */
static int engine_times(lua_State *L) {
    static const char *const names[STEP_COUNT] = {"read",   "yaml",  "resolve", "parse",  "render",
                                                  "freeze", "write", "load",    "filter", "page"};
    const struct steps *steps = check_job(L)->engine.steps;
    if (!steps) return 0;
    lua_createtable(L, 0, STEP_COUNT);
    for (unsigned step = 0; step < STEP_COUNT; step++) {
        lua_pushnumber(L, (lua_Number)atomic_load(&steps->spent[step]) * 1e-9);
        lua_setfield(L, -2, names[step]);
    }
    return 1;
}

static int engine_counts(lua_State *L) {
    struct engine_job *job = check_job(L);
    const struct corpus_table *table = job->engine.corpus.table;
    lua_pushinteger(L, table ? table->file_count : 0);
    lua_pushinteger(L, table ? table->article_count : 0);
    lua_pushinteger(L, table ? table->asset_count : 0);
    return 3;
}

/* diagnostics(): the list so far, which is cleared. A file that is an article's is marked so. */
static int engine_diagnostics(lua_State *L) {
    static const char *const severities[] = {"note", "warning", "error"};
    struct engine_job *job = check_job(L);
    struct diagnostics *list = &job->engine.diagnostics;
    struct corpus *corpus = &job->engine.corpus;
    lua_createtable(L, (int)list->count, 0);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct diagnostic *item = &list->items[i];
        bool inside =
            corpus->table && item->file.length && corpus_find(corpus, item->file) != NOWHERE;
        lua_createtable(L, 0, 7);
        lua_pushstring(L, severities[item->severity]);
        lua_setfield(L, -2, "severity");
        if (item->file.length) {
            api_push_text(L, item->file);
            lua_setfield(L, -2, "file");
        }
        lua_pushboolean(L, inside);
        lua_setfield(L, -2, "inside");
        lua_pushinteger(L, item->place.line);
        lua_setfield(L, -2, "line");
        lua_pushinteger(L, item->place.column);
        lua_setfield(L, -2, "column");
        api_push_text(L, item->message);
        lua_setfield(L, -2, "message");
        if (item->plugin.length) {
            api_push_text(L, item->plugin);
            lua_setfield(L, -2, "plugin");
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    diagnostics_clear(list);
    return 1;
}

/* output(folder, forced): true, or false with the reasons in diagnostics. Before start. */
static int engine_output(lua_State *L) {
    struct engine_job *job = check_job(L);
    struct engine *engine = &job->engine;
    engine->output = output_open(luaL_checkstring(L, 2), lua_toboolean(L, 3), &engine->diagnostics);
    lua_pushboolean(L, engine->output != NULL);
    return 1;
}

/* The outputs of articles that are not to be seen: drafts, and those whose time is not. */
static struct output_kept hidden_outputs(struct engine *engine) {
    struct corpus *corpus = &engine->corpus;
    uint32_t count = corpus->table->file_count;
    struct text *gone = arena_allocate(&engine->arena, (count + 1) * sizeof *gone);
    struct output_kept kept = {.gone = gone};
    struct buffer path = {0};
    for (uint32_t i = 0; i < count; i++) {
        struct article article;
        uint32_t status = corpus_file(corpus, i)->status;
        if (status == STATUS_PUBLISHED || engine->with & 1u << status ||
            !corpus_article(corpus, i, &article))
            continue;
        path.length = 0;
        output_path_of_url(strings_text(&article.meta.strings, article.facts.url), &path);
        gone[kept.gone_count++] = arena_copy(&engine->arena, buffer_text(&path));
    }
    buffer_free(&path);
    return kept;
}

/* written(): the paths of the outputs that differ from what is published; before publish. */
static int engine_written(lua_State *L) {
    struct engine_job *job = check_job(L);
    struct text path;
    uint32_t cursor = 0;
    lua_Integer count = 0;
    lua_newtable(L);
    while (output_next_written(job->engine.output, &cursor, &path)) {
        api_push_text(L, path);
        lua_rawseti(L, -2, ++count);
    }
    return 1;
}

/* untouched(folder, since): how many files the last build made there; nil when one is gone or was
 * changed later than `since`, which is what files.now() gave then. */
static int engine_untouched(lua_State *L) {
    uint32_t count;
    if (!output_untouched(luaL_checkstring(L, 1), luaL_checkinteger(L, 2), &count)) return 0;
    lua_pushinteger(L, count);
    return 1;
}

/* publish([keep]): true and the counts written, unchanged, removed; false with reasons in
 * diagnostics, and "system" where the outputs are not at fault, or "interrupted". While there are
 * workers signals are held back, so that none comes between two files: stop after it. */
static int engine_publish(lua_State *L) {
    struct engine_job *job = check_job(L);
    struct engine *engine = &job->engine;
    struct output_counts counts = {0};
    struct output_kept kept = {NULL, 0};
    bool keep = lua_toboolean(L, 2);
    if (keep) kept = hidden_outputs(engine);
    if (engine->workers && workers_interrupted(engine->workers)) {
        output_abandon(engine->output);
        lua_pushboolean(L, false);
        lua_pushliteral(L, "interrupted");
        return 2;
    }
    /* Where outputs could not be written at all there is no need to look for clashes. */
    bool good = output_failed(engine->output) || output_check(engine->output, &engine->diagnostics);
    bool published =
        good && output_publish(engine->output, keep ? &kept : NULL, &counts, &engine->diagnostics);
    lua_pushboolean(L, published);
    if (!published) {
        lua_pushstring(L, good ? "system" : NULL);
        return 2;
    }
    lua_pushinteger(L, counts.written);
    lua_pushinteger(L, counts.unchanged);
    lua_pushinteger(L, counts.removed);
    return 4;
}

static int engine_stop(lua_State *L) {
    struct engine_job *job = check_job(L);
    workers_stop(job->engine.workers);
    job->engine.workers = NULL;
    return 0;
}

void engine_api_open(lua_State *L, struct text home) {
    static const luaL_Reg methods[] = {{"list", engine_list_files},
                                       {"digest", engine_digest},
                                       {"holds_until", engine_holds_until},
                                       {"collects", engine_collects},
                                       {"given", engine_given},
                                       {"load_text", engine_load_text},
                                       {"start", engine_api_start},
                                       {"run", engine_run},
                                       {"results", engine_results},
                                       {"index", engine_index},
                                       {"set_collected", engine_set_collected},
                                       {"corpus", engine_corpus},
                                       {"methods", engine_methods},
                                       {"profiles", engine_profiles},
                                       {"counts", engine_counts},
                                       {"times", engine_times},
                                       {"paths", engine_paths},
                                       {"stamp", engine_stamp},
                                       {"diagnostics", engine_diagnostics},
                                       {"output", engine_output},
                                       {"written", engine_written},
                                       {"publish", engine_publish},
                                       {"stop", engine_stop},
                                       {"close", engine_collect},
                                       {NULL, NULL}};
    static const luaL_Reg meta[] = {
        {"__gc", engine_collect}, {"__close", engine_collect}, {NULL, NULL}};
    luaL_newmetatable(L, ENGINE_TYPE);
    luaL_setfuncs(L, meta, 0);
    luaL_newlib(L, methods);
    export_api_open_engine(L);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    lua_newtable(L);
    struct text *kept = lua_newuserdatauv(L, sizeof *kept, 0);
    *kept = home;
    lua_pushcclosure(L, engine_api_open_engine, 1);
    lua_setfield(L, -2, "open");
    lines_api_open(L);
    lua_setfield(L, -2, "lines");
    lua_pushcfunction(L, engine_untouched);
    lua_setfield(L, -2, "untouched");
    lua_pushcfunction(L, engine_api_about);
    lua_setfield(L, -2, "about");
    lua_pushcfunction(L, engine_api_sandbox);
    lua_setfield(L, -2, "sandbox");
    api_push_text(L, home);
    lua_setfield(L, -2, "home");
}
