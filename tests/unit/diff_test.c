/* Diffs: shortest answers, git's form byte for byte, hostile sizes, and `git apply` as the judge.
 */
#include "clock.h"
#include "edit/diff_print.h"
#include "unit.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void print(struct buffer *out, const char *before, const char *after, unsigned flags) {
    struct diff diff;
    diff_open(&diff, text_of(before), text_of(after));
    out->length = 0;
    diff_print(&diff, (struct diff_file){TEXT("a.md"), TEXT("a.md"), 0}, flags, out);
    diff_free(&diff);
}

#define HEADER "diff --git a/a.md b/a.md\n--- a/a.md\n+++ b/a.md\n"

static void unified_form(void) {
    struct buffer out = {0};
    print(&out, "a\nb\nc\n", "a\nb\nc\n", 0);
    CHECK(out.length == 0);
    print(&out, "a\nb\nc\n", "a\nB\nc\n", 0);
    CHECK_TEXT(buffer_text(&out), HEADER "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n");
    print(&out, "", "a\n", 0);
    CHECK_TEXT(buffer_text(&out), HEADER "@@ -0,0 +1 @@\n+a\n");
    print(&out, "a", "a\n", 0);
    CHECK_TEXT(buffer_text(&out), HEADER "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
    print(&out, "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n6\n7\n8\n9\nx\n", 0);
    CHECK_TEXT(buffer_text(&out), HEADER "@@ -2,8 +2,8 @@\n 2\n 3\n 4\n-5\n 6\n 7\n 8\n 9\n+x\n");
    print(&out, "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "x\n2\n3\n4\n5\n6\n7\n8\ny\n", 0);
    CHECK_TEXT(buffer_text(&out), HEADER "@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n"
                                         "@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+y\n");
    print(&out, "a\r\nb\r\n", "a\r\nc\r\n", 0);
    CHECK_TEXT(buffer_text(&out), HEADER "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n");
    buffer_free(&out);
}

static void runs_slide_down(void) {
    struct buffer out = {0};
    print(&out, "one\n\ntwo\n", "one\n\nnew\n\ntwo\n", 0);
    CHECK_TEXT(buffer_text(&out), HEADER "@@ -1,3 +1,5 @@\n one\n \n+new\n+\n two\n");
    buffer_free(&out);
}

static void words_are_marked(void) {
    struct buffer out = {0};
    print(&out, "The old name stays\n", "The new name stays\n", DIFF_COLOUR);
    buffer_append_byte(&out, 0);
    CHECK(strstr(out.bytes, "\x1b[31m-The \x1b[7mold\x1b[27m name stays\x1b[m\n"));
    CHECK(strstr(out.bytes, "\x1b[32m+The \x1b[7mnew\x1b[27m name stays\x1b[m\n"));
    print(&out, "an \xE2\x80\x98old\xE2\x80\x99 x\n", "an \xE2\x80\x98newer one\xE2\x80\x99 x\n",
          DIFF_COLOUR);
    buffer_append_byte(&out, 0);
    CHECK(strstr(out.bytes, "-an \xE2\x80\x98\x1b[7mold\x1b[27m\xE2\x80\x99 x"));
    CHECK(strstr(out.bytes, "+an \xE2\x80\x98\x1b[7mnewer one\x1b[27m\xE2\x80\x99 x"));
    print(&out, "@a #\n", "@b c d #\n", DIFF_COLOUR);
    buffer_append_byte(&out, 0);
    CHECK(strstr(out.bytes, "+@\x1b[7mb c d\x1b[27m #"));
    print(&out, "beep \x1b[2J \xC2\x9B\n", "beep\n", DIFF_COLOUR);
    buffer_append_byte(&out, 0);
    CHECK(strstr(out.bytes, "^[[2J"));
    CHECK(!strstr(out.bytes, "\x1b[2J") && !strstr(out.bytes, "\xC2\x9B"));
    buffer_free(&out);
}

static void stat_form(void) {
    struct diff_stat stats[] = {{TEXT("news/a.md"), {1, 2}}, {TEXT("b.md"), {0, 400}}};
    struct buffer out = {0};
    diff_print_stat(stats, 2, 40, 0, &out);
    CHECK_TEXT(buffer_text(&out), " news/a.md |   3 +-\n"
                                  " b.md      | 400 ++++++++++++++++++++++\n"
                                  " 2 files changed, 402 insertions(+), 1 deletion(-)\n");
    out.length = 0;
    diff_print_stat(stats, 1, 40, DIFF_COLOUR, &out);
    CHECK_TEXT(buffer_text(&out), " news/a.md | 3 \x1b[32m++\x1b[m\x1b[31m-\x1b[m\n"
                                  " 1 file changed, 2 insertions(+), 1 deletion(-)\n");
    buffer_free(&out);
}

static uint32_t random_next(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void random_text(struct buffer *out, uint32_t *state) {
    uint32_t lines = random_next(state) % 12;
    out->length = 0;
    for (uint32_t i = 0; i < lines; i++) {
        buffer_printf(out, "%c", 'a' + (int)(random_next(state) % 4));
        if (i + 1 < lines || random_next(state) % 3)
            buffer_append_string(out, random_next(state) % 5 ? "\n" : "\r\n");
    }
}

/* The longest common subsequence by the textbook's table. */
static uint32_t common_length(const struct diff *diff) {
    static uint32_t table[16][16];
    const struct diff_lines *a = &diff->old_lines, *b = &diff->new_lines;
    for (uint32_t i = 0; i <= a->count; i++)
        for (uint32_t k = 0; k <= b->count; k++) {
            table[i][k] = 0;
            if (i && k) {
                table[i][k] = table[i - 1][k] > table[i][k - 1] ? table[i - 1][k] : table[i][k - 1];
                if (text_equal(diff_line(a, i - 1), diff_line(b, k - 1)))
                    table[i][k] = table[i - 1][k - 1] + 1;
            }
        }
    return table[a->count][b->count];
}

static void always_right_and_shortest(void) {
    struct buffer before = {0}, after = {0};
    uint32_t state = 7;
    for (int round = 0; round < 20000; round++) {
        random_text(&before, &state);
        random_text(&after, &state);
        struct diff diff;
        diff_open(&diff, buffer_text(&before), buffer_text(&after));
        struct diff_counts counts = diff_count(&diff);
        uint32_t common = common_length(&diff), x = 0, y = 0;
        CHECK(counts.removed == diff.old_lines.count - common);
        CHECK(counts.added == diff.new_lines.count - common);
        for (uint32_t i = 0; i <= diff.count; i++) {
            uint32_t until = i < diff.count ? diff.changes[i].old_line : diff.old_lines.count;
            for (; x < until; x++, y++)
                CHECK(y < diff.new_lines.count &&
                      text_equal(diff_line(&diff.old_lines, x), diff_line(&diff.new_lines, y)));
            if (i == diff.count) break;
            CHECK(diff.changes[i].new_line == y);
            x += diff.changes[i].old_count;
            y += diff.changes[i].new_count;
        }
        CHECK(x == diff.old_lines.count && y == diff.new_lines.count);
        diff_free(&diff);
    }
    buffer_free(&before);
    buffer_free(&after);
}

static void hostile_texts_end_soon(void) {
    struct buffer before = {0}, after = {0};
    uint32_t state = 3;
    for (int i = 0; i < 400000; i++) {
        buffer_printf(&before, "%u\n", random_next(&state) % 50);
        buffer_printf(&after, "%u\n", random_next(&state) % 50);
    }
    double start = clock_processor();
    struct diff diff;
    diff_open(&diff, buffer_text(&before), buffer_text(&after));
    CHECK(diff.count > 0);
    diff_free(&diff);
    CHECK(clock_processor() - start < 5 * clock_factor());
    buffer_free(&before);
    buffer_free(&after);
}

static void write_file(const char *path, struct text bytes) {
    FILE *file = fopen(path, "wb");
    CHECK(file && fwrite(bytes.bytes, 1, bytes.length, file) == bytes.length);
    if (file) fclose(file);
}

static bool file_is(const char *path, struct text wanted) {
    char bytes[4096];
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return text_equal((struct text){bytes, length}, wanted);
}

static void add_patch(struct buffer *patch, struct diff_file file, struct text before,
                      struct text after) {
    struct diff diff;
    diff_open(&diff, before, after);
    diff_print(&diff, file, 0, patch);
    diff_free(&diff);
}

static void git_applies_it(void) {
    if (system("git --version >/dev/null 2>&1")) {
        unit_skip("git_applies_it", "git is not installed");
        return;
    }
    char folder[80], command[256];
    const char *temporary = getenv("TMPDIR"); /* whoever runs this takes away what it cannot */
    snprintf(folder, sizeof folder, "%.50s/galley-diff-XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp(folder) || chdir(folder)) abort();
    static const char *const names[] = {
        "plain.md",          "with space.md",  "quote\"back\\slash.md",
        "tab\tnewline\n.md", "caf\xC3\xA9.md", "bad\xFF.md"};
    enum { NAMES = sizeof names / sizeof *names, ROUNDS = 40 };
    struct buffer before = {0}, after = {0}, patch = {0};
    struct buffer wanted[NAMES] = {{0}};
    uint32_t state = 99;
    CHECK(system("git init -q . >/dev/null 2>&1") == 0);
    for (int round = 0; round < ROUNDS; round++) {
        patch.length = 0;
        for (int i = 0; i < NAMES; i++) {
            random_text(&before, &state);
            random_text(&after, &state);
            struct text name = text_of(names[i]);
            struct diff_file file = {name, name, 0};
            if (round % 4 == 1) file.old_path.length = before.length = 0;
            if (round % 4 == 2) file.new_path.length = after.length = 0;
            remove(names[i]);
            if (file.old_path.length) write_file(names[i], buffer_text(&before));
            add_patch(&patch, file, buffer_text(&before), buffer_text(&after));
            wanted[i].length = 0;
            buffer_append_text(&wanted[i], buffer_text(&after));
            if (!file.new_path.length) wanted[i].length = 0;
        }
        write_file("patch", buffer_text(&patch));
        if (patch.length) CHECK(system("git apply --whitespace=nowarn patch") == 0);
        for (int i = 0; i < NAMES; i++) {
            if (round % 4 == 2)
                CHECK(access(names[i], F_OK) != 0);
            else
                CHECK(file_is(names[i], buffer_text(&wanted[i])));
        }
    }
    /* A rename with a change in it, and one without. */
    write_file("plain.md", TEXT("one\ntwo\n"));
    write_file("with space.md", TEXT("same\n"));
    patch.length = 0;
    add_patch(&patch, (struct diff_file){TEXT("plain.md"), TEXT("new/moved it.md"), 0},
              TEXT("one\ntwo\n"), TEXT("one\n2\n"));
    add_patch(&patch, (struct diff_file){TEXT("with space.md"), TEXT("caf\xC3\xA9 2.md"), 0},
              TEXT("same\n"), TEXT("same\n"));
    write_file("patch", buffer_text(&patch));
    CHECK(system("git apply patch") == 0);
    CHECK(file_is("new/moved it.md", TEXT("one\n2\n")) && access("plain.md", F_OK) != 0);
    CHECK(file_is("caf\xC3\xA9 2.md", TEXT("same\n")));
    for (int i = 0; i < NAMES; i++) buffer_free(&wanted[i]);
    buffer_free(&before);
    buffer_free(&after);
    buffer_free(&patch);
    if (chdir("/")) abort();
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command)) abort();
}

int main(void) {
    RUN(unified_form);
    RUN(runs_slide_down);
    RUN(words_are_marked);
    RUN(stat_form);
    RUN(always_right_and_shortest);
    RUN(hostile_texts_end_soon);
    RUN(git_applies_it);
    return unit_end();
}
