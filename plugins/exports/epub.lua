--- An EPUB 3 book of the articles: cover, contents, pictures, footnotes as pop-ups, accessibility metadata.
local feeds = require("feeds")
local language = require("language")
local pictures = require("pictures")
local xml = require("xml")

local head = '<?xml version="1.0" encoding="UTF-8"?>\n'
local allowed = { ["image/jpeg"] = true, ["image/png"] = true, ["image/gif"] = true, ["image/svg+xml"] = true, ["image/webp"] = true }

local style = [[
body { line-height: 1.45; margin: 0 4%; overflow-wrap: break-word; } h1, h2, h3 { line-height: 1.2; text-align: left; } .byline { font-style: italic; }
figure { margin: 1.2em 0; text-align: center; } img { max-width: 100%; max-height: 90vh; } figcaption { font-size: .9em; }
blockquote { margin: 1em 1.5em; } blockquote .byline { text-align: right; margin: 0; } pre { white-space: pre-wrap; font-size: .85em; }
code { overflow-wrap: anywhere; } table { border-collapse: collapse; margin: 1em 0; font-size: .9em; } th, td { border: 1px solid; padding: .2em .5em; }
a[role="doc-noteref"] { vertical-align: super; font-size: .75em; line-height: 0; text-decoration: none; }
aside { font-size: .9em; border-top: 1px solid; margin-top: 1em; } nav ol { list-style: none; padding: 0; } nav li { margin: .6em 0; }
.cover { text-align: center; margin: 0; padding: 0; } .cover img { max-height: 98vh; }
]]

