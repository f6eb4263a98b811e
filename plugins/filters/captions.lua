--- Figures from an image and the line under it that says what it shows.
--
-- An image alone in its paragraph is a figure already, its title the caption. This takes the other habits:
-- an image with text in emphasis under it, in one paragraph or in the next, and a paragraph that begins with
-- a word such as "Photo:". The credit of a caption (`credit`) gets an element of its own.
local elements = require("elements")

local function is_blank(node) return node.type == "softbreak" or node.type == "linebreak" or (node.type == "text" and node.text:find("^%s*$")) end

local function credit(caption, pattern)
  if pattern == "" then return end
  local last = caption.last
  if not last or last.type ~= "text" then return end
  local from = last.text:find(pattern)
  if not from then return end
  local text = last.text:sub(from)
  last.text = last.text:sub(1, from - 1)
  caption:append(elements.inline{ "span", class = "credit", text })
end

local function fill(caption, emph)
  for child in emph:children() do caption:append(child) end
  return caption
end

-- The only inline of a paragraph when that is emphasis.
local function emphasised(node)
  return node and node.type == "paragraph" and #node == 1 and node.first.type == "emph" and node.first or nil
end

local function labelled(node, labels)
  local first = node and node.type == "paragraph" and node.first
  if not first or first.type ~= "text" then return false end
  for _, label in ipairs(labels) do
    if galley.text.starts(first.text, label) then return true end
  end
end

return {
  kind = "filter",
  name = "captions",
  api = 1,
  options = {
    emphasis = { type = "boolean", default = true, help = "a line in emphasis under an image is its caption" },
    labels = { type = "list", default = { "Photo:", "Image:", "Caption:" }, help = "a paragraph that begins so is one" },
    longest = { type = "integer", default = 300, help = "a paragraph in emphasis of more characters is none; 0 for any" },
    credit = { type = "string", default = "%(?[Pp]hoto:.*$", help = "a Lua pattern of the part that names the source" },
  },
  nodes = {
    paragraph = function(paragraph, ctx) -- image, line end, emphasis
      if not ctx.options.emphasis then return end
      local image, last = paragraph.first, paragraph.last
      if not image or image.type ~= "image" or last.type ~= "emph" or last == image then return end
      local between, is_under = image.next, false
      while between ~= last do
        if not is_blank(between) then return end
        is_under = is_under or between.type ~= "text"
        between = between.next
      end
      if not is_under then return end -- an icon and the words beside it
      local figure = galley.node.figure{ image, fill(galley.node.caption{}, last) }
      credit(figure.last, ctx.options.credit)
      return figure
    end,
    figure = function(figure, ctx)
      if figure.quotation or figure:find("caption") then return end
      local next = figure.next
      local emph = ctx.options.emphasis and emphasised(next)
      local longest = ctx.options.longest
      if emph and longest > 0 and galley.text.characters(emph:plain()) > longest then emph = nil end -- the editors' note
      if not emph and not labelled(next, ctx.options.labels) then return end
      local caption = fill(galley.node.caption{}, emph or next)
      figure:append(caption)
      next:remove()
      credit(caption, ctx.options.credit)
    end,
    ["figure > caption"] = function(caption, ctx) credit(caption, ctx.options.credit) end,
  },
}
