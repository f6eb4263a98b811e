#include "corpus/shared.h"
#include "unit.h"

#include "base/memory.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void offsets_and_alignment(void) {
    struct shared shared;
    CHECK(shared_open(&shared, 0));
    struct shared_writer writer = shared_writer_of(&shared);
    uint64_t a = shared_allocate(&writer, 1), b = shared_allocate(&writer, 17);
    CHECK(a != 0 && a % 16 == 0 && b == a + 16);
    CHECK(shared_allocate(&writer, 0) == b + 32);
    uint64_t text = shared_copy(&writer, "ward", 5);
    CHECK(strcmp(shared_at(&shared, text), "ward") == 0);
    /* Large ones do not end the piece in hand. */
    uint64_t large = shared_allocate(&writer, 3 << 20), after = shared_allocate(&writer, 1);
    CHECK(large % 16 == 0 && after == text + 16);
    memset(shared_at(&shared, large), 1, 3 << 20);
    shared_close(&shared);
}

static void memory_is_zero(void) {
    struct shared shared;
    CHECK(shared_open(&shared, 64 << 20));
    struct shared_writer writer = shared_writer_of(&shared);
    bool zero = true;
    for (int i = 0; i < 1000; i++) {
        char *memory = shared_at(&shared, shared_allocate(&writer, 1000));
        for (int j = 0; j < 1000; j++) zero &= memory[j] == 0;
        memset(memory, 7, 1000);
    }
    CHECK(zero);
    shared_close(&shared);
}

/* Eight processes, 20,000 allocations each: none overlaps another. */
static void processes_do_not_overlap(void) {
    enum { PROCESSES = 8, EACH = 20000 };
    struct shared shared;
    CHECK(shared_open(&shared, 0));
    struct shared_writer writer = shared_writer_of(&shared);
    uint64_t table = shared_allocate(&writer, PROCESSES * EACH * sizeof(uint64_t));
    for (uint32_t p = 0; p < PROCESSES; p++) {
        if (fork()) continue;
        struct shared_writer own = shared_writer_of(&shared);
        uint64_t *offsets = shared_at(&shared, table);
        for (uint32_t i = 0; i < EACH; i++) {
            uint64_t offset = shared_allocate(&own, 8 + i % 100);
            *(uint64_t *)shared_at(&shared, offset) = p * EACH + i;
            offsets[p * EACH + i] = offset;
        }
        _exit(0);
    }
    while (wait(NULL) > 0) {
    }
    uint64_t *offsets = shared_at(&shared, table);
    bool own = true;
    for (uint32_t i = 0; i < PROCESSES * EACH; i++)
        own &= *(uint64_t *)shared_at(&shared, offsets[i]) == i;
    CHECK(own);
    shared_close(&shared);
}

static void address_space_costs_nothing(void) {
    struct shared shared;
    CHECK(shared_open(&shared, 0));
    CHECK(shared.size >= (uint64_t)64 << 20);
    struct shared_writer writer = shared_writer_of(&shared);
    shared_allocate(&writer, 100);
    size_t pages = 1024;
    unsigned char resident[1024];
    size_t in_memory = 0;
    CHECK(mincore(shared.base, pages * 4096, resident) == 0);
    for (size_t i = 0; i < pages; i++) in_memory += resident[i] & 1;
    CHECK(in_memory <= 2 + 64);        /* the head and one piece */
    shared_allocate(&writer, 2 << 20); /* a large one is not touched */
    size_t with_large = 0;
    CHECK(mincore(shared.base, pages * 4096, resident) == 0);
    for (size_t i = 0; i < pages; i++) with_large += resident[i] & 1;
    CHECK(with_large == in_memory);
    shared_close(&shared);
}

static void exhaustion_ends_the_process(void) {
    struct shared shared;
    CHECK(shared_open(&shared, 1 << 20));
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr)) _exit(9);
        struct shared_writer writer = shared_writer_of(&shared);
        for (int i = 0; i < 100; i++) shared_allocate(&writer, 60000);
        _exit(0);
    }
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr)) _exit(9);
        struct shared_writer writer = shared_writer_of(&shared);
        shared_allocate(&writer, SIZE_MAX - 8);
        _exit(0);
    }
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    shared_close(&shared);
}

int main(void) {
    RUN(offsets_and_alignment);
    RUN(memory_is_zero);
    RUN(processes_do_not_overlap);
    RUN(address_space_costs_nothing);
    RUN(exhaustion_ends_the_process);
    return unit_end();
}
