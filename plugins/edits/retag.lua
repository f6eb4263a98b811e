--- Gives one topic another name, in lists of either style and where it is the only one.
--
-- The topic must be written exactly so. Where the new one is there already, the old one goes.
--
--     galley edit retag --param from=patents --param to=inventions
local terms = require("terms")

return {
  kind = "edit", name = "retag", api = 1,
  options = {
    from = { type = "string", required = true, help = "the topic as it is written" },
    to = { type = "string", required = true, help = "what it is to become" },
    keys = { type = "list", default = {}, help = "keys of the front matter (default: those of the site's topics)" },
  },

  article = function(article, ctx)
    terms.rename(article.meta, terms.keys(ctx, "topic", ctx.options.keys), ctx.options.from, ctx.options.to)
  end,
}
