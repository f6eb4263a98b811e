--- Plugins: where they are found, the small world they see, and what must be true of the table they return.
--
-- Found, in order, in the site's plugins/<kind>s/, the user's data folder and the program's; NAME.lua or
-- NAME/init.lua. In a worker each plugin runs in an environment of its own: copies of Lua's safe
-- libraries, `galley`, and a `require` that sees the plugin's own folder and plugins/lib/. There is no
-- io, os, debug, package or bytecode.
local closest = require("galley.closest")
local grants = require("galley.grants")

local plugin = {}

plugin.kinds = { "filter", "layout", "export", "import", "edit", "check", "command" }

-- The functions that make a plugin of its kind; one of them must be there.
local functions = {
  filter = { "nodes", "enter", "article", "leave", "collect" },
  layout = { "pages", "page" },
  export = { "write", "entry" },
  import = { "read" },
  edit = { "article", "site" },
  check = { "article", "corpus" },
  command = { "run" },
}

local fields = {
  kind = "string", name = "string", api = "number", options = "table", needs = "table", help = "string",
  description = "string", version = "string", author = "string", extension = "string", binary = "boolean",
  nodes = "table", enter = "table", article = "function", leave = "function", collect = "function",
  combine = "function", pages = "function", page = "function", write = "function", read = "function",
  corpus = "function", run = "function", site = "function", param = "table", params = "table", media_type = "string",
  path = "string", select = "function", bodies = "any", head = "function", entry = "function", tail = "function", between = "any",
  files = "boolean", directives = "table", shortcodes = "table", accepts = "table", before = "table", after = "table",
}

-- Galley's own commands, in the order in which the help shows them, and options that every command has.
plugin.own_commands = { "new", "build", "serve", "export", "import", "edit", "undo", "query", "render", "check", "lua",
  "plugins", "test", "api", "doctor" }
local command_options = { "site", "quiet", "verbose", "color", "help", "jobs", "no-filters", "now", "drafts", "embargoed",
  "expired" }

local function is_in(list, name)
  for _, one in ipairs(list) do if one == name then return true end end
  return false
end

function plugin.is_own_command(name) return is_in(plugin.own_commands, name) or name == "help" or name == "version" end

-- What other languages call them.
local other_types = { bool = "boolean", int = "integer", str = "string", text = "string", float = "number",
  array = "list", table = "list", object = "map", dict = "map" }

local option_types = { boolean = true, string = true, number = true, integer = true, list = true, map = true, date = true }

-- ---- finding, in the parent ----

--- The roots of plugins, best first: { shown prefix, path }.
function plugin.roots(prefix)
  local roots = { { shown = prefix .. "plugins/", path = prefix .. "plugins/" } }
  local data = os.getenv("XDG_DATA_HOME")
  if not data or data == "" then data = (os.getenv("HOME") or "") .. "/.local/share" end
  roots[2] = { shown = data .. "/galley/plugins/", path = data .. "/galley/plugins/" }
  roots[3] = { shown = "plugins/", path = galley.engine.home .. "/plugins/", program = true }
  return roots
end

local function in_folder(root, kind, name)
  local base = ("%s%ss/%s"):format(root.path, kind, name)
  local shown = ("%s%ss/%s"):format(root.shown, kind, name)
  if galley.files.kind(base .. ".lua") == "file" then
    return { path = base .. ".lua", shown = shown .. ".lua", folder = nil }
  end
  if galley.files.kind(base .. "/init.lua") == "file" then
    return { path = base .. "/init.lua", shown = shown .. "/init.lua", folder = base .. "/" }
  end
end

