--- Hugo's folders: content/ with sections and bundles, configuration in TOML, YAML or JSON.
local addresses = require("addresses")
local config = require("config")
local front = require("front")

local hugo = { name = "Hugo" }

local names = { "hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config.toml", "config.yaml", "config.yml", "config.json" }

hugo.elsewhere = {
  static = "copy what is in it to static/", assets = "copy pictures to static/", data = "copy it to data/",
  layouts = "templates; galley's are in layouts/ and plugins/layouts/", themes = "templates; galley's are in layouts/ and plugins/layouts/",
  archetypes = "models of new articles", i18n = "texts of templates",
}

function hugo.detect(folder)
  for _, name in ipairs(names) do
    if folder.has[name] or folder.has["config/_default/" .. name] then return true end
  end
  return folder.below("content/") and (folder.below("archetypes/") or folder.below("layouts/"))
end

function hugo.open(folder, notes)
  local site = { generator = hugo, config = config.first(folder, names, notes) or config.first(folder, names, notes, "config/_default/") or {}, inherited = {} }
  local settings = site.config
  site.content = (settings.contentDir or settings.contentdir or "content"):gsub("/*$", "/")
  if not folder.below(site.content) then site.content = "" end
  site.base = settings.baseURL or settings.baseurl
  site.languages, site.language = {}, settings.defaultContentLanguage or "en"
  site.folders = {} -- of languages that have one each
  for code, language in pairs(front.is_map(settings.languages) and settings.languages or {}) do
    site.languages[code] = true
    local own = front.is_map(language) and (language.contentDir or language.contentdir)
    if type(own) == "string" then
      own = own:gsub("^%./", ""):gsub("/*$", "/")
      if own:sub(1, #site.content) == site.content and own ~= site.content then site.folders[#site.folders + 1] = { own:sub(#site.content + 1), code } end
    end
  end
  return setmetatable(site, { __index = hugo })
end

local markdown = { [".md"] = true, [".markdown"] = true, [".mdown"] = true }
local templates = { [".html"] = true, [".htm"] = true, [".adoc"] = true, [".org"] = true, [".rst"] = true, [".pandoc"] = true, [".pdc"] = true }

--- "article", "picture" (any file that goes with articles), "template", or nothing for what is no content.
function hugo.kind(site, path)
  if path:sub(1, #site.content) ~= site.content then return nil end
  local ending = addresses.parts(path).ending:lower()
  return markdown[ending] and "article" or templates[ending] and "template" or "picture"
end

--- The path below the content folder: { path, ... } with what it says.
function hugo.item(site, path)
  local item = { file = path, path = path:sub(#site.content + 1) }
  local parts = addresses.parts(item.path)
  local own = "" -- the folder of its language, which its address does not have
  for _, folder in ipairs(site.folders) do
    if item.path:sub(1, #folder[1]) == folder[1] then
      own = folder[1]
      if folder[2] ~= site.language then item.language = folder[2] end
    end
  end
  local name, language = parts.name:match("^(.+)%.([%a-]+)$")
  if language and site.languages[language] and language ~= site.language then item.language = language else name = parts.name end
  if name == "index" and parts.folder == own then name = "_index" end
  item.index = name == "index" or name == "_index"
  item.path = parts.folder .. parts.name .. ".md"
  local folder = parts.folder:sub(#own + 1)
  item.ref, item.ref_file = folder .. name .. ".md", folder .. parts.name .. ".md" -- what ref says: without the language, with it
  item.name = item.index and (folder:match("([^/]+)/$") or "") or name
  item.folder = item.index and folder:gsub("[^/]+/$", "") or folder
  item.branch = name == "_index"
  return item
end

--- The address that the page had.
function hugo.address(site, item, map)
  local prefix = item.language and "/" .. item.language or ""
  if type(map.url) == "string" and not map.url:find(":", 1, true) then return map.url:find("^/") and map.url or prefix .. "/" .. map.url end
  local section = item.ref:match("^([^/]+)/") or ""
  local patterns = site.config.permalinks
  if front.is_map(patterns) and front.is_map(patterns.page) then patterns = patterns.page end
  local pattern = front.is_map(patterns) and not item.branch and patterns[section]
  local slug = type(map.slug) ~= "table" and map.slug ~= nil and tostring(map.slug) or nil
  if type(pattern) == "string" then
    local fields = { section = section, sections = item.folder:gsub("/$", ""), title = addresses.slug(map.title or item.name),
      slug = slug or addresses.slug(map.title or item.name), filename = addresses.slug(item.name), contentbasename = addresses.slug(item.name),
      slugorfilename = slug or addresses.slug(item.name), slugorcontentbasename = slug or addresses.slug(item.name) }
    addresses.date_fields(map.date, fields)
    local url = addresses.fill(pattern, fields)
    if url then return prefix .. url end
  end
  local name = slug or item.name
  return (("%s/%s%s/"):format(prefix, item.folder, name):gsub("//+", "/"):gsub(" ", "-"))
end

--- Keys that an _index.md gives to the pages below it.
function hugo.learn(site, item, map, notes)
  local cascade = map.cascade
  if type(cascade) ~= "userdata" then return end
  local list = front.is_map(cascade) and { cascade } or cascade
  local folder = addresses.folder(item.path)
  for _, values in ipairs(list) do
    if not front.is_map(values) or values._target or values.target then
      notes.unsure(item.path, "cascade with a target is not applied; add its keys to the articles that it meant")
    else
      site.inherited[folder] = site.inherited[folder] or {}
      table.insert(site.inherited[folder], values)
    end
  end
end

--- Changes of the front matter that follow from where the file lies.
function hugo.prepare(site, item, head, notes)
  if item.language and head.map.lang == nil and head.map.language == nil then head:set("lang", item.language) end
  local folder = addresses.folder(item.path)
  while true do
    for _, values in ipairs(site.inherited[folder] or {}) do config.inherit(head, values, "cascade", notes, item) end
    if folder == "" then break end
    folder = folder:gsub("[^/]+/$", "")
  end
  config.address(head, "url", nil, notes, item)
end

local function ref_key(path) return (path:lower():gsub("^/", ""):gsub("/$", ""):gsub("%.md$", ""):gsub("%.markdown$", ""):gsub("/?_?index$", "")) end

--- What a shortcode in an address leads to: an item and the rest (#fragment), or nothing.
function hugo.shortcode(site, item, url, index)
  local inner = url:match("^{{[<%%]%s*rel(ref%s.-)%s*/?[>%%]}}$") or url:match("^{{[<%%]%s*(ref%s.-)%s*/?[>%%]}}$")
  if not inner then return nil end
  local target = inner:match("path%s*=%s*[\"'`]([^\"'`]*)") or inner:match("^ref%s+[\"'`]([^\"'`]*)") or inner:match("^ref%s+([^%s\"'`=]+)$")
  if not target then return nil end
  local path, fragment = target:match("^([^#?]*)(.*)$")
  if path == "" then return item, fragment, "ref" end
  local normal = not path:find("^/") and addresses.normal(addresses.folder(item.ref) .. path)
  local found = normal and index.file(item, ref_key(normal)) or index.file(item, ref_key(path))
  if not found then
    local same = index.names[ref_key(path):match("[^/]*$")] or {}
    local candidates = {}
    for _, one in ipairs(same) do
      if one.language == item.language and ("/" .. ref_key(one.ref)):sub(-#ref_key(path) - 1) == "/" .. ref_key(path) then candidates[#candidates + 1] = one end
    end
    if #candidates == 1 then found = candidates[1] end
  end
  return found, fragment, "ref"
end

hugo.ref_key = ref_key

--- What the configuration says that galley.yaml has to say again.
function hugo.report(site, notes)
  local settings = site.config
  if settings.permalinks then notes.person("the configuration has permalinks; write them into galley.yaml (permalinks), with galley's placeholders") end
  if settings.taxonomies then notes.person("the configuration has taxonomies; write them into galley.yaml (taxonomies)") end
  if settings.menu or settings.menus then notes.person("the configuration has menus; they are for a layout to make") end
end

return hugo
