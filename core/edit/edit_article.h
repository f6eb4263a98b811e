/* edit_article.h: one article's source, changed to what a script made of its objects.
 *
 * The source is parsed once more, which gives the old values and the old tree with their places;
 * what differs becomes splices (splice_yaml.h, splice_markdown.h). They are applied to a copy, the
 * copy is parsed, and its values and tree are compared with the wanted ones: places, styles and the
 * way a text is cut into nodes do not count, all else does. Only an exact match is accepted. Else
 * the unit in which they differ is proposed larger, and when no larger one is left, the article is
 * refused with the reason and its bytes stay.
 *
 * What Markdown cannot say is not asked for: blanks at line ends go, a line end in a text is a soft
 * break, and a list whose items changed is tight or loose as its lines say.
 *
 * The caller skips articles whose values and document have changes == 0 before it calls this.
 */
#ifndef GALLEY_EDIT_ARTICLE_H
#define GALLEY_EDIT_ARTICLE_H

#include "document/markdown.h"
#include "document/value.h"
#include "edit/splice.h"

enum edit_result {
    EDIT_UNCHANGED, /* what the script wants is what the source says; `out` is untouched */
    EDIT_CHANGED,   /* `out` holds the new source */
    EDIT_IMPOSSIBLE /* diagnostics say why */
};

struct edit_wish {
    struct text path, source;
    const struct values *values;     /* NULL: not changed */
    const struct document *document; /* NULL: not changed. The node table that was read from this
                                        source with this dialect, changed in place */
    uint64_t dialect; /* best without DIALECT_SMART: new text may have straight quotes then */
    const struct limits *limits;
    struct splices *made; /* NULL, or empty ones that get what was done to the source */
};

enum edit_result edit_article(struct markdown *markdown, const struct edit_wish *wish,
                              struct buffer *out, struct diagnostics *diagnostics);

#endif
