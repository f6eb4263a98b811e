--- Replaces text in headings only. A heading's explicit id, {#like-this}, stays, and so do links to it.
--
--     galley edit heading-text --param from="Notes to editors" --param to="Notes"
local prose = require("prose")

return {
  kind = "edit", name = "heading-text", api = 1,
  options = {
    from = { type = "string", required = true, help = "the text as it is" },
    to = { type = "string", required = true, help = "the text to be" },
    levels = { type = "list", default = {}, help = "only in headings of these levels" },
    whole_word = { type = "boolean", default = true, help = "not within longer words" },
  },

  article = function(article, ctx)
    local wish = ctx.options
    if wish.from == "" then error("the text 'from' is empty") end
    local within = "heading"
    if #wish.levels > 0 then
      local parts = {}
      for i, level in ipairs(wish.levels) do parts[i] = ("heading[level=%d]"):format(math.tointeger(tonumber(level)) or 0) end
      within = table.concat(parts, ", ")
    end
    prose.replace(article.document, wish.from, wish.to, { within = within, whole_word = wish.whole_word }, function(text, add)
      if wish.to:find(wish.from, 1, true) then prose.occurrences(text, wish.to, add) end
    end)
  end,
}
