--- Headings that skip a level, are empty, or say the same as the one before.
return {
  kind = "check",
  name = "headings",
  api = 1,
  options = {
    first = { type = "integer", default = 3, help = "the deepest level that the first heading may have" },
  },
  article = function(article, ctx)
    local before
    for _, heading in ipairs(article:headings()) do
      local level, text = heading.level, heading:plain()
      if before and level > before.level + 1 then
        ctx.report(heading, "warning", ("a heading of level %d follows one of level %d; make it level %d"):format(level,
          before.level, before.level + 1))
      elseif not before and level > ctx.options.first then
        ctx.report(heading, "warning", ("the first heading is of level %d; begin with level 2"):format(level))
      end
      if text:find("^%s*$") and not heading:find("image, html_inline, shortcode") then
        ctx.report(heading, "warning", "the heading is empty; write it or remove it")
      elseif before and before.level == level and before.text == text then
        ctx.report(heading, "warning", "this heading says the same as the one before; make them differ")
      end
      before = { level = level, text = text }
    end
  end,
}
