--- ninjs 2.1 news items (IPTC) for agencies: one JSON object a line, or a file an article in a folder.
local feeds = require("feeds")
local pictures = require("pictures")

local function subjects(article, base)
  local list = {}
  for i, term in ipairs(article.topics) do
    list[i] = { name = term.name, uri = base ~= "" and base .. term.url or nil, literal = term.slug, rel = "about" }
  end
  return list
end

local function item(article, ctx, base)
  local result = {
    uri = feeds.id(article, ctx), standard = { name = "ninjs", version = "2.1", schema = "https://www.iptc.org/std/ninjs/ninjs-schema_2.1.json" },
    type = "text", representationtype = "full", pubstatus = article.status == "published" and "usable" or "withheld",
    firstcreated = feeds.rfc3339(article.date), contentcreated = feeds.rfc3339(article.date),
    versioncreated = feeds.rfc3339(article.updated or article.date), embargoed = feeds.rfc3339(article.embargo), expires = feeds.rfc3339(article.expires),
    language = article.lang or ctx.site.language, title = article.title,
    headlines = { { role = "main", value = article.title } }, subjects = subjects(article, base),
    bodies = {
      { role = "main", contenttype = "text/html", charcount = utf8.len(article:text()), wordcount = article:words(), value = article:html{ absolute = true } },
      { role = "plain", contenttype = "text/plain", value = article:text() },
    },
  }
  if base ~= "" then result.renditions = { { name = "web", href = base .. article.url, contenttype = "text/html" } } end
  if article.summary then result.descriptions = { { role = "summary", contenttype = "text/plain", value = article.summary } } end
  if #article.authors > 0 then
    local names, people = feeds.names(article.authors), {}
    for i, name in ipairs(names) do people[i] = { name = name, rel = "author" } end
    result.by, result.people = table.concat(names, ", "), people
  end
  if type(article.meta.location) == "string" then result.located = article.meta.location end
  local picture = pictures.of(article)
  local size = picture and ctx.asset_size(picture.path)
  if size and base ~= "" then
    local address = base .. galley.url.encode(picture.path, "/")
    result.associations = { { name = "featureimage", uri = address, type = "picture", title = article.title,
      descriptions = { { role = "alt", contenttype = "text/plain", value = picture.alt } },
      renditions = { { name = "original", href = address, contenttype = pictures.media_type(picture.path), sizeinbytes = size } } } }
  end
  return galley.json.write(result)
end

return {
  kind = "export",
  name = "ninjs",
  api = 1,
  extension = "ndjson",
  media_type = "application/x-ndjson",
  options = { files = { type = "boolean", default = false, help = "a file an article, in a folder given with -o" } },
  entry = function(article, ctx) return item(article, ctx, feeds.address(ctx)), "\n" end,
  head = function(_, ctx) feeds.base(ctx) end, -- warns where there is none
  join = function(article, ctx, text, newline)
    local out = ctx.options.files and ctx.out:file(article.path:gsub("%.%w+$", "") .. ".json") or ctx.out
    out:write(text, newline)
    if ctx.options.files then out:close() end
  end,
}
