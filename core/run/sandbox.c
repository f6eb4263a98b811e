#include "run/sandbox_calls.h"

#include <fcntl.h>
#include <stdio.h>
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

#define MAY_EXECUTE    (UINT64_C(1) << 0)
#define MAY_WRITE_FILE (UINT64_C(1) << 1)
#define MAY_READ_FILE  (UINT64_C(1) << 2)
#define MAY_READ_DIR   (UINT64_C(1) << 3)
#define MAY_MAKE_DIR   (UINT64_C(1) << 7)
#define MAY_MAKE_REG   (UINT64_C(1) << 8)
#define MAY_TRUNCATE   (UINT64_C(1) << 14)
#define NET_ALL        UINT64_C(3) /* bind, connect */
#define SCOPE_ALL      UINT64_C(3) /* abstract sockets, signals */
#define SCOPED_SINCE   6

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
        rights &= MAY_EXECUTE | MAY_READ_FILE | MAY_WRITE_FILE | MAY_TRUNCATE;
    struct landlock_path rule = {rights, folder};
    syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0);
    close(folder);
}

static bool enter_landlock(const struct rights *rights, int version) {
    if (version < 1) return false;
    struct landlock_ruleset attributes = {
        .files = all_rights(version),
        .net = version >= 4 ? NET_ALL : 0,
        .scoped = version >= SCOPED_SINCE ? SCOPE_ALL : 0,
    };
    size_t size = version >= SCOPED_SINCE ? 24 : version >= 4 ? 16 : 8;
    int ruleset = (int)syscall(CREATE_RULESET, &attributes, size, 0);
    if (ruleset < 0) return false;
    uint64_t read = MAY_READ_FILE | MAY_READ_DIR;
    uint64_t write = read | MAY_WRITE_FILE | MAY_MAKE_DIR | MAY_MAKE_REG | MAY_TRUNCATE;
    for (uint32_t i = 0; i < rights->read_count; i++)
        allow(ruleset, rights->read[i], read & attributes.files);
    for (uint32_t i = 0; i < rights->write_count; i++)
        allow(ruleset, rights->write[i], write & attributes.files);
    for (uint32_t i = 0; i < rights->execute_count; i++)
        allow(ruleset, rights->execute[i], (read | MAY_EXECUTE) & attributes.files);
    bool entered = syscall(RESTRICT_SELF, ruleset, 0) == 0;
    close(ruleset);
    return entered;
}

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
    if (enter_landlock(rights, landlock_version_offered())) layers |= SANDBOX_LANDLOCK;
    if (sandbox_enter_calls()) layers |= SANDBOX_SECCOMP;
    return layers;
}

uint32_t sandbox_enter_program(const struct rights *rights) {
    uint32_t layers = enter_limits(rights);
    int version = landlock_version_offered();
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) layers |= SANDBOX_NO_NEW_PRIVILEGES;
    if (enter_landlock(rights, version)) layers |= SANDBOX_LANDLOCK;
    if (sandbox_enter_program_calls(version >= SCOPED_SINCE)) layers |= SANDBOX_SECCOMP;
    return layers;
}

uint32_t sandbox_offered(int *landlock_version) {
    int version = landlock_version_offered();
    if (landlock_version) *landlock_version = version;
    uint32_t layers = SANDBOX_LIMITS;
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) >= 0) layers |= SANDBOX_NO_NEW_PRIVILEGES;
    if (version > 0) layers |= SANDBOX_LANDLOCK;
    if (sandbox_calls_offered()) layers |= SANDBOX_SECCOMP;
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
        buffer_append_string(
            out, "system calls: seccomp: plugins have no network, no signals, no programs "
                 "but those granted\n");
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
