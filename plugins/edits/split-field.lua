--- Splits a field of the front matter: into a list, or into several fields.
--
-- The new fields stand where the old one stood. An article whose field has too few parts stays as it is, and
-- one that has a new field already is left alone with a warning.
--
--     galley edit split-field --param field=byline --param into=authors --param separators=" and |, "
--     galley edit split-field --param field=place --param into=city,country
return {
  kind = "edit", name = "split-field", api = 1,
  options = {
    field = { type = "string", required = true, help = "the field to split" },
    into = { type = "list", required = true, help = "one name for a list, several for a field each; the last takes the rest" },
    separators = { type = "string", default = ", ", help = "what stands between parts; several with | between them" },
  },

  article = function(article, ctx)
    local wish, meta = ctx.options, article.meta
    if #wish.into == 0 then error("'into' names no field; write into=authors, or into=city,country") end
    local value = meta[wish.field]
    if type(value) ~= "string" then return end
    local separators = galley.text.split(wish.separators, "|")
    local function next_separator(text)
      local best, stop
      for _, separator in ipairs(separators) do
        local first, last = text:find(separator, 1, true)
        if separator ~= "" and first and (not best or first < best) then best, stop = first, last end
      end
      return best, stop
    end
    local parts, rest = {}, value
    while #wish.into == 1 or #parts < #wish.into - 1 do
      local first, last = next_separator(rest)
      if not first then break end
      parts[#parts + 1] = galley.text.trim(rest:sub(1, first - 1))
      rest = rest:sub(last + 1)
    end
    parts[#parts + 1] = galley.text.trim(rest)
    if #wish.into > 1 and #parts < #wish.into then return end
    for _, name in ipairs(wish.into) do
      if name ~= wish.field and meta[name] ~= nil then
        return ctx.log.warn(("has '%s' already, so '%s' is not split"):format(name, wish.field), name)
      end
    end
    if #wish.into == 1 then
      if wish.into[1] == wish.field then
        if #parts > 1 then meta[wish.field] = parts end
      else
        meta:insert_before(wish.field, wish.into[1], parts)
        meta:remove(wish.field)
      end
      return
    end
    local kept = false
    for i, name in ipairs(wish.into) do
      if name == wish.field then
        meta[name], kept = parts[i], true
      elseif kept then
        meta:insert_after(wish.into[i - 1], name, parts[i])
      else
        meta:insert_before(wish.field, name, parts[i])
      end
    end
    if not kept then meta:remove(wish.field) end
  end,
}
