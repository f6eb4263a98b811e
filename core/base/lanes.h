/* lanes.h: sixteen bytes of a text looked at together, to find the few that need a look of their
 * own: quotes and line ends in JSON, signs of markup in XML.
 *
 * Comparing lanes gives lanes: all bits where it is true, none where it is not. The compiler makes
 * of it what the processor has.
 */
#ifndef GALLEY_LANES_H
#define GALLEY_LANES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef unsigned char lanes __attribute__((vector_size(16)));

static inline lanes lanes_at(const char *bytes) {
    lanes result;
    memcpy(&result, bytes, sizeof result);
    return result;
}

/* The first lane that is not zero, or 16. */
static inline size_t lanes_first(lanes found) {
    uint64_t halves[2];
    memcpy(halves, &found, sizeof halves);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (halves[0]) return (size_t)__builtin_ctzll(halves[0]) / 8;
    return halves[1] ? 8 + (size_t)__builtin_ctzll(halves[1]) / 8 : 16;
#else
    if (halves[0]) return (size_t)__builtin_clzll(halves[0]) / 8;
    return halves[1] ? 8 + (size_t)__builtin_clzll(halves[1]) / 8 : 16;
#endif
}

#endif
