--- Front matter as other generators write it: YAML stays byte for byte, TOML and JSON become YAML. Changes are made to
-- single entries; all other lines stay as they are.
local front = {}
front.__index = front

local missing = "(toml)"

--- Whether a value is a map, not a list or a scalar.
function front.is_map(value)
  return type(value) == "userdata" and tostring(value):find("^a map ") ~= nil
end

-- Line by line: { text, behind = where the next one begins }.
local function line_at(text, at)
  local first, last = text:find("\n", at, true)
  if not first then return text:sub(at), #text + 1 end
  return text:sub(at, first - 1):gsub("\r$", ""), last + 1
end

-- What stands between the first line and the next that is one of `closing`: text, closing line, body; nil when it has no end.
local function fenced(text, closing)
  local _, start = line_at(text, 1)
  local at = start
  while at <= #text do
    local line, behind = line_at(text, at)
    if closing[line:gsub("[ \t]+$", "")] then
      return text:sub(start, at - 1), text:sub(at, behind - 1), text:sub(behind), text:sub(1, start - 1)
    end
    at = behind
  end
end

-- A JSON object at the start: where it ends.
local function object_end(text)
  local depth, at = 0, 1
  while true do
    local first, _, mark = text:find('([{}"])', at)
    if not first then return nil end
    at = first + 1
    if mark == '"' then
      repeat
        local stop, _, found = text:find('([\\"])', at)
        if not stop then return nil end
        at = stop + (found == "\\" and 2 or 1)
      until found == '"'
    else
      depth = depth + (mark == "{" and 1 or -1)
      if depth == 0 then return first end
    end
  end
end

-- Dates that JSON and TOML have as texts stand without quotes, as people write them in YAML.
local function plain_dates(yaml)
  return (("\n" .. yaml):gsub("(\n[%a][%w_]*: )'(%d%d%d%d%-%d%d%-%d%d)'", "%1%2")
    :gsub("(\n[%a][%w_]*: )'(%d%d%d%d%-%d%d%-%d%d[T ]%d%d:%d%d:%d%d[Z%d:+.-]*)'", "%1%2"):sub(2))
end

local function write(map)
  local yaml = plain_dates(galley.yaml.write(map))
  return yaml == "{}\n" and "" or yaml
end

