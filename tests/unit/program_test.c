#include "clock.h"
#include "run/program.h"
#include "run/sandbox.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char top[200], granted[300], secret[300];
static uint32_t offered;
static int landlock;
static struct program_answer answer;

static void put(const char *path, const char *content) {
    FILE *file = fopen(path, "w");
    if (!file || fputs(content, file) < 0 || fclose(file) != 0) exit(1);
}

static struct program_grants *grants(void) {
    static const char *const programs[] = {"sh", "cat", "env", "yes", "sleep", "galley-no-such"};
    static const char *const environment[] = {"HOME=/here"};
    static const char *read[1];
    static struct program_grant items[2] = {{programs, 6, environment, 1, read, 1}, {0}};
    static struct program_grants all = {.items = items, .count = 2, .memory = 256u << 20};
    read[0] = granted;
    all.folder = top;
    return &all;
}

/* A helper, and the worker's end of its socket. */
static pid_t start_helper(int *socket) {
    int sockets[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) != 0) exit(1);
    fflush(stdout);
    pid_t helper = fork();
    if (helper == 0) {
        close(sockets[1]);
        program_helper(sockets[0], grants());
    }
    close(sockets[0]);
    *socket = sockets[1];
    return helper;
}

static void end_helper(pid_t helper, int socket) {
    close(socket);
    waitpid(helper, NULL, 0);
}

static void run_request(struct program_request request) {
    int socket;
    pid_t helper = start_helper(&socket);
    if (!request.deadline_ms) request.deadline_ms = 120000; /* none of them waits for it */
    program_run(socket, &request, &answer);
    end_helper(helper, socket);
}

static void run(uint32_t grant, const char *name, const char *a, const char *b) {
    const char *words[] = {name, a, b};
    run_request((struct program_request){
        .grant = grant, .words = words, .word_count = 1u + (a != NULL) + (b != NULL)});
}

static void shell(const char *script) {
    run(0, "sh", "-c", script);
}

static void what_it_says(void) {
    shell("echo out; echo err >&2; exit 3");
    CHECK(answer.outcome == PROGRAM_ENDED && answer.status == 3);
    CHECK_TEXT(buffer_text(&answer.output), "out\n");
    CHECK_TEXT(buffer_text(&answer.errors), "err\n");
    shell("test -z \"$(cat)\" && pwd");
    CHECK(answer.output.length > strlen(top) && memcmp(answer.output.bytes, top, strlen(top)) == 0);
    shell("kill -SEGV $$");
    if (landlock >= 6) CHECK(answer.outcome == PROGRAM_SIGNALLED && answer.status == SIGSEGV);
}

static void arguments_as_they_are(void) {
    const char *words[] = {"sh", "-c", "printf '<%s>' \"$@\"", "sh", "a b", "", "$(id); *", "\xff"};
    run_request((struct program_request){.words = words, .word_count = 8});
    CHECK_TEXT(buffer_text(&answer.output), "<a b><><$(id); *><\xff>");
}

static void input_of_any_size(void) {
    const char *words[] = {"cat"};
    struct buffer bytes = {0};
    for (int i = 0; i < 300000; i++) buffer_printf(&bytes, "%d\n", i);
    run_request(
        (struct program_request){.words = words, .word_count = 1, .input = buffer_text(&bytes)});
    CHECK(answer.outcome == PROGRAM_ENDED && answer.output.length == bytes.length &&
          memcmp(answer.output.bytes, bytes.bytes, bytes.length) == 0);
    words[0] = "sh"; /* one that does not read its input, nor waits */
    const char *deaf[] = {"sh", "-c", "exit 0"};
    run_request(
        (struct program_request){.words = deaf, .word_count = 3, .input = buffer_text(&bytes)});
    CHECK(answer.outcome == PROGRAM_ENDED && answer.status == 0);
    buffer_free(&bytes);
}

static void little_environment(void) {
    char wanted[4096];
    snprintf(wanted, sizeof wanted, "HOME=/here\nLC_ALL=C.UTF-8\nTZ=UTC\nPATH=%s\n",
             getenv("PATH"));
    setenv("GALLEY_TEST_SECRET", "x", 1);
    run(0, "env", NULL, NULL);
    CHECK_TEXT(buffer_text(&answer.output), wanted);
}

