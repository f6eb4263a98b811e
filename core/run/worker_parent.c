#include "run/descriptors.h"
#include "run/worker_slot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    DEFAULT_DEADLINE_MS = 10000,
    LATE_NS = 100 * 1000 * 1000,     /* between `late` and the kill, of processor time */
    LATEST_NS = 2000 * 1000 * 1000,  /* and at most, on a machine that gives it none */
    LOOK_NS = 1000 * 1000,           /* the least between two looks at it */
    PROGRESS_NS = 100 * 1000 * 1000, /* between two calls of `progress` */
    MEANWHILE_NS = 3 * 1000 * 1000,  /* and of `meanwhile` */
    LONGEST_SLEEP_NS = 1000 * 1000 * 1000,
    STOPPED_NS = 500 * 1000 * 1000, /* oversleeping by this: the whole program was stopped */
    MOST_WORKERS = 1024,
    MOST_IDLE_DEATHS = 16,
    LARGEST_CHUNK = 32,
};

struct process {
    pid_t pid;    /* 0: none */
    pid_t helper; /* which ends with the worker; 0: none */
    uint32_t incarnation;
    bool condemned;
    uint64_t warned; /* the `started` of the task that `late` was sent for */
    uint64_t warned_at, used_then;
};

struct workers {
    struct shared *shared;
    struct worker_options options;
    struct worker_control *control;
    struct worker_slot *slots;
    struct process *processes;
    uint32_t count;
    int done, signals; /* an eventfd, a signalfd */
    sigset_t mask_before, held;
    int signal;          /* that interrupted */
    uint32_t lost, late; /* in this run */
    uint32_t idle_deaths;
    uint64_t resumed; /* tasks that began before count from here */
    bool broken;
};

/* Closes all but 0, 1, 2, `done`, `programs` (-1: none) and `keep`. */
static void close_others(const struct workers *workers, int programs) {
    uint32_t count = workers->options.keep_count;
    int *kept = memory_allocate((count + 2) * sizeof *kept);
    if (count) memcpy(kept, workers->options.keep, count * sizeof *kept);
    kept[count] = workers->done;
    kept[count + 1] = programs;
    descriptors_close_others(kept, count + 2);
    memory_free(kept);
}

static void empty_stream(int stream, int flags) {
    int empty = open("/dev/null", flags | O_CLOEXEC);
    if (empty < 0) {
        close(stream);
    } else if (empty != stream) {
        dup2(empty, stream);
        close(empty);
    }
}

_Noreturn static void become_helper(struct workers *workers, int socket) {
    descriptors_close_others(&socket, 1);
    empty_stream(STDIN_FILENO, O_RDONLY);
    empty_stream(STDOUT_FILENO, O_WRONLY);
    empty_stream(STDERR_FILENO, O_WRONLY);
    program_helper(socket, workers->options.programs);
}

_Noreturn static void become_worker(struct workers *workers, uint32_t index, pid_t parent,
                                    int programs) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
    /* Ctrl-C reaches the whole group; the parent decides what it means. */
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    sigprocmask(SIG_SETMASK, &workers->mask_before, NULL);
    close_others(workers, programs);
    empty_stream(STDIN_FILENO, O_RDONLY);
    struct worker worker = {
        .index = index,
        .incarnation = workers->processes[index].incarnation,
        .writer = shared_writer_of(workers->shared),
        .slot = &workers->slots[index],
        .control = workers->control,
        .programs = programs,
    };
    worker_main(&worker, &workers->options, workers->done);
}

/* They end by themselves when the worker's end of the socket is gone. */
static void end_helper(struct process *process) {
    while (process->helper && waitpid(process->helper, NULL, 0) < 0 && errno == EINTR) {
    }
    process->helper = 0;
}

static bool start_helper(struct workers *workers, struct process *process, int sockets[2]) {
    end_helper(process); /* of the worker before */
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) return false;
    pid_t pid = fork();
    if (pid == 0) become_helper(workers, sockets[0]);
    if (pid > 0) process->helper = pid;
    return pid > 0;
}

static bool start_process(struct workers *workers, uint32_t index) {
    struct worker_slot *slot = &workers->slots[index];
    struct process *process = &workers->processes[index];
    slot->plugin[0] = slot->note[0] = '\0';
    atomic_store(&slot->plugin_line, 0);
    atomic_store(&slot->task, WORKER_BEGIN);
    atomic_store(&slot->started, worker_clock());
    process->condemned = false;
    process->warned = 0;
    pid_t parent = getpid();
    int sockets[2] = {-1, -1}; /* the helper's, the worker's */
    if (workers->options.programs && !start_helper(workers, process, sockets)) return false;
    pid_t pid = fork();
    if (pid == 0) become_worker(workers, index, parent, sockets[1]);
    for (int i = 0; i < 2; i++)
        if (sockets[i] >= 0) close(sockets[i]);
    if (pid < 0) return false;
    process->pid = pid;
    return true;
}

