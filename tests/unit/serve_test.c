#include "serve/address.h"
#include "serve/published.h"

#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void decodes(const char *sent, enum address_result wanted, const char *path) {
    struct buffer got = {0};
    enum address_result result = address_decode(text_of(sent), &got);
    if (result != wanted) printf("# \"%s\": %d\n", sent, result);
    CHECK(result == wanted);
    if (result == ADDRESS_GOOD) CHECK_TEXT(buffer_text(&got), path);
    buffer_free(&got);
}

static void paths(void) {
    decodes("/", ADDRESS_GOOD, "");
    decodes("/news/", ADDRESS_GOOD, "news/");
    decodes("/a%20b/%C3%bc.html", ADDRESS_GOOD, "a b/\xC3\xBC.html");
    decodes("/a%2Fb", ADDRESS_GOOD, "a/b");
    decodes("/a..b/c.", ADDRESS_GOOD, "a..b/c.");
    decodes("/%252e%252e/x", ADDRESS_GOOD, "%2e%2e/x");
    decodes("", ADDRESS_MALFORMED, "");
    decodes("a", ADDRESS_MALFORMED, "");
    decodes("http://x/a", ADDRESS_MALFORMED, "");
    decodes("/%", ADDRESS_MALFORMED, "");
    decodes("/%4", ADDRESS_MALFORMED, "");
    decodes("/%g0", ADDRESS_MALFORMED, "");
    decodes("/%-1", ADDRESS_MALFORMED, "");
    decodes("/a%00b", ADDRESS_MALFORMED, "");
    decodes("/a%0ab", ADDRESS_MALFORMED, "");
    decodes("/a\x7F", ADDRESS_MALFORMED, "");
    decodes("/%ff", ADDRESS_MALFORMED, "");
    decodes("/%c0%ae%c0%ae/x", ADDRESS_MALFORMED, "");
    decodes("/../%00", ADDRESS_MALFORMED, "");
    decodes("/..", ADDRESS_HIDDEN, "");
    decodes("/a/../b", ADDRESS_HIDDEN, "");
    decodes("/a/%2e%2E/b", ADDRESS_HIDDEN, "");
    decodes("/a%2f..%2fb", ADDRESS_HIDDEN, "");
    decodes("/.git/config", ADDRESS_HIDDEN, "");
    decodes("/a/.", ADDRESS_HIDDEN, "");
    decodes("//a", ADDRESS_HIDDEN, "");
    decodes("/a//b", ADDRESS_HIDDEN, "");
}

static void hosts(void) {
    static const char *const good[] = {
        "localhost",     "LocalHost:8080", "a.localhost",    "127.0.0.1",    "127.0.0.1:1",
        "10.1.2.3:8080", "[::1]",          "[fe80::1]:8080", "desk.example", "DESK.example:80"};
    static const char *const bad[] = {"",
                                      ":8080",
                                      "evil.example",
                                      "localhost.evil",
                                      "notlocalhost",
                                      ".localhost",
                                      "127.0.0.1.evil",
                                      "127.1",
                                      "0x7f.0.0.1",
                                      "::1",
                                      "[::1",
                                      "[::1]x",
                                      "[evil]",
                                      "localhost:x",
                                      "localhost:80:80",
                                      "desk.example.evil",
                                      "[]",
                                      "1.2.3.4.5",
                                      "localhost "};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CHECK(address_host_allowed(text_of(good[i]), TEXT("desk.example")));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(!address_host_allowed(text_of(bad[i]), TEXT("desk.example")));
    CHECK(!address_host_allowed(TEXT("desk.example"), TEXT("")));
}

static void ranged(const char *header, uint64_t size, enum range_result wanted, uint64_t first,
                   uint64_t length) {
    struct byte_range range = {0, 0};
    enum range_result result = address_range(text_of(header), size, &range);
    if (result != wanted) printf("# \"%s\": %d\n", header, result);
    CHECK(result == wanted);
    if (result == RANGE_PART) CHECK(range.first == first && range.length == length);
}

