--- One term in two spellings, as in topics "Clinical trials" and "clinical-trials": the rarer one is reported.

-- What spellings of one term have in common: not the signs that make C, C++ and C#, or R&D and RD, different ones.
local function fold(term)
  term = galley.text.lower(term):gsub("(%d)%.(%d)", "%1\0%2"):gsub("’", "")
  return (term:gsub("[%s%-_./'\",:;!?()]+", ""))
end

return {
  kind = "check",
  name = "spelling-variants",
  api = 1,
  options = {
    keys = { type = "list", default = { "topics", "tags", "categories", "authors" }, help = "keys of the front matter to compare" },
  },
  corpus = function(corpus, ctx)
    for _, key in ipairs(ctx.options.keys) do
      local groups, order = {}, {}
      for article in corpus.articles:each() do
        local values = article.meta[key]
        for i = 1, type(values) == "string" and 1 or type(values) == "userdata" and #values or 0 do
          local value = type(values) == "string" and values or values[i]
          if type(value) == "string" then
            local folded = fold(value)
            local group = groups[folded]
            if not group then
              group = { spellings = {}, articles = {} }
              groups[folded] = group
              order[#order + 1] = folded
            end
            if not group.articles[value] then
              group.spellings[#group.spellings + 1] = value
              group.articles[value] = {}
            end
            local list = group.articles[value]
            if not list[#list] or list[#list].article ~= article then
              list[#list + 1] = { article = article, entry = type(values) == "string" and key or { key, i } }
            end
          end
        end
      end
      for _, folded in ipairs(order) do
        local group = groups[folded]
        table.sort(group.spellings, function(a, b)
          local count, other = #group.articles[a], #group.articles[b]
          if count ~= other then return count > other end
          return a < b
        end)
        local best = group.spellings[1]
        for i = 2, #group.spellings do
          local value = group.spellings[i]
          for _, one in ipairs(group.articles[value]) do
            ctx.report(one.article, "warning", ("%s: '%s' is written '%s' in %d article%s; write it so too"):format(key, value,
              best, #group.articles[best], #group.articles[best] == 1 and "" or "s"), one.entry)
          end
        end
      end
    end
  end,
}
