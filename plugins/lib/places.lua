--- Paths of files below one folder, for imports that move articles and follow links.
local places = {}

--- A path without "." and ".."; nil when it climbs out of the top.
function places.normal(path)
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

function places.folder(path) return path:match("^(.*/)") or "" end

--- The way from an article to another path, both below the content folder.
function places.relative(from, to)
  local here, there = {}, {}
  for part in places.folder(from):gmatch("[^/]+") do here[#here + 1] = part end
  for part in to:gmatch("[^/]+") do there[#there + 1] = part end
  local same = 0
  while same < #here and same < #there - 1 and here[same + 1] == there[same + 1] do same = same + 1 end
  return galley.url.encode(("../"):rep(#here - same) .. table.concat(there, "/", same + 1), "/~!$&'*+,;=:@")
end

--- A path as an import's article gets it: each part a slug.
function places.slugs(path)
  local parts = {}
  for part in path:gmatch("[^/]+") do
    local name = galley.text.slug(part, 96)
    parts[#parts + 1] = name ~= "" and name or "untitled"
  end
  return table.concat(parts, "/")
end

return places
