--- In a worker: one article, filtered, in the form that `galley render` was asked for.
local json = require("galley.ordered_json")
local tree = require("galley.tree")

local writers = {}

function writers.html(article) return article:html() end

function writers.tree(article) return tree.text(article.document) end

function writers.json(article)
  local parts = {}
  local function add(name, value) parts[#parts + 1] = ("  %s: %s"):format(json.string(name), value) end
  for _, name in ipairs{ "path", "title", "date", "updated", "status", "slug", "url", "lang" } do
    local value = article[name]
    add(name, json.scalar(value))
  end
  add("meta", json.value(article.meta, "  "))
  add("document", tree.json(article.document, "  "))
  return "{\n" .. table.concat(parts, ",\n") .. "\n}\n"
end

function writers.markdown(article, dialect)
  local text, problem = galley.markdown.write(article.document, { dialect = dialect })
  if not text then error(problem, 0) end
  return text
end

local function is_block(node)
  return node.type == "paragraph" or node.type == "heading" or node.type == "code_block" or node.type == "table_row"
    or node.type == "caption" or node.type == "attribution" or node.type == "definition_term"
end

-- Plain text, a blank line between blocks, list items marked.
function writers.text(article)
  local out, marks, indent = {}, {}, {}
  local node, depth, first = article.document, 0, true
  local last_row = false
  while node do
    local descend = true
    if node.type == "item" then
      local list = node.parent
      marks[depth] = list.ordered and ("%d. "):format((list.start or 1) + node.index - 1) or "- "
    end
    if is_block(node) then
      descend = false
      local text
      if node.type == "table_row" then
        local cells = {}
        for cell in node:children() do cells[#cells + 1] = cell:plain() end
        text = table.concat(cells, "\t")
      else
        text = node.type == "code_block" and node.text:gsub("\n$", "") or node:plain()
      end
      local before, behind, marked = "", "", false
      for level = 1, depth do
        local mark = marks[level]
        if mark then
          before = before .. (mark == "done" and (indent[level] or "  ") or mark)
          behind = behind .. (mark == "done" and (indent[level] or "  ") or (" "):rep(#mark))
          if mark ~= "done" then
            marked = true
            indent[level], marks[level] = (" "):rep(#mark), "done"
          end
        end
      end
      local tight = marked and node.parent.parent and node.parent.parent.tight and node.parent.previous
      tight = tight or (node.type == "table_row" and last_row)
      if not first then out[#out + 1] = tight and "\n" or "\n\n" end
      out[#out + 1] = before .. text:gsub("\n", "\n" .. behind)
      first, last_row = false, node.type == "table_row"
    end
    local child = descend and node.first
    if child then
      node, depth = child, depth + 1
      marks[depth] = nil
    else
      while node and not node.next do
        marks[depth] = nil
        node, depth = node.parent, depth - 1
      end
      if node then
        marks[depth] = nil
        node = node.next
      end
    end
  end
  return table.concat(out) .. (first and "" or "\n")
end

-- The front matter alone, for the golden cases of edits.
function writers.meta(article) return json.value(article.meta, "") .. "\n" end

local function phases_of(engine, host)
  local phases = {}

  function phases.render(number)
    local argument = engine.argument()
    local article = engine.open(number)
    if not article then return false end
    local list = {}
    if argument.filters then list = host.inline_filters(article) end
    if not list then return false end
    for i = 1, #list do
      if not host.run_filter(list[i], article) then return false end
    end
    if argument.filters and argument.to == "html" then host.warn_of_directives(article, list) end
    local ok, text = pcall(writers[argument.to], article, argument.dialect)
    if not ok then
      local message = type(text) == "table" and text.message or tostring(text)
      host.report{ severity = "error", file = article.path, message = message }
      return false
    end
    engine.send(text)
    return true
  end

  return phases
end

return setmetatable({ writers = writers }, { __call = function(_, engine, host) return phases_of(engine, host) end })
