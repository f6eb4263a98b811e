/* CommonMark 0.30's examples and the articles of a real newsroom, through Galley's document and
 * HTML writer. The examples come with an npm package that `make test` installs. */
#include "../fuzz/places.h"
#include "document/dialect.h"
#include "document/html.h"
#include "document/markdown.h"
#include "unit.h"

#define CMARK_NO_SHORT_NAMES
#include <cmark.h>
#include <ctype.h>
#include <dirent.h>
#include <unistd.h>

static const char spec_path[] = "tests/node_modules/commonmark-spec/spec.txt";
static const char folder[] = "../shared/data/18f-posts";

static struct markdown *markdown;

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

static bool render(struct text source, uint32_t body, uint64_t dialect, struct buffer *out) {
    static struct document document;
    struct diagnostics diagnostics = {0};
    document_reuse(&document, source, body);
    bool fine = markdown_parse(markdown, TEXT("test.md"), dialect, &document, &diagnostics);
    out->length = 0;
    if (fine)
        html_write(&document, ROOT_NODE,
                   &(struct html_options){.unsafe = true, .no_heading_ids = true}, out);
    diagnostics_free(&diagnostics);
    return fine;
}

/* spec.txt writes a tab as U+2192. */
static void example_text(const char *from, const char *to, struct buffer *out) {
    out->length = 0;
    for (; from < to; from++) {
        if (to - from >= 3 && !memcmp(from, "\xE2\x86\x92", 3)) {
            buffer_append_byte(out, '\t');
            from += 2;
        } else {
            buffer_append_byte(out, *from);
        }
    }
}

/* The number of examples. *failures: how many gave other HTML than they should, those that
 * `expected` lists left out; *missing: how many of those gave the usual HTML after all. */
static int examples(const char *spec, uint64_t dialect, const int *expected, int *failures,
                    int *missing) {
    static const char fence[] = "````````````````````````````````";
    struct buffer source = {0}, wanted = {0}, got = {0};
    int number = 0;
    *failures = *missing = 0;
    for (const char *at = spec; (at = strstr(at, fence));) {
        const char *start = strchr(at, '\n') + 1;
        if (memcmp(at + sizeof fence - 1, " example\n", 9) != 0) {
            at = start;
            continue;
        }
        const char *dot = start[0] == '.' ? start - 1 : strstr(start, "\n.\n");
        const char *end = strstr(dot, fence);
        number++;
        example_text(start, dot + 1, &source);
        example_text(dot + 3, end, &wanted);
        render(buffer_text(&source), 0, dialect, &got);
        bool same = text_equal(buffer_text(&got), buffer_text(&wanted)), differs = false;
        for (const int *one = expected; one && *one; one++) differs = differs || *one == number;
        if (differs) {
            *missing += same;
        } else if (!same) {
            ++*failures;
            printf("# example %d:\n%.*s# wanted\n%.*s# got\n%.*s", number, (int)source.length,
                   source.bytes, (int)wanted.length, wanted.bytes, (int)got.length, got.bytes);
        }
        at = end + sizeof fence;
    }
    buffer_free(&source);
    buffer_free(&wanted);
    buffer_free(&got);
    return number;
}

static void commonmark_examples(void) {
    struct buffer spec = file(spec_path);
    int failures, missing;
    CHECK(examples(buffer_string(&spec), DIALECT_NONE, NULL, &failures, &missing) == 652);
    CHECK(failures == 0);
    buffer_free(&spec);
}

/* With the default dialect these give other HTML, as the feature named means them to; without that
 * feature they give CommonMark's. heading_ids concern every heading: they are left out here by the
 * HTML writer's option. */
static const struct {
    uint64_t feature;
    int examples[40];
} changed[] = {
    /* quotation marks, dashes and ellipses in text */
    {DIALECT_SMART, {14,  46,  55,  87,  91,  106, 197, 209, 210, 343, 352, 358, 362, 379,
                     384, 394, 507, 589, 618, 619, 621, 623, 625, 626, 632, 650, 0}},
    /* an image alone in its paragraph */
    {DIALECT_FIGURES,
     {519, 571, 572, 573, 574, 575, 576, 577, 579, 580, 581, 582, 583, 584, 585, 587, 588, 590, 0}},
    /* an URL or an address without brackets, or with brackets that are no autolink's */
    {DIALECT_AUTOLINKS, {601, 605, 607, 610, 611, 0}},
};

