--- What an article has, by name: for exports whose columns or keys the user chooses.
local fields = {}

local methods = { text = true, html = true, words = true, excerpt = true }
local bodies = { text = true, html = true, words = true, excerpt = true, summary = true, tree = true }
local plain = { path = true, title = true, summary = true, slug = true, url = true, lang = true, status = true }
local dates = { date = true, updated = true, embargo = true, expires = true }

--- Whether any of these needs the body of the article; "summary" where only that does.
function fields.need_bodies(names)
  local needed = false
  for _, name in ipairs(names) do
    if bodies[name] and name ~= "summary" then return true end
    needed = needed or name == "summary" and "summary"
  end
  return needed
end

--- A function of an article for each name: text, number, list of names, or nil. A word that is no field of
-- articles is looked up in the front matter; "authors" and other taxonomies give the names of their terms.
function fields.getters(names, ctx)
  local taxonomies, site_url = {}, (ctx.site.url or ""):gsub("/*$", "")
  for _, taxonomy in ipairs(ctx.site.taxonomies or {}) do taxonomies[taxonomy.name .. "s"] = true end
  local list = {}
  for i, name in ipairs(names) do
    if methods[name] then
      list[i] = function(article) return article[name](article) end
    elseif dates[name] then
      list[i] = function(article) return article[name] and tostring(article[name]) end
    elseif name == "link" then
      list[i] = function(article) return site_url .. article.url end
    elseif name == "tree" then
      list[i] = function(article) return require("tree")(article.document) end
    elseif name == "meta" then
      list[i] = function(article) return article.meta end
    elseif plain[name] then
      list[i] = function(article) return article[name] end
    elseif taxonomies[name] then
      list[i] = function(article)
        local terms = article[name]
        for n = 1, #terms do terms[n] = terms[n].name end
        return terms
      end
    else
      list[i] = function(article) return article.meta[name] end
    end
  end
  return list
end

--- Warns of names that are no fields and that none of the articles has in its front matter: slips of the pen, mostly.
function fields.check(articles, names, ctx)
  local others = { authors = true, topics = true, link = true, tree = true, meta = true }
  for _, taxonomy in ipairs(ctx.site.taxonomies or {}) do others[taxonomy.name .. "s"] = true end
  for _, name in ipairs(names) do
    local known = methods[name] or dates[name] or plain[name] or others[name]
    for article in articles:each() do
      if known then break end
      known = article.meta[name] ~= nil
    end
    if not known and #articles > 0 then ctx.log.warn(("none of the articles has '%s'"):format(name)) end
  end
end

local made = setmetatable({}, { __mode = "k" })

--- The same for a plugin that is called once an article: made once for each ctx.
function fields.of(ctx, names)
  made[ctx] = made[ctx] or fields.getters(names, ctx)
  return made[ctx]
end

return fields
