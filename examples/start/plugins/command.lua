--- Lists articles of a topic, newest first.
--
--     galley NAME Health --most 3
--
-- A command is one of your own: `run` gets the words of the command line, and its options as they are declared below.
-- What it writes or prints goes to standard output; what it returns is the exit status. Its golden cases are in
-- NAME.test beside it: `galley test NAME`.
---@type galley.Plugin
return {
  kind = "command",
  name = "NAME",
  api = 1,

  options = {
    most = { type = "integer", default = 10, help = "how many articles to list" },
  },

  run = function(args, ctx)
    if not args[1] then
      ctx.log.error("name a topic: galley NAME TOPIC")
      return 2
    end
    local left = ctx.options.most
    for article in ctx.corpus.articles:each() do
      for _, topic in ipairs(article.topics) do
        if left > 0 and topic.name:lower() == args[1]:lower() then
          print(article.date or "no date", article.title, article.url)
          left = left - 1
        end
      end
    end
    return left == ctx.options.most and 1 or 0 -- 1: there was none
  end,
}
