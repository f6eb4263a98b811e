/* digest.h: what a file system says of many files, as one number, to see whether any has changed.
 *
 * A file counts by its path, size, kind, inode and the times of its last change (of its bytes, and
 * of anything about it): what is edited, renamed, replaced or put back changes the number, without
 * a byte of it being read. Two changes within one tick of the file system's clock cannot be told
 * apart, so a digest says too whether its files have been at rest since before it was taken; only
 * then may somebody rely on it later.
 *
 * Units: nanoseconds since 1970. Errors: none; what is not there counts as absent.
 */
#ifndef GALLEY_DIGEST_H
#define GALLEY_DIGEST_H

#include "read/files.h"

struct digest {
    uint64_t number;
    int64_t newest; /* the last change of any */
};

void digest_add(struct digest *digest, const struct file_list *list);
/* A file or folder as such. */
void digest_add_path(struct digest *digest, const char *path);
/* Whether nothing has changed for so long that a change from now on will be seen. */
bool digest_is_at_rest(const struct digest *digest);

#endif
