--- Every function of the API with every wrong type, by the list of its documentation: an error at the caller's line
-- that says what was given, and nothing changed. A new entry in scripts/api is tried without a word here.
--
-- The example of an entry says what right arguments are: while it runs, the function that it calls tries wrong ones
-- first, one at a time in every place, then does what it was asked. The example must still give what it states.

local reference = require("galley.reference")
local calls = 0
local test = dofile(arg[0]:match("^.*/") .. "lib/test.lua")
local check = test.ok

local loaded = require("galley.corpus").load { site = "examples/newsroom" }
if not loaded then error("examples/newsroom cannot be loaded", 0) end
_G.corpus = loaded.corpus

-- ---------------------------------------------------------------- wrong values

local gone
do
  local document <close> = galley.markdown.parse("# Gone\n\n*x*")
  gone = document.first
end

--- { what a message may call it, the kind in the words of scripts/api, the value }
local pool = {
  { "nil", "nil", nil }, { "true", "boolean", true }, { "false", "boolean", false }, { "number", "number", 1.5 }, { "number", "integer", 7 },
  { "string", "string", "text" }, { "table", "table", {} }, { "table", "table", setmetatable({}, { __index = error }) },
  { "function", "function", print }, { "coroutine", "thread", coroutine.create(print) }, { "userdata", "userdata", io.stdout },
  { "node", "galley.Node", galley.markdown.parse("# A").first }, { "gone", "galley.Node", gone }, { "article", "galley.Article", corpus.articles[1] },
  { "list", "galley.Articles", corpus.articles }, { "corpus", "galley.Corpus", corpus }, { "term", "galley.Term", corpus:terms("topic")[1] },
  { "map", "galley.Map", (galley.yaml.parse("a: 1")) }, { "list", "galley.List", galley.yaml.parse("a: [1]").a }, { "date", "galley.Date", galley.date.parse("2024-01-02") },
}
-- Further values of a right type: none may crash.
local odd = {
  number = { 0, -1, 2 ^ 53, -2 ^ 63, math.maxinteger, math.mininteger, 0 / 0, 1 / 0, -1 / 0, 1e308 },
  string = { "", "\0", "\xff", "\xed\xa0\x80", ("("):rep(5000), ("a"):rep(20000), "%", "[", "\u{10FFFF}", "a\nb\r\nc" },
  table = { { nonsense = 1 }, { 1, 2, 3 }, { [1.5] = 1 }, { {} }, { false }, { [{}] = {} } },
}
local cycle = {}
cycle[1], cycle.a = cycle, cycle
odd.table[#odd.table + 1] = cycle

--- Whether a value of the kind may stand where one of `declared` ("string|table") is wanted.
local function fits(kind, declared)
  if declared == "any" then return true end
  for one in declared:gmatch("[^|]+") do
    if one == kind or (one == "any") or (one == "number" and kind == "integer") then return true end
    if one == "string" and (kind == "number" or kind == "integer") then return true end -- as Lua takes them
    if kind == "table" and (one:find("%[%]$") or one:find("^table")) then return true end
    if one:find("%[%]$") and kind == "galley.List" then return true end
    if one == "table" and (kind == "galley.Map" or kind == "galley.List" or kind == "galley.Articles") then return true end
    if one == "false" and kind == "boolean" then return true end
    if kind == "function" and (one == "function" or one:find("^fun%(")) then return true end
  end
  return false
end

-- ---------------------------------------------------------------- one function

local here = "^[^:]*api_wrong_types_test%.lua:%d+: "
local function try(call, arguments, count)
  calls = calls + 1
  return pcall(function()
    local results = table.pack(call(table.unpack(arguments, 1, count)))
    return table.unpack(results, 1, results.n)
  end)
end

local function shown(arguments, count)
  local list = {}
  for i = 1, count do list[i] = type(arguments[i]) == "string" and ("%q"):format(arguments[i]:sub(1, 20)) or tostring(arguments[i]) end
  return table.concat(list, ", ")
end

--- Puts every wrong value in every place. `problems` takes what went wrong.
local function misuse(call, module, entry, given, problems)
  local is_method = module.kind ~= "module"
  local first = is_method and 1 or 0
  local declared = is_method and { module.class } or {}
  local optional, rest = {}, nil
  for _, parameter in ipairs(entry.parameters or {}) do
    local name, kind = reference.split(parameter)
    if name == "..." then rest = kind end
    declared[#declared + 1] = kind
    optional[#declared] = name:find("%?$") ~= nil
  end
  for place = 1, #declared do
    for _, wrong in ipairs(pool) do
      local kind = wrong[2]
      local right = fits(kind, declared[place]) or (kind == "nil" and optional[place]) or (kind == "nil" and rest)
      local arguments = { table.unpack(given, 1, given.n) }
      arguments[place] = wrong[3]
      local count = math.max(given.n, place)
      if wrong[1] == "gone" and right and declared[place] ~= "any" then right = false end
      if not right then
        local good, message = try(call, arguments, count)
        if good then
          problems[#problems + 1] = ("no error for %s"):format(shown(arguments, count))
        elseif type(message) ~= "string" or not message:find(here) then
          problems[#problems + 1] = ("no position for %s: %s"):format(shown(arguments, count), tostring(message))
        elseif message:find(here .. "bad argument") then
          problems[#problems + 1] = ("%s: %s"):format(shown(arguments, count), message)
        end
      end
    end
    -- What may be right is for a copy of the arguments where it would change them: only that nothing crashes counts.
    for kind, values in pairs(odd) do
      if place > first and fits(kind, declared[place]) then
        for _, value in ipairs(values) do
          local arguments = { table.unpack(given, 1, given.n) }
          arguments[place] = value
          for i = 1, #declared do
            if type(arguments[i]) == "userdata" and tostring(arguments[i]):find("^%l+ %(line") or (declared[i] == "galley.Node" and i == 1) then
              arguments[i] = galley.markdown.parse("# News\n\nTea and *cake*.\n\n- one\n- two").first
            elseif i == 1 and module.class == "galley.Map" then
              arguments[i] = (galley.yaml.parse("title: Tea\ntags: [b, a]"))
            elseif i == 1 and module.needs then
              arguments[i] = load(module.sample)()
            elseif i == 1 and module.class == "galley.List" then
              arguments[i] = galley.yaml.parse("tags: [b, a, b]").tags
            end
          end
          local good, message = try(call, arguments, math.max(given.n, place))
          -- A template's own errors name its line.
          if not good and (type(message) ~= "string" or not (message:find(here) or message:find("^template%.html:%d+: "))) then
            problems[#problems + 1] = ("no position for %s: %s"):format(shown(arguments, #arguments), tostring(message))
          end
        end
      end
    end
  end
end

-- ---------------------------------------------------------------- all functions

-- Whether the library behind galley.NAME was not there when this galley was built.
local function lacks(name) return name and select(3, galley[name].new()) == "missing" end

--- The table that holds the functions of a module or of an object's methods.
local function holder(module)
  if module.kind == "module" then return galley[module.name] end
  local index = debug.getmetatable(load(module.sample)()).__index
  if type(index) == "table" then return index end
  for i = 1, 8 do
    local name, upvalue = debug.getupvalue(index, i)
    if not name then return nil end
    if type(upvalue) == "table" then return upvalue end
  end
end

for _, module in ipairs(reference.modules()) do
  local functions = not lacks(module.needs) and module.entries and #module.entries > 0 and holder(module)
  for _, entry in ipairs(functions and not lacks(module.entries[1].needs) and module.entries or {}) do
    local real, problems, seen = functions[entry.name], {}, false
    functions[entry.name] = function(...)
      if not seen then
        seen = true
        functions[entry.name] = real
        misuse(real, module, entry, table.pack(...), problems)
      end
      return real(...)
    end
    local results = table.pack(pcall(load(entry.example, "=example")))
    functions[entry.name] = real
    local given = results[1] and reference.show(table.unpack(results, 2, results.n)) or "error: " .. tostring(results[2])
    local name = reference.call(module, entry)
    if results[2] == nil and results[4] == "missing" then
      print("skip - " .. name .. " with wrong types: " .. results[3])
    else
      check(name .. " with wrong types", seen and #problems == 0, seen and table.concat(problems, "; ") or "its example does not call it")
      if entry.gives then check(name .. " is as it was", given == entry.gives, ("gives %s, stated is %s"):format(given, entry.gives)) end
    end
  end
end

-- ---------------------------------------------------------------- fields

--- The error of an access, if there is one, must have the position of the line here.
local function access(problems, what, call)
  calls = calls + 1
  local good, message = pcall(call)
  if not good and (type(message) ~= "string" or not message:find(here)) then problems[#problems + 1] = what .. ": " .. tostring(message) end
  return good, message
end

local function read_and_set(problems, object, name)
  access(problems, "reading " .. tostring(name), function() local _ = object[name] end)
  for _, wrong in ipairs(pool) do
    access(problems, "setting " .. tostring(name), function() object[name] = wrong[3] end)
  end
  for _, values in pairs(odd) do
    for _, value in ipairs(values) do access(problems, "setting " .. tostring(name), function() object[name] = value end) end
  end
end

local names = { "nonsense", 1, 0, -1, 2 ^ 53, 1.5, true, {}, print, "", "\0", "\xff" }
local fields = {}
for _, module in ipairs(reference.modules()) do
  for _, field in ipairs(module.kind == "object" and module.fields or {}) do
    fields[module.name] = fields[module.name] or {}
    table.insert(fields[module.name], (reference.split(field):gsub("%?$", "")))
  end
end

for _, module in ipairs(reference.modules()) do
  if module.kind == "object" and not lacks(module.needs) then
    local problems = {}
    for _, list in ipairs { fields[module.name] or {}, names } do
      for _, name in ipairs(list) do read_and_set(problems, load(module.sample)(), name) end
    end
    check("the fields of " .. module.name .. " with wrong types", #problems == 0, table.concat(problems, "; "))
  end
end
for type in pairs(galley.node) do
  local problems = {}
  for _, list in ipairs { fields.Node, names } do
    for _, name in ipairs(list) do
      read_and_set(problems, galley.node[type](), name)
      access(problems, "making with " .. tostring(name), function() galley.node[type] { [name] = {} } end)
    end
  end
  check("the fields of a " .. type .. " with wrong types", #problems == 0, table.concat(problems, "; "))
end

-- ---------------------------------------------------------------- what is gone, and what is frozen

local changing = { replace = true, remove = true, insert_before = true, insert_after = true, append = true, prepend = true, wrap = true, unwrap = true,
  replace_text = true, walk = false }
local function document_of_article() return corpus:find("news/virtual-wards-evaluation.md").document end

local methods = holder(load("return require('api.nodes')")())
local before = galley.markdown.write(document_of_article())
local arguments = { each = { "text" }, find = { "text" }, matches = { "text" }, replace = { "x" }, insert_before = { "x" }, insert_after = { "x" }, append = { "x" },
  prepend = { "x" }, replace_text = { "the", "a" }, walk = { { nodes = { text = function() return galley.node.text "x" end } } } }
for name, method in pairs(methods) do
  if type(method) == "function" then
    local given = arguments[name] or { name == "wrap" and galley.node.strong() or nil }
    local problems = {}
    local good, message = access(problems, "gone", function() return (method(gone, table.unpack(given))) end)
    check("node:" .. name .. " of a document that is gone", #problems == 0 and not good and message:find("is gone", 1, true), tostring(message))
    if changing[name] ~= nil then
      good, message = access(problems, "frozen", function() return (method(document_of_article().first, table.unpack(given))) end)
      check("node:" .. name .. " of a frozen document", not good and message:find("frozen", 1, true), tostring(message))
    end
  end
end
for _, name in ipairs(fields.Node) do
  local problems = {}
  local good, message = access(problems, name, function() return gone[name] end)
  check("node." .. name .. " of a document that is gone", #problems == 0 and not good and message:find("is gone", 1, true), tostring(message))
  for node in document_of_article():descendants() do
    good, message = access(problems, name, function() node[name] = "x" end)
    if good or not (message:find("frozen", 1, true) or message:find("has no field", 1, true)) then problems[#problems + 1] = tostring(message) end
  end
  check("node." .. name .. " of a frozen document", #problems == 0, table.concat(problems, "; "))
end
check("the frozen document is as it was", galley.markdown.write(document_of_article()) == before)

print(("%d calls"):format(calls))
test.finish()
