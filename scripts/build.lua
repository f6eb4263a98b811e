--- galley build: articles to a website.
local exports = require("galley.exports")
local messages = require("galley.messages")
local pipeline = require("galley.pipeline")
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
    { name = "jobs", short = "j", value = "N", type = "integer", help = "worker processes (default: one a processor)" },
    { name = "layout", value = "NAME", help = "another layout than the site's" },
    { name = "plugin", value = "NAME|FILE", many = true, help = "one more filter, behind the site's; may be repeated" },
    { name = "now", value = "DATE", help = "the date that decides on embargoes and expiry (default: today)" },
    { name = "drafts", help = "drafts too" },
    { name = "embargoed", help = "articles whose time has not come too" },
    { name = "expired", help = "articles whose time is over too" },
    { name = "unsafe", help = "raw HTML and all link schemes pass" },
    { name = "force", help = "write into a folder that is not empty and not Galley's" },
    { name = "times", help = "say where the time went" },
    { name = "strict", help = "warnings count as errors" },
  },
}

-- Seconds of all workers together, by step; what a phase took beyond its steps is Lua's.
local function say_times(times, whole, publishing)
  local function line(name, spent) io.stderr:write(("%-42s %8.3f s\n"):format(name, spent)) end
  line("read", times.read)
  line("YAML", times.yaml)
  line("conventions, freezing the head", times.resolve)
  line("parse", times.parse)
  line("filters", times.filter - times.parse - times.render - times.freeze)
  line("render", times.render)
  line("freezing the body", times.freeze)
  line("templates", times.page - times.write)
  line("write", times.write)
  line("all of these, on all processors", times.load + times.filter + times.page)
  line("publishing, by the clock", publishing)
  line("the whole build, by the clock", whole)
end

function command.run(options)
  local started = galley.files.seconds()
  local site, status = sites.read(options[1] or options.site)
  if not site then return status end
  local listed = exports.listed(site)
  if not listed then return 1 end
  local with = {}
  if options.drafts then with[#with + 1] = "draft" end
  if options.embargoed then with[#with + 1] = "embargoed" end
  if options.expired then with[#with + 1] = "expired" end
  local run
  run, status = pipeline.open(site, { now = options.now, jobs = options.jobs, with = with, plugins = options.plugin,
    times = options.times, layout = options.layout, unsafe = options.unsafe, extra = listed, config = exports.config(site) })
  if not run then return status end
  local engine <close> = run.engine
  local output = options.output or site.output
  if not engine:output(output, options.force or false) then
    run:report()
    return 3
  end
  if not run:corpus() or not exports.build(run, listed) or not run:pages() then
    if messages.errors == 0 then messages.error("the build stopped") end
    return 1
  end
  local times, before = engine:times(), galley.files.seconds()
  engine:stop()
  local published, written, unchanged, removed = engine:publish(messages.errors > 0)
  run:report()
  if not published then
    messages.say("Nothing was published; the output is as it was.")
    return messages.errors > 0 and 1 or 3
  end
  local now = galley.files.seconds()
  if times then say_times(times, now - started, now - before) end
  local _, articles = engine:counts()
  local summary = messages.summary()
  messages.say(("%d article%s, %d file%s written, %d unchanged, %d removed in %s%s -> %s"):format(articles,
    articles == 1 and "" or "s", written, written == 1 and "" or "s", unchanged, removed, seconds(started),
    summary and " (" .. summary .. ")" or "", output))
  if messages.errors > 0 or (options.strict and messages.warnings > 0) then return 1 end
  return 0
end

return command
