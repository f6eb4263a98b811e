#include "base/strings.h"

struct span strings_add(struct strings *strings, struct text text) {
    if (!text.length) return (struct span){0, 0};
    uint64_t end = (uint64_t)strings->source.length + strings->pool_length + text.length;
    if (end > UINT32_MAX) memory_exhausted(text.length);
    uint32_t start = strings->pool_length;
    uint32_t wanted = start + (uint32_t)text.length;
    bool inside =
        strings->pool && text.bytes >= strings->pool && text.bytes < strings->pool + start;
    size_t offset = inside ? (size_t)(text.bytes - strings->pool) : 0;
    if (wanted > strings->pool_capacity) {
        if (strings->pool_capacity == 0) { /* none yet, or borrowed: take a copy */
            char *own = memory_allocate((size_t)wanted * 2);
            if (start) memcpy(own, strings->pool, start);
            strings->pool = own;
            strings->pool_capacity = wanted * 2;
        } else {
            memory_reserve(&strings->pool, &strings->pool_capacity, wanted);
        }
    }
    memmove(strings->pool + start, inside ? strings->pool + offset : text.bytes, text.length);
    strings->pool_length = wanted;
    return (struct span){(uint32_t)strings->source.length + start, (uint32_t)text.length};
}

struct span strings_refer(struct strings *strings, struct text text) {
    const char *source = strings->source.bytes;
    if (source && text.bytes >= source &&
        text.bytes + text.length <= source + strings->source.length)
        return (struct span){(uint32_t)(text.bytes - source), (uint32_t)text.length};
    return strings_add(strings, text);
}

void strings_free(struct strings *strings) {
    if (strings->pool_capacity) memory_free(strings->pool);
    *strings = (struct strings){0};
}
