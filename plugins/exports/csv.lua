--- One CSV row an article, for spreadsheets. Cells that a spreadsheet would run as formulas are made safe.
local fields = require("fields")

return {
  kind = "export",
  name = "csv",
  api = 1,
  extension = "csv",
  media_type = "text/csv",
  options = {
    columns = { type = "list", default = { "date", "title", "authors", "topics", "url" },
      help = "fields of articles (also link, text, html, words), or keys of the front matter" },
    separator = { type = "string", default = ",", help = "between cells: a comma, a semicolon or a tab" },
    header = { type = "boolean", default = true, help = "the names of the columns in the first row" },
    safe = { type = "boolean", default = true, help = "an apostrophe before cells that begin like a formula" },
  },
  bodies = function(ctx) return fields.need_bodies(ctx.options.columns) end,
  write = function(articles, ctx)
    local options, getters = ctx.options, fields.getters(ctx.options.columns, ctx)
    local style = { separator = options.separator, safe = options.safe }
    if options.header then ctx.out:write(galley.csv.write({ options.columns }, style)) end
    for article in articles:each() do
      local row = {}
      for i, get in ipairs(getters) do
        local value = get(article)
        row[i] = value == nil and "" or value
      end
      ctx.out:write(galley.csv.write({ row }, style))
    end
  end,
}
