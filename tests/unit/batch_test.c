/* Batches and undo: all or nothing, what is kept, what is refused. Faults: batch_faults_test.c. */
#include "edit/undo.h"

#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

static char folder[64];

static void begin(void) {
    strcpy(folder, "/tmp/galley-batch-XXXXXX");
    if (!mkdtemp(folder) || chdir(folder)) abort();
}

static void end(void) {
    char command[192];
    snprintf(command, sizeof command, "chmod -R u+w %s; rm -rf %s", folder, folder);
    if (chdir("/") || system(command)) abort();
}

static void put(const char *path, const char *text) {
    FILE *file = fopen(path, "wb");
    if (!file || fputs(text, file) < 0 || fclose(file)) abort();
}

static bool holds(const char *path, const char *wanted) {
    char bytes[4096] = {0};
    FILE *file = fopen(path, "rb");
    if (!file) return wanted == NULL;
    size_t length = fread(bytes, 1, sizeof bytes - 1, file);
    fclose(file);
    return wanted && length == strlen(wanted) && !memcmp(bytes, wanted, length);
}

static int hidden_files(void) {
    return system("test -z \"$(find . -name '.galley-*')\" -a ! -e .galley/journal") != 0;
}

static struct file_stamp stamp(const char *path) {
    struct stat found = {0};
    if (stat(path, &found)) abort();
    return file_stamp_of(&found);
}

static enum edit_status replace(struct batch *batch, const char *path, const char *before,
                                const char *after) {
    struct file_stamp read = stamp(path);
    return batch_replace(batch, text_of(path), &read, text_of(before), text_of(after));
}

static bool says(const struct diagnostics *diagnostics, const char *path, const char *what) {
    struct buffer line = {0};
    bool found = false;
    for (uint32_t i = 0; i < diagnostics->count; i++) {
        line.length = 0;
        diagnostic_write(&diagnostics->items[i], &line);
        const char *string = buffer_string(&line);
        found |= strstr(string, what) && strstr(string, path);
    }
    buffer_free(&line);
    return found;
}

static void applies_and_undoes(void) {
    struct diagnostics diagnostics = {0};
    struct batch batch;
    struct undo undo;
    begin();
    mkdir("news", 0755);
    put("news/a.md", "one\n");
    put("b.md", "two");
    put("gone.md", "three\r\n");
    put("old name.md", "four\n");
    put("same.md", "five\n");
    chmod("b.md", 0640);
    chmod("gone.md", 0604);
    bool attributes = !setxattr("b.md", "user.note", "kept", 4, 0) &&
                      !setxattr("old name.md", "user.note", "moved", 5, 0);
    struct file_stamp gone = stamp("gone.md"), moved = stamp("old name.md");
    CHECK(batch_open(&batch, text_of(folder), TEXT("a script.lua"), &diagnostics) == EDIT_DONE);
    CHECK(replace(&batch, "news/a.md", "one\n", "ONE\n") == EDIT_DONE);
    CHECK(replace(&batch, "b.md", "two", "") == EDIT_DONE);
    CHECK(replace(&batch, "same.md", "five\n", "five\n") == EDIT_DONE);
    CHECK(batch_create(&batch, TEXT("x/y/new.md"), TEXT("six\n"), TEXT("b.md")) == EDIT_DONE);
    CHECK(batch_remove(&batch, TEXT("gone.md"), &gone, TEXT("three\r\n")) == EDIT_DONE);
    CHECK(batch_move(&batch, TEXT("old name.md"), TEXT("news/50%.md"), &moved, TEXT("four\n"),
                     TEXT("4\n")) == EDIT_DONE);
    CHECK(batch_count(&batch) == 6);
    CHECK(holds("news/a.md", "one\n"));
    CHECK(batch_commit(&batch) == EDIT_DONE);
    batch_close(&batch);
    CHECK(holds("news/a.md", "ONE\n") && holds("b.md", "") && holds("x/y/new.md", "six\n"));
    CHECK(holds("gone.md", NULL) && holds("old name.md", NULL) && holds("news/50%.md", "4\n"));
    CHECK(!hidden_files());
    struct stat found;
    CHECK(!stat("b.md", &found) && (found.st_mode & 07777) == 0640);
    CHECK(!stat("x/y/new.md", &found) && (found.st_mode & 07777) == 0640);
    char value[8] = {0};
    if (attributes) {
        CHECK(getxattr("b.md", "user.note", value, sizeof value) == 4 && !memcmp(value, "kept", 4));
        CHECK(getxattr("news/50%.md", "user.note", value, sizeof value) == 5);
    }

    struct undo_list list;
    CHECK(undo_list_read(&list, text_of(folder), &diagnostics) == EDIT_DONE);
    CHECK(list.count == 1 && list.items[0].number == 1 && list.items[0].files == 6);
    if (list.count) CHECK_TEXT(list.items[0].label, "a script.lua");
    undo_list_free(&list);

    CHECK(undo_open(&undo, text_of(folder), 0, &diagnostics) == EDIT_DONE);
    CHECK(undo_apply(&undo, text_of(folder), &diagnostics) == EDIT_DONE);
    undo_close(&undo);
    CHECK(holds("news/a.md", "one\n") && holds("b.md", "two") && holds("gone.md", "three\r\n"));
    CHECK(holds("old name.md", "four\n") && holds("news/50%.md", NULL));
    CHECK(access("x", F_OK) != 0);
    CHECK(!stat("gone.md", &found) && (found.st_mode & 07777) == 0604);
    if (attributes) CHECK(getxattr("old name.md", "user.note", value, sizeof value) == 5);
    CHECK(access(".galley", F_OK) != 0);
    CHECK(undo_open(&undo, text_of(folder), 0, &diagnostics) == EDIT_REFUSED);
    undo_close(&undo);
    CHECK(says(&diagnostics, "", "no batch to take back"));
    diagnostics_free(&diagnostics);
    end();
}

