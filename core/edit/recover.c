#include "edit/recover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

bool entry_forward(const struct site *site, const struct journal *journal,
                   const struct batch_entry *entry) {
    struct buffer staged = {0};
    journal_staged_name(journal, entry->index, entry->target, &staged);
    const char *target = entry->target.bytes;
    bool good = entry->action == BATCH_REPLACE  ? site_swap(site, staged.bytes, target)
                : entry->action == BATCH_CREATE ? site_place(site, staged.bytes, target)
                                                : site_place(site, target, staged.bytes);
    buffer_free(&staged);
    return good;
}

bool entry_back(const struct site *site, const struct journal *journal,
                const struct batch_entry *entry) {
    struct buffer staged = {0};
    journal_staged_name(journal, entry->index, entry->target, &staged);
    const char *target = entry->target.bytes;
    bool good = entry->action == BATCH_REPLACE  ? site_swap(site, staged.bytes, target)
                : entry->action == BATCH_CREATE ? site_place(site, target, staged.bytes)
                                                : site_place(site, staged.bytes, target);
    buffer_free(&staged);
    return good;
}

bool entry_is_torn(const struct site *site, const struct journal *journal,
                   const struct batch_entry *entry) {
    struct buffer staged = {0};
    journal_staged_name(journal, entry->index, entry->target, &staged);
    bool torn = site_is_torn(site, staged.bytes);
    buffer_free(&staged);
    return torn;
}

static bool remove_file(const struct site *site, const char *path) {
    /* Once more after a failure: a passing fault must not turn a finished batch into a failed one.
     */
    return !unlinkat(site->folder, path, 0) || errno == ENOENT ||
           !unlinkat(site->folder, path, 0) || errno == ENOENT;
}

/* Deletes `.galley/undo/NUMBER`. */
static bool undo_forget(const struct site *site, uint32_t number) {
    static const char *const files[] = {"manifest", "old"};
    char path[64];
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, JOURNAL_UNDO "/%u/%s", number, files[i]);
        if (!remove_file(site, path)) return false;
    }
    snprintf(path, sizeof path, JOURNAL_UNDO "/%u", number);
    /* Without a manifest it is no batch, whether the folder goes or not. */
    if (unlinkat(site->folder, path, AT_REMOVEDIR)) unlinkat(site->folder, path, AT_REMOVEDIR);
    return true;
}

/* Folders that hold nothing are no use to anybody; one that does is left, which is no failure. */
static void remove_empty_home(const struct site *site) {
    unlinkat(site->folder, JOURNAL_UNDO, AT_REMOVEDIR);
    unlinkat(site->folder, JOURNAL_HOME, AT_REMOVEDIR);
}

static bool file_journal(const struct site *site, const char *manifest) {
    /* The call that swaps use, so that a system which refuses it has refused before. */
    if (!renameat2(site->folder, JOURNAL_FILE, site->folder, manifest, 0)) return true;
    return errno == ENOSYS && !renameat(site->folder, JOURNAL_FILE, site->folder, manifest);
}

enum edit_status journal_finish(const struct site *site, const struct journal *journal,
                                bool *removed, struct diagnostics *diagnostics) {
    struct buffer staged = {0};
    enum edit_status status = EDIT_DONE;
    for (uint32_t i = 0; i < journal->count && status == EDIT_DONE; i++) {
        const struct batch_entry *entry = &journal->entries[i];
        if (entry->action == BATCH_CREATE) continue;
        journal_staged_name(journal, entry->index, entry->target, &staged);
        if (remove_file(site, staged.bytes))
            *removed = true;
        else
            status = site_fail(diagnostics, buffer_text(&staged), "cannot remove the hidden file");
    }
    buffer_free(&staged);
    if (status != EDIT_DONE) return status;
    char manifest[64];
    snprintf(manifest, sizeof manifest, JOURNAL_UNDO "/%u/manifest", journal->number);
    bool good;
    if (journal->undoes) {
        good = undo_forget(site, journal->undoes) && remove_file(site, JOURNAL_FILE);
        if (good) remove_empty_home(site);
    } else {
        good = file_journal(site, manifest) || file_journal(site, manifest);
    }
    return good ? EDIT_DONE
                : site_fail(diagnostics, TEXT(JOURNAL_FILE), "cannot file the batch's record");
}

