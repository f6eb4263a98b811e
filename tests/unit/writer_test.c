/* What the writer puts out is read back as the tree that it was given. */
#include "document/dialect.h"
#include "document/equal.h"
#include "document/markdown.h"
#include "document/writer.h"
#include "unit.h"

#include "../fuzz/random_tree.h"

#include <dirent.h>
#include <unistd.h>

static const char spec_path[] = "tests/node_modules/commonmark-spec/spec.txt";
static const char folder[] = "../shared/data/18f-posts";

static struct markdown *markdown;
static uint64_t dialect;

static struct buffer file(const char *path) {
    struct buffer bytes = {0};
    FILE *stream = fopen(path, "rb");
    if (!stream) return bytes;
    char chunk[65536];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, stream)) > 0;)
        buffer_append(&bytes, chunk, n);
    fclose(stream);
    return bytes;
}

static bool parse(struct document *document, struct text source, uint32_t body) {
    struct diagnostics diagnostics = {0};
    document_open(document, source, body);
    bool fine = markdown_parse(markdown, TEXT("test.md"), dialect, document, &diagnostics);
    diagnostics_free(&diagnostics);
    return fine;
}

static void show(const char *what, struct text text) {
    printf("# %s\n", what);
    for (const char *at = text.bytes, *end = at + text.length; at < end;) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (!line_end) line_end = end;
        printf("#     %.*s\n", (int)(line_end - at), at);
        at = line_end + 1;
    }
}

/* parse, write, parse: the trees are equal, and writing again changes nothing. */
static bool round_trip(struct text source, uint32_t body) {
    struct document first, second;
    struct buffer written = {0}, again = {0};
    struct writer_problem problem;
    struct writer_options options = {.dialect = dialect};
    CHECK(parse(&first, source, body));
    bool fine = markdown_write(&first, ROOT_NODE, &options, &written, &problem);
    if (!fine) {
        printf("# node %u (%s): %s\n", problem.node,
               node_type_name((enum node_type)document_node(&first, problem.node)->type),
               problem.message);
        show("source", (struct text){source.bytes + body, source.length - body});
    } else {
        buffer_string(&written);
        CHECK(parse(&second, buffer_text(&written), 0));
        node_id wrong = document_difference(&first, ROOT_NODE, &second, ROOT_NODE);
        if (wrong) {
            fine = false;
            printf("# node %u (%s) is read differently\n", wrong,
                   node_type_name((enum node_type)document_node(&first, wrong)->type));
            if (source.length < 2000) {
                show("source", (struct text){source.bytes + body, source.length - body});
                show("written", buffer_text(&written));
            }
        }
        CHECK(markdown_write(&second, ROOT_NODE, &options, &again, &problem));
        if (fine && !text_equal(buffer_text(&written), buffer_text(&again))) {
            fine = false;
            show("written", buffer_text(&written));
            show("written again", buffer_text(&again));
        }
        document_free(&second);
    }
    document_free(&first);
    buffer_free(&written);
    buffer_free(&again);
    return fine;
}

/* The Markdown of `source` as the writer has it. */
static void writes(const char *source, const char *wanted) {
    struct document document;
    struct buffer written = {0};
    struct writer_problem problem = {0, NULL, false};
    struct writer_options options = {.dialect = dialect};
    CHECK(parse(&document, text_of(source), 0));
    CHECK(markdown_write(&document, ROOT_NODE, &options, &written, &problem));
    CHECK_TEXT(written, wanted);
    CHECK(round_trip(text_of(source), 0));
    document_free(&document);
    buffer_free(&written);
}

static void same(const char *source) {
    writes(source, source);
}

static void nothing_is_escaped_without_need(void) {
    same("a * b, snake_case, 5* and in 1990. More #1, C#, a - b + c.\n");
    same("AT&T R&D, 3 < 4 > 2, <3, [sic] and (this) [too], 100%!\n");
    same("A back\\slash, C:\\dir, a ` tick, ~, ^, |, {x}, \"q\" 'q' -- ...\n");
    same("*a* b* c and **d** e_f_g\n");
    same("Q: [Name]: I think so\n\n[Name]: I think so\n");
}

