/* writer_state.h: what the parts of the writer share.
 *
 * A block's inlines are first collected into one flat row of bytes, each with a kind: text that may
 * need escaping, syntax that is final, marks of emphasis, line breaks. Then passes over the row
 * change kinds (this byte of text gets a backslash, that one becomes an entity) with both
 * neighbours in sight, and only then is it put out, line by line with the prefix.
 *
 * The passes, in order: writer_escape.c (edges of lines, line starts, brackets, backticks and the
 * rest), then writer_emphasis.c.
 */
#ifndef GALLEY_WRITER_STATE_H
#define GALLEY_WRITER_STATE_H

#include "document/dialect.h"
#include "document/markdown_html.h"
#include "document/writer.h"

enum {
    DEPTH_LIMIT = 100,       /* quotes and items */
    PREFIX_RATIO = 16,       /* prefixes may have so many times the content's bytes ... */
    PREFIX_ALLOWED = 1 << 20 /* ... once they have more than these */
};

enum inline_kind {
    INLINE_TEXT,    /* as it is */
    INLINE_ESCAPED, /* text, after a backslash */
    INLINE_ENTITY,  /* text: the whole character is written as a number */
    INLINE_SYNTAX,
    INLINE_MARK,      /* of emphasis */
    INLINE_OPAQUE,    /* a shortcode: its line ends are its own */
    INLINE_SOFT,      /* '\n' */
    INLINE_HARD,      /* '\n' after a hard break's mark */
    INLINE_SOFT_DEEP, /* the same, the next line indented: it would begin an HTML block else */
    INLINE_HARD_DEEP,
    INLINE_OPEN,      /* '[' of a link or image */
    INLINE_CLOSE,     /* its ']' */
    INLINE_SPAN_OPEN, /* the brackets of a span */
    INLINE_SPAN_CLOSE
};

enum inline_context { CONTEXT_PARAGRAPH, CONTEXT_ONE_LINE, CONTEXT_CELL };

/* Half of an emphasis: `length` bytes at `at`. */
struct inline_mark {
    uint32_t at, partner; /* partner: its number in `marks` */
    uint32_t parent;      /* the opening mark around it, from 1; 0 for none */
    node_id node;
    uint8_t length;
    bool opens, usual; /* usual: the node's own mark */
    char byte;
};

/* Where a node's bytes begin and end. */
struct inline_piece {
    uint32_t start;
    node_id node;
};

struct inlines {
    struct buffer bytes, kinds, saved;
    struct inline_mark *marks;
    uint32_t mark_count, mark_capacity;
    struct inline_piece *pieces;
    uint32_t piece_count, piece_capacity;
    uint32_t tildes;   /* marks of strikethrough and the like */
    uint32_t from, to; /* of the siblings that markdown_write_inlines wants */
};

/* An open container. */
struct frame {
    node_id node;
    size_t prefix;         /* its length outside of the container */
    uint32_t number, step; /* ordered lists: of the next item */
    uint8_t indent, gap;   /* spaces before and behind the marker */
    char mark;             /* lists: bullet or delimiter */
    char previous_mark;    /* of the child that was last closed, if that was a list */
};

struct writer {
    const struct document *document;
    const struct writer_options *options;
    struct writer_habits habits;
    struct buffer *out;
    struct writer_problem problem;
    bool failed;
    bool as_typed; /* straight quotes and hyphens of the source, not what is made of them */
    const char *line_end;
    node_id root;
    struct buffer prefix;
    size_t start, prefixes; /* of the output; bytes of prefixes in it */
    bool in_line;           /* the line at hand has its prefix */
    struct frame *frames;
    uint32_t frame_count, frame_capacity, depth;
    struct inlines inlines;
    struct text *labels; /* of the document's footnotes, in order, once they are wanted */
    uint32_t label_count, label_capacity;
    bool knows_labels;
};

static inline bool writer_has(const struct writer *writer, uint64_t feature) {
    return (writer->options->dialect & feature) != 0;
}

/* Keeps the first problem; always false. */
bool writer_fail(struct writer *writer, node_id node, const char *message);
/* The same for what only a tight list stands against, the nearest around the node. */
bool writer_fail_tight(struct writer *writer, node_id node, const char *message);
/* And for what this list stands against by being tight or loose. */
bool writer_fail_list(struct writer *writer, node_id node, node_id list, const char *message);
/* The prefix, if the line has not begun. */
void writer_begin_line(struct writer *writer);
void writer_end_line(struct writer *writer);
/* A line with nothing but the prefix, of which trailing spaces are left out. */
void writer_blank_line(struct writer *writer);

/* writer_block.c */
bool writer_blocks(struct writer *writer, node_id root);
/* A container that counts for the depth, and a frame for it; a line has begun. */
bool writer_enter_container(struct writer *writer, node_id id);
void writer_leave_container(struct writer *writer);
/* The block's inlines as a paragraph's lines. */
bool writer_lines(struct writer *writer, node_id id);
/* "{.class}" as a paragraph's last line, when it has any. */
bool writer_attribute_line(struct writer *writer, node_id id);
/* In an item whose blocks stand line by line. */
bool writer_in_tight_item(const struct writer *writer, node_id id);
bool writer_follows_paragraph(const struct writer *writer, node_id id);

