--- A heading that skips a level is raised to the one that is due; the first is of level 2.
return {
  kind = "filter", name = "heading-levels", api = 1,
  article = function(article)
    local before = 1
    for heading in article.document:each("heading") do
      if heading.level > before + 1 then heading.level = before + 1 end
      before = heading.level
    end
  end,
}
