/* twins.h: which two names are one name on some other machine.
 *
 * Outputs are copied to disks that fold case (Windows, macOS) or compose letters (macOS). Two paths
 * are twins when their keys are equal. The key: letters of U+00C0-04FF and U+1E00-1EFF (Latin,
 * Greek, Cyrillic) are decomposed canonically, then these and ASCII are folded by simple case
 * folding; all else stays. Source: UnicodeData.txt and CaseFolding.txt 14. Not covered: other
 * scripts with case, full folding ("ss"), the order of several combining marks.
 */
#ifndef GALLEY_TWINS_H
#define GALLEY_TWINS_H

#include "base/memory.h"

/* Appends the key of `path`, which is valid UTF-8. "/" stays "/". */
void twin_key(struct text path, struct buffer *out);

#endif
