--- Configuration and data files of other generators, and keys that articles get from them.
local addresses = require("addresses")

local config = {}

--- A file's data: a map, list or scalar; nil and why not.
function config.read(folder, path)
  local text, problem = folder.read(path)
  if not text then return nil, problem end
  local ending = path:match("%.(%w+)$")
  if ending == "toml" then return galley.toml.parse(text, { name = path }) end
  if ending == "json" then return galley.json.parse(text, { name = path, ordered = true }) end
  return galley.yaml.parse(text, { name = path })
end

--- The first of some files that is there, as a map.
function config.first(folder, names, notes, prefix)
  for _, name in ipairs(names) do
    local path = (prefix or "") .. name
    if folder.has[path] then
      local value, problem = config.read(folder, path)
      notes.known[path] = true
      if type(value) == "userdata" then return value end
      notes.unsure(nil, ("%s is not read: %s"):format(path, tostring(problem or "it is no map")))
    end
  end
end

local never = { layout = true, cascade = true, eleventyComputed = true, eleventyNavigation = true, pagination = true }

--- Gives a head the keys of a map that it does not have; what only templates use is left out and told.
function config.inherit(head, values, from, notes, item)
  for key, value in pairs(values) do
    if never[key] then
      notes.lost(item.path, ("the key %s (from %s) is left out"):format(key, from))
    elseif head.map[key] == nil and value ~= nil then
      if head:set(key, value) then notes.inherited(item.path, key, from) end
    end
  end
end

--- An address without the {{ site.url }} and {{ site.baseurl }} that it begins with.
function config.below_base(url)
  local behind = url:match("^{{%-?%s*site%.url%s*%-?}}(.*)$") or url
  return behind:match("^{{%-?%s*site%.baseurl%s*%-?}}(.*)$") or behind
end

local filler = "^[%w%-._~/%%!$&'()*+,;=:@\x80-\xFF]*$"

--- An address of its own: with a pattern in it, it is filled in where that can be done, else kept under another name.
function config.address(head, key, fields, notes, item)
  local value = head.map[key]
  if value == nil then return end
  local function aside(why)
    local name = "original_" .. key
    if head:rename(key, name) then notes.unsure(item.path, ("%s '%s' %s; it is kept as %s"):format(key, tostring(value), why, name)) end
  end
  if type(value) ~= "string" then
    if value == false then
      if head.map.draft == nil then head:set("draft", true) end
      return aside("made no page, so the article is a draft")
    end
    return aside("is no address")
  end
  local url = value
  if url:find("{", 1, true) then return aside("is computed by the generator") end
  if url:find(":[%a_]") and not url:find("^%a[%w+.-]*://") then
    if not fields then return aside("is a pattern") end
    local filled, unknown = addresses.fill(url, fields)
    if not filled then return aside(("is a pattern with :%s"):format(unknown)) end
    url = filled
  end
  if not url:find(filler) or url:find("^%a[%w+.-]*:") then return aside("is no path on the site") end
  if not url:find("^/") then
    if key == "permalink" and not url:find("[/.]") then return aside("is the name of a pattern") end
    url = "/" .. url
  end
  if url ~= value and head:set(key, url) then notes.note(item.path, ("%s '%s' is now '%s'"):format(key, value, url)) end
end

return config
