--- Exports that are written entry by entry: `head`, an `entry` for each article, `between` them, `tail`.
local entries = {}

--- ctx.out while an entry is made, on whichever worker: what it wrote would stand anywhere.
entries.no_out = setmetatable({}, { __metatable = false, __index = function()
  error("an entry answers its text; ctx.out is there in head and tail", 2)
end })

--- The text between two entries; nil after a message.
function entries.between(host, loaded)
  local between, ok = loaded.table.between or "", true
  if type(between) == "function" then ok, between = host.call(loaded, nil, between, loaded.context) end
  if ok and type(between) ~= "string" then
    host.report{ severity = "error", file = loaded.shown,
      message = ("between is a %s; it must be text, or a function that answers text"):format(type(between)) }
    ok = false
  end
  return ok and between or nil
end

--- Writes all of it to ctx.out; the number of articles, nil after a message.
-- put(article, skip): writes the entry of an article that was made before, without its first `skip` bytes, which are
-- `between`; whether there is one. Without `put` the entries are made here.
function entries.write(host, loaded, list, put)
  local t, ctx, count = loaded.table, loaded.context, 0
  local out = ctx.out
  local between = entries.between(host, loaded)
  if not between or t.head and not host.call(loaded, nil, t.head, list, ctx) then return nil end
  local function add(text, ...)
    if text == nil then return end
    out:write(count > 0 and between or "", text)
    for i = 1, select("#", ...) do
      local more = select(i, ...)
      if more ~= nil then out:write(more) end
    end
    count = count + 1
  end
  local function one(article) add(t.entry(article, ctx)) end
  local function all()
    for article in list:each() do
      if put(article, count == 0 and #between or 0) then count = count + 1 end
    end
  end
  if put then
    if not host.call(loaded, nil, all) then return nil end
  else
    ctx.out = entries.no_out
    for article in list:each() do
      host.at(article)
      local ok = host.call(loaded, article, one, article)
      host.at(nil)
      if not ok then return nil end
    end
    ctx.out = out
  end
  if t.tail and not host.call(loaded, nil, t.tail, list, ctx) then return nil end
  return count
end

return entries
