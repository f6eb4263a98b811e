--- What a plugin's error says: in one line, with the plugin's place, and with what to do where Lua's own words leave that open.
--
-- `config` is the worker's: its `home` is where shipped code lies, its `memory` is in bytes.

local explain = require("galley.explanations")
local shown = require("galley.shown")

local errors = {}

local MOST_BYTES <const>, MOST_REPEATED <const> = 2000, 100000 -- of one message

-- "scripts/galley/x.lua:3" or "plugins/lib/x.lua:3" where that is shipped code; Lua shows the end only of a path that is long.
local function shipped_place(place, home)
  local inside = place:sub(1, #home) == home and place:sub(#home + 1)
  if inside and (inside:find("^scripts/") or inside:find("^plugins/")) then return inside end
  return place:match("^%.%.%..*/(scripts/[%w_/]+%.lua:%d.*)$") or place:match("^%.%.%..*/(plugins/lib/[%w_/]+%.lua:%d.*)$")
end

--- What was raised, as a text that is the same in every run: an address is not.
function errors.text(value)
  local meta = type(value) == "table" and getmetatable(value)
  if type(value) ~= "string" and not (type(meta) == "table" and meta.__tostring) then
    return ("an error was raised with %s; raise a text"):format(value == nil and "nil" or "a " .. type(value))
  end
  local _, text = pcall(tostring, value) -- its own __tostring may fail, and then says so
  return type(text) == "string" and text or "an error was raised whose text could not be had"
end

--- { message, plugin = "file:line" } of what a plugin raised. `raised_at` is where it stood then, for errors that do not say it.
function errors.describe(message, raised_at, config)
  message = errors.text(message):sub(1, MOST_REPEATED)
  message = explain(message, config)
  message = message:gsub(" %(the node stands at [^()]*%)$", "") -- engine.place says so better
  local place, text = message:match("^([^\n:]+:%d+:%d+): error: (.*)$") -- of a template that was not compiled
  if not place then place, text = message:match("^([^\n:]+:%d+): (.*)$") end
  while place and text:sub(1, #place + 2) == place .. ": " do text = text:sub(#place + 3) end -- of coroutines
  local shipped = place and shipped_place(place, config.home)
  if shipped then
    place = nil
    if text:find("^attempt to") and shipped:find("^plugins/lib/") then text = text .. " in " .. shipped end
  end
  text = (text or message):gsub("%f[%l](%l+): 0x%x+", "a %1") -- tostring of a table, which differs in every run
  text = shown.cut(text:gsub("^error: ", "", 1), MOST_BYTES)
  if not text:find("%S") then text = "an error was raised with an empty text; say what is wrong" end
  return { message = text, plugin = place or raised_at }
end

return errors
