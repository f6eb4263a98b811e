#include "corpus/corpus.h"

#include "corpus/freeze.h"
#include "corpus/kept.h"
#include "corpus/links.h"
#include "corpus/related.h"
#include "document/markdown.h"
#include "read/yaml.h"
#include "unit.h"

/* A small corpus in an arena, made as the engine makes it. */
struct world {
    struct shared shared;
    struct shared_writer writer;
    struct corpus corpus;
    struct conventions conventions;
    struct diagnostics diagnostics;
    struct limits limits;
};

static void load(struct world *world, uint32_t number, const char *text) {
    struct article article = {.path = corpus_path(&world->corpus, number)};
    CHECK(source_split(article.path, text_of(text), &world->limits, &article.source,
                       &world->diagnostics));
    values_open(&article.meta, article.source.bytes, VALUE_MAP);
    CHECK(yaml_read_map(article.path, article.source.bytes, article.source.front, &world->limits,
                        &article.meta, &world->diagnostics));
    CHECK(article_resolve(&article, &world->conventions, NULL, &world->diagnostics));
    corpus_file(&world->corpus, number)->status = article.facts.status;
    corpus_file(&world->corpus, number)->head = freeze_head(&article, true, &world->writer);
    article_free(&article);
}

static void open_world_with(struct world *world, bool no_words) {
    static const char *const articles[] = {"a.md", "b.md", "c.md", "d.md", "n/e.md"};
    static const char *const assets[] = {"n/p.svg", "p.svg"};
    struct text paths[5], files[2];
    *world = (struct world){.limits = limits_default(),
                            .conventions = {.permalink = TEXT("/:folder/:slug.html"),
                                            .dated = TEXT("/:slug/"),
                                            .language = TEXT("en"),
                                            .now = 1735689600,
                                            .no_words = no_words,
                                            .taxonomy_count = 1}};
    world->conventions.taxonomies[0] = (struct taxonomy){.name = TEXT("topic"),
                                                         .keys = {TEXT("topics")},
                                                         .key_count = 1,
                                                         .permalink = TEXT("/topics/:slug/")};
    CHECK(shared_open(&world->shared, 1 << 28));
    world->writer = shared_writer_of(&world->shared);
    for (int i = 0; i < 5; i++) paths[i] = text_of(articles[i]);
    for (int i = 0; i < 2; i++) files[i] = text_of(assets[i]);
    world->corpus = corpus_open(&world->shared, corpus_create(&world->writer, paths, 5, files, 2));
    load(world, 0, "---\ntitle: Asthma trial\ndate: 2024-01-01\ntopics: [Lungs, Trials]\n---\nA\n");
    load(world, 1, "---\ndate: 2024-03-01\ntopics: [lungs]\n---\nB\n");
    load(world, 2, "---\ntitle: Asthma again\ntopics: [Trials]\n---\nC\n");
    load(world, 3, "---\ndate: 2024-02-01\ndraft: true\n---\nD\n");
    load(world, 4, "---\ndate: 2024-03-01\ntopics: [Hearts, lungs]\n---\nE\n");
}

static void open_world(struct world *world) {
    open_world_with(world, false);
}

static void close_world(struct world *world) {
    diagnostics_free(&world->diagnostics);
    shared_close(&world->shared);
}

static void index_world(struct world *world, unsigned with) {
    corpus_index(&world->corpus, &world->writer, &world->conventions, NULL, NO_VALUE, with,
                 &world->diagnostics);
}

static void order(void) {
    struct world world;
    open_world(&world);
    index_world(&world, 0);
    CHECK(world.corpus.table->article_count == 4 && world.diagnostics.count == 0);
    static const uint32_t wanted[] = {1, 4, 0, 2}; /* newest first, then by path, undated last */
    for (uint32_t i = 0; i < 4; i++) CHECK(corpus_file_at(&world.corpus, i) == wanted[i]);
    CHECK(corpus_file(&world.corpus, 3)->position == NOWHERE);
    index_world(&world, 1u << STATUS_DRAFT);
    CHECK(world.corpus.table->article_count == 5 && corpus_file_at(&world.corpus, 2) == 3);
    close_world(&world);
}

