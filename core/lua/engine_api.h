/* engine_api.h: the engine as shipped Lua drives it.
 *
 * The parent's commands get `galley.engine`, whose `open` makes an engine:
 *
 *     local engine <close> = engine.open{ content = "content", ... }
 *     engine:list(ignored); engine:start{ jobs = 2, script = "galley/worker", config = {...} }
 *     engine:run("load"); engine:index(); engine:run("filter"); ...
 *
 * A worker runs `script` with its own engine table as argument; the script returns a table with a
 * function for each phase but "load", which is C's alone. Phases are called with a task's number
 * from 0. What tasks send comes back in the order of tasks, whichever worker they ran on.
 *
 * Plugins never see either table.
 */
#ifndef GALLEY_ENGINE_API_H
#define GALLEY_ENGINE_API_H

#include "base/text.h"
#include "lua/article_api.h"
#include "lua/page_api.h"
#include "run/engine.h"

/* Once in the parent's state: pushes the table with `open`. `home` outlives the state. */
void engine_api_open(lua_State *L, struct text home);
/* What a worker does, for worker_options; the context is a struct engine_job. */
bool engine_worker_begin(struct worker *worker, void *context);
bool engine_worker_task(struct worker *worker, uint32_t phase, uint32_t index, void *context);
void engine_worker_late(struct worker *worker, void *context);

struct host;
struct engine_job {
    struct engine engine;
    struct site_view view;
    struct text home, script;
    struct values config, data;
    size_t memory;
    /* In a worker. */
    struct host *host;
    struct page_store pages;
    int phases;          /* a registry reference */
    bool unfiltered;     /* the site has no filters; set before the workers are forked */
    uint32_t extensions; /* how often the task in hand was given more time, see export_api.c */
    uint64_t extended;
    uint32_t reported; /* messages of the task in hand */
    /* In the parent. */
    lua_State *progress; /* where the progress function is; NULL: none */
};

/* The engine that is the first argument; raises an error when it is closed. */
struct engine_job *engine_api_check(lua_State *L);
/* The number of a phase, or UINT32_MAX. */
uint32_t engine_phase(struct text name);
const char *engine_phase_name(uint32_t phase);
/* Records of a worker's kind: a block of values in the arena. */
enum { RECORD_VALUE = RECORD_OTHER };

#endif
