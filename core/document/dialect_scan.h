/* dialect_scan.h: looks through a body for what the dialect may have to say about it, and makes
 * proposals (dialect_rewrite.h). It follows containers, fences, HTML blocks and code spans; cmark
 * has the last word.
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
    uint32_t start;     /* its first byte */
    uint32_t content;   /* behind white space and the markers of containers */
    uint32_t end;       /* without the line end */
    uint32_t next;      /* the next line's start */
    uint32_t indent;    /* columns of white space before the content, within its container */
    uint32_t container; /* the innermost; 0 for the document. Two lines with the same number stand
                         * side by side in it */
    bool opens;         /* a container begins on it */
    bool lazy;          /* goes on with a paragraph, without the markers of its containers */
    bool inside;        /* of the fenced code or HTML block that the line before it was in */
};

static inline bool scan_line_is_blank(const struct scan_line *line) {
    return line->content == line->end;
}

/* A quote, or something like a list item: contents indented by `width`. */
struct scan_container {
    uint32_t number, width;
    bool quote, empty; /* empty: an item of which nothing but the marker was seen yet */
};

enum scan_leaf { LEAF_NONE, LEAF_FENCE, LEAF_HTML };

/* What a look at the bytes alone says of a body: false where something cannot be in it. */
struct scan_signs {
    bool braces, carets, pipes, returns;
    bool line_colons;       /* a colon begins a line's content, or hyphens and a colon do */
    bool inline_directives; /* a colon before a name before a bracket or brace */
    bool url_links, address_links, www_links; /* that stand in the text, by the byte that tells */
    bool marked_links; /* one that is no link's destination and has marks of emphasis in it */
    bool smart;        /* quotation marks, "--", "..." */
};

struct scan {
    struct text body;
    uint64_t dialect;
    struct scan_signs signs;
    struct rewrite *rewrite;
    struct dialect_warner *warner;
    uint32_t base;         /* the body's offset in the source */
    uint32_t depth_limit;  /* of containers */
    bool too_deep;         /* it was passed, in the line at hand; nothing more was looked at */
    uint32_t opaque_until; /* lines before it belong to a pair of shortcodes */
    uint32_t pairs_tried;  /* how often the end of a pair was looked for in vain */
    uint32_t table, row;   /* the table that is being read, from 1, and its next row; 0 for none */
    char footnote_mark, definition_mark;
    uint32_t directives_open, directives_in; /* how many directives are open in this container */
    uint32_t feed;                           /* the next line feed, or the body's end */
    /* What the line before left behind. */
    struct scan_line previous;
    struct scan_container *containers; /* the open ones */
    uint32_t depth, container_capacity, container_count;
    uint32_t blanks;     /* lines without content since the last that has some */
    bool paragraph;      /* it may go on */
    enum scan_leaf leaf; /* it goes on, and its lines are no Markdown */
    char fence;
    uint32_t fence_length;
    int html_kind;
};

/* Fills in the signs and proposes all it finds. What is in the rewrite afterwards is in order. */
void dialect_scan(struct scan *scan);
/* dialect_signs.c */
struct scan_signs scan_signs(struct text body);

/* dialect_lines.c: the line that begins at `start`, which is the one behind the last one asked for.
 * Closes and opens containers. */
struct scan_line scan_next_line(struct scan *scan, uint32_t start);
bool scan_is_thematic_break(const char *bytes, uint32_t at, uint32_t end);
/* Whether this line would begin a block other than a paragraph and a container. */
bool scan_starts_block(const struct scan *scan, const struct scan_line *line, bool after_paragraph);
/* Whether a line begins with this list marker, to keep what is put in for other things from joining
 * an author's list. */
bool scan_has_marker(const struct scan *scan, char marker);
void scan_warn(struct scan *scan, uint32_t at, const char *message);

/* The parts. Footnotes and definitions: the length of the marker at `at`, 0 when there is none. */
uint32_t footnote_propose(struct scan *scan, uint32_t start, uint32_t at, uint32_t end);
uint32_t definition_propose(struct scan *scan, uint32_t at, uint32_t end);
bool directive_propose(struct scan *scan, const struct scan_line *line);
/* The same for a line of HTML that only a blank line would end: one of colons ends it, too, where a
 * directive is open. */
bool directive_propose_behind_html(struct scan *scan, const struct scan_line *line);
/* A table begins with its second line; scan->table and scan->row say so then. */
bool table_propose(struct scan *scan, const struct scan_line *delimiter);
void table_propose_row(struct scan *scan, const struct scan_line *line);

/* Those for inlines: the end of what begins at bytes[at], or `at`; they look no further than
 * `end`. */
uint32_t shortcode_end(const char *bytes, uint32_t at, uint32_t end);
/* The same for one after the other, all up to the same end: a kind that once did not close is not
 * looked for again, so that all of them are linear. `search` begins zeroed. */
struct shortcode_search {
    bool unclosed[4];
    uint32_t pairs_tried; /* for who looks for end tags, too */
};
uint32_t shortcode_next_end(const char *bytes, uint32_t at, uint32_t end,
                            struct shortcode_search *search);
/* For a tag such as {% highlight %}, whose contents are no Markdown, the end of its end tag; for
 * all others `after`, the tag's own end. */
uint32_t shortcode_pair_end(const char *bytes, uint32_t at, uint32_t after, uint32_t end);
bool shortcode_has_pair(const char *bytes, uint32_t at, uint32_t after);
uint32_t attributes_end(const char *bytes, uint32_t at, uint32_t end);
uint32_t directive_inline_end(const char *bytes, uint32_t at, uint32_t end);
/* Of a label without brackets: before the attributes that end its line, if there are any. */
uint32_t directive_plain_end(const char *bytes, uint32_t at, uint32_t end);
/* A bare URL: `sign` is the ":" of its "://" or the dot behind its "www". */
bool autolink_find(struct text text, size_t sign, size_t *start, size_t *end);
/* Whether the byte at `at` of an URL could be read as a mark of emphasis. */
bool autolink_is_mark(const char *bytes, size_t start, size_t at, size_t end);

/* What decides whether marks of strikethrough open and close. */
enum character_class { CLASS_SPACE, CLASS_PUNCTUATION, CLASS_OTHER };
enum character_class strikethrough_class(uint32_t code);

/* Where attributes that end a code block's info begin; its length when there are none. */
size_t attributes_in_info(struct text info);

#endif
