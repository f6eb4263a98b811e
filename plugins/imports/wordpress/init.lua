--- WordPress's export (WXR 1.0 to 1.2): posts, pages and their authors, categories, tags, pictures and old addresses.
--
-- The file is read as a stream, item by item; only what items need of each other (authors, categories, pictures, pages
-- above pages) is kept. Bodies of the classic editor have no paragraphs: WordPress makes them when it shows a page, and
-- so does this.
local addresses = require("addresses")
local authors = require("authors")
local autop = require("wpautop")
local blocks = require("blocks")
local dates = require("dates")
local elements = require("xml_elements")
local old_html = require("old_html")
local shortcodes = require("shortcodes")
local sites = require("site")
local uploads = require("uploads")

local get, child, text_of = elements.get, elements.child, elements.text

local function comments_of(fields)
  local list = {}
  for _, part in ipairs(fields.comments) do
    if get(part, "wp:comment_approved") == "1" then
      list[#list + 1] = { id = get(part, "wp:comment_id"), parent = get(part, "wp:comment_parent"), author = get(part, "wp:comment_author"),
        url = get(part, "wp:comment_author_url"), date = dates.of(get(part, "wp:comment_date"), get(part, "wp:comment_date_gmt")),
        type = get(part, "wp:comment_type"), content = get(part, "wp:comment_content") }
    end
  end
  return list
end

