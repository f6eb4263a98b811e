--- Words of the text that stand out beside it: marked `[like this]{.pull}`, or a directive `::: pullquote`.
--
-- The marked words stay where they are and are shown once more, in an aside before their paragraph, which
-- screen readers pass over since they will come to the words themselves.
local elements = require("elements")

return {
  kind = "filter",
  name = "pull-quotes",
  api = 1,
  options = {
    mark = { type = "string", default = "pull", help = "the class that marks words" },
    class = { type = "string", default = "pullquote", help = "the class of the aside" },
    place = { type = "string", choices = { "before", "after" }, default = "before", help = "of the paragraph" },
    capital = { type = "boolean", default = true, help = "it begins with a capital letter" },
  },
  nodes = {
    ["directive[name=pullquote]"] = function(node, ctx)
      local extra
      if node.label then extra = { elements.block{ "p", class = "pullquote-source", node.label } } end
      return elements.around(node, { "aside", class = elements.classes(node, ctx.options.class) }, extra)
    end,
  },
  leave = function(article, ctx)
    local options, shown, marked = ctx.options, {}, {}
    local selector = "span[class~='" .. options.mark:gsub("[^%w_-]", "") .. "']"
    for span in article.document:each(selector) do marked[#marked + 1] = span end
    for _, span in ipairs(marked) do
      local block, inner = span, false
      while block.parent and block.parent.type ~= "document" do
        block = block.parent
        inner = inner or block:matches(selector)
      end
      local words = span:plain()
      if options.capital then words = words:gsub("^" .. utf8.charpattern, galley.text.upper) end
      if not inner and not shown[words] and words:find("%S") then -- once is enough
        shown[words] = true
        local aside = elements.block{ "aside", class = options.class, ["aria-hidden"] = "true", { "p", words } }
        if options.place == "after" then block:insert_after(aside) else block:insert_before(aside) end
      end
    end
    for _, span in ipairs(marked) do
      local class = (" " .. span.class .. " "):gsub(" " .. options.mark .. " ", " "):match("^%s*(.-)%s*$")
      if class == "" then span:unwrap() else span.class = class end
    end
  end,
}
