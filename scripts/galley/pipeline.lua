--- The phases of a run, in the parent: load, index, filter, collect, and what a command adds.
local closest = require("galley.closest")
local files = require("galley.site_files")
local messages = require("galley.messages")
local plugin = require("galley.plugin")
local rights = require("galley.rights")
local sites = require("galley.site")

local pipeline = {}
local run = {}
run.__index = run

local states = { draft = 1, embargoed = 2, expired = 3 }

-- plugins: [a, { b: { option: 1 } }] of galley.yaml, in order.
local function listed(site, list, kind, set_in)
  local found = {}
  for i, entry in ipairs(list or {}) do
    local place = list == site.config.plugins and site.places.plugins[i] or { name = entry, options = {} }
    local one, problem = plugin.find(site.prefix, kind, place.name)
    local options = type(entry) == "table" and entry[place.name] or nil
    if not one then
      messages.show{ severity = "error", file = set_in, line = place[1], column = place[2], message = problem }
      return nil
    end
    one.options, one.set_in, one.set_at = options, set_in, place.options
    found[#found + 1] = one
  end
  return found
end

local function static_files(site, layout)
  local seen, list = {}, {}
  local function add(folder)
    for _, entry in ipairs((files.list(folder))) do
      if not seen[entry.path] then
        seen[entry.path] = true
        list[#list + 1] = { from = folder .. "/" .. entry.path, to = entry.path }
      end
    end
  end
  add(site.prefix .. "static")
  if layout and layout.folder then add(layout.folder .. "static") end
  table.sort(list, function(a, b) return a.to < b.to end)
  return list
end

-- Filters that articles may name for themselves.
local function inline_table(site)
  local map = {}
  for _, found in ipairs(plugin.all(site.prefix, "filter")) do
    found.inline = true
    map[found.name] = found
  end
  return map
end

--- Opens a run over a site. options: now, jobs, with (states), plugins (extra filters), layout (name or
-- false), exporter, output (folder), force, unsafe, dialect, words (false: not before what is related is asked for). nil and a status when it cannot begin.
function pipeline.open(site, options)
  local self = setmetatable({ site = site, options = options, said = {} }, run)
  local with, filters = 0, nil
  for _, state in ipairs(options.with or {}) do with = with | 1 << states[state] end
  local now, problem, given = sites.now(options.now)
  if not now then
    messages.error(problem)
    return nil, 2
  end
  self.now, self.now_given = now, given
  filters = options.no_filters and {} or listed(site, site.config.plugins, "filter", site.file)
  if not filters then return nil, 1 end
  for _, name in ipairs(options.plugins or {}) do
    local found, missing = plugin.find(site.prefix, "filter", name)
    if not found then
      messages.error(missing)
      return nil, 2
    end
    filters[#filters + 1] = found
  end
  self.filters, self.plugins = filters, table.move(filters, 1, #filters, 1, {})
  if options.layout ~= false then
    local found, missing = plugin.find(site.prefix, "layout", options.layout or site.layout)
    if not found then
      local place = not options.layout and site.places.layout or {}
      messages.show{ severity = "error", file = site.has_file and site.file or nil, line = place[1], column = place[2], message = missing }
      return nil, 1
    end
    if found.name == site.layout then -- not those of another that the command line names
      found.options, found.set_in = site.layout_options, site.file
      found.set_at = site.places.layout and site.places.layout.options
    end
    self.layout = found
    self.plugins[#self.plugins + 1] = found
  end
  for _, extra in ipairs(options.extra or {}) do self.plugins[#self.plugins + 1] = extra end
  local engine, reason, code = galley.engine.open{
    content = site.content, permalink = site.permalink, dated_permalink = site.dated_permalink, language = site.config.language or "en", now = now,
    taxonomies = site.taxonomies, limits = site.limits, dialect = options.dialect or site.dialect,
    unsafe = options.unsafe or site.config.unsafe_html or false, site_url = (site.config.url or ""):gsub("/*$", ""),
    words = options.words, with = with }
  if not engine then
    messages.error(reason)
    return nil, code == "usage" and 2 or 3
  end
  self.engine = engine
  return self
end

-- What is wrong with a plugin that articles name is found by every worker that comes to one of them.
function run:said_before(item)
  if item.inside or item.severity == "note" then return false end
  local text = table.concat({ item.file or "", item.line or 0, item.column or 0, item.message }, "\0")
  local before = self.said[text]
  self.said[text] = true
  return before
end

--- Shows what the engine has to say; counts errors. Paths of articles get the content folder's name, as
-- all paths do where all are `inside` it.
function run:report(inside)
  local failed, items = false, self.engine:diagnostics()
  for i, item in ipairs(items) do item.order = i end
  table.sort(items, function(a, b) -- articles lost to a signal are known in no fixed order
    if (a.file or "") ~= (b.file or "") then return (a.file or "") < (b.file or "") end
    if a.line ~= b.line then return a.line < b.line end
    return a.order < b.order
  end)
  for _, item in ipairs(items) do
    if item.severity == "error" then failed = true end
    local again = self:said_before(item)
    if item.file and (inside or item.inside) then item.file = self.site.content_prefix .. item.file end
    if not again then messages.show(item) end
  end
  return failed
end

--- Starts the workers; nil and a status after the reasons were shown.
function run:start()
  local site, layout = self.site, self.layout
  local inline, others, given = inline_table(site), {}, nil
  for _, name in ipairs(closest.keys(inline)) do others[#others + 1] = inline[name] end
  if self.options.describing then
    given = { read = {}, programs = {} }
  else
    local status
    given, status = rights.give(site, self.plugins, others)
    if not given then return nil, status end
  end
  local templates, names = {}, {}
  local files = { site.content .. "/", site.prefix .. "static/" } -- what is copied to the output
  if layout then
    if layout.folder then files[3] = layout.folder .. "static/" end
    templates[1] = { path = site.prefix .. "layouts/", shown = site.prefix .. "layouts/" }
    if layout.folder then
      templates[2] = { path = layout.folder .. "templates/", shown = layout.shown:gsub("init%.lua$", "") .. "templates/" }
    end
    for _, folder in ipairs(templates) do
      local path = folder.path:gsub("/$", "")
      for _, entry in ipairs(galley.files.kind(path) == "folder" and galley.files.list(path) or {}) do
        names[#names + 1] = entry.path
      end
    end
  end
  local memory = (site.limits.memory or 256) * 1048576
  local read, readable = {}, {}
  local function may_read(path)
    if not readable[path] then read[#read + 1] = path end
    readable[path] = true
  end
  may_read(site.root)
  may_read(plugin.roots(site.prefix)[2].path)
  for _, path in ipairs(given.read) do may_read(path) end
  for _, list in ipairs{ self.plugins, self.readable or {} } do
    for _, found in ipairs(list) do
      for _, path in ipairs(plugin.files(site.prefix, found)) do may_read(path) end
    end
  end
  local config = {
    site = site.config, plugins = self.plugins, taxonomies = site.taxonomies, now = self.now, memory = memory,
    home = galley.engine.home .. "/", prefix = site.prefix,
    templates = templates, template_names = names, files = files, no_filters = self.options.no_filters, inline = inline,
    extra = self.options.config or {} }
  local ok, problem = self.engine:start{ jobs = self.options.jobs or 0, deadline = site.limits.seconds or 10,
    times = self.options.times, unfiltered = #self.filters == 0, pieces = self.options.pieces,
    memory = memory, read = read, programs = given.programs, folder = site.root, script = "galley/worker", config = config, data = site.data }
  if not ok then
    messages.error(problem)
    return nil, 3
  end
  return true
end

--- One phase over `count` tasks. False when the run cannot go on; self.failed counts lost tasks.
function run:phase(name, count, argument, label)
  local result, failed = self.engine:run(name, count, argument, label and messages.progress(label))
  self.failed = failed
  self:report()
  if result == "interrupted" then messages.error("interrupted; nothing was changed") end
  if result ~= "done" then return false end
  self.results = self.engine:results()
  return true
end

--- Finds the files; corpus() does it where nobody did. `described`: with what unchanged.lua wants to know of them.
function run:list(described)
  self:report()
  self.engine:list(self.site.ignore, described)
  self:report(true)
  self.listed = true
end

--- load, index and filter: the frozen corpus.
function run:corpus(with_bodies)
  local engine = self.engine
  if not self.listed then self:list() end
  if not self:start() then return false end
  local files = engine:counts()
  if not self:phase("load", files, nil, "Reading ") then return false end
  engine:index()
  if self:report() then return false end -- two articles with one url
  if not engine:collects() then engine:set_collected{} end
  if with_bodies == false then return true end
  return self:bodies()
end

--- filter and collect, after corpus(false).
function run:bodies()
  local engine = self.engine
  local files = engine:counts()
  if not self:phase("filter", files, nil, "Filtering") then return false end
  if self.failed > 0 then
    engine:index(true) -- what has no body is not in the corpus
    self:report()
  end
  return not engine:collects() or self:collect()
end

function run:collect()
  local _, articles = self.engine:counts()
  if not self:phase("collect", articles) then return false end
  local any = false
  for _, entry in ipairs(self.results) do
    for _, value in ipairs(entry[2]) do any = any or value end
  end
  if not any then
    self.engine:set_collected{}
    return true
  end
  if not self:phase("combine", 1, self.results) then return false end
  if self.results[1] then self.engine:set_collected(self.results[1][2]) end
  return true
end

--- Every page and file of the site, staged.
function run:pages()
  local engine = self.engine
  if not self:phase("describe", 1) then return false end
  local described = self.results[1]
  if not described then return false end
  local _, articles, assets = engine:counts()
  local static = static_files(self.site, self.layout)
  local pages = described[2].count
  return self:phase("page", articles + pages + assets + #static,
    { articles = articles, pages = pages, assets = assets, static = static }, "Writing ")
end

function run:close() self.engine:close() end

return pipeline