static void needed_escapes(void) {
    same("\\# a\n");
    same("\\- a\n\n\\+ a\n\n\\* a\n");
    same("1990\\. A year\n");
    same("\\> a\n");
    same("a\n\\===\n");
    same("\\*a\\* \\_b\\_ \\`c\\` \\[d](e) \\<f> \\&amp;\n");
    same("\\[a]: b\n");
    same("# a \\#\n");
    same("&#32;a&#32;\n");
    same("\\---\n");
    same("\\~~~\n");
    same("[a \\[ b](c) [a [b] c](d)\n");
    same("\\![a](b)\n");
    same("\\<=@d>\n");
}

static void habits_are_kept(void) {
    same("_a_ __b__ *c* **d**\n");
    same("* a\n* b\n\n***\n\n- c\n\n___\n\n+ d\n");
    same("3) a\n4) b\n");
    same("1. a\n1. b\n1. c\n");
    same("9. a\n10. b\n    - c\n");
    same("~~~ruby\na\n~~~\n\n`````\nb\n`````\n");
    same("a\n===\n\nb c\n---\n\n# d\n");
    same("-   a\n\n    b\n\n-   c\n");
    same("a  \nb\n");
    same("a\\\nb\n");
    same("<https://a.b/c?d> <e@f.g>\n");
    same("> a\n> b\n>\n> > c\n");
    same("    code\n\n      more\n");
    same("```\na\n```\n\n    b\n");
    same("a\n\n- - -\n\n* * * *\n\n- ***\n  a\n");
    same("``` ruby\na\n```\n");
    same("# a #\n\n## # b \\# ##\n");
    same("a  \nb\\\nc\n");
}

static void commonmark_examples(void) {
    static const char fence[] = "````````````````````````````````";
    struct buffer spec = file(spec_path), source = {0};
    int number = 0;
    for (const char *at = buffer_string(&spec); (at = strstr(at, fence));) {
        const char *start = strchr(at, '\n') + 1;
        if (memcmp(at + sizeof fence - 1, " example\n", 9) != 0) {
            at = start;
            continue;
        }
        const char *dot = start[0] == '.' ? start - 1 : strstr(start, "\n.\n");
        source.length = 0;
        for (const char *byte = start; byte < dot + 1; byte++) {
            bool tab = dot - byte >= 2 && !memcmp(byte, "\xE2\x86\x92", 3);
            buffer_append_byte(&source, tab ? '\t' : *byte);
            byte += tab ? 2 : 0;
        }
        number++;
        buffer_string(&source);
        if (!round_trip(buffer_text(&source), 0)) {
            printf("# example %d\n", number);
            CHECK(!"example is read back");
        }
        at = strstr(dot, fence) + sizeof fence;
    }
    CHECK(number == 652);
    buffer_free(&spec);
    buffer_free(&source);
}

static void newsroom_articles(void) {
    DIR *directory = opendir(folder);
    int articles = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (!strstr(entry->d_name, ".md")) continue;
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        struct buffer bytes = file(path);
        const char *fence = strstr(buffer_string(&bytes), "\n---\n");
        uint32_t body = fence ? (uint32_t)(fence - bytes.bytes) + 5 : 0;
        if (!round_trip(buffer_text(&bytes), body)) {
            printf("# %s\n", path);
            CHECK(!"article is read back");
        }
        buffer_free(&bytes);
        articles++;
    }
    closedir(directory);
    CHECK(articles >= 500);
}

/* How random trees fared. */
struct outcome {
    unsigned written, caught, wrong;
};

/* A random tree is read back as it was when it can be written. What only the second look of
 * markdown_write_verified finds is counted as caught. */
static void write_random(const uint8_t *bytes, size_t size, uint64_t features, bool plausible,
                         struct outcome *outcome) {
    struct document first, second;
    struct buffer written = {0}, again = {0};
    struct writer_problem problem;
    struct writer_options options = {.dialect = dialect};
    document_open(&first, TEXT(""), 0);
    random_tree(&first, bytes, size, features, plausible);
    bool fine = markdown_write(&first, ROOT_NODE, &options, &written, &problem);
    bool same = true;
    if (fine) {
        CHECK(parse(&second, written.length ? buffer_text(&written) : TEXT(""), 0));
        same = !document_difference(&first, ROOT_NODE, &second, ROOT_NODE);
        document_free(&second);
    }
    if (!same && features) {
        fine = markdown_write_verified(markdown, &first, &options, &again, &problem);
        CHECK(!fine && !again.length);
        outcome->caught++;
    } else if (!same) {
        show("written", buffer_text(&written));
        outcome->wrong++;
    }
    outcome->written += fine;
    CHECK(fine || (problem.node && problem.node < first.count && problem.message));
    document_free(&first);
    buffer_free(&written);
    buffer_free(&again);
}

