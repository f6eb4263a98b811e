--- What makes a value safe to print, one function for each place in a page where a value may stand.
--
-- Templates choose the function when they are compiled (galley.template_context says which place is which); nothing
-- here guesses. Every function takes any value and returns a string: nil prints as nothing, numbers without a needless
-- ".0", dates and terms by their __tostring. A table that has no __tostring is an error, raised at the caller's line:
-- its address would print, and differ in every build.
--
-- Sources: the HTML Living Standard's tokenizer (what ends a value), CSS Syntax 3 (escapes), ECMA-262 and RFC 8259
-- (strings; U+2028 and U+2029 end a line in old JavaScript), RFC 3986 (what a URL may hold), and the filters of Go's
-- html/template, whose rules these follow.

local escape = {}

local find, gsub, format, byte, match = string.find, string.gsub, string.format, string.byte, string.match
local lower, sub, concat = string.lower, string.sub, table.concat
local type, tostring, getmetatable, setmetatable, error = type, tostring, getmetatable, setmetatable, error
local math_type = math.type

--- What stands where a value had to be refused.
escape.BLOCKED_URL = "#blocked"
escape.BLOCKED_CSS = "blocked"

-- ---------------------------------------------------------------- safe HTML

local Safe = { __name = "safe HTML" }
Safe.__tostring = function(safe) return safe.html end

--- HTML that a text context prints as it is: the result of raw() and of macros.
function escape.safe(html)
  return setmetatable({ html = html }, Safe)
end

-- ---------------------------------------------------------------- any value to a string

local plain_entities = { ["&lt;"] = "<", ["&gt;"] = ">", ["&quot;"] = '"', ["&#39;"] = "'", ["&#34;"] = '"', ["&amp;"] = "&" }

local function without_tags(html)
  return (gsub(gsub(html, "<[^>]*>", ""), "&#?%w+;", plain_entities))
end

-- The level is that of the template's chunk, seen from here: this function, the escaper, what writes (core/lua/page_api.h),
-- the chunk.
local function to_string(value, level)
  local kind = type(value)
  if kind == "string" then return value end
  if kind == "nil" then return "" end
  if kind == "number" then
    if math_type(value) == "float" and value % 1 == 0 and value > -1e15 and value < 1e15 then
      return format("%d", value)
    end
    return tostring(value)
  end
  if kind == "boolean" then return tostring(value) end
  local metatable = getmetatable(value)
  if metatable == Safe then return without_tags(value.html) end
  if (kind == "table" or kind == "userdata") and type(metatable) == "table" and metatable.__tostring then
    return tostring(value)
  end
  if kind == "userdata" and type(metatable) ~= "table" and metatable ~= nil then return tostring(value) end
  error("a " .. kind .. " cannot be printed; name one of its fields, or call it", level)
end

-- Names, titles and URLs return on page after page, so short results are kept: finding one costs a tenth of making it.
local KEPT_RESULTS, KEPT_BYTES = 1024, 200

-- A public escaper from a function of strings; `safe_as_is` makes the string of safe HTML, where its tags may stay.
local function of_strings(encode, safe_as_is)
  local kept, count = {}, 0
  return function(value)
    local known = kept[value]
    if known then return known end
    if type(value) ~= "string" then
      if safe_as_is and getmetatable(value) == Safe then return safe_as_is(value.html) end
      value = to_string(value, 4)
    end
    local result = encode(value)
    if #value <= KEPT_BYTES then
      if count == KEPT_RESULTS then kept, count = {}, 0 end
      kept[value], count = result, count + 1
    end
    return result
  end
end

local function as_is(text) return text end

-- ---------------------------------------------------------------- HTML

local encode_html = galley.html.escape

-- Anything that could end an unquoted value, or start another one.
local function encode_unquoted(text)
  return (gsub(text, "[%z\1-\32\127\"'`=<>&/]", function(c)
    return c == "\0" and "&#65533;" or format("&#%d;", byte(c))
  end))
end

-- Inside <!-- -->: nothing that could end the comment, alone or with the dashes around it.
local function encode_comment(text)
  text = gsub(gsub(text, "[<>&%z]", " "), "%-%-+", "-")
  text = gsub(gsub(text, "^[-!]+", ""), "[-!]+$", "")
  return text == "" and " " or text
end

-- Inside a script's or a style's comment.
local function encode_code_comment(text)
  text = gsub(text, "[^%w ._,:-]", " ")
  return text == "" and " " or text
end

