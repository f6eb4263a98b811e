--- A site's configuration and data: galley.yaml read and checked, data/ read, defaults for the rest.
--
-- A folder without galley.yaml is a site with the defaults, its Markdown files anywhere below it. Every
-- key is checked against the table below, so that a misspelt one is an error with its place.
local closest = require("galley.closest")
local files = require("galley.site_files")
local grants = require("galley.grants")
local messages = require("galley.messages")
local settings = require("galley.settings")

local site = {}

local default_taxonomies = {
  { name = "author", keys = { "authors", "author" }, permalink = "/authors/:slug/" },
  { name = "topic", keys = { "topics", "topic", "tags", "categories" }, permalink = "/topics/:slug/" },
}

--- The folder with galley.yaml at or above `from`; nil when there is none.
function site.find(from)
  local folder = galley.files.real(from)
  while folder do
    if galley.files.kind(folder .. "/galley.yaml") == "file" then return folder end
    folder = folder:match("^(.+)/[^/]+$")
  end
end

-- taxonomies: { author: authors, topic: [topics, tags] } or { author: { keys: [...], permalink: ... } }
local function read_taxonomies(config, permalinks)
  local list = {}
  if config.taxonomies then
    for _, name in ipairs(closest.keys(config.taxonomies)) do
      local given = config.taxonomies[name]
      local keys = type(given) == "table" and (given.keys or given) or { given }
      if type(keys) ~= "table" then keys = { keys } end
      if #keys == 0 then keys = { name .. "s", name } end
      list[#list + 1] = { name = name, keys = keys,
        permalink = type(given) == "table" and given.permalink or ("/%ss/:slug/"):format(name) }
    end
  else
    for i, taxonomy in ipairs(default_taxonomies) do
      list[i] = { name = taxonomy.name, keys = taxonomy.keys, permalink = taxonomy.permalink }
    end
  end
  for _, taxonomy in ipairs(list) do taxonomy.permalink = permalinks[taxonomy.name] or taxonomy.permalink end
  return list
end

