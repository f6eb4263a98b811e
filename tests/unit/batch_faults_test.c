/* Batches and undo under fire: killed at every system call, also during the recovery, and refused
 * every system call once and from then on. After each, the files are all old or all new, nothing is
 * left over, and an error names a file.
 *
 * This program defines the C library's wrappers itself, so that it can count the calls that
 * core/edit makes. GALLEY_TEST_FULL=1 tries every pair of kills (batch and recovery) instead of a
 * part of them. */
#include "edit/undo.h"

#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

enum fault { FAULT_NONE, FAULT_KILL, FAULT_ERROR };

static struct {
    enum fault kind;
    int at, error;   /* the call it hits, from 1; the errno */
    bool for_good;   /* and all calls of that sort from then on */
    bool no_rename2; /* as on a file system that cannot swap */
    int calls;
    const char *hit; /* the call that was hit */
} plan;

/* True: this call fails with errno. */
static bool fault(const char *name) {
    if (plan.kind == FAULT_NONE) return false;
    plan.calls++;
    bool now = plan.calls == plan.at || (plan.for_good && plan.hit && !strcmp(plan.hit, name));
    if (plan.calls == plan.at) plan.hit = name;
    if (!now) return false;
    if (plan.kind == FAULT_KILL) kill(getpid(), SIGKILL);
    errno = plan.error;
    return true;
}

#define WRAP(type, name, parameters, number, ...)                                                  \
    type name parameters {                                                                         \
        if (fault(#name)) return -1;                                                               \
        return (type)syscall(number, __VA_ARGS__);                                                 \
    }

int openat(int folder, const char *path, int flags, ...);
int openat(int folder, const char *path, int flags, ...) {
    if (fault("openat")) return -1;
    va_list arguments;
    va_start(arguments, flags);
    int mode = flags & O_CREAT ? va_arg(arguments, int) : 0;
    va_end(arguments);
    return (int)syscall(SYS_openat, folder, path, flags, mode);
}
WRAP(ssize_t, write, (int file, const void *bytes, size_t size), SYS_write, file, bytes, size)
WRAP(ssize_t, read, (int file, void *bytes, size_t size), SYS_read, file, bytes, size)
WRAP(ssize_t, pread, (int file, void *bytes, size_t size, off_t at), SYS_pread64, file, bytes, size,
     at)
WRAP(int, close, (int file), SYS_close, file)
WRAP(int, mkdirat, (int folder, const char *path, mode_t mode), SYS_mkdirat, folder, path, mode)
WRAP(int, unlinkat, (int folder, const char *path, int flags), SYS_unlinkat, folder, path, flags)
WRAP(int, linkat, (int f, const char *from, int t, const char *to, int flags), SYS_linkat, f, from,
     t, to, flags)
WRAP(int, renameat, (int f, const char *from, int t, const char *to), SYS_renameat2, f, from, t, to,
     0)
WRAP(int, fchmod, (int file, mode_t mode), SYS_fchmod, file, mode)
WRAP(int, fchown, (int file, uid_t user, gid_t group), SYS_fchown, file, user, group)
WRAP(int, ftruncate, (int file, off_t size), SYS_ftruncate, file, size)
WRAP(ssize_t, flistxattr, (int file, char *list, size_t size), SYS_flistxattr, file, list, size)
WRAP(ssize_t, fgetxattr, (int file, const char *name, void *value, size_t size), SYS_fgetxattr,
     file, name, value, size)
WRAP(int, fsetxattr, (int file, const char *name, const void *value, size_t size, int flags),
     SYS_fsetxattr, file, name, value, size, flags)

int flock(int file, int operation);
WRAP(int, flock, (int file, int operation), SYS_flock, file, operation)

int renameat2(int f, const char *from, int t, const char *to, unsigned flags) {
    if (plan.no_rename2 && flags) {
        errno = EINVAL;
        return -1;
    }
    if (fault("renameat2")) return -1;
    return (int)syscall(SYS_renameat2, f, from, t, to, flags);
}
/* The disk itself is not what is tested here. */
int syncfs(int file) {
    (void)file;
    return fault("syncfs") ? -1 : 0;
}
int fdatasync(int file) {
    (void)file;
    return fault("fdatasync") ? -1 : 0;
}
int fstat(int file, struct stat *found) {
    return fault("fstat") ? -1 : (int)syscall(SYS_newfstatat, file, "", found, AT_EMPTY_PATH);
}
int fstatat(int folder, const char *path, struct stat *found, int flags) {
    if (fault("fstatat")) return -1;
    return (int)syscall(SYS_newfstatat, folder, path, found, flags);
}
int faccessat(int folder, const char *path, int mode, int flags) {
    if (fault("faccessat")) return -1;
    return (int)syscall(SYS_faccessat2, folder, path, mode, flags);
}

static char base[64];

static void put(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text)) abort();
    close(file);
}

