--- A page, or a folder of pages: the main content as an article; navigation and the like stay behind.
local old_html = require("old_html")
local places = require("places")
local records = require("records")
local no_content = "nothing says what its main content is; the part with the most text was taken"

-- What the page says of itself in meta elements: a list for each name.
local function meta_of(info)
  local map = {}
  for name, content in (info.meta or ""):gmatch("([^\t\n]+)\t([^\n]*)\n") do
    for one in (content ~= "" and name:lower() or ""):gmatch("%S+") do -- property="og:title twitter:title"
      map[one] = map[one] or {}
      table.insert(map[one], galley.text.trim(content))
    end
  end
  return map
end

local kinds = { NewsArticle = true, Article = true, BlogPosting = true, Report = true, ReportageNewsArticle = true, AnalysisNewsArticle = true, WebPage = true }

-- The article in its JSON-LD, as a table.
local function linked_data(html)
  local best = {}
  for text in html:gmatch("<[sS][cC][rR][iI][pP][tT][^>]*application/ld%+json[^>]*>(.-)</[sS][cC][rR][iI][pP][tT]>") do
    local value = galley.json.parse(text)
    local list = type(value) == "table" and (value["@graph"] or (#value > 0 and value) or { value }) or {}
    for _, one in ipairs(type(list) == "table" and list or {}) do
      local kind = type(one) == "table" and one["@type"]
      if type(kind) == "table" then kind = kind[1] end
      if kinds[kind] and (kind ~= "WebPage" or not best["@type"]) then best = one end
    end
  end
  return best
end

-- What an element with this itemprop says: its content or text; of a person in it, the name.
local function microdata(html, property)
  local _, last, tag = html:find("(<[^<>]*itemprop=[\"']" .. property .. "[\"'][^<>]*>)")
  if not last then return nil end
  local content = tag:match("content=[\"']([^\"']+)") or tag:match("datetime=[\"']([^\"']+)")
  if content then return content end
  local rest = html:sub(last + 1, last + 600)
  local name = tag:find("itemscope", 1, true) and rest:match("<[^<>]*itemprop=[\"']name[\"'][^<>]*>(.-)</")
  return old_html.plain(name or rest:match("^(.-)</") or "")
end

local function text_of(value)
  if type(value) == "table" then value = value.name or value["@value"] or value[1] end
  if type(value) == "table" then return text_of(value) end
  return type(value) == "string" and value ~= "" and old_html.plain(value) or nil
end

local function first(...)
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    if type(value) == "table" then value = value[1] end
    if value and value ~= "" then return value end
  end
end

local function add_names(list, value)
  if type(value) == "table" and #value == 0 then value = { value } end
  for _, one in ipairs(type(value) == "table" and value or { value }) do
    local text = text_of(one)
    for name in (text or ""):gsub("^[Bb]y%s+", ""):gsub("%s+and%s+", ","):gsub("%s+&%s+", ","):gsub("%s*%(https?://[^()]*%)", ""):gmatch("[^,;]+") do
      name = galley.text.trim(name)
      local known = name == "" or name:find("^https?:")
      for _, other in ipairs(list) do known = known or other == name end
      if not known then list[#list + 1] = name end
    end
  end
  return list
end

local marks = { " - ", " | ", " – ", " — ", " · ", " :: " }

-- "Title - The Post" without what every page of the site has behind it.
local function without_site(title, meta)
  local site = first(meta["og:site_name"], meta["application-name"])
  for _, mark in ipairs(marks) do
    local at = 1
    local from, to
    repeat -- the last one
      local first_byte, last_byte = title:find(mark, at, true)
      if first_byte then from, to, at = first_byte, last_byte, last_byte + 1 end
    until not first_byte
    if from and (not site or title:sub(to + 1) == site) and (site or mark == " | ") then return title:sub(1, from - 1) end
  end
  return title
end

-- "A page" of the title "A page | The site", where the site's name is its first heading.
local function before_site(title, name)
  local lower, site = galley.text.lower(title), galley.text.lower(name)
  for _, mark in ipairs(marks) do
    local behind = mark .. site
    if site ~= "" and #lower == #title and #lower > #behind and lower:sub(-#behind) == behind then return title:sub(1, -#behind - 1) end
  end
end

-- Whether a page's title is this heading, with or without the site's name behind it.
local function leads(title, heading)
  title, heading = galley.text.lower(title), galley.text.lower(heading)
  if heading == "" or title == heading then return heading ~= "" end
  for _, mark in ipairs(marks) do
    if title:sub(1, #heading + #mark) == heading .. mark then return true end
  end
  return false
end

-- Whether a page's title is a site's name and this heading, which is longer, behind it.
local function follows(title, heading)
  title, heading = galley.text.lower(title), galley.text.lower(heading)
  for _, mark in ipairs(marks) do
    local behind = mark .. heading
    if heading ~= "" and title:sub(-#behind) == behind and #title < #behind + #heading then return true end
  end
  return false
end

-- AMP has names of its own for pictures and films.
local function without_amp(html)
  if not html:find("<amp-", 1, true) then return html end
  return (html:gsub("<amp%-img(%s[^<>]*)>", "<img%1>"):gsub("</amp%-img>", ""):gsub("<amp%-anim(%s[^<>]*)>", "<img%1>")
    :gsub("<amp%-youtube[^<>]-data%-videoid=[\"']([%w_-]+)[\"'][^<>]*>", '<iframe src="https://www.youtube.com/watch?v=%1"></iframe>')
    :gsub("(</?)amp%-(video)", "%1%2"):gsub("(</?)amp%-(audio)", "%1%2"):gsub("(</?)amp%-(iframe)", "%1%2"))
end

-- The title of a document of Word's or Google's, whose style says so.
local function styled_title(html)
  local text = html:match("<p[^<>]*class=[\"']?MsoTitle[^<>]*>(.-)</p>") or html:match("<p[^<>]*class=\"[^\"<>]*%f[%w]title\"[^<>]*>(.-)</p>")
  return text and old_html.plain(text)
end

local function plain_of(block) return block and galley.text.trim(block:plain{ images = false }):gsub("%s+", " ") end

local function article_of(html, path)
  html = without_amp(html)
  if html:find("<[fF][rR][aA][mM][eE][sS][eE][tT][%s>]") then
    local frames = {}
    for name in html:gmatch("<[fF][rR][aA][mM][eE]%s[^<>]*[sS][rR][cC]=[\"']?([^\"'%s<>]+)") do frames[#frames + 1] = name end
    return { path = path, failed = "a set of frames has no text of its own; import its pages: " .. table.concat(frames, ", ") }
  end
  local result, problem = old_html.read(html, { page = true })
  local article = { path = path, meta = {}, lost = {}, unsure = {} }
  if not result then
    article.failed = problem
    return article
  end
  local info, document = result.info, result.document
  local meta, data = meta_of(info), linked_data(html)
  old_html.rebase(document, html:match("<[bB][aA][sS][eE]%s[^<>]*href=[\"']([^\"']+)[\"']"))
  if info.guessed then article.unsure[#article.unsure + 1] = no_content end
  local page_title, page_heading = old_html.plain(info.title or ""), old_html.plain(info.heading or "")
  local heading = document:find("heading[level=1]")
  local top = not heading and document:find("heading")
  if top and leads(page_title, galley.text.trim(top:plain{ images = false })) then heading = top end
  local style = not heading and styled_title(html)
  if style and style ~= "" and plain_of(document.first) == style then heading = document.first end
  local shown = heading and galley.text.trim(heading:plain{ images = false })
  -- Beside the content it may be either's; a site's name is mostly shorter than what its articles are called.
  local of_article = not shown and follows(page_title, page_heading)
  local own = not of_article and before_site(page_title, shown or page_heading) or nil
  -- A heading beside the content that the page's title does not know is the site's.
  if page_title ~= "" and not leads(page_title, page_heading) and not of_article then page_heading = "" end
  local title = first(own, shown, text_of(data.headline), meta["og:title"], page_heading, meta["dc:title"], without_site(page_title, meta))
  local words = result.words
  if heading and title == shown then
    words = words - galley.text.words(shown) -- it is the title now
    heading:remove()
  end
  -- Once more below it, as Medium has it, and the line between.
  local again, line = document:find("heading"), document.first
  if title and again and plain_of(again) == title and again.index <= 4 and again.parent == document then
    words = words - galley.text.words(title)
    again:remove()
  end
  if line and line.type == "thematic_break" then line:remove() end
  local function date_of(...)
    local date, unclear = records.date(first(...))
    return not unclear and date or nil
  end
  local date = date_of(meta["article:published_time"], text_of(data.datePublished), microdata(html, "datePublished"), meta["date"], meta["dc.date"], meta["dcterms.created"], meta["datepublished"],
    meta["pubdate"], meta["publish-date"], html:match("<time[^>]*datetime=[\"']([^\"']+)"))
  if not date then article.unsure[#article.unsure + 1] = "there is no date that is understood; give it one" end
  local updated = date_of(meta["article:modified_time"], meta["og:updated_time"], text_of(data.dateModified), meta["last-modified"])
  local authors = add_names({}, data.author)
  if #authors == 0 then authors = add_names({}, meta["author"] or meta["article:author"] or meta["dc.creator"] or meta["dc:creator"] or meta["parsely-author"]) end
  if #authors == 0 then authors = add_names({}, microdata(html, "author") or html:match("<a [^<>]*rel=[\"']author[\"'][^<>]*>(.-)</a>")) end
  local topics = add_names({}, meta["article:tag"] or data.keywords or meta["keywords"] or meta["news_keywords"])
  local alias = info.canonical and info.canonical:match("^%a+://[^/]*(/[^?#]*)")
  article.title, article.document, article.words, article.lost = title, document, words, result.lost
  article.meta = { { "title", title }, { "date", date }, { "updated", updated ~= date and updated or nil }, { "authors", authors }, { "topics", topics },
    { "summary", old_html.plain(first(meta["description"], meta["og:description"])) }, { "image", first(meta["og:image"]) }, { "image_alt", first(meta["og:image:alt"]) },
    { "aliases", alias and alias ~= "/" and { alias } or nil } }
  return article
end

local function name_of(path) return (path:gsub("%.x?html?$", ""):gsub("(.)/index$", "%1")) end

-- Links to other pages of the folder lead to their articles, pictures of the folder come with the page that shows them.
local function bring(article, path, source, folder)
  if not article.document then return end
  local here, own = places.folder(path), places.slugs(name_of(path)) .. ".md"
  local function target_of(url)
    if url == "" or url:find("^[/#]") or url:find("^%a[%w+.-]*:") then return nil end
    local file, rest = url:match("^([^?#]*)(.*)$")
    file = places.normal(here .. (galley.url.decode(file) or file))
    if file and not folder.known[file] and folder.known[file .. "/index.html"] then file = file .. "/index.html" end
    if file and folder.known[file] then return file, rest end
    return nil, "missing"
  end
  for link in article.document:each("link") do
    local target, rest = target_of(link.url or "")
    if target and folder.pages[target] then link.url = places.relative(own, places.slugs(name_of(target)) .. ".md") .. rest end
  end
  for image in article.document:each("image") do
    local target, missing = target_of(image.url or "")
    if missing == "missing" then article.lost[#article.lost + 1] = ("the picture '%s' is not there"):format(image.url) end
    if target and not folder.pages[target] then
      image.url = places.relative(own, target)
      if not folder.taken[target] then -- by another page on this worker; what another worker took comes with the first of all pages
        local bytes, why = source:bytes(target)
        article.files = article.files or {}
        if bytes then
          table.insert(article.files, { path = target, content = bytes })
          folder.taken[target] = true
        else
          article.lost[#article.lost + 1] = ("%s: %s"):format(target, why)
        end
      end
    end
  end
end

-- A page by itself, whose pictures lie beside it.
local function single(source)
  local article, beside = article_of(source:text(), (source.base:gsub("%.x?html?$", ""))), 0
  for image in article.document and article.document:each("image") or function() end do
    if not image.url:find("^[/#]") and not image.url:find("^%a[%w+.-]*:") then beside = beside + 1 end
  end
  article.counts = { ["picture lies beside its page; import its folder to bring it|pictures lie beside their page; import its folder to bring them"] = beside }
  return article
end

return {
  kind = "import", name = "html", api = 1,
  description = "A page, or a folder of pages: the main content of each as an article.",
  read = function(source, ctx)
    if not source.folder then
      coroutine.yield{ source = source }
      return
    end
    local folder, others = { pages = {}, known = {}, taken = {} }, {}
    for _, path in ipairs(source:files()) do
      folder.known[path] = true
      folder.pages[path] = path:lower():find("%.x?html?$") ~= nil or nil
      if not folder.pages[path] then others[#others + 1] = path end
    end
    for _, path in ipairs(source:files()) do
      if folder.pages[path] then coroutine.yield{ source = source, folder = folder, path = path } end
    end
    if next(folder.pages) == nil then ctx.unsure("there is no page (.html, .htm, .xhtml) in the folder") end
    ctx.rest(others, "file that no page shows is left out|files that no page shows are left out")
  end,
  article = function(entry)
    if not entry.folder then return single(entry.source) end
    local text, why = entry.source:file(entry.path)
    local article = text and article_of(text, name_of(entry.path)) or { path = name_of(entry.path), failed = why }
    bring(article, entry.path, entry.source, entry.folder)
    return article
  end,
}
