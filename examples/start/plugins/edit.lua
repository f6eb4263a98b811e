--- NAME: renames a topic in the front matter of all articles.
--
-- An edit changes articles' files, and in them what it changes here and not one byte more:
--
--     galley edit NAME --param from=Patents --param to=Inventions           shows the changes
--     galley edit NAME --param from=Patents --param to=Inventions --apply   makes them
--
-- `galley undo` takes them back. A function `site(ctx)` beside `article` runs once, after the articles,
-- for other files of the site: ctx.read, create, replace, move and remove (galley api ctx).
---@type galley.Plugin
return {
  kind = "edit",
  name = "NAME",
  api = 1,

  options = {
    from = { type = "string", default = "Announcements", help = "the topic as it is written now" },
    to = { type = "string", default = "News", help = "what it is to become" },
  },

  article = function(article, ctx)
    local topics = article.meta.topics
    if type(topics) == "string" then
      if topics == ctx.options.from then article.meta.topics = ctx.options.to end
    elseif topics then
      topics:replace(ctx.options.from, ctx.options.to)
    end
  end,
}