enum { CHANGED = sizeof changed / sizeof *changed };

static void commonmark_examples_with_the_dialect(void) {
    struct buffer spec = file(spec_path);
    for (int without = -1; without < CHANGED; without++) {
        uint64_t dialect = DIALECT_DEFAULT & ~(without < 0 ? 0 : changed[without].feature);
        int expected[128], count = 0, failures, missing;
        for (int i = 0; i < CHANGED; i++)
            for (const int *one = changed[i].examples; i != without && *one; one++)
                expected[count++] = *one;
        expected[count] = 0;
        CHECK(examples(buffer_string(&spec), dialect, expected, &failures, &missing) == 652);
        CHECK(failures == 0);
        CHECK(missing == 0);
    }
    buffer_free(&spec);
}

static int by_hash(const void *left, const void *right) {
    const uint64_t *a = left, *b = right;
    return *a < *b ? -1 : *a > *b;
}

/* The hashes of a text's words, sorted. */
static uint32_t words_of(struct text text, uint64_t **words) {
    uint32_t count = 0, capacity = 0;
    *words = NULL;
    for (size_t at = 0; at < text.length;) {
        size_t start = at;
        while (at < text.length && (isalnum((unsigned char)text.bytes[at]))) at++;
        if (at > start) {
            memory_reserve(words, &capacity, count + 1);
            (*words)[count++] = text_hash((struct text){text.bytes + start, at - start});
        } else {
            at++;
        }
    }
    qsort(*words, count, sizeof **words, by_hash);
    return count;
}

/* All that a document holds: its texts, and the values of its fields behind them. */
static void all_text(const struct document *document, struct buffer *out) {
    struct buffer fields = {0};
    out->length = 0;
    for (struct walk walk = walk_from(document, ROOT_NODE); walk_next(&walk);) {
        const struct node *node = document_node(document, walk.id);
        bool apart = node_type_is_block((enum node_type)node->type) ||
                     node->type == NODE_SOFTBREAK || node->type == NODE_LINEBREAK;
        if (apart) buffer_append_byte(out, '\n');
        if (!walk.entering) continue;
        bool html = node->type == NODE_HTML_INLINE || node->type == NODE_HTML_BLOCK;
        buffer_append_text(html ? &fields : out, node_text(document, walk.id));
        for (uint32_t at = node->fields; at; at = document->fields[at].next) {
            if (document->fields[at].flags & FIELD_GENERATED) continue;
            buffer_append_text(&fields,
                               strings_text(&document->strings, document->fields[at].value));
            buffer_append_byte(&fields, '\n');
        }
    }
    buffer_append_byte(out, '\n');
    buffer_append_text(out, buffer_text(&fields));
    buffer_free(&fields);
}

/* Every word of the text that CommonMark sees is there with the dialect, as often or oftener. */
static int lost_words(struct document *plain, struct document *rich) {
    struct buffer before = {0}, after = {0};
    uint64_t *wanted, *got;
    int lost = 0;
    document_plain(plain, ROOT_NODE, &before);
    all_text(rich, &after);
    uint32_t wanted_count = words_of(buffer_text(&before), &wanted), k = 0;
    uint32_t got_count = words_of(buffer_text(&after), &got);
    for (uint32_t i = 0; i < wanted_count; i++) {
        while (k < got_count && got[k] < wanted[i]) k++;
        if (k < got_count && got[k] == wanted[i])
            k++;
        else
            lost++;
    }
    memory_free(wanted);
    memory_free(got);
    buffer_free(&before);
    buffer_free(&after);
    return lost;
}

/* Each shortcode of the source, in its order, in the HTML; those that are shown as code escaped. */
static int lost_shortcodes(struct text body, struct text html) {
    size_t at = 0;
    int lost = 0;
    for (size_t i = 0; i + 3 < body.length; i++) {
        const char *close = !memcmp(body.bytes + i, "{{", 2)   ? "}}"
                            : !memcmp(body.bytes + i, "{%", 2) ? "%}"
                                                               : NULL;
        if (!close) continue;
        const char *end = memmem(body.bytes + i + 2, body.length - i - 2, close, 2);
        if (!end) break;
        struct text code = {body.bytes + i, (size_t)(end - body.bytes) + 2 - i};
        if (memmem(code.bytes, code.length, "\n\n", 2) ||
            memchr(code.bytes + 2, '{', code.length - 2))
            continue; /* not meant as one */
        const char *found = memmem(html.bytes + at, html.length - at, code.bytes, code.length);
        if (!found) {
            struct buffer escaped = {0};
            html_escape(code, &escaped);
            found = memmem(html.bytes + at, html.length - at, escaped.bytes, escaped.length);
            buffer_free(&escaped);
        }
        if (found)
            at = (size_t)(found - html.bytes);
        else
            lost++;
        i += code.length - 1;
    }
    return lost;
}

