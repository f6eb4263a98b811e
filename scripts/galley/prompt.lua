--- The prompt of `galley lua`: reads a line, runs it, shows what came of it.
--
-- Nodes are shown as trees, tables, lists and maps with their members, articles with their fields. A
-- statement that is not complete goes on in the next line.
local json = require("galley.ordered_json")
local messages = require("galley.messages")
local shown = require("galley.shown")
local tree = require("galley.tree")

local prompt = {}

local most_lines = 60

local function print_lines(text)
  local count = 0
  for line in text:gmatch("([^\n]*)\n?") do
    count = count + 1
    if count > most_lines then
      print("... (print it for all of it)")
      return
    end
    if line ~= "" or count == 1 then print(line) end
  end
end

local function key_text(key) return type(key) == "string" and key:find("^[%a_][%w_]*$") and key or ("[%s]"):format(tostring(key)) end

local function show_table(value, depth, seen)
  if seen[value] then return "..." end
  if depth > 3 then return "{ ... }" end
  seen[value] = true
  local keys, parts = {}, {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b)
    if type(a) == type(b) and (type(a) == "string" or type(a) == "number") then return a < b end
    return type(a) == "number" or (type(b) ~= "number" and tostring(a) < tostring(b))
  end)
  local indent = ("  "):rep(depth + 1)
  for i, key in ipairs(keys) do
    local item = value[key]
    local text = type(item) == "table" and show_table(item, depth + 1, seen)
      or type(item) == "string" and ("%q"):format(item):gsub("\\\n", "\\n") or shown.line(item)
    parts[i] = indent .. (key == i and "" or key_text(key) .. " = ") .. text
  end
  seen[value] = nil
  if #parts == 0 then return "{}" end
  return "{\n" .. table.concat(parts, ",\n") .. "\n" .. ("  "):rep(depth) .. "}"
end

