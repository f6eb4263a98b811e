/* splice.h: changes to a text as a list of "these bytes become those".
 *
 * Splices name offsets of the old text and do not overlap; several may insert at one offset, and
 * then stand in the order in which they were added, those last that go behind what ends there.
 *
 * Ownership: the list owns the new bytes until splices_free.
 */
#ifndef GALLEY_SPLICE_H
#define GALLEY_SPLICE_H

#include "base/memory.h"
#include "base/text.h"

struct splice {
    uint32_t offset, length; /* in the old text */
    uint32_t order, behind;
    struct text bytes;
};

struct splices {
    struct splice *items;
    uint32_t count, capacity;
    struct arena arena;
};

/* Copies the bytes. */
void splices_add(struct splices *splices, uint32_t offset, uint32_t length, struct text bytes);
/* An insertion behind a part that ends at `offset`, and behind all that is put in at its end: the
 * deeper parts of a tree come before those around them. */
void splices_add_behind(struct splices *splices, uint32_t offset, uint32_t depth,
                        struct text bytes);
/* One of another list, behind those that are here. */
void splices_add_splice(struct splices *splices, const struct splice *splice);
/* The old text with all splices done. False when two overlap, or one is outside the text. */
bool splices_apply(struct splices *splices, struct text old_text, struct buffer *out);
/* As bytes, for another process of this run, which has the old text or reads it once more. */
void splices_pack(const struct splices *splices, struct buffer *out);
/* The old text with packed splices done. False when they are not splices of this text. */
bool splices_apply_packed(struct text packed, struct text old_text, struct buffer *out);
void splices_clear(struct splices *splices);
void splices_free(struct splices *splices);

/* How many bytes two texts share at their beginnings, and at their ends behind those; cut back so
 * that no UTF-8 sequence is divided. */
struct common_ends {
    size_t head, tail;
};
struct common_ends common_ends(struct text a, struct text b);

#endif
