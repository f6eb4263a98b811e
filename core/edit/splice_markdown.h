/* splice_markdown.h: a changed document as splices of its source.
 *
 * Two trees are compared: the one read from the source, with its places, and the one wanted, which
 * is the same node table with nodes changed, added, moved and taken out (a node of the same number
 * and type is the same node). For what differs the smallest unit is written anew:
 *   - within a paragraph, heading or cell: the part of a text that differs; a link's destination;
 * an inline whose own bytes change; everything else of the line is copied from the source;
 *   - a reference link's destination: in its definition, when all links of that definition get the
 *     same new one, else within the link (splice_reference.h);
 *   - blocks: one that goes, with the blank lines behind it; one that comes, behind the one before
 *     it, with the prefixes (quotes, indentation) of its neighbour on every line;
 *   - else the block itself, and then the block around it, by the Markdown writer.
 *
 * Proposals may be wrong: the caller applies them, reads the result, compares, and raises the level
 * of the unit in which they differ. A level is a node's: see enum unit_level.
 *
 * All is linear in the sizes of the trees and the source, and nothing recurses.
 */
#ifndef GALLEY_SPLICE_MARKDOWN_H
#define GALLEY_SPLICE_MARKDOWN_H

#include "document/document.h"
#include "document/writer.h"
#include "edit/splice.h"

enum unit_level {
    UNIT_PLAIN,        /* new text as it is: most words need no escapes */
    UNIT_ESCAPED,      /* with the escapes that are usual */
    UNIT_WRITER,       /* changed inlines by the Markdown writer, which knows all escapes */
    UNIT_WHOLE,        /* the block anew, with the source's bytes of inlines that stay */
    UNIT_WHOLE_WRITER, /* the block by the Markdown writer alone */
};

struct markdown_plan {
    const struct document *from, *to;
    struct text line_end;
    uint64_t dialect;
    struct writer_options options;
    struct writer_habits habits;
    /* by the numbers of `to`: */
    uint8_t *states;               /* what differs, see splice_markdown.c */
    uint8_t *levels;               /* enum unit_level */
    uint8_t *units;                /* 1: something was proposed for it */
    uint8_t *defined;              /* 1: a link whose new url its definition gets */
    node_id stuck;                 /* out: the unit for which nothing could be proposed */
    struct writer_problem problem; /* out: why, when the writer said so; node 0 when it did not */
    struct splices definitions;
    struct buffer out, other, prefix;
};

/* `to`, `from` and the plan itself must stay where they are until it is closed. */
void markdown_plan_open(struct markdown_plan *plan, const struct document *from,
                        const struct document *to, struct text line_end, uint64_t dialect);
/* All from the beginning, without changes of definitions. False: there were none. */
bool markdown_plan_drop_definitions(struct markdown_plan *plan);
/* False: nothing differs. */
bool markdown_plan_changes(const struct markdown_plan *plan);
/* Adds to `splices`. False: plan->stuck needs a higher level. */
bool splice_markdown(struct markdown_plan *plan, struct splices *splices);
/* Raises the unit that `node` (of `to`) stands in, or that is nearest before it; false when no
 * larger one is left. */
bool markdown_plan_raise(struct markdown_plan *plan, node_id node);
/* From here on the block is written anew, with the source's bytes of what stays in it. */
void markdown_plan_rewrite(struct markdown_plan *plan, node_id node);
/* What unit that was, for a message: the block's line. */
uint32_t markdown_plan_place(const struct markdown_plan *plan, node_id node);
void markdown_plan_close(struct markdown_plan *plan);

#endif
