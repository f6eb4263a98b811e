--- An RSS 2.0 feed of the newest articles, with whole texts, authors, categories and enclosures.
local feeds = require("feeds")
local xml = require("xml")

return {
  kind = "export",
  name = "rss",
  api = 1,
  extension = "xml",
  path = "feed.xml",
  media_type = "application/rss+xml",
  options = feeds.options,
  select = feeds.select,
  write = function(articles, ctx)
    local out, site, base = ctx.out, ctx.site, feeds.base(ctx)
    out:write('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" ',
      'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n',
      xml.line("", "title", site.title), xml.line("", "link", base .. "/"),
      "<description>", xml.text(site.description or site.title), "</description>\n",
      xml.line("", "language", site.language), xml.line("", "lastBuildDate", feeds.rfc822(feeds.updated(articles, ctx))),
      '<generator>Galley</generator>\n<atom:link rel="self" type="application/rss+xml" href="',
      xml.text(base .. "/" .. ctx.output_path), '"/>\n')
    for article in articles:each() do
      out:write("<item>\n", xml.line("  ", "title", article.title), xml.line("  ", "link", base .. article.url),
        xml.line("  ", "guid", feeds.id(article, ctx), ' isPermaLink="false"'), xml.line("  ", "pubDate", feeds.rfc822(article.date)))
      for _, name in ipairs(feeds.names(article.authors)) do out:write(xml.line("  ", "dc:creator", name)) end
      for _, name in ipairs(feeds.names(article.topics)) do out:write(xml.line("  ", "category", name)) end
      out:write(xml.line("  ", "description", article.summary))
      local enclosure = feeds.enclosure(article, ctx, base)
      if enclosure then
        out:write(('  <enclosure url="%s" length="%d" type="%s"/>\n'):format(xml.text(enclosure.url), enclosure.length, enclosure.type))
      end
      if ctx.options.content == "full" then
        out:write(xml.line("  ", "content:encoded", article:html{ absolute = true }))
      end
      out:write("</item>\n")
    end
    out:write("</channel>\n</rss>\n")
  end,
}