--- { kind, name, path, shown, folder, lib } or nil and a message.
function plugin.find(prefix, kind, name)
  if name:find("[/\\]") or name:find("%.lua$") then
    local is, reason, code = galley.files.kind(name)
    if is ~= "file" then
      return nil, code == "system" and reason .. "; check its folder's permissions" or ("there is no plugin file '%s'"):format(name)
    end
    return { kind = kind, name = name:match("([^/]+)%.lua$") or name, path = name, shown = name,
      lib = { prefix .. "plugins/lib/", galley.engine.home .. "/plugins/lib/" },
      folder = name:match("init%.lua$") and name:match("^(.*/)") or nil }
  end
  for _, root in ipairs(plugin.roots(prefix)) do
    local found = in_folder(root, kind, name)
    if found then
      found.kind, found.name, found.program = kind, name, root.program
      found.lib = { prefix .. "plugins/lib/", galley.engine.home .. "/plugins/lib/" }
      return found
    end
  end
  local names = {}
  for _, other in ipairs(plugin.all(prefix, kind)) do names[#names + 1] = other.name end
  local hint = closest.hint(name, names)
  return nil, ("there is no %s '%s'%s"):format(kind, name, hint ~= "" and hint or "; galley plugins lists what there is")
end

--- All plugins of a kind, or of all kinds, sorted by kind and name; a user's hides a shipped one.
function plugin.all(prefix, wanted)
  local list, seen = {}, {}
  for _, kind in ipairs(plugin.kinds) do
    if not wanted or wanted == kind then
      local first = #list + 1
      for _, root in ipairs(plugin.roots(prefix)) do
        local folder = root.path .. kind .. "s"
        for _, entry in ipairs(galley.files.kind(folder) == "folder" and galley.files.list(folder) or {}) do
          local name = entry.path:match("^([^/]+)%.lua$") or entry.path:match("^([^/]+)/init%.lua$")
          if name and not seen[kind .. "/" .. name] then
            seen[kind .. "/" .. name] = true
            local found = in_folder(root, kind, name)
            if not found then error(("%s/%s: error: cannot be looked at"):format(folder, entry.path), 0) end
            found.kind, found.name, found.program = kind, name, root.program
            found.lib = { prefix .. "plugins/lib/", galley.engine.home .. "/plugins/lib/" }
            list[#list + 1] = found
          end
        end
      end
      table.sort(list, function(a, b)
        if a.kind ~= b.kind then return a.kind < b.kind end
        return a.name < b.name
      end)
      if first > #list + 1 then break end
    end
  end
  return list
end

-- ---- the world of a plugin, in a worker ----

local safe = { "assert", "error", "ipairs", "next", "pairs", "pcall", "select", "tonumber", "tostring", "type",
  "xpcall", "rawequal", "rawget", "rawset", "rawlen", "getmetatable" }

local function copy(library, without)
  local result = {}
  for key, value in pairs(library) do if key ~= without then result[key] = value end end
  return result
end

--- Once a state: the string metatable is shared by all code, so nobody may reach it.
function plugin.protect()
  local meta = getmetatable("")
  meta.__index = copy(string, "dump")
  meta.__metatable = "string"
end

-- A module of galley's; one that can be called stays so.
local function copy_module(module)
  local result, meta = copy(module), getmetatable(module)
  if meta and meta.__call then
    setmetatable(result, { __call = function(_, ...) return meta.__call(module, ...) end, __metatable = false })
  end
  return result
end

local function make_environment(found, services)
  local env = { _VERSION = _VERSION }
  for _, name in ipairs(safe) do env[name] = _G[name] end
  env._G = env
  env.string, env.table, env.math = copy(string, "dump"), copy(table), copy(math)
  env.utf8, env.coroutine = copy(utf8), copy(coroutine)
  env.math.randomseed = nil
  env.galley = setmetatable({}, { __index = function(own, key) -- modules that are loaded when they are first asked for
    local value = galley[key]
    if type(value) == "table" then value = copy(value) end
    own[key] = value
    return value
  end, __metatable = false })
  for key, value in pairs(galley) do
    env.galley[key] = type(value) == "table" and copy_module(value) or value
  end
  -- A finalizer would run in the middle of anything, a change of the tree among them.
  env.setmetatable = function(value, meta)
    if type(meta) == "table" and rawget(meta, "__gc") ~= nil then
      error("a plugin's metatable may not have __gc; use __close or clean up in leave", 2)
    end
    return setmetatable(value, meta)
  end
  env.print = function(...)
    local parts = table.pack(...)
    for i = 1, parts.n do parts[i] = tostring(parts[i]) end
    if services.print then return services.print(table.concat(parts, "\t")) end
    services.log("note", table.concat(parts, "  ")) -- a message shows a tab as \x09
  end
  env.collectgarbage = function(what)
    if what == nil or what == "count" or what == "collect" or what == "step" then return collectgarbage(what) end
    error("collectgarbage offers count, collect and step here", 2)
  end
  env.load = function(chunk, name, mode, given)
    if mode and mode ~= "t" then return nil, "only source text can be loaded" end
    return load(chunk, name, "t", given == nil and env or given)
  end
  local loaded = {}
  env.require = function(name)
    if type(name) ~= "string" or not name:find("^[%w_%-%.]+$") or name:find("%.%.") then
      error("require wants the name of a file beside the plugin, or of one in plugins/lib", 2)
    end
    if loaded[name] ~= nil then return loaded[name] end
    local file = name:gsub("%.", "/") .. ".lua"
    local places = { found.path:match("^(.*/)") or "" }
    for _, place in ipairs(found.lib or {}) do places[#places + 1] = place end
    for _, place in ipairs(places) do
      local text = services.read(place .. file)
      if text then
        local chunk, problem = load(text, "@" .. (found.shown:match("^(.*/)") or "") .. file, "t", env)
        if not chunk then error(problem, 0) end
        local result = chunk(name)
        loaded[name] = result == nil and true or result
        return loaded[name]
      end
    end
    error(("there is no file '%s' beside %s or in plugins/lib"):format(file, found.shown), 2)
  end
  return env
end

local function at(found, line, message)
  return { severity = "error", file = found.shown, line = line, message = message }
end

-- "plugins/x.lua:7: text" as a place and a text.
local function split_message(found, message)
  local file, line, text = tostring(message):match("^(.-):(%d+): (.*)$")
  if file then return { severity = "error", file = file, line = tonumber(line), message = text } end
  return at(found, nil, tostring(message))
end

local convert -- below

local function check_options(found, options)
  for _, name in ipairs(closest.keys(options)) do
    local option = options[name]
    if type(option) ~= "table" then return ("options.%s is a table such as { type = \"boolean\", default = false }"):format(name) end
    if not option_types[option.type or ""] then
      local hint = other_types[option.type] and ("; did you mean '%s'?"):format(other_types[option.type])
        or closest.hint(tostring(option.type), closest.keys(option_types))
      if hint == "" then hint = "; the types are " .. table.concat(closest.keys(option_types), ", ") end
      return ("options.%s has the type '%s'%s"):format(name, tostring(option.type), hint)
    end
    local default = option.default
    if default ~= nil and option.type ~= "date" and (convert(option, default) == nil or (type(default) == "string") ~= (option.type == "string")) then
      return ("options.%s has a default that is no %s"):format(name, option.type)
    end
  end
end

--- Checks the table that a plugin's file returned; nil or a message.
function plugin.problem(found, result)
  if type(result) ~= "table" then
    return ("a plugin returns a table, this file returned %s"):format(result == nil and "nothing" or "a " .. type(result))
  end
  if result.kind == nil then return "the plugin has no kind; add kind = \"" .. found.kind .. "\"" end
  if not functions[result.kind] then
    return ("there is no kind '%s'%s"):format(tostring(result.kind), closest.hint(tostring(result.kind), plugin.kinds))
  end
  if result.kind ~= found.kind then
    return ("this is a plugin of the kind %s; a %s is wanted here"):format(result.kind, found.kind)
  end
  if result.name == nil then return "the plugin has no name; add name = \"" .. found.name .. "\"" end
  if type(result.name) ~= "string" or not result.name:find("^[%w][%w_-]*$") then
    return "the name is made of letters, digits and hyphens"
  end
  if result.api ~= 1 then
    return ("the plugin says api = %s; this Galley has api = 1"):format(tostring(result.api))
  end
  for _, key in ipairs(closest.keys(result)) do
    local wanted = fields[key]
    if not wanted then
      return ("a plugin has no field '%s'%s"):format(key, closest.hint(key, closest.keys(fields)))
    end
    local value = result[key]
    if type(value) ~= wanted and wanted ~= "any" and not (key == "corpus" and type(value) == "function") then
      return ("%s is a %s; it must be a %s"):format(key, type(value), wanted)
    end
  end
  local has = false
  for _, name in ipairs(functions[result.kind]) do has = has or result[name] ~= nil end
  if not has then
    return ("a %s needs %s"):format(result.kind, table.concat(functions[result.kind], " or "))
  end
  if result.combine and not result.collect then return "combine needs collect" end
  if result.write and result.entry then return "an export has either write or entry (with head, tail and between)" end
  for _, name in ipairs{ "head", "tail", "between" } do
    if result[name] ~= nil and not result.entry then return name .. " needs entry" end
  end
  for _, key in ipairs{ "nodes", "enter" } do
    for selector, handler in pairs(result[key] or {}) do
      if type(selector) ~= "string" or type(handler) ~= "function" then
        return ("%s wants selectors as keys and functions as values"):format(key)
      end
    end
  end
  if result.kind == "command" then
    if plugin.is_own_command(result.name) then
      return ("there is a command '%s' of Galley's own; give the plugin another name"):format(result.name)
    end
    for _, name in ipairs(command_options) do
      if (result.options or {})[name] ~= nil then
        return ("options.%s: every command has --%s; give the option another name"):format(name, name)
      end
    end
  end
  return result.needs and grants.problem(result.needs) or result.options and check_options(found, result.options)
end

function convert(option, value)
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
      return value
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

--- The options with defaults filled in; nil and a message.
function plugin.options(declared, given)
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
      return nil, ("the option '%s' wants %s %s, not %s"):format(name, option.type:find("^[aeiou]") and "an" or "a", option.type,
        type(value) == "string" and "'" .. value .. "'" or "a " .. type(value)), name
    end
    if option.choices then
      local known = false
      for _, choice in ipairs(option.choices) do known = known or choice == converted end
      if not known then
        return nil, ("the option '%s' is one of %s, not '%s'%s"):format(name, table.concat(option.choices, ", "),
          tostring(converted), closest.hint(tostring(converted), option.choices)), name
      end
    end
    result[name] = converted
  end
  for _, name in ipairs(closest.keys(declared)) do
    if declared[name].required and result[name] == nil then
      return nil, ("the option '%s' must be given"):format(name)
    end
  end
  return result
end

--- Loads a found plugin: its table, or nil and a message table for engine.report.
-- services: read(path) gives a file's text or nil; log(severity, text).
function plugin.load(found, services)
  local text = services.read(found.path)
  if not text then return nil, at(found, nil, "the file cannot be read") end
  if text:sub(1, 1) == "\27" then return nil, at(found, nil, "this is compiled Lua; only source text is run") end
  local env = make_environment(found, services)
  local chunk, problem = load(text, "@" .. found.shown, "t", env)
  if not chunk then return nil, split_message(found, problem) end
  local ok, result = pcall(chunk, found.name)
  if not ok then return nil, split_message(found, result) end
  problem = plugin.problem(found, result)
  if problem then return nil, at(found, 1, problem) end
  if services.describing then return result end -- options are not set, only told
  if found.refused then return nil, at(found, 1, found.refused) end
  if table.concat(result.needs or {}, "\n") ~= table.concat(found.rights and found.rights.needs or {}, "\n") then
    return nil, at(found, 1, "the plugin has other needs than when it was looked at; write them into its file as a list of texts")
  end
  local options, wrong
  options, problem, wrong = plugin.options(result.options, found.options)
  local place = not options and wrong and found.set_at and found.set_at[wrong]
  if place then
    return nil, { severity = "error", file = found.set_in, line = place[1], column = place[2],
      message = ("%s (%s)"):format(problem, found.shown) }
  end
  if not options then return nil, at(found, 1, ("%s (as set in %s)"):format(problem, found.set_in or "the command line")) end
  result.given = options
  return result
end

return plugin
