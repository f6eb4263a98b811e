#include "clock.h"
#include "run/worker.h"
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MANY = 3000, MEMORY_MB = 64, MOST_TRIES = 20 };

/* Phases of the tests' task function. */
enum {
    PHASE_COUNT = 1,
    PHASE_AGAIN,
    PHASE_LOOP,
    PHASE_SEGFAULT,
    PHASE_ABORT,
    PHASE_MEMORY,
    PHASE_EXIT,
    PHASE_RECORDS,
    PHASE_FAIL,
    PHASE_SLOW,
    PHASE_MANY_DEATHS,
};

struct test {
    struct shared shared;
    struct workers *workers;
    uint64_t table; /* a counter a task */
    uint32_t losses;
    struct worker_loss loss; /* the last; its texts copied below */
    char reason[200], plugin[200];
    uint32_t progress_calls, progress_done;
    enum { BEGIN_WELL, BEGIN_LOOPS, BEGIN_CRASHES, BEGIN_REFUSES } begin;
};

static volatile int sink;
static volatile unsigned turns; /* goes round where an int must not */

__attribute__((noinline)) static int recurse(int depth) {
    volatile char room[4096];
    room[depth % 4096] = (char)(depth % 100);
    sink = room[0];
    return sink == -1 ? 0 : recurse(depth + 1) + room[depth % 4096];
}

static bool begin(struct worker *worker, void *context) {
    struct test *test = context;
    worker->state = memory_allocate_zeroed(sizeof(uint32_t));
    if (test->begin == BEGIN_LOOPS) {
        worker_at_plugin(worker, "plugins/filters/top.lua", 3);
        for (;;) turns++;
    }
    if (test->begin == BEGIN_CRASHES) abort();
    struct diagnostics diagnostics = {0};
    diagnostics_add(&diagnostics, SEVERITY_WARNING, TEXT("begin.lua"), (struct place){1, 0},
                    "said in begin; say it once");
    worker_report(worker, &diagnostics);
    diagnostics_free(&diagnostics);
    return test->begin != BEGIN_REFUSES;
}

static void eat_memory(void) {
    for (;;) {
        char *memory = memory_allocate(1 << 20);
        memset(memory, 1, 1 << 20);
        sink += memory[12345];
    }
}

static void say(struct worker *worker, uint32_t index, const char *what) {
    struct diagnostics diagnostics = {0};
    diagnostics_add(&diagnostics, SEVERITY_ERROR, TEXT("a.md"), (struct place){index + 1, 2}, "%s",
                    what);
    worker_report(worker, &diagnostics);
    diagnostics_free(&diagnostics);
}

static bool task(struct worker *worker, uint32_t phase, uint32_t index, void *context) {
    struct test *test = context;
    uint32_t *own = worker->state;
    uint32_t *table = shared_at(&test->shared, worker_argument(worker));
    bool victim = index == 7;
    switch (phase) {
    case PHASE_AGAIN: /* the workers are the same ones: they kept their state */
        table[index] += *own > 0;
        return true;
    case PHASE_LOOP:
        worker_at_plugin(worker, "plugins/filters/loop.lua", 12);
        if (victim)
            for (;;) turns++;
        break;
    case PHASE_SEGFAULT:
        worker_at_plugin(worker, "plugins/filters/deep.lua", 0);
        if (victim) sink = recurse(1);
        break;
    case PHASE_ABORT:
        if (victim) abort();
        break;
    case PHASE_MEMORY:
        if (victim) eat_memory();
        break;
    case PHASE_EXIT:
        if (victim) exit(0);
        break;
    case PHASE_RECORDS:
        worker_record(worker, RECORD_OUTPUT, &index, sizeof index);
        say(worker, index, "before");
        if (victim) abort();
        worker_record(worker, RECORD_OTHER, "x", index % 5 == 0);
        break;
    case PHASE_FAIL:
        if (victim) return false;
        break;
    case PHASE_SLOW: usleep(30000); break;
    case PHASE_MANY_DEATHS:
        if (index % 3 == 0) raise(SIGKILL);
        break;
    default: break;
    }
    table[index]++;
    ++*own;
    return true;
}

static void on_lost(const struct worker_loss *loss, void *context) {
    struct test *test = context;
    test->losses++;
    test->loss = *loss;
    snprintf(test->reason, sizeof test->reason, "%s", loss->reason);
    snprintf(test->plugin, sizeof test->plugin, "%s", loss->plugin);
}

