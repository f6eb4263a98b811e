--- WordPress's paragraph rule, which its pages have been shown with since 2003: empty lines part paragraphs, single line
-- ends are breaks, block elements stand by themselves. Written anew from what the rule does.

local blocks = {}
for name in ("table thead tfoot caption col colgroup tbody tr td th div dl dd dt ul ol li pre form map area blockquote address " ..
  "style p h1 h2 h3 h4 h5 h6 hr fieldset legend section article aside hgroup header footer nav figure figcaption details menu " ..
  "summary main script iframe"):gmatch("%S+") do blocks[name] = true end

-- Line ends that are none: within these elements, and within tags.
local literal = { "pre", "script", "style", "textarea" }

-- A pattern goes through a text byte by byte; whether it can match at all is found much faster.
local function has(text, what) return text:find(what, 1, true) end

local function trimmed(piece)
  local last = #piece
  while last > 0 and piece:find("^%s", last) do last = last - 1 end
  return piece:sub(piece:find("%S") or 1, last)
end

-- What a tag becomes: blocks stand apart, and no tag has a line end in it; nil: it stays.
local function tag_of(slash, name, rest)
  local low = name:lower()
  if not blocks[low] and low ~= "br" and not has(rest, "\n") then return nil end
  local tag = ("<%s%s%s>"):format(slash, name, (rest:gsub("\n", " ")))
  if not blocks[low] then return low == "br" and "<br>" or tag end
  if low == "hr" then return "\n\n" .. tag .. "\n\n" end
  if slash == "" then return "\n\n" .. tag .. "\3" end
  return "\3" .. tag .. "\n\n"
end

-- Names of tags that stay as they are, when they are on one line; nearly all are of these.
local inline = {}
for name in ("a abbr b big cite code del dfn em i img ins kbd q s small span strike strong sub sup tt u var"):gmatch("%S+") do inline[name] = true end

local function with_tags(text)
  local parts, at, from = {}, 1, 1
  while true do
    local first = text:find("<", at, true)
    if not first then break end
    local short, last = text:match("^/?(%l+)[^<>\n]*()>", first + 1)
    if short and inline[short] then
      at = last
    else
      local slash, name, rest, behind = text:match("^<(/?)(%a%w*)([^<>]*)>()", first)
      local tag = behind and tag_of(slash, name, rest)
      if tag then
        parts[#parts + 1] = text:sub(from, first - 1)
        parts[#parts + 1] = tag
        from = behind
      end
      at = behind or first + 1
    end
  end
  if from == 1 then return text end
  parts[#parts + 1] = text:sub(from)
  return table.concat(parts)
end

-- The next empty line: its first and last byte.
local function empty_line(text, at)
  local first = text:find("\n", at, true)
  while first do
    local _, last = text:find("^\n[ \t]*\n%s*", first)
    if last then return first, last end
    first = text:find("\n", first + 1, true)
  end
end

return function(text)
  if has(text, "\r") then text = text:gsub("\r\n?", "\n") end
  if not text:find("\n", 1, true) and not text:find("<", 1, true) then return "<p>" .. text .. "</p>" end
  local kept = {}
  local function keep(part)
    kept[#kept + 1] = part
    return ("\1%d\2"):format(#kept)
  end
  if has(text, "\1") or has(text, "\2") then text = text:gsub("[\1\2]", "") end
  local lower = text:lower()
  for _, name in ipairs(literal) do
    if lower:find("<" .. name, 1, true) then
      local parts, at = {}, 1
      local lowered = text:lower()
      while true do
        local first, last = lowered:find("<" .. name .. "%f[^%w][^>]*>", at)
        if not first then break end
        local _, closing = lowered:find("</" .. name .. ">", last + 1, true)
        closing = closing or #text
        parts[#parts + 1] = text:sub(at, first - 1)
        parts[#parts + 1] = "\n\n" .. keep(text:sub(first, closing)) .. "\n\n"
        at = closing + 1
      end
      parts[#parts + 1] = text:sub(at)
      text = table.concat(parts)
    end
  end
  if text:find("<", 1, true) then
    text = with_tags(text)
    if has(text, "<br>") then text = text:gsub("<br>%s*<br>", "\n\n") end
    if has(text, "<!--") then text = text:gsub("<!%-%-.-%-%->", function(comment) return (comment:gsub("\n", " ")) end) end
  end
  local out = {}
  if has(text, "\3") then text = text:gsub("\3[ \t\n]*", "\3"):gsub("[ \t\n]*\3", "\3") end
  text = text .. "\n\n"
  local at = 1
  while at <= #text do
    local first, last = empty_line(text, at)
    local piece = text:sub(at, (first or #text + 1) - 1)
    at = (last or #text) + 1
    piece = trimmed(piece)
    if piece ~= "" then
      local begins = piece:find("^\3?</?%a") and blocks[(piece:match("^\3?</?(%a%w*)") or ""):lower()] or piece:find("^\1%d+\2$")
      if has(piece, "\n") then piece = piece:gsub("[ \t]*<br>[ \t]*\n", "<br>"):gsub("[ \t]*\n", "<br>\n") end
      if has(piece, "\3") then piece = piece:gsub("\3", "") end
      out[#out + 1] = begins and piece or "<p>" .. piece .. "</p>"
    end
  end
  if #kept == 0 then return table.concat(out, "\n") end
  return (table.concat(out, "\n"):gsub("\1(%d+)\2", function(number) return kept[tonumber(number)] end))
end
