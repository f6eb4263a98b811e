--- The contract of plugins: what must be true of the table that a plugin's file returns, and of its options.
--
-- Everything that is wrong is one message, before anything is built.
local closest = require("galley.closest")
local grants = require("galley.grants")
local shown = require("galley.shown")

local contract = {}

contract.kinds = { "filter", "layout", "export", "import", "edit", "check", "command" }

--- Galley's own commands, in the order in which the help shows them.
contract.own_commands = { "new", "build", "serve", "export", "import", "edit", "undo", "query", "render", "check", "lua",
  "plugins", "test", "api", "doctor" }

local function is_in(list, wanted)
  for _, one in ipairs(list) do if one == wanted then return true end end
  return false
end

function contract.is_own_command(name) return is_in(contract.own_commands, name) or name == "help" or name == "version" end

-- Options that every command has.
local command_options = { "site", "quiet", "verbose", "color", "help", "jobs", "no-filters", "now", "drafts", "embargoed",
  "expired" }

-- ---- fields ----

local common = { kind = "string", name = "string", api = "number", options = "table", needs = "table", help = "string",
  description = "string", version = "string", author = "string" }

-- What each kind has beside them. Of those in `wants` one must be there.
local fields = {
  filter = { nodes = "table", enter = "table", article = "function", leave = "function", collect = "function",
    combine = "function", directives = "table" },
  layout = { pages = "function", page = "function" },
  export = { write = "function", select = "function", bodies = "boolean or function", extension = "string", media_type = "string",
    binary = "boolean", path = "string", head = "function", entry = "function", tail = "function", between = "string or function",
    join = "function" },
  import = { read = "function", article = "function" },
  edit = { article = "function", site = "function" },
  check = { article = "function", corpus = "function" },
  command = { run = "function", bodies = "boolean" },
}
local wants = {
  filter = { "nodes", "enter", "article", "leave", "collect" },
  layout = { "pages", "page" },
  export = { "write", "entry" },
  import = { "read" },
  edit = { "article", "site" },
  check = { "article", "corpus" },
  command = { "run" },
}

--- The names of all fields that a plugin of some kind may have, as keys.
function contract.all_fields()
  local found = {}
  for key in pairs(common) do found[key] = true end
  for _, kind in ipairs(contract.kinds) do
    for key in pairs(fields[kind]) do found[key] = true end
  end
  return found
end

local function a(word) return (word:find("^[aeiou]") and "an " or "a ") .. word end

