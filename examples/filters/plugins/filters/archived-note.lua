--- Articles older than some years begin with a note that says so.
return {
  kind = "filter", name = "archived-note", api = 1,
  options = { years = { type = "integer", default = 5 } },
  leave = function(article, ctx)
    local year = article.date and tonumber(tostring(article.date):sub(1, 4))
    local now = tonumber(tostring(ctx.now):sub(1, 4))
    if not year or now - year < ctx.options.years then return end
    local note = galley.html.build{ "p", class = "archived", ("This article is from %d and may be out of date."):format(year) }
    article.document:prepend(galley.node.html_block{ text = note })
  end,
}
