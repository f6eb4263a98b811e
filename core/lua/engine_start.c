#include "document/highlight.h"
#include "lua/api.h"
#include "lua/engine_parts.h"
#include "lua/program_api.h"
#include "run/sandbox.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { MOST_KEPT = 8, MOST_WORKERS = 96 };

static bool is_one_of(const char *word, const char *words) {
    const char *at = strstr(words, word);
    size_t length = strlen(word);
    return at && (at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0');
}

static void lost(const struct worker_loss *loss, void *context) {
    struct engine_job *job = context;
    struct engine *engine = &job->engine;
    struct diagnostic item = {.severity = SEVERITY_ERROR, .plugin = text_of(loss->plugin)};
    struct buffer message = {0}, plugin = {0};
    const char *phase = engine_phase_name(loss->phase);
    bool of_file = loss->phase == 0 || is_one_of(phase, "filter edit relink render");
    bool of_article = of_file || is_one_of(phase, "page collect check entries");
    const struct pieces_gathering *gathering = &engine->gathering;
    if (loss->task == WORKER_BEGIN) {
        buffer_printf(&message, "the plugins could not be started: %s", loss->reason);
    } else if (of_article && engine->corpus.table) {
        uint32_t file = of_file                         ? loss->task
                        : strcmp(phase, "entries") == 0 ? gathering->articles[loss->task]
                        : loss->task < engine->corpus.table->article_count
                            ? corpus_file_at(&engine->corpus, loss->task)
                            : NOWHERE;
        if (file < engine->corpus.table->file_count) item.file = corpus_path(&engine->corpus, file);
        buffer_printf(&message, item.file.length ? "%s; this article was left out" : "%s",
                      loss->reason);
    } else if (strcmp(phase, "command") == 0) {
        buffer_append_string(&message, loss->reason);
    } else {
        buffer_printf(&message, "%s, in %s number %u", loss->reason, phase, loss->task + 1);
    }
    if (loss->plugin[0]) {
        buffer_append_string(&plugin, loss->plugin);
        if (loss->plugin_line) buffer_printf(&plugin, ":%u", loss->plugin_line);
        item.plugin = buffer_text(&plugin);
    }
    item.message = buffer_text(&message);
    diagnostics_add_item(&engine->diagnostics, item);
    buffer_free(&message);
    buffer_free(&plugin);
}

static void progress(uint32_t done, uint32_t count, void *context) {
    struct engine_job *job = context;
    lua_State *L = job->progress;
    if (!L) return;
    lua_pushvalue(L, -1); /* the function is on the stack of engine:run */
    lua_pushinteger(L, done);
    lua_pushinteger(L, count);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) lua_pop(L, 1);
}

static bool meanwhile(void *context) {
    struct pieces_gathering *gathering = &((struct engine_job *)context)->engine.gathering;
    /* What goes wrong goes wrong again at the end, which says so. */
    return gathering->articles && gathering->file >= 0 && pieces_gather(gathering, false);
}

/* What workers may read, write and keep open: the folders of `read` in the table at 2, the site's
 * articles, the program's own files, and where this run writes. */
static const struct rights *read_rights(lua_State *L, struct engine_job *job, int *keep,
                                        uint32_t *kept) {
    struct engine *engine = &job->engine;
    struct rights *rights = arena_allocate_zeroed(&engine->arena, sizeof *rights);
    uint32_t count;
    lua_getfield(L, 2, "read");
    struct text *given = engine_keep_list(L, job, -1, &count);
    lua_pop(L, 1);
    const char **read = arena_allocate(&engine->arena, (count + 5) * sizeof *read);
    const char **write = arena_allocate(&engine->arena, sizeof *write);
    for (uint32_t i = 0; i < count; i++) read[i] = given[i].bytes;
    read[count++] = engine->content.bytes;
    read[count++] = "/usr/share/zoneinfo"; /* for dates in named zones */
    read[count++] = arena_copy(&engine->arena, job->home).bytes;
    if (highlight_folder()) read[count++] = highlight_folder();
    keep[(*kept)++] = engine->folder;
    if (engine->output) {
        write[rights->write_count++] = output_stage_path(engine->output);
        read[count++] = output_published_path(engine->output);
        *kept += output_descriptors(engine->output, keep + *kept);
    }
    for (uint32_t i = 0; i < engine->target_count; i++)
        keep[(*kept)++] = target_descriptor(engine->targets[i]);
    rights->read = read;
    rights->read_count = count;
    rights->write = write;
    rights->memory = job->memory + (256u << 20); /* beyond Lua's own, for the parsers */
    return rights;
}

