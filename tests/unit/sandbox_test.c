#include "run/sandbox.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char top[200], site[300], stage[300], other[300];
static uint32_t offered;

static const char *join(const char *folder, const char *name) {
    static char paths[4][600];
    static int turn;
    char *path = paths[turn = (turn + 1) % 4];
    snprintf(path, 600, "%s/%s", folder, name);
    return path;
}

static void put(const char *path) {
    FILE *file = fopen(path, "w");
    if (!file) exit(1);
    fputs("content", file);
    fclose(file);
}

/* Runs `test` in a process that has entered; its status. Tests end with 0 when all is as it must
 * be, else with the line. */
static int inside(int (*test)(void)) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        const char *read[] = {site, "/nowhere/at/all"}, *write[] = {stage};
        struct rights rights = {.read = read,
                                .read_count = 2,
                                .write = write,
                                .write_count = 1,
                                .memory = UINT64_C(64) << 20,
                                .file_bytes = 1 << 20};
        signal(SIGXFSZ, SIG_IGN);
        uint32_t layers = sandbox_enter(&rights);
        if (layers != offered) _exit(255);
        _exit(test());
    }
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

#define WANT(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) return __LINE__ % 250 + 1;                                               \
    } while (0)
#define DENIED(call) WANT((call) == -1 && (errno == EPERM || errno == EACCES))

