--- What an import yields, looked at before it is used: scripts/api/imported.lua says what each field is.
local closest = require("galley.closest")
local shown = require("galley.shown")

local imported = {}

local fields = {
  path = "name", keep_path = "boolean", title = "name", meta = "pairs", head = "text", document = "node", markdown = "text",
  text = "text", words = "count", files = "files", unsure = "texts", lost = "texts", notes = "texts", counts = "counts",
  shape = "text", confidence = "number", place = "count", from = "text", failed = "text",
}

local what = { name = "a text", text = "a text", boolean = "true or false", number = "a number", count = "a whole number", node = "a node, such as galley.markdown.parse gives",
  pairs = "a list of { key, value }", files = "a list of { path =, content = }", texts = "a list of texts", counts = "a table of whole numbers by name" }

local function is_text(value) return type(value) == "string" end
local function is_name(value) return is_text(value) or math.type(value) == "integer" end -- data have 2024 as a title
local function is_place(key) return math.type(key) == "integer" end

local function each_is(list, right)
  if type(list) ~= "table" then return false end
  for key, value in pairs(list) do if not right(value, key) then return false end end
  return true
end

local is = {
  name = is_name,
  text = is_text,
  boolean = function(value) return type(value) == "boolean" end,
  number = function(value) return type(value) == "number" and value - value == 0 end, -- finite
  count = function(value) return math.type(value) == "integer" end,
  node = function(value) return getmetatable(value) == "node" end,
  pairs = function(value)
    return each_is(value, function(pair, key) return is_place(key) and type(pair) == "table" and is_name(pair[1]) end)
  end,
  files = function(value) return each_is(value, function(file, key) return is_place(key) and imported.file_problem(file) == nil end) end,
  texts = function(value) return each_is(value, function(text, key) return is_place(key) and is_text(text) end) end,
  counts = function(value) return each_is(value, function(number, key) return type(key) == "string" and math.type(number) == "integer" end) end,
}

--- What is wrong with a file that comes along; nil when nothing is.
function imported.file_problem(file)
  if type(file) ~= "table" then return ("a file is a table, { path =, content = }, not %s"):format(shown.short(file)) end
  for _, name in ipairs{ "path", "content" } do
    if type(file[name]) ~= "string" then return ("a file's %s is a text, not %s"):format(name, shown.short(file[name])) end
  end
end

--- What is wrong with an article; nil when nothing is.
function imported.problem(article)
  if type(article) ~= "table" then
    return ("an import yields tables, { title =, markdown = } or more, not %s"):format(shown.short(article))
  end
  if getmetatable(article) ~= nil then return "an import yields plain tables, none with a metatable" end
  for _, key in ipairs(closest.keys(article)) do
    local kind = fields[key]
    if not kind then
      return ("an import's article has no field %s%s"):format(shown.short(key), closest.way_out(key, closest.keys(fields)))
    end
    if not is[kind](article[key]) then
      return ("an import's article has %s = %s; it is %s"):format(key, shown.short(article[key]), what[kind])
    end
  end
end

return imported
