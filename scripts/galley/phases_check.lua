--- In a worker: checks over one article, and over the corpus.
local severities = { error = true, warning = true, note = true }

return function(engine, host)
  local phases = {}

  -- ctx.report for a check: where a node or an article stands, how bad it is, what is wrong.
  local function reporter(loaded)
    return function(target, severity, message)
      if not severities[severity] then error("a severity is error, warning or note", 2) end
      if type(message) ~= "string" then error("the message is a text", 2) end
      local item = { severity = severity, message = message, plugin = loaded.name }
      if getmetatable(target) == "node" then
        local node = target
        while node and not node.position do node = node.parent end -- a node that a filter made
        local position = node and node.position
        if position then item.file, item.line, item.column = position.file, position.line, position.column end
      elseif type(target) == "userdata" then
        local ok, path = pcall(function() return target.path end)
        if not ok then error("report wants a node or an article first", 2) end
        item.file = path
      elseif target ~= nil then
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
