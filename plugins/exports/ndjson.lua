--- One JSON object a line for each article (NDJSON), for programs that read a stream.
local fields = require("fields")

return {
  kind = "export",
  name = "ndjson",
  api = 1,
  extension = "ndjson",
  media_type = "application/x-ndjson",
  options = {
    fields = { type = "list", default = { "path", "url", "title", "date", "updated", "authors", "topics", "summary", "meta", "text" },
      help = "fields of articles (also link, meta, text, html, words, tree), or keys of the front matter" },
  },
  bodies = function(ctx) return fields.need_bodies(ctx.options.fields) end,
  write = function(articles, ctx)
    local names, out, json = ctx.options.fields, ctx.out, galley.json.write
    local getters = fields.getters(names, ctx)
    for article in articles:each() do
      local record = {}
      for i, get in ipairs(getters) do record[names[i]] = get(article) end
      out:write(json(record), "\n")
    end
  end,
}
