--- Sets `updated` behind `date`; where it is there already, it gets the new value where it stands.
--
--     galley edit set-updated news/a.md --param on=2024-05-01
return {
  kind = "edit", name = "set-updated", api = 1,
  options = {
    on = { type = "date", help = "the date (default: today)" },
    key = { type = "string", default = "updated", help = "the key" },
    behind = { type = "string", default = "date", help = "the key that it follows where it is new" },
    keep = { type = "boolean", default = false, help = "leave articles alone that have the key" },
  },

  article = function(article, ctx)
    local wish, meta = ctx.options, article.meta
    if not wish.key:find("%S") then error("'key' is empty; write the name of a field") end
    local value = wish.on or ctx.now:format("%Y-%m-%d")
    if not galley.date.parse(value) then error(("'%s' is not a date; write it as 2024-05-01"):format(value)) end
    if meta[wish.key] ~= nil then
      if not wish.keep then meta[wish.key] = value end
    elseif meta[wish.behind] ~= nil then
      meta:insert_after(wish.behind, wish.key, value)
    else
      meta[wish.key] = value
    end
  end,
}