static void paths(void) {
    struct world world;
    open_world(&world);
    CHECK(corpus_find(&world.corpus, TEXT("n/e.md")) == 4);
    CHECK(corpus_find(&world.corpus, TEXT("p.svg")) == 6);
    CHECK_TEXT(corpus_path(&world.corpus, 5), "n/p.svg");
    CHECK(corpus_find(&world.corpus, TEXT("P.svg")) == NOWHERE &&
          corpus_find(&world.corpus, TEXT("")) == NOWHERE);
    close_world(&world);
}

static void terms(void) {
    struct world world;
    uint32_t count;
    open_world(&world);
    index_world(&world, 0);
    CHECK(corpus_terms(&world.corpus, 0, &count) == 0 && count == 3);
    static const char *const slugs[] = {"hearts", "lungs", "trials"};
    for (uint32_t i = 0; i < 3; i++)
        CHECK_TEXT(corpus_text(&world.corpus, corpus_term(&world.corpus, i)->slug), slugs[i]);
    const struct corpus_term *lungs =
        corpus_term(&world.corpus, corpus_find_term(&world.corpus, 0, TEXT("lungs")));
    CHECK(lungs->count == 3);
    CHECK_TEXT(corpus_text(&world.corpus, lungs->name),
               "lungs"); /* as its newest article spells it */
    CHECK_TEXT(corpus_text(&world.corpus, lungs->url), "/topics/lungs/");
    const uint32_t *positions = corpus_term_positions(&world.corpus, lungs);
    CHECK(positions[0] == 0 && positions[1] == 1 && positions[2] == 2);
    const uint32_t *own =
        corpus_article_terms(&world.corpus, 1, &count); /* n/e.md, in its own order */
    CHECK(count == 2 && own[0] == 0 && own[1] == 1);
    CHECK(corpus_find_term(&world.corpus, 0, TEXT("lung")) == NOWHERE);
    close_world(&world);
}

static void related(void) {
    struct world world;
    uint32_t positions[RELATED_MOST];
    open_world(&world);
    index_world(&world, 0);
    uint32_t count = corpus_related(&world.corpus, 2, 4, positions); /* a.md */
    CHECK(count == 3);
    CHECK(positions[0] == 3); /* c.md: the rarer topic, and a word of the title */
    CHECK(corpus_related(&world.corpus, 2, 1, positions) == 1 && positions[0] == 3);
    close_world(&world);
}

/* Loaded without words, which come when they are wanted; here the index had them at first. */
static void related_without_words(void) {
    struct world world, other;
    uint32_t count, other_count;
    open_world(&world);
    index_world(&world, 0);
    open_world_with(&other, true);
    index_world(&other, 0);
    CHECK(world.corpus.table->signatures && !other.corpus.table->signatures);
    corpus_index_words(&other.corpus, &other.writer);
    for (uint32_t i = 0; i < 4; i++) {
        const uint32_t *words = corpus_words(&world.corpus, i, &count),
                       *same = corpus_words(&other.corpus, i, &other_count);
        CHECK(count == other_count && !memcmp(words, same, count * sizeof *words));
    }
    close_world(&world);
    close_world(&other);
}

static void urls_twice(void) {
    struct world world;
    open_world(&world);
    load(&world, 1, "---\nslug: a\n---\nB\n");
    index_world(&world, 0);
    CHECK(world.diagnostics.errors == 1);
    CHECK(strstr(world.diagnostics.items[0].message.bytes, "a.md") != NULL);
    close_world(&world);
}

static void links(void) {
    struct world world;
    struct text source = TEXT(
        "[a](../a.md#x) [b](%2e%2e/b.md?q) ![p](p.svg) [d](../d.md) [no](no.md) [out](../../x.md) "
        "[w](https://x.org/a.md) [r](/a.md) [f](#f) [c](../c) [p](../other/)\n");
    open_world(&world);
    index_world(&world, 0);
    struct article article = {.path = TEXT("n/e.md"), .source = {.bytes = source}};
    struct markdown *markdown = markdown_open(&world.limits);
    document_open(&article.document, source, 0);
    CHECK(markdown_parse(markdown, article.path, 0, &article.document, &world.diagnostics));
    links_resolve(&world.corpus, TEXT(""), &article, &world.diagnostics);
    static const char *const wanted[] = {"/a.html#x", "/b.html?q",  "/n/p.svg",           "../d.md",
                                         "no.md",     "../../x.md", "https://x.org/a.md", "/a.html",
                                         "#f",        "/c.html",    "../other/"};
    size_t found = 0;
    for (node_id id = 1; id < article.document.count; id++) {
        uint8_t type = article.document.nodes[id].type;
        if (type != NODE_LINK && type != NODE_IMAGE) continue;
        CHECK_TEXT(node_field(&article.document, id, FIELD_URL), wanted[found]);
        found++;
    }
    CHECK(found == sizeof wanted / sizeof *wanted);
    CHECK(world.diagnostics.warnings == 3 && world.diagnostics.items[0].place.column == 47);
    document_free(&article.document);
    markdown_close(markdown);
    close_world(&world);
}

