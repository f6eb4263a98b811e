--- Every function of the API has an entry, every entry a function, and every example gives what it states.
-- `galley lua tests/lua/api_documented_test.lua --show` prints what the examples give, for those who write entries.

local reference = require("galley.reference")
local show = (...) == "--show"
local failures = 0
local function check(name, right, why)
  if right then print("ok - " .. name) return end
  failures = failures + 1
  print("not ok - " .. name .. ": " .. (tostring(why):gsub("\n", "\\n")))
end

local loaded = require("galley.corpus").load { site = "examples/newsroom" }
if not loaded then error("examples/newsroom cannot be loaded", 0) end
_G.corpus = loaded.corpus

local modules = reference.modules()

-- ---------------------------------------------------------------- what there really is

-- The names behind a userdata: the table that its __index looks in, and what C compares keys with.
local function members(value)
  local found = {}
  local index = debug.getmetatable(value).__index
  if type(index) == "table" then
    for key in pairs(index) do found[key] = "method" end
    return found
  end
  for i = 1, 8 do
    local name, upvalue = debug.getupvalue(index, i)
    if not name then break end
    if type(upvalue) == "table" then
      for key, member in pairs(upvalue) do
        if type(key) == "string" then found[key] = type(member) == "function" and "method" or "field" end
      end
    end
  end
  return found
end

-- Keys that a C function compares by text_is(key, "name").
local function compared(file, start)
  local found, inside = {}, false
  for line in io.lines(file) do
    if line:find(start, 1, true) then inside = true end
    if inside then
      for key in line:gmatch('text_is%(key, "([%w_]+)"%)') do found[key] = "field" end
      if line == "}" then inside = false end
    end
  end
  return found
end

local sources = { Date = { "core/lua/date_api.c", "date_index(" }, Term = { "core/lua/corpus_api.c", "term_index(" }, Corpus = { "core/lua/corpus_api.c", "corpus_index_method(" } }

local function documented(module)
  local found = {}
  for _, entry in ipairs(module.entries or {}) do
    if found[entry.name] then check("one entry for " .. module.name .. "." .. entry.name, false, "there are two") end
    found[entry.name] = "method"
  end
  for _, field in ipairs(module.fields or {}) do found[(reference.split(field):gsub("%?$", ""))] = "field" end
  return found
end

local function compare(name, real, written)
  local missing, wrong = {}, {}
  for key, kind in pairs(real) do if written[key] ~= kind then missing[#missing + 1] = key end end
  for key, kind in pairs(written) do if real[key] ~= kind then wrong[#wrong + 1] = key end end
  table.sort(missing)
  table.sort(wrong)
  check("every member of " .. name .. " is documented", #missing == 0, "no entry in scripts/api for " .. table.concat(missing, ", "))
  check("every entry of " .. name .. " is there", #wrong == 0, "an entry, but nothing in Galley, for " .. table.concat(wrong, ", "))
end

-- Whether the library behind galley.NAME was not there when this galley was built.
local function lacks(name) return name and select(3, galley[name].new()) == "missing" end

local known = {}
for _, module in ipairs(modules) do
  if module.kind == "module" then
    known[module.name] = true
    local real = {}
    for key, value in pairs(galley[module.name] or {}) do real[key] = type(value) == "function" and "method" or "field" end
    compare("galley." .. module.name, real, documented(module))
  elseif module.kind == "object" and lacks(module.needs) then
    print("skip - every member of " .. module.name .. " is documented: this galley has no " .. module.needs)
  elseif module.kind == "object" then
    local value = load(module.sample)()
    local real = members(value)
    if sources[module.name] then
      for key, kind in pairs(compared(sources[module.name][1], sources[module.name][2])) do real[key] = real[key] or kind end
    end
    compare(module.name, real, documented(module))
    local broken = {}
    for key, kind in pairs(real) do
      local right, message = pcall(function() return value[key] end)
      if kind == "field" and not right and not message:find("has no field", 1, true) then broken[#broken + 1] = key end
    end
    check("the fields of " .. module.name .. " can be read", #broken == 0, table.concat(broken, ", "))
  end
end

-- What the parent's commands have and no plugin.
local own = { engine = true, files = true, batch = true, server = true }
local missing = {}
for name, value in pairs(galley) do
  if type(value) == "table" and not known[name] and not own[name] then missing[#missing + 1] = name end
end
check("every module of galley is documented", #missing == 0, table.concat(missing, ", "))

-- ---------------------------------------------------------------- entries and their examples

for _, module in ipairs(modules) do
  local poor = {}
  for _, entry in ipairs(module.entries or {}) do
    local name = module.name .. "." .. entry.name
    local whole = entry.what and entry.result and entry.example and pcall(reference.call, module, entry)
    if not whole then poor[#poor + 1] = entry.name end
    local chunk, problem = load(entry.example or "", "=" .. name, "t")
    if lacks(entry.needs) then
      print("skip - the example of " .. name .. ": this galley has no " .. entry.needs)
    elseif not chunk then
      check("the example of " .. name, false, problem)
    elseif entry.gives then
      local results = table.pack(pcall(chunk))
      local given = results[1] and reference.show(table.unpack(results, 2, results.n)) or "error: " .. tostring(results[2])
      if show then print(name, given)
      elseif results[2] == nil and results[4] == "missing" then print("skip - the example of " .. name .. ": " .. results[3])
      else check("the example of " .. name, given == entry.gives, ("gives %s, stated is %s"):format(given, entry.gives)) end
    end
  end
  check("entries of " .. module.name .. " say what, result and example", #poor == 0, table.concat(poor, ", "))
end

-- ---------------------------------------------------------------- what is made of them

local types = reference.types()
check("the type file is Lua", load(types, "=galley.d.lua"), select(2, load(types)))
for _, page in ipairs(reference.pages()) do
  local file = io.open("examples/manual/content/reference/" .. page[1], "rb")
  local content = file and file:read("a")
  if file then file:close() end
  check("the manual's page " .. page[1] .. " is the one that is made", content == page[2],
    content and "it differs; run `galley api --pages examples/manual/content --site examples/manual`" or "it is not there")
end

if failures > 0 then error(failures .. " failed", 0) end
