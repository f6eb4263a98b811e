--- Ghost's export: posts, and in tables beside them who wrote them and what they are about.
local ghost = {}

local ADDRESS <const> = "__GHOST_URL__" -- in place of the site's own
local noise = { "uuid", "comment_id", "mobiledoc", "lexical", "plaintext", "email_recipient_filter", "newsletter_id", "author_id", "created_by", "updated_by", "published_by",
  "show_title_and_feature_image", "featured", "page", "type", "locale", "amp" }

local function by_id(list)
  local map = {}
  for _, one in ipairs(list or {}) do map[one.id] = one end
  return map
end

-- The names that posts have by a table of pairs, by the post's id, in their order; internal tags have none.
local function names_of(pairs_list, field, things)
  local found, of = {}, {}
  table.move(pairs_list or {}, 1, #(pairs_list or {}), 1, found)
  for i, pair in ipairs(found) do found[i] = { pair = pair, place = i } end
  table.sort(found, function(a, b)
    local one, other = tonumber(a.pair.sort_order) or 0, tonumber(b.pair.sort_order) or 0
    if one ~= other then return one < other end
    return a.place < b.place
  end)
  for _, item in ipairs(found) do
    local thing, list = things[item.pair[field]], of[item.pair.post_id] or {}
    if thing and thing.visibility ~= "internal" then list[#list + 1] = thing.name end
    of[item.pair.post_id] = list
  end
  return of
end

--- The posts as records of their own; nil where a value is no such export.
function ghost.posts(value)
  local data = type(value.db) == "table" and type(value.db[1]) == "table" and value.db[1].data or value.data
  if type(data) ~= "table" or type(data.posts) ~= "table" or not (data.posts_tags or data.users or data.tags) then return nil end
  local users = by_id(data.users)
  local topics, authors = names_of(data.posts_tags, "tag_id", by_id(data.tags)), names_of(data.posts_authors, "author_id", users)
  local more = {}
  for _, one in ipairs(data.posts_meta or {}) do more[one.post_id] = one end
  local list = {}
  for i, post in ipairs(data.posts) do
    local record = {}
    for key, field in pairs(post) do record[key] = type(field) == "string" and field:gsub(ADDRESS, "") or field end
    local writer = users[post.author_id]
    record.authors, record.tags = authors[post.id] or { writer and writer.name }, topics[post.id]
    if more[post.id] then record.image_alt = more[post.id].feature_image_alt end
    record.feature_image = record.feature_image or record.image
    if type(record.html) == "string" and record.html ~= "" then record.markdown = nil end
    for _, name in ipairs(noise) do record[name] = nil end
    list[i] = record
  end
  return list
end

return ghost
