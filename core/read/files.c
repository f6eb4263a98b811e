#include "read/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Links can make a finite tree endless without a loop: 2 links a level, 30 levels. */
enum { MOST_FOLDERS = 200000, NO_PARENT = UINT32_MAX };

static const struct place nowhere = {0, 0};

struct folder {
    struct text path; /* "" for the top, else without a final "/" */
    uint64_t inode, device;
    uint32_t parent;
};

struct entry {
    struct text name;
    unsigned char type; /* as readdir has it; DT_UNKNOWN on some file systems */
};

struct listing {
    int top;
    const struct text *ignored;
    uint32_t ignored_count;
    bool described;
    struct file_list *list;
    struct diagnostics *diagnostics;
    struct folder *folders;
    uint32_t folder_count, folder_capacity;
    struct arena names; /* of one folder */
};

int folder_open(const char *path, struct diagnostics *diagnostics) {
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        diagnostics_add(diagnostics, SEVERITY_ERROR, text_of(path), nowhere,
                        "this folder cannot be opened (%s); check its name and permissions",
                        strerror(errno));
    return folder;
}

static bool ends_in_any_case(struct text path, const char *suffix) {
    size_t length = strlen(suffix);
    if (path.length <= length) return false;
    for (size_t i = 0; i < length; i++) {
        char c = path.bytes[path.length - length + i];
        if ((c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c) != suffix[i]) return false;
    }
    return true;
}

enum file_kind file_kind_of(struct text path) {
    return ends_in_any_case(path, ".md") || ends_in_any_case(path, ".markdown") ? FILE_ARTICLE
                                                                                : FILE_OTHER;
}

bool file_is_other_markdown(struct text path) {
    static const char *const endings[] = {".mdx",    ".mdown", ".mkdn", ".mkd",   ".mdwn",
                                          ".mkdown", ".qmd",   ".rmd",  ".markdn"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_in_any_case(path, endings[i])) return true;
    return false;
}

void file_describe(struct file *file, const struct stat *stat) {
    file->size = (uint64_t)stat->st_size;
    file->modified = (int64_t)stat->st_mtim.tv_sec * 1000000000 + stat->st_mtim.tv_nsec;
    file->changed = (int64_t)stat->st_ctim.tv_sec * 1000000000 + stat->st_ctim.tv_nsec;
    file->inode = stat->st_ino;
    file->device = stat->st_dev;
    file->mode = stat->st_mode;
}

/* --- listing ----------------------------------------------------------------------------- */

/* A name as a message can show it: bytes that are not UTF-8 as \xNN. */
static struct text shown(struct arena *arena, struct text name) {
    static const char digits[] = "0123456789ABCDEF";
    char *out = arena_allocate(arena, name.length * 4 + 1);
    size_t length = 0;
    for (size_t at = 0, used; at < name.length; at += used) {
        uint32_t code = utf8_decode(name.bytes + at, name.length - at, &used);
        if (code != 0xFFFD) {
            memcpy(out + length, name.bytes + at, used);
            length += used;
            continue;
        }
        for (size_t i = 0; i < used; i++) {
            unsigned char byte = (unsigned char)name.bytes[at + i];
            memcpy(out + length, "\\x", 2);
            out[length + 2] = digits[byte >> 4];
            out[length + 3] = digits[byte & 15];
            length += 4;
        }
    }
    return (struct text){out, length};
}

bool file_is_ignored(const struct text *ignored, uint32_t count, const char *path,
                     const char *name) {
    for (uint32_t i = 0; i < count; i++) {
        char pattern[PATH_MAX];
        struct text wanted = ignored[i];
        if (wanted.length >= sizeof pattern) continue;
        memcpy(pattern, wanted.bytes, wanted.length);
        pattern[wanted.length] = '\0';
        bool from_top = *pattern == '/';
        if (fnmatch(pattern + from_top, strchr(pattern, '/') ? path : name, 0) == 0) return true;
    }
    return false;
}

