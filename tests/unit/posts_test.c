/* The 504 posts of a real newsroom, where they are beside the repository. */
#include "read/files.h"
#include "read/source.h"
#include "read/yaml.h"
#include "unit.h"

#include <unistd.h>

static const char posts[] = "../shared/data/18f-posts";
static struct diagnostics diagnostics;
static struct limits limits;

static bool is_inside(struct span inner, struct span outer) {
    return inner.offset >= outer.offset &&
           inner.offset + inner.length <= outer.offset + outer.length;
}

/* A place alone, read again, is the value that was read there. */
static void place_holds_value(const struct values *values, value_id id, struct values *again) {
    const struct value *value = &values->items[id];
    values_reuse(again, values->strings.source, VALUE_MAP);
    CHECK(yaml_read(TEXT("place"), values->strings.source, value->place, &limits, again,
                    &diagnostics));
    const struct value *root = &again->items[ROOT_VALUE];
    bool block = value->style == STYLE_LITERAL || value->style == STYLE_FOLDED;
    if (value->place.length == 0)
        CHECK(value->type == VALUE_NULL);
    else if (!block && value->type < VALUE_LIST)
        CHECK(values_equal(values, id, again, ROOT_VALUE) && root->style == value->style);
}

static void all_are_read(void) {
    int folder = folder_open(posts, &diagnostics);
    struct file_list list = {0};
    struct buffer bytes = {0};
    struct values values, again;
    uint32_t read = 0;
    CHECK(files_list(folder, NULL, 0, false, &list, &diagnostics));
    values_open(&values, TEXT(""), VALUE_MAP);
    values_open(&again, TEXT(""), VALUE_MAP);
    for (uint32_t i = 0; i < list.count; i++) {
        struct text path = list.items[i].path;
        struct source source;
        CHECK(files_read(folder, path, limits.article_bytes, &bytes, NULL, &diagnostics));
        CHECK(source_split(path, buffer_text(&bytes), &limits, &source, &diagnostics));
        CHECK(source.flags & SOURCE_HAS_FRONT);
        values_reuse(&values, source.bytes, VALUE_MAP);
        CHECK(yaml_read_map(path, source.bytes, source.front, &limits, &values, &diagnostics));
        CHECK(value_get(&values, ROOT_VALUE, TEXT("title")));
        for (value_id id = 2; id < values.count; id++) {
            const struct value *value = &values.items[id];
            const struct value *parent = &values.items[value->parent];
            CHECK(is_inside(value->place, source.front));
            CHECK(value->place.length == 0 || is_inside(value->place, parent->place));
            place_holds_value(&values, id, &again);
        }
        read++;
    }
    CHECK(read == 504 && diagnostics.errors == 0);
    struct buffer out = {0};
    for (uint32_t i = 0; i < diagnostics.count; i++) diagnostic_write(&diagnostics.items[i], &out);
    CHECK_TEXT(
        buffer_text(&out),
        "2014-05-14-hacking-bureaucracy-improving-hiring-and-software.md:11:1: warning: this "
        "line of the front matter looks like text of the body, yet it is read as a key; close "
        "the front matter with --- above it");
    buffer_free(&out);
    buffer_free(&bytes);
    values_free(&values);
    values_free(&again);
    file_list_free(&list);
    close(folder);
}

int main(void) {
    limits = limits_default();
    if (access(posts, R_OK) != 0)
        unit_skip("all_are_read", "../shared/data/18f-posts is not there");
    else
        RUN(all_are_read);
    diagnostics_free(&diagnostics);
    return unit_end();
}
