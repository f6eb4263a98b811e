#include "serve/temporary.h"

#include "base/memory.h"
#include "run/output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PREFIX "galley-serve-"
#define UNIQUE "XXXXXX"

enum { YOUNG_SECONDS = 60 /* one that is just being made is not locked yet */ };

static int open_locked(const char *path) {
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0 || flock(folder, LOCK_EX | LOCK_NB) == 0) return folder;
    close(folder);
    return -1;
}

/* Ours, by its name, owner and rights, and of no process that lives. */
static void remove_if_left(const char *path) {
    struct stat status;
    if (lstat(path, &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != geteuid() ||
        (status.st_mode & 0777) != 0700 || status.st_mtime > time(NULL) - YOUNG_SECONDS)
        return;
    int folder = open_locked(path);
    if (folder < 0) return;
    output_remove_tree(path);
    close(folder);
}

static void remove_left(const char *above) {
    DIR *list = opendir(above);
    struct dirent *entry;
    struct buffer path = {0};
    while (list && (entry = readdir(list))) {
        struct text name = text_of(entry->d_name);
        if (!text_starts(name, TEXT(PREFIX)) || name.length != strlen(PREFIX UNIQUE)) continue;
        path.length = 0;
        buffer_printf(&path, "%s/%s", above, entry->d_name);
        remove_if_left(buffer_string(&path));
    }
    if (list) closedir(list);
    buffer_free(&path);
}

bool temporary_make(struct temporary *folder) {
    const char *above = getenv("TMPDIR");
    char real[PATH_MAX];
    if (!realpath(above && *above ? above : "/tmp", real)) return false;
    remove_left(real);
    struct buffer path = {0};
    buffer_printf(&path, "%s/" PREFIX UNIQUE, real);
    buffer_string(&path);
    if (!mkdtemp(path.bytes)) {
        int reason = errno;
        buffer_free(&path);
        errno = reason;
        return false;
    }
    *folder = (struct temporary){.path = path.bytes, .lock = open_locked(path.bytes)};
    return true;
}

void temporary_remove(struct temporary *folder) {
    if (!folder->path) return;
    output_remove_tree(folder->path);
    if (folder->lock >= 0) close(folder->lock);
    memory_free(folder->path);
    *folder = (struct temporary){0};
}
