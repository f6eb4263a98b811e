#include "edit/splice.h"

#include <stdlib.h>

void splices_add(struct splices *splices, uint32_t offset, uint32_t length, struct text bytes) {
    memory_reserve(&splices->items, &splices->capacity, splices->count + 1);
    splices->items[splices->count] =
        (struct splice){offset, length, splices->count, 0, arena_copy(&splices->arena, bytes)};
    splices->count++;
}

void splices_add_behind(struct splices *splices, uint32_t offset, uint32_t depth,
                        struct text bytes) {
    splices_add(splices, offset, 0, bytes);
    splices->items[splices->count - 1].behind = UINT32_MAX - depth;
}

void splices_add_splice(struct splices *splices, const struct splice *splice) {
    splices_add(splices, splice->offset, splice->length, splice->bytes);
    splices->items[splices->count - 1].behind = splice->behind;
}

static int by_place(const void *a, const void *b) {
    const struct splice *x = a, *y = b;
    if (x->offset != y->offset) return x->offset < y->offset ? -1 : 1;
    /* What is put in at a place stands before what is taken away from there. */
    if (!x->length != !y->length) return !x->length ? -1 : 1;
    if (x->behind != y->behind) return x->behind < y->behind ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

bool splices_apply(struct splices *splices, struct text old_text, struct buffer *out) {
    out->length = 0;
    if (splices->count) qsort(splices->items, splices->count, sizeof *splices->items, by_place);
    size_t at = 0;
    for (uint32_t i = 0; i < splices->count; i++) {
        const struct splice *splice = &splices->items[i];
        if (splice->offset < at || splice->offset > old_text.length ||
            splice->length > old_text.length - splice->offset)
            return false;
        buffer_append(out, old_text.bytes + at, splice->offset - at);
        buffer_append_text(out, splice->bytes);
        at = (size_t)splice->offset + splice->length;
    }
    buffer_append(out, old_text.bytes + at, old_text.length - at);
    return true;
}

void splices_pack(const struct splices *splices, struct buffer *out) {
    for (uint32_t i = 0; i < splices->count; i++) {
        const struct splice *splice = &splices->items[i];
        uint32_t head[] = {splice->offset, splice->length, (uint32_t)splice->bytes.length};
        buffer_append(out, (const char *)head, sizeof head);
        buffer_append_text(out, splice->bytes);
    }
}

bool splices_apply_packed(struct text packed, struct text old_text, struct buffer *out) {
    struct splices splices = {0};
    uint32_t head[3];
    size_t at = 0;
    for (; packed.length - at >= sizeof head; at += head[2]) {
        memcpy(head, packed.bytes + at, sizeof head);
        at += sizeof head;
        if (head[2] > packed.length - at) break;
        splices_add(&splices, head[0], head[1], (struct text){packed.bytes + at, head[2]});
    }
    bool good = at == packed.length && splices_apply(&splices, old_text, out);
    splices_free(&splices);
    return good;
}

void splices_clear(struct splices *splices) {
    splices->count = 0;
    arena_reset(&splices->arena);
}

void splices_free(struct splices *splices) {
    memory_free(splices->items);
    arena_free(&splices->arena);
    *splices = (struct splices){0};
}

static bool continues(char c) {
    return ((unsigned char)c & 0xC0) == 0x80;
}

struct common_ends common_ends(struct text a, struct text b) {
    struct common_ends ends = {0, 0};
    size_t least = a.length < b.length ? a.length : b.length;
    while (ends.head < least && a.bytes[ends.head] == b.bytes[ends.head]) ends.head++;
    while (ends.head && ((ends.head < a.length && continues(a.bytes[ends.head])) ||
                         (ends.head < b.length && continues(b.bytes[ends.head]))))
        ends.head--;
    least -= ends.head;
    while (ends.tail < least &&
           a.bytes[a.length - ends.tail - 1] == b.bytes[b.length - ends.tail - 1])
        ends.tail++;
    while (ends.tail && continues(a.bytes[a.length - ends.tail])) ends.tail--;
    return ends;
}