static void one_edit(const char *path, const char *before, const char *after) {
    struct diagnostics diagnostics = {0};
    struct batch batch;
    CHECK(batch_open(&batch, text_of(folder), TEXT("edit"), &diagnostics) == EDIT_DONE);
    CHECK(replace(&batch, path, before, after) == EDIT_DONE);
    CHECK(batch_commit(&batch) == EDIT_DONE);
    batch_close(&batch);
    CHECK(diagnostics.count == 0);
    diagnostics_free(&diagnostics);
}

static enum edit_status undo_one(uint32_t number, struct diagnostics *diagnostics) {
    struct undo undo;
    enum edit_status status = undo_open(&undo, text_of(folder), number, diagnostics);
    if (status == EDIT_DONE) status = undo_apply(&undo, text_of(folder), diagnostics);
    undo_close(&undo);
    return status;
}

static void undo_is_newest_first_and_careful(void) {
    struct diagnostics diagnostics = {0};
    begin();
    put("a.md", "1\n");
    put("b.md", "1\n");
    one_edit("a.md", "1\n", "2\n");
    one_edit("a.md", "2\n", "3\n");
    one_edit("b.md", "1\n", "2\n");
    CHECK(undo_one(1, &diagnostics) == EDIT_REFUSED); /* batch 2 changed it since */
    CHECK(says(&diagnostics, "a.md", "was changed since that batch"));
    CHECK(holds("a.md", "3\n") && holds("b.md", "2\n"));
    CHECK(undo_one(0, &diagnostics) == EDIT_DONE);
    CHECK(holds("a.md", "3\n") && holds("b.md", "1\n"));
    CHECK(undo_one(0, &diagnostics) == EDIT_DONE);
    CHECK(undo_one(0, &diagnostics) == EDIT_DONE);
    CHECK(holds("a.md", "1\n"));
    one_edit("a.md", "1\n", "2\n");
    put("a.md", "mine\n");
    CHECK(undo_one(0, &diagnostics) == EDIT_REFUSED);
    CHECK(holds("a.md", "mine\n") && !hidden_files());
    put("a.md", "2\n");
    if (system("echo x >> .galley/undo/1/manifest; sed -i s/replace/create/ "
               ".galley/undo/1/manifest"))
        abort();
    CHECK(undo_one(0, &diagnostics) == EDIT_REFUSED);
    CHECK(says(&diagnostics, "", "damaged"));
    diagnostics_free(&diagnostics);
    end();
}

