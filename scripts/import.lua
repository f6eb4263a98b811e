--- galley import: articles out of a foreign file; a dry run shows what would be made, --apply writes it.
local about = require("galley.about")
local arguments = require("galley.arguments")
local closest = require("galley.closest")
local messages = require("galley.messages")
local pipeline = require("galley.pipeline")
local plugin = require("galley.plugin")
local sites = require("galley.site")

local command = {
  summary = "makes articles of other formats: saved archives, WordPress, HTML, feeds, CSV, ...",
  usage = "import NAME FILE|FOLDER|-... [--into DIR] [--option k=v] [--apply] [--force]",
  text = "NAME is an import: `galley plugins --kind import` lists them, `galley import NAME --help` shows its options. Without\n" ..
    "--apply nothing is written: what would be made is listed, with what was lost or unsure. With --apply all\n" ..
    "files are written or none; galley undo takes them back. A file that is there is never replaced without --force.",
  words = true,
  options = {
    { name = "into", value = "DIR", help = "the folder, below the content folder, that gets the articles" },
    { name = "option", value = "K=V", many = true, help = "an option of the import; may be repeated" },
    { name = "jobs", short = "j", value = "N", type = "integer", help = "worker processes (default: as many as are worth it)" },
    { name = "apply", help = "write the articles" },
    { name = "force", help = "replace files that are there" },
    { name = "show", help = "print the articles' text, not only their names" },
    { name = "json", help = "one JSON record an article" },
  },
}

-- "3 files are left out" of 3 and "file is left out|files are left out".
local function counted(count, text)
  local one, many = text:match("^(.-)|(.*)$")
  return ("%d %s"):format(count, count == 1 and one or many or text)
end

local function show_all(list)
  for _, item in ipairs(list) do messages.show(item) end
end

