--- In a worker: what a plugin says of itself, and running its golden cases.
local plugin = require("galley.plugin")

-- What can be sent to the parent: plain data; functions and nodes as what they are.
local function plain(value, depth)
  local kind = type(value)
  if kind == "string" or kind == "number" or kind == "boolean" then return value end
  if kind ~= "table" or (depth or 0) > 8 then return tostring(kind) end
  local result = {}
  for key, item in pairs(value) do
    if type(key) == "string" or math.type(key) == "integer" then
      result[#value > 0 and key or tostring(key)] = plain(item, (depth or 0) + 1)
    end
  end
  return result
end

return function(engine, host)
  local phases = {}
  local services = setmetatable({ log = function() end, describing = true }, { __index = host.services })

  -- One plugin a task, so that one which never ends is named and the others are shown.
  function phases.plugins(task)
    local found = engine.argument()[task + 1]
    engine.at_plugin(found.shown)
    local loaded, problem = plugin.load(found, services)
    engine.at_plugin(nil)
    if not loaded then
      engine.send{ number = task + 1, problem = plain(problem) }
      return true
    end
    local does = {}
    for _, name in ipairs{ "nodes", "enter", "article", "leave", "collect", "combine", "pages", "page", "write", "read",
      "corpus", "run" } do
      if loaded[name] then does[#does + 1] = name end
    end
    local handlers = {}
    for _, group in ipairs{ "nodes", "enter" } do
      for selector in pairs(loaded[group] or {}) do handlers[#handlers + 1] = selector end
    end
    table.sort(handlers)
    engine.send{ number = task + 1, name = loaded.name, version = plain(loaded.version or ""),
      options = plain(loaded.options or {}), needs = plain(loaded.needs or {}), does = does, handlers = handlers,
      extension = loaded.extension or "", bodies = loaded.bodies ~= false }
    return true
  end

  return phases
end
