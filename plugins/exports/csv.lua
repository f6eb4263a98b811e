--- One CSV row an article, for spreadsheets. Cells that a spreadsheet would run as formulas are made safe.
local fields = require("fields")

local function row_of(cells, ctx) return galley.csv.write({ cells }, { separator = ctx.options.separator, safe = ctx.options.safe }) end

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
  head = function(articles, ctx)
    fields.check(articles, ctx.options.columns, ctx)
    if ctx.options.header then ctx.out:write(row_of(ctx.options.columns, ctx)) end
  end,
  entry = function(article, ctx)
    local row = {}
    for i, get in ipairs(fields.of(ctx, ctx.options.columns)) do
      local value = get(article)
      row[i] = value == nil and "" or value
    end
    return row_of(row, ctx)
  end,
}
