return {
  name = "Articles", class = "galley.Articles", variable = "articles", title = "Lists of articles", kind = "object",
  what = "What corpus.articles, corpus:by and term.articles give: articles[i], #articles, ipairs and pairs. A list never changes; its methods give new ones.",
  sample = "return corpus.articles",
  item = "[integer] galley.Article", length = true,
  entries = {
    { name = "each", what = "Loops over the articles.", result = { "fun():galley.Article for a for loop" }, example = 'local n = 0\nfor article in corpus.articles:each() do n = n + 1 end\nreturn n == #corpus.articles', gives = 'true' },
    { name = "slice", what = "A part of the list.", parameters = { "first integer", "last? integer the end by default" }, result = { "galley.Articles" }, units = "positions from 1", example = 'return #corpus.articles:slice(2, 3)', gives = '2' },
    { name = "filter", what = "The articles for which a function says true.", parameters = { "keep fun(article:galley.Article):any" }, result = { "galley.Articles" }, example = 'return #corpus.articles:filter(function(article) return article.title:find("wards") end)', gives = '1' },
    { name = "pick", what = "The articles at some positions, in that order.", parameters = { "positions integer[]" }, result = { "galley.Articles" }, errors = "raised for a position that is not there", example = 'return corpus.articles:pick({ 2, 1 })[2].path == corpus.articles[1].path', gives = 'true' },
  },
}
