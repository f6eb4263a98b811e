/* corpus.h: all articles of a site, in a fixed order, in the shared arena.
 *
 * The parent lists files with corpus_create before it forks; workers fill records with heads, later
 * with bodies; between the phases the parent orders and indexes with corpus_index. From then on any
 * process reads any article by its position, the same everywhere: newest first, undated last, then
 * by path. Only published articles have a position.
 *
 * Files are numbered from 0 in the order of their paths; positions count from 0 in the corpus's
 * order; NOWHERE is neither. Terms (authors, topics, ...) are sorted by taxonomy, then slug; the
 * name of a term is the one that the site's data gives it, else the spelling of its newest article.
 *
 * Ownership: everything lies in the arena; `struct corpus` is two pointers that any process makes
 * for itself with corpus_open.
 * Errors: corpus_index adds diagnostics (two articles with one url, naming both).
 */
#ifndef GALLEY_CORPUS_H
#define GALLEY_CORPUS_H

#include "article/article.h"
#include "corpus/shared.h"

#define NOWHERE UINT32_MAX

/* Bytes in the arena. */
struct stored_text {
    uint64_t offset;
    uint32_t length;
};

struct corpus_file {
    struct stored_text path;
    uint64_t head, body;   /* blocks; 0: not there */
    uint32_t position;     /* NOWHERE: not in the corpus */
    uint32_t status;       /* enum status */
    _Atomic uint64_t kept; /* the newest struct kept; see kept.h */
};

struct corpus_term {
    uint32_t taxonomy, count;
    struct stored_text name, slug, url;
    uint64_t positions; /* uint32_t[count], ascending */
};

struct corpus_asset {
    struct stored_text path;
};

struct corpus_table {
    uint32_t file_count, article_count, term_count, asset_count;
    uint64_t files, order, terms, assets;
    uint64_t urls;        /* uint32_t[article_count]: files by url */
    uint64_t first_terms; /* uint32_t[article_count + 1]: where in term_numbers a position begins */
    uint64_t term_numbers; /* uint32_t[]: each article's terms, in its own order */
    uint64_t first_words;  /* uint32_t[article_count + 1]: where in words a position begins */
    uint64_t words;        /* uint32_t[]: each article's telling words; neighbours lie together */
    uint64_t signatures;   /* struct word_signature[article_count]: of those words */
    uint32_t
        path_slots; /* a power of two; each slot 0 or 1 + number of file, or file_count + asset */
    uint64_t paths;
    uint32_t indexed;
    _Atomic uint32_t clock_read;  /* a plugin asked what time it is */
    _Atomic uint32_t collects;    /* a filter has `collect` */
    _Atomic uint32_t own_filters; /* an article names filters itself */
    uint64_t collected;           /* a block of values: what plugins combined */
};

struct corpus {
    struct shared *shared;
    struct corpus_table *table;
};

/* Paths are relative to the content folder and sorted. Returns the table's offset in the arena. */
uint64_t corpus_create(struct shared_writer *writer, const struct text *paths, uint32_t count,
                       const struct text *assets, uint32_t asset_count);
struct corpus corpus_open(struct shared *shared, uint64_t table);

enum { WITH_BODIES_ONLY = 1 << 16 }; /* in `with`: articles without a body are not in the corpus */

/* In the parent, when all heads are written. `with` says which states are in the corpus (bits of
 * enum status; published ones always are). `profiles` is the map in `data` that has the terms'
 * names as profiles.authors.<slug>.name, or NO_VALUE. */
void corpus_index(const struct corpus *corpus, struct shared_writer *writer,
                  const struct conventions *conventions, const struct values *data,
                  value_id profiles, unsigned with, struct diagnostics *diagnostics);

static inline struct corpus_file *corpus_file(const struct corpus *corpus, uint32_t number) {
    return (struct corpus_file *)shared_at(corpus->shared, corpus->table->files) + number;
}
static inline struct text corpus_text(const struct corpus *corpus, struct stored_text stored) {
    return (struct text){(const char *)shared_at(corpus->shared, stored.offset), stored.length};
}
/* The file at a position. */
uint32_t corpus_file_at(const struct corpus *corpus, uint32_t position);
/* Thaws the article of a file: head, and body where there is one. False when it has no head. */
bool corpus_article(const struct corpus *corpus, uint32_t file, struct article *article);

/* Its facts alone, and the strings that they point into; NULL when it has no head. */
const struct facts *corpus_facts(const struct corpus *corpus, uint32_t file,
                                 struct strings *strings);

/* When the status of an article is the next to change by itself, after `now`; INT64_MAX: never. */
int64_t corpus_next_change(const struct corpus *corpus, int64_t now);

/* By path relative to the content folder; NOWHERE when there is none. An asset's number is
 * table->file_count + its index. */
uint32_t corpus_find(const struct corpus *corpus, struct text path);
/* The file of the article with this url; NOWHERE where none that the corpus has in its order has
 * it. */
uint32_t corpus_find_url(const struct corpus *corpus, struct text url);
/* The path of a file or an asset by that number. */
struct text corpus_path(const struct corpus *corpus, uint32_t number);

const struct corpus_term *corpus_term(const struct corpus *corpus, uint32_t number);
static inline const uint32_t *corpus_term_positions(const struct corpus *corpus,
                                                    const struct corpus_term *term) {
    return shared_at(corpus->shared, term->positions);
}
/* The number of the first term of a taxonomy and how many it has. */
uint32_t corpus_terms(const struct corpus *corpus, uint32_t taxonomy, uint32_t *count);
/* The numbers of an article's terms, in the article's order. */
const uint32_t *corpus_article_terms(const struct corpus *corpus, uint32_t position,
                                     uint32_t *count);
/* What corpus_related needs and corpus_index leaves out where conventions say no_words; any process
 * may do it. A second time does nothing. */
void corpus_index_words(const struct corpus *corpus, struct shared_writer *writer);
/* The telling words of the article at a position, ascending. */
const uint32_t *corpus_words(const struct corpus *corpus, uint32_t position, uint32_t *count);
static inline const struct word_signature *corpus_signature(const struct corpus *corpus,
                                                            uint32_t position) {
    return (struct word_signature *)shared_at(corpus->shared, corpus->table->signatures) + position;
}
/* NOWHERE when there is none. */
uint32_t corpus_find_term(const struct corpus *corpus, uint32_t taxonomy, struct text slug);

#endif
