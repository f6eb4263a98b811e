#include "article/article.h"
#include "article/permalink.h"
#include "article/slug.h"
#include "read/yaml.h"
#include "unit.h"

static void slug_is(const char *text, const char *wanted) {
    struct buffer out = {0};
    slug_write(text_of(text), 40, &out);
    CHECK_TEXT(buffer_text(&out), wanted);
    buffer_free(&out);
}

static void slugs(void) {
    slug_is("Hello, World!", "hello-world");
    slug_is("  José  Núñez & Straße ", "jose-nunez-strasse");
    slug_is("Don’t stop it's fine", "dont-stop-its-fine");
    slug_is("ÆØÅ Œuvre Łódź", "aeoa-oeuvre-lodz");
    slug_is("Привет МИР", "привет-мир");
    slug_is("日本語 テスト", "日本語-テスト");
    slug_is("Cafe\xCC\x81 Mu\xCC\x88nchen", "cafe-munchen");
    slug_is("../../etc/passwd", "etc-passwd");
    slug_is("—“”…😀", "");
    slug_is("a\xFF\xFEz", "a-z");
    slug_is("one two three four five six seven eight nine ten",
            "one-two-three-four-five-six-seven-eight");
}

static void words(void) {
    uint32_t a[MOST_WORDS], b[MOST_WORDS];
    uint32_t a_count = words_add(TEXT("New trial of asthma drugs, and the trial"), a, 0);
    uint32_t b_count = words_add(TEXT("The asthma TRIAL ended with this"), b, 0);
    CHECK(a_count == 3); /* trial, asthma, drugs */
    uint32_t shared = 0;
    for (uint32_t i = 0; i < a_count; i++)
        for (uint32_t j = 0; j < b_count; j++) shared += a[i] == b[j];
    CHECK(shared == 2);
    for (uint32_t i = 1; i < a_count; i++) CHECK(a[i - 1] < a[i]);
    char many[2000] = "";
    for (int i = 0; i < 100; i++) sprintf(many + strlen(many), "word%d ", i);
    CHECK(words_add(text_of(many), a, 0) == MOST_WORDS);
}

static void paths(void) {
    CHECK(site_path_problem(TEXT("/news/a-b_c.html")) == NULL);
    CHECK(site_path_problem(TEXT("/ü/x y/")) == NULL);
    CHECK(site_path_problem(TEXT("/")) == NULL);
    static const char *const bad[] = {"/../x", "/a/../b", "/a/./b", "/a//b", "/a\\b",
                                      "/a?b",  "/a#b",    "/a\nb",  "/\xFF"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(site_path_problem(text_of(bad[i])) != NULL);
    char deep[400];
    memset(deep, 'a', sizeof deep - 1), deep[0] = '/', deep[sizeof deep - 1] = '\0';
    CHECK(site_path_problem(text_of(deep)) != NULL);
    static const char *const outputs[][2] = {{"/", "index.html"},
                                             {"/a/", "a/index.html"},
                                             {"/a.html", "a.html"},
                                             {"/a/b", "a/b/index.html"},
                                             {"/v1.2/x", "v1.2/x/index.html"}};
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        struct buffer out = {0};
        output_path_of_url(text_of(outputs[i][0]), &out);
        CHECK_TEXT(buffer_text(&out), outputs[i][1]);
        buffer_free(&out);
    }
}

static struct conventions conventions(void) {
    struct conventions c = {.permalink = TEXT("/:folder/:slug/"),
                            .dated = TEXT("/:folder/:year/:month/:day/:slug/"),
                            .language = TEXT("en"),
                            .now = 1704067200, /* 2024-01-01 */
                            .taxonomy_count = 2};
    c.taxonomies[0] = (struct taxonomy){
        .name = TEXT("author"), .keys = {TEXT("authors"), TEXT("author")}, .key_count = 2};
    c.taxonomies[1] = (struct taxonomy){
        .name = TEXT("topic"), .keys = {TEXT("topics"), TEXT("tags")}, .key_count = 2};
    return c;
}

