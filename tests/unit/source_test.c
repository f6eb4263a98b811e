#include "read/source.h"

#include "clock.h"
#include "unit.h"

static struct limits limits;

/* flags, front, body and messages in one line */
static void splits_bytes(const char *bytes, size_t length, const char *wanted) {
    struct diagnostics diagnostics = {0};
    struct buffer out = {0};
    struct source source;
    bool good =
        source_split(TEXT("a.md"), (struct text){bytes, length}, &limits, &source, &diagnostics);
    CHECK(good == (diagnostics.errors == 0));
    if (good) {
        static const char letters[] = "bcmnf"; /* BOM, CRLF, mixed, no newline, front */
        for (int i = 0; i < 5; i++)
            if (source.flags & 1 << i) buffer_append_byte(&out, letters[i]);
        buffer_printf(&out, "[%.*s][%.*s]", (int)source.front.length, bytes + source.front.offset,
                      (int)(length - source.body), bytes + source.body);
    }
    for (uint32_t i = 0; i < diagnostics.count; i++) diagnostic_write(&diagnostics.items[i], &out);
    CHECK_TEXT(buffer_text(&out), wanted);
    diagnostics_free(&diagnostics);
    buffer_free(&out);
}

static void splits(const char *bytes, const char *wanted) {
    splits_bytes(bytes, strlen(bytes), wanted);
}

static void front_and_body(void) {
    splits("---\na: 1\n---\nbody\n", "f[a: 1\n][body\n]");
    splits("---  \t\na: 1\n--- \nbody\n", "f[a: 1\n][body\n]");
    splits("---\na: 1\n...\nbody\n", "f[a: 1\n][body\n]");
    splits("---\n---\nbody\n", "f[][body\n]");
    splits("---\na: 1\n---", "nf[a: 1\n][]");
    splits("---\na: 1\n---\n", "f[a: 1\n][]");
}

static void ends_and_marks(void) {
    splits("\xEF\xBB\xBF---\na: 1\n---\nbody", "bnf[a: 1\n][body]");
    splits("\xEF\xBB\xBF"
           "body\n",
           "b[][body\n]");
    splits("\xEF\xBB\xBF", "bn[][]");
    splits("---\r\na: 1\r\n---\r\nbody\r\n", "cf[a: 1\r\n][body\r\n]");
    splits("---\r\na: 1\n---\nbody\r\n", "cmf[a: 1\n][body\r\n]");
    splits("---\na: 1\r\n---\r\nbody\n", "mf[a: 1\r\n][body\n]");
    splits("---\ra: 1\r---\rbody\r", "f[a: 1\r][body\r]");
}

static void no_front_matter(void) {
    splits("", "[][]");
    splits("\n", "[][\n]");
    splits("body\n---\nmore\n---\n", "[][body\n---\nmore\n---\n]");
    splits("---- \na\n---\n", "[][---- \na\n---\n]");
    splits("--- a\n---\n", "[][--- a\n---\n]");
    splits(" ---\na: 1\n---\n", "[][ ---\na: 1\n---\n]");
    splits("{% a \"b\" %}\n", "[][{% a \"b\" %}\n]");
    splits("---\na: 1\n---\n```\n---\n```\n---\n", "f[a: 1\n][```\n---\n```\n---\n]");
    splits("\n---\na: 1\n---\n",
           "[][\n---\na: 1\n---\n]a.md:1:1: warning: a blank line stands before ---, so that this "
           "file has no front matter; remove it if front matter is meant");
    splits("\n\ntext\n---\n", "[][\n\ntext\n---\n]");
}

/* What must not go out as text. */
static void foreign_front_matter(void) {
    static const char json[] =
        "a.md:1:1: error: front matter in JSON is not read; write it as YAML "
        "between two lines of ---, or let `galley import folder` convert it";
    splits("{\n\"a\": 1\n}\nbody", json);
    splits("{ \"a b\" : 1}\n", json);
    splits("---json\n{}\n---\n", json);
    splits(";;;\n{}\n;;;\n", json);
    splits("{\"a\"}\n", "[][{\"a\"}\n]");
    splits("{ \"a", "n[][{ \"a]");
    splits("{", "n[][{]");
    splits("+++\na = 1\n+++\n",
           "a.md:1:1: error: front matter in TOML is not read; write it as YAML between two lines "
           "of ---, or let `galley import folder` convert it");
    splits("---yaml\na: 1\n---\n",
           "a.md:1:1: error: front matter begins with --- alone; remove the name behind it");
}

static void refusals(void) {
    splits("\xEF\xBB\xBF---\na: 1\n\nbody\n",
           "a.md:1:4: error: the front matter that begins here is never closed; add a line of --- "
           "behind it");
    splits("---", "a.md:1:1: error: the front matter that begins here is never closed; add a line "
                  "of --- behind it");
    splits("ab\ncd\xFFx\n", "a.md:2:3: error: the byte 0xFF is not UTF-8; save the file as UTF-8");
    splits("ab\n\xC3", "a.md:2:1: error: the byte 0xC3 is not UTF-8; save the file as UTF-8");
    splits_bytes("ab\n\0x", 5,
                 "a.md:2:1: error: a NUL byte, which no text holds; remove it, or save the file as "
                 "UTF-8 if it is UTF-16");
    splits_bytes("\xFF\xFE-\0", 4, "a.md:1:1: error: the file is UTF-16; save it as UTF-8");
}

/* Each line is looked at once, also where CR alone ends them all: 4 MB of them are nothing. */
static void lone_carriages(void) {
    size_t length = 4u << 20;
    char *many = malloc(length);
    memset(many, '\r', length);
    memcpy(many, "---", 3);
    double before = clock_processor();
    splits_bytes(
        many, length,
        "a.md:1:1: error: the front matter that begins here is never closed; add a line of "
        "--- behind it");
    CHECK(clock_processor() - before < 1 * clock_factor());
    free(many);
}

static void sizes(void) {
    struct limits kept = limits;
    limits.article_bytes = 10;
    splits("0123456789a",
           "a.md: error: 11 bytes are over the limit of 10 for an article; split it, "
           "or raise limits in galley.yaml");
    limits = kept;
    limits.front_matter_bytes = 4;
    splits("---\na: 1\n---\n", "a.md:2:1: error: 5 bytes of front matter are over the limit of 4; "
                               "make it shorter, or raise limits in galley.yaml");
    limits = kept;
    size_t length = 5u << 20;
    char *many = malloc(length);
    memset(many, 'x', length);
    splits_bytes(many, length,
                 "a.md: error: 5242880 bytes are over the limit of 4194304 for an article; split "
                 "it, or raise limits in galley.yaml");
    free(many);
}

int main(void) {
    limits = limits_default();
    RUN(front_and_body);
    RUN(ends_and_marks);
    RUN(no_front_matter);
    RUN(foreign_front_matter);
    RUN(refusals);
    RUN(lone_carriages);
    RUN(sizes);
    return unit_end();
}
