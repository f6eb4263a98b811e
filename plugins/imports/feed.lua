--- RSS and Atom: an article an entry, as a stream.
local elements = require("xml_elements")
local old_html = require("old_html")
local records = require("records")

local get, child, text_of = elements.get, elements.child, elements.text

-- Elements as HTML again, for content that is XHTML.
local function markup(element)
  local out, above, i = {}, {}, 1
  while element do
    local part = element[i]
    if part == nil then
      local up = table.remove(above)
      if not up then break end
      out[#out + 1] = "</" .. element.name:gsub("^[%w]+:", "") .. ">"
      element, i = up[1], up[2]
    elseif type(part) == "string" then
      out[#out + 1] = galley.html.escape(part)
      i = i + 1
    else
      local names = {}
      for name in pairs(part.attributes) do if not name:find("^xmlns") then names[#names + 1] = name end end
      table.sort(names)
      out[#out + 1] = "<" .. part.name:gsub("^[%w]+:", "")
      for _, name in ipairs(names) do out[#out + 1] = (' %s="%s"'):format(name, galley.html.escape(part.attributes[name])) end
      out[#out + 1] = ">"
      above[#above + 1] = { element, i + 1 }
      element, i = part, 1
    end
  end
  return table.concat(out)
end

local function html_of(element)
  if not element then return nil end
  local kind = element.attributes.type
  if kind == "xhtml" then return markup(element) end
  return text_of(element)
end

-- `number`: which entry it is; `of_feed`: who writes those that name nobody; `base`: what addresses are below, nil for themselves.
local function article_of(entry, number, of_feed, base)
  local article = { meta = {}, lost = {}, unsure = {} }
  local authors, topics, link, image, permanent = {}, {}, nil, nil, nil
  for i = 1, #entry do
    local part = entry[i]
    if type(part) == "table" then
      local name = part.name
      if name == "author" or name == "dc:creator" or name == "itunes:author" then
        local author = get(part, "name") or text_of(part)
        author = old_html.plain(author:match("%((.-)%)%s*$") or author)
        local known = author == ""
        for _, other in ipairs(authors) do known = known or other == author end
        if not known then authors[#authors + 1] = author end
      elseif name == "category" or name == "dc:subject" then
        local topic = old_html.plain(part.attributes.label or part.attributes.term or text_of(part))
        if topic ~= "" then topics[#topics + 1] = topic end
      elseif name == "link" then
        local rel = part.attributes.rel
        if not rel or rel == "alternate" then link = link or part.attributes.href or text_of(part) end
        local picture = (part.attributes.type or ""):find("^image/")
        if rel == "enclosure" and picture then image = image or part.attributes.href
        elseif rel == "enclosure" then article.lost[#article.lost + 1] = "an enclosure is left out: " .. (part.attributes.href or "") end
      elseif name == "guid" and part.attributes.isPermaLink ~= "false" and text_of(part):find("^https?://") then
        permanent = text_of(part)
      elseif name == "media:group" then
        local content = child(part, "media:content")
        if content and (content.attributes.medium or content.attributes.type or ""):find("^image") then image = image or content.attributes.url end
      elseif name == "enclosure" or name == "media:content" or name == "media:thumbnail" then
        local kind = part.attributes.type or part.attributes.medium or (name == "media:thumbnail" and "image/") or ""
        if kind:find("^image") then image = image or part.attributes.url
        elseif part.attributes.url then article.lost[#article.lost + 1] = "an enclosure is left out: " .. part.attributes.url end
      end
    end
  end
  link = link or permanent
  if #authors == 0 and of_feed and of_feed ~= "" then authors[1] = old_html.plain(of_feed) end
  local title = child(entry, "title")
  title = title and old_html.plain(html_of(title)) or ""
  local content = child(entry, "content")
  local text = html_of(child(entry, "content:encoded")) or html_of(child(entry, "content"))
  local short = html_of(child(entry, "description")) or html_of(child(entry, "summary"))
  if not text then
    text = short
    short = nil
    article.unsure[#article.unsure + 1] = "the feed may have only the beginning of it"
  end
  local date, unclear = records.date(get(entry, "pubDate") or get(entry, "published") or get(entry, "dc:date") or get(entry, "updated"))
  if unclear then article.unsure[#article.unsure + 1] = ("the date '%s' is not understood and stays as it is"):format(date) end
  if not date then article.unsure[#article.unsure + 1] = "there is no date; give it one" end
  local updated = get(entry, "published") and records.date(get(entry, "updated")) or nil
  if updated == date then updated = nil end
  local function full(address, below) return address and below and galley.url.resolve(below, address) or address end
  base = full(entry.attributes["xml:base"], base) or base
  link, image = full(link, base), full(image, base)
  local alias, lost = nil, nil
  if link and link:find("^%a+://") then alias, lost = records.alias(link) end
  article.lost[#article.lost + 1] = lost
  article.title = title ~= "" and title or nil
  article.path = title ~= "" and galley.text.slug(title, 80) or alias and alias:match("([^/]+)/*$") or ("entry-%d"):format(number)
  article.meta = { { "title", title }, { "date", date }, { "updated", updated }, { "authors", authors }, { "topics", topics },
    { "summary", short and old_html.plain(short) or nil }, { "image", image }, { "aliases", alias and { alias } or nil } }
  local plain = content and content.attributes.type == "text"
  records.body(article, text or "", plain and "text" or "html")
  if article.document then old_html.rebase(article.document, full(content and content.attributes["xml:base"], base) or base) end
  return article
end

return {
  kind = "import", name = "feed", api = 1,
  description = "RSS 2.0, RSS 1.0 and Atom: an article an entry.",
  read = function(source, ctx)
    local found = 0
    local of_feed, base, begun -- its author, for entries without one; its xml:base
    local function read()
      local chunk = source:read(1 << 18)
      if not begun and chunk then base = chunk:match("<[%w:]-feed%s[^<>]-xml:base%s*=%s*[\"']([^\"']+)") end
      begun = true
      return chunk
    end
    for entry in galley.xml.records(read, { "item", "entry", "atom:entry", "author", "atom:author" }) do
      for i = 1, #entry do
        local part = entry[i]
        if type(part) == "table" then part.name = part.name:gsub("^atom:", "") end
      end
      if entry.name:find("author$") then
        of_feed = of_feed or get(entry, "name") or get(entry, "atom:name") or text_of(entry)
        goto next
      end
      found = found + 1
      coroutine.yield{ entry = entry, number = found, of_feed = of_feed, base = base }
      ::next::
    end
    if found == 0 then ctx.unsure("there is no entry; is this a feed?") end
  end,
  article = function(given) return article_of(given.entry, given.number, given.of_feed, given.base) end,
}
