--- An OPML 2.0 outline of the site: its articles by one taxonomy, each with its address.
local feeds = require("feeds")
local xml = require("xml")

local function outline(indent, text, url, date)
  return ('%s<outline type="link" text="%s" url="%s"%s/>\n'):format(indent, xml.text(text), xml.text(url),
    date and (' created="%s"'):format(date:in_zone(0):format("%a, %d %b %Y %H:%M:%S GMT")) or "")
end

return {
  kind = "export",
  name = "opml",
  api = 1,
  extension = "opml",
  media_type = "text/x-opml",
  bodies = false,
  options = { by = { type = "string", default = "topic", help = "the taxonomy; empty for one list" } },
  select = function(articles) return articles:filter(function(article) return article.status == "published" end) end,
  write = function(articles, ctx)
    local base, chosen, placed = feeds.base(ctx, "an outline"), {}, {}
    for article in articles:each() do chosen[article] = true end
    ctx.out:write('<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n<head>\n', xml.line("  ", "title", ctx.site.title), "</head>\n<body>\n")
    for _, term in ipairs(ctx.options.by ~= "" and ctx.corpus:terms(ctx.options.by) or {}) do
      local lines = {}
      for article in term.articles:each() do
        if chosen[article] then
          lines[#lines + 1] = outline("    ", article.title, base .. article.url, article.date)
          placed[article] = true
        end
      end
      if #lines > 0 then ctx.out:write(('  <outline text="%s">\n'):format(xml.text(term.name)), table.concat(lines), "  </outline>\n") end
    end
    for article in articles:each() do
      if not placed[article] then ctx.out:write(outline("  ", article.title, base .. article.url, article.date)) end
    end
    ctx.out:write("</body>\n</opml>\n")
  end,
}
