--- Links to a part of a page (`other.md#part`) that is not there, and links without an address or a text.
-- Links to articles and files that are missing are found by every build.
local by_url -- articles by their address; made once a worker

local function html_of(article)
  local ok, html = pcall(function() return article:html() end)
  return ok and html or ""
end

local function has_part(article, part)
  local html = html_of(article)
  return html:find('id="' .. part .. '"', 1, true) or html:find('name="' .. part .. '"', 1, true)
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
    for _, link in ipairs(article:links()) do
      local url = link.url or ""
      local path, part = url:match("^([^#?]*)[^#]*#(.+)$")
      local target = path == "" and article or path and by_url[path]
      if url == "" then
        ctx.report(link, "warning", "the link has no address; add one")
      elseif target and part ~= "top" then
        local plain = part:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)
        if not has_part(target, part) and not has_part(target, plain) then
          ctx.report(link, "warning", ("there is no part '#%s' in %s; correct it, or give a heading this id: {#%s}"):format(part,
            target == article and "this article" or target.path, part))
        end
      end
      if link:plain():find("^%s*$") and not link:find("image") then
        ctx.report(link, "warning", "the link has no text to click on; write one between the brackets")
      end
    end
  end,
}
