/* Splices on real articles: nothing changed is nothing written; one change is the lines meant. */
#include "document/dialect.h"
#include "edit/diff.h"
#include "edit/edit_article.h"
#include "read/source.h"
#include "read/yaml.h"

#include "clock.h"
#include "unit.h"

#include <dirent.h>
#include <sys/stat.h>

static struct markdown *markdown;
static struct limits limits;
/* As edits read articles: straight quotes stay straight. */
enum { DIALECT_EDIT = DIALECT_DEFAULT & ~DIALECT_SMART };
static char folder[4096];

struct post {
    char name[256];
    struct text bytes;
};
static struct post *posts;
static uint32_t post_count, post_capacity;

static void load_posts(void) {
    DIR *listing = opendir(folder);
    for (struct dirent *item; listing && (item = readdir(listing));) {
        char path[5000];
        size_t length = strlen(item->d_name);
        if (length < 4 || strcmp(item->d_name + length - 3, ".md")) continue;
        snprintf(path, sizeof path, "%s/%s", folder, item->d_name);
        FILE *file = fopen(path, "rb");
        if (!file) continue;
        struct buffer bytes = {0};
        char part[16384];
        for (size_t got; (got = fread(part, 1, sizeof part, file));)
            buffer_append(&bytes, part, got);
        fclose(file);
        memory_reserve(&posts, &post_capacity, post_count + 1);
        struct post *post = &posts[post_count++];
        snprintf(post->name, sizeof post->name, "%s", item->d_name);
        post->bytes = buffer_text(&bytes);
    }
    if (listing) closedir(listing);
}

struct article {
    struct source source;
    struct values values;
    struct document document;
};

static bool open_article(struct article *article, const struct post *post) {
    struct diagnostics ignored = {0};
    struct text path = text_of(post->name);
    *article = (struct article){0};
    bool good = source_split(path, post->bytes, &limits, &article->source, &ignored);
    if (good) {
        values_open(&article->values, post->bytes, VALUE_MAP);
        document_open(&article->document, post->bytes, article->source.body);
        good = yaml_read_map(path, post->bytes, article->source.front, &limits, &article->values,
                             &ignored) &&
               markdown_parse(markdown, path, DIALECT_EDIT, &article->document, &ignored);
    }
    diagnostics_free(&ignored);
    return good;
}

static void close_article(struct article *article) {
    values_free(&article->values);
    document_free(&article->document);
}

struct tally {
    uint32_t changed, unchanged, refused, lines, worst;
};

static void finish(struct article *article, const struct post *post, struct tally *tally,
                   uint32_t most) {
    struct buffer out = {0};
    struct diagnostics diagnostics = {0};
    struct edit_wish wish = {.path = text_of(post->name),
                             .source = post->bytes,
                             .values = &article->values,
                             .document = &article->document,
                             .dialect = DIALECT_EDIT,
                             .limits = &limits};
    enum edit_result result = edit_article(markdown, &wish, &out, &diagnostics);
    if (result == EDIT_CHANGED) {
        struct diff diff;
        diff_open(&diff, post->bytes, buffer_text(&out));
        struct diff_counts counts = diff_count(&diff);
        uint32_t lines = counts.added > counts.removed ? counts.added : counts.removed;
        tally->changed++;
        tally->lines += lines;
        if (lines > tally->worst) tally->worst = lines;
        if (lines > most && tally->worst == lines)
            printf("# %s: %u lines, line %u\n", post->name, lines,
                   diff.count ? diff.changes[0].old_line + 1 : 0);
        diff_free(&diff);
    } else if (result == EDIT_UNCHANGED) {
        tally->unchanged++;
    } else {
        tally->refused++;
        struct buffer line = {0};
        diagnostic_write(&diagnostics.items[0], &line);
        if (tally->refused <= 5) printf("# refused: %s\n", buffer_string(&line));
        buffer_free(&line);
    }
    buffer_free(&out);
    diagnostics_free(&diagnostics);
}

static void report(const char *what, const struct tally *tally) {
    printf("# %s: %u changed, %u lines (%u at most), %u unchanged, %u refused\n", what,
           tally->changed, tally->lines, tally->worst, tally->unchanged, tally->refused);
}

#define EACH(article, post)                                                                        \
    for (const struct post *post = posts; post < posts + post_count; post++)                       \
        for (bool good = open_article(&article, post), once = true; once;                          \
             close_article(&article), once = false)                                                \
            if (good)

static void nothing_changed(void) {
    struct tally tally = {0};
    struct article article;
    EACH(article, post) finish(&article, post, &tally, 0);
    report("no-op", &tally);
    CHECK(tally.unchanged > 500 && !tally.changed && !tally.refused);
}

