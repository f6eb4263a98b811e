#include "run/output_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER "Files made by Galley in this folder; see galley build --help.\n"

/* --- The manifest. */

static int compare_texts(const void *left, const void *right) {
    return text_compare(*(const struct text *)left, *(const struct text *)right);
}

static bool read_file(int folder, const char *name, struct buffer *out) {
    int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat status;
    bool whole = file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    while (whole) {
        buffer_grow(out, 64 * 1024);
        ssize_t got = read(file, out->bytes + out->length, 64 * 1024);
        if (got < 0 && errno == EINTR) continue;
        whole = got >= 0;
        if (got <= 0) break;
        out->length += (size_t)got;
    }
    if (file >= 0) close(file);
    return whole;
}

bool output_read_manifest(struct output *output, int folder) {
    struct buffer bytes = {0};
    bool ours =
        read_file(folder, MANIFEST, &bytes) && text_starts(buffer_text(&bytes), TEXT(HEADER));
    size_t start = sizeof HEADER - 1;
    while (ours && start < bytes.length) {
        const char *from = bytes.bytes + start;
        const char *end = memchr(from, '\n', bytes.length - start);
        struct text line = {from, end ? (size_t)(end - from) : bytes.length - start};
        start += line.length + 1;
        if (output_path_problem(line)) continue;
        memory_reserve(&output->before, &output->before_capacity, output->before_count + 1);
        output->before[output->before_count++] = arena_copy(&output->arena, line);
    }
    if (output->before_count)
        qsort(output->before, output->before_count, sizeof *output->before, compare_texts);
    buffer_free(&bytes);
    return ours;
}

