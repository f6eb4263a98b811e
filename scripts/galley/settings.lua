--- What may stand in galley.yaml: each wrong setting is an error at its place that says what is wanted.
--
-- A rule looks at one value: rule(at, value, name, root). `at(text, map, key)` reports at an entry of the value, or
-- at the setting itself when map is nil. `value` is as galley.yaml.parse gives it; `root` is the whole file's map.
local closest = require("galley.closest")

local settings = {}

settings.dialect = { "tables", "strikethrough", "autolinks", "task_lists", "footnotes", "heading_ids",
  "attributes", "figures", "quotations", "directives", "shortcodes", "definition_lists", "smart", "more",
  "superscript", "subscript" }

local function is_map(value) return type(value) == "userdata" and tostring(value):find("^a map") ~= nil end

local function is_list(value) return type(value) == "userdata" and tostring(value):find("^a list") ~= nil end

-- Not by value:keys(), which a map may have an entry of that name instead of.
local function keys_of(value)
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  return keys
end

-- {} and [] are whatever is wanted.
local function is_empty(value) return is_list(value) and #value == 0 or is_map(value) and #keys_of(value) == 0 end

local function kind_of(value)
  if is_map(value) then return "a map" end
  if is_list(value) then return "a list" end
  if type(value) == "string" then return "text" end
  return type(value) == "boolean" and "true or false" or "a number"
end

-- A rule for values of one kind; `fits` says which.
local function wants(what, fits)
  return function(at, value, name)
    if fits(value) then return end
    local quotes = what == "text" and type(value) ~= "userdata" and "; put it in quotes" or ""
    at(("'%s' is %s; it wants %s%s"):format(name, kind_of(value), what, quotes))
  end
end

local function anything() end
local text = wants("text", function(value) return type(value) == "string" end)
local boolean = wants("true or false", function(value) return type(value) == "boolean" end)
local map = wants("a map", function(value) return is_map(value) or is_empty(value) end)
local list = wants("a list", function(value) return is_list(value) or is_empty(value) end)

local function from_to(low, high)
  return function(at, value, name)
    if math.type(value) == "integer" and value >= low and value <= high then return end
    at(("'%s' wants a whole number from %d to %d"):format(name, low, high))
  end
end

local function texts(at, value, name)
  if not (is_list(value) or is_empty(value)) then return list(at, value, name) end
  for i = 1, #value do
    if type(value[i]) ~= "string" then
      at(("an item of '%s' is %s; it wants text%s"):format(name, kind_of(value[i]),
        type(value[i]) == "userdata" and "" or "; put it in quotes"), value, i)
    end
  end
end

local function address(at, value, name)
  if type(value) ~= "string" then return text(at, value, name) end
  if value == "" or value:find("^https?://[^%s/?#]+[^%s?#]*$") then return end
  at(("'%s' wants the address where the site will live, such as https://example.org"):format(name))
end

-- A name, or a map of one name to its options; true when it is that.
local function with_options(at, value, what, container, index)
  if type(value) == "string" then return true end
  local names = is_map(value) and keys_of(value) or {}
  local options = names[1] and value[names[1]]
  if #names == 1 and (options == nil or is_map(options) or is_empty(options)) then return true end
  at(("%s is a name, or a name with its options as a map below it: NAME, or NAME: { option: value }"):format(what), container, index)
end

local function layout(at, value) with_options(at, value, "'layout'") end

local function names(at, value, name)
  if not (is_list(value) or is_empty(value)) then return list(at, value, name) end
  for i = 1, #value do with_options(at, value[i], ("an item of '%s'"):format(name), value, i) end
end

-- A pattern of addresses; `needed`: one of these parts tells the pages apart.
local function pattern(at, value, container, key, known, needed, of)
  if type(value) ~= "string" or value:sub(1, 1) ~= "/" then
    return at(("the permalink of '%s' wants a text that begins with '/', such as /%s/:slug/"):format(of or key, of or key), container, key)
  end
  local parts = {}
  for part in value:gmatch(":([%l_]+)") do
    parts[part] = true
    if not known[part] then
      return at(("a permalink has no part ':%s'%s; the parts are :%s"):format(part, closest.hint(part, closest.keys(known)),
        table.concat(closest.keys(known), " :")), container, key)
    end
  end
  for part in (value .. "/"):gmatch("([^/]*)/") do
    if part == "." or part == ".." then
      return at(("the permalink '%s' has a part '%s'; name the folder itself"):format(value, part), container, key)
    end
  end
  for part in pairs(needed) do
    if parts[part] then return end
  end
  at(("the permalink '%s' gives all pages one address; add :slug"):format(value), container, key)
end

local function set(...)
  local result = {}
  for _, name in ipairs{ ... } do result[name] = true end
  return result
end
local of_articles = set("slug", "title", "filename", "folder", "section", "lang", "year", "month", "day")
local of_terms, slug = set("slug", "title", "filename"), set("slug", "title", "filename")

