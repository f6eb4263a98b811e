--- Adds the alternative text that pictures lack, from a CSV file.
--
-- The file has a header line with the columns image (the address as the articles have it) and alt. Pictures that
-- have a text keep it; so do those meant to have none: `<img alt="">`, and Markdown's with role=presentation
-- or the class decorative.
--
--     galley edit alt-text --param csv=data/alt.csv
local html_tags = require("html_tags")

local known -- of a worker: by the file's text

return {
  kind = "edit", name = "alt-text", api = 1,
  options = {
    csv = { type = "string", default = "data/alt.csv", help = "the file, from the site's folder" },
    separator = { type = "string", default = ",", help = "between its columns" },
  },

  article = function(article, ctx)
    if not known then
      local text = ctx.read(ctx.options.csv)
      if not text then error(("there is no file '%s'"):format(ctx.options.csv)) end
      local rows, problem = galley.csv.parse(text, { header = true, separator = ctx.options.separator })
      if not rows then error(ctx.options.csv .. ":" .. problem) end
      if rows[1] and (not rows[1].image or not rows[1].alt) then error(ctx.options.csv .. " wants the columns image and alt") end
      known = {}
      for _, row in ipairs(rows) do known[row.image] = galley.text.trim(row.alt) end
    end
    local function text_for(url)
      local text = known[url]
      return text ~= "" and text or nil
    end
    for image in article.document:each("image") do
      local text = text_for(image.url)
      local attributes = image.attributes
      local decorative = attributes.role == "presentation" or attributes.role == "none" or attributes["aria-hidden"] == "true"
        or (" " .. (image.class or "") .. " "):find(" decorative ", 1, true)
      if text and not decorative and not image.first then image:append(text) end
    end
    html_tags.each(article.document, "img", function(tag)
      if html_tags.attribute(tag, "alt") then return nil end
      local text = text_for(galley.html.unescape(html_tags.attribute(tag, "src") or ""))
      local head, tail = tag:match("^(.-)(%s*/?>)$")
      return text and ('%s alt="%s"%s'):format(head, galley.html.escape(text), tail)
    end)
  end,
}
