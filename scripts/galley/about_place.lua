--- What a message of a plugin is about: the place of a node, or of an entry of an article's front matter.
local about_place = {}

local function is_key(one) return type(one) == "string" or math.type(one) == "integer" end

--- Whether `key` names an entry: a key, or a list of keys and positions that leads to it, { "topics", 2 }.
function about_place.is_key(key)
  if type(key) ~= "table" then return is_key(key) end
  for _, one in ipairs(key) do if not is_key(one) then return false end end
  return #key > 0
end

--- The position of a node; of one that a script made, its parent's; {} where there is none.
function about_place.of_node(node)
  while node and not node.position do node = node.parent end
  return node and node.position or {}
end

--- The line and column of an entry of the front matter; as far as there is one; else of where the front matter begins.
function about_place.of_key(article, key)
  local line, column, container = 1, 1, article.meta
  for _, one in ipairs(type(key) == "table" and key or { key }) do
    local entry_line, entry_column
    if type(container) == "userdata" then entry_line, entry_column = galley.yaml.place(container, one) end
    if not entry_line then break end
    line, column, container = entry_line, entry_column, container[one]
  end
  return line, column
end

return about_place