/* A frozen article says what the live one said, from bytes alone. */
static void freezing(void) {
    struct world world;
    struct article live = {.path = TEXT("n/e.md")}, frozen;
    struct text source =
        TEXT("---\ntitle: T # c\nlist: [1, \"two\"]\ntopics: X\n---\n\n# H *e*\n\n[l](u \"t\")\n");
    open_world(&world);
    CHECK(source_split(live.path, source, &world.limits, &live.source, &world.diagnostics));
    values_open(&live.meta, source, VALUE_MAP);
    yaml_read_map(live.path, source, live.source.front, &world.limits, &live.meta,
                  &world.diagnostics);
    CHECK(article_resolve(&live, &world.conventions, NULL, &world.diagnostics));
    struct markdown *markdown = markdown_open(&world.limits);
    document_open(&live.document, source, live.source.body);
    CHECK(markdown_parse(markdown, live.path, 0, &live.document, &world.diagnostics));
    uint64_t head = freeze_head(&live, true, &world.writer);
    uint64_t body = freeze_body(&live, &world.writer);
    thaw_head(shared_at(&world.shared, head), &frozen);
    thaw_body(shared_at(&world.shared, body), &frozen);
    CHECK(text_equal(frozen.source.bytes, source) && frozen.source.bytes.bytes != source.bytes);
    CHECK(values_equal(&live.meta, ROOT_VALUE, &frozen.meta, ROOT_VALUE));
    CHECK(frozen.term_count == 1 && frozen.document.count == live.document.count);
    CHECK_TEXT(strings_text(&frozen.meta.strings, frozen.facts.title), "T");
    for (node_id id = 1; id < live.document.count; id++) {
        CHECK(frozen.document.nodes[id].type == live.document.nodes[id].type);
        CHECK(text_equal(node_text(&frozen.document, id), node_text(&live.document, id)));
    }
    article_free(&live);
    markdown_close(markdown);
    close_world(&world);
}

static void kept_texts(void) {
    struct world world;
    open_world(&world);
    struct text card[] = {TEXT("<b>"), {NULL, 0}, TEXT("")}, other[] = {TEXT("x")};
    CHECK(!kept_find(&world.corpus, 1, TEXT("card")));
    const struct kept *made = kept_add(&world.corpus, &world.writer, 1, TEXT("card"), card, 3);
    kept_add(&world.corpus, &world.writer, 1, TEXT("car"), other, 1);
    kept_add(&world.corpus, &world.writer, 2, TEXT("card"), NULL, 0);
    CHECK(kept_find(&world.corpus, 1, TEXT("card")) == made && made->count == 3);
    CHECK(kept_text(made, 0)->length == 3 && !memcmp(kept_text(made, 0)->bytes, "<b>", 3));
    CHECK(!kept_text(made, 1) && kept_text(made, 2)->length == 0);
    CHECK(kept_text(kept_find(&world.corpus, 1, TEXT("car")), 0)->bytes[0] == 'x');
    CHECK(kept_find(&world.corpus, 2, TEXT("card"))->count == 0);
    CHECK(!kept_find(&world.corpus, 1, TEXT("")) && !kept_find(&world.corpus, 0, TEXT("card")));
    close_world(&world);
}

int main(void) {
    RUN(order);
    RUN(paths);
    RUN(terms);
    RUN(related);
    RUN(related_without_words);
    RUN(urls_twice);
    RUN(links);
    RUN(freezing);
    RUN(kept_texts);
    return unit_end();
}
