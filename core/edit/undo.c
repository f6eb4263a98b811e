#include "edit/undo.h"

#include "edit/recover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool read_manifest(const struct site *site, uint32_t number, struct journal *journal) {
    char path[64];
    struct buffer bytes = {0};
    snprintf(path, sizeof path, JOURNAL_UNDO "/%u/manifest", number);
    bool good = site_read(site, path, &bytes);
    if (good) {
        good = journal_read(buffer_text(&bytes), journal) && journal->ready &&
               journal->number == number;
        errno = EILSEQ;
    }
    buffer_free(&bytes);
    return good;
}

static int newest_first(const void *a, const void *b) {
    uint32_t x = ((const struct undo_item *)a)->number, y = ((const struct undo_item *)b)->number;
    return x < y ? 1 : x > y ? -1 : 0;
}

static void add_item(struct undo_list *list, const struct site *site, uint32_t number) {
    struct stat found;
    char path[64];
    struct journal journal = {0};
    snprintf(path, sizeof path, JOURNAL_UNDO "/%u/manifest", number);
    /* One without a manifest is being written at this moment, or waits for recovery. */
    if (fstatat(site->folder, path, &found, AT_SYMLINK_NOFOLLOW)) return;
    struct undo_item item = {.number = number, .seconds = found.st_mtim.tv_sec};
    item.readable = read_manifest(site, number, &journal);
    item.label = arena_copy(&list->arena, journal.label);
    item.files = journal.count;
    memory_reserve(&list->items, &list->capacity, list->count + 1);
    list->items[list->count++] = item;
    journal_free(&journal);
}

static enum edit_status list_site(struct undo_list *list, const struct site *site,
                                  struct diagnostics *diagnostics) {
    int folder = openat(site->folder, JOURNAL_UNDO, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 && errno == ENOENT) return EDIT_DONE;
    DIR *listing = folder < 0 ? NULL : fdopendir(folder);
    if (!listing) {
        enum edit_status status =
            site_fail(diagnostics, TEXT(JOURNAL_UNDO), "cannot list the folder");
        if (folder >= 0) close(folder);
        return status;
    }
    for (struct dirent *item; (item = readdir(listing));) {
        char *end;
        long number = strtol(item->d_name, &end, 10);
        if (!*end && number > 0 && number < INT32_MAX) add_item(list, site, (uint32_t)number);
    }
    closedir(listing);
    if (list->count) qsort(list->items, list->count, sizeof *list->items, newest_first);
    return EDIT_DONE;
}

enum edit_status undo_list_read(struct undo_list *list, struct text site_path,
                                struct diagnostics *diagnostics) {
    struct site site;
    *list = (struct undo_list){0};
    enum edit_status status = site_open(&site, site_path, diagnostics);
    if (status == EDIT_DONE) status = list_site(list, &site, diagnostics);
    site_close(&site);
    return status;
}

void undo_list_free(struct undo_list *list) {
    memory_free(list->items);
    arena_free(&list->arena);
    *list = (struct undo_list){0};
}

