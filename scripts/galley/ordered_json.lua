--- JSON with keys in the order in which they are given, for what commands print.
local json = {}

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function escape(c) return escapes[c] or ("\\u%04x"):format(c:byte()) end

function json.string(text)
  if not utf8.len(text) then text = text:gsub("[\128-\255]", "?") end
  return '"' .. text:gsub('[%c"\\\127]', escape) .. '"'
end

--- Text, numbers, booleans and nil; what else there is, as its text.
function json.scalar(value)
  if value == nil then return "null" end
  if type(value) == "boolean" then return tostring(value) end
  if math.type(value) == "integer" then return tostring(value) end
  if type(value) == "number" then
    if value ~= value or value == math.huge or value == -math.huge then return "null" end
    local text = ("%.14g"):format(value)
    return tonumber(text) == value and text or ("%.17g"):format(value)
  end
  return json.string(tostring(value))
end

--- Any value of an article: maps in their own order, lists, dates, terms (their names), plain tables
-- (keys in order). `indent` nil: on one line.
function json.value(value, indent, depth)
  depth = depth or 0
  if depth > 64 then return '"..."' end
  local keys, length
  if type(value) == "userdata" then
    if tostring(value):find("^a map ") then
      keys = {}
      for key in pairs(value) do keys[#keys + 1] = key end
    else
      local is_list, count = pcall(function() return #value end)
      if not is_list then return json.string(tostring(value)) end -- a date, a term
      length = count
    end
  elseif type(value) == "table" then
    length = #value
    if length == 0 and next(value) ~= nil then
      keys = {}
      for key in pairs(value) do keys[#keys + 1] = key end
      table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
    end
  else
    return json.scalar(value)
  end
  local parts = {}
  if keys then
    for _, key in ipairs(keys) do
      parts[#parts + 1] = json.string(tostring(key)) .. ": " .. json.value(value[key], indent, depth + 1)
    end
  else
    for i = 1, length do parts[i] = json.value(value[i], indent, depth + 1) end
  end
  local open, close = keys and "{" or "[", keys and "}" or "]"
  if #parts == 0 then return open .. close end
  if not indent then return open .. table.concat(parts, ", ") .. close end
  local inner, outer = "\n" .. indent .. ("  "):rep(depth + 1), "\n" .. indent .. ("  "):rep(depth)
  return open .. inner .. table.concat(parts, "," .. inner) .. outer .. close
end

return json
