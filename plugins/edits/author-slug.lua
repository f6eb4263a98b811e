--- Gives an author another slug: in the lists of authors, in the name of the profile, and by a redirect.
--
-- Nothing else that reads like the old slug changes. The profile is data/authors/OLD.yaml; the redirect is
-- a line of static/_redirects, which many hosts read.
--
--     galley edit author-slug --param from=jane --param to=jane-doe
local terms = require("terms")

return {
  kind = "edit", name = "author-slug", api = 1,
  options = {
    from = { type = "string", required = true, help = "the slug as it is" },
    to = { type = "string", required = true, help = "the slug to be" },
    keys = { type = "list", default = {}, help = "keys of the front matter (default: those of the site's authors)" },
    profiles = { type = "string", default = "data/authors", help = "the folder of profiles" },
    redirects = { type = "string", default = "static/_redirects", help = "the file of redirects; \"\" for none" },
  },

  article = function(article, ctx)
    terms.rename(article.meta, terms.keys(ctx, "author", ctx.options.keys), ctx.options.from, ctx.options.to)
  end,

  site = function(ctx)
    local from, to, wish = ctx.options.from, ctx.options.to, ctx.options
    local moved = false
    for _, ending in ipairs{ ".yaml", ".yml", ".json" } do
      local old, new = ("%s/%s%s"):format(wish.profiles, from, ending), ("%s/%s%s"):format(wish.profiles, to, ending)
      local text = ctx.read(old)
      if text then
        moved = true
        text = "\n" .. text
        text = text:gsub("(\nslug:[ \t]*[\"']?)" .. from:gsub("%p", "%%%0") .. "(%f[^%w_-])", "%1" .. to:gsub("%%", "%%%%") .. "%2")
        ctx.move(old, new, text:sub(2))
      end
    end
    if not moved and #ctx.changed == 0 then return ctx.log.warn(("there is no author '%s', neither in articles nor in %s"):format(from, wish.profiles)) end
    if wish.redirects == "" then return end
    local address = "/authors/:slug/"
    for _, taxonomy in ipairs(ctx.site.taxonomies or {}) do
      if taxonomy.name == "author" then address = taxonomy.permalink or address end
    end
    local function url(slug) return (address:gsub(":slug", (slug:gsub("%%", "%%%%")))) end
    local line = ("%s %s 301\n"):format(url(from), url(to))
    local text = ctx.read(wish.redirects)
    if not text then
      ctx.create(wish.redirects, line)
    elseif not ("\n" .. text):find("\n" .. line, 1, true) then
      ctx.replace(wish.redirects, text .. (text:find("[^\n]$") and "\n" or "") .. line)
    end
  end,
}
