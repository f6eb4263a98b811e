--- galley edit: a script changes articles; the diff is shown, and with --apply the files are written.
local about = require("galley.about")
local arguments = require("galley.arguments")
local messages = require("galley.messages")
local pipeline = require("galley.pipeline")
local plugin = require("galley.plugin")
local select_articles = require("galley.select")
local selection = require("galley.selection")
local sites = require("galley.site")

local command = {
  summary = "changes articles by a script, showing what would change",
  usage = "edit SCRIPT [PATH|GLOB...] [--where EXPR] [--param k=v] [--apply]",
  text = "SCRIPT is an edit plugin: a name (galley plugins lists them) or a Lua file. Without --apply nothing is\n" ..
    "written. With it all files are written or none; galley undo takes them back.",
  words = true,
  options = {
    { name = "apply", help = "write the changes" },
    { name = "where", value = "EXPR", help = "only articles for which this Lua expression is true" },
    { name = "param", value = "K=V", many = true, help = "a parameter of the script; may be repeated" },
    { name = "keep-going", help = "write what can be written although some articles are refused" },
    { name = "stat", help = "a line a file instead of the diff" },
    { name = "json", help = "one JSON record a change instead of the diff" },
    { name = "jobs", short = "j", value = "N", type = "integer", help = "worker processes (default: one a processor)" },
    { name = "now", value = "DATE", help = "the date that scripts see (default: today)" },
  },
}

local function status_of(word) return word == "failed" and 3 or 1 end

-- The text that the worker read; nil and a status when the file is another one by now, or cannot be read.
local function old_text(site, change)
  local file = site.content_prefix .. change.path
  local text, problems = galley.batch.read(file)
  if text and galley.batch.hash(text) == change.hash then return text end
  if not text and galley.files.kind(file) then
    messages.show_all(problems)
    return nil, 3
  end
  messages.show{ severity = "error", file = file,
    message = "changed while the edit was running; nothing is written, run the edit again" }
  return nil, 1
end

-- What the file becomes.
local function new_text(change, old) return change.delta and galley.batch.patched(old, change.delta) or old end

