/* replace.h: replacing text across the borders of nodes.
 *
 * The text of a document is cut into runs: what a reader sees as one piece of writing. A run goes
 * through emphasis, links, spans and the like, takes a soft break as one space, and ends at a
 * block, a hard line break, an image (whose alternative text is a run of its own, as is the label
 * of a ::: block), code, html, a shortcode or a footnote's mark. Code, html, shortcodes and links
 * that show their own address are not looked into, unless `within` matches such a node itself; urls
 * never are.
 *
 * The rule for the markup around a match: the replacement goes into the first text node that the
 * match touches; later ones lose the matched part; soft breaks inside the match go; inline nodes
 * that are left without content are removed. A match of nothing but a soft break puts a text node
 * in its place. Nodes that no match touches are not changed at all.
 *
 * A match may leave a hole in the place of text: an empty text node, between the two into which the
 * text around is parted, for the caller to put other nodes there.
 *
 *     struct text_runs runs = {0};
 *     text_runs_read(&runs, document, root, within, except, memory);
 *     for (uint32_t i = 0; i < runs.count; i++) { ... text_run(&runs, i) ...
 *         text_runs_replace(&runs, document, i, matches, count); }
 *     text_runs_free(&runs);
 */
#ifndef GALLEY_REPLACE_H
#define GALLEY_REPLACE_H

#include "document/selector.h"

struct text_piece {
    node_id node;           /* a text, softbreak or literal node, or a directive for its label */
    uint32_t start, length; /* in runs.text */
};

struct text_runs {
    node_id root;
    struct buffer text;
    struct text_piece *pieces;
    uint32_t piece_count, piece_capacity;
    struct text_span {
        uint32_t piece, piece_count; /* its first */
        uint32_t start, length;      /* in runs.text */
    } * runs;
    uint32_t count, capacity;
};

/* Offsets are in the run's text. Matches are in order, do not overlap, and none is empty. */
struct text_match {
    uint32_t first, end;
    struct text with;
    bool leaves_hole; /* in the place of `with` */
    node_id hole;     /* set by text_runs_replace */
};

/* Only text below nodes that `within` matches, none below nodes that `except` matches; either may
 * be NULL. What the runs
 * held before is forgotten. */
void text_runs_read(struct text_runs *runs, const struct document *document, node_id root,
                    const struct selector *within, const struct selector *except,
                    struct selector_memory *memory);
struct text text_run(const struct text_runs *runs, uint32_t run);
/* The label of a directive that is a block, in which no node can stand: its matches leave no holes.
 */
bool text_run_is_label(const struct text_runs *runs, const struct document *document, uint32_t run);
/* False, with nothing changed, when the run's nodes are not any more as they were read. */
bool text_runs_replace(const struct text_runs *runs, struct document *document, uint32_t run,
                       struct text_match *matches, uint32_t count);
/* The node whose text stands at an offset of the run. */
node_id text_run_node(const struct text_runs *runs, uint32_t run, uint32_t offset);
void text_runs_free(struct text_runs *runs);

/* Whether a document read from this Markdown, without DIALECT_SMART, can have `what` in a run;
 * whole_word: with no letter joined to either end. False is certain, so that nothing need be
 * parsed; true means that it may have. */
bool text_may_occur(struct text markdown, struct text what, bool whole_word);

/* Whether neither end of a match cuts a word in two. */
bool text_match_is_whole(struct text text, size_t first, size_t end);
/* Whether neither end cuts a character in two. */
bool text_match_is_aligned(struct text text, size_t first, size_t end);

#endif
