--- Jekyll's folders: _posts, _drafts, collections and pages; only files with front matter are pages.
local addresses = require("addresses")
local config = require("config")
local front = require("front")

local jekyll = { name = "Jekyll", wants_front = true }

jekyll.elsewhere = {
  _layouts = "templates; galley's are in layouts/ and plugins/layouts/", _includes = "parts of templates and articles; galley's are in layouts/ or filters",
  _data = "copy it to data/", _sass = "styles", _plugins = "programs in Ruby; write plugins in Lua instead", assets = "copy it to static/assets/",
  images = "copy it to static/images/", img = "copy it to static/img/", css = "copy it to static/css/", js = "copy it to static/js/",
  files = "copy it to static/files/",
}

local styles = {
  date = "/:categories/:year/:month/:day/:title:output_ext", pretty = "/:categories/:year/:month/:day/:title/",
  ordinal = "/:categories/:year/:y_day/:title:output_ext", none = "/:categories/:title:output_ext",
}

function jekyll.detect(folder)
  return (folder.has["_config.yml"] or folder.has["_config.yaml"] or folder.has["_config.toml"]) ~= nil or folder.some("^_posts/") or folder.some("/_posts/")
end

function jekyll.open(folder, notes)
  local site = { config = config.first(folder, { "_config.yml", "_config.yaml", "_config.toml" }, notes) or {} }
  site.content = type(site.config.source) == "string" and site.config.source:gsub("^%./", ""):gsub("/*$", "/") or ""
  if site.content == "./" or site.content == "/" or not folder.below(site.content) then site.content = "" end
  site.base, site.prefix = site.config.url, site.config.baseurl
  site.collections = {}
  local collections = site.config.collections
  if type(collections) == "userdata" then
    for key, value in pairs(collections) do
      site.collections[type(key) == "string" and key or tostring(value)] = front.is_map(value) and value or {}
    end
  end
  return setmetatable(site, { __index = jekyll })
end

local markdown = { [".md"] = true, [".markdown"] = true, [".mkd"] = true, [".mkdn"] = true, [".mkdown"] = true }
local templates = { [".html"] = true, [".htm"] = true, [".xml"] = true, [".textile"] = true, [".adoc"] = true, [".haml"] = true, [".slim"] = true }

-- The place of a path: "posts", "drafts", a collection's name, or nil for a page; false for what is no content.
local function place_of(site, path)
  local place
  for part in addresses.folder(path):gmatch("[^/]+") do
    local name = part:match("^_(.+)$")
    if part == "node_modules" or part == "vendor" then return false end
    if name then
      if name ~= "posts" and name ~= "drafts" and not site.collections[name] then return false end
      place = name
    end
  end
  return place
end

