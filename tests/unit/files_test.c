#include "read/files.h"

#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[80];
static int folder;
static struct diagnostics diagnostics;

static void put(const char *path, const char *content) {
    int file = openat(folder, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    size_t length = strlen(content);
    CHECK(file >= 0 && write(file, content, length) == (ssize_t)length);
    close(file);
}

static void messages(struct buffer *out) {
    for (uint32_t i = 0; i < diagnostics.count; i++) {
        diagnostic_write(&diagnostics.items[i], out);
        buffer_append_byte(out, '\n');
    }
    diagnostics_clear(&diagnostics);
}

/* Without sizes and times the same files are found, and the same is said. */
static void lists_alike(const struct file_list *wanted, const struct text *ignored,
                        uint32_t count) {
    struct file_list list = {0};
    struct diagnostics again = {0};
    files_list(folder, ignored, count, false, &list, &again);
    CHECK(list.count == wanted->count && again.count == diagnostics.count);
    for (uint32_t i = 0; i < list.count && i < wanted->count; i++) {
        CHECK(text_equal(list.items[i].path, wanted->items[i].path));
        CHECK(list.items[i].kind == wanted->items[i].kind);
    }
    for (uint32_t i = 0; i < again.count && i < diagnostics.count; i++)
        CHECK(text_equal(again.items[i].message, diagnostics.items[i].message));
    diagnostics_free(&again);
    file_list_free(&list);
}

static void lists(const char *wanted, const struct text *ignored, uint32_t count) {
    struct file_list list = {0};
    struct buffer out = {0};
    files_list(folder, ignored, count, true, &list, &diagnostics);
    lists_alike(&list, ignored, count);
    for (uint32_t i = 0; i < list.count; i++) {
        buffer_printf(&out, "%s %s %u\n", list.items[i].kind == FILE_ARTICLE ? "a" : "o",
                      list.items[i].path.bytes, (unsigned)list.items[i].size);
        CHECK(list.items[i].inode && list.items[i].modified);
    }
    messages(&out);
    CHECK_TEXT(buffer_text(&out), wanted);
    buffer_free(&out);
    file_list_free(&list);
}

static void listing(void) {
    lists("", NULL, 0);
    mkdirat(folder, "b", 0755);
    mkdirat(folder, "b/c", 0755);
    mkdirat(folder, ".hidden", 0755);
    put("b.md", "12");
    put("b/x.MARKDOWN", "");
    put("b/c/z.png", "1");
    put("a.md", "1");
    put(".hidden/n.md", "1");
    put(".n.md", "1");
    put("md", "1");
    lists("a a.md 1\na b.md 2\no b/c/z.png 1\na b/x.MARKDOWN 0\no md 1\n", NULL, 0);
    struct text ignored[] = {TEXT("a.*"), TEXT("b/c")};
    lists("a b.md 2\na b/x.MARKDOWN 0\no md 1\n", ignored, 2);
    struct text at_top[] = {TEXT("/c"), TEXT("/a.md"), TEXT("/x.MARKDOWN")};
    lists("a b.md 2\no b/c/z.png 1\na b/x.MARKDOWN 0\no md 1\n", at_top, 3);
}

static void outputs_are_no_content(void) {
    mkdirat(folder, "out", 0755);
    mkdirat(folder, "out/in", 0755);
    put("out/in/index.md", "1");
    lists("a a.md 1\na b.md 2\no b/c/z.png 1\na b/x.MARKDOWN 0\no md 1\na out/in/index.md 1\n",
          NULL, 0);
    put("out/" OUTPUT_MARK, "");
    lists("a a.md 1\na b.md 2\no b/c/z.png 1\na b/x.MARKDOWN 0\no md 1\n", NULL, 0);
    put(OUTPUT_MARK, ""); /* of the listed folder itself: who lists it knows */
    lists("a a.md 1\na b.md 2\no b/c/z.png 1\na b/x.MARKDOWN 0\no md 1\n", NULL, 0);
}

static void links(void) {
    CHECK(symlinkat("../..", folder, "b/c/up") == 0);
    CHECK(symlinkat("c", folder, "b/again") == 0);
    CHECK(symlinkat("nothing", folder, "broken.md") == 0);
    CHECK(symlinkat("a.md", folder, "copy.md") == 0);
    lists("a a.md 1\na b.md 2\no b/again/z.png 1\no b/c/z.png 1\na b/x.MARKDOWN 0\na copy.md 1\no "
          "md 1\n"
          "broken.md: warning: this link leads to nothing (No such file or directory); correct or "
          "remove it\n"
          "b/again/up: error: this folder is a link to \".\", in which it stands: a loop; remove "
          "the link "
          "or ignore it\n"
          "b/c/up: error: this folder is a link to \".\", in which it stands: a loop; remove the "
          "link or "
          "ignore it\n",
          NULL, 0);
    unlinkat(folder, "b/c/up", 0);
    unlinkat(folder, "b/again", 0);
    unlinkat(folder, "broken.md", 0);
    unlinkat(folder, "copy.md", 0);
}

static void bad_names(void) {
    put("b/\xFF.md", "");
    put("b/\x07.md", "");
    CHECK(mkfifoat(folder, "pipe.md", 0644) == 0);
    lists("a a.md 1\na b.md 2\no b/c/z.png 1\na b/x.MARKDOWN 0\no md 1\n"
          "pipe.md: warning: this is neither a file nor a folder; it is left out\n"
          "b/\\x07.md: error: this name holds a control character; rename it\n"
          "b/\\xFF.md: error: this name is not UTF-8; rename it\n",
          NULL, 0);
}

static void reads(const char *path, uint32_t most, const char *wanted) {
    struct buffer out = {0};
    struct file file = {0};
    buffer_append_string(&out, "old content");
    bool good = files_read(folder, text_of(path), most, &out, &file, &diagnostics);
    CHECK(good == (diagnostics.errors == 0) && (good || out.length == 0));
    CHECK(!good || file.size == out.length);
    messages(&out);
    CHECK_TEXT(buffer_text(&out), wanted);
    buffer_free(&out);
}

static void reading(void) {
    reads("b.md", 2, "12");
    reads("b/x.MARKDOWN", 0, "");
    reads("b.md", 1,
          "b.md: error: 2 bytes are over the limit of 1; split the file, or raise limits in "
          "galley.yaml\n");
    reads("gone.md", 9,
          "gone.md: error: the file vanished between listing and reading; run the command again\n");
    reads("b", 9, "b: error: this is a folder, not a file\n");
    reads("pipe.md", 9, "pipe.md: error: this is not a regular file\n");
    size_t length = 100000;
    char *many = malloc(length + 1);
    memset(many, 'x', length);
    many[length] = '\0';
    put("many.md", many);
    reads("many.md", 100000, many);
    free(many);
    /* a size of 0 that is not the end */
    struct buffer out = {0};
    CHECK(files_read(AT_FDCWD, TEXT("/proc/self/status"), 1 << 20, &out, NULL, &diagnostics));
    CHECK(out.length > 100);
    buffer_free(&out);
    char name[5000];
    memset(name, 'n', sizeof name);
    struct buffer none = {0};
    CHECK(!files_read(folder, (struct text){name, sizeof name}, 9, &none, NULL, &diagnostics));
    diagnostics_clear(&diagnostics);
}

int main(void) {
    const char *temporary = getenv("TMPDIR"); /* whoever runs this takes away what it cannot */
    snprintf(top, sizeof top, "%.50s/galley-files-XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp(top) || (folder = folder_open(top, &diagnostics)) < 0) return 1;
    RUN(listing);
    RUN(outputs_are_no_content);
    RUN(links);
    RUN(bad_names);
    RUN(reading);
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", top);
    if (system(command) != 0) return 1;
    close(folder);
    diagnostics_free(&diagnostics);
    return unit_end();
}
