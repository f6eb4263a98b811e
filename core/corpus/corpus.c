#include "corpus/corpus.h"

#include "article/permalink.h"
#include "corpus/freeze.h"

#include <stdatomic.h>
#include <stdlib.h>

static struct stored_text store(struct shared_writer *writer, struct text text) {
    if (!text.length) return (struct stored_text){0, 0};
    return (struct stored_text){shared_copy(writer, text.bytes, text.length),
                                (uint32_t)text.length};
}

uint64_t corpus_create(struct shared_writer *writer, const struct text *paths, uint32_t count,
                       const struct text *assets, uint32_t asset_count) {
    struct shared *shared = writer->shared;
    uint64_t offset = shared_allocate(writer, sizeof(struct corpus_table));
    struct corpus_table *table = shared_at(shared, offset);
    table->file_count = count;
    table->asset_count = asset_count;
    table->files = shared_allocate(writer, (count + 1) * sizeof(struct corpus_file));
    table->assets = shared_allocate(writer, (asset_count + 1) * sizeof(struct corpus_asset));
    table->path_slots = 16;
    while (table->path_slots < 2 * ((uint64_t)count + asset_count)) table->path_slots *= 2;
    table->paths = shared_allocate(writer, table->path_slots * sizeof(uint32_t));
    struct corpus_file *files = shared_at(shared, table->files);
    struct corpus_asset *stored = shared_at(shared, table->assets);
    uint32_t *slots = shared_at(shared, table->paths);
    for (uint32_t i = 0; i < count + asset_count; i++) {
        struct text path = i < count ? paths[i] : assets[i - count];
        if (i < count)
            files[i] = (struct corpus_file){.path = store(writer, path), .position = NOWHERE};
        else
            stored[i - count].path = store(writer, path);
        uint64_t slot = text_hash(path);
        while (slots[slot & (table->path_slots - 1)]) slot++;
        slots[slot & (table->path_slots - 1)] = i + 1;
    }
    return offset;
}

struct corpus corpus_open(struct shared *shared, uint64_t table) {
    return (struct corpus){shared, shared_at(shared, table)};
}

struct text corpus_path(const struct corpus *corpus, uint32_t number) {
    const struct corpus_table *table = corpus->table;
    const struct corpus_asset *assets = shared_at(corpus->shared, table->assets);
    return corpus_text(corpus, number < table->file_count
                                   ? corpus_file(corpus, number)->path
                                   : assets[number - table->file_count].path);
}

uint32_t corpus_find(const struct corpus *corpus, struct text path) {
    const uint32_t *slots = shared_at(corpus->shared, corpus->table->paths);
    uint32_t mask = corpus->table->path_slots - 1;
    for (uint64_t slot = text_hash(path); slots[slot & mask]; slot++) {
        uint32_t number = slots[slot & mask] - 1;
        if (text_equal(corpus_path(corpus, number), path)) return number;
    }
    return NOWHERE;
}