static void only_what_was_granted(void) {
    run(0, "ls", NULL, NULL);
    CHECK(answer.outcome == PROGRAM_REFUSED);
    run(0, "/bin/sh", NULL, NULL);
    CHECK(answer.outcome == PROGRAM_REFUSED);
    run(1, "sh", "-c", "echo"); /* another plugin's */
    CHECK(answer.outcome == PROGRAM_REFUSED);
    run(2, "sh", "-c", "echo");
    CHECK(answer.outcome == PROGRAM_REFUSED);
    run(0, "galley-no-such", NULL, NULL);
    CHECK(answer.outcome == PROGRAM_MISSING && answer.status == ENOENT);
}

static void takes_too_long(void) {
    const char *words[] = {"sleep", "60"};
    double start = clock_wall();
    run_request((struct program_request){.words = words, .word_count = 2, .deadline_ms = 200});
    CHECK(answer.outcome == PROGRAM_LATE && !answer.output.length);
    CHECK(clock_wall() - start < 50);
}

static void says_too_much(void) {
    run(0, "yes", NULL, NULL);
    CHECK(answer.outcome == PROGRAM_TALKS && !answer.output.length);
}

static bool is_gone(pid_t process) {
    for (int i = 0; i < 3000; i++) {
        if (kill(process, 0) != 0) return true;
        waitpid(process, NULL, WNOHANG); /* it may have become this process's child */
        usleep(10000);
    }
    return false;
}

/* What the helper has left came here, as the nearest who takes orphans; it may only be dead. */
static bool no_child_lives(void) {
    for (int i = 0; i < 3000; i++) {
        pid_t child = waitpid(-1, NULL, WNOHANG);
        if (child < 0) return true;
        if (child == 0) usleep(10000);
    }
    return false;
}

/* Waits until the program is there. */
static bool has_child(pid_t helper) {
    char path[64], list[32];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)helper, (int)helper);
    for (int i = 0; i < 3000; i++) {
        FILE *file = fopen(path, "r");
        if (!file) break; /* a kernel that does not say: as long as it usually takes, thrice */
        bool has = fgets(list, sizeof list, file) != NULL;
        fclose(file);
        if (has) return true;
        usleep(10000);
    }
    usleep(300000);
    return access(path, F_OK) != 0;
}

static void nothing_is_left_running(void) {
    double start = clock_wall();
    shell("sleep 600 & echo $!");
    CHECK(answer.outcome == PROGRAM_ENDED);
    CHECK(answer.output.length && is_gone((pid_t)atoi(buffer_string(&answer.output))));

    /* The worker goes away in the middle. */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    int socket;
    pid_t helper = start_helper(&socket), asker = fork();
    if (asker == 0) {
        const char *words[] = {"sh", "-c", "echo $$ >&2; sleep 600"};
        program_run(socket, &(struct program_request){0, 600000, words, 3, {NULL, 0}}, &answer);
        _exit(0);
    }
    CHECK(has_child(helper));
    kill(asker, SIGKILL);
    waitpid(asker, NULL, 0);
    close(socket);
    CHECK(waitpid(helper, NULL, 0) == helper && clock_wall() - start < 300);
    CHECK(no_child_lives());
}

static void broken_requests(void) {
    static const uint32_t bad[][5] = {
        {0, 100, 0, 3, 0},          {0, 100, 1, 0, 0},          {0, 100, 2, 3, 0},
        {0, 100, 1, UINT32_MAX, 0}, {0, 100, 1, 3, UINT32_MAX}, {0, 100, UINT32_MAX, 16, 0},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int socket, status;
        pid_t helper = start_helper(&socket);
        CHECK(write(socket, bad[i], sizeof *bad) == sizeof *bad && write(socket, "sh", 3) == 3);
        shutdown(socket, SHUT_WR);
        CHECK(waitpid(helper, &status, 0) == helper && WIFEXITED(status));
        CHECK(read(socket, &status, sizeof status) <= 0);
        close(socket);
    }
}

