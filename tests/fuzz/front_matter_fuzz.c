/* Any bytes as an article's file: split, and its front matter read. Every span that comes out must
 * lie in the file, and a child must be named by its parent's links. */
#include "read/source.h"
#include "read/yaml.h"

#include <stdio.h>
#include <stdlib.h>

#define check(condition)                                                                           \
    ((condition) ? (void)0                                                                         \
                 : (fprintf(stderr, "ERROR: line %d: %s\n", __LINE__, #condition), abort()))

static void check_span(const struct values *values, struct span span) {
    check((size_t)span.offset + span.length <=
          values->strings.source.length + (size_t)values->strings.pool_length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct limits limits = limits_default();
    struct diagnostics diagnostics = {0};
    struct source source;
    struct text bytes = {(const char *)data, size};
    if (source_split(TEXT("fuzz.md"), bytes, &limits, &source, &diagnostics)) {
        check((size_t)source.front.offset + source.front.length <= size && source.body <= size);
        struct values values;
        values_open(&values, bytes, VALUE_MAP);
        bool good =
            yaml_read_map(TEXT("fuzz.md"), bytes, source.front, &limits, &values, &diagnostics);
        check(good || diagnostics.errors > 0);
        for (value_id id = 1; id < values.count; id++) {
            const struct value *value = &values.items[id];
            check_span(&values, value->text);
            check_span(&values, value->key);
            check((size_t)value->place.offset + value->place.length <= size);
            check((size_t)value->key_place.offset + value->key_place.length <= size);
            check((size_t)value->before.offset + value->before.length <= size);
            check((size_t)value->after.offset + value->after.length <= size);
            /* A value without a parent is one that was given up: an alias's copy, say. */
            if (id != ROOT_VALUE && !value->parent) continue;
            check(!value->first || values.items[value->first].parent == id);
            check(!value->next || values.items[value->next].previous == id);
        }
        values_free(&values);
    }
    diagnostics_free(&diagnostics);
    return 0;
}