static void newsroom_articles_keep_text_and_shortcodes(void) {
    DIR *directory = opendir(folder);
    CHECK(directory != NULL);
    if (!directory) return;
    int articles = 0, with_shortcodes = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (!strstr(entry->d_name, ".md")) continue;
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        struct buffer bytes = file(path), html = {0};
        const char *fence = strstr(buffer_string(&bytes), "\n---\n");
        uint32_t body = fence ? (uint32_t)(fence - bytes.bytes) + 5 : 0;
        struct document plain, rich;
        struct diagnostics diagnostics = {0};
        document_open(&plain, buffer_text(&bytes), body);
        document_open(&rich, buffer_text(&bytes), body);
        markdown_parse(markdown, TEXT("a.md"), DIALECT_NONE, &plain, &diagnostics);
        markdown_parse(markdown, TEXT("a.md"), DIALECT_DEFAULT & ~DIALECT_SMART, &rich,
                       &diagnostics);
        for (node_id id = 1; id < rich.count; id++) {
            const char *problem =
                document_node(&rich, id)->parent ? place_problem(&rich, id) : NULL;
            if (problem) printf("# %s: place of node %u: %s\n", path, id, problem);
            CHECK(!problem);
        }
        int words = lost_words(&plain, &rich);
        if (words) printf("# %s: %d words lost\n", path, words);
        CHECK(words == 0);
        html_write(&rich, ROOT_NODE, &(struct html_options){.unsafe = true}, &html);
        struct text text = {bytes.bytes + body, bytes.length - body};
        int shortcodes = lost_shortcodes(text, buffer_text(&html));
        if (shortcodes) printf("# %s: %d shortcodes lost\n", path, shortcodes);
        CHECK(shortcodes == 0);
        with_shortcodes += memmem(text.bytes, text.length, "{{", 2) != NULL ||
                           memmem(text.bytes, text.length, "{%", 2) != NULL;
        diagnostics_free(&diagnostics);
        document_free(&plain);
        document_free(&rich);
        buffer_free(&html);
        buffer_free(&bytes);
        articles++;
    }
    closedir(directory);
    CHECK(articles >= 500);
    CHECK(with_shortcodes > 350);
}

static void newsroom_articles_are_as_cmark_has_them(void) {
    DIR *directory = opendir(folder);
    CHECK(directory != NULL);
    if (!directory) return;
    int articles = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (!strstr(entry->d_name, ".md")) continue;
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        struct buffer bytes = file(path), got = {0};
        const char *fence = strstr(buffer_string(&bytes), "\n---\n");
        uint32_t body = fence ? (uint32_t)(fence - bytes.bytes) + 5 : 0;
        char *wanted =
            cmark_markdown_to_html(bytes.bytes + body, bytes.length - body, CMARK_OPT_UNSAFE);
        CHECK(render(buffer_text(&bytes), body, 0, &got));
        if (strlen(wanted) != got.length || memcmp(wanted, got.bytes, got.length)) {
            CHECK(!"the same HTML");
            printf("# %s differs\n", path);
        }
        free(wanted);
        buffer_free(&bytes);
        buffer_free(&got);
        articles++;
    }
    closedir(directory);
    CHECK(articles >= 500);
}

int main(void) {
    struct limits limits = limits_default();
    markdown = markdown_open(&limits);
    if (access(spec_path, R_OK) == 0)
        RUN(commonmark_examples), RUN(commonmark_examples_with_the_dialect);
    else
        unit_skip("commonmark_examples", "npm's commonmark-spec is not installed under tests/");
    if (access(folder, R_OK) == 0)
        RUN(newsroom_articles_are_as_cmark_has_them),
            RUN(newsroom_articles_keep_text_and_shortcodes);
    else
        unit_skip("newsroom_articles_are_as_cmark_has_them", "no ../shared/data");
    markdown_close(markdown);
    return unit_end();
}
