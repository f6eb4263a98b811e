--- A site's configuration and data: galley.yaml read and checked, data/ read, defaults for the rest.
--
-- A folder without galley.yaml is a site with the defaults, its Markdown files anywhere below it. Every
-- key is checked against the table below, so that a misspelt one is an error with its place.
local closest = require("galley.closest")
local grants = require("galley.grants")
local messages = require("galley.messages")

local site = {}

-- key = type; a table says what is inside.
local schema = {
  title = "string", url = "string", language = "string", description = "string",
  content = "string", output = "string", layout = "any",
  plugins = "list", exports = "list", ignore = "list", unsafe_html = "boolean",
  taxonomies = "map", checks = "map", permalinks = "map", markdown = "map", grants = "any",
  limits = { article_bytes = "integer", front_matter_bytes = "integer", yaml_depth = "integer",
    yaml_alias_nodes = "integer", yaml_key_bytes = "integer", markdown_depth = "integer",
    bracket_run = "integer", seconds = "integer", memory = "integer" },
  params = "map", author = "map", contacts = "list", organisation = "any", logo = "string", image = "string",
}

local dialect_names = { "tables", "strikethrough", "autolinks", "task_lists", "footnotes", "heading_ids",
  "attributes", "figures", "quotations", "directives", "shortcodes", "definition_lists", "smart", "more",
  "superscript", "subscript" }

local default_taxonomies = {
  { name = "author", keys = { "authors", "author" }, permalink = "/authors/:slug/" },
  { name = "topic", keys = { "topics", "topic", "tags", "categories" }, permalink = "/topics/:slug/" },
}

