--- What a search page needs to work without a server: MiniSearch, and the articles as a script. The newsroom layout has
--- the page: `layout: { newsroom: { search: /search.html } }` and `exports: [search]` in galley.yaml.
return {
  kind = "export",
  name = "search",
  api = 1,
  extension = "js",
  path = "search/index.js",
  media_type = "text/javascript",
  options = {
    text = { type = "boolean", default = true, help = "whole texts; without, titles, summaries and names only" },
  },
  head = function(_, ctx) ctx.out:write("window.galleyArticles = [\n") end,
  between = ",\n",
  entry = function(article, ctx)
    if article.status ~= "published" then return nil end
    local names = {}
    for _, term in ipairs(article.authors) do names[#names + 1] = term.name end
    for _, term in ipairs(article.topics) do names[#names + 1] = term.name end
    return galley.json.write({ url = article.url, title = article.title, summary = article.summary,
      date = article.date and ctx.words().date(article.date), names = table.concat(names, ", "),
      text = ctx.options.text and article:text() or nil }, { script = true })
  end,
  tail = function(_, ctx)
    ctx.out:write("\n];\n")
    for _, name in ipairs{ "minisearch.js", "page.js" } do
      local folder = ctx.output_path:match("^(.*/)") or ""
      ctx.out:file(folder .. name):write(ctx.own(name)):close()
    end
  end,
}
