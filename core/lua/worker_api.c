#include "lua/worker_api.h"

#include "article/permalink.h"
#include "corpus/freeze.h"
#include "lua/api.h"
#include "lua/caller_api.h"
#include "lua/corpus_api.h"
#include "lua/edit_api.h"
#include "lua/export_api.h"
#include "lua/files_api.h"
#include "lua/galley_api.h"
#include "lua/import_api.h"
#include "lua/piece_api.h"
#include "lua/program_api.h"
#include "lua/sqlite_room.h"

#include <fcntl.h>
#include <sys/stat.h>

#define MOST_FILE_BYTES (64u << 20) /* that a plugin may read at once */

static struct engine_job *job_of(lua_State *L) {
    return lua_touserdata(L, lua_upvalueindex(1));
}

void worker_api_report(struct engine *engine) {
    if (!engine->diagnostics.count) return;
    worker_report(engine->worker, &engine->diagnostics);
    diagnostics_clear(&engine->diagnostics);
}

static uint32_t check_file(lua_State *L, struct engine_job *job, int index) {
    lua_Integer number = luaL_checkinteger(L, index);
    if (number < 0 || number >= job->engine.corpus.table->file_count)
        api_error(L, "no such article");
    return (uint32_t)number;
}

bool worker_api_names_filters(const struct article *article) {
    return value_get(&article->meta, ROOT_VALUE, TEXT("filters")) != NO_VALUE;
}

/* open(number): the live article, its body parsed, and whether it names filters itself; nil when it
 * is not to be had. */
static int worker_open(lua_State *L) {
    struct engine_job *job = job_of(L);
    uint32_t number = check_file(L, job, 1);
    if (job->view.live) article_api_end(L, &job->view);
    if (!engine_parse(&job->engine, number)) return 0;
    article_api_begin(&job->view, &job->engine.article, number);
    article_api_push(L, &job->view, number);
    lua_pushboolean(L, worker_api_names_filters(&job->engine.article));
    return 2;
}

/* keep_sources(bytes): before the articles are loaded; of more, the bodies are read again. */
static int worker_keep_sources(lua_State *L) {
    job_of(L)->engine.source_room = (uint64_t)luaL_checkinteger(L, 1);
    return 0;
}

static int worker_freeze(lua_State *L) {
    struct engine_job *job = job_of(L);
    if (!job->view.live) api_error(L, "no article is open");
    engine_freeze(&job->engine, job->view.live_file);
    article_api_end(L, &job->view);
    return 0;
}

/* resolve(): after the filters, for an article that is read before it is frozen, or never is.
 * True when a filter changed its meta. */
static int worker_resolve(lua_State *L) {
    struct engine_job *job = job_of(L);
    if (!job->view.live) api_error(L, "no article is open");
    engine_resolve(&job->engine);
    lua_pushboolean(L, job->engine.article.meta_changes != 0);
    return 1;
}

/* clock_read(): somebody was told the time. */
static int worker_clock_read(lua_State *L) {
    atomic_store(&job_of(L)->engine.corpus.table->clock_read, 1);
    return 0;
}

/* collects(): one of the filters has `collect`. */
static int worker_collects(lua_State *L) {
    struct corpus_table *table = job_of(L)->engine.corpus.table;
    if (table) atomic_store(&table->collects, 1);
    return 0;
}

/* frozen(number): the article as the corpus has it; nil when it was lost on the way. */
static int worker_frozen(lua_State *L) {
    struct engine_job *job = job_of(L);
    uint32_t number = check_file(L, job, 1);
    const struct corpus_file *file = corpus_file(&job->engine.corpus, number);
    if (!file->head) return 0;
    article_api_push(L, &job->view, number);
    lua_pushboolean(L, file->body != 0);
    return 2;
}

/* at_position(i) from 0: the number of the file there. */
static int worker_at_position(lua_State *L) {
    struct engine_job *job = job_of(L);
    lua_Integer position = luaL_checkinteger(L, 1);
    if (position < 0 || position >= job->engine.corpus.table->article_count) return 0;
    lua_pushinteger(L, corpus_file_at(&job->engine.corpus, (uint32_t)position));
    return 1;
}

static int worker_included(lua_State *L) {
    struct engine_job *job = job_of(L);
    const struct corpus_file *file = corpus_file(&job->engine.corpus, check_file(L, job, 1));
    lua_pushboolean(L, file->head && file->position != NOWHERE);
    return 1;
}

static void add_output(struct engine_job *job, const struct output_entry *entry) {
    struct buffer packed = {0};
    output_entry_pack(entry, &packed);
    worker_record(job->engine.worker, RECORD_OUTPUT, packed.bytes, packed.length);
    buffer_free(&packed);
}

