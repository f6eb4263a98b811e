--- What the feeds have in common: which articles, their ids, dates and enclosures.
--
-- Drafts, articles under embargo and expired ones are never in a feed, whatever the command line says; nor are
-- articles without a date, since feeds are sorted by it.
local pictures = require("pictures")

local feeds = {}

feeds.options = {
  limit = { type = "integer", default = 20, help = "at most so many articles, the newest; 0 for all" },
  content = { type = "string", default = "full", choices = { "full", "summary" }, help = "whole articles, or their summaries" },
  where = { type = "string", default = "", help = "a term, as topic/health, that articles must have" },
  since = { type = "string", default = "2024", help = "a year in which the site's name was already yours, for ids" },
}

--- A feed of summaries reads only the bodies of articles that have none of their own.
function feeds.bodies(ctx) return ctx.options.content == "full" or "summary" end

--- The articles of a feed, newest first.
function feeds.select(articles, ctx)
  local taxonomy, slug = ctx.options.where:match("^([%w_-]+)/(.+)$")
  local wanted = {}
  for _, article in ipairs(taxonomy and ctx.corpus:by(taxonomy, slug) or {}) do wanted[article] = true end
  local function fits(article)
    return article.date and article.status == "published" and (not taxonomy or wanted[article])
  end
  local limit, count, last = ctx.options.limit, 0, nil
  if limit > 0 then
    for article, i in articles:each() do
      if fits(article) then count, last = count + 1, i end
      if count == limit then break end
    end
    articles = articles:slice(1, last or 0)
  end
  return articles:filter(fits)
end

-- What an export knows of the site for every entry: made once for each ctx.
local known = setmetatable({}, { __mode = "k" })
local function of_site(ctx)
  local site = known[ctx]
  if not site then
    local url = ctx.site.url or ""
    local host = url:match("^%a[%w+.-]*://([^/:]+)") or "localhost"
    site = { address = url:gsub("/*$", ""), id = ("tag:%s,%s:/"):format(host, ctx.options.since or "2024") }
    known[ctx] = site
  end
  return site
end

--- The site's address without a stroke at its end.
function feeds.address(ctx) return of_site(ctx).address end

--- The same, asked once an export by those that cannot do without: feeds, sitemaps, mails.
function feeds.base(ctx, what)
  local base = feeds.address(ctx)
  if base == "" then ctx.log.warn((what or "a feed") .. " needs full addresses; set url in galley.yaml") end
  return base
end

--- An id that stays when permalinks, titles or dates change (RFC 4151); `id` in the front matter wins.
function feeds.id(article, ctx)
  local id = article.meta.id or article.meta.guid
  if type(id) == "string" and id ~= "" then return id end
  return of_site(ctx).id .. galley.url.encode(article.path:match("^(.*)%.%w+$") or article.path, "/")
end

function feeds.rfc3339(date) return date and date:in_zone(0):format("%Y-%m-%dT%H:%M:%SZ") end
function feeds.rfc822(date) return date and date:in_zone(0):format("%a, %d %b %Y %H:%M:%S +0000") end

--- When the newest of the articles was published or changed; the day of the build for none.
function feeds.updated(articles, ctx)
  local newest
  for article in articles:each() do
    local date = article.updated or article.date
    if date and (not newest or newest < date) then newest = date end
  end
  return newest or ctx.now
end

--- { url, type, length } of `enclosure` or `image` in the front matter; nil when the file is not there.
function feeds.enclosure(article, ctx)
  local given = article.meta.enclosure or article.meta.image
  local path = type(given) == "string" and pictures.resolve(article, given)
  local length = path and ctx.asset_size(path)
  if not length then return nil end
  return { url = feeds.address(ctx) .. galley.url.encode(path, "/"), type = pictures.media_type(path) or "application/octet-stream", length = length }
end

--- The names of an article's authors, and of what it is about.
function feeds.names(terms)
  local names = {}
  for i, term in ipairs(terms or {}) do names[i] = term.name end
  return names
end

return feeds
