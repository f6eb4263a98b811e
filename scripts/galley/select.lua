--- Selections: which articles, in which order, how many.
--
-- `where` is a function of an article, or Lua text over its fields: 'title:find("NHS") and date > "2024"',
-- with has(list, name) for terms and lists. `sort` is a field, "-field" for the reverse.
local closest = require("galley.closest")

local select = {}

local function has(list, wanted)
  if list == nil then return false end
  if type(list) == "string" then return list == wanted end
  for i = 1, #list do
    local item = list[i]
    if item == wanted or (type(item) ~= "string" and (item.slug == wanted or item.name == wanted)) then return true end
  end
  return false
end

-- A value that compares: dates as text, so that date > "2024-05" works.
local function plain(value)
  if type(value) == "userdata" and getmetatable(value) ~= nil and tostring(value):find("^%d%d%d%d%-%d%d") then
    return tostring(value)
  end
  return value
end

local fields = { path = true, title = true, date = true, updated = true, authors = true, topics = true, summary = true,
  slug = true, url = true, lang = true, status = true, meta = true, document = true, embargo = true, expires = true,
  related = true, previous = true, next = true, source = true, words = true, text = true, links = true,
  images = true, headings = true, quotes = true, html = true }

--- The names of fields, for "did you mean".
select.names = {}
for name in pairs(fields) do select.names[#select.names + 1] = name end
table.sort(select.names)

-- An expression may hold functions, and a plugin may write it: what it changes is its own.
local function copy(library)
  local result = {}
  for name, value in pairs(library) do if name ~= "dump" then result[name] = value end end
  return result
end

--- A function of an article from Lua text, nil, and the names of front matter that it asks for: whether any article
--- had one, as far as the function was called; or nil and a message.
function select.compile(text, name)
  local article
  local asked = {}
  local env = setmetatable({ has = has, string = copy(string), math = copy(math), tostring = tostring, tonumber = tonumber,
    type = type, ipairs = ipairs, pairs = pairs, select = _G.select, galley = { text = copy(galley.text) } }, {
    __index = function(_, key)
      if key == "article" then return article end
      if fields[key] then
        local value = article[key]
        if type(value) == "function" then return value(article) end
        return plain(value)
      end
      local ok, value = pcall(function() return article[key] end)
      if ok and type(value) ~= "function" and value ~= nil then return plain(value) end
      value = article.meta[key]
      asked[key] = asked[key] or value ~= nil
      return value
    end,
    __newindex = function(_, key) error(("'%s' cannot be set in an expression"):format(key), 2) end,
  })
  local chunk, problem = load("return " .. text, "=" .. (name or "where"), "t", env)
  if problem == "not enough memory" then error(problem, 0) end
  if not chunk then return nil, (problem:gsub("^%S-:%d+: ", "")) end
  return function(given)
    article = given
    local ok, value = pcall(chunk)
    if ok then return value end
    -- What an article lacks is neither more nor less than anything: an undated one is not `date > "2024"`.
    if type(value) == "string" and value:find("attempt to compare .*nil") then return nil end
    local name = type(value) == "string" and value:match("nil value %(global '([%w_]+)'%)")
    if name then
      local hint = closest.hint(name, select.names)
      value = ("this article has no '%s'%s"):format(name, hint ~= "" and hint or ("; write (%s or \"\") where it may be missing"):format(name))
    end
    error(value, 0)
  end, nil, asked
end

--- "no article has 'titel'; did you mean 'title'?" for each such name that compile gave, in order.
function select.unknown(asked)
  local texts = {}
  for _, name in ipairs(closest.keys(asked)) do
    if not asked[name] then texts[#texts + 1] = ("no article has '%s'%s"):format(name, closest.hint(name, select.names)) end
  end
  return texts
end

local function key_of(article, field)
  local ok, value = pcall(function() return article[field] end)
  if not ok or value == nil then value = article.meta[field] end
  if type(value) == "function" then value = value(article) end
  value = plain(value)
  return value
end

local function less(a, b)
  if a == nil or b == nil then return b == nil and a ~= nil end -- what has no value comes last
  if type(a) ~= type(b) then return tostring(a) < tostring(b) end
  if type(a) == "boolean" then return not a and b end
  if type(a) ~= "number" and type(a) ~= "string" then return tostring(a) < tostring(b) end
  return a < b
end

--- A list of articles, filtered, sorted (stable) and cut.
function select.articles(list, wanted)
  wanted = wanted or {}
  local where = wanted.where
  if type(where) == "string" then
    local problem
    where, problem = select.compile(where)
    if not where then error(problem, 3) end
  end
  if where then list = list:filter(where) end
  if wanted.sort then
    local field, reverse = wanted.sort, false
    if type(field) == "string" and field:sub(1, 1) == "-" then field, reverse = field:sub(2), true end
    local keys, order = {}, {}
    for i = 1, #list do
      order[i] = i
      if type(field) == "function" then keys[i] = field(list[i]) else keys[i] = key_of(list[i], field) end
    end
    table.sort(order, function(a, b)
      local one, other = keys[a], keys[b]
      if reverse and one ~= nil and other ~= nil then one, other = other, one end
      if less(one, other) then return true end
      if less(other, one) then return false end
      return a < b
    end)
    list = list:pick(order)
  end
  if wanted.limit then list = list:slice(1, wanted.limit) end
  return list
end

local options = {
  where = { "function", "string", what = "a function or Lua text" }, sort = { "string", "function", what = "a field's name or a function" },
  limit = { "number", what = "a whole number" },
}

local function check(wanted)
  if type(wanted) ~= "table" then return ("the options must be a table, not %s"):format(wanted == nil and "nil" or type(wanted)) end
  for name, value in pairs(wanted) do
    local option = options[name]
    if not option then return ("there is no option %q%s"):format(tostring(name), closest.hint(tostring(name), { "where", "sort", "limit" })) end
    if type(value) ~= option[1] and type(value) ~= option[2] then return ("%s must be %s, not a %s"):format(name, option.what, type(value)) end
  end
  local limit = wanted.limit
  if limit and (math.tointeger(limit) or -1) < 0 then return "limit must be a whole number, from 0" end
end

--- corpus:select, for scripts: what is wrong is an error at the caller's line.
function select.method(self, wanted)
  if tostring(self) ~= "the corpus" then error("the corpus is expected; a method is called with \":\", not \".\"", 2) end
  local problem = check(wanted)
  if problem then error("select: " .. problem, 2) end
  return (select.articles(self.articles, wanted))
end

return setmetatable(select, { __call = function(_, list, wanted) return select.articles(list, wanted) end })