/* write(path, content, source, plugin): true, or nil and what is wrong. */
static int worker_write(lua_State *L) {
    struct engine_job *job = job_of(L);
    struct output_entry entry = {.path = api_bytes(L, 1, "the output's path"),
                                 .source = api_bytes(L, 3, "the source"),
                                 .plugin = api_bytes(L, 4, "the plugin")};
    struct text content = page_api_content(L, 2, "the output's content");
    const char *problem = NULL;
    uint64_t time = steps_now(job->engine.steps);
    entry.state = output_write(job->engine.output, entry.path, content, &problem);
    steps_add(job->engine.steps, STEP_WRITE, time);
    if (entry.state == OUTPUT_REFUSED) {
        lua_pushnil(L);
        lua_pushstring(L, problem);
        return 2;
    }
    add_output(job, &entry);
    lua_pushboolean(L, true);
    return 1;
}

/* copy_asset(i): asset number i of the content folder, to the same place in the output. */
static int worker_copy_asset(lua_State *L) {
    struct engine_job *job = job_of(L);
    struct engine *engine = &job->engine;
    lua_Integer index = luaL_checkinteger(L, 1);
    struct corpus *corpus = &engine->corpus;
    if (index < 0 || index >= corpus->table->asset_count) api_error(L, "no such asset");
    struct text path = corpus_path(corpus, corpus->table->file_count + (uint32_t)index);
    const char *problem = NULL;
    bool whole = files_read(engine->folder, path, UINT32_MAX / 2, &engine->bytes, NULL,
                            &engine->diagnostics);
    if (!whole) {
        worker_api_report(engine);
        return 0;
    }
    struct output_entry entry = {.path = path, .source = path};
    entry.state = output_write(engine->output, path, buffer_text(&engine->bytes), &problem);
    if (entry.state == OUTPUT_REFUSED) {
        lua_pushnil(L);
        lua_pushstring(L, problem);
        return 2;
    }
    add_output(job, &entry);
    lua_pushboolean(L, true);
    return 1;
}

/* So many messages a task, whoever has them: a check of a whole corpus may have a great many. */
enum { MOST_REPORTED = 100000 };

/* report{ severity=, file=, line=, column=, message=, plugin= } */
static int worker_report_table(lua_State *L) {
    struct engine_job *job = job_of(L);
    struct engine *engine = &job->engine;
    struct diagnostic item = {.severity = SEVERITY_ERROR};
    luaL_checktype(L, 1, LUA_TTABLE);
    if (++job->reported > MOST_REPORTED) return 0;
    if (job->reported == MOST_REPORTED)
        diagnostics_add(&engine->diagnostics, SEVERITY_WARNING, (struct text){NULL, 0},
                        (struct place){0, 0},
                        "more than %d messages at once; the others are not shown", MOST_REPORTED);
    lua_settop(L, 1);
    lua_getfield(L, 1, "severity");
    lua_getfield(L, 1, "file");
    lua_getfield(L, 1, "line");
    lua_getfield(L, 1, "column");
    lua_getfield(L, 1, "message");
    lua_getfield(L, 1, "plugin");
    struct text severity = api_string(L, 2);
    if (severity.bytes && text_is(severity, "warning")) item.severity = SEVERITY_WARNING;
    if (severity.bytes && text_is(severity, "note")) item.severity = SEVERITY_NOTE;
    item.file = api_string(L, 3);
    item.place = (struct place){(uint32_t)lua_tointeger(L, 4), (uint32_t)lua_tointeger(L, 5)};
    item.message = api_string(L, 6);
    item.plugin = api_string(L, 7);
    diagnostics_add_item(&engine->diagnostics, item);
    worker_api_report(engine);
    return 0;
}

/* place(): line and column of the node that a handler was last called with, in the live article. */
static int worker_place(lua_State *L) {
    struct engine_job *job = job_of(L);
    if (!job->view.live || !job->view.live_document) return 0;
    node_id id = document_api_current(job->view.live_document);
    if (!id) return 0;
    struct place place = document_api_place(job->view.live_document, id);
    if (!place.line) return 0;
    lua_pushinteger(L, place.line);
    lua_pushinteger(L, place.column);
    return 2;
}

/* at_plugin(name or nil): the name must be kept by the caller, since only its address is noted. */
static int worker_at_plugin_name(lua_State *L) {
    worker_at_plugin(job_of(L)->engine.worker, lua_tostring(L, 1), 0);
    return 0;
}

/* task(): a number of the task in hand, the same on every worker and in every run. */
static int worker_task_number(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)worker_task(job_of(L)->engine.worker));
    return 1;
}

