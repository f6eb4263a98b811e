#include "serve/watch_inside.h"

#include "read/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    EVENTS = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO,
    ROOM = 65536, /* for events read at once */
    NO_ROOT = -1,
};

/* One watched folder, under the number that the system gave it. */
struct node {
    char *path; /* "" for the current folder; NULL: this number is not in use */
    size_t length;
    int root;            /* the root that it is, or lies below; NO_ROOT: only roots in it count */
    uint32_t generation; /* of the set that it belongs to */
};

struct inotify {
    int descriptor;
    struct node *nodes;
    uint32_t capacity;
    uint32_t generation;
    char **pending; /* folders whose content is still to be looked at */
    uint32_t pending_count, pending_capacity;
    int error;
};

struct inotify *inotify_open(int *error) {
    int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    *error = descriptor < 0 ? errno : 0;
    if (descriptor < 0) return NULL;
    struct inotify *inotify = memory_allocate_zeroed(sizeof *inotify);
    inotify->descriptor = descriptor;
    return inotify;
}

int inotify_descriptor(const struct inotify *inotify) {
    return inotify->descriptor;
}

void inotify_close(struct inotify *inotify) {
    if (!inotify) return;
    close(inotify->descriptor);
    for (uint32_t i = 0; i < inotify->capacity; i++) memory_free(inotify->nodes[i].path);
    for (uint32_t i = 0; i < inotify->pending_count; i++) memory_free(inotify->pending[i]);
    memory_free(inotify->nodes);
    memory_free(inotify->pending);
    memory_free(inotify);
}

static char *copy(struct text path) {
    char *bytes = memory_allocate(path.length + 1);
    if (path.length) memcpy(bytes, path.bytes, path.length);
    bytes[path.length] = '\0';
    return bytes;
}

static void drop(struct node *node) {
    memory_free(node->path);
    *node = (struct node){.root = NO_ROOT};
}

static struct node *node_of(struct inotify *inotify, int number) {
    if (number < 0 || (uint32_t)number >= inotify->capacity) return NULL;
    struct node *node = &inotify->nodes[number];
    return node->path ? node : NULL;
}

/* True when the folder was not watched so before: what is in it is to be looked at. */
static bool add(struct inotify *inotify, struct text path, int root) {
    if (inotify->error) return false;
    int number =
        inotify_add_watch(inotify->descriptor, path.length ? path.bytes : ".", EVENTS | IN_ONLYDIR);
    if (number < 0) {
        /* One that vanished, or may not be read, is the build's to complain of. */
        if (errno == ENOSPC || errno == ENOMEM) inotify->error = errno;
        return false;
    }
    if ((uint32_t)number >= inotify->capacity) {
        uint32_t before = inotify->capacity;
        memory_reserve(&inotify->nodes, &inotify->capacity, (uint32_t)number + 1);
        memset(inotify->nodes + before, 0, (inotify->capacity - before) * sizeof(struct node));
    }
    struct node *node = &inotify->nodes[number];
    if (node->path && node->generation == inotify->generation &&
        (root == NO_ROOT || node->root != NO_ROOT))
        return false; /* by another way, or a loop of links */
    bool moved = !node->path || node->length != path.length ||
                 memcmp(node->path, path.bytes, path.length) != 0;
    if (moved) {
        memory_free(node->path);
        node->path = copy(path);
        node->length = path.length;
    }
    if (node->generation != inotify->generation) node->root = NO_ROOT;
    node->generation = inotify->generation;
    if (root != NO_ROOT) node->root = root;
    return root != NO_ROOT;
}

static struct buffer join(struct text folder, const char *name) {
    struct buffer path = {0};
    buffer_append_text(&path, folder);
    if (folder.length && folder.bytes[folder.length - 1] != '/') buffer_append_byte(&path, '/');
    buffer_append_string(&path, name);
    buffer_string(&path);
    return path;
}

static bool is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* What Galley has built is none of the site's files, see files.h. */
static bool is_output(const char *folder) {
    struct buffer mark = join(text_of(folder), OUTPUT_MARK);
    bool there = access(mark.bytes, F_OK) == 0;
    buffer_free(&mark);
    return there;
}

static void push(struct inotify *inotify, struct text path) {
    memory_reserve(&inotify->pending, &inotify->pending_capacity, inotify->pending_count + 1);
    inotify->pending[inotify->pending_count++] = copy(path);
}

/* Watches a folder and all below it. With `tells`, the files found are changes: they may have
 * come before the watch did. */
static void add_tree(struct inotify *inotify, struct watch *watch, struct text top, int root,
                     bool tells) {
    if (!add(inotify, top, root)) return;
    push(inotify, top);
    while (inotify->pending_count) {
        char *folder = inotify->pending[--inotify->pending_count];
        DIR *list = inotify->error ? NULL : opendir(*folder ? folder : ".");
        struct dirent *entry;
        while (list && (entry = readdir(list))) {
            if (entry->d_name[0] == '.') continue;
            struct buffer path = join(text_of(folder), entry->d_name);
            bool folder_like =
                entry->d_type == DT_DIR ||
                ((entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN) && is_folder(path.bytes));
            if (watch_ignores(&watch->roots[root], buffer_text(&path), entry->d_name)) {
            } else if (!folder_like) {
                if (tells) watch_changed(watch, buffer_text(&path), CHANGE_DONE);
            } else if (!is_output(path.bytes) && add(inotify, buffer_text(&path), root)) {
                push(inotify, buffer_text(&path));
            }
            buffer_free(&path);
        }
        if (list) closedir(list);
        memory_free(folder);
    }
}