-- Standard input as a file that a worker can read.
local function spool_input(made)
  local path = os.tmpname()
  made[#made + 1] = path
  local file, problem = io.open(path, "wb")
  if not file then return nil, problem end
  for part in function() return io.stdin:read(1 << 20) end do file:write(part) end
  file:close()
  return path
end

-- The sources as the worker gets them, and how many files and folders there are that cannot be listed; nil and a message.
local function sources_of(words, made)
  local list, unlisted = {}, 0
  for _, word in ipairs(words) do
    if word == "-" then
      local path, problem = spool_input(made)
      if not path then return nil, problem end
      list[#list + 1] = { name = "standard input", path = path, base = "stdin" }
    else
      local kind = galley.files.kind(word)
      if kind == "folder" then
        local files, bytes = {}, 0
        local folder = word:gsub("(.)/+$", "%1")
        local entries, problems = galley.files.list(folder, { "node_modules" })
        if not entries then return nil, problems end
        for _, entry in ipairs(entries) do
          files[#files + 1] = entry.path
          bytes = bytes + math.min(entry.size, 1 << 16) -- of large ones most are pictures
        end
        for _, item in ipairs(problems) do
          unlisted = unlisted + 1
          messages.show{ severity = "error", file = folder .. "/" .. item.path, message = item.message }
        end
        list[#list + 1] = { name = word, path = galley.files.real(folder), folder = true, files = files, bytes = bytes,
          base = folder:match("([^/]+)$") or folder }
      elseif kind == "file" then
        list[#list + 1] = { name = word, path = galley.files.real(word), base = (word:match("([^/]+)$"):gsub("%.%w+$", "")) }
      else
        return nil, ("there is no file '%s'"):format(word)
      end
    end
  end
  return list, unlisted
end

-- The folder within the content folder: "news", "content/news" and "./content/news" are the same.
local function into_folder(site, into)
  if not into then return "" end
  local folder = into:gsub("^%./", ""):gsub("/+$", "")
  local content = (site.content_prefix or ""):gsub("^%./", "")
  if content ~= "" and (folder .. "/"):sub(1, #content) == content then folder = (folder .. "/"):sub(#content + 1):gsub("/+$", "") end
  if folder == "." then folder = "" end
  if folder:find("^/") or ("/" .. folder .. "/"):find("/%.%.?/") or folder:find("[%c\\]") then
    return nil, ("--into '%s' is not a folder below the content folder"):format(into)
  end
  return folder == "" and "" or folder .. "/"
end

-- Of two articles of one name the later gets a number.
local function new_names()
  local taken = {}
  return function(path)
    local stem = path:gsub("%.md$", "")
    local name, number = stem, taken[stem] or 0
    repeat
      number = number + 1
      name = number > 1 and ("%s-%d"):format(stem, number) or stem
    until not taken[name]
    taken[stem] = number -- the next of this name begins where this one ended
    if name ~= stem then taken[name] = 1 end
    return name .. ".md", number > 1
  end
end

-- The records of all workers in their order: of each file the first that is not given yet, and of these the one with the
-- lowest number. A file that several articles bring comes with the first of them.
-- With `folder`, which goes before the paths of articles and of files beside them.
local function records_of(paths, folder)
  local files, heads, name_of, last, brought = {}, {}, new_names(), nil, {}
  local function advance(i)
    local line = files[i]:read("l")
    local record = line and galley.json.parse(line) or nil
    if record and record.size then record.text = record.size > 0 and files[i]:read(record.size) or "" end
    heads[i] = record
  end
  for i, path in ipairs(paths) do
    files[i] = assert(io.open(path, "rb"))
    advance(i)
  end
  return function()
    local first
    for i = 1, #files do
      if heads[i] and (not first or heads[i].number < heads[first].number) then first = i end
    end
    if not first then
      for _, file in ipairs(files) do file:close() end
      return nil
    end
    local record = heads[first]
    advance(first)
    record.number = nil
    if record.kind == "article" then
      local renamed
      record.path, renamed = name_of(record.path)
      record.unsure = record.unsure or {}
      if renamed then table.insert(record.unsure, "another article has this name too, so it got a number") end
      record.path = folder .. record.path
      last = record
    elseif record.kind == "file" then
      if record.path:find(":article", 1, true) then
        if last.failed then record.kind = "none" end
        record.path = record.path:gsub(":article", (last.path:gsub("%.md$", ""):gsub("%%", "%%%%")))
      end
      local key = (record.data and "data:" or "") .. record.path
      if brought[key] then record.kind = "none" end
      brought[key] = true
      if not record.data then record.path = folder .. record.path end
    elseif record.rest then
      local count = 0
      for _, path in ipairs(record.rest.paths) do if not brought[path] then count = count + 1 end end
      if count > 0 then table.insert(record.lost, counted(count, record.rest.text)) end
    end
    return record
  end
end

-- How many workers are worth it: each reads everything.
local function parts_of(sources, jobs)
  local bytes = 0
  if jobs and jobs > 0 then return math.min(jobs, 64) end
  for _, source in ipairs(sources) do
    bytes = bytes + (source.bytes or 0)
    local file = not source.folder and io.open(source.path, "rb")
    if file then
      bytes = bytes + (file:seek("end") or 0)
      file:close()
    end
  end
  return math.max(1, math.min(galley.engine.about().processors, bytes >> 21, 8))
end

local function plural(count, one) return ("%d %s%s"):format(count, one, count == 1 and "" or "s") end

local report_methods = {}
report_methods.__index = report_methods

-- What was lost or unsure: the same words of many articles are said once, with the first of them.
local function new_report() return setmetatable({ list = {}, known = {}, counts = {} }, report_methods) end

function report_methods:add(kind, text, path)
  local key = kind .. "\0" .. text
  local entry = self.known[key]
  if entry then
    entry.count = entry.count + 1
    return
  end
  if #self.list >= 200 then
    self.more = (self.more or 0) + 1
    return
  end
  entry = { kind = kind, text = text, path = path, count = 1 }
  self.known[key], self.list[#self.list + 1] = entry, entry
end

function report_methods:show()
  for _, kind in ipairs{ "lost", "unsure", "note" } do
    for _, entry in ipairs(self.list) do
      if entry.kind == kind then
        local others = entry.count > 1 and (" (and so in %d more)"):format(entry.count - 1) or ""
        print(("%-7s %s%s%s"):format(kind .. ":", entry.path and entry.path .. ": " or "", entry.text, others))
      end
    end
  end
  for _, text in ipairs(closest.keys(self.counts)) do
    if self.counts[text] > 0 then print("note:   " .. counted(self.counts[text], text)) end
  end
  if self.more then print(("and %d more"):format(self.more)) end
end

local function add_all(report, record, path)
  for _, text in ipairs(record.lost or {}) do report:add("lost", text, path) end
  for _, text in ipairs(record.unsure or {}) do report:add("unsure", text, path) end
  for _, text in ipairs(record.notes or {}) do report:add("note", text, path) end
  for text, count in pairs(record.counts or {}) do report.counts[text] = (report.counts[text] or 0) + count end
end

local function show_record(options, record, path, state)
  if options.json then
    local text = record.text
    record.text, record.size, record.path, record.state = options.show and text or nil, nil, path, state
    print(galley.json.write(record))
    record.text = text
    return
  end
  local parts = {}
  if record.shape then parts[#parts + 1] = record.shape end
  if record.words_out then parts[#parts + 1] = plural(record.words_out, "word") end
  if record.confidence then parts[#parts + 1] = ("confidence %.2f"):format(record.confidence) end
  local what = #parts > 0 and (" (%s)"):format(table.concat(parts, "; ")) or ""
  print(("%s %s%s%s"):format(state, path, record.title and ": " .. record.title:gsub("%s+", " ") or "", what))
  if options.show and record.text then io.write("\n", record.text, "\n") end
end

local function finish(made)
  for _, path in ipairs(made) do os.remove(path) end
end

local function run_import(options, made)
  local site, status = sites.read(options.site)
  if not site then return status end
  local name = table.remove(options, 1)
  local known = {}
  for _, found in ipairs(plugin.all(site.prefix, "import")) do known[#known + 1] = found.name end
  if not name then
    messages.error("import wants a name; there are " .. table.concat(known, ", "))
    return 2
  end
  local found, problem = plugin.find(site.prefix, "import", name)
  local given, sources, folder, unlisted
  if found then given, problem = arguments.pairs(options.option, "option") end
  if given then
    if #options == 0 then problem = "import wants a file; - is standard input" else folder, problem = into_folder(site, options.into) end
  end
  if folder then sources, unlisted = sources_of(options, made) end
  if not sources then
    messages.error(problem or unlisted)
    return 2
  end
  found.options = given
  local limits = galley.engine.about().limits
  local run
  local parts = parts_of(sources, options.jobs)
  run, status = pipeline.open(site, { layout = false, no_filters = true, extra = { found }, jobs = parts, config = {
    dialect = site.dialect, article_bytes = site.limits.article_bytes or limits.article_bytes,
    front_matter_bytes = site.limits.front_matter_bytes or limits.front_matter_bytes,
    texts = options.apply or options.show or false } })
  if not run then return status end
  local engine <close> = run.engine
  local readable = {}
  for _, source in ipairs(sources) do readable[#readable + 1] = { folder = source.path } end
  run.readable = readable
  engine:list(site.ignore)
  engine:diagnostics() -- of the articles that are there; other commands say it
  local spools = {}
  for part = 1, parts do
    spools[part] = os.tmpname()
    made[#made + 1] = spools[part]
    if not engine:target(spools[part]) then
      run:report()
      return 3
    end
  end
  if not run:start() then
    run:report()
    return 3
  end
  local done = run:phase("import", parts, { sources = sources, parts = parts })
  local failed = not done or run.failed > 0
  engine:stop()
  if not engine:target_commit() then
    run:report()
    return 3
  end

  -- What would be made, and with --apply is, unless something stands in the way.
  local report, shown = new_report(), site.content_prefix:sub(#site.prefix + 1)
  local articles, files, blocked, refused, words_in, words_out, differing = 0, 0, 0, unlisted, 0, 0, 0
  local function place_of(record) return (record.data and site.prefix .. "data/" or site.content_prefix) .. record.path end
  for record in records_of(spools, folder) do
    local path = record.path
    if record.kind == "source" then
      add_all(report, record, nil)
    elseif record.kind == "file" then
      local there = galley.files.kind(place_of(record))
      if there and record.keep and not options.force then
        report:add("note", "is there and stays as it is", place_of(record))
      else
        files = files + 1
        if there and not options.force then
          blocked = blocked + 1
          messages.show{ severity = "error", file = place_of(record), message = "is there already; --force replaces it" }
        end
      end
    elseif record.kind == "none" then
      -- belongs to an article that is left out
    elseif record.failed then
      refused = refused + 1
      messages.show{ severity = "error", file = site.content_prefix .. path, message = record.failed }
      add_all(report, record, path)
    else
      articles = articles + 1
      local state = "new"
      local exists = galley.files.kind(site.content_prefix .. path)
      if exists then
        state = options.force and "replaces" or "exists"
        if not options.force then
          blocked = blocked + 1
          messages.show{ severity = "error", file = site.content_prefix .. path, message = "is there already; --force replaces it, --into DIR puts the articles elsewhere" }
        end
      end
      words_in, words_out = words_in + record.words_in, words_out + record.words_out
      if record.words_in ~= record.words_out then
        differing = differing + 1
        report:add("lost", ("%d words came in, %d went out"):format(record.words_in, record.words_out), path)
      end
      add_all(report, record, path)
      show_record(options, record, path, state)
    end
  end
  if not options.json then report:show() end
  local total = ("%s%s, words in %d, words out %d"):format(plural(articles, "article"), files > 0 and " and " .. plural(files, "file") or "",
    words_in, words_out)
  if differing > 0 then total = total .. (" (%s differ)"):format(plural(differing, "article")) end
  if refused > 0 then total = total .. (", %d left out"):format(refused) end
  if failed then
    messages.say(total .. "; the import stopped, nothing is written")
    return 1
  end
  if blocked > 0 then
    messages.say(("%s; %s there already, nothing is written"):format(total, plural(blocked, "file")))
    return 1
  end
  if not options.apply then
    messages.say(total .. (articles > 0 and "; --apply writes this" or ""))
    return refused > 0 and 1 or 0
  end

  local batch, problems, word = galley.batch.open(site.root, "import " .. name)
  if not batch then
    show_all(problems)
    return word == "failed" and 3 or 1
  end
  for record in records_of(spools, folder) do
    local there = record.text and record.kind ~= "none" and place_of(record)
    if there and not (record.keep and not options.force and galley.files.kind(there)) then
      local path = record.data and "data/" .. record.path or shown .. record.path
      local ok, old, stamp = true, nil, nil
      if galley.files.kind(there) then -- --force was given
        old, stamp, word = galley.batch.read(there)
        if not old then ok, problems = false, stamp end
      end
      if old and old ~= record.text then
        ok, problems, word = batch:replace(path, stamp, old, record.text)
      elseif ok and not old then
        ok, problems, word = batch:create(path, record.text)
      end
      if not ok then
        batch:close()
        show_all(problems)
        return word == "failed" and 3 or 1
      end
    end
  end
  local count, number, why = batch:commit()
  batch:close()
  if not count then
    show_all(number)
    return why == "failed" and 3 or 1
  end
  messages.say(total .. (count > 0 and ("; written, galley undo takes it back (batch %d)"):format(number) or ""))
  return refused > 0 and 1 or 0
end

--- `galley import NAME --help`: what the import itself says.
function command.help(options)
  local site, status = sites.read(options.site)
  if not site then return status end
  return about.help(site, "import", options[1], { usage = "galley import %s FILE|FOLDER|-... [--into DIR] [--option k=v] [--apply] [--force]",
    options = "Options, each as --option NAME=VALUE:", none = "It has no options of its own." })
end

function command.run(options)
  local made = {} -- temporary files
  local ok, status = pcall(run_import, options, made)
  finish(made)
  if not ok then error(status, 0) end
  return status
end

return command
