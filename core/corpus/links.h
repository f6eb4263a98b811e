/* links.h: relative links between files of the content folder become links between pages.
 *
 * "other.md#id", "../2024/", "images/x.svg" are looked up beside the article, after
 * percent-decoding. An article's file becomes the article's url, another file its place in the
 * output; the fragment and the query stay. The field is marked FIELD_RESOLVED. "/news/other.md" is
 * looked up from the top of the content folder. Links with a scheme, "//host", "/path" to anything
 * else and "#id" alone are left as they are, but on a site below a path of its host: there "/path"
 * becomes a path of the site, as it is in front matter and templates. One that has the site's own
 * path before it loses it, unless an article or file has that very address.
 *
 * Errors: a path that is not there, leaves the content folder, or belongs to an article that is not
 * published is a warning with the link's place; the link stays as written. Only paths that name a
 * file ("x.md", "x.png") are expected to be there: "../about/" may be another generator's page.
 */
#ifndef GALLEY_LINKS_H
#define GALLEY_LINKS_H

#include "corpus/corpus.h"

/* Once, after the article's filters. `site_url` is without a slash at its end; empty: none. */
void links_resolve(const struct corpus *corpus, struct text site_url, struct article *article,
                   struct diagnostics *diagnostics);

#endif
