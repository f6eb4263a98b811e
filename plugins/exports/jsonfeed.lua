--- A JSON Feed 1.1 of the newest articles (jsonfeed.org).
local feeds = require("feeds")

return {
  kind = "export",
  name = "jsonfeed",
  api = 1,
  extension = "json",
  path = "feed.json",
  media_type = "application/feed+json",
  options = feeds.options,
  select = feeds.select,
  bodies = feeds.bodies,
  head = function(_, ctx)
    local site, base = ctx.site, feeds.base(ctx)
    local head = galley.json.write{ version = "https://jsonfeed.org/version/1.1", title = site.title, description = site.description,
      home_page_url = base ~= "" and base .. "/" or nil, feed_url = base ~= "" and base .. "/" .. ctx.output_path or nil, language = site.language }
    ctx.out:write(head:sub(1, -2), ',"items":[')
  end,
  between = ",",
  entry = function(article, ctx)
    local base = feeds.address(ctx)
    local item = { id = feeds.id(article, ctx), url = base ~= "" and base .. article.url or nil, title = article.title, summary = article.summary,
      date_published = feeds.rfc3339(article.date), date_modified = feeds.rfc3339(article.updated), tags = feeds.names(article.topics),
      language = article.lang }
    item.authors = {}
    for i, name in ipairs(feeds.names(article.authors)) do item.authors[i] = { name = name } end
    if ctx.options.content == "full" then
      item.content_html = article:html{ absolute = true }
    else
      item.content_text = article.summary or article.title
    end
    local enclosure = feeds.enclosure(article, ctx)
    if base == "" then enclosure = nil end -- only full addresses will do
    if enclosure and enclosure.type:find("^image/") then
      item.image = enclosure.url
    elseif enclosure then
      item.attachments = { { url = enclosure.url, mime_type = enclosure.type, size_in_bytes = enclosure.length } }
    end
    return "\n", galley.json.write(item)
  end,
  tail = function(_, ctx) ctx.out:write("\n]}\n") end,
}
