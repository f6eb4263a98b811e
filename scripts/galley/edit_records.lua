--- In a worker: an edit's changes as records, each with its line and its path in the article's model.
local edit_records = {}

local function is_map(value) return type(value) == "userdata" and value.keys ~= nil and type(value.keys) == "function" end
local plain = galley.yaml.plain

-- "meta.title", "meta.topics[2]", 'meta["odd key"]'
local function step(path, key)
  if math.type(key) == "integer" then return ("%s[%d]"):format(path, key) end
  return key:find("^[%a_][%w_-]*$") and path .. "." .. key or ("%s[%q]"):format(path, key)
end

local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b and math.type(a) == math.type(b) end
  for key, value in pairs(a) do if not same(value, b[key]) then return false end end
  for key in pairs(b) do if a[key] == nil then return false end end
  return true
end

local function kind_of(value)
  if type(value) ~= "table" then return "scalar" end
  if next(value) == nil then return "empty" end
  return #value > 0 and "list" or "map"
end

-- Line of an entry, or of what holds it.
local function line_of(holder, key, otherwise)
  local ok, line = pcall(galley.yaml.place, holder, key)
  return ok and line or otherwise
end

-- Differences of two values of one path, deepest first found. `old` and `new` are plain, the holders live.
local function compare(found, path, old, new, old_live, new_live, line)
  if same(old, new) then return end
  local kind = kind_of(old)
  if kind == "scalar" or kind ~= kind_of(new) or kind == "empty" then
    found[#found + 1] = { path = path, old = old, new = new, line = line }
  elseif kind == "map" then
    local seen = {}
    for _, live in ipairs{ old_live, new_live } do
      for key in pairs(live) do
        if not seen[key] then
          seen[key] = true
          compare(found, step(path, key), old[key], new[key], old_live[key], new_live[key],
            line_of(old_live, key) or line_of(new_live, key, line))
        end
      end
    end
  else
    local first, last_old, last_new = 1, #old, #new
    while first <= last_old and first <= last_new and same(old[first], new[first]) do first = first + 1 end
    while last_old >= first and last_new >= first and same(old[last_old], new[last_new]) do
      last_old, last_new = last_old - 1, last_new - 1
    end
    for i = first, math.max(last_old, last_new) do
      local a, b = i <= last_old and old[i] or nil, i <= last_new and new[i] or nil
      compare(found, step(path, i), a, b, old_live[i], new_live[i],
        a ~= nil and line_of(old_live, i) or line_of(new_live, i, line))
    end
  end
end

local blocks = {}
for name in ("paragraph heading code_block html_block thematic_break table_row footnote_definition caption attribution directive block_quote item"):gmatch("%S+") do
  blocks[name] = true
end

local function lines_of(text)
  local lines, starts, at = {}, {}, 1
  while at <= #text do
    local stop = text:find("\n", at, true) or #text
    lines[#lines + 1], starts[#starts + 1] = text:sub(at, stop), at
    at = stop + 1
  end
  return lines, starts
end

-- The name of the innermost block by line: "document: paragraph 3".
local function name_lines(article, starts)
  local names, counts = {}, {}
  for node in article.document:descendants() do
    local kind = node.type
    if blocks[kind] then
      counts[kind] = (counts[kind] or 0) + 1
      local place = node.position
      if place then
        local name, line = ("document: %s %d"):format(kind:gsub("_", " "), counts[kind]), place.line
        while starts[line] and starts[line] <= place.last_byte do
          names[line] = name
          line = line + 1
        end
      end
    end
  end
  return names
end

--- The records of a change: { line, path, old, new }. open(text) makes an article of a text the live one.
function edit_records.between(open, old_text, new_text)
  local found = {}
  -- Only one article is live at a time, so the front matter is parsed by itself, to have both side by side.
  local function front(text)
    local yaml = text:match("^\239?\187?\191?%-%-%-[ \t]*\r?\n(.-)\r?\n?%-%-%-[ \t]*\r?\n") or text:match("^\239?\187?\191?%-%-%-[ \t]*\r?\n(.-)\r?\n?%-%-%-[ \t]*$")
    local value = yaml and galley.yaml.parse("\n" .. yaml .. "\n") or nil -- the fence is line 1
    return is_map(value) and value or galley.yaml.parse("{}")
  end
  local old_meta, new_meta = front(old_text), front(new_text)
  compare(found, "meta", plain(old_meta) or {}, plain(new_meta) or {}, old_meta, new_meta, 1)
  local known_meta = #found > 0
  local function names_of(text)
    local lines, starts = lines_of(text)
    local article = open(text)
    return lines, article and name_lines(article, starts) or {}
  end
  local old_lines, old_names = names_of(old_text)
  local new_lines, new_names = names_of(new_text)
  local function body_line(lines)
    if not (lines[1] or ""):find("^\239?\187?\191?%-%-%-[ \t]*\r?\n?$") then return 1 end
    for i = 2, #lines do if lines[i]:find("^%-%-%-[ \t]*\r?\n?$") then return i + 1 end end
    return 1
  end
  local old_body, new_body = body_line(old_lines), body_line(new_lines)
  for _, hunk in ipairs(galley.diff.changes(old_text, new_text)) do
    local a, b = hunk.old_line, hunk.new_line
    if a + hunk.old_count <= old_body and b + hunk.new_count <= new_body and (a < old_body or b < new_body) then
      if not known_meta then
        found[#found + 1] = { path = "meta", line = a, old = table.concat(old_lines, "", a, a + hunk.old_count - 1),
          new = table.concat(new_lines, "", b, b + hunk.new_count - 1) }
      end
    else
      local function name(i, j) return old_names[i] or new_names[j] or "document" end
      local parts = {} -- runs of lines that belong to one block; uneven hunks are one
      if hunk.old_count == hunk.new_count then
        for i = 0, hunk.old_count - 1 do
          local own = name(a + i, b + i)
          local last = parts[#parts]
          if last and last.path == own then
            last.count = last.count + 1
          else
            parts[#parts + 1] = { path = own, from = i, count = 1 }
          end
        end
        for _, part in ipairs(parts) do
          found[#found + 1] = { path = part.path, line = a + part.from,
            old = table.concat(old_lines, "", a + part.from, a + part.from + part.count - 1),
            new = table.concat(new_lines, "", b + part.from, b + part.from + part.count - 1) }
        end
      else
        local own
        for i = 0, math.max(hunk.old_count, hunk.new_count) - 1 do
          own = own or (i < hunk.old_count and old_names[a + i]) or (i < hunk.new_count and new_names[b + i])
        end
        found[#found + 1] = { path = own or "document", line = a,
          old = hunk.old_count > 0 and table.concat(old_lines, "", a, a + hunk.old_count - 1) or nil,
          new = hunk.new_count > 0 and table.concat(new_lines, "", b, b + hunk.new_count - 1) or nil }
      end
    end
  end
  return found
end

return edit_records
