/* steps.h: where the time of a run goes, as sums over all processes.
 *
 * The sums lie in the shared arena; a process adds to them what each step of an article took. A
 * NULL pointer switches it off: then there is not even a look at the clock.
 * Units: nanoseconds of the clock, so that a step which waited for a processor counts the wait.
 */
#ifndef GALLEY_STEPS_H
#define GALLEY_STEPS_H

#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

enum step {
    STEP_READ,    /* files into memory */
    STEP_YAML,    /* front matter into values */
    STEP_RESOLVE, /* conventions, words, freezing the head */
    STEP_PARSE,   /* Markdown into nodes, with the dialect */
    STEP_RENDER,  /* bodies into HTML */
    STEP_FREEZE,  /* links, and copying the body into the arena */
    STEP_WRITE,   /* outputs: compared or written */
    STEP_LOAD,    /* all of the phase load */
    STEP_FILTER,  /* all of the phase filter */
    STEP_PAGE,    /* all of the phase page */
    STEP_COUNT
};

struct steps {
    _Atomic uint64_t spent[STEP_COUNT];
};

static inline uint64_t steps_now(const struct steps *steps) {
    struct timespec now;
    if (!steps) return 0;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* What passed since `from` belongs to `step`; returns the time now, where the next one begins. */
static inline uint64_t steps_add(struct steps *steps, enum step step, uint64_t from) {
    if (!steps) return 0;
    uint64_t now = steps_now(steps);
    atomic_fetch_add_explicit(&steps->spent[step], now - from, memory_order_relaxed);
    return now;
}

#endif