static void refused_whole(const char *wanted_message, enum edit_status got, struct batch *batch,
                          struct diagnostics *diagnostics) {
    CHECK(got == EDIT_REFUSED);
    batch_close(batch);
    CHECK(says(diagnostics, "", wanted_message));
    CHECK(!hidden_files() && access(".galley", F_OK) != 0);
    CHECK(holds("a.md", "one\n"));
    diagnostics_clear(diagnostics);
    if (batch_open(batch, text_of(folder), TEXT("x"), diagnostics) != EDIT_DONE) abort();
}

static void conflicts_stop_the_batch(void) {
    struct diagnostics diagnostics = {0};
    struct batch batch;
    begin();
    put("a.md", "one\n");
    put("b.md", "two\n");
    if (batch_open(&batch, text_of(folder), TEXT("x"), &diagnostics) != EDIT_DONE) abort();

    /* Changed between the reading and the staging, with the same size and time. */
    struct file_stamp read = stamp("b.md");
    struct timespec times[2] = {{read.seconds, read.nanoseconds}, {read.seconds, read.nanoseconds}};
    CHECK(replace(&batch, "a.md", "one\n", "1\n") == EDIT_DONE);
    put("b.md", "TWO\n");
    utimensat(AT_FDCWD, "b.md", times, 0);
    enum edit_status status =
        batch_replace(&batch, TEXT("b.md"), &read, TEXT("two\n"), TEXT("2\n"));
    refused_whole("changed by somebody else", status, &batch, &diagnostics);
    CHECK(holds("b.md", "TWO\n"));

    /* The same between the staging and the commit. */
    put("b.md", "two\n");
    utimensat(AT_FDCWD, "b.md", times, 0);
    CHECK(replace(&batch, "a.md", "one\n", "1\n") == EDIT_DONE);
    CHECK(batch_replace(&batch, TEXT("b.md"), &read, TEXT("two\n"), TEXT("2\n")) == EDIT_DONE);
    put("b.md", "TWO\n");
    utimensat(AT_FDCWD, "b.md", times, 0);
    refused_whole("changed by somebody else", batch_commit(&batch), &batch, &diagnostics);
    CHECK(holds("b.md", "TWO\n"));

    /* Another file of the same content, size and time in its place. */
    put("c.md", "TWO\n");
    utimensat(AT_FDCWD, "c.md", times, 0);
    read = stamp("b.md");
    rename("c.md", "b.md");
    status = batch_replace(&batch, TEXT("b.md"), &read, TEXT("TWO\n"), TEXT("2\n"));
    refused_whole("changed by somebody else", status, &batch, &diagnostics);

    CHECK(replace(&batch, "a.md", "one\n", "1\n") == EDIT_DONE);
    chmod("a.md", 0700); /* which no umask gives a new file */
    refused_whole("mode or owner", batch_commit(&batch), &batch, &diagnostics);

    read = stamp("b.md");
    unlink("b.md");
    status = batch_replace(&batch, TEXT("b.md"), &read, TEXT("TWO\n"), TEXT("2\n"));
    refused_whole("not there", status, &batch, &diagnostics);

    put("b.md", "two\n");
    link("b.md", "twin.md");
    refused_whole("hard link", replace(&batch, "b.md", "two\n", "2\n"), &batch, &diagnostics);
    unlink("twin.md");

    symlink("a.md", "link.md");
    CHECK(replace(&batch, "a.md", "one\n", "1\n") == EDIT_DONE);
    CHECK(replace(&batch, "link.md", "one\n", "2\n") == EDIT_DONE);
    refused_whole("twice", batch_commit(&batch), &batch, &diagnostics);

    CHECK(batch_create(&batch, TEXT("new.md"), TEXT("1"), TEXT("")) == EDIT_DONE);
    put("new.md", "mine");
    refused_whole("exists already", batch_commit(&batch), &batch, &diagnostics);
    CHECK(holds("new.md", "mine"));
    status = batch_create(&batch, TEXT("new.md"), TEXT("1"), TEXT(""));
    refused_whole("exists already", status, &batch, &diagnostics);
    status = batch_create(&batch, TEXT("x/../../y.md"), TEXT("1"), TEXT(""));
    refused_whole("no path inside", status, &batch, &diagnostics);
    batch_close(&batch);
    diagnostics_free(&diagnostics);
    end();
}

