--- Where pages of other generators have their addresses: patterns such as /:year/:month/:title/, and paths.
local places = require("places")

local addresses = { normal = places.normal, folder = places.folder, relative = places.relative }

--- An address as a key: without host, query, fragment, ending and index, and decoded.
function addresses.key(url)
  local path = url:gsub("[?#].*$", "")
  path = galley.url.decode(path) or path
  return (path:lower():gsub("/index%.html?$", "/"):gsub("%.html?$", ""):gsub("/+$", ""):gsub("^/*", "/"))
end

--- A name as it stands in an address.
function addresses.slug(text) return galley.text.slug(tostring(text), 200) end

--- The parts of a path: folder (with its slash), name, ending, and a date at the name's start.
function addresses.parts(path)
  local folder, file = path:match("^(.*/)([^/]*)$")
  folder, file = folder or "", file or path
  local name, ending = file:match("^(.+)(%.[^.]+)$")
  name = name or file
  local date, rest = name:match("^(%d%d%d%d%-%d%d?%-%d%d?)%-(.+)$")
  return { folder = folder, name = name, ending = ending or "", date = date, rest = rest or name }
end

--- A pattern filled in: `fields` gives the values of its placeholders. nil and the placeholder that has none.
function addresses.fill(pattern, fields)
  local unknown
  local url = pattern:gsub(":([%a_]+)", function(name)
    local value = fields[name]
    if value == nil then unknown = unknown or name end
    return value
  end)
  if unknown then return nil, unknown end
  return (url:gsub("//+", "/"))
end

--- year, month, day and so on of a date, for patterns.
function addresses.date_fields(text, fields)
  local date = text and galley.date.parse(tostring(text))
  if not date then return end
  fields.year, fields.month, fields.day = ("%04d"):format(date.year), ("%02d"):format(date.month), ("%02d"):format(date.day)
  fields.short_year, fields.i_month, fields.i_day = ("%02d"):format(date.year % 100), tostring(date.month), tostring(date.day)
  fields.y_day, fields.yearday = ("%03d"):format(date.yearday), tostring(date.yearday)
  fields.hour, fields.minute, fields.second = ("%02d"):format(date.hour or 0), ("%02d"):format(date.minute or 0), ("%02d"):format(date.second or 0)
  fields.monthname, fields.weekdayname, fields.weekday = date:format("%B"):lower(), date:format("%A"):lower(), tostring(date.weekday % 7)
end

return addresses
