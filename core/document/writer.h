/* writer.h: a tree as Markdown, so that parsing it again gives the same tree.
 *
 * What "the same" means is document_difference's word (equal.h). A tree that a script built may
 * have no Markdown at all: an empty paragraph, a link in a link, a line break in a heading of
 * level 3. Then the writer fails and names the node. It never writes something else instead.
 *
 * Only what would be read differently is escaped: "a * b", "snake_case" and "in 1990." stay as they
 * are. Where emphasis touches letters in a way that Markdown cannot see, the letter beside it is
 * written as an entity.
 *
 * Habits: each node keeps the marks it was written with (bullet, number, emphasis, fence, thematic
 * break, hard line break, heading style, a directive's opening line), and the columns of a table
 * that stood below each other do so again; a node that a script made takes the marks that the
 * document uses most. Not kept: blank lines beyond one, entities, quotes without a blank behind the
 * ">", tables without outer pipes, and link reference definitions, which are no nodes: their links
 * are written with their URLs.
 *
 * The writer does not know what surrounds a part it writes alone, beyond the tree: reference
 * definitions of the source are no nodes. Whoever puts a part into a file parses the result and
 * compares. markdown_write_verified does so for whole documents.
 *
 * Cost: linear, without recursion. Containers deeper than DEPTH_LIMIT are refused, as the parser
 * refuses them, and so is a tree whose line prefixes would outweigh its content many times over.
 * Ownership: output is appended to *out; on failure *out is as it was.
 */
#ifndef GALLEY_WRITER_H
#define GALLEY_WRITER_H

#include "document/document.h"

struct markdown;

/* The marks that a document's author uses; 0 where no node shows one. */
struct writer_habits {
    char bullet, emph, strong, fence, thematic_break;
    bool underlined_headings;
    bool break_by_spaces;
};

struct writer_options {
    uint64_t dialect; /* enum dialect_feature bits: what the reader of the result has switched on */
    const char *line_end; /* "\n" when NULL */
    /* For writing many parts of one document: found once by writer_habits_of. NULL: it is found. */
    const struct writer_habits *habits;
};

struct writer_problem {
    node_id node;
    const char *message; /* "what is wrong; what to do", static */
    node_id list;        /* and it could be said if this list were loose, or tight if it is loose */
};

struct writer_habits writer_habits_of(const struct document *document);

/* A document, or any other node by itself; ends with a line end, unless it is an inline. */
bool markdown_write(const struct document *document, node_id id,
                    const struct writer_options *options, struct buffer *out,
                    struct writer_problem *problem);

/* A block where it stands: its siblings decide about bullets, numbers and fences. `prefix` is what
 * each of its lines but the first begins with ("> ", "  "); there is no line end at the end. */
bool markdown_write_block(const struct document *document, node_id id, struct text prefix,
                          const struct writer_options *options, struct buffer *out,
                          struct writer_problem *problem);

/* The siblings from `first` to `last`, escaped for the place in their block that they have. */
bool markdown_write_inlines(const struct document *document, node_id first, node_id last,
                            struct text prefix, const struct writer_options *options,
                            struct buffer *out, struct writer_problem *problem);

/* Like markdown_write, for a document; parses the result and fails where it is another tree. So it
 * can keep the quotation marks, hyphens and dots that the author typed for smart punctuation, which
 * markdown_write writes as what they became. */
bool markdown_write_verified(struct markdown *markdown, const struct document *document,
                             const struct writer_options *options, struct buffer *out,
                             struct writer_problem *problem);

#endif
