--- The corpus of a site in the command's own process, for scripts and the prompt.
--
-- Reading, parsing and filtering are done by workers as in a build; here are the frozen articles.
local messages = require("galley.messages")
local pipeline = require("galley.pipeline")
local sites = require("galley.site")

local corpus = {}

local kept -- the engine lives as long as the program

--- { corpus =, site = } or nil after the reasons were shown. options: site, plugin, no-filters, now.
function corpus.load(options)
  local site = sites.read(options.site)
  if not site then return nil end
  local run = pipeline.open(site, { layout = false, plugins = options.plugin, no_filters = options["no-filters"],
    now = options.now, with = options.with })
  if not run then return nil end
  if not run:corpus() then
    run:close()
    return nil
  end
  local engine = run.engine
  engine:stop()
  kept = engine
  local data = site.data
  local object = engine:corpus()
  engine:methods("corpus").select = require("galley.select").method
  engine:profiles(function(taxonomy, slug)
    local group = data[taxonomy .. "s"]
    return group and group[slug]
  end)
  return { corpus = object, site = { title = site.config.title, url = site.config.url,
    language = site.config.language, description = site.config.description, config = site.config, data = data,
    content = site.content, root = site.root } }
end

return corpus
