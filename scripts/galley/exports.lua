--- Exports in the parent: those that galley.yaml lists for a build.
local messages = require("galley.messages")
local plugin = require("galley.plugin")

local exports = {}

--- What galley.yaml lists under `exports`, found: [rss, { csv: { columns: [title], path: list.csv } }]; nil after
-- the reasons were shown.
function exports.listed(site)
  local list = {}
  for i, entry in ipairs(site.config.exports or {}) do
    local place = site.places.exports[i]
    local found, problem = plugin.find(site.prefix, "export", place.name)
    local options = type(entry) == "table" and entry[place.name]
    if not found then
      messages.show{ severity = "error", file = site.file, line = place[1], column = place[2], message = problem }
      return nil
    end
    if type(options) == "table" and options.path ~= nil and type(options.path) ~= "string" then
      local at = place.options.path
      messages.show{ severity = "error", file = site.file, line = at[1], column = at[2],
        message = "'path' wants the file's name in the output, such as list.csv" }
      return nil
    end
    found.options, found.set_in, found.order = {}, site.file, #list + 1
    found.set_at = place.options
    for key, value in pairs(type(options) == "table" and options or {}) do
      if key == "path" then found.to = value else found.options[key] = value end
    end
    list[#list + 1] = found
  end
  return list
end

--- What a worker needs to know to find pictures and the like. alone: one export is all there is to do.
function exports.config(site, alone) return { content = site.content_prefix, static = site.prefix .. "static/", alone = alone } end

--- Runs them over the corpus of a build; their outputs are staged with the pages. False when one failed;
-- run.status is the exit status where the world failed.
function exports.build(run, list)
  if #list == 0 then return true end
  local to = {}
  for i, found in ipairs(list) do to[i] = found.to or false end
  if not run:phase("export", #list, { stage = true, to = to }) then return false end
  for _, sent in ipairs(run.results) do run.status = run.status or sent[2].status end
  return run.failed == 0
end

return exports
