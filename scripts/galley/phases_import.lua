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

local decode = require("galley.decode")
local imported = require("galley.imported")
local write = require("galley.import_writer")

local phases_of = {}

local function valid(text)
  if utf8.len(text) and not text:find("\0", 1, true) then return text, 0 end
  local count = 0
  local fixed = text:gsub("\0", function() count = count + 1 return "\u{FFFD}" end)
  if not utf8.len(fixed) then
    local parts, at = {}, 1
    while at <= #fixed do
      local length, bad = utf8.len(fixed, at)
      if length then parts[#parts + 1] = fixed:sub(at) break end
      parts[#parts + 1] = fixed:sub(at, bad - 1) .. "\u{FFFD}"
      count, at = count + 1, bad + 1
    end
    fixed = table.concat(parts)
  end
  return fixed, count
end

-- One component of a path: a slug, whatever the plugin proposes; the ending stays.
local function clean_path(path)
  local parts = {}
  for part in valid(tostring(path)):gsub("%.md$", ""):gsub("%.markdown$", ""):gmatch("[^/\\]+") do
    local name = galley.text.slug(part, 96)
    if name == "" and part:find("[^.]") then name = "untitled" end
    if name ~= "" then parts[#parts + 1] = name end
  end
  if #parts == 0 then parts[1] = "untitled" end
  return table.concat(parts, "/")
end

-- A file beside the articles keeps its name; nil where it would leave the folder.
local function safe_file(path)
  path = tostring(path)
  if path == "" or path:find("^/") or path:find("[%c\\]") or ("/" .. path .. "/"):find("/%.") or path:find("//") then return nil end
  for part in path:gmatch("[^/]+") do if #part > 255 then return nil end end
  return path
end

local function clean_value(value)
  if type(value) == "string" then return (valid(value):gsub("[\1-\8\11\12\14-\31\127]", "")) end
  if value == galley.json.null then return nil end
  if type(value) ~= "table" or getmetatable(value) then return value end
  local result = {}
  if #value > 0 then
    for _, inner in ipairs(value) do result[#result + 1] = clean_value(inner) end
    return result
  end
  for key, inner in pairs(value) do result[clean_value(key)] = clean_value(inner) end
  return result
end

-- The front matter's lines; the order is the plugin's.
local function front_matter(meta)
  local lines = {}
  for _, pair in ipairs(meta) do
    local value = clean_value(pair[2])
    if value ~= nil and value ~= "" and not (type(value) == "table" and not getmetatable(value) and next(value) == nil) then
      local key = tostring(clean_value(pair[1]))
      local text
      if type(value) == "string" and key:find("^%a[%w_]*$") and (value:find("^%d%d%d%d%-%d%d%-%d%d$") or value:find("^%d%d%d%d%-%d%d%-%d%dT[%d:]+$")
          or value:find("^%d%d%d%d%-%d%d%-%d%dT[%d:]+[+-]%d%d:%d%d$") or value:find("^%d%d%d%d%-%d%d%-%d%dT[%d:]+Z$")) then
        text = ("%s: %s\n"):format(key, value) -- a date as people write it; here it stays a text without quotes
      else
        text = galley.yaml.write{ [key] = value }
      end
      lines[#lines + 1] = text:find("\n$") and text or text .. "\n"
    end
  end
  return table.concat(lines)
end

function phases_of.open(engine, host)
  local phases = {}
  local config = host.config.extra or {}
  local totals -- what is said of the source at hand
  local remarks -- where that goes which is said now: totals, or what is said of the article at hand

  local function new_remarks() return { unsure = {}, lost = {}, notes = {}, files = {} } end

  -- The article as a record; nil when it cannot be written, which the record says.
  local function convert(article)
    local unsure, lost = article.unsure or {}, article.lost or {}
    local meta = article.meta or {}
    local title = article.title
    for _, pair in ipairs(meta) do if pair[1] == "title" then title = title or pair[2] end end
    if (not title or title == "") and not article.failed then
      unsure[#unsure + 1] = "there is no title; give it one"
    end
    local named = article.path or title
    if not named or tostring(named) == "" then named = "untitled" end
    local kept = article.keep_path and safe_file(named)
    local path = (kept and kept:gsub("%.md$", "") or clean_path(named)) .. ".md"
    local record = { kind = "article", path = path, title = title and clean_value(tostring(title)), shape = article.shape,
      confidence = article.confidence, unsure = unsure, lost = lost, notes = article.notes, counts = article.counts, place = article.place, from = article.from }
    local body, problem, same
    if article.failed then
      record.failed = article.failed
      return record
    elseif article.document then
      body, problem, same = write(article.document, config.dialect, lost)
    else
      local broken
      body, broken = valid(article.markdown or "")
      if broken > 0 then lost[#lost + 1] = ("%d bytes that are no characters became U+FFFD"):format(broken) end
      if body ~= "" and body:sub(-1) ~= "\n" and not article.head then body = body .. "\n" end
    end
    local document = same and article.document
    if body and #body > (config.article_bytes or 4 << 20) then
      body, document, problem = nil, nil, ("the body has %d bytes, more than an article may have (%d); raise limits.article_bytes in galley.yaml or cut it")
        :format(#body, config.article_bytes)
    end
    if body and not document then
      local options = { name = path, dialect = config.dialect }
      document, problem = galley.markdown.parse(body, options)
      if document then problem = nil end
    end
    if not document then
      record.failed = tostring(problem):gsub("^" .. path:gsub("%p", "%%%0") .. ":[%d:]*%s*", ""):gsub("^error:%s*", "")
      return record
    end
    record.words_in = article.words or (article.text and galley.text.words((valid(article.text)))) or nil
    -- Words that a reader sees; texts for who cannot see a picture are counted with neither side.
    record.words_out = galley.text.words(document:plain{ images = false })
    if not record.words_in then record.words_in = record.words_out end
    local front = article.head or front_matter(meta)
    if #front > (config.front_matter_bytes or 64 << 10) then
      record.failed = ("its front matter has %d bytes; more than %d cannot be read back"):format(#front, config.front_matter_bytes)
      return record
    end
    if not article.head and front ~= "" then front = "---\n" .. front .. "---\n\n" end
    record.text = front .. body
    return record
  end

  -- A dry run that shows no texts has no use for them.
  local function put(out, record)
    local text = config.texts and record.text
    record.text, record.size = nil, text and #text or nil
    out:write(galley.json.write(clean_value(record)), "\n")
    if text then out:write(text) end
  end

  -- The files of a source: one, or those of a folder.
  local make_source
  function make_source(given, number)
    local source = { name = given.name, path = given.path, folder = given.folder or false, base = given.base, number = number }
    local opened, problem
    local function file()
      if not opened then
        opened, problem = engine.source(given.path)
        if not opened then error(("%s: it %s"):format(given.name, problem), 0) end
      end
      return opened
    end
    --- The next bytes; nil at the end.
    function source.read(_, most)
      local bytes, why = file():read(most)
      if why then error(("%s: it %s"):format(given.name, why), 0) end
      return bytes
    end
    --- All of it, as UTF-8; a byte order mark is left out, UTF-16 and Windows-1252 are converted and said.
    function source.text(self)
      local bytes = {}
      if file():size() > 64 << 20 then
        error(("%s: it is longer than 64 MB, which this import cannot read at once; split it"):format(given.name), 0)
      end
      file():rewind()
      for part in function() return self:read(1 << 20) end do bytes[#bytes + 1] = part end
      local text, encoding = decode(table.concat(bytes))
      if not text then error(("%s: it %s"):format(given.name, encoding), 0) end
      if encoding ~= "UTF-8" then remarks.unsure[#remarks.unsure + 1] = ("%s was read as %s"):format(given.name, encoding) end
      return text
    end
    function source.rewind() return file():rewind() end
    function source.size() return file():size() end
    --- All that the command names, in its order, of which this is number `source.number`; for imports whose files need each other.
    function source.all()
      local list = {}
      for i, other in ipairs(engine.argument().sources) do list[i] = make_source(other, i) end
      return list
    end
    --- Of a folder: its files, { path, ... }.
    function source.files() return given.files or {} end
    --- The bytes of one, also of a hidden one, which files() leaves out; nil and why.
    function source.bytes(_, path)
      if not given.folder or path == "" or path:find("[%c\\]") or ("/" .. path .. "/"):find("/%.?%.?/") then
        return nil, "is no path below the folder"
      end
      -- An import that looks through all files before it yields the first article needs the time of all.
      given.reads = (given.reads or 0) + 1
      if given.reads % 100 == 0 and given.reads < 4 * #given.files then engine.extend() end
      local from = given.path .. "/" .. path
      local bytes, why = engine.read_file(from)
      if not bytes then return nil, why:sub(#from + 3) end -- without the path, which whoever asks knows
      return bytes
    end
    --- The text of one, as text() gives it.
    function source.file(self, path)
      local bytes, why = self:bytes(path)
      if not bytes then return nil, why end
      local text, encoding = decode(bytes)
      if not text then return nil, encoding end
      given.said = given.said or {}
      if encoding ~= "UTF-8" and not given.said[path] then
        given.said[path] = true
        remarks.unsure[#remarks.unsure + 1] = remarks == totals and ("%s was read as %s"):format(path, encoding) or "it was read as " .. encoding
      end
      return text
    end
    return source
  end

  phases.convert = convert -- for golden cases

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

    -- The files whose paths are good, as a list of their own; the others are told.
    local function good_files(files, lost)
      local good = {}
      for _, file in ipairs(files or {}) do
        local path = safe_file(file.path)
        if path then
          good[#good + 1] = { path = path, content = file.content, data = file.data, keep = file.keep }
        else
          lost[#lost + 1] = ("the file '%s' is left out: its path would leave the folder"):format(tostring(file.path))
        end
      end
      return good
    end

    -- Raises what is wrong with an article, for the line on which it was yielded.
    local function check(article, routine)
      local problem = imported.problem(article)
      if not problem then
        local plain, why = pcall(engine.check_plain, article.meta, "the meta of an import's article")
        if plain then return end
        problem = why
      end
      host.locate(problem, routine)
      error(problem, 0)
    end

    local function made(entry, ctx)
      local article = make(entry, ctx)
      check(article)
      return article
    end

    local function put_article(article)
      for _, kind in ipairs{ "unsure", "lost", "notes", "files" } do
        local said = article[kind] or {}
        article[kind] = table.move(remarks[kind], 1, #remarks[kind], #said + 1, said)
      end
      local files = good_files(article.files, article.lost)
      local record = convert(article)
      record.number = number
      put(out, record)
      put_files(files, number) -- behind their article, whose path they may have in theirs
    end

    local function read(name, at)
      local ctx, source = loaded.context, make_source(name, at)
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
      local routine = coroutine.create(loaded.table.read)
      local function step(...)
        local ok, article = coroutine.resume(routine, ...)
        if not ok then
          local line, column, message = tostring(article):match("^line (%d+), column (%d+): (.*)$")
          local own = tostring(article):sub(1, #name.name + 1) == name.name .. ":" and tostring(article):sub(#name.name + 2)
          if own then -- what the import says of the file, not what is wrong with the import
            line, column, message = own:match("^(%d+):(%d+):%s*(.*)$")
            message = (message or own):gsub("^%s+", ""):gsub("^error: ", "")
          elseif not line then
            host.locate(article, routine)
            error(article, 0)
          end
          if task == 0 then -- all see it
            host.report{ severity = "error", file = name.name, line = tonumber(line), column = tonumber(column), message = message }
          end
          return false
        end
        if coroutine.status(routine) == "dead" then return true end
        if not make then check(article, routine) end
        return true, article
      end
      local ok, fine, entry = host.call(loaded, nil, step, source, ctx)
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
        put_files(good_files(totals.files, totals.lost), math.maxinteger)
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