static void on_progress(uint32_t done, uint32_t count, void *context) {
    struct test *test = context;
    (void)count;
    test->progress_calls++;
    test->progress_done = done;
}

static struct rights rights;

static struct test *open_test(uint32_t count, uint32_t deadline_ms, int begins) {
    struct test *test = memory_allocate_zeroed(sizeof *test);
    CHECK(shared_open(&test->shared, 0));
    struct shared_writer writer = shared_writer_of(&test->shared);
    test->table = shared_allocate(&writer, MANY * sizeof(uint32_t));
    test->begin = begins;
    rights = (struct rights){.memory = (uint64_t)MEMORY_MB << 20};
    struct worker_options options = {
        .count = count,
        .deadline_ms = deadline_ms,
        .rights = &rights,
        .begin = begin,
        .task = task,
        .lost = on_lost,
        .context = test,
    };
    test->workers = workers_start(&test->shared, &options);
    CHECK(test->workers != NULL);
    return test;
}

static void close_test(struct test *test) {
    workers_stop(test->workers);
    CHECK(waitpid(-1, NULL, WNOHANG) == -1); /* no process is left */
    shared_close(&test->shared);
    memory_free(test);
}

/* How many of the counters are `value`. */
static uint32_t tasks_with(const struct test *test, uint32_t count, uint32_t value) {
    const uint32_t *table = shared_at(&test->shared, test->table);
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) found += table[i] == value;
    return found;
}

static void every_task_once(void) {
    for (uint32_t count = 1; count <= 8; count *= 2) {
        struct test *test = open_test(count, 0, BEGIN_WELL);
        CHECK(workers_count(test->workers) == count);
        CHECK(workers_run(test->workers, PHASE_COUNT, MANY, test->table) == WORKERS_DONE);
        CHECK(tasks_with(test, MANY, 1) == MANY);
        CHECK(workers_failed(test->workers) == 0 && test->losses == 0);
        CHECK(workers_run(test->workers, PHASE_COUNT, 0, test->table) == WORKERS_DONE);
        CHECK(workers_run(test->workers, PHASE_COUNT, 1, test->table) == WORKERS_DONE);
        CHECK(workers_run(test->workers, PHASE_COUNT, 9, test->table) == WORKERS_DONE);
        CHECK(tasks_with(test, MANY, 1) == MANY - 9 && tasks_with(test, MANY, 3) == 1);
        close_test(test);
    }
}

static void workers_keep_their_state(void) {
    struct test *test = open_test(1, 0, BEGIN_WELL);
    pid_t process = workers_process(test->workers, 0);
    CHECK(workers_run(test->workers, PHASE_COUNT, 10, test->table) == WORKERS_DONE);
    CHECK(workers_run(test->workers, PHASE_AGAIN, 10, test->table) == WORKERS_DONE);
    CHECK(tasks_with(test, 10, 2) == 10);
    CHECK(workers_process(test->workers, 0) == process);
    close_test(test);
}

/* Task 7 dies; all others are done; the next phase works. Returns the longest time it took. */
static double loses_one(uint32_t phase, const char *reason, const char *plugin) {
    double longest = 0;
    for (uint32_t count = 1; count <= 4; count += 3) {
        struct test *test = open_test(count, phase == PHASE_LOOP ? 1500 : 0, BEGIN_WELL);
        double before = clock_wall();
        CHECK(workers_run(test->workers, phase, 500, test->table) == WORKERS_DONE);
        double took = clock_wall() - before;
        if (took > longest) longest = took;
        CHECK(tasks_with(test, 500, 1) == 499 && tasks_with(test, 500, 0) == 1);
        CHECK(test->losses == 1 && workers_failed(test->workers) == 1);
        CHECK(test->loss.task == 7 && test->loss.phase == phase);
        CHECK_TEXT(text_of(test->reason), reason);
        CHECK_TEXT(text_of(test->plugin), plugin);
        CHECK(workers_run(test->workers, PHASE_COUNT, 500, test->table) == WORKERS_DONE);
        CHECK(tasks_with(test, 500, 2) == 499 && workers_failed(test->workers) == 0);
        close_test(test);
    }
    return longest;
}

