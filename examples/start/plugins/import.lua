--- NAME: articles from a list, one line each: title, a tab, text in Markdown.
--
-- An import turns a foreign file into articles. It shows what it would write; with --apply it writes:
--
--     galley import NAME list.txt --into news
--
-- Its golden cases are in NAME.test beside it: `galley test NAME` runs them.
---@type galley.Plugin
return {
  kind = "import",
  name = "NAME",
  api = 1,

  options = {
    separator = { type = "string", default = "\t", help = "what stands between the title and the text" },
  },

  -- Yields a table for each article. `meta` is the front matter in its order; galley.html.document makes a
  -- `document` of HTML. What is left out or doubtful is told to ctx.lost and ctx.unsure, for the report.
  read = function(source, ctx)
    local number = 0
    for line in source:text():gmatch("[^\r\n]+") do
      number = number + 1
      local first, last = line:find(ctx.options.separator, 1, true)
      if first then
        local title = galley.text.trim(line:sub(1, first - 1))
        coroutine.yield{ path = title, title = title, meta = { { "title", title } }, markdown = line:sub(last + 1) }
      else
        ctx.lost(("line %d has no separator"):format(number))
      end
    end
  end,
}