enum edit_status undo_open(struct undo *undo, struct text site_path, uint32_t number,
                           struct diagnostics *diagnostics) {
    *undo = (struct undo){.old_file = -1};
    enum edit_status status = site_open(&undo->site, site_path, diagnostics);
    if (status != EDIT_DONE) return status;
    struct undo_list list = {0};
    if (!number) status = list_site(&list, &undo->site, diagnostics);
    if (list.count) number = list.items[0].number;
    undo_list_free(&list);
    if (status != EDIT_DONE) return status;
    char path[64];
    snprintf(path, sizeof path, JOURNAL_UNDO "/%u/old", number);
    if (number && read_manifest(&undo->site, number, &undo->journal)) {
        undo->old_file = openat(undo->site.folder, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        if (undo->old_file >= 0) return EDIT_DONE;
    }
    if (!number || errno == ENOENT || errno == EILSEQ) {
        diagnostics_add(diagnostics, SEVERITY_ERROR, TEXT(JOURNAL_UNDO), (struct place){0, 0},
                        !number           ? "there is no batch to take back"
                        : errno == EILSEQ ? "the record of batch %u is damaged; the old texts are "
                                            "in the file `old` beside it"
                                          : "there is no batch %u; `galley undo --list` shows all",
                        number);
        return EDIT_REFUSED;
    }
    return site_fail(diagnostics, text_of(path), "cannot read it");
}

/* The text before the batch; false: errno, or the store is damaged (EILSEQ). */
static bool undo_old_bytes(const struct undo *undo, const struct batch_entry *entry,
                           struct buffer *out) {
    out->length = 0;
    buffer_grow(out, 1);
    while (out->length < entry->old_size) {
        char bytes[16 * 1024];
        uint64_t left = entry->old_size - out->length;
        ssize_t got = pread(undo->old_file, bytes, left < sizeof bytes ? left : sizeof bytes,
                            (off_t)(entry->old_at + out->length));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return false;
        if (got == 0) break;
        buffer_append(out, bytes, (size_t)got);
    }
    errno = EILSEQ;
    return out->length == entry->old_size && text_hash(buffer_text(out)) == entry->old_hash;
}

void undo_close(struct undo *undo) {
    if (undo->old_file >= 0) close(undo->old_file);
    journal_free(&undo->journal);
    site_close(&undo->site);
}

/* The file is as the batch left it. */
static enum edit_status check_result(const struct undo *undo, const struct batch_entry *entry,
                                     struct diagnostics *diagnostics) {
    const char *why = NULL;
    uint64_t size, hash;
    if (!site_target_is_safe(&undo->site, entry->target)) {
        why = "leads out of the site now; undo would write there";
    } else {
        int found = site_measure(&undo->site, entry->target.bytes, &size, &hash);
        if (found < 0) return site_fail(diagnostics, entry->target, "cannot read the file");
        bool wanted = entry->action != BATCH_REMOVE;
        if (found != wanted)
            why = found ? "exists again since that batch; undo would overwrite it"
                        : "was removed since that batch";
        else if (found && (size != entry->new_size || hash != entry->new_hash))
            why = "was changed since that batch; undo would lose the change";
    }
    if (!why) return EDIT_DONE;
    diagnostics_add(diagnostics, SEVERITY_ERROR, entry->target, (struct place){0, 0}, "%s", why);
    return EDIT_REFUSED;
}

static enum edit_status stage_old(const struct undo *undo, const struct batch_entry *entry,
                                  struct batch *batch, struct buffer *bytes,
                                  struct diagnostics *diagnostics) {
    if (entry->action == BATCH_CREATE)
        bytes->length = 0;
    else if (!undo_old_bytes(undo, entry, bytes))
        return site_fail(diagnostics, entry->target, "cannot read its old text");
    struct text target = arena_copy(&batch->journal.arena, entry->target);
    struct batch_entry change = {.action = BATCH_REPLACE,
                                 .target = target,
                                 .old_size = entry->new_size,
                                 .old_hash = entry->new_hash,
                                 .new_size = entry->old_size,
                                 .new_hash = entry->old_hash};
    struct file_expected expected = {NULL, {NULL, 0}, entry->new_size, entry->new_hash};
    if (entry->action == BATCH_CREATE) change.action = BATCH_REMOVE;
    if (entry->action != BATCH_REMOVE)
        return batch_stage(batch, change, expected, buffer_text(bytes));
    change.mode = entry->mode;
    change.user = entry->user;
    change.group = entry->group;
    change.like = entry->like;
    return batch_create_entry(batch, change, buffer_text(bytes));
}

enum edit_status undo_apply(struct undo *undo, struct text site_path,
                            struct diagnostics *diagnostics) {
    const struct journal *journal = &undo->journal;
    struct batch batch;
    struct buffer label = {0}, bytes = {0};
    buffer_printf(&label, "undo %u: ", journal->number);
    buffer_append_text(&label, journal->label);
    enum edit_status status =
        batch_open_undo(&batch, site_path, journal->number, buffer_text(&label), diagnostics);
    buffer_free(&label);
    if (status != EDIT_DONE) return status;
    for (uint32_t i = 0; i < journal->count && status != EDIT_FAILED; i++) {
        enum edit_status one = check_result(undo, &journal->entries[i], diagnostics);
        if (one != EDIT_DONE) status = one;
    }
    for (uint32_t i = 0; i < journal->count && status == EDIT_DONE; i++)
        status = stage_old(undo, &journal->entries[i], &batch, &bytes, diagnostics);
    if (status == EDIT_DONE) status = batch_commit(&batch);
    /* Folders that the batch made go if they are empty now. */
    for (uint32_t i = journal->stage_count; status == EDIT_DONE && i--;)
        if (!journal->stages[i].index &&
            site_target_is_safe(&undo->site, journal->stages[i].target))
            unlinkat(undo->site.folder, journal->stages[i].target.bytes, AT_REMOVEDIR);
    batch_close(&batch);
    buffer_free(&bytes);
    return status;
}
