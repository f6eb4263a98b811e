--- The content folder of Hugo, Jekyll or Eleventy: articles with their front matter, names, pictures and links.
---
--- Front matter in YAML stays byte for byte, but for entries that would mean something else here; TOML and JSON become
--- YAML. Bodies stay byte for byte, but for addresses: ref, relref, post_url, link, site.baseurl and links to other
--- articles become relative links to their files. All other shortcodes stay and are listed.
local addresses = require("addresses")
local front = require("front")
local links = require("links")
local new_notes = require("notes")

local generators = { hugo = require("hugo"), jekyll = require("jekyll"), eleventy = require("eleventy") }
local order = { "hugo", "jekyll", "eleventy" }

-- The source as the generators see it: which files there are, and what is in them.
local function folder_of(source)
  local folder = { files = source:files(), has = {} }
  for _, path in ipairs(folder.files) do folder.has[path] = true end
  function folder.read(path) return source:file(path) end
  function folder.some(pattern)
    for _, path in ipairs(folder.files) do if path:find(pattern) then return path end end
  end
  function folder.below(prefix)
    for _, path in ipairs(folder.files) do if path:sub(1, #prefix) == prefix then return true end end
    return false
  end
  return folder
end

-- A content folder alone is Hugo's where its files say so: by their front matter, or by shortcodes.
local LOOKED_AT <const> = 200
local function generator_of(folder, wanted)
  if wanted ~= "auto" then return generators[wanted] end
  for _, name in ipairs(order) do if generators[name].detect(folder) then return generators[name] end end
  local looked = 0
  for _, path in ipairs(folder.files) do
    local text = path:find("%.md$") and looked < LOOKED_AT and folder.read(path)
    looked = looked + (text and 1 or 0)
    if text and (text:find("^%+%+%+[ \t]*\r?\n") or text:find("{{[<%%]")) then return generators.hugo end
  end
end

-- The item as people link to it: by its old address, its file, its name.
local function add_to(index, item, address)
  item.address = address
  if address then
    local key = addresses.key(address)
    if index.addresses[key] then index.twice[key] = true else index.addresses[key] = item end
  end
  if item.date and item.name then -- what dated names most often become
    local dated = addresses.key(("/%s/%s"):format(item.date:gsub("%-", "/"), item.name))
    index.addresses[dated] = index.addresses[dated] or item
  end
  index.sources[item.file] = item
  local key = ":" .. generators.hugo.ref_key(item.ref_file or item.path)
  index.files[(item.language or "") .. ":" .. generators.hugo.ref_key(item.ref or item.path)] = item
  index.files[key] = index.files[key] or item
  local name = item.name:lower()
  local full = addresses.parts(item.file).name:lower()
  for _, one in ipairs(name == full and { name } or { name, full }) do
    index.names[one] = index.names[one] or {}
    table.insert(index.names[one], item)
  end
end

-- Where an address leads: an item and the rest, a path on the site and the rest, or nothing.
local function follow(site, item, url, index)
  local target, rest, by = site:shortcode(item, url, index)
  if type(target) == "table" then return target, rest or "", by end
  if target then url = target .. (rest or "") elseif url:find("{[{%%]") then return nil end
  local path
  path, rest = url:match("^([^?#]*)(.*)$")
  if site.base and type(site.base) == "string" and site.base ~= "" and path:find("^https?://") then
    local base = site.base:gsub("/+$", "")
    if path:sub(1, #base) ~= base or not (path == base or path:sub(#base + 1, #base + 1) == "/") then return nil end
    path = path:sub(#base + 1)
    if path == "" then path = "/" end
  end
  if path == "" or path:find("^%a[%w+.-]*:") or path:find("^//") then return nil end
  local prefix = type(site.prefix) == "string" and site.prefix:gsub("^/*", "/"):gsub("/*$", "") or ""
  if prefix ~= "/" and prefix ~= "" and path:sub(1, #prefix + 1) == prefix .. "/" then path = path:sub(#prefix + 1) end
  local found
  if path:find("^/") then
    found = index.addresses[addresses.key(path)] or index.file(item, generators.hugo.ref_key(path))
  else
    local decoded = galley.url.decode(path) or path
    local beside = addresses.normal(addresses.folder(item.file) .. decoded)
    found = beside and (index.sources[beside] or index.sources[beside .. ".md"])
    local from = item.address and (item.address:find("/$") and item.address or addresses.folder(item.address))
    local there = from and addresses.normal(from .. decoded)
    if not found and there and not (beside and site.folder.has[beside]) then found = index.addresses[addresses.key("/" .. there)] end
  end
  if found and index.twice[found.address and addresses.key(found.address) or ""] then found = nil end
  return found or (target and path .. rest) or nil, rest, by
end

-- The addresses of a body, rewritten.
local function rewrite(site, item, head, index, notes)
  local count, in_html = 0, 0
  local function change(url, html)
    local target, rest, by = follow(site, item, url, index)
    if not target then
      if url:find("{[{%%]") then notes.address(item.path, url) end
      return nil
    end
    if by then notes.replaced(item.path, by) end
    if type(target) == "string" then return target end
    if html then -- galley does not follow links in raw HTML
      in_html = in_html + 1
      return target.address and url:find("{", 1, true) and target.address .. rest or nil
    end
    local new = (target == item and rest ~= "" and "" or addresses.relative(item.path, target.path)) .. rest
    if new ~= url then count = count + 1 end
    return new
  end
  local body, document, now, missed = links.rewrite(head.body, { name = item.path, dialect = site.dialect }, change)
  if not body then return nil, document end
  if missed > 0 then notes.unsure(item.path, ("addresses that could not be changed where they stand: %d; look at its links"):format(missed)) end
  if in_html > 0 then notes.unsure(item.path, ("links in raw HTML lead to articles (%d), which galley does not follow; write them in Markdown"):format(in_html)) end
  notes.rewritten(item.path, count)
  return body, document, now
end

local date_keys = { "date", "lastmod", "publishDate", "expiryDate", "last_modified_at", "updated", "modified" }

-- A shortcode by the name of what makes it: {{< figure >}} figure, {{ "x" | filter }} filter.
local function name_of(text)
  local filter = text:match(".*|%s*([%w_.-]+)")
  return filter and "| " .. filter or text:match("^{[{%%][<%%]?%-?%s*([%w_./-]+)") or text
end

local function look(item, head, document, notes)
  for _, key in ipairs(date_keys) do
    local value = head.map[key]
    if value ~= nil and not (type(value) == "string" and galley.date.parse(value)) then
      notes.unsure(item.path, ("%s '%s' is no date; write it as 2024-03-19 or 2024-03-19T10:14:00+01:00"):format(key, tostring(value)))
    end
  end
  local slug = head.map.slug
  if slug ~= nil and (type(slug) ~= "string" and type(slug) ~= "number" or tostring(slug):find("/")) then
    if head:rename("slug", "original_slug") then notes.unsure(item.path, ("slug '%s' is no name; it is kept as original_slug"):format(tostring(slug))) end
  end
  for node in document:each("shortcode") do notes.shortcode(item.path, name_of(node.text)) end
  for node in document:each("html_block, html_inline") do
    for text in node.text:gmatch("{[{%%].-[%%}]}") do notes.shortcode(item.path, name_of(text)) end
  end
  if head.body:find("{:", 1, true) and (head.body:find("\n[ \t]*{:") or head.body:find("[^{]{:[%s.#%w]")) then notes.unsure(item.path, "it has attributes of kramdown ({: .class}), which stay as text") end
end

-- Old addresses become aliases, for the export of redirects.
local function add_alias(item, head, notes)
  if not item.address or item.address == "/" then return end
  local list, known = {}, false
  local given = head.map.aliases
  for _, one in ipairs(type(given) == "userdata" and given or { given }) do
    list[#list + 1] = one
    known = known or one == item.address
  end
  list[#list + 1] = item.address
  if not known and head:set("aliases", list) then notes.inherited(item.path, "aliases", "old addresses") end
end

local media = {}
for ending in ("png jpg jpeg gif svg webp avif bmp tif tiff ico pdf mp3 m4a ogg oga opus wav mp4 m4v webm mov ogv vtt csv xlsx docx odt pptx zip"):gmatch("%S+") do
  media["." .. ending] = true
end

-- Pictures and other files that go with articles, to the article whose folder they lie in. Hugo takes all that is below its
-- content folder; elsewhere it is what lies in one folder with an article, below the top.
local function give_files(site, items, others, notes)
  local owner = {}
  for _, item in ipairs(items) do
    local folder = addresses.folder(item.file)
    if not owner[folder] or addresses.parts(item.file).name:find("^_?index$") then owner[folder] = item end
  end
  for _, path in ipairs(others) do
    local folder, item = addresses.folder(path), nil
    if site.generator == generators.hugo then
      while not owner[folder] and folder ~= "" do folder = folder:gsub("[^/]+/$", "") end
      item = owner[folder] or items[1]
    elseif folder ~= site.content and media[addresses.parts(path).ending:lower()] then
      item = owner[folder]
    end
    if item then
      item.files = item.files or {}
      table.insert(item.files, path)
    else
      notes.elsewhere(path, site.content)
    end
  end
end

-- Where a file that is no article goes: beside the articles.
local function place_of(site, path)
  local below = path:sub(#site.content + 1)
  return site.generator == generators.jekyll and (below:gsub("%f[^/\0]_", "")) or below
end

local function files_of(site, item, source, options, notes)
  local list = {}
  for _, path in ipairs(item.files or {}) do
    local bytes, problem = source:bytes(path)
    if bytes then
      list[#list + 1] = { path = options.folder .. place_of(site, path), content = bytes }
    else
      notes.lost(item.path, ("%s: %s"):format(path, problem))
    end
  end
  return list
end

-- All files of the source by what they are.
local function survey(site, options, notes)
  local items, others, templates = {}, {}, {}
  for _, path in ipairs(site.folder.files) do
    local kind = site:kind(path)
    if kind == "article" then
      local item = site:item(path)
      if options.drafts or item.place ~= "drafts" then items[#items + 1] = item else notes.left("drafts") end
    elseif kind == "template" then
      templates[#templates + 1] = path
    elseif kind == "picture" then
      others[#others + 1] = path
    else
      notes.elsewhere(path, site.content)
    end
  end
  return items, others, templates
end

-- Once through all articles, for what they need of each other: addresses, names, inherited keys. Also the list of those
-- that are articles.
local function learn(site, items, source, notes)
  local index, articles = { addresses = {}, twice = {}, sources = {}, files = {}, names = {} }, {}
  -- By its path without ending: in the language of the article that asks, else in the site's own.
  function index.file(item, key) return index.files[(item.language or "") .. ":" .. key] or index.files[":" .. key] end
  for _, item in ipairs(items) do
    local text = source:file(item.file)
    local head, problem, why
    if text then head, problem, why = front.read(text, item.file) end
    if front.is_missing(why) then notes.person(problem) end -- once, of the library
    if head and item.optional_front and head.open == "" and head.yaml == "" then
      notes.plain(item.file)
    else
      articles[#articles + 1] = item
      if head then
        if site.learn then site:learn(item, head.map, notes) end
        local address = site:address(item, head.map, notes)
        add_to(index, item, type(address) == "string" and address or nil)
      end
    end
  end
  return index, articles
end

-- One article, on whatever worker.
local function article_of(site, item, source, index, options, notes)
  local text, problem = source:file(item.file)
  local head, why
  if text then head, problem, why = front.read(text, item.file) end
  local article = { path = options.folder .. item.path, keep_path = true }
  if not head then
    article.failed = front.is_missing(why) and "its front matter is TOML, which this galley cannot read" or problem
    return article
  end
  if head.kind and head.kind ~= "yaml" then notes.converted(item.path, head.kind) end
  site:prepare(item, head, notes)
  local body, document, now = rewrite(site, item, head, index, notes)
  if not body then
    article.failed = document:gsub("^.-:(%d+):(%d+): error: ", "the body, line %1, column %2: ")
    return article
  end
  look(item, head, now, notes)
  if options.redirects then add_alias(item, head, notes) end
  article.title = head.map.title ~= nil and tostring(head.map.title) or item.name
  article.head, article.markdown, article.words = head:head(), body, galley.text.words(document:plain{ images = false })
  article.files = files_of(site, item, source, options, notes)
  local said = notes.take(item.path)
  article.unsure, article.lost, article.notes, article.counts = said.unsure, said.lost, said.note, said.counts
  return article
end

return {
  kind = "import",
  name = "folder",
  api = 1,
  description = "The content folder of Hugo, Jekyll or Eleventy: front matter, names, pictures, links and a list of what needs a person.",
  options = {
    generator = { type = "string", default = "auto", choices = { "auto", "hugo", "jekyll", "eleventy" }, help = "whose folder it is; else what lies in it decides" },
    redirects = { type = "boolean", default = false, help = "add each article's old address to its aliases, for the export redirects" },
    drafts = { type = "boolean", default = true, help = "take the folder _drafts too" },
    files = { type = "boolean", default = true, help = "take pictures and other files that lie beside the articles" },
    folder = { type = "string", default = "", help = "a folder for the articles, below --into" },
  },
  read = function(source, ctx)
    if not source.folder then error(source.name .. ": it is a file; name the folder of the site", 0) end
    local options, notes, folder = ctx.options, new_notes(), folder_of(source)
    if options.folder ~= "" then options.folder = options.folder:gsub("/*$", "/") end
    local generator = generator_of(folder, options.generator)
    if not generator then
      error(source.name .. ": it is no folder of Hugo, Jekyll or Eleventy; say whose it is with --option generator=hugo; Markdown files of another, with YAML before them, "
        .. "need no import: copy them", 0)
    end
    local site = generator.open(folder, notes)
    site.generator, site.folder = generator, folder
    local items, others, templates = survey(site, options, notes)
    if options.files then
      give_files(site, items, others, notes)
    else
      for _, path in ipairs(others) do notes.elsewhere(path, site.content) end
    end
    local index, articles = learn(site, items, source, notes)
    for _, item in ipairs(articles) do coroutine.yield{ site = site, item = item, index = index, source = source, notes = notes } end
    for number, path in ipairs(templates) do if number <= 5 then ctx.lost(path .. " is a template, not Markdown; it is left out") end end
    if #templates > 5 then ctx.lost(("%d more templates are left out"):format(#templates - 5)) end
    site:report(notes)
    notes.say(ctx, generator, #items)
  end,
  article = function(entry, ctx) return article_of(entry.site, entry.item, entry.source, entry.index, ctx.options, entry.notes) end,
}
