--- galley check: reads the articles and reports findings.
local closest = require("galley.closest")
local messages = require("galley.messages")
local pipeline = require("galley.pipeline")
local plugin = require("galley.plugin")
local sites = require("galley.site")

local command = {
  summary = "reports findings in the articles",
  usage = "check [SITE] [CHECK...]",
  text = "Runs all checks, or those named, over the articles as the site's filters leave them. What a build would\n" ..
    "say is said too. galley.yaml sets options, or switches a check off:\n\n" ..
    "  checks:\n    front-matter: { required: [title, date, summary] }\n    titles: false\n\n" ..
    "The exit status is 1 when something worse than a note was found. `galley plugins --kind check` lists the checks.",
  words = true,
  options = {
    { name = "no-filters", help = "the articles as they are in their files" },
    { name = "drafts", help = "drafts too" },
    { name = "now", value = "DATE", help = "the date that decides on embargoes and expiry (default: today)" },
    { name = "jobs", short = "j", value = "N", type = "integer", help = "worker processes (default: one a processor)" },
  },
}

-- The checks to run, in order of their names; nil and a status.
local function choose(site, names)
  local settings, list = site.config.checks or {}, {}
  if #names > 0 then
    for _, name in ipairs(names) do
      local found, problem = plugin.find(site.prefix, "check", name)
      if not found then
        messages.error(problem)
        return nil, 2
      end
      list[#list + 1] = found
    end
  else
    for _, found in ipairs(plugin.all(site.prefix, "check")) do
      if settings[found.name] ~= false then list[#list + 1] = found end
    end
  end
  local wrong = false
  for _, name in ipairs(closest.keys(settings)) do
    local found, problem = plugin.find(site.prefix, "check", name)
    if not found then
      local place = site.places.checks[name]
      messages.show{ severity = "error", file = site.file, line = place[1], column = place[2], message = problem }
      wrong = true
    end
  end
  if wrong then return nil, 1 end
  for _, found in ipairs(list) do
    local setting = settings[found.name]
    if type(setting) == "table" then
      found.options, found.set_in, found.set_at = setting, site.file, site.places.checks[found.name].options
    end
  end
  return list
end

function command.run(options)
  local names, folder = table.move(options, 1, #options, 1, {}), options.site
  if names[1] and not folder and galley.files.kind(names[1]) == "folder" then folder = table.remove(names, 1) end
  local site, status = sites.read(folder)
  if not site then return status end
  local checks
  checks, status = choose(site, names)
  if not checks then return status end
  local run
  run, status = pipeline.open(site, { layout = false, no_filters = options["no-filters"], now = options.now,
    jobs = options.jobs, extra = checks, with = options.drafts and { "draft" } or {} })
  if not run then return status end
  local engine <close> = run.engine
  if not run:corpus() then return 1 end
  local _, count = engine:counts()
  if not run:phase("check", count + #checks, count, "Checking ") then return 1 end
  local found, notes = messages.summary(), messages.notes
  messages.say(("%d article%s, %d check%s: %s"):format(count, count == 1 and "" or "s", #checks, #checks == 1 and "" or "s",
    found or notes > 0 and ("%d note%s"):format(notes, notes == 1 and "" or "s") or "nothing found"))
  return found and 1 or 0
end

return command