/* start{ jobs, deadline (seconds), memory (bytes), read = {paths}, script, config, data,
 * unfiltered (no plugin is a filter), programs and folder (see program_api.h), pieces (an
 * export hands over a text for each article) } */
int engine_api_start(lua_State *L) {
    struct engine_job *job = engine_api_check(L);
    struct engine *engine = &job->engine;
    int *keep = arena_allocate(&engine->arena,
                               (MOST_KEPT + ENGINE_MOST_TARGETS + 2 * MOST_WORKERS) * sizeof *keep);
    uint32_t kept = 0, jobs = (uint32_t)engine_integer_field(L, 2, "jobs", 0);
    if (jobs > MOST_WORKERS) jobs = MOST_WORKERS;
    luaL_checktype(L, 2, LUA_TTABLE);
    job->script = engine_keep_field(L, job, 2, "script");
    job->memory = (size_t)engine_integer_field(L, 2, "memory", 256 << 20);
    lua_getfield(L, 2, "config");
    values_open(&job->config, (struct text){"", 0}, VALUE_LIST);
    value_append(&job->config, ROOT_VALUE,
                 value_api_from_lua(L, lua_gettop(L), &job->config, "the configuration"));
    lua_getfield(L, 2, "data");
    values_open(&job->data, (struct text){"", 0}, VALUE_LIST);
    value_append(&job->data, ROOT_VALUE,
                 value_api_from_lua(L, lua_gettop(L), &job->data, "the data"));
    lua_getfield(L, 2, "unfiltered");
    job->unfiltered = lua_toboolean(L, -1);
    lua_getfield(L, 2, "times");
    if (lua_toboolean(L, -1))
        engine->steps =
            shared_at(&engine->shared, shared_allocate(&engine->writer, sizeof *engine->steps));
    const struct rights *rights = read_rights(L, job, keep, &kept);
    lua_getfield(L, 2, "pieces");
    if (lua_toboolean(L, -1)) {
        if (!jobs) jobs = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN);
        if (jobs > MOST_WORKERS) jobs = MOST_WORKERS; /* of a machine with more processors */
        if (!pieces_open(&engine->pieces, &engine->writer, jobs, engine->corpus.table->file_count))
            return api_fail(L, "system", "no temporary file could be made (%s); set TMPDIR",
                            strerror(errno));
        for (uint32_t i = 0; i < engine->pieces.file_count; i++)
            keep[kept++] = engine->pieces.files[i];
    }
    lua_Integer deadline = engine_integer_field(L, 2, "deadline", 10);
    struct worker_options options = {.count = jobs,
                                     .most_late = ENGINE_MOST_LATE,
                                     .deadline_ms = (uint32_t)(deadline * 1000),
                                     .rights = rights,
                                     .keep = keep,
                                     .keep_count = kept,
                                     .programs = program_api_grants(L, job, 2),
                                     .begin = engine_worker_begin,
                                     .task = engine_worker_task,
                                     .late = engine_worker_late,
                                     .lost = lost,
                                     .progress = progress,
                                     .meanwhile = meanwhile,
                                     .context = job};
    engine->workers = workers_start(&engine->shared, &options);
    if (!engine->workers) return api_fail(L, "system", "no worker process could be started");
    lua_pushboolean(L, true);
    return 1;
}
