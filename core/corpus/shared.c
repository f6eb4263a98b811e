#include "corpus/shared.h"

#include "base/memory.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#define DEFAULT_SIZE  (UINT64_C(256) << 30)
#define SMALLEST_SIZE (UINT64_C(64) << 20)
enum { PIECE = 256 * 1024, PAGE = 4096, ALIGNMENT = 16 };

/* Lies at offset 0, on a page of its own since every process writes to it. */
struct shared_head {
    _Atomic uint64_t used;
};

static struct shared_head *head_of(const struct shared *shared) {
    return (struct shared_head *)(void *)shared->base;
}

bool shared_open(struct shared *shared, uint64_t size) {
    *shared = (struct shared){0};
    if (!size) size = DEFAULT_SIZE;
    size = (size + PAGE - 1) & ~(uint64_t)(PAGE - 1);
    for (;; size = size / 2 & ~(uint64_t)(PAGE - 1)) {
        if (size > SIZE_MAX / 2) continue;
        void *base = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (base != MAP_FAILED) {
            *shared = (struct shared){base, size};
            madvise(base, (size_t)size, MADV_DONTDUMP);
            atomic_store(&head_of(shared)->used, PAGE);
            return true;
        }
        if (size / 2 < SMALLEST_SIZE) return false;
    }
}

void shared_close(struct shared *shared) {
    if (shared->base) munmap(shared->base, (size_t)shared->size);
    *shared = (struct shared){0};
}

static uint64_t take(struct shared *shared, uint64_t size, size_t wanted) {
    _Atomic uint64_t *used = &head_of(shared)->used;
    uint64_t offset = atomic_load_explicit(used, memory_order_relaxed);
    do {
        if (size > shared->size || offset > shared->size - size) memory_exhausted(wanted);
    } while (!atomic_compare_exchange_weak_explicit(used, &offset, offset + size,
                                                    memory_order_relaxed, memory_order_relaxed));
    return offset;
}

uint64_t shared_allocate(struct shared_writer *writer, size_t size) {
    if (size > SIZE_MAX / 4) memory_exhausted(size);
    uint64_t room = ((uint64_t)(size ? size : 1) + ALIGNMENT - 1) & ~(uint64_t)(ALIGNMENT - 1);
    if (writer->end - writer->next < room) {
        if (room > PIECE / 4)
            return take(writer->shared, (room + PAGE - 1) & ~(uint64_t)(PAGE - 1), size);
        writer->next = take(writer->shared, PIECE, size);
        writer->end = writer->next + PIECE;
#ifdef MADV_POPULATE_WRITE
        /* All pages of a piece in one call cost a third less than a fault for each. A piece begins
         * on a page; where the kernel cannot do it, the faults come. */
        madvise(shared_at(writer->shared, writer->next), PIECE, MADV_POPULATE_WRITE);
#endif
    }
    uint64_t offset = writer->next;
    writer->next += room;
    return offset;
}

uint64_t shared_copy(struct shared_writer *writer, const void *bytes, size_t size) {
    uint64_t offset = shared_allocate(writer, size);
    if (size) memcpy(shared_at(writer->shared, offset), bytes, size);
    return offset;
}
