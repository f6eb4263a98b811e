--- "Did you mean": the nearest of some names to one that is not known.
local closest = {}

-- The number of letters to insert, remove, replace or swap, by the usual table of two rows.
local function distance(a, b)
  local before, row = {}, {}
  for j = 0, #b do row[j] = j end
  local two_before
  for i = 1, #a do
    two_before, before, row = before, row, { [0] = i }
    for j = 1, #b do
      local cost = a:byte(i) == b:byte(j) and 0 or 1
      row[j] = math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + cost)
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        row[j] = math.min(row[j], two_before[j - 2] + 1)
      end
    end
  end
  return row[#b]
end

--- The best of a list of names, or nil when none is near.
function closest.name(wanted, names)
  wanted = tostring(wanted):sub(1, 60):lower()
  local best, least = nil, math.max(1, #wanted // 3) + 1
  for _, name in ipairs(names) do
    name = tostring(name)
    local d = distance(wanted, name:lower())
    if d < least then best, least = name, d end
  end
  return best
end

--- "; did you mean 'x'?", or `otherwise`, "" by default; `prefix` stands before the name.
function closest.hint(wanted, names, prefix, otherwise)
  local name = closest.name(wanted, names)
  return name and ("; did you mean '%s%s'?"):format(prefix or "", name) or otherwise or ""
end

--- The same where one of the names it must be: without a near one, all of them.
function closest.way_out(wanted, names)
  local hint = closest.hint(wanted, names)
  return hint ~= "" and hint or "; there are " .. table.concat(names, ", ")
end

--- For __index: raises an error for a key that is nearly one of the table's own names; any other is nil.
function closest.slip(names, prefix)
  return function(_, key)
    local hint = closest.hint(key, names, prefix)
    if hint ~= "" then error(("there is no %s%s%s"):format(prefix, tostring(key), hint), 2) end
  end
end

--- The keys of a table, sorted.
function closest.keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = tostring(key) end
  table.sort(keys)
  return keys
end

return closest
