/* watch.h: which files of a site change, while somebody works on them.
 *
 * By inotify: every folder below the roots is watched, those that come later too. Where the system
 * has no more watches to give, or when asked to, the files are looked at again and again instead
 * (a network's or a virtual machine's file systems may tell of no change).
 *
 * What belongs together is one burst: it is over when nothing has happened for a moment, a longer
 * one while a file is gone, which an editor may be about to put in its place. Not told of are
 * hidden files, editors' copies, ignored files, folders that Galley has built, and files that came
 * and went within a burst.
 *
 * One thread, no waiting: watch_descriptor and watch_timeout say when watch_run has something to
 * do. Ownership: watch_close frees everything; texts are copied. Units: milliseconds.
 */
#ifndef GALLEY_WATCH_H
#define GALLEY_WATCH_H

#include "base/memory.h"

#include <stdbool.h>

struct watch;

/* A file, or a folder with all below it; it need not be there. `ignored`: patterns as in
 * files_list, for what is below it. */
struct watch_root {
    struct text path; /* NUL-terminated */
    bool is_folder;
    const struct text *ignored;
    uint32_t ignored_count;
};

/* `polling`: look again and again, whatever the system offers. */
struct watch *watch_open(bool polling);
void watch_close(struct watch *watch);
/* Watches these and nothing else. What happened and was not taken yet stays. */
void watch_set(struct watch *watch, const struct watch_root *roots, uint32_t count);

/* -1: there is none. */
int watch_descriptor(const struct watch *watch);
/* Until watch_run is due; -1: only when the descriptor has something. */
int watch_timeout(struct watch *watch);
/* True when a burst is over and something changed. */
bool watch_run(struct watch *watch);
/* Whether something has changed that was not taken yet, whether or not its burst is over. */
bool watch_pending(const struct watch *watch);
/* Calls `each` with what changed, sorted by bytes, every path once (spelt like its root), and
 * forgets it. */
void watch_take(struct watch *watch, void (*each)(struct text path, void *context), void *context);

/* Why files are looked at again and again, once: a line, or NULL. */
const char *watch_complaint(struct watch *watch);

#endif