-- An item's parts: its elements by name, its own fields, its terms, its comments.
local function fields_of(item)
  local fields = { meta = {}, metas = {}, terms = {}, authors = {}, comments = {} }
  for i = 1, #item do
    local part = item[i]
    if type(part) == "table" then
      local name = part.name
      if name == "wp:postmeta" then
        local key, value = get(part, "wp:meta_key") or "", get(part, "wp:meta_value") or ""
        fields.metas[#fields.metas + 1] = { key, value }
        if not fields.meta[key] then fields.meta[key] = value end
      elseif name == "category" then
        local of_author = part.attributes.domain == "author"
        table.insert(of_author and fields.authors or fields.terms, { name = text_of(part), slug = part.attributes.nicename, domain = part.attributes.domain })
      elseif name == "wp:comment" then
        fields.comments[#fields.comments + 1] = part
      elseif not fields[name] then
        fields[name] = text_of(part)
      end
    end
  end
  return fields
end

-- Fields of the site's own: those that the option `fields` names become keys, the others are counted.
local function add_fields(fields, article, wanted)
  local keys = {}
  for _, name in ipairs(wanted) do
    local field, key = name:match("^(.-):(.+)$")
    keys[field or name] = key or name
  end
  for _, pair in ipairs(fields.metas) do
    local key, value = pair[1], pair[2]
    if keys[key] then
      article.meta[#article.meta + 1] = { keys[key], value }
    elseif value ~= "" and key ~= "custom_permalink" and key ~= "footnotes" and not key:find("^_") and key ~= "" then
      local text = ("value of the custom field '%s' is left out; --option fields=%s takes it|values of the custom field '%s' are left out; --option fields=%s takes them")
        :format(key, key, key, key)
      article.counts[text] = (article.counts[text] or 0) + 1
    end
  end
end

-- Taxonomies that say nothing of an article here.
local silent = { post_format = true, nav_menu = true, post_translations = true, term_translations = true, ["author"] = true }
local taken = { title = true, date = true, updated = true, authors = true, topics = true, tags = true, topic_paths = true, summary = true, status = true,
  image = true, image_alt = true, image_caption = true, sticky = true, slug = true, url = true, aliases = true, lang = true }

-- Topics, their paths, tags, the language; and the terms of the site's own taxonomies as { key, names }.
local function terms_of(fields, known)
  local topics, tags, paths, seen, others, lang = {}, {}, {}, {}, {}, nil
  local function add(list, name)
    local key = tostring(list) .. name
    if name ~= "" and not seen[key] then list[#list + 1] = name end -- WXR 1.0 names each twice
    seen[key] = true
  end
  for _, term in ipairs(fields.terms) do
    local name, slug, domain = old_html.plain(term.name), term.slug or "", term.domain
    if domain == "category" or domain == nil and term.slug then
      if slug ~= "uncategorized" then
        add(topics, name)
        local path, depth = sites.category_path(known, slug)
        if depth > 1 then add(paths, path) end
      end
    elseif domain == "post_tag" or domain == "tag" then
      add(tags, name)
    elseif domain == "language" then
      lang = slug ~= "" and slug or name
    elseif domain and not silent[domain] then
      local key = domain:gsub("[^%w_-]", "_")
      if taken[key] then key = "wp_" .. key end
      if not others[key] then
        others[key] = {}
        others[#others + 1] = { key, others[key] }
      end
      add(others[key], name)
    end
  end
  return topics, tags, paths, lang, others
end

local states = { publish = "", inherit = "", future = "future", draft = "draft", pending = "pending", private = "private" }

-- The status here, "" for published; nothing but what WordPress shows to all may become public.
local function status_of(fields, date, notes)
  local state = fields["wp:status"] or "publish"
  local status = states[state]
  local function say(form, ...) notes.unsure[#notes.unsure + 1] = form:format(...) end
  if (fields["wp:post_password"] or "") ~= "" then
    say("it was protected by a password; it is a draft here")
    return "draft"
  elseif status == "future" then
    if not date then
      say("it was to appear later, but nobody knows when; it is a draft here")
      return "draft"
    end
    say("it was to appear later; its date says when")
    return ""
  elseif status == "private" then
    say("it was private; nobody sees it here, as a draft")
  elseif state == "trash" then
    say("it was in the trash; it is a draft here")
    return "draft"
  elseif not status then
    say("its status '%s' is none of WordPress's own; it is a draft here", state)
    return "draft"
  end
  return status
end

local function article_of(item, known, ctx)
  local fields = fields_of(item)
  local notes = { lost = {}, unsure = {} }
  local kind, id = fields["wp:post_type"] or "post", fields["wp:post_id"] or "0"
  local title = old_html.plain(fields.title or "")
  local slug = addresses.decode(fields["wp:post_name"] or "")
  local named = slug ~= "" and slug or title ~= "" and title or "post-" .. id
  local names = authors.of(known.people, fields["dc:creator"] or "", fields.authors, notes.unsure)
  local date = dates.of(fields["wp:post_date"], fields["wp:post_date_gmt"], fields.pubDate, fields["wp:status"] == "future")
  if not date then notes.unsure[#notes.unsure + 1] = "there is no date; give it one" end
  local updated = dates.of(fields["wp:post_modified"], fields["wp:post_modified_gmt"])
  if updated == date then updated = nil end
  local folder = ctx.options.folders and (kind == "post" and "posts/" or kind .. "s/") or ""
  if kind ~= "post" then folder = folder .. sites.folder(known, fields["wp:post_parent"]) end
  local place = folder .. galley.text.slug(named, 80)
  local html = blocks(fields["content:encoded"] or "", known.blocks, notes, fields.meta.footnotes)
  html = shortcodes(html, id, known.media, notes)
  if not html:find("<!-- wp:", 1, true) then html = autop(html) end
  local result, problem = old_html.read(html)
  if not result then return { path = place, title = title, failed = "the body cannot be read: " .. problem } end
  local lost = table.move(result.lost, 1, #result.lost, #notes.lost + 1, notes.lost)
  local status = status_of(fields, date, notes)
  local url, aliases = addresses.of(fields, id, ctx.options.urls and status == "")
  local thumbnail = fields.meta._thumbnail_id
  local image = thumbnail and known.media.by_id[thumbnail]
  if thumbnail and not image then notes.lost[#notes.lost + 1] = "its featured image is not in the export" end
  local topics, tags, paths, lang, others = terms_of(fields, known)
  local article = {
    path = place,
    meta = { { "title", title }, { "date", date }, { "updated", updated }, { "authors", names }, { "topics", topics }, { "tags", tags },
      { "topic_paths", paths }, { "summary", old_html.plain(fields["excerpt:encoded"] or "") }, { "status", status }, { "lang", lang },
      { "image", image and image.url }, { "image_alt", image and image.alt }, { "image_caption", image and image.caption and old_html.plain(image.caption) },
      { "sticky", fields["wp:is_sticky"] == "1" or nil }, { "slug", slug ~= "" and slug or nil }, { "url", url },
      { "aliases", (status == "" or status == "private") and aliases or nil } },
    title = title, document = result.document, words = result.words, lost = lost, unsure = notes.unsure,
    counts = {},
  }
  local stay = result.info.images
  if known.uploads then stay = uploads.bring(known.uploads, article, place .. ".md") end
  article.counts["picture stays at its old address; fetch it before the old site goes|pictures stay at their old addresses; fetch them before the old site goes"] = stay
  for _, pair in ipairs(others) do article.meta[#article.meta + 1] = pair end
  add_fields(fields, article, ctx.options.fields)
  if ctx.options.comments then
    local comments = comments_of(fields)
    if #comments > 0 then
      article.files = article.files or {}
      table.insert(article.files, { path = "comments/:article.json", data = true, content = galley.json.write(comments, { indent = 2 }) .. "\n" })
    end
  end
  return article
end

-- What is left out of an export, and what belongs to WordPress alone and is not missed.
local own_kinds = { nav_menu_item = true, revision = true, custom_css = true, customize_changeset = true, oembed_cache = true, wp_global_styles = true,
  wp_template = true, wp_template_part = true, wp_navigation = true, wp_font_family = true, wp_font_face = true, user_request = true }
local read_kinds = { ["guest-author"] = true, wp_block = true }

local function records(source, names)
  source:rewind()
  return galley.xml.records(function() return source:read(1 << 18) end, names)
end

-- The items of one file that become articles, and what of it does not.
local function read_items(source, known, wanted, ctx)
  local skipped, order, comments, found = {}, {}, 0, 0
  local function skip(what)
    if not skipped[what] then order[#order + 1] = what end
    skipped[what] = (skipped[what] or 0) + 1
  end
  for record in records(source, { "item", "wp:author", "wp:category", "wp:term", "link", "wp:base_site_url", "wp:base_blog_url" }) do
    if record.name ~= "item" then
      sites.read_record(known, record)
    else
      local kind, state = get(record, "wp:post_type") or "post", get(record, "wp:status")
      if kind == "attachment" and not wanted[kind] or read_kinds[kind] then
        found = found + 1
      elseif not wanted[kind] then
        skip(kind)
      elseif (state == "trash" and not ctx.options.trash) or state == "auto-draft" then
        skip(state == "trash" and "item in the trash" or state)
      else
        found = found + 1
        if not ctx.options.comments and child(record, "wp:comment") then comments = comments + 1 end
        sites.mark(known, record)
        coroutine.yield{ item = record, known = known }
      end
    end
  end
  if found == 0 and #order == 0 then ctx.unsure("there is no item; is this a WordPress export (Tools, Export)?") end
  for _, what in ipairs(order) do
    local take = what:find("^[%w_-]+$") and not own_kinds[what] and what ~= "auto-draft"
    ctx.lost(("%d of the kind '%s' left out%s"):format(skipped[what], what, take and ("; --option types=post,page,%s takes them"):format(what) or ""))
  end
  if comments > 0 then ctx.lost(("the comments of %d article%s are left out; --option comments=true writes them as data"):format(comments, comments == 1 and "" or "s")) end
end

-- What is known when all files were read.
local function report(known, wanted, ctx)
  local files = not wanted.attachment and sites.not_shown(known) or 0
  if files > 0 then ctx.lost(("files of the media library that no article shows are left out: %d of %d"):format(files, known.media.count)) end
  if ctx.options.profiles then
    local profiles, mails = authors.profiles(known.people, ctx.options.emails)
    for _, profile in ipairs(profiles) do ctx.file{ path = profile.path, content = profile.content, data = true, keep = true } end
    if #profiles > 0 then ctx.note(("%d author%s: a profile each in data/authors/"):format(#profiles, #profiles == 1 and "" or "s")) end
    if mails > 0 then ctx.lost(("the addresses for mail of %d author%s are left out; --option emails=true writes them into the profiles"):format(mails, mails == 1 and "" or "s")) end
  end
end

local whole -- what is known of all files of this import

return {
  kind = "import",
  name = "wordpress",
  api = 1,
  description = "WordPress's export file (WXR): posts and pages with authors, categories, tags, dates, status and old addresses; with a copy of wp-content/uploads as one more source, pictures too.",
  options = {
    types = { type = "list", default = { "post", "page" }, help = "the kinds of items to take" },
    comments = { type = "boolean", default = false, help = "write each article's comments to data/comments/" },
    fields = { type = "list", default = {}, help = "custom fields that become keys of the front matter; NAME or NAME:KEY" },
    folders = { type = "boolean", default = true, help = "posts/ and pages/; false: all in one folder" },
    profiles = { type = "boolean", default = true, help = "write each author's profile to data/authors/" },
    emails = { type = "boolean", default = false, help = "the profiles have the authors' addresses for mail" },
    trash = { type = "boolean", default = false, help = "what is in the trash too, as drafts" },
    urls = { type = "boolean", default = false, help = "articles keep their old addresses (url), in place of redirects from them" },
  },
  read = function(source, ctx)
    local wanted = {}
    for _, name in ipairs(ctx.options.types) do wanted[name] = true end
    local all = source:all()
    -- A long export comes in several files, which need each other as the items of one do.
    if source.number == 1 then
      whole = sites.new(uploads.open(all))
      for _, one in ipairs(all) do
        if not one.folder and sites.wants_two_passes(one) then
          for item in records(one, { "item" }) do sites.learn(whole, item, wanted) end
        end
      end
    end
    local known = whole
    if source.folder and #all == 1 then error(source.name .. ": it is a folder; name the export, a file, before it", 0) end
    if not source.folder then read_items(source, known, wanted, ctx) end
    if source.number == #all then report(known, wanted, ctx) end
  end,
  article = function(entry, ctx) return article_of(entry.item, entry.known, ctx) end,
}
