/* html_read_parts.h: what the parts of html_read.c share: the reader, and what each part does for
 * the others.
 *
 *   html_read.c          the walk over gumbo's tree: what each element becomes
 *   html_read_tags.c     what sort of element a tag is
 *   html_read_inline.c   text, emphasis, links, code and images
 *   html_read_end.c      what a list, a table, a figure is once all of it is there
 *   html_read_page.c     where the content of a whole page is
 *   html_read_short.c    long texts as short ones, which gumbo reads in less time
 *
 * All of it exists only in a build with gumbo. The reader's nodes lie in its document; a function
 * that adds nodes makes pointers to nodes stale.
 */
#ifndef GALLEY_HTML_READ_PARTS_H
#define GALLEY_HTML_READ_PARTS_H

#include "document/html_read.h"

#ifdef HAVE_GUMBO

#include <gumbo.h>

enum {
    HTML_MOST_DEPTH = 1024,
    HTML_MOST_ACTIVE = 16,
    HTML_MOST_LOOKS = 200,
    HTML_MOST_COLUMNS = 200
};

/* Emphasis and links that are open; they become nodes when the first text in them comes. */
struct html_active {
    enum node_type type;
    const GumboElement *element;
    node_id node; /* NO_NODE: not made yet */
};

struct html_frame {
    const GumboNode *node;
    node_id container, host;
    uint32_t active;
    bool in_line;
};

struct html_reader {
    struct document *document;
    struct html_read *read;
    node_id container; /* where blocks go */
    node_id host;      /* the block whose text is being read; NO_NODE: none yet */
    node_id text_at;   /* the node that `text` belongs to */
    struct buffer text;
    struct html_active active[HTML_MOST_ACTIVE];
    uint32_t active_count;
    bool in_line; /* within a heading, a cell, a caption: no blocks */
    bool blank, filled;
    uint32_t breaks;
    node_id cite;                      /* the emphasis of the last <cite> */
    size_t page_text;                  /* letters of a page's content */
    uint32_t looks;                    /* how often parts of it were measured */
    uint32_t column;                   /* of the table's row at hand, */
    uint32_t cells;                    /* and how many it has so far */
    uint16_t below[HTML_MOST_COLUMNS]; /* rows for which a cell above still counts, by column */
    struct text *runs; /* texts that gumbo did not see, by the numbers in their marks */
    uint32_t run_count, run_capacity;
    struct buffer whole;
    struct html_frame frames[HTML_MOST_DEPTH];
    uint32_t depth;
};

static inline struct text html_string_of(const char *string) {
    return string ? text_of(string) : (struct text){NULL, 0};
}

static inline bool html_is_space(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

/* An attribute's value, or NULL. */
const char *html_attribute(const GumboElement *element, const char *name);
bool html_is_one_of(const char *word, const char *const *words);
node_id html_add(struct html_reader *reader, node_id parent, enum node_type type);
void html_note_lost(struct html_reader *reader, const char *name);

/* ---- html_read_tags.c ---- */

/* What a tag is, as far as a table can say it. */
enum {
    TAG_GONE = 1,   /* left out, with what is in it */
    TAG_SILENT = 2, /* nobody misses it */
    TAG_BLOCK = 4,  /* its content stands apart from what is around it */
    TAG_OTHER = 8, /* has a meaning of its own; without any of these, it gives way to its content */
    TAG_PAGE_GONE = 16,   /* of a whole page, no content */
    TAG_CELL = 32,        /* of a table */
    TAG_RUNNING_TEXT = 64 /* what only stands in cells that arrange a page */
};

/* Of these, all that a tag is. */
unsigned html_class_of(GumboTag tag);
/* The node that an element within a line becomes; NODE_NONE: it is none of these. */
enum node_type html_inline_type(GumboTag tag);

/* ---- html_read_inline.c ---- */

/* The text that waits becomes a node. */
void html_flush(struct html_reader *reader);
/* The block of text ends. What has no content goes. */
void html_close_host(struct html_reader *reader);
/* Where a block goes: lists hold items only, definition lists terms and definitions only. */
node_id html_block_parent(struct html_reader *reader);
/* Emphasis or a link is open from here on. */
void html_activate(struct html_reader *reader, enum node_type type, const GumboElement *element);
/* The text of an element as it is read: that of <sup>2</sup> is "²". Valid until html_text. */
const char *html_figures(struct html_reader *reader, const GumboNode *parent, const char *text);
void html_read_text(struct html_reader *reader, const char *text);
/* All text below a node, for code. Without a reader: of a tree that was not shortened. */
void html_gather(struct html_reader *reader, const GumboNode *root, struct buffer *out);
void html_read_code(struct html_reader *reader, const GumboNode *node, bool block);
void html_read_image(struct html_reader *reader, const GumboElement *element);
/* A frame, a film, a sound: a link to it. */
void html_read_embedded(struct html_reader *reader, const GumboNode *node, const char *name);

/* ---- html_read_end.c ---- */

/* The paragraph at hand ends; of nothing but an image it is a figure. */
void html_end_block(struct html_reader *reader);
void html_drop_if_empty(struct html_reader *reader, node_id id);
void html_end_list(struct html_reader *reader, node_id list);
void html_end_definitions(struct html_reader *reader, node_id list);
void html_end_table(struct html_reader *reader, node_id table);
void html_end_figure(struct html_reader *reader, node_id figure);
void html_end_quote(struct html_reader *reader, node_id quote);

/* ---- html_read_page.c ---- */

/* The element that has the page's content; what the page says of itself goes to `read`. */
const GumboNode *html_find_content(const GumboNode *root, struct html_read *read);
/* How many letters it has. */
size_t html_page_text(const GumboNode *content);
/* The word of its class or id that says that an element is no content; NULL: it may be. */
const char *html_boilerplate(struct html_reader *reader, const GumboNode *node);

/* ---- html_read_short.c ---- */

/* gumbo looks at each character of a text, though only blanks, references and tags mean anything
 * to it. Appends the HTML with a mark in place of each long text without any of them, as far as
 * tags are written tidily: behind one that is not, all stays as it is. Comments that mean nothing
 * are left out. False: all stays as it is. The html must live as long as the reader reads. */
bool html_shorten(struct text html, struct html_reader *reader, struct buffer *out);
/* A text of the tree with its marks replaced again; valid until the next call. */
const char *html_text(struct html_reader *reader, const char *text);

#endif

#endif
