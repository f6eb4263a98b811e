--- What the Lua tests share: one line for each thing tried, and an exit status. A test begins with
--
--     local test = dofile(arg[0]:match("^.*/") .. "lib/test.lua")
--
-- and ends with test.finish().
local test = {}

local failures = 0

local function line(value) return (tostring(value):gsub("\n", "\\n")) end

--- `why` is shown when it is not right.
function test.ok(name, right, why)
  if right then return print("ok - " .. line(name)) end
  failures = failures + 1
  print(("not ok - %s: %s"):format(line(name), line(why)))
end

function test.same(name, got, wanted)
  test.ok(name, got == wanted, ("got %q, wanted %q"):format(tostring(got), tostring(wanted)))
end

--- The call must fail with `wanted` in a message that begins with the test's file and the line of the call.
function test.raises(name, wanted, call, ...)
  local fine, message = pcall(call, ...)
  test.ok(name, not fine and message:find(wanted, 1, true) and message:find("_test.lua:%d+: "), fine and "no error" or message)
end

function test.finish()
  if failures > 0 then error(failures .. " failed", 0) end
end

return test
