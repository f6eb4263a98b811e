/* yaml_places.h: where things of a YAML text stand, in bytes of the source.
 *
 * libyaml counts characters, behind a leading BOM; all else here counts bytes of the source. Line
 * breaks are those of YAML 1.1, as libyaml takes them: LF, CR, CRLF, NEL, LS and PS.
 *
 * Time: each function is linear in the bytes it passes over, and yaml_byte_of in the distance from
 * the place that was last asked for.
 */
#ifndef GALLEY_YAML_PLACES_H
#define GALLEY_YAML_PLACES_H

#include "base/text.h"

struct yaml_places {
    struct text source;
    size_t start, end; /* of the YAML, without a BOM */
    bool ascii;
    size_t character, byte; /* one place in both countings; `byte` is an offset in the source */
};

struct yaml_places yaml_places_of(struct text source, struct span region);
/* The offset of a character that libyaml counted. */
size_t yaml_byte_of(struct yaml_places *places, size_t character);

/* The length of the line break at `at`; 0 for none. */
static inline size_t yaml_line_break(const struct yaml_places *places, size_t at) {
    const char *b = places->source.bytes + at;
    size_t left = places->end - at;
    if (left == 0) return 0;
    if (*b == '\n') return 1;
    if (*b == '\r') return left > 1 && b[1] == '\n' ? 2 : 1;
    if (left > 1 && b[0] == '\xC2' && b[1] == '\x85') return 2;
    if (left > 2 && b[0] == '\xE2' && b[1] == '\x80' && (b[2] == '\xA8' || b[2] == '\xA9'))
        return 3;
    return 0;
}

/* The line break that ends the line of `at`, or the end. */
size_t yaml_line_end(const struct yaml_places *places, size_t at);
/* Whether a line begins at `at`. */
bool yaml_begins_line(const struct yaml_places *places, size_t at);

static inline bool yaml_is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* Over white space, line breaks and comments, up to `end`. */
size_t yaml_skip_empty(const struct yaml_places *places, size_t at, size_t end);
/* The comment that begins between `from` and the end of its line, before `limit`, or none. */
struct span yaml_comment_behind(const struct yaml_places *places, size_t from, size_t limit);
/* The end of a block scalar whose | or > stands at `at` and which libyaml ends at `end`: without
 * blank lines that are not its content, and without its last line end. */
size_t yaml_block_scalar_end(const struct yaml_places *places, size_t at, size_t end);
/* Whether its header says "+": the blank lines behind it are content. */
bool yaml_block_scalar_keeps(const struct yaml_places *places, size_t at);

static inline struct span yaml_span(size_t from, size_t to) {
    return (struct span){(uint32_t)from, to > from ? (uint32_t)(to - from) : 0};
}

#endif
