#include "serve/watch_inside.h"

#include "read/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

enum {
    QUIET = 20,       /* a burst is over when nothing has happened for so long */
    QUIET_GONE = 150, /* while a file is gone: an editor may still be writing the new one */
    LONGEST_BURST = 500,
    MOST_CHANGES = 5000, /* of more, only that there were more */
};

uint64_t watch_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* --- what changed ------------------------------------------------------------------------ */

void watch_changed(struct watch *watch, struct text path, enum change_kind kind) {
    uint64_t hash = text_hash(path);
    watch->last = watch_clock();
    if (!watch->count) watch->first = watch->last;
    struct change *change = NULL;
    for (uint32_t i = watch->count; i-- > 0 && !change;)
        if (watch->changes[i].hash == hash && text_equal(watch->changes[i].path, path))
            change = &watch->changes[i];
    if (!change) {
        watch->more |= watch->count == MOST_CHANGES;
        if (watch->more) return;
        memory_reserve(&watch->changes, &watch->capacity, watch->count + 1);
        change = &watch->changes[watch->count++];
        *change = (struct change){
            .path = arena_copy(&watch->paths, path), .hash = hash, .fresh = kind == CHANGE_BEGUN};
    }
    if (kind == CHANGE_DONE) change->counts = true;
}

static bool is_there(struct text path) {
    struct stat status;
    return lstat(path.bytes, &status) == 0;
}

static bool is_told(const struct change *change) {
    return change->counts && !(change->fresh && !is_there(change->path));
}

static void forget(struct watch *watch) {
    watch->count = 0;
    watch->more = false;
    watch->looked = 0;
    arena_reset(&watch->paths);
}

/* When the burst is over, if nothing more happens. */
static uint64_t burst_end(struct watch *watch) {
    uint64_t end = watch->last + QUIET, latest = watch->first + LONGEST_BURST;
    if (watch_clock() >= end) {
        if (watch->looked != watch->last) {
            watch->looked = watch->last;
            watch->gone = false;
            for (uint32_t i = 0; i < watch->count && !watch->gone; i++)
                watch->gone = is_told(&watch->changes[i]) && !is_there(watch->changes[i].path);
        }
        if (watch->gone) end = watch->last + QUIET_GONE;
    }
    return end < latest ? end : latest;
}

static int by_bytes(const void *a, const void *b) {
    return text_compare(((const struct change *)a)->path, ((const struct change *)b)->path);
}

void watch_take(struct watch *watch, void (*each)(struct text path, void *context), void *context) {
    if (watch->count) qsort(watch->changes, watch->count, sizeof *watch->changes, by_bytes);
    for (uint32_t i = 0; i < watch->count; i++)
        if (is_told(&watch->changes[i])) each(watch->changes[i].path, context);
    forget(watch);
}

bool watch_ignores(const struct watch_root *root, struct text path, const char *name) {
    size_t length = strlen(name);
    if (name[0] == '.' || name[length - 1] == '~' || (name[0] == '#' && name[length - 1] == '#'))
        return true;
    if (root->path.length) path.bytes += root->path.length + 1;
    return file_is_ignored(root->ignored, root->ignored_count, path.bytes, name);
}

/* --- the two ways ------------------------------------------------------------------------ */

static void start_polling(struct watch *watch) {
    inotify_close(watch->inotify);
    watch->inotify = NULL;
    watch->polled = polled_open();
}

static void fall_back(struct watch *watch, int error) {
    bool limit = error == ENOSPC || error == EMFILE;
    snprintf(watch->complaint, sizeof watch->complaint,
             "%s (%s): the files are looked at again and again instead%s",
             limit ? "no more folders can be watched" : "folders cannot be watched",
             limit ? "inotify's limit is reached" : strerror(error),
             error == ENOSPC   ? "; raise fs.inotify.max_user_watches"
             : error == EMFILE ? "; raise fs.inotify.max_user_instances"
                               : "");
    start_polling(watch);
    polled_set(watch->polled, watch);
}

struct watch *watch_open(bool polling) {
    struct watch *watch = memory_allocate_zeroed(sizeof *watch);
    int error = 0;
    if (!polling) watch->inotify = inotify_open(&error);
    if (error)
        fall_back(watch, error);
    else if (polling)
        start_polling(watch);
    return watch;
}

void watch_close(struct watch *watch) {
    if (!watch) return;
    inotify_close(watch->inotify);
    polled_close(watch->polled);
    memory_free(watch->changes);
    arena_free(&watch->paths);
    arena_free(&watch->arena);
    memory_free(watch);
}

void watch_set(struct watch *watch, const struct watch_root *roots, uint32_t count) {
    arena_reset(&watch->arena);
    watch->roots = arena_allocate(&watch->arena, (count + 1) * sizeof *watch->roots);
    watch->root_count = count;
    for (uint32_t i = 0; i < count; i++) {
        struct text path = roots[i].path;
        while (path.length > 1 && path.bytes[path.length - 1] == '/') path.length--;
        if (text_is(path, ".")) path.length = 0; /* what is in it is spelt without it */
        struct text *ignored =
            arena_allocate(&watch->arena, (roots[i].ignored_count + 1) * sizeof *ignored);
        for (uint32_t k = 0; k < roots[i].ignored_count; k++)
            ignored[k] = arena_copy(&watch->arena, roots[i].ignored[k]);
        watch->roots[i] = (struct watch_root){.path = arena_copy(&watch->arena, path),
                                              .is_folder = roots[i].is_folder,
                                              .ignored = ignored,
                                              .ignored_count = roots[i].ignored_count};
    }
    int error = watch->inotify ? inotify_set(watch->inotify, watch) : 0;
    if (error)
        fall_back(watch, error);
    else if (watch->polled)
        polled_set(watch->polled, watch);
}

int watch_descriptor(const struct watch *watch) {
    return watch->inotify ? inotify_descriptor(watch->inotify) : -1;
}

int watch_timeout(struct watch *watch) {
    uint64_t now = watch_clock(), due = UINT64_MAX;
    if (watch->polled) due = polled_due(watch->polled);
    if (watch->count) {
        uint64_t end = burst_end(watch);
        if (end < due) due = end;
    }
    if (due == UINT64_MAX) return -1;
    return due <= now ? 0 : due - now > 60000 ? 60000 : (int)(due - now);
}

bool watch_pending(const struct watch *watch) {
    for (uint32_t i = 0; i < watch->count; i++)
        if (is_told(&watch->changes[i])) return true;
    return watch->more;
}

bool watch_run(struct watch *watch) {
    int error = watch->inotify ? inotify_read(watch->inotify, watch) : 0;
    if (error) fall_back(watch, error);
    if (watch->polled && watch_clock() >= polled_due(watch->polled))
        polled_look(watch->polled, watch);
    if (!watch->count || watch_clock() < burst_end(watch)) return false;
    if (watch_pending(watch)) return true;
    forget(watch);
    return false;
}

const char *watch_complaint(struct watch *watch) {
    if (!watch->complaint[0] || watch->complained) return NULL;
    watch->complained = true;
    return watch->complaint;
}
