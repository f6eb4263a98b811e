#include "run/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_SHADOW_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_SHADOW_MEMORY 1
#endif
#endif

/* --- Landlock. The numbers are the kernel's; written out because headers may be older. */

enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { CREATE_RULESET_VERSION = 1, RULE_PATH_BENEATH = 1 };

#define MAY_WRITE_FILE (UINT64_C(1) << 1)
#define MAY_READ_FILE  (UINT64_C(1) << 2)
#define MAY_READ_DIR   (UINT64_C(1) << 3)
#define MAY_MAKE_DIR   (UINT64_C(1) << 7)
#define MAY_MAKE_REG   (UINT64_C(1) << 8)
#define MAY_TRUNCATE   (UINT64_C(1) << 14)
#define NET_ALL        UINT64_C(3) /* bind, connect */
#define SCOPE_ALL      UINT64_C(3) /* abstract sockets, signals */

struct landlock_ruleset {
    uint64_t files, net, scoped;
};

struct landlock_path {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

static int landlock_version_offered(void) {
    long version = syscall(CREATE_RULESET, NULL, 0, CREATE_RULESET_VERSION);
    return version > 0 ? (int)version : 0;
}

/* All rights over files that a version knows of. */
static uint64_t all_rights(int version) {
    unsigned bits = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
    return (UINT64_C(1) << bits) - 1;
}

static void allow(int ruleset, const char *path, uint64_t rights) {
    int folder = open(path, O_PATH | O_CLOEXEC);
    if (folder < 0) return;
    struct stat status;
    if (fstat(folder, &status) == 0 && !S_ISDIR(status.st_mode))
        rights &= MAY_READ_FILE | MAY_WRITE_FILE | MAY_TRUNCATE;
    struct landlock_path rule = {rights, folder};
    syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0);
    close(folder);
}

static bool enter_landlock(const struct rights *rights) {
    int version = landlock_version_offered();
    if (version < 1) return false;
    struct landlock_ruleset attributes = {
        .files = all_rights(version),
        .net = version >= 4 ? NET_ALL : 0,
        .scoped = version >= 6 ? SCOPE_ALL : 0,
    };
    size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    int ruleset = (int)syscall(CREATE_RULESET, &attributes, size, 0);
    if (ruleset < 0) return false;
    uint64_t read = MAY_READ_FILE | MAY_READ_DIR;
    uint64_t write = read | MAY_WRITE_FILE | MAY_MAKE_DIR | MAY_MAKE_REG | MAY_TRUNCATE;
    for (uint32_t i = 0; i < rights->read_count; i++)
        allow(ruleset, rights->read[i], read & attributes.files);
    for (uint32_t i = 0; i < rights->write_count; i++)
        allow(ruleset, rights->write[i], write & attributes.files);
    bool entered = syscall(RESTRICT_SELF, ruleset, 0) == 0;
    close(ruleset);
    return entered;
}

/* --- seccomp. */

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#endif

#ifdef MACHINE

#define LOAD(field)                                                                                \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, field))
#define LOAD_ARGUMENT(n)                                                                           \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,                                                             \
             (uint32_t)(offsetof(struct seccomp_data, args) + (n) * sizeof(uint64_t)))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define REFUSE        ANSWER(SECCOMP_RET_ERRNO | EPERM)
#define ALLOW         ANSWER(SECCOMP_RET_ALLOW)
/* What follows for one call: its argument must not have any of these bits (low half). */
#define CALL_WITHOUT(number, argument, bits)                                                       \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 4), LOAD_ARGUMENT(argument),                  \
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), 0, 1), REFUSE, ALLOW
#define CALL(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), ALLOW

static bool enter_seccomp(void) {
    struct sock_filter filter[] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0),
        ANSWER(SECCOMP_RET_KILL_PROCESS),
        LOAD(nr),
        /* Files. Opening never truncates: older Landlocks do not guard that. */
        CALL_WITHOUT(__NR_openat, 2, O_TRUNC),
        CALL_WITHOUT(__NR_mmap, 2, PROT_EXEC),
        CALL_WITHOUT(__NR_mprotect, 2, PROT_EXEC),
        CALL(__NR_read),
        CALL(__NR_write),
        CALL(__NR_close),
        CALL(__NR_fstat),
        CALL(__NR_newfstatat),
        CALL(__NR_statx),
        CALL(__NR_mkdirat),
        CALL(__NR_lseek),
        CALL(__NR_pread64),
        CALL(__NR_pwrite64),
        CALL(__NR_readv),
        CALL(__NR_writev),
        CALL(__NR_getdents64),
        CALL(__NR_ftruncate),
        CALL(__NR_fadvise64),
        CALL(__NR_faccessat),
        CALL(__NR_readlinkat),
        CALL(__NR_getcwd),
        CALL(__NR_dup),
        CALL(__NR_fcntl),
#ifdef __NR_open /* the older spellings, on machines that have them */
        CALL_WITHOUT(__NR_open, 1, O_TRUNC),
        CALL(__NR_stat),
        CALL(__NR_lstat),
        CALL(__NR_mkdir),
        CALL(__NR_access),
        CALL(__NR_readlink),
        CALL(__NR_poll),
        CALL(__NR_time),
        CALL(__NR_getrlimit),
        CALL(__NR_pause),