/* Trees as scripts build them: what is written is read back, and most can be written. */
static struct outcome trees_of(uint64_t features) {
    struct outcome outcome = {0};
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        uint8_t bytes[160];
        uint64_t state = seed * 0x9E3779B97F4A7C15u;
        for (size_t i = 0; i < sizeof bytes; i++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes[i] = (uint8_t)(state >> 32);
        }
        unsigned before = outcome.wrong;
        write_random(bytes, 10 + seed % 150, features, seed % 4 != 0, &outcome);
        if (outcome.wrong > before) printf("# seed %u\n", (unsigned)seed);
    }
    CHECK(outcome.wrong == 0);
    return outcome;
}

static void random_trees(void) {
    CHECK(trees_of(DIALECT_NONE).written > 1000);
}

static void random_trees_of_the_dialect(void) {
    struct outcome outcome = trees_of(dialect);
    printf("# %u written, %u refused by the second look alone\n", outcome.written, outcome.caught);
    CHECK(outcome.written > 800);
    CHECK(outcome.caught * 40 < outcome.written);
}

/* What the fuzzer found, tests/fuzz/writer: see writer_fuzz.c for what the first byte says. */
static void fuzzer_finds(void) {
    DIR *directory = opendir("tests/fuzz/writer");
    int count = 0;
    CHECK(directory != NULL);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        if (entry->d_name[0] == '.') continue;
        char path[300];
        snprintf(path, sizeof path, "tests/fuzz/writer/%s", entry->d_name);
        struct buffer bytes = file(path);
        CHECK(bytes.length > 1);
        count++;
        if (!(bytes.bytes[0] & 2) || !(bytes.bytes[0] & 1) != !dialect) {
            buffer_free(&bytes);
            continue;
        }
        struct outcome outcome = {0};
        write_random((const uint8_t *)bytes.bytes + 1, bytes.length - 1, dialect,
                     bytes.bytes[0] & 4, &outcome);
        if (outcome.wrong) printf("# %s\n", path);
        CHECK(!outcome.wrong && !outcome.caught);
        buffer_free(&bytes);
    }
    if (directory) closedir(directory);
    CHECK(count > 0);
}

/* Blocks and inlines by themselves, for their place. */
static void parts(void) {
    struct document document;
    struct buffer out = {0};
    struct writer_options options = {0};
    struct writer_problem problem;
    CHECK(parse(&document, TEXT("> - a *b*\n>   c_d\n> - e\n"), 0));
    node_id quote = document_node(&document, ROOT_NODE)->first;
    node_id list = document_node(&document, quote)->first;
    node_id item = document_node(&document, list)->first;
    node_id paragraph = document_node(&document, item)->first;
    node_id text = document_node(&document, paragraph)->first;
    CHECK(markdown_write_block(&document, paragraph, TEXT(">   "), &options, &out, &problem));
    CHECK_TEXT(out, "a *b*\n>   c_d");
    out.length = 0;
    CHECK(markdown_write_block(&document, item, TEXT("> "), &options, &out, &problem));
    CHECK_TEXT(out, "- a *b*\n>   c_d");
    out.length = 0;
    node_set_text(&document, text, TEXT("- *"));
    node_id last = document_node(&document, paragraph)->last;
    CHECK(markdown_write_inlines(&document, text, last, TEXT(">   "), &options, &out, &problem));
    CHECK_TEXT(out, "\\- \\**b*\n>   c_d");
    out.length = 0;
    node_id emph = document_node(&document, text)->next;
    CHECK(markdown_write_inlines(&document, emph, emph, TEXT(">   "), &options, &out, &problem));
    CHECK_TEXT(out, "*b*");
    document_free(&document);
    buffer_free(&out);
}

