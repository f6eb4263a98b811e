--- All articles as one JSON list.
local fields = require("fields")

return {
  kind = "export",
  name = "json",
  api = 1,
  extension = "json",
  media_type = "application/json",
  options = {
    fields = { type = "list", default = { "path", "url", "title", "date", "updated", "authors", "topics", "summary", "meta", "html" },
      help = "fields of articles (also link, meta, text, html, words, tree), or keys of the front matter" },
  },
  bodies = function(ctx) return fields.need_bodies(ctx.options.fields) end,
  write = function(articles, ctx)
    local names, out = ctx.options.fields, ctx.out
    local getters = fields.getters(names, ctx)
    out:write("[")
    for article, position in articles:each() do
      local record = {}
      for i, get in ipairs(getters) do record[names[i]] = get(article) end
      out:write(position > 1 and ",\n" or "\n", galley.json.write(record))
    end
    out:write("\n]\n")
  end,
}