-- A cover for a book that was given none: the title, who wrote it, whose it is.
local function drawn_cover(title, authors, site, lang)
  local lines = {}
  for line in galley.text.wrap(title, 18):gmatch("[^\n]+") do lines[#lines + 1] = line end
  if #lines > 7 then lines = table.move(lines, 1, 7, 1, {}) end
  local out = { head, ('<svg xmlns="http://www.w3.org/2000/svg" xml:lang="%s" viewBox="0 0 1200 1600" width="1200" height="1600">\n'):format(xml.text(lang)),
    "<title>", xml.text(title), '</title>\n<rect width="1200" height="1600" fill="#17324d"/>\n<rect x="90" y="120" width="120" height="10" fill="#e8b23a"/>\n' }
  local function put(y, size, text) out[#out + 1] = ('<text x="90" y="%d" font-family="Georgia, serif" font-size="%d" fill="#ffffff">%s</text>\n'):format(y, size, xml.text(text)) end
  for i, line in ipairs(lines) do put(160 + i * 124, 104, line) end
  if authors ~= "" then
    local n = 0
    for line in galley.text.wrap(authors, 36):gmatch("[^\n]+") do
      n = n + 1
      if n <= 4 then put(1180 + n * 62, 50, n == 4 and line .. " …" or line) end
    end
  end
  if site ~= title then put(1500, 42, galley.text.truncate(site, 44)) end
  out[#out + 1] = "</svg>\n"
  return table.concat(out)
end

local function page(title, lang, body)
  return head .. ('<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" %s xml:lang="%s">\n')
    :format(language.attributes(lang), xml.text(lang)) .. "<head><title>" .. xml.text(title) .. '</title><link rel="stylesheet" type="text/css" href="style.css"/></head>\n<body>\n'
    .. body .. "\n</body>\n</html>\n"
end

local writers = require("writers")
local xhtml = require("xhtml")

-- Notes stand at the end of their article: reading devices show them where they are referred to.
local rules = writers.derive(xhtml, {
  footnote_definition = function(node, inner, book)
    book.notes[#book.notes + 1] = xhtml.footnote_definition(node, inner, book)
    return ""
  end,
})

return {
  kind = "export",
  name = "epub",
  api = 1,
  extension = "epub",
  media_type = "application/epub+zip",
  binary = true,
  options = {
    title = { type = "string", default = "", help = "the book's title (default: the site's)" },
    cover = { type = "string", default = "", help = "a picture of the site, such as images/cover.jpg" },
    contents = { type = "string", help = "the heading of the list of articles (default: the language's Contents)" },
    id = { type = "string", default = "", help = "the book's identifier (default: made from the site and the articles)" },
  },
  write = function(articles, ctx)
    local zip, problem = galley.zip.new()
    if not zip then error(problem, 0) end
    local site, base = ctx.site, (ctx.site.url or ""):gsub("/*$", "")
    local title, lang = ctx.options.title ~= "" and ctx.options.title or site.title, site.language
    local manifest, spine, contents, files, file_of, creators, seen = {}, {}, {}, {}, {}, {}, {}
    zip:add("mimetype", "application/epub+zip", { store = true })
    zip:add("META-INF/container.xml", head .. '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
      .. '<rootfiles><rootfile full-path="EPUB/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>\n')
    local function add(id, name, media_type, bytes, properties)
      zip:add("EPUB/" .. name, bytes, { store = media_type == "image/jpeg" or media_type == "image/png" })
      manifest[#manifest + 1] = ('<item id="%s" href="%s" media-type="%s"%s/>\n'):format(id, name, media_type,
        properties and (' properties="%s"'):format(properties) or "")
    end
    -- A picture is in the book once, under a name of its own.
    local function picture(path, properties)
      if files[path] == nil then
        local media_type, bytes = pictures.media_type(path), ctx.asset(path)
        files[path] = false
        if bytes and allowed[media_type or ""] and not (media_type == "image/svg+xml" and bytes:find("<!DOCTYPE") ) then
          local number = #manifest + 1
          files[path] = ("picture-%d.%s"):format(number, path:match("%.(%w+)$"):lower())
          add("picture-" .. number, files[path], media_type, bytes, properties)
        end
      end
      return files[path] or nil
    end
    add("style", "style.css", "text/css", style)
    local cover = ctx.options.cover ~= "" and picture("/" .. ctx.options.cover:gsub("^/+", ""), "cover-image")
    if ctx.options.cover ~= "" and not cover then ctx.log.warn(("the cover '%s' is not there, or no picture"):format(ctx.options.cover)) end
    if not cover then
      local by, known = {}, {}
      for article in articles:each() do
        for _, name in ipairs(feeds.names(article.authors)) do
          if not known[name] then known[name], by[#by + 1] = true, name end
        end
      end
      cover = "cover.svg"
      add("cover-picture", cover, "image/svg+xml", drawn_cover(title, table.concat(by, ", "), site.title, lang), "cover-image")
    end
    local cover_body = ('<section epub:type="cover" class="cover"><img src="%s" alt="%s"/></section>'):format(cover, xml.text(title))
    add("cover", "cover.xhtml", "application/xhtml+xml", page(title, lang, cover_body))
    spine[1] = '<itemref idref="cover"/>\n<itemref idref="contents"/>\n'
    local newest, identity = nil, {}
    for article, number in articles:each() do file_of[article.url] = ("article-%d.xhtml"):format(number) end
    for article, number in articles:each() do
      local ids = {}
      local book = {
        referred = {}, notes = {},
        id = function(id)
          ids[id] = ids[id] or (id:find("^[%a_][%w_.-]*$") and id or "id-" .. id:gsub("[^%w_.-]", function(c) return ("%02x"):format(c:byte()) end))
          return ids[id]
        end,
        picture = function(url)
          local path = pictures.resolve(article, url)
          return path and picture(path)
        end,
      }
      local have = {}
      for node in article.document:descendants() do if node.id then have[node.id] = true end end
      function book.address(url)
        local fragment = url:match("^#(.+)$")
        if fragment then return have[fragment] and "#" .. book.id(fragment) or "" end
        local inside = file_of[(url:gsub("#.*$", ""))]
        if inside then return inside end
        url = writers.absolute(url, ctx, article):gsub('[%c%s<>"{}|\\^`]', function(c) return ("%%%02X"):format(c:byte()) end)
        return url:find("^%a[%w+.-]*:") and galley.url.parse(url) and url or ""
      end
      local body = writers.write(rules, article.document, book)
      local by = feeds.names(article.authors)
      for _, name in ipairs(by) do
        if not seen[name] then seen[name], creators[#creators + 1] = true, name end
      end
      local lead = pictures.of(article)
      local file = lead and picture(lead.path)
      if file and body:find('<img src="' .. file .. '"', 1, true) then file = nil end -- it is in the text already
      if #book.notes > 0 then body = body .. "\n" .. table.concat(book.notes, "\n") end
      local byline = {}
      if #by > 0 then byline[1] = table.concat(by, ", ") end
      if article.date then byline[#byline + 1] = ctx.words(article.lang).date(article.date) end
      local name, id = file_of[article.url], "article-" .. number
      add(id, name, "application/xhtml+xml", page(article.title, article.lang or site.language,
        '<section epub:type="chapter" role="doc-chapter">\n<h1>' .. xml.text(article.title) .. "</h1>\n"
        .. (#byline > 0 and '<p class="byline">' .. xml.text(table.concat(byline, ", ")) .. "</p>\n" or "")
        .. (file and ('<figure><img src="%s" alt="%s"/></figure>\n'):format(file, xml.text(lead.alt)) or "") .. body .. "\n</section>"))
      spine[#spine + 1] = ('<itemref idref="%s"/>\n'):format(id)
      contents[#contents + 1] = ('<li><a href="%s">%s</a></li>\n'):format(name, xml.text(article.title))
      identity[#identity + 1] = article.path
      local date = article.updated or article.date
      if date and (not newest or newest < date) then newest = date end
    end
    if #contents == 0 then error("a book needs an article; none was chosen", 0) end
    local heading = ctx.options.contents or ctx.words().contents
    add("contents", "contents.xhtml", "application/xhtml+xml", page(heading, lang,
      '<nav epub:type="toc" role="doc-toc" id="toc"><h1>' .. xml.text(heading) .. "</h1>\n<ol>\n" .. table.concat(contents) .. "</ol></nav>\n"
      .. '<nav epub:type="landmarks" hidden="hidden"><ol>\n<li><a epub:type="cover" href="cover.xhtml">' .. xml.text(title) .. "</a></li>\n"
      .. '<li><a epub:type="toc" href="contents.xhtml">' .. xml.text(heading) .. "</a></li>\n"
      .. '<li><a epub:type="bodymatter" href="article-1.xhtml">' .. xml.text(articles[1].title) .. "</a></li>\n</ol></nav>"), "nav")
    local host = base:match("^%a[%w+.-]*://([^/:]+)") or "localhost"
    local book_id = ctx.options.id ~= "" and ctx.options.id or ("tag:%s,2024:book/%d/%s"):format(host, #identity, galley.url.encode(identity[#identity]))
    local names = {}
    for i, name in ipairs(creators) do names[i] = "<dc:creator>" .. xml.text(name) .. "</dc:creator>\n" end
    zip:add("EPUB/book.opf", head .. '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="' .. xml.text(lang) .. '">\n'
      .. '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n<dc:identifier id="id">' .. xml.text(book_id) .. "</dc:identifier>\n<dc:title>"
      .. xml.text(title) .. "</dc:title>\n<dc:language>" .. xml.text(lang) .. "</dc:language>\n" .. table.concat(names)
      .. "<dc:publisher>" .. xml.text(site.title) .. '</dc:publisher>\n<meta property="dcterms:modified">' .. feeds.rfc3339(newest or ctx.now)
      .. '</meta>\n<meta property="schema:accessMode">textual</meta>\n<meta property="schema:accessMode">visual</meta>\n'
      .. '<meta property="schema:accessModeSufficient">textual</meta>\n<meta property="schema:accessibilityFeature">structuralNavigation</meta>\n'
      .. '<meta property="schema:accessibilityFeature">tableOfContents</meta>\n<meta property="schema:accessibilityFeature">alternativeText</meta>\n'
      .. '<meta property="schema:accessibilityHazard">none</meta>\n'
      .. '<meta property="schema:accessibilitySummary">Text that can be resized and read aloud, with headings, contents and described pictures.</meta>\n'
      .. "</metadata>\n<manifest>\n" .. table.concat(manifest) .. "</manifest>\n<spine>\n" .. table.concat(spine) .. "</spine>\n</package>\n")
    ctx.out:write(zip:bytes())
  end,
}
