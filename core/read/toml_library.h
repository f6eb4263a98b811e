/* toml_library.h: the C side of toml++, which is C++. Only toml.c uses it.
 *
 * What was read comes as events, in the order of the source: a map or list is opened, its members
 * follow, it is closed. The root map is opened and closed too.
 */
#ifndef GALLEY_TOML_LIBRARY_H
#define GALLEY_TOML_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum toml_kind {
    TOML_MAP,
    TOML_LIST,
    TOML_CLOSE,
    TOML_STRING,
    TOML_TIME, /* a date, a time or both, as text */
    TOML_INTEGER,
    TOML_NUMBER,
    TOML_BOOLEAN
};

struct toml_event {
    enum toml_kind kind;
    const char *key; /* of a map's member; else NULL */
    size_t key_length;
    const char *text; /* of a string or time */
    size_t text_length;
    int64_t integer; /* also of a boolean */
    double number;
};

struct toml_problem {
    char text[200];
    uint32_t line, column; /* from 1; the column counts characters */
};

/* False: the problem says why. `take` must come back: no error may be raised through the library.
 */
bool toml_library_read(const char *bytes, size_t length,
                       void (*take)(void *context, const struct toml_event *event), void *context,
                       struct toml_problem *problem);

#ifdef __cplusplus
}
#endif

#endif
