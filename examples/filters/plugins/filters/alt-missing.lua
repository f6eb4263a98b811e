--- Images without a description are listed in the article's `alt_missing`, for a layout or `galley query --filters`.
return {
  kind = "filter", name = "alt-missing", api = 1,
  leave = function(article)
    local list = {}
    for image in article.document:each("image") do
      if not image.alt or image.alt:find("^%s*$") then list[#list + 1] = image.url end
    end
    if #list > 0 then article.meta.alt_missing = list end
  end,
}
