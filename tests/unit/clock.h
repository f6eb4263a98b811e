/* clock.h: how long something took, for the tests of what must end in time.
 *
 * The machine may be slow, busy with other things or stopped for a while, and sanitizers cost a
 * factor of five. So a bound is what only an endless loop, a lost wake-up or something quadratic
 * exceeds, many times what is usual; and where it has to be narrow, the test tries again and one
 * good time is enough.
 */
#ifndef GALLEY_CLOCK_H
#define GALLEY_CLOCK_H

#include <stdlib.h>
#include <time.h>

static inline double clock_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* In seconds: of the day, and what this process has used of a processor. */
static inline double clock_wall(void) {
    return clock_of(CLOCK_MONOTONIC);
}
static inline double clock_processor(void) {
    return clock_of(CLOCK_PROCESS_CPUTIME_ID);
}

/* By how much a bound of processor time is wider on a build with sanitizers. */
static inline double clock_factor(void) {
    return getenv("GALLEY_INSTRUMENTED") ? 5 : 1;
}

#endif