-- Names of a table in order, without its metatable.
local function raw_keys(map)
  local keys = {}
  for key in next, map do keys[#keys + 1] = key end
  table.sort(keys, function(one, other) return tostring(one) < tostring(other) end)
  return keys
end

local function field_problem(kind, key, value)
  local wanted = common[key] or fields[kind][key]
  if not wanted then
    for _, other in ipairs(contract.kinds) do
      if type(key) == "string" and fields[other][key] then
        return ("%s is %s's; %s has %s"):format(key, a(other), a(kind), table.concat(raw_keys(fields[kind]), ", "))
      end
    end
    local names = raw_keys(fields[kind])
    table.move(raw_keys(common), 1, #raw_keys(common), #names + 1, names)
    if type(key) ~= "string" then return ("the table is no list; it has a value at [%s] without a name"):format(shown.short(key)) end
    return ("a plugin has no field %s%s"):format(shown.short(key), closest.way_out(key, names))
  end
  if not (" " .. wanted .. " "):find(" " .. type(value) .. " ", 1, true) then
    return ("%s is %s; it must be %s"):format(key, a(type(value)), a(wanted))
  end
end

local function handlers_problem(group, handlers)
  if getmetatable(handlers) ~= nil then return ("%s is a table with a metatable; write a plain one"):format(group) end
  for _, selector in ipairs(raw_keys(handlers)) do
    local handler = handlers[selector]
    if type(selector) ~= "string" then return ("%s wants selectors as keys and functions as values, not a list"):format(group) end
    if type(handler) ~= "function" then
      return ("%s wants selectors as keys and functions as values; the value of \"%s\" is %s"):format(group, selector, a(type(handler)))
    end
  end
end

-- ---- options ----

local option_types = { "boolean", "date", "integer", "list", "map", "number", "string" }

-- What other languages call them.
local other_types = { bool = "boolean", int = "integer", str = "string", text = "string", float = "number",
  array = "list", table = "list", object = "map", dict = "map" }

local option_fields = { type = "string", default = "any", help = "string", choices = "table", required = "boolean",
  least = "number", most = "number" }

local function convert(option, value)
  local kind = math.type(value) == "integer" and "integer" or math.type(value) == "float" and "number" or type(value)
  local wanted = option.type
  if kind == "string" and wanted ~= "string" then -- from a command line
    if wanted == "boolean" then
      if value == "true" or value == "yes" then return true end
      if value == "false" or value == "no" then return false end
    elseif wanted == "integer" then
      return math.tointeger(tonumber(value))
    elseif wanted == "number" then
      return tonumber(value)
    elseif wanted == "date" then
      return galley.date.parse(value) and value or nil
    elseif wanted == "map" then
      local map = {}
      for part in value:gmatch("[^,]+") do
        local key, item = part:match("^%s*([^=]-)%s*=%s*(.-)%s*$")
        if not key then return nil end
        map[key] = item
      end
      return map
    elseif wanted == "list" then
      local list = {}
      for part in value:gmatch("[^,]+") do list[#list + 1] = part:match("^%s*(.-)%s*$") end
      return list
    end
    return nil
  end
  if wanted == kind or (wanted == "number" and kind == "integer") then return value end
  if kind == "table" and (wanted == "list" or wanted == "map") then
    if next(value) == nil or (#value > 0) == (wanted == "list") then return value end
  end
  return nil
end

-- What is wrong with a value of the right type: "is one of ..." or "is at least ..."; nil when nothing is.
local function bounds_problem(option, value)
  if option.choices then
    for _, one in ipairs(type(value) == "table" and value or { value }) do
      if not is_in(option.choices, one) then
        return ("is one of %s, not '%s'%s"):format(table.concat(option.choices, ", "), tostring(one),
          closest.hint(tostring(one), option.choices))
      end
    end
  end
  if option.least and value < option.least then return ("is at least %s, not %s"):format(option.least, value) end
  if option.most and value > option.most then return ("is at most %s, not %s"):format(option.most, value) end
end

local function declared_problem(name, option)
  if type(name) ~= "string" or not name:find("^%a[%w_-]*$") then
    return ("options has the key %s; an option's name is made of letters, digits, hyphens and underlines"):format(shown.short(name))
  end
  if type(option) ~= "table" then return ("options.%s is a table such as { type = \"boolean\", default = false }"):format(name) end
  if getmetatable(option) ~= nil then return ("options.%s is a table with a metatable; write a plain one"):format(name) end
  if not is_in(option_types, option.type) then
    if option.type == nil then return ("options.%s has no type; the types are %s"):format(name, table.concat(option_types, ", ")) end
    local hint = other_types[option.type] and ("; did you mean '%s'?"):format(other_types[option.type])
      or closest.hint(tostring(option.type), option_types)
    if hint == "" then hint = "; the types are " .. table.concat(option_types, ", ") end
    return ("options.%s has the type %s%s"):format(shown.cut(name, 100), shown.short(option.type), hint)
  end
  for _, key in ipairs(raw_keys(option)) do
    local wanted = option_fields[key]
    if not wanted then
      return ("options.%s has no field %s%s"):format(name, shown.short(key), closest.way_out(tostring(key), closest.keys(option_fields)))
    end
    if wanted ~= "any" and type(option[key]) ~= wanted then
      return ("options.%s.%s is %s; it must be %s"):format(name, key, a(type(option[key])), a(wanted == "table" and "list" or wanted))
    end
  end
  local numeric = option.type == "integer" or option.type == "number"
  if (option.least or option.most) and not numeric then
    return ("options.%s: least and most are for integers and numbers"):format(name)
  end
  for i, choice in ipairs(option.choices or {}) do
    if type(choice) ~= "string" and math.type(choice) ~= "integer" then
      return ("options.%s.choices: the value %d is %s; it must be a text or a whole number"):format(name, i, a(type(choice)))
    end
  end
  if option.choices and #option.choices == 0 then return ("options.%s.choices is a list that is not empty"):format(name) end
  local default = option.default
  if default == nil then return nil end
  -- A text is a default of strings and dates only; of others it would be read as on a command line.
  local as_text = option.type == "string" or option.type == "date"
  if convert(option, default) == nil or (type(default) == "string") ~= as_text then
    return ("options.%s has a default that is no %s"):format(name, option.type)
  end
  local outside = bounds_problem(option, default)
  if outside then return ("options.%s has a wrong default: it %s"):format(name, outside) end
end

--- The options with defaults filled in; nil, a message and, where one is to blame, its name; behind it that of one which lacks.
function contract.options(declared, given)
  local result = {}
  declared = declared or {}
  for name, option in pairs(declared) do result[name] = option.default end
  for _, name in ipairs(closest.keys(given or {})) do
    local option, value = declared[name], given[name]
    if not option then
      return nil, ("there is no option '%s'%s"):format(name, closest.hint(name, closest.keys(declared))), name
    end
    local converted = convert(option, value)
    if converted == nil then
      return nil, ("the option '%s' wants %s, not %s"):format(name, a(option.type),
        type(value) == "string" and "'" .. value .. "'" or a(type(value))), name
    end
    local outside = bounds_problem(option, converted)
    if outside then return nil, ("the option '%s' %s"):format(name, outside), name end
    result[name] = converted
  end
  for _, name in ipairs(closest.keys(declared)) do
    if declared[name].required and result[name] == nil then
      return nil, ("the option '%s' must be given"):format(name), nil, name
    end
  end
  return result
end

local function command_problem(result)
  if contract.is_own_command(result.name) then
    return ("there is a command '%s' of Galley's own; give the plugin another name"):format(result.name), "name"
  end
  for _, name in ipairs(command_options) do
    if (result.options or {})[name] ~= nil then
      return ("options.%s: every command has --%s; give the option another name"):format(name, name), name
    end
  end
end

-- ---- the whole ----

local function head_problem(found, result)
  if type(result) ~= "table" then
    return ("a plugin returns a table, this file returned %s"):format(result == nil and "nothing" or a(type(result))), "return"
  end
  -- One could give something else at every look.
  if getmetatable(result) ~= nil then return "the plugin is a table with a metatable; return a plain one", "return" end
  if result.kind == nil then return "the plugin has no kind; add kind = \"" .. found.kind .. "\"", "return" end
  if not fields[result.kind] then
    local hint = type(result.kind) == "string" and closest.hint(result.kind, contract.kinds) or ""
    if hint == "" then hint = "; the kinds are " .. table.concat(contract.kinds, ", ") end
    return ("there is no kind %s%s"):format(shown.short(result.kind), hint), "kind"
  end
  if result.kind ~= found.kind then
    return ("this is a plugin of the kind %s; %s is wanted here"):format(result.kind, a(found.kind)), "kind"
  end
  if result.name == nil then return "the plugin has no name; add name = \"" .. found.name .. "\"", "return" end
  if type(result.name) ~= "string" or not result.name:find("^[%w][%w_-]*$") then
    return "the name is made of letters, digits and hyphens", "name"
  end
  if result.name ~= found.name then
    return ("the plugin is called '%s' and its file '%s'; give both the same name"):format(result.name, found.name), "name"
  end
  if result.api == nil then return "the plugin has no api; add api = 1", "return" end
  if result.api ~= 1 then
    return ("the plugin says api = %s; this Galley has api = 1"):format(shown.short(result.api)), "api"
  end
end

--- Checks the table that a plugin's file returned; nil, or a message and the word in the file that it is about.
function contract.problem(found, result)
  local problem, word = head_problem(found, result)
  if problem then return problem, word end
  local kind, there = result.kind, false
  for _, key in ipairs(raw_keys(result)) do
    problem = field_problem(kind, key, result[key])
    if problem then return problem, key end
    there = there or is_in(wants[kind], key)
  end
  if not there then return ("%s needs %s"):format(a(kind), table.concat(wants[kind], " or ")), "return" end
  if result.combine and not result.collect then return "combine needs collect", "combine" end
  if result.write and result.entry then return "an export has either write or entry (with head, tail and between, or join)", "entry" end
  if result.join and result.between ~= nil then return "an export has either between or join, which writes what stands between two", "join" end
  for _, name in ipairs{ "head", "tail", "between", "join" } do
    if result[name] ~= nil and not result.entry then return name .. " needs entry", name end
  end
  for _, group in ipairs{ "nodes", "enter" } do
    problem = result[group] and handlers_problem(group, result[group])
    if problem then return problem, group end
  end
  problem = result.needs and grants.problem(result.needs)
  if problem then return problem, "needs" end
  if result.options and getmetatable(result.options) ~= nil then
    return "options is a table with a metatable; write a plain one", "options"
  end
  for _, name in ipairs(raw_keys(result.options or {})) do
    problem = declared_problem(name, result.options[name])
    if problem then return problem, name end
  end
  if kind == "command" then return command_problem(result) end
end

return contract
