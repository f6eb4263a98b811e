--- What to do about an error, where Lua's own words leave that open.
local closest = require("galley.closest")
local context_names = require("galley.context_names")
local world = require("galley.world")

-- What newcomers reach for and plugins do not have, and what to use.
local absent = {
  io = "plugins have no 'io'; ctx.read(path) reads the site's files, ctx.out writes an export's",
  os = "plugins have no 'os'; ctx.now is the time, galley.date does the rest",
  debug = "plugins have no 'debug'; print shows a value",
  warn = "plugins have no 'warn'; ctx.log.warn says something",
  package = "plugins have no 'package'; require finds files in plugins/lib",
  dofile = "plugins have no 'dofile'; require finds files in plugins/lib",
  loadfile = "plugins have no 'loadfile'; require finds files in plugins/lib",
  pandoc = "'pandoc' is not here; galley.node makes nodes, galley.markdown parses and writes",
}

-- The same for what is called like a method.
local methods = {
  append = "a list of the front matter has list:add(value), a node node:append(x)",
  push = "a list of the front matter has list:add(value), Lua's own list[#list + 1] = value",
  add = "article.meta.topics:add(value) adds to a list of the front matter, list[#list + 1] = value to Lua's own",
  contains = "a list of the front matter has list:has(value), a text text:find(part, 1, true)",
  includes = "a list of the front matter has list:has(value), a text text:find(part, 1, true)",
  html = "article:html() is for articles, galley.markdown.html(node) for nodes",
  text = "article:text() is for articles, node:plain() for nodes",
  split = "for part in text:gmatch(\"[^,]+\") do goes through the parts of a text",
  replace = "a text has text:gsub(pattern, new)",
  startswith = "write text:sub(1, #start) == start",
  endswith = "write text:sub(-#stop) == stop",
  join = "write table.concat(list, \", \")",
}

-- What outputs, lists, maps, files of imports and archives have.
local of_objects = { "write", "file", "close", "add", "remove", "remove_at", "replace", "has", "get", "set", "rename",
  "insert_before", "insert_after", "keys", "text", "read", "rewind", "size", "files", "bytes", "each" }

local function method_hint(name)
  if methods[name] then return "; " .. methods[name] end
  if table[name] then return ("; Lua's tables have no methods: write table.%s(list, ...)"):format(name) end
  if rawget(galley.text, name) then return ("; write galley.text.%s(text)"):format(name) end
  local hint = closest.hint(name, closest.keys(string), "text:")
  return hint ~= "" and hint or closest.hint(name, of_objects, ":")
end

-- Lua's own words, and what is most likely behind them.
local rules = {
  { "attempt to call a [%l ]+ value (%(for iterator)", "; for a list write: for i, item in ipairs(list) do" },
  { "attempt to call a table value %(field '(log)'%)$", "; ctx.log.warn(text) says something; so do note, info and error" },
  { "attempt to call a [%w ]+ value %(method '([%w_]+)'%)$", "; it is no function: write .%1 without ()" },
  { "attempt to index a function value %([%w]+ '([%w_]+)'%)$", "; it is a function: write %1()" },
  { "attempt to index a function value()$", "; is it one that loops? write: for item in node:each(...) do" },
  { "attempt to index a number value %(local '([%w_]+)'%)$", "; in a loop ipairs and pairs give the position first: for i, %1 in" },
  { "attempt to index a nil value()$", "; what stands before the dot or colon gave nil, as find does that finds nothing" },
  { "attempt to concatenate a node value", "; node:plain() is its text" },
  { "attempt to concatenate a term value", "; term.name is its text" },
  { "attempt to concatenate a date value", "; tostring(date) is its text, or date:format(pattern)" },
}

--- A message with what to do about it, where it is Lua's own. `config.memory`: bytes that there were.
return function(message, config)
  if message:find("not enough memory$") then -- a shipped module's place may stand before it
    return ("ran out of memory (%d MB)"):format(config.memory // 1048576)
  end
  message = message:gsub("(attempt to .-) a (an? [%l ]+ value)", "%1 %2", 1) -- of a value whose type is called "a node"
  local name = message:match("a nil value %(global '([%w_]+)'%)$")
  if name and absent[name] then return (message:gsub("attempt to %a+ a nil value %(global '[%w_]+'%)$", (absent[name]:gsub("%%", "%%%%")))) end
  local field = message:match("a nil value %(field '([%w_]+)'%)$")
  if field then
    local hint = context_names.owner(field)
    if hint == "" then hint = world.instead(field) end
    if hint == "" and methods[field] then hint = "; " .. methods[field] end
    return message .. hint
  end
  if name then return message .. world.instead(name) end
  local method = message:match("attempt to call a nil value %(method '([%w_]+)'%)$")
  if method then return message .. method_hint(method) end
  for _, rule in ipairs(rules) do
    local found = { message:match(rule[1]) }
    if found[1] then return message .. rule[2]:gsub("%%(%d)", function(i) return found[tonumber(i)] end) end
  end
  return message
end
