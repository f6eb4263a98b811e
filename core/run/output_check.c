#include "run/output_inside.h"
#include "run/twins.h"

#include <stdlib.h>

struct keyed {
    struct text key;
    const struct output_entry *entry;
};

/* "/" before every other byte, so that what lies in a folder follows the folder at once. */
static int compare_keys(struct text a, struct text b) {
    size_t length = a.length < b.length ? a.length : b.length;
    for (size_t i = 0; i < length; i++) {
        unsigned char x = (unsigned char)a.bytes[i], y = (unsigned char)b.bytes[i];
        if (x == y) continue;
        if (x == '/' || y == '/') return x == '/' ? -1 : 1;
        return x < y ? -1 : 1;
    }
    return a.length < b.length ? -1 : a.length > b.length;
}

static int compare_keyed(const void *left, const void *right) {
    const struct keyed *a = left, *b = right;
    int order = compare_keys(a->key, b->key);
    if (!order) order = text_compare(a->entry->path, b->entry->path);
    if (!order) order = text_compare(a->entry->source, b->entry->source);
    return order ? order : text_compare(a->entry->plugin, b->entry->plugin);
}

static struct text name_of(const struct output_entry *entry) {
    return entry->source.length ? entry->source : entry->plugin;
}

/* One error, at the second's source, that names the first's. */
static void report(struct output *output, const struct output_entry *first,
                   const struct output_entry *second, const char *what, const char *advice,
                   struct diagnostics *diagnostics) {
    struct buffer message = {0};
    struct text other = name_of(first), file = name_of(second);
    buffer_append_string(&message, "the output \"");
    buffer_append_text(&message, second->path);
    buffer_printf(&message, "\" %s", what);
    if (!text_equal(first->path, second->path)) {
        buffer_append_string(&message, " \"");
        buffer_append_text(&message, first->path);
        buffer_append_string(&message, "\"");
    }
    if (other.length) {
        buffer_append_string(&message, text_equal(first->path, second->path) ? " by " : " of ");
        buffer_append_text(&message, other);
    }
    if (first->source.length && first->plugin.length) {
        buffer_append_string(&message, " (");
        buffer_append_text(&message, first->plugin);
        buffer_append_string(&message, ")");
    }
    buffer_printf(&message, "; %s", advice);
    diagnostics_add_item(diagnostics,
                         (struct diagnostic){
                             .severity = SEVERITY_ERROR,
                             .file = file.length ? file : text_of(output->folder),
                             .message = buffer_text(&message),
                             .plugin = second->source.length ? second->plugin : TEXT(""),
                         });
    buffer_free(&message);
}

static bool lies_in(struct text key, struct text folder) {
    return key.length > folder.length && key.bytes[folder.length] == '/' &&
           memcmp(key.bytes, folder.bytes, folder.length) == 0;
}

bool output_check(struct output *output, struct diagnostics *diagnostics) {
    uint32_t errors = diagnostics->errors, count = 0;
    struct keyed *keyed = memory_allocate((size_t)output->count * sizeof *keyed);
    struct arena arena = {0};
    struct buffer key = {0};
    for (uint32_t i = 0; i < output->count; i++) {
        const struct output_entry *entry = &output->entries[i];
        if (entry->state == OUTPUT_REFUSED || output_path_problem(entry->path)) continue;
        key.length = 0;
        twin_key(entry->path, &key);
        keyed[count++] = (struct keyed){arena_copy(&arena, buffer_text(&key)), entry};
    }
    if (count) qsort(keyed, count, sizeof *keyed, compare_keyed);
    for (uint32_t i = 1; i < count; i++) {
        const struct output_entry *first = keyed[i - 1].entry, *second = keyed[i].entry;
        if (text_equal(first->path, second->path))
            report(output, first, second, "is also made",
                   "give one of them another slug, permalink or path", diagnostics);
        else if (text_equal(keyed[i - 1].key, keyed[i].key))
            report(output, first, second, "differs only by case or accents' coding from",
                   "on some systems they are one file; give one of them another name", diagnostics);
    }
    /* The nearest file that what follows may lie in; its contents stand right behind it. */
    const struct keyed *file = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (file && lies_in(keyed[i].key, file->key))
            report(output, file->entry, keyed[i].entry, "needs a folder where there is the file",
                   "give one of them another name", diagnostics);
        else
            file = &keyed[i];
    }
    buffer_free(&key);
    arena_free(&arena);
    memory_free(keyed);
    if (!output_check_published(output, diagnostics)) return false;
    return diagnostics->errors == errors;
}
