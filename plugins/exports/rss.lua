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
  bodies = feeds.bodies,
  head = function(articles, ctx)
    local site, base = ctx.site, feeds.base(ctx)
    ctx.out:write('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" ',
      'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n',
      xml.line("", "title", site.title), xml.line("", "link", base .. "/"),
      "<description>", xml.text(site.description or site.title), "</description>\n",
      xml.line("", "language", site.language), xml.line("", "lastBuildDate", feeds.rfc822(feeds.updated(articles, ctx))),
      '<generator>Galley</generator>\n<atom:link rel="self" type="application/rss+xml" href="',
      xml.text(base .. "/" .. ctx.output_path), '"/>\n')
  end,
  entry = function(article, ctx)
    local base = feeds.address(ctx)
    local parts = { "<item>\n", xml.line("  ", "title", article.title), xml.line("  ", "link", base .. article.url),
      xml.line("  ", "guid", feeds.id(article, ctx), 'isPermaLink="false"'), xml.line("  ", "pubDate", feeds.rfc822(article.date)),
      xml.line("  ", "atom:updated", feeds.rfc3339(article.updated)) }
    local function add(part) parts[#parts + 1] = part end
    for _, name in ipairs(feeds.names(article.authors)) do add(xml.line("  ", "dc:creator", name)) end
    for _, name in ipairs(feeds.names(article.topics)) do add(xml.line("  ", "category", name)) end
    add(xml.line("  ", "description", article.summary))
    local enclosure = feeds.enclosure(article, ctx)
    if enclosure then
      add(('  <enclosure url="%s" length="%d" type="%s"/>\n'):format(xml.text(enclosure.url), enclosure.length, enclosure.type))
    end
    local content = ctx.options.content == "full" and article:html{ absolute = true, xml = true } or ""
    if content == "" then return table.concat(parts), "</item>\n" end
    add("  <content:encoded>")
    return table.concat(parts), content, "</content:encoded>\n</item>\n"
  end,
  tail = function(_, ctx) ctx.out:write("</channel>\n</rss>\n") end,
}