bool output_untouched(const char *folder, int64_t since, uint32_t *count) {
    struct output output = {0};
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool untouched = descriptor >= 0 && output_read_manifest(&output, descriptor);
    for (uint32_t i = 0; untouched && i < output.before_count; i++) {
        struct stat status;
        untouched =
            fstatat(descriptor, output.before[i].bytes, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(status.st_mode) &&
            (int64_t)status.st_ctim.tv_sec * 1000000000 + status.st_ctim.tv_nsec <= since;
    }
    *count = output.before_count;
    if (descriptor >= 0) close(descriptor);
    memory_free(output.before);
    arena_free(&output.arena);
    return untouched;
}

static bool holds(const struct text *sorted, uint32_t count, struct text path) {
    return count && bsearch(&path, sorted, count, sizeof *sorted, compare_texts);
}

/* The paths of both sorted lists, each once. */
static void manifest_of(const struct text *a, uint32_t a_count, const struct text *b,
                        uint32_t b_count, struct buffer *out) {
    buffer_append_string(out, HEADER);
    for (uint32_t i = 0, j = 0; i < a_count || j < b_count;) {
        int order = i == a_count ? 1 : j == b_count ? -1 : text_compare(a[i], b[j]);
        buffer_append_text(out, order <= 0 ? a[i] : b[j]);
        buffer_append_byte(out, '\n');
        i += order <= 0;
        j += order >= 0;
    }
}

/* Writes it when it is not there already, by rename. */
static bool put_manifest(int folder, struct text bytes) {
    struct buffer now = {0};
    bool same = read_file(folder, MANIFEST, &now) && text_equal(buffer_text(&now), bytes);
    buffer_free(&now);
    if (same) return true;
    unlinkat(folder, MANIFEST_NEW, 0);
    int file =
        openat(folder, MANIFEST_NEW, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (file < 0) return false;
    bool written = true;
    for (size_t at = 0; written && at < bytes.length;) {
        ssize_t wrote = write(file, bytes.bytes + at, bytes.length - at);
        if (wrote < 0 && errno == EINTR) continue;
        written = wrote > 0;
        if (written) at += (size_t)wrote;
    }
    written &= close(file) == 0;
    return written && renameat(folder, MANIFEST_NEW, folder, MANIFEST) == 0;
}

/* --- Folders of the published output, opened without following links. */

struct walk {
    int root, folder; /* folder: the last one opened, or -1 */
    char path[LONGEST_PATH + 1];
    bool opened;
};

static void walk_end(struct walk *walk) {
    if (walk->opened && walk->folder >= 0 && walk->folder != walk->root) close(walk->folder);
    walk->opened = false;
}

/* The folder that `path` lies in, or -1 with errno; valid until the next call. */
static int walk_to(struct walk *walk, struct text path, bool make) {
    struct text wanted = output_folder_of(path);
    if (walk->opened && walk->folder >= 0 && text_equal(wanted, text_of(walk->path)))
        return walk->folder;
    walk_end(walk);
    memcpy(walk->path, wanted.bytes, wanted.length);
    walk->path[wanted.length] = '\0';
    walk->opened = true;
    walk->folder = walk->root;
    for (char *part = walk->path; *part && walk->folder >= 0;) {
        char *slash = strchr(part, '/');
        if (slash) *slash = '\0';
        int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
        int inner = openat(walk->folder, part, flags);
        if (inner < 0 && errno == ENOENT && make &&
            (mkdirat(walk->folder, part, 0777) == 0 || errno == EEXIST))
            inner = openat(walk->folder, part, flags);
        int saved = errno;
        if (walk->folder != walk->root) close(walk->folder);
        errno = saved;
        walk->folder = inner;
        if (slash) *slash = '/';
        part = slash ? slash + 1 : part + strlen(part);
    }
    return walk->folder;
}

static const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The longest part of `path` that is a symbolic link in the output folder, or empty. */
static struct text link_in(int root, struct text path) {
    char name[LONGEST_PATH + 1];
    struct stat status;
    for (size_t end = 0; end <= path.length; end++) {
        if (end < path.length && path.bytes[end] != '/') continue;
        memcpy(name, path.bytes, end);
        name[end] = '\0';
        if (fstatat(root, name, &status, AT_SYMLINK_NOFOLLOW) != 0) break;
        if (S_ISLNK(status.st_mode)) return (struct text){path.bytes, end};
    }
    return TEXT("");
}

bool output_check_published(struct output *output, struct diagnostics *diagnostics) {
    if (output->published_fd < 0 || output->empty) return true;
    uint32_t errors = diagnostics->errors;
    struct walk walk = {.root = output->published_fd};
    for (uint32_t i = 0; i < output->count; i++) {
        const struct output_entry *entry = &output->entries[i];
        if (entry->state != OUTPUT_WRITTEN) continue;
        int folder = walk_to(&walk, entry->path, false);
        struct stat status;
        if (folder < 0) {
            struct text link = errno == ENOENT ? TEXT("") : link_in(walk.root, entry->path);
            if (link.length)
                output_error(output, diagnostics, link,
                             "is a symbolic link, and outputs are not written through links; "
                             "remove it");
        } else if (fstatat(folder, last_part(entry->path.bytes), &status, AT_SYMLINK_NOFOLLOW) ==
                       0 &&
                   !S_ISDIR(status.st_mode) && !output->forced &&
                   !holds(output->before, output->before_count, entry->path)) {
            output_error(output, diagnostics, entry->path,
                         "was not made by Galley and would be overwritten; move it to the site's "
                         "static/ folder, remove it, or use --force");
        }
    }
    walk_end(&walk);
    return diagnostics->errors == errors;
}

/* --- Publishing. */

static uint32_t sorted_paths(const struct output *output, struct text **paths) {
    uint32_t count = 0;
    *paths = memory_allocate((size_t)output->count * sizeof **paths);
    for (uint32_t i = 0; i < output->count; i++)
        if (output->entries[i].state != OUTPUT_REFUSED) (*paths)[count++] = output->entries[i].path;
    if (count) qsort(*paths, count, sizeof **paths, compare_texts);
    return count;
}

/* Folders that became empty, from the innermost up; walk_to has seen that none is a link. */
static void remove_empty_folders(int root, struct text path) {
    char name[LONGEST_PATH + 1];
    for (path = output_folder_of(path); path.length; path = output_folder_of(path)) {
        memcpy(name, path.bytes, path.length);
        name[path.length] = '\0';
        if (unlinkat(root, name, AT_REMOVEDIR) != 0 && errno != ENOENT) return;
    }
}

static bool names(const struct output_kept *kept, struct text path) {
    for (uint32_t i = 0; i < kept->gone_count; i++)
        if (text_equal(kept->gone[i], path)) return true;
    return false;
}

static void remove_old(struct output *output, const struct text *paths, uint32_t count,
                       const struct output_kept *kept, struct output_counts *counts) {
    struct walk walk = {.root = output->published_fd};
    for (uint32_t i = 0; i < output->before_count; i++) {
        struct text path = output->before[i];
        if (kept && !names(kept, path)) continue;
        if (holds(paths, count, path)) continue;
        int folder = walk_to(&walk, path, false);
        if (folder < 0 || unlinkat(folder, last_part(path.bytes), 0) != 0) continue;
        counts->removed++;
        walk_end(&walk);
        remove_empty_folders(walk.root, path);
    }
    walk_end(&walk);
}

/* Renames what is still in the stage; returns how many could not be, with the first's path. */
static uint32_t move_files(struct output *output, struct output_counts *counts, struct text *failed,
                           int *error) {
    struct walk walk = {.root = output->published_fd};
    uint32_t failures = 0;
    for (uint32_t i = 0; i < output->count; i++) {
        struct output_entry *entry = &output->entries[i];
        if (entry->state != OUTPUT_WRITTEN) continue;
        int folder = walk_to(&walk, entry->path, true);
        if (folder >= 0 && renameat(output->stage_fd, entry->path.bytes, folder,
                                    last_part(entry->path.bytes)) == 0) {
            /* Counted here, so that a second pass does not take it again. */
            entry->state = OUTPUT_UNCHANGED;
            counts->written++;
            counts->unchanged--;
        } else if (failures++ == 0) {
            *error = errno;
            *failed = entry->path;
        }
    }
    walk_end(&walk);
    return failures;
}

static bool publish_files(struct output *output, const struct text *paths, uint32_t count,
                          const struct output_kept *kept, struct output_counts *counts,
                          struct diagnostics *diagnostics) {
    struct text failed = TEXT("");
    int error = 0;
    bool begun = false;
    if (output->published_fd < 0) {
        if (mkdir(output->published, 0777) != 0 && errno != EEXIST) error = errno;
        output->published_fd = open(output->published, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (output->published_fd < 0) error = errno;
    }
    struct buffer both = {0}, after = {0};
    manifest_of(output->before, output->before_count, paths, count, &both);
    manifest_of(paths, count, NULL, 0, &after);
    bool done = output->published_fd >= 0 &&
                (put_manifest(output->published_fd, buffer_text(&both)) || (error = errno, false));
    if (done) {
        begun = true;
        /* A file may stand where a folder must be, or the reverse: then the old goes first. */
        uint32_t failures = move_files(output, counts, &failed, &error);
        remove_old(output, paths, count, failures ? NULL : kept, counts);
        done = failures == 0 || move_files(output, counts, &failed, &error) == 0;
    }
    if (done) {
        failed = TEXT("");
        done = kept || put_manifest(output->published_fd, buffer_text(&after)) ||
               (error = errno, false);
    }
    buffer_free(&both);
    buffer_free(&after);
    if (!done)
        output_error(
            output, diagnostics, failed,
            "cannot be published (%s); %s; check the disk and build again", strerror(error),
            begun ? "what is there is old and new files, each whole" : "the output is as it was");
    return done;
}

bool output_publish(struct output *output, const struct output_kept *kept,
                    struct output_counts *counts, struct diagnostics *diagnostics) {
    struct text *paths;
    uint32_t count = sorted_paths(output, &paths);
    *counts = (struct output_counts){.unchanged = count};
    bool done = false;
    if (output_failed(output)) {
        output_error(output, diagnostics, TEXT(""),
                     "%u outputs could not be written, so nothing is published and the output is "
                     "as it was; check the disk and build again",
                     (unsigned)output_failed(output));
        memory_free(paths);
        output_abandon(output);
        return false;
    }
    /* Files that a dead worker left half-written are in the stage and in no entry: then by files.
     */
    if (output->empty && !output->inside && atomic_load(&output->shared->begun) == count) {
        struct buffer manifest = {0};
        manifest_of(paths, count, NULL, 0, &manifest);
        /* Over an empty folder, too. Where that is refused (a mount, a folder in use), by files. */
        done = put_manifest(output->stage_fd, buffer_text(&manifest)) &&
               rename(output->stage, output->published) == 0;
        buffer_free(&manifest);
        if (done) {
            *counts = (struct output_counts){.written = count};
            output->settled = true;
        }
    }
    if (!done) done = publish_files(output, paths, count, kept, counts, diagnostics);
    memory_free(paths);
    output_abandon(output);
    return done;
}
