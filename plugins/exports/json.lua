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
  head = function(articles, ctx)
    fields.check(articles, ctx.options.fields, ctx)
    ctx.out:write("[")
  end,
  between = ",",
  entry = function(article, ctx)
    local names, record = ctx.options.fields, {}
    for i, get in ipairs(fields.of(ctx, names)) do record[names[i]] = get(article) end
    return "\n", galley.json.write(record)
  end,
  tail = function(_, ctx) ctx.out:write("\n]\n") end,
}