static void one_key_set(void) {
    struct tally set = {0}, new = {0}, gone = {0};
    struct article article;
    EACH(article, post) {
        value_id title = value_get(&article.values, ROOT_VALUE, TEXT("title"));
        if (!title || article.values.items[title].type != VALUE_STRING) continue;
        struct buffer text = {0};
        buffer_append_text(&text, value_text(&article.values, title));
        bool line = text.length && text.bytes[text.length - 1] == '\n';
        text.length -= line;
        buffer_append_string(&text, line ? ": it's \"new\"\n" : ": it's \"new\"");
        value_id made = values_add_string(&article.values, buffer_text(&text));
        value_insert_before(&article.values, title, made);
        value_unlink(&article.values, title);
        value_set_key(&article.values, made, TEXT("title"));
        finish(&article, post, &set, 1);
        buffer_free(&text);
    }
    EACH(article, post) {
        value_id made = values_add_string(&article.values, TEXT("2024-05-06"));
        value_append(&article.values, ROOT_VALUE, made);
        value_set_key(&article.values, made, TEXT("updated"));
        finish(&article, post, &new, 1);
    }
    EACH(article, post) {
        value_id date = value_get(&article.values, ROOT_VALUE, TEXT("date"));
        if (!date) continue;
        value_unlink(&article.values, date);
        finish(&article, post, &gone, 1);
    }
    report("set", &set);
    report("new key", &new);
    report("key removed", &gone);
    CHECK(set.changed > 490 && !set.refused);
    CHECK(new.changed > 500 && !new.refused &&new.worst == 1);
    CHECK(gone.changed > 400 && !gone.refused && gone.worst == 1);
}

static void retagged(void) {
    struct tally one = {0}, gone = {0}, more = {0};
    struct article article;
    for (int round = 0; round < 3; round++) {
        struct tally *tally = round == 0 ? &one : round == 1 ? &gone : &more;
        EACH(article, post) {
            value_id list = value_get(&article.values, ROOT_VALUE, TEXT("tags"));
            value_id item = list ? value_first(&article.values, list) : NO_VALUE;
            if (!item) continue;
            if (round == 2) {
                value_append(&article.values, list,
                             values_add_string(&article.values, TEXT("a new tag")));
            } else {
                if (round == 0)
                    value_insert_before(&article.values, item,
                                        values_add_string(&article.values, TEXT("a new tag")));
                value_unlink(&article.values, item);
            }
            finish(&article, post, tally, 3);
        }
    }
    report("retag", &one);
    report("tag removed", &gone);
    report("tag added", &more);
    CHECK(one.changed > 400 && !one.refused && one.worst == 1);
    CHECK(gone.changed > 400 && !gone.refused);
    CHECK(more.changed > 400 && !more.refused && more.worst == 1);
}

static uint32_t random_next(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void one_word_replaced(void) {
    struct tally tally = {0};
    struct article article;
    uint32_t state = 1;
    for (int round = 0; round < 4; round++) EACH(article, post) {
            uint32_t texts = 0, wanted;
            for (node_id id = 1; id < article.document.count; id++)
                texts += article.document.nodes[id].type == NODE_TEXT;
            if (!texts) continue;
            wanted = random_next(&state) % texts;
            node_id id = 0;
            for (uint32_t seen = 0; seen <= wanted;)
                seen += article.document.nodes[++id].type == NODE_TEXT;
            struct text text = node_text(&article.document, id);
            while (text.length && text.bytes[text.length - 1] == ' ') text.length--;
            if (text.length < 3) continue;
            const char *space = memrchr(text.bytes, ' ', text.length);
            size_t start = space ? (size_t)(space - text.bytes) + 1 : 0;
            struct buffer new = {0};
            buffer_append(&new, text.bytes, start);
            buffer_append_string(&new, "sn*w_man");
            struct text whole = node_text(&article.document, id);
            buffer_append(&new, whole.bytes + text.length, whole.length - text.length);
            node_set_text(&article.document, id, buffer_text(&new));
            finish(&article, post, &tally, 1);
            buffer_free(&new);
        }
    report("word", &tally);
    CHECK(tally.changed > 1900 && tally.refused < 10 && tally.lines < tally.changed * 11 / 10);
}

static void links_secured(void) {
    struct tally tally = {0};
    struct article article;
    double start = clock_processor(), parsing = 0;
    EACH(article, post) {
        bool any = false;
        for (node_id id = 1; id < article.document.count; id++) {
            if (article.document.nodes[id].type != NODE_LINK) continue;
            struct text url = node_field(&article.document, id, FIELD_URL);
            if (!text_starts(url, TEXT("http:"))) continue;
            struct buffer new = {0};
            buffer_append_string(&new, "https:");
            buffer_append(&new, url.bytes + 5, url.length - 5);
            node_set_field(&article.document, id, FIELD_URL, buffer_text(&new));
            buffer_free(&new);
            any = true;
        }
        if (any) finish(&article, post, &tally, 1000);
    }
    double all = clock_processor() - start;
    start = clock_processor();
    EACH(article, post) continue;
    parsing = clock_processor() - start;
    report("https", &tally);
    printf("# %.2f ms an article that changes; reading one takes %.2f ms\n",
           (all - parsing) * 1e3 / (tally.changed + 1), parsing * 1e3 / (post_count + 1));
    CHECK(tally.changed > 100 && tally.refused < 10);
}

int main(void) {
    snprintf(folder, sizeof folder, "%s", "../shared/data/18f-posts");
    limits = limits_default();
    markdown = markdown_open(&limits);
    load_posts();
    if (!post_count) {
        unit_skip("real_articles", "../shared/data/18f-posts is not there");
        return 0;
    }
    RUN(nothing_changed);
    RUN(one_key_set);
    RUN(retagged);
    RUN(one_word_replaced);
    RUN(links_secured);
    markdown_close(markdown);
    return unit_end();
}
