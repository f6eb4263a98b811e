#include "base/diagnostic.h"

#include <stdarg.h>
#include <stdio.h>

void diagnostics_add_item(struct diagnostics *list, struct diagnostic item) {
    item.file = arena_copy(&list->arena, item.file);
    item.message = arena_copy(&list->arena, item.message);
    item.plugin = arena_copy(&list->arena, item.plugin);
    memory_reserve(&list->items, &list->capacity, list->count + 1);
    list->items[list->count++] = item;
    list->errors += item.severity == SEVERITY_ERROR;
    list->warnings += item.severity == SEVERITY_WARNING;
}

/* A format's "%.60s" counts bytes: a character that it cut in two goes. Returns the new length. */
static size_t drop_cut_characters(char *message, size_t length) {
    size_t kept = utf8_valid_length((struct text){message, length});
    for (size_t at = kept, used; at < length; at += used) {
        bool good = utf8_decode(message + at, length - at, &used) != 0xFFFD;
        if (good || memcmp(message + at, "\xEF\xBF\xBD", used) == 0) {
            memmove(message + kept, message + at, used);
            kept += used;
        }
    }
    return kept;
}

void diagnostics_add(struct diagnostics *list, enum severity severity, struct text file,
                     struct place place, const char *format, ...) {
    char message[2048];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (length < 0) length = 0;
    if ((size_t)length >= sizeof message) {
        length = sizeof message - 1;
        memcpy(message + length - 3, "...", 3);
    }
    struct text text = {message, drop_cut_characters(message, (size_t)length)};
    diagnostics_add_item(
        list,
        (struct diagnostic){.severity = severity, .file = file, .place = place, .message = text});
}

static void write_printable(struct text text, struct buffer *out) {
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (c < 0x20 || c == 0x7F)
            buffer_printf(out, "\\x%02X", c);
        else
            buffer_append_byte(out, (char)c);
    }
}

void diagnostic_write(const struct diagnostic *diagnostic, struct buffer *out) {
    static const char *const names[] = {"note", "warning", "error"};
    if (diagnostic->file.length) {
        write_printable(diagnostic->file, out);
        if (diagnostic->place.line) buffer_printf(out, ":%u", diagnostic->place.line);
        if (diagnostic->place.line && diagnostic->place.column)
            buffer_printf(out, ":%u", diagnostic->place.column);
        buffer_append_string(out, ": ");
    } else {
        buffer_append_string(out, "galley: ");
    }
    buffer_printf(out, "%s: ", names[diagnostic->severity]);
    write_printable(diagnostic->message, out);
    if (diagnostic->plugin.length) {
        buffer_append_string(out, " (");
        write_printable(diagnostic->plugin, out);
        buffer_append_byte(out, ')');
    }
}

void diagnostics_clear(struct diagnostics *list) {
    arena_reset(&list->arena);
    list->count = list->errors = list->warnings = 0;
}

void diagnostics_free(struct diagnostics *list) {
    arena_free(&list->arena);
    memory_free(list->items);
    *list = (struct diagnostics){0};
}
