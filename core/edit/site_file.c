#include "edit/site_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { READ_SIZE = 64 * 1024, PATH_AT_MOST = 4096 };

struct file_stamp file_stamp_of(const struct stat *found) {
    return (struct file_stamp){.device = found->st_dev,
                               .inode = found->st_ino,
                               .size = (uint64_t)found->st_size,
                               .seconds = found->st_mtim.tv_sec,
                               .nanoseconds = (uint32_t)found->st_mtim.tv_nsec};
}

static bool stamps_equal(const struct file_stamp *a, const struct file_stamp *b) {
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->seconds == b->seconds && a->nanoseconds == b->nanoseconds;
}

enum edit_status site_fail(struct diagnostics *diagnostics, struct text path, const char *what) {
    int reason = errno;
    const char *advice = reason == ENOSPC || reason == EDQUOT ? "make room on the disk"
                         : reason == EACCES || reason == EPERM || reason == EROFS
                             ? "check the permissions of the file and its folder"
                         : reason == EMFILE || reason == ENFILE ? "raise the limit of open files"
                                                                : "check the disk";
    diagnostics_add(diagnostics, SEVERITY_ERROR, path, (struct place){0, 0}, "%s: %s; %s", what,
                    strerror(reason), advice);
    return EDIT_FAILED;
}

static enum edit_status refuse(struct diagnostics *diagnostics, struct text path,
                               const char *message) {
    diagnostics_add(diagnostics, SEVERITY_ERROR, path, (struct place){0, 0}, "%s", message);
    return EDIT_REFUSED;
}

enum edit_status site_open(struct site *site, struct text path, struct diagnostics *diagnostics) {
    *site = (struct site){.folder = -1};
    char real[PATH_AT_MOST];
    struct text name = arena_copy(&site->arena, path.length ? path : TEXT("."));
    if (!realpath(name.bytes, real)) return site_fail(diagnostics, path, "cannot find the folder");
    site->path = arena_copy(&site->arena, text_of(real));
    site->folder = open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return site->folder < 0 ? site_fail(diagnostics, path, "cannot open the folder") : EDIT_DONE;
}

void site_close(struct site *site) {
    if (site->folder >= 0) close(site->folder);
    arena_free(&site->arena);
    *site = (struct site){.folder = -1};
}

/* The part of an absolute path inside the site: NULL when it is not inside. */
static const char *inside(const struct site *site, const char *real) {
    size_t length = site->path.length;
    if (length == 1) return real + 1; /* the root folder */
    if (strncmp(real, site->path.bytes, length) || (real[length] && real[length] != '/'))
        return NULL;
    return real[length] ? real + length + 1 : real + length;
}

static bool join(const struct site *site, struct text path, char *out) {
    if (memchr(path.bytes ? path.bytes : "", 0, path.length)) return errno = EINVAL, false;
    int length = path.length && path.bytes[0] == '/'
                     ? snprintf(out, PATH_AT_MOST, "%.*s", (int)path.length, path.bytes)
                     : snprintf(out, PATH_AT_MOST, "%s/%.*s", site->path.bytes, (int)path.length,
                                path.bytes);
    if (length >= PATH_AT_MOST) return errno = ENAMETOOLONG, false;
    return true;
}

enum edit_status site_resolve(const struct site *site, struct text path, struct arena *arena,
                              struct text *target, struct diagnostics *diagnostics) {
    char joined[PATH_AT_MOST], real[PATH_AT_MOST];
    if (!join(site, path, joined) || !realpath(joined, real))
        return errno == ENOENT ? refuse(diagnostics, path, "is not there (any more)")
                               : site_fail(diagnostics, path, "cannot find the file");
    const char *part = inside(site, real);
    if (!part || !*part)
        return refuse(diagnostics, path,
                      "lies outside the site, or links to a place outside; edit it there");
    *target = arena_copy(arena, text_of(part));
    return EDIT_DONE;
}

