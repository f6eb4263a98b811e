--- galley lua: a Lua script, or a prompt to try things at, with the corpus at hand.
local closest = require("galley.closest")
local errors = require("galley.plugin_errors")
local messages = require("galley.messages")
local reference = require("galley.reference")

local command = {
  summary = "runs a Lua script, or a prompt, with the corpus loaded",
  usage = "lua [FILE [ARGUMENT...]]",
  text = "A script finds its arguments in `arg` and `...`, Galley's functions in `galley`, and, in a site,\n" ..
    "the articles in `corpus` and the settings in `site`; both are loaded when they are first used.\n" ..
    "The exit status is what os.exit gives, 1 after an error. Without FILE there is a prompt; FILE may\n" ..
    "be - for standard input.",
  words = true,
  rest = true,
  options = {
    { name = "execute", short = "e", value = "CODE", many = true, help = "run CODE, then FILE if there is one; may be repeated" },
    { name = "plugin", value = "NAME|FILE", many = true, help = "one more filter over the articles, behind the site's" },
    { name = "no-filters", help = "the articles as they are in their files" },
  },
}

-- `corpus` and `site` as globals that are filled when they are first asked for.
local function offer_site(options)
  local loading = require("galley.corpus")
  setmetatable(_G, { __index = function(_, name)
    if name ~= "corpus" and name ~= "site" then return nil end
    local found = loading.load(options)
    if not found then return nil end
    rawset(_G, "corpus", found.corpus)
    rawset(_G, "site", found.site)
    return found[name]
  end })
end

-- A name that is nearly one of a module's is told, as plugins are told it.
local function tell_slips()
  for _, module in ipairs(reference.modules()) do
    local functions = module.kind == "module" and galley[module.name]
    if functions and not getmetatable(functions) then
      setmetatable(functions, { __index = closest.slip(closest.keys(functions), "galley." .. module.name .. ".") })
    end
  end
end

local function failed(problem, trace)
  local file, line, text = problem:match("^([^\n:]+):(%d+): (.*)$")
  if text then
    messages.show{ severity = "error", file = file, line = tonumber(line), message = text }
  else
    messages.error(problem)
  end
  if trace and messages.verbose then messages.say(trace) end
  return 1
end

-- The status: 0, or 1 after an error was shown.
local function run(chunk, problem, ...)
  if not chunk then return failed(problem) end
  local trace
  local ok, message = xpcall(chunk, function(message)
    trace = debug.traceback("", 2):gsub("^\n", "")
    if type(message) == "string" then return message end
    local text = errors.text(message)
    local meta = getmetatable(message)
    if type(meta) == "table" and meta.__tostring then return text end
    for level = 2, 200 do -- it does not say where it was raised
      local where = debug.getinfo(level, "Sl")
      if not where then break end
      if where.currentline > 0 then return ("%s:%d: %s"):format(where.short_src, where.currentline, text) end
    end
    return text
  end, ...)
  if not ok then return failed(message, trace) end
  return 0
end

function command.run(options)
  offer_site(options)
  tell_slips()
  for _, code in ipairs(options.execute or {}) do
    local status = run(load(code, "=--execute", "t"))
    if status ~= 0 then return status end
  end
  local file = options[1]
  if not file then
    if options.execute then return 0 end
    return require("galley.prompt").run(options)
  end
  _G.arg = table.move(options, 2, #options, 1, { [0] = file })
  if file == "-" then return run(load(io.read("a"), "=stdin", "t"), nil, table.unpack(arg)) end
  if galley.files.kind(file) ~= "file" then
    messages.error(("there is no file '%s'"):format(file))
    return 2
  end
  local chunk, problem = loadfile(file, "t")
  return run(chunk, problem, table.unpack(arg))
end

return command
