--- Gives articles a date on which they expire: a fixed one, or some days after their own date.
--
-- Articles that say when they expire keep that.
--
--     galley edit expire --where 'has(topics, "events")' --param days=30
return {
  kind = "edit", name = "expire", api = 1,
  options = {
    on = { type = "date", help = "the date" },
    days = { type = "integer", default = 365, help = "days after the article's date, where no date is given" },
    key = { type = "string", default = "expires", help = "the key" },
  },

  article = function(article, ctx)
    local wish, meta = ctx.options, article.meta
    if not wish.key:find("%S") then error("'key' is empty; write the name of a field") end
    if meta[wish.key] ~= nil then return end
    local value = wish.on
    if value and not galley.date.parse(value) then error(("'%s' is not a date; write it as 2024-05-01"):format(value)) end
    if not value then
      if not article.date then return ctx.log.warn("has no date from which to count") end
      value = article.date:add_days(wish.days):format("%Y-%m-%d")
    end
    for _, key in ipairs{ "updated", "date" } do
      if meta[key] ~= nil then return meta:insert_after(key, wish.key, value) end
    end
    meta[wish.key] = value
  end,
}
