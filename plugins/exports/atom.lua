--- An Atom 1.0 feed (RFC 4287) of the newest articles.
local feeds = require("feeds")
local xml = require("xml")

local function link(rel, href, more)
  return ('<link rel="%s" href="%s"%s/>\n'):format(rel, xml.text(href), more or "")
end

return {
  kind = "export",
  name = "atom",
  api = 1,
  extension = "xml",
  path = "atom.xml",
  media_type = "application/atom+xml",
  options = feeds.options,
  select = feeds.select,
  bodies = feeds.bodies,
  head = function(articles, ctx)
    local site, base = ctx.site, feeds.base(ctx)
    ctx.out:write('<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="', xml.text(site.language),
      '">\n', xml.line("", "title", site.title), xml.line("", "subtitle", site.description), xml.line("", "id", base .. "/"),
      xml.line("", "updated", feeds.rfc3339(feeds.updated(articles, ctx))), link("alternate", base .. "/"),
      link("self", base .. "/" .. ctx.output_path), "<generator>Galley</generator>\n<author>", xml.line("", "name", site.title), "</author>\n")
  end,
  entry = function(article, ctx)
    local base = feeds.address(ctx)
    local parts = { "<entry>\n", xml.line("  ", "title", article.title), xml.line("  ", "id", feeds.id(article, ctx)),
      "  ", link("alternate", base .. article.url), xml.line("  ", "published", feeds.rfc3339(article.date)),
      xml.line("  ", "updated", feeds.rfc3339(article.updated or article.date)) }
    local function add(part) parts[#parts + 1] = part end
    for _, name in ipairs(feeds.names(article.authors)) do add("  <author><name>" .. xml.text(name) .. "</name></author>\n") end
    for _, name in ipairs(feeds.names(article.topics)) do add('  <category term="' .. xml.text(name) .. '"/>\n') end
    add(xml.line("  ", "summary", article.summary))
    local enclosure = feeds.enclosure(article, ctx)
    if enclosure then
      add("  " .. link("enclosure", enclosure.url, (' length="%d" type="%s"'):format(enclosure.length, enclosure.type)))
    end
    local content = ctx.options.content == "full" and article:html{ absolute = true, xml = true } or ""
    if content == "" then return table.concat(parts), "</entry>\n" end
    add(('  <content type="html" xml:base="%s">'):format(xml.text(base .. article.url)))
    return table.concat(parts), content, "</content>\n</entry>\n"
  end,
  tail = function(_, ctx) ctx.out:write("</feed>\n") end,
}
