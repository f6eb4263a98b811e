#include "run/output.h"
#include "run/twins.h"
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char top[200]; /* of all files here; every test starts with it empty */
static struct diagnostics diagnostics;
static struct output_counts counts;

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk) {
    (void)status, (void)type;
    if (walk->level > 0) remove(path);
    return 0;
}

static void start(void) {
    nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    diagnostics_clear(&diagnostics);
}

static const char *at(const char *name) {
    static char paths[4][600];
    static int turn;
    char *path = paths[turn = (turn + 1) % 4];
    snprintf(path, 600, "%s/%s", top, name);
    return path;
}

static void put(const char *name, const char *content) {
    FILE *file = fopen(at(name), "w");
    CHECK(file != NULL);
    if (!file) return;
    fputs(content, file);
    fclose(file);
}

/* The content of a file, or "-". */
static const char *get(const char *name) {
    static char content[4096];
    FILE *file = fopen(at(name), "r");
    if (!file) return "-";
    size_t length = fread(content, 1, sizeof content - 1, file);
    content[length] = '\0';
    fclose(file);
    return content;
}

#define CHECK_FILE(name, wanted) CHECK_TEXT(text_of(get(name)), wanted)

static bool exists(const char *name) {
    struct stat status;
    return lstat(at(name), &status) == 0;
}

static struct output *open_public(bool forced) {
    return output_open(at("public"), forced, &diagnostics);
}

static enum output_state add(struct output *output, const char *path, const char *content,
                             const char *source) {
    const char *problem;
    enum output_state state = output_write(output, text_of(path), text_of(content), &problem);
    struct output_entry entry = {text_of(path), text_of(source), TEXT("plugins/l.lua:7"), state};
    struct buffer packed = {0};
    output_entry_pack(&entry, &packed);
    output_add_packed(output, buffer_text(&packed));
    buffer_free(&packed);
    return state;
}

static bool finish(struct output *output) {
    bool done =
        output_check(output, &diagnostics) && output_publish(output, NULL, &counts, &diagnostics);
    output_close(output);
    return done;
}

/* A build of "path=content" pairs. */
static bool build(const char *const *pairs) {
    struct output *output = open_public(false);
    CHECK(output != NULL);
    if (!output) return false;
    for (; *pairs; pairs++) {
        char path[300];
        const char *equals = strchr(*pairs, '=');
        snprintf(path, sizeof path, "%.*s", (int)(equals - *pairs), *pairs);
        add(output, path, equals + 1, "a.md");
    }
    return finish(output);
}
#define BUILD(...) build((const char *const[]){__VA_ARGS__, NULL})

/* All messages, one a line. */
static const char *messages(void) {
    static struct buffer buffer;
    buffer.length = 0;
    for (uint32_t i = 0; i < diagnostics.count; i++) {
        diagnostic_write(&diagnostics.items[i], &buffer);
        buffer_append_byte(&buffer, '\n');
    }
    return buffer_string(&buffer);
}

static bool stage_is_gone(void) {
    return !exists(".public.galley-stage") && !exists("public/.galley-stage");
}

static void fresh_build(void) {
    start();
    CHECK(BUILD("index.html=home", "news/ward.html=ward", "a/b/c/d.txt=deep"));
    CHECK_FILE("public/index.html", "home");
    CHECK_FILE("public/a/b/c/d.txt", "deep");
    CHECK(counts.written == 3 && counts.unchanged == 0 && counts.removed == 0);
    CHECK(strstr(get("public/.galley-outputs"), "\na/b/c/d.txt\nindex.html\nnews/ward.html\n"));
    CHECK(stage_is_gone() && diagnostics.count == 0);
    /* An empty folder is as good as none; so is one whose parents do not exist. */
    start();
    CHECK(mkdir(at("public"), 0755) == 0);
    CHECK(BUILD("index.html=home"));
    CHECK_FILE("public/index.html", "home");
    struct output *output = output_open(at("x/y/z"), false, &diagnostics);
    CHECK(output && add(output, "i.html", "1", "") == OUTPUT_WRITTEN);
    CHECK(finish(output));
    CHECK_FILE("x/y/z/i.html", "1");
}

