/* markdown_align.h: finds the bytes that inlines came from, by reading along.
 *
 * cmark's inline positions can be wrong (after indented continuation lines, after a link over two
 * lines). This module reads the block's source again beside cmark's inline nodes, in their order:
 * a text must stand at the cursor literally, or as escapes and entities that mean it; a link must
 * be followed by a tail of the grammar; and so on. What is found is therefore right to the byte.
 * The first step that does not fit ends the reading: `sound` becomes false, all later steps fail
 * at once, and the rest of the block has no exact places.
 *
 * Each step is linear in the bytes that it passes, and the cursor never goes back.
 * Grammar: CommonMark 0.30, sections 4.7, 6.1, 6.3 to 6.6 and appendix A, as cmark 0.30 has it.
 */
#ifndef GALLEY_MARKDOWN_ALIGN_H
#define GALLEY_MARKDOWN_ALIGN_H

#include "base/text.h"

struct align {
    const char *bytes;
    uint32_t at, end; /* the cursor and the end of the block */
    uint32_t quotes;  /* how many block quotes the block stands in */
    bool sound;
};

/* The cursor at a block's first byte. */
struct align align_start(const char *bytes, uint32_t start, uint32_t end, uint32_t quotes);

/* Passes the link reference definitions that a paragraph begins with. */
void align_references(struct align *align);

/* Passes `literal` as text; with `escapes` backslash escapes count (not in an autolink), with
 * `smart` cmark's smart punctuation. *verbatim: the source says it byte for byte. */
bool align_text(struct align *align, struct text literal, bool escapes, bool smart, bool *verbatim);
bool align_code(struct align *align, struct text literal, uint32_t *content, bool *verbatim);
bool align_html(struct align *align, struct text literal, bool *verbatim);
/* `mark` times, all of them the byte at the cursor, which is one of `marks`. */
bool align_marks(struct align *align, const char *marks, uint32_t count);
/* Up to the next line's first byte that belongs to the paragraph. */
bool align_line_end(struct align *align);
/* What follows a link's or an image's content: "](url "title")", "][label]", "][]", "]".
 * *url is the destination as written where the tail has one, else of length 0; `expected` is what
 * cmark made of it. */
bool align_link_tail(struct align *align, struct text expected, struct span *url,
                     struct span *title);

/* One character of text as cmark reads it: how many bytes of the source it takes, and how many of
 * the literal. False where they do not agree. For walking a text node's literal and place side by
 * side. */
bool align_step(const char *source, const char *source_end, const char *literal,
                const char *literal_end, bool escapes, bool smart, uint32_t *source_used,
                uint32_t *literal_used);

#endif