static void links_are_edited_where_they_lead(void) {
    struct diagnostics diagnostics = {0};
    struct batch batch;
    struct stat found;
    begin();
    mkdir("real", 0755);
    put("real/a.md", "one\n");
    put("/tmp/galley-outside.md", "out\n");
    symlink("real/a.md", "link.md");
    symlink("real", "folder");
    symlink("/tmp/galley-outside.md", "out.md");
    symlink("/tmp", "away");
    one_edit("link.md", "one\n", "two\n");
    CHECK(!lstat("link.md", &found) && S_ISLNK(found.st_mode) && holds("real/a.md", "two\n"));
    one_edit("folder/a.md", "two\n", "three\n");
    CHECK(!lstat("folder", &found) && S_ISLNK(found.st_mode) && holds("real/a.md", "three\n"));
    CHECK(batch_open(&batch, text_of(folder), TEXT("x"), &diagnostics) == EDIT_DONE);
    CHECK(replace(&batch, "out.md", "out\n", "in\n") == EDIT_REFUSED);
    CHECK(says(&diagnostics, "out.md", "outside"));
    CHECK(batch_create(&batch, TEXT("away/galley-new.md"), TEXT("x"), TEXT("")) == EDIT_REFUSED);
    CHECK(batch_create(&batch, TEXT("folder/new.md"), TEXT("x"), TEXT("")) == EDIT_DONE);
    CHECK(batch_commit(&batch) == EDIT_DONE);
    batch_close(&batch);
    CHECK(holds("real/new.md", "x") && holds("/tmp/galley-outside.md", "out\n"));
    unlink("/tmp/galley-outside.md");
    diagnostics_free(&diagnostics);
    end();
}

static void going_on_after_a_refusal(void) {
    struct diagnostics diagnostics = {0};
    struct batch batch;
    begin();
    put("a.md", "one\n");
    put("b.md", "two\n");
    put("c.md", "three\n");
    link("b.md", "twin.md");
    CHECK(batch_open(&batch, text_of(folder), TEXT("x"), &diagnostics) == EDIT_DONE);
    CHECK(replace(&batch, "a.md", "one\n", "1\n") == EDIT_DONE);
    CHECK(replace(&batch, "b.md", "two\n", "2\n") == EDIT_REFUSED);
    CHECK(replace(&batch, "c.md", "three\n", "3\n") == EDIT_DONE);
    CHECK(batch_commit(&batch) == EDIT_DONE);
    batch_close(&batch);
    CHECK(holds("a.md", "1\n") && holds("b.md", "two\n") && holds("c.md", "3\n"));
    CHECK(undo_one(0, &diagnostics) == EDIT_DONE);
    CHECK(holds("a.md", "one\n") && holds("c.md", "three\n") && !hidden_files());
    diagnostics_free(&diagnostics);
    end();
}

static void one_writer_at_a_time(void) {
    struct diagnostics diagnostics = {0};
    struct batch batch;
    int ready[2];
    char byte;
    begin();
    put("a.md", "one\n");
    if (pipe(ready)) abort();
    pid_t child = fork();
    if (!child) {
        struct batch other;
        if (batch_open(&other, text_of(folder), TEXT("other"), &diagnostics) != EDIT_DONE) _exit(1);
        replace(&other, "a.md", "one\n", "child\n");
        if (write(ready[1], "x", 1) != 1) _exit(1);
        pause();
    }
    CHECK(read(ready[0], &byte, 1) == 1);
    CHECK(batch_open(&batch, text_of(folder), TEXT("x"), &diagnostics) == EDIT_REFUSED);
    CHECK(says(&diagnostics, ".galley", "another galley command"));
    CHECK(batch_recover(text_of(folder), &diagnostics) == EDIT_REFUSED);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    CHECK(hidden_files());
    one_edit("a.md", "one\n", "two\n");
    CHECK(holds("a.md", "two\n") && !hidden_files());
    diagnostics_free(&diagnostics);
    end();
}

