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
  write = function(articles, ctx)
    local out, json = ctx.out, galley.json.write
    out:write("window.galleyArticles = [")
    local count = 0
    for article in articles:each() do
      if article.status == "published" then
        local names = {}
        for _, term in ipairs(article.authors) do names[#names + 1] = term.name end
        for _, term in ipairs(article.topics) do names[#names + 1] = term.name end
        out:write(count > 0 and ",\n" or "\n", json({ id = count, url = article.url, title = article.title, summary = article.summary,
          date = article.date and article.date:format("%-d %B %Y"), names = table.concat(names, ", "),
          text = ctx.options.text and article:text() or nil }, { script = true }))
        count = count + 1
      end
    end
    out:write("\n];\n")
    for _, name in ipairs{ "minisearch.js", "page.js" } do
      local folder = ctx.output_path:match("^(.*/)") or ""
      ctx.out:file(folder .. name):write(ctx.own(name)):close()
    end
  end,
}
