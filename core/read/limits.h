/* limits.h: the bounds that hold before any parser sees an article's bytes.
 *
 * Each is a clear error with the article's name, and each can be set in the site's `limits`.
 * Units: bytes unless a comment says otherwise.
 */
#ifndef GALLEY_LIMITS_H
#define GALLEY_LIMITS_H

#include <stdint.h>

struct limits {
    uint32_t article_bytes;      /* a source file; nothing beyond is read */
    uint32_t front_matter_bytes; /* the YAML between the fences */
    uint32_t yaml_depth;         /* lists and maps inside one another */
    uint32_t yaml_alias_nodes;   /* values made by expanding aliases, in one article */
    uint32_t yaml_key_bytes;     /* one key; libyaml itself stops at 1,024 characters */
    uint32_t markdown_depth;     /* block quotes, lists and inlines inside one another */
    uint32_t bracket_run;        /* brackets and emphasis marks in one paragraph */
};

struct limits limits_default(void);

#endif