/* send(value): plain data to the parent. */
static int worker_send(lua_State *L) {
    struct engine_job *job = job_of(L);
    luaL_checkany(L, 1);
    struct values *values = &value_api_new(L, VALUE_LIST)->own;
    value_append(values, ROOT_VALUE, value_api_from_lua(L, 1, values, "what is sent"));
    uint64_t block = freeze_values(values, &job->engine.writer);
    worker_record(job->engine.worker, RECORD_VALUE, &block, sizeof block);
    return 0;
}

/* check_plain(value, what): raises an error where the value could not be sent. */
static int worker_check_plain(lua_State *L) {
    luaL_checkany(L, 1);
    struct values *values = &value_api_new(L, VALUE_LIST)->own;
    value_api_from_lua(L, 1, values, luaL_checkstring(L, 2));
    return 0;
}

/* argument(): what the parent gave this phase, as plain tables. */
static int worker_argument_value(lua_State *L) {
    struct engine_job *job = job_of(L);
    struct values values;
    uint64_t block = worker_argument(job->engine.worker);
    if (!block) return 0;
    thaw_values(shared_at(&job->engine.shared, block), &values);
    value_api_to_lua(L, &values, value_first(&values, ROOT_VALUE));
    return 1;
}

/* read_file(path [, most]): a file of the site or of the program, or its first bytes; or nil and a
 * message. */
static int worker_read_file(lua_State *L) {
    struct text path = api_bytes(L, 1, "the path");
    lua_Integer most = luaL_optinteger(L, 2, -1);
    struct diagnostics problems = {0};
    /* Not the engine's buffer: the live article's bytes are in it. */
    struct buffer bytes = {0};
    bool read =
        most < 0 ? files_read(AT_FDCWD, path, MOST_FILE_BYTES, &bytes, NULL, &problems)
                 : files_read_beginning(AT_FDCWD, path,
                                        most < MOST_FILE_BYTES ? (uint32_t)most : MOST_FILE_BYTES,
                                        &bytes, &problems);
    if (read)
        api_push_text(L, buffer_text(&bytes));
    else
        api_push_text(L, problems.items[0].message);
    diagnostics_free(&problems);
    buffer_free(&bytes);
    return read ? 1 : api_fail(L, "missing", "%s: %s", path.bytes, lua_tostring(L, -1));
}

/* is_file(path): looks, and reads nothing. */
static int worker_is_file(lua_State *L) {
    struct stat status;
    lua_pushboolean(L, stat(api_bytes(L, 1, "the path").bytes, &status) == 0 &&
                           S_ISREG(status.st_mode));
    return 1;
}

/* file_size(path): its bytes; nil for what is no file. */
static int worker_file_size(lua_State *L) {
    struct stat status;
    if (stat(api_bytes(L, 1, "the path").bytes, &status) != 0 || !S_ISREG(status.st_mode)) return 0;
    lua_pushinteger(L, status.st_size);
    return 1;
}

/* exists(path): a file, a folder or another thing. */
static int worker_exists(lua_State *L) {
    struct stat status;
    lua_pushboolean(L, stat(api_bytes(L, 1, "the path").bytes, &status) == 0);
    return 1;
}

static int worker_config(lua_State *L) {
    struct engine_job *job = job_of(L);
    value_api_to_lua(L, &job->config, value_first(&job->config, ROOT_VALUE));
    return 1;
}

/* data(): the site's data files, read-only. */
static int worker_data(lua_State *L) {
    struct engine_job *job = job_of(L);
    value_api_handle(L, &job->data, "the site's data is read-only");
    value_api_push(L, -1, value_first(&job->data, ROOT_VALUE));
    return 1;
}

/* collected(): what plugins combined, read-only; nil before. */
static int worker_collected(lua_State *L) {
    struct engine_job *job = job_of(L);
    uint64_t block = job->engine.corpus.table->collected;
    if (!block) return 0;
    struct values *values = arena_allocate(&job->view.arena, sizeof *values);
    thaw_values(shared_at(&job->engine.shared, block), values);
    value_api_handle(L, values, "what plugins collected is read-only");
    value_api_push(L, -1, value_first(values, ROOT_VALUE));
    return 1;
}

static int worker_corpus(lua_State *L) {
    article_api_push_corpus(L, &job_of(L)->view);
    return 1;
}

static int worker_methods(lua_State *L) {
    article_api_push_methods(L, luaL_checkstring(L, 1));
    return 1;
}

static int worker_profiles(lua_State *L) {
    lua_settop(L, 1);
    corpus_api_set_profiles(L);
    return 0;
}

static int worker_walk(lua_State *L) {
    document_api_walk(L, 1, 2, 3);
    return 0;
}

static int worker_handlers(lua_State *L) {
    document_api_handlers(L, 1);
    return 1;
}