/* Within the deadline and 0.3 s; a machine that is busy with other things gets more tries. */
static void endless_loop(void) {
    double took = 3;
    for (int tries = 0; tries < MOST_TRIES && took >= 1.5 + 0.3; tries++)
        took = loses_one(PHASE_LOOP, "took longer than 1500 ms", "plugins/filters/loop.lua");
    CHECK(took < 1.5 + 0.3);
}

/* Address sanitizer catches crashes itself, and its memory has no limit. */
static bool has_sanitizer(void) {
    return !(sandbox_offered(NULL) & SANDBOX_MEMORY);
}

static void endless_recursion(void) {
    loses_one(PHASE_SEGFAULT,
              has_sanitizer()
                  ? "ended its process (status 1)"
                  : "crashed (signal 11: segmentation fault; endless recursion often ends so)",
              "plugins/filters/deep.lua");
}

static void abort_in_a_library(void) {
    loses_one(PHASE_ABORT, "crashed (signal 6: abort; libraries end so when memory runs out)", "");
}

static void memory_runs_out(void) {
    loses_one(PHASE_MEMORY, "ran out of memory (64 MB)", "");
}

static int *handler_runs; /* in memory that all processes share */
static void at_exit_of_the_parent(void) {
    if (handler_runs) ++*handler_runs;
}

static void leaves_by_itself(void) {
    struct shared shared;
    CHECK(shared_open(&shared, 0));
    struct shared_writer writer = shared_writer_of(&shared);
    handler_runs = shared_at(&shared, shared_allocate(&writer, sizeof *handler_runs));
    loses_one(PHASE_EXIT, "ended its process (status 0)", "");
    CHECK(*handler_runs == 0);
    handler_runs = NULL;
    shared_close(&shared);
}

static void many_deaths(void) {
    struct test *test = open_test(4, 0, BEGIN_WELL);
    CHECK(workers_run(test->workers, PHASE_MANY_DEATHS, 90, test->table) == WORKERS_DONE);
    CHECK(test->losses == 30 && workers_failed(test->workers) == 30);
    CHECK(tasks_with(test, 90, 1) == 60);
    CHECK(strstr(test->reason, "was killed by the system"));
    close_test(test);
}

static void killed_while_idle(void) {
    struct test *test = open_test(2, 0, BEGIN_WELL);
    CHECK(workers_run(test->workers, PHASE_COUNT, 100, test->table) == WORKERS_DONE);
    kill(workers_process(test->workers, 0), SIGKILL);
    kill(workers_process(test->workers, 1), SIGKILL);
    usleep(20000);
    CHECK(workers_run(test->workers, PHASE_COUNT, 100, test->table) == WORKERS_DONE);
    CHECK(tasks_with(test, 100, 2) == 100 && test->losses == 0);
    close_test(test);
}

static void failing_is_not_losing(void) {
    struct test *test = open_test(2, 0, BEGIN_WELL);
    CHECK(workers_run(test->workers, PHASE_FAIL, 100, test->table) == WORKERS_DONE);
    CHECK(workers_failed(test->workers) == 1 && test->losses == 0);
    close_test(test);
}

static void begin_that_fails(void) {
    struct diagnostics diagnostics = {0};
    struct test *test = open_test(4, 300, BEGIN_LOOPS);
    double before = clock_wall();
    CHECK(workers_run(test->workers, PHASE_COUNT, 100, test->table) == WORKERS_FAILED);
    CHECK(clock_wall() - before < 8); /* 10 s are the deadline where none is given */
    CHECK(test->losses == 1 && test->loss.task == WORKER_BEGIN);
    CHECK_TEXT(text_of(test->plugin), "plugins/filters/top.lua");
    CHECK(test->loss.plugin_line == 3);
    CHECK(workers_run(test->workers, PHASE_COUNT, 100, test->table) == WORKERS_FAILED);
    close_test(test);

    test = open_test(4, 0, BEGIN_CRASHES);
    CHECK(workers_run(test->workers, PHASE_COUNT, 100, test->table) == WORKERS_FAILED);
    CHECK(test->losses == 1 && strstr(test->reason, "signal 6"));
    close_test(test);

    test = open_test(4, 0, BEGIN_REFUSES);
    CHECK(workers_run(test->workers, PHASE_COUNT, 100, test->table) == WORKERS_FAILED);
    CHECK(test->losses == 0);
    workers_diagnostics(test->workers, &diagnostics);
    CHECK(diagnostics.count == 1);
    close_test(test);
    diagnostics_free(&diagnostics);
}

