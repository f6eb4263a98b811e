--- The first paragraph of an article is its lead, for the site's style.
return {
  kind = "filter", name = "lead-paragraph", api = 1,
  leave = function(article)
    local first = article.document:find("document > paragraph")
    if first then first.class = "lead" end
  end,
}
