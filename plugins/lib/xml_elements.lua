--- Reading the tables that galley.xml.records gives.
local elements = {}

--- All text below an element.
function elements.text(element)
  if element == nil then return nil end
  local only = element[1]
  if only == nil then return "" end
  if element[2] == nil and type(only) == "string" then return only end
  local parts, above, i = {}, {}, 1
  while element do
    local part = element[i]
    if part == nil then
      local up = table.remove(above)
      if not up then break end
      element, i = up[1], up[2]
    elseif type(part) == "string" then
      parts[#parts + 1] = part
      i = i + 1
    else
      above[#above + 1] = { element, i + 1 }
      element, i = part, 1
    end
  end
  return table.concat(parts)
end

--- The first child of a name.
function elements.child(element, name)
  for i = 1, #element do
    local part = element[i]
    if type(part) == "table" and part.name == name then return part end
  end
end

--- The text of the first child of a name; nil when there is none.
function elements.get(element, name)
  local found = elements.child(element, name)
  return found and elements.text(found)
end

return elements