static void ranges(void) {
    ranged("bytes=0-0", 10, RANGE_PART, 0, 1);
    ranged("bytes=2-5", 10, RANGE_PART, 2, 4);
    ranged("Bytes=2-", 10, RANGE_PART, 2, 8);
    ranged("bytes=2-99", 10, RANGE_PART, 2, 8);
    ranged("bytes=-4", 10, RANGE_PART, 6, 4);
    ranged("bytes=-99", 10, RANGE_PART, 0, 10);
    ranged("bytes=9-9", 10, RANGE_PART, 9, 1);
    ranged("bytes=10-", 10, RANGE_UNSATISFIABLE, 0, 0);
    ranged("bytes=-0", 10, RANGE_UNSATISFIABLE, 0, 0);
    ranged("bytes=0-", 0, RANGE_UNSATISFIABLE, 0, 0);
    ranged("bytes=-1", 0, RANGE_UNSATISFIABLE, 0, 0);
    ranged("bytes=18446744073709551615-", 10, RANGE_NONE, 0, 0);
    ranged("bytes=5-2", 10, RANGE_NONE, 0, 0);
    ranged("bytes=-", 10, RANGE_NONE, 0, 0);
    ranged("bytes=", 10, RANGE_NONE, 0, 0);
    ranged("bytes=1", 10, RANGE_NONE, 0, 0);
    ranged("bytes=0-1,3-4", 10, RANGE_NONE, 0, 0);
    ranged("lines=0-1", 10, RANGE_NONE, 0, 0);
    ranged("", 10, RANGE_NONE, 0, 0);
}

static void media_types(void) {
    CHECK_TEXT(text_of(published_type(TEXT("a/b.HTML"))), "text/html; charset=utf-8");
    CHECK_TEXT(text_of(published_type(TEXT("a.min.js"))), "text/javascript; charset=utf-8");
    CHECK_TEXT(text_of(published_type(TEXT("a.woff2"))), "font/woff2");
    CHECK_TEXT(text_of(published_type(TEXT("a.unheard"))), "application/octet-stream");
    CHECK_TEXT(text_of(published_type(TEXT("a.an-ending-without-end"))),
               "application/octet-stream");
    CHECK_TEXT(text_of(published_type(TEXT("a."))), "application/octet-stream");
    CHECK_TEXT(text_of(published_type(TEXT("x.y/CNAME"))), "text/plain; charset=utf-8");
}

static void put(const char *path, const char *content) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    size_t length = strlen(content);
    CHECK(file >= 0 && write(file, content, length) == (ssize_t)length);
    close(file);
}

static void opens(const char *path, enum published_kind wanted, const char *content) {
    struct published_file file;
    enum published_kind kind = published_open("site", text_of(path), &file);
    if (kind != wanted) printf("# \"%s\": %d\n", path, kind);
    CHECK(kind == wanted);
    if (kind != PUBLISHED_FILE) return;
    char bytes[100];
    ssize_t got = read(file.descriptor, bytes, sizeof bytes);
    CHECK(got == (ssize_t)file.size);
    CHECK_TEXT(((struct text){bytes, got < 0 ? 0 : (size_t)got}), content);
    close(file.descriptor);
}

static void files(void) {
    char top[] = "/tmp/galley-serve-test-XXXXXX";
    if (!mkdtemp(top) || chdir(top) != 0) {
        unit_skip("files", "no folder");
        return;
    }
    opens("", PUBLISHED_NOTHING, "");
    mkdir("site", 0755);
    opens("", PUBLISHED_MISSING, "");
    mkdir("site/news", 0755);
    mkdir("outside", 0755);
    put("outside/x", "secret");
    put("site/index.html", "front");
    put("site/news/index.html", "news");
    put("site/a.css", "css");
    CHECK(symlink("../outside/x", "site/link") == 0 && symlink("../outside", "site/linked") == 0);
    CHECK(symlink("../../outside/x", "site/news/link") == 0);
    CHECK(mkfifo("site/pipe", 0644) == 0);
    opens("", PUBLISHED_FILE, "front");
    opens("index.html", PUBLISHED_FILE, "front");
    opens("a.css", PUBLISHED_FILE, "css");
    opens("news/", PUBLISHED_FILE, "news");
    opens("news", PUBLISHED_FOLDER, "");
    opens("a.css/", PUBLISHED_MISSING, "");
    opens("a.css/x", PUBLISHED_MISSING, "");
    opens("b", PUBLISHED_MISSING, "");
    opens("link", PUBLISHED_MISSING, "");
    opens("linked/x", PUBLISHED_MISSING, "");
    opens("linked", PUBLISHED_MISSING, "");
    opens("news/link", PUBLISHED_MISSING, "");
    opens("pipe", PUBLISHED_MISSING, "");
    char name[1200];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    opens(name, PUBLISHED_MISSING, "");
    CHECK(system("rm -r site outside") == 0 && rmdir(top) == 0);
}

int main(void) {
    RUN(paths);
    RUN(hosts);
    RUN(ranges);
    RUN(media_types);
    RUN(files);
    return unit_end();
}
