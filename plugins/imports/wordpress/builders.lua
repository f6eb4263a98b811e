--- Page builders keep a body within shortcodes of their own for rows, columns and boxes. The boxes go, what is in them stays,
-- and so do the words that stand in a box's attributes.
local prefixes = { "vc_", "et_pb_", "fusion_", "av_", "mk_", "nectar_", "cs_" }
local words_in = { "button_text", "heading", "title", "text", "subtitle", "author" }
local addresses = { "button_url", "button_link", "url", "link", "href" }

local function attribute_of(text, name)
  local found = text:match("%f[%w_]" .. name .. '%s*=%s*"([^"]*)"') or text:match("%f[%w_]" .. name .. "%s*=%s*'([^']*)'")
  return found and found ~= "" and galley.html.unescape(found) or nil
end

local function address_in(attributes)
  for _, name in ipairs(addresses) do
    local found = attribute_of(attributes, name)
    found = found and (found:match("^url:([^|]+)") or found) -- as vc_link has it
    found = found and galley.url.decode(found) or nil
    if found and found:find("^https?://[^%s]+$") then return found end
  end
end

-- What a box says itself, as HTML; `pictures`: those of the library by number.
local function said_by(name, attributes, pictures)
  local parts, url = {}, address_in(attributes)
  local image = name:find("image") and pictures[attribute_of(attributes, "image") or attribute_of(attributes, "id") or ""]
  if image then parts[1] = ('<figure><img src="%s" alt="%s"></figure>'):format(galley.html.escape(image.url), galley.html.escape(image.alt or "")) end
  for _, word in ipairs(words_in) do
    local text = attribute_of(attributes, word)
    if text and text:find("%a") then
      local shown = galley.html.escape(text)
      if url then shown, url = ('<a href="%s">%s</a>'):format(galley.html.escape(url), shown), nil end
      parts[#parts + 1] = (name:find("heading") or word == "heading") and "<h3>" .. shown .. "</h3>" or "<p>" .. shown .. "</p>"
    end
  end
  return "\n\n" .. table.concat(parts, "\n\n") .. "\n\n"
end

--- The body without the boxes, each kind of which is told once.
return function(body, media, notes)
  local seen, order = {}, {}
  for _, prefix in ipairs(prefixes) do
    if body:find("[" .. prefix, 1, true) then
      body = body:gsub("%[(/?)(" .. prefix .. "[%w_-]+)([^%[%]]*)%]", function(closing, name, attributes)
        if not seen[name] then seen[name], order[#order + 1] = true, "[" .. name .. "]" end
        return closing == "" and said_by(name, attributes, media.by_id) or "\n\n"
      end)
    end
  end
  if #order > 0 then
    notes.lost[#notes.lost + 1] = ("the boxes of a page builder are left out, what is in them stays: %s"):format(table.concat(order, ", "))
  end
  return body
end
