--- In a worker: which articles of a batch match a query, and the values that were asked for.
local json = require("galley.ordered_json")
local select = require("galley.select")

local function as_text(value)
  if value == nil then return "" end
  local kind = type(value)
  if kind == "userdata" or kind == "table" then
    local ok, count = pcall(function() return #value end)
    local names = ok and not tostring(value):find("^a map ")
    if kind == "table" then names = ok and (count > 0 or next(value) == nil) end
    if names then
      local parts = {}
      for i = 1, count do parts[i] = as_text(value[i]) end
      return table.concat(parts, ", ")
    end
    if ok then return json.value(value) end -- a map
  end
  return tostring(value)
end

local function sortable(value)
  local kind = type(value)
  if value == nil or kind == "string" or kind == "number" or kind == "boolean" then return value end
  return as_text(value)
end

return function(engine, host)
  local phases = {}
  local wanted, where, shows, key
  local asked = { {}, {} } -- by --where, by --sort

  local function compile(text)
    local f, problem, names = select.compile(text, "=")
    if not f then error(problem, 0) end
    return f, names
  end

  local function start()
    wanted = engine.argument()
    if wanted.where then where, asked[1] = compile(wanted.where) end
    if wanted.sort then key, asked[2] = compile(wanted.sort) end
    shows = {}
    for i, text in ipairs(wanted.show) do shows[i] = compile(text) end
  end

  local function row(article, position)
    if where and not where(article) then return nil end
    local values, given = {}, {}
    for i, show in ipairs(shows) do
      local value = show(article)
      values[i] = wanted.json and json.value(value) or as_text(value)
      given[i] = value ~= nil
    end
    return { position = position, key = key and sortable(key(article)), values = values, given = given }
  end

  function phases.query(batch)
    if not wanted then start() end
    local rows, problems = {}, {}
    for position = batch * wanted.size, math.min((batch + 1) * wanted.size, wanted.count) - 1 do
      local article = engine.frozen(engine.at_position(position))
      local ok, result = pcall(row, article, position)
      if not ok then
        problems[#problems + 1] = { file = article.path, message = (tostring(result):gsub("^[^:%s]*:%d+: ", "")) }
      elseif result then
        rows[#rows + 1] = result
      end
    end
    engine.send{ rows = rows, problems = problems, asked = asked }
    return true
  end

  return phases
end
