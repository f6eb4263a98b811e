--- Command plugins in the parent: `galley NAME` runs what plugins/commands/NAME.lua returns.
--
-- The plugin is looked at first, in a worker without rights: its options are the command's, and its comment is the help.
-- Then its `run` is called once, in a worker, over the corpus as an export sees it.
local about_plugin = require("galley.about")
local arguments = require("galley.arguments")
local closest = require("galley.closest")
local messages = require("galley.messages")
local pipeline = require("galley.pipeline")
local plugin = require("galley.plugin")
local sites = require("galley.site")

local commands = {}

-- What every command plugin has beside its own options. plugin.command_options names them.
local run_options = {
  { name = "jobs", short = "j", value = "N", type = "integer", help = "worker processes (default: one a processor)" },
  { name = "no-filters", help = "the articles as they are in their files" },
  { name = "now", value = "DATE", help = "the date that decides on embargoes and expiry (default: today)" },
  { name = "drafts", help = "drafts too" },
  { name = "embargoed", help = "articles whose time has not come too" },
  { name = "expired", help = "articles whose time is over too" },
}

-- What stands for an option's value in the help.
local values = { string = "TEXT", integer = "N", number = "N", list = "A,B", map = "KEY=VALUE", date = "DATE" }

local function option_of(name, declared)
  local option = { name = name, value = values[declared.type], many = declared.type == "list" or declared.type == "map",
    choices = declared.type == "string" and type(declared.choices) == "table" and declared.choices or nil }
  if option.choices then option.value = table.concat(option.choices, "|") end
  if declared.type == "boolean" and declared.default == true then option.value = "yes|no" end
  local help = { declared.help }
  if declared.required then help[#help + 1] = "(must be given)" end
  if declared.default ~= nil and declared.type ~= "boolean" then
    help[#help + 1] = ("(default: %s)"):format(about_plugin.value(declared.default))
  end
  option.help = table.concat(help, " ")
  return option
end

-- A command as galley.arguments knows it.
local function command_of(found, about)
  local lines = about_plugin.comment(about_plugin.read_file(found.path) or "")
  local summary = about_plugin.first_sentence(lines)
  local text = table.concat(lines, "\n"):gsub("^%s+", ""):sub(#summary + 1):gsub("^%s*\n", ""):gsub("^ (%S)", "%1")
  local command = { summary = summary, usage = found.name .. " [ARGUMENT...]", words = true, options = {},
    text = text ~= "" and text or nil }
  for _, name in ipairs(closest.keys(about.options)) do
    command.options[#command.options + 1] = option_of(name, about.options[name])
  end
  table.move(run_options, 1, #run_options, #command.options + 1, command.options)
  return command
end

-- The plugin's own options from what the command line gave; nil and a message.
local function given_options(about, options)
  local given = {}
  for name, declared in pairs(about.options) do
    local value, problem = options[name], nil
    if type(value) == "table" and declared.type == "map" then
      value, problem = arguments.pairs(value, name)
      if not value then return nil, problem end
    elseif type(value) == "table" then
      value = table.concat(value, ",")
    end
    given[name] = value
  end
  local _, problem = plugin.options(about.options, given)
  if problem then return nil, problem end
  return given
end

-- --site of a command line whose other options are not known yet.
local function site_option(list)
  for i, word in ipairs(list) do
    if word == "--" then return nil end
    local value = word:match("^%-%-site=(.*)$") or (word == "--site" and list[i + 1])
    if value then return value end
  end
end

--- The command plugins that a command line can mean, as plugin.all gives them. Galley's own commands are not hidden.
function commands.list(list)
  local all = {}
  for _, found in ipairs(plugin.all(sites.prefix(site_option(list) or sites.find(".") or "."), "command")) do
    if not plugin.is_own_command(found.name) then all[#all + 1] = found end
  end
  return all
end

--- Runs one over a command line; the exit status.
function commands.run(found, list)
  local site, status = sites.read(site_option(list))
  if not site then return status end
  local answers
  answers, status = about_plugin.describe(site, { found })
  if not answers then return status end
  local about = answers[1]
  if not about or about.problem then
    local problem = about and about.problem
    if problem then
      messages.show{ severity = "error", file = problem.file, line = problem.line, message = problem.message }
    end
    return 1
  end
  local command = command_of(found, about)
  local options, problem = arguments.read(command, list)
  messages.configure(options or {})
  if options and options.help then
    io.stdout:write(arguments.folded(arguments.help(found.name, command)))
    return 0
  end
  local given
  if options then given, problem = given_options(about, options) end
  if not given then
    messages.error(("%s: %s; galley %s --help lists the options"):format(found.name, problem, found.name))
    return 2
  end
  found.options, found.set_in = given, "the command line"
  local with = {}
  if options.drafts then with[#with + 1] = "draft" end
  if options.embargoed then with[#with + 1] = "embargoed" end
  if options.expired then with[#with + 1] = "expired" end
  local run
  run, status = pipeline.open(site, { layout = false, extra = { found }, now = options.now, jobs = options.jobs,
    no_filters = options["no-filters"], with = with })
  if not run then return status end
  local engine <close> = run.engine
  if not engine:target() then
    run:report()
    return 3
  end
  local words = table.move(options, 1, #options, 1, {})
  if not run:corpus(about.bodies) or not run:phase("command", 1, words) or run.failed > 0 then return 1 end
  return run.results[1][2]
end

return commands
