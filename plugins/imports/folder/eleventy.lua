--- Eleventy's folders: Markdown files with data files beside and above them.
local addresses = require("addresses")
local config = require("config")
local front = require("front")

local eleventy = { name = "Eleventy" }

local names = { ".eleventy.js", "eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs" }

eleventy.elsewhere = {
  _includes = "templates; galley's are in layouts/ and plugins/layouts/", _layouts = "templates; galley's are in layouts/ and plugins/layouts/",
  _data = "copy it to data/", assets = "copy it to static/assets/", css = "copy it to static/css/", js = "copy it to static/js/",
  img = "copy it to static/img/", images = "copy it to static/images/", public = "copy what is in it to static/",
}

local function program(folder)
  for _, name in ipairs(names) do
    local text = folder.read(name)
    if text then return text, name end
  end
end

function eleventy.detect(folder)
  local package = folder.read("package.json")
  return package and package:find("@11ty/eleventy", 1, true) ~= nil or program(folder) ~= nil or folder.some("%.11tydata%.") or folder.some("%.njk$")
end

function eleventy.open(folder, notes)
  local site = { config = {}, data = {} }
  local text, name = program(folder)
  if name then notes.known[name] = true end
  local package = folder.read("package.json") or ""
  local content = text and text:match("%f[%w]input:%s*[\"'`]([^\"'`]+)") or package:match("%-%-input[= ]([^%s\"']+)") or ""
  content = addresses.normal(content) or ""
  site.content = content ~= "" and content .. "/" or ""
  if not folder.below(site.content) then site.content = "" end
  if text then notes.person(("%s is a program; what it adds (collections, filters, shortcodes, passthrough copies) is not taken over"):format(name)) end
  site.output = text and text:match("%f[%w]output:%s*[\"'`]([^\"'`]+)") or "_site"
  site.output = (addresses.normal(site.output) or "_site") .. "/"
  site.folder = folder
  return setmetatable(site, { __index = eleventy })
end

local templates = { [".njk"] = true, [".liquid"] = true, [".html"] = true, [".hbs"] = true, [".ejs"] = true, [".webc"] = true, [".pug"] = true, [".mdx"] = true }

function eleventy.kind(site, path)
  if path:sub(1, #site.content) ~= site.content or path:sub(1, #site.output) == site.output then return nil end
  local below = path:sub(#site.content + 1)
  if ("/" .. below):find("/_") or below:find("node_modules/", 1, true) then return nil end
  local ending = addresses.parts(below).ending:lower()
  if ending == ".md" or ending == ".markdown" then return "article" end
  if path:find("%.11ty%.[cm]?js$") or templates[ending] then return "template" end
  if ending == ".json" or path:find("%.11tydata%.") or (ending:find("^%.[cm]?js$") and site.content == "") then return nil end
  return "picture"
end

function eleventy.item(site, path)
  local below = path:sub(#site.content + 1)
  local parts = addresses.parts(below)
  local item = { file = path, path = parts.folder .. parts.name .. ".md", name = parts.rest, date = parts.date, folder = parts.folder }
  if item.name == "index" then item.name, item.folder = parts.folder:match("([^/]+)/$") or "", parts.folder:gsub("[^/]+/$", "") end
  return item
end

-- The data of a file or folder, by its path without ending: NAME.11tydata.json, NAME.json.
local function data_of(site, stem, notes)
  if site.data[stem] == nil then
    site.data[stem] = false
    for _, ending in ipairs{ ".11tydata.js", ".11tydata.cjs", ".11tydata.mjs" } do
      if site.folder.has[stem .. ending] then notes.person(("%s%s is a program and is not taken over; add its keys to the articles"):format(stem, ending)) end
    end
    for _, ending in ipairs{ ".11tydata.json", ".json" } do
      if site.folder.has[stem .. ending] and not site.data[stem] then
        notes.known[stem .. ending] = true
        local value, problem = config.read(site.folder, stem .. ending)
        if front.is_map(value) then
          site.data[stem] = { value, stem .. ending }
        else
          notes.unsure(nil, ("%s%s is not read: %s"):format(stem, ending, tostring(problem or "it is no map")))
        end
      end
    end
  end
  return site.data[stem] or nil
end

-- All data that count for an article, the nearest first.
local function cascade(site, item, notes)
  local list = { data_of(site, item.file:gsub("%.[^./]*$", ""), notes) }
  local folder = addresses.folder(item.file):gsub("/$", "")
  while folder ~= "" and #folder + 1 >= #site.content do
    list[#list + 1] = data_of(site, folder .. "/" .. folder:match("[^/]*$"), notes)
    folder = folder:match("^(.*)/[^/]*$") or ""
  end
  return list
end

function eleventy.address(site, item, map, notes)
  local permalink = map.permalink
  if permalink == nil then
    for _, data in ipairs(cascade(site, item, notes)) do if permalink == nil then permalink = data[1].permalink end end
  end
  if permalink == false then return nil end
  if type(permalink) == "string" and not permalink:find("[{$]") then return "/" .. permalink:gsub("^/", "") end
  if type(permalink) == "string" then
    local slug = permalink:gsub("{{%-?%s*page%.fileSlug[^}]*}}", item.name):gsub("{{%-?%s*title%s*|%s*slug[^}]*}}", addresses.slug(map.title or item.name))
      :gsub("{{%-?%s*page%.filePathStem%s*%-?}}", "/" .. item.folder .. item.name)
    if not slug:find("[{$]") then return "/" .. slug:gsub("^/", "") end
    return nil
  end
  return ("/%s%s/"):format(item.folder, item.name):gsub("//+", "/")
end

local function list_of(value)
  local list = {}
  for _, one in ipairs(type(value) == "userdata" and value or { value }) do list[#list + 1] = one end
  return list
end

function eleventy.prepare(site, item, head, notes)
  for _, data in ipairs(cascade(site, item, notes)) do
    local values, from = data[1], data[2]:match("[^/]*$")
    if head.map.tags ~= nil and values.tags ~= nil then -- Eleventy joins lists of tags
      local tags, known = list_of(head.map.tags), {}
      local count = #tags
      for _, tag in ipairs(tags) do known[tag] = true end
      for _, tag in ipairs(list_of(values.tags)) do if not known[tag] then tags[#tags + 1] = tag end end
      if #tags > count and head:set("tags", tags) then notes.inherited(item.path, "tags", from) end
    end
    config.inherit(head, values, from, notes, item)
  end
  if head.map.eleventyComputed ~= nil then notes.unsure(item.path, "eleventyComputed is kept and computes nothing here") end
  local permalink = head.map.permalink
  if type(permalink) == "string" and permalink:find("[{$]") then
    local address = eleventy.address(site, item, head.map, notes)
    if address and head:rename("permalink", "original_permalink") and head:set("permalink", address) then
      notes.note(item.path, ("permalink '%s' is now '%s'"):format(permalink, address))
      return
    end
  end
  config.address(head, "permalink", nil, notes, item)
end

--- {{ '/path/' | url }}, and {{ site.baseurl }} of sites that came from Jekyll.
function eleventy.shortcode(_, _, url)
  local behind = config.below_base(url)
  if behind ~= url then return (behind:find("^/") and "" or "/") .. behind, "", "site.baseurl" end
  local path, rest = url:match("^{{%-?%s*[\"']([^\"']*)[\"']%s*|%s*url%s*%-?}}(.*)$")
  if path then return path, rest, "url" end
end

function eleventy.report() end

return eleventy
