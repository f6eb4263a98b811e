/* dialect_scan.h: looks through a body for what the dialect may have to say about it, and makes
 * proposals (dialect_rewrite.h). It knows fences and code spans, and containers by their markers;
 * cmark has the last word.
 *
 * Two passes: one over lines, for what makes blocks; one over the bytes, for opaque runs. Both are
 * linear. Each part of the dialect has its own file with its own propose function.
 */
#ifndef GALLEY_DIALECT_SCAN_H
#define GALLEY_DIALECT_SCAN_H

#include "base/diagnostic.h"
#include "document/dialect.h"
#include "document/dialect_rewrite.h"

/* Where the dialect's warnings go. After the first of them, more say nothing new and would cost
 * time on hostile input, so their number is bounded. */
struct dialect_warner {
    struct text path, source;
    struct diagnostics *diagnostics;
    uint32_t count;
};
void dialect_warn_at(struct dialect_warner *warner, uint32_t offset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

struct scan_line {
    uint32_t start;   /* its first byte */
    uint32_t content; /* behind white space and the markers of containers */
    uint32_t end;     /* without the line end */
    uint32_t next;    /* the next line's start */
    uint32_t quotes;  /* how many ">" */
    bool item;        /* a list item begins on it */
};

static inline bool scan_line_is_blank(const struct scan_line *line) {
    return line->content == line->end;
}

struct scan {
    struct text body;
    uint64_t dialect;
    struct rewrite *rewrite;
    struct dialect_warner *warner;
    uint32_t base;             /* the body's offset in the source */
    struct scan_line previous; /* the line before the one at hand */
    struct scan_line before;   /* and the one before that */
    uint32_t opaque_until;     /* lines before it belong to a pair of shortcodes */
    uint32_t pairs_tried;      /* how often the end of a pair was looked for in vain */
    char footnote_mark, definition_mark;
};

/* Whether a line begins with this list marker, to keep what is put in for other things from joining
 * an author's list. */
bool scan_has_marker(const struct scan *scan, char marker);
/* Proposes all it finds. What is in the rewrite afterwards is in order. */
void dialect_scan(struct scan *scan);

/* The line that begins at `start`. */
struct scan_line scan_line_at(const struct scan *scan, uint32_t start);
/* Whether this line would begin a block other than a paragraph. */
bool scan_starts_block(const struct scan *scan, const struct scan_line *line);
void scan_warn(struct scan *scan, uint32_t at, const char *message);

/* The parts. Those for lines answer with the offset from which to read on, or 0 when the line is
 * nothing of theirs. */
uint32_t table_propose(struct scan *scan, const struct scan_line *delimiter);
uint32_t footnote_propose(struct scan *scan, const struct scan_line *line);
uint32_t definition_propose(struct scan *scan, const struct scan_line *line);
uint32_t directive_propose(struct scan *scan, const struct scan_line *line);

/* Those for inlines: the end of what begins at bytes[at], or `at`; they look no further than
 * `end`. */
uint32_t shortcode_end(const char *bytes, uint32_t at, uint32_t end);
/* For a tag such as {% highlight %}, whose contents are no Markdown, the end of its end tag; for
 * all others `after`, the tag's own end. */
uint32_t shortcode_pair_end(const char *bytes, uint32_t at, uint32_t after, uint32_t end);
uint32_t attributes_end(const char *bytes, uint32_t at, uint32_t end);
uint32_t directive_inline_end(const char *bytes, uint32_t at, uint32_t end);

/* What decides whether marks of strikethrough open and close. */
enum character_class { CLASS_SPACE, CLASS_PUNCTUATION, CLASS_OTHER };
enum character_class strikethrough_class(uint32_t code);

/* Where attributes that end a code block's info begin; its length when there are none. */
size_t attributes_in_info(struct text info);

#endif