-- The comments of TOML, each with the top key that follows it; those behind the last key have none.
local function comments_of(toml)
  local waiting, found, rest, inside, key = {}, {}, {}, nil, nil
  for line in (toml .. "\n"):gmatch("([^\n]*)\n") do
    line = line:gsub("\r$", "")
    if inside then
      if line:find(inside, 1, true) then inside = nil end
    elseif line:find("^%s*#") then
      waiting[#waiting + 1] = line:gsub("^%s+", "")
    elseif line:find("%S") then
      local first = line:match("^%s*%[+%s*[\"']?([^%]\"'.]+)") or (not key or key.top) and line:match("^%s*[\"']?([^=\"'.]-)[\"']?%s*[.=]")
      if first then key = { name = first, top = not line:find("^%s*%[") } end
      local bare = line:gsub('"[^"]*"', ""):gsub("'[^']*'", "")
      local behind = bare:match("[^\"']#%s*([^\"']*)$")
      if behind then waiting[#waiting + 1] = "# " .. behind end
      if key then
        found[key.name] = found[key.name] or {}
        table.move(waiting, 1, #waiting, #found[key.name] + 1, found[key.name])
        waiting = {}
      end
      for _, mark in ipairs{ '"""', "'''" } do
        local _, count = line:gsub(mark, "")
        if count % 2 == 1 then inside = mark end
      end
    end
  end
  table.move(waiting, 1, #waiting, 1, rest)
  return found, rest
end

-- Comments stand before the lines of their keys again.
local function with_comments(yaml, found, rest)
  local out = {}
  for line in yaml:gmatch("([^\n]*)\n") do
    local key = line:match("^['\"]?([%w_-]+)['\"]?:")
    for _, comment in ipairs(key and found[key] or {}) do out[#out + 1] = comment end
    if key then found[key] = nil end
    out[#out + 1] = line
  end
  for _, comment in ipairs(rest) do out[#out + 1] = comment end
  return #out > 0 and table.concat(out, "\n") .. "\n" or ""
end

local function new(fields)
  fields.line_end = fields.open:find("\r\n", 1, true) and "\r\n" or "\n"
  return setmetatable(fields, front)
end

local function of_yaml(yaml, open, close, body, name)
  local map, problem = galley.yaml.parse(yaml, { name = name })
  if map == nil then
    local line, column, what = problem:match(":(%d+):(%d+): error: (.*)$")
    return nil, ("its front matter cannot be read: %s"):format(line and ("line %d, column %d: %s"):format(line + 1, column, what) or problem)
  end
  if not front.is_map(map) then
    return nil, "its front matter is no map of keys and values"
  end
  return new{ kind = "yaml", open = open, yaml = yaml, close = close, body = body, map = map }
end

local function of_toml(toml, body, name)
  local map, problem, code = galley.toml.parse(toml, { name = name })
  if code == "missing" then return nil, problem, missing end
  if not map then
    local line, column, what = problem:match(":(%d+):(%d+): error: (.*)$")
    return nil, line and ("its front matter, line %d, column %d: %s"):format(line + 1, column, what) or problem:gsub("^.-: error: ", "its front matter: ")
  end
  return new{ kind = "TOML", open = "---\n", yaml = with_comments(write(map), comments_of(toml)), close = "---\n", body = body, map = map }
end

local function of_json(json, body, name)
  local map, problem = galley.json.parse(json, { name = name, ordered = true })
  if not map then return nil, "its front matter cannot be read: " .. problem end
  return new{ kind = "JSON", open = "---\n", yaml = write(map), close = "---\n", body = body, map = map }
end

--- A file's front matter and body; nil and what is wrong.
function front.read(text, name)
  local first = line_at(text, 1):gsub("[ \t]+$", "")
  local kind = first:match("^%-%-%-(%a+)$")
  if first == "---" or kind == "yaml" then
    local yaml, close, body, open = fenced(text, { ["---"] = true, ["..."] = true })
    if not yaml then return nil, "its front matter has no end; write a line --- behind it" end
    return of_yaml(yaml, open:gsub("yaml", ""), close, body, name)
  elseif first == "+++" or kind == "toml" then
    local toml, _, body = fenced(text, { [kind and "---" or "+++"] = true })
    if not toml then return nil, "its front matter has no end; write a line +++ behind it" end
    return of_toml(toml, body, name)
  elseif kind == "json" or first == ";;;" then
    local fence = kind and "---" or first
    local json, _, body = fenced(text, { [fence] = true })
    if not json then return nil, ("its front matter has no end; write a line %s behind it"):format(fence) end
    return of_json(json:find("^%s*{") and json or "{" .. json .. "}", body, name)
  elseif kind then
    return nil, ("its front matter is a program in %s; write it as YAML"):format(kind)
  elseif text:find("^{%s*[\"}]") then
    local last = object_end(text)
    if not last then return nil, "its front matter, a JSON object, has no end" end
    return of_json(text:sub(1, last), text:sub(last + 1):gsub("^[ \t]*\r?\n", ""), name)
  end
  -- Hexo wants no line before it.
  local head, close, body = text:match("^(%a[%w_-]*:[^\n]*\n.-)(%-%-%-[ \t]*\r?\n)(.*)$")
  if head and head:find("\n$") and ("\n" .. head):find("\ntitle:") and not head:find("\n%s*\n") then
    local found = of_yaml(head, "", close, body, name)
    if found then return found end
  end
  return new{ open = "", yaml = "", close = "", body = text, map = galley.yaml.parse("") }
end

--- Whether the message is about a library that this galley lacks, which is said once.
function front.is_missing(word) return word == missing end

--- The head of the article's file, fences and all.
function front:head()
  if self.open == "" and self.yaml ~= "" then return "---\n" .. self.yaml .. "---\n\n" end
  return self.open .. self.yaml .. self.close
end

-- The first and last byte of an entry's lines, without the comments before the next entry.
local function entry(self, key)
  local line = galley.yaml.place(self.placed or self.map, key)
  if not line then return nil end
  local starts, at = {}, 1
  while at <= #self.yaml do
    starts[#starts + 1] = at
    at = select(2, line_at(self.yaml, at))
  end
  local last = #starts
  for other in pairs(self.placed or self.map) do
    local place = galley.yaml.place(self.placed or self.map, other)
    if place == line and other ~= key then return nil end -- {a: 1, b: 2} on one line
    if place and place > line then last = math.min(last, place - 1) end
  end
  while last > line and (line_at(self.yaml, starts[last]):find("^%s*#") or not line_at(self.yaml, starts[last]):find("%S")) do last = last - 1 end
  return starts[line], (starts[last + 1] or #self.yaml + 1) - 1
end

local function changed(self, yaml)
  local map = galley.yaml.parse(yaml)
  if not map then return false end
  self.yaml, self.map, self.placed = yaml, map, map
  return true
end

local function lines_of(self, key, value)
  return (plain_dates(galley.yaml.write{ [key] = value }):gsub("\n", self.line_end))
end

--- Sets a key: in the place of its old lines, else behind all others.
function front:set(key, value)
  if self.kind ~= "yaml" and not self.placed and not changed(self, self.yaml) then return false end
  local first, last = entry(self, key)
  local text = lines_of(self, key, value)
  if first then return changed(self, self.yaml:sub(1, first - 1) .. text .. self.yaml:sub(last + 1)) end
  if self.map[key] ~= nil or self.yaml:find("^%s*{") then -- lines of one flow map: written anew
    self.map[key] = value
    return changed(self, write(self.map))
  end
  local yaml = self.yaml
  if yaml ~= "" and not yaml:find("\n$") then yaml = yaml .. self.line_end end
  return changed(self, yaml .. text)
end

--- Gives an entry another key; its value stays byte for byte.
function front:rename(key, name)
  if self.kind ~= "yaml" and not self.placed and not changed(self, self.yaml) then return false end
  local first, last = entry(self, key)
  if first then
    local text, count = self.yaml:sub(first, last):gsub("^(['\"]?)" .. key:gsub("%p", "%%%0") .. "%1(%s*:)", name .. "%2")
    if count == 1 then return changed(self, self.yaml:sub(1, first - 1) .. text .. self.yaml:sub(last + 1)) end
  end
  local value = self.map[key]
  self.map[key] = nil
  self.map[name] = value
  return changed(self, write(self.map))
end

return front