static void equal_outputs_are_not_written(void) {
    start();
    BUILD("index.html=home", "news/ward.html=ward");
    struct stat before, after;
    CHECK(stat(at("public/index.html"), &before) == 0);
    struct output *output = open_public(false);
    CHECK(add(output, "index.html", "home", "") == OUTPUT_UNCHANGED);
    CHECK(add(output, "news/ward.html", "word", "") == OUTPUT_WRITTEN);
    CHECK_FILE("public/news/ward.html", "ward"); /* until it is published */
    CHECK(finish(output));
    CHECK_FILE("public/news/ward.html", "word");
    CHECK(stat(at("public/index.html"), &after) == 0 && before.st_ino == after.st_ino);
    CHECK(counts.written == 1 && counts.unchanged == 1 && stage_is_gone());
    /* Larger than one chunk, differing only in the last byte. */
    char *large = memory_allocate_zeroed(200001);
    memset(large, 'x', 200000);
    BUILD("index.html=home");
    output = open_public(false);
    add(output, "large", large, "");
    finish(output);
    output = open_public(false);
    CHECK(add(output, "large", large, "") == OUTPUT_UNCHANGED);
    output_close(output);
    large[199999] = 'y';
    output = open_public(false);
    CHECK(add(output, "large", large, "") == OUTPUT_WRITTEN);
    output_close(output);
    memory_free(large);
}

static void what_is_no_longer_made_goes(void) {
    start();
    BUILD("index.html=home", "old/deep/er.html=x", "old/too.html=x", "keep/a.html=x");
    put("public/CNAME", "user's own");
    CHECK(mkdir(at("public/empty-of-user"), 0755) == 0);
    CHECK(BUILD("index.html=home", "new.html=x"));
    CHECK(counts.removed == 3 && counts.written == 1 && counts.unchanged == 1);
    CHECK(!exists("public/old") && !exists("public/keep") && exists("public/empty-of-user"));
    CHECK_FILE("public/CNAME", "user's own");
    /* A folder with a user's file in it stays. */
    BUILD("index.html=home", "d/x.html=x");
    put("public/d/mine", "m");
    CHECK(BUILD("index.html=home"));
    CHECK(exists("public/d/mine") && !exists("public/d/x.html"));
}

static void a_file_becomes_a_folder_and_back(void) {
    start();
    BUILD("a=file", "b/c=file");
    CHECK(BUILD("a/x=inner", "b=file now"));
    CHECK_FILE("public/a/x", "inner");
    CHECK_FILE("public/b", "file now");
    CHECK(diagnostics.count == 0);
}

static void a_failed_build_leaves_the_old(void) {
    start();
    BUILD("index.html=home", "old.html=old");
    struct output *output = open_public(false);
    add(output, "index.html", "new home", "");
    output_abandon(output);
    output_close(output);
    CHECK_FILE("public/index.html", "home");
    CHECK_FILE("public/old.html", "old");
    CHECK(stage_is_gone());
}

/* A full disk, here with descriptors for bytes: no page of the new build joins the old ones. */
static void a_failing_system_publishes_nothing(void) {
    start();
    BUILD("index.html=home", "old.html=old");
    struct output *output = open_public(false);
    add(output, "index.html", "new home", "");
    struct rlimit before, none;
    getrlimit(RLIMIT_NOFILE, &before);
    none = before;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_NOFILE, &none);
    const char *problem = NULL;
    CHECK(output_write(output, TEXT("a.html"), TEXT("a"), &problem) == OUTPUT_REFUSED);
    setrlimit(RLIMIT_NOFILE, &before);
    CHECK(problem && strstr(problem, "cannot be written (Too many open files)"));
    CHECK(output_failed(output) == 1);
    CHECK(!output_publish(output, NULL, &counts, &diagnostics));
    CHECK(strstr(messages(), "error: 1 outputs could not be written, so nothing is published"));
    output_close(output);
    CHECK_FILE("public/index.html", "home");
    CHECK_FILE("public/old.html", "old");
    CHECK(stage_is_gone());
    diagnostics_clear(&diagnostics);
}

