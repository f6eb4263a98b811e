--- galley.toml: order, types and dates of what it reads, and what it refuses.

local test = dofile(arg[0]:match("^.*/") .. "lib/test.lua")
local ok, same = test.ok, test.same

if select(3, galley.toml.parse("")) == "missing" then
  print("skip - toml: this galley was built without toml++")
  return
end

local map = galley.toml.parse([==[
# a comment
zeta = "no" # behind
alpha = [1, 'two', {y = 1, x = true}]
date = 2020-01-02T15:04:05.25-05:00
day = 2020-01-02
local = 2020-01-02 07:32:00
time = 07:32:00
whole = 1.0
big = 1e300
small = -0.1
endless = -inf
a.b = "c"
[params]
text = """
two
lines"""
[[items]]
n = 0x1F
[[items]]
]==])
same("order, types and dates, as YAML", galley.yaml.write(map), [[
zeta: 'no'
alpha:
  - 1
  - two
  - 'y': 1
    x: true
date: 2020-01-02T15:04:05.25-05:00
day: 2020-01-02
local: 2020-01-02T07:32:00
time: '07:32:00'
whole: 1.0
big: 1e+300
small: -0.1
endless: -.inf
a:
  b: c
params:
  text: |-
    two
    lines
items:
  - 'n': 31
  - {}
]])
same("a date is text", map.date, "2020-01-02T15:04:05.25-05:00")
same("a float stays one", math.type(map.whole), "float")
same("nothing is an empty map", galley.yaml.write(galley.toml.parse("")), "{}\n")

local function refuses(name, text, wanted)
  local value, message, code = galley.toml.parse(text, { name = "a.md" })
  ok(name, value == nil and code == "malformed" and message:find(wanted, 1, true) == 1, message)
end
refuses("a key twice has its place", "a = 1\na = 2\n", "a.md:2:5: error: the TOML cannot be read: ")
refuses("a text that is not closed", "a = \"x\n", "a.md:1:7: error: ")
refuses("lists in lists", "a = " .. ("["):rep(100) .. ("]"):rep(100), "a.md: error: the TOML cannot be read: values are nested deeper than 64 levels")
refuses("lists in lists without end", "a = " .. ("["):rep(100000), "a.md:1:")
refuses("keys of keys", "a" .. (".a"):rep(100000) .. " = 1", "a.md: error: the TOML cannot be read: a key has more than 1000 dots")

test.finish()
