--- In a worker: one golden case of a plugin.
local entries = require("galley.entries")
local imported = require("galley.imported")
local writers = require("galley.phases_render").writers

return function(engine, host)
  local phases, run = {}, {}

  local function forms(article, wants, result)
    for _, want in ipairs(wants) do
      if writers[want] then
        local text = writers[want](article)
        result[want] = text
      end
    end
    return result
  end

  function run.filter(loaded, wants)
    local article = engine.open(0)
    if not article or not host.run_filter(loaded, article) then return {} end
    return forms(article, wants, {})
  end

  function run.edit(loaded, wants)
    local article = engine.open(0)
    if not article or not host.call(loaded, article, loaded.table.article, article, loaded.context) then return {} end
    return forms(article, wants, {})
  end

  function run.check(loaded)
    for article in host.corpus.articles:each() do
      if loaded.table.article then host.run_check(loaded, article, loaded.table.article, article, loaded.context) end
    end
    if loaded.table.corpus then host.run_check(loaded, nil, loaded.table.corpus, host.corpus, loaded.context) end
    return {}
  end

  function run.layout(loaded)
    local article = host.corpus.articles[1]
    local ok, page = host.call(loaded, article, loaded.pages.page, article)
    if not ok then return {} end
    if type(page) == "table" then page = page[1] and page[1].content end
    return { html = page and tostring(page) }
  end

  function run.export(loaded)
    local parts, files = {}, {}
    local function writer(list)
      return function(self, ...)
        for i = 1, select("#", ...) do list[#list + 1] = tostring((select(i, ...))) end
        return self
      end
    end
    local ctx = loaded.context
    ctx.out = { write = writer(parts), close = function() end,
      file = function(_, path)
        local list = {}
        files[#files + 1] = { path = path, list = list }
        return { write = writer(list), close = function() end }
      end }
    ctx.output_path = loaded.table.path or (loaded.name .. "." .. (loaded.table.extension or "txt"))
    ctx.asset_size = function(path) return nil, ("there is no file '%s'"):format(path) end
    ctx.asset = function(path) return nil, ("there is no file '%s'"):format(path) end
    local done
    if loaded.table.entry then
      done = entries.write(host, loaded, host.corpus.articles)
    else
      done = host.call(loaded, nil, loaded.table.write, host.corpus.articles, ctx)
    end
    if not done then return {} end
    local result = { output = table.concat(parts) }
    for _, file in ipairs(files) do result["output: " .. file.path] = table.concat(file.list) end
    return result
  end

  function run.command(loaded, wants, argument)
    local parts, ctx = {}, loaded.context
    ctx.out = { write = function(out, ...)
      for i = 1, select("#", ...) do parts[#parts + 1] = tostring((select(i, ...))) end
      return out
    end }
    host.print_to(ctx.out)
    local status = host.run_command(loaded, argument.arguments)
    if not status then return {} end
    local result = { output = table.concat(parts) }
    for _, want in ipairs(wants) do
      if want == "status" then result.status = tostring(status) end
    end
    if status ~= 0 then result.status = tostring(status) end
    return result
  end

  -- The case's source is a text; each article that is yielded is an output.
  function run.import(loaded, _, argument)
    local given = argument.source
    local convert = require("galley.phases_import")(engine, host).convert
    local source, ctx, result = { name = given.name, path = given.name, folder = false, number = 1, base = galley.path.stem(given.name) }, loaded.context, {}
    function source.text() return given.text end
    local at = 1
    function source.rewind() at = 1 end
    function source.size() return #given.text end
    function source.files() return {} end
    function source.file() return nil, "a case has one source" end
    source.bytes = source.file
    function source.all() return { source } end
    function source.read(_, most)
      local part = given.text:sub(at, at + (most or #given.text) - 1)
      at = at + #part
      return part ~= "" and part or nil
    end
    for _, name in ipairs{ "unsure", "lost", "note" } do
      ctx[name] = function(text) host.report{ severity = name == "note" and "note" or "warning", file = given.name, message = name .. ": " .. tostring(text) } end
    end
    function ctx.file(file) result["output: " .. file.path] = file.content end
    local routine = coroutine.create(loaded.table.read)
    local make = loaded.table.article
    local function step(...)
      local ok, article = coroutine.resume(routine, ...)
      local done = coroutine.status(routine) == "dead"
      local problem = ok and not done and not make and imported.problem(article)
      if not ok or problem then
        host.locate(article, routine)
        error(problem or article, 0)
      end
      return not done and article or nil
    end
    local function made(entry)
      local article = make(entry, ctx)
      local problem = imported.problem(article)
      if problem then error(problem, 0) end
      return article
    end
    repeat
      local ok, article = host.call(loaded, nil, step, source, ctx)
      if not ok then return {} end
      if article ~= nil then
        if make then ok, article = host.call(loaded, nil, made, article) end
        if not ok then return {} end
        local record = convert(article)
        if record.failed then
          host.report{ severity = "error", file = record.path, message = record.failed }
        else
          result["output: " .. record.path] = record.text
        end
      end
    until coroutine.status(routine) == "dead"
    return result
  end

  function phases.test()
    local argument = engine.argument()
    local loaded
    if argument.kind == "filter" then loaded = host.filters[1]
    elseif argument.kind == "check" then loaded = host.checks[1]
    elseif argument.kind == "layout" then loaded = host.layout
    elseif argument.kind == "export" then loaded = host.exporters[1]
    elseif argument.kind == "import" then loaded = host.importer
    elseif argument.kind == "command" then loaded = host.commander
    elseif argument.kind == "edit" then loaded = host.editor end
    engine.send(run[argument.kind](loaded, argument.wants, argument))
    return true
  end

  return phases
end
