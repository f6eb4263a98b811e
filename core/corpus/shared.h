/* shared.h: the one piece of memory that the parent and all workers see.
 *
 * A large, sparse, anonymous MAP_SHARED mapping, made once before the workers are forked. It lies
 * at the same address in all of them, but everything in it refers to everything else by 64-bit
 * offsets, so that a block can also be written to a file and mapped elsewhere. Anonymous rather
 * than a memfd: it needs nothing that a container may forbid.
 *
 * Ownership: what is allocated lives until shared_close; nothing is freed before. A `shared_writer`
 * belongs to one process: it takes pieces of 256 KB by one atomic addition and gives out parts of
 * them, so that no lock is needed and what one worker writes lies together.
 * Units: bytes; allocations are aligned to 16. Offset 0 is never given out and means "nothing".
 * The size is address space, not memory: a piece costs memory once it is taken, a larger
 * allocation page by page as it is written to. The kernel clears pages, so allocated memory is
 * zero. Errors: shared_open returns false with errno set when not even 64 MB of address space can
 * be had. shared_allocate does not return when the space is used up: it ends the process as running
 * out of memory does (memory.h), which in a worker costs the task in hand and is reported by the
 * parent.
 */
#ifndef GALLEY_SHARED_H
#define GALLEY_SHARED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shared {
    char *base;
    uint64_t size;
};

struct shared_writer {
    struct shared *shared;
    uint64_t next, end; /* free space in the piece in hand */
};

/* `size` 0: 256 GB of address space. Halves what the system refuses. */
bool shared_open(struct shared *shared, uint64_t size);
void shared_close(struct shared *shared);

static inline struct shared_writer shared_writer_of(struct shared *shared) {
    return (struct shared_writer){.shared = shared};
}
/* Requests larger than a quarter of a piece get pages of their own. */
uint64_t shared_allocate(struct shared_writer *writer, size_t size);
/* allocate, then copy. */
uint64_t shared_copy(struct shared_writer *writer, const void *bytes, size_t size);

static inline void *shared_at(const struct shared *shared, uint64_t offset) {
    return shared->base + offset;
}

#endif
