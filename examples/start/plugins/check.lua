--- NAME: finds articles without a summary, and headings that shout.
--
-- A check reads articles and reports findings; it changes nothing. `galley check NAME` runs it alone,
-- `galley check` with all others. Its golden cases are in NAME.test beside it: `galley test NAME`.
---@type galley.Plugin
return {
  kind = "check",
  name = "NAME",
  api = 1,

  options = {
    longest = { type = "integer", default = 12, help = "letters that may be capitals in a row" },
  },

  -- Called once for each article. A finding stands at a node, at a key of the front matter, or at the article.
  article = function(article, ctx)
    if not article.meta.summary then
      ctx.report(article, "warning", "there is no summary; add one to the front matter", "summary")
    end
    for _, heading in ipairs(article:headings()) do
      local text = heading:plain():gsub("[^%a]", "")
      if #text > ctx.options.longest and text == text:upper() then
        ctx.report(heading, "warning", "the heading is all capitals; write it as a sentence")
      end
    end
  end,

  -- Called once for all articles, when there is something to compare between them:
  -- corpus = function(corpus, ctx) end,
}
