--- Exports that are written entry by entry: `head`, an `entry` for each article, `between` them or `join`, `tail`.
local entries = {}

--- ctx.out while an entry is made, on whichever worker: what it wrote would stand anywhere.
entries.no_out = setmetatable({}, { __metatable = false, __index = function()
  error("an entry answers its text; ctx.out is there in head, join and tail", 2)
end })

--- The text between two entries; nil after a message.
function entries.between(host, loaded)
  local between, ok = loaded.table.between or "", true
  if type(between) == "function" then ok, between = host.call(loaded, nil, between, loaded.context) end
  if ok and type(between) ~= "string" then
    host.complain(loaded.table.between, nil, ("between answered a %s; it answers text"):format(type(between)))
    ok = false
  end
  return ok and between or nil
end

-- The text of what an entry answered, where a function gives it bit by bit.
local function whole(text)
  if type(text) ~= "function" then return text end
  local parts = {}
  for part in text do parts[#parts + 1] = part end
  return table.concat(parts)
end

local function answered(first, ...)
  if first == nil then return nil end
  local texts = table.pack(first, ...)
  for i = 1, texts.n do texts[i] = whole(texts[i]) end
  return texts
end

--- Writes all of it to ctx.out; the number of articles, nil after a message.
-- made: entries were made before. made.put(article, skip) writes one without its first `skip` bytes, which are
-- `between`, and says whether there is one; made.texts(article) gives its texts; made.written: so many are written
-- already, and the head before them. Without it they are made here.
function entries.write(host, loaded, list, made)
  local t, ctx, count = loaded.table, loaded.context, 0
  local out = ctx.out
  local between = entries.between(host, loaded)
  local begun = made and made.written
  if not between or t.head and not begun and not host.call(loaded, nil, t.head, list, ctx) then return nil end
  local function join(article, first, ...)
    if first == nil then return end
    t.join(article, ctx, first, ...)
    count = count + 1
  end
  local function one(article)
    ctx.out = entries.no_out
    local texts = answered(t.entry(article, ctx))
    ctx.out = out
    if not texts then return end
    if t.join then return join(article, table.unpack(texts, 1, texts.n)) end
    out:write(count > 0 and between or "")
    for i = 1, texts.n do
      if texts[i] ~= nil then out:write(texts[i]) end
    end
    count = count + 1
  end
  local function all()
    for article in list:each() do
      if t.join then
        join(article, made.texts(article))
      elseif made.put(article, count == 0 and #between or 0) then
        count = count + 1
      end
    end
  end
  if begun then
    count = begun
  elseif made then
    if not host.call(loaded, nil, all) then return nil end
  else
    for article in list:each() do
      host.at(article)
      local ok = host.call(loaded, article, one, article)
      host.at(nil)
      if not ok then return nil end
    end
  end
  if t.tail and not host.call(loaded, nil, t.tail, list, ctx) then return nil end
  return count
end

return entries
