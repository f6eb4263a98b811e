/* target.h: one file that a command was told to write, whole or not at all.
 *
 * target_open makes a file beside the one named, without a name where the system can (O_TMPFILE) so
 * that not even a killed process leaves it behind; target_commit gives it the name; target_close
 * without a commit leaves things as they were. What is not a regular file (a pipe, /dev/null) is
 * written directly, and so is standard output. A symbolic link is followed: what it points to is
 * replaced. The mode of a file that was there stays.
 *
 * Ownership: target_open's result is freed by target_close. Errors: go to `diagnostics` under the
 * path as given.
 */
#ifndef GALLEY_TARGET_H
#define GALLEY_TARGET_H

#include "base/diagnostic.h"

struct target;

/* path NULL: standard output. NULL with an error added when it cannot be written. */
struct target *target_open(const char *path, struct diagnostics *diagnostics);
/* Where to write; stays the target's. */
int target_descriptor(const struct target *target);
/* False with an error added: the old file is as it was. */
bool target_commit(struct target *target, struct diagnostics *diagnostics);
/* NULL is allowed. */
void target_close(struct target *target);

#endif
