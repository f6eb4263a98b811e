--- The reference of the Lua API, from one source: the tables of scripts/api/, one file a module or kind of object.
--
-- A file returns { name, title, what, kind = "module" | "object" | "table", entries = {...}, fields = {...} }.
--   module   functions of galley.NAME        object   methods and fields of one kind of value
--   table    fields that Galley fills or reads (ctx, a plugin)
-- An entry: { name, what, parameters = { "name type what" }, result = { "type what" }, errors, units, example, gives }.
-- A parameter's name that ends with "?" may be left out. An example is Lua whose returned values are, shown by
-- reference.show, what `gives` says; one without `gives` is for reading and only compiled.
-- A field: "name type what". `item` is "[key's type] value's type" of what else it holds, `length` says that # counts it.
-- Types are written as LuaLS reads them, without blanks.
-- From these come the type file for editors (reference.types) and the manual's pages (reference.page).

local reference = {}

local names = { "node", "nodes", "markdown", "yaml", "toml", "json", "csv", "html", "text", "date", "dates", "path", "url", "template", "diff", "xml", "zip", "archive", "sqlite", "database", "highlight",
  "article", "corpus", "list", "term", "map", "values", "plugin", "context", "source", "imported" }

--- All modules in the manual's order.
function reference.modules()
  local list = {}
  for i, name in ipairs(names) do list[i] = require("api." .. name) end
  return list
end

--- The first word, the second, and the rest of "name type what".
function reference.split(text)
  local name, kind, what = text:match("^(%S+)%s+(%S+)%s*(.*)$")
  if not name then error(("an entry reads \"name type what\", not %q"):format(text), 2) end
  return name, kind, what
end

--- How an entry is called: "galley.text.lower(text)", "node:find(selector)".
function reference.call(module, entry)
  local parts = {}
  for i, parameter in ipairs(entry.parameters or {}) do
    local name = reference.split(parameter)
    parts[i] = name:match("%?$") and "[" .. name:sub(1, -2) .. "]" or name
  end
  local prefix = module.kind == "module" and "galley." .. module.name .. "." or module.variable .. ":"
  return prefix .. entry.name .. "(" .. table.concat(parts, ", ") .. ")"
end

local function show_one(value)
  local kind = type(value)
  if kind == "string" or kind == "table" then return galley.json.write(value) end
  if kind ~= "userdata" or value == galley.json.null then return tostring(value) end
  local meta = debug and debug.getmetatable(value)
  local name = meta and meta.__name
  if name == "a map" or name == "a list" then return galley.json.write(value) end
  return tostring(value)
end

--- Values as examples state them: text and tables as JSON, the rest as tostring says.
function reference.show(...)
  local list = table.pack(...)
  for i = 1, list.n do list[i] = show_one(list[i]) end
  return table.concat(list, ", ", 1, list.n)
end

--- The first sentence of what a module or entry is.
function reference.first(what)
  return what:match("^(.-[.:]) ") or what:match("^[^\n]*")
end

-- ---------------------------------------------------------------- the type file

local function class_of(module)
  return module.class or "galley." .. module.name
end

