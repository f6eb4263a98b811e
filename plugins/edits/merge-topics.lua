--- Merges topics into one: all that are written nearly alike, by their slugs, or by other names.
--
-- An article that has both keeps the one that stays, where it stands; the others keep their order.
--
--     galley edit merge-topics --param from=open-data,opendata --param into="Open data"
local terms = require("terms")

return {
  kind = "edit", name = "merge-topics", api = 1,
  options = {
    from = { type = "list", required = true, help = "the topics that go, by name or slug" },
    into = { type = "string", required = true, help = "the topic that stays, as it is to be written" },
    keys = { type = "list", default = {}, help = "keys of the front matter (default: those of the site's topics)" },
  },

  article = function(article, ctx)
    local function same(a, b) return galley.text.slug(a) == galley.text.slug(b) end
    for _, from in ipairs(ctx.options.from) do
      terms.rename(article.meta, terms.keys(ctx, "topic", ctx.options.keys), from, ctx.options.into, same)
    end
  end,
}
