/* html_read.h: HTML as people have it in the wild, read into a document, by gumbo's HTML5 parser.
 *
 * What Markdown has a word for stays: paragraphs, headings, lists, quotations, tables, figures,
 * code, links, images, emphasis. Any other element gives way to its content. Scripts, styles, forms
 * and drawings go with theirs; frames, films and sounds become a link to their address. Two line
 * breaks end a paragraph. <!--more--> is a node of its own, <!--nextpage--> a thematic break.
 *
 * `page`: a whole page, of which only the main content is wanted: the one <article> or <main>, or
 * what says of itself that it is the content, or else what has most of the text. Navigation,
 * headers, footers and asides stay out, and parts whose class or id says that they are such
 * (cookies, share, comments, ...), unless most of the text is in them.
 *
 * `text` gets all words that were there to be read, gathered before anything is decided about them,
 * so that a caller can count; `lost` the names of elements that went, one a line.
 *
 * Bounds: 8 MB, and nesting of 400 elements, as in sanitise.h. Linear. Without gumbo: the functions
 * answer SANITISE_MISSING.
 */
#ifndef GALLEY_HTML_READ_H
#define GALLEY_HTML_READ_H

#include "document/document.h"
#include "document/sanitise.h"

struct html_read {
    bool page;
    struct buffer text, lost;
    struct buffer title;     /* of a page: <title>, */
    struct buffer canonical; /* its own address, */
    struct buffer meta;      /* its meta elements: name, "\t", content, "\n", */
    struct buffer heading;   /* and its first <h1>, wherever that is */
    bool guessed;            /* nothing says that it is the content: the most text was taken */
    uint32_t added;          /* words that were not in the text: addresses of frames */
    uint32_t images;
};

/* `document` was opened with an empty source. */
enum sanitise_result html_read(struct text html, struct html_read *read, struct document *document);
void html_read_free(struct html_read *read);

#endif