static struct text join(struct arena *arena, struct text folder, struct text name) {
    size_t prefix = folder.length ? folder.length + 1 : 0;
    char *path = arena_allocate(arena, prefix + name.length + 1);
    if (prefix) {
        memcpy(path, folder.bytes, folder.length);
        path[folder.length] = '/';
    }
    memcpy(path + prefix, name.bytes, name.length);
    path[prefix + name.length] = '\0';
    return (struct text){path, prefix + name.length};
}

static bool name_is_good(struct listing *listing, struct text path, struct text name) {
    const char *wrong = NULL;
    if (utf8_valid_length(name) != name.length) wrong = "is not UTF-8";
    for (size_t i = 0; i < name.length && !wrong; i++)
        if ((unsigned char)name.bytes[i] < 0x20 || name.bytes[i] == 0x7F)
            wrong = "holds a control character";
    if (wrong)
        diagnostics_add(listing->diagnostics, SEVERITY_ERROR, shown(&listing->names, path), nowhere,
                        "this name %s; rename it", wrong);
    return !wrong;
}

static void add_folder(struct listing *listing, struct text path, const struct stat *stat,
                       uint32_t parent) {
    for (uint32_t up = parent; up != NO_PARENT; up = listing->folders[up].parent) {
        const struct folder *above = &listing->folders[up];
        if (above->inode != stat->st_ino || above->device != stat->st_dev) continue;
        diagnostics_add(listing->diagnostics, SEVERITY_ERROR, path, nowhere,
                        "this folder is a link to \"%.*s\", in which it stands: a loop; remove the "
                        "link or ignore it",
                        (int)(above->path.length ? above->path.length : 1),
                        above->path.length ? above->path.bytes : ".");
        return;
    }
    if (listing->folder_count == MOST_FOLDERS) {
        diagnostics_add(listing->diagnostics, SEVERITY_ERROR, path, nowhere,
                        "more than %d folders; are there links that multiply them?", MOST_FOLDERS);
    }
    if (listing->folder_count++ >= MOST_FOLDERS) return;
    memory_reserve(&listing->folders, &listing->folder_capacity, listing->folder_count);
    listing->folders[listing->folder_count - 1] = (struct folder){
        .path = path, .inode = stat->st_ino, .device = stat->st_dev, .parent = parent};
}

static void add_file(struct listing *listing, struct text path, const struct stat *stat) {
    struct file_list *list = listing->list;
    memory_reserve(&list->items, &list->capacity, list->count + 1);
    struct file *file = &list->items[list->count++];
    *file = (struct file){.path = arena_copy(&list->arena, path), .kind = file_kind_of(path)};
    if (stat) file_describe(file, stat);
}

static void add_entry(struct listing *listing, int folder, uint32_t number, struct entry entry) {
    struct text name = entry.name;
    struct text path = join(&listing->names, listing->folders[number].path, name);
    if (file_is_ignored(listing->ignored, listing->ignored_count, path.bytes, name.bytes) ||
        !name_is_good(listing, path, name))
        return;
    if (entry.type == DT_REG && !listing->described) {
        add_file(listing, path, NULL);
        return;
    }
    struct stat stat;
    if (fstatat(folder, name.bytes, &stat, 0) < 0) {
        int reason = errno;
        if (fstatat(folder, name.bytes, &stat, AT_SYMLINK_NOFOLLOW) < 0) return; /* vanished */
        diagnostics_add(listing->diagnostics, reason == ENOENT ? SEVERITY_WARNING : SEVERITY_ERROR,
                        path, nowhere, "%s (%s); correct or remove it",
                        S_ISLNK(stat.st_mode) ? "this link leads to nothing"
                                              : "this file cannot be looked at",
                        strerror(reason));
    } else if (S_ISDIR(stat.st_mode)) {
        add_folder(listing, arena_copy(&listing->list->arena, path), &stat, number);
    } else if (S_ISREG(stat.st_mode)) {
        add_file(listing, path, &stat);
    } else {
        diagnostics_add(listing->diagnostics, SEVERITY_WARNING, path, nowhere,
                        "this is neither a file nor a folder; it is left out");
    }
}

