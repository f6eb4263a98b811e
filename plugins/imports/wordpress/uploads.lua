--- Pictures and other files of the media library, where a copy of wp-content/uploads is named beside the export: what an
-- article shows or leads to comes with it, under media/, and its address becomes the way there.
local addresses = require("addresses")
local places = require("places")

local uploads = {}

--- Of all sources of the import: the folders among them; nil where there is none.
function uploads.open(sources)
  local found = { folders = {}, hosts = {}, taken = {}, names = {} }
  for _, source in ipairs(sources) do
    if source.folder then
      local has = {}
      for _, path in ipairs(source:files()) do has[path] = true end
      table.insert(found.folders, { source = source, has = has })
      table.insert(found.names, source.name)
    end
  end
  return #found.folders > 0 and found or nil
end

local function host_of(url)
  local host = url:match("^https?://([^/?#]+)") or url:match("^//([^/?#]+)")
  return host and host:lower():gsub("^www%.", "")
end

--- Remembers an address of the site itself.
function uploads.learn_host(library, url)
  local host = library and host_of(url)
  if host then library.hosts[host] = true end
end

-- The path of an address of the site; nil for another site's. Photon, i0.wp.com/HOST/PATH, shows the site's pictures, too.
local function own_path(library, url)
  local host = host_of(url)
  local path = url:gsub("[?#].*$", "")
  if not host then return not path:find("^%a[%w+.-]*:") and path or nil end
  path = path:gsub("^https?:", ""):gsub("^//[^/]+", "")
  local inner, rest = path:match("^/([^/]+%.[^/]+)(/.*)$")
  if host:find("^i%d%.wp%.com$") and inner then host, path = inner:lower():gsub("^www%.", ""), rest end
  return library.hosts[host] and path or nil
end

-- The folder and the path in it of the longest end of a path that is there.
local function locate(library, path)
  local parts = {}
  for part in path:gmatch("[^/]+") do parts[#parts + 1] = part end
  for from = math.max(1, #parts - 8), #parts do
    local key = table.concat(parts, "/", from)
    for _, folder in ipairs(library.folders) do
      if folder.has[key] then return folder, key end
    end
  end
end

-- What the article shows, else the picture that it is a smaller copy of, as it was or as WordPress scaled it.
local function find(library, path)
  path = addresses.decode(path)
  local whole = path:gsub("%-%d+x%d+(%.%w+)$", "%1")
  for _, one in ipairs{ path, whole, (whole:gsub("(%.%w+)$", "-scaled%1")) } do
    local folder, key = locate(library, one)
    if folder then return folder, key end
  end
end

-- The address in the article at `place` of what `url` leads to, or nil; "missing" for what should be there.
local function take(library, article, place, url, is_picture)
  local path = own_path(library, url)
  if not path or path == "" then return nil end
  local folder, key = find(library, path)
  if not folder then return nil, (is_picture or path:find("/uploads/", 1, true)) and "missing" or nil end
  local target = "media/" .. (key:match("uploads/(.*)$") or key)
  if not library.taken[target] then
    local bytes, why = folder.source:bytes(key)
    if not bytes then return nil, why end
    library.taken[target] = true -- on this worker
    article.files = article.files or {}
    table.insert(article.files, { path = target, content = bytes })
  end
  return places.relative(place, target)
end

--- Brings what an article shows and leads to. `place`: its path. Gives how many pictures stay where they were.
function uploads.bring(library, article, place)
  local stay, told = 0, {}
  local function replace(node, field, is_picture)
    local url = node[field]
    if type(url) ~= "string" or url == "" then return end
    local new, problem = take(library, article, place, url, is_picture)
    if new then
      node[field] = new
    elseif is_picture then
      stay = stay + 1
    end
    if problem and not told[url] then
      told[url] = true
      table.insert(article.lost, problem == "missing" and ("%s is not in %s; its address stays"):format(url, table.concat(library.names, ", ")) or
        ("%s: %s"):format(url, problem))
    end
  end
  for image in article.document:each("image") do replace(image, "url", true) end
  for link in article.document:each("link") do replace(link, "url", false) end
  for _, pair in ipairs(article.meta) do
    if pair[1] == "image" then replace(pair, 2, true) end
  end
  return stay
end

return uploads
