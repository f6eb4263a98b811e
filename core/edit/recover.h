/* recover.h: what is done to the files of a journal: forward, back, finished, dropped.
 *
 * A batch runs these itself; after a crash the next command runs them from the journal. Each may
 * find its work done already.
 *
 * A journal that is not ready is dropped: nothing was swapped yet. A ready one is finished, unless
 * the batch was on its way back or a target is no longer what the batch found: then it is taken
 * back. Which files were swapped is read from their content, so that nothing depends on the order
 * in which a disk wrote things. A target that somebody changed after the crash is never touched.
 */
#ifndef GALLEY_RECOVER_H
#define GALLEY_RECOVER_H

#include "edit/journal.h"

/* False: errno, and nothing has changed. */
bool entry_forward(const struct site *site, const struct journal *journal,
                   const struct batch_entry *entry);
bool entry_back(const struct site *site, const struct journal *journal,
                const struct batch_entry *entry);

/* After a failed forward: the entry needs recover_locked. */
bool entry_is_torn(const struct site *site, const struct journal *journal,
                   const struct batch_entry *entry);

/* Removes the hidden files of a batch whose targets are all new, and files its journal in the undo
 * store, or removes the batch it undid. EDIT_FAILED leaves the journal for the next command;
 * *removed tells whether a hidden file is gone already, so that there is no way back. */
enum edit_status journal_finish(const struct site *site, const struct journal *journal,
                                bool *removed, struct diagnostics *diagnostics);
/* Removes all traces of a batch whose targets are all old. */
enum edit_status journal_drop(const struct site *site, const struct journal *journal,
                              struct diagnostics *diagnostics);
/* Appends "back". A journal that cannot say so is finished by the next command instead. */
void journal_mark_back(const struct site *site);

/* Reads a whole file of the site. False: errno. */
bool site_read(const struct site *site, const char *path, struct buffer *out);

/* For a site whose lock is held: completes what a killed command left. */
enum edit_status recover_locked(const struct site *site, struct diagnostics *diagnostics);

#endif
