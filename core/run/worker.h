/* worker.h: processes that share an arena, do numbered tasks in phases, and may die.
 *
 *     parent                                  worker (forked, one of `count`)
 *     workers_start(shared, options)  ----->  drops its rights, begin()
 *     workers_run(phase 1, n tasks)   ----->  task(phase 1, index) until none is left
 *     <- all tasks done or lost               waits, keeping its state
 *     reads records, prepares phase 2
 *     workers_run(phase 2, m tasks)   ----->  ...
 *     workers_stop
 *
 * A worker sees the parent's memory as it was when it was forked, and the arena as it is. So what a
 * later phase needs must lie in the arena; `argument` passes the offset of it. Tasks are claimed in
 * runs of neighbours by one atomic addition. Any worker may get any task: results must not depend
 * on which.
 *
 * Every worker has a slot in the arena that says which task and which plugin it is in and since
 * when. The parent sleeps until a worker is done, one dies or the next deadline passes. A worker
 * past its deadline is killed; one that dies for whatever reason costs the task in its slot, which
 * is reported by `lost`, and is replaced by a new one that takes over the rest of its claimed run
 * (`begin` runs again). One that dies in `begin`, or whose begin returns false, is not replaced:
 * every other would go the same way, so the run stops.
 *
 * Records: what tasks want to tell the parent (outputs, diagnostics) they append with
 * worker_record; after the phase the parent reads them in the order of task, then of writing, so
 * that one worker and eight give the same. Of a lost task only diagnostics (RECORD_DIAGNOSTIC) are
 * kept, since what it had to say about the article stays true; its other records are dropped.
 * Records of `begin` are kept of the first worker only.
 *
 * Ownership: `workers` belongs to the parent until workers_stop; the options' arrays and context
 * are borrowed until then. In a worker nothing needs to be freed: it ends by _exit, and no atexit
 * handler of the parent runs in it. Standard input is empty there, and only standard output,
 * standard error and the descriptors in `keep` stay open.
 * Signals: while workers exist, SIGINT, SIGTERM and SIGHUP are held back in the parent (unless it
 * ignores them) and make workers_run return WORKERS_INTERRUPTED; workers_interrupted asks between
 * runs. workers_stop gives them back: the caller cleans up first and then ends.
 * A parent that dies takes its workers with it.
 * Units: milliseconds for deadlines, nanoseconds of CLOCK_MONOTONIC in slots, bytes.
 */
#ifndef GALLEY_WORKER_H
#define GALLEY_WORKER_H

#include "base/diagnostic.h"
#include "corpus/shared.h"
#include "run/program.h"
#include "run/sandbox.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define WORKER_BEGIN UINT32_C(0xFFFFFFFE) /* in the place of a task's number: in `begin` */
#define WORKER_IDLE  UINT32_C(0xFFFFFFFF)

enum { WORKER_PLUGIN_BYTES = 160, WORKER_NOTE_BYTES = 160 };

struct worker_slot;
struct worker_control;

/* What a worker knows about itself. */
struct worker {
    uint32_t index;       /* of the slot */
    uint32_t incarnation; /* 0 for the first worker in the slot */
    uint32_t sandbox;     /* the layers in effect (enum sandbox_layer) */
    struct shared_writer writer;
    void *state; /* the caller's own */
    struct worker_slot *slot;
    struct worker_control *control;
    const char *plugin_in_slot;
    int programs; /* the socket for program_run; -1: there is no helper */
};

struct worker_loss {
    uint32_t phase, task; /* task may be WORKER_BEGIN */
    const char *reason;   /* "took longer than 10 s", "ran out of memory (256 MB)", ... */
    const char *plugin;   /* "" when the worker was in none */
    uint32_t plugin_line; /* 0: not known */
};

