/* kept.h: texts that are made of an article once and used on many pages, by all workers.
 *
 * A card in a list of related articles, an item of an archive: what a layout shows of an article
 * elsewhere than on its own page. Whichever worker needs it first makes it and puts it into the
 * shared arena under a name; the others find it there. Two that make the same at the same time keep
 * it twice, and the later one is found: it must depend on the article alone.
 *
 * Ownership: the arena's, until it is closed. An article has few names; they are looked through.
 */
#ifndef GALLEY_KEPT_H
#define GALLEY_KEPT_H

#include "corpus/corpus.h"

enum { MOST_KEPT_TEXTS = 16 };

struct kept_text {
    uint32_t length;
    char bytes[];
};

struct kept {
    uint64_t next; /* an older one of the same article; 0: none */
    uint32_t count, name_length;
    uint32_t texts[MOST_KEPT_TEXTS]; /* `count` offsets from here to a kept_text; 0: none */
};

/* NULL when there is none of that name. */
const struct kept *kept_find(const struct corpus *corpus, uint32_t file, struct text name);
/* At most MOST_KEPT_TEXTS; one whose bytes are NULL is none. */
const struct kept *kept_add(const struct corpus *corpus, struct shared_writer *writer,
                            uint32_t file, struct text name, const struct text *texts,
                            uint32_t count);
static inline const struct kept_text *kept_text(const struct kept *kept, uint32_t index) {
    uint32_t offset = kept->texts[index];
    return offset ? (const struct kept_text *)(const void *)((const char *)kept + offset) : NULL;
}

#endif