static void a_crash_leaves_the_old(void) {
    start();
    BUILD("index.html=home");
    pid_t child = fork();
    if (child == 0) {
        struct output *output = open_public(false);
        add(output, "index.html", "half", "");
        add(output, "deep/er/x", "half", "");
        _exit(output ? 0 : 1);
    }
    waitpid(child, NULL, 0);
    CHECK_FILE("public/index.html", "home");
    CHECK(!stage_is_gone());
    CHECK(BUILD("index.html=home", "x=1"));
    CHECK(stage_is_gone() && !exists("public/deep"));
    CHECK_FILE("public/x", "1");
    /* A crash between the renames: the manifest lists old and new, and the next build tidies. */
    put("public/.galley-outputs",
        "Files made by Galley in this folder; see galley build --help.\nindex.html\nx\ny\n");
    put("public/y", "new but not wanted");
    CHECK(BUILD("index.html=home"));
    CHECK(!exists("public/x") && !exists("public/y"));
}

/* A worker that died in the middle leaves a file that nobody told the parent of. */
static void halves_of_lost_tasks_are_not_published(void) {
    start();
    struct output *output = open_public(false);
    pid_t child = fork();
    if (child == 0) {
        const char *problem;
        output_write(output, TEXT("lost/half.html"), TEXT("ha"), &problem);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    add(output, "index.html", "home", "");
    CHECK(finish(output));
    CHECK_FILE("public/index.html", "home");
    CHECK(!exists("public/lost") && stage_is_gone());
}

static void two_builds_at_once(void) {
    start();
    struct output *output = open_public(false);
    CHECK(output && !open_public(false));
    CHECK(strstr(messages(), "another build is writing to this folder; wait until it ends"));
    CHECK(add(output, "a", "1", "") == OUTPUT_WRITTEN);
    CHECK(finish(output));
}

static void folders_of_others_are_refused(void) {
    start();
    CHECK(mkdir(at("public"), 0755) == 0);
    put("public/thesis.txt", "years of work");
    CHECK(!open_public(false));
    CHECK(strstr(messages(), "/public: error: is not empty and was not made by Galley; empty it"));
    diagnostics_clear(&diagnostics);
    struct output *output = open_public(true);
    CHECK(output && add(output, "a", "1", "") == OUTPUT_WRITTEN);
    CHECK(finish(output));
    CHECK_FILE("public/thesis.txt", "years of work");
    CHECK_FILE("public/a", "1");
    /* Now it is Galley's, but for the user's files. */
    output = open_public(false);
    CHECK(add(output, "thesis.txt", "generated", "a.md") == OUTPUT_WRITTEN);
    CHECK(!finish(output));
    CHECK(strstr(messages(), "public/thesis.txt: error: was not made by Galley and would be"));
    CHECK_FILE("public/thesis.txt", "years of work");
    /* A file, the root. */
    put("plain", "x");
    CHECK(!output_open(at("plain"), true, &diagnostics));
    CHECK(!output_open("/", true, &diagnostics));
}

static void symbolic_links_are_not_followed(void) {
    start();
    BUILD("index.html=home", "news/a.html=a", "old/b.html=b");
    CHECK(mkdir(at("elsewhere"), 0755) == 0);
    put("elsewhere/a.html", "theirs");
    put("elsewhere/b.html", "theirs");
    CHECK(unlink(at("public/news/a.html")) == 0 && rmdir(at("public/news")) == 0);
    CHECK(symlink(at("elsewhere"), at("public/news")) == 0);
    CHECK(unlink(at("public/old/b.html")) == 0 && rmdir(at("public/old")) == 0);
    CHECK(symlink(at("elsewhere"), at("public/old")) == 0);
    CHECK(!BUILD("index.html=home", "news/a.html=changed"));
    CHECK(strstr(messages(), "public/news: error: is a symbolic link"));
    CHECK_FILE("elsewhere/a.html", "theirs");
    /* What is no longer made is not removed through a link either. */
    CHECK(BUILD("index.html=home"));
    CHECK_FILE("elsewhere/b.html", "theirs");
    CHECK_FILE("elsewhere/a.html", "theirs");
    /* A link in the place of a file is replaced, not written through. */
    put("elsewhere/target", "theirs");
    CHECK(unlink(at("public/index.html")) == 0);
    CHECK(symlink(at("elsewhere/target"), at("public/index.html")) == 0);
    CHECK(BUILD("index.html=new"));
    CHECK_FILE("public/index.html", "new");
    CHECK_FILE("elsewhere/target", "theirs");
    /* The output folder itself may be one: that is the user's own choice. */
    start();
    CHECK(mkdir(at("real"), 0755) == 0 && symlink(at("real"), at("public")) == 0);
    CHECK(BUILD("index.html=home"));
    CHECK_FILE("real/index.html", "home");
}

static void hostile_manifest(void) {
    start();
    BUILD("index.html=home");
    put("victim", "theirs");
    put("public/.galley-outputs",
        "Files made by Galley in this folder; see galley build --help.\n../victim\n/etc/hostname\n"
        "index.html\n./x\n");
    CHECK(BUILD("index.html=home"));
    CHECK_FILE("victim", "theirs");
}

static void hostile_paths(void) {
    static const struct {
        const char *path;
        size_t length;
    } bad[] = {
        {"", 0},
        {"/etc/x", 6},
        {"../x", 4},
        {"a/../../x", 9},
        {"a/..", 4},
        {".", 1},
        {"a/./b", 5},
        {"a//b", 4},
        {"a/", 2},
        {"a\0b", 3},
        {"a\nb", 3},
        {"a\x7f", 2},
        {"a\\b", 3},
        {"a\xff", 2},
        {"a\xc2\x85", 3},
        {".galley-outputs", 15},
        {".galley-stage/x", 15},
        {"\xed\xa0\x80", 3},
    };
    start();
    struct output *output = open_public(false);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *problem = NULL;
        struct text path = {bad[i].path, bad[i].length};
        CHECK(output_write(output, path, TEXT("x"), &problem) == OUTPUT_REFUSED);
        CHECK(problem && strstr(problem, "; "));
    }
    char longest[1200];
    const char *problem;
    memset(longest, 'a', sizeof longest);
    CHECK(output_path_problem((struct text){longest, 255}) == NULL);
    CHECK(output_path_problem((struct text){longest, 256}) != NULL);
    for (size_t i = 200; i < sizeof longest; i += 200) longest[i] = '/';
    CHECK(output_path_problem((struct text){longest, 1024}) == NULL);
    CHECK(output_path_problem((struct text){longest, 1025}) != NULL);
    CHECK(output_write(output, (struct text){longest, 1024}, TEXT("x"), &problem) ==
          OUTPUT_WRITTEN);
    CHECK(output_path_problem(TEXT("caf\xc3\xa9/..x/.well-known/a b.html")) == NULL);
    output_close(output);
    CHECK(stage_is_gone() && !exists("x"));
}