static void hostile_journals_reach_nothing_outside(void) {
    struct diagnostics diagnostics = {0};
    begin();
    mkdir(".galley", 0755);
    put("/tmp/.galley-1-7.tmp", "outside\n");
    put("/tmp/galley-outside.md", "out\n");
    put(".galley/journal", "galley-journal 1 1 0 x\nstage 7 ../x.md\nfolder ..\n");
    CHECK(batch_recover(text_of(folder), &diagnostics) == EDIT_DONE);
    CHECK(holds("/tmp/.galley-1-7.tmp", "outside\n"));
    symlink("/tmp", "away");
    mkdir(".galley", 0755);
    put(".galley/journal", "galley-journal 1 1 0 x\nstage 7 away/x.md\n");
    CHECK(batch_recover(text_of(folder), &diagnostics) == EDIT_DONE);
    CHECK(holds("/tmp/.galley-1-7.tmp", "outside\n"));
    struct journal journal = {.number = 1, .label = TEXT("x")};
    struct batch_entry entry = {.action = BATCH_REPLACE, .index = 7};
    entry.target = TEXT("away/galley-outside.md");
    entry.old_size = 4, entry.old_hash = text_hash(TEXT("out\n"));
    entry.new_size = 8, entry.new_hash = text_hash(TEXT("outside\n"));
    journal_add_entry(&journal, entry);
    struct buffer bytes = {0}, ready = {0};
    journal_write_head(&journal, &bytes);
    journal_write_ready(&journal, buffer_text(&bytes), &ready);
    buffer_append_text(&bytes, buffer_text(&ready));
    mkdir(".galley", 0755);
    put(".galley/journal", buffer_string(&bytes));
    CHECK(batch_recover(text_of(folder), &diagnostics) == EDIT_REFUSED);
    CHECK(says(&diagnostics, ".galley/journal", "leads out of the site"));
    unlink(".galley/journal");
    CHECK(holds("/tmp/galley-outside.md", "out\n"));
    static const char *const rubbish[] = {"",
                                          "x",
                                          "galley-journal 1 0 0 -\n",
                                          "\n\n",
                                          "galley-journal 1 1 0 %\n",
                                          "galley-journal 1 99999999999 0 x\n"};
    for (size_t i = 0; i < sizeof rubbish / sizeof *rubbish; i++) {
        mkdir(".galley", 0755);
        put(".galley/journal", rubbish[i]);
        CHECK(batch_recover(text_of(folder), &diagnostics) == EDIT_DONE);
        CHECK(access(".galley/journal", F_OK) != 0);
    }
    unlink("/tmp/.galley-1-7.tmp");
    unlink("/tmp/galley-outside.md");
    journal_free(&journal);
    buffer_free(&bytes);
    buffer_free(&ready);
    diagnostics_free(&diagnostics);
    end();
}

