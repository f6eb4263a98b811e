--- A link at each heading to itself, so that readers can point at a place in an article.
--
-- Headings have ids already; this adds `<a class="anchor" href="#id">` to them.
local elements = require("elements")

local label -- of the article at hand

return {
  kind = "filter",
  name = "anchors",
  api = 1,
  options = {
    levels = { type = "list", default = { 2, 3, 4 }, help = "the levels of headings that get one" },
    symbol = { type = "string", default = "#", help = "what is shown" },
    label = { type = "string", help = "what screen readers say (default: the language's Link to this section)" },
    place = { type = "string", choices = { "after", "before", "around" }, default = "after", help = "around: the heading is the link" },
  },
  article = function(article, ctx) label = ctx.options.label or ctx.words(article.lang).section_link end,
  nodes = {
    heading = function(heading, ctx)
      local options, wanted = ctx.options, false
      for _, level in ipairs(options.levels) do wanted = wanted or tonumber(level) == heading.level end
      if not wanted or not heading.id or not heading.first then return end
      if options.place == "around" then
        if heading:find("link") then return end -- a link in a link is none
        local link = galley.node.link{ url = "#" .. heading.id, class = "anchor" }
        for child in heading:children() do link:append(child) end
        heading:append(link)
        return
      end
      local anchor = elements.inline{ "a", class = "anchor", href = "#" .. heading.id, ["aria-label"] = label, options.symbol }
      if options.place == "before" then
        heading:prepend{ anchor, " " }
      else
        heading:append{ " ", anchor }
      end
    end,
  },
}
