--- How long an article takes to read: `article.meta.reading_time` in minutes, for layouts.
--
-- A number in the front matter stays as the author wrote it.
return {
  kind = "filter",
  name = "reading-time",
  api = 1,
  options = {
    words = { type = "integer", default = 230, help = "words a minute" },
    image = { type = "integer", default = 10, help = "seconds for an image" },
    least = { type = "integer", default = 1, help = "the fewest minutes" },
    key = { type = "string", default = "reading_time", help = "the key of the front matter" },
  },
  leave = function(article, ctx)
    local options, images = ctx.options, 0
    if article.meta[options.key] ~= nil then return end
    for _ in article.document:each("image") do images = images + 1 end
    local seconds = article:words() * 60 / math.max(options.words, 1) + images * options.image
    article.meta[options.key] = math.max(options.least, math.floor(seconds / 60 + 0.5))
  end,
}
