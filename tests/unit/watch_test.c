#include "serve/watch.h"

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000, QUIET_MS = 300, MOST_TRIES = 20 };

static char top[] = "/tmp/galley-watch-XXXXXX";
static struct watch *watch;
static struct buffer told;

static void put(const char *path, const char *content) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    size_t length = strlen(content);
    CHECK(file >= 0 && write(file, content, length) == (ssize_t)length);
    close(file);
}

static void shell(const char *command) {
    CHECK(system(command) == 0);
}

static long milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void collect(struct text path, void *context) {
    struct buffer *out = context;
    buffer_append_text(out, path);
    buffer_append_byte(out, ' ');
}

/* What is told within `patience`, "" when nothing is. */
static struct text next(long patience) {
    long end = milliseconds() + patience;
    told.length = 0;
    while (milliseconds() < end) {
        int wait = watch_timeout(watch), left = (int)(end - milliseconds());
        struct pollfd file = {watch_descriptor(watch), POLLIN, 0};
        poll(&file, 1, wait < 0 || wait > left ? left : wait);
        if (!watch_run(watch)) continue;
        watch_take(watch, collect, &told);
        break;
    }
    return buffer_text(&told);
}

static void tells(const char *wanted) {
    struct text got = next(*wanted ? PATIENCE_MS : QUIET_MS);
    CHECK_TEXT(got, wanted);
}

static void look_at(bool polling) {
    static const struct text ignored[] = {TEXT("_site"), TEXT("*.log"), TEXT("a/no*")};
    struct watch_root roots[] = {{TEXT("galley.yaml"), false, NULL, 0},
                                 {TEXT("static"), true, NULL, 0},
                                 {TEXT("content/"), true, ignored, 3}};
    watch = watch_open(polling);
    CHECK(!watch_complaint(watch));
    watch_set(watch, roots, 3);
}

static void changes(void) {
    look_at(false);
    tells("");
    put("content/x.md", "1");
    tells("content/x.md ");
    put("galley.yaml", "1");
    put("content/a/y.md", "1");
    tells("content/a/y.md galley.yaml ");
    shell("mkdir -p content/new/deep static; echo 1 >content/new/deep/z.md; echo 1 >static/s.css");
    tells("content/new/deep/z.md static/s.css ");
    put("content/new/deep/z.md", "2");
    put("static/s.css", "2");
    tells("content/new/deep/z.md static/s.css ");
    shell("mv content/new content/moved");
    CHECK(
        text_starts(next(PATIENCE_MS), TEXT("content/moved content/moved/deep/z.md content/new ")));
    put("content/moved/deep/z.md", "3");
    tells("content/moved/deep/z.md ");
    shell("rm -r content/moved");
    CHECK(next(PATIENCE_MS).length);
    shell("mv content elsewhere");
    tells("content ");
    put("elsewhere/x.md", "2");
    tells("");
    shell("mv elsewhere content");
    CHECK(text_starts(next(PATIENCE_MS), TEXT("content ")));
    put("content/x.md", "3");
    tells("content/x.md ");
    shell("ln content/x.md content/hard.md; ln -s x.md content/soft.md");
    tells("content/hard.md content/soft.md ");
    shell("rm content/hard.md content/soft.md");
    tells("content/hard.md content/soft.md ");
    watch_close(watch);
}

static void none_of_ours(void) {
    look_at(false);
    shell("mkdir -p content/_site content/.git content/a/now; echo 1 >content/_site/x.md; echo 1 "
          ">content/.git/x.md; "
          "echo 1 >content/x.md~; echo 1 >content/.x.swp; echo 1 >content/x.log; echo 1 "
          ">content/a/now/y; "
          "echo 1 >'content/#x.md#'; echo 1 >other.md; touch content/4913; rm content/4913; mkdir "
          "content/empty");
    tells("");
    shell("echo 2 >content/_site/x.md; echo 2 >content/a/now/y; rm -r content/_site content/.git "
          "content/a/now content/x.md~");
    tells("");
    watch_close(watch);
}