/* The article of a file with this path and text; *fine says what article_resolve said. */
static struct article resolve(const char *path, const char *text, bool *fine,
                              struct diagnostics *diagnostics) {
    struct article article = {.path = text_of(path)};
    struct limits limits = limits_default();
    struct conventions c = conventions();
    CHECK(source_split(article.path, text_of(text), &limits, &article.source, diagnostics));
    values_open(&article.meta, article.source.bytes, VALUE_MAP);
    if (article.source.front.length)
        CHECK(yaml_read_map(article.path, article.source.bytes, article.source.front, &limits,
                            &article.meta, diagnostics));
    struct markdown *markdown = markdown_open(&limits);
    *fine = article_resolve(&article, &c, markdown, diagnostics);
    markdown_close(markdown);
    return article;
}

static void facts_are(const char *path, const char *text, const char *title, const char *slug,
                      const char *url, enum status status) {
    struct diagnostics diagnostics = {0};
    bool fine;
    struct article article = resolve(path, text, &fine, &diagnostics);
    CHECK(fine && diagnostics.count == 0);
    CHECK_TEXT(strings_text(&article.meta.strings, article.facts.title), title);
    CHECK_TEXT(strings_text(&article.meta.strings, article.facts.slug), slug);
    CHECK_TEXT(strings_text(&article.meta.strings, article.facts.url), url);
    CHECK(article.facts.status == status);
    article_free(&article);
    diagnostics_free(&diagnostics);
}

static void facts(void) {
    facts_are("news/a-b.md", "---\ntitle: T\n---\n", "T", "a-b", "/news/a-b/", STATUS_PUBLISHED);
    facts_are("a.md", "# The *title* ##\n", "The title", "a", "/a/", STATUS_PUBLISHED);
    facts_are("a.md", "Title\n=====\n", "Title", "a", "/a/", STATUS_PUBLISHED);
    facts_are("a.md", "```\n# no\n```\n", "A", "a", "/a/", STATUS_PUBLISHED);
    facts_are("my-own_page.md", "text", "My own page", "my-own-page", "/my-own-page/",
              STATUS_PUBLISHED);
    facts_are("posts/2014-03-19-hello.md", "x", "Hello", "hello", "/posts/2014/03/19/hello/",
              STATUS_PUBLISHED);
    facts_are("posts/2014-3-9-hello.md", "x", "Hello", "hello", "/posts/2014/03/09/hello/",
              STATUS_PUBLISHED);
    facts_are("index.md", "x", "Index", "index", "/", STATUS_PUBLISHED);
    facts_are("index.md", "---\nslug: index\n---\n", "Index", "index", "/index/", STATUS_PUBLISHED);
    facts_are("about/index.md", "x", "About", "about", "/about/", STATUS_PUBLISHED);
    facts_are("a/b/_index.md", "x", "B", "b", "/a/b/", STATUS_PUBLISHED);
    facts_are("a.md", "---\nslug: b\nstatus: draft\n---\n", "A", "b", "/b/", STATUS_DRAFT);
    facts_are("a.md", "---\npublished: false\n---\n", "A", "a", "/a/", STATUS_DRAFT);
    /* What an author meant to keep back is kept back, however it is spelt. */
    static const char *const hidden[] = {"draft: yes",    "draft: \"true\"", "draft: On",
                                         "published: no", "status: Draft",   "status: pending",
                                         "draft: 1",      "published: False"};
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        char text[64];
        snprintf(text, sizeof text, "---\n%s\n---\n", hidden[i]);
        facts_are("a.md", text, "A", "a", "/a/", STATUS_DRAFT);
    }
    facts_are("a.md", "---\ndraft: no\npublished: Yes\nstatus: Published\n---\n", "A", "a", "/a/",
              STATUS_PUBLISHED);
    /* Addresses as other generators have them. */
    facts_are("a.md", "---\npermalink: about/\n---\n", "A", "a", "/about/", STATUS_PUBLISHED);
    facts_are("a.md", "---\nslug: /\n---\n", "A", "a", "/", STATUS_PUBLISHED);
    facts_are("a.md", "---\nslug: /docs/intro\n---\n", "A", "a", "/docs/intro/", STATUS_PUBLISHED);
    facts_are("a.md", "---\nslug: /v1.2/x.html\n---\n", "A", "a", "/v1.2/x.html", STATUS_PUBLISHED);
    facts_are("n/a.md", "---\ntitle: T x\npermalink: /:section/:title/\n---\n", "T x", "a",
              "/n/t-x/", STATUS_PUBLISHED);
    facts_are("a.md", "---\nurl: /x:y/\n---\n", "A", "a", "/x:y/", STATUS_PUBLISHED);
    facts_are("a.md", "---\nslug: /b\nurl: /c/\n---\n", "A", "a", "/c/", STATUS_PUBLISHED);
    facts_are("a.md", "---\npermalink: /x/y.html\ndate: 2024-06-01\n---\n", "A", "a", "/x/y.html",
              STATUS_EMBARGOED);
    facts_are("a.md", "---\nembargo: 2023-12-31\ndate: 2024-06-01\n---\n", "A", "a", "/a/",
              STATUS_PUBLISHED);
    /* What is left empty says nothing, whatever kind of nothing. */
    facts_are("a.md",
              "---\ntitle: \"\"\nheadline: H\ndate: ''\npubdate: 2024-06-01\nembargo: \"\"\n"
              "status: ' '\nslug: \"\"\nurl: \"\"\n---\n",
              "H", "a", "/a/", STATUS_EMBARGOED);
    facts_are("a.md", "---\nembargo: \"\"\nexpires: ''\n---\n", "A", "a", "/a/", STATUS_PUBLISHED);
    facts_are("a.md", "---\nexpires: 2023-12-31\n---\n", "A", "a", "/a/", STATUS_EXPIRED);
}

