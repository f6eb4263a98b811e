--- Shortcodes in a body: those that have a meaning here become HTML; the others stay as text, and are told.
local without_boxes = require("builders")

local function attribute_of(text, name)
  return text:match(name .. '%s*=%s*"([^"]*)"') or text:match(name .. "%s*=%s*'([^']*)'") or text:match(name .. "%s*=%s*([^%s%]]+)")
end

local function escape(text) return galley.html.escape(text) end

local function figure(image, caption)
  return ("\n\n<figure>%s%s</figure>\n\n"):format(image, caption and caption ~= "" and "<figcaption>" .. caption .. "</figcaption>" or "")
end

local function picture(found)
  return figure(('<img src="%s" alt="%s">'):format(escape(found.url), escape(found.alt or "")), found.caption)
end

local function link(url) return ('\n\n<a href="%s">%s</a>\n\n'):format(url, url) end

local known = { caption = true, wp_caption = true, gallery = true, embed = true, youtube = true, vimeo = true, audio = true, video = true, playlist = true }

-- [code lang="c"]: what it shows has a language, and its signs may be escaped already.
local function code(attributes, text)
  local language = attribute_of(attributes, "lang") or attribute_of(attributes, "language") or attributes:match("^=[\"']?([%w+#-]+)")
  if not text:find("&[lg]t;") then text = escape(text) end
  return ("\n\n<pre><code%s>%s</code></pre>\n\n"):format(language and (' class="language-%s"'):format(escape(language)) or "", text:gsub("^\r?\n", ""))
end

-- [[gallery]] is how an article writes about [gallery]; \1 and \2 keep it from being read as one.
local function escaped(body)
  return (body:gsub("%[(%[/?%a[%w_-]*[^%[%]]*%])%]", function(inside) return "\1" .. inside:sub(2, -2) .. "\2" end))
end

--- The body with those shortcodes replaced that have a meaning here. `media`: the files of the library; `id`: the item's.
return function(body, id, media, notes)
  if not body:find("[", 1, true) then return body end
  if body:find("[\1\2]") then body = body:gsub("[\1\2]", "") end
  if body:find("[[", 1, true) then body = escaped(body) end
  for _, name in ipairs{ "code", "sourcecode" } do
    if body:find("[/" .. name .. "]", 1, true) then
      body = body:gsub("%[" .. name .. "(=?[^%[%]]*)%](.-)%[/" .. name .. "%]", function(attributes, text)
        return (code(attributes, text):gsub("[%[%]]", { ["["] = "\1", ["]"] = "\2" }))
      end)
    end
  end
  body = without_boxes(body, media, notes)
  body = body:gsub("%[wp_caption", "[caption"):gsub("%[/wp_caption%]", "[/caption]")
  body = body:gsub("%[caption([^%]]*)%](.-)%[/caption%]", function(attributes, inside)
    local image, rest = inside:match("^%s*(<a%s[^>]*>%s*<img[^>]*>%s*</a>)(.*)$")
    if not image then image, rest = inside:match("^%s*(<img[^>]*>)(.*)$") end
    if not image then return inside end
    local caption = attribute_of(attributes, "caption")
    return figure(image, (caption and galley.html.unescape(caption) or rest):gsub("^%s+", ""):gsub("%s+$", ""))
  end)
  body = body:gsub("%[gallery([^%]]*)%]", function(attributes)
    local list = {}
    local ids = attribute_of(attributes, "ids") or attribute_of(attributes, "include")
    if ids then
      for number in ids:gmatch("%d+") do list[#list + 1] = media.by_id[number] end
    else
      local down = (attribute_of(attributes, "order") or ""):upper() == "DESC"
      for _, found in ipairs(media.by_parent[id] or {}) do table.insert(list, down and 1 or #list + 1, found) end
    end
    if #list == 0 then
      notes.lost[#notes.lost + 1] = "a gallery is left out: its pictures are not in the export"
      return "\n\n"
    end
    local parts = {}
    for i, found in ipairs(list) do
      parts[i] = picture(found)
    end
    notes.unsure[#notes.unsure + 1] = ("a gallery of %d picture%s stands as pictures one after the other"):format(#list, #list == 1 and "" or "s")
    return table.concat(parts)
  end)
  body = body:gsub("%[embed[^%]]*%](.-)%[/embed%]", link)
  for _, name in ipairs{ "youtube", "vimeo" } do
    body = body:gsub("%[" .. name .. "[= ]([^%]]*)%]", function(rest)
      local url = rest:match("https?://[^%s%]]+") or rest:match("^%s*%d+") and "https://vimeo.com/" .. rest:match("%d+")
      return url and link(url) or nil
    end)
  end
  for _, name in ipairs{ "audio", "video" } do
    body = body:gsub("%[" .. name .. "([^%]]*)%]", function(attributes)
      local url = attributes:match("https?://[^%s\"'%]]+")
      return url and link(url) or nil
    end)
    body = body:gsub("%[/" .. name .. "%]", "")
  end
  local said = {}
  for name in body:gmatch("%[([%a][%w_-]+)[^%[%]]*%]") do
    local closed = body:find("[/" .. name .. "]", 1, true)
    if (closed or known[name]) and not said[name] then
      said[name] = true
      notes.unsure[#notes.unsure + 1] = ("the shortcode [%s] stays as text; replace it"):format(name)
    end
  end
  return (body:gsub("[\1\2]", { ["\1"] = "[", ["\2"] = "]" }))
end