static void make_site(void) {
    if (chdir(base) || mkdir("site", 0755) || chdir("site") || mkdir("news", 0755)) abort();
    put("news/a.md", "one\n");
    put("b.md", "two\n");
    put("gone.md", "three\n");
    put("moved.md", "four\n");
    setxattr("b.md", "user.note", "kept", 4, 0);
    chmod("news/a.md", 0600);
}

/* All files below the folder at hand, sorted, as "path=content\n". */
static void describe(struct buffer *out) {
    static char names[64][128];
    int count = 0, next = 0;
    char folders[32][128] = {"."};
    int folder_count = 1;
    while (next < folder_count) {
        DIR *listing = opendir(folders[next]);
        for (struct dirent *item; listing && (item = readdir(listing));) {
            char path[1024];
            if (!strcmp(item->d_name, ".") || !strcmp(item->d_name, "..")) continue;
            snprintf(path, sizeof path, "%.127s/%.255s", folders[next], item->d_name);
            struct stat found;
            if (lstat(path, &found)) abort();
            if (S_ISDIR(found.st_mode) && folder_count < 32)
                snprintf(folders[folder_count++], 128, "%.127s", path);
            else if (count < 64)
                snprintf(names[count++], 128, "%.127s", path);
        }
        if (listing) closedir(listing);
        next++;
    }
    qsort(names, (size_t)count, sizeof *names, (int (*)(const void *, const void *))strcmp);
    out->length = 0;
    for (int i = 0; i < count; i++) {
        char bytes[256];
        int file = open(names[i], O_RDONLY);
        ssize_t size = read(file, bytes, sizeof bytes);
        close(file);
        buffer_printf(out, "%s=", names[i]);
        /* The store's own files count by their names: they hold hashes. */
        bool record = strstr(names[i], "manifest") != NULL;
        if (!record && size > 0) buffer_append(out, bytes, (size_t)size);
        if (record) buffer_append_byte(out, '\n');
    }
}

static enum edit_status apply_batch(struct diagnostics *diagnostics) {
    static const char *const edits[][3] = {{"news/a.md", "one\n", "ONE\n"},
                                           {"b.md", "two\n", "TWO\n"}};
    struct batch batch;
    struct stat found;
    enum edit_status status = batch_open(&batch, TEXT("."), TEXT("x"), diagnostics);
    if (status != EDIT_DONE) return status;
    for (int i = 0; i < 2 && status == EDIT_DONE; i++) {
        if (stat(edits[i][0], &found)) abort();
        struct file_stamp stamp = file_stamp_of(&found);
        status = batch_replace(&batch, text_of(edits[i][0]), &stamp, text_of(edits[i][1]),
                               text_of(edits[i][2]));
    }
    if (status == EDIT_DONE)
        status = batch_create(&batch, TEXT("x/new.md"), TEXT("six\n"), TEXT("b.md"));
    if (status == EDIT_DONE) status = batch_remove(&batch, TEXT("gone.md"), NULL, TEXT("three\n"));
    if (status == EDIT_DONE)
        status = batch_move(&batch, TEXT("moved.md"), TEXT("news/moved.md"), NULL, TEXT("four\n"),
                            TEXT("FOUR\n"));
    if (status == EDIT_DONE) status = batch_commit(&batch);
    batch_close(&batch);
    return status;
}

static enum edit_status apply_undo(struct diagnostics *diagnostics) {
    struct undo undo;
    enum edit_status status = undo_open(&undo, TEXT("."), 0, diagnostics);
    if (status == EDIT_DONE) status = undo_apply(&undo, TEXT("."), diagnostics);
    undo_close(&undo);
    return status;
}

static enum edit_status recover(struct diagnostics *diagnostics) {
    return batch_recover(TEXT("."), diagnostics);
}

typedef enum edit_status (*action)(struct diagnostics *);
enum { WAS_KILLED = 100, SAID_NOTHING = 50, NOT_HIT = 20 };

/* Runs it in a child; the answer is its status, WAS_KILLED, or with SAID_NOTHING or NOT_HIT added.
 */
static int run(action what, enum fault kind, int at, int error, bool for_good) {
    pid_t child = fork();
    if (!child) {
        struct diagnostics diagnostics = {0};
        plan.kind = kind;
        plan.at = at;
        plan.error = error;
        plan.for_good = for_good;
        int status = (int)what(&diagnostics);
        plan.kind = FAULT_NONE;
        if (status != EDIT_DONE && !diagnostics.errors) status += SAID_NOTHING;
        if (status == EDIT_FAILED && !diagnostics.items[0].file.length) status += SAID_NOTHING;
        _exit(status + (plan.hit || kind == FAULT_NONE ? 0 : NOT_HIT));
    }
    int got;
    if (child < 0 || waitpid(child, &got, 0) != child) abort();
    return WIFSIGNALED(got) ? WAS_KILLED : WEXITSTATUS(got);
}

static struct buffer before, after; /* what the two good states look like */
static action tested;

static int remove_one(const char *path, const struct stat *found, int kind, struct FTW *place) {
    (void)found, (void)kind, (void)place;
    return remove(path);
}

