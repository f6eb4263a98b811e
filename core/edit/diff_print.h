/* diff_print.h: a diff as people and `git apply` read it.
 *
 * Plain output is git's own unified form: "diff --git" and "---"/"+++" lines with a/ and b/, paths
 * with odd characters quoted as git quotes them, three lines of context, "\ No newline at end of
 * file". It holds the texts' bytes unchanged, CR included.
 *
 * With DIFF_COLOUR it is for a terminal: colours, the words that changed in a line in reverse
 * video, and control characters of the texts shown as ^X, so that an article cannot steer the
 * terminal.
 *
 * Source: git's documentation, "Generating patch text with -p".
 */
#ifndef GALLEY_DIFF_PRINT_H
#define GALLEY_DIFF_PRINT_H

#include "edit/diff.h"

enum diff_flags { DIFF_COLOUR = 1 };

/* Which file a diff is about. A path that is empty: the file is new, or is removed. Modes as in
 * struct stat, of use only for those two; 0 means an ordinary file's. */
struct diff_file {
    struct text old_path, new_path;
    uint32_t mode;
};

/* Nothing is written when neither path nor content changed. */
void diff_print(const struct diff *diff, struct diff_file file, unsigned flags, struct buffer *out);

/* The form of --stat: a line a file with a bar, then the totals. `width`: columns to fill. */
struct diff_stat {
    struct text path;
    struct diff_counts counts;
};
void diff_print_stat(const struct diff_stat *stats, uint32_t count, uint32_t width, unsigned flags,
                     struct buffer *out);

#endif
