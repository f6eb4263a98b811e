--- HTML elements around nodes, for filters that give directives and the like their rendering.
--
--     nodes = { ["directive[name=note]"] = function(node) return elements.around(node, { "aside", class = "note" }) end }
--
-- What a filter makes with galley.node.html_block and html_inline is trusted and passes in safe mode, so
-- values of authors must go through galley.html.build or escape, as they do here.
local elements = {}

local inline = { text = true, softbreak = true, linebreak = true, code = true, html_inline = true, emph = true, strong = true,
  strikethrough = true, subscript = true, superscript = true, span = true, link = true, image = true, footnote_reference = true,
  task = true }

--- An inline node of HTML from a table as for galley.html.build.
function elements.inline(element) return galley.node.html_inline{ text = galley.html.build(element) } end

--- A block of HTML.
function elements.block(element) return galley.node.html_block{ text = galley.html.build(element) .. "\n" } end

local function halves(element)
  local mark = "\1"
  local copy = {}
  for key, value in pairs(element) do copy[key] = value end
  copy[#copy + 1] = galley.html.raw(mark)
  return galley.html.build(copy):match("^(.*)\1(.*)$")
end

--- The node's children between an element's tags, as a list that a handler may answer. What the element
-- has as children of its own comes first.
function elements.around(node, element, extra)
  local before, after = halves(element)
  local in_line = node.form == "inline" or inline[node.type]
  local make = in_line and galley.node.html_inline or galley.node.html_block
  local list = { make{ text = before } }
  for child in node:children() do list[#list + 1] = child end
  for _, node_after in ipairs(extra or {}) do list[#list + 1] = node_after end
  list[#list + 1] = make{ text = after }
  return list
end

--- The classes of a directive: its name, then what the author added.
function elements.classes(node, name)
  local own = node.class
  if own == name then own = nil end
  return own and name .. " " .. own or name
end

return elements