-- XML 1.0 has no place for most control characters, not even as references.
local function encode_xml(text)
  if find(text, "[%z\1-\8\11\12\14-\31]") then text = gsub(text, "[%z\1-\8\11\12\14-\31]", "") end
  return encode_html(text)
end

local function encode_cdata(text)
  text = gsub(text, "[%z\1-\8\11\12\14-\31]", "")
  return (gsub(gsub(text, "%]%]>", "]] >"), "%]$", "] "))
end

-- ---------------------------------------------------------------- URLs

local allowed_schemes = { http = true, https = true, mailto = true, tel = true }

local function percent(c) return format("%%%02X", byte(c)) end

--- Keeps what a URL may hold, and percent-encodes the rest; quotes and brackets too, so that it can stand in url().
local function url_normal(text)
  return (gsub(text, "[^%w%%;/?:@&=+$,#!*~._-]", percent))
end

local function url_component(text)
  return (gsub(text, "[^%w._~-]", percent))
end

-- Browsers drop spaces and controls around a URL, and tabs and line ends within it, before they look for the scheme.
local function url_allowed(text)
  local head = gsub(text, "[%z\1-\32\127]", "")
  local scheme = match(head, "^([^/?#]*):")
  return scheme == nil or allowed_schemes[lower(scheme)] == true
end

local function url_whole(text)
  if not url_allowed(text) then return escape.BLOCKED_URL end
  return url_normal(match(text, "^[%z\1-\32]*(.-)[%z\1-\32]*$"))
end

-- A part before which no "/" was seen: a colon in it might make a scheme of what stands before.
local function url_head_part(text)
  return (gsub(url_normal(text), ":", "%%3A"))
end

