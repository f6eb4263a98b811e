--- XML that every parser takes: text escaped, and freed of the characters that XML 1.0 cannot hold.
local xml = {}
local escape, element = galley.xml.escape, galley.xml.element

--- For text and for attributes in double quotes; nil is no text.
function xml.text(value)
  if value == nil then return "" end
  return escape(tostring(value))
end

--- A CDATA section; "]]>" stands in two.
function xml.cdata(value)
  local text = value == nil and "" or tostring(value)
  if text:find("[\0-\8\11\12\14-\31\127\239]") then
    text = text:gsub("[\0-\8\11\12\14-\31\127]", ""):gsub("\239\191[\190\191]", "")
  end
  return "<![CDATA[" .. text:gsub("]]>", "]]]]><![CDATA[>") .. "]]>"
end

--- One element with text in it, on a line of its own; nothing for no text. Attributes stand as they are given.
function xml.line(indent, name, value, attributes)
  if value == nil or value == "" then return "" end
  return indent .. element(name, value, attributes) .. "\n"
end

return xml
