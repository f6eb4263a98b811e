--- Links between articles that follow when articles get other names.
local function normalise(path)
  local parts = {}
  for part in path:gmatch("[^/]+") do
    if part == ".." then
      if #parts == 0 then return nil end
      parts[#parts] = nil
    elseif part ~= "." then
      parts[#parts + 1] = part
    end
  end
  return table.concat(parts, "/")
end

local function folder_of(path) return path:match("^(.*/)") or "" end

local function decode(path) return (path:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)) end
local function encode(path) return (path:gsub("[^%w%-%._~/!$&'*+,;=:@\128-\255]", function(c) return ("%%%02X"):format(c:byte()) end)) end

-- The way from a folder to a path, both below the content folder.
local function relative(folder, path)
  local from, to = {}, {}
  for part in folder:gmatch("[^/]+") do from[#from + 1] = part end
  for part in path:gmatch("[^/]+") do to[#to + 1] = part end
  local same = 0
  while same < #from and same < #to - 1 and from[same + 1] == to[same + 1] do same = same + 1 end
  return ("../"):rep(#from - same) .. table.concat(to, "/", same + 1)
end

--- Rewrites the relative links of a live article: `moves` maps old paths to new ones, `renamed` is the
-- article's own new path, if it has one.
return function(article, moves, renamed)
  local old_folder, new_folder = folder_of(article.path), folder_of(moves[article.path] or renamed or article.path)
  local function follow(node)
    local url = node.url
    if not url or url == "" or url:find("^[/#]") or url:find("^%a[%w+.-]*:") or url:find("{", 1, true) then return end
    local path, rest = url:match("^([^?#]*)(.*)$")
    if path == "" then return end
    local target = normalise(old_folder .. decode(path))
    if not target then return end
    local moved = moves[target] or moves[target .. ".md"] or moves[target .. "/index.md"]
    if not moved and old_folder == new_folder then return end
    local to = moved or target
    if moved and not path:find("%.md$") and not path:find("%.markdown$") then to = to:gsub("/index%.md$", ""):gsub("%.md$", "") end
    local new = encode(relative(new_folder, to)) .. (path:find("/$") and not moved and "/" or "") .. rest
    if new ~= url then node.url = new end
  end
  for node in article.document:each("link, image") do follow(node) end
end
