--- An article an object: a JSON list, JSON lines, a JSON Feed, or the export of Ghost.
--
-- Fields are known by their names, as columns are by csv, also within objects of their own, as the APIs of WordPress, Drupal
-- and Strapi have them. What a field such as private, draft or visibility hides is a draft.
local fields = require("record_fields")
local ghost = require("ghost")
local records = require("records")

local names = { items = 1, articles = 1, posts = 1, entries = 1, stories = 1, pages = 2, data = 2, results = 2, records = 2, rows = 2, content = 3, db = 3 }
-- What programs put a record into: JSON:API and Strapi, Contentful, GraphQL, Elasticsearch.
local wrappers = { "attributes", "fields", "node", "_source" }

local function has_text(value)
  local names = {}
  for key in pairs(value) do if type(key) == "string" then names[#names + 1] = key end end
  table.sort(names)
  for _, name in ipairs(names) do if fields.key(name) == "title" then return true end end
  return fields.body(names, function() return true end) ~= nil
end

-- The record in a value, taken out of what it is in; nil for other values.
local function record_in(value)
  if type(value) ~= "table" or value == galley.json.null or #value > 0 then return nil end
  if has_text(value) then return value end
  for _, name in ipairs(wrappers) do
    local inner = value[name]
    if type(inner) == "table" and #inner == 0 and has_text(inner) then
      local record = {}
      for key, one in pairs(value) do if key ~= name and type(one) ~= "table" then record[key] = one end end
      for key, one in pairs(type(value.sys) == "table" and value.sys or {}) do if type(one) ~= "table" and key ~= "id" then record[key] = one end end
      for key, one in pairs(inner) do record[key] = one end
      return record
    end
  end
end

local function is_record(value) return record_in(value) ~= nil end

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

local rank = { title = 1, date = 2 }
local function names_of(object)
  local names = {}
  for key in pairs(object) do if type(key) == "string" and key ~= "id" then names[#names + 1] = key end end
  local function place(name) return rank[fields.key(name)] or 9 end
  table.sort(names, function(a, b)
    if place(a) ~= place(b) then return place(a) < place(b) end
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
    local list = ghost.posts(value) or #value > 0 and value or is_record(value) and { value } or find_list(value) or next(value) ~= nil and { value } or value
    if type(value.items) == "table" and #value.items > 0 then list = value.items end
    if #list > 0 and not is_record(list[1]) then list = find_list(list) or list end
    for _, one in ipairs(list) do
      if type(one) == "table" then
        coroutine.yield(record_in(one) or one)
      else
        ctx.lost("an entry of the list is no object")
      end
    end
    if #list == 0 then ctx.unsure("the list is empty") end
  end,
  article = function(entry, ctx) return records.article(entry, names_of(entry), ctx.options) end,
}
