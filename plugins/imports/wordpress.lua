--- WordPress's export (WXR 1.0 to 1.2): posts, pages and their authors, categories, tags, pictures and old addresses.
--
-- The file is read as a stream, item by item; only what items need of each other (authors, categories, pictures) is
-- kept. Bodies of the classic editor have no paragraphs: WordPress makes them when it shows a page, and so does this.
local elements = require("xml_elements")
local old_html = require("old_html")
local autop = require("wpautop")

local get, child, text_of = elements.get, elements.child, elements.text

local function attribute_of(text, name)
  return text:match(name .. '%s*=%s*"([^"]*)"') or text:match(name .. "%s*=%s*'([^']*)'") or text:match(name .. "%s*=%s*([^%s%]]+)")
end

local function escape(text) return galley.html.escape(text) end

-- ---- shortcodes ----

local function figure(image, caption)
  return ("\n\n<figure>%s%s</figure>\n\n"):format(image, caption and caption ~= "" and "<figcaption>" .. caption .. "</figcaption>" or "")
end

local function picture(found)
  return figure(('<img src="%s" alt="%s">'):format(escape(found.url), escape(found.alt or "")), found.caption)
end

local known = { caption = true, wp_caption = true, gallery = true, embed = true, youtube = true, vimeo = true, audio = true, video = true, playlist = true }