uint32_t corpus_find_url(const struct corpus *corpus, struct text url) {
    const uint32_t *urls = shared_at(corpus->shared, corpus->table->urls);
    uint32_t low = 0, high = corpus->table->article_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        struct strings strings;
        const struct facts *facts = corpus_facts(corpus, urls[middle], &strings);
        int order = text_compare(strings_text(&strings, facts->url), url);
        if (!order) return urls[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NOWHERE;
}

uint32_t corpus_file_at(const struct corpus *corpus, uint32_t position) {
    return ((const uint32_t *)shared_at(corpus->shared, corpus->table->order))[position];
}

bool corpus_article(const struct corpus *corpus, uint32_t number, struct article *article) {
    const struct corpus_file *file = corpus_file(corpus, number);
    if (!file->head) return false;
    thaw_head(shared_at(corpus->shared, file->head), article);
    if (file->body) thaw_body(shared_at(corpus->shared, file->body), article);
    return true;
}

const struct facts *corpus_facts(const struct corpus *corpus, uint32_t number,
                                 struct strings *strings) {
    const struct corpus_file *file = corpus_file(corpus, number);
    if (!file->head) return NULL;
    return thaw_facts(shared_at(corpus->shared, file->head),
                      file->body ? shared_at(corpus->shared, file->body) : NULL, strings);
}

const struct corpus_term *corpus_term(const struct corpus *corpus, uint32_t number) {
    return (const struct corpus_term *)shared_at(corpus->shared, corpus->table->terms) + number;
}

/* The first term that is not before (taxonomy, slug). */
static uint32_t lower_term(const struct corpus *corpus, uint32_t taxonomy, struct text slug) {
    uint32_t low = 0, high = corpus->table->term_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct corpus_term *term = corpus_term(corpus, middle);
        bool before = term->taxonomy != taxonomy
                          ? term->taxonomy < taxonomy
                          : text_compare(corpus_text(corpus, term->slug), slug) < 0;
        if (before)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t corpus_terms(const struct corpus *corpus, uint32_t taxonomy, uint32_t *count) {
    uint32_t first = lower_term(corpus, taxonomy, (struct text){"", 0});
    *count = lower_term(corpus, taxonomy + 1, (struct text){"", 0}) - first;
    return first;
}

const uint32_t *corpus_article_terms(const struct corpus *corpus, uint32_t position,
                                     uint32_t *count) {
    const uint32_t *first = shared_at(corpus->shared, corpus->table->first_terms);
    const uint32_t *numbers = shared_at(corpus->shared, corpus->table->term_numbers);
    *count = first[position + 1] - first[position];
    return numbers + first[position];
}

const uint32_t *corpus_words(const struct corpus *corpus, uint32_t position, uint32_t *count) {
    const uint32_t *first = shared_at(corpus->shared, corpus->table->first_words);
    const uint32_t *words = shared_at(corpus->shared, corpus->table->words);
    *count = first[position + 1] - first[position];
    return words + first[position];
}

int64_t corpus_next_change(const struct corpus *corpus, int64_t now) {
    int64_t next = INT64_MAX;
    for (uint32_t file = 0; file < corpus->table->file_count; file++) {
        struct strings strings;
        const struct facts *facts = corpus_facts(corpus, file, &strings);
        if (!facts) continue;
        const struct date *dates[] = {&facts->date, &facts->embargo, &facts->expires};
        for (unsigned i = 0; i < sizeof dates / sizeof *dates; i++) {
            int64_t instant = dates[i]->year ? date_instant(dates[i]) : INT64_MIN;
            if (instant > now && instant < next) next = instant;
        }
    }
    return next;
}

uint32_t corpus_find_term(const struct corpus *corpus, uint32_t taxonomy, struct text slug) {
    uint32_t number = lower_term(corpus, taxonomy, slug);
    if (number == corpus->table->term_count) return NOWHERE;
    const struct corpus_term *term = corpus_term(corpus, number);
    bool found = term->taxonomy == taxonomy && text_equal(corpus_text(corpus, term->slug), slug);
    return found ? number : NOWHERE;
}

/* ---- indexing, in the parent ---- */

struct entry { /* one article while it is being ordered */
    int64_t instant;
    struct text path, url;
    uint32_t file;
};

static int by_order(const void *a, const void *b) {
    const struct entry *one = a, *other = b;
    if (one->instant != other->instant) return one->instant < other->instant ? 1 : -1;
    return text_compare(one->path, other->path);
}

static int by_url(const void *a, const void *b) {
    const struct entry *one = a, *other = b;
    int order = text_compare(one->url, other->url);
    return order ? order : text_compare(one->path, other->path);
}

/* Sorts them by url. */
static void report_shared_urls(struct entry *entries, uint32_t count,
                               struct diagnostics *diagnostics) {
    if (count > 1) qsort(entries, count, sizeof *entries, by_url);
    for (uint32_t i = 1; i < count; i++)
        if (text_equal(entries[i - 1].url, entries[i].url))
            diagnostics_add(
                diagnostics, SEVERITY_ERROR, entries[i].path, (struct place){0, 0},
                "has the url %.*s, which %.*s has too; give one of them another slug or url",
                (int)entries[i].url.length, entries[i].url.bytes, (int)entries[i - 1].path.length,
                entries[i - 1].path.bytes);
}

/* The terms while they are found: `slots` are 1 + index in `items`, or 0. */
struct found_term {
    uint32_t taxonomy, count, number;
    struct text slug, name;
};

struct found_terms {
    struct found_term *items;
    uint32_t *slots;
    uint32_t count, capacity, slot_count; /* slot_count is a power of two */
};

static uint32_t *slot_of(const struct found_terms *found, uint32_t taxonomy, struct text slug) {
    uint32_t mask = found->slot_count - 1, slot = ((uint32_t)text_hash(slug) + taxonomy) & mask;
    for (; found->slots[slot]; slot = (slot + 1) & mask) {
        const struct found_term *term = &found->items[found->slots[slot] - 1];
        if (term->taxonomy == taxonomy && text_equal(term->slug, slug)) break;
    }
    return &found->slots[slot];
}

static void make_slots(struct found_terms *found) {
    memory_free(found->slots);
    found->slot_count = found->slot_count ? found->slot_count * 2 : 256;
    found->slots = memory_allocate_zeroed(found->slot_count * sizeof *found->slots);
    for (uint32_t i = 0; i < found->count; i++)
        *slot_of(found, found->items[i].taxonomy, found->items[i].slug) = i + 1;
}

/* Its index in `items`; the name is kept where it is new. */
static uint32_t find_term(struct found_terms *found, uint32_t taxonomy, struct text slug,
                          struct text name) {
    if (found->count * 2 >= found->slot_count) make_slots(found);
    uint32_t *slot = slot_of(found, taxonomy, slug);
    if (!*slot) {
        memory_reserve(&found->items, &found->capacity, found->count + 1);
        found->items[found->count++] =
            (struct found_term){.taxonomy = taxonomy, .slug = slug, .name = name};
        *slot = found->count;
    }
    found->items[*slot - 1].count++;
    return *slot - 1;
}

static int by_term(const void *a, const void *b) {
    const struct found_term *one = *(struct found_term *const *)a;
    const struct found_term *other = *(struct found_term *const *)b;
    if (one->taxonomy != other->taxonomy) return one->taxonomy < other->taxonomy ? -1 : 1;
    return text_compare(one->slug, other->slug);
}

/* data.authors.<slug>.name, where the site's data has it. */
static struct text name_in_data(const struct values *data, value_id profiles, struct text taxonomy,
                                struct text slug) {
    char plural[64];
    if (!profiles || taxonomy.length + 1 > sizeof plural) return (struct text){NULL, 0};
    memcpy(plural, taxonomy.bytes, taxonomy.length);
    plural[taxonomy.length] = 's';
    value_id group = value_get(data, profiles, (struct text){plural, taxonomy.length + 1});
    value_id profile = group ? value_get(data, group, slug) : NO_VALUE;
    return profile ? value_text(data, value_get(data, profile, TEXT("name")))
                   : (struct text){NULL, 0};
}

/* Articles are gone through in the corpus's order, so that a term's first name is the newest one
 * and its positions ascend. */
enum { AHEAD = 8 };

/* Heads lie far apart in memory: what the loops below look at in the head of a file is fetched
 * while they are busy with those before it. */
static void fetch_head(const struct corpus *corpus, uint32_t file) {
    enum { BYTES = 384, LINE = 64 };
    uint64_t head = corpus_file(corpus, file)->head;
    for (uint64_t at = head; head && at < head + BYTES; at += LINE)
        __builtin_prefetch(shared_at(corpus->shared, at));
}

static void index_terms(const struct corpus *corpus, struct shared_writer *writer,
                        const struct conventions *conventions, const struct values *data,
                        value_id profiles) {
    struct corpus_table *table = corpus->table;
    struct found_terms found = {0};
    uint32_t *mentions = NULL; /* of all articles, as indexes in found.items */
    uint32_t count = 0, capacity = 0, articles = table->article_count;
    table->first_terms = shared_allocate(writer, (articles + 1) * sizeof(uint32_t));
    uint32_t *first_terms = shared_at(corpus->shared, table->first_terms);
    for (uint32_t position = 0; position < articles; position++) {
        struct article article;
        first_terms[position] = count;
        if (position + AHEAD < articles)
            fetch_head(corpus, corpus_file_at(corpus, position + AHEAD));
        corpus_article(corpus, corpus_file_at(corpus, position), &article);
        memory_reserve(&mentions, &capacity, count + article.term_count);
        for (uint32_t t = 0; t < article.term_count; t++)
            mentions[count++] =
                find_term(&found, article.terms[t].taxonomy,
                          strings_text(&article.meta.strings, article.terms[t].slug),
                          strings_text(&article.meta.strings, article.terms[t].name));
    }
    first_terms[articles] = count;
    struct found_term **sorted = memory_allocate((found.count + 1) * sizeof *sorted);
    for (uint32_t i = 0; i < found.count; i++) sorted[i] = &found.items[i];
    if (found.count > 1) qsort(sorted, found.count, sizeof *sorted, by_term);
    table->term_count = found.count;
    table->terms = shared_allocate(writer, (found.count + 1) * sizeof(struct corpus_term));
    struct corpus_term *terms = shared_at(corpus->shared, table->terms);
    uint64_t positions_at = shared_allocate(writer, (count + 1) * sizeof(uint32_t));
    struct buffer url = {0};
    for (uint32_t i = 0; i < found.count; i++) {
        struct found_term *term = sorted[i];
        const struct taxonomy *taxonomy = &conventions->taxonomies[term->taxonomy];
        struct text name = name_in_data(data, profiles, taxonomy->name, term->slug);
        struct permalink link = {.slug = term->slug, .title = term->slug, .name = term->slug};
        url.length = 0;
        permalink_write(taxonomy->permalink, &link, &url);
        term->number = i;
        terms[i] = (struct corpus_term){.taxonomy = term->taxonomy,
                                        .name = store(writer, name.length ? name : term->name),
                                        .slug = store(writer, term->slug),
                                        .url = store(writer, buffer_text(&url)),
                                        .positions = positions_at};
        positions_at += term->count * sizeof(uint32_t);
    }
    table->term_numbers = shared_allocate(writer, (count + 1) * sizeof(uint32_t));
    uint32_t *numbers = shared_at(corpus->shared, table->term_numbers);
    for (uint32_t position = 0; position < articles; position++)
        for (uint32_t i = first_terms[position]; i < first_terms[position + 1]; i++) {
            numbers[i] = found.items[mentions[i]].number;
            struct corpus_term *term = &terms[numbers[i]];
            uint32_t *positions = shared_at(corpus->shared, term->positions);
            positions[term->count++] = position;
        }
    memory_free(sorted);
    memory_free(mentions);
    memory_free(found.items);
    memory_free(found.slots);
    buffer_free(&url);
}

/* Those of the head, or of its facts where it was frozen without. */
static uint32_t words_at(const struct corpus *corpus, uint32_t position, uint32_t *words) {
    const char *head =
        shared_at(corpus->shared, corpus_file(corpus, corpus_file_at(corpus, position))->head);
    uint32_t count;
    const uint32_t *own = thaw_words(head, &count);
    if (count) {
        memcpy(words, own, count * sizeof *words);
        return count;
    }
    struct strings strings;
    return facts_words(thaw_facts(head, NULL, &strings), &strings, words);
}

void corpus_index_words(const struct corpus *corpus, struct shared_writer *writer) {
    struct corpus_table *table = corpus->table;
    if (table->signatures) return;
    uint32_t articles = table->article_count, total = 0, capacity = 0, *words = NULL;
    uint64_t first_at = shared_allocate(writer, (articles + 1) * sizeof(uint32_t));
    uint64_t signatures_at =
        shared_allocate(writer, (articles + 1) * sizeof(struct word_signature));
    uint32_t *first = shared_at(corpus->shared, first_at);
    struct word_signature *signatures = shared_at(corpus->shared, signatures_at);
    for (uint32_t position = 0; position < articles; position++) {
        if (position + AHEAD < articles)
            fetch_head(corpus, corpus_file_at(corpus, position + AHEAD));
        memory_reserve(&words, &capacity, total + MOST_WORDS);
        uint32_t count = words_at(corpus, position, words + total);
        first[position] = total;
        signatures[position] = words_signature(words + total, count);
        total += count;
    }
    first[articles] = total;
    table->first_words = first_at;
    table->words = shared_copy(writer, words, total * sizeof *words);
    atomic_thread_fence(memory_order_release); /* another worker may do the same: alike */
    table->signatures = signatures_at;
    memory_free(words);
}

void corpus_index(const struct corpus *corpus, struct shared_writer *writer,
                  const struct conventions *conventions, const struct values *data,
                  value_id profiles, unsigned with, struct diagnostics *diagnostics) {
    struct corpus_table *table = corpus->table;
    struct entry *entries = memory_allocate((table->file_count + 1) * sizeof *entries);
    uint32_t count = 0;
    for (uint32_t file = 0; file < table->file_count; file++) {
        struct strings strings;
        if (file + AHEAD < table->file_count) fetch_head(corpus, file + AHEAD);
        const struct facts *facts = corpus_facts(corpus, file, &strings);
        corpus_file(corpus, file)->position = NOWHERE;
        if (!facts) continue;
        if (with & WITH_BODIES_ONLY && !corpus_file(corpus, file)->body) continue;
        if (facts->status != STATUS_PUBLISHED && !(with & 1u << facts->status)) continue;
        entries[count++] =
            (struct entry){.instant = facts->date.year ? date_instant(&facts->date) : INT64_MIN,
                           .path = corpus_path(corpus, file),
                           .url = strings_text(&strings, facts->url),
                           .file = file};
    }
    if (count > 1) qsort(entries, count, sizeof *entries, by_order);
    table->order = shared_allocate(writer, (count + 1) * sizeof(uint32_t));
    uint32_t *order = shared_at(corpus->shared, table->order);
    for (uint32_t i = 0; i < count; i++) {
        order[i] = entries[i].file;
        corpus_file(corpus, entries[i].file)->position = i;
    }
    table->article_count = count;
    report_shared_urls(entries, count, diagnostics);
    table->urls = shared_allocate(writer, (count + 1) * sizeof(uint32_t));
    uint32_t *urls = shared_at(corpus->shared, table->urls);
    for (uint32_t i = 0; i < count; i++) urls[i] = entries[i].file;
    memory_free(entries);
    index_terms(corpus, writer, conventions, data, profiles);
    table->signatures = 0;
    if (!conventions->no_words) corpus_index_words(corpus, writer);
    table->indexed = 1;
}