/* What must not be public yet is not, also when nobody can read its day. */
static void kept_back(void) {
    static const struct {
        const char *meta;
        enum status status;
    } cases[] = {
        {"embargo: after Easter", STATUS_EMBARGOED},
        {"embargo: [2020-01-01]", STATUS_EMBARGOED},
        {"embargo: 2020-13-01", STATUS_EMBARGOED},
        {"embargo: after Easter\nstatus: published", STATUS_EMBARGOED},
        {"embargo: 2020-01-01", STATUS_PUBLISHED},
        {"embargo: 2099-01-01", STATUS_EMBARGOED},
        {"embargo: 2099-01-01\ndate: 2020-01-01", STATUS_EMBARGOED},
        {"embargo: 2020-01-01\ndate: 2099-01-01", STATUS_PUBLISHED},
        {"embargo: 2099-01-01\nstatus: published", STATUS_EMBARGOED},
        {"date: 2024-01-01T00:00:00Z", STATUS_PUBLISHED},
        {"date: 2024-01-01T00:00:01Z", STATUS_EMBARGOED},
        {"status: embargoed", STATUS_EMBARGOED},
        {"status: embargoed\nembargo: 2020-01-01", STATUS_PUBLISHED},
        {"status: expired", STATUS_EXPIRED},
        {"status: expired\ndate: 2099-01-01", STATUS_EXPIRED},
        {"expires: 2024-01-01T00:00:00Z", STATUS_EXPIRED},
        {"expires: 2024-01-01T00:00:01Z", STATUS_PUBLISHED},
        {"expires: 2020-01-01\nstatus: published", STATUS_EXPIRED},
        {"expires: 2020-01-01\nembargo: 2099-01-01", STATUS_EMBARGOED},
        {"draft: true\nstatus: published\nembargo: 2020-01-01", STATUS_DRAFT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct diagnostics diagnostics = {0};
        struct buffer text = {0};
        bool fine;
        buffer_printf(&text, "---\n%s\n---\n", cases[i].meta);
        struct article article = resolve("a.md", buffer_string(&text), &fine, &diagnostics);
        if (article.facts.status != cases[i].status)
            printf("# %s: %d\n", cases[i].meta, (int)article.facts.status);
        CHECK(article.facts.status == cases[i].status);
        article_free(&article);
        diagnostics_free(&diagnostics);
        buffer_free(&text);
    }
}

/* What stands in place of a title in the front matter: a level 1 heading, or one that opens. */
static void headings(void) {
    static const struct {
        const char *body, *title;
    } cases[] = {{"# The `no-foo` *rule* [x](y) {#id .c}\n", "The no-foo rule x"},
                 {"Text.\n\n## Examples\n", "Own name"},
                 {"Text.\n\n# Late\n", "Late"},
                 {"Text\nand more\n===\n", "Text and more"},
                 {"Opening\n---\n\n# Late\n", "Opening"},
                 {"Text.\n\nSection\n---\n", "Own name"},
                 {"## Opening\n\n# Late\n", "Opening"},
                 {"![](logo.png)\n[![b](c)](d)\n<br>\n\n## Opening\n", "Opening"},
                 {"<!--\n# Licence\n-->\n\n# Real\n", "Real"},
                 {"<!-- # one line -->\n# Real\n", "Real"},
                 {"~~~\n# code\n```\n~~~\n# Real\n", "Real"},
                 {"````\n```\n# code\n", "Own name"},
                 {"    # code\n\n\t# code\n", "Own name"},
                 {"> quoted\n===\n", "Own name"},
                 {"* * *\n\n#no heading\n\n# \n# #\n", "Own name"},
                 {"# C#\n", "C#"},
                 {"# ![](logo.png)\n", "Own name"},
                 {"# AT&amp;T \\*\r\nx\r\n", "AT&T *"},
                 {"---\n", "Own name"},
                 {"", "Own name"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct diagnostics diagnostics = {0};
        struct buffer text = {0};
        bool fine;
        buffer_printf(&text, "---\nx: y\n---\n%s", cases[i].body);
        struct article article = resolve("own-name.md", buffer_string(&text), &fine, &diagnostics);
        CHECK(fine && diagnostics.count == 0);
        CHECK_TEXT(strings_text(&article.meta.strings, article.facts.title), cases[i].title);
        article_free(&article);
        buffer_free(&text);
    }
}

static void terms(void) {
    struct diagnostics diagnostics = {0};
    bool fine;
    struct article article = resolve("a.md",
                                     "---\nauthor: Jane Doe\ntags: [Health, health, \"C++\", 12, "
                                     "{name: Map}, null, \"\"]\n---\n",
                                     &fine, &diagnostics);
    CHECK(fine && article.term_count == 5);
    const char *const wanted[] = {"jane-doe", "health", "c", "12", "map"};
    for (uint32_t i = 0; i < article.term_count && i < 5; i++) {
        CHECK_TEXT(strings_text(&article.meta.strings, article.terms[i].slug), wanted[i]);
        CHECK(article.terms[i].taxonomy == (i > 0));
    }
    article_free(&article);
    diagnostics_free(&diagnostics);
}

static void complaints(void) {
    static const struct {
        const char *text;
        bool fine;
        uint32_t line;
    } cases[] = {{"---\nslug: a/b\n---\n", false, 2},
                 {"---\ntitle: x\nurl: ../x\n---\n", false, 3},
                 {"---\nurl: \"/a\\tb\"\n---\n", false, 2},
                 {"---\nslug: /a/../b\n---\n", false, 2},
                 {"---\nslug: /../b\n---\n", false, 2},
                 {"---\nurl: ../../x\n---\n", false, 2},
                 {"---\nurl: https://example.org/\n---\n", false, 2},
                 {"---\nurl: false\n---\n", false, 2},
                 {"---\nx: y\npermalink: /:categories/:title/\n---\n", false, 3},
                 {"---\nx: y\npermalink: /:year/x/\n---\n", false, 3},
                 {"---\npermalink: /{{ title | slug }}/\n---\n", false, 2},
                 {"---\ndate: soon\n---\n", true, 2},
                 {"---\ndate: [2024-01-01]\n---\n", true, 2},
                 {"---\nstatus: done\n---\n", true, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct diagnostics diagnostics = {0};
        bool fine;
        struct article article = resolve("a.md", cases[i].text, &fine, &diagnostics);
        CHECK(fine == cases[i].fine);
        CHECK(diagnostics.count == 1 && diagnostics.items[0].place.line == cases[i].line);
        article_free(&article);
        diagnostics_free(&diagnostics);
    }
}

int main(void) {
    RUN(slugs);
    RUN(words);
    RUN(paths);
    RUN(facts);
    RUN(kept_back);
    RUN(headings);
    RUN(terms);
    RUN(complaints);
    return unit_end();
}