static void remove_site(void) {
    if (chdir(base) || nftw("site", remove_one, 8, FTW_DEPTH | FTW_PHYS)) abort();
}

static void begin(action what, bool no_rename2) {
    strcpy(base, access("/dev/shm", W_OK) ? "/tmp/galley-faults-XXXXXX"
                                          : "/dev/shm/galley-faults-XXXXXX");
    if (!mkdtemp(base)) abort();
    plan.no_rename2 = no_rename2;
    tested = what;
}

static void start(void) {
    make_site();
    if (tested == apply_undo) CHECK(run(apply_batch, FAULT_NONE, 0, 0, false) == EDIT_DONE);
}

static void learn(void) {
    start();
    describe(&before);
    CHECK(run(tested, FAULT_NONE, 0, 0, false) == EDIT_DONE);
    describe(&after);
    CHECK(!text_equal(buffer_text(&before), buffer_text(&after)));
    remove_site();
}

static void finish(void) {
    if (chdir("/") || rmdir(base)) abort();
    buffer_free(&before);
    buffer_free(&after);
}

/* 1 all old, 2 all new, 0 neither. */
static int state(void) {
    struct buffer now = {0};
    describe(&now);
    int answer = text_equal(buffer_text(&now), buffer_text(&before))  ? 1
                 : text_equal(buffer_text(&now), buffer_text(&after)) ? 2
                                                                      : 0;
    if (!answer) printf("# neither:\n%.*s", (int)now.length, now.bytes);
    buffer_free(&now);
    return answer;
}

static void killed_everywhere(void) {
    bool all = getenv("GALLEY_TEST_FULL") != NULL;
    int states[3] = {0}, at, pairs = 0;
    learn();
    for (at = 1; at < 1000; at++) {
        bool ended = false;
        int step = all ? 1 : 11;
        /* The recovery is killed at each of its calls (or each 7th, another one every time). */
        for (int second = all ? 1 : 1 + at % step; second < 1000; second += step) {
            start();
            ended = run(tested, FAULT_KILL, at, 0, false) != WAS_KILLED;
            bool killed = !ended && run(recover, FAULT_KILL, second, 0, false) == WAS_KILLED;
            CHECK(run(recover, FAULT_NONE, 0, 0, false) == EDIT_DONE);
            int now = state();
            CHECK(now != 0);
            states[now]++;
            pairs++;
            remove_site();
            if (!killed || unit_failed > 5) break;
        }
        if (ended || unit_failed > 5) break;
    }
    printf("# %d calls, %d pairs of kills: %d times all old, %d times all new\n", at - 1, pairs,
           states[1], states[2]);
    CHECK(at > 50 && states[1] && states[2]);
}

static void refused_everywhere(void) {
    static const int errors[] = {ENOSPC, EIO, EMFILE, EACCES};
    int calls = 0, failed = 0;
    learn();
    bool all = getenv("GALLEY_TEST_FULL") != NULL;
    for (int i = 0; i < (all ? 8 : 5); i++) {
        for (int at = 1; at < 1000 && unit_failed < 5; at++) {
            bool for_good = i >= 4;
            start();
            int got = run(tested, FAULT_ERROR, at, errors[i % 4], for_good);
            bool ended = got >= NOT_HIT && got < SAID_NOTHING;
            int now = -1;
            if (!for_good && !ended) {
                now = state();
                CHECK(got < NOT_HIT); /* an error was given, and it names a file */
                CHECK(now == (got == EDIT_DONE ? 2 : 1));
            }
            CHECK(run(recover, FAULT_NONE, 0, 0, false) == EDIT_DONE);
            int healed = state();
            CHECK(healed != 0 && (now < 0 || healed == now));
            if (unit_failed) printf("# call %d, error %d, status %d\n", at, errors[i % 4], got);
            if (got == EDIT_DONE) CHECK(healed == 2);
            if (got == EDIT_FAILED && !for_good) CHECK(healed == 1);
            remove_site();
            failed += got == EDIT_FAILED;
            calls++;
            if (ended) break;
        }
    }
    printf("# %d calls refused, %d of them failures\n", calls, failed);
    CHECK(calls > 400 && failed > 200);
}

static void batch_killed(void) {
    begin(apply_batch, false);
    killed_everywhere();
    finish();
}
static void batch_killed_without_swap(void) {
    begin(apply_batch, true);
    killed_everywhere();
    finish();
}
static void undo_killed(void) {
    begin(apply_undo, false);
    killed_everywhere();
    finish();
}
static void batch_refused(void) {
    begin(apply_batch, false);
    refused_everywhere();
    finish();
}
static void batch_refused_without_swap(void) {
    begin(apply_batch, true);
    refused_everywhere();
    finish();
}
static void undo_refused(void) {
    begin(apply_undo, false);
    refused_everywhere();
    finish();
}

int main(void) {
    RUN(batch_killed);
    RUN(batch_killed_without_swap);
    RUN(undo_killed);
    RUN(batch_refused);
    RUN(batch_refused_without_swap);
    RUN(undo_refused);
    return unit_end();
}