/* Everything that the parent reads after the phase, as one text. */
static void records_of(uint32_t count, struct buffer *out) {
    struct test *test = open_test(count, 0, BEGIN_WELL);
    CHECK(workers_run(test->workers, PHASE_RECORDS, 400, test->table) == WORKERS_DONE);
    struct record_cursor cursor = {0};
    const struct record *record;
    while ((record = workers_next_record(test->workers, &cursor)))
        buffer_printf(out, "%u %u %u\n", record->task, record->kind, (unsigned)record->length);
    struct diagnostics diagnostics = {0};
    workers_diagnostics(test->workers, &diagnostics);
    CHECK(diagnostics.count == 401 && diagnostics.errors == 400);
    for (uint32_t i = 0; i < diagnostics.count; i++) {
        diagnostic_write(&diagnostics.items[i], out);
        buffer_append_byte(out, '\n');
    }
    diagnostics_free(&diagnostics);
    /* A new phase starts with none. */
    CHECK(workers_run(test->workers, PHASE_COUNT, 10, test->table) == WORKERS_DONE);
    CHECK(workers_next_record(test->workers, &cursor) == NULL);
    close_test(test);
}

static void records_in_order(void) {
    struct buffer one = {0}, eight = {0};
    records_of(1, &one);
    records_of(8, &eight);
    CHECK(text_equal(buffer_text(&one), buffer_text(&eight)));
    /* Of the lost task the diagnostic is kept, the output is not. */
    CHECK(strstr(buffer_string(&one), "\n6 2 4\n6 1 "));
    CHECK(strstr(buffer_string(&one), "\n7 1 ") && !strstr(buffer_string(&one), "\n7 2 "));
    CHECK(strstr(buffer_string(&one), "begin.lua:1: warning: said in begin; say it once\n"
                                      "a.md:1:2: error: before\na.md:2:2: error: before\n"));
    buffer_free(&one);
    buffer_free(&eight);
}

static void *interrupt_later(pid_t parent) {
    if (fork() == 0) {
        usleep(100000);
        kill(parent, SIGINT);
        _exit(0);
    }
    return NULL;
}

static void interrupted(void) {
    struct test *test = open_test(2, 0, BEGIN_WELL);
    interrupt_later(getpid());
    double before = clock_wall();
    CHECK(workers_run(test->workers, PHASE_SLOW, 1000, test->table) == WORKERS_INTERRUPTED);
    CHECK(clock_wall() - before < 12); /* the whole run takes 15 s at least */
    CHECK(workers_interrupted(test->workers));
    CHECK(workers_run(test->workers, PHASE_COUNT, 1, test->table) == WORKERS_INTERRUPTED);
    wait(NULL);
    close_test(test);
}

/* The parent, a process of its own here, is killed: nothing of it is left. */
static void parent_dies(void) {
    int ends[2];
    CHECK(pipe(ends) == 0);
    pid_t parent = fork();
    if (parent == 0) {
        close(ends[0]);
        struct test *test = open_test(4, 0, BEGIN_WELL);
        pid_t processes[4];
        for (uint32_t i = 0; i < 4; i++) processes[i] = workers_process(test->workers, i);
        if (write(ends[1], processes, sizeof processes) < 0) _exit(1);
        workers_run(test->workers, PHASE_SLOW, 1000, test->table);
        _exit(0);
    }
    close(ends[1]);
    pid_t processes[4];
    CHECK(read(ends[0], processes, sizeof processes) == sizeof processes);
    usleep(100000);
    for (int i = 0; i < 4; i++) CHECK(kill(processes[i], 0) == 0);
    kill(parent, SIGKILL);
    waitpid(parent, NULL, 0);
    int alive = 4;
    for (int wait_ms = 0; alive && wait_ms < 30000; wait_ms += 10) {
        alive = 0;
        usleep(10000);
        for (int i = 0; i < 4; i++) {
            /* A zombie that nobody reaps yet is dead. */
            char path[64], state = 'Z';
            snprintf(path, sizeof path, "/proc/%d/stat", (int)processes[i]);
            FILE *file = fopen(path, "r");
            if (!file) continue;
            if (fscanf(file, "%*d (%*[^)]) %c", &state) == 1) alive += state != 'Z';
            fclose(file);
        }
    }
    CHECK(alive == 0);
    close(ends[0]);
}

