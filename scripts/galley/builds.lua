--- A build of a site that was read, up to the published pages: what `build` and `serve` share.
local exports = require("galley.exports")
local messages = require("galley.messages")
local pipeline = require("galley.pipeline")
local unchanged = require("galley.unchanged")

local builds = {}

--- The options of both.
builds.options = {
  { name = "jobs", short = "j", value = "N", type = "integer", help = "worker processes (default: one a processor)" },
  { name = "layout", value = "NAME", help = "another layout than the site's" },
  { name = "plugin", value = "NAME|FILE", many = true, help = "one more filter, behind the site's; may be repeated" },
  { name = "now", value = "DATE", help = "the date that decides on embargoes and expiry (default: today)" },
  { name = "drafts", help = "drafts too" },
  { name = "embargoed", help = "articles whose time has not come too" },
  { name = "expired", help = "articles whose time is over too" },
  { name = "unsafe", help = "raw HTML and all link schemes pass" },
  { name = "force", help = "write into a folder that is not empty and not Galley's" },
}

--- Builds `site` into `output`; says what is wrong. With options.whole, a build with errors is not published. The
-- status, and a table of what was done: articles, written, unchanged and removed (counts), paths (of what was written, if options.paths), times, publishing (seconds). No table:
-- nothing was published; the third result is true when everything had been made by then.
function builds.run(site, output, options)
  if output == "" then
    messages.error("--output wants a folder's name; galley build --help lists the options")
    return 2
  end
  local listed = exports.listed(site)
  if not listed then return 1 end
  local with = {}
  for _, state in ipairs{ "draft", "embargoed", "expired" } do
    if options[state == "draft" and "drafts" or state] then with[#with + 1] = state end
  end
  local run, status = pipeline.open(site, { now = options.now, jobs = options.jobs, with = with, plugins = options.plugin,
    times = options.times, layout = options.layout, unsafe = options.unsafe, extra = listed, pieces = #listed > 0,
    config = exports.config(site) })
  if not run then return status end
  local engine <close> = run.engine
  run:list(true)
  if engine:counts() == 0 then
    messages.warning(("there is no article in '%s'; put files that end in .md there, or name their folder as content in galley.yaml"):format(site.content))
  end
  local record = unchanged.open(run, output, options)
  local known = record and record:same()
  if known then return 0, known end
  if not engine:output(output, options.force or false) then
    run:report()
    return 3
  end
  if not run:corpus() or not exports.build(run, listed) or not run:pages() then
    if messages.errors == 0 then messages.error("the build stopped") end
    return run.status or 1
  end
  if options.whole and messages.errors > 0 then return 1, nil, true end
  local done = { times = engine:times(), paths = options.paths and engine:written() }
  local before = galley.files.seconds()
  local published, _
  published, done.written, done.unchanged, done.removed = engine:publish(messages.errors > 0)
  engine:stop() -- behind it: until then no signal comes between two files
  run:report()
  if not published and done.written == "interrupted" then
    messages.error("interrupted; nothing was changed")
    return 1
  end
  if not published and done.written == "system" then return 3 end -- whose message says what there is now
  if not published then return 1, nil, true end
  done.publishing = galley.files.seconds() - before
  _, done.articles = engine:counts()
  if record then record:keep(done) end
  return messages.errors > 0 and 1 or 0, done
end

return builds
