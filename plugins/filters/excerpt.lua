--- The beginning of an article as its summary, where the front matter gives none.
--
-- What stands before `<!-- more -->`, else the first paragraph that is long enough, cut at a word or a sentence.
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
    if type(meta[options.key]) == "string" and meta[options.key] ~= "" then return end
    local text
    if article.document:find("more") then
      text = article:excerpt(options.characters)
    else
      for node in article.document:children() do
        local plain = node.type == "paragraph" and galley.text.trim(node:plain()) or ""
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
      local whole = text:sub(1, #cut):match("^(.*[.!?])%s")
      if whole then cut = whole end
    end
    meta[options.key] = cut
  end,
}
