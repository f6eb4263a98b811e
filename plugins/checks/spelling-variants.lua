--- One term in two spellings, as in topics "Clinical trials" and "clinical-trials": the rarer one is reported.
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
            local folded = value:lower():gsub("[%s%p]+", "")
            local group = groups[folded]
            if not group then
              group = { counts = {}, spellings = {}, articles = {} }
              groups[folded] = group
              order[#order + 1] = folded
            end
            if not group.counts[value] then
              group.counts[value] = 0
              group.spellings[#group.spellings + 1] = value
              group.articles[value] = {}
            end
            group.counts[value] = group.counts[value] + 1
            table.insert(group.articles[value], article)
          end
        end
      end
      for _, folded in ipairs(order) do
        local group = groups[folded]
        table.sort(group.spellings, function(a, b)
          if group.counts[a] ~= group.counts[b] then return group.counts[a] > group.counts[b] end
          return a < b
        end)
        local best = group.spellings[1]
        for i = 2, #group.spellings do
          local value = group.spellings[i]
          for _, article in ipairs(group.articles[value]) do
            ctx.report(article, "warning", ("%s: '%s' is written '%s' in %d other article%s; write it so too"):format(key, value,
              best, group.counts[best], group.counts[best] == 1 and "" or "s"))
          end
        end
      end
    end
  end,
}