local function show_article(article)
  local lines = { tostring(article) }
  for _, name in ipairs{ "title", "date", "status", "url", "authors", "topics" } do
    local ok, value = pcall(function() return article[name] end)
    if ok and value ~= nil then lines[#lines + 1] = ("  %-8s %s"):format(name, json.value(value)) end
  end
  return table.concat(lines, "\n")
end

--- A value as the prompt shows it.
function prompt.show(value)
  if type(value) == "string" then return (("%q"):format(value):gsub("\\\n", "\n")) end
  if type(value) == "table" then return show_table(value, 0, {}) end
  if type(value) ~= "userdata" then return shown.line(value) end
  if getmetatable(value) == "node" then
    local ok, text = pcall(tree.text, value, { most = 60 })
    return ok and text or tostring(value)
  end
  local text = tostring(value)
  if text:find("^article ") then return show_article(value) end
  local ok, count = pcall(function() return #value end)
  if not ok then return text end
  local first = count > 0 and select(2, pcall(function() return value[1] end)) or nil
  if type(first) == "userdata" and tostring(first):find("^article ") then
    local lines = { ("%d article%s"):format(count, count == 1 and "" or "s") }
    for i = 1, math.min(count, 20) do lines[#lines + 1] = ("  %3d  %-10s  %s"):format(i, tostring(value[i].date or ""), value[i].title) end
    if count > 20 then lines[#lines + 1] = "  ..." end
    return table.concat(lines, "\n")
  end
  return json.value(value, "")
end

-- The chunk of a line: an expression, else a statement; nil and "more" when it only begins.
local function compile(text)
  local chunk = load("return " .. text, "=prompt", "t")
  if chunk then return chunk end
  local problem
  chunk, problem = load(text, "=prompt", "t")
  if chunk then return chunk end
  if problem:find("<eof>$") then return nil, "more", problem end
  return nil, problem
end

local function run(chunk)
  local results = table.pack(galley.engine.lines.call(chunk)) -- ^C ends it
  if not results[1] then
    local problem = results[2]
    local meta = type(problem) == "table" and getmetatable(problem)
    if type(problem) ~= "string" and not (meta and meta.__tostring) then -- an address says nothing
      problem = ("an error was raised with a %s"):format(type(problem))
    end
    messages.error((tostring(problem):gsub("^prompt:1: ", "")))
    return
  end
  for i = 2, results.n do print_lines(prompt.show(results[i])) end
end

-- ---- completion and history, where a library for lines is there ----

-- Methods of objects, and fields unless only methods can follow, from the API's own entries.
local function members_of(kind, only_methods)
  local chunk = loadfile(("%s/scripts/api/%s.lua"):format(galley.engine.home, kind), "t")
  local ok, api = pcall(chunk or error)
  local names = {}
  if not ok or type(api) ~= "table" then return names end
  for _, entry in ipairs(api.entries or {}) do names[#names + 1] = entry.name:match("([%w_]+)$") end
  for _, field in ipairs(not only_methods and api.fields or {}) do names[#names + 1] = field:match("^([%w_]+)") end
  return names
end

-- The file of scripts/api that tells of a kind of object.
local kinds = { ["a node"] = "nodes", ["an article"] = "article", ["a list of articles"] = "list", ["a term"] = "term", ["a date"] = "dates", ["a map"] = "map",
  ["a list"] = "values", ["the corpus"] = "corpus" }

local function object_kind(value) return kinds[(debug.getmetatable(value) or {}).__name] end

--- What a word may become: "corpus.ar" -> { "corpus.articles" }. Nothing is called, but fields are read.
function prompt.complete(word)
  local base, mark, part = word:match("^(.-)([%.:])([%w_]*)$")
  if not base then base, mark, part = nil, "", word end
  if base and not base:find("^[%a_][%w_%.%[%]]*$") then return {} end
  local value = _G
  if base then
    local chunk = load("return " .. base, "=complete", "t")
    local ok
    ok, value = pcall(chunk or error)
    if not ok then return {} end
  end
  local names, list = {}, {}
  if type(value) == "string" then value = string end
  if type(value) == "table" then
    for name in pairs(value) do if type(name) == "string" then names[#names + 1] = name end end
    if value == galley then table.move({ "path", "template", "url" }, 1, 3, #names + 1, names) end -- loaded when asked for
    if not base then table.move({ "corpus", "site" }, 1, 2, #names + 1, names) end
  elseif type(value) == "userdata" then
    local kind = object_kind(value)
    if kind == "map" and mark == "." then
      for name in pairs(value) do names[#names + 1] = name end
    elseif kind then
      names = members_of(kind, mark == ":")
    end
  end
  local seen = {}
  for _, name in ipairs(names) do
    if name:find("^[%a_][%w_]*$") and name:sub(1, #part) == part and not seen[name] then
      seen[name] = true
      list[#list + 1] = (base or "") .. mark .. name
    end
  end
  table.sort(list)
  return list
end

local function history_file()
  local state = os.getenv("XDG_STATE_HOME")
  if not state or state == "" then state = (os.getenv("HOME") or ".") .. "/.local/state" end
  return state .. "/galley", state .. "/galley/lua-history"
end

function prompt.run(options)
  local asks = galley.files.terminal("stdin") ~= nil
  if asks and not options.quiet then
    messages.say(("galley %s, %s. Try: corpus.articles[1].document   corpus:select{ where = 'has(topics, \"x\")' }   ^D ends."):format(
      galley.version, _VERSION))
  end
  local lines = asks and galley.engine.lines.read and galley.engine.lines
  local folder, file = history_file()
  if lines then lines.load(file) end
  local pending
  while true do
    local sign, line, why = pending and "...> " or "> ", nil, nil
    if lines then
      line, why = lines.read(sign, prompt.complete)
      if line and line:find("%S") then
        lines.add(line)
        if galley.files.make_folders(folder) then lines.save(file) end
      end
      if why == "interrupted" then pending, line = nil, "" end
    else
      if asks then io.stdout:write(sign) io.stdout:flush() end
      line = io.read("l")
    end
    if not line then break end
    local text = pending and pending .. "\n" .. line or line
    if text:find("^%s*=") then text = text:gsub("^%s*=", "return ") end
    if text:find("%S") then
      local chunk, problem = compile(text)
      pending = nil
      if chunk then
        run(chunk)
      elseif problem == "more" and line ~= "" then
        pending = text
      else
        messages.error(problem == "more" and "the statement is not complete" or (problem:gsub("^prompt:1: ", "")))
      end
      io.stdout:flush()
    end
  end
  if pending then messages.error("the statement is not complete") end
  if asks then print() end
  return 0
end

return prompt
