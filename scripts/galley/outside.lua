--- In a worker: what a plugin's context offers of the world outside the articles: read, files, env and run.
--
-- Each plugin has functions of its own, which know what it declared and was granted; see scripts/galley/grants.lua.
local grants = require("galley.grants")
local path = require("galley.path")

local outside = {}

local none = { read = {}, files = {}, env = {}, run = {}, needs = {} }

local function declares(own, need)
  for _, text in ipairs(own.needs) do if text == need then return true end end
  return false
end

-- ---- read ----

local function at_home(given, own)
  return given:sub(1, 2) == "~/" and own.home and own.home .. given:sub(2) or given
end

-- A path as a pattern sees it, absolute or relative to the site's folder; nil when it leads elsewhere.
local function normal(given, own)
  local result = path.normalise(at_home(given, own))
  if result == ".." or result:find("^%.%./") then return nil end
  return result
end

local function is_granted(own, name)
  for _, glob in ipairs(own.read) do
    if grants.matches(name, glob) then return true end
  end
  return false
end

-- Of what was granted, then of the content folder, then of the static one; `most` bytes of it.
local function reader(engine, folders, prefix, own)
  return function(given, most)
    if type(given) ~= "string" then error("ctx.read wants a path such as images/a.png", 2) end
    if most ~= nil and (math.type(most) ~= "integer" or most < 0) then error("ctx.read wants a whole number of bytes", 2) end
    local name = not given:find("%z") and normal(given, own)
    if name and is_granted(own, name) then
      local text = engine.read_file(name:find("^/") and name or prefix .. name, most)
      if text then return text end
    end
    local inside = name and normal(given:gsub("^/+", ""), none)
    if not inside then error("ctx.read reads the content and static folders only, and what needs of read: were granted", 2) end
    for i = 1, 2 do
      local text = folders[i] and engine.read_file(folders[i] .. inside, most)
      if text then return text end
    end
    local hint = is_granted(own, name) and "" or ("; for other files declare needs = { \"read:%s\" }"):format(name)
    return nil, ("there is no file '%s' in the content or the static folder%s"):format(inside, hint), "missing"
  end
end

-- The granted files that a pattern names, in the order of their bytes.
local function lister(engine, prefix, own)
  return function(pattern)
    if type(pattern) ~= "string" or pattern:find("%z") then error("ctx.files wants a pattern such as data/*.csv", 2) end
    pattern = at_home(pattern, own)
    local list, seen = {}, {}
    local function add(name)
      if not seen[name] and path.match(name, pattern) and is_granted(own, name) then list[#list + 1] = name end
      seen[name] = true
    end
    for _, name in ipairs(own.files) do add(name) end
    for _, glob in ipairs(own.read) do
      local folder = glob:match("^([^*?%[{\\]*)%*%*$")
      local place = folder and (folder:find("^/") and folder or prefix .. folder)
      for _, entry in ipairs(place and engine.list_files(place == "" and "." or place) or {}) do add(folder .. entry.path) end
    end
    table.sort(list)
    return list
  end
end

-- ---- env ----

local function environment(own)
  return function(name)
    if type(name) ~= "string" then error("ctx.env wants the name of a variable", 2) end
    if not declares(own, "env:" .. name) then
      error(("the plugin may not see '%s'; declare needs = { \"env:%s\" } and grant it in galley.yaml"):format(name, name), 2)
    end
    return own.env[name]
  end
end

-- ---- run ----

local words = { late = "took too long", talks = "wrote more than 16 MB", refused = "was given too much, or was not granted",
  lost = "could not be started: its helper is gone" }

-- The plugin's table is read once, and without its metatable.
local function check_command(given, own)
  local command, options = {}, {}
  if type(given) ~= "table" then error("ctx.run wants a list of a program and its arguments, such as { \"git\", \"log\" }", 3) end
  local count = rawlen(given)
  for key, value in next, given do
    if math.type(key) == "integer" and key >= 1 and key <= count then
      if math.type(value) == "integer" then value = tostring(value) end
      if type(value) ~= "string" or value:find("%z") then error(("word %d of ctx.run is no text without NUL"):format(key), 3) end
      command[key] = value
    elseif key == "input" or key == "seconds" then
      options[key] = value
    else
      error(("ctx.run knows input and seconds beside the list, not '%s'"):format(tostring(key)), 3)
    end
  end
  local program, input, seconds = command[1], options.input, options.seconds
  if count == 0 then error("ctx.run wants a program first", 3) end
  if input ~= nil and type(input) ~= "string" then error("the input of ctx.run is a text", 3) end
  if seconds ~= nil and (type(seconds) ~= "number" or not (seconds > 0)) then
    error("the seconds of ctx.run are a number above 0", 3)
  end
  if not declares(own, "run:" .. program) then
    error(("the plugin may not run '%s'; declare needs = { \"run:%s\" } and grant it in galley.yaml"):format(program, program), 3)
  end
  return command, input, seconds and math.ceil(math.min(seconds, 86400) * 1000)
end

local function runner(engine, own)
  return function(given)
    local command, input, milliseconds = check_command(given, own)
    local outcome, status, output, errors = engine.run_program(own.grant, command, input, milliseconds)
    if outcome == "ended" then return { status = status, output = output, errors = errors } end
    if outcome == "missing" then return nil, ("the program '%s' cannot be run: %s"):format(command[1], status), "missing" end
    if outcome == "signalled" then return nil, ("the program '%s' was ended by signal %d"):format(command[1], status), "signal" end
    return nil, ("the program '%s' %s"):format(command[1], words[outcome]), outcome
  end
end

--- Adds read, files, env and run to a plugin's context. `folders`: content and static; `own`: the plugin's rights, or nil.
function outside.add(ctx, engine, folders, prefix, own)
  own = own or none
  ctx.read, ctx.files = reader(engine, folders, prefix, own), lister(engine, prefix, own)
  ctx.env, ctx.run = environment(own), runner(engine, own)
end

return outside