static bool names_are_plain(struct text path) {
    if (!path.length || path.bytes[0] == '/' || path.bytes[path.length - 1] == '/') return false;
    for (size_t start = 0, i = 0; i <= path.length; i++) {
        if (i < path.length && path.bytes[i] == 0) return false;
        if (i < path.length && path.bytes[i] != '/') continue;
        struct text name = {path.bytes + start, i - start};
        if (!name.length || text_is(name, ".") || text_is(name, "..")) return false;
        start = i + 1;
    }
    return true;
}

/* The offset of the last slash, or 0. */
static size_t folder_length(struct text path) {
    size_t length = path.length;
    while (length && path.bytes[length - 1] != '/') length--;
    return length ? length - 1 : 0;
}

enum edit_status site_resolve_new(const struct site *site, struct text path, struct arena *arena,
                                  struct text *target, size_t *existing,
                                  struct diagnostics *diagnostics) {
    char joined[PATH_AT_MOST], real[PATH_AT_MOST];
    if (!names_are_plain(path))
        return refuse(diagnostics, path, "is no path inside the site; give a relative one");
    struct text folder = {path.bytes, folder_length(path)};
    for (;;) {
        if (!join(site, folder, joined))
            return site_fail(diagnostics, path, "cannot find the folder");
        if (realpath(joined, real)) break;
        if (errno != ENOENT || !folder.length)
            return site_fail(diagnostics, path, "cannot find the folder");
        folder.length = folder_length(folder);
    }
    const char *part = inside(site, real);
    if (!part)
        return refuse(diagnostics, path,
                      "its folder links to a place outside the site; edit "
                      "it there");
    struct buffer out = {0};
    buffer_append_string(&out, part);
    *existing = out.length;
    struct text rest = {path.bytes + folder.length, path.length - folder.length};
    if (rest.bytes[0] == '/') rest.bytes++, rest.length--;
    if (out.length) buffer_append_byte(&out, '/');
    buffer_append_text(&out, rest);
    *target = arena_copy(arena, buffer_text(&out));
    buffer_free(&out);
    struct stat found;
    if (!fstatat(site->folder, target->bytes, &found, AT_SYMLINK_NOFOLLOW))
        return refuse(diagnostics, path, "exists already; choose another name");
    if (errno != ENOENT) return site_fail(diagnostics, path, "cannot look at the file");
    return EDIT_DONE;
}

bool site_target_is_safe(const struct site *site, struct text target) {
    char joined[PATH_AT_MOST], real[PATH_AT_MOST];
    if (!names_are_plain(target)) return false;
    struct text folder = {target.bytes, folder_length(target)};
    if (!folder.length) return true;
    if (!join(site, folder, joined)) return false;
    /* A folder that is gone holds nothing that could be harmed. */
    if (!realpath(joined, real)) return errno == ENOENT;
    return !strcmp(joined, real);
}

static ssize_t read_some(int file, char *bytes, size_t size) {
    ssize_t got;
    do got = read(file, bytes, size);
    while (got < 0 && errno == EINTR);
    return got;
}

bool write_all(int file, struct text bytes) {
    while (bytes.length) {
        ssize_t written = write(file, bytes.bytes, bytes.length);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        bytes.bytes += written;
        bytes.length -= (size_t)written;
    }
    return true;
}

/* FNV-1a continued over several reads: the same number as text_hash over all of it. */
static uint64_t hash_more(uint64_t hash, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001B3u;
    return hash;
}

static bool measure_open(int file, uint64_t *size, uint64_t *hash) {
    char bytes[READ_SIZE];
    *size = 0;
    *hash = text_hash((struct text){NULL, 0});
    for (;;) {
        ssize_t got = read_some(file, bytes, sizeof bytes);
        if (got <= 0) return got == 0;
        *hash = hash_more(*hash, bytes, (size_t)got);
        *size += (uint64_t)got;
    }
}

int site_measure(const struct site *site, const char *path, uint64_t *size, uint64_t *hash) {
    int file = openat(site->folder, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) return errno == ENOENT ? 0 : -1;
    bool good = measure_open(file, size, hash);
    int reason = errno;
    close(file);
    errno = reason;
    return good ? 1 : -1;
}