/* The user's own change after a crash is kept, and nothing old is lost. */
static void a_change_after_the_crash_is_kept(void) {
    struct diagnostics diagnostics = {0};
    begin();
    put("a.md", "one\n");
    put("b.md", "two\n");
    one_edit("a.md", "one\n", "1\n");
    /* As if killed after the first of two swaps. */
    struct journal journal = {.number = 2, .label = TEXT("x")};
    struct batch_entry entry = {.action = BATCH_REPLACE, .index = 1, .target = TEXT("a.md")};
    entry.old_size = 2, entry.old_hash = text_hash(TEXT("1\n"));
    entry.new_size = 4, entry.new_hash = text_hash(TEXT("ONE\n"));
    journal_add_entry(&journal, entry);
    entry.index = 2, entry.target = TEXT("b.md");
    entry.old_size = 4, entry.old_hash = text_hash(TEXT("two\n"));
    entry.new_size = 4, entry.new_hash = text_hash(TEXT("TWO\n"));
    journal_add_entry(&journal, entry);
    struct buffer bytes = {0}, ready = {0};
    journal_write_head(&journal, &bytes);
    journal_write_stage((struct journal_stage){1, TEXT("a.md")}, &bytes);
    journal_write_stage((struct journal_stage){2, TEXT("b.md")}, &bytes);
    journal_write_ready(&journal, buffer_text(&bytes), &ready);
    buffer_append_text(&bytes, buffer_text(&ready));
    for (int round = 0; round < 3; round++) {
        mkdir(".galley/undo/2", 0755);
        put(".galley/undo/2/old", "1\ntwo\n");
        put(".galley/journal", buffer_string(&bytes));
        put("a.md", round ? "user\n" : "ONE\n"); /* swapped */
        put(".galley-2-1.tmp", "1\n");
        put("b.md", round == 1 ? "two\n" : "user\n"); /* not swapped */
        put(".galley-2-2.tmp", "TWO\n");
        CHECK(batch_recover(text_of(folder), &diagnostics) == EDIT_DONE);
        CHECK(says(&diagnostics, round ? "a.md" : "b.md", "stays as it is now"));
        CHECK(holds("a.md", round ? "user\n" : "1\n"));
        CHECK(holds("b.md", round == 1 ? "TWO\n" : "user\n"));
        CHECK(holds(".galley/undo/2/old", round ? "1\ntwo\n" : NULL));
        CHECK(!hidden_files());
    }
    journal_free(&journal);
    buffer_free(&bytes);
    buffer_free(&ready);
    diagnostics_free(&diagnostics);
    end();
}

static void two_thousand_files_are_fast(void) {
    enum { FILES = 2000 };
    struct diagnostics diagnostics = {0};
    struct batch batch;
    char path[64];
    struct buffer before = {0}, after = {0};
    begin();
    while (before.length < 4400) buffer_append_string(&before, "The old name of the ward.\n");
    buffer_append_text(&after, buffer_text(&before));
    memcpy(after.bytes + 4, "new", 3);
    for (int i = 0; i < FILES; i++) {
        snprintf(path, sizeof path, "%04d.md", i);
        put(path, buffer_string(&before));
    }
    sync();
    struct timespec start, stop;
    clock_gettime(CLOCK_MONOTONIC, &start);
    CHECK(batch_open(&batch, text_of(folder), TEXT("x"), &diagnostics) == EDIT_DONE);
    for (int i = 0; i < FILES; i++) {
        snprintf(path, sizeof path, "%04d.md", i);
        CHECK(replace(&batch, path, buffer_string(&before), buffer_string(&after)) == EDIT_DONE);
    }
    CHECK(batch_commit(&batch) == EDIT_DONE);
    batch_close(&batch);
    clock_gettime(CLOCK_MONOTONIC, &stop);
    double spent =
        (double)(stop.tv_sec - start.tv_sec) * 1e3 + (double)(stop.tv_nsec - start.tv_nsec) * 1e-6;
    printf("# %.3f ms a file\n", spent / FILES);
    CHECK(holds("0000.md", NULL) == false && !hidden_files());
    buffer_free(&before);
    buffer_free(&after);
    diagnostics_free(&diagnostics);
    end();
}

int main(void) {
    RUN(applies_and_undoes);
    RUN(undo_is_newest_first_and_careful);
    RUN(conflicts_stop_the_batch);
    RUN(links_are_edited_where_they_lead);
    RUN(going_on_after_a_refusal);
    RUN(one_writer_at_a_time);
    RUN(hostile_journals_reach_nothing_outside);
    RUN(a_change_after_the_crash_is_kept);
    RUN(two_thousand_files_are_fast);
    return unit_end();
}
