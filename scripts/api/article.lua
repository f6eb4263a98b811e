local sample = 'local article = corpus:find("news/virtual-wards-evaluation.md")\n'
return {
  name = "Article", class = "galley.Article", variable = "article", title = "Articles", kind = "object",
  what = "One source file: its meta (front matter), its document (body), and the conventions of the site, resolved. Filters and edits change meta and document; after the freeze both are read only.\nThe examples are of examples/newsroom.",
  sample = "return corpus.articles[1]",
  fields = {
    "path string relative to the content folder", "title string", "summary string|nil what the front matter gives, else the first paragraph", "slug string", "url string a site path such as /news/a/", "lang string", "date galley.Date|nil", "updated galley.Date|nil", "embargo galley.Date|nil", "expires galley.Date|nil",
    "status string published, draft and the like", "meta galley.Map the front matter", "document galley.Node the body", "previous galley.Article|nil the older neighbour", "next galley.Article|nil the newer neighbour", "related galley.Articles up to four", "source string the file's bytes",
    "authors galley.Term[] of the taxonomy author", "topics galley.Term[] of the taxonomy topic",
  },
  entries = {
    { name = "html", what = "The body as HTML.", parameters = { "options? table absolute: links carry the site's address, for feeds; xml: escaped, to stand as text in XML" }, result = { "string" }, errors = "raised before the body is parsed", example = sample .. 'return article:html():sub(1, 25)', gives = '"<p>Hospital care at home "' },
    { name = "text", what = "The body's text.", result = { "string" }, errors = "as of html", example = sample .. 'return article:text():sub(1, 26)', gives = '"Hospital care at home can "' },
    { name = "words", what = "How many words the body has.", result = { "integer" }, units = "runs between blanks", errors = "as of html", example = sample .. 'return article:words() > 100', gives = 'true' },
    { name = "excerpt", what = "The text up to the `more` mark, else the beginning, cut at a word.", parameters = { "most? integer 200 by default" }, result = { "string" }, units = "characters", errors = "as of html", example = sample .. 'return article:excerpt(30)', gives = '"Hospital care at home can…"' },
    { name = "links", what = "All links of the body.", result = { "galley.Node[]" }, errors = "as of html", example = sample .. 'return #article:links()', gives = '2' },
    { name = "images", what = "All images of the body.", result = { "galley.Node[]" }, errors = "as of html", example = sample .. 'return #article:images()', gives = '0' },
    { name = "headings", what = "All headings of the body.", result = { "galley.Node[]" }, errors = "as of html", example = sample .. 'return #article:headings()', gives = '0' },
    { name = "quotes", what = "All quotations of the body.", result = { "galley.Node[]" }, errors = "as of html", example = sample .. 'return #article:quotes()', gives = '1' },
  },
}
