--- Links to a part of a page (`other.md#part`) that is not there, and links without an address or a text.
-- Links to articles and files that are missing are found by every build.

local html_tags = require("html_tags")

local by_url -- articles by their address; made once a worker
local parts_of = {} -- by path, the ids of articles that links point into

local function html_of(article)
  local ok, html = pcall(function() return article:html() end)
  return ok and html or ""
end

local function has_part(article, part)
  local parts = parts_of[article.path]
  if not parts then
    parts = {}
    for tag in html_of(article):gmatch("<%a[^>]*>") do
      for _, name in ipairs{ "id", "name" } do
        local value = tag:find(name, 1, true) and html_tags.attribute(tag, name)
        if value then parts[galley.html.unescape(value)] = true end
      end
    end
    parts_of[article.path] = parts
  end
  return parts[part]
end

return {
  kind = "check",
  name = "links",
  api = 1,
  article = function(article, ctx)
    if not by_url then
      by_url = {}
      for other in ctx.corpus.articles:each() do by_url[other.url] = other end
    end
    local site = (ctx.site.url or ""):gsub("/$", "")
    for _, link in ipairs(article:links()) do
      local url = link.url or ""
      if site ~= "" and url:sub(1, #site + 1) == site .. "/" then url = url:sub(#site + 1) end
      local path, part = url:match("^([^#?]*)[^#]*#(.+)$")
      local target = path == "" and article or path and by_url[path]
      if url == "" then
        ctx.report(link, "warning", "the link has no address; add one")
      elseif target and part ~= "top" and not part:find("^:~:") then -- #:~:text=… asks for words
        part = part:gsub(":~:.*$", "")
        local plain = galley.url.decode(part) or part
        if not has_part(target, part) and not has_part(target, plain) then
          ctx.report(link, "warning", ("there is no part '#%s' in %s; correct it, or give a heading this id: {#%s}"):format(plain,
            target == article and "this article" or target.path, plain))
        end
      end
      if link:plain():find("^%s*$") and not link:find("image, html_inline, shortcode") and not link.attributes["aria-label"] then
        ctx.report(link, "warning", "the link has no text to click on; write one between the brackets")
      end
    end
  end,
}
