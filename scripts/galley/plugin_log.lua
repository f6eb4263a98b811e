--- What plugins say in a worker: ctx.log, and print.
local about_place = require("galley.about_place")

local plugin_log = {}

local MOST_LOGGED <const> = 1000 -- of one article, for a plugin that logs without end

-- What a message is about: a node, or an entry of the front matter of the article at hand.
local function place_of(what, article)
  if getmetatable(what) == "node" then return about_place.of_node(what) end
  if not about_place.is_key(what) then error("what a message is about is a node, or a key of the front matter", 4) end
  if not article then return {} end
  local line, column = about_place.of_key(article, what)
  return { file = article.path, line = line, column = column }
end

--- A function of a severity, a text and what it is about, if anything. `report` takes the message, current() is the article
-- at hand or nil.
function plugin_log.open(report, current)
  local logged, logged_of = 0, nil
  return function(severity, text, about)
    local meta = type(text) == "table" and getmetatable(text)
    if text == nil or type(text) == "function" or type(text) == "table" and not (meta and meta.__tostring) then
      error(("a message is a text, not a %s; print shows any value"):format(type(text)), 3)
    end
    text = tostring(text)
    local article = current()
    if logged_of ~= article then logged, logged_of = 0, article end
    logged = logged + 1
    if logged > MOST_LOGGED then return end
    if logged == MOST_LOGGED then severity, text = "warning", "more than " .. MOST_LOGGED .. " messages; the others are not shown" end
    local place = about ~= nil and place_of(about, article) or {}
    report{ severity = severity, message = text, file = place.file or article and article.path, line = place.line, column = place.column }
  end
end

local strict = { __metatable = false, __index = function(_, key)
  error(("ctx.log has no '%s'; it has note, info, warn and error"):format(tostring(key)), 2)
end }

--- ctx.log over such a function; keeps_caller as in core/lua/caller_api.h.
function plugin_log.of(log, keeps_caller)
  local function of(severity)
    return keeps_caller(function(text, about) log(severity, text, about) end)
  end
  return setmetatable({ note = of("note"), info = of("note"), warn = of("warning"), error = of("error") }, strict)
end

return plugin_log
