--- A sitemap for search engines (sitemaps.org): every article and term, when it changed, its pictures. With more than
--- 50,000 addresses it becomes an index of several.
local feeds = require("feeds")
local pictures = require("pictures")
local xml = require("xml")

local head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
  .. 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">\n'

local function day(date) return date and date:format(date.has_time and "%Y-%m-%dT%H:%M:%SZ" or "%Y-%m-%d") end

local function entry(base, url, date, image)
  if date and date.has_time then date = date:in_zone(0) end
  return "<url>" .. xml.line("", "loc", base .. url):sub(1, -2) .. xml.line("", "lastmod", day(date)):gsub("\n", "")
    .. (image and "<image:image>" .. xml.line("", "image:loc", base .. image):sub(1, -2) .. "</image:image>" or "") .. "</url>\n"
end

return {
  kind = "export",
  name = "sitemap",
  api = 1,
  extension = "xml",
  path = "sitemap.xml",
  media_type = "application/xml",
  bodies = false,
  options = {
    terms = { type = "boolean", default = true, help = "the pages of authors, topics and the like too" },
    most = { type = "integer", default = 50000, help = "addresses in one file" },
  },
  write = function(articles, ctx)
    local base, most = feeds.base(ctx, "a sitemap"), ctx.options.most
    local total = 1
    for article in articles:each() do total = total + (article.status == "published" and 1 or 0) end
    local terms = {}
    for _, taxonomy in ipairs(ctx.options.terms and ctx.corpus.taxonomies or {}) do
      for _, term in ipairs(ctx.corpus:terms(taxonomy)) do terms[#terms + 1] = term end
    end
    total = total + #terms
    local split, files, count, out = total > most, {}, 0, ctx.out
    if not split then out:write(head) end
    local function add(...)
      if split and count % most == 0 then
        if count > 0 then out:write("</urlset>\n"):close() end
        files[#files + 1] = ctx.output_path:gsub("%.xml$", "") .. "-" .. #files + 1 .. ".xml"
        out = ctx.out:file(files[#files])
        out:write(head)
      end
      count = count + 1
      out:write((entry(base, ...)))
    end
    add("/")
    for article in articles:each() do
      local picture = pictures.of(article)
      if article.status == "published" then add(article.url, article.updated or article.date, picture and picture.path) end
    end
    for _, term in ipairs(terms) do add(term.url) end
    out:write("</urlset>\n")
    if split then
      ctx.out:write('<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n')
      for _, file in ipairs(files) do ctx.out:write("<sitemap>", xml.line("", "loc", base .. "/" .. file):sub(1, -2), "</sitemap>\n") end
      ctx.out:write("</sitemapindex>\n")
    end
  end,
}
