return {
  name = "Corpus", class = "galley.Corpus", variable = "corpus", title = "The corpus", kind = "object",
  what = "All articles of a site after the freeze. Plugins find it as ctx.corpus, scripts of `galley lua` as corpus. The examples are of examples/newsroom.",
  sample = "return corpus",
  fields = { "articles galley.Articles all, newest first", "taxonomies string[] their names" },
  entries = {
    { name = "by", what = "The articles of one term; none for a term that is not there.", parameters = { "taxonomy string", "slug string" }, result = { "galley.Articles" }, errors = "raised for a taxonomy that is not there", example = 'return #corpus:by("author", "louise-stanley")', gives = '6' },
    { name = "terms", what = "The terms of a taxonomy, by slug.", parameters = { "taxonomy string" }, result = { "galley.Term[]" }, errors = "as of by", example = 'return tostring(corpus:terms("topic")[1])', gives = '"Clinical trials"' },
    { name = "term", what = "One term.", parameters = { "taxonomy string", "slug string" }, result = { "galley.Term|nil" }, errors = "as of by", example = 'return corpus:term("topic", "innovation").name', gives = '"Innovation"' },
    { name = "find", what = "The article of a path, relative to the content folder, or of an address on the site, which begins with a stroke.", parameters = { "path string" }, result = { "galley.Article|nil" }, example = 'return corpus:find("news/virtual-wards-evaluation.md").title', gives = '"Virtual wards: what helped and what stood in the way"' },
    { name = "related", what = "The articles most like one: shared terms first, then shared words.", parameters = { "article galley.Article", "most? integer 4 by default" }, result = { "galley.Articles" }, errors = "raised for what is no article", example = 'return #corpus:related(corpus.articles[1], 2)', gives = '2' },
    { name = "select", what = "Articles chosen, sorted and counted out.", parameters = { "wanted table where: a function or Lua text over an article's fields; sort: a field, \"-date\" for the reverse; limit" }, result = { "galley.Articles" }, errors = "raised for text that is not Lua",
      example = 'return #corpus:select { where = \'title:find("wards")\', sort = "date", limit = 1 }', gives = '1' },
  },
}
