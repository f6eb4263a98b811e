--- An article an object: a JSON list, JSON lines, or a JSON Feed.
local records = require("records")

local function names_of(object)
  local names = {}
  for key in pairs(object) do if type(key) == "string" and key ~= "id" then names[#names + 1] = key end end
  local rank = { title = 1, headline = 2, date = 3, date_published = 4 }
  table.sort(names, function(a, b)
    local left, right = rank[a] or 9, rank[b] or 9
    if left ~= right then return left < right end
    return a < b
  end)
  return names
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
    local list = value.items or value.articles or value.posts or value
    if #list == 0 and next(list) ~= nil then list = { list } end
    for _, one in ipairs(list) do
      if type(one) == "table" then
        coroutine.yield(records.article(one, names_of(one), ctx.options))
      else
        ctx.lost("an entry of the list is no object")
      end
    end
    if #list == 0 then ctx.unsure("the list is empty") end
  end,
}
