--- A page, or a folder of pages: the main content as an article; navigation and the like stay behind.
local old_html = require("old_html")
local records = require("records")
local no_content = "it has no main content that says so; all of the page was taken"

local function meta_of(info)
  local map = {}
  for name, content in (info.meta or ""):gmatch("([^\t\n]+)\t([^\n]*)\n") do
    name = name:lower()
    if not map[name] and content ~= "" then map[name] = content end
  end
  return map
end

local function first(...)
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    if value and value ~= "" then return value end
  end
end

local function article_of(html, path)
  local result, problem = old_html.read(html, { page = true })
  local article = { path = path, meta = {}, lost = {}, unsure = {} }
  if not result then
    article.failed = problem
    return article
  end
  local info, document = result.info, result.document
  local meta = meta_of(info)
  local lower = html:lower()
  if not (lower:find("<article", 1, true) or lower:find("<main", 1, true) or lower:find("role=[\"']?main")) then
    article.unsure[#article.unsure + 1] = no_content
  end
  local heading = document:find("heading[level=1]")
  local title = first(heading and galley.text.trim(heading:plain()), meta["og:title"], old_html.plain(info.title))
  local words = result.words
  if heading and title == galley.text.trim(heading:plain()) then
    words = words - galley.text.words(heading:plain()) -- it is the title now
    heading:remove()
  end
  local date, unclear = records.date(first(meta["article:published_time"], meta["date"], meta["dc.date"], meta["datepublished"], meta["pubdate"],
    html:match("\"datePublished\"%s*:%s*\"([^\"]+)\""), html:match("<time[^>]*datetime=[\"']([^\"']+)")))
  if unclear or not date then article.unsure[#article.unsure + 1] = "there is no date that is understood; give it one" end
  local author = first(meta["author"], meta["article:author"], meta["dc.creator"])
  if author and author:find("^https?:") then author = nil end
  local alias = info.canonical and info.canonical:match("^%a+://[^/]*(/[^?#]*)")
  article.title, article.document, article.words, article.lost = title, document, words, result.lost
  article.meta = { { "title", title }, { "date", not unclear and date or nil }, { "authors", author and { author } or nil },
    { "summary", first(meta["description"], meta["og:description"]) }, { "image", meta["og:image"] }, { "image_alt", meta["og:image:alt"] },
    { "aliases", alias and alias ~= "/" and { alias } or nil } }
  return article
end

return {
  kind = "import", name = "html", api = 1,
  description = "A page, or a folder of pages: the main content of each as an article.",
  read = function(source, ctx)
    if not source.folder then
      coroutine.yield(article_of(source:text(), (source.base:gsub("%.x?html?$", ""))))
      return
    end
    local others = 0
    for _, path in ipairs(source:files()) do
      if path:lower():find("%.x?html?$") then
        local name = path:gsub("%.x?html?$", ""):gsub("(.)/index$", "%1")
        coroutine.yield(article_of(source:file(path) or "", name))
      else
        others = others + 1
      end
    end
    if others > 0 then ctx.lost(("%d files that are no pages are left out; copy pictures by hand"):format(others)) end
  end,
}
