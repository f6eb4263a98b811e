/* diagnostic.h: messages about content, collected and printed in one form.
 *
 *     news/ward.md:12:3: error: what is wrong; what to do
 *
 * Modules of the core never print: they add to a list, and whoever owns the list decides. `plugin`
 * is the second place, the plugin's file:line, printed as "(plugins/filters/x.lua:7)" at the line's
 * end. A message is one line: control characters in it are written as \xNN.
 *
 * Ownership: the list copies every text into its own arena; diagnostics_free releases it.
 * Units: line and column from 1; 0 where there is none. Columns count bytes.
 */
#ifndef GALLEY_DIAGNOSTIC_H
#define GALLEY_DIAGNOSTIC_H

#include "base/memory.h"
#include "base/text.h"

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

struct diagnostic {
    enum severity severity;
    struct text file;
    struct place place;
    struct text message;
    struct text plugin;
};

struct diagnostics {
    struct arena arena;
    struct diagnostic *items;
    uint32_t count, capacity;
    uint32_t errors, warnings;
};

/* `format` gives the message: "what is wrong; what to do". */
void diagnostics_add(struct diagnostics *list, enum severity severity, struct text file,
                     struct place place, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void diagnostics_add_item(struct diagnostics *list, struct diagnostic item);
/* Appends the line without its line end. */
void diagnostic_write(const struct diagnostic *diagnostic, struct buffer *out);
void diagnostics_clear(struct diagnostics *list);
void diagnostics_free(struct diagnostics *list);

#endif