/* output_path("/news/a/"): the file that serves a site path. */
static int worker_output_path(lua_State *L) {
    struct engine_job *job = job_of(L);
    struct text url = api_bytes(L, 1, "the url");
    job->view.scratch.length = 0;
    output_path_of_url(url, &job->view.scratch);
    api_push_text(L, buffer_text(&job->view.scratch));
    return 1;
}

static int worker_relative_url(lua_State *L) {
    struct engine_job *job = job_of(L);
    struct text page = api_bytes(L, 1, "the page"), url = api_bytes(L, 2, "the url");
    job->view.scratch.length = 0;
    if (url.length && url.bytes[0] == '/' && !(url.length > 1 && url.bytes[1] == '/'))
        html_relative_url(page, url, &job->view.scratch);
    else
        buffer_append_text(&job->view.scratch, url);
    api_push_text(L, buffer_text(&job->view.scratch));
    return 1;
}

/* A division for its class's sake, as pandoc's ::: {.columns}: nothing need render it. */
static bool is_plain_division(struct text name, struct text class) {
    if (text_is(name, "div")) return true;
    for (size_t at = 0, end; at < class.length; at = end + 1) {
        for (end = at; end < class.length && class.bytes[end] != ' ';) end++;
        if (text_equal((struct text){class.bytes + at, end - at}, name)) return true;
    }
    return false;
}

/* directives(): those in the live article's tree that something should render, as a list of
 * { name, line, column }; nil when there are none. */
static int worker_directives(lua_State *L) {
    struct engine_job *job = job_of(L);
    if (!job->view.live) return 0;
    const struct document *document = &job->engine.article.document;
    lua_Integer count = 0;
    for (node_id id = 1; id < document->count; id++) {
        const struct node *node = document_node(document, id);
        if (node->type != NODE_DIRECTIVE || !node_is_within(document, id, ROOT_NODE)) continue;
        struct text name = node_field(document, id, FIELD_NAME);
        if (is_plain_division(name, node_field(document, id, FIELD_CLASS))) continue;
        if (!count) lua_newtable(L);
        lua_createtable(L, 0, 3);
        api_push_text(L, name);
        lua_setfield(L, -2, "name");
        if (node->place.length) {
            struct place place = text_place(document->strings.source, node->place.offset);
            lua_pushinteger(L, place.line);
            lua_setfield(L, -2, "line");
            lua_pushinteger(L, place.column);
            lua_setfield(L, -2, "column");
        }
        lua_rawseti(L, -2, ++count);
    }
    return count > 0;
}

int worker_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {{"open", worker_open},
                                         {"freeze", worker_freeze},
                                         {"keep_sources", worker_keep_sources},
                                         {"resolve", worker_resolve},
                                         {"clock_read", worker_clock_read},
                                         {"collects", worker_collects},
                                         {"frozen", worker_frozen},
                                         {"at_position", worker_at_position},
                                         {"included", worker_included},
                                         {"write", worker_write},
                                         {"copy_asset", worker_copy_asset},
                                         {"report", worker_report_table},
                                         {"place", worker_place},
                                         {"at_plugin", worker_at_plugin_name},
                                         {"check_plain", worker_check_plain},
                                         {"task", worker_task_number},
                                         {"send", worker_send},
                                         {"argument", worker_argument_value},
                                         {"read_file", worker_read_file},
                                         {"file_size", worker_file_size},
                                         {"list_files", files_api_list},
                                         {"is_file", worker_is_file},
                                         {"exists", worker_exists},
                                         {"config", worker_config},
                                         {"data", worker_data},
                                         {"collected", worker_collected},
                                         {"corpus", worker_corpus},
                                         {"methods", worker_methods},
                                         {"profiles", worker_profiles},
                                         {"walk", worker_walk},
                                         {"handlers", worker_handlers},
                                         {"directives", worker_directives},
                                         {"output_path", worker_output_path},
                                         {"relative_url", worker_relative_url},
                                         {NULL, NULL}};
    struct engine_job *job = lua_touserdata(L, 1);
    galley_api_open(L, false, job->home);
    lua_setglobal(L, "galley");
    if (job->engine.pieces.files)
        sqlite_room_give(L, pieces_room(&job->engine.pieces, job->engine.worker->index));
    article_api_open(L, &job->view);
    luaL_newlibtable(L, functions);
    lua_pushlightuserdata(L, job);
    luaL_setfuncs(L, functions, 1);
    edit_api_add_worker(L, job);
    export_api_open_worker(L, job);
    import_api_open_worker(L, job);
    program_api_open_worker(L, job);
    caller_api_open_worker(L);
    page_api_open_worker(L, &job->pages, &job->view);
    piece_api_open(L, &job->view, &job->engine.writer, job->memory);
    return 1;
}
