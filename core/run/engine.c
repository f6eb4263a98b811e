#include "run/engine.h"

#include "corpus/freeze.h"
#include "corpus/links.h"
#include "document/dialect.h"
#include "read/yaml.h"

#include <unistd.h>

bool engine_open(struct engine *engine, struct text content) {
    engine->content = arena_copy(&engine->arena, content);
    engine->source_room = UINT64_MAX;
    engine->folder = folder_open(engine->content.bytes, &engine->diagnostics);
    if (engine->folder < 0) return false;
    if (!shared_open(&engine->shared, 0)) {
        diagnostics_add(
            &engine->diagnostics, SEVERITY_ERROR, (struct text){NULL, 0}, (struct place){0, 0},
            "no address space for the articles; raise the limit that `ulimit -v` shows");
        return false;
    }
    engine->writer = shared_writer_of(&engine->shared);
    return true;
}

static void make_corpus(struct engine *engine, const struct text *paths, uint32_t count,
                        const struct text *assets, uint32_t asset_count) {
    uint64_t table = corpus_create(&engine->writer, paths, count, assets, asset_count);
    engine->corpus = corpus_open(&engine->shared, table);
}

void engine_list_given(struct engine *engine, const struct text *paths, uint32_t count) {
    make_corpus(engine, paths, count, NULL, 0);
}

/* Markdown under names that Galley does not read goes out as it is: said once, for the first. */
static void warn_of_other_markdown(struct engine *engine, const struct text *assets,
                                   uint32_t count) {
    uint32_t found = 0;
    struct text first = {NULL, 0};
    for (uint32_t i = 0; i < count; i++)
        if (file_is_other_markdown(assets[i]) && !found++) first = assets[i];
    if (found)
        diagnostics_add(&engine->diagnostics, SEVERITY_WARNING, first, (struct place){0, 0},
                        "this is not read as an article, as its name ends neither in .md nor in "
                        ".markdown%s; rename it, or put it under ignore in galley.yaml",
                        found > 1 ? " (one of several)" : "");
}

bool engine_list(struct engine *engine, const struct text *ignored, uint32_t ignored_count,
                 bool described) {
    bool complete = files_list(engine->folder, ignored, ignored_count, described, &engine->files,
                               &engine->diagnostics);
    uint32_t count = engine->files.count, article_count = 0, asset_count = 0;
    engine->articles = memory_allocate((count + 1) * sizeof *engine->articles);
    engine->assets = memory_allocate((count + 1) * sizeof *engine->assets);
    struct text *articles = memory_allocate((count + 1) * sizeof *articles);
    struct text *assets = memory_allocate((count + 1) * sizeof *assets);
    for (uint32_t i = 0; i < count; i++) {
        const struct file *file = &engine->files.items[i];
        if (file->kind == FILE_ARTICLE) {
            engine->articles[article_count] = i;
            articles[article_count++] = file->path;
        } else {
            engine->assets[asset_count] = i;
            assets[asset_count++] = file->path;
        }
    }
    make_corpus(engine, articles, article_count, assets, asset_count);
    warn_of_other_markdown(engine, assets, asset_count);
    memory_free(articles);
    memory_free(assets);
    return complete;
}

void engine_close(struct engine *engine) {
    /* What is half done goes first: with the workers, signals are let in again. */
    output_close(engine->output);
    for (uint32_t i = 0; i < engine->target_count; i++) target_close(engine->targets[i]);
    workers_stop(engine->workers);
    pieces_gathering_free(&engine->gathering);
    pieces_close(&engine->pieces);
    if (engine->folder >= 0) close(engine->folder);
    if (engine->shared.base) shared_close(&engine->shared);
    if (engine->markdown) markdown_close(engine->markdown);
    file_list_free(&engine->files);
    memory_free(engine->articles);
    memory_free(engine->assets);
    article_free(&engine->article);
    buffer_free(&engine->bytes);
    buffer_free(&engine->rendered);
    diagnostics_free(&engine->diagnostics);
    arena_free(&engine->arena);
    *engine = (struct engine){.folder = -1};
}

static struct markdown *parser_of(struct engine *engine) {
    if (!engine->markdown) engine->markdown = markdown_open(&engine->limits);
    return engine->markdown;
}

bool engine_load_bytes(struct engine *engine, uint32_t number, struct text bytes) {
    struct article *article = &engine->article;
    uint64_t time = steps_now(engine->steps);
    article_reuse(article);
    article->path = corpus_path(&engine->corpus, number);
    if (!source_split(article->path, bytes, &engine->limits, &article->source,
                      &engine->diagnostics))
        return false;
    values_reuse(&article->meta, article->source.bytes, VALUE_MAP);
    if (article->source.front.length &&
        !yaml_read_map(article->path, article->source.bytes, article->source.front, &engine->limits,
                       &article->meta, &engine->diagnostics))
        return false;
    time = steps_add(engine->steps, STEP_YAML, time);
    if (!article_resolve(article, &engine->conventions, parser_of(engine), &engine->diagnostics))
        return false;
    corpus_file(&engine->corpus, number)->status = article->facts.status;
    bool whole = bytes.length <= engine->source_room;
    if (whole) engine->source_room -= bytes.length;
    corpus_file(&engine->corpus, number)->head = freeze_head(article, whole, &engine->writer);
    steps_add(engine->steps, STEP_RESOLVE, time);
    return true;
}