/* What the shell could do if nothing bound it; each line must fail. */
static void is_bound(const char *script, const char *said) {
    shell(script);
    if (answer.outcome != PROGRAM_ENDED || answer.status == 0) {
        printf("# not refused: %s: %s\n", script, buffer_string(&answer.output));
        unit_failed++;
    } else if (!strstr(buffer_string(&answer.errors), said)) {
        printf("# %s: %s\n", script, buffer_string(&answer.errors));
        unit_failed++;
    }
}

static void files_elsewhere(void) {
    shell("cat granted/a.txt");
    CHECK_TEXT(buffer_text(&answer.output), "granted");
    is_bound("cat secret.txt", "denied");
    is_bound("cat granted/link", "denied");
    is_bound("ls .", "denied");
    is_bound("cat /etc/shadow", "denied");
    is_bound("cat /proc/$PPID/environ", "denied");
    is_bound("echo x >granted/new", "denied");
    is_bound("echo x >secret.txt", "denied");
    is_bound("echo x >new.txt", "denied");
    is_bound("mkdir new", "denied");
    is_bound("rm secret.txt", "denied");
    is_bound("mv secret.txt other.txt", "denied");
    is_bound("cp /bin/true granted/true", "denied");
    shell("echo x >/dev/null");
    CHECK(answer.status == 0);
}

static void calls_it_must_not_make(void) {
    struct stat before, after;
    CHECK(stat(secret, &before) == 0);
    is_bound("chmod 777 secret.txt", "not permitted");
    is_bound("touch -d 2001-01-01 granted/a.txt", "denied");
    is_bound("setsid sleep 0", "not permitted");
    is_bound("exec bash -c 'echo >/dev/tcp/127.0.0.1/9'", "not permitted");
    is_bound("unshare -U true", "not permitted");
    is_bound("kill -0 $PPID", "not permitted");
    CHECK(stat(secret, &after) == 0 && before.st_mode == after.st_mode);
}

static void memory_has_an_end(void) {
    shell("x=0123456789abcdef; while :; do x=$x$x; done");
    CHECK(answer.outcome == PROGRAM_ENDED || answer.outcome == PROGRAM_SIGNALLED);
    CHECK(answer.outcome == PROGRAM_SIGNALLED || answer.status != 0);
}

#define RUN_WITH(test, layers)                                                                     \
    do {                                                                                           \
        if ((offered & (layers)) != (layers))                                                      \
            unit_skip(#test, "this system has no such layer");                                     \
        else                                                                                       \
            RUN(test);                                                                             \
    } while (0)

int main(void) {
    const char *temporary = getenv("TMPDIR");
    char path[400];
    signal(SIGPIPE, SIG_IGN);
    snprintf(top, sizeof top, "%s/galley-program-XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp(top)) return 1;
    snprintf(granted, sizeof granted, "%s/granted", top);
    snprintf(secret, sizeof secret, "%s/secret.txt", top);
    mkdir(granted, 0777);
    put(secret, "secret");
    snprintf(path, sizeof path, "%s/a.txt", granted);
    put(path, "granted");
    snprintf(path, sizeof path, "%s/link", granted);
    if (symlink(secret, path) != 0) return 1;

    offered = sandbox_offered(&landlock);
    RUN(what_it_says);
    RUN(arguments_as_they_are);
    RUN(input_of_any_size);
    RUN(little_environment);
    RUN(only_what_was_granted);
    RUN(takes_too_long);
    RUN(says_too_much);
    RUN(nothing_is_left_running);
    RUN(broken_requests);
    RUN_WITH(files_elsewhere, SANDBOX_LANDLOCK);
    RUN_WITH(calls_it_must_not_make, SANDBOX_SECCOMP | SANDBOX_LANDLOCK);
    RUN_WITH(memory_has_an_end, SANDBOX_MEMORY);
    buffer_free(&answer.output);
    buffer_free(&answer.errors);

    char command[400];
    snprintf(command, sizeof command, "rm -rf '%s'", top);
    return system(command) != 0 || unit_end();
}
