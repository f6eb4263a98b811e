--- A name that a plugin's source uses and nothing declares: nearly one that is there, it is a slip.
local closest = require("galley.closest")

local slips = {}

-- What Lua programs elsewhere have, and what a plugin may ask for to see where it runs.
local elsewhere = {}
for name in ("io os debug package dofile loadfile warn unpack loadstring setfenv getfenv module jit bit bit32 lpeg re arg pandoc quarto"):gmatch("%w+") do
  elsewhere[name] = true
end

--- Adds the names that a source declares to `names`, in order and as keys; as keys alone those that it assigns.
function slips.declare(names, source)
  local function add(list)
    for name in list:gmatch("[%a_][%w_]*") do
      if not names[name] then
        names[name] = true
        names[#names + 1] = name
      end
    end
  end
  source = source:gsub("%-%-[^\n]*", "")
  for list in source:gmatch("%f[%w_]local%s+([%w_,%s]+)") do add((list:gsub("^function%f[%s]", ""))) end
  for list in source:gmatch("%f[%w_]function[%s%w_.:]*%(([%w_,%s]*)") do add(list) end
  for list in source:gmatch("%f[%w_]for%s+([%w_,%s]-)%s*=") do add(list) end
  for list in source:gmatch("%f[%w_]for%s+([%w_,%s]-)%s+in%f[^%w_]") do add(list) end
  for name in source:gmatch("%f[%w_]function%s+([%w_]+)") do add(name) end
  for name in source:gmatch("%f[%w_.:]([%a_][%w_]*)%s*=[^=]") do names[name] = true end -- a global, or a key
end

--- Raises an error for a global that is nearly one of `names` or of `globals`.
function slips.check(name, names, globals)
  if type(name) ~= "string" or names[name] or elsewhere[name] or name:find("^%u[%u%d_]*$") then return end
  local near = closest.name(name, names) or closest.name(name, globals)
  if near then error(("there is no '%s'; did you mean '%s'?"):format(name, near), 3) end
end

-- One letter lost, doubled or swapped with the next, or, of a longer name, another in its place. A name that goes on where
-- the other ends may well be another thing: page and pages.
local function is_slip_of(name, other)
  if #name < 5 or name:sub(1, #other) == other or other:sub(1, #name) == name then return false end
  local same = 0
  while name:byte(same + 1) == other:byte(same + 1) do same = same + 1 end
  local a, b = name:sub(same + 1), other:sub(same + 1)
  return a == b:sub(2) or a:sub(2) == b or (#a > 1 and a:sub(2, 2) .. a:sub(1, 1) .. a:sub(3) == b)
    or (#name > 5 and a:sub(2) == b:sub(2))
end

--- The first of some names of which a name that is none of them is very likely a slip; or nil.
function slips.of(name, names)
  for _, other in ipairs(names) do if is_slip_of(name, other) then return other end end
end

return slips
