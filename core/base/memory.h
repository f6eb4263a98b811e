/* memory.h: allocation that never returns NULL, and arenas.
 *
 * Running out of memory is not a case that every caller handles. The process says so in one line
 * and ends with status 3: a worker costs one article, a command keeps its files whole, since files
 * are only replaced by rename. memory_on_exhaustion lets a worker leave a note for its parent.
 *
 * Ownership: memory_allocate and memory_resize give heap memory, freed by memory_free. An arena
 * owns everything allocated from it until arena_reset or arena_free. A buffer owns its bytes until
 * buffer_free.
 * Units: bytes. Arena memory is aligned to 16 bytes and not cleared.
 * Faults: with GALLEY_FAULT_ALLOCATION=N in the environment of a build made with
 * -DGALLEY_FAULTS, the Nth allocation of a process fails.
 */
#ifndef GALLEY_MEMORY_H
#define GALLEY_MEMORY_H

#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

void *memory_allocate(size_t size);
void *memory_allocate_zeroed(size_t size);
void *memory_resize(void *memory, size_t size);
void memory_free(void *memory);

/* Called once, with the size that could not be had, before the process ends with status 3. The
 * handler must not allocate. NULL: a line on standard error. */
void memory_on_exhaustion(void (*handler)(size_t size));

/* For allocators that others call (Lua's, cmark's): ends the process as described above; 0: of a
 * size that is not known. */
_Noreturn void memory_exhausted(size_t size);

/* True when the fault injection wants this allocation to fail; always false in release builds.
 * GALLEY_FAULT_ALLOCATION=FIRST[-LAST] says which of a process's calls: two in a row are both tries
 * of Lua, which collects its garbage in between. Each is said on standard error. */
int memory_fault(void);

/* Makes *array hold at least `wanted` items of `size` bytes; grows by doubling. */
#define memory_reserve(array, capacity, wanted)                                                    \
    ((wanted) > *(capacity)                                                                        \
         ? (void)(*(array) = memory_grow(*(array), (capacity), (wanted), sizeof **(array)))        \
         : (void)0)
void *memory_grow(void *memory, uint32_t *capacity, uint32_t wanted, size_t size);

struct arena_chunk;
struct arena {
    struct arena_chunk *chunk; /* the newest; older ones hang behind it */
    char *next, *end;          /* free space in the newest chunk */
};

void *arena_allocate(struct arena *arena, size_t size);
void *arena_allocate_zeroed(struct arena *arena, size_t size);
/* Grows in place when `memory` was the arena's last allocation, else copies. */
void *arena_resize(struct arena *arena, void *memory, size_t old_size, size_t new_size);
/* A copy with a NUL behind it, which its length does not count. */
struct text arena_copy(struct arena *arena, struct text text);
/* Forgets everything; keeps the largest chunk for the next use. */
void arena_reset(struct arena *arena);
void arena_free(struct arena *arena);

/* Bytes that grow. A zeroed buffer is an empty one. */
struct buffer {
    char *bytes;
    size_t length, capacity;
};

void buffer_grow(struct buffer *buffer, size_t more);
void buffer_append(struct buffer *buffer, const char *bytes, size_t length);
void buffer_append_text(struct buffer *buffer, struct text text);
void buffer_append_string(struct buffer *buffer, const char *string);
void buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The content with a NUL behind it; borrowed until the next change. */
const char *buffer_string(struct buffer *buffer);
struct text buffer_text(const struct buffer *buffer);
void buffer_free(struct buffer *buffer);

static inline void buffer_append_byte(struct buffer *buffer, char byte) {
    if (buffer->length == buffer->capacity) buffer_grow(buffer, 1);
    buffer->bytes[buffer->length++] = byte;
}

#endif
