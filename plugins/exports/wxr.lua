--- WordPress's own exchange format (WXR 1.2): posts with authors, categories, tags and pictures, for its importer.
local feeds = require("feeds")
local pictures = require("pictures")
local xml = require("xml")

local states = { published = "publish", draft = "draft", embargoed = "future", expired = "private" }
local inline = { a = true, abbr = true, b = true, br = true, code = true, del = true, em = true, i = true, img = true, input = true,
  s = true, span = true, strong = true, sub = true, sup = true, u = true }

local function element(name, text) return ("<%s>%s</%s>\n"):format(name, xml.cdata(text), name) end
local function stamp(date, utc) return date and (utc and date:in_zone(0) or date):format("%Y-%m-%d %H:%M:%S") or "0000-00-00 00:00:00" end
local function meta(key, value)
  return "<wp:postmeta>" .. element("wp:meta_key", key):sub(1, -2) .. element("wp:meta_value", value):sub(1, -2) .. "</wp:postmeta>\n"
end

-- WordPress makes a line break of every line's end within a paragraph: only those between blocks, and in <pre>, stay.
local function on_one_line(html)
  local out, at, last = {}, 1, nil
  local function joined(part)
    for text, tag in part:gmatch("([^<]*)(<?[^>]*>?)") do
      local name = tag:match("^</?(%w+)")
      if last == "br" then text = text:gsub("^\n", "") end
      if text:find("%S") or inline[last or ""] or inline[name or ""] then text = text:gsub("\n", " ") end
      out[#out + 1] = text
      out[#out + 1] = tag
      last = name
    end
  end
  for from, to in html:gmatch("()<pre.-</pre>()") do
    joined(html:sub(at, from - 1))
    out[#out + 1] = html:sub(from, to - 1)
    at, last = to, "pre"
  end
  joined(html:sub(at))
  return table.concat(out)
end

-- Titles are HTML there.
local function title_of(article) return (article.title:gsub("[&<>]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" })) end

-- The taxonomies that become WordPress's own two.
local function kinds_of(ctx)
  local options, known, list = ctx.options, {}, {}
  for _, taxonomy in ipairs(ctx.site.taxonomies or {}) do known[taxonomy.name] = true end
  if known[options.categories] then
    list[1] = { taxonomy = options.categories, domain = "category", element = "category", nicename = "category_nicename", name = "cat_name" }
  end
  if known[options.tags] then
    list[#list + 1] = { taxonomy = options.tags, domain = "post_tag", element = "tag", nicename = "tag_slug", name = "tag_name" }
  end
  return list
end

local joined -- what the items need of each other: { kinds, names, media, position, last }

local function name_of(article) -- WordPress has one post of a name, whatever its folder
  local name, count = article.slug, 1
  while joined.names[name] do
    count = count + 1
    name = article.slug .. "-" .. count
  end
  joined.names[name] = true
  return name
end

local function medium_of(article, ctx) -- its picture as an item of its own, behind the posts; each once
  local picture, media = pictures.of(article), joined.media
  if not picture or feeds.address(ctx) == "" or not ctx.asset_size(picture.path) then return nil end
  if not media[picture.path] then
    joined.last = joined.last + 1
    media[picture.path], media[#media + 1] = joined.last, picture
    picture.id = joined.last
  end
  return media[picture.path]
end

return {
  kind = "export",
  name = "wxr",
  api = 1,
  extension = "xml",
  media_type = "application/xml",
  options = {
    categories = { type = "string", default = "topic", help = "the taxonomy that becomes categories" },
    tags = { type = "string", default = "tag", help = "the taxonomy that becomes tags" },
  },
  head = function(articles, ctx)
    local out, base, site = ctx.out, feeds.base(ctx, "an export for WordPress"), ctx.site
    joined = { kinds = kinds_of(ctx), names = {}, media = {}, position = 0, last = #articles }
    out:write('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" ',
      'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" ',
      'xmlns:wp="http://wordpress.org/export/1.2/">\n<channel>\n', xml.line("", "title", site.title), xml.line("", "link", base),
      xml.line("", "description", site.description), xml.line("", "language", site.language), "<wp:wxr_version>1.2</wp:wxr_version>\n",
      xml.line("", "wp:base_site_url", base), xml.line("", "wp:base_blog_url", base))
    for number, author in ipairs(ctx.corpus:terms("author")) do
      out:write(("<wp:author><wp:author_id>%d</wp:author_id>"):format(number), element("wp:author_login", author.slug),
        element("wp:author_display_name", author.name), "</wp:author>\n")
    end
    local number = 0
    for _, kind in ipairs(joined.kinds) do
      for _, term in ipairs(ctx.corpus:terms(kind.taxonomy)) do
        number = number + 1
        out:write(("<wp:%s><wp:term_id>%d</wp:term_id>"):format(kind.element, number), element("wp:" .. kind.nicename, term.slug),
          element("wp:" .. kind.name, term.name), ("</wp:%s>\n"):format(kind.element))
      end
    end
  end,
  entry = function(article) return element("content:encoded", on_one_line(article:html{ absolute = true })) end,
  join = function(article, ctx, content)
    local out, base, author = ctx.out, feeds.address(ctx), article.authors[1]
    joined.position = joined.position + 1
    out:write("<item>\n", xml.line("", "title", title_of(article)), xml.line("", "link", base .. article.url),
      xml.line("", "pubDate", feeds.rfc822(article.date)), element("dc:creator", author and author.slug),
      ('<guid isPermaLink="false">%s</guid>\n'):format(xml.text(base .. article.url)), "<description></description>\n",
      content, element("excerpt:encoded", type(article.meta.summary) == "string" and article.meta.summary or ""),
      ("<wp:post_id>%d</wp:post_id>\n"):format(joined.position), element("wp:post_date", stamp(article.date)), element("wp:post_date_gmt", stamp(article.date, true)),
      "<wp:comment_status>closed</wp:comment_status>\n<wp:ping_status>closed</wp:ping_status>\n", element("wp:post_name", name_of(article)),
      element("wp:status", states[article.status]), "<wp:post_parent>0</wp:post_parent>\n<wp:menu_order>0</wp:menu_order>\n",
      element("wp:post_type", "post"), "<wp:post_password></wp:post_password>\n<wp:is_sticky>0</wp:is_sticky>\n")
    for _, kind in ipairs(joined.kinds) do
      for _, term in ipairs(article[kind.taxonomy .. "s"]) do
        out:write(('<category domain="%s" nicename="%s">%s</category>\n'):format(kind.domain, xml.text(term.slug), xml.cdata(term.name)))
      end
    end
    for i = 1, #article.authors > 1 and #article.authors or 0 do -- as plugins for several authors write them
      out:write(('<category domain="author" nicename="%s">%s</category>\n'):format(xml.text(article.authors[i].slug), xml.cdata(article.authors[i].name)))
    end
    local medium = medium_of(article, ctx)
    if medium then out:write(meta("_thumbnail_id", tostring(medium))) end
    out:write("</item>\n")
  end,
  tail = function(_, ctx)
    for _, picture in ipairs(joined.media) do
      local address = feeds.address(ctx) .. galley.url.encode(picture.path, "/")
      ctx.out:write("<item>\n", element("title", picture.path:match("([^/]*)%.%w+$")), xml.line("", "link", address), element("excerpt:encoded", picture.caption or ""),
        ("<wp:post_id>%d</wp:post_id>\n"):format(picture.id), element("wp:status", "inherit"), "<wp:post_parent>0</wp:post_parent>\n",
        element("wp:post_type", "attachment"), element("wp:attachment_url", address), picture.alt ~= "" and meta("_wp_attachment_image_alt", picture.alt) or "", "</item>\n")
    end
    ctx.out:write("</channel>\n</rss>\n")
  end,
}
