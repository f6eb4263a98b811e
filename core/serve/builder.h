/* builder.h: a build in a process of its own, beside a server that goes on answering.
 *
 *     struct builder builder = {0};
 *     int out = builder_start(&builder, &mask, true);
 *     if (out >= 0) { ... write the answer to it ...; builder_leave(out); }     in the new process
 *     poll for builder.answer; builder_read(&builder) is true at its end        in the parent
 *
 * The process has none of the parent's descriptors but the standard ones, is ended with SIGTERM
 * when its parent dies, and is in a group of its own: Ctrl-C is the parent's to deal with.
 * Ownership: builder_end frees the answer.
 */
#ifndef GALLEY_BUILDER_H
#define GALLEY_BUILDER_H

#include "base/memory.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct builder {
    pid_t process; /* 0: none */
    int answer;    /* to be polled while there is a process */
    struct buffer text;
    int messages;       /* what it says on standard error, or -1: it says it there */
    struct buffer said; /* the same, at the end */
    int status;         /* waitpid's, at the end */
};

enum { BUILDER_PARENT = -1, BUILDER_FAILED = -2 /* errno says why */ };

/* In the new process: where to write; `mask` is its signal mask. `quietly`: what it says on
 * standard error is kept for the parent to say, or not. */
int builder_start(struct builder *builder, const sigset_t *mask, bool quietly);
_Noreturn void builder_leave(int out);
/* Reads what there is. True: the process has ended, `text` is all it wrote, `said` all it said. */
bool builder_read(struct builder *builder);
/* Ends a process that still runs: `gently`, so that it leaves files whole. */
void builder_end(struct builder *builder, bool gently);

#endif