static void end_processes(struct workers *workers) {
    for (uint32_t i = 0; i < workers->count; i++)
        if (workers->processes[i].pid) kill(workers->processes[i].pid, SIGKILL);
    for (uint32_t i = 0; i < workers->count; i++) {
        struct process *process = &workers->processes[i];
        while (process->pid && waitpid(process->pid, NULL, 0) < 0 && errno == EINTR) {
        }
        process->pid = 0;
        end_helper(process);
    }
    workers->broken = true;
}

static void hold_signals(struct workers *workers) {
    static const int interrupting[] = {SIGINT, SIGTERM, SIGHUP};
    sigemptyset(&workers->held);
    sigaddset(&workers->held, SIGCHLD);
    for (size_t i = 0; i < sizeof interrupting / sizeof *interrupting; i++) {
        struct sigaction action;
        if (sigaction(interrupting[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(&workers->held, interrupting[i]);
    }
    /* Ignored, the kernel would take dead children away without a word. */
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_BLOCK, &workers->held, &workers->mask_before);
}

struct workers *workers_start(struct shared *shared, const struct worker_options *options) {
    struct workers *workers = memory_allocate_zeroed(sizeof *workers);
    workers->shared = shared;
    workers->options = *options;
    if (!workers->options.deadline_ms) workers->options.deadline_ms = DEFAULT_DEADLINE_MS;
    long count = options->count ? (long)options->count : sysconf(_SC_NPROCESSORS_ONLN);
    if (count < 1) count = 1;
    if (count > MOST_WORKERS) count = MOST_WORKERS;

    /* Zeroed, as all of the arena is; aligned by hand to what the slots ask for. */
    struct shared_writer writer = shared_writer_of(shared);
    size_t size = sizeof(struct worker_control) + (size_t)count * sizeof(struct worker_slot);
    char *memory = shared_at(shared, shared_allocate(&writer, size + 64));
    memory += (64 - (uintptr_t)memory % 64) % 64;
    workers->control = (struct worker_control *)(void *)memory;
    workers->slots = (struct worker_slot *)(void *)(memory + sizeof(struct worker_control));
    workers->processes = memory_allocate_zeroed((size_t)count * sizeof *workers->processes);

    hold_signals(workers);
    workers->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    workers->signals = signalfd(-1, &workers->held, SFD_CLOEXEC | SFD_NONBLOCK);
    if (workers->done >= 0 && workers->signals >= 0)
        while (workers->count < (uint32_t)count && start_process(workers, workers->count))
            workers->count++;
    if (!workers->count) {
        int saved = errno;
        workers_stop(workers);
        errno = saved;
        return NULL;
    }
    return workers;
}

void workers_stop(struct workers *workers) {
    if (!workers) return;
    end_processes(workers);
    if (workers->done >= 0) close(workers->done);
    if (workers->signals >= 0) close(workers->signals);
    sigprocmask(SIG_SETMASK, &workers->mask_before, NULL);
    memory_free(workers->processes);
    memory_free(workers);
}

static const char *describe_end(const struct workers *workers, uint32_t index, int status,
                                char *text, size_t size) {
    static const struct {
        int number;
        const char *name;
    } names[] = {
        {SIGSEGV, "segmentation fault; endless recursion often ends so"},
        {SIGABRT, "abort; libraries end so when memory runs out"},
        {SIGBUS, "bus error; the machine may be out of memory"},
        {SIGFPE, "arithmetic error"},
        {SIGILL, "illegal instruction"},
        {SIGTRAP, "trap"},
    };
    const struct worker_slot *slot = &workers->slots[index];
    if (workers->processes[index].condemned) {
        uint32_t deadline = workers->options.deadline_ms;
        if (deadline % 1000 == 0)
            snprintf(text, size, "took longer than %u s", deadline / 1000);
        else
            snprintf(text, size, "took longer than %u ms", deadline);
    } else if (WIFEXITED(status) && slot->note[0]) {
        snprintf(text, size, "%.*s", WORKER_NOTE_BYTES, slot->note);
    } else if (WIFEXITED(status) && WEXITSTATUS(status) == WORKER_STATUS_BEGIN) {
        snprintf(text, size, "could not be set up");
    } else if (WIFEXITED(status)) {
        snprintf(text, size, "ended its process (status %d)", WEXITSTATUS(status));
    } else if (WTERMSIG(status) == SIGKILL) {
        snprintf(text, size, "was killed by the system (signal 9); it may be out of memory");
    } else {
        const char *name = NULL;
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (names[i].number == WTERMSIG(status)) name = names[i].name;
        snprintf(text, size, name ? "crashed (signal %d: %s)" : "crashed (signal %d)",
                 WTERMSIG(status), name);
    }
    return text;
}

/* False: the run cannot go on. */
static bool after_death(struct workers *workers, uint32_t index, int status) {
    struct worker_slot *slot = &workers->slots[index];
    struct process *process = &workers->processes[index];
    uint32_t task = atomic_load(&slot->task);
    char reason[WORKER_NOTE_BYTES + 64];
    process->pid = 0;
    if (task == WORKER_IDLE) {
        if (++workers->idle_deaths > MOST_IDLE_DEATHS) return false;
    } else {
        struct worker_loss loss = {
            .phase = workers->control->phase,
            .task = task,
            .reason = describe_end(workers, index, status, reason, sizeof reason),
            .plugin = slot->plugin,
            .plugin_line = atomic_load(&slot->plugin_line),
        };
        slot->plugin[sizeof slot->plugin - 1] = '\0';
        bool refused = task == WORKER_BEGIN && WIFEXITED(status) && !process->condemned &&
                       WEXITSTATUS(status) == WORKER_STATUS_BEGIN;
        if (!refused && workers->options.lost)
            workers->options.lost(&loss, workers->options.context);
        if (task == WORKER_BEGIN) {
            end_processes(workers);
            /* What the others said in begin would only say it again. */
            for (uint32_t i = 0; i < workers->count; i++)
                if (i != index)
                    records_drop(workers->shared, atomic_load(&workers->slots[i].first_record),
                                 WORKER_BEGIN, true);
            return false;
        }
        workers->lost++;
        workers->late += process->condemned;
        if (workers->options.most_late && workers->late >= workers->options.most_late) return false;
        records_drop(workers->shared, atomic_load(&slot->first_record), task, false);
    }
    process->incarnation++;
    return start_process(workers, index);
}

static bool reap(struct workers *workers) {
    for (uint32_t i = 0; i < workers->count; i++) {
        int status;
        pid_t pid = workers->processes[i].pid;
        if (pid && waitpid(pid, &status, WNOHANG) == pid && !after_death(workers, i, status))
            return false;
    }
    return true;
}

/* Reads what is pending; true when a child may have died. */
static bool read_signals(struct workers *workers) {
    struct signalfd_siginfo information;
    bool child = false;
    while (read(workers->signals, &information, sizeof information) == sizeof information) {
        if (information.ssi_signo == SIGCHLD)
            child = true;
        else if (!workers->signal)
            workers->signal = (int)information.ssi_signo;
    }
    return child;
}

bool workers_interrupted(struct workers *workers) {
    /* A child's end must not be forgotten: workers_run looks for the dead when it starts. */
    read_signals(workers);
    return workers->signal != 0;
}

/* The processor time of a process, in ns; where it cannot be known, the time of day does. */
static uint64_t time_used(pid_t pid) {
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return worker_clock();
    return (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
}

/* When a late worker is to be killed; `now` or before: now. Where the machine is busy with other
 * things, it has not had the time to say where it is. */
static uint64_t end_of_grace(struct workers *workers, struct process *process, uint64_t since,
                             uint64_t now) {
    if (!workers->options.late) return now;
    if (process->warned != since) {
        process->warned = since;
        process->warned_at = now;
        process->used_then = time_used(process->pid);
        kill(process->pid, SIGUSR1);
    }
    uint64_t used = time_used(process->pid) - process->used_then;
    uint64_t end = process->warned_at + LATEST_NS;
    uint64_t left = used < LATE_NS ? LATE_NS - used + LOOK_NS : 0;
    return now + left < end ? now + left : end;
}

/* Warns and kills those that are late; returns when to look again. */
static uint64_t keep_deadlines(struct workers *workers, uint64_t now) {
    uint64_t deadline = (uint64_t)workers->options.deadline_ms * 1000000u;
    uint64_t next = now + LONGEST_SLEEP_NS;
    for (uint32_t i = 0; i < workers->count; i++) {
        struct process *process = &workers->processes[i];
        _Atomic uint64_t *started = &workers->slots[i].started;
        uint64_t since = atomic_load(started);
        if (!process->pid || process->condemned || since == 0) continue;
        uint64_t look = (since > workers->resumed ? since : workers->resumed) + deadline;
        if (now >= look) look = end_of_grace(workers, process, since, now);
        if (now >= look) {
            if (atomic_compare_exchange_strong(started, &since, SLOT_CONDEMNED)) {
                process->condemned = true;
                kill(process->pid, SIGKILL);
            }
            continue;
        }
        if (look < next) next = look;
    }
    return next;
}

static uint32_t sum_done(const struct workers *workers) {
    uint32_t done = workers->lost;
    for (uint32_t i = 0; i < workers->count; i++)
        done += atomic_load_explicit(&workers->slots[i].done, memory_order_relaxed);
    return done;
}

static bool all_finished(const struct workers *workers, uint32_t generation) {
    for (uint32_t i = 0; i < workers->count; i++)
        if (atomic_load_explicit(&workers->slots[i].finished, memory_order_acquire) != generation)
            return false;
    return true;
}

static void sleep_until(struct workers *workers, uint64_t wake) {
    struct pollfd files[] = {{workers->done, POLLIN, 0}, {workers->signals, POLLIN, 0}};
    uint64_t now = worker_clock(), wait = wake > now ? wake - now : 0;
    struct timespec timeout = {(time_t)(wait / 1000000000u), (long)(wait % 1000000000u)};
    ppoll(files, 2, &timeout, NULL);
    uint64_t count;
    /* The bell counts nothing: the slots say what is done, so a ring that cannot be read costs
     * only another look at them. */
    if (files[0].revents && read(workers->done, &count, sizeof count) < 0) count = 0;
    now = worker_clock();
    if (now > wake + STOPPED_NS) workers->resumed = now;
}

static void begin_run(struct workers *workers, uint32_t phase, uint32_t count, uint64_t argument) {
    struct worker_control *control = workers->control;
    uint32_t generation = atomic_load(&control->generation);
    workers->lost = workers->late = workers->idle_deaths = 0;
    for (uint32_t i = 0; i < workers->count; i++) {
        struct worker_slot *slot = &workers->slots[i];
        atomic_store(&slot->done, 0);
        atomic_store(&slot->failed, 0);
        /* What was said in begin is read after the first run. */
        if (generation == 0) continue;
        atomic_store(&slot->first_record, 0);
        atomic_store(&slot->last_record, 0);
    }
    uint32_t chunk = count / (workers->count * 16);
    control->phase = phase;
    control->count = count;
    control->chunk = chunk < 1 ? 1 : chunk > LARGEST_CHUNK ? LARGEST_CHUNK : chunk;
    control->argument = argument;
    atomic_store(&control->next, 0);
    atomic_store_explicit(&control->generation, generation + 1, memory_order_release);
    syscall(SYS_futex, &control->generation, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

enum workers_result workers_run(struct workers *workers, uint32_t phase, uint32_t count,
                                uint64_t argument) {
    if (workers->signal) return WORKERS_INTERRUPTED;
    if (workers->broken) return WORKERS_FAILED;
    begin_run(workers, phase, count, argument);
    uint32_t generation = atomic_load(&workers->control->generation);
    uint64_t report = worker_clock() + PROGRESS_NS;
    bool child = true, going = true, busy = workers->options.meanwhile != NULL;
    while (going && !workers->signal && !workers->broken) {
        if (child && !reap(workers)) going = false;
        if (!going || all_finished(workers, generation)) break;
        uint64_t now = worker_clock(), wake = keep_deadlines(workers, now);
        if (workers->options.progress) {
            if (now >= report) {
                workers->options.progress(sum_done(workers), count, workers->options.context);
                report = now + PROGRESS_NS;
            }
            if (report < wake) wake = report;
        }
        busy = busy && workers->options.meanwhile(workers->options.context);
        if (busy && now + MEANWHILE_NS < wake) wake = now + MEANWHILE_NS;
        sleep_until(workers, wake);
        child = read_signals(workers);
    }
    if (workers->signal || workers->broken || !going) {
        end_processes(workers);
        return workers->signal ? WORKERS_INTERRUPTED : WORKERS_FAILED;
    }
    /* Never silently less than everything, whatever happened to whom. */
    if (sum_done(workers) < count) {
        end_processes(workers);
        return WORKERS_FAILED;
    }
    if (workers->options.progress)
        workers->options.progress(count, count, workers->options.context);
    return WORKERS_DONE;
}

bool workers_all_late(const struct workers *workers) {
    return workers->options.most_late && workers->late >= workers->options.most_late;
}

uint32_t workers_failed(const struct workers *workers) {
    uint32_t failed = workers->lost;
    for (uint32_t i = 0; i < workers->count; i++) failed += atomic_load(&workers->slots[i].failed);
    return failed;
}

uint32_t workers_count(const struct workers *workers) {
    return workers->count;
}

struct worker_slot *workers_slot(const struct workers *workers, uint32_t index) {
    return &workers->slots[index];
}

struct shared *workers_shared(const struct workers *workers) {
    return workers->shared;
}

pid_t workers_process(const struct workers *workers, uint32_t index) {
    return workers->processes[index].pid;
}
