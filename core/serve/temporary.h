/* temporary.h: a folder for as long as a process lives.
 *
 * It lies below TMPDIR, or /tmp, and only its user may enter it. It is locked while its process
 * lives, so that one that a killed process left is known for what it is: the next temporary_make
 * removes it.
 */
#ifndef GALLEY_TEMPORARY_H
#define GALLEY_TEMPORARY_H

#include <stdbool.h>

/* Zeroed: there is none. */
struct temporary {
    char *path; /* absolute */
    int lock;
};

/* False: errno says why. */
bool temporary_make(struct temporary *folder);
/* With everything in it; nothing when there is none. */
void temporary_remove(struct temporary *folder);

#endif
