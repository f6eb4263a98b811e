--- XML that every parser takes: text escaped, and freed of the characters that XML 1.0 cannot hold.
local xml = {}

local entities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

local function clean(value)
  if value == nil then return "" end
  local text = tostring(value)
  if text:find("[\0-\8\11\12\14-\31\127\239]") then
    text = text:gsub("[\0-\8\11\12\14-\31\127]", ""):gsub("\239\191[\190\191]", "")
  end
  return text
end

--- For text and for attributes in double quotes; nil is no text.
function xml.text(value)
  local text = clean(value)
  if text:find('[&<>"]') then text = text:gsub('[&<>"]', entities) end
  return text
end

--- A CDATA section; "]]>" stands in two.
function xml.cdata(value) return "<![CDATA[" .. clean(value):gsub("]]>", "]]]]><![CDATA[>") .. "]]>" end

--- One element with text in it, on a line of its own; nothing for no text.
function xml.line(indent, name, value, attributes)
  if value == nil or value == "" then return "" end
  return ("%s<%s%s>%s</%s>\n"):format(indent, name, attributes or "", xml.text(value), name)
end

return xml