local function taxonomies(at, value, name)
  if not is_map(value) then return map(at, value, name) end
  for _, key in ipairs(keys_of(value)) do
    local given = value[key]
    local keys = given
    if is_map(given) then
      keys = nil
      for inner, setting in pairs(given) do
        if inner == "keys" then
          keys = setting
        elseif inner == "permalink" then
          if setting ~= nil then pattern(at, setting, given, inner, of_terms, slug, key) end
        else
          at(("a taxonomy has no setting '%s'%s"):format(inner, closest.hint(inner, { "keys", "permalink" })), given, inner)
        end
      end
    end
    local good = keys == nil or type(keys) == "string" or is_empty(keys)
    if is_list(keys) then
      good = true
      for i = 1, #keys do good = good and type(keys[i]) == "string" end
    end
    if not good then
      at(("the taxonomy '%s' wants the front matter's key, or a list of keys, such as [%ss, %s]"):format(key, key, key), value, key)
    end
    if not key:find("^[%w_-]+$") then
      at(("'%s' is no taxonomy's name; letters, digits, - and _ make one"):format(key), value, key)
    end
  end
end

local function permalinks(at, value, name, root)
  if not is_map(value) then return map(at, value, name) end
  local known = { "article" }
  local given = root.taxonomies
  for _, taxonomy in ipairs(is_map(given) and keys_of(given) or { "author", "topic" }) do known[#known + 1] = taxonomy end
  for _, key in ipairs(keys_of(value)) do
    local found = false
    for _, one in ipairs(known) do found = found or one == key end
    if not found then
      at(("there are no pages of '%s'%s; permalinks are those of %s"):format(key, closest.hint(key, known), table.concat(known, ", ")), value, key)
    elseif key == "article" then
      pattern(at, value[key], value, key, of_articles, slug)
    else
      pattern(at, value[key], value, key, of_terms, slug)
    end
  end
end

local function dialect(at, value, name)
  if not is_map(value) then return map(at, value, name) end
  for _, key in ipairs(keys_of(value)) do
    local known = false
    for _, part in ipairs(settings.dialect) do known = known or part == key end
    if not known then
      at(("there is no part '%s' of the dialect%s"):format(key, closest.hint(key, settings.dialect)), value, key)
    elseif type(value[key]) ~= "boolean" then
      at(("'markdown.%s' is %s; it wants true or false"):format(key, kind_of(value[key])), value, key)
    end
  end
end

local function checks(at, value, name)
  if not is_map(value) then return map(at, value, name) end
  for _, key in ipairs(keys_of(value)) do
    local given = value[key]
    if given ~= nil and type(given) ~= "boolean" and not is_map(given) and not is_empty(given) then
      at(("the check '%s' wants false, or its options as a map"):format(key), value, key)
    end
  end
end

local most = 1 << 30
local rules = {
  title = text, url = address, language = text, description = text, content = text, output = text, layout = layout,
  plugins = names, exports = names, ignore = texts, unsafe_html = boolean, taxonomies = taxonomies, checks = checks,
  permalinks = permalinks, markdown = dialect, grants = anything, params = map, author = map, contacts = list,
  organisation = anything, logo = text, image = text,
  limits = { article_bytes = from_to(1, most), front_matter_bytes = from_to(1, most), yaml_depth = from_to(1, 200),
    yaml_alias_nodes = from_to(0, most), yaml_key_bytes = from_to(1, 4096), markdown_depth = from_to(1, 1000),
    bracket_run = from_to(1, most), seconds = from_to(1, 86400), memory = from_to(1, 1 << 20) },
}

local function check(root, container, known, inside, complain)
  for _, key in ipairs(keys_of(container)) do
    local rule, value = known[key], container[key]
    local function at(message, within, entry) complain(within or container, within and entry or key, message) end
    if not rule then
      local hint = closest.hint(key, closest.keys(known))
      if hint == "" and inside ~= "" then hint = "; there are " .. table.concat(closest.keys(known), ", ") end
      at(("there is no setting '%s%s'%s"):format(inside, key, hint))
    elseif value == nil then -- nothing set
    elseif type(rule) == "function" then
      rule(at, value, inside .. key, root)
    elseif is_map(value) then
      check(root, value, rule, key .. ".", complain)
    elseif not is_empty(value) then
      map(at, value, key)
    end
  end
end

--- Looks at all of galley.yaml; complain(map or list, key, text) says what is wrong with one entry.
function settings.check(root, complain) check(root, root, rules, "", complain) end

-- { line, column, name =, options = { key = { line, column } } } of an entry that sets a plugin's options.
local function places_of(container, key, name, options)
  local line, column = galley.yaml.place(container, key)
  local found = { line, column, name = name, options = {} }
  for _, option in ipairs(is_map(options) and keys_of(options) or {}) do
    found.options[option] = { galley.yaml.place(options, option) }
  end
  return found
end

-- The same of NAME, or of NAME: { option: value }.
local function places_of_entry(container, key)
  local entry = container[key]
  if not is_map(entry) then return places_of(container, key, entry) end
  local name = keys_of(entry)[1]
  return places_of(container, key, name, entry[name])
end

--- Which plugins galley.yaml names, where, and where it sets their options: { plugins = { by number }, exports = { by number }, checks = { by
-- name }, layout = }.
function settings.places(root)
  local found = { plugins = {}, exports = {} }
  for key, places in pairs(found) do
    for i = 1, is_list(root[key]) and #root[key] or 0 do places[i] = places_of_entry(root[key], i) end
  end
  found.checks, found.layout = {}, root.layout ~= nil and places_of_entry(root, "layout") or nil
  for name, options in pairs(is_map(root.checks) and root.checks or {}) do
    found.checks[name] = places_of(root.checks, name, name, options)
  end
  return found
end

return settings
