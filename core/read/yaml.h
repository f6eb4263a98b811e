/* yaml.h: YAML into the ordered table of values, with the bytes of every key, value and comment.
 *
 * libyaml's events are its parser; this module types plain scalars by YAML 1.2's core schema,
 * expands aliases within a bound, and turns libyaml's character marks into byte spans that can be
 * cut out and replaced:
 *   - a value's place is without its anchor or "!", its key and its comments; a block scalar's goes
 * from its | or > to the last line of content, without that line's end and without blank lines that
 *     are not content; a block list or map ends with its last entry, before comments that follow;
 *     an empty value has a place of length 0 behind its colon or dash;
 *   - key_place is the key with its quotes, or the "-" of an item of a block list;
 *   - before: the whole lines of comments and blank lines between the previous entry and this one;
 *   - after: the comment on the line where the entry's key, scalar or flow collection ends, from
 * its
 *     "#"; for a block scalar the comment behind its | (inside its place);
 *   - the root's after: all lines that follow the last entry, up to the region's end.
 *
 * A "!" before a quoted value says what the quotes say: text. Psych wrote it for years.
 *
 * Refused, by name: all other tags, directives, a second document, keys that are lists, maps,
 * aliases or anchored, NUL in a string, and what is over the limits. "<<" is a key like any other,
 * as in YAML 1.2's core schema. A key that stands twice is a warning with both lines; the last one
 * counts. Nothing at all (or only comments) is an empty map.
 *
 * Errors: one diagnostic with file:line:column for the first error; the values hold what was read
 * before it. Time is linear in the region's length, whatever stands in it.
 * Source: YAML 1.2.2; libyaml 0.2.5.
 */
#ifndef GALLEY_YAML_H
#define GALLEY_YAML_H

#include "base/diagnostic.h"
#include "document/value.h"
#include "read/limits.h"

/* libyaml looks through all open flow collections at every token: deeper than this is refused
 * whatever limits.yaml_depth says. */
enum { YAML_DEEPEST = 200 };

/* `values` was opened with values_open(values, source, VALUE_MAP); all spans are offsets in source.
 * The root keeps the type that it has in the source. False: an error was added. */
bool yaml_read(struct text path, struct text source, struct span region,
               const struct limits *limits, struct values *values, struct diagnostics *diagnostics);

/* The same, and a root that is no map is an error: for front matter and configuration. Warns where
 * a key looks like a body that has slipped into the front matter. */
bool yaml_read_map(struct text path, struct text source, struct span region,
                   const struct limits *limits, struct values *values,
                   struct diagnostics *diagnostics);
/* Of the libyaml that is linked: "0.2.5". */
const char *yaml_library_version(void);

#endif
