/* toml.h: TOML 1.0 into the ordered table of values, by the library toml++.
 *
 * Members stand in the order of the source. A date or time is a string in ISO form, with the zone
 * and fraction that it was written with (but no zeros at its end); a date keeps the plain style, so
 * that YAML written from it has no quotes. Comments and places are not kept.
 *
 * Errors: one diagnostic with file:line:column; the values hold what was read before it. Refused
 * are more than 4 MB, and levels below the 64th.
 * Source: toml.io/en/v1.0.0; toml++ 3.3.
 */
#ifndef GALLEY_TOML_H
#define GALLEY_TOML_H

#include "base/diagnostic.h"
#include "document/value.h"

enum toml_result { TOML_DONE, TOML_MALFORMED, TOML_MISSING /* built without the library */ };

/* `values` was opened with a map as its root. */
enum toml_result toml_read(struct text path, struct text source, struct values *values,
                           struct diagnostics *diagnostics);

#endif
