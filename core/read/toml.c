#include "read/toml.h"

#ifdef HAVE_TOMLPLUSPLUS

#include "base/memory.h"
#include "read/json.h"
#include "read/toml_library.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_BYTES = 4 << 20, DEEPEST = 64, MOST_DOTS = 1000 };

struct reader {
    struct values *values;
    value_id level;
    uint32_t depth, too_deep; /* levels open; of these, below the deepest */
};

/* The library frees levels of keys such as a.b.c by recursion. */
static bool has_endless_key(struct text source) {
    uint32_t dots = 0;
    for (size_t i = 0; i < source.length; i++) {
        char byte = source.bytes[i];
        if (byte == '\n' || byte == '=')
            dots = 0;
        else if (byte == '.' && ++dots > MOST_DOTS)
            return true;
    }
    return false;
}

static value_id add_number(struct values *values, double number) {
    struct buffer written = {0};
    if (!isfinite(number)) {
        buffer_append_string(&written, isnan(number) ? ".nan" : number > 0 ? ".inf" : "-.inf");
    } else {
        json_write_number(number, &written);
        if (number == floor(number) && !memchr(written.bytes, 'e', written.length))
            buffer_append_string(&written, ".0"); /* it was no integer */
    }
    value_id id = values_add_number(values, number);
    values->items[id].text = strings_add(&values->strings, buffer_text(&written));
    buffer_free(&written);
    return id;
}

static value_id add_scalar(struct values *values, const struct toml_event *event) {
    struct text text = {event->text, event->text_length};
    value_id id;
    switch (event->kind) {
    case TOML_INTEGER: return values_add_integer(values, event->integer);
    case TOML_BOOLEAN: return values_add_boolean(values, event->integer != 0);
    case TOML_NUMBER: return add_number(values, event->number);
    default:
        id = values_add_string(values, text);
        if (event->kind == TOML_TIME && value_plain_is_date(text))
            values->items[id].style = STYLE_PLAIN;
        return id;
    }
}

static void take(void *context, const struct toml_event *event) {
    struct reader *reader = context;
    struct values *values = reader->values;
    bool opens = event->kind == TOML_MAP || event->kind == TOML_LIST;
    if (event->kind == TOML_CLOSE) {
        if (reader->depth-- <= DEEPEST) reader->level = values->items[reader->level].parent;
        return;
    }
    if (opens && ++reader->depth > DEEPEST) reader->too_deep++;
    if (opens && reader->depth == 1) {
        reader->level = ROOT_VALUE;
        return;
    }
    if (reader->depth > DEEPEST) return;
    value_id made = opens ? values_add(values, event->kind == TOML_MAP ? VALUE_MAP : VALUE_LIST)
                          : add_scalar(values, event);
    if (event->key) value_set_key(values, made, (struct text){event->key, event->key_length});
    value_append(values, reader->level, made);
    if (opens) reader->level = made;
}

enum toml_result toml_read(struct text path, struct text source, struct values *values,
                           struct diagnostics *diagnostics) {
    struct reader reader = {.values = values, .level = ROOT_VALUE};
    struct toml_problem problem = {0};
    if (source.length > MOST_BYTES)
        snprintf(problem.text, sizeof problem.text, "it is longer than 4 MB");
    else if (has_endless_key(source))
        snprintf(problem.text, sizeof problem.text, "a key has more than %d dots", MOST_DOTS);
    else if (toml_library_read(source.bytes ? source.bytes : "", source.length, take, &reader,
                               &problem) &&
             reader.too_deep)
        snprintf(problem.text, sizeof problem.text, "values are nested deeper than %d levels",
                 DEEPEST);
    if (!*problem.text) return TOML_DONE;
    diagnostics_add(diagnostics, SEVERITY_ERROR, path, (struct place){problem.line, problem.column},
                    "the TOML cannot be read: %s", problem.text);
    return TOML_MALFORMED;
}

#else

enum toml_result toml_read(struct text path, struct text source, struct values *values,
                           struct diagnostics *diagnostics) {
    (void)path, (void)source, (void)values, (void)diagnostics;
    return TOML_MISSING;
}

#endif
