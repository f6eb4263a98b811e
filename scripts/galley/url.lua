--- URLs: their parts, putting them together, resolving, encoding. By RFC 3986; nothing is fetched.
--
-- galley.url in scripts: parse, build, resolve, encode, decode, query, parse_query, is_absolute.
-- A URL in parts is a plain table: scheme, user, host, port, path, query, fragment; each is text or absent, but port is an
-- integer and path always there. Parts are as they stand in the URL: what is percent-encoded stays so.

local url = {}

local function check(value, name, what)
  if type(value) ~= "string" then
    error(("url.%s: %s must be a string, not %s"):format(name, what, value == nil and "nil" or "a " .. type(value)), 3)
  end
  return value
end

--- The parts of a URL or reference; nil, message, "malformed" where it cannot be one.
function url.parse(text)
  check(text, "parse", "the URL")
  if text:find("[%z\1-\32\127]") then return nil, ("'%s' has blanks or control characters; encode them"):format(text), "malformed" end
  local parts, rest = {}, text
  local before, fragment = rest:match("^([^#]*)#(.*)$")
  if before then rest, parts.fragment = before, fragment end
  local head, query = rest:match("^([^?]*)%?(.*)$")
  if head then rest, parts.query = head, query end
  local scheme, behind = rest:match("^(%a[%w+.-]*):(.*)$")
  if scheme then parts.scheme, rest = scheme:lower(), behind end
  local authority, path = rest:match("^//([^/]*)(.*)$")
  if not authority then
    parts.path = rest
    return parts
  end
  parts.path = path
  local user, place = authority:match("^(.*)@(.*)$")
  if user then parts.user, authority = user, place end
  local host, port = authority:match("^(%[[%x:.]*%]):?(%d*)$")
  if not host then host, port = authority:match("^([^:%[%]\\<>\"^`{|}]*):?(%d*)$") end
  if not host then return nil, ("'%s' has no valid host"):format(text), "malformed" end
  if port ~= "" then
    if #port > 5 or tonumber(port) > 65535 then return nil, ("'%s' has a port beyond 65535"):format(text), "malformed" end
    parts.port = math.tointeger(tonumber(port))
  end
  parts.host = host:lower()
  return parts
end

