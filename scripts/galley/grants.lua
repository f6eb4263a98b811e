--- What plugins need beyond the articles, and what galley.yaml grants them.
--
-- A plugin declares needs = { "read:data/**", "env:HOME", "run:git" }; galley.yaml grants them, to one plugin or to
-- all:
--
--     grants:
--       git-dates: [run:git, env:HOME]
--       all: [read:data/**]
--
-- A plugin has what it declares and is granted, no more: what is granted to it in vain, or to another plugin of the same
-- worker, is not its own. What is declared and not granted is an error before anything runs.
local closest = require("galley.closest")
local path = require("galley.path")

local grants = {}

local sorts = { "read", "env", "run" }
local supported = "read:GLOB, env:NAME and run:PROGRAM can be granted"

--- "read:data/**" as { sort, value, text }; nil and a message.
function grants.parse(text)
  if type(text) ~= "string" then
    local kind = ({ number = "a number", boolean = "true or false" })[type(text)] or "a list or a map"
    return nil, ("a need is a text such as \"read:data/**\", not %s"):format(kind)
  end
  local sort, value = text:match("^(%a+):(.*)$")
  if not sort or value == "" then
    return nil, ("'%s' is no need; write it as in read:data/**, env:HOME or run:git"):format(text)
  end
  if sort == "write" or sort == "net" then
    return nil, ("'%s' cannot be granted by this Galley; %s"):format(text, supported)
  end
  local known = false
  for _, one in ipairs(sorts) do known = known or one == sort end
  if not known then
    local hint = closest.hint(sort, sorts)
    return nil, ("there is no need '%s' in '%s'%s"):format(sort, text, hint ~= "" and hint or "; " .. supported)
  end
  if value:find("[%c]") then return nil, ("'%s' holds a control character"):format(sort .. ":...") end
  if sort == "read" then
    if ("/" .. value .. "/"):find("/%.%.?/") or value:find("//", 1, true) or value:find("/$") then
      return nil, ("'%s' is no pattern of files; it is relative to the site's folder or absolute, without . or .. components, as in read:data/** or read:/srv/pictures/*.jpg"):format(text)
    end
    local ok = pcall(path.match, "x", value)
    if not ok then return nil, ("'%s' is too long a pattern"):format(text) end
  elseif sort == "env" then
    if not value:find("^[%a_][%w_]*$") then return nil, ("'%s' is no name of an environment variable"):format(text) end
  elseif not value:find("^[%w_][%w_.+-]*$") and not (value:find("^/") and path.normalise(value) == value) then
    return nil, ("'%s' names no program; write its name, as in run:git, or its whole path"):format(text)
  end
  return { sort = sort, value = value, text = text }
end

--- What is wrong with a plugin's `needs`; nil when all is well.
function grants.problem(needs)
  for key in pairs(needs) do
    if math.type(key) ~= "integer" or key < 1 or key > #needs then
      return "needs is a list of texts, such as { \"read:data/**\", \"run:git\" }"
    end
  end
  for _, text in ipairs(needs) do
    local need, problem = grants.parse(text)
    if not need then return "needs: " .. problem end
  end
end

-- ---- galley.yaml, in the parent ----

-- The texts of a list, or one text, with their places: { text, line, column }.
local function texts(given, map, key)
  local list = {}
  if type(given) == "string" then
    local line, column = galley.yaml.place(map, key)
    return { { text = given, line = line, column = column } }
  end
  if type(given) ~= "userdata" or given.keys then return nil end
  for i = 1, #given do
    local line, column = galley.yaml.place(given, i)
    list[i] = { text = given[i], line = line, column = column }
  end
  return list
end

--- The grants of galley.yaml's proxy: a list of { plugin = name (or nil: all), kind, need, line, column }. `complain`
-- is called with the line, the column and what is wrong.
function grants.read(map, complain)
  local result, given = {}, map.grants
  local function add(plugin, list, line, column)
    if not list then
      return complain(line, column, ("the grants of '%s' are a list, such as [run:git, read:data/**]"):format(plugin or "all"))
    end
    local kind, name
    if plugin then
      kind, name = plugin:match("^(%l+)s?/(.*)$")
      kind = kind and kind:gsub("s$", "")
    end
    for _, one in ipairs(list) do
      local need, problem = grants.parse(one.text)
      if need then
        result[#result + 1] = { plugin = name or plugin, kind = kind, need = need, line = one.line, column = one.column }
      else
        complain(one.line, one.column, problem)
      end
    end
  end
  if given == nil then return result end
  local line, column = galley.yaml.place(map, "grants")
  if type(given) ~= "userdata" then
    complain(line, column, "'grants' is a map of plugins, such as git-dates: [run:git], or a list for all plugins")
  elseif given.keys then
    for _, key in ipairs(given:keys()) do
      line, column = galley.yaml.place(given, key)
      local plugin = tostring(key)
      add(plugin ~= "all" and plugin or nil, texts(given[key], given, key), line, column)
    end
  else
    add(nil, texts(given), line, column)
  end
  return result
end

--- Whether a grant is to a plugin: to all, or by its name, or by kind/name.
function grants.is_for(grant, found)
  return grant.plugin == nil or (grant.plugin == found.name and (grant.kind == nil or grant.kind == found.kind))
end

-- data/** covers data/a.csv and data/**; /srv/x/* covers /srv/x/a.jpg. Of the rest only what is written alike.
local function covers(grant, need)
  if grant.text == need.text then return true end
  if grant.sort ~= "read" or need.sort ~= "read" then return false end
  local folder = grant.value:match("^([^*?%[{\\]+/)%*%*$")
  if folder and need.value:sub(1, #folder) == folder and not need.value:find("/%.", #folder) then return true end
  return not need.value:find("[*?%[{\\]") and grants.matches(need.value, grant.value)
end

--- Whether a path is one of those that a pattern names. A hidden file, or one in a hidden folder, is so only where the
-- pattern names what is hidden.
function grants.matches(text, glob)
  if not path.match(text, glob) then return false end
  for name in text:gmatch("[^/]+") do
    if name:find("^%.") and not ("/" .. glob .. "/"):find("/" .. name .. "/", 1, true) then return false end
  end
  return true
end

--- Which of a plugin's needs are granted: a list of { need, granted = the grant or nil }.
function grants.state(site, found, needs)
  local list = {}
  for i, text in ipairs(needs or {}) do
    local need = grants.parse(text)
    list[i] = { text = tostring(text) }
    for _, grant in ipairs(need and site.grants or {}) do
      if grants.is_for(grant, found) and covers(grant.need, need) then list[i].granted = grant end
    end
  end
  return list
end

--- Whether a plugin with these needs uses a grant.
function grants.uses(grant, needs)
  for _, text in ipairs(needs) do
    local need = grants.parse(text)
    if need and covers(grant.need, need) then return true end
  end
  return false
end

--- One line for a person: each need and whether it is granted.
function grants.describe(site, found, needs)
  local parts = {}
  for i, one in ipairs(grants.state(site, found, needs)) do
    parts[i] = one.text .. (one.granted and " (granted)" or " (not granted)")
  end
  return table.concat(parts, ", ")
end

-- As galley.yaml wants it within [...].
local function quoted(text)
  return text:find('[{}%[%],#"\\]') and '"' .. text:gsub('["\\]', "\\%0") .. '"' or text
end

-- What to add to galley.yaml, in one line.
local function lines_to_add(site, found, missing)
  local parts = {}
  for i, text in ipairs(missing) do parts[i] = quoted(text) end
  local list = table.concat(parts, ", ")
  local own, any = false, site.config.grants ~= nil
  for _, grant in ipairs(site.grants) do own = own or grant.plugin == found.name end
  if own then return ("add %s to the list of '%s' below `grants`"):format(list, found.name) end
  if any and #site.config.grants == 0 then return ("add below `grants`: '%s: [%s]'"):format(found.name, list) end
  if any then return ("add to the list of `grants`: %s"):format(list) end
  return ("add to galley.yaml: 'grants: { %s: [%s] }'"):format(found.name, list)
end

--- The message of a plugin that needs what it was not granted; nil when it has all.
function grants.missing(site, found, needs)
  local missing = {}
  for _, one in ipairs(grants.state(site, found, needs)) do
    if not one.granted then missing[#missing + 1] = one.text end
  end
  if #missing == 0 then return nil end
  return ("the %s '%s' needs %s, which it was not granted; if it may, %s"):format(found.kind, found.name,
    table.concat(missing, ", "), lines_to_add(site, found, missing))
end

return grants
