--- An article that an import made, as the record that goes into the spool: its Markdown written and read again, its words
-- counted, its path and its front matter made safe. phases_import.lua says what the plugin may give.

local write = require("galley.import_writer")

local record = {}

local function valid(text)
  if utf8.len(text) and not text:find("\0", 1, true) then return text, 0 end
  local count = 0
  local fixed = text:gsub("\0", function() count = count + 1 return "\u{FFFD}" end)
  if not utf8.len(fixed) then
    local parts, at = {}, 1
    while at <= #fixed do
      local length, bad = utf8.len(fixed, at)
      if length then parts[#parts + 1] = fixed:sub(at) break end
      parts[#parts + 1] = fixed:sub(at, bad - 1) .. "\u{FFFD}"
      count, at = count + 1, bad + 1
    end
    fixed = table.concat(parts)
  end
  return fixed, count
end

-- One component of a path: a slug, whatever the plugin proposes; the ending stays.
local function clean_path(path)
  local parts = {}
  for part in valid(tostring(path)):gsub("%.md$", ""):gsub("%.markdown$", ""):gmatch("[^/\\]+") do
    local name = galley.text.slug(part, 96)
    if name == "" and part:find("[^.]") then name = "untitled" end
    if name ~= "" then parts[#parts + 1] = name end
  end
  if #parts == 0 then parts[1] = "untitled" end
  return table.concat(parts, "/")
end

-- A file beside the articles keeps its name; nil where it would leave the folder.
local function safe_file(path)
  path = tostring(path)
  if path == "" or path:find("^/") or path:find("[%c\\]") or ("/" .. path .. "/"):find("/%.") or path:find("//") then return nil end
  for part in path:gmatch("[^/]+") do if #part > 255 then return nil end end
  return path
end

--- A value as text, list or map that can be written: no control characters, no invalid UTF-8.
local function clean_value(value)
  if type(value) == "string" then return (valid(value):gsub("[\1-\8\11\12\14-\31\127]", "")) end
  if value == galley.json.null then return nil end
  if type(value) ~= "table" or getmetatable(value) then return value end
  local result = {}
  if #value > 0 then
    for _, inner in ipairs(value) do result[#result + 1] = clean_value(inner) end
    return result
  end
  for key, inner in pairs(value) do result[clean_value(key)] = clean_value(inner) end
  return result
end

-- The front matter's lines; the order is the plugin's.
local function front_matter(meta)
  local lines = {}
  for _, pair in ipairs(meta) do
    local value = clean_value(pair[2])
    if value ~= nil and value ~= "" and not (type(value) == "table" and not getmetatable(value) and next(value) == nil) then
      local key = tostring(clean_value(pair[1]))
      local text
      if type(value) == "string" and key:find("^%a[%w_]*$") and (value:find("^%d%d%d%d%-%d%d%-%d%d$") or value:find("^%d%d%d%d%-%d%d%-%d%dT[%d:]+$")
          or value:find("^%d%d%d%d%-%d%d%-%d%dT[%d:]+[+-]%d%d:%d%d$") or value:find("^%d%d%d%d%-%d%d%-%d%dT[%d:]+Z$")) then
        text = ("%s: %s\n"):format(key, value) -- a date as people write it; here it stays a text without quotes
      else
        text = galley.yaml.write{ [key] = value }
      end
      lines[#lines + 1] = text:find("\n$") and text or text .. "\n"
    end
  end
  return table.concat(lines)
end

-- The article's Markdown and the document that it reads back as; or nil, nil and why it cannot be read back.
local function body_of(article, path, lost, config)
  local body, problem, same
  if article.document then
    body, problem, same = write(article.document, config.dialect, lost)
    if not body then return nil, nil, problem end
  else
    local broken
    body, broken = valid(article.markdown or "")
    if broken > 0 then lost[#lost + 1] = ("%d bytes that are no characters became U+FFFD"):format(broken) end
    if body ~= "" and body:sub(-1) ~= "\n" and not article.head then body = body .. "\n" end
  end
  local most = config.article_bytes or 4 << 20
  if #body > most then
    return nil, nil, ("the body has %d bytes, more than an article may have (%d); raise limits.article_bytes in galley.yaml or cut it")
      :format(#body, most)
  end
  if same then return body, article.document end
  local document
  document, problem = galley.markdown.parse(body, { name = path, dialect = config.dialect })
  return body, document, problem
end

--- The article as a record, which says why when it cannot be written. `config` is the site's: its dialect and limits.
function record.of(article, config)
  local unsure, lost = article.unsure or {}, article.lost or {}
  local meta = article.meta or {}
  local title = article.title
  for _, pair in ipairs(meta) do if pair[1] == "title" and type(pair[2]) ~= "table" then title = title or pair[2] end end
  if (not title or title == "") and not article.failed then
    unsure[#unsure + 1] = "there is no title; give it one"
  end
  local named = article.path or title
  if not named or tostring(named) == "" then named = "untitled" end
  local kept = article.keep_path and safe_file(named)
  local path = (kept and kept:gsub("%.md$", "") or clean_path(named)) .. ".md"
  local made = { kind = "article", path = path, title = title and clean_value(tostring(title)), shape = article.shape,
    confidence = article.confidence, unsure = unsure, lost = lost, notes = article.notes, counts = article.counts,
    place = article.place, from = article.from, failed = article.failed }
  if made.failed then return made end
  local body, document, problem = body_of(article, path, lost, config)
  if not document then
    made.failed = tostring(problem):gsub("^" .. path:gsub("%p", "%%%0") .. ":[%d:]*%s*", ""):gsub("^error:%s*", "")
    return made
  end
  -- Words that a reader sees; texts for who cannot see a picture are counted with neither side.
  made.words_out = galley.text.words(document:plain{ images = false })
  made.words_in = article.words or article.text and galley.text.words((valid(article.text))) or made.words_out
  local front = article.head or front_matter(meta)
  if #front > (config.front_matter_bytes or 64 << 10) then
    made.failed = ("its front matter has %d bytes; more than %d cannot be read back"):format(#front, config.front_matter_bytes)
    return made
  end
  if not article.head and front ~= "" then front = "---\n" .. front .. "---\n\n" end
  made.text = front .. body
  return made
end

--- The files whose paths are good, as a list of their own; the others are told in `lost`.
function record.files(files, lost)
  local good = {}
  for _, file in ipairs(files or {}) do
    local path = safe_file(file.path)
    if path then
      good[#good + 1] = { path = path, content = file.content, data = file.data, keep = file.keep }
    else
      lost[#lost + 1] = ("the file '%s' is left out: its path would leave the folder"):format(tostring(file.path))
    end
  end
  return good
end

record.clean = clean_value

return record
