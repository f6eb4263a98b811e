/* dialect.h: the parts of Markdown that Galley adds to CommonMark, by name.
 *
 * cmark has no extension interface. The dialect is a layer around it, in four steps:
 *
 * 1. scan (dialect_scan.c): one look at the bytes finds which parts can occur at all. Only for
 *    those, proposals are made: "the bytes 120 to 140 are a shortcode", "these lines a table".
 * 2. rewrite (dialect_rewrite.c): where there are proposals, cmark gets a rewritten copy of the
 *    body in which each has become something of CommonMark's that behaves in the same way: an
 *    opaque run of letters, a list item, a heading, a line of HTML. A map leads each byte of the
 *    copy back to the source.
 * 3. cmark reads the copy, and markdown_convert.c makes nodes of its tree. Each proposal must be
 *    met again, in the place and of the type that was meant; one that is not (it stood in a code
 *    block after all) is dropped and the body is parsed once more without it. So cmark decides
 *    what is code or raw HTML, and a proposal can be wrong without doing harm.
 * 4. passes over the node table build what needs no rewriting: footnote references, links of bare
 *    URLs, quotations, figures, the notes after ENDS.
 *
 * An article that uses nothing of it costs the look of step 1.
 */
#ifndef GALLEY_DIALECT_H
#define GALLEY_DIALECT_H

#include "document/document.h"

enum dialect_feature {
    DIALECT_TABLES = 1 << 0,
    DIALECT_STRIKETHROUGH = 1 << 1,
    DIALECT_AUTOLINKS = 1 << 2,
    DIALECT_TASK_LISTS = 1 << 3,
    DIALECT_FOOTNOTES = 1 << 4,
    DIALECT_HEADING_IDS = 1 << 5,
    DIALECT_ATTRIBUTES = 1 << 6,
    DIALECT_FIGURES = 1 << 7,
    DIALECT_QUOTATIONS = 1 << 8,
    DIALECT_DIRECTIVES = 1 << 9,
    DIALECT_SHORTCODES = 1 << 10,
    DIALECT_DEFINITION_LISTS = 1 << 11,
    DIALECT_SMART = 1 << 12,
    DIALECT_MORE = 1 << 13, /* <!-- more --> and ENDS */
    DIALECT_SUPERSCRIPT = 1 << 14,
    DIALECT_SUBSCRIPT = 1 << 15,

    DIALECT_NONE = 0,
    DIALECT_ALL = (1 << 16) - 1,
    DIALECT_DEFAULT = DIALECT_ALL & ~(DIALECT_SUPERSCRIPT | DIALECT_SUBSCRIPT)
};

/* The name of one feature's bit. */
const char *dialect_feature_name(uint64_t feature);
/* "'superscript' of the dialect is off; switch it on ...", for a tree that needs it. */
const char *dialect_feature_off(uint64_t feature);
/* "all", "default", "none", or a list "tables,-smart": names are switched on, those with "-" off;
 * a list that begins with "-" begins with the default. False: *unknown is the name that is wrong.
 */
bool dialect_of_names(struct text names, uint64_t *dialect, struct text *unknown);

/* Numbers the footnotes of a document again where a script put references into it. */
void footnotes_number(struct document *document);

#endif
