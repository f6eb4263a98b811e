--- What imports of rows and entries share: which field of a record is which part of an article, and its text as a tree.
local fields = require("record_fields")
local old_html = require("old_html")
local records = {}

--- Options of an import whose records have fields of any name.
records.options = {
  map = { type = "list", default = {}, help = "FIELD:KEY pairs: that field becomes that key of the front matter; body is the text" },
  body = { type = "string", default = "", help = "the field that has the text (else body, content, text or the like)" },
  format = { type = "string", default = "auto", choices = { "auto", "markdown", "html", "text" }, help = "what the text is" },
}

local lists = { authors = true, topics = true, aliases = true, tags = true }

-- Zones that RFC 822 has names for, and those of Europe.
local zones = { UT = "+0000", UTC = "+0000", GMT = "+0000", Z = "+0000", EST = "-0500", EDT = "-0400", CST = "-0600", CDT = "-0500", MST = "-0700", MDT = "-0600",
  PST = "-0800", PDT = "-0700", WET = "+0000", WEST = "+0100", CET = "+0100", CEST = "+0200", EET = "+0200", EEST = "+0300" }
local EPOCH <const> = 100000000 -- seconds; years before 1973 are numbers of other things
local forms = { "%d %b %Y %H:%M:%S %z", "%d %b %Y %H:%M %z", "%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%d %b %Y", "%d %B %Y", "%B %d, %Y", "%b %d, %Y", "%d/%m/%Y",
  "%d.%m.%Y", "%d.%m.%y", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y", "%m/%d/%Y %H:%M" }

--- A date in ISO form, with a time and a zone if it has them; or the text as it is and true. month_first: what 3/4/2025 is
-- in its source; nil where nobody knows: then it is 3 April, and the third result says that this was a guess.
function records.date(text, month_first)
  if text == nil or text == "" then return nil end
  local bare = galley.text.trim(tostring(text)):gsub("%s(%u+)$", function(name) return zones[name] and " " .. zones[name] end)
    :gsub("^%a%a%a%a*%.?,%s+", ""):gsub("(T%d%d:%d%d:%d%d)%.%d+", "%1")
  local number = bare:find("^%d+$") and tonumber(bare)
  if number and number >= EPOCH * 1000 then number = number // 1000 end
  if number and number >= EPOCH and number < EPOCH * 100 then return tostring(galley.date.of_instant(number)) end
  local before, short, behind = bare:match("^(%d%d? %a%a%a )(%d%d)( .*)$") -- years of RFC 822
  if short then bare = before .. (tonumber(short) < 70 and "20" or "19") .. short .. behind end
  local first, second = bare:match("^(%d%d?)/(%d%d?)/%d%d%d%d")
  if month_first and first then bare = bare:gsub("^(%d%d?)/(%d%d?)", "%2/%1") end
  local guess = first and month_first == nil and tonumber(first) <= 12 and tonumber(second) <= 12 and first ~= second
  local date = galley.date.parse(bare)
  for i = 1, date and 0 or #forms do
    date = galley.date.parse(bare, forms[i])
    if date then break end
  end
  if date then return tostring(date), false, guess or false end
  return tostring(text), true
end

--- The path of an old address, for redirects to the article; nil and what is lost for one that has none.
function records.alias(address)
  local path = tostring(address):gsub("#.*$", ""):gsub("^%a[%w+.-]*://[^/?]*", "")
  local query = path:match("%?(.*)$")
  if query and query:gsub("utm_[%w_]+=[^&]*&?", "") == "" then path = path:match("^[^?]*") end -- who counts readers
  if path == "" or path == "/" then return nil end
  if path:find("?", 1, true) then return nil, ("the old address %s is left out: what stands behind a ? cannot be redirected"):format(address) end
  return path
end

-- "By Jane Doe and John Roe": who wrote it.
local function people(text)
  for _, word in ipairs{ "By ", "by ", "Von ", "von ", "Par ", "par ", "Por ", "por " } do
    if text:sub(1, #word) == word then text = text:sub(#word + 1) end
  end
  for _, word in ipairs{ " and ", " und ", " et ", " & ", " y " } do text = text:gsub(word, ";") end
  return text
end

-- `key`: what the list is of. A name before a comma is a last name where it is one word and the only one.
local function split(value, key, article)
  local list = {}
  if key == "authors" and math.type(value) == "integer" then value = { value } end
  local function add(part)
    part = galley.text.trim(tostring(part))
    if part ~= "" then list[#list + 1] = part end
  end
  if type(value) == "table" then
    for _, part in ipairs(value) do
      local plain = fields.plain(part)
      if type(plain) == "table" then plain = fields.plain(plain[1]) end
      if plain == nil or type(plain) == "table" or type(plain) == "boolean" then
        if part ~= galley.json.null then article.lost[#article.lost + 1] = ("what is no name among the %s is left out"):format(key) end
        part = nil
      else
        part = plain
      end
      if math.type(part) == "integer" and key ~= "tags" then
        article.lost[#article.lost + 1] = ("the number %d among the %s is left out: its name is not in the file"):format(part, key)
      elseif part ~= nil and part ~= galley.json.null then
        add(part)
      end
    end
    return list
  end
  value = tostring(value)
  if key == "authors" then value = people(value) end
  local last, first = value:match("^%s*([^%s,;|]+),%s+([^,;|]+)$")
  if key == "authors" and last then
    article.unsure[#article.unsure + 1] = ("the author '%s' is one, %s %s"):format(value, first, last)
    return { first .. " " .. last }
  end
  for part in value:gmatch(value:find("[;|]") and "[^;|]+" or "[^,]+") do add(part) end
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

-- Reads a field into the article; `seen` is what the fields before have given.
local function add_field(article, field, key, value, seen, month_first)
  if type(value) == "table" and not lists[key] then
    -- an object that nobody knows: it is kept as it is
  elseif key == "date" or key == "updated" then
    local unclear, guess
    value, unclear, guess = records.date(value, month_first)
    if unclear then article.unsure[#article.unsure + 1] = ("the date '%s' is not understood and stays as it is"):format(value) end
    if guess then article.unsure[#article.unsure + 1] = "a date such as 3/4/2025 is read as 3 April" end
  elseif key == "title" or key == "summary" then
    value = old_html.plain(tostring(value))
  elseif key == "aliases" then
    local kept = {}
    for _, address in ipairs(split(value, key, article)) do
      local path, lost = records.alias(address)
      kept[#kept + 1] = path
      if lost then article.lost[#article.lost + 1] = lost end
    end
    if #kept == 0 then return end
    value = kept
  elseif lists[key] then
    value = split(value, key, article)
    if #value == 0 then return end
  end
  if type(value) ~= "table" and (key == "path" or key == "slug") then article.path = tostring(value) end
  if key == "path" and type(value) ~= "table" then return end
  if seen[key] then key = field end
  if seen[key] then
    article.lost[#article.lost + 1] = ("a second field '%s' is left out"):format(field)
    return
  end
  seen[key] = true
  article.meta[#article.meta + 1] = { key, value }
  if key == "title" and type(value) ~= "table" then article.title = value end
end

--- An article of a record; `names` gives the order of its fields, month_first what its dates are (see records.date).
function records.article(record, names, options, month_first)
  local article = { meta = {}, lost = {}, unsure = {} }
  local renamed, body = {}, options.body ~= "" and options.body or nil
  for _, pair in ipairs(options.map) do
    local field, key = pair:match("^(.-):(.*)$")
    if field then renamed[field] = key else article.unsure[#article.unsure + 1] = ("map wants FIELD:KEY, not '%s'"):format(pair) end
    if key == "body" then body = field end
  end
  local function has(name)
    local value = fields.plain(record[name])
    return value ~= nil and value ~= "" and value ~= galley.json.null
  end
  local found, others = fields.body(names, has)
  body = body or found
  if others[body] or found ~= body then others = {} end
  local hidden, dated
  for _, field in ipairs(names) do dated = dated or has(field) and (renamed[field] or fields.key(field)) == "date" end
  local seen = {}
  for _, field in ipairs(names) do
    local value = record[field]
    if value == galley.json.null then value = nil end
    local key = renamed[field] or fields.key(field)
    if key == "created" then key = not dated and "date" or nil end
    local visible = value ~= nil and not renamed[field] and fields.visibility(field, value)
    if key and type(value) == "table" then
      local plain = fields.plain(value)
      if not lists[key] and type(plain) == "table" then plain = plain[2] == nil and fields.plain(plain[1]) or nil end
      if plain == nil or type(plain) == "table" and not lists[key] then key = field else value = plain end
    end
    if field == "" then
      if not seen[""] and value and value ~= "" then article.lost[#article.lost + 1] = ("'%s' stands in a column without a name and is left out"):format(value) end
      seen[""] = true
    elseif visible then
      if visible == "hidden" then hidden = field end
    elseif others[field] and has(field) then
      article.lost[#article.lost + 1] = ("the field '%s' is left out: the text is that of '%s'"):format(field, body)
    elseif field ~= body and value ~= nil and value ~= "" and key ~= "" then
      add_field(article, field, key or field, value, seen, month_first)
    end
  end
  if hidden then
    for i = #article.meta, 1, -1 do if article.meta[i][1] == "status" then table.remove(article.meta, i) end end
    article.meta[#article.meta + 1] = { "status", "draft" }
    article.unsure[#article.unsure + 1] = ("it is a draft, since its field '%s' keeps it from the public"):format(hidden)
  end
  if not seen.date then article.unsure[#article.unsure + 1] = "there is no date; give it one" end
  local text, format = body and fields.plain(record[body]), options.format
  if format == "auto" and body and (fields.normal(body) == "content_text" or fields.normal(body) == "body_text") then format = "text" end
  if type(text) == "table" then
    article.failed = ("the text in '%s' is no text but a list; name another field by --option body="):format(body)
  else
    records.body(article, text ~= nil and tostring(text) or "", format)
  end
  return article
end

return records
