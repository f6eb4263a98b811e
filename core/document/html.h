/* html.h: a document as HTML, by Galley's own writer.
 *
 * For CommonMark's node types the output is byte for byte that of cmark's renderer. The walk is a
 * loop; deep trees cost no stack.
 *
 * Safe mode (the default: a zeroed html_options) leaves an author's raw HTML out (not a plugin's),
 * and keeps a link's or an image's URL only when its scheme is http, https, mailto or tel, or when
 * it has none: a relative URL, a fragment, or "//host/path". What decides is the URL as a browser
 * would read it: ASCII control characters and white space before and in the scheme are passed over.
 * An URL that is refused becomes empty.
 *
 * An internal link is a FIELD_URL with FIELD_RESOLVED: its value is a site path ("/news/x.html").
 * It is written relative to page_url, so that pages also work from file://, or absolute when
 * site_url is given (feeds), and then so is every other relative URL, as seen from page_url, but
 * for a fragment alone; as it is when neither is.
 */
#ifndef GALLEY_HTML_H
#define GALLEY_HTML_H

#include "document/document.h"

struct html_options {
    bool unsafe;         /* raw HTML and all schemes pass */
    bool no_heading_ids; /* leave out ids that were generated, not those an author wrote */
    struct text page_url;
    struct text site_url; /* "https://example.org", without a slash at its end */
    /* Called for each node on the way in, and out for containers. True: it is handled; when
     * entering, its children are passed over and it is not left. */
    bool (*render)(const struct document *document, node_id id, bool entering, struct buffer *out,
                   void *context);
    void *context;
};

void html_write(const struct document *document, node_id id, const struct html_options *options,
                struct buffer *out);

/* Escapes & < > " as entities. */
void html_escape(struct text text, struct buffer *out);
/* Percent-encodes what an URL must not hold, and escapes & and ' for an attribute. */
void html_escape_url(struct text url, struct buffer *out);
/* Whether safe mode keeps this URL. */
bool html_url_is_safe(struct text url);
/* `url`, a site path, as seen from the page at `page_url`: "../index.html#x". */
void html_relative_url(struct text page_url, struct text url, struct buffer *out);
/* `url`, as an author wrote it on the page at `page_url`, with the site's address. "/x" begins at
 * the site's, "//host" gets the site's scheme; what has one, and "#x", stay. */
void html_absolute_url(struct text site_url, struct text page_url, struct text url,
                       struct buffer *out);

#endif
