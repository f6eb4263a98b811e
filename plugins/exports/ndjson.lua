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
  head = function(articles, ctx) fields.check(articles, ctx.options.fields, ctx) end,
  entry = function(article, ctx)
    local names, record = ctx.options.fields, {}
    for i, get in ipairs(fields.of(ctx, names)) do record[names[i]] = get(article) end
    return galley.json.write(record), "\n"
  end,
}
