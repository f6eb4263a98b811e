#include "corpus/kept.h"

#include <stdatomic.h>

static struct text name_of(const struct kept *kept) {
    const char *bytes = (const char *)kept + offsetof(struct kept, texts);
    return (struct text){bytes + kept->count * sizeof kept->texts[0], kept->name_length};
}

const struct kept *kept_find(const struct corpus *corpus, uint32_t file, struct text name) {
    uint64_t at = atomic_load_explicit(&corpus_file(corpus, file)->kept, memory_order_acquire);
    while (at) {
        const struct kept *kept = shared_at(corpus->shared, at);
        if (text_equal(name_of(kept), name)) return kept;
        at = kept->next;
    }
    return NULL;
}

static size_t aligned(size_t size) {
    return (size + 3) & ~(size_t)3;
}

const struct kept *kept_add(const struct corpus *corpus, struct shared_writer *writer,
                            uint32_t file, struct text name, const struct text *texts,
                            uint32_t count) {
    size_t names = offsetof(struct kept, texts) + count * sizeof(uint32_t);
    size_t size = aligned(names + name.length);
    for (uint32_t i = 0; i < count; i++)
        if (texts[i].bytes) size += aligned(sizeof(struct kept_text) + texts[i].length);
    if (size > UINT32_MAX) memory_exhausted(size);
    uint64_t offset = shared_allocate(writer, size);
    struct kept *kept = shared_at(writer->shared, offset);
    kept->count = count;
    kept->name_length = (uint32_t)name.length;
    if (name.length) memcpy((char *)kept + names, name.bytes, name.length);
    size_t at = aligned(names + name.length);
    for (uint32_t i = 0; i < count; i++) {
        kept->texts[i] = texts[i].bytes ? (uint32_t)at : 0;
        if (!texts[i].bytes) continue;
        struct kept_text *text = (struct kept_text *)(void *)((char *)kept + at);
        text->length = (uint32_t)texts[i].length;
        memcpy(text->bytes, texts[i].bytes, texts[i].length);
        at += aligned(sizeof(struct kept_text) + texts[i].length);
    }
    _Atomic uint64_t *first = &corpus_file(corpus, file)->kept;
    kept->next = atomic_load_explicit(first, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(first, &kept->next, offset, memory_order_release,
                                                  memory_order_relaxed)) {
    }
    return kept;
}
