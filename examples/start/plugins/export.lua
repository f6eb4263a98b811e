--- NAME: a list of articles, one line each: date, title, address.
--
-- An export writes a selection of articles into one file, for others to use:
--
--     galley export NAME -o articles.txt
--
-- Its golden cases are in NAME.test beside it: `galley test NAME` runs them.
---@type galley.Plugin
return {
  kind = "export",
  name = "NAME",
  api = 1,
  extension = "txt",

  options = {
    separator = { type = "string", default = "\t", help = "what stands between the columns" },
  },

  write = function(articles, ctx)
    for article in articles:each() do
      local columns = { tostring(article.date or ""), article.title, article.url }
      ctx.out:write(table.concat(columns, ctx.options.separator), "\n")
    end
  end,
}
