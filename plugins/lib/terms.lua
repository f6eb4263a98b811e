--- Terms in front matter for edits: `topics: [a, b]`, a list below the key, or one word.
local terms = {}

--- The keys that sites use for a taxonomy, by its name.
function terms.keys(ctx, name, given)
  if given and #given > 0 then return given end
  for _, taxonomy in ipairs(ctx.site.taxonomies or {}) do
    if taxonomy.name == name then return taxonomy.keys end
  end
  return { name .. "s", name }
end

local function is_list(value) return type(value) == "userdata" and value.replace ~= nil and value.has ~= nil end

-- What an entry is called: itself, or the slug of one written as a map.
local function name_of(entry)
  if type(entry) == "userdata" then return entry.slug or entry.name end
  return entry
end

--- Makes `from` `to` wherever it stands below one of the keys; where `to` is there too, it stays and `from`
-- goes. same(a, b) compares, == by default. Whether anything changed.
function terms.rename(meta, keys, from, to, same)
  same = same or function(a, b) return a == b end
  local changed = false
  for _, key in ipairs(keys) do
    local value = meta[key]
    if is_list(value) then
      local there = false
      for i = 1, #value do there = there or name_of(value[i]) == to end
      for i = #value, 1, -1 do
        local name = name_of(value[i])
        if type(name) == "string" and name ~= to and same(name, from) then
          local first = true
          for j = 1, i - 1 do first = first and not (type(name_of(value[j])) == "string" and same(name_of(value[j]), from)) end
          if there or not first then
            value:remove_at(i)
          elseif type(value[i]) == "userdata" then
            if value[i].slug then value[i].slug = to else value[i].name = to end
          else
            value[i] = to
          end
          changed = true
        end
      end
    elseif type(value) == "string" and value ~= to and same(value, from) then
      meta[key] = to
      changed = true
    end
  end
  return changed
end

return terms
