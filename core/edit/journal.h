/* journal.h: the record of one batch, as the file `.galley/journal` and as a struct.
 *
 * The file is text, a line a fact, and grows by appending:
 *
 *     galley-journal 1 NUMBER UNDOES LABEL
 *     stage INDEX TARGET            a hidden file is about to be made beside the target
 *     folder TARGET                 a folder is about to be made
 *     replace|create|remove INDEX OLD-SIZE OLD-HASH OLD-AT NEW-SIZE NEW-HASH MODE USER GROUP TARGET
 *                                   LIKE
 *     ready HASH                    all of the above is complete; HASH is of the bytes before
 *     back                          the batch is being taken back
 *
 * A finished batch's journal becomes `.galley/undo/NUMBER/manifest`; beside it `old` holds the old
 * texts one after another, OLD-AT their offsets. In names, bytes up to a space and "%" are written
 * %XX; "-" is an empty name. A last line without its line end was cut off and does not count.
 *
 * Ownership: a journal owns its entries and names until journal_free.
 * Errors: a journal that was tampered with is refused by journal_read; its targets must still be
 * tested by site_target_is_safe.
 */
#ifndef GALLEY_JOURNAL_H
#define GALLEY_JOURNAL_H

#include "edit/site_file.h"

#define JOURNAL_HOME ".galley"
#define JOURNAL_FILE ".galley/journal"
#define JOURNAL_UNDO ".galley/undo"

enum batch_action { BATCH_REPLACE, BATCH_CREATE, BATCH_REMOVE };

struct batch_entry {
    enum batch_action action;
    uint32_t index;     /* names the staged file */
    struct text target; /* ends with a NUL */
    struct text like;   /* the file whose mode and attributes a created one shares; may be empty */
    uint64_t old_size, old_hash, old_at, new_size, new_hash;
    uint32_t mode, user, group; /* of the old file, or of a created one */
    struct file_stamp stamp;    /* when it was staged; not written */
};

struct journal_stage {
    uint32_t index; /* 0: a folder */
    struct text target;
};

struct journal {
    uint32_t number; /* of the batch: from 1 */
    uint32_t undoes; /* the batch that this one takes back; 0: none */
    struct text label;
    bool ready, back;
    struct batch_entry *entries;
    uint32_t count, capacity;
    struct journal_stage *stages;
    uint32_t stage_count, stage_capacity;
    struct arena arena;
};

void journal_add_entry(struct journal *journal, struct batch_entry entry);
/* Copies the target. */
struct text journal_add_stage(struct journal *journal, uint32_t index, struct text target);
void journal_free(struct journal *journal);

void journal_write_head(const struct journal *journal, struct buffer *out);
void journal_write_stage(struct journal_stage stage, struct buffer *out);
/* All entries and the ready line; `hash` is text_hash of what the file holds so far. */
void journal_write_ready(const struct journal *journal, struct text so_far, struct buffer *out);

/* False when the head cannot be read: then nothing else had been done either. */
bool journal_read(struct text bytes, struct journal *journal);

/* Where an entry's hidden file lies: beside its target. */
void journal_staged_name(const struct journal *journal, uint32_t index, struct text target,
                         struct buffer *out);

#endif
