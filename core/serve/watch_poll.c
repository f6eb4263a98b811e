#include "serve/watch_inside.h"

#include "read/files.h"

#include <sys/stat.h>
#include <unistd.h>

enum {
    INTERVAL = 500,
    SHARE = 10, /* looking takes at most one part in so many of the time */
};

struct polled {
    struct file_list *lists; /* one a root */
    uint32_t count;
    uint64_t due;
};

static void list_root(const struct watch_root *root, struct file_list *list) {
    struct diagnostics unheard = {0};
    *list = (struct file_list){0};
    if (root->is_folder) {
        int folder = folder_open(root->path.length ? root->path.bytes : ".", &unheard);
        if (folder >= 0) {
            files_list(folder, root->ignored, root->ignored_count, true, list, &unheard);
            close(folder);
        }
    } else {
        struct stat status;
        if (stat(root->path.bytes, &status) == 0) {
            memory_reserve(&list->items, &list->capacity, 1);
            list->items[list->count++] = (struct file){
                .size = (uint64_t)status.st_size,
                .inode = status.st_ino,
                .modified = (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec};
        }
    }
    diagnostics_free(&unheard);
}

static void tell(struct watch *watch, const struct watch_root *root, struct text below) {
    struct buffer path = {0};
    const char *slash = below.length ? strrchr(below.bytes, '/') : NULL;
    const char *name = slash ? slash + 1 : below.bytes;
    buffer_append_text(&path, root->path);
    if (root->path.length && below.length) buffer_append_byte(&path, '/');
    buffer_append_text(&path, below);
    buffer_string(&path);
    if (!below.length || !watch_ignores(root, buffer_text(&path), name))
        watch_changed(watch, buffer_text(&path), CHANGE_DONE);
    buffer_free(&path);
}

/* Both are sorted by path. */
static void compare(struct watch *watch, const struct watch_root *root,
                    const struct file_list *before, const struct file_list *after) {
    uint32_t a = 0, b = 0;
    while (a < before->count || b < after->count) {
        const struct file *old = a < before->count ? &before->items[a] : NULL;
        const struct file *new = b < after->count ? &after->items[b] : NULL;
        int order = !old ? 1 : !new ? -1 : text_compare(old->path, new->path);
        bool same = order == 0 && old->modified == new->modified && old->size == new->size &&
                    old->inode == new->inode;
        if (!same) tell(watch, root, order < 0 ? old->path : new->path);
        if (order <= 0) a++;
        if (order >= 0) b++;
    }
}

static void forget(struct polled *polled) {
    for (uint32_t i = 0; i < polled->count; i++) file_list_free(&polled->lists[i]);
    memory_free(polled->lists);
    polled->lists = NULL;
    polled->count = 0;
}

struct polled *polled_open(void) {
    return memory_allocate_zeroed(sizeof(struct polled));
}

void polled_close(struct polled *polled) {
    if (!polled) return;
    forget(polled);
    memory_free(polled);
}

static struct file_list *list_all(struct polled *polled, const struct watch *watch) {
    uint64_t begun = watch_clock();
    struct file_list *lists = memory_allocate((watch->root_count + 1) * sizeof *lists);
    for (uint32_t i = 0; i < watch->root_count; i++) list_root(&watch->roots[i], &lists[i]);
    uint64_t now = watch_clock(), pause = (now - begun) * SHARE;
    polled->due = now + (pause > INTERVAL ? pause : INTERVAL);
    return lists;
}

void polled_set(struct polled *polled, struct watch *watch) {
    forget(polled);
    polled->lists = list_all(polled, watch);
    polled->count = watch->root_count;
}

uint64_t polled_due(const struct polled *polled) {
    return polled->due;
}

void polled_look(struct polled *polled, struct watch *watch) {
    struct file_list *now = list_all(polled, watch);
    for (uint32_t i = 0; i < polled->count; i++)
        compare(watch, &watch->roots[i], &polled->lists[i], &now[i]);
    uint32_t count = polled->count;
    forget(polled);
    polled->lists = now;
    polled->count = count;
}