/* Two builds of two sources; the message names both. */
static void clash(const char *first, const char *second, const char *message) {
    start();
    struct output *output = open_public(false);
    add(output, first, "1", "news/one.md");
    add(output, "between", "x", "x.md");
    add(output, second, "2", "news/two.md");
    CHECK(!finish(output));
    if (!strstr(messages(), message)) printf("# got: %s", messages());
    CHECK(strstr(messages(), message) && diagnostics.count == 1);
    CHECK(!exists("public") && stage_is_gone());
}

static void clashes_name_both_sources(void) {
    clash(
        "a.html", "a.html",
        "news/two.md: error: the output \"a.html\" is also made by news/one.md (plugins/l.lua:7); "
        "give one of them another slug, permalink or path (plugins/l.lua:7)\n");
    clash("News/A.html", "news/a.html",
          "news/two.md: error: the output \"news/a.html\" differs only by case or accents' coding "
          "from \"News/A.html\" of news/one.md");
    clash("\xc3\xa9t\xc3\xa9.html", "E\xcc\x81te\xcc\x81.html", "differs only by case");
    clash(
        "a", "a/b.html",
        "news/two.md: error: the output \"a/b.html\" needs a folder where there is the file \"a\" "
        "of news/one.md");
    clash("a/b.html", "A", "needs a folder where there is the file");
    clash("a", "a/b/c/d", "needs a folder where there is the file");
    /* Neighbours by bytes that are no clash. */
    start();
    CHECK(BUILD("a.html=1", "a-b=2", "a/b=3", "a0=4", "a!=5"));
}

