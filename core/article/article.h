/* article.h: one source file as people think of it, and the conventions that its meta follows.
 *
 * The facts of an article (title, date, url, ...) are resolved once from its meta, by the keys that
 * newsrooms and other generators use; article_resolve's table lists them. Everything that plugins
 * and the corpus need to know of all articles is here, before any body is parsed.
 *
 * Shapes: spans in facts and terms refer to meta.strings. An article opened from a frozen block
 * borrows every array (capacity 0 everywhere) and must not be changed; article_own_meta makes its
 * meta its own. Errors: article_resolve adds diagnostics with places and returns false where the
 * article cannot be published (a hostile slug or url); malformed dates and unknown states are
 * warnings.
 */
#ifndef GALLEY_ARTICLE_H
#define GALLEY_ARTICLE_H

#include "article/date.h"
#include "article/words.h"
#include "base/diagnostic.h"
#include "document/document.h"
#include "document/markdown.h"
#include "document/value.h"
#include "read/source.h"

enum { MOST_TAXONOMIES = 16, MOST_TAXONOMY_KEYS = 8 };

struct taxonomy {
    struct text name; /* singular: "author" */
    struct text keys[MOST_TAXONOMY_KEYS];
    unsigned key_count;
    struct text permalink; /* "/authors/:slug/" */
};

struct conventions {
    struct taxonomy taxonomies[MOST_TAXONOMIES];
    unsigned taxonomy_count;
    struct text permalink; /* of articles: "/:folder/:slug/" */
    struct text dated;     /* of those whose file's name begins with a date, Jekyll's posts */
    struct text language;
    int64_t now;
    bool no_words; /* the telling words are not wanted before somebody asks what is related */
};

enum status { STATUS_PUBLISHED, STATUS_DRAFT, STATUS_EMBARGOED, STATUS_EXPIRED };

struct facts {
    struct span title, summary, slug, url, lang;
    struct date date, updated, embargo, expires;
    uint8_t status; /* enum status */
};

struct term_reference {
    uint32_t taxonomy; /* index in conventions */
    struct span name, slug;
};

struct article {
    struct text path; /* relative to the content folder */
    struct source source;
    struct values meta;
    uint32_t meta_changes; /* how often a script changed meta */
    struct facts facts;
    struct term_reference *terms;
    uint32_t term_count, term_capacity;
    const uint32_t
        *words; /* at most MOST_WORDS hashes of the telling words of title and summary, ascending */
    uint32_t word_count;
    struct document document;
    uint32_t own_words[MOST_WORDS]; /* where a loaded article keeps them */
    bool frozen, parsed;
};

const char *status_name(enum status status);

/* The telling words of title and summary, at most MOST_WORDS; how many. */
uint32_t facts_words(const struct facts *facts, const struct strings *strings, uint32_t *words);
/* Facts and terms from meta; a title that only a heading gives is read by `markdown`, and with NULL
 * keeps its marks. */
bool article_resolve(struct article *article, const struct conventions *conventions,
                     struct markdown *markdown, struct diagnostics *diagnostics);
/* Title and summary again, after a script changed meta. The url, the dates and the terms stay: the
 * corpus is ordered by them. */
void article_refresh(struct article *article, struct markdown *markdown);
void article_own_meta(struct article *article);
/* Keeps memory for the next article; article_free releases it. */
void article_reuse(struct article *article);
void article_free(struct article *article);

#endif
