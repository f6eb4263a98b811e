/* output_inside.h: what output.c and output_publish.c share. Not for anybody else. */
#ifndef GALLEY_OUTPUT_INSIDE_H
#define GALLEY_OUTPUT_INSIDE_H

#include "read/files.h"
#include "run/output.h"

#include <stdatomic.h>
#include <sys/types.h>

#define MANIFEST     OUTPUT_MARK
#define MANIFEST_NEW OUTPUT_MARK ".new"
#define STAGE_INSIDE ".galley-stage"

enum { LONGEST_PATH = 1024, LONGEST_COMPONENT = 255 };

/* What all processes count. */
struct output_shared {
    _Atomic uint32_t begun;  /* files of the stage: more than the entries say when a worker died */
    _Atomic uint32_t failed; /* that could not be written, the disk being full or the like */
};

struct output {
    struct arena arena;
    const char *folder;    /* as the user spells it */
    const char *published; /* absolute, no symbolic links */
    const char *stage;
    int stage_fd, published_fd; /* published_fd -1: does not exist */
    bool empty;                 /* published does not exist or has nothing in it */
    bool inside;                /* the stage lies in the published folder */
    bool forced;
    bool settled; /* published or abandoned */
    struct output_shared *shared;
    pid_t owner;
    struct text *before; /* the manifest's paths, sorted by bytes */
    uint32_t before_count, before_capacity;
    struct output_entry *entries;
    uint32_t count, capacity;
    uint64_t *folders; /* hashes of folders known to be in the stage; open addressing; 0: free */
    uint32_t folder_count, folder_capacity;
    char problem[160];
};

/* An error about `path` in the output folder (path may be empty), or about the folder. */
void output_error(struct output *output, struct diagnostics *diagnostics, struct text path,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The text before the last "/", or empty. */
struct text output_folder_of(struct text path);

/* Reads the manifest at `folder`; false when there is none, or not one of ours. Lines that are no
 * path an output could have are passed over: the file may come from anywhere. */
bool output_read_manifest(struct output *output, int folder);

/* Whether the files in the way of what is to be published are Galley's own, and no symbolic links
 * lead elsewhere. */
bool output_check_published(struct output *output, struct diagnostics *diagnostics);

#endif
