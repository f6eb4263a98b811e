--- In a worker: checks over one article, and over the corpus.
local about_place = require("galley.about_place")

local severities = { error = true, warning = true, note = true }

return function(engine, host)
  local phases = {}

  -- ctx.report for a check: the node or article that it is about, how bad it is, what is wrong, and of an article the entry
  -- of its front matter, if that is what is wrong.
  local function reporter(loaded)
    return function(target, severity, message, key)
      if not severities[severity] then error("a severity is error, warning or note", 2) end
      if type(message) ~= "string" then error("the message is a text", 2) end
      if key ~= nil and not about_place.is_key(key) then
        error("report wants a key of the front matter last, such as \"topics\" or { \"topics\", 2 }", 2)
      end
      local item = { severity = severity, message = message, plugin = loaded.name }
      if getmetatable(target) == "node" then
        if key ~= nil then error("report wants an article first where it names a key of the front matter", 2) end
        local position = about_place.of_node(target)
        item.file, item.line, item.column = position.file, position.line, position.column
      elseif type(target) == "userdata" then
        local ok, path = pcall(function() return target.path end)
        if not ok or type(path) ~= "string" then error("report wants a node or an article first", 2) end
        item.file = path
        if key ~= nil then item.line, item.column = about_place.of_key(target, key) end
      elseif target ~= nil or key ~= nil then
        error("report wants a node or an article first", 2)
      end
      host.report(item)
    end
  end

  local function run(loaded, article, f, ...)
    if not loaded.context.report then loaded.context.report = reporter(loaded) end
    return host.call(loaded, article, f, ...)
  end
  host.run_check = run

  -- Task i is the article at that position; the one behind the last is the corpus.
  function phases.check(task)
    local count = engine.argument()
    if task < count then
      local article = host.article_at(task)
      if not article then return true end
      host.at(article)
      for _, loaded in ipairs(host.checks) do
        if loaded.table.article and not run(loaded, article, loaded.table.article, article, loaded.context) then return false end
      end
      return true
    end
    local loaded = host.checks[task - count + 1]
    host.at(nil)
    if loaded.table.corpus and not run(loaded, nil, loaded.table.corpus, host.corpus, loaded.context) then return false end
    return true
  end

  return phases
end