/* A document of one node of a type with some children, written: its problem's message. */
static const char *problem_of(enum node_type type, uint32_t detail, const char *text,
                              enum node_type child) {
    static struct writer_problem problem;
    struct document document;
    struct buffer out = {0};
    struct writer_options options = {0};
    document_open(&document, TEXT(""), 0);
    node_id id = document_add(&document, type);
    node_append(&document, ROOT_NODE, id);
    document_node(&document, id)->detail = detail;
    node_set_text(&document, id, text_of(text));
    if (child) {
        for (int i = 0; i < 3; i++) {
            node_id inner = document_add(&document, i == 1 ? child : NODE_TEXT);
            node_set_text(&document, inner, TEXT("x"));
            node_append(&document, id, inner);
        }
    }
    bool fine = markdown_write(&document, ROOT_NODE, &options, &out, &problem);
    CHECK(fine == !problem.message);
    CHECK(fine || out.length == 0);
    document_free(&document);
    buffer_free(&out);
    return problem.message;
}

static void what_has_no_markdown_is_refused(void) {
    CHECK(problem_of(NODE_PARAGRAPH, 0, "", NODE_NONE));
    CHECK(problem_of(NODE_HEADING, 3, "", NODE_LINEBREAK));
    CHECK(!problem_of(NODE_HEADING, 2, "", NODE_LINEBREAK));
    CHECK(problem_of(NODE_HEADING, 7, "", NODE_CODE));
    CHECK(problem_of(NODE_LIST, 0, "", NODE_NONE));
    CHECK(problem_of(NODE_HTML_BLOCK, 0, "text", NODE_NONE));
    CHECK(problem_of(NODE_HTML_BLOCK, 0, "<div>\n\n</div>", NODE_NONE));
    CHECK(!problem_of(NODE_HTML_BLOCK, 0, "<pre>\n\n</pre>", NODE_NONE));
    CHECK(problem_of(NODE_CODE_BLOCK, 0, "\r", NODE_NONE));
    CHECK(problem_of(NODE_PARAGRAPH, 0, "", NODE_EMPH));
    CHECK(problem_of(NODE_PARAGRAPH, 0, "", NODE_HTML_INLINE));
    CHECK(problem_of(NODE_PARAGRAPH, 0, "", NODE_PARAGRAPH));
    CHECK(problem_of(NODE_TEXT, 0, "x", NODE_NONE));
    CHECK(problem_of(NODE_PARAGRAPH, 0, "", NODE_SUPERSCRIPT));
}

static void deep_trees_are_refused_or_small(void) {
    struct document document;
    struct buffer out = {0};
    struct writer_options options = {0};
    struct writer_problem problem;
    document_open(&document, TEXT(""), 0);
    node_id at = ROOT_NODE;
    for (int i = 0; i < 20000; i++) {
        node_id child = document_add(&document, NODE_BLOCK_QUOTE);
        node_append(&document, at, child);
        at = child;
        if (i == 90) CHECK(markdown_write(&document, ROOT_NODE, &options, &out, &problem));
    }
    CHECK(!markdown_write(&document, ROOT_NODE, &options, &out, &problem));
    CHECK(problem.node != NO_NODE);
    document_reuse(&document, TEXT(""), 0);
    at = document_add(&document, NODE_PARAGRAPH);
    node_append(&document, ROOT_NODE, at);
    for (int i = 0; i < 100000; i++) {
        node_id child = document_add(&document, i % 2 ? NODE_STRONG : NODE_EMPH);
        node_append(&document, at, child);
        at = child;
    }
    node_append(&document, at, document_add(&document, NODE_TEXT));
    markdown_write(&document, ROOT_NODE, &options, &out, &problem);
    document_free(&document);
    buffer_free(&out);
}

static void tables_are_aligned_as_they_were(void) {
    same("| a | b |\n| --- | --: |\n| long | 1 |\n");
    same("| a    |   b |\n|------|----:|\n| long |   1 |\n");
    same("| Åå   |  b  | c   |\n| :--- | :-: | --- |\n| \\| d |  e  |     |\n");
    same("> | a    |\n> |------|\n> | long |\n");
    writes("| a   |\n| --- |\n| b |\n", "| a |\n| --- |\n| b |\n");
    writes("a|b\n-|-\n", "| a | b |\n| --- | --- |\n");
    struct document document;
    struct buffer written = {0};
    struct writer_options options = {.dialect = dialect};
    CHECK(parse(&document, TEXT("| a   | b |\n|-----|---|\n| one |   |\n"), 0));
    node_id cell = NO_NODE;
    for (node_id id = 1; id < document.count; id++)
        if (document_node(&document, id)->type == NODE_TABLE_CELL) cell = id;
    node_id text = document_add(&document, NODE_TEXT);
    node_set_text(&document, text, TEXT("longer"));
    node_append(&document, cell, text);
    CHECK(markdown_write(&document, ROOT_NODE, &options, &written, NULL));
    CHECK_TEXT(buffer_text(&written), "| a   | b      |\n|-----|--------|\n| one | longer |\n");
    buffer_free(&written);
    document_free(&document);
}

