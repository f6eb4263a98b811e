--- Titles that two articles share.
return {
  kind = "check",
  name = "titles",
  api = 1,
  corpus = function(corpus, ctx)
    local first = {}
    for article in corpus.articles:each() do
      local key = article.title:match("^%s*(.-)%s*$"):lower():gsub("%s+", " ")
      local other = first[key]
      if other then
        ctx.report(article, "warning", ("the title '%s' is that of %s too; make them differ"):format(article.title:match("^%s*(.-)%s*$"), other.path))
      else
        first[key] = article
      end
    end
  end,
}
