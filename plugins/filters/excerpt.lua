--- The beginning of an article as its summary, where the front matter gives none.
--
-- What stands before `<!-- more -->`, else the first paragraph that is long enough, cut at a word or a sentence.

-- The keys by which articles give their summaries, as `article.summary` reads them.
local summaries = { "summary", "lead", "description", "excerpt" }

-- A paragraph's text without that of its pictures, such as badges.
local function words_of(paragraph)
  if paragraph:find("image") then
    paragraph = paragraph:clone()
    for image in paragraph:each("image") do image:remove() end
  end
  return galley.text.trim(paragraph:plain())
end

return {
  kind = "filter",
  name = "excerpt",
  api = 1,
  options = {
    characters = { type = "integer", default = 200, help = "the most" },
    least = { type = "integer", default = 40, help = "shorter paragraphs are passed over" },
    sentence = { type = "boolean", default = false, help = "cut after a sentence where one ends in time" },
    key = { type = "string", default = "summary", help = "the key of the front matter" },
  },
  leave = function(article, ctx)
    local options, meta = ctx.options, article.meta
    for _, key in ipairs(options.key == "summary" and summaries or { options.key }) do
      if type(meta[key]) == "string" and meta[key]:find("%S") then return end
    end
    local text
    if article.document:find("more") then
      text = article:excerpt(options.characters)
    else
      for node in article.document:children() do
        local plain = node.type == "paragraph" and words_of(node) or ""
        if galley.text.characters(plain) >= options.least then
          text = plain
          break
        end
      end
    end
    if not text or text == "" then return end
    text = text:gsub("%s+", " ")
    local cut = galley.text.truncate(text, options.characters)
    if options.sentence and cut ~= text then
      local beginning, whole = text:sub(1, #cut), nil
      for _, stop in ipairs{ "[.!?]()%s", "[.!?]”()%s", "。()", "！()", "？()", "؟()%s", "।()" } do
        local ends = beginning:match("^.*" .. stop)
        if ends and ends > (whole or 1) then whole = ends end
      end
      if whole then cut = text:sub(1, whole - 1) end
    end
    meta[options.key] = cut
  end,
}