bool engine_load(struct engine *engine, uint32_t number) {
    struct text path = corpus_path(&engine->corpus, number);
    uint64_t time = steps_now(engine->steps);
    if (!files_read(engine->folder, path, engine->limits.article_bytes, &engine->bytes, NULL,
                    &engine->diagnostics))
        return false;
    steps_add(engine->steps, STEP_READ, time);
    return engine_load_bytes(engine, number, buffer_text(&engine->bytes));
}

/* The bytes of an article whose head is without them. Its meta has its places in what was read
 * before, which must still be there. */
static bool read_again(struct engine *engine, struct article *article) {
    if (!files_read(engine->folder, article->path, engine->limits.article_bytes, &engine->bytes,
                    NULL, &engine->diagnostics))
        return false;
    struct text bytes = buffer_text(&engine->bytes), before = article->source.bytes;
    if (bytes.length != before.length ||
        memcmp(bytes.bytes, before.bytes, article->source.body) != 0) {
        diagnostics_add(&engine->diagnostics, SEVERITY_ERROR, article->path, (struct place){0, 0},
                        "changed while it was read; run this again");
        return false;
    }
    article->source.bytes = article->meta.strings.source = bytes;
    article->source.flags &= (uint8_t)~SOURCE_CUT;
    engine->source_again = true;
    return true;
}

bool engine_parse(struct engine *engine, uint32_t number) {
    struct article *article = &engine->article;
    struct document document = article->document; /* its memory is kept for the next article */
    bool owned = document.capacity > 0;
    engine->resolved = engine->source_again = false;
    if (owned) article->document = (struct document){0};
    article_reuse(article);
    article_free(article);
    if (!corpus_article(&engine->corpus, number, article)) {
        article->document = document;
        return false;
    }
    article->frozen = false;
    if (article->source.flags & SOURCE_CUT && !read_again(engine, article)) {
        article->document = document;
        return false;
    }
    if (owned) {
        article->document = document;
        document_reuse(&article->document, article->source.bytes, article->source.body);
    } else {
        document_open(&article->document, article->source.bytes, article->source.body);
    }
    uint64_t time = steps_now(engine->steps);
    article->parsed = markdown_parse(parser_of(engine), article->path, engine->dialect,
                                     &article->document, &engine->diagnostics);
    steps_add(engine->steps, STEP_PARSE, time);
    return article->parsed;
}

bool engine_read_source(struct engine *engine, uint32_t number, struct text bytes) {
    struct article *article = &engine->article;
    struct diagnostics unheard = {0};
    if (!bytes.bytes) {
        if (!files_read(engine->folder, corpus_path(&engine->corpus, number),
                        engine->limits.article_bytes, &engine->bytes, NULL, &engine->diagnostics))
            return false;
        bytes = buffer_text(&engine->bytes);
    }
    article_reuse(article);
    article->path = corpus_path(&engine->corpus, number);
    if (!source_split(article->path, bytes, &engine->limits, &article->source,
                      &engine->diagnostics))
        return false;
    values_reuse(&article->meta, article->source.bytes, VALUE_MAP);
    article->meta.changes = 0;
    if (article->source.front.length &&
        !yaml_read_map(article->path, article->source.bytes, article->source.front, &engine->limits,
                       &article->meta, &engine->diagnostics))
        return false;
    article_resolve(article, &engine->conventions, parser_of(engine), &unheard);
    diagnostics_free(&unheard);
    return true;
}

bool engine_parse_source(struct engine *engine) {
    struct article *article = &engine->article;
    if (article->document.capacity)
        document_reuse(&article->document, article->source.bytes, article->source.body);
    else
        document_open(&article->document, article->source.bytes, article->source.body);
    article->parsed = markdown_parse(parser_of(engine), article->path, engine->dialect,
                                     &article->document, &engine->diagnostics);
    return article->parsed;
}

void engine_resolve(struct engine *engine) {
    struct article *article = &engine->article;
    if (engine->resolved) return;
    engine->resolved = true;
    if (article->parsed) footnotes_number(&article->document);
    if (article->meta_changes) article_refresh(article, parser_of(engine));
    links_resolve(&engine->corpus, engine->html.site_url, article, &engine->diagnostics);
}

void engine_freeze(struct engine *engine, uint32_t number) {
    struct article *article = &engine->article;
    uint64_t time = steps_now(engine->steps);
    engine_resolve(engine);
    /* A body has its texts in the source: what was left out of the head must be there now. */
    if (engine->source_again)
        corpus_file(&engine->corpus, number)->head = freeze_head(article, true, &engine->writer);
    corpus_file(&engine->corpus, number)->body = freeze_body(article, &engine->writer);
    steps_add(engine->steps, STEP_FREEZE, time);
}
