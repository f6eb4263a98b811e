/* worker_slot.h: what the two sides of worker.h keep in the arena. Not for anybody else.
 *
 * A slot is written by its worker and read by the parent at any time; the parent writes to it only
 * while no process is in it, with one exception: `started` becomes SLOT_CONDEMNED, by an exchange
 * that fails when the worker has gone on meanwhile. So a task is never blamed for being late when
 * it ended just before the kill.
 */
#ifndef GALLEY_WORKER_SLOT_H
#define GALLEY_WORKER_SLOT_H

#include "run/worker.h"

#include <stdatomic.h>

#define SLOT_CONDEMNED UINT64_MAX

enum { WORKER_STATUS_MEMORY = 3, WORKER_STATUS_BEGIN = 4 };

struct worker_slot {
    _Alignas(64) _Atomic uint64_t started; /* ns; 0: in no task */
    _Atomic uint32_t task;                 /* or WORKER_BEGIN, WORKER_IDLE */
    _Atomic uint32_t run_next, run_end;    /* the claimed run: its tasks not yet begun */
    _Atomic uint32_t finished;             /* the last generation it has nothing left to do in */
    _Atomic uint32_t done, failed;         /* tasks of this generation */
    _Atomic uint32_t sandbox;
    _Atomic uint32_t plugin_line;
    _Atomic uint64_t first_record, last_record;
    char plugin[WORKER_PLUGIN_BYTES];
    char note[WORKER_NOTE_BYTES];
};

struct worker_control {
    _Alignas(64) _Atomic uint32_t generation; /* a futex: a new value starts a run */
    uint32_t phase, count, chunk;
    uint64_t argument;
    _Alignas(64) _Atomic uint32_t next; /* the first task that nobody has claimed */
};

uint64_t worker_clock(void);

/* The parent's side, for reading records. */
struct worker_slot *workers_slot(const struct workers *workers, uint32_t index);
struct shared *workers_shared(const struct workers *workers);

/* Records of `task`, in the list from `first` on, will not be read; its diagnostics will be, unless
 * `also_diagnostics`. */
void records_drop(const struct shared *shared, uint64_t first, uint32_t task,
                  bool also_diagnostics);

/* The worker's side: everything after fork. `done` is the eventfd that wakes the parent. */
_Noreturn void worker_main(struct worker *worker, const struct worker_options *options, int done);

#endif
