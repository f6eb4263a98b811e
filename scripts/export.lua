--- galley export: articles to one file or several, for others to use.
local about = require("galley.about")
local arguments = require("galley.arguments")
local exports = require("galley.exports")
local messages = require("galley.messages")
local pipeline = require("galley.pipeline")
local plugin = require("galley.plugin")
local selection = require("galley.selection")
local sites = require("galley.site")

local command = {
  summary = "writes articles in another format: csv, rss, epub, press-release, ...",
  usage = "export NAME [PATH|GLOB...] [--where EXPR] [-o FILE|FOLDER/] [--option k=v]",
  text = "Data goes to standard output unless -o names a file, or a folder for exports of several files.\n" ..
    "Drafts, articles under embargo and expired ones stay out unless asked for. `galley plugins NAME`\n" ..
    "shows an export's options.",
  words = true,
  options = {
    { name = "output", short = "o", value = "FILE", help = "where to write; a folder if it ends in / or is one" },
    { name = "option", value = "K=V", many = true, help = "an option of the export; may be repeated" },
    { name = "jobs", short = "j", value = "N", type = "integer", help = "worker processes (default: one a processor)" },
    { name = "plugin", value = "NAME|FILE", many = true, help = "one more filter, behind the site's; may be repeated" },
    { name = "no-filters", help = "the articles as they are written" },
    { name = "now", value = "DATE", help = "the date that decides on embargoes and expiry (default: today)" },
    { name = "drafts", help = "drafts too" },
    { name = "embargoed", help = "articles whose time has not come too" },
    { name = "expired", help = "articles whose time is over too" },
    { name = "unsafe", help = "raw HTML and all link schemes pass" },
    { name = "force", help = "write into a folder that is not empty and not Galley's" },
  },
}
table.move(selection.options, 1, #selection.options, #command.options + 1, command.options)

local function names(prefix)
  local list = {}
  for _, found in ipairs(plugin.all(prefix, "export")) do list[#list + 1] = found.name end
  return table.concat(list, ", ")
end

-- True when a folder is meant; nil after a message.
local function is_folder(site, output)
  if not output then return false end
  local folder = output:sub(-1) == "/" or galley.files.kind(output) == "folder"
  if folder and (galley.files.real(output) or "") == (galley.files.real(site.output) or " ") then
    messages.error(("%s is where `galley build` writes; list the export under `exports` in galley.yaml, or name another folder")
      :format(output))
    return nil
  end
  return folder
end

--- `galley export NAME --help`: what the export itself says.
function command.help(options)
  local site, status = sites.read(options.site)
  if not site then return status end
  return about.help(site, "export", options[1], { usage = "galley export %s [PATH|GLOB...] [--where EXPR] [-o FILE] [--option k=v]",
    options = "Options, each as --option NAME=VALUE:", none = "It has no options of its own." })
end

function command.run(options)
  local site, status = sites.read(options.site)
  if not site then return status end
  if options.output == "-" then options.output = nil end -- standard output, as without -o
  local name = table.remove(options, 1)
  if not name then
    messages.error("export wants a name; there are " .. names(site.prefix))
    return 2
  end
  local found, problem = plugin.find(site.prefix, "export", name)
  local given, wanted
  if found then given, problem = arguments.pairs(options.option, "option") end
  if given then wanted, problem = selection.read(site, options, options) end
  if not wanted then
    messages.error(problem)
    return 2
  end
  found.options = given
  local folder = is_folder(site, options.output)
  if folder == nil then return 2 end
  local with = {}
  for _, state in ipairs{ "draft", "embargoed", "expired" } do
    if options[state == "draft" and "drafts" or state] then with[#with + 1] = state end
  end
  local run
  run, status = pipeline.open(site, { now = options.now, jobs = options.jobs, with = with, plugins = options.plugin,
    no_filters = options["no-filters"], layout = false, unsafe = options.unsafe, extra = { found }, pieces = true, words = false,
    config = exports.config(site, true) })
  if not run then return status end
  local engine <close> = run.engine
  local opened
  if folder then
    opened = engine:output(options.output, options.force or false)
  else
    opened = engine:target(options.output)
  end
  if not opened then
    run:report()
    return 3
  end
  local function stopped()
    if messages.errors == 0 then messages.error("the export stopped") end
    local sent = run.results and run.results[1]
    return sent and type(sent[2]) == "table" and sent[2].status or 1
  end

  wanted.direct = not folder and engine:target_regular()
  if not run:corpus(false) or not run:phase("select", 1, wanted) then return stopped() end
  if run.failed > 0 then return stopped() end
  local choice, files, written = run.results[1][2], engine:counts(), nil
  if choice.entries then
    local count = engine:entries(choice.numbers, choice.direct and #choice.between or nil)
    if not run:phase("entries", count, choice, "Reading ") then return stopped() end
    local full, reason = run.results[1], nil -- each worker says it once
    if choice.direct then written, reason = engine:gathered() end
    if full or reason then
      messages.error(full and full[2].full or ("the export '%s' %s"):format(found.name, reason))
      return 3
    end
  elseif choice.all then
    if not run:bodies() then return stopped() end
  elseif not choice.none then
    if not run:phase("filter", files, choice.numbers and { numbers = choice.numbers }, "Reading ") then return stopped() end
  end
  local lost = run.failed > 0
  local terminal = not options.output and galley.files.terminal("stdout") ~= nil
  if not run:phase("export", 1, { selection = wanted, stage = folder, lost = lost, terminal = terminal, pieces = choice.entries, written = written,
    numbers = written and choice.numbers }) or run.failed > 0 then
    return stopped()
  end
  local result = run.results[1][2]
  local done, reason
  if folder then done, reason = engine:publish() else done = engine:target_commit() end
  engine:stop() -- behind it: until then no signal comes between two files
  run:report()
  if reason == "interrupted" then
    messages.error("interrupted; nothing was changed")
    return 1
  end
  if not done then return 3 end
  if options.output then
    messages.say(("%d article%s -> %s"):format(result.count, result.count == 1 and "" or "s", options.output))
  end
  return messages.errors > 0 and 1 or 0
end

return command
