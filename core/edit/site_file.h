/* site_file.h: one file of a site: found, checked, staged beside itself, and swapped.
 *
 * These are the steps that a batch (batch.h) is made of. Paths are relative to the site's folder.
 * A "target" is a resolved one: no symbolic link in it, and inside the site, so that a link is
 * edited where it leads and nothing outside is ever written.
 *
 * Ownership: targets live in the arena given and end with a NUL. A site holds one descriptor until
 * site_close.
 * Errors: EDIT_REFUSED is about the content or the user's setup (a hard link, a changed file) and
 * is exit status 1; EDIT_FAILED is the world (disk, permissions) and is status 3. Both come with a
 * diagnostic that names the file.
 */
#ifndef GALLEY_SITE_FILE_H
#define GALLEY_SITE_FILE_H

#include "base/diagnostic.h"

#include <sys/stat.h>

enum edit_status { EDIT_DONE, EDIT_REFUSED, EDIT_FAILED };

/* What a file looked like when it was read. */
struct file_stamp {
    uint64_t device, inode, size;
    int64_t seconds; /* modification time */
    uint32_t nanoseconds;
};
struct file_stamp file_stamp_of(const struct stat *found);

struct site {
    int folder;       /* descriptor */
    struct text path; /* absolute, resolved */
    struct arena arena;
};

enum edit_status site_open(struct site *site, struct text path, struct diagnostics *diagnostics);
void site_close(struct site *site);

/* Adds "what: the system's reason; advice" for `path` and returns EDIT_FAILED. Uses errno. */
enum edit_status site_fail(struct diagnostics *diagnostics, struct text path, const char *what);

/* An existing file, links followed. */
enum edit_status site_resolve(const struct site *site, struct text path, struct arena *arena,
                              struct text *target, struct diagnostics *diagnostics);
/* A file that is to be made. *existing: how many bytes of the target name a folder that exists
 * (0: the site's own). */
enum edit_status site_resolve_new(const struct site *site, struct text path, struct arena *arena,
                                  struct text *target, size_t *existing,
                                  struct diagnostics *diagnostics);
/* For targets read from a journal: relative, without "..", and still without links. */
bool site_target_is_safe(const struct site *site, struct text target);

/* What a file must still be. `bytes` may be {NULL, 0}: then size and hash decide. */
struct file_expected {
    const struct file_stamp *stamp; /* NULL: any */
    struct text bytes;
    uint64_t size, hash;
};
/* Opens the target (*opened is a descriptor when EDIT_DONE) and compares all of it. Refuses what is
 * not an ordinary file with one name that the user may write. */
enum edit_status site_check(const struct site *site, struct text target,
                            struct file_expected expected, int *opened, struct stat *found,
                            struct diagnostics *diagnostics);
/* 1: *size and *hash are set; 0: no such file; -1: errno. */
int site_measure(const struct site *site, const char *path, uint64_t *size, uint64_t *hash);

/* Mode and owner for a staged file; `like` is a descriptor whose mode, owner and extended
 * attributes are taken instead, or -1. mode 0: an ordinary new file's. */
struct file_manner {
    int like;
    uint32_t mode, user, group;
};
/* Makes `staged` with these bytes. On failure nothing is left. Messages name `target`. */
enum edit_status site_stage(const struct site *site, struct text target, const char *staged,
                            struct text bytes, struct file_manner manner,
                            struct diagnostics *diagnostics);

/* Each is one step or, on file systems without renameat2, a few that site_mend completes after a
 * crash. False: errno, and nothing has changed. */
/* A swap that failed half-way, and could not be taken back, is the one exception: site_is_torn. */
bool site_swap(const struct site *site, const char *staged, const char *target);
/* `to` must not exist. */
bool site_place(const struct site *site, const char *from, const char *to);
bool site_is_torn(const struct site *site, const char *staged);
/* Brings back order after a swap that was cut off. */
bool site_mend(const struct site *site, const char *staged);

bool write_all(int file, struct text bytes);

#endif
