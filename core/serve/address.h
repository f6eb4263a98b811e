/* address.h: what a request asks for, as pure functions over its bytes.
 *
 * Nothing here touches a file or a socket. Ownership: texts are borrowed.
 */
#ifndef GALLEY_ADDRESS_H
#define GALLEY_ADDRESS_H

#include "base/memory.h"

#include <stdbool.h>

enum address_result {
    ADDRESS_GOOD,
    ADDRESS_MALFORMED, /* no path that a client may send */
    ADDRESS_HIDDEN,    /* a path that names no output, whatever the folder holds */
};

/* The path of a request, as it was sent ("/news/a%20b/", without the query), becomes the path of a
 * file or, ending with "/" or empty, of a folder, below the folder that is served: "news/a b/".
 * Refused: a path without its first "/", an escape that is none, control characters, bytes that are
 * not UTF-8; and, as hidden, an empty component or one that begins with a dot, so also ".." */
enum address_result address_decode(struct text sent, struct buffer *path);

/* Whether a Host header may be answered. A page of somebody's site, whose name was pointed at this
 * machine, could read what is served here (DNS rebinding); it cannot choose the name it is asked
 * by. Allowed are addresses in digits, localhost and names below it, and `bound`, the name that the
 * user gave (empty: none). The port is not looked at: it may have been forwarded. */
bool address_host_allowed(struct text host, struct text bound);

enum range_result { RANGE_NONE, RANGE_PART, RANGE_UNSATISFIABLE };
struct byte_range {
    uint64_t first, length;
};
/* A Range header over a file of `size` bytes. RANGE_NONE: not understood, or several ranges; the
 * whole is the answer. */
enum range_result address_range(struct text header, uint64_t size, struct byte_range *range);

#endif