static bool descriptor_task(struct worker *worker, uint32_t phase, uint32_t index, void *context) {
    (void)phase, (void)index;
    const int *descriptors = context;
    char byte;
    return fcntl(descriptors[0], F_GETFD) >= 0 && fcntl(descriptors[1], F_GETFD) < 0 &&
           read(0, &byte, 1) == 0 && worker->index == 0;
}

static void only_wanted_descriptors(void) {
    struct shared shared;
    CHECK(shared_open(&shared, 0));
    int descriptors[2];
    CHECK(pipe(descriptors) == 0);
    struct worker_options options = {.count = 1,
                                     .keep = descriptors,
                                     .keep_count = 1,
                                     .task = descriptor_task,
                                     .context = descriptors};
    struct workers *workers = workers_start(&shared, &options);
    CHECK(workers_run(workers, 1, 1, 0) == WORKERS_DONE);
    CHECK(workers_failed(workers) == 0);
    workers_stop(workers);
    close(descriptors[0]);
    close(descriptors[1]);
    shared_close(&shared);
}

static void note_line(struct worker *worker, void *context) {
    (void)context;
    worker_at_plugin(worker, "plugins/filters/late.lua", 99);
}

static void late_is_asked_where_it_is(void) {
    struct test *test = memory_allocate_zeroed(sizeof *test);
    CHECK(shared_open(&test->shared, 0));
    struct shared_writer writer = shared_writer_of(&test->shared);
    test->table = shared_allocate(&writer, MANY * sizeof(uint32_t));
    rights = (struct rights){.memory = (uint64_t)MEMORY_MB << 20};
    struct worker_options options = {.count = 2,
                                     .deadline_ms = 600,
                                     .rights = &rights,
                                     .begin = begin,
                                     .task = task,
                                     .late = note_line,
                                     .lost = on_lost,
                                     .progress = on_progress,
                                     .context = test};
    test->workers = workers_start(&test->shared, &options);
    double before = clock_wall();
    CHECK(workers_run(test->workers, PHASE_LOOP, 20, test->table) == WORKERS_DONE);
    CHECK(clock_wall() - before >= 0.6 && clock_wall() - before < 8);
    CHECK(test->loss.plugin_line == 99);
    CHECK_TEXT(text_of(test->plugin), "plugins/filters/late.lua");
    CHECK(test->progress_calls >= 2 && test->progress_done == 20);
    close_test(test);
}

/* Not a test of speed: prints what a phase of six tasks costs, fails only when it is absurd; a
 * wake-up that is lost costs a second. */
static void short_phases_are_quick(void) {
    struct test *test = open_test(2, 0, BEGIN_WELL);
    CHECK(workers_run(test->workers, PHASE_COUNT, 6, test->table) == WORKERS_DONE);
    double before = clock_wall();
    for (int i = 0; i < 100; i++)
        CHECK(workers_run(test->workers, PHASE_COUNT, 6, test->table) == WORKERS_DONE);
    double each = (clock_wall() - before) / 100;
    CHECK(tasks_with(test, 6, 101) == 6);
    printf("# a phase of 6 tasks: %.0f us\n", each * 1e6);
    CHECK(each < 0.2);
    close_test(test);
}

int main(void) {
    if (atexit(at_exit_of_the_parent) != 0) return 1;
    RUN(every_task_once);
    RUN(workers_keep_their_state);
    RUN(endless_loop);
    RUN(endless_recursion);
    RUN(abort_in_a_library);
    if (has_sanitizer())
        unit_skip("memory_runs_out", "address sanitizer has no limit of memory");
    else
        RUN(memory_runs_out);
    RUN(leaves_by_itself);
    RUN(many_deaths);
    RUN(killed_while_idle);
    RUN(failing_is_not_losing);
    RUN(begin_that_fails);
    RUN(records_in_order);
    RUN(interrupted);
    RUN(parent_dies);
    RUN(only_wanted_descriptors);
    RUN(late_is_asked_where_it_is);
    RUN(short_phases_are_quick);
    return unit_end();
}
