#include "run/program_inside.h"
#include "run/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What every program may read or execute: the system's own. Of /etc only what holds no secrets. */
static const char *const system_folders[] = {"/usr",   "/bin", "/sbin",      "/lib",      "/lib32",
                                             "/lib64", "/opt", "/nix/store", "/gnu/store"};
static const char *const system_files[] = {
    "/etc/ld.so.cache",     "/etc/ld.so.conf",    "/etc/ld.so.conf.d",
    "/etc/passwd",          "/etc/group",         "/etc/nsswitch.conf",
    "/etc/localtime",       "/etc/alternatives",  "/etc/fonts",
    "/etc/mime.types",      "/etc/magic",         "/etc/gitconfig",
    "/etc/ssl/openssl.cnf", "/etc/ssl/certs",     "/etc/pki/tls/openssl.cnf",
    "/etc/crypto-policies", "/etc/perl",          "/etc/texmf",
    "/etc/terminfo",        "/etc/locale.alias",  "/etc/ghostscript",
    "/etc/ImageMagick-6",   "/etc/ImageMagick-7", "/dev/zero",
    "/dev/urandom",         "/dev/random",        "/proc/self",
    "/proc/cpuinfo",        "/proc/meminfo",      "/sys/devices/system/cpu"};
static const char *const writable[] = {"/dev/null"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct helper {
    const struct program_grants *grants;
    int socket, children; /* children: a signalfd */
};

/* A request as it came, checked. `words` ends with NULL and points into `bytes`. */
struct request {
    struct program_request_head head;
    const struct program_grant *grant;
    struct buffer bytes;
    char *words[PROGRAM_MOST_WORDS + 1];
    struct text input;
};

/* The helper's ends of the pipes of a running program; -1: closed. */
struct running {
    pid_t process;
    int input, output, errors;
    bool ended;
    uint64_t end; /* ns of CLOCK_MONOTONIC */
};

static uint64_t clock_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* False: the worker is gone, or does not keep to the form, which only broken ones do. */
static bool receive(struct helper *helper, struct request *request) {
    struct program_request_head *head = &request->head;
    request->grant = NULL;
    if (!program_receive(helper->socket, head, sizeof *head)) return false;
    if (!head->word_count || head->word_count > PROGRAM_MOST_WORDS ||
        head->input_length > PROGRAM_MOST_INPUT || !head->words_length ||
        head->words_length > (uint32_t)PROGRAM_MOST_WORDS * PROGRAM_MOST_WORD_BYTES)
        return false;
    size_t length = (size_t)head->words_length + head->input_length;
    request->bytes.length = 0;
    buffer_grow(&request->bytes, length);
    char *bytes = request->bytes.bytes, *end = bytes + head->words_length;
    if (!program_receive(helper->socket, bytes, length) || end[-1] != '\0') return false;
    uint32_t count = 0;
    for (char *at = bytes; at < end; at += strlen(at) + 1) {
        if (count == head->word_count) return false;
        request->words[count++] = at;
    }
    request->words[count] = NULL;
    request->input = (struct text){end, head->input_length};
    if (count != head->word_count) return false;
    if (head->grant < helper->grants->count) request->grant = &helper->grants->items[head->grant];
    return true;
}

static bool is_granted(const struct program_grant *grant, const char *name) {
    for (uint32_t i = 0; grant && i < grant->program_count; i++)
        if (strcmp(grant->programs[i], name) == 0) return true;
    return false;
}

static const char *search_path(void) {
    const char *path = getenv("PATH");
    return path && *path ? path : "/usr/local/bin:/usr/bin:/bin";
}

/* The file that a name means; false with errno when there is none. */
static bool find_program(const char *name, struct buffer *path) {
    struct stat status;
    const char *folders = strchr(name, '/') ? "" : search_path();
    int problem = ENOENT;
    for (;;) {
        size_t length = strcspn(folders, ":");
        path->length = 0;
        buffer_append(path, folders, length);
        if (length) buffer_append_byte(path, '/');
        buffer_append_string(path, name);
        /* An empty part of PATH means the current folder, where a stranger's file may lie. */
        bool looks = length || strchr(name, '/');
        if (looks && stat(buffer_string(path), &status) == 0 && S_ISREG(status.st_mode)) {
            if (access(buffer_string(path), X_OK) == 0) return true;
            problem = errno;
        }
        if (!folders[length]) break;
        folders += length + 1;
    }
    errno = problem;
    return false;
}

/* Whether the grant says what the variable of "NAME=..." is. */
static bool is_set(const struct program_grant *grant, const char *variable) {
    size_t length = strcspn(variable, "=") + 1;
    for (uint32_t i = 0; i < grant->environment_count; i++)
        if (strncmp(grant->environment[i], variable, length) == 0) return true;
    return false;
}

/* Between fork and exec. An errno is written to `failure`. */
_Noreturn static void become_program(struct helper *helper, struct request *request,
                                     const char *path, const int streams[3], int failure) {
    static const int ignored[] = {SIGINT, SIGHUP, SIGTERM, SIGPIPE, SIGXFSZ, SIGUSR1};
    const struct program_grant *grant = request->grant;
    static const char *const usual[] = {"LC_ALL=C.UTF-8", "TZ=UTC"};
    struct buffer search = {0};
    sigset_t none;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (size_t i = 0; i < COUNT(ignored); i++) signal(ignored[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int i = 0; i < 3; i++) dup2(streams[i], i);

    /* What can be read could be run by way of an interpreter anyway. */
    uint32_t execute_count = 0;
    const char **execute =
        memory_allocate((COUNT(system_folders) + 1 + grant->read_count) * sizeof *execute);
    for (size_t i = 0; i < COUNT(system_folders); i++) execute[execute_count++] = system_folders[i];
    for (uint32_t i = 0; i < grant->read_count; i++) execute[execute_count++] = grant->read[i];
    execute[execute_count++] = path;
    struct rights rights = {
        .read = system_files,
        .read_count = COUNT(system_files),
        .write = writable,
        .write_count = COUNT(writable),
        .execute = execute,
        .execute_count = execute_count,
        .memory = helper->grants->memory,
    };

    const char **environment =
        memory_allocate((grant->environment_count + COUNT(usual) + 2) * sizeof *environment);
    uint32_t count = 0;
    buffer_printf(&search, "PATH=%s", search_path());
    for (; count < grant->environment_count; count++)
        environment[count] = grant->environment[count];
    for (size_t i = 0; i < COUNT(usual); i++)
        if (!is_set(grant, usual[i])) environment[count++] = usual[i];
    if (!is_set(grant, "PATH=")) environment[count++] = buffer_string(&search);
    environment[count] = NULL;

    /* The grants' paths are as seen from here, before the folder changes. */
    sandbox_enter_program(&rights);
    if (chdir(helper->grants->folder) == 0)
        execve(path, request->words, (char *const *)(const void *)environment);
    int problem = errno;
    program_send(failure, &problem, sizeof problem);
    _exit(127);
}

static void close_end(int *file) {
    if (*file >= 0) close(*file);
    *file = -1;
}

/* 0, or the errno that kept it from running. */
static int start(struct helper *helper, struct request *request, struct running *running) {
    struct buffer path = {0};
    int pipes[4][2] = {{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}}; /* 0, 1, 2, failure */
    int problem = 0, streams[3];
    *running = (struct running){-1, -1, -1, -1, false, 0};
    if (!find_program(request->words[0], &path)) problem = errno;
    for (int i = request->input.length ? 0 : 1; !problem && i < 4; i++)
        if (pipe2(pipes[i], O_CLOEXEC) != 0) problem = errno;
    if (!problem) {
        if (pipes[0][0] < 0) pipes[0][0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        streams[0] = pipes[0][0];
        streams[1] = pipes[1][1];
        streams[2] = pipes[2][1];
        running->process = fork();
        if (running->process == 0)
            become_program(helper, request, buffer_string(&path), streams, pipes[3][1]);
        if (running->process < 0) problem = errno;
    }
    buffer_free(&path);
    for (int i = 0; i < 4; i++) close_end(&pipes[i][i == 0 ? 0 : 1]);
    if (!problem) {
        setpgid(running->process, running->process);
        if (program_receive(pipes[3][0], &problem, sizeof problem))
            waitpid(running->process, NULL, 0);
        else
            problem = 0;
    }
    close_end(&pipes[3][0]);
    running->input = pipes[0][1];
    running->output = pipes[1][0];
    running->errors = pipes[2][0];
    if (running->input >= 0) fcntl(running->input, F_SETFL, O_NONBLOCK);
    running->end = clock_now() + (uint64_t)request->head.deadline_ms * 1000000u;
    return problem;
}

/* Ends the program and all that it started; its orphans are the helper's. */
static void end_group(struct running *running, int *status) {
    siginfo_t information;
    kill(-running->process, SIGKILL);
    /* Not reaped before the signal, so that the number is still the group's. */
    waitid(P_PID, (id_t)running->process, &information, WEXITED | WNOWAIT);
    waitpid(running->process, status, 0);
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
    running->ended = true;
}

/* True once it has ended by itself; what it left running is ended too. */
static bool look_for_end(struct helper *helper, struct running *running, int *status) {
    struct signalfd_siginfo signals[8];
    siginfo_t information = {0};
    if (read(helper->children, signals, sizeof signals) < 0 && errno != EAGAIN) return false;
    if (waitid(P_PID, (id_t)running->process, &information, WEXITED | WNOWAIT | WNOHANG) != 0 ||
        information.si_pid == 0)
        return false;
    end_group(running, status);
    return true;
}

/* False: more than is taken. */
static bool take_output(int *file, struct buffer *into) {
    buffer_grow(into, 1 << 16);
    ssize_t got = read(*file, into->bytes + into->length, 1 << 16);
    if (got > 0) into->length += (size_t)got;
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) close_end(file);
    return into->length <= PROGRAM_MOST_OUTPUT;
}

static void give_input(struct running *running, struct text *input) {
    ssize_t sent = write(running->input, input->bytes, input->length);
    if (sent > 0) input->bytes += sent, input->length -= (size_t)sent;
    bool gone = sent < 0 && errno != EINTR && errno != EAGAIN;
    if (gone || !input->length) close_end(&running->input);
}

/* Goes on until the program has ended and said everything. The worker's end of the socket has
 * nothing to say meanwhile: when it does, or is gone, nobody waits for this answer. */
static void follow(struct helper *helper, struct request *request, struct running *running,
                   struct program_answer *answer) {
    int status = 0;
    answer->outcome = PROGRAM_ENDED;
    while (!running->ended || running->output >= 0 || running->errors >= 0) {
        uint64_t now = clock_now();
        if (now >= running->end) {
            answer->outcome = PROGRAM_LATE;
            break;
        }
        struct pollfd files[] = {{helper->socket, POLLIN, 0},
                                 {helper->children, POLLIN, 0},
                                 {running->output, POLLIN, 0},
                                 {running->errors, POLLIN, 0},
                                 {running->input, POLLOUT, 0}};
        poll(files, COUNT(files), (int)((running->end - now) / 1000000u) + 1);
        if (files[0].revents) {
            if (!running->ended) end_group(running, &status);
            _exit(0);
        }
        if (running->input >= 0 && files[4].revents) give_input(running, &request->input);
        if ((running->output >= 0 && files[2].revents &&
             !take_output(&running->output, &answer->output)) ||
            (running->errors >= 0 && files[3].revents &&
             !take_output(&running->errors, &answer->errors))) {
            answer->outcome = PROGRAM_TALKS;
            break;
        }
        if (!running->ended && files[1].revents) look_for_end(helper, running, &status);
    }
    bool by_itself = running->ended;
    if (!running->ended) end_group(running, &status);
    if (answer->outcome == PROGRAM_ENDED && by_itself) {
        if (WIFSIGNALED(status)) answer->outcome = PROGRAM_SIGNALLED;
        answer->status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    } else {
        answer->output.length = answer->errors.length = 0;
    }
}

static void serve(struct helper *helper, struct request *request, struct program_answer *answer) {
    struct running running;
    answer->outcome = PROGRAM_REFUSED;
    answer->status = 0;
    answer->output.length = answer->errors.length = 0;
    if (is_granted(request->grant, request->words[0])) {
        answer->status = start(helper, request, &running);
        answer->outcome = PROGRAM_MISSING;
        if (!answer->status) follow(helper, request, &running, answer);
        close_end(&running.input);
        close_end(&running.output);
        close_end(&running.errors);
    }
}

void program_helper(int socket, const struct program_grants *grants) {
    sigset_t children;
    struct request *request = memory_allocate_zeroed(sizeof *request);
    struct program_answer answer = {.outcome = PROGRAM_REFUSED};
    struct helper helper = {.grants = grants, .socket = socket};
    /* Ctrl-C reaches the whole group; the parent decides what it means. */
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigprocmask(SIG_SETMASK, &children, NULL);
    helper.children = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    fcntl(socket, F_SETFD, FD_CLOEXEC);
    while (receive(&helper, request)) {
        serve(&helper, request, &answer);
        struct program_answer_head head = {
            .outcome = answer.outcome,
            .status = answer.status,
            .output_length = (uint32_t)answer.output.length,
            .errors_length = (uint32_t)answer.errors.length,
        };
        if (!program_send(socket, &head, sizeof head) ||
            !program_send(socket, answer.output.bytes, answer.output.length) ||
            !program_send(socket, answer.errors.bytes, answer.errors.length))
            break;
    }
    _exit(0);
}
