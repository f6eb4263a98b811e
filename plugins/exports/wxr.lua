--- WordPress's own exchange format (WXR 1.2): posts with authors, categories and tags, for its importer.
local feeds = require("feeds")
local xml = require("xml")

local states = { published = "publish", draft = "draft", embargoed = "future", expired = "private" }

local function element(name, text) return ("<%s>%s</%s>\n"):format(name, xml.cdata(text), name) end
local function stamp(date, utc) return date and (utc and date:in_zone(0) or date):format("%Y-%m-%d %H:%M:%S") or "0000-00-00 00:00:00" end

return {
  kind = "export",
  name = "wxr",
  api = 1,
  extension = "xml",
  media_type = "application/xml",
  options = { categories = { type = "string", default = "topic", help = "the taxonomy that becomes categories" } },
  write = function(articles, ctx)
    local out, base, number = ctx.out, (ctx.site.url or ""):gsub("/*$", ""), 0
    out:write('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" ',
      'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" ',
      'xmlns:wp="http://wordpress.org/export/1.2/">\n<channel>\n', xml.line("", "title", ctx.site.title), xml.line("", "link", base),
      xml.line("", "description", ctx.site.description), xml.line("", "language", ctx.site.language), "<wp:wxr_version>1.2</wp:wxr_version>\n",
      xml.line("", "wp:base_site_url", base), xml.line("", "wp:base_blog_url", base))
    for _, author in ipairs(ctx.corpus:terms("author")) do
      number = number + 1
      out:write(("<wp:author><wp:author_id>%d</wp:author_id>"):format(number), element("wp:author_login", author.slug),
        element("wp:author_display_name", author.name), "</wp:author>\n")
    end
    for i, term in ipairs(ctx.corpus:terms(ctx.options.categories)) do
      out:write(("<wp:category><wp:term_id>%d</wp:term_id>"):format(i), element("wp:category_nicename", term.slug),
        element("wp:cat_name", term.name), "</wp:category>\n")
    end
    for article, position in articles:each() do
      local author = article.authors[1]
      out:write("<item>\n", xml.line("", "title", article.title), xml.line("", "link", base .. article.url),
        xml.line("", "pubDate", feeds.rfc822(article.date)), element("dc:creator", author and author.slug),
        ('<guid isPermaLink="false">%s</guid>\n'):format(xml.text(base .. article.url)), "<description></description>\n",
        element("content:encoded", article:html{ absolute = true }), element("excerpt:encoded", type(article.meta.summary) == "string" and article.meta.summary or ""),
        ("<wp:post_id>%d</wp:post_id>\n"):format(position), element("wp:post_date", stamp(article.date)), element("wp:post_date_gmt", stamp(article.date, true)),
        element("wp:post_name", article.slug), element("wp:status", states[article.status]), element("wp:post_type", "post"))
      for _, term in ipairs(article[ctx.options.categories .. "s"]) do
        out:write(('<category domain="category" nicename="%s">%s</category>\n'):format(xml.text(term.slug), xml.cdata(term.name)))
      end
      out:write("</item>\n")
    end
    out:write("</channel>\n</rss>\n")
  end,
}
