--- One HTML file of one or several articles, with its style and its pictures inside; for reading, printing, sending.
local language = require("language")
local pictures = require("pictures")
local writers = require("writers")
local xml = require("xml")

local style = [[
body { font: 1.05rem/1.5 Georgia, serif; max-width: 40rem; overflow-wrap: break-word; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff; }
h1, h2, h3 { line-height: 1.2; } .byline { color: #555; } img { max-width: 100%; height: auto; } figure { margin: 1.5rem 0; }
pre { overflow-x: auto; background: #f4f4f4; padding: .5rem; } table { border-collapse: collapse; } th, td { border: 1px solid #999; padding: .2rem .6rem; }
article + article { border-top: 1px solid #999; margin-top: 3rem; }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #181818; } a { color: #8cf; } pre { background: #222; } .byline { color: #aaa; } }
@media print { article + article { break-before: page; border: 0; } }
]]

-- RFC 4648: three bytes become four letters, two at a time.
local letters, two = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", {}
for n = 0, 4095 do
  local first, second = (n >> 6) + 1, (n & 63) + 1
  two[n] = letters:sub(first, first) .. letters:sub(second, second)
end

local function base64(bytes)
  local missing, out, count = -#bytes % 3, {}, 0
  bytes = bytes .. ("\0"):rep(missing)
  for i = 1, #bytes, 3 do
    local a, b, c = bytes:byte(i, i + 2)
    local n = a << 16 | b << 8 | c
    out[count + 1], out[count + 2] = two[n >> 12], two[n & 4095]
    count = count + 2
  end
  local text = table.concat(out)
  return text:sub(1, #text - missing) .. ("="):rep(missing)
end

return {
  kind = "export",
  name = "html-single",
  api = 1,
  extension = "html",
  media_type = "text/html",
  options = { images = { type = "boolean", default = true, help = "pictures inside the file, up to 2 MB each" } },
  head = function(articles, ctx)
    local title = #articles == 1 and articles[1].title or ctx.site.title
    ctx.out:write('<!DOCTYPE html>\n<html ', language.attributes(ctx.site.language), '>\n<head>\n<meta charset="utf-8">\n<title>', xml.text(title),
      '</title>\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>\n', style, "</style>\n</head>\n<body>\n")
  end,
  entry = function(article, ctx)
    local base, by = (ctx.site.url or ""):gsub("/*$", ""), {}
    for i, author in ipairs(article.authors) do by[i] = author.name end
    local origin = base:match("^%a[%w+.-]*://[^/]+") or base
    if article.date then by[#by + 1] = ctx.words(article.lang).date(article.date) end
    local html = writers.clean(article:html{ absolute = true })
    if ctx.options.images then
      html = html:gsub('(<img src=")([^"]*)', function(before, address)
        local url = galley.html.unescape(address)
        local path = pictures.resolve(article, url)
        for _, root in ipairs{ base, origin } do -- a path from the host's root means the site's, mostly
          if not path and url:sub(1, #root + 1) == root .. "/" then path = url:sub(#root + 1) end
        end
        local bytes = path and ctx.asset(galley.url.decode(path) or path)
        if not bytes or #bytes > 2 << 20 then return nil end
        return ("%sdata:%s;base64,%s"):format(before, pictures.media_type(path) or "application/octet-stream", base64(bytes))
      end)
    end
    return "<article " .. language.attributes(article.lang or ctx.site.language, ctx.site.language) .. ">\n<h1>" .. xml.text(article.title) .. "</h1>\n",
      #by > 0 and '<p class="byline">' .. xml.text(table.concat(by, ", ")) .. "</p>\n" or "", html, "</article>\n"
  end,
  tail = function(_, ctx) ctx.out:write("</body>\n</html>\n") end,
}
