--- Titles that two articles of one language share.

-- An article without a title goes by its file's name, which many may have: index.md.
local function has_title(article)
  return article.title ~= (article.path:match("([^/]+)%.%w+$") or "") or article.meta.title ~= nil
end

-- The entry or heading that gives it, for the place of the finding.
local function report_title(ctx, article, message)
  for _, key in ipairs{ "title", "headline" } do
    if article.meta[key] ~= nil then return ctx.report(article, "warning", message, key) end
  end
  ctx.report(article:headings()[1] or article, "warning", message)
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
        report_title(ctx, article, ("the title '%s' is that of %s too; make them differ"):format(article.title:match("^%s*(.-)%s*$"), other.path))
      elseif key then
        first[key] = article
      end
    end
  end,
}