-- The body with those shortcodes replaced that have a meaning here.
local function shortcodes(body, item, attached, notes)
  if not body:find("[", 1, true) then return body end
  body = body:gsub("%[wp_caption", "[caption"):gsub("%[/wp_caption%]", "[/caption]")
  body = body:gsub("%[caption([^%]]*)%](.-)%[/caption%]", function(attributes, inside)
    local image, rest = inside:match("^%s*(<a%s[^>]*>%s*<img[^>]*>%s*</a>)(.*)$")
    if not image then image, rest = inside:match("^%s*(<img[^>]*>)(.*)$") end
    if not image then return inside end
    local caption = attribute_of(attributes, "caption")
    return figure(image, (caption and galley.html.unescape(caption) or rest):gsub("^%s+", ""):gsub("%s+$", ""))
  end)
  body = body:gsub("%[gallery([^%]]*)%]", function(attributes)
    local list = {}
    local ids = attribute_of(attributes, "ids") or attribute_of(attributes, "include")
    if ids then
      for id in ids:gmatch("%d+") do list[#list + 1] = attached.by_id[id] end
    else
      for _, found in ipairs(attached.by_parent[item.id] or {}) do list[#list + 1] = found end
    end
    if #list == 0 then
      notes.lost[#notes.lost + 1] = "a gallery is left out: its pictures are not in the export"
      return "\n\n"
    end
    local parts = {}
    for i, found in ipairs(list) do
      parts[i] = picture(found)
    end
    notes.unsure[#notes.unsure + 1] = ("a gallery of %d pictures stands as pictures one after the other"):format(#list)
    return table.concat(parts)
  end)
  body = body:gsub("%[embed[^%]]*%](.-)%[/embed%]", function(url) return ('\n\n<a href="%s">%s</a>\n\n'):format(url, url) end)
  for _, name in ipairs{ "youtube", "vimeo" } do
    body = body:gsub("%[" .. name .. "[= ]([^%]]*)%]", function(rest)
      local url = rest:match("https?://[^%s%]]+") or rest:match("^%s*%d+") and "https://vimeo.com/" .. rest:match("%d+")
      return url and ('\n\n<a href="%s">%s</a>\n\n'):format(url, url) or nil
    end)
  end
  for _, name in ipairs{ "audio", "video" } do
    body = body:gsub("%[" .. name .. "([^%]]*)%]", function(attributes)
      local url = attributes:match("https?://[^%s\"'%]]+")
      return url and ('\n\n<a href="%s">%s</a>\n\n'):format(url, url) or nil
    end)
    body = body:gsub("%[/" .. name .. "%]", "")
  end
  local said = {}
  for name in body:gmatch("%[([%a][%w_-]+)[^%[%]]*%]") do
    local closed = body:find("[/" .. name .. "]", 1, true)
    if (closed or known[name]) and not said[name] then
      said[name] = true
      notes.unsure[#notes.unsure + 1] = ("the shortcode [%s] stays as text; replace it"):format(name)
    end
  end
  return body
end

-- ---- dates ----

-- "2012-01-03 15:45:12" of the site's clock, and of Greenwich: an ISO date with its zone; nil for none.
local function date_of(stamp, greenwich)
  local year, month, day, time = (stamp or ""):match("^(%d%d%d%d)%-(%d%d)%-(%d%d)[ T](%d%d:%d%d:%d%d)$")
  if not year or year == "0000" then
    year, month, day, time = (greenwich or ""):match("^(%d%d%d%d)%-(%d%d)%-(%d%d)[ T](%d%d:%d%d:%d%d)$")
    if not year or year == "0000" then return nil end
    return ("%s-%s-%sT%sZ"):format(year, month, day, time)
  end
  local iso = ("%s-%s-%sT%s"):format(year, month, day, time)
  local here = galley.date.parse(iso)
  if not here then return nil end
  local there = greenwich and not greenwich:find("^0000") and galley.date.parse((greenwich:gsub(" ", "T")))
  if not there then return iso end
  local minutes = (here.instant - there.instant) // 60
  if minutes % 15 ~= 0 or math.abs(minutes) > 15 * 60 then return iso end
  if minutes == 0 then return iso .. "+00:00" end
  return ("%s%s%02d:%02d"):format(iso, minutes < 0 and "-" or "+", math.abs(minutes) // 60, math.abs(minutes) % 60)
end

-- ---- what items need of each other ----

local function read_terms(record, site)
  if record.name == "wp:author" then
    local login = get(record, "wp:author_login") or ""
    local name = old_html.plain(get(record, "wp:author_display_name") or "")
    if name == "" then
      name = old_html.plain(((get(record, "wp:author_first_name") or "") .. " " .. (get(record, "wp:author_last_name") or "")))
    end
    if login ~= "" and name ~= "" then site.authors[login] = name end
  elseif record.name == "wp:category" then
    local slug = get(record, "wp:category_nicename") or ""
    site.categories[slug] = { name = old_html.plain(get(record, "wp:cat_name") or slug), parent = get(record, "wp:category_parent") or "" }
  elseif record.name == "wp:base_blog_url" or record.name == "wp:base_site_url" then
    if record.name == "wp:base_blog_url" or not site.url then site.url = text_of(record) end
  end
end

local function category_path(site, slug)
  local parts, seen = {}, {}
  local at = site.categories[slug]
  while at and not seen[at] and #parts < 20 do
    seen[at] = true
    table.insert(parts, 1, at.name)
    at = at.parent ~= "" and site.categories[at.parent] or nil
    if not at then break end
  end
  return table.concat(parts, " / "), #parts
end

local function meta_of(item, wanted)
  for i = 1, #item do
    local part = item[i]
    if type(part) == "table" and part.name == "wp:postmeta" and get(part, "wp:meta_key") == wanted then return get(part, "wp:meta_value") end
  end
end

local function read_attachment(item, attached)
  local id = get(item, "wp:post_id")
  local url = get(item, "wp:attachment_url") or get(item, "guid")
  if not id or not url or url == "" then return end
  local caption = get(item, "excerpt:encoded")
  local found = { url = url, alt = meta_of(item, "_wp_attachment_image_alt"), caption = caption ~= "" and caption or nil }
  local parent = get(item, "wp:post_parent")
  if parent and parent ~= "0" and not attached.by_id[id] then
    attached.by_parent[parent] = attached.by_parent[parent] or {}
    table.insert(attached.by_parent[parent], found)
  end
  attached.by_id[id] = found
end

-- Only a file with pictures in it is read twice.
local function has_attachments(source)
  local rest = ""
  for bytes in function() return source:read(1 << 20) end do
    if (rest .. bytes):find("wp:attachment_url", 1, true) then return true end
    rest = bytes:sub(-32)
  end
  return false
end

-- ---- an item ----

local function comments_of(item)
  local list = {}
  for i = 1, #item do
    local part = item[i]
    if type(part) == "table" and part.name == "wp:comment" and get(part, "wp:comment_approved") == "1" then
      list[#list + 1] = { id = get(part, "wp:comment_id"), parent = get(part, "wp:comment_parent"), author = get(part, "wp:comment_author"),
        url = get(part, "wp:comment_author_url"), date = date_of(get(part, "wp:comment_date"), get(part, "wp:comment_date_gmt")),
        type = get(part, "wp:comment_type"), content = get(part, "wp:comment_content") }
    end
  end
  return list
end

local function decode(text)
  local decoded = text and galley.url.decode(text)
  return decoded and utf8.len(decoded) and decoded or text
end

-- Fields of the site's own: those that the option `fields` names become keys, the others are counted.
local function add_fields(item, article, wanted)
  local keys = {}
  for _, name in ipairs(wanted) do keys[name] = true end
  for i = 1, #item do
    local part = item[i]
    if type(part) == "table" and part.name == "wp:postmeta" then
      local key, value = get(part, "wp:meta_key") or "", get(part, "wp:meta_value") or ""
      if keys[key] then
        article.meta[#article.meta + 1] = { key, value }
      elseif value ~= "" and not key:find("^_") and key ~= "" then
        local text = ("values of the custom field '%s' are left out; --option fields=%s takes them"):format(key, key)
        article.counts[text] = (article.counts[text] or 0) + 1
      end
    end
  end
end

local states = { draft = "draft", pending = "draft", private = "private", future = nil, inherit = nil, publish = nil }

local function article_of(item, site, attached, ctx)
  local notes = { lost = {}, unsure = {} }
  local kind = get(item, "wp:post_type") or "post"
  local id = get(item, "wp:post_id") or "0"
  local state = get(item, "wp:status") or "publish"
  local title = old_html.plain(get(item, "title") or "")
  local slug = decode(get(item, "wp:post_name") or "")
  local topics, tags, paths, known_terms = {}, {}, {}, {}
  local function add_term(list, name)
    local key = tostring(list) .. name
    if name ~= "" and not known_terms[key] then list[#list + 1] = name end -- WXR 1.0 names each twice
    known_terms[key] = true
  end
  for i = 1, #item do
    local part = item[i]
    if type(part) == "table" and part.name == "category" then
      local name, term = old_html.plain(text_of(part)), part.attributes.nicename or ""
      local domain = part.attributes.domain
      if domain == "category" or domain == nil and part.attributes.nicename then
        if name ~= "" and term ~= "uncategorized" then
          add_term(topics, name)
          local path, depth = category_path(site, term)
          if depth > 1 then add_term(paths, path) end
        end
      elseif domain == "post_tag" or domain == "tag" then
        add_term(tags, name)
      end
    end
  end
  local written = get(item, "dc:creator") or ""
  local login = written:gsub("^[%s<>\"']+", ""):gsub("[%s<>\"']+$", "")
  if login ~= written then notes.unsure[#notes.unsure + 1] = ("the author is written '%s'; read as '%s'"):format(written, login) end
  local author = site.authors[login] or old_html.plain(login)
  if login == "" then
    notes.unsure[#notes.unsure + 1] = "there is no author"
  elseif not site.authors[login] then
    notes.unsure[#notes.unsure + 1] = ("the author '%s' has no name in the export"):format(login)
  end
  local date = date_of(get(item, "wp:post_date"), get(item, "wp:post_date_gmt"))
  if not date then notes.unsure[#notes.unsure + 1] = "there is no date; give it one" end
  local updated = date_of(get(item, "wp:post_modified"), get(item, "wp:post_modified_gmt"))
  if updated == date then updated = nil end
  local body = get(item, "content:encoded") or ""
  local html = shortcodes(body, { id = id }, attached, notes)
  if not html:find("<!-- wp:", 1, true) then html = autop(html) end
  local result, problem = old_html.read(html)
  if not result then return { path = slug ~= "" and slug or "post-" .. id, title = title, failed = "the body cannot be read: " .. problem } end
  local lost = table.move(result.lost, 1, #result.lost, #notes.lost + 1, notes.lost)
  if (get(item, "wp:post_password") or "") ~= "" then
    state = "draft"
    notes.unsure[#notes.unsure + 1] = "it was protected by a password; it is a draft here"
  end
  local aliases = {}
  local link = get(item, "link") or ""
  local path = link:match("^%a+://[^/]*(/.*)$")
  if path and path ~= "/" and not path:find("^/%?") then aliases[#aliases + 1] = decode(path) end
  for i = 1, #item do -- names that it had before
    local part = item[i]
    if path and type(part) == "table" and part.name == "wp:postmeta" and get(part, "wp:meta_key") == "_wp_old_slug" then
      local folder = path:match("^(.*/)[^/]+/?$")
      local old = decode(get(part, "wp:meta_value") or "")
      if folder and old ~= "" then aliases[#aliases + 1] = folder .. old .. (path:find("/$") and "/" or "") end
    end
  end
  aliases[#aliases + 1] = "/?p=" .. id
  local thumbnail = meta_of(item, "_thumbnail_id")
  local image = thumbnail and attached.by_id[thumbnail]
  if thumbnail and not image then notes.lost[#notes.lost + 1] = "its featured image is not in the export" end
  local summary = old_html.plain(get(item, "excerpt:encoded") or "")
  local folder = ctx.options.folders and (kind == "post" and "posts/" or kind .. "s/") or ""
  local named = slug ~= "" and slug or title ~= "" and title or "post-" .. id
  local article = {
    path = folder .. galley.text.slug(named, 80),
    meta = { { "title", title }, { "date", date }, { "updated", updated }, { "authors", author ~= "" and { author } or nil }, { "topics", topics },
      { "tags", tags }, { "topic_paths", paths }, { "summary", summary }, { "status", states[state] }, { "image", image and image.url },
      { "image_alt", image and image.alt }, { "sticky", get(item, "wp:is_sticky") == "1" or nil }, { "slug", slug ~= "" and slug or nil },
      { "aliases", state ~= "draft" and state ~= "pending" and aliases or nil } },
    title = title, document = result.document, words = result.words, lost = lost, unsure = notes.unsure,
    counts = { ["pictures stay at their old addresses; fetch them before the old site goes"] = result.info.images },
  }
  add_fields(item, article, ctx.options.fields)
  if state == "future" then notes.unsure[#notes.unsure + 1] = "it was to appear later; its date says when" end
  if ctx.options.comments then
    local comments = comments_of(item)
    if #comments > 0 then article.files = { { path = article.path .. ".comments.json", content = galley.json.write(comments, { indent = 2 }) .. "\n" } } end
  end
  return article
end

return {
  kind = "import",
  name = "wordpress",
  api = 1,
  description = "WordPress's export file (WXR): posts and pages with authors, categories, tags, dates, status, pictures and old addresses.",
  options = {
    types = { type = "list", default = { "post", "page" }, help = "the kinds of items to take" },
    comments = { type = "boolean", default = false, help = "write each article's comments as data beside it" },
    fields = { type = "list", default = {}, help = "custom fields that become keys of the front matter" },
    folders = { type = "boolean", default = true, help = "posts/ and pages/; false: all in one folder" },
    trash = { type = "boolean", default = false, help = "what is in the trash too, as drafts" },
  },
  read = function(source, ctx)
    local site = { authors = {}, categories = {} }
    local attached = { by_id = {}, by_parent = {} }
    local function records(names)
      source:rewind()
      return galley.xml.records(function() return source:read(1 << 18) end, names)
    end
    if has_attachments(source) then
      for item in records{ "item" } do
        if get(item, "wp:post_type") == "attachment" then read_attachment(item, attached) end
      end
    end
    local wanted, skipped, order, comments, found = {}, {}, {}, 0, 0
    for _, name in ipairs(ctx.options.types) do wanted[name] = true end
    local function skip(what)
      if not skipped[what] then order[#order + 1] = what end
      skipped[what] = (skipped[what] or 0) + 1
    end
    for record in records{ "item", "wp:author", "wp:category", "wp:base_blog_url", "wp:base_site_url", "wp:wxr_version" } do
      if record.name ~= "item" then
        read_terms(record, site)
      else
        local kind, state = get(record, "wp:post_type") or "post", get(record, "wp:status")
        if not wanted[kind] then
          skip(kind)
        elseif (state == "trash" and not ctx.options.trash) or state == "auto-draft" then
          skip(state == "trash" and "item in the trash" or state)
        else
          found = found + 1
          if not ctx.options.comments and child(record, "wp:comment") then comments = comments + 1 end
          coroutine.yield{ item = record, site = site, attached = attached }
        end
      end
    end
    if found == 0 and #order == 0 then ctx.unsure("there is no item; is this a WordPress export (Tools, Export)?") end
    for _, what in ipairs(order) do ctx.lost(("%d of the kind '%s' left out"):format(skipped[what], what)) end
    if comments > 0 then ctx.lost(("the comments of %d articles are left out; --option comments=true writes them as data"):format(comments)) end
  end,
  article = function(entry, ctx) return article_of(entry.item, entry.site, entry.attached, ctx) end,
}
