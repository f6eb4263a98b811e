/* program.h: a program that a plugin was granted, run by a helper for a worker that may run none.
 *
 *     parent     forks, for each worker, first a helper and then the worker (worker.h)
 *     worker     program_run(socket, request)  ----->  helper: is it granted? fork, give up rights,
 *     <- outcome, status, what it wrote               exec, wait
 *
 * The worker's own rights stay as they are: it writes to a socket that was open before. The helper
 * runs only what the grants name, one program at a time, and ends with its worker; a program that
 * still runs then is killed, with all that it started.
 *
 * What the program gets: an empty standard input or the request's; the grant's folder as current
 * folder; PATH, LC_ALL=C.UTF-8, TZ=UTC and the grant's environment, nothing else of the
 * environment. What it may do is sandbox.h's: it may read and execute what the system has
 * (/usr, /bin, /lib and the like, and a few files of /etc) and the grant's folders, and write
 * nothing but its answer. No shell is started; the name is looked for in PATH unless it holds a
 * slash.
 *
 * Ownership: grants are borrowed by the helper and read by nobody else. An answer's bytes are in
 * the buffers that the caller gives and frees.
 * Units: milliseconds, bytes. Bounds: PROGRAM_MOST_INPUT, PROGRAM_MOST_OUTPUT, PROGRAM_MOST_WORDS.
 */
#ifndef GALLEY_PROGRAM_H
#define GALLEY_PROGRAM_H

#include "base/memory.h"

#include <stdbool.h>

enum {
    PROGRAM_MOST_WORDS = 1024,          /* the name and its arguments */
    PROGRAM_MOST_WORD_BYTES = 64 << 10, /* of each */
    PROGRAM_MOST_INPUT = 16 << 20,
    PROGRAM_MOST_OUTPUT = 16 << 20, /* of standard output and of standard error, each */
};

/* What one plugin may run, and with what. */
struct program_grant {
    const char *const *programs;
    uint32_t program_count;
    const char *const *environment; /* "HOME=/home/jane" */
    uint32_t environment_count;
    const char *const *read; /* files and folders */
    uint32_t read_count;
};

struct program_grants {
    const struct program_grant *items;
    uint32_t count;
    const char *folder; /* where programs start */
    uint64_t memory;    /* of each process; 0: no limit */
};

enum program_outcome {
    PROGRAM_ENDED,     /* status is its exit status */
    PROGRAM_SIGNALLED, /* status is the signal */
    PROGRAM_LATE,
    PROGRAM_MISSING, /* status is the errno: not found, or it cannot be executed */
    PROGRAM_TALKS,   /* it wrote more than PROGRAM_MOST_OUTPUT */
    PROGRAM_REFUSED, /* not granted, or beyond a bound */
    PROGRAM_LOST,    /* the helper is gone */
};

struct program_request {
    uint32_t grant; /* number in program_grants */
    uint32_t deadline_ms;
    const char *const *words; /* the program's name first */
    uint32_t word_count;
    struct text input;
};

struct program_answer {
    enum program_outcome outcome;
    int status;
    struct buffer output, errors;
};

/* In a worker: asks the helper at the other end of `socket` and waits. The buffers are emptied
 * first. */
void program_run(int socket, const struct program_request *request, struct program_answer *answer);

/* In the helper, a process of its own with nothing open but `socket`: serves until the worker is
 * gone. */
_Noreturn void program_helper(int socket, const struct program_grants *grants);

#endif
