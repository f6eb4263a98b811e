--- Exports in a worker: choosing the articles, then the plugin's `write` over them in one worker, or its `entry` for
-- each of them on any worker.
--
-- ctx.out:write(...) goes to the one file (or, in a build, to the export's default path), ctx.out:file(path) to
-- a further one below the same folder; ctx.asset(path) gives the bytes of a file of the site, such as a picture.
local entries = require("galley.entries")
local select_phase = require("galley.selection")

return function(engine, host)
  local phases = {}
  local extra = host.config.extra or {}
  local out_methods = engine.methods("out")
  local open_files, folder_mode, misused, current

  -- An export that asks for no bodies needs of an article only its meta; one whose entries are made one by one, for
  -- longer: up to this size their bodies stay in memory, since reading a file again takes time.
  local kept_bytes = 32 << 20
  local single = extra.alone and host.exporters[1]
  if single then
    local bodies = single.table.bodies
    if type(bodies) == "function" then
      local ok, answer = pcall(bodies, single.context)
      bodies = not ok or answer
    end
    if bodies == false and #host.filters == 0 then
      engine.keep_sources(0)
    elseif single.table.entry then
      engine.keep_sources(kept_bytes)
    end
  end

  --- A further file of an export of several: { write(...), close() }.
  function out_methods.file(_, path)
    if not folder_mode then
      misused = true
      error("this export writes several files; name a folder for them: -o FOLDER/", 2)
    end
    local file = engine.out(path, current)
    open_files[#open_files + 1] = file
    return file
  end

  -- What `look` gives for a file of the site, and where it is, as seen from the current folder.
  local function of_site(path, look)
    path = tostring(path):gsub("^/+", "")
    if path == "" or ("/" .. path .. "/"):find("/%.%./") then return nil, "the path is empty or leaves the site" end
    for _, folder in ipairs{ extra.content or "", extra.static or "static/" } do
      local found = look(folder .. path)
      if found then return found, folder .. path end
    end
    return nil, ("there is no file '%s'"):format(path)
  end
  local function asset(path) return of_site(path, engine.read_file) end
  local function asset_size(path) return of_site(path, engine.file_size) end

  local function problem(text)
    host.report{ severity = "error", message = text }
    return false
  end

  -- The list for an export: what the command line says, then what the plugin itself wants of it.
  local function chosen(loaded, wanted, before)
    local list = host.corpus.articles
    if wanted then
      local reason, warnings
      list, reason, warnings = select_phase.choose(host.corpus, wanted, before)
      if not list then return nil, problem(reason) end
      for _, text in ipairs((before or not wanted.early) and #list == 0 and warnings or {}) do host.report{ severity = "warning", message = "--where: " .. text } end
    end
    if loaded.table.select and not (before and wanted and (wanted.where or wanted.sort) and not wanted.early) then
      local ok, result = host.call(loaded, nil, loaded.table.select, list, loaded.context)
      if not ok then return nil end
      if result ~= nil and not pcall(engine.methods("articles").slice, result, 1) then
        host.complain(loaded.table.select, nil,
          ("select answered a %s; it answers a list of articles, such as articles:filter(...)"):format(type(result)))
        return nil
      end
      list = result or list
    end
    return list
  end

  -- What a plugin's context has in an export.
  local function prepare(loaded, path)
    local ctx = loaded.context
    ctx.asset, ctx.asset_size, ctx.output_path = asset, asset_size, path or loaded.table.path or (loaded.name .. "." .. (loaded.table.extension or "txt"))
    function ctx.own(name) -- a file of the plugin's own folder
      if not loaded.found.folder or tostring(name):find("%.%.") then return nil, "only a plugin that is a folder has files of its own" end
      return engine.read_file(loaded.found.folder .. name)
    end
    return ctx
  end

  -- Of an export whose `bodies` answers "summary".
  local function needs_body(article) return article.summary == nil or article.meta.filters ~= nil end

  --- What the next phases have to do: numbers of articles whose bodies are needed, `all` of them, or `none`; and
  -- whether each article's entry can be made on any worker, without its body staying in memory.
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
    if bodies ~= "summary" then bodies = bodies ~= false end
    if #host.filters > 0 or wanted.late then bodies = true end
    local by_entry = loaded.table.entry ~= nil and not wanted.late and not collects
    local between = by_entry and entries.between(host, loaded)
    if by_entry and not between then return false end
    local numbers
    if bodies == "summary" and not by_entry then
      list = list:filter(needs_body)
      bodies = #list > 0
    end
    if by_entry or bodies and #list < #host.corpus.articles then numbers = engine.numbers(list) end
    -- What comes first can be written now where nothing that the entries do changes the order or what is chosen.
    local direct = wanted.direct and by_entry and wanted.early and not loaded.table.join and not engine.own_filters()
    if direct then
      host.give_time()
      local out <close> = engine.out()
      prepare(loaded).out = out
      if loaded.table.head and not host.call(loaded, nil, loaded.table.head, list, loaded.context) then return false end
      local closed, reason = out:close()
      if not closed then
        engine.send{ status = 3 }
        return problem(("the export '%s' %s"):format(loaded.table.name, reason))
      end
    end
    engine.send{ numbers = numbers, all = collects, none = not bodies and not collects, bodies = bodies, entries = by_entry, between = between, direct = direct }
    return true
  end

  -- Keeps the texts of an entry, of which nil stands for none; a message when the disk is full.
  local function keep(number, between, text, ...)
    if text == nil then return engine.piece(number) end
    if not between then return engine.piece(number, true, text, ...) end
    return engine.piece(number, false, between, text, ...)
  end

  --- Task i is article i of those chosen: its entry, to be put in its place, at once or in the export phase.
  local entering
  local function make(number, between, article)
    entering.full = keep(number, between, entering.loaded.table.entry(article, entering.loaded.context))
  end
  function phases.entries(task)
    if not entering then
      local loaded = host.exporters[1]
      prepare(loaded).out = entries.no_out
      local argument = engine.argument()
      entering = { loaded = loaded, bodies = argument.bodies, numbers = argument.numbers, between = not loaded.table.join and argument.between }
    end
    if entering.full then return false end
    local loaded, between = entering.loaded, entering.between
    local number = entering.numbers and entering.numbers[task + 1] or engine.at_position(task)
    local bodies = entering.bodies
    if bodies == "summary" then bodies = needs_body((engine.frozen(number))) end
    local article
    if bodies then article = host.filtered(number) else article = engine.frozen(number) end
    local changed = article and bodies and engine.resolve()
    host.at(article)
    local ok = article and host.call(loaded, article, make, number, between, article)
    host.at(nil)
    if not ok then engine.piece(number) end
    if entering.full then -- the disk: nothing more will be written, by anybody
      engine.send{ full = entering.full }
      return false
    end
    if changed then engine.freeze() end -- what is chosen and written around the entries reads the changed meta
    return ok or false
  end

  --- Task i writes export i.
  function phases.export(task)
    local argument = engine.argument()
    local loaded = host.exporters[task + 1]
    local t = loaded.table
    local wanted = argument.selection
    if t.binary and argument.terminal then
      return problem(("the export '%s' is not text; name a file for it: -o FILE"):format(t.name))
    end
    if wanted then wanted.early = #host.filters == 0 and not wanted.late end
    local list
    if argument.written then -- they are chosen, and their entries are written
      list = argument.numbers and engine.numbered(argument.numbers) or host.corpus.articles
    else
      list = chosen(loaded, wanted, false)
    end
    if not list then return false end
    if argument.lost and not argument.pieces then -- a filter or the parser lost some, which was reported
      local positions = {}
      for article, i in host.corpus.articles:each() do positions[article] = i - 1 end
      list = list:filter(function(article)
        local _, whole = engine.frozen(engine.at_position(positions[article]))
        return whole
      end)
    end
    folder_mode, current = argument.stage, loaded.shown
    host.give_time()
    open_files = {}
    local ctx = prepare(loaded, argument.to and argument.to[task + 1] or nil)
    local out = folder_mode and engine.out((ctx.output_path:gsub("^/+", "")), loaded.shown) or engine.out()
    ctx.out = out
    -- A reader who had enough of the output is nobody's error, and a full disk none of the plugin's.
    local broken
    local function look(file) broken = broken or file:broken() end
    local calling = setmetatable({ call = function(by, article, f, ...)
      return host.call(by, article, function(...)
        if broken or misused or out:gone() then return end -- nothing is written any more
        local results = table.pack(xpcall(f, host.locate, ...))
        if results[1] then return table.unpack(results, 2, results.n) end
        look(out)
        for _, file in ipairs(open_files) do look(file) end
        broken = broken or engine.room_broken()
        if broken then broken = tostring(results[2]):gsub("^[^\n:]+:%d+: ", "") end
        if not out:gone() and not broken and not misused then error(results[2], 0) end
      end, ...)
    end }, { __index = host })
    local function ended(status, message)
      engine.send{ status = status }
      return problem(message)
    end
    local count
    if t.entry then
      count = entries.write(calling, loaded, list, argument.pieces and { written = argument.written, put = function(article, skip) return engine.put(out, article, skip) end,
        texts = function(article) return engine.texts(out, article) end })
    else
      count = calling.call(loaded, nil, t.write, list, ctx) and #list
    end
    if out:gone() then
      engine.send{ gone = true }
      return true
    end
    if misused then return ended(2, ("the export '%s' writes several files; name a folder for them: -o FOLDER/"):format(t.name)) end
    if broken then return ended(3, broken) end
    if not count then return false end
    local files = open_files
    if not (#files > 0 and out:written() == 0) then files[#files + 1] = out end
    for _, file in ipairs(files) do
      local closed, reason = file:close()
      if not closed and file:broken() then return ended(3, ("the export '%s' %s"):format(t.name, reason)) end
      if not closed and not file:gone() then return problem(("the export '%s': %s"):format(t.name, reason)) end
    end
    engine.send{ count = count, gone = out:gone() }
    return true
  end

  return phases
end