/* 1 equal, 0 different, -1 errno. */
static int compare_open(int file, struct text wanted) {
    char bytes[READ_SIZE];
    for (;;) {
        ssize_t got = read_some(file, bytes, sizeof bytes);
        if (got < 0) return -1;
        if (got == 0) return wanted.length == 0;
        if ((size_t)got > wanted.length || memcmp(bytes, wanted.bytes, (size_t)got)) return 0;
        wanted.bytes += got;
        wanted.length -= (size_t)got;
    }
}

static enum edit_status check_open(const struct site *site, struct text target,
                                   struct file_expected expected, int file, struct stat *found,
                                   struct diagnostics *diagnostics) {
    if (fstat(file, found)) return site_fail(diagnostics, target, "cannot look at the file");
    if (!S_ISREG(found->st_mode)) return refuse(diagnostics, target, "is no ordinary file");
    if (found->st_nlink > 1)
        return refuse(diagnostics, target,
                      "is a hard link: the same file has another name, which an edit would leave "
                      "with the old text; remove one name or copy the file first");
    if (faccessat(site->folder, target.bytes, W_OK, AT_EACCESS))
        return errno == EACCES ? refuse(diagnostics, target,
                                        "is write-protected; allow writing first (chmod u+w)")
                               : site_fail(diagnostics, target, "cannot look at the file");
    struct file_stamp stamp = file_stamp_of(found);
    int same = 1;
    if (expected.stamp && !stamps_equal(expected.stamp, &stamp)) {
        same = 0;
    } else if (expected.bytes.bytes) {
        same = compare_open(file, expected.bytes);
    } else {
        uint64_t size, hash;
        same =
            measure_open(file, &size, &hash) ? size == expected.size && hash == expected.hash : -1;
    }
    if (same < 0) return site_fail(diagnostics, target, "cannot read the file");
    if (!same)
        return refuse(diagnostics, target,
                      "was changed by somebody else meanwhile; nothing was written, run the "
                      "command again");
    return EDIT_DONE;
}

