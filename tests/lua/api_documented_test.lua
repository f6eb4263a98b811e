--- Every function of the API has an entry, every entry a function, and every example gives what it states.
-- `galley lua tests/lua/api_documented_test.lua --show` prints what the examples give, for those who write entries.

local reference = require("galley.reference")
local show = (...) == "--show"
local test = dofile(arg[0]:match("^.*/") .. "lib/test.lua")
local check = test.ok

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

-- LuaLS's grammar of types, as far as the file uses it. Each function takes a position and gives the next one.
local classes = { ["nil"] = true, any = true, boolean = true, string = true, number = true, integer = true, table = true,
  ["function"] = true, userdata = true, ["true"] = true, ["false"] = true }
for name in types:gmatch("%-%-%-@class ([%w_.]+)") do classes[name] = true end

local read_type
local function want(text, at, pattern, what)
  local _, last = text:find("^" .. pattern, at)
  return last and last + 1 or error(("'%s' lacks %s at %d"):format(text, what, at), 0)
end

-- A list of what `read` reads, up to a closing character.
local function read_list(text, at, close, read)
  while not text:find("^" .. close, at) do
    at = read(text, at)
    if text:find("^,", at) then at = at + 1 else break end
  end
  return want(text, at, close, close)
end

local function read_field(text, at) return read_type(text, want(text, want(text, at, "[%a_][%w_]*%??", "a name"), ":", "a colon")) end

local function read_unit(text, at)
  if text:find("^fun%(", at) then
    at = read_list(text, at + 4, "%)", read_field)
    if not text:find("^:", at) then return at end
    repeat at = read_type(text, at + 1) until not text:find("^,", at)
  elseif text:find("^{", at) then
    at = read_list(text, at + 1, "}", read_field)
  elseif text:find('^"', at) then
    at = want(text, at, '"[^"]*"', "a quote")
  elseif text:find("^%.%.%.", at) then
    at = at + 3
  else
    local name = text:match("^[%w_.]+", at)
    if not classes[name or ""] then error(("there is no type '%s' for '%s'"):format(name or text:sub(at), text), 0) end
    at = at + #name
    if text:find("^<", at) then at = read_list(text, at + 1, ">", read_type) end
  end
  while text:find("^%[%]", at) do at = at + 2 end
  return at
end

function read_type(text, at)
  at = read_unit(text, at)
  while text:find("^|", at) do at = read_unit(text, at + 1) end
  return at
end

local wrong, counted = {}, 0
for line in types:gmatch("[^\n]+") do
  local kind = line:match("^%-%-%-@param %S+ (%S+)") or line:match("^%-%-%-@field %b[] (%S+)") or line:match("^%-%-%-@field %S+ (%S+)")
    or line:match("^%-%-%-@return (%S+)") or line:match("^%-%-%-@type (%S+)")
  if kind then
    counted = counted + 1
    local right, at = pcall(read_type, kind, 1)
    if not right then wrong[#wrong + 1] = at elseif at <= #kind then wrong[#wrong + 1] = ("'%s' does not end at %d"):format(kind, at) end
  end
end
check("all types in the type file are there", #wrong == 0 and counted > 400, table.concat(wrong, "; "))

-- What plugins may have, and what those that come with Galley use.
local described = {}
for _, module in ipairs(modules) do described[module.name] = documented(module) end
local contract = require("galley.contract")
local undescribed = {}
for key in pairs(contract.all_fields()) do
  if not described.Plugin[key] then undescribed[#undescribed + 1] = key end
end
table.sort(undescribed)
check("every field of a plugin is described", #undescribed == 0, table.concat(undescribed, ", "))

local used = {}
local list = assert(io.popen("grep -rhoE '\\bctx\\.[a-z_]+' --include=*.lua plugins examples | sort -u", "r"))
for line in list:lines() do used[#used + 1] = line:sub(5) end
list:close()
local names, unknown = require("galley.context_names").all(), {}
local described_count = 0
for _ in pairs(described.Context) do described_count = described_count + 1 end
check("galley.context_names has all fields of ctx", #names == described_count, #names .. ", not " .. described_count)
table.move(names, 1, #names, #used + 1, used)
for _, key in ipairs(used) do if not described.Context[key] then unknown[#unknown + 1] = key end end
check("every field of ctx that a plugin uses is described", #used > 20 and #unknown == 0, table.concat(unknown, ", "))

for _, page in ipairs(reference.pages()) do
  local file = io.open("examples/manual/content/reference/" .. page[1], "rb")
  local content = file and file:read("a")
  if file then file:close() end
  check("the manual's page " .. page[1] .. " is the one that is made", content == page[2],
    content and "it differs; run `galley api --pages examples/manual/content --site examples/manual`" or "it is not there")
end

test.finish()
