--- Values in messages and in what plugins print: in one line, without addresses, which differ from run to run.
local shown = {}

local MOST_TEXT <const>, MOST_ITEMS <const>, MOST_DEPTH <const> = 100, 100, 4

--- The text, or its beginning of at most so many bytes and an ellipsis; no character is cut in two.
function shown.cut(text, most)
  if #text <= most then return text end
  local last = most
  while last > 0 and last > most - 4 and text:byte(last + 1) & 0xC0 == 0x80 do last = last - 1 end
  return text:sub(1, last) .. "…"
end

--- For a message: a text's beginning, a number, true; of any other value what it is, as in "a table".
function shown.short(value)
  local kind = type(value)
  if kind == "string" then return "'" .. shown.cut(value, MOST_TEXT) .. "'" end
  if kind == "nil" or kind == "number" or kind == "boolean" then return tostring(value) end
  return "a " .. kind
end

local line

local function named(key, text, depth, seen)
  local plain = type(key) == "string" and key:find("^[%a_][%w_]*$")
  return (plain and key or "[" .. line(key, depth + 1, seen) .. "]") .. " = " .. text
end

-- Maps and lists of front matter, and attributes: their own order.
local function entries(value, depth, seen)
  if depth > MOST_DEPTH then return "{...}" end
  local parts = {}
  for key, item in pairs(value) do
    if #parts == MOST_ITEMS then
      parts[#parts + 1] = "..."
      break
    end
    local text = line(item, depth + 1, seen)
    parts[#parts + 1] = key == #parts + 1 and text or named(key, text, depth, seen)
  end
  return #parts == 0 and "{}" or "{ " .. table.concat(parts, ", ") .. " }"
end

local function members(value, depth, seen)
  if seen[value] or depth > MOST_DEPTH then return "{...}" end
  seen[value] = true
  local keys, parts, length = {}, {}, rawlen(value)
  for key in next, value do
    if math.type(key) ~= "integer" or key < 1 or key > length then keys[#keys + 1] = key end
  end
  table.sort(keys, function(a, b) -- names before all else, which has no order that is the same in every run
    if type(a) == type(b) and (type(a) == "string" or type(a) == "number") then return a < b end
    if type(a) == "string" or type(b) == "string" then return type(a) == "string" and type(b) ~= "string" end
    return type(a) == "number" and type(b) ~= "number"
  end)
  for i = 1, math.min(length, MOST_ITEMS) do parts[i] = line(rawget(value, i), depth + 1, seen) end
  for _, key in ipairs(keys) do
    if #parts == MOST_ITEMS then break end
    parts[#parts + 1] = named(key, line(rawget(value, key), depth + 1, seen), depth, seen)
  end
  if length + #keys > #parts then parts[#parts + 1] = "..." end
  seen[value] = nil
  return #parts == 0 and "{}" or "{ " .. table.concat(parts, ", ") .. " }"
end

function line(value, depth, seen)
  local kind = type(value)
  if kind == "string" and depth > 0 then return '"' .. shown.cut(value, MOST_TEXT):gsub('[\\"]', "\\%0") .. '"' end
  local meta = kind == "table" and getmetatable(value)
  if kind == "table" and not (type(meta) == "table" and (meta.__tostring or meta.__name)) then return members(value, depth, seen) end
  if kind == "function" or kind == "thread" then return kind end
  local text = tostring(value)
  if kind == "userdata" and (text:find("^a map of ") or text:find("^a list of %d+ item") or text:find("^attributes: ")) then
    return entries(value, depth, seen)
  end
  return text
end

--- For print: a text as it is; of tables, maps, lists and attributes what they hold.
function shown.line(value) return line(value, 0, {}) end

return shown
