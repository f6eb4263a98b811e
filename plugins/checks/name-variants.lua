--- One name in two spellings (Type 1 and type 1, £700m and £700million): the rarer one is reported.
--
-- The names are those that the filter `names` collects; it must stand in `plugins`.

-- The line that has the spelling; the article where it goes over several, or stands in the front matter.
local function place_of(article, spelling)
  for text in article.document:each("text") do
    if text.text:find(spelling, 1, true) then return text end
  end
  return article
end

return {
  kind = "check",
  name = "name-variants",
  api = 1,
  options = {
    kinds = { type = "list", default = { "person", "organisation", "term", "amount", "name" }, help = "the kinds of names to look at" },
  },
  corpus = function(corpus, ctx)
    local names = ctx.site.collected.names
    local wanted = {}
    for _, kind in ipairs(ctx.options.kinds) do wanted[kind] = true end
    for _, one in ipairs(names or {}) do
      local usual = one.spellings[1]
      for i = 2, wanted[one.kind] and #one.spellings or 0 do
        local other = one.spellings[i]
        for _, path in ipairs(other.articles) do
          ctx.report(place_of(corpus:find(path), other.text), "warning", ("'%s' is written '%s' %d time%s elsewhere; write it so too"):format(other.text,
            usual.text, usual.count, usual.count == 1 and "" or "s"))
        end
      end
    end
  end,
}