local function add_function(out, owner, entry, is_method)
  out[#out + 1] = "---" .. entry.what:gsub("\n", "\n---")
  if entry.units then out[#out + 1] = "---Units: " .. entry.units end
  if entry.errors then out[#out + 1] = "---Errors: " .. entry.errors end
  local parameters = {}
  for _, parameter in ipairs(entry.parameters or {}) do
    local name, kind, what = reference.split(parameter)
    out[#out + 1] = ("---@param %s %s %s"):format(name, kind, what)
    parameters[#parameters + 1] = (name:gsub("%?$", ""))
  end
  for _, result in ipairs(entry.result or {}) do
    local kind, what = result:match("^(%S+)%s*(.*)$")
    out[#out + 1] = ("---@return %s # %s"):format(kind, what)
  end
  out[#out + 1] = ("function %s%s%s(%s) end\n"):format(owner, is_method and ":" or ".", entry.name, table.concat(parameters, ", "))
end

--- The file that gives an editor (LuaLS) completion and types.
function reference.types()
  local out = { "---@meta", "--- Made by `galley api --types` from scripts/api/; change it there.\n" }
  local fields = {}
  for _, module in ipairs(reference.modules()) do
    local owner = class_of(module):match("[^.]+$"):gsub("^%l", module.kind == "module" and string.lower or string.upper)
    owner = module.kind == "module" and "module_" .. owner or owner
    out[#out + 1] = "---" .. module.what:gsub("\n", "\n---")
    out[#out + 1] = "---@class " .. class_of(module)
    for _, field in ipairs(module.fields or {}) do
      local name, kind, what = reference.split(field)
      out[#out + 1] = ("---@field %s %s %s"):format(name, kind, what)
    end
    if module.item then out[#out + 1] = "---@field " .. module.item end
    if module.length then out[#out + 1] = "---@operator len: integer" end
    for _, line in ipairs(module.overloads or {}) do out[#out + 1] = "---@overload " .. line end
    out[#out + 1] = ("local %s = {}\n"):format(owner)
    for _, entry in ipairs(module.entries or {}) do add_function(out, owner, entry, module.kind ~= "module") end
    if module.kind == "module" then fields[#fields + 1] = ("---@field %s %s"):format(module.name, class_of(module)) end
  end
  out[#out + 1] = "---@class galley"
  table.move(fields, 1, #fields, #out + 1, out)
  out[#out + 1] = "---@field version string\ngalley = {}\n"
  out[#out + 1] = "---Scripts of `galley lua` and its prompt: the articles of the site.\n---@type galley.Corpus\ncorpus = nil\n"
  out[#out + 1] = "---Scripts of `galley lua` and its prompt: what ctx.site is for plugins.\n---@type table\nsite = nil"
  return table.concat(out, "\n") .. "\n"
end

-- ---------------------------------------------------------------- the manual's pages

-- A type as people read it: what a function takes stands in the text behind.
local function plain_type(kind)
  kind = kind:gsub("table<string,fun.*", "table"):gsub("{.*}", "table"):gsub("fun%b():?[^|]*.*", "function")
  return (kind:gsub("|", " or "))
end

local function add_entry(out, module, entry)
  out[#out + 1] = ("## `%s`\n\n%s\n"):format(reference.call(module, entry), entry.what)
  local lines = {}
  for _, parameter in ipairs(entry.parameters or {}) do
    local name, kind, what = reference.split(parameter)
    lines[#lines + 1] = ("- `%s` (%s%s)%s"):format(name:gsub("%?$", ""), plain_type(kind), name:match("%?$") and ", optional" or "",
      what ~= "" and ": " .. what or "")
  end
  for i, result in ipairs(entry.result or {}) do
    local kind, what = result:match("^(%S+)%s*(.*)$")
    lines[#lines + 1] = ("- %s %s%s"):format(i == 1 and "Gives" or "and", plain_type(kind), what ~= "" and ": " .. what or "")
  end
  if entry.units then lines[#lines + 1] = "- Units: " .. entry.units end
  if entry.errors then lines[#lines + 1] = "- Errors: " .. entry.errors end
  if #lines > 0 then out[#out + 1] = table.concat(lines, "\n") .. "\n" end
  if entry.example then
    local fence = entry.example:find("```", 1, true) and "````" or "```"
    out[#out + 1] = ("%slua\n%s\n%s%s\n"):format(fence, entry.example, entry.gives and "--> " .. entry.gives:gsub("\n", "\n--> ") .. "\n" or "", fence)
  end
end

--- One module's page, Markdown with front matter.
function reference.page(module)
  local out = { ("---\ntitle: %q\nsummary: %q\n---\n"):format(module.title, reference.first(module.what)),
    "<!-- Made by `galley api --pages` from scripts/api/" .. module.file .. ".lua; change it there. -->\n", module.what .. "\n" }
  if module.fields and #module.fields > 0 then
    local rows = { "| field | type | what |", "|---|---|---|" }
    for _, field in ipairs(module.fields) do
      local name, kind, what = reference.split(field)
      rows[#rows + 1] = ("| `%s` | %s | %s |"):format(name:gsub("%?$", ""), plain_type(kind), (what:gsub("|", "\\|")))
    end
    out[#out + 1] = "## Fields\n\n" .. table.concat(rows, "\n") .. "\n"
  end
  for _, entry in ipairs(module.entries or {}) do add_entry(out, module, entry) end
  return table.concat(out, "\n")
end

--- { name of the file, its content } for every module.
function reference.pages()
  local list = {}
  for i, module in ipairs(reference.modules()) do
    module.file = names[i]
    list[i] = { names[i] .. ".md", reference.page(module) }
  end
  return list
end

return reference