static void dialect_is_kept(void) {
    same("| a | b | c |\n| --- | :-- | --: |\n| `x\\|y` | \\| | *c* |\n| d | | |\n");
    same("a ~~b~~ c ~d~ e\n");
    same("[a [x\\](y)]{.s}\n");
    same("~~a \\~~~ ~~\\~b~~\n");
    same("- [ ] a\n- [x] b *c*\n");
    same("[^1]\n\n[^1]:\n    ::: note\n    a\n    :::\n");
    same("a[^1] b[^x-y]\n\n[^1]: c\n\n[^x-y]: d\n\n    e\n\n        f\n");
    same("# a {#b .c}\n\n[d](e){.f} `g`{h=\"i\"} [j *k*]{.l}\n\n```c {.m}\nn\n```\n");
    same("a\n{.b}\n");
    same("- a\n- b\n\n{:.c}\n");
    same("![a](b \"c\")\n\n![d](e)\n{.f}\n");
    same("::: figure {.a}\n![b](c \"d\")\n\ne *f* [g](h)\n{.i}\n:::\n");
    same("::: figure [a]\n![b](c){.d}\n\n- e\n\nf\ng\n:::\n");
    same("> a\n>\n> \xE2\x80\x94 B C, d\n");
    same("::: note [a b] {.c}\nd\n\n::: e\nf\n:::\n:::\n\n::g[h]{i=\"j\"}\n\nk :l[m]{.n} o\n");
    same("{{< a \"b\" >}}\n\nc {{ d | e }} f [g]({{ h }}/i)\n\n{% j %}\n");
    same("a\nb\n: c\n: d\n\ne\n\n: f\n\n  g\n");
    same("a\n\n<!-- more -->\n\nENDS\n\nb\n\n- c\n");
    same("see http://a.bc/d?e=f. Or www.g.hi, or j@k.lm (http://n.op)\n");
    same("mailto:a@b.cd or xmpp:e@f.gh\n");
}

static void dialect_escapes(void) {
    same("\\[^1] {x} \\{.x} a: b 3:4 \\:x[y] :-) | a\n");
    same("\\::: a\n\n\\: a\n");
    same("- \\[ ] a\n- \\[x] b\n");
    same("http\\://a.bc www\\.d.ef g\\@h.ij \\{{ x }}\n");
    same("\\\"a\\\" b\\'c \\-- \\...\n");
    same("a | b\n\\-|-\n");
}

/* What costs more than a constant a byte would take minutes here. */
static void long_lines_are_linear(void) {
    static const char *const pieces[] = {"~~a ",    "\\~~a ",   "*a_b ",
                                         "\\[^a] ", "[a]{.b} ", "a@b.c "};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct buffer source = {0};
        while (source.length < 300000) buffer_append_string(&source, pieces[i]);
        CHECK(round_trip(buffer_text(&source), 0));
        buffer_free(&source);
    }
}

int main(void) {
    struct limits limits = limits_default();
    markdown = markdown_open(&limits);
    RUN(nothing_is_escaped_without_need);
    RUN(needed_escapes);
    RUN(habits_are_kept);
    RUN(parts);
    RUN(what_has_no_markdown_is_refused);
    RUN(deep_trees_are_refused_or_small);
    for (int round = 0; round < 2; round++) {
        dialect = round ? DIALECT_DEFAULT : DIALECT_NONE;
        if (round) {
            RUN(tables_are_aligned_as_they_were);
            RUN(dialect_is_kept);
            RUN(dialect_escapes);
            RUN(long_lines_are_linear);
        }
        RUN(random_trees);
        if (round) RUN(random_trees_of_the_dialect);
        RUN(fuzzer_finds);
        if (access(spec_path, R_OK) == 0)
            RUN(commonmark_examples);
        else
            unit_skip("commonmark_examples", "npm's commonmark-spec is not installed under tests/");
        if (access(folder, R_OK) == 0)
            RUN(newsroom_articles);
        else
            unit_skip("newsroom_articles", "no ../shared/data");
    }
    markdown_close(markdown);
    return unit_end();
}
