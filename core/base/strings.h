/* strings.h: one numbering for bytes that stand in a source and bytes that were made.
 *
 * Offsets below source.length are bytes of the source; those from there on are in the pool, which
 * only grows. A span of either kind is 8 bytes, survives growth, and can be frozen by copying the
 * pool. Most text of an article is never copied: its spans point into the source.
 *
 * Ownership: the source is borrowed; the pool is the strings' own, freed by strings_free, or
 * borrowed (capacity 0) when it lies in a frozen block.
 */
#ifndef GALLEY_STRINGS_H
#define GALLEY_STRINGS_H

#include "base/memory.h"
#include "base/text.h"

struct strings {
    struct text source;
    char *pool;
    uint32_t pool_length, pool_capacity;
};

static inline struct text strings_text(const struct strings *strings, struct span span) {
    size_t in_source = strings->source.length;
    return (struct text){span.offset < in_source || span.length == 0
                             ? strings->source.bytes + (span.length ? span.offset : 0)
                             : strings->pool + (span.offset - in_source),
                         span.length};
}

/* Copies the bytes into the pool. `text` may lie in the pool itself. Ends the process when source
 * and pool together pass 4 GB, as running out of memory does. */
struct span strings_add(struct strings *strings, struct text text);
/* `text` if it is a part of the source, else a copy of it in the pool. */
struct span strings_refer(struct strings *strings, struct text text);
void strings_free(struct strings *strings);

#endif