struct worker_options {
    uint32_t count;       /* 0: as many as there are processors */
    uint32_t deadline_ms; /* of one task, and of begin; 0: 10,000 */
    uint32_t most_late;   /* so many late tasks in one run end it (WORKERS_FAILED); 0: none do */
    const struct rights *rights; /* NULL: keeps all rights (code that is trusted) */
    const int *keep;             /* descriptors that stay open */
    uint32_t keep_count;
    /* With programs to run, each worker has a helper beside it, see program.h; NULL: none. */
    const struct program_grants *programs;
    /* In a worker. False: this cannot work; the reasons are in records. */
    bool (*begin)(struct worker *worker, void *context);
    /* In a worker. False counts as failed (workers_failed); the reasons are in records. */
    bool (*task)(struct worker *worker, uint32_t phase, uint32_t index, void *context);
    /* In a worker, in a signal handler, 0.1 s before it is killed for being late; may be NULL. The
     * 0.1 s are of its processor time, so that it has them on a busy machine too, and 2 s at most.
     * Only what is safe there: Lua's lua_sethook is, and the hook can call worker_at_plugin with
     * the line that runs. */
    void (*late)(struct worker *worker, void *context);
    /* In the parent, during workers_run; may be NULL. */
    void (*lost)(const struct worker_loss *loss, void *context);
    void (*progress)(uint32_t done, uint32_t count, void *context); /* about 10 times a second */
    /* The same, every few milliseconds; false: there is nothing to do in this run. */
    bool (*meanwhile)(void *context);
    void *context;
};

enum workers_result {
    WORKERS_DONE,        /* every task was done, failed or was lost */
    WORKERS_INTERRUPTED, /* by a signal; the workers are gone */
    WORKERS_FAILED,      /* begin failed, or no process could be had; the workers are gone */
};

struct workers;

/* NULL with errno set when no process could be started. */
struct workers *workers_start(struct shared *shared, const struct worker_options *options);
enum workers_result workers_run(struct workers *workers, uint32_t phase, uint32_t count,
                                uint64_t argument);
/* Whether most_late ended the last run. */
bool workers_all_late(const struct workers *workers);
/* Tasks of the last run that returned false or were lost. */
uint32_t workers_failed(const struct workers *workers);
uint32_t workers_count(const struct workers *workers);
bool workers_interrupted(struct workers *workers);
/* The process in a slot, for tests and for `ps`. */
pid_t workers_process(const struct workers *workers, uint32_t index);
/* Ends the workers. NULL is allowed. */
void workers_stop(struct workers *workers);

/* In a worker: the argument of the current run. */
uint64_t worker_argument(const struct worker *worker);
/* In a worker, before a plugin's code is called: costs nothing to speak of when the name is at the
 * same address as before. `name` must stay unchanged where it is; NULL: in none. */
void worker_at_plugin(struct worker *worker, const char *name, uint32_t line);
/* In a worker: the time of the task in hand begins again; for tasks that go through many articles,
 * each of which may take as long as a task. */
void worker_extend(struct worker *worker);
/* In a worker: a number of the task in hand and its phase, the same whichever worker does it. */
uint64_t worker_task(const struct worker *worker);
/* In a worker: what is left of the time of the task in hand. */
uint32_t worker_milliseconds_left(const struct worker *worker);

enum record_kind {
    RECORD_DROPPED,
    RECORD_DIAGNOSTIC,
    RECORD_OUTPUT,
    RECORD_OTHER, /* from here on the caller's own */
};

struct record {
    uint64_t next; /* offset of the same worker's next record */
    uint32_t task;
    uint32_t kind;
    uint64_t length;
    char bytes[];
};

/* In a worker. The bytes are copied. */
void worker_record(struct worker *worker, uint32_t kind, const void *bytes, size_t length);
/* In a worker: a RECORD_DIAGNOSTIC for each. */
void worker_report(struct worker *worker, const struct diagnostics *diagnostics);

struct record_cursor {
    uint64_t *next; /* one a slot */
};
/* In the parent, after workers_run and before the next: the records of that run in order, NULL at
 * the end. A zeroed cursor starts; the cursor is freed at the end (or by record_cursor_free). */
const struct record *workers_next_record(struct workers *workers, struct record_cursor *cursor);
void record_cursor_free(struct record_cursor *cursor);
/* Adds what a RECORD_DIAGNOSTIC holds. */
void record_diagnostic(const struct record *record, struct diagnostics *diagnostics);
/* All diagnostics of the last run, in order. */
void workers_diagnostics(struct workers *workers, struct diagnostics *diagnostics);

#endif
