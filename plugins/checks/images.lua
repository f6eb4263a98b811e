--- Images without a description for those who do not see them.
return {
  kind = "check",
  name = "images",
  api = 1,
  options = {
    longest = { type = "integer", default = 0, help = "the most characters of a description; 0 for any" },
  },
  article = function(article, ctx)
    for _, image in ipairs(article:images()) do
      local alt = image.alt or ""
      if alt:find("^%s*$") then
        ctx.report(image, "warning", "the image has no description; write what it shows between ![ and ]")
      elseif ctx.options.longest > 0 and (utf8.len(alt) or #alt) > ctx.options.longest then
        ctx.report(image, "warning", ("the description is longer than %d characters; move details to the text"):format(ctx.options.longest))
      end
    end
    local meta = article.meta
    if meta.image and not meta.image_alt then
      ctx.report(article, "warning", "the article's image has no description; add image_alt to the front matter")
    end
  end,
}