static void remove_tree(struct inotify *inotify, struct text top) {
    for (uint32_t i = 0; i < inotify->capacity; i++) {
        struct node *node = &inotify->nodes[i];
        if (!node->path || node->length < top.length ||
            memcmp(node->path, top.bytes, top.length) != 0 ||
            (node->path[top.length] != '/' && node->path[top.length] != '\0'))
            continue;
        inotify_rm_watch(inotify->descriptor, (int)i);
        drop(node);
    }
}

static struct text folder_of(struct text path) {
    size_t length = path.length;
    while (length > 0 && path.bytes[length - 1] != '/') length--;
    if (length > 1) length--;
    return (struct text){path.bytes, length};
}

int inotify_set(struct inotify *inotify, struct watch *watch) {
    inotify->generation++;
    for (uint32_t i = 0; i < watch->root_count; i++) {
        const struct watch_root *root = &watch->roots[i];
        if (root->is_folder) add_tree(inotify, watch, root->path, (int)i, false);
        if (!root->path.length) continue;
        /* The folder it lies in tells when it comes and goes. */
        char *above = copy(folder_of(root->path));
        add(inotify, text_of(above), NO_ROOT);
        memory_free(above);
    }
    for (uint32_t i = 0; i < inotify->capacity && !inotify->error; i++) {
        struct node *node = &inotify->nodes[i];
        if (!node->path || node->generation == inotify->generation) continue;
        inotify_rm_watch(inotify->descriptor, (int)i);
        drop(node);
    }
    return inotify->error;
}

/* A link has its content at once; else what was made is empty still. */
static bool is_complete(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0 && (S_ISLNK(status.st_mode) || status.st_nlink > 1);
}

static void happened(struct inotify *inotify, struct watch *watch, struct text path, int root,
                     uint32_t mask) {
    bool comes = mask & (IN_CREATE | IN_MOVED_TO);
    if (comes && is_folder(path.bytes)) {
        if (is_output(path.bytes) && !text_equal(path, watch->roots[root].path)) return;
        if (mask & IN_MOVED_TO) watch_changed(watch, path, CHANGE_DONE);
        add_tree(inotify, watch, path, root, true);
        return;
    }
    if (mask & IN_ISDIR && mask & (IN_DELETE | IN_MOVED_FROM)) remove_tree(inotify, path);
    bool begun = mask & IN_CREATE && !is_complete(path.bytes);
    watch_changed(watch, path, begun ? CHANGE_BEGUN : CHANGE_DONE);
}

static void one_event(struct inotify *inotify, struct watch *watch,
                      const struct inotify_event *event) {
    if (event->mask & IN_Q_OVERFLOW) {
        /* Some were lost: everything may have changed. */
        inotify_set(inotify, watch);
        for (uint32_t i = 0; i < watch->root_count; i++)
            watch_changed(watch, watch->roots[i].path, CHANGE_DONE);
        return;
    }
    struct node *node = node_of(inotify, event->wd);
    if (!node) return;
    if (event->mask & IN_IGNORED) { /* the folder is gone */
        drop(node);
        return;
    }
    if (!event->len) return;
    int root = node->root;
    struct text folder = {node->path, node->length};
    if (root != NO_ROOT && !text_equal(folder, watch->roots[root].path) && is_output(node->path)) {
        /* It has become one since it is watched. */
        char *made = copy(folder);
        remove_tree(inotify, text_of(made));
        memory_free(made);
        return;
    }
    struct buffer path = join(folder, event->name);
    /* From here on `node` may move. */
    if (root != NO_ROOT && !watch_ignores(&watch->roots[root], buffer_text(&path), event->name)) {
        happened(inotify, watch, buffer_text(&path), root, event->mask);
    } else {
        for (uint32_t i = 0; i < watch->root_count; i++)
            if (text_equal(watch->roots[i].path, buffer_text(&path)))
                happened(inotify, watch, buffer_text(&path), watch->roots[i].is_folder ? (int)i : 0,
                         event->mask);
    }
    buffer_free(&path);
}

int inotify_read(struct inotify *inotify, struct watch *watch) {
    union {
        struct inotify_event event;
        char bytes[ROOM];
    } room;
    for (;;) {
        ssize_t got = read(inotify->descriptor, room.bytes, sizeof room.bytes);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0 || inotify->error) return inotify->error;
        for (ssize_t at = 0; at < got;) {
            const struct inotify_event *event = (const void *)(room.bytes + at);
            one_event(inotify, watch, event);
            at += (ssize_t)(sizeof *event + event->len);
        }
    }
}