--- Parts put together. A query may be a table, as for url.query.
function url.build(parts)
  if type(parts) ~= "table" then error("url.build: the parts must be a table, not " .. (parts == nil and "nil" or "a " .. type(parts)), 2) end
  local list = {}
  local function add(...) for _, text in ipairs { ... } do list[#list + 1] = text end end
  if parts.scheme then add(parts.scheme, ":") end
  if parts.host then
    add("//")
    if parts.user then add(parts.user, "@") end
    add(parts.host)
    if parts.port then add(":", ("%d"):format(parts.port)) end
  end
  local path = parts.path or ""
  if parts.host and path ~= "" and path:sub(1, 1) ~= "/" then path = "/" .. path end
  if not parts.host and path:sub(1, 2) == "//" then path = "/." .. path end
  if not parts.host and not parts.scheme and path:match("^[^/]*:") then path = "./" .. path end
  add(path)
  local query = parts.query
  if type(query) == "table" then query = url.query(query) end
  if query then add("?", query) end
  if parts.fragment then add("#", parts.fragment) end
  return table.concat(list)
end

-- RFC 3986, 5.2.4.
local function without_dots(path)
  local absolute = path:sub(1, 1) == "/"
  local result, part = {}, nil
  for item in ((absolute and path:sub(2) or path) .. "/"):gmatch("([^/]*)/") do
    part = item
    if part == ".." then
      result[#result] = nil
    elseif part ~= "." then
      result[#result + 1] = part
    end
  end
  if part == "." or part == ".." then result[#result + 1] = "" end
  return (absolute and "/" or "") .. table.concat(result, "/")
end

--- What `reference` means on the page `base` (RFC 3986, 5.2); nil, message, code as of parse.
function url.resolve(base, reference)
  check(base, "resolve", "the base")
  check(reference, "resolve", "the reference")
  local from, message, code = url.parse(base)
  if not from then return nil, message, code end
  local to
  to, message, code = url.parse(reference)
  if not to then return nil, message, code end
  if to.scheme then
    to.path = to.path:sub(1, 1) == "/" and without_dots(to.path) or to.path
    return url.build(to)
  end
  local result = { scheme = from.scheme, query = to.query, fragment = to.fragment }
  if to.host then
    result.host, result.port, result.user, result.path = to.host, to.port, to.user, without_dots(to.path)
    return url.build(result)
  end
  result.host, result.port, result.user = from.host, from.port, from.user
  if to.path == "" then
    result.path, result.query = from.path, to.query or from.query
  elseif to.path:sub(1, 1) == "/" then
    result.path = without_dots(to.path)
  else
    local folder = from.host and from.path == "" and "/" or from.path:match("^(.*/)") or ""
    result.path = without_dots(folder .. to.path)
  end
  return url.build(result)
end

--- Percent-encodes all bytes but letters, digits and - . _ ~, and those of `keep`.
function url.encode(text, keep)
  check(text, "encode", "the text")
  if keep ~= nil then check(keep, "encode", "the characters to keep") end
  local others = "[^-%w._~" .. (keep or ""):gsub("%W", "%%%0") .. "]"
  if not text:find(others) then return text end
  return (text:gsub(others, function(byte) return ("%%%02X"):format(byte:byte()) end))
end

--- Undoes percent-encoding. nil, message, "malformed" for "%" without two digits, or when the bytes are no UTF-8.
function url.decode(text)
  check(text, "decode", "the text")
  local bad = text:gsub("%%%x%x", ""):find("%", 1, true)
  if bad then return nil, ("'%s' has a %% without two hexadecimal digits"):format(text), "malformed" end
  local decoded = text:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end)
  if not utf8.len(decoded) then return nil, ("'%s' is not UTF-8 when it is decoded"):format(text), "malformed" end
  return decoded
end

local function encode_query(text)
  return (url.encode(text):gsub("%%20", "+"))
end

--- A table as a query, keys in the order of their bytes, a list repeats its key; or a list of { key, value } in its order.
function url.query(values)
  if type(values) ~= "table" then error("url.query: the values must be a table, not " .. (values == nil and "nil" or "a " .. type(values)), 2) end
  local pairs_list = {}
  if #values > 0 then
    for i, pair in ipairs(values) do
      if type(pair) ~= "table" then error("url.query: a list holds pairs such as { \"key\", \"value\" }", 2) end
      pairs_list[i] = pair
    end
  else
    local keys = {}
    for key in pairs(values) do
      if type(key) ~= "string" then error("url.query: a key must be text", 2) end
      keys[#keys + 1] = key
    end
    table.sort(keys)
    for _, key in ipairs(keys) do
      local value = values[key]
      for _, one in ipairs(type(value) == "table" and value or { value }) do pairs_list[#pairs_list + 1] = { key, one } end
    end
  end
  local list = {}
  for i, pair in ipairs(pairs_list) do
    local value = pair[2]
    list[i] = encode_query(tostring(pair[1])) .. (value ~= true and "=" .. encode_query(tostring(value == nil and "" or value)) or "")
  end
  return table.concat(list, "&")
end

--- A query as a list of { key, value }, and by key (the last of equal ones). Broken escapes are left as they are.
function url.parse_query(text)
  check(text, "parse_query", "the query")
  local list, by_key = {}, {}
  for item in (text:gsub("^%?", "")):gmatch("[^&]+") do
    local key, value = item:match("^([^=]*)=?(.*)$")
    key, value = key:gsub("+", " "), value:gsub("+", " ")
    key, value = url.decode(key) or key, url.decode(value) or value
    list[#list + 1] = { key, value }
    by_key[key] = value
  end
  return list, by_key
end

--- Whether it names a scheme: "https://x", "mailto:x"; not "/x" or "//host/x".
function url.is_absolute(text)
  return check(text, "is_absolute", "the URL"):find("^%a[%w+.-]*:") ~= nil
end

return url
