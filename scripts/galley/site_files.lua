--- A site's files that are no articles, read in the parent: text, YAML, folders, and all of data/.
--
-- What is wrong is shown at once, at its place; the functions then answer nil, or count it.
local messages = require("galley.messages")

local files = {}

--- A file's bytes; nil and "cannot be read: ...".
function files.text(path)
  local text
  local file, problem = io.open(path, "rb")
  if file then
    text, problem = file:read("a")
    file:close()
  else
    problem = problem:gsub("^.*: ", "")
  end
  if text then return text end
  return nil, ("cannot read the file: %s; check its permissions and the disk"):format(problem)
end

-- "file:2:3: error: what" or "2:3: error: what", as galley.yaml.parse and galley.json.parse have it.
local function show(path, problem)
  local line, column, severity, message = problem:match("^.-:?(%d+):(%d+): (%a+): (.*)$")
  if not line then severity, message = problem:match("^.-:? ?(error): (.*)$") end
  messages.show{ severity = severity or "error", file = path, line = tonumber(line), column = tonumber(column), message = message or problem }
end

local function is_utf8(path, text)
  local _, wrong = utf8.len(text)
  if not wrong then return true end
  local _, lines = text:sub(1, wrong - 1):gsub("\n", "")
  messages.show{ severity = "error", file = path, line = lines + 1, message = "the file is not UTF-8 from here on; save it as UTF-8" }
  return false
end

--- What a YAML file holds, its maps and lists with their places; nil, and "system" where it could not be read.
function files.yaml(path)
  local text, problem = files.text(path)
  if not text then
    show(path, problem)
    return nil, "system"
  end
  if not is_utf8(path, text) then return nil end
  local value, said = galley.yaml.parse(text, { name = path })
  for _, one in ipairs(type(said) == "table" and said or { said }) do show(path, one) end
  return value
end

--- The files of a folder that need not be there, and how many parts of it could not be listed; those are shown.
function files.list(folder)
  if galley.files.kind(folder) ~= "folder" then return {}, 0 end
  local list, problems = galley.files.list(folder)
  if not list then list, problems = {}, { { message = "this folder cannot be opened; check its permissions" } } end
  for _, problem in ipairs(problems) do
    messages.show{ severity = "error", file = folder .. (problem.path and "/" .. problem.path or ""), message = problem.message }
  end
  return list, #problems
end

local function is_map(value) return type(value) == "userdata" and tostring(value):find("^a map") ~= nil end

-- A term's profile: what layouts and exports take for text is text. True when it is. A profile that stands with others
-- in data/authors.yaml is entry `key` of `container`.
local function profile_is_good(path, value, container, key)
  if not is_map(value) then
    local line, column = 1, 1
    if container then line, column = galley.yaml.place(container, key) end
    messages.show{ severity = "error", file = path, line = line, column = column,
      message = "a profile is a map, such as name: Jane Doe; write its keys one a line" }
    return false
  end
  local good = true
  for _, field in ipairs{ "name", "role", "bio" } do
    if value[field] ~= nil and type(value[field]) ~= "string" then
      local line, column = galley.yaml.place(value, field)
      local quotes = type(value[field]) == "userdata" and "" or "; put it in quotes"
      messages.show{ severity = "error", file = path, line = line, column = column, message = ("'%s' wants text%s"):format(field, quotes) }
      good = false
    end
  end
  return good
end

-- data/authors/jane.yaml, or data/authors.yaml with all of them.
local function profiles_are_good(path, stem, value, groups)
  if groups[stem:match("^([^/]+)/")] then return profile_is_good(path, value) end
  if not groups[stem] or not is_map(value) then return true end
  local good = true
  for key, profile in pairs(value) do good = profile_is_good(path, profile, value, key) and good end
  return good
end

-- data/words/de.yaml: what layouts and exports say in German, where the site wants it otherwise.
local function words_are_good(path, stem, value)
  local language = stem:match("^words/([^/]+)$")
  if not language then return true end
  local good, shipped = true, galley.engine.home .. "/plugins/words/en.yaml"
  require("galley.words_check").file(language, value, galley.yaml.plain(galley.yaml.parse(files.text(shipped))), function(line, column, text)
    messages.show{ severity = "error", file = path, line = line, column = column, message = text }
    good = false
  end)
  return good
end

--- All of data/: data/authors/jane.yaml becomes data.authors.jane; and how much of it was wrong. `groups`: the folders
-- that hold profiles, as { authors = true }.
function files.data(root, groups)
  local data = {}
  local list, wrong = files.list(root .. "data")
  for _, entry in ipairs(list) do
    local path = root .. "data/" .. entry.path
    local stem, ending = entry.path:match("^(.+)%.([%w]+)$")
    local value, known = nil, true
    if ending == "yaml" or ending == "yml" then
      value = files.yaml(path)
      if value == nil or not profiles_are_good(path, stem, value, groups) or not words_are_good(path, stem, value) then wrong = wrong + 1 end
    elseif ending == "json" then
      local text, problem = files.text(path)
      local good = not text or is_utf8(path, text)
      if text and good then value, problem = galley.json.parse(text) end
      if problem and value == nil then show(path, problem) end
      if not good or problem and value == nil then wrong = wrong + 1 end
    else
      known = false
    end
    if known then
      local place, parts = data, {}
      for part in stem:gmatch("[^/]+") do parts[#parts + 1] = part end
      for i = 1, #parts - 1 do
        if type(place[parts[i]]) ~= "table" then place[parts[i]] = {} end
        place = place[parts[i]]
      end
      place[parts[#parts]] = galley.yaml.plain(value)
    end
  end
  return data, wrong
end

return files
