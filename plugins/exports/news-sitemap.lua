--- A news sitemap: the articles of the last two days, as news search engines want it; 1,000 at most.
local feeds = require("feeds")
local xml = require("xml")

return {
  kind = "export",
  name = "news-sitemap",
  api = 1,
  extension = "xml",
  path = "news-sitemap.xml",
  media_type = "application/xml",
  bodies = false,
  options = {
    name = { type = "string", default = "", help = "the publication's name (default: the site's title)" },
    hours = { type = "integer", default = 48, help = "how far back" },
  },
  select = function(articles, ctx)
    local from = ctx.now.instant - ctx.options.hours * 3600
    return articles:filter(function(article)
      local date = article.date
      return article.status == "published" and date ~= nil and date.instant >= from and date.instant <= ctx.now.instant
    end):slice(1, 1000)
  end,
  write = function(articles, ctx)
    local base = feeds.base(ctx, "a sitemap")
    local name = ctx.options.name ~= "" and ctx.options.name or ctx.site.title
    ctx.out:write('<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" ',
      'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n')
    for article in articles:each() do
      ctx.out:write("<url>\n", xml.line("  ", "loc", base .. article.url), "  <news:news>\n    <news:publication>\n",
        xml.line("      ", "news:name", name), xml.line("      ", "news:language", (article.lang or ctx.site.language):match("^%a+")),
        "    </news:publication>\n",
        xml.line("    ", "news:publication_date", article.date:in_zone(0):format("%Y-%m-%dT%H:%M:%SZ")),
        xml.line("    ", "news:title", article.title), "  </news:news>\n</url>\n")
    end
    ctx.out:write("</urlset>\n")
  end,
}
