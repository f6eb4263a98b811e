--- Titles that two articles of one language share.

-- An article without a title goes by its file's name, which many may have: index.md.
local function has_title(article)
  return article.title ~= (article.path:match("([^/]+)%.%w+$") or "") or article.meta.title ~= nil
end

return {
  kind = "check",
  name = "titles",
  api = 1,
  corpus = function(corpus, ctx)
    local first = {}
    for article in corpus.articles:each() do
      local key = has_title(article) and (article.lang or "") .. " " .. galley.text.lower(galley.text.trim(article.title)):gsub("%s+", " ")
      local other = key and first[key]
      if other then
        ctx.report(article, "warning", ("the title '%s' is that of %s too; make them differ"):format(article.title:match("^%s*(.-)%s*$"), other.path))
      elseif key then
        first[key] = article
      end
    end
  end,
}
