#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK_SIZE = 64 * 1024 - 64, ALIGNMENT = 16 };

struct arena_chunk {
    struct arena_chunk *older;
    size_t size;
    _Alignas(ALIGNMENT) char bytes[];
};

/* The one piece of state of this module: what to do in the process's last moment. */
static void (*exhaustion_handler)(size_t size);

void memory_on_exhaustion(void (*handler)(size_t size)) {
    exhaustion_handler = handler;
}

void memory_exhausted(size_t size) {
    if (exhaustion_handler) {
        exhaustion_handler(size);
    } else {
        char line[160], wanted[40] = "";
        if (size) snprintf(wanted, sizeof wanted, " (%zu bytes wanted)", size);
        int length = snprintf(line, sizeof line,
                              "galley: error: out of memory%s; free some memory or work on fewer "
                              "articles\n",
                              wanted);
        if (write(STDERR_FILENO, line, (size_t)length) < 0) _exit(3);
    }
    _exit(3);
}

#ifdef GALLEY_FAULTS
int memory_fault(void) {
    static const char line[] = "fault: this allocation fails\n";
    static long next, first = -1, last;
    if (first == -1) {
        const char *wanted = getenv("GALLEY_FAULT_ALLOCATION"), *dash = NULL;
        first = wanted ? atol(wanted) : 0;
        if (wanted) dash = strchr(wanted, '-');
        last = dash ? atol(dash + 1) : first;
    }
    next++;
    if (next < first || next > last) return 0;
    if (write(STDERR_FILENO, line, sizeof line - 1) < 0) _exit(3);
    return 1;
}
#else
int memory_fault(void) {
    return 0;
}
#endif

void *memory_allocate(size_t size) {
    void *memory = memory_fault() ? NULL : malloc(size ? size : 1);
    if (!memory) memory_exhausted(size);
    return memory;
}

void *memory_allocate_zeroed(size_t size) {
    void *memory = memory_fault() ? NULL : calloc(1, size ? size : 1);
    if (!memory) memory_exhausted(size);
    return memory;
}

void *memory_resize(void *memory, size_t size) {
    void *resized = memory_fault() ? NULL : realloc(memory, size ? size : 1);
    if (!resized) memory_exhausted(size);
    return resized;
}

void memory_free(void *memory) {
    free(memory);
}

void *memory_grow(void *memory, uint32_t *capacity, uint32_t wanted, size_t size) {
    uint64_t grown = *capacity ? (uint64_t)*capacity * 2 : 16;
    if (grown < wanted) grown = wanted;
    if (grown > UINT32_MAX) memory_exhausted(SIZE_MAX);
    memory = memory_resize(memory, grown * size);
    *capacity = (uint32_t)grown;
    return memory;
}

void *arena_allocate(struct arena *arena, size_t size) {
    if (size > SIZE_MAX / 2) memory_exhausted(size);
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if ((size_t)(arena->end - arena->next) < size) {
        size_t wanted = size > CHUNK_SIZE ? size : CHUNK_SIZE;
        /* Chunks double, so that a large article costs few of them. */
        if (arena->chunk && arena->chunk->size * 2 > wanted && arena->chunk->size < (4u << 20))
            wanted = arena->chunk->size * 2;
        struct arena_chunk *chunk = memory_allocate(sizeof *chunk + wanted);
        chunk->older = arena->chunk;
        chunk->size = wanted;
        arena->chunk = chunk;
        arena->next = chunk->bytes;
        arena->end = chunk->bytes + wanted;
    }
    void *memory = arena->next;
    arena->next += size;
    return memory;
}

void *arena_allocate_zeroed(struct arena *arena, size_t size) {
    return memset(arena_allocate(arena, size), 0, size);
}

void *arena_resize(struct arena *arena, void *memory, size_t old_size, size_t new_size) {
    if (!memory) return arena_allocate(arena, new_size);
    if (new_size > SIZE_MAX / 2) memory_exhausted(new_size);
    size_t old_room = (old_size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    size_t new_room = (new_size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (new_room <= old_room) return memory;
    if ((char *)memory + old_room == arena->next &&
        (size_t)(arena->end - arena->next) >= new_room - old_room) {
        arena->next += new_room - old_room;
        return memory;
    }
    void *moved = arena_allocate(arena, new_size);
    memcpy(moved, memory, old_size);
    return moved;
}

struct text arena_copy(struct arena *arena, struct text text) {
    char *bytes = arena_allocate(arena, text.length + 1);
    if (text.length) memcpy(bytes, text.bytes, text.length);
    bytes[text.length] = '\0';
    return (struct text){bytes, text.length};
}

void arena_reset(struct arena *arena) {
    struct arena_chunk *kept = arena->chunk; /* the newest is the largest but for huge requests */
    if (!kept) return;
    for (struct arena_chunk *chunk = kept->older; chunk;) {
        struct arena_chunk *older = chunk->older;
        memory_free(chunk);
        chunk = older;
    }
    kept->older = NULL;
    arena->next = kept->bytes;
    arena->end = kept->bytes + kept->size;
}

void arena_free(struct arena *arena) {
    arena_reset(arena);
    memory_free(arena->chunk);
    *arena = (struct arena){0};
}

void buffer_grow(struct buffer *buffer, size_t more) {
    if (buffer->capacity - buffer->length >= more) return;
    if (more > SIZE_MAX / 4) memory_exhausted(more);
    size_t capacity = buffer->capacity ? buffer->capacity * 2 : 256;
    while (capacity - buffer->length < more) capacity *= 2;
    buffer->bytes = memory_resize(buffer->bytes, capacity);
    buffer->capacity = capacity;
}

void buffer_append(struct buffer *buffer, const char *bytes, size_t length) {
    if (!length) return;
    if (buffer->capacity - buffer->length < length) buffer_grow(buffer, length);
    memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
}

void buffer_append_text(struct buffer *buffer, struct text text) {
    buffer_append(buffer, text.bytes, text.length);
}

void buffer_append_string(struct buffer *buffer, const char *string) {
    buffer_append(buffer, string, strlen(string));
}

void buffer_printf(struct buffer *buffer, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    size_t room = buffer->capacity - buffer->length; /* most texts fit at the first try */
    int length = vsnprintf(room ? buffer->bytes + buffer->length : NULL, room, format, arguments);
    va_end(arguments);
    if (length > 0 && (size_t)length >= room) {
        buffer_grow(buffer, (size_t)length + 1);
        vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, again);
    }
    if (length > 0) buffer->length += (size_t)length;
    va_end(again);
}

const char *buffer_string(struct buffer *buffer) {
    buffer_grow(buffer, 1);
    buffer->bytes[buffer->length] = '\0';
    return buffer->bytes;
}

struct text buffer_text(const struct buffer *buffer) {
    return (struct text){buffer->bytes, buffer->length};
}

void buffer_free(struct buffer *buffer) {
    memory_free(buffer->bytes);
    *buffer = (struct buffer){0};
}
