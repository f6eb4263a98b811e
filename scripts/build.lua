--- galley build: articles to a website.
local builds = require("galley.builds")
local messages = require("galley.messages")
local sites = require("galley.site")

local function seconds(from) return ("%.2f s"):format(galley.files.seconds() - from) end

local command = {
  summary = "builds the site",
  usage = "build [SITE] [-o DIR] [-j N]",
  text = "Reads the articles, runs the filters, lays the pages out and publishes them into the output folder,\n" ..
    "all or none. Articles with errors are left out and named; the exit status is then 1.",
  most = 1,
  options = {
    { name = "output", short = "o", value = "DIR", help = "where the pages go (default: output in galley.yaml, or public)" },
  },
}
table.move(builds.options, 1, #builds.options, 2, command.options)
command.options[#command.options + 1] = { name = "again", help = "build although nothing has changed since the last build" }
command.options[#command.options + 1] = { name = "times", help = "say where the time went" }
command.options[#command.options + 1] = { name = "strict", help = "warnings count as errors" }

-- Seconds of all workers together, by step; what a phase took beyond its steps is Lua's.
local function say_times(times, whole, publishing)
  local function line(name, spent) io.stderr:write(("%-42s %8.3f s\n"):format(name, spent)) end
  line("read", times.read)
  line("YAML", times.yaml)
  line("conventions, freezing the head", times.resolve)
  line("parse", times.parse)
  line("filters", times.filter - times.parse - times.freeze)
  line("render", times.render)
  line("freezing the body", times.freeze)
  line("templates", times.page - times.write - times.render)
  line("write", times.write)
  line("all of these, on all processors", times.load + times.filter + times.page)
  line("publishing, by the clock", publishing)
  line("the whole build, by the clock", whole)
end

function command.run(options)
  local started = galley.files.seconds()
  local site, status = sites.read(options[1] or options.site)
  if not site then return status end
  local output, done, refused = options.output or site.output, nil, nil
  status, done, refused = builds.run(site, output, options)
  if not done then
    if refused then messages.say("Nothing was published; the output is as it was.") end
    return status
  end
  if done.times then say_times(done.times, galley.files.seconds() - started, done.publishing) end
  local summary = messages.summary()
  messages.say(("%d article%s, %d file%s written, %d unchanged, %d removed in %s%s -> %s"):format(done.articles,
    done.articles == 1 and "" or "s", done.written, done.written == 1 and "" or "s", done.unchanged, done.removed, seconds(started),
    summary and " (" .. summary .. ")" or "", output))
  if messages.errors > 0 or (options.strict and messages.warnings > 0) then return 1 end
  return 0
end

return command
