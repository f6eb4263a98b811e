#include "edit/batch.h"

#include "edit/recover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

enum { LOCK_TRIES = 5 };

static enum edit_status refuse(struct batch *batch, struct text path, const char *message) {
    diagnostics_add(batch->diagnostics, SEVERITY_ERROR, path, (struct place){0, 0}, "%s", message);
    return EDIT_REFUSED;
}

/* The lock is of the folder itself: no file that could be left over. Its last holder may have
 * removed it when it was empty, so the folder that was locked must still be the one in place. */
static enum edit_status take_lock(const struct site *site, bool make, int *lock,
                                  struct diagnostics *diagnostics) {
    struct text home = TEXT(JOURNAL_HOME);
    for (int tries = 0; tries < LOCK_TRIES; tries++) {
        struct stat locked, in_place;
        if (make && mkdirat(site->folder, JOURNAL_HOME, 0777) && errno != EEXIST)
            return site_fail(diagnostics, home, "cannot make the folder");
        int file =
            openat(site->folder, JOURNAL_HOME, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (file < 0 && errno == ENOENT && !make) return EDIT_DONE;
        if (file < 0 && errno == ENOENT) continue;
        if (file < 0) return site_fail(diagnostics, home, "cannot open the folder");
        if (flock(file, LOCK_EX | LOCK_NB)) {
            bool busy = errno == EWOULDBLOCK;
            if (!busy) site_fail(diagnostics, home, "cannot lock the folder");
            close(file);
            if (!busy) return EDIT_FAILED;
            diagnostics_add(diagnostics, SEVERITY_ERROR, home, (struct place){0, 0},
                            "another galley command is writing to this site; wait until it ends");
            return EDIT_REFUSED;
        }
        if (!fstat(file, &locked) &&
            !fstatat(site->folder, JOURNAL_HOME, &in_place, AT_SYMLINK_NOFOLLOW) &&
            locked.st_dev == in_place.st_dev && locked.st_ino == in_place.st_ino) {
            *lock = file;
            return EDIT_DONE;
        }
        close(file);
    }
    errno = EAGAIN;
    return site_fail(diagnostics, home, "cannot lock the folder");
}

static void give_lock(int *lock) {
    /* Said outright: a forked child may still have the descriptor. */
    if (*lock >= 0) {
        flock(*lock, LOCK_UN);
        close(*lock);
    }
    *lock = -1;
}

enum edit_status batch_recover(struct text site_path, struct diagnostics *diagnostics) {
    struct site site;
    int lock = -1;
    enum edit_status status = site_open(&site, site_path, diagnostics);
    if (status == EDIT_DONE && !faccessat(site.folder, JOURNAL_FILE, F_OK, 0)) {
        status = take_lock(&site, false, &lock, diagnostics);
        if (status == EDIT_DONE && lock >= 0) status = recover_locked(&site, diagnostics);
        give_lock(&lock);
    }
    site_close(&site);
    return status;
}

/* The highest number in the undo store; -1: errno. */
static int64_t highest_number(const struct site *site) {
    int folder = openat(site->folder, JOURNAL_UNDO, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return errno == ENOENT ? 0 : -1;
    DIR *listing = fdopendir(folder);
    if (!listing) {
        int reason = errno;
        close(folder);
        errno = reason;
        return -1;
    }
    int64_t highest = 0;
    errno = 0;
    for (struct dirent *item; (item = readdir(listing));) {
        char *end;
        long number = strtol(item->d_name, &end, 10);
        if (!*end && number > highest && number < INT32_MAX) highest = number;
    }
    int reason = errno;
    closedir(listing);
    errno = reason;
    return reason ? -1 : highest;
}

/* The journal comes before what it speaks of. */
static bool journal_append(struct batch *batch, size_t from) {
    struct text text = {batch->written.bytes + from, batch->written.length - from};
    return write_all(batch->journal_file, text);
}

static enum edit_status start(struct batch *batch) {
    struct site *site = &batch->site;
    char path[64];
    int64_t highest = highest_number(site);
    if (highest < 0)
        return site_fail(batch->diagnostics, TEXT(JOURNAL_UNDO), "cannot list the folder");
    batch->journal.number = (uint32_t)highest + 1;
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
    batch->journal_file = openat(site->folder, JOURNAL_FILE, flags, 0666);
    if (batch->journal_file < 0)
        return site_fail(batch->diagnostics, TEXT(JOURNAL_FILE), "cannot make it");
    batch->open = true;
    journal_write_head(&batch->journal, &batch->written);
    if (!journal_append(batch, 0))
        return site_fail(batch->diagnostics, TEXT(JOURNAL_FILE), "cannot write to it");
    if (batch->journal.undoes) return EDIT_DONE; /* an undo cannot be undone */
    snprintf(path, sizeof path, JOURNAL_UNDO "/%u", batch->journal.number);
    if ((mkdirat(site->folder, JOURNAL_UNDO, 0777) && errno != EEXIST) ||
        mkdirat(site->folder, path, 0777))
        return site_fail(batch->diagnostics, text_of(path), "cannot make the folder");
    snprintf(path, sizeof path, JOURNAL_UNDO "/%u/old", batch->journal.number);
    /* Articles may be private: the copies are for their owner only. */
    batch->old_file = openat(site->folder, path, flags, 0600);
    return batch->old_file < 0 ? site_fail(batch->diagnostics, text_of(path), "cannot make it")
                               : EDIT_DONE;
}

enum edit_status batch_open_undo(struct batch *batch, struct text site_path, uint32_t undoes,
                                 struct text label, struct diagnostics *diagnostics) {
    *batch =
        (struct batch){.diagnostics = diagnostics, .lock = -1, .journal_file = -1, .old_file = -1};
    enum edit_status status = site_open(&batch->site, site_path, diagnostics);
    batch->journal.undoes = undoes;
    batch->journal.label = arena_copy(&batch->journal.arena, label);
    if (status == EDIT_DONE) status = take_lock(&batch->site, true, &batch->lock, diagnostics);
    if (status == EDIT_DONE) status = recover_locked(&batch->site, diagnostics);
    /* Recovery may have removed the folder with the last batch in it. */
    if (status == EDIT_DONE && mkdirat(batch->site.folder, JOURNAL_HOME, 0777) == 0) {
        give_lock(&batch->lock);
        status = take_lock(&batch->site, true, &batch->lock, diagnostics);
    }
    if (status == EDIT_DONE) status = start(batch);
    if (status != EDIT_DONE) batch_close(batch);
    return status;
}

enum edit_status batch_open(struct batch *batch, struct text site_path, struct text label,
                            struct diagnostics *diagnostics) {
    return batch_open_undo(batch, site_path, 0, label, diagnostics);
}

static enum edit_status note_stage(struct batch *batch, uint32_t index, struct text target) {
    size_t from = batch->written.length;
    journal_add_stage(&batch->journal, index, target);
    journal_write_stage((struct journal_stage){index, target}, &batch->written);
    return journal_append(batch, from)
               ? EDIT_DONE
               : site_fail(batch->diagnostics, TEXT(JOURNAL_FILE), "cannot write to it");
}

static enum edit_status make_folders(struct batch *batch, struct text target, size_t existing) {
    for (size_t i = existing + 1; i < target.length; i++) {
        if (target.bytes[i] != '/') continue;
        struct text folder = arena_copy(&batch->journal.arena, (struct text){target.bytes, i});
        enum edit_status status = note_stage(batch, 0, folder);
        if (status != EDIT_DONE) return status;
        if (mkdirat(batch->site.folder, folder.bytes, 0777) && errno != EEXIST)
            return site_fail(batch->diagnostics, folder, "cannot make the folder");
    }
    return EDIT_DONE;
}

static enum edit_status keep_old(struct batch *batch, struct batch_entry *entry,
                                 struct text bytes) {
    if (batch->old_file < 0 || entry->action == BATCH_CREATE) return EDIT_DONE;
    entry->old_at = batch->old_size;
    if (!write_all(batch->old_file, bytes)) {
        site_fail(batch->diagnostics, entry->target, "cannot keep its old text for undo");
        /* What was written of it must not shift the next one. */
        if (ftruncate(batch->old_file, (off_t)batch->old_size))
            batch->old_size = UINT64_MAX; /* the next write will not be trusted either */
        return EDIT_FAILED;
    }
    batch->old_size += bytes.length;
    return EDIT_DONE;
}

/* Checks the target as it is now; *like becomes its descriptor. */
static enum edit_status check_old(struct batch *batch, struct batch_entry *entry,
                                  struct file_expected expected, int *like) {
    struct stat found;
    enum edit_status status =
        site_check(&batch->site, entry->target, expected, like, &found, batch->diagnostics);
    if (status != EDIT_DONE) return status;
    entry->stamp = file_stamp_of(&found);
    entry->mode = found.st_mode & 07777;
    entry->user = found.st_uid;
    entry->group = found.st_gid;
    return EDIT_DONE;
}

static enum edit_status stage_file(struct batch *batch, struct batch_entry *entry,
                                   struct text new_bytes, int like) {
    struct file_manner manner = {like, entry->mode, entry->user, entry->group};
    int opened = -1;
    if (entry->like.length && like < 0) {
        opened = openat(batch->site.folder, entry->like.bytes,
                        O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (opened < 0 && errno != ENOENT)
            return site_fail(batch->diagnostics, entry->like, "cannot open the file");
        manner.like = opened;
    }
    struct buffer staged = {0};
    journal_staged_name(&batch->journal, entry->index, entry->target, &staged);
    enum edit_status status = site_stage(&batch->site, entry->target, staged.bytes, new_bytes,
                                         manner, batch->diagnostics);
    buffer_free(&staged);
    if (opened >= 0) close(opened);
    return status;
}

enum edit_status batch_stage(struct batch *batch, struct batch_entry entry,
                             struct file_expected expected, struct text new_bytes) {
    int like = -1;
    enum edit_status status = EDIT_DONE;
    entry.index = ++batch->next_index;
    if (entry.action != BATCH_CREATE) status = check_old(batch, &entry, expected, &like);
    if (status == EDIT_DONE && batch->old_size == UINT64_MAX) {
        errno = EIO;
        status = site_fail(batch->diagnostics, entry.target, "cannot keep its old text for undo");
    }
    if (status == EDIT_DONE) status = note_stage(batch, entry.index, entry.target);
    if (status == EDIT_DONE && entry.action != BATCH_REMOVE)
        status = stage_file(batch, &entry, new_bytes, like);
    if (status == EDIT_DONE) {
        status = keep_old(batch, &entry, expected.bytes);
        if (status != EDIT_DONE && entry.action != BATCH_REMOVE) {
            struct buffer staged = {0};
            journal_staged_name(&batch->journal, entry.index, entry.target, &staged);
            unlinkat(batch->site.folder, staged.bytes, 0);
            buffer_free(&staged);
        }
    }
    if (like >= 0) close(like);
    if (status == EDIT_DONE) journal_add_entry(&batch->journal, entry);
    return status;
}

static struct file_expected expect(const struct file_stamp *stamp, struct text bytes) {
    if (!bytes.bytes) bytes.bytes = "";
    return (struct file_expected){stamp, bytes, bytes.length, text_hash(bytes)};
}

enum edit_status batch_replace(struct batch *batch, struct text path,
                               const struct file_stamp *stamp, struct text old_bytes,
                               struct text new_bytes) {
    if (text_equal(old_bytes, new_bytes)) return EDIT_DONE;
    struct file_expected expected = expect(stamp, old_bytes);
    struct batch_entry entry = {.action = BATCH_REPLACE,
                                .old_size = expected.size,
                                .old_hash = expected.hash,
                                .new_size = new_bytes.length,
                                .new_hash = text_hash(new_bytes)};
    enum edit_status status =
        site_resolve(&batch->site, path, &batch->journal.arena, &entry.target, batch->diagnostics);
    return status == EDIT_DONE ? batch_stage(batch, entry, expected, new_bytes) : status;
}

enum edit_status batch_create_entry(struct batch *batch, struct batch_entry entry,
                                    struct text bytes) {
    struct text path = entry.target, like = entry.like;
    entry.action = BATCH_CREATE;
    entry.new_size = bytes.length;
    entry.new_hash = text_hash(bytes);
    struct arena *arena = &batch->journal.arena;
    size_t existing;
    enum edit_status status =
        site_resolve_new(&batch->site, path, arena, &entry.target, &existing, batch->diagnostics);
    if (status == EDIT_DONE && like.length)
        status = site_resolve(&batch->site, like, arena, &entry.like, batch->diagnostics);
    if (status == EDIT_DONE) status = make_folders(batch, entry.target, existing);
    if (status != EDIT_DONE) return status;
    return batch_stage(batch, entry, expect(NULL, TEXT("")), bytes);
}

enum edit_status batch_create(struct batch *batch, struct text path, struct text bytes,
                              struct text like) {
    return batch_create_entry(batch, (struct batch_entry){.target = path, .like = like}, bytes);
}

static enum edit_status remove_like(struct batch *batch, struct text path,
                                    const struct file_stamp *stamp, struct text old_bytes,
                                    struct text like) {
    struct file_expected expected = expect(stamp, old_bytes);
    struct batch_entry entry = {
        .action = BATCH_REMOVE, .old_size = expected.size, .old_hash = expected.hash, .like = like};
    enum edit_status status =
        site_resolve(&batch->site, path, &batch->journal.arena, &entry.target, batch->diagnostics);
    return status == EDIT_DONE ? batch_stage(batch, entry, expected, TEXT("")) : status;
}

enum edit_status batch_remove(struct batch *batch, struct text path, const struct file_stamp *stamp,
                              struct text old_bytes) {
    return remove_like(batch, path, stamp, old_bytes, TEXT(""));
}

enum edit_status batch_move(struct batch *batch, struct text from, struct text to,
                            const struct file_stamp *stamp, struct text old_bytes,
                            struct text new_bytes) {
    enum edit_status status = batch_create(batch, to, new_bytes, from);
    if (status != EDIT_DONE) return status;
    struct batch_entry made = batch->journal.entries[batch->journal.count - 1];
    status = remove_like(batch, from, stamp, old_bytes, made.target);
    if (status == EDIT_DONE) return status;
    struct buffer staged = {0};
    journal_staged_name(&batch->journal, made.index, made.target, &staged);
    unlinkat(batch->site.folder, staged.bytes, 0);
    buffer_free(&staged);
    batch->journal.count--;
    return status;
}

static int compare_targets(const void *a, const void *b) {
    return text_compare(((const struct text *)a)[0], ((const struct text *)b)[0]);
}

/* Two names may lead to one file, and two edits of one file cannot both be right. */
static enum edit_status check_distinct(struct batch *batch) {
    const struct journal *journal = &batch->journal;
    struct text *targets = memory_allocate(journal->count * sizeof *targets);
    for (uint32_t i = 0; i < journal->count; i++) targets[i] = journal->entries[i].target;
    qsort(targets, journal->count, sizeof *targets, compare_targets);
    enum edit_status status = EDIT_DONE;
    for (uint32_t i = 1; i < journal->count && status == EDIT_DONE; i++)
        if (text_equal(targets[i - 1], targets[i]))
            status = refuse(batch, targets[i], "is changed twice in one batch; edit it once");
    memory_free(targets);
    return status;
}

static enum edit_status sync_one(struct batch *batch, struct text path) {
    int file = openat(batch->site.folder, path.bytes, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) return site_fail(batch->diagnostics, path, "cannot open it");
    enum edit_status status = EDIT_DONE;
    if (syncfs(file)) status = site_fail(batch->diagnostics, path, "cannot sync the file system");
    close(file);
    return status;
}

/* One sync for each file system that the batch touches: nearly always one. */
static enum edit_status sync_all(struct batch *batch) {
    struct stat home;
    if (fstat(batch->lock, &home))
        return site_fail(batch->diagnostics, TEXT(JOURNAL_HOME), "cannot look at the folder");
    enum edit_status status = sync_one(batch, TEXT(JOURNAL_FILE));
    uint64_t last = home.st_dev;
    for (uint32_t i = 0; i < batch->journal.count && status == EDIT_DONE; i++) {
        const struct batch_entry *entry = &batch->journal.entries[i];
        if (entry->action == BATCH_CREATE || entry->stamp.device == home.st_dev ||
            entry->stamp.device == last)
            continue;
        last = entry->stamp.device;
        status = sync_one(batch, entry->target);
    }
    return status;
}

static enum edit_status check_again(struct batch *batch, const struct batch_entry *entry) {
    if (entry->action == BATCH_CREATE) return EDIT_DONE; /* placing it checks */
    struct file_expected expected = {&entry->stamp, {NULL, 0}, entry->old_size, entry->old_hash};
    struct stat found;
    int opened;
    enum edit_status status =
        site_check(&batch->site, entry->target, expected, &opened, &found, batch->diagnostics);
    if (status != EDIT_DONE) return status;
    close(opened);
    if ((found.st_mode & 07777) != entry->mode || found.st_uid != entry->user ||
        found.st_gid != entry->group)
        return refuse(batch, entry->target,
                      "its mode or owner was changed by somebody else meanwhile; run again");
    return EDIT_DONE;
}

/* After the swap: what came out must be the file that was checked. */
static enum edit_status check_swapped(struct batch *batch, const struct batch_entry *entry) {
    if (entry->action == BATCH_CREATE) return EDIT_DONE;
    struct buffer staged = {0};
    struct stat found;
    journal_staged_name(&batch->journal, entry->index, entry->target, &staged);
    int failed = fstatat(batch->site.folder, staged.bytes, &found, AT_SYMLINK_NOFOLLOW);
    buffer_free(&staged);
    if (failed) return site_fail(batch->diagnostics, entry->target, "cannot look at the file");
    struct file_stamp stamp = file_stamp_of(&found);
    if (stamp.inode != entry->stamp.inode || stamp.size != entry->stamp.size ||
        stamp.seconds != entry->stamp.seconds || stamp.nanoseconds != entry->stamp.nanoseconds)
        return refuse(batch, entry->target,
                      "was changed by somebody else at this very moment; run the command again");
    return EDIT_DONE;
}

/* Takes back the first `swapped` entries. What cannot be taken back is left, with the journal, to
 * the next command. */
static void take_back(struct batch *batch, uint32_t swapped) {
    struct journal *journal = &batch->journal;
    bool good = true;
    batch->open = false;
    if (swapped) journal_mark_back(&batch->site);
    if (swapped < journal->count &&
        entry_is_torn(&batch->site, journal, &journal->entries[swapped])) {
        journal_mark_back(&batch->site);
        recover_locked(&batch->site, batch->diagnostics);
        return;
    }
    while (swapped--) {
        const struct batch_entry *entry = &journal->entries[swapped];
        if (entry_back(&batch->site, journal, entry)) continue;
        good = false;
        site_fail(batch->diagnostics, entry->target,
                  "cannot take back; the next galley command here will");
    }
    if (good) journal_drop(&batch->site, journal, batch->diagnostics);
}

static enum edit_status write_ready(struct batch *batch) {
    size_t from = batch->written.length;
    struct text so_far = buffer_text(&batch->written);
    struct buffer ready = {0};
    journal_write_ready(&batch->journal, so_far, &ready);
    buffer_append_text(&batch->written, buffer_text(&ready));
    buffer_free(&ready);
    return journal_append(batch, from)
               ? EDIT_DONE
               : site_fail(batch->diagnostics, TEXT(JOURNAL_FILE), "cannot write to it");
}

enum edit_status batch_commit(struct batch *batch) {
    struct journal *journal = &batch->journal;
    if (!journal->count) return EDIT_DONE;
    enum edit_status status = check_distinct(batch);
    if (status == EDIT_DONE) status = write_ready(batch);
    if (status == EDIT_DONE) status = sync_all(batch);
    for (uint32_t i = 0; i < journal->count && status == EDIT_DONE; i++)
        status = check_again(batch, &journal->entries[i]);
    uint32_t swapped = 0;
    while (swapped < journal->count && status == EDIT_DONE) {
        const struct batch_entry *entry = &journal->entries[swapped];
        if (entry_forward(&batch->site, journal, entry)) {
            swapped++;
            status = check_swapped(batch, entry);
        } else {
            status = errno == EEXIST
                         ? refuse(batch, entry->target, "exists already; choose another name")
                         : site_fail(batch->diagnostics, entry->target, "cannot rename the file");
        }
    }
    bool removed = false;
    if (status == EDIT_DONE)
        status = journal_finish(&batch->site, journal, &removed, batch->diagnostics);
    if (status == EDIT_DONE || removed) {
        if (status != EDIT_DONE)
            diagnostics_add(batch->diagnostics, SEVERITY_WARNING, TEXT(""), (struct place){0, 0},
                            "all files are written; the next galley command here will tidy up");
        batch->open = false;
        return EDIT_DONE;
    }
    take_back(batch, swapped);
    return status;
}

void batch_close(struct batch *batch) {
    if (batch->journal_file >= 0) close(batch->journal_file);
    if (batch->old_file >= 0) close(batch->old_file);
    if (batch->open)
        journal_drop(&batch->site, &batch->journal, batch->diagnostics);
    else if (batch->lock >= 0)
        unlinkat(batch->site.folder, JOURNAL_HOME, AT_REMOVEDIR); /* if nothing is in it */
    give_lock(&batch->lock);
    journal_free(&batch->journal);
    buffer_free(&batch->written);
    site_close(&batch->site);
}
