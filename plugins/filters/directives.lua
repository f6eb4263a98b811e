--- Renders the directives that newsrooms use most: note and its kin, pullquote, gallery, embed, columns, details.
--
--     ::: note [Before you go]
--     Bring a pencil.
--     :::
--
--     ::embed[How we count votes]{url="https://www.youtube.com/watch?v=dQw4w9WgXcQ"}
--
-- An embed loads nothing from another site: it is a link, with the author's own image if there is one
-- (`image=`), until a reader follows it. A filter of your own that handles a directive first wins: name it before this one.
local elements = require("elements")

local words -- of the article at hand

local boxes = { "note", "tip", "info", "warning", "caution", "danger", "important", "box" }

local titled = { note = true, tip = true, warning = true, caution = true, danger = true, important = true }

local function box(node, ctx)
  local name = node.name
  local title = node.label or ctx.options.titles[name] or titled[name] and words[name]
  local element = { "aside", class = elements.classes(node, ctx.options.prefix .. name), id = node.id, role = "note" }
  if title and title ~= "" then element[2] = { "p", class = "directive-title", title } end
  return elements.around(node, element)
end

local sites = {
  { "youtube", "^https?://[%w.]*youtube%.com/watch%?.*v=([%w_-]+)", "YouTube" },
  { "youtube", "^https?://[%w.-]*youtube[%w-]*%.com/embed/([%w_-]+)", "YouTube" },
  { "youtube", "^https?://[%w.]*youtube%.com/shorts/([%w_-]+)", "YouTube" },
  { "youtube", "^https?://youtu%.be/([%w_-]+)", "YouTube" },
  { "vimeo", "^https?://[%w.]*vimeo%.com/(%d+)", "Vimeo" },
  { "x", "^https?://[%w.]*twitter%.com/%w+/status/(%d+)", "X" },
  { "x", "^https?://x%.com/%w+/status/(%d+)", "X" },
}

local function embed(node, ctx)
  local attributes = node.attributes
  local url = attributes.url or attributes.src or attributes.href or galley.text.trim(node:plain())
  if not url:find("^https?://") then
    ctx.log.warn("an embed without an address is none; write ::embed{url=\"https://…\"}, with quotation marks", node)
    local inside = {}
    for child in node:children() do inside[#inside + 1] = child end
    return inside
  end
  local kind, place = "page", url:match("^https?://([^/?#]+)")
  for _, site in ipairs(sites) do
    if url:find(site[2]) then kind, place = site[1], site[3] break end
  end
  local title = node.label or attributes.title
  if not title then title = ctx.options.play and ctx.options.play:gsub("%%s", place) or words.watch_on{ place = place } end
  local figure = { "figure", class = elements.classes(node, ctx.options.prefix .. "embed embed-" .. kind), ["data-embed"] = url }
  if attributes.image then
    figure[2] = { "a", href = url, rel = "noopener", { "img", src = attributes.image, alt = "", loading = "lazy" } }
  end
  figure[#figure + 1] = { "figcaption", { "a", href = url, rel = "noopener", title }, " ", { "span", class = "embed-site", place } }
  return elements.block(figure)
end

local function gallery(node, ctx)
  local element = { "div", class = elements.classes(node, ctx.options.prefix .. "gallery"), id = node.id, role = "group" }
  if node.label then element["aria-label"] = node.label end
  for paragraph in node:children() do -- images side by side in a paragraph are figures too
    local figures = {}
    for child in paragraph:children() do
      if child.type == "image" then
        figures[#figures + 1] = child
      elseif child.type ~= "softbreak" and child.type ~= "linebreak" and not (child.type == "text" and child.text:find("^%s*$")) then
        figures = {}
        break
      end
    end
    if paragraph.type == "paragraph" and #figures > 0 then
      for i, image in ipairs(figures) do figures[i] = galley.node.figure{ image } end
      paragraph:replace(figures)
    end
  end
  return elements.around(node, element)
end

-- Columns: `::: column` inside, or cut where a thematic break stands.
local function columns(node, ctx)
  local prefix, cut, list = ctx.options.prefix, false, { {} }
  for child in node:children() do
    if child.type == "thematic_break" then
      list[#list + 1], cut = {}, true
    else
      table.insert(list[#list], child)
    end
  end
  local answer = elements.around(node, { "div", class = elements.classes(node, prefix .. "columns"), id = node.id })
  if not cut then return answer end
  local parts = { answer[1] }
  for _, column in ipairs(list) do
    parts[#parts + 1] = galley.node.html_block{ text = '<div class="' .. galley.html.escape(prefix .. "column") .. '">' }
    table.move(column, 1, #column, #parts + 1, parts)
    parts[#parts + 1] = galley.node.html_block{ text = "</div>" }
  end
  parts[#parts + 1] = answer[#answer]
  return parts
end

local nodes = {
  ["directive[name=pullquote]"] = function(node, ctx)
    local extra = node.label and { elements.block{ "p", class = "pullquote-source", node.label } } or nil
    return elements.around(node, { "aside", class = elements.classes(node, ctx.options.prefix .. "pullquote"), id = node.id }, extra)
  end,
  ["directive[name=details]"] = function(node)
    return elements.around(node, { "details", id = node.id, class = node.class, { "summary", node.label or words.details } })
  end,
  ["directive[name=gallery]"] = gallery,
  ["directive[name=embed]"] = embed,
  ["directive[name=columns]"] = columns,
  ["directive[name=column]"] = function(node, ctx)
    return elements.around(node, { "div", class = elements.classes(node, ctx.options.prefix .. "column") })
  end,
  ["directive[name=abbr]"] = function(node)
    return elements.inline{ "abbr", title = node.attributes.title, node:plain() }
  end,
}
for _, name in ipairs(boxes) do nodes["directive[name=" .. name .. "]"] = box end

return {
  kind = "filter",
  name = "directives",
  api = 1,
  options = {
    prefix = { type = "string", default = "", help = "before the names of classes" },
    titles = { type = "map", default = {}, help = "of boxes without a label, such as note: Mind; \"\" for none (default: the language's words)" },
    play = { type = "string", help = "the text of an embed without a label, with %s for the place (default: the language's Watch on)" },
  },
  article = function(article, ctx) words = ctx.words(article.lang) end,
  nodes = nodes,
}
