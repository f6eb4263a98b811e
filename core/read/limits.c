#include "read/limits.h"

struct limits limits_default(void) {
    return (struct limits){
        .article_bytes = 4u << 20,
        .front_matter_bytes = 64u << 10,
        .yaml_depth = 64,
        .yaml_alias_nodes = 10000,
        .yaml_key_bytes = 1000,
        .markdown_depth = 100,
        .bracket_run = 1000,
    };
}
