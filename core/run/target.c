#include "run/target.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct target {
    const char *shown;     /* as the user spells it */
    char final[PATH_MAX];  /* without symbolic links; "" for what is written directly */
    char beside[PATH_MAX]; /* the temporary name, or "" while the file has none */
    int file;
    pid_t owner;
};

static void complain(struct target *target, struct diagnostics *diagnostics, const char *what) {
    diagnostics_add(diagnostics, SEVERITY_ERROR, text_of(target->shown), (struct place){0, 0},
                    "%s (%s); name another file with -o", what, strerror(errno));
}

/* "folder/.name.galley-PID": where the file stands until it gets its own name. */
static bool name_beside(const struct target *target, char *name) {
    const char *slash = strrchr(target->final, '/');
    int length = slash ? (int)(slash - target->final) + 1 : 0;
    int written = snprintf(name, PATH_MAX, "%.*s.%.200s.galley-%d", length, target->final,
                           target->final + length, (int)target->owner);
    return written > 0 && written < PATH_MAX;
}

static int open_beside(struct target *target) {
    char folder[PATH_MAX], name[PATH_MAX];
    const char *slash = strrchr(target->final, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - target->final) + 1 : 1,
             slash ? target->final : ".");
    int file = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    if (file >= 0) return file;
    if (!name_beside(target, name)) return -1;
    unlink(name); /* of a dead process with our number */
    file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (file >= 0) strcpy(target->beside, name);
    return file;
}

static bool open_file(struct target *target, const char *path, struct diagnostics *diagnostics) {
    struct stat status;
    bool there = stat(path, &status) == 0;
    if (there && S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        complain(target, diagnostics, "cannot be written");
        return false;
    }
    if (there && !S_ISREG(status.st_mode)) {
        target->file = open(path, O_WRONLY | O_CLOEXEC);
    } else {
        bool resolved = there && realpath(path, target->final) != NULL;
        if (!resolved && strlen(path) < sizeof target->final) strcpy(target->final, path);
        /* A file that may not be written must not be replaced either. */
        if (!there || access(path, W_OK) == 0) target->file = open_beside(target);
        if (there && target->file >= 0 && fchmod(target->file, status.st_mode & 07777) != 0)
            errno = 0; /* another's file: it gets the usual mode */
    }
    if (target->file < 0) complain(target, diagnostics, "cannot be written");
    return target->file >= 0;
}

struct target *target_open(const char *path, struct diagnostics *diagnostics) {
    struct target *target = memory_allocate_zeroed(sizeof *target);
    target->shown = path ? path : "standard output";
    target->owner = getpid();
    target->file = -1;
    /* A reader that goes early (`| head`), or a limit of `ulimit`, is a failed write, not a death.
     */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (!path) {
        target->file = STDOUT_FILENO;
        return target;
    }
    if (open_file(target, path, diagnostics)) return target;
    target_close(target);
    return NULL;
}

int target_descriptor(const struct target *target) {
    return target->file;
}

bool target_commit(struct target *target, struct diagnostics *diagnostics) {
    if (!target->final[0]) return true;
    char name[PATH_MAX], descriptor[64];
    bool done = name_beside(target, name) && fsync(target->file) == 0;
    if (done && !target->beside[0]) {
        snprintf(descriptor, sizeof descriptor, "/proc/self/fd/%d", target->file);
        unlink(name);
        done = linkat(AT_FDCWD, descriptor, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
        if (done) strcpy(target->beside, name);
    }
    done = done && rename(target->beside, target->final) == 0;
    if (done)
        target->beside[0] = '\0';
    else
        complain(target, diagnostics, "cannot be written");
    return done;
}

void target_close(struct target *target) {
    if (!target) return;
    if (target->beside[0] && target->owner == getpid()) unlink(target->beside);
    if (target->file > STDERR_FILENO) close(target->file);
    memory_free(target);
}
