--- Addresses in a body, changed in place: all other bytes stay, which is checked by reading the result again.
local links = {}

local function each_link(document)
  local list = {}
  for node in document:each("link, image") do list[#list + 1] = node end
  return list
end

-- Whether a destination begins behind `at`: behind "](", blanks and perhaps a "<".
local function begins_behind(text, at)
  if text:sub(at, at) == "<" then at = at - 1 end
  while at > 0 and text:find("^%s", at) do at = at - 1 end
  return text:sub(math.max(at - 1, 1), at) == "]("
end

-- Where the destination `url` stands in the source of an inline link: the last place behind a bracket.
local function place_of(text, url)
  local found, at = nil, 1
  if url == "" then return nil end
  while true do
    local first, last = text:find(url, at, true)
    if not first then return found end
    if begins_behind(text, first - 1) then found = first end
    at = last + 1
  end
end

-- Definitions of references: [name]: address
local function definitions(body, taken, change)
  local edits, at = {}, 1
  while at <= #body do
    local stop = body:find("\n", at, true) or #body + 1
    local line = body:sub(at, stop - 1)
    local head = line:match("^ ? ? ?%[[^%]^][^%]]*%]:[ \t]*<?")
    if head and not taken(at) then
      local rest = line:sub(#head + 1)
      local url = head:find("<$") and rest:match("^([^>]*)>") or rest:match("^{{.-}}[^%s]*") or rest:match("^{%%.-%%}[^%s]*") or rest:match("^%S+")
      local new = url and change(url)
      if new and new ~= url then edits[#edits + 1] = { at + #head, at + #head + #url - 1, new } end
    end
    at = stop + 1
  end
  return edits
end

-- Where an attribute's value ends; a shortcode in it may have the same quotes.
local function value_end(body, at, quote, last)
  while at <= last do
    local first, _, mark = body:find("([\"'{])", at)
    if not first or first > last then break end
    if mark == quote then return first end
    local _, behind = body:find("^{{.-}}", first)
    if not behind then _, behind = body:find("^{%%.-%%}", first) end
    at = (behind or first) + 1
  end
  return last + 1
end

-- Addresses in raw HTML, { first, last, new }. Of a body with many tags no more than each tag is looked through.
local function in_html(body, first, last, change)
  local edits, at, html = {}, 1, body:sub(first, last)
  while true do
    local from, to, name, quote = html:find("%f[%w](%a+)%s*=%s*([\"'])", at)
    if not from then return edits end
    local stop = value_end(html, to + 1, quote, #html)
    name = name:lower()
    if name == "href" or name == "src" then
      local url = html:sub(to + 1, stop - 1)
      local new = change(url, true)
      if new and new ~= url then edits[#edits + 1] = { first + to, first + stop - 2, new } end
    end
    at = stop + 1
  end
end

--- The body with other addresses: `change(url, in_html)` gives the new one or nil. Also the document as it was, as it is now,
-- and how many links could not be changed in place.
function links.rewrite(body, options, change)
  local document, problem = galley.markdown.parse(body, options)
  if not document then return nil, problem end
  local edits, wanted, missed, code = {}, {}, 0, {}
  local old = each_link(document)
  local referred = false
  for i, node in ipairs(old) do
    local url = node.url or ""
    local new = change(url)
    wanted[i] = new or url
    if new and new ~= url then
      local position = node.position
      local first = position and place_of(body:sub(position.first_byte, position.last_byte), url)
      if first then
        first = position.first_byte + first - 1
        edits[#edits + 1] = { first, first + #url - 1, new }
      else
        referred = true
      end
    end
  end
  for node in document:each("code_block") do
    local position = node.position
    if position then code[#code + 1] = { position.first_byte, position.last_byte } end
  end
  local function taken(at)
    for _, range in ipairs(code) do if at >= range[1] and at <= range[2] then return true end end
    return false
  end
  if referred then for _, edit in ipairs(definitions(body, taken, change)) do edits[#edits + 1] = edit end end
  for node in document:each("html_block, html_inline") do
    local position = node.position
    if position then
      for _, edit in ipairs(in_html(body, position.first_byte, position.last_byte, change)) do edits[#edits + 1] = edit end
    end
  end
  if #edits == 0 then return body, document, document, referred and 1 or 0 end
  table.sort(edits, function(a, b) return a[1] < b[1] end)
  local parts, at = {}, 1
  for _, edit in ipairs(edits) do
    if edit[1] >= at then
      parts[#parts + 1] = body:sub(at, edit[1] - 1)
      parts[#parts + 1] = edit[3]
      at = edit[2] + 1
    end
  end
  parts[#parts + 1] = body:sub(at)
  local result = table.concat(parts)
  local again = galley.markdown.parse(result, options)
  local now = again and each_link(again) or {}
  if not again or #now ~= #old or again:plain() ~= document:plain() then return body, document, document, #edits end
  for i, node in ipairs(now) do if node.url ~= wanted[i] then missed = missed + 1 end end
  return result, document, again, missed
end

return links
