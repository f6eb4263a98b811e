--- An article an object: a JSON list, JSON lines, or a JSON Feed.
local records = require("records")

local names = { items = 1, articles = 1, posts = 1, entries = 1, stories = 1, pages = 2, data = 2, results = 2, records = 2, rows = 2, content = 3, db = 3 }
local telling = { "title", "headline", "body", "html", "content", "text", "content_html", "markdown" }

local function is_record(value)
  if type(value) ~= "table" then return false end
  for _, key in ipairs(telling) do if value[key] ~= nil then return true end end
  return false
end

-- The list of records in a value, wherever it is: the nearest to the top, of several the one with the best name.
local function find_list(value)
  local level = { value }
  for _ = 1, 6 do
    local below, best, rank = {}, nil, nil
    for _, one in ipairs(level) do
      if is_record(one[1]) then return one end
      local keys = {}
      for key in pairs(one) do keys[#keys + 1] = key end
      table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
      for _, key in ipairs(keys) do
        local inner = one[key]
        if type(inner) == "table" and inner ~= galley.json.null and #below < 1000 then
          below[#below + 1] = inner
          if is_record(inner[1]) and (not best or (names[key] or 9) < rank) then best, rank = inner, names[key] or 9 end
        end
      end
    end
    if best then return best end
    level = below
  end
end

local function names_of(object)
  local fields = {}
  for key in pairs(object) do if type(key) == "string" and key ~= "id" then fields[#fields + 1] = key end end
  local rank = { title = 1, headline = 2, date = 3, date_published = 4 }
  table.sort(fields, function(a, b)
    local left, right = rank[a] or 9, rank[b] or 9
    if left ~= right then return left < right end
    return a < b
  end)
  return fields
end

return {
  kind = "import", name = "json", api = 1, options = records.options,
  description = "An article an object: a list, a line each, or the items of a JSON Feed; --option map=headline:title maps fields",
  read = function(source, ctx)
    local text = source:text()
    local value, problem = galley.json.parse(text)
    if value == nil then
      value = {}
      local number = 0
      for line in (text .. "\n"):gmatch("([^\n]*)\n") do
        number = number + 1
        if line:find("%S") then
          local one, why = galley.json.parse(line)
          if type(one) ~= "table" then
            if number == 1 then error(("%s:%s"):format(source.name, problem), 0) end -- it is no lines of JSON either
            local column, what = tostring(why):match("^%d+:(%d+): error: (.*)$")
            error(("%s:%d:%s: %s"):format(source.name, number, column or "1", what or "the line is no object"), 0)
          end
          value[#value + 1] = one
        end
      end
    end
    if type(value) ~= "table" then error(source.name .. ": there is no object in it", 0) end
    local list = #value > 0 and value or is_record(value) and { value } or find_list(value) or next(value) ~= nil and { value } or value
    if type(value.items) == "table" and #value.items > 0 then list = value.items end
    if #list > 0 and not is_record(list[1]) then list = find_list(list) or list end
    for _, one in ipairs(list) do
      if type(one) == "table" then
        coroutine.yield(one)
      else
        ctx.lost("an entry of the list is no object")
      end
    end
    if #list == 0 then ctx.unsure("the list is empty") end
  end,
  article = function(entry, ctx) return records.article(entry, names_of(entry), ctx.options) end,
}
