--- Front matter that lacks what every article should say of itself.

local function is_empty(value)
  return value == nil or (type(value) == "string" and not value:find("%S")) or (type(value) == "userdata" and #value == 0)
end

local function key_of_update(meta)
  for _, key in ipairs{ "updated", "lastmod", "last_modified_at", "modified" } do
    if meta[key] ~= nil then return key end
  end
end

return {
  kind = "check",
  name = "front-matter",
  api = 1,
  options = {
    required = { type = "list", default = { "title", "date" }, help = "keys that each article must have" },
  },
  article = function(article, ctx)
    for _, key in ipairs(ctx.options.required) do
      local value = article.meta[key]
      if value == nil and key == "date" and article.date then value = article.date end -- from the file's name
      if is_empty(value) then
        ctx.report(article, "warning", ("the front matter has no %s; add a line %s: ..."):format(key, key), key)
      end
    end
    if article.date and article.updated and article.updated < article.date then
      ctx.report(article, "warning", ("updated (%s) is before date (%s); correct one of them"):format(tostring(article.updated),
        tostring(article.date)), key_of_update(article.meta))
    end
  end,
}
