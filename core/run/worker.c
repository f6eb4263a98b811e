#include "run/worker_slot.h"

#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Handlers of signals and of exhausted memory get no context; a process is one worker at most. */
static struct {
    struct worker *worker;
    const struct worker_options *options;
} self;

uint64_t worker_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t worker_argument(const struct worker *worker) {
    return worker->control->argument;
}

static void copy_bounded(char *to, size_t size, const char *from) {
    size_t length = strnlen(from, size - 1);
    memcpy(to, from, length);
    to[length] = '\0';
}

void worker_at_plugin(struct worker *worker, const char *name, uint32_t line) {
    struct worker_slot *slot = worker->slot;
    if (name != worker->plugin_in_slot) {
        copy_bounded(slot->plugin, sizeof slot->plugin, name ? name : "");
        worker->plugin_in_slot = name;
    }
    atomic_store_explicit(&slot->plugin_line, line, memory_order_relaxed);
}

static void out_of_memory(size_t size) {
    const struct rights *rights = self.options->rights;
    char *note = self.worker->slot->note;
    if (rights && rights->memory)
        snprintf(note, WORKER_NOTE_BYTES, "ran out of memory (%llu MB)",
                 (unsigned long long)(rights->memory >> 20));
    else
        snprintf(note, WORKER_NOTE_BYTES, "ran out of memory (%zu bytes wanted)", size);
    _exit(WORKER_STATUS_MEMORY);
}

static void on_late(int number) {
    (void)number;
    int saved = errno;
    self.options->late(self.worker, self.options->context);
    errno = saved;
}

/* A library that calls exit: the parent's handlers are not ours to run. The last one registered
 * runs first. */
static void leave(int status, void *nothing) {
    (void)nothing;
    _exit(status);
}

/* The parent may have decided that this task is too late just when it ended: then it is. */
static void set_started(struct worker_slot *slot, uint64_t now) {
    if (atomic_exchange(&slot->started, now) == SLOT_CONDEMNED)
        for (;;) pause();
}

void worker_extend(struct worker *worker) {
    set_started(worker->slot, worker_clock());
}

uint64_t worker_task(const struct worker *worker) {
    return (uint64_t)worker->control->phase << 32 |
           atomic_load_explicit(&worker->slot->task, memory_order_relaxed);
}

uint32_t worker_milliseconds_left(const struct worker *worker) {
    uint64_t end =
        atomic_load(&worker->slot->started) + (uint64_t)self.options->deadline_ms * 1000000u;
    uint64_t now = worker_clock();
    return end > now ? (uint32_t)((end - now) / 1000000u) : 0;
}

static void do_task(struct worker *worker, uint32_t index) {
    struct worker_slot *slot = worker->slot;
    atomic_store_explicit(&slot->task, index, memory_order_relaxed);
    set_started(slot, worker_clock());
    if (!self.options->task(worker, worker->control->phase, index, self.options->context))
        atomic_fetch_add_explicit(&slot->failed, 1, memory_order_relaxed);
    worker_at_plugin(worker, NULL, 0);
    atomic_fetch_add_explicit(&slot->done, 1, memory_order_relaxed);
}

static void do_run(struct worker *worker) {
    struct worker_slot *slot = worker->slot;
    for (;;) {
        uint32_t index = atomic_load_explicit(&slot->run_next, memory_order_relaxed);
        if (index >= atomic_load_explicit(&slot->run_end, memory_order_relaxed)) return;
        atomic_store_explicit(&slot->run_next, index + 1, memory_order_relaxed);
        do_task(worker, index);
    }
}

static bool claim(struct worker *worker) {
    struct worker_control *control = worker->control;
    struct worker_slot *slot = worker->slot;
    if (atomic_load_explicit(&control->next, memory_order_relaxed) >= control->count) return false;
    uint32_t first =
        atomic_fetch_add_explicit(&control->next, control->chunk, memory_order_relaxed);
    if (first >= control->count) return false;
    uint32_t left = control->count - first;
    uint32_t length = left < control->chunk ? left : control->chunk;
    atomic_store_explicit(&slot->run_end, first + length, memory_order_relaxed);
    atomic_store_explicit(&slot->run_next, first, memory_order_relaxed);
    return true;
}

static uint32_t wait_for_run(struct worker_control *control, uint32_t finished) {
    for (;;) {
        uint32_t generation = atomic_load_explicit(&control->generation, memory_order_acquire);
        if (generation != finished) return generation;
        syscall(SYS_futex, &control->generation, FUTEX_WAIT, finished, NULL, NULL, 0);
    }
}

static void wake_parent(int done) {
    uint64_t one = 1;
    while (write(done, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

static void set_idle(struct worker_slot *slot) {
    set_started(slot, 0);
    atomic_store_explicit(&slot->task, WORKER_IDLE, memory_order_relaxed);
}

void worker_main(struct worker *worker, const struct worker_options *options, int done) {
    struct worker_slot *slot = worker->slot;
    self.worker = worker;
    self.options = options;
    memory_on_exhaustion(out_of_memory);
    on_exit(leave, NULL);
    if (options->late) {
        struct sigaction action = {.sa_handler = on_late, .sa_flags = SA_RESTART};
        sigaction(SIGUSR1, &action, NULL);
    }
    worker->sandbox = options->rights ? sandbox_enter(options->rights) : 0;
    atomic_store(&slot->sandbox, worker->sandbox);
    uint64_t last = atomic_load(&slot->last_record); /* by one that died here */
    if (options->begin && !options->begin(worker, options->context)) _exit(WORKER_STATUS_BEGIN);
    worker_at_plugin(worker, NULL, 0);
    /* Every worker says the same in begin; the very first speaks for all. */
    if (worker->index > 0 || worker->incarnation > 0)
        records_drop(worker->writer.shared,
                     last ? ((struct record *)shared_at(worker->writer.shared, last))->next
                          : atomic_load(&slot->first_record),
                     WORKER_BEGIN, true);
    set_idle(slot);
    for (;;) {
        uint32_t generation = wait_for_run(worker->control, atomic_load(&slot->finished));
        do_run(worker); /* what a worker that died here has left */
        while (claim(worker)) do_run(worker);
        set_idle(slot);
        atomic_store_explicit(&slot->finished, generation, memory_order_release);
        wake_parent(done);
    }
}
