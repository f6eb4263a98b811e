/* article_api.h: articles, terms and the corpus as Lua sees them.
 *
 * One `struct site_view` stands behind all objects of a Lua state: the corpus in the arena and, in
 * a worker that is filtering or editing, the live article, which is not frozen yet and may be
 * changed. An article object names a file, not memory: it reads the blocks anew at each access, so
 * it is small and valid as long as the corpus is. While an article is live its object shows the
 * live one.
 *
 * previous is the older neighbour in the corpus's order, next the newer.
 */
#ifndef GALLEY_ARTICLE_API_H
#define GALLEY_ARTICLE_API_H

#include "corpus/corpus.h"
#include "document/html.h"
#include "lua/document_api.h"
#include "lua/value_api.h"
#include "run/steps.h"

struct site_view {
    struct corpus corpus;
    const struct conventions *conventions;
    struct shared_writer *writer; /* for what is indexed when it is asked for */
    struct html_options html;     /* how bodies are rendered; page_url is the article's own */
    struct steps *steps;          /* where the time of that is added; NULL: nowhere */
    struct article *live;         /* NULL: none */
    uint32_t live_file;
    struct document_handle *live_document; /* NULL until a script asks for it */
    struct value_handle *live_meta;
    /* Parses the live article's body when a script first asks for it; NULL: it is parsed already.
     */
    bool (*parse)(struct site_view *view);
    void *context;
    struct arena arena;
    struct buffer scratch;
    const void *articles; /* the metatable of article objects, by its address */
};

/* Once a state; `view` outlives it. */
void article_api_open(lua_State *L, struct site_view *view);
/* Pushes the table of methods of "article", "articles" or "corpus", for shipped Lua to add to. */
void article_api_push_methods(lua_State *L, const char *type);
void article_api_push(lua_State *L, struct site_view *view, uint32_t file);
void article_api_push_corpus(lua_State *L, struct site_view *view);
/* The file behind an article object; NOWHERE if it is none. */
uint32_t article_api_file(lua_State *L, const struct site_view *view, int index);

/* Appends what article:html() of a frozen one gives. */
void article_api_html(lua_State *L, const struct site_view *view, uint32_t file,
                      struct buffer *out);

/* The time in which `article` is live; at its end the objects of its tree and meta go stale. */
void article_api_begin(struct site_view *view, struct article *article, uint32_t file);
void article_api_end(lua_State *L, struct site_view *view);

#endif