local function type_of(value)
  local kind = math.type(value) == "integer" and "integer" or type(value)
  if kind == "table" then return (#value > 0 or next(value) == nil) and "list" or "map" end
  return kind
end

-- Says once what is wrong with galley.yaml; `map` is the proxy whose places are known.
local function complain(found, map, key, text)
  local line, column = galley.yaml.place(map, key)
  messages.show{ severity = "error", file = found.file, line = line, column = column, message = text }
  found.failed = true
end

local function check(found, map, rules, inside)
  for _, key in ipairs(map:keys()) do
    local rule, value = rules[key], galley.yaml.plain(map[key])
    local wanted = type(rule) == "table" and "map" or rule
    local kind = type_of(value)
    if not rule then
      complain(found, map, key, ("there is no setting '%s%s'%s"):format(inside, key,
        closest.hint(key, closest.keys(rules))))
    elseif value == nil then -- nothing set
    elseif wanted ~= "any" and kind ~= wanted and not (kind == "list" and #value == 0 and wanted == "map") then
      complain(found, map, key, ("'%s%s' is a %s; it wants a %s"):format(inside, key, kind, wanted))
    elseif type(rule) == "table" and kind == "map" then
      check(found, map[key], rule, key .. ".")
    end
  end
end

local function read_file(path)
  local text
  local file, problem = io.open(path, "rb")
  if file then
    text, problem = file:read("a")
    file:close()
  else
    problem = problem:gsub("^.*: ", "")
  end
  if text then return text end
  return nil, path .. ": error: cannot read the file: " .. tostring(problem) .. "; check its permissions and the disk"
end

--- The folder with galley.yaml at or above `from`; nil when there is none.
function site.find(from)
  local folder = galley.files.real(from)
  while folder do
    if galley.files.kind(folder .. "/galley.yaml") == "file" then return folder end
    folder = folder:match("^(.+)/[^/]+$")
  end
end

--- The files of a folder that need not be there, and how many parts of it could not be listed; those are shown.
function site.list_folder(folder)
  if galley.files.kind(folder) ~= "folder" then return {}, 0 end
  local list, problems = galley.files.list(folder)
  if not list then list, problems = {}, { { message = "this folder cannot be opened; check its permissions" } } end
  for _, problem in ipairs(problems) do
    messages.show{ severity = "error", file = folder .. (problem.path and "/" .. problem.path or ""), message = problem.message }
  end
  return list, #problems
end

-- data/authors/jane.yaml becomes data.authors.jane
local function read_data(root, found)
  local data = {}
  local list, problems = site.list_folder(root .. "data")
  found.failed = found.failed or problems > 0
  for _, entry in ipairs(list) do
    local stem, ending = entry.path:match("^(.+)%.([%w]+)$")
    if ending == "yaml" or ending == "yml" then
      local name = root .. "data/" .. entry.path
      local text, problem = read_file(name)
      local value
      if text then value, problem = galley.yaml.parse(text, { name = name }) end
      if problem and not value then
        messages.show{ severity = "error", file = name, message = tostring(problem):gsub("^" .. name:gsub("%p", "%%%0") .. ":?%s*", "") }
        found.failed = true
      end
      local place = data
      local parts = {}
      for part in stem:gmatch("[^/]+") do parts[#parts + 1] = part end
      for i = 1, #parts - 1 do
        if type(place[parts[i]]) ~= "table" then place[parts[i]] = {} end
        place = place[parts[i]]
      end
      place[parts[#parts]] = galley.yaml.plain(value)
    elseif ending == "json" and galley.json then
      local text = read_file(root .. "data/" .. entry.path)
      local value, problem = galley.json.parse(text or "")
      if problem and value == nil then
        messages.show{ severity = "error", file = root .. "data/" .. entry.path, message = tostring(problem) }
        found.failed = true
      end
      data[stem] = galley.yaml.plain(value)
    end
  end
  return data
end

-- Where galley.yaml sets each option, by the plugin's number in the list; a wrong one is reported there.
local function option_places(map)
  local places, list = {}, map.plugins
  for i = 1, type(list) == "userdata" and #list or 0 do
    local entry = list[i]
    local name = type(entry) == "userdata" and entry.keys and entry:keys()[1]
    local options = name and entry[name]
    if type(options) == "userdata" and options.keys then
      places[i] = {}
      for _, key in ipairs(options:keys()) do
        local line, column = galley.yaml.place(options, key)
        places[i][key] = { line, column }
      end
    end
  end
  return places
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

local function dialect_of(config, found)
  if config.markdown == nil then return nil end
  local parts = { "default" }
  for _, name in ipairs(closest.keys(config.markdown)) do
    local known = false
    for _, other in ipairs(dialect_names) do known = known or other == name end
    if not known then
      messages.show{ severity = "error", file = found.file, message =
        ("there is no part '%s' of the dialect%s"):format(name, closest.hint(name, dialect_names)) }
      found.failed = true
    else
      parts[#parts + 1] = (config.markdown[name] and "" or "-") .. name
    end
  end
  return table.concat(parts, ",")
end

--- What leads from the current folder to a site's files: "" or a path with / at its end.
function site.prefix(root)
  return (root == "." or galley.files.real(root) == galley.files.real(".")) and "" or root:gsub("/*$", "") .. "/"
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
  local found = { root = root, prefix = prefix, file = prefix .. "galley.yaml", failed = false, grants = {} }
  local config = {}
  if galley.files.kind(prefix .. "galley.yaml") == "file" then
    local text, problem = read_file(prefix .. "galley.yaml")
    local map
    if text then map, problem = galley.yaml.parse(text, { name = found.file }) end
    if not map then
      local line, column, message = tostring(problem):match("^.-:(%d+):(%d+): error: (.*)$")
      messages.show{ severity = "error", file = found.file, line = tonumber(line), column = tonumber(column),
        message = message or tostring(problem):gsub("^.-: error: ", "") }
      return nil, text and 1 or 3
    end
    if type(map) ~= "userdata" or not map.keys then
      messages.show{ severity = "error", file = found.file, line = 1, message = "the configuration is a map of settings" }
      return nil, 1
    end
    found.has_file = true
    check(found, map, schema, "")
    found.grants = grants.read(map, function(line, column, text)
      messages.show{ severity = "error", file = found.file, line = line, column = column, message = text }
      found.failed = true
    end)
    if found.failed then return nil, 1 end
    found.option_places = option_places(map)
    config = galley.yaml.plain(map)
    if #config > 0 then config = {} end
  end
  config.title = config.title or (galley.files.real(root) or "Site"):match("([^/]+)$") or "Site"
  config.url = (config.url or ""):gsub("/*$", "")
  config.language = config.language or "en"
  -- layout: newsroom, or layout: { newsroom: { per_page: 10 } }
  found.layout = config.layout or "newsroom"
  if type(found.layout) == "table" then found.layout, found.layout_options = next(found.layout) end
  if type(found.layout) ~= "string" or (found.layout_options and type(found.layout_options) ~= "table") then
    messages.show{ severity = "error", file = found.file,
      message = "'layout' wants a name, or a name with options below it; write layout: newsroom" }
    return nil, 1
  end
  found.config = config
  local content = config.content
  if not content then content = galley.files.kind(prefix .. "content") == "folder" and "content" or "" end
  found.content = (prefix .. content):gsub("/$", "")
  if found.content == "" then found.content = "." end
  found.content_prefix = found.content == "." and "" or found.content .. "/"
  found.output = prefix .. (config.output or "public")
  found.ignore = { "node_modules", "*~" } -- packages, and what editors keep of earlier versions
  if found.content == "." or found.content == root or found.content .. "/" == prefix then
    -- a folder of Markdown: what a site keeps beside its content is not content
    for _, name in ipairs{ "public", "_site", "plugins", "layouts", "data", "static", "README.md" } do
      found.ignore[#found.ignore + 1] = name
    end
    if config.output then found.ignore[#found.ignore + 1] = config.output end
  end
  for _, pattern in ipairs(config.ignore or {}) do found.ignore[#found.ignore + 1] = tostring(pattern) end
  local permalinks = config.permalinks or {}
  found.permalink = permalinks.article or "/:folder/:slug/"
  found.dated_permalink = permalinks.article or "/:folder/:year/:month/:day/:slug/"
  found.taxonomies = read_taxonomies(config, permalinks)
  found.dialect = dialect_of(config, found)
  found.data = read_data(prefix, found)
  found.limits = config.limits or {}
  if found.failed then return nil, 1 end
  return found
end

--- What stands in for a site where a command needs none: the defaults, and no plugins but the shipped.
function site.bare()
  return { root = ".", prefix = "", file = "galley.yaml", content = ".", content_prefix = "", output = "public",
    config = { title = "", url = "", language = "en" }, ignore = {}, grants = {}, layout = "newsroom", data = {}, limits = {},
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
