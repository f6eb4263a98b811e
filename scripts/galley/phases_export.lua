--- Exports in a worker: choosing the articles, then one call of the plugin's `write` that streams.
--
-- ctx.out:write(...) goes to the one file (or, in a build, to the export's default path), ctx.out:file(path) to
-- a further one below the same folder; ctx.asset(path) gives the bytes of a file of the site, such as a picture.
local select_phase = require("galley.selection")

return function(engine, host)
  local phases = {}
  local extra = host.config.extra or {}
  local out_methods = engine.methods("out")
  local open_files, folder_mode, current

  --- A further file of an export of several: { write(...), close() }.
  function out_methods.file(_, path)
    if not folder_mode then
      error("this export writes several files; name a folder for them: -o FOLDER/", 2)
    end
    local file = engine.out(path, current)
    open_files[#open_files + 1] = file
    return file
  end

  -- The bytes of a file of the site, and where it is, as seen from the current folder.
  local function asset(path)
    path = tostring(path):gsub("^/+", "")
    if path == "" or ("/" .. path .. "/"):find("/%.%./") then return nil, "the path is empty or leaves the site" end
    for _, folder in ipairs{ extra.content or "", extra.static or "static/" } do
      local bytes = engine.read_file(folder .. path)
      if bytes then return bytes, folder .. path end
    end
    return nil, ("there is no file '%s'"):format(path)
  end

  local function problem(text)
    host.report{ severity = "error", message = text }
    return false
  end

  -- The list for an export: what the command line says, then what the plugin itself wants of it.
  local function chosen(loaded, wanted, before)
    local list = host.corpus.articles
    if wanted then
      local reason
      list, reason = select_phase.choose(host.corpus, wanted, before)
      if not list then return nil, problem(reason) end
    end
    if loaded.table.select and not (before and wanted and (wanted.where or wanted.sort) and not wanted.early) then
      local ok, result = host.call(loaded, nil, loaded.table.select, list, loaded.context)
      if not ok then return nil end
      list = result or list
    end
    return list
  end

  --- Which bodies will be needed: { numbers }, or { all = true }.
  function phases.select()
    local loaded, wanted = host.exporters[1], engine.argument()
    local collects = false
    for _, filter in ipairs(host.filters) do collects = collects or filter.table.collect ~= nil end
    wanted.early = #host.filters == 0 and not wanted.late
    local list = chosen(loaded, wanted, true)
    if not list then return false end
    local bodies = loaded.table.bodies
    if type(bodies) == "function" then
      local ok
      ok, bodies = host.call(loaded, nil, bodies, loaded.context)
      if not ok then return false end
    end
    local numbers = {}
    if bodies ~= false or #host.filters > 0 or wanted.late then
      local positions = {}
      for article, i in host.corpus.articles:each() do positions[article] = i - 1 end
      for i = 1, #list do
        local position = positions[list[i]]
        if position then numbers[#numbers + 1] = engine.at_position(position) end
      end
    end
    engine.send{ numbers = numbers, all = collects, none = #numbers == 0 and not collects }
    return true
  end

  --- Task i writes export i.
  function phases.export(task)
    local argument = engine.argument()
    local loaded = host.exporters[task + 1]
    local t, ctx = loaded.table, loaded.context
    local wanted = argument.selection
    if t.binary and argument.terminal then
      return problem(("the export '%s' is not text; name a file for it: -o FILE"):format(t.name))
    end
    if wanted then wanted.early = #host.filters == 0 and not wanted.late end
    local list = chosen(loaded, wanted, false)
    if not list then return false end
    if argument.lost then -- a filter or the parser lost some, which was reported
      local positions = {}
      for article, i in host.corpus.articles:each() do positions[article] = i - 1 end
      list = list:filter(function(article)
        local _, whole = engine.frozen(engine.at_position(positions[article]))
        return whole
      end)
    end
    folder_mode, current = argument.stage, loaded.shown
    open_files = {}
    local path = argument.to and argument.to[task + 1] or t.path or (t.name .. "." .. (t.extension or "txt"))
    local out = folder_mode and engine.out((path:gsub("^/+", "")), loaded.shown) or engine.out()
    ctx.out, ctx.asset, ctx.output_path = out, asset, path
    function ctx.own(name) -- a file of the plugin's own folder
      if not loaded.found.folder or tostring(name):find("%.%.") then return nil, "only a plugin that is a folder has files of its own" end
      return engine.read_file(loaded.found.folder .. name)
    end
    local ok = host.call(loaded, nil, t.write, list, ctx)
    local gone = out:gone()
    if gone then
      engine.send{ gone = true }
      return true
    end
    if not ok then return false end
    local files = open_files
    if not (#files > 0 and out:written() == 0) then files[#files + 1] = out end
    for _, file in ipairs(files) do
      local closed, reason = file:close()
      if not closed and not file:gone() then return problem(("the export '%s' %s"):format(t.name, reason)) end
    end
    engine.send{ count = #list, gone = out:gone() }
    return true
  end

  return phases
end
