/* batch.h: many files changed as one: all of them or none.
 *
 * Files are staged one at a time, each as a hidden file beside its target, so that memory does not
 * grow with their content. batch_commit writes the journal, syncs each file system once, looks at
 * every target again, swaps the files by renames, and files the old texts for undo. A process that
 * is killed anywhere in this leaves what recover.h completes; a failure takes everything back.
 *
 *     struct batch batch;
 *     enum edit_status status = batch_open(&batch, site, label, diagnostics);
 *     for each file while EDIT_DONE: status = batch_replace(&batch, path, &stamp, old, new);
 *     if (status == EDIT_DONE) status = batch_commit(&batch);
 *     batch_close(&batch);
 *
 * batch_open takes the site's one lock (flock on `.galley`, which the kernel lets go of when its
 * holder dies, so that no lock is ever stale) and completes a batch that was cut off. A step that
 * is refused or fails has staged nothing of its file: the caller may go on with the others and
 * commit them, or close the batch, which takes all back.
 *
 * Not kept: access times, birth times, inode numbers. A power cut while files are being staged,
 * before the one sync, may leave hidden files `.galley-*.tmp`; the site's own files are whole.
 *
 * Units and errors as in site_file.h. Do not fork while a batch is open: the child would hold the
 * lock.
 */
#ifndef GALLEY_BATCH_H
#define GALLEY_BATCH_H

#include "edit/journal.h"

struct batch {
    struct site site;
    struct journal journal;
    struct diagnostics *diagnostics;
    struct buffer written;            /* the journal's bytes so far */
    int lock, journal_file, old_file; /* descriptors; -1 */
    uint64_t old_size;
    uint32_t next_index;
    bool open; /* has a journal to be taken back */
};

/* `label` names the batch in `galley undo --list`: the script. */
enum edit_status batch_open(struct batch *batch, struct text site_path, struct text label,
                            struct diagnostics *diagnostics);

/* `stamp` and `old_bytes`: the file as it was read. Equal texts are no change and stage nothing. */
enum edit_status batch_replace(struct batch *batch, struct text path,
                               const struct file_stamp *stamp, struct text old_bytes,
                               struct text new_bytes);
/* A new file; folders are made. `like`: an existing file whose mode, owner and attributes it gets;
 * may be empty. */
enum edit_status batch_create(struct batch *batch, struct text path, struct text bytes,
                              struct text like);
enum edit_status batch_remove(struct batch *batch, struct text path, const struct file_stamp *stamp,
                              struct text old_bytes);
/* The file under another name, with new bytes or the same. */
enum edit_status batch_move(struct batch *batch, struct text from, struct text to,
                            const struct file_stamp *stamp, struct text old_bytes,
                            struct text new_bytes);

/* Nothing staged: nothing written, EDIT_DONE. After any answer only batch_close may follow. */
enum edit_status batch_commit(struct batch *batch);
/* Takes back what was not committed, gives the lock back. */
void batch_close(struct batch *batch);

/* How many files a commit would change; the batch's number in the undo store. */
static inline uint32_t batch_count(const struct batch *batch) {
    return batch->journal.count;
}
static inline uint32_t batch_number(const struct batch *batch) {
    return batch->journal.number;
}

/* Every command calls this before it reads articles: completes a batch that was cut off. Costs one
 * system call where there is none. Refused while another process holds the lock. */
enum edit_status batch_recover(struct text site_path, struct diagnostics *diagnostics);

/* For undo.c: as batch_open, with the number of the batch that this one takes back. */
enum edit_status batch_open_undo(struct batch *batch, struct text site_path, uint32_t undoes,
                                 struct text label, struct diagnostics *diagnostics);
/* For undo.c: a new file whose target, like, mode, user and group are the entry's. */
enum edit_status batch_create_entry(struct batch *batch, struct batch_entry entry,
                                    struct text bytes);
/* For undo.c: the old text is known by size and hash only. */
enum edit_status batch_stage(struct batch *batch, struct batch_entry entry,
                             struct file_expected expected, struct text new_bytes);

#endif