static void what_was_built(void) {
    look_at(false);
    shell("mkdir content/out .stage && touch .stage/.galley-outputs && echo 1 >.stage/x.html && "
          "mv .stage content/moved");
    tells("");
    shell("touch content/out/.galley-outputs && mkdir content/out/a && echo 1 >content/out/a/x && "
          "echo 1 >content/out/y && echo 2 >content/moved/x.html");
    tells("");
    shell("echo 2 >content/out/a/x; echo 3 >content/moved/x.html");
    tells("");
    shell("rm -r content/out content/moved");
    next(PATIENCE_MS);
    watch_close(watch);
}

static void bursts(void) {
    look_at(false);
    /* An editor that renames, writes anew and lingers: one change, and never one without the file.
     * A busy machine may stop for longer than is waited for; not every time. */
    bool one = false;
    for (int tries = 0; tries < MOST_TRIES && !one; tries++) {
        pid_t editor = fork();
        if (editor == 0) {
            rename("content/x.md", "content/x.md~");
            usleep(60000);
            put("content/x.md", "5");
            unlink("content/x.md~");
            _exit(0);
        }
        one = text_is(next(PATIENCE_MS), "content/x.md ") && access("content/x.md", F_OK) == 0;
        waitpid(editor, NULL, 0);
        one = next(QUIET_MS).length == 0 && one;
    }
    CHECK(one);
    shell("echo 6 >content/sedXX; mv content/sedXX content/x.md");
    tells("content/x.md ");
    /* One that never ends is told of all the same. */
    pid_t writer = fork();
    if (writer == 0)
        for (;;) {
            put("content/x.md", "7");
            usleep(5000);
        }
    long begun = milliseconds();
    tells("content/x.md ");
    CHECK(milliseconds() - begun < 20000);
    kill(writer, SIGKILL);
    waitpid(writer, NULL, 0);
    while (next(QUIET_MS).length) {
    }
    watch_close(watch);
}

static void looking(void) {
    look_at(true);
    CHECK(watch_descriptor(watch) == -1);
    put("content/p.md", "1");
    put("content/p.log", "1");
    put("galley.yaml", "22");
    tells("content/p.md galley.yaml ");
    shell("rm content/p.md; mkdir -p content/q; echo 1 >content/q/r.md");
    tells("content/p.md content/q/r.md ");
    watch_close(watch);
}

static bool write_number(const char *path, const char *number) {
    int file = open(path, O_WRONLY);
    bool done = file >= 0 && write(file, number, strlen(number)) > 0;
    if (file >= 0) close(file);
    return done;
}

/* In a namespace of its own, where the limit is two folders; gives 0, 1, or 2 where there is none.
 */
static int limited(const char *name, const char *number, const char *wanted) {
    pid_t child = fork();
    if (child == 0) {
        if (unshare(CLONE_NEWUSER) != 0 || !write_number(name, number)) _exit(2);
        watch = watch_open(false);
        struct watch_root root = {TEXT("content"), true, NULL, 0};
        watch_set(watch, &root, 1);
        const char *complaint = watch_complaint(watch);
        bool good = complaint && strstr(complaint, wanted) && !watch_complaint(watch);
        put("content/x.md", number);
        good = good && text_is(next(PATIENCE_MS), "content/x.md ");
        watch_close(watch);
        _exit(good ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void limits(void) {
    shell("mkdir -p content/1/2/3/4");
    int watches =
        limited("/proc/sys/user/max_inotify_watches", "2", "raise fs.inotify.max_user_watches");
    int instances =
        limited("/proc/sys/user/max_inotify_instances", "0", "raise fs.inotify.max_user_instances");
    if (watches == 2 || instances == 2) printf("# limits: no namespace of its own could be had\n");
    CHECK(watches != 1);
    CHECK(instances != 1);
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!mkdtemp(top) || chdir(top) != 0) {
        unit_skip("watch", "no folder");
        return 0;
    }
    shell("mkdir -p content/a; echo 0 >content/x.md; echo 0 >content/a/y.md");
    RUN(changes);
    RUN(none_of_ours);
    RUN(what_was_built);
    RUN(bursts);
    RUN(looking);
    RUN(limits);
    buffer_free(&told);
    if (chdir("/") == 0) {
        char command[PATH_MAX];
        snprintf(command, sizeof command, "rm -rf '%s'", top);
        shell(command);
    }
    return unit_end();
}