#endif
        /* Memory, time, waiting, itself. */
        CALL(__NR_futex),
        CALL(__NR_brk),
        CALL(__NR_munmap),
        CALL(__NR_mremap),
        CALL(__NR_madvise),
        CALL(__NR_clock_gettime),
        CALL(__NR_clock_getres),
        CALL(__NR_clock_nanosleep),
        CALL(__NR_nanosleep),
        CALL(__NR_gettimeofday),
        CALL(__NR_times),
        CALL(__NR_getrusage),
        CALL(__NR_ppoll),
        CALL(__NR_sched_yield),
        CALL(__NR_sched_getaffinity),
        CALL(__NR_getrandom),
        CALL(__NR_uname),
        CALL(__NR_sysinfo),
        CALL(__NR_getpid),
        CALL(__NR_gettid),
        CALL(__NR_getppid),
        CALL(__NR_getuid),
        CALL(__NR_geteuid),
        CALL(__NR_getgid),
        CALL(__NR_getegid),
        CALL(__NR_rt_sigaction),
        CALL(__NR_rt_sigprocmask),
        CALL(__NR_rt_sigreturn),
        CALL(__NR_sigaltstack),
        CALL(__NR_restart_syscall),
        CALL(__NR_exit),
        CALL(__NR_exit_group),
        /* abort() signals its own process. */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_tgkill, 0, 3),
        LOAD_ARGUMENT(0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)getpid(), 0, 1),
        ALLOW,
        REFUSE,
    };
    struct sock_fprog program = {(unsigned short)(sizeof filter / sizeof *filter), filter};
    /* Without this flag older kernels slow the whole process down to hide its memory from itself.
     */
    if (syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) ==
        0)
        return true;
    return syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

static bool seccomp_offered(void) {
    uint32_t action = SECCOMP_RET_ERRNO;
    return syscall(__NR_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

#else

static bool enter_seccomp(void) {
    return false;
}

static bool seccomp_offered(void) {
    return false;
}

#endif

/* --- Limits. */

enum { MOST_FILES = 256 };
#define MOST_FILE_BYTES (UINT64_C(1) << 30)

static bool limit(int resource, uint64_t value) {
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)resource, &now) != 0) return false;
    if (now.rlim_max != RLIM_INFINITY && value > now.rlim_max) value = now.rlim_max;
    struct rlimit wanted = {value, value};
    return setrlimit((__rlimit_resource_t)resource, &wanted) == 0;
}

#ifndef HAS_SHADOW_MEMORY
/* Private writable memory in use, which RLIMIT_DATA counts. */
static uint64_t data_in_use(void) {
    uint64_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file) return 0;
    unsigned long long data;
    if (fscanf(file, "%*u %*u %*u %*u %*u %llu", &data) == 1) pages = data;
    fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}
#endif

static uint32_t enter_limits(const struct rights *rights) {
    uint32_t layers = 0;
    uint64_t file_bytes = rights->file_bytes ? rights->file_bytes : MOST_FILE_BYTES;
    /* Files that are open already stay usable above the limit. */
    bool all = limit(RLIMIT_CORE, 0);
    all &= limit(RLIMIT_NOFILE, MOST_FILES);
    all &= limit(RLIMIT_FSIZE, file_bytes);
    if (all) layers |= SANDBOX_LIMITS;
#ifndef HAS_SHADOW_MEMORY
    if (rights->memory && limit(RLIMIT_DATA, data_in_use() + rights->memory))
        layers |= SANDBOX_MEMORY;
#endif
    return layers;
}

uint32_t sandbox_enter(const struct rights *rights) {
    uint32_t layers = enter_limits(rights);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) layers |= SANDBOX_NO_NEW_PRIVILEGES;
    if (enter_landlock(rights)) layers |= SANDBOX_LANDLOCK;
    if (enter_seccomp()) layers |= SANDBOX_SECCOMP;
    return layers;
}

uint32_t sandbox_offered(int *landlock_version) {
    int version = landlock_version_offered();
    if (landlock_version) *landlock_version = version;
    uint32_t layers = SANDBOX_LIMITS;
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) >= 0) layers |= SANDBOX_NO_NEW_PRIVILEGES;
    if (version > 0) layers |= SANDBOX_LANDLOCK;
    if (seccomp_offered()) layers |= SANDBOX_SECCOMP;
#ifndef HAS_SHADOW_MEMORY
    layers |= SANDBOX_MEMORY;
#endif
    return layers;
}

void sandbox_describe(struct buffer *out) {
    int version;
    uint32_t layers = sandbox_offered(&version);
    if (layers & SANDBOX_LANDLOCK)
        buffer_printf(out, "files: Landlock version %d: plugins open only what they were granted\n",
                      version);
    else
        buffer_append_string(out, "files: no Landlock (Linux 5.13 or newer, enabled at boot by "
                                  "lsm=landlock,...): only Lua's side keeps plugins in\n");
    if (layers & SANDBOX_SECCOMP)
        buffer_append_string(out, "system calls: seccomp: plugins have no network, no programs, no "
                                  "signals\n");
    else
        buffer_append_string(out, "system calls: no seccomp filter for this system: only Lua's "
                                  "side keeps plugins in\n");
    if (layers & SANDBOX_MEMORY)
        buffer_append_string(out, "limits: memory of a worker, size of a file, open files\n");
    else
        buffer_append_string(out, "limits: size of a file, open files; not memory, since this "
                                  "program was built with address sanitizer\n");
    if (!(layers & SANDBOX_NO_NEW_PRIVILEGES))
        buffer_append_string(out, "privileges: this kernel has no no_new_privs\n");
}
