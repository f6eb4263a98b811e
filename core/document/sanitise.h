/* sanitise.h: HTML of strangers made safe, and its plain text, by gumbo's HTML5 parser.
 *
 * Only what a list allows is written again, from the parsed tree, every attribute quoted: what a
 * browser will see is what was checked. An element that is not allowed gives way to its children;
 * script, style, and the like (everything whose content is no text to read) go with theirs.
 * Attributes that hold an address keep it only when it has an allowed scheme or none.
 *
 * Bounds: 1 MB, and nesting of 400 elements, guessed before parsing, since gumbo works recursively.
 * The functions are there in every build; without gumbo (Makefile) they give SANITISE_MISSING.
 */
#ifndef GALLEY_SANITISE_H
#define GALLEY_SANITISE_H

#include "base/memory.h"
#include "base/text.h"

enum sanitise_result { SANITISE_DONE, SANITISE_MISSING, SANITISE_TOO_LARGE, SANITISE_TOO_DEEP };

/* What is allowed; each is a list of names in lower case that ends with NULL. */
struct sanitise_rules {
    const char *const *elements;
    const char *const *attributes; /* "href" for every element, "img.src" for one */
    const char *const *schemes;
};

/* Elements of running text, lists, tables, links and images; http, https, mailto and tel. */
extern const struct sanitise_rules sanitise_defaults;

enum sanitise_result sanitise_write(struct text html, const struct sanitise_rules *rules,
                                    struct buffer *out);
/* Whether `html` may nest deeper than 400 elements; guessed high. */
bool sanitise_is_deep(struct text html);
/* The text that a reader sees; blocks are separated by a line end, runs of blanks are one. */
enum sanitise_result sanitise_text(struct text html, struct buffer *out);

#endif
