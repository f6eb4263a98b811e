--- Imports in a worker: one call of the plugin's `read` for each source; each article that it yields is written as
-- Markdown, read again, counted and put into a spool, so that memory does not grow with their number. An import that has
-- `article(entry, ctx)` yields entries, and makes an article of one on any worker: each worker reads all of a long
-- source, which takes little of the time, and makes its share. Records have numbers, which give their order.
--
-- What `read(source, ctx)` yields, by coroutine.yield: { path = "news/a.md" (or a name without ending), meta = a list
-- of { key, value } in the order of the front matter, document = a tree, or markdown = text; text = what a reader of
-- the source sees (or words = their number), and, all for the report: title, shape = "8 paragraphs", confidence from
-- 0 to 1, unsure, lost, notes = { text... }, counts = { ["picture stays|pictures stay"] = 3 } that are summed up;
-- files = { { path=, content= } } }.
-- A file with `data` goes below the site's data folder; with `keep` one that is there stays as it is. ":article" in a path
-- is the article's own path without ending. Of a file that several articles bring the first counts.
-- In place of meta, head = the front matter as it shall stand, with its fences; with keep_path the path's case and
-- characters stay.
-- ctx.unsure(text), ctx.lost(text), ctx.note(text) and ctx.file(file) say and give the same of the whole source, and in
-- `article` of that article. ctx.rest(paths, "file|files") counts those that no article brought as lost.

local imported = require("galley.imported")
local record = require("galley.import_record")
local open_sources = require("galley.import_source")

local phases_of = {}

local function new_remarks() return { unsure = {}, lost = {}, notes = {}, files = {} } end

-- What an import's error says of its source, "NAME:3:7: text" or "line 3, column 7: text", as a message; nil when it is
-- about the import itself.
local function about_source(raised, name)
  raised = tostring(raised)
  local line, column, message = raised:match("^line (%d+), column (%d+): (.*)$")
  if raised:sub(1, #name + 1) == name .. ":" then
    local own = raised:sub(#name + 2)
    line, column, message = own:match("^(%d+):(%d+):%s*(.*)$")
    message = (message or own):gsub("^%s+", ""):gsub("^error: ", "")
  elseif not line then
    return nil
  end
  return { severity = "error", file = name, line = tonumber(line), column = tonumber(column), message = message }
end

function phases_of.open(engine, host)
  local phases = {}
  local config = host.config.extra or {}
  local totals -- what is said of the source at hand
  local remarks -- where that goes which is said now: totals, or what is said of the article at hand
  local make_source = open_sources(engine, function(text, of_article)
    table.insert(remarks.unsure, remarks ~= totals and of_article or text)
  end)

  -- A dry run that shows no texts has no use for them.
  local function put(out, made)
    local text = config.texts and made.text
    made.text, made.size = nil, text and #text or nil
    out:write(galley.json.write(record.clean(made)), "\n")
    if text then out:write(text) end
  end

  function phases.convert(article) return record.of(article, config) end -- for golden cases

  -- ctx.unsure and its like, for the source at hand or the article of it that is being made.
  local function give_remarks(ctx)
    for said, kind in pairs{ unsure = "unsure", lost = "lost", note = "notes" } do
      ctx[said] = function(text)
        if type(text) ~= "string" then error(("ctx.%s takes a text, not a %s"):format(said, type(text)), 2) end
        table.insert(remarks[kind], text)
      end
    end
    function ctx.file(file)
      local problem = imported.file_problem(file)
      if problem then error("ctx.file: " .. problem, 2) end
      table.insert(remarks.files, file)
    end
    function ctx.rest(paths, text) totals.rest = { paths = paths, text = text } end
  end

  -- Raises what is wrong with an article, for the line on which it was yielded.
  local function check(article, routine, maker)
    local problem = imported.problem(article)
    if not problem then
      local plain, why = pcall(engine.check_plain, article.meta, "the meta of an import's article")
      if plain then return end
      problem = why
    end
    host.locate(problem, routine, maker)
    error(problem, 0)
  end

  --- Task i makes the share of worker i; of an import that cannot be shared, the first makes all.
  function phases.import(task)
    local argument, loaded = engine.argument(), host.importer
    local out = engine.out(task + 1)
    local fine, number = true, 0
    local make = loaded.table.article
    local parts = make and argument.parts or 1

    -- A worker's first article with a file has it; of all workers' the main program takes the first.
    local brought = {}
    local function put_files(files, at)
      for _, file in ipairs(files) do
        local shared = not file.data and not file.path:find(":article", 1, true)
        if shared and brought[file.path] then goto next end
        if shared then brought[file.path] = true end
        put(out, { kind = "file", path = file.path, text = file.content, number = at, data = file.data, keep = file.keep })
        ::next::
      end
    end

    local function made(entry, ctx)
      local article = make(entry, ctx)
      check(article, nil, make)
      return article
    end

    local function put_article(article)
      for _, kind in ipairs{ "unsure", "lost", "notes", "files" } do
        local said = article[kind] or {}
        article[kind] = table.move(remarks[kind], 1, #remarks[kind], #said + 1, said)
      end
      local files = record.files(article.files, article.lost)
      local one = record.of(article, config)
      one.number = number
      put(out, one)
      put_files(files, number) -- behind their article, whose path they may have in theirs
    end

    local function read(name, at)
      local ctx = loaded.context
      give_remarks(ctx)
      local routine = coroutine.create(loaded.table.read)
      -- Whether the source could be read that far, and the next article or entry.
      local function step(...)
        local ok, article = coroutine.resume(routine, ...)
        if not ok then
          local message = about_source(article, name.name)
          if not message then
            host.locate(article, routine)
            error(article, 0)
          end
          if task == 0 then host.report(message) end -- all see it
          return false
        end
        if coroutine.status(routine) == "dead" then return true end
        if not make then check(article, routine) end
        return true, article
      end
      local ok, fine, entry = host.call(loaded, nil, step, make_source(name, at), ctx)
      while ok and fine and coroutine.status(routine) ~= "dead" do
        if number % parts == task then
          local article = entry
          remarks = new_remarks()
          if make then ok, article = host.call(loaded, nil, made, entry, ctx) end
          if not ok then return false end
          put_article(article)
          remarks = totals
        end
        number = number + 1
        ok, fine, entry = host.call(loaded, nil, step)
      end
      return ok and fine
    end

    for at, name in ipairs(task < parts and argument.sources or {}) do
      totals = new_remarks()
      totals.kind, totals.name, totals.number = "source", name.name, math.maxinteger
      remarks = totals
      fine = read(name, at) and fine
      if task == 0 then
        put_files(record.files(totals.files, totals.lost), math.maxinteger)
        totals.files = nil
        put(out, totals)
      end
    end
    local closed, reason = out:close()
    if not closed then
      host.report{ severity = "error", message = "the import " .. tostring(reason) }
      return false
    end
    return fine
  end

  return phases
end

return phases_of.open