/* `layer` is what makes the promise; without it the test is skipped. */
#define RUN_INSIDE(test, layer)                                                                    \
    do {                                                                                           \
        if (!(offered & (layer))) {                                                                \
            unit_skip(#test, "this system has no such layer");                                     \
            break;                                                                                 \
        }                                                                                          \
        int ended = inside(test);                                                                  \
        unit_failed = 0;                                                                           \
        if (ended) printf("# " #test " ended with %d (line, modulo 250, plus 1)\n", ended);        \
        CHECK(ended == 0);                                                                         \
        unit_report(#test);                                                                        \
    } while (0)

static int work_goes_on(void) {
    char bytes[8];
    int file = open(join(site, "a.md"), O_RDONLY);
    WANT(file >= 0 && read(file, bytes, 7) == 7 && close(file) == 0);
    WANT(mkdir(join(stage, "news"), 0777) == 0);
    int folder = open(stage, O_RDONLY | O_DIRECTORY);
    WANT(folder >= 0 && mkdirat(folder, "news/deep", 0777) == 0);
    file = openat(folder, "news/deep/x.html", O_WRONLY | O_CREAT | O_EXCL, 0666);
    WANT(file >= 0 && write(file, "x", 1) == 1 && close(file) == 0);
    file = openat(folder, "news/deep/x.html", O_RDONLY);
    WANT(file >= 0 && read(file, bytes, 7) == 1);
    char *memory = malloc(8 << 20);
    WANT(memory != NULL);
    memset(memory, 1, 8 << 20);
    memory = realloc(memory, 16 << 20);
    WANT(memory != NULL);
    free(memory);
    struct timespec now, little = {0, 1000};
    WANT(clock_gettime(CLOCK_MONOTONIC, &now) == 0 && nanosleep(&little, NULL) == 0);
    WANT(time(NULL) > 0 && fprintf(stderr, "%s", "") == 0);
    return 0;
}

static int reading_elsewhere(void) {
    DENIED(open("/etc/passwd", O_RDONLY));
    DENIED(open(join(other, "secret"), O_RDONLY));
    DENIED(open(join(site, "../other/secret"), O_RDONLY));
    DENIED(open(join(site, "link"), O_RDONLY)); /* a symbolic link to other/secret */
    DENIED(open(other, O_RDONLY | O_DIRECTORY));
    DENIED(open("/", O_RDONLY | O_DIRECTORY));
    DENIED(open("/proc/self/environ", O_RDONLY));
    DENIED(open("/dev/tty", O_RDWR));
    return 0;
}

static int writing_elsewhere(void) {
    DENIED(open(join(other, "new"), O_WRONLY | O_CREAT, 0666));
    DENIED(open(join(other, "secret"), O_WRONLY));
    DENIED(open(join(site, "a.md"), O_WRONLY));
    DENIED(open(join(site, "new.md"), O_WRONLY | O_CREAT, 0666));
    DENIED(mkdir(join(site, "new"), 0777));
    DENIED(open("/tmp/galley-sandbox-test", O_WRONLY | O_CREAT, 0666));
    return 0;
}

static int changing_files(void) {
    DENIED(open(join(stage, "published"), O_WRONLY | O_TRUNC));
    DENIED(truncate(join(site, "a.md"), 0));
    DENIED(unlink(join(site, "a.md")));
    DENIED(rename(join(stage, "published"), join(stage, "other")));
    DENIED(symlink("/etc", join(stage, "etc")));
    DENIED(link(join(site, "a.md"), join(stage, "hard")));
    DENIED(chmod(join(stage, "published"), 0777));
    DENIED(chown(join(stage, "published"), 1, 1));
    DENIED(chdir("/"));
    DENIED(chroot(site));
    DENIED(mknod(join(stage, "fifo"), S_IFIFO | 0666, 0));
    return 0;
}

static int the_network(void) {
    DENIED(socket(AF_INET, SOCK_STREAM, 0));
    DENIED(socket(AF_INET6, SOCK_DGRAM, 0));
    DENIED(socket(AF_UNIX, SOCK_STREAM, 0));
    int pair[2];
    DENIED(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    return 0;
}

static int other_programs(void) {
    char *arguments[] = {"true", NULL};
    DENIED(execv("/bin/true", arguments));
    DENIED(fork());
    DENIED(vfork());
    FILE *pipe = popen("true", "r");
    WANT(pipe == NULL);
    DENIED(syscall(SYS_memfd_create, "x", 0));
    DENIED(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
               ? -1
               : 0);
    return 0;
}

static int other_processes(void) {
    DENIED(kill(getppid(), 0));
    DENIED(kill(getppid(), SIGTERM));
    DENIED(kill(-1, SIGTERM));
    DENIED((int)syscall(SYS_tgkill, getppid(), getppid(), SIGTERM));
    DENIED(ptrace(PTRACE_ATTACH, getppid(), 0, 0));
    DENIED(setpriority(PRIO_PROCESS, 0, 5));
    return 0;
}

static int raising_limits(void) {
    struct rlimit limit = {1000, 1000};
    DENIED(setrlimit(RLIMIT_CORE, &limit));
    DENIED(setrlimit(RLIMIT_DATA, &limit));
    return 0;
}

static int aborts(void) {
    abort();
}

static int memory_has_an_end(void) {
    size_t had = 0;
    while (malloc(1 << 20)) had++;
    WANT(had >= 50 && had <= 64);
    return 0;
}

static int files_have_an_end(void) {
    int file = open(join(stage, "large"), O_WRONLY | O_CREAT, 0666);
    static char bytes[1 << 20];
    WANT(write(file, bytes, sizeof bytes) == sizeof bytes);
    WANT(write(file, bytes, 1) == -1 && errno == EFBIG);
    return 0;
}

static void without_the_sandbox(void) {
    /* What the tests above rely on: outside, all this works. */
    int file = open(join(other, "secret"), O_RDONLY);
    CHECK(file >= 0);
    close(file);
    file = open("/etc/passwd", O_RDONLY);
    CHECK(file >= 0);
    close(file);
    CHECK(kill(getppid(), 0) == 0 || errno == EPERM);
    file = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(file >= 0);
    close(file);
}

static void describes_itself(void) {
    struct buffer out = {0};
    sandbox_describe(&out);
    CHECK(strstr(buffer_string(&out), "files: ") && strstr(buffer_string(&out), "system calls: "));
    CHECK(strstr(buffer_string(&out), "limits: "));
    buffer_free(&out);
}

int main(void) {
    const char *temporary = getenv("TMPDIR");
    snprintf(top, sizeof top, "%s/galley-sandbox-XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp(top)) return 1;
    snprintf(site, sizeof site, "%s/site", top);
    snprintf(stage, sizeof stage, "%s/stage", top);
    snprintf(other, sizeof other, "%s/other", top);
    mkdir(site, 0777);
    mkdir(stage, 0777);
    mkdir(other, 0777);
    put(join(site, "a.md"));
    put(join(other, "secret"));
    put(join(stage, "published"));
    if (symlink(join(other, "secret"), join(site, "link")) != 0) return 1;

    offered = sandbox_offered(NULL);
    RUN(without_the_sandbox);
    RUN(describes_itself);
    RUN_INSIDE(work_goes_on, ~0u);
    RUN_INSIDE(reading_elsewhere, SANDBOX_LANDLOCK);
    RUN_INSIDE(writing_elsewhere, SANDBOX_LANDLOCK);
    RUN_INSIDE(changing_files, SANDBOX_SECCOMP);
    RUN_INSIDE(the_network, SANDBOX_SECCOMP);
    RUN_INSIDE(other_programs, SANDBOX_SECCOMP);
    RUN_INSIDE(other_processes, SANDBOX_SECCOMP);
    RUN_INSIDE(raising_limits, SANDBOX_SECCOMP);
    RUN_INSIDE(memory_has_an_end, SANDBOX_MEMORY);
    RUN_INSIDE(files_have_an_end, SANDBOX_LIMITS);
    unit_failed = 0;
    CHECK(inside(aborts) == 1000 + SIGABRT);
    unit_report("aborts");

    char command[400];
    snprintf(command, sizeof command, "rm -rf '%s'", top);
    return system(command) != 0 || unit_end();
}
