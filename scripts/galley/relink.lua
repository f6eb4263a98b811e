--- Links between articles that follow when articles get other names.
local paths = galley.path

-- As authors write them: letters of other scripts stay as they are, and a stray % is one.
local function decode(path) return (path:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)) end
local function encode(path) return (path:gsub("[^%w%-%._~/!$&'*+,;=:@\128-\255]", function(c) return ("%%%02X"):format(c:byte()) end)) end

--- Rewrites the relative links of a live article: `moves` maps old paths to new ones, `renamed` is the
-- article's own new path, if it has one.
return function(article, moves, renamed)
  local old_folder, new_folder = paths.folder(article.path), paths.folder(moves[article.path] or renamed or article.path)
  local function follow(node)
    local url = node.url
    if not url or url == "" or url:find("^[/#]") or url:find("^%a[%w+.-]*:") or url:find("{", 1, true) then return end
    local path, rest = url:match("^([^?#]*)(.*)$")
    if path == "" then return end
    local target = paths.normalise(paths.join(old_folder, decode(path)))
    if target == ".." or target:find("^%.%./") or target:find("^/") then return end
    local moved = moves[target] or moves[target .. ".md"] or moves[target .. "/index.md"]
    if not moved and old_folder == new_folder then return end
    local to = moved or target
    if moved and not path:find("%.md$") and not path:find("%.markdown$") then to = to:gsub("/index%.md$", ""):gsub("%.md$", "") end
    local new = encode(paths.relative(to, new_folder)) .. (path:find("/$") and not moved and "/" or "") .. rest
    if new ~= url then node.url = new end
  end
  for node in article.document:each("link, image") do follow(node) end
end
