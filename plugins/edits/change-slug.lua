--- Changes an article's slug and leaves its old address as an alias.
--
-- Where the front matter says the slug, it changes there; else the file gets another name, and links of other
-- articles follow. The old address goes into the list `aliases`.
--
--     galley edit change-slug --param from=old-name --param to=new-name
return {
  kind = "edit", name = "change-slug", api = 1,
  options = {
    from = { type = "string", required = true, help = "the slug as it is" },
    to = { type = "string", required = true, help = "the slug to be" },
    aliases = { type = "string", default = "aliases", help = "the key of the list of old addresses" },
  },

  article = function(article, ctx)
    local from, to, meta = ctx.options.from, ctx.options.to, article.meta
    if article.slug ~= from or from == to then return end
    if galley.text.slug(to) ~= to then error(("'%s' is no slug; write '%s'"):format(to, galley.text.slug(to))) end
    local key, old = ctx.options.aliases, article.url
    if meta.slug ~= nil then
      meta.slug = to
    else
      local folder, name, ending = article.path:match("^(.-)([^/]+)(%.%w+)$")
      local dated, index = name:match("^(%d+%-%d+%-%d+%-)") or "", name == "index" and folder:match("^(.-)[^/]+/$")
      article:rename(index and index .. to .. "/index" .. ending or folder .. dated .. to .. ending)
    end
    local list = meta[key]
    if list == nil then
      meta[key] = { old }
    elseif type(list) == "string" then
      if list ~= old then meta[key] = { list, old } end
    elseif not list:has(old) then
      list:add(old)
    end
  end,

  site = function(ctx)
    local is_slug = galley.text.slug(ctx.options.to) == ctx.options.to -- else the article itself was refused
    if #ctx.changed == 0 and is_slug and ctx.options.from ~= ctx.options.to then ctx.log.warn(("no article has the slug '%s'"):format(ctx.options.from)) end
  end,
}
