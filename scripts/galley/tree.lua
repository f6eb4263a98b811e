--- A tree of nodes for reading: one line a node, indented, with its fields and its place.
--
--     3:1     document
--     3:1       heading level=2
--     3:4         text "Virtual wards"
--
-- The same for JSON, with keys in a fixed order.
local json = require("galley.ordered_json")

local tree = {}

-- Fields in the order in which they are shown; a node has some of them.
local fields = { "level", "ordered", "start", "delimiter", "tight", "checked", "header", "alignment", "name", "form", "label",
  "number", "speaker", "role", "quotation", "alone", "fenced", "fence", "info", "url", "title", "id", "class", "text" }
-- What goes without saying is left out of the readable form.
local silent = { fenced = true, delimiter = true, form = true }

local function quote(text, most)
  text = text:gsub("[%c\\\"]", { ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r", ["\\"] = "\\\\", ["\""] = "\\\"" })
  text = text:gsub("[\0-\31\127]", function(c) return ("\\x%02X"):format(c:byte()) end)
  if most and #text > most then
    local cut = most
    while cut > 1 and (text:byte(cut + 1) or 0) & 0xC0 == 0x80 do cut = cut - 1 end
    text = text:sub(1, cut) .. "…"
  end
  return '"' .. text .. '"'
end

local function field_parts(node, most)
  local parts = { node.type }
  for _, name in ipairs(fields) do
    local value = node[name]
    local said = value ~= nil and value ~= false and not silent[name] and not (name == "start" and not node.ordered)
    if said then
      if name == "text" then
        parts[#parts + 1] = quote(value, most)
      elseif value == true then
        parts[#parts + 1] = name
      elseif type(value) == "string" and not value:find("^[%w_-]+$") then
        parts[#parts + 1] = name .. "=" .. quote(value, most)
      else
        parts[#parts + 1] = ("%s=%s"):format(name, value)
      end
    end
  end
  local names = {}
  for name in pairs(node.attributes) do names[#names + 1] = name end
  for _, name in ipairs(names) do
    if name ~= "id" and name ~= "class" then
      parts[#parts + 1] = ("@%s=%s"):format(name, quote(tostring(node.attributes[name]), most))
    end
  end
  return parts
end

--- The lines of a tree. options: most (bytes of a text, nil for all), places (false: none), deepest.
function tree.lines(root, options)
  options = options or {}
  local lines, node, depth = {}, root, 0
  while node do
    local line = ("  "):rep(depth) .. table.concat(field_parts(node, options.most), " ")
    if options.places ~= false then
      local position = node.position
      line = ("%-8s%s"):format(position and position.line .. ":" .. position.column or "-", line)
    end
    lines[#lines + 1] = line
    local child = node.first
    if child then
      node, depth = child, depth + 1
    else
      while node and node ~= root and not node.next do
        node, depth = node.parent, depth - 1
      end
      if not node or node == root then break end
      node = node.next
    end
  end
  return lines
end

--- The tree as one text.
function tree.text(root, options) return table.concat(tree.lines(root, options), "\n") .. "\n" end

local function add(out, indent, key, value)
  out[#out + 1] = (",\n%s%s: %s"):format(indent, json.string(key), value)
end

local function open_json(node, indent)
  local out = { ("{\n%s\"type\": %s"):format(indent, json.string(node.type)) }
  for _, name in ipairs(fields) do
    local value = node[name]
    if value ~= nil and value ~= false and not (name == "start" and not node.ordered) then add(out, indent, name, json.scalar(value)) end
  end
  local names, list = {}, {}
  for name in pairs(node.attributes) do names[#names + 1] = name end
  for _, name in ipairs(names) do
    if name ~= "id" and name ~= "class" then
      list[#list + 1] = json.string(name) .. ": " .. json.scalar(node.attributes[name])
    end
  end
  if #list > 0 then add(out, indent, "attributes", "{ " .. table.concat(list, ", ") .. " }") end
  local position = node.position
  if position then
    add(out, indent, "position", ("{ \"line\": %d, \"column\": %d, \"first_byte\": %d, \"last_byte\": %d }"):format(
      position.line, position.column, position.first_byte, position.last_byte))
  end
  return table.concat(out)
end

--- The tree as JSON, its lines after the first indented by `outer`.
function tree.json(root, outer)
  local out, node, depth = {}, root, 0
  outer = outer or ""
  local function indent(extra) return outer .. ("  "):rep(2 * depth + extra) end
  while node do
    out[#out + 1] = open_json(node, indent(1))
    local child = node.first
    if child then
      out[#out + 1] = (",\n%s\"children\": [\n%s"):format(indent(1), indent(2))
      node, depth = child, depth + 1
    else
      out[#out + 1] = ("\n%s}"):format(indent(0))
      while node and node ~= root and not node.next do
        node, depth = node.parent, depth - 1
        out[#out + 1] = ("\n%s]\n%s}"):format(indent(1), indent(0))
      end
      if not node or node == root then break end
      out[#out + 1] = (",\n%s"):format(indent(0))
      node = node.next
    end
  end
  return table.concat(out)
end

return tree