void writer_push_frame(struct writer *writer, node_id id);
void writer_put_times(struct writer *writer, char byte, size_t times);
/* The last block of the last block ... of a block. */
node_id writer_last_leaf(const struct writer *writer, node_id id);
/* Whether an item that begins so has nothing on its marker's line. */
bool writer_begins_on_next_line(const struct writer *writer, node_id first);

/* writer_literal.c */
bool writer_code_block(struct writer *writer, node_id id);
bool writer_html_block(struct writer *writer, node_id id);

/* writer_list.c */
bool writer_enter_list(struct writer *writer, node_id id);
bool writer_enter_item(struct writer *writer, node_id id);
/* Whether a blank line behind a directive's opening line says that the list around it is loose. */
bool writer_begins_with_blank(const struct writer *writer, node_id directive);
/* Spaces behind the marker of an item or a definition as the source has them; 1 where it has none.
 */
uint8_t writer_gap_of(const struct writer *writer, node_id item);

/* writer_inline.c: the children of a block into writer->inlines; then all passes. */
bool writer_collect(struct writer *writer, node_id block, enum inline_context context,
                    node_id first, node_id last);
/* Puts out bytes from..to. */
void writer_put_inlines(struct writer *writer, uint32_t from, uint32_t to);
node_id inlines_node_at(const struct inlines *inlines, uint32_t at);

/* writer_labels.c */
/* Whether a footnote may be called so. */
bool writer_is_label(struct text label);
/* Whether a document that is written whole has a note for the label; parts cannot tell. */
bool writer_label_is_defined(struct writer *writer, struct text label);

/* writer_link.c */
/* As <url>. */
bool writer_is_autolink(const struct writer *writer, node_id id, struct text url);
/* As *text, because it stood so and may again. */
bool writer_is_bare(const struct writer *writer, node_id id, struct text url, struct text *text);

/* writer_escape.c */
bool writer_escape(struct writer *writer, node_id block, enum inline_context context);
void writer_put_destination(struct buffer *out, struct text url, bool title_follows,
                            bool shortcodes);
void writer_put_title(struct buffer *out, struct text title, bool shortcodes);
void writer_mask(struct text text, bool shortcodes, struct buffer *out);
void writer_put_info(struct buffer *out, struct text info);
/* Whether a text at `bytes` has the shape of an entity. */
bool writer_entity_at(const char *bytes, const char *end);

/* writer_guard.c */
/* The end of the shortcode at `at`, with all that belongs to it; `at` when there is none. */
uint32_t writer_shortcode_end(const char *bytes, uint32_t at, uint32_t end);
struct shortcode_search;
/* The same with shortcode_next_end (dialect_scan.h). */
uint32_t writer_next_shortcode_end(const char *bytes, uint32_t at, uint32_t end,
                                   struct shortcode_search *search);
bool writer_check_paragraph(struct writer *writer, node_id id);
bool writer_guard(struct writer *writer, node_id block, enum inline_context context);

/* writer_attributes.c */
bool writer_has_attributes(const struct writer *writer, node_id id);
/* Whether a value has this byte in it. */
bool writer_attributes_have(const struct writer *writer, node_id id, char byte);
/* Nothing when there are none; `open` is what comes before the first, "{" or " {". */
bool writer_put_attributes(struct writer *writer, node_id id, const char *open, struct buffer *out);
bool writer_put_label(struct writer *writer, node_id id, struct buffer *out);
/* Colons, name, label and attributes of a directive. */
bool writer_put_directive(struct writer *writer, node_id id, struct buffer *out);
/* How many colons fence a block. */
uint32_t writer_colons(const struct writer *writer, node_id id);

/* writer_dialect.c: block types of the dialect. */
bool writer_dialect_block(struct writer *writer, struct walk *walk);
void writer_leave_dialect(struct writer *writer, node_id id);

/* writer_habits.c: what the source shows of how its author writes. */
/* The hard line break at byte `at` of the row: as it was, else as most are. */
bool writer_breaks_by_spaces(const struct writer *writer, uint32_t at);
/* A thematic break as it was written, if with this mark; else empty. */
struct text writer_thematic_break(const struct writer *writer, node_id id, char mark);
/* A blank between a fence and what follows it on its line. */
bool writer_info_stands_apart(const struct writer *writer, node_id id);
/* How many "#" close a heading. */
size_t writer_closing_hashes(const struct writer *writer, node_id id);
/* How long an underline is: as the author drew it, else as wide as the last line. */
size_t writer_underline_length(const struct writer *writer, node_id id, char mark);

/* writer_table.c */
bool writer_table(struct writer *writer, node_id id);

/* writer_tildes.c: whether the reader will pair the marks of strikethrough and the like in a block
 * as the tree has them. */
bool writer_tildes(struct writer *writer, node_id block);

/* writer_emphasis.c */
bool writer_emphasis(struct writer *writer);

#endif
