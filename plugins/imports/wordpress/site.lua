--- What the items of an export need of each other: categories with what they belong to, the files of the media library,
-- blocks that several articles share, pages above pages, people.
local authors = require("authors")
local elements = require("xml_elements")
local old_html = require("old_html")
local uploads = require("uploads")

local get, text_of = elements.get, elements.text
local site = {}

function site.new(library)
  return { uploads = library, people = authors.new(), categories = {}, terms = {}, media = { by_id = {}, by_parent = {}, by_file = {}, count = 0 }, blocks = {}, pages = {} }
end

-- What makes a file one that is read twice, behind "<wp:post_".
local first_pass = { "^parent>[^%d<]*<?!?[^%d<]*[1-9]", "^type>[%s<!CDATA%[]*attachment", "^type>[%s<!CDATA%[]*wp_block",
  "^type>[%s<!CDATA%[]*guest%-author" }

local function wants_first_pass(text)
  local _, last = text:find("<wp:post_", 1, true)
  while last do
    if text:find("^[pt]", last + 1) then -- not most of them
      for _, pattern in ipairs(first_pass) do if text:find(pattern, last + 1) then return true end end
    end
    _, last = text:find("<wp:post_", last + 1, true)
  end
  return false
end

--- Whether something in the file must be known before the first article is made: only such a file is read twice.
function site.wants_two_passes(source)
  local rest = ""
  for bytes in function() return source:read(1 << 20) end do
    if wants_first_pass(rest .. bytes:sub(1, 64)) or wants_first_pass(bytes) then return true end
    rest = bytes:sub(-64)
  end
  return false
end

--- One of an item's own fields.
function site.meta(item, wanted)
  for i = 1, #item do
    local part = item[i]
    if type(part) == "table" and part.name == "wp:postmeta" and get(part, "wp:meta_key") == wanted then return get(part, "wp:meta_value") end
  end
end

-- A picture's file whatever its size: "2012/01/a-300x200.jpg" and "a-scaled.jpg" are a.jpg.
local function file_of(url)
  local name = url:match("([^/?#]+)[?#]?[^/]*$")
  return name and name:gsub("%-%d+x%d+(%.%w+)$", "%1"):gsub("%-scaled(%.%w+)$", "%1"):lower()
end

local function read_attachment(known, item)
  local media, id = known.media, get(item, "wp:post_id")
  local url = get(item, "wp:attachment_url") or get(item, "guid")
  if not id or not url or url == "" or media.by_id[id] then return end
  local caption = get(item, "excerpt:encoded")
  uploads.learn_host(known.uploads, url)
  local found = { url = url, alt = site.meta(item, "_wp_attachment_image_alt"), caption = caption ~= "" and caption or nil }
  local parent = get(item, "wp:post_parent")
  if parent and parent ~= "0" then
    media.by_parent[parent] = media.by_parent[parent] or {}
    table.insert(media.by_parent[parent], found)
  end
  media.by_id[id], media.count = found, media.count + 1
  local file = file_of(url)
  if file and not media.by_file[file] then media.by_file[file] = found end
end

--- The first pass: an item that others need. `wanted`: the kinds of items that become articles.
function site.learn(known, item, wanted)
  local kind, id = get(item, "wp:post_type"), get(item, "wp:post_id")
  if kind == "attachment" then
    read_attachment(known, item)
  elseif kind == "guest-author" then
    authors.guest(known.people, item, function(key) return site.meta(item, key) end)
  elseif kind == "wp_block" and id then
    known.blocks[id] = get(item, "content:encoded") or ""
  elseif kind and kind ~= "post" and wanted[kind] and id then
    known.pages[id] = { name = get(item, "wp:post_name"), title = get(item, "title"), parent = get(item, "wp:post_parent") }
  end
end

--- The second pass: a record that is no item.
function site.read_record(known, record)
  if record.name == "wp:author" then
    authors.user(known.people, record)
  elseif record.name == "wp:category" then
    local slug = get(record, "wp:category_nicename") or ""
    known.categories[slug] = { name = old_html.plain(get(record, "wp:cat_name") or slug), parent = get(record, "wp:category_parent") or "" }
  elseif record.name == "link" or record.name == "wp:base_site_url" or record.name == "wp:base_blog_url" then
    uploads.learn_host(known.uploads, text_of(record))
  elseif record.name == "wp:term" and get(record, "wp:term_taxonomy") == "author" then
    authors.term(known.people, get(record, "wp:term_slug") or "", old_html.plain(get(record, "wp:term_name") or ""))
  end
end

--- "News / Local" and how many names it has.
function site.category_path(known, slug)
  local parts, seen = {}, {}
  local at = known.categories[slug]
  while at and not seen[at] and #parts < 20 do
    seen[at] = true
    table.insert(parts, 1, at.name)
    at = at.parent ~= "" and known.categories[at.parent] or nil
  end
  return table.concat(parts, " / "), #parts
end

--- The folder of an item that lies below others: "about/team/", or "".
function site.folder(known, parent)
  local parts, seen = {}, {}
  local at = known.pages[parent or ""]
  while at and not seen[at] and #parts < 20 do
    seen[at] = true
    local name = at.name and at.name ~= "" and (galley.url.decode(at.name) or at.name) or old_html.plain(at.title or "")
    table.insert(parts, 1, galley.text.slug(name, 80))
    at = known.pages[at.parent or ""]
  end
  return #parts > 0 and table.concat(parts, "/") .. "/" or ""
end

-- Marks the files that an item shows: its featured image, those of galleries, those whose address its body has.
local function mark_shown(media, item, body)
  local function mark(found)
    if found then found.shown = true end
  end
  mark(media.by_id[site.meta(item, "_thumbnail_id") or ""])
  local at = 1
  while true do
    local _, last = body:find('="', at, true)
    if not last then break end
    local value = body:match('^[^"]*', last + 1)
    at = last + 1 + #value
    local file = value:find("/", 1, true) and file_of(value)
    if file then mark(media.by_file[file]) end
  end
  for attributes in body:gmatch("%[gallery([^%]]*)%]") do
    local ids = attributes:match("ids%s*=%s*[\"']([^\"']*)") or attributes:match("include%s*=%s*[\"']([^\"']*)")
    if ids then
      for number in ids:gmatch("%d+") do mark(media.by_id[number]) end
    else
      for _, found in ipairs(media.by_parent[get(item, "wp:post_id") or ""] or {}) do mark(found) end
    end
  end
end

--- Remembers whom and what an item shows that becomes an article.
function site.mark(known, item)
  local terms, creator = {}, ""
  for i = 1, #item do
    local part = item[i]
    local name = type(part) == "table" and part.name
    if name == "dc:creator" then
      creator = text_of(part)
    elseif name == "category" and part.attributes.domain == "author" then
      terms[#terms + 1] = { name = text_of(part), slug = part.attributes.nicename }
    end
  end
  authors.of(known.people, creator, terms)
  if known.media.count > 0 then mark_shown(known.media, item, get(item, "content:encoded") or "") end
end

--- How many files of the media library no item shows.
function site.not_shown(known)
  local count = 0
  for _, found in pairs(known.media.by_id) do if not found.shown then count = count + 1 end end
  return count
end

return site