local function dialect_of(config)
  if config.markdown == nil then return nil end
  local parts = { "default" }
  for _, name in ipairs(closest.keys(config.markdown)) do parts[#parts + 1] = (config.markdown[name] and "" or "-") .. name end
  return table.concat(parts, ",")
end

-- A path that galley.yaml names, as seen from the current folder.
local function inside(prefix, path) return path:sub(1, 1) == "/" and path or prefix .. path end

--- What leads from the current folder to a site's files: "" or a path with / at its end.
function site.prefix(root)
  return (root == "." or galley.files.real(root) == galley.files.real(".")) and "" or root:gsub("/*$", "") .. "/"
end

-- Says at its place that the folder which `content` names is not there.
local function content_is_missing(found, map)
  local content = map.content
  if type(content) ~= "string" or galley.files.kind(inside(found.prefix, content == "" and "." or content)) == "folder" then return false end
  local line, column = galley.yaml.place(map, "content")
  messages.show{ severity = "error", file = found.file, line = line, column = column,
    message = ("there is no folder '%s'; make it, or name the folder of the articles"):format(content) }
  return true
end

--- Reads a site. Returns a table (root, content, output, config, data, taxonomies, ...) or nil after
-- the reasons were shown. `folder` nil: the site at or above the current folder.
function site.read(folder)
  local root = folder or site.find(".") or "."
  local is, reason, code = galley.files.kind(root)
  if code == "system" then
    messages.error(reason .. "; check its permissions")
    return nil, 3
  end
  if is ~= "folder" then
    messages.error(("there is no folder '%s'; name the site's folder"):format(root))
    return nil, 2
  end
  local prefix = site.prefix(root)
  local found = { root = root, prefix = prefix, file = prefix .. "galley.yaml", failed = false, grants = {}, places = {} }
  local config = {}
  local kind = galley.files.kind(found.file)
  if kind == "folder" or kind == "other" then
    messages.show{ severity = "error", file = found.file, message = "this is no file; the site's settings are expected in a file of this name" }
    return nil, 1
  end
  if not kind and galley.files.kind(prefix .. "galley.yml") == "file" then
    messages.show{ severity = "warning", file = prefix .. "galley.yml", message = "settings are not read from here; name the file galley.yaml" }
  end
  if kind == "file" then
    local map, reason = files.yaml(found.file)
    if map == nil then return nil, reason == "system" and 3 or 1 end
    if type(map) ~= "userdata" or not tostring(map):find("^a map") then
      messages.show{ severity = "error", file = found.file, line = 1, column = 1, message = "settings are expected here, one a line, such as title: My site" }
      return nil, 1
    end
    found.has_file = true
    settings.check(map, function(container, key, text)
      local line, column = galley.yaml.place(container, key)
      messages.show{ severity = "error", file = found.file, line = line, column = column, message = text }
      found.failed = true
    end)
    found.grants = grants.read(map, function(line, column, text)
      messages.show{ severity = "error", file = found.file, line = line, column = column, message = text }
      found.failed = true
    end)
    if found.failed then return nil, 1 end
    found.places = settings.places(map)
    if content_is_missing(found, map) then return nil, 1 end
    config = galley.yaml.plain(map)
    if #config > 0 then config = {} end
  end
  config.title = config.title or (galley.files.real(root) or "Site"):match("([^/]+)$") or "Site"
  config.url = (config.url or ""):gsub("/*$", "")
  config.language = (config.language or "en"):gsub("_", "-")
  -- layout: newsroom, or layout: { newsroom: { per_page: 10 } }
  found.layout = config.layout or "newsroom"
  if type(found.layout) == "table" then
    found.layout = found.places.layout.name
    found.layout_options = config.layout[found.layout]
  end
  found.config = config
  local content = config.content
  if not content then content = galley.files.kind(prefix .. "content") == "folder" and "content" or "" end
  content = galley.path.normalise(content)
  found.content = content == "." and (prefix == "" and "." or prefix:gsub("(.)/$", "%1")) or inside(prefix, content)
  found.content_prefix = found.content == "." and "" or found.content .. "/"
  found.output = inside(prefix, config.output or "public")
  found.ignore = { "node_modules", "*~" } -- packages, and what editors keep of earlier versions
  if content == "." then
    -- a folder of Markdown: what a site keeps beside its content is not content
    for _, name in ipairs{ "public", "_site", "plugins", "layouts", "data", "static", "README.md", "galley.yaml" } do
      found.ignore[#found.ignore + 1] = "/" .. name
    end
    if config.output then found.ignore[#found.ignore + 1] = "/" .. galley.path.normalise(config.output) end
  end
  for _, pattern in ipairs(config.ignore or {}) do found.ignore[#found.ignore + 1] = tostring(pattern) end
  local permalinks = config.permalinks or {}
  found.permalink = permalinks.article or "/:folder/:slug/"
  found.dated_permalink = permalinks.article or "/:folder/:year/:month/:day/:slug/"
  found.taxonomies = read_taxonomies(config, permalinks)
  found.dialect = dialect_of(config)
  local groups, wrong = {}, 0
  for _, taxonomy in ipairs(found.taxonomies) do groups[taxonomy.name .. "s"] = true end
  found.data, wrong = files.data(prefix, groups)
  if wrong > 0 then found.failed = true end
  found.limits = config.limits or {}
  if found.failed then return nil, 1 end
  return found
end

--- What stands in for a site where a command needs none: the defaults, and no plugins but the shipped.
function site.bare()
  return { root = ".", prefix = "", file = "galley.yaml", content = ".", content_prefix = "", output = "public",
    config = { title = "", url = "", language = "en" }, ignore = {}, grants = {}, places = {}, layout = "newsroom", data = {}, limits = {},
    permalink = "/:folder/:slug/", dated_permalink = "/:folder/:year/:month/:day/:slug/",
    taxonomies = read_taxonomies({}, {}) }
end

--- The instant that --now or SOURCE_DATE_EPOCH gives, else the clock's; nil and what is wrong. The third result is whether it was given.
function site.now(given)
  if given then
    local date, problem = galley.date.parse(given)
    if not date then return nil, problem end
    return date.instant, nil, true
  end
  local epoch = math.tointeger(tonumber(os.getenv("SOURCE_DATE_EPOCH") or ""))
  return epoch or os.time(), nil, epoch ~= nil
end

return site
