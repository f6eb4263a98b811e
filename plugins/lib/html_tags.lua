--- Tags in raw HTML for edits: one is changed, and no byte outside it.
local html_tags = {}

--- Where a tag's end is, past attributes in quotes; nil when it has none.
local function tag_end(html, at)
  while true do
    local place = html:find("[\"'>]", at)
    if not place then return nil end
    local found = html:sub(place, place)
    if found == ">" then return place end
    at = html:find(found, place + 1, true)
    if not at then return nil end
    at = at + 1
  end
end

--- The HTML with change(tag) in place of each start tag of the name; nil keeps it. Comments are skipped.
function html_tags.map(html, name, change)
  local out, at, copied = {}, 1, 1
  while true do
    local first = html:find("<", at, true)
    if not first then break end
    if html:sub(first, first + 3) == "<!--" then
      local _, close = html:find("-->", first + 4, true)
      if not close then break end
      at = close + 1
    elseif html:sub(first + 1, first + #name):lower() == name and html:sub(first + #name + 1, first + #name + 1):find("^[%s/>]") then
      local last = tag_end(html, first + 1)
      if not last then break end
      local new = change(html:sub(first, last))
      if new then
        out[#out + 1] = html:sub(copied, first - 1) .. new
        copied = last + 1
      end
      at = last + 1
    else
      at = first + 1
    end
  end
  return #out > 0 and table.concat(out) .. html:sub(copied) or html
end

--- An attribute's value in a tag, and where the value's bytes are; nil when the tag has no such attribute.
function html_tags.attribute(tag, name)
  local at = tag:find("[%s/>]") or #tag
  while true do
    local first, last, found = tag:find("([^%s\"'=<>/]+)", at)
    if not first then return nil end
    local _, equals = tag:find("^%s*=%s*", last + 1)
    local value, from, to
    if equals then
      local quote = tag:sub(equals + 1, equals + 1)
      if quote == '"' or quote == "'" then
        from, to = equals + 2, (tag:find(quote, equals + 2, true) or #tag) - 1
        at = to + 2
      else
        from, to = tag:find("^[^%s>]*", equals + 1)
        at = to + 1
      end
      value = tag:sub(from, to)
    else
      value, at = "", last + 1
    end
    if found:lower() == name then return value, from, to end
  end
end

--- The tag with another value of an attribute that it has.
function html_tags.with(tag, name, change)
  local value, from, to = html_tags.attribute(tag, name)
  local new = from and change(value)
  if not new or new == value then return nil end
  return tag:sub(1, from - 1) .. new .. tag:sub(to + 1)
end

--- Changes the raw HTML of a document, block by block and tag by tag.
function html_tags.each(document, name, change)
  for node in document:each("html_block, html_inline") do
    local new = html_tags.map(node.text, name, change)
    if new ~= node.text then node.text = new end
  end
end

return html_tags
