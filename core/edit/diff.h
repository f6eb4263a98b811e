/* diff.h: what differs between two texts, by lines or by anything that can be numbered.
 *
 * The algorithm is Myers' in linear space (E. Myers, "An O(ND) Difference Algorithm and Its
 * Variations", 1986, section 4b), after common ends and lines that only one side has are set
 * aside, which does not lengthen the answer. Its work is bounded by a count of steps that grows
 * with the input's size; what is not compared when the steps run out is reported as replaced whole.
 * So the answer is always right, and nearly always the shortest.
 *
 * A line ends with LF, which belongs to it; a last line may lack it. CR is a byte like any other.
 *
 * Ownership: the texts are borrowed and must outlive the diff, which owns the rest until diff_free.
 * Units: lines count from 0.
 */
#ifndef GALLEY_DIFF_H
#define GALLEY_DIFF_H

#include "base/memory.h"
#include "base/text.h"

/* Lines [old_line, old_line + old_count) of the old text became those of the new one. */
struct diff_change {
    uint32_t old_line, old_count, new_line, new_count;
};

/* A text cut into lines: line i is bytes [starts[i], starts[i + 1]). */
struct diff_lines {
    struct text text;
    uint32_t *starts;
    uint32_t count;
};

struct diff {
    struct diff_lines old_lines, new_lines;
    struct diff_change *changes;
    uint32_t count, capacity;
    struct arena arena;
};

/* Texts of more than 4 GB are not for this. */
void diff_open(struct diff *diff, struct text old_text, struct text new_text);
void diff_free(struct diff *diff);
struct text diff_line(const struct diff_lines *lines, uint32_t line);

/* How many lines a diff takes away and puts in. */
struct diff_counts {
    uint32_t removed, added;
};
struct diff_counts diff_count(const struct diff *diff);

/* Gives equal texts equal numbers, from 0; returns how many numbers there are. */
uint32_t diff_number(const struct text *texts, uint32_t count, uint32_t *numbers,
                     struct arena *scratch);

/* Two rows of numbers below `limit`: sets old_changed[i] and new_changed[i] to 1 for what has no
 * counterpart, and to 0 for the rest, which are pairs in order. */
void diff_compare(const uint32_t *old_row, uint32_t old_count, const uint32_t *new_row,
                  uint32_t new_count, uint32_t limit, uint8_t *old_changed, uint8_t *new_changed,
                  struct arena *scratch);

#endif
