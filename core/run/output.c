#include "run/output_inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void output_error(struct output *output, struct diagnostics *diagnostics, struct text path,
                  const char *format, ...) {
    char message[512];
    struct buffer file = {0};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    buffer_append_string(&file, output->folder);
    if (path.length) buffer_append_byte(&file, '/');
    buffer_append_text(&file, path);
    diagnostics_add(diagnostics, SEVERITY_ERROR, buffer_text(&file), (struct place){0, 0}, "%s",
                    message);
    buffer_free(&file);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk) {
    (void)status, (void)type, (void)walk;
    remove(path);
    return 0;
}

void output_remove_tree(const char *path) {
    nftw(path, remove_one, 64, FTW_DEPTH | FTW_PHYS);
}

/* --- Opening. */

static bool make_parents(const char *path) {
    char *copy = strdup(path);
    if (!copy) memory_exhausted(strlen(path));
    bool made = true;
    for (char *slash = strchr(copy + 1, '/'); slash && made; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        made = mkdir(copy, 0777) == 0 || errno == EEXIST;
        *slash = '/';
    }
    free(copy);
    return made;
}

static const char *join(struct arena *arena, const char *format, const char *a, const char *b) {
    struct buffer buffer = {0};
    /* Only literals are given. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    buffer_printf(&buffer, format, a, b);
#pragma GCC diagnostic pop
    struct text text = arena_copy(arena, buffer_text(&buffer));
    buffer_free(&buffer);
    return text.bytes;
}

/* Fills published (without links), and gives the folder it lies in and its name there. */
static bool resolve(struct output *output, const char **parent, const char **name,
                    struct diagnostics *diagnostics) {
    char real[PATH_MAX];
    if (!realpath(output->folder, real)) {
        char *slash = strrchr(output->folder, '/');
        const char *last = slash ? slash + 1 : output->folder;
        const char *above = ".";
        if (slash == output->folder)
            above = "/";
        else if (slash)
            above = arena_copy(&output->arena,
                               (struct text){output->folder, (size_t)(slash - output->folder)})
                        .bytes;
        struct stat link;
        if (errno != ENOENT || lstat(output->folder, &link) == 0 || text_is(text_of(last), "..") ||
            text_is(text_of(last), ".") || !make_parents(output->folder) ||
            !realpath(above, real)) {
            output_error(output, diagnostics, TEXT(""), "cannot be made (%s); name another folder",
                         strerror(errno));
            return false;
        }
        output->published =
            join(&output->arena, text_is(text_of(real), "/") ? "%s%s" : "%s/%s", real, last);
    } else {
        output->published = arena_copy(&output->arena, text_of(real)).bytes;
    }
    const char *slash = strrchr(output->published, '/');
    *name = slash + 1;
    *parent = slash == output->published
                  ? "/"
                  : arena_copy(&output->arena, (struct text){output->published,
                                                             (size_t)(slash - output->published)})
                        .bytes;
    if (**name) return true;
    output_error(output, diagnostics, TEXT(""),
                 "is the root of the file system; name another folder");
    return false;
}

static bool has_content(int folder) {
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = copy < 0 ? NULL : fdopendir(copy);
    if (!list) {
        if (copy >= 0) close(copy);
        return true;
    }
    bool found = false;
    struct dirent *entry;
    while (!found && (entry = readdir(list)))
        found = strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
                strcmp(entry->d_name, STAGE_INSIDE) != 0;
    closedir(list);
    return found;
}

/* Makes and locks the stage; one that a dead process left is removed first. */
static bool make_stage(struct output *output, struct diagnostics *diagnostics) {
    for (int attempt = 0; attempt < 100; attempt++) {
        bool made = mkdir(output->stage, 0777) == 0;
        if (!made && errno != EEXIST) break;
        int folder = open(output->stage, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (folder < 0 && errno == ENOENT) continue;
        if (folder < 0) break;
        struct stat opened, there;
        if (flock(folder, LOCK_EX | LOCK_NB) != 0) {
            close(folder);
            output_error(output, diagnostics, TEXT(""),
                         "another build is writing to this folder; wait until it ends");
            return false;
        }
        /* Between opening and locking, its owner may have published or removed it. */
        bool same = fstat(folder, &opened) == 0 && lstat(output->stage, &there) == 0 &&
                    opened.st_ino == there.st_ino && opened.st_dev == there.st_dev;
        if (same && made) {
            output->stage_fd = folder;
            return true;
        }
        if (same) output_remove_tree(output->stage);
        close(folder);
    }
    output_error(output, diagnostics, TEXT(""),
                 "%s cannot be made (%s); outputs are collected there before they are published",
                 output->stage, strerror(errno));
    return false;
}

static bool open_all(struct output *output, struct diagnostics *diagnostics) {
    const char *parent, *name;
    if (!resolve(output, &parent, &name, diagnostics)) return false;
    struct stat above, status;
    bool exists = stat(output->published, &status) == 0;
    if (exists) {
        output->published_fd = open(output->published, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (output->published_fd < 0) {
            output_error(output, diagnostics, TEXT(""), "cannot be used (%s); name another folder",
                         strerror(errno));
            return false;
        }
        output->empty = !has_content(output->published_fd);
        bool ours = output_read_manifest(output, output->published_fd);
        if (!output->empty && !ours && !output->forced) {
            output_error(output, diagnostics, TEXT(""),
                         "is not empty and was not made by Galley; empty it, name another folder, "
                         "or use --force to build into it");
            return false;
        }
    }
    output->inside = exists && (stat(parent, &above) != 0 || above.st_dev != status.st_dev ||
                                access(parent, W_OK) != 0);
    output->stage = output->inside ? join(&output->arena, "%s/%s", output->published, STAGE_INSIDE)
                                   : join(&output->arena,
                                          text_is(text_of(parent), "/") ? "%s.%s.galley-stage"
                                                                        : "%s/.%s.galley-stage",
                                          parent, name);
    return make_stage(output, diagnostics);
}

struct output *output_open(const char *folder, bool forced, struct diagnostics *diagnostics) {
    struct output *output = memory_allocate_zeroed(sizeof *output);
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/') length--;
    output->folder = arena_copy(&output->arena, (struct text){folder, length}).bytes;
    output->stage_fd = output->published_fd = -1;
    output->forced = forced;
    output->empty = true;
    output->owner = getpid();
    output->shared = mmap(NULL, sizeof *output->shared, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (output->shared == MAP_FAILED) memory_exhausted(sizeof *output->shared);
    if (open_all(output, diagnostics)) return output;
    output->settled = true;
    output_close(output);
    return NULL;
}

const char *output_stage_path(const struct output *output) {
    return output->stage;
}

const char *output_published_path(const struct output *output) {
    return output->published;
}

uint32_t output_descriptors(const struct output *output, int descriptors[2]) {
    descriptors[0] = output->stage_fd;
    descriptors[1] = output->published_fd;
    return output->published_fd >= 0 ? 2 : 1;
}

void output_abandon(struct output *output) {
    if (!output->settled) output_remove_tree(output->stage);
    output->settled = true;
}

void output_close(struct output *output) {
    if (!output) return;
    if (output->owner == getpid()) output_abandon(output);
    if (output->stage_fd >= 0) close(output->stage_fd);
    if (output->published_fd >= 0) close(output->published_fd);
    munmap(output->shared, sizeof *output->shared);
    memory_free(output->before);
    memory_free(output->entries);
    memory_free(output->folders);
    arena_free(&output->arena);
    memory_free(output);
}

/* --- Writing. */

struct text output_folder_of(struct text path) {
    const char *slash = path.length ? memrchr(path.bytes, '/', path.length) : NULL;
    return (struct text){path.bytes, slash ? (size_t)(slash - path.bytes) : 0};
}

const char *output_path_problem(struct text path) {
    if (!path.length) return "the path of this output is empty; give it a name";
    if (path.length > LONGEST_PATH) return "the path is longer than 1,024 bytes; shorten it";
    if (path.bytes[0] == '/') return "the path begins with \"/\"; make it relative";
    if (utf8_valid_length(path) != path.length)
        return "the path is not valid UTF-8; give it another name";
    for (size_t i = 0; i < path.length; i++) {
        unsigned char c = (unsigned char)path.bytes[i];
        if (c < 0x20 || c == 0x7F) return "the path has a control character; give it another name";
        if (c == '\\') return "the path has a \"\\\"; use \"/\" between folders";
        /* C1 controls: C2 80 to C2 9F. */
        if (c == 0xC2 && (unsigned char)path.bytes[i + 1] < 0xA0)
            return "the path has a control character; give it another name";
    }
    for (size_t start = 0, end; start <= path.length; start = end + 1) {
        for (end = start; end < path.length && path.bytes[end] != '/';) end++;
        struct text part = {path.bytes + start, end - start};
        if (!part.length) return "the path has an empty part; name a file, and every folder";
        if (part.length > LONGEST_COMPONENT)
            return "a part of the path is longer than 255 bytes; shorten it";
        if (text_is(part, ".") || text_is(part, ".."))
            return "the path has a \".\" or \"..\"; name the folder itself";
        if (start == 0 &&
            (text_is(part, MANIFEST) || text_is(part, MANIFEST_NEW) || text_is(part, STAGE_INSIDE)))
            return "this name is used by Galley itself; give it another name";
    }
    return NULL;
}

static bool published_has(struct output *output, const char *path, struct text bytes) {
    char chunk[32 * 1024];
    int file = openat(output->published_fd, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) return false;
    struct stat status;
    bool same = fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
                (uint64_t)status.st_size == bytes.length;
    for (size_t at = 0; same && at < bytes.length;) {
        ssize_t got = read(file, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) continue;
        same = got > 0 && (size_t)got <= bytes.length - at &&
               memcmp(chunk, bytes.bytes + at, (size_t)got) == 0;
        if (same) at += (size_t)got;
    }
    close(file);
    return same;
}

/* Whether a folder was noted as made; notes it. Two folders of one hash only cost a failed open. */
static bool know_folder(struct output *output, uint64_t hash) {
    if (!hash) hash = 1;
    if (output->folder_count * 2 >= output->folder_capacity) {
        uint32_t old_capacity = output->folder_capacity;
        uint64_t *old = output->folders;
        output->folder_capacity = old_capacity ? old_capacity * 2 : 256;
        output->folders = memory_allocate_zeroed(output->folder_capacity * sizeof *output->folders);
        output->folder_count = 0;
        for (uint32_t i = 0; i < old_capacity; i++)
            if (old[i]) know_folder(output, old[i]);
        memory_free(old);
    }
    uint32_t mask = output->folder_capacity - 1;
    uint32_t at = (uint32_t)(hash >> 20) & mask;
    for (; output->folders[at]; at = (at + 1) & mask)
        if (output->folders[at] == hash) return true;
    output->folders[at] = hash;
    output->folder_count++;
    return false;
}

/* Makes the folders of a NUL-terminated path of components. */
static void make_folders(struct output *output, char *path) {
    char *slash = strrchr(path, '/');
    if (!slash) return;
    *slash = '\0';
    int made = mkdirat(output->stage_fd, path, 0777);
    if (made != 0 && errno == ENOENT) {
        for (char *inner = strchr(path, '/'); inner; inner = strchr(inner + 1, '/')) {
            *inner = '\0';
            mkdirat(output->stage_fd, path, 0777);
            *inner = '/';
        }
        mkdirat(output->stage_fd, path, 0777);
    }
    *slash = '/';
}

static bool write_all(int file, struct text bytes) {
    for (size_t at = 0; at < bytes.length;) {
        ssize_t wrote = write(file, bytes.bytes + at, bytes.length - at);
        if (wrote < 0 && errno != EINTR) return false;
        if (wrote > 0) at += (size_t)wrote;
    }
    return true;
}

/* What befalls every output, as opposed to one whose name or size is its own fault. */
static bool is_of_the_system(int error) {
    return error == ENOSPC || error == EDQUOT || error == EIO || error == EROFS ||
           error == EMFILE || error == ENFILE;
}

uint32_t output_failed(const struct output *output) {
    return atomic_load_explicit(&output->shared->failed, memory_order_relaxed);
}

static enum output_state refuse(struct output *output, const char **problem) {
    if (is_of_the_system(errno))
        atomic_fetch_add_explicit(&output->shared->failed, 1, memory_order_relaxed);
    snprintf(output->problem, sizeof output->problem,
             "cannot be written (%s); check the disk and its permissions", strerror(errno));
    *problem = output->problem;
    return OUTPUT_REFUSED;
}

int output_create(struct output *output, struct text path, enum output_state *state,
                  const char **problem) {
    *state = OUTPUT_REFUSED;
    *problem = output_path_problem(path);
    if (*problem) return -1;
    char name[LONGEST_PATH + 1];
    memcpy(name, path.bytes, path.length);
    name[path.length] = '\0';
    struct text folder = output_folder_of(path);
    if (folder.length && !know_folder(output, text_hash(folder))) make_folders(output, name);
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    atomic_fetch_add_explicit(&output->shared->begun, 1, memory_order_relaxed);
    int file = openat(output->stage_fd, name, flags, 0666);
    if (file < 0 && errno == ENOENT) {
        make_folders(output, name);
        file = openat(output->stage_fd, name, flags, 0666);
    }
    *state = OUTPUT_WRITTEN;
    if (file >= 0) return file;
    atomic_fetch_sub_explicit(&output->shared->begun, 1, memory_order_relaxed);
    /* Another output has this path, or a part of it is another output: output_check, which
     * knows all of them, names both. */
    if (errno == EEXIST || errno == ENOTDIR || errno == EISDIR) return -1;
    *state = refuse(output, problem);
    return -1;
}

enum output_state output_write(struct output *output, struct text path, struct text bytes,
                               const char **problem) {
    *problem = output_path_problem(path);
    if (*problem) return OUTPUT_REFUSED;
    char name[LONGEST_PATH + 1];
    memcpy(name, path.bytes, path.length);
    name[path.length] = '\0';
    if (output->published_fd >= 0 && published_has(output, name, bytes)) return OUTPUT_UNCHANGED;
    enum output_state state;
    int file = output_create(output, path, &state, problem);
    if (file < 0) return state;
    bool written = write_all(file, bytes);
    int saved = errno;
    if (close(file) != 0 && written) {
        saved = errno;
        written = false;
    }
    errno = saved;
    return written ? OUTPUT_WRITTEN : refuse(output, problem);
}

/* --- Entries. */

struct packed_entry {
    uint32_t state, path, source, plugin; /* lengths; the bytes follow */
};

void output_entry_pack(const struct output_entry *entry, struct buffer *out) {
    struct packed_entry head = {entry->state, (uint32_t)entry->path.length,
                                (uint32_t)entry->source.length, (uint32_t)entry->plugin.length};
    buffer_append(out, (const char *)&head, sizeof head);
    buffer_append_text(out, entry->path);
    buffer_append_text(out, entry->source);
    buffer_append_text(out, entry->plugin);
}

void output_add(struct output *output, const struct output_entry *entry) {
    memory_reserve(&output->entries, &output->capacity, output->count + 1);
    output->entries[output->count++] = (struct output_entry){
        .path = arena_copy(&output->arena, entry->path),
        .source = arena_copy(&output->arena, entry->source),
        .plugin = arena_copy(&output->arena, entry->plugin),
        .state = entry->state,
    };
}

void output_add_packed(struct output *output, struct text packed) {
    struct packed_entry head;
    if (packed.length < sizeof head) return;
    memcpy(&head, packed.bytes, sizeof head);
    const char *bytes = packed.bytes + sizeof head;
    if ((uint64_t)head.path + head.source + head.plugin != packed.length - sizeof head) return;
    if (head.state > OUTPUT_REFUSED) return;
    output_add(output, &(struct output_entry){
                           .path = {bytes, head.path},
                           .source = {bytes + head.path, head.source},
                           .plugin = {bytes + head.path + head.source, head.plugin},
                           .state = (enum output_state)head.state,
                       });
}

bool output_next_written(const struct output *output, uint32_t *cursor, struct text *path) {
    while (*cursor < output->count) {
        const struct output_entry *entry = &output->entries[(*cursor)++];
        if (entry->state != OUTPUT_WRITTEN) continue;
        *path = entry->path;
        return true;
    }
    return false;
}