static int by_name(const void *a, const void *b) {
    return text_compare(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static void list_folder(struct listing *listing, uint32_t number) {
    struct text path = listing->folders[number].path;
    int folder = openat(listing->top, path.length ? path.bytes : ".",
                        O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
    DIR *stream = folder < 0 ? NULL : fdopendir(folder);
    if (!stream) {
        int reason = errno;
        if (folder >= 0) close(folder);
        if (reason == ENOENT) return;
        diagnostics_add(listing->diagnostics, SEVERITY_ERROR, path, nowhere,
                        "this folder cannot be opened (%s); check its permissions",
                        strerror(reason));
        return;
    }
    struct entry *entries = NULL;
    uint32_t count = 0, capacity = 0;
    struct dirent *entry;
    arena_reset(&listing->names);
    bool is_output = false;
    while ((errno = 0, entry = readdir(stream))) {
        is_output |= strcmp(entry->d_name, OUTPUT_MARK) == 0;
        if (entry->d_name[0] == '.') continue;
        memory_reserve(&entries, &capacity, count + 1);
        entries[count++] =
            (struct entry){arena_copy(&listing->names, text_of(entry->d_name)), entry->d_type};
    }
    if (errno)
        diagnostics_add(listing->diagnostics, SEVERITY_ERROR, path, nowhere,
                        "this folder cannot be listed (%s)", strerror(errno));
    if (is_output && number > 0) count = 0;
    /* Messages come in an order that does not depend on the file system. */
    if (count) qsort(entries, count, sizeof *entries, by_name);
    for (uint32_t i = 0; i < count; i++) add_entry(listing, folder, number, entries[i]);
    memory_free(entries);
    closedir(stream);
}

static int by_path(const void *a, const void *b) {
    return text_compare(((const struct file *)a)->path, ((const struct file *)b)->path);
}

bool files_list(int folder, const struct text *ignored, uint32_t ignored_count, bool described,
                struct file_list *list, struct diagnostics *diagnostics) {
    struct listing listing = {.top = folder,
                              .ignored = ignored,
                              .ignored_count = ignored_count,
                              .described = described,
                              .list = list,
                              .diagnostics = diagnostics};
    uint32_t errors = diagnostics->errors;
    struct stat stat;
    if (fstat(folder, &stat) == 0) add_folder(&listing, TEXT(""), &stat, NO_PARENT);
    for (uint32_t next = 0; next < listing.folder_count && next < MOST_FOLDERS; next++)
        list_folder(&listing, next);
    if (list->count) qsort(list->items, list->count, sizeof *list->items, by_path);
    memory_free(listing.folders);
    arena_free(&listing.names);
    return diagnostics->errors == errors;
}

void file_list_free(struct file_list *list) {
    arena_free(&list->arena);
    memory_free(list->items);
    *list = (struct file_list){0};
}

/* --- reading ----------------------------------------------------------------------------- */

static bool fail(struct diagnostics *diagnostics, struct text path, const char *what) {
    diagnostics_add(diagnostics, SEVERITY_ERROR, path, nowhere, "%s", what);
    return false;
}

/* Whether a part of the path is a symbolic link. */
static bool goes_through_link(int folder, struct text path) {
    char part[PATH_MAX];
    struct stat stat;
    if (path.length >= sizeof part) return false;
    for (size_t end = 1; end <= path.length; end++) {
        if (end < path.length && path.bytes[end] != '/') continue;
        memcpy(part, path.bytes, end);
        part[end] = '\0';
        if (fstatat(folder, part, &stat, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(stat.st_mode))
            return true;
    }
    return false;
}

static bool fail_with(struct diagnostics *diagnostics, struct text path, int reason) {
    if (reason == ENOENT || reason == ENOTDIR)
        return fail(diagnostics, path,
                    "the file vanished between listing and reading; run the command again");
    diagnostics_add(diagnostics, SEVERITY_ERROR, path, nowhere,
                    "the file cannot be read (%s); check its permissions", strerror(reason));
    return false;
}

static bool too_large(struct diagnostics *diagnostics, struct text path, uint64_t size,
                      uint32_t most) {
    diagnostics_add(diagnostics, SEVERITY_ERROR, path, nowhere,
                    "%llu bytes are over the limit of %u; split the file, or raise limits in "
                    "galley.yaml",
                    (unsigned long long)size, (unsigned)most);
    return false;
}

/* Reads to the end, which may have moved since the size was asked for. */
static bool read_all(int file, struct text path, uint64_t size, uint32_t most, struct buffer *out,
                     struct diagnostics *diagnostics) {
    buffer_grow(out, (size_t)size + 1); /* one more, so that one short read tells the end */
    for (;;) {
        if (out->length == out->capacity) buffer_grow(out, out->length);
        ssize_t got = read(file, out->bytes + out->length, out->capacity - out->length);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail_with(diagnostics, path, errno);
        out->length += (size_t)got;
        if (out->length > most) return too_large(diagnostics, path, out->length, most);
        /* A regular file gives all it has: fewer bytes than there was room for is its end. */
        if (got == 0 || (out->length == size && out->length < out->capacity)) return true;
    }
}

/* The opened file, a regular one, or -1 after an error was added. */
static int open_regular(int folder, struct text path, struct stat *stat,
                        struct diagnostics *diagnostics) {
    char name[PATH_MAX];
    if (path.length >= sizeof name || (path.length && memchr(path.bytes, '\0', path.length))) {
        fail(diagnostics, path, "this is no file name; it is too long or holds a NUL");
        return -1;
    }
    memcpy(name, path.bytes, path.length);
    name[path.length] = '\0';
    /* Without O_NONBLOCK, opening a pipe would wait for its writer. */
    int opened = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (opened < 0 || fstat(opened, stat) < 0) {
        int reason = errno;
        if (reason == EACCES && goes_through_link(folder, path))
            fail(diagnostics, path,
                 "the file cannot be read: a link leads to it, and what lies outside may not be "
                 "read; copy it in, or name its own folder (in a site, as `content`)");
        else
            fail_with(diagnostics, path, reason);
    } else if (!S_ISREG(stat->st_mode)) {
        fail(diagnostics, path,
             S_ISDIR(stat->st_mode) ? "this is a folder, not a file"
                                    : "this is not a regular file");
    } else {
        return opened;
    }
    if (opened >= 0) close(opened);
    return -1;
}

bool files_read(int folder, struct text path, uint32_t most, struct buffer *out, struct file *file,
                struct diagnostics *diagnostics) {
    struct stat stat;
    out->length = 0;
    int opened = open_regular(folder, path, &stat, diagnostics);
    if (opened < 0) return false;
    bool good = (uint64_t)stat.st_size > most
                    ? too_large(diagnostics, path, (uint64_t)stat.st_size, most)
                    : read_all(opened, path, (uint64_t)stat.st_size, most, out, diagnostics);
    if (good && file) {
        file->kind = (uint8_t)file_kind_of(path);
        file_describe(file, &stat);
    }
    close(opened);
    if (!good) out->length = 0;
    return good;
}

bool files_read_beginning(int folder, struct text path, uint32_t most, struct buffer *out,
                          struct diagnostics *diagnostics) {
    struct stat stat;
    out->length = 0;
    int opened = open_regular(folder, path, &stat, diagnostics);
    if (opened < 0) return false;
    if ((uint64_t)stat.st_size < most) most = (uint32_t)stat.st_size;
    buffer_grow(out, most);
    ssize_t got = 0;
    while (out->length < most) {
        got = read(opened, out->bytes + out->length, most - out->length);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        out->length += (size_t)got;
    }
    if (got < 0) fail_with(diagnostics, path, errno);
    close(opened);
    if (got < 0) out->length = 0;
    return got >= 0;
}