static struct text key_of(const char *path) {
    static struct buffer buffers[2];
    static int turn;
    struct buffer *buffer = &buffers[turn ^= 1];
    buffer->length = 0;
    twin_key(text_of(path), buffer);
    return buffer_text(buffer);
}

static void twin_keys(void) {
    static const char *const same[][2] = {
        {"ABC/x.HTML", "abc/X.html"},
        {"\xc3\x85", "a\xcc\x8a"},                                /* A with ring */
        {"\xce\x91\xce\x86\xce\xa3", "\xce\xb1\xce\xac\xcf\x82"}, /* Greek, final sigma */
        {"\xd0\x99\xd0\x96", "\xd0\xb9\xd0\xb6"},                 /* Cyrillic */
        {"\xd0\xb9", "\xd0\xb8\xcc\x86"},                         /* short i */
        {"\xe1\xba\xa4", "a\xcc\x82\xcc\x81"},                    /* two marks */
        {"\xc5\x81\xc3\x98", "\xc5\x82\xc3\xb8"},                 /* strokes do not decompose */
        {"\xc5\xbf", "S"},                                        /* long s */
    };
    static const char *const different[][2] = {
        {"a", "b"},     {"\xc3\xa9", "e"},        {"\xc3\xa9", "\xc3\xa8"},
        {"a/b", "a_b"}, {"\xc3\x97", "\xc3\xb7"},
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        CHECK(text_equal(key_of(same[i][0]), key_of(same[i][1])));
    for (size_t i = 0; i < sizeof different / sizeof *different; i++)
        CHECK(!text_equal(key_of(different[i][0]), key_of(different[i][1])));
}

/* Four processes write into one stage, as workers do. */
static void written_by_several_processes(void) {
    start();
    struct output *output = open_public(false);
    for (int p = 0; p < 4; p++) {
        if (fork()) continue;
        for (int i = 0; i < 200; i++) {
            char path[64];
            const char *problem;
            snprintf(path, sizeof path, "d%d/e%d/%d-%d.html", i % 7, i % 3, p, i);
            if (output_write(output, text_of(path), TEXT("x"), &problem) != OUTPUT_WRITTEN)
                _exit(1);
        }
        output_close(output); /* does not abandon: it is the parent's */
        _exit(0);
    }
    int status, ends = 0;
    while (wait(&status) > 0) ends += status == 0;
    CHECK(ends == 4);
    for (int p = 0; p < 4; p++)
        for (int i = 0; i < 200; i++) {
            char path[64];
            snprintf(path, sizeof path, "d%d/e%d/%d-%d.html", i % 7, i % 3, p, i);
            output_add(output, &(struct output_entry){text_of(path), TEXT("a.md"), TEXT(""),
                                                      OUTPUT_WRITTEN});
        }
    CHECK(finish(output));
    CHECK(counts.written == 800);
    CHECK_FILE("public/d6/e2/3-181.html", "-");
    CHECK_FILE("public/d6/e1/3-13.html", "x");
}

int main(void) {
    const char *temporary = getenv("TMPDIR");
    snprintf(top, sizeof top, "%s/galley-output-XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp(top)) return 1;
    RUN(fresh_build);
    RUN(equal_outputs_are_not_written);
    RUN(what_is_no_longer_made_goes);
    RUN(a_file_becomes_a_folder_and_back);
    RUN(a_failed_build_leaves_the_old);
    RUN(a_failing_system_publishes_nothing);
    RUN(a_crash_leaves_the_old);
    RUN(halves_of_lost_tasks_are_not_published);
    RUN(two_builds_at_once);
    RUN(folders_of_others_are_refused);
    RUN(symbolic_links_are_not_followed);
    RUN(hostile_manifest);
    RUN(hostile_paths);
    RUN(clashes_name_both_sources);
    RUN(twin_keys);
    RUN(written_by_several_processes);
    start();
    rmdir(top);
    return unit_end();
}