enum edit_status site_check(const struct site *site, struct text target,
                            struct file_expected expected, int *opened, struct stat *found,
                            struct diagnostics *diagnostics) {
    int file = openat(site->folder, target.bytes, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return errno == ENOENT ? refuse(diagnostics, target, "is not there (any more)")
                               : site_fail(diagnostics, target, "cannot open the file");
    enum edit_status status = check_open(site, target, expected, file, found, diagnostics);
    if (status == EDIT_DONE)
        *opened = file;
    else
        close(file);
    return status;
}

/* False: errno. What cannot be set but has the wanted value already is no failure (a security
 * label that the system gives every file). */
static bool copy_attribute(int from, int to, const char *name, struct buffer *value,
                           struct buffer *other) {
    for (;;) {
        ssize_t size = fgetxattr(from, name, NULL, 0);
        if (size < 0) return errno == ENODATA;
        value->length = other->length = 0;
        buffer_grow(value, (size_t)size + 1);
        size = fgetxattr(from, name, value->bytes, value->capacity);
        if (size < 0 && errno == ERANGE) continue;
        if (size < 0) return errno == ENODATA;
        value->length = (size_t)size;
        break;
    }
    if (!fsetxattr(to, name, value->bytes, value->length, 0)) return true;
    int reason = errno;
    buffer_grow(other, value->length + 1);
    ssize_t size = fgetxattr(to, name, other->bytes, other->capacity);
    other->length = size > 0 ? (size_t)size : 0;
    errno = reason;
    return size >= 0 && text_equal(buffer_text(value), buffer_text(other));
}

static bool copy_attributes(int from, int to) {
    ssize_t size = flistxattr(from, NULL, 0);
    if (size < 0) return errno == ENOTSUP || errno == ENOSYS;
    if (size == 0) return true;
    struct buffer names = {0}, value = {0}, other = {0};
    buffer_grow(&names, (size_t)size + 1);
    size = flistxattr(from, names.bytes, names.capacity - 1);
    bool good = size >= 0;
    for (ssize_t i = 0; good && i < size; i += (ssize_t)strlen(names.bytes + i) + 1)
        good = copy_attribute(from, to, names.bytes + i, &value, &other);
    int reason = errno;
    buffer_free(&names);
    buffer_free(&value);
    buffer_free(&other);
    errno = reason;
    return good;
}

static bool apply_manner(int file, struct file_manner manner) {
    struct stat wanted, found;
    if (manner.like >= 0) {
        if (fstat(manner.like, &wanted)) return false;
        manner.mode = wanted.st_mode & 07777;
        manner.user = wanted.st_uid;
        manner.group = wanted.st_gid;
    } else if (!manner.mode) {
        return true;
    }
    if (fstat(file, &found)) return false;
    if ((found.st_uid != manner.user || found.st_gid != manner.group) &&
        fchown(file, manner.user, manner.group))
        return false;
    if (fchmod(file, manner.mode & 07777)) return false;
    return manner.like < 0 || copy_attributes(manner.like, file);
}

enum edit_status site_stage(const struct site *site, struct text target, const char *staged,
                            struct text bytes, struct file_manner manner,
                            struct diagnostics *diagnostics) {
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    mode_t mode = manner.like < 0 && !manner.mode ? 0666 : 0600;
    int file = openat(site->folder, staged, flags, mode);
    if (file < 0 && errno == EEXIST && !unlinkat(site->folder, staged, 0))
        file = openat(site->folder, staged, flags, mode);
    if (file < 0) return site_fail(diagnostics, target, "cannot write a new file beside it");
    const char *what = NULL;
    if (!write_all(file, bytes))
        what = "cannot write the new text";
    else if (!apply_manner(file, manner))
        what = "cannot keep its mode, owner or attributes";
    int reason = errno;
    if (close(file) && !what) {
        what = "cannot write the new text";
        reason = errno;
    }
    if (!what) return EDIT_DONE;
    unlinkat(site->folder, staged, 0);
    errno = reason;
    return site_fail(diagnostics, target, what);
}

static void third_name(const char *staged, char *third) {
    snprintf(third, PATH_AT_MOST, "%s.old", staged);
}

static bool not_offered(int reason) {
    return reason == EINVAL || reason == ENOSYS;
}

bool site_swap(const struct site *site, const char *staged, const char *target) {
    int folder = site->folder;
    char third[PATH_AT_MOST];
    if (!renameat2(folder, staged, folder, target, RENAME_EXCHANGE)) return true;
    if (!not_offered(errno)) return false;
    third_name(staged, third);
    if (linkat(folder, target, folder, third, 0)) return false;
    if (renameat(folder, staged, folder, target)) {
        int reason = errno;
        unlinkat(folder, third, 0);
        errno = reason;
        return false;
    }
    if (!renameat(folder, third, folder, staged)) return true;
    int reason = errno;
    renameat(folder, third, folder, target); /* the new text is lost, which the caller expects */
    errno = reason;
    return false;
}

bool site_place(const struct site *site, const char *from, const char *to) {
    int folder = site->folder;
    if (!renameat2(folder, from, folder, to, RENAME_NOREPLACE)) return true;
    if (!not_offered(errno)) return false;
    if (linkat(folder, from, folder, to, 0)) return false;
    if (!unlinkat(folder, from, 0)) return true;
    int reason = errno;
    unlinkat(folder, to, 0);
    errno = reason;
    return false;
}

bool site_is_torn(const struct site *site, const char *staged) {
    char third[PATH_AT_MOST];
    struct stat found;
    third_name(staged, third);
    return !fstatat(site->folder, third, &found, AT_SYMLINK_NOFOLLOW) || errno != ENOENT;
}

bool site_mend(const struct site *site, const char *staged) {
    char third[PATH_AT_MOST];
    struct stat found;
    third_name(staged, third);
    if (fstatat(site->folder, third, &found, AT_SYMLINK_NOFOLLOW)) return errno == ENOENT;
    if (!fstatat(site->folder, staged, &found, AT_SYMLINK_NOFOLLOW))
        return !unlinkat(site->folder, third, 0);
    return errno == ENOENT && !renameat(site->folder, third, site->folder, staged);
}
