#include "corpus/freeze.h"

#include <assert.h>

struct range {
    uint32_t offset, count;
};

struct values_block {
    struct range source, items, pool;
};

struct head {
    uint32_t size;
    struct range path;
    struct values_block meta; /* its source is the whole file */
    struct range terms, words;
    struct span front;
    uint32_t body;
    uint32_t flags;
    struct facts facts;
};

struct body {
    uint32_t size;
    struct range nodes, fields, pool;
    struct values_block meta; /* items.count 0: as in the head */
    struct facts facts;
};

static uint32_t aligned(size_t size) {
    return (uint32_t)((size + 15) & ~(size_t)15);
}

/* Reserves `count` items in a block that is being laid out. */
static struct range lay(uint32_t *size, size_t count, size_t item) {
    struct range range = {*size, (uint32_t)count};
    *size += aligned(count * item);
    return range;
}

static void fill(char *block, struct range range, const void *from, size_t item) {
    if (range.count) memcpy(block + range.offset, from, (size_t)range.count * item);
}

static void lay_values(uint32_t *size, struct values_block *block, const struct values *values,
                       size_t source_length) {
    block->items = lay(size, values->count, sizeof(struct value));
    block->pool = lay(size, values->strings.pool_length, 1);
    block->source = lay(size, source_length, 1);
}

static void fill_values(char *bytes, const struct values_block *block,
                        const struct values *values) {
    fill(bytes, block->source, values->strings.source.bytes, 1);
    fill(bytes, block->items, values->items, sizeof(struct value));
    fill(bytes, block->pool, values->strings.pool, 1);
}

static void point_values(const char *bytes, const struct values_block *block, struct text source,
                         struct values *values) {
    *values = (struct values){.items = (struct value *)(bytes + block->items.offset),
                              .count = block->items.count,
                              .strings = {.source = source,
                                          .pool = (char *)bytes + block->pool.offset,
                                          .pool_length = block->pool.count}};
}

uint64_t freeze_head(const struct article *article, bool whole, struct shared_writer *writer) {
    struct head head = {.front = article->source.front,
                        .body = article->source.body,
                        .flags = article->source.flags | (whole ? 0u : SOURCE_CUT),
                        .facts = article->facts};
    head.size = aligned(sizeof head);
    head.path = lay(&head.size, article->path.length, 1);
    head.terms = lay(&head.size, article->term_count, sizeof(struct term_reference));
    head.words = lay(&head.size, article->word_count, sizeof(uint32_t));
    /* Last, since it is long: what the index looks at in every head lies together. */
    lay_values(&head.size, &head.meta, &article->meta,
               whole ? article->source.bytes.length : article->source.body);
    uint64_t offset = shared_allocate(writer, head.size);
    char *bytes = shared_at(writer->shared, offset);
    memcpy(bytes, &head, sizeof head);
    fill(bytes, head.path, article->path.bytes, 1);
    fill_values(bytes, &head.meta, &article->meta);
    fill(bytes, head.terms, article->terms, sizeof(struct term_reference));
    fill(bytes, head.words, article->words, sizeof(uint32_t));
    /* Spans count from the whole source's end on, also where its bytes are left out. */
    ((struct head *)(void *)bytes)->meta.source.count = (uint32_t)article->source.bytes.length;
    return offset;
}

void thaw_head(const char *bytes, struct article *article) {
    const struct head *head = (const struct head *)bytes;
    struct text path = {bytes + head->path.offset, head->path.count};
    struct text source = {bytes + head->meta.source.offset, head->meta.source.count};
    *article = (struct article){.path = path,
                                .source = {.path = path,
                                           .bytes = source,
                                           .front = head->front,
                                           .body = head->body,
                                           .flags = (uint8_t)head->flags},
                                .facts = head->facts,
                                .terms = (struct term_reference *)(bytes + head->terms.offset),
                                .term_count = head->terms.count,
                                .words = (const uint32_t *)(bytes + head->words.offset),
                                .word_count = head->words.count,
                                .frozen = true};
    point_values(bytes, &head->meta, source, &article->meta);
}

const struct facts *thaw_facts(const char *bytes, const char *body_bytes, struct strings *strings) {
    const struct head *head = (const struct head *)bytes;
    const struct body *body = (const struct body *)body_bytes;
    bool own = body && body->meta.items.count;
    const struct values_block *meta = own ? &body->meta : &head->meta;
    *strings =
        (struct strings){.source = {bytes + head->meta.source.offset, head->meta.source.count},
                         .pool = (char *)(own ? body_bytes : bytes) + meta->pool.offset,
                         .pool_length = meta->pool.count};
    return body ? &body->facts : &head->facts;
}

const uint32_t *thaw_words(const char *bytes, uint32_t *count) {
    const struct head *head = (const struct head *)bytes;
    *count = head->words.count;
    return (const uint32_t *)(bytes + head->words.offset);
}

uint64_t freeze_body(const struct article *article, struct shared_writer *writer) {
    const struct document *document = &article->document;
    struct body body = {.size = aligned(sizeof body), .facts = article->facts};
    body.nodes = lay(&body.size, document->count, sizeof(struct node));
    body.fields = lay(&body.size, document->field_count, sizeof(struct field));
    body.pool = lay(&body.size, document->strings.pool_length, 1);
    if (article->meta_changes) lay_values(&body.size, &body.meta, &article->meta, 0);
    uint64_t offset = shared_allocate(writer, body.size);
    char *bytes = shared_at(writer->shared, offset);
    memcpy(bytes, &body, sizeof body);
    fill(bytes, body.nodes, document->nodes, sizeof(struct node));
    fill(bytes, body.fields, document->fields, sizeof(struct field));
    fill(bytes, body.pool, document->strings.pool, 1);
    if (article->meta_changes) fill_values(bytes, &body.meta, &article->meta);
    return offset;
}

void thaw_body(const char *bytes, struct article *article) {
    const struct body *body = (const struct body *)bytes;
    assert(article->frozen);
    article->document = (struct document){.nodes = (struct node *)(bytes + body->nodes.offset),
                                          .count = body->nodes.count,
                                          .fields = (struct field *)(bytes + body->fields.offset),
                                          .field_count = body->fields.count,
                                          .strings = {.source = article->source.bytes,
                                                      .pool = (char *)bytes + body->pool.offset,
                                                      .pool_length = body->pool.count},
                                          .body = article->source.body};
    article->facts = body->facts;
    article->parsed = true;
    if (body->meta.items.count)
        point_values(bytes, &body->meta, article->source.bytes, &article->meta);
}

uint64_t freeze_values(const struct values *values, struct shared_writer *writer) {
    struct values_block block;
    uint32_t size = aligned(sizeof block);
    lay_values(&size, &block, values, values->strings.source.length);
    uint64_t offset = shared_allocate(writer, size);
    char *bytes = shared_at(writer->shared, offset);
    memcpy(bytes, &block, sizeof block);
    fill_values(bytes, &block, values);
    return offset;
}

void thaw_values(const char *bytes, struct values *values) {
    const struct values_block *block = (const struct values_block *)bytes;
    struct text source = {bytes + block->source.offset, block->source.count};
    point_values(bytes, block, source, values);
}
