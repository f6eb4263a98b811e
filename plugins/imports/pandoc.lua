--- pandoc's JSON tree, so that pandoc brings Word, ODT, LaTeX, reStructuredText and the rest:
---
---     pandoc release.docx -t json | galley import pandoc - --apply
local pandoc_tree = require("pandoc_tree")
local records = require("records")

local keys = { author = "authors", authors = "authors", date = "date", title = "title", abstract = "summary", keywords = "topics", lang = "language" }
local order = { "title", "subtitle", "date", "author", "authors", "keywords", "abstract", "lang" }
local lists = { authors = true, topics = true }

-- A value of the metadata as plain text, lists and maps; the tree's depth is bounded by the reader of JSON.
local function value_of(value, article)
  if type(value) ~= "table" or not value.t then error("a value without a type", 0) end
  local kind, content = value.t, value.c
  if kind == "MetaString" then return content end
  if kind == "MetaBool" then return content end
  if kind == "MetaInlines" or kind == "MetaBlocks" then return pandoc_tree.plain(content) end
  local result = {}
  if kind == "MetaList" then
    for i, part in ipairs(content) do result[i] = value_of(part, article) end
  elseif kind == "MetaMap" then
    for key, part in pairs(content) do result[key] = value_of(part, article) end
  else
    article.lost[#article.lost + 1] = ("metadata of the kind '%s' is left out"):format(tostring(kind))
    return nil
  end
  return result
end

local function text_of(value)
  if type(value) == "table" then value = value.name or value.literal or value[1] end
  return type(value) ~= "table" and value ~= nil and tostring(value) or nil
end

local function add_meta(article, given)
  local names, ranks = {}, {}
  for i, name in ipairs(order) do ranks[name] = i end
  for name in pairs(given) do names[#names + 1] = name end
  table.sort(names, function(a, b)
    local left, right = ranks[a] or 99, ranks[b] or 99
    if left ~= right then return left < right end
    return a < b
  end)
  for _, name in ipairs(names) do
    local key, value = keys[name] or name, value_of(given[name], article)
    if lists[key] then
      local list = {}
      for _, one in ipairs(type(value) == "table" and #value > 0 and value or { value }) do list[#list + 1] = text_of(one) end
      value = list
      if name == "keywords" and #list == 1 and list[1]:find("[,;]") then
        value = {}
        for part in list[1]:gmatch("[^,;]+") do value[#value + 1] = galley.text.trim(part) end
      end
    elseif key == "date" then
      local unclear
      value, unclear = records.date(text_of(value))
      if unclear then article.unsure[#article.unsure + 1] = ("the date '%s' is not understood and stays as it is"):format(value) end
    elseif key == "title" or key == "summary" then
      value = text_of(value)
    end
    if key == "title" then article.title = value end
    article.meta[#article.meta + 1] = { key, value }
  end
end

-- The parts that pandoc's JSON must have; a text that says what is wrong.
local function problem_of(value)
  if type(value) ~= "table" or not value["pandoc-api-version"] then
    return "this is not pandoc's JSON; make it with pandoc -t json"
  end
  local version = value["pandoc-api-version"]
  local shown = type(version) == "table" and table.concat(version, ".") or tostring(version)
  if type(version) ~= "table" or version[1] ~= 1 or math.type(version[2]) ~= "integer" or version[2] < 22 then
    return ("the tree has pandoc-api-version %s, and 1.22 or later in 1 is wanted; make it with pandoc 2.11 or later"):format(shown)
  end
  if type(value.blocks) ~= "table" or type(value.meta) ~= "table" then return "it has no blocks or no meta; the file may be cut" end
end

return {
  kind = "import", name = "pandoc", api = 1,
  description = "pandoc's JSON (pandoc release.docx -t json): Word, ODT, LaTeX and the rest, an article a document.",
  options = {
    heading = { type = "boolean", default = true, help = "a first heading of level 1 is the title, where the metadata has none" },
  },
  read = function(source, ctx)
    local value, problem = galley.json.parse(source:text())
    if value == nil then error(("%s:%s"):format(source.name, problem), 0) end
    problem = problem_of(value)
    if problem then error(("%s: %s"):format(source.name, problem), 0) end
    local article = { meta = {}, lost = {}, unsure = {} }
    local ok, why = pcall(add_meta, article, value.meta)
    if not ok then error(("%s: the metadata is not as pandoc writes it: %s"):format(source.name, tostring(why)), 0) end
    local blocks, first = value.blocks, value.blocks[1]
    if ctx.options.heading and not article.title and type(first) == "table" and first.t == "Header" and first.c[1] == 1 then
      article.title = pandoc_tree.plain(first.c[3])
      table.insert(article.meta, 1, { "title", article.title })
      blocks = table.move(blocks, 2, #blocks, 1, {})
    end
    local fine, result = pcall(pandoc_tree.read, blocks)
    if not fine then error(("%s: the tree is not as pandoc writes it: %s"):format(source.name, tostring(result)), 0) end
    article.document, article.text = result.document, result.text
    table.move(result.lost, 1, #result.lost, #article.lost + 1, article.lost)
    table.move(result.unsure, 1, #result.unsure, #article.unsure + 1, article.unsure)
    article.path = article.title or source.base
    coroutine.yield(article)
  end,
}
