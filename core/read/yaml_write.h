/* yaml_write.h: values as YAML text that reads back as the same values.
 *
 * A scalar keeps the style wanted as long as that style can hold it, else it gets the next that
 * can: plain, single, double; literal and folded for text of several lines. Text that a reader of
 * YAML 1.1 or 1.2 would take for a number, a boolean or a date is quoted. Line ends written are LF.
 * Source: YAML 1.2.2, chapters 7 and 8.
 */
#ifndef GALLEY_YAML_WRITE_H
#define GALLEY_YAML_WRITE_H

#include "document/value.h"

/* Appends the text as one scalar. STYLE_NONE: the writer's choice. STYLE_PLAIN keeps a date plain,
 * since the one it replaces stood so. flow: it will stand inside [] or {}. `indent`: the columns of
 * the entry that holds it; lines of a block scalar are written two further in. A block scalar ends
 * without a line end. Keys are written with STYLE_NONE and flow. Returns the style that was used.
 */
enum value_style yaml_write_scalar(struct text text, enum value_style wanted, bool flow,
                                   uint32_t indent, struct buffer *out);

/* Appends a whole tree in block style, lists and maps indented by `indent` columns, each line ended
 * with LF (also that of a single scalar). Empty lists and maps are [] and {}; scalars keep their
 * styles. Iterative. */
void yaml_write_value(const struct values *values, value_id id, uint32_t indent,
                      struct buffer *out);

#endif