function jekyll.kind(site, path)
  if path:sub(1, #site.content) ~= site.content then return nil end
  local below = path:sub(#site.content + 1)
  local place = place_of(site, below)
  if place == false then return nil end
  local parts = addresses.parts(below)
  if parts.name:find("^_") then return nil end
  local ending = parts.ending:lower()
  if markdown[ending] then return "article" end
  return templates[ending] and "template" or "picture"
end

function jekyll.item(site, path)
  local below = path:sub(#site.content + 1)
  local parts = addresses.parts(below)
  local item = { file = path, place = place_of(site, below), name = parts.rest, date = parts.date, optional_front = true }
  item.path = (parts.folder:gsub("%f[^/\0]_", "")) .. parts.name .. ".md"
  item.categories = {}
  for part in parts.folder:gmatch("[^/]+") do
    if part:find("^_") then break end
    item.categories[#item.categories + 1] = part
  end
  item.below = parts.folder:match("_[^/]+/(.*)$") or parts.folder
  return item
end

-- Jekyll's lists of words may be a string.
local function words_of(value)
  local list = {}
  if type(value) == "userdata" then
    for _, one in ipairs(value) do list[#list + 1] = tostring(one) end
  elseif value ~= nil then
    for word in tostring(value):gmatch("%S+") do list[#list + 1] = word end
  end
  return list
end

local function fields_of(site, item, map)
  local categories = {}
  for _, name in ipairs(item.place == "posts" and item.categories or {}) do categories[#categories + 1] = name:lower() end
  local given = map.categories == nil and map.category ~= nil and { tostring(map.category) } or words_of(map.categories)
  for _, name in ipairs(given) do categories[#categories + 1] = addresses.slug(name) end
  local slug = map.slug ~= nil and tostring(map.slug) or item.name
  local fields = { categories = table.concat(categories, "/"), title = slug, slug = addresses.slug(slug), name = item.name, path = item.below .. item.name,
    basename = item.name, collection = item.place or "", output_ext = ".html" }
  addresses.date_fields(map.date or item.date, fields)
  return fields
end

--- The default values that the configuration has for a file, the most special first.
local function defaults_of(site, item)
  local found = {}
  local defaults = site.config.defaults
  for _, one in ipairs(type(defaults) == "userdata" and not front.is_map(defaults) and defaults or {}) do
    local scope, values = front.is_map(one) and one.scope, front.is_map(one) and one.values
    if front.is_map(scope) and front.is_map(values) then
      local path, kind = tostring(scope.path or ""):gsub("^/", ""), scope.type
      local own = item.place == "drafts" and "drafts" or item.place or "pages"
      local below = item.file:sub(#site.content + 1)
      if (path == "" or below == path or below:sub(1, #path + 1) == path:gsub("/$", "") .. "/") and (kind == nil or kind == own or kind == "posts" and own == "drafts") then
        table.insert(found, 1, values)
      end
    end
  end
  return found
end

function jekyll.address(site, item, map)
  local pattern = map.permalink
  if pattern == nil then
    for _, values in ipairs(defaults_of(site, item)) do pattern = pattern or values.permalink end
  end
  if type(pattern) ~= "string" then
    if item.place == "posts" then
      pattern = site.config.permalink or "date"
    elseif item.place and item.place ~= "drafts" then
      pattern = site.collections[item.place].permalink or "/:collection/:path:output_ext"
    else
      pattern = "/:path:output_ext"
    end
  end
  if type(pattern) ~= "string" then return nil end
  return addresses.fill(styles[pattern] or pattern, fields_of(site, item, map))
end

function jekyll.prepare(site, item, head, notes)
  if item.place == "drafts" and head.map.draft == nil and head.map.published == nil then head:set("draft", true) end
  for _, values in ipairs(defaults_of(site, item)) do config.inherit(head, values, "defaults in _config.yml", notes, item) end
  for _, key in ipairs{ "tags", "categories" } do
    local value = head.map[key]
    if type(value) == "string" and value:find("%S%s+%S") then
      local list = words_of(value)
      if head:set(key, list) then notes.note(item.path, ("%s '%s' are %d words to Jekyll and a list now"):format(key, value, #list)) end
    end
  end
  if item.place == "posts" and #item.categories > 0 and head.map.categories == nil and head.map.category == nil then
    if head:set("categories", item.categories) then notes.inherited(item.path, "categories", "the folders above _posts") end
  end
  config.address(head, "permalink", fields_of(site, item, head.map), notes, item)
end

local function path_key(path) return (path:gsub("^/", ""):gsub("%.%w+$", "")) end

--- {% post_url %}, {% link %}, {{ site.baseurl }} and the filters relative_url and absolute_url.
function jekyll.shortcode(site, item, url, index)
  local behind = config.below_base(url)
  if behind ~= url and not behind:find("^{%%") then return (behind:find("^/") and "" or "/") .. behind, "", "site.baseurl" end
  url = behind
  local filtered, rest = url:match("^{{%-?%s*[\"']([^\"']*)[\"']%s*|%s*[%a_]*url%s*%-?}}(.*)$")
  if filtered then return (filtered:find("^/") and "" or "/") .. filtered, rest, "relative_url" end
  local name, fragment = url:match("^{%%%-?%s*post_url%s+[\"']?([^%s\"'%%]+)[\"']?%s*%-?%%}(.*)$")
  if name then
    name = path_key(name)
    local found
    for _, one in ipairs(index.names[name:match("[^/]*$"):lower()] or {}) do
      local file = path_key(one.file)
      if one.place == "posts" and (file:sub(-#name) == name or (file:gsub("_posts/", "")):sub(-#name) == name) then found = found or one end
    end
    return found, fragment, "post_url"
  end
  name, fragment = url:match("^{%%%-?%s*link%s+[\"']?([^%s\"'%%]+)[\"']?%s*%-?%%}(.*)$")
  if name then
    local found = index.sources[site.content .. name:gsub("^/", "")]
    if found then return found, fragment, "link" end
    return "/" .. name:gsub("^/", ""), fragment, "link"
  end
end

function jekyll.report(site, notes)
  if site.prefix and site.prefix ~= "" and site.prefix ~= "/" then
    notes.person(("baseurl is '%s': write it at the end of url in galley.yaml"):format(tostring(site.prefix)))
  end
  if site.config.permalink then notes.person(("permalink is '%s': write what it means into galley.yaml (permalinks)"):format(tostring(site.config.permalink))) end
  if site.config.paginate then notes.person("paginate is set; galley's layouts have the option per_page") end
  if site.config.plugins or site.config.gems then notes.person("plugins are set; they are programs in Ruby and not taken over") end
end

return jekyll
