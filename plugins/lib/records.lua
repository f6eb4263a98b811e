--- What imports of rows and entries share: which field of a record is which part of an article, and its text as a tree.
local old_html = require("old_html")
local records = {}

--- Options of an import whose records have fields of any name.
records.options = {
  map = { type = "list", default = {}, help = "FIELD:KEY pairs: that field becomes that key of the front matter; body is the text" },
  body = { type = "string", default = "", help = "the field that has the text (else body, content, text, description)" },
  format = { type = "string", default = "auto", choices = { "auto", "markdown", "html", "text" }, help = "what the text is" },
}

local usual = { title = "title", date = "date", updated = "updated", summary = "summary", slug = "slug", language = "language", image = "image", status = "status",
  published_at = "date", created_at = "date", updated_at = "updated", custom_excerpt = "summary", feature_image = "image", headline = "title", name = "title", published = "date", date_published = "date", pubdate = "date", created = "date", date_modified = "updated",
  modified = "updated", author = "authors", authors = "authors", tags = "topics", topics = "topics", categories = "topics", category = "topics",
  description = "summary", excerpt = "summary", url = "aliases", link = "aliases", path = "path" }
local bodies = { "body", "content", "content_html", "content_text", "markdown", "text", "html" }
local lists = { authors = true, topics = true, aliases = true, tags = true }

-- Zones that RFC 822 has names for, and those of Europe.
local zones = { UT = "+0000", UTC = "+0000", GMT = "+0000", Z = "+0000", EST = "-0500", EDT = "-0400", CST = "-0600", CDT = "-0500", MST = "-0700", MDT = "-0600",
  PST = "-0800", PDT = "-0700", WET = "+0000", WEST = "+0100", CET = "+0100", CEST = "+0200", EET = "+0200", EEST = "+0300" }
local forms = { "%d %b %Y %H:%M:%S %z", "%d %b %Y %H:%M %z", "%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%d %b %Y", "%d %B %Y", "%B %d, %Y", "%b %d, %Y", "%d/%m/%Y",
  "%d.%m.%Y" }

--- A date in ISO form, with a time and a zone if it has them; or the text as it is and true.
function records.date(text)
  if text == nil or text == "" then return nil end
  local bare = galley.text.trim(tostring(text)):gsub("%s(%u+)$", function(name) return zones[name] and " " .. zones[name] end)
    :gsub("^%a%a%a%a*%.?,%s+", ""):gsub("(T%d%d:%d%d:%d%d)%.%d+", "%1")
  local before, short, behind = bare:match("^(%d%d? %a%a%a )(%d%d)( .*)$") -- years of RFC 822
  if short then bare = before .. (tonumber(short) < 70 and "20" or "19") .. short .. behind end
  local date = galley.date.parse(bare)
  for i = 1, date and 0 or #forms do
    date = galley.date.parse(bare, forms[i])
    if date then break end
  end
  if date then return tostring(date) end
  return tostring(text), true
end

local function split(value)
  local list = {}
  if type(value) == "table" then
    for i, part in ipairs(value) do list[i] = type(part) == "table" and (part.name or part.title or part.term) or part end
  else
    for part in tostring(value):gmatch("[^;,|]+") do
      part = galley.text.trim(part)
      if part ~= "" then list[#list + 1] = part end
    end
  end
  return list
end

--- Paragraphs of plain text, as a tree.
function records.plain(text)
  local blocks = {}
  for part in (text:gsub("\r\n?", "\n"):gsub("\n[ \t]*\n", "\n\n") .. "\n\n"):gmatch("(.-)\n\n+") do
    local content = {}
    for line in (part .. "\n"):gmatch("([^\n]*)\n") do
      line = galley.text.trim(line)
      if line ~= "" then
        if #content > 0 then content[#content + 1] = galley.node.linebreak() end
        content[#content + 1] = galley.node.text(line)
      end
    end
    if #content > 0 then blocks[#blocks + 1] = galley.node.paragraph(content) end
  end
  return galley.node.document(blocks)
end

--- Puts a body into an article: its tree or Markdown, its words, what went.
function records.body(article, text, format)
  text = text or ""
  if format == "auto" then format = text:find("</?%a[^<>]*>") and "html" or "markdown" end
  if format == "html" then
    local result, problem = old_html.read(text)
    if not result then
      article.failed = "the body cannot be read: " .. problem
      return
    end
    article.document, article.words = result.document, result.words
    table.move(result.lost, 1, #result.lost, #article.lost + 1, article.lost)
  elseif format == "text" then
    article.document, article.text = records.plain(text), text
  else
    article.markdown = text
  end
end

--- An article of a record; `names` gives the order of its fields.
function records.article(record, names, options)
  local article = { meta = {}, lost = {}, unsure = {} }
  local renamed, body = {}, nil
  for _, pair in ipairs(options.map) do
    local field, key = pair:match("^(.-):(.*)$")
    if field then renamed[field] = key else article.unsure[#article.unsure + 1] = ("map wants FIELD:KEY, not '%s'"):format(pair) end
  end
  local taken = {}
  for field, key in pairs(renamed) do if key == "body" then body = field end end
  if not body and options.body ~= "" then body = options.body end
  if not body then
    for _, name in ipairs(bodies) do
      for _, field in ipairs(names) do
        if not body and field:lower() == name and record[field] ~= nil and record[field] ~= "" then body = field end
      end
    end
  end
  for _, field in ipairs(names) do
    local value = record[field]
    if value == galley.json.null then value = nil end
    local key = renamed[field] or usual[field:lower()] or field
    if field ~= body and value ~= nil and value ~= "" and key ~= "" then
      local unclear
      if key == "date" or key == "updated" then
        value, unclear = records.date(value)
        if unclear then article.unsure[#article.unsure + 1] = ("the date '%s' is not understood and stays as it is"):format(value) end
      elseif key == "title" or key == "summary" then
        value = old_html.plain(tostring(value))
      elseif lists[key] then
        value = split(value)
      end
      if key == "path" or key == "slug" then
        article.path = tostring(value)
      end
      if key ~= "path" then
        if taken[key] then key = field end
        if taken[key] then
          article.lost[#article.lost + 1] = ("a second field '%s' is left out"):format(field)
        else
          article.meta[#article.meta + 1] = { key, value }
          if key == "title" then article.title = value end
        end
        taken[key] = true
      end
    end
  end
  if not taken.date then article.unsure[#article.unsure + 1] = "there is no date; give it one" end
  local format = options.format
  if format == "auto" and body and body:lower() == "content_text" then format = "text" end
  records.body(article, body and tostring(record[body]) or "", format)
  return article
end

return records
