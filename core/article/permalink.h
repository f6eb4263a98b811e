/* permalink.h: patterns such as "/:year/:slug/" and the site paths that they make.
 *
 * Placeholders: :slug :title :filename :folder :section (the first folder) :lang :year :month :day.
 * A site path begins with "/", is not percent-encoded, and names a place below the output folder.
 */
#ifndef GALLEY_PERMALINK_H
#define GALLEY_PERMALINK_H

#include "article/date.h"

struct permalink {
    struct text slug, title, name, path, lang;
    const struct date *date; /* NULL: unknown */
};

/* Appends the path; returns the placeholder that has no value, or {NULL, 0}. */
struct text permalink_write(struct text pattern, const struct permalink *link, struct buffer *out);
/* NULL when a site path may be used, else what is wrong with it: "has a component '..'". */
const char *site_path_problem(struct text url);
/* The file that serves a site path: "/a/" a/index.html, "/a.html" a.html, "/a" a/index.html. */
void output_path_of_url(struct text url, struct buffer *out);
/* "news/2024" of "news/2024/a.md"; "" at the top. */
struct text path_folder(struct text path);

#endif
