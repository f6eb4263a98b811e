/* sandbox.h: a process gives up its rights before it runs code that nobody has read.
 *
 * Four layers, each of which may be missing on a given system, none of which may be undone:
 * - Landlock: files may be opened only below the folders named in `struct rights`. `read` folders
 *   may be listed and read; in `write` folders files and folders may also be made and written, but
 *   not renamed, removed or linked (the parent does that). Names and sizes elsewhere can still be
 *   asked for (stat), contents cannot. Also no TCP, no signals and no abstract sockets to others.
 * - seccomp: a list of the system calls that a worker needs (files already open, opening without
 *   truncating, memory without execution, time, ending itself). Everything else - sockets, exec,
 *   fork, threads, signals to others, tracing, mounting, links, permissions - fails with EPERM.
 *   x86-64 and aarch64; other machines go without.
 * - rlimits: no core file, few open files, the size of one file, and private memory as given.
 * - no_new_privs, without which the others could not be had by a normal user.
 *
 * A program that a plugin was granted (program.h) gets the same layers, but other rights: it may
 * also execute what is in `execute` folders, start processes and wait for them. It has no network,
 * changes nothing about files outside `write`, cannot leave its process group, and does not see or
 * signal other processes. What it starts is bound as it is.
 *
 * Built with address sanitizer there is no limit of memory, since its shadow would count.
 * Sources: the kernel's Documentation/userspace-api/landlock.rst and seccomp_filter.rst; numbers
 * that older kernel headers lack are written out in sandbox.c.
 *
 * Errors: nothing here fails. What took effect is in the flags; a command that needs a layer asks.
 */
#ifndef GALLEY_SANDBOX_H
#define GALLEY_SANDBOX_H

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>

/* Paths are NUL-terminated, folders or files, absolute or relative to the current folder; one that
 * does not exist is passed over. The arrays are borrowed. */
struct rights {
    const char *const *read;
    uint32_t read_count;
    const char *const *write;
    uint32_t write_count;
    const char *const *execute; /* read too; only sandbox_enter_program heeds them */
    uint32_t execute_count;
    uint64_t memory;     /* bytes beyond what the process has already; 0: no limit */
    uint64_t file_bytes; /* of one file written; 0: 1 GB */
};

enum sandbox_layer {
    SANDBOX_NO_NEW_PRIVILEGES = 1,
    SANDBOX_LANDLOCK = 2,
    SANDBOX_SECCOMP = 4,
    SANDBOX_LIMITS = 8,
    SANDBOX_MEMORY = 16,
};

/* Gives up everything but `rights`; returns the layers that took effect. Single-threaded callers
 * only. */
uint32_t sandbox_enter(const struct rights *rights);

/* The same for a program, between fork and exec. */
uint32_t sandbox_enter_program(const struct rights *rights);

/* The layers this system offers, without entering. `landlock_version` (or NULL): 0 for none. */
uint32_t sandbox_offered(int *landlock_version);

/* For `galley doctor`: one line a layer, each with its line end: what is there, or what is missing
 * and what that means. */
void sandbox_describe(struct buffer *out);

#endif
