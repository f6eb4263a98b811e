/* published.h: the files of the output folder, as a server may hand them out.
 *
 * A path is followed component by component, each opened from the one before and none through a
 * symbolic link, so that nothing outside the folder is reached whatever the path says and whatever
 * happens in the folder meanwhile. Only regular files are opened.
 */
#ifndef GALLEY_PUBLISHED_H
#define GALLEY_PUBLISHED_H

#include "base/text.h"

#include <stdbool.h>

enum published_kind {
    PUBLISHED_NOTHING, /* the folder itself is not there: nothing was built yet */
    PUBLISHED_MISSING,
    PUBLISHED_FILE,
    PUBLISHED_FOLDER, /* its own path has a "/" at its end */
};

/* The caller closes the descriptor. */
struct published_file {
    int descriptor;
    uint64_t size;
    const char *type; /* a constant */
    bool is_page;     /* HTML */
};

/* `path` comes from address_decode; of a folder, index.html is opened. */
enum published_kind published_open(const char *folder, struct text path,
                                   struct published_file *file);

/* The media type that a file's name stands for, with its charset where it is text. */
const char *published_type(struct text path);

#endif