enum edit_status journal_drop(const struct site *site, const struct journal *journal,
                              struct diagnostics *diagnostics) {
    struct buffer staged = {0};
    enum edit_status status = EDIT_DONE;
    for (uint32_t i = journal->stage_count; i--;) {
        const struct journal_stage *stage = &journal->stages[i];
        if (!site_target_is_safe(site, stage->target)) continue;
        if (!stage->index) {
            unlinkat(site->folder, stage->target.bytes, AT_REMOVEDIR);
            continue;
        }
        journal_staged_name(journal, stage->index, stage->target, &staged);
        if (!remove_file(site, staged.bytes))
            status = site_fail(diagnostics, buffer_text(&staged), "cannot remove the hidden file");
    }
    buffer_free(&staged);
    if (status == EDIT_DONE && !journal->undoes && !undo_forget(site, journal->number))
        status = site_fail(diagnostics, TEXT(JOURNAL_UNDO), "cannot remove the unfinished batch");
    if (status == EDIT_DONE && !remove_file(site, JOURNAL_FILE))
        status = site_fail(diagnostics, TEXT(JOURNAL_FILE), "cannot remove it");
    if (status == EDIT_DONE) remove_empty_home(site);
    return status;
}

void journal_mark_back(const struct site *site) {
    int file = openat(site->folder, JOURNAL_FILE, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0) return;
    if (write_all(file, TEXT("back\n"))) fdatasync(file);
    close(file);
}

bool site_read(const struct site *site, const char *path, struct buffer *out) {
    int file = openat(site->folder, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) return false;
    ssize_t got = 1;
    out->length = 0;
    while (got > 0) {
        buffer_grow(out, 16 * 1024);
        do got = read(file, out->bytes + out->length, out->capacity - out->length);
        while (got < 0 && errno == EINTR);
        if (got > 0) out->length += (size_t)got;
    }
    int reason = errno;
    close(file);
    errno = reason;
    return got == 0;
}

/* What a file holds, seen from one entry. */
enum holds { HOLDS_NONE, HOLDS_OLD, HOLDS_NEW, HOLDS_OTHER };

/* Where an entry stands. */
enum standing {
    STANDS_BEFORE,        /* not swapped */
    STANDS_AFTER,         /* swapped, with a way back */
    STANDS_FINISHED,      /* swapped, the hidden file gone */
    STANDS_DROPPED,       /* not swapped, the hidden file gone */
    STANDS_CHANGED,       /* not swapped, and somebody else changed the target */
    STANDS_CHANGED_AFTER, /* the same, but swapped before */
    STANDINGS
};

static bool look(const struct site *site, const struct batch_entry *entry, const char *path,
                 enum holds *holds) {
    uint64_t size = 0, hash = 0;
    int found = site_measure(site, path, &size, &hash);
    if (found < 0) return false;
    *holds = found == 0 ? HOLDS_NONE
             : entry->action != BATCH_CREATE && size == entry->old_size && hash == entry->old_hash
                 ? HOLDS_OLD
             : entry->action != BATCH_REMOVE && size == entry->new_size && hash == entry->new_hash
                 ? HOLDS_NEW
                 : HOLDS_OTHER;
    return true;
}

static bool find_standing(const struct site *site, const struct journal *journal,
                          const struct batch_entry *entry, enum standing *standing) {
    struct buffer staged = {0};
    journal_staged_name(journal, entry->index, entry->target, &staged);
    enum holds hidden = HOLDS_NONE, target = HOLDS_NONE;
    bool good = site_mend(site, staged.bytes) && look(site, entry, staged.bytes, &hidden) &&
                look(site, entry, entry->target.bytes, &target);
    /* Where renameat2 is not offered, a name may have been linked and not yet unlinked. */
    if (good && hidden != HOLDS_NONE &&
        ((entry->action == BATCH_CREATE && target == HOLDS_NEW) ||
         (entry->action == BATCH_REMOVE && target == HOLDS_OLD)))
        good = remove_file(site, staged.bytes);
    buffer_free(&staged);
    *standing = hidden == HOLDS_OLD ? STANDS_CHANGED_AFTER : STANDS_CHANGED;
    if (entry->action == BATCH_REPLACE) {
        if (target == HOLDS_OLD)
            *standing = hidden == HOLDS_NEW ? STANDS_BEFORE : STANDS_DROPPED;
        else if (target == HOLDS_NEW)
            *standing = hidden == HOLDS_OLD ? STANDS_AFTER : STANDS_FINISHED;
    } else if (entry->action == BATCH_CREATE) {
        if (target == HOLDS_NONE)
            *standing = hidden == HOLDS_NEW ? STANDS_BEFORE : STANDS_DROPPED;
        else if (target == HOLDS_NEW)
            *standing = STANDS_AFTER;
    } else {
        if (target == HOLDS_OLD)
            *standing = STANDS_BEFORE;
        else if (target == HOLDS_NONE)
            *standing = hidden == HOLDS_OLD ? STANDS_AFTER : STANDS_FINISHED;
    }
    return good;
}