local function srcset_whole(text)
  local candidates = {}
  for candidate in string.gmatch(text .. ",", "([^,]*),") do
    local url, descriptor = match(candidate, "^%s*([^%s]*)%s*(.-)%s*$")
    if url ~= "" then
      if descriptor == "" or find(descriptor, "^%d*%.?%d+[wxh]$") then
        url = url_whole(url)
        candidates[#candidates + 1] = descriptor == "" and url or url .. " " .. descriptor
      else
        candidates[#candidates + 1] = escape.BLOCKED_URL
      end
    end
  end
  return concat(candidates, ", ")
end

local function srcset_part(text)
  return (gsub(url_normal(text), "[:,]", percent))
end

-- ---------------------------------------------------------------- scripts

-- Only \uXXXX, which strings of JavaScript and of JSON share. & < > keep the page's parser out (</script>, <!--, and
-- entities inside attributes), quotes and the backtick keep the string closed.
local function encode_js_string(text)
  text = gsub(text, "[%z\1-\31\127\"'\\`<>&$/=+-]", function(c) return format("\\u%04x", byte(c)) end)
  if find(text, "\226\128[\168\169]") then
    text = gsub(text, "\226\128([\168\169])", { ["\168"] = "\\u2028", ["\169"] = "\\u2029" })
  end
  return text
end

local json_escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function json_string(text)
  text = gsub(text, "[%z\1-\31\127\"\\<>&']", function(c) return json_escapes[c] or format("\\u%04x", byte(c)) end)
  if find(text, "\226\128[\168\169]") then
    text = gsub(text, "\226\128([\168\169])", { ["\168"] = "\\u2028", ["\169"] = "\\u2029" })
  end
  return '"' .. text .. '"'
end

local MAX_DEPTH = 64

local json_value

-- Lists are 1..n without a hole; everything else is an object with its keys in byte order, so that the same value
-- gives the same bytes.
-- In a script (not in JSON) a "__proto__" written as such would set the object's prototype.
local function json_table(value, depth, script)
  if depth > MAX_DEPTH then return nil, "a table nested deeper than " .. MAX_DEPTH .. " levels, or one that holds itself" end
  local parts, count, length = {}, 0, #value
  local keys = {}
  for key in pairs(value) do
    count = count + 1
    keys[count] = key
  end
  if count == length then
    for index = 1, length do
      local part, message = json_value(value[index], depth + 1, script)
      if not part then return nil, message end
      parts[index] = part
    end
    return "[" .. concat(parts, ",") .. "]"
  end
  for index = 1, count do
    local kind = type(keys[index])
    if kind ~= "string" and kind ~= "number" then return nil, "a key that is a " .. kind end
  end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for index = 1, count do
    local part, message = json_value(value[keys[index]], depth + 1, script)
    if not part then return nil, message end
    local key = json_string(tostring(keys[index]))
    if script and key == '"__proto__"' then key = '["__proto__"]' end
    parts[index] = key .. ":" .. part
  end
  return "{" .. concat(parts, ",") .. "}"
end

function json_value(value, depth, script)
  local kind = type(value)
  if kind == "string" then return json_string(value) end
  if kind == "nil" then return "null" end
  if kind == "boolean" then return tostring(value) end
  if kind == "number" then
    if value ~= value or value == math.huge or value == -math.huge then return "null" end
    return math_type(value) == "integer" and format("%d", value) or format("%.17g", value)
  end
  local metatable = getmetatable(value)
  if metatable == Safe then return json_string(value.html) end
  if type(metatable) == "table" and not metatable.__pairs and metatable.__tostring then return json_string(tostring(value)) end
  if kind == "table" or type(metatable) == "table" and metatable.__pairs then return json_table(value, depth, script) end
  if kind == "userdata" then return json_string(tostring(value)) end
  return nil, "a " .. kind
end

-- A value by itself is set off by spaces: between "-" and "-1", or beside a name, it must stay a token of its own.
local function of_json(encode, script)
  return function(value)
    local json, message = json_value(value, 1, script)
    if not json then error("a script cannot hold " .. message .. "; give it text, numbers and plain tables", 3) end
    local first = byte(json)
    if first ~= 34 and first ~= 91 and first ~= 123 then json = " " .. json .. " " end
    return encode and encode(json) or json
  end
end

-- ---------------------------------------------------------------- styles

-- Lengths, numbers, colours, names and lists of them: no quote, bracket, colon, slash or backslash.
local function encode_css_value(text)
  if find(text, "^[%w%s.,#%%+_\128-\255-]*$") and not find(text, "[%z\n\r\f]") then return text end
  return escape.BLOCKED_CSS
end

local function encode_css_string(text)
  return (gsub(text, "[^%w ._\128-\255]", function(c)
    return c == "\0" and "\\fffd " or format("\\%x ", byte(c))
  end))
end

-- ---------------------------------------------------------------- the table of escapers

local string_encoders = {
  rcdata = encode_html,
  attribute = encode_html,
  comment = encode_comment,
  code_comment = encode_code_comment,
  xml = encode_xml,
  srcdoc = encode_html,
  url = url_whole,
  url_head = url_head_part,
  url_path = url_normal,
  url_query = url_component,
  srcset = srcset_whole,
  srcset_part = srcset_part,
  js_string = encode_js_string,
  css_value = encode_css_value,
  css_string = encode_css_string,
}

local escapers = {
  json = of_json(nil),
  js = of_json(nil, true),
  js_quoted = of_json(encode_html, true),
  js_unquoted = of_json(encode_unquoted, true),
}
for name, encode in pairs(string_encoders) do
  escapers[name] = of_strings(encode)
  -- The same inside an attribute's value, which the page's parser decodes first.
  escapers[name .. "_quoted"] = of_strings(function(text) return encode_html(encode(text)) end)
  escapers[name .. "_unquoted"] = of_strings(function(text) return encode_unquoted(encode(text)) end)
end
escapers.attribute_unquoted = of_strings(encode_unquoted)

-- Most URLs are plain paths: one look is enough for them.
escapers.url_quoted = of_strings(function(text)
  if find(text, "^[%w/._-]*$") then return text end
  return encode_html(url_whole(text))
end)

-- Quicker than looking up what it gave before.
function escapers.text(value)
  if type(value) == "string" then return encode_html(value) end
  if getmetatable(value) == Safe then return value.html end
  return encode_html(to_string(value, 4))
end
escapers.xml_text = of_strings(encode_xml, as_is)
-- Feeds carry whole pages in CDATA, and a plain text file has no markup: raw HTML stays whole in both.
escapers.cdata = of_strings(encode_cdata, encode_cdata)
escapers.plain = of_strings(as_is, as_is)
escapers.attribute_quoted = escapers.attribute

--- What `{{ raw(x) }}` prints: the value as it is.
function escapers.raw(value)
  if type(value) == "string" then return value end
  local metatable = getmetatable(value)
  if metatable == Safe then return value.html end
  return (to_string(value, 4))
end

escape.escapers = escapers
escape.html = encode_html
escape.json = escapers.json

--- raw(x): marks HTML that is known to be safe.
function escape.raw(value)
  if getmetatable(value) == Safe then return value end
  return escape.safe(to_string(value, 3))
end

return escape
