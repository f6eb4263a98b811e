--- The small world that a plugin sees, in a worker.
--
-- Each plugin runs in an environment of its own: copies of Lua's safe libraries, copies of galley's modules, and a
-- `require` that sees the plugin's own folder and plugins/lib/. There is no io, os, debug, package or bytecode, and
-- nothing that two plugins share can be changed by one of them.
local closest = require("galley.closest")
local shown = require("galley.shown")
local slips = require("galley.slips")

local world = {}

local safe = { "assert", "error", "ipairs", "next", "pairs", "pcall", "select", "tonumber", "tostring", "type",
  "xpcall", "rawequal", "rawget", "rawset", "rawlen", "getmetatable" }

local libraries = { "string", "table", "math", "utf8", "coroutine" }

--- The names of all globals, for "did you mean".
world.names = table.move(safe, 1, #safe, 1, { "galley", "require", "print", "load", "setmetatable", "collectgarbage" })
table.move(libraries, 1, #libraries, #world.names + 1, world.names)

local function copy(library, without)
  local result = {}
  for key, value in pairs(library) do if key ~= without then result[key] = value end end
  return result
end

--- Once a state: the string metatable is shared by all code, so nobody may reach it.
function world.protect()
  local meta = getmetatable("")
  meta.__index = copy(string, "dump")
  meta.__metatable = "string"
end

-- Modules of galley's that are written in Lua run code of the plugin's (templates, for one). So each plugin has its own
-- of them, over libraries that are copies too.
local lua_modules = { path = true, url = true, template = true }
local native_modules = { ["galley.page"] = require("galley.page") } -- for the former

-- A `require` of shipped modules for one plugin, which the plugin itself never sees.
local function own_require()
  local loaded, env = copy(native_modules), copy(_G)
  env._G = nil
  env.string, env.table, env.math, env.utf8 = copy(string, "dump"), copy(table), copy(math), copy(utf8)
  env.require = function(name)
    if loaded[name] == nil then
      local file, problem = package.searchpath(name, package.path)
      local chunk
      if file then chunk, problem = loadfile(file, "t", env) end
      if not chunk then error(problem, 2) end
      local module = chunk(name)
      loaded[name] = module == nil and true or module
    end
    return loaded[name]
  end
  return env.require
end

-- Names that plugins looked for in galley's modules and that are not there, by name: what has which others instead.
local missed = {}

--- "; galley.csv has parse, write" for such a name, else "".
function world.instead(name) return missed[name] or "" end

local function miss(key, of, names)
  if type(key) == "string" then missed[key] = ("; %s has %s"):format(of, table.concat(names, ", ")) end
end

-- A copy of one of Lua's libraries.
local function library_of(name)
  local names = closest.keys(_G[name])
  return setmetatable(copy(_G[name], "dump"), { __metatable = false, __index = function(_, key)
    if type(key) == "string" then missed[key] = closest.hint(key, names, name .. ".") end
  end })
end

-- A module of galley's; one that can be called stays so. A name that is nearly one of it is a slip.
local function copy_module(module, name)
  local result, meta = copy(module), getmetatable(module) or {}
  local own = type(meta.__index) == "function" and meta.__index
  local names = closest.keys(module)
  local slip = closest.slip(names, "galley." .. name .. ".")
  return setmetatable(result, { __metatable = false,
    __call = meta.__call and function(_, ...) return meta.__call(module, ...) end,
    __index = function(copied, key)
      if own then return own(module, key) end
      slip(copied, key)
      miss(key, "galley." .. name, names)
    end })
end

-- The functions of a module that is written in Lua: an error in `return galley.url.join(...)` has the plugin's line too.
local function keeping_callers(module, services)
  local result = setmetatable({}, getmetatable(module))
  for key, value in pairs(module) do
    result[key] = services.keeps_caller and type(value) == "function" and services.keeps_caller(value) or value
  end
  return result
end

-- Chance that is the same in every run: each task begins the same numbers anew, whichever worker does it.
local function random_of(task)
  local last
  return function(...)
    local now = task()
    if now ~= last then math.randomseed(now, 0) end
    last = now
    return math.random(...)
  end
end

--- The globals of one plugin whose source this is, and its own `require` of shipped modules. services: read(path) gives a file's text or nil; log(severity, text); task()
-- numbers the task in hand; print(text) where a command prints to; keeps_caller as in core/lua/caller_api.h.
function world.make(found, services, source)
  local sources, declared = { source }, {} -- looked into when a global is not there
  local env = setmetatable({ _VERSION = _VERSION }, { __index = function(_, name)
    while #sources > 0 do slips.declare(declared, table.remove(sources)) end
    slips.check(name, declared, world.names)
    local other = type(name) == "string" and slips.of(name, declared) -- which may be the one that is misspelt
    if other then missed[name] = ("; there is '%s' too"):format(other) end
  end })
  for _, name in ipairs(safe) do env[name] = _G[name] end
  env._G = env
  for _, name in ipairs(libraries) do env[name] = library_of(name) end
  env.math.random, env.math.randomseed = random_of(services.task), nil
  local modules = own_require()
  local module_names = closest.keys(galley)
  for _, name in ipairs(closest.keys(lua_modules)) do module_names[#module_names + 1] = name end
  env.galley = setmetatable({}, { __index = function(own, key) -- modules that are loaded when they are first asked for
    if lua_modules[key] then own[key] = copy_module(keeping_callers(modules("galley." .. key), services), key) end
    local found = rawget(own, key)
    if found ~= nil then return found end
    local hint = closest.hint(key, module_names, "galley.")
    if hint ~= "" then error(("there is no galley.%s%s"):format(tostring(key), hint), 2) end
    miss(key, "galley", module_names)
  end, __metatable = false })
  for key, value in pairs(galley) do
    if not lua_modules[key] then env.galley[key] = type(value) == "table" and copy_module(value, key) or value end
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
    for i = 1, parts.n do parts[i] = shown.line(parts[i]) end
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
  local loaded, loading = {}, {} -- loading: the names at hand, each in the file of the one before
  env.require = function(name)
    if type(name) ~= "string" or not name:find("^[%w_%-%.]+$") or name:find("%.%.") then
      error("require wants the name of a file beside the plugin, or of one in plugins/lib", 2)
    end
    if loaded[name] ~= nil then return loaded[name] end
    for i, one in ipairs(loading) do
      if one == name then
        error(("'%s' requires itself: %s, %s; put what both need into a third file"):format(name, table.concat(loading, ", ", i), name), 2)
      end
    end
    local file = name:gsub("%.", "/") .. ".lua"
    local places = { found.path:match("^(.*/)") or "" }
    for _, place in ipairs(found.lib or {}) do places[#places + 1] = place end
    for i, place in ipairs(places) do
      local text = services.read(place .. file)
      if text then
        local shown_in = i == 1 and found.shown:match("^(.*/)") or i > 1 and place or ""
        local chunk, problem = load(text, "@" .. shown_in .. file, "t", env)
        if not chunk then error(problem, 0) end
        sources[#sources + 1] = text
        loading[#loading + 1] = name
        local _ <close> = setmetatable({}, { __close = function() loading[#loading] = nil end }) -- also after an error
        local result = chunk(name)
        loaded[name] = result == nil and true or result
        return loaded[name]
      end
    end
    error(("there is no file '%s' beside %s or in plugins/lib"):format(file, found.shown), 2)
  end
  return env, modules
end

return world
