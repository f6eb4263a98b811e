--- A document's tree as plain tables: { type = "heading", level = 2, children = { ... } }.

local names = { "level", "ordered", "start", "tight", "checked", "header", "alignment", "name", "form", "label", "number",
  "speaker", "role", "info", "url", "title", "id", "class", "text" }

local function plain(node)
  local result = { type = node.type }
  for _, name in ipairs(names) do
    local value = node[name]
    if value ~= nil and value ~= false then result[name] = value end
  end
  for name, value in pairs(node.attributes) do
    result.attributes = result.attributes or {}
    result.attributes[name] = value
  end
  return result
end

return function(root)
  local top = plain(root)
  local node, at, above = root, top, {}
  while node do
    local child = node.first
    if child then
      at.children = {}
      above[#above + 1] = at
      node = child
    else
      while node ~= root and not node.next do
        node = node.parent
        above[#above] = nil
      end
      if node == root then break end
      node = node.next
    end
    local parent = above[#above]
    at = plain(node)
    parent.children[#parent.children + 1] = at
  end
  return top
end
