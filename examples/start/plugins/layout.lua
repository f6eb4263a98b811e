--- NAME: the smallest layout: a page for each article, and a list of them all.
--
-- A layout turns articles into pages. To use it, name it in galley.yaml:
--
--     layout: NAME
--
-- As it grows, make it a folder NAME/ with init.lua, templates/*.html and static/, as the layout
-- newsroom is; ctx.render("page.html", { ... }) fills a template in. Its golden cases are in NAME.test
-- beside it: `galley test NAME` runs them.
local function page(title, body, language)
  local escape = galley.html.escape
  return ("<!DOCTYPE html>\n<html lang=\"%s\">\n<meta charset=\"utf-8\">\n<title>%s</title>\n<body>\n%s</body>\n</html>\n"):format(
    escape(language), escape(title), body)
end

---@type galley.Plugin
return {
  kind = "layout",
  name = "NAME",
  api = 1,

  options = {
    heading = { type = "string", default = "All articles", help = "what stands above the list" },
  },

  -- One article's page, made by whichever worker takes it.
  page = function(article)
    local title = galley.html.escape(article.title)
    return page(article.title, "<h1>" .. title .. "</h1>\n" .. article:html(), article.lang)
  end,

  -- The other pages.
  pages = function(corpus, ctx)
    ctx.emit{ path = "index.html", render = function()
      local lines = {}
      for article in corpus.articles:each() do
        lines[#lines + 1] = ("<li><a href=\"%s\">%s</a></li>\n"):format(galley.html.escape(ctx.url(article.url)),
          galley.html.escape(article.title))
      end
      local heading = ctx.options.heading
      return page(heading, "<h1>" .. galley.html.escape(heading) .. "</h1>\n<ul>\n" .. table.concat(lines) .. "</ul>\n", ctx.site.language)
    end }
  end,
}
