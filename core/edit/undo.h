/* undo.h: batches that can be taken back.
 *
 * Every committed batch is kept in `.galley/undo/NUMBER` with the exact old texts. Taking one back
 * is itself a batch: all files or none, and killed at any point it is completed by the next
 * command. It is refused when a file is not as the batch left it. A batch that was taken back is
 * gone from the store; so is nothing else, ever: the user deletes `.galley/undo` when it is too
 * large.
 *
 * Ownership: a list owns its texts until undo_list_free.
 */
#ifndef GALLEY_UNDO_H
#define GALLEY_UNDO_H

#include "edit/batch.h"

struct undo_item {
    uint32_t number;
    struct text label;
    uint32_t files;
    int64_t seconds; /* when it was committed, since 1970 UTC */
    bool readable;   /* false: the record is damaged */
};

struct undo_list {
    struct undo_item *items; /* newest first */
    uint32_t count, capacity;
    struct arena arena;
};

enum edit_status undo_list_read(struct undo_list *list, struct text site_path,
                                struct diagnostics *diagnostics);
void undo_list_free(struct undo_list *list);

/* One batch, with its old texts. */
struct undo {
    struct site site;
    struct journal journal;
    int old_file;
};

/* number 0: the newest. After any answer undo_close must follow. */
enum edit_status undo_open(struct undo *undo, struct text site_path, uint32_t number,
                           struct diagnostics *diagnostics);
void undo_close(struct undo *undo);

/* Writes the old texts back, after a check of every file. Names all files that stand in the way. */
enum edit_status undo_apply(struct undo *undo, struct text site_path,
                            struct diagnostics *diagnostics);

#endif
