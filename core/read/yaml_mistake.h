/* yaml_mistake.h: what somebody who writes articles did where libyaml only says what it expected.
 *
 * Looks at the lines around the place of libyaml's problem for the slips that people make: a colon
 * in a value without quotes, quotes inside quotes, a bracket that begins a title, a missing space
 * behind a colon or a dash, lines indented by accident. A slip is reported where it was made, which
 * may be some lines before the place where libyaml noticed it.
 *
 * And slips that are good YAML, but not what was meant: a value cut short by a "#", a list whose
 * dashes lack their spaces, keys that begin with characters nobody sees.
 */
#ifndef GALLEY_YAML_MISTAKE_H
#define GALLEY_YAML_MISTAKE_H

#include "base/diagnostic.h"
#include "document/value.h"
#include "read/yaml_places.h"
#include "read/yaml_problem.h"

/* Adds one error and returns true where a slip is known that explains the problem. */
bool yaml_mistake_report(struct text path, const struct yaml_places *places,
                         struct yaml_problem problem, struct diagnostics *diagnostics);
/* The same for a text without any "key: value" that begins at `at`. */
bool yaml_mistake_no_key(struct text path, const struct yaml_places *places, size_t at,
                         struct diagnostics *diagnostics);
/* Adds a warning for each slip, of `most` at most. */
void yaml_mistake_warn(struct text path, const struct values *values, uint32_t most,
                       struct diagnostics *diagnostics);

#endif
