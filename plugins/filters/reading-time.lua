--- How long an article takes to read: `article.meta.reading_time` in minutes, for layouts.
--
-- A number in the front matter stays as the author wrote it. Chinese and Japanese, which have no blanks between
-- words, are counted by characters.

-- How many characters of Chinese and Japanese: kana, ideographs and those of the supplementary planes.
local function ideographs(text)
  local count = 0
  if not text:find("[\xE3-\xE9\xF0]") then return 0 end
  for _, code in utf8.codes(text, true) do
    if (code >= 0x3041 and code <= 0x30FF) or (code >= 0x3400 and code <= 0x4DBF) or (code >= 0x4E00 and code <= 0x9FFF)
      or (code >= 0xF900 and code <= 0xFAFF) or (code >= 0x20000 and code <= 0x3FFFF) then
      count = count + 1
    end
  end
  return count
end

return {
  kind = "filter",
  name = "reading-time",
  api = 1,
  options = {
    words = { type = "integer", default = 230, help = "words a minute" },
    characters = { type = "integer", default = 500, help = "characters of Chinese or Japanese a minute" },
    image = { type = "integer", default = 10, help = "seconds for an image" },
    least = { type = "integer", default = 1, help = "the fewest minutes" },
    key = { type = "string", default = "reading_time", help = "the key of the front matter" },
  },
  leave = function(article, ctx)
    local options, images = ctx.options, 0
    if article.meta[options.key] ~= nil then return end
    for _ in article.document:each("image") do images = images + 1 end
    local seconds = article:words() * 60 / math.max(options.words, 1) + images * options.image
    seconds = seconds + ideographs(article:text()) * 60 / math.max(options.characters, 1)
    article.meta[options.key] = math.max(options.least, math.floor(seconds / 60 + 0.5))
  end,
}
