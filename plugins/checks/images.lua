--- Images without a description for those who do not see them, also raw `<img>` and the front matter's `image`.
--
-- Those that only decorate say so: `![](line.svg){role=presentation}`, the class decorative, or `<img alt="">`.
local html_tags = require("html_tags")

local function is_decoration(image)
  return image.attributes.role == "presentation" or (" " .. (image.class or "") .. " "):find(" decorative ", 1, true) ~= nil
end

local function has_value(value) return value ~= nil and value ~= "" and value ~= false end

-- image: { path: …, alt: … }
local function says_alt(image) return type(image) == "userdata" and (has_value(image.alt) or has_value(image.image_alt)) end

return {
  kind = "check",
  name = "images",
  api = 1,
  options = {
    longest = { type = "integer", default = 0, help = "the most characters of a description; 0 for any" },
  },
  article = function(article, ctx)
    for _, image in ipairs(article:images()) do
      local alt = image.alt or ""
      if is_decoration(image) then
        -- means nothing to those who do not see it
      elseif alt:find("^%s*$") then
        ctx.report(image, "warning", "the image has no description; write what it shows between ![ and ]")
      elseif ctx.options.longest > 0 and (utf8.len(alt) or #alt) > ctx.options.longest then
        ctx.report(image, "warning", ("the description is longer than %d characters; move details to the text"):format(ctx.options.longest))
      end
    end
    for node in article.document:each("html_block, html_inline") do
      html_tags.map(node.text, "img", function(tag)
        if html_tags.attribute(tag, "alt") or html_tags.attribute(tag, "role") == "presentation" or html_tags.attribute(tag, "aria-hidden") == "true" then return end
        ctx.report(node, "warning", ("<img src=\"%s\"> has no description; add alt=\"…\", or alt=\"\" where it only decorates"):format(
          html_tags.attribute(tag, "src") or ""))
      end)
    end
    local meta = article.meta
    if has_value(meta.image) and not has_value(meta.image_alt) and not says_alt(meta.image) then
      ctx.report(article, "warning", "the article's image has no description; add image_alt to the front matter", "image")
    end
  end,
}