-- One record a change: { file, line, path, old, new }.
local function print_records(site, changes, others)
  local function record(file, line, path, old, new)
    io.stdout:write(galley.json.write{ file = file, line = line, path = path, old = old, new = new }, "\n")
  end
  for _, change in ipairs(changes) do
    local file = site.content_prefix .. change.path
    if change.to then record(file, 0, "path", change.path, change.to) end
    for _, part in ipairs(change.records or {}) do record(file, part.line, part.path, part.old, part.new) end
  end
  for _, change in ipairs(others) do
    local file = site.prefix .. change.path
    if change.op == "move" then record(file, 0, "path", change.path, change.to) end
    for _, part in ipairs(change.old == change.text and {} or galley.diff.changes(change.old or "", change.text or "")) do
      local function lines(text, first, count)
        local all = {}
        for line in text:gmatch("[^\n]*\n?") do all[#all + 1] = line end
        return count > 0 and table.concat(all, "", first, first + count - 1) or nil
      end
      record(file, part.old_line, "file", lines(change.old or "", part.old_line, part.old_count),
        lines(change.text or "", part.new_line, part.new_count))
    end
  end
end

-- What the edit's site function asked for, checked, with folders as their files; nil after an error.
local function other_changes(site, asked, paths)
  local articles, taken, list, fine = {}, {}, {}, true
  for _, path in ipairs(paths) do articles[site.shown .. path] = true end
  local function complain(path, text)
    messages.show{ severity = "error", file = site.prefix .. path, message = text }
    fine = false
  end
  local function add(change)
    for _, path in ipairs{ change.path, change.to } do
      if articles[path] then complain(path, "is an article; change it by the edit's article function") end
      if taken[path] then complain(path, "is changed twice by the edit's site function; let it do so once") end
      taken[path] = true
    end
    local target = change.op == "create" and change.path or change.to
    if target and galley.files.kind(site.prefix .. target) then complain(target, "is there already; choose another name") end
    if change.op ~= "create" then
      local text, stamp = galley.batch.read(site.prefix .. change.path)
      if not text then return complain(change.path, "cannot be read") end
      if change.old and change.old ~= text then complain(change.path, "changed while the edit was running; run the edit again") end
      change.old, change.stamp = text, stamp
      change.text = change.op == "move" and (change.text or text) or change.text
    end
    list[#list + 1] = change
  end
  for _, change in ipairs(asked) do
    if change.op == "move" and galley.files.kind(site.prefix .. change.path) == "folder" then
      for _, entry in ipairs(galley.files.list(site.prefix .. change.path)) do
        local path = change.path .. "/" .. entry.path
        if not articles[path] then add{ op = "move", path = path, to = change.to .. "/" .. entry.path } end
      end
    elseif change.op == "move" and not galley.files.kind(site.prefix .. change.path) then
      complain(change.path, "is not there, so it cannot be moved")
    else
      add(change)
    end
  end
  return fine and list or nil
end

local function show_changes(site, changes, others, options)
  local color = options.color == "always" or (options.color ~= "never" and galley.files.terminal("stdout") and not os.getenv("NO_COLOR"))
  local stats = {}
  local function show(old, new, from, to)
    local diff, removed, added = galley.batch.diff(old, new, from, to, color)
    if options.stat then
      stats[#stats + 1] = { to ~= "" and to or from, removed, added }
    elseif not options.json then
      io.stdout:write(diff)
    end
  end
  for _, change in ipairs(changes) do
    local old, status = old_text(site, change)
    if not old then return nil, status end
    show(old, new_text(change, old), site.shown .. change.path, site.shown .. (change.to or change.path))
  end
  for _, change in ipairs(others) do
    show(change.old or "", change.text or "", change.op == "create" and "" or change.path,
      change.op == "remove" and "" or change.to or change.path)
  end
  if options.json then print_records(site, changes, others) end
  if options.stat then io.stdout:write(galley.batch.stat(stats, galley.files.terminal("stdout") or 80, color)) end
  return true
end

local function stage(batch, change)
  if change.op == "create" then return batch:create(change.path, change.text) end
  if change.op == "replace" then return batch:replace(change.path, change.stamp, change.old, change.text) end
  if change.op == "remove" then return batch:remove(change.path, change.stamp, change.old) end
  return batch:move(change.path, change.to, change.stamp, change.old, change.text)
end

-- Stages all and commits: the numbers of files and of the batch, or nil and a status.
local function apply(site, engine, changes, others, label)
  local batch <close>, problems, word = galley.batch.open(site.root, label)
  if not batch then
    messages.show_all(problems, site.prefix)
    return nil, status_of(word)
  end
  local function fail(list, why)
    messages.show_all(list, site.prefix)
    return nil, status_of(why)
  end
  local ok
  for _, change in ipairs(changes) do
    local old, status = old_text(site, change)
    if not old then return nil, status end
    local path, stamp = site.shown .. change.path, engine:stamp(change.number)
    if change.to then
      ok, problems, word = batch:move(path, site.shown .. change.to, stamp, old, new_text(change, old))
    else
      ok, problems, word = batch:replace(path, stamp, old, new_text(change, old))
    end
    if not ok then return fail(problems, word) end
  end
  for _, change in ipairs(others) do
    ok, problems, word = stage(batch, change)
    if not ok then return fail(problems, word) end
  end
  local count, number
  count, number, word = batch:commit()
  if not count then return fail(number, word) end
  return count, number
end

-- Results of a phase, which are let go: what changed, what was refused or lost, and what --where asked for.
local function sort_results(run, numbers, paths)
  local report, seen = { changes = {}, moves = {}, unchanged = {}, refused = {}, asked = {} }, {}
  for _, entry in ipairs(run.results) do
    local at, result = entry[1] + 1, entry[2].state
    seen[at] = true
    for word, there in pairs(entry[2].asked or {}) do report.asked[word] = report.asked[word] or there end
    if type(result) == "table" then
      result.number, result.path = entry[1], paths[at]
      report.changes[#report.changes + 1] = result
      if result.to then report.moves[result.path], report.moved = result.to, true end
    elseif result == "unchanged" then
      report.unchanged[#report.unchanged + 1] = paths[at]
    end
  end
  run.results = nil
  for i, path in ipairs(paths) do
    if not seen[i] and (not numbers or numbers[tostring(i - 1)]) then report.refused[#report.refused + 1] = path end
  end
  return report
end

-- The totals; before them, by name, what was refused, and with --verbose all others.
local function say_report(site, report, others, refused, after)
  for _, path in ipairs(report.unchanged) do messages.detail("unchanged " .. site.content_prefix .. path) end
  for _, change in ipairs(report.changes) do messages.detail("changed " .. site.content_prefix .. change.path) end
  for _, change in ipairs(others) do messages.detail("changed " .. site.prefix .. change.path) end
  for _, path in ipairs(report.refused) do messages.say(messages.paint("error", "refused") .. " " .. site.content_prefix .. path) end
  local more = #others > 0 and (" and %d other file%s of the site"):format(#others, #others == 1 and "" or "s") or ""
  messages.say(("%d changed%s, %d unchanged, %d refused%s"):format(#report.changes, more, #report.unchanged, refused, after))
end

-- An article that is a link to another one is the same file: it is changed once, by the name that is no link.
-- False after an error.
local function join_links(site, engine, report)
  local seen, kept, fine = {}, {}, true
  for _, change in ipairs(report.changes) do
    local stamp = engine:stamp(change.number)
    local file = stamp and stamp:sub(1, 16) -- device and inode
    local other = file and seen[file]
    local real = other and galley.files.real(site.content_prefix .. change.path)
    if not other or real ~= galley.files.real(site.content_prefix .. other.path) then
      kept[#kept + 1] = change
      if file then seen[file] = change end
    elseif other.delta ~= change.delta or other.to ~= change.to then
      messages.show{ severity = "error", file = site.content_prefix .. change.path,
        message = ("is the same file as %s, and the edit would make other changes to it; select one of them"):format(other.path) }
      fine = false
    else
      local own = galley.files.real(site.content)
      if own and real == own .. "/" .. change.path then
        change.path, other.path, change.number, other.number = other.path, change.path, other.number, change.number
      end
      report.unchanged[#report.unchanged + 1] = change.path
    end
  end
  report.changes = kept
  return fine
end

local function check_moves(site, report, paths)
  local taken, fine = {}, true
  for _, path in ipairs(paths) do
    if not report.moves[path] then taken[path] = path end
  end
  for _, change in ipairs(report.changes) do
    if change.to then
      if taken[change.to] then
        messages.show{ severity = "error", file = site.content_prefix .. change.path,
          message = ("cannot become %s, which %s is or becomes; choose another path"):format(change.to, taken[change.to]) }
        fine = false
      end
      taken[change.to] = change.path
    end
  end
  return fine
end

-- What the edit does with other files of the site, after the articles; nil and a status after an error.
local function run_site(site, run, report, paths)
  local changed = {}
  for i, change in ipairs(report.changes) do changed[i] = change.path end
  if not run:phase("site", 1, { changed = changed, prefix = site.prefix }) or run.failed > 0 then return nil, 1 end
  local sent = run.results[1]
  local others = other_changes(site, sent and sent[2] or {}, paths)
  return others, 1
end

--- `galley edit NAME --help`: what the script itself says.
function command.help(options)
  local site, status = sites.read(options.site)
  if not site then return status end
  return about.help(site, "edit", options[1], { usage = "galley edit %s [PATH|GLOB...] [--where EXPR] [--param k=v] [--apply]",
    options = "Parameters, each as --param NAME=VALUE:", none = "It has no parameters." })
end

function command.run(options)
  local name = options[1]
  if not name then
    messages.error("edit wants a script; galley plugins lists the shipped ones")
    return 2
  end
  local site, status = sites.read(options.site)
  if not site then return status end
  site.shown = site.content_prefix:sub(#site.prefix + 1) -- the content folder, from the site's
  local ok, problems, word = galley.batch.recover(site.root)
  if not ok then
    messages.show_all(problems, site.prefix)
    return status_of(word)
  end
  local found, missing = plugin.find(site.prefix, "edit", name)
  if not found then
    messages.error(missing)
    return 2
  end
  local params, wrong = arguments.pairs(options.param, "param")
  if not params then
    messages.error(wrong)
    return 2
  end
  local _, malformed = select_articles.compile(options.where or "true")
  if malformed then
    messages.error(("--where '%s': %s"):format(options.where, malformed))
    return 2
  end
  found.options, found.set_in = params, "--param"
  local run
  run, status = pipeline.open(site, { layout = false, no_filters = true, extra = { found }, jobs = options.jobs, now = options.now })
  if not run then return status end
  local engine <close> = run.engine
  local complete = engine:list(site.ignore, true)
  run:report()
  if not complete and options.apply and not options["keep-going"] then
    messages.error("not every article could be seen; nothing is written. --keep-going edits the others")
    return 3
  end
  local paths = engine:paths()
  local numbers, unknown = selection.numbers(site, table.move(options, 2, #options, 1, {}), paths)
  if unknown then
    messages.error(unknown)
    return 2
  end
  if not run:start() then return 3 end
  local argument = { numbers = numbers, where = options.where, prefix = site.prefix, records = options.json }
  if not run:phase("edit", #paths, argument, "Editing ") then return 1 end
  local refused, report = run.failed, sort_results(run, numbers, paths)
  for _, text in ipairs(refused == 0 and select_articles.unknown(report.asked) or {}) do messages.warning("--where: " .. text) end
  if report.moved then -- once more, with the links of other articles
    if not check_moves(site, report, paths) then return 1 end
    argument = { selected = numbers or false, where = options.where, moves = report.moves, prefix = site.prefix, records = options.json }
    if not run:phase("relink", #paths, argument, "Linking ") then return 1 end
    refused, report = run.failed, sort_results(run, nil, paths)
  end
  if not join_links(site, engine, report) then return 1 end
  local others
  others, status = run_site(site, run, report, paths)
  if not others then return status end
  engine:stop()
  local shown
  if not (options.apply and options.quiet) then
    shown, status = show_changes(site, report.changes, others, options)
    if not shown then return status end
  end
  for _, change in ipairs(report.changes) do
    if change.repeats then
      messages.show{ severity = "warning", file = site.content_prefix .. change.path,
        message = "the edit would change its own result again; make it look at what is there already" }
    end
  end
  local some = #report.changes + #others > 0
  if not options.apply then
    say_report(site, report, others, refused, some and "; --apply writes this" or "")
    return refused > 0 and 1 or 0
  end
  if refused > 0 and not options["keep-going"] then
    say_report(site, report, others, refused, "; nothing is written. --keep-going writes the others")
    return 1
  end
  local count, number = apply(site, engine, report.changes, others, name)
  if not count then return number end
  say_report(site, report, others, refused, count > 0 and ("; written, galley undo takes it back (batch %d)"):format(number) or "")
  return refused > 0 and 1 or 0
end

return command
