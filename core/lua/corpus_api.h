/* corpus_api.h: the corpus, lists of articles and terms as Lua sees them. Opened by
 * article_api_open.
 *
 *     corpus.articles                     all, newest first         #list list[i] ipairs
 * list:each() corpus:by("author", "jane-doe")     one term's articles       list:slice(21, 40)
 *     corpus:terms("topic")               a table of terms, by slug list:filter(f) list:sort(f)
 *     corpus:term("topic", "health")      one term or nil
 *     corpus:find("news/a.md")            an article or nil
 *     corpus:related(article, 4)          a list
 *     term.name .slug .url .count .articles .taxonomy .profile; tostring(term) is its name
 *
 * A list is a window on positions in the arena, or owns a table of file numbers; it never changes.
 */
#ifndef GALLEY_CORPUS_API_H
#define GALLEY_CORPUS_API_H

#include <lua.h>
#include <stdint.h>

struct site_view;

void corpus_api_open(lua_State *L);
/* Pops the function(taxonomy, slug) that finds a term's profile in the site's data. */
void corpus_api_set_profiles(lua_State *L);
/* Both push one value and give 1. */
int corpus_api_push_related(lua_State *L, struct site_view *view, uint32_t file, uint32_t most);
/* A table of the numbers of a list's articles; nil for all of the corpus in its order. */
int corpus_api_push_numbers(lua_State *L, int list);
/* The list that had these numbers. */
int corpus_api_push_numbered(lua_State *L, struct site_view *view, int numbers);
int corpus_api_push_terms_of(lua_State *L, struct site_view *view, uint32_t file,
                             uint32_t taxonomy);

#endif
