/* watch_inside.h: what watch.c and the two ways of watching share. Not for anybody else. */
#ifndef GALLEY_WATCH_INSIDE_H
#define GALLEY_WATCH_INSIDE_H

#include "serve/watch.h"

enum change_kind { CHANGE_BEGUN /* made, nothing in it yet */, CHANGE_DONE };

struct change {
    struct text path;
    uint64_t hash;
    bool fresh;  /* not there before the burst */
    bool counts; /* more than begun */
};

struct watch {
    struct arena arena; /* of the roots */
    struct watch_root *roots;
    uint32_t root_count;

    struct change *changes;
    uint32_t count, capacity;
    struct arena paths;   /* of the changes */
    bool more;            /* than are kept */
    uint64_t first, last; /* when the burst began, and what came last */
    uint64_t looked;      /* `last` when `gone` was found out */
    bool gone;            /* a file that was there is not */

    struct inotify *inotify; /* one of the two is NULL */
    struct polled *polled;
    char complaint[192];
    bool complained;
};

uint64_t watch_clock(void); /* milliseconds */
void watch_changed(struct watch *watch, struct text path, enum change_kind kind);
/* Whether a file or folder below a root is none of ours. */
bool watch_ignores(const struct watch_root *root, struct text path, const char *name);

/* NULL when the system has none to give; *error is errno's. */
struct inotify *inotify_open(int *error);
int inotify_descriptor(const struct inotify *inotify);
/* 0, or errno's: the system has no more watches to give. */
int inotify_set(struct inotify *inotify, struct watch *watch);
int inotify_read(struct inotify *inotify, struct watch *watch);
void inotify_close(struct inotify *inotify);

struct polled *polled_open(void);
/* What is there now is nothing new. */
void polled_set(struct polled *polled, struct watch *watch);
uint64_t polled_due(const struct polled *polled);
void polled_look(struct polled *polled, struct watch *watch);
void polled_close(struct polled *polled);

#endif