static void tell(struct diagnostics *diagnostics, const struct journal *journal, const char *what) {
    diagnostics_add(diagnostics, SEVERITY_WARNING, TEXT(""), (struct place){0, 0},
                    "the command \"%.*s\" was cut off while it wrote %u files; %s",
                    (int)journal->label.length, journal->label.bytes, journal->count, what);
}

static enum edit_status settle(const struct site *site, struct journal *journal,
                               struct diagnostics *diagnostics) {
    uint32_t of[STANDINGS] = {0};
    uint8_t *standings = memory_allocate_zeroed(journal->count);
    enum edit_status status = EDIT_DONE;
    for (uint32_t i = 0; i < journal->count && status == EDIT_DONE; i++) {
        const struct batch_entry *entry = &journal->entries[i];
        enum standing standing = STANDS_CHANGED;
        if (!site_target_is_safe(site, entry->target)) {
            diagnostics_add(diagnostics, SEVERITY_ERROR, TEXT(JOURNAL_FILE), (struct place){0, 0},
                            "names %s, which leads out of the site; remove the journal if you "
                            "did not write it, else put the folder back",
                            entry->target.bytes);
            status = EDIT_REFUSED;
        } else if (!find_standing(site, journal, entry, &standing))
            status = site_fail(diagnostics, entry->target, "cannot look at the file");
        standings[i] = (uint8_t)standing;
        of[standing]++;
    }
    bool back = journal->back || of[STANDS_DROPPED] || of[STANDS_CHANGED];
    /* All had been swapped; or an old text that is not in the undo store would be lost. */
    if (of[STANDS_FINISHED] || of[STANDS_CHANGED_AFTER]) back = false;
    for (uint32_t i = 0; i < journal->count && status == EDIT_DONE; i++) {
        const struct batch_entry *entry = &journal->entries[i];
        bool good = true;
        if (standings[i] == STANDS_CHANGED || standings[i] == STANDS_CHANGED_AFTER)
            diagnostics_add(diagnostics, SEVERITY_WARNING, entry->target, (struct place){0, 0},
                            "was changed after that; it stays as it is now");
        else if (back && standings[i] == STANDS_AFTER)
            good = entry_back(site, journal, entry);
        else if (!back && standings[i] == STANDS_BEFORE)
            good = entry_forward(site, journal, entry);
        if (!good) status = site_fail(diagnostics, entry->target, "cannot rename the file");
    }
    memory_free(standings);
    bool removed = false;
    if (status == EDIT_DONE)
        status = back ? journal_drop(site, journal, diagnostics)
                      : journal_finish(site, journal, &removed, diagnostics);
    if (status == EDIT_DONE)
        tell(diagnostics, journal, back ? "it is taken back now" : "it is finished now");
    return status;
}

enum edit_status recover_locked(const struct site *site, struct diagnostics *diagnostics) {
    struct buffer bytes = {0};
    struct journal journal = {0};
    enum edit_status status = EDIT_DONE;
    if (!site_read(site, JOURNAL_FILE, &bytes)) {
        if (errno != ENOENT) status = site_fail(diagnostics, TEXT(JOURNAL_FILE), "cannot read it");
    } else if (!journal_read(buffer_text(&bytes), &journal)) {
        if (!remove_file(site, JOURNAL_FILE))
            status = site_fail(diagnostics, TEXT(JOURNAL_FILE), "cannot remove it");
        else
            remove_empty_home(site);
    } else if (journal.ready) {
        status = settle(site, &journal, diagnostics);
    } else {
        status = journal_drop(site, &journal, diagnostics);
    }
    journal_free(&journal);
    buffer_free(&bytes);
    return status;
}
