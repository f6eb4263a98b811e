--- What a worker does in each phase, between the engine and the plugins.
--
-- The engine calls the functions of the table returned here with a task's number. Every call into a
-- plugin goes through `call`, which says whose code runs (for the parent, should it never end) and
-- turns an error into a message with both places: the article's line and the plugin's.
local engine = ...
local about_place = require("galley.about_place")
local closest = require("galley.closest")
local context_names = require("galley.context_names")
local outside = require("galley.outside")
local plugin = require("galley.plugin")
local errors = require("galley.plugin_errors")
local plugin_log = require("galley.plugin_log")
local shown = require("galley.shown")
local words = require("galley.words")

local config = engine.config()
local data = engine.data()
local corpus = engine.corpus()
local filters, checks, layout, exporters, editor, importer, commander = {}, {}, nil, {}, nil, nil, nil
local phases = {}

require("galley.world").protect()

-- ---- calling plugins ----

local current = nil -- the article at hand, for log messages

local muted = false -- a second run of an edit says nothing new

local function report(item)
  if not muted then engine.report(item) end
end

local log = plugin_log.open(report, function() return current end)

-- Where a plugin stood when an error was raised, for errors that do not say it: those of functions in C, and of other
-- values than texts. `f`: the function that answered what is wrong.
local raised_at
local function locate(message, routine, f)
  raised_at = raised_at or engine.raised_at(config.home, routine) or f and engine.written_at(f)
  return message
end

-- At the article's file, with the plugin's place behind it; where there is no article, at the plugin.
local function report_error(item, path)
  item.severity = "error"
  if path then
    item.file = path
  else
    local file, line, column = item.plugin:match("^(.-):(%d+):?(%d*)$")
    item.file, item.line, item.column, item.plugin = file or item.plugin, tonumber(line), tonumber(column), nil
  end
  report(item)
end

-- What a function of a plugin answered and cannot be used.
local function complain(f, path, message)
  report_error({ message = message, plugin = engine.written_at(f) }, path)
end

local function answer(loaded, article, ok, ...)
  if ok then
    engine.at_plugin(nil)
    return ok, ...
  end
  -- Still in the plugin: its own __tostring may run, and there may be no memory to say what it did.
  local item = errors.describe((...), raised_at, config)
  raised_at = nil
  item.plugin = item.plugin or loaded.shown
  if article then item.line, item.column = engine.place() end
  report_error(item, article and article.path)
  engine.at_plugin(nil)
  return false
end

-- True and the results, or false after the error was reported.
local function call(loaded, article, f, ...)
  engine.at_plugin(loaded.shown)
  raised_at = nil
  return answer(loaded, article, xpcall(f, locate, ...))
end

local function running() return engine.raised_at(config.home) end
local services = { read = engine.read_file, log = log, task = engine.task, locate = running, keeps_caller = engine.keeps_caller,
  describe = function(message, at) return errors.describe(message, at, config) end }
local printed -- where a command's print goes, once it runs
local command_services = setmetatable({ print = function(line)
  if printed then printed:write(line, "\n") else log("note", line) end
end }, { __index = services })

local function load_plugin(found)
  engine.at_plugin(found.shown)
  local loaded, rest = plugin.load(found, found.kind == "command" and command_services or services)
  engine.at_plugin(nil)
  if not loaded then
    report(rest)
    return nil
  end
  return { table = loaded, shown = found.shown, found = found, name = loaded.name, modules = rest }
end

-- ---- what plugins see beside the corpus ----

local function deep_copy(value)
  if type(value) ~= "table" then return value end
  local result = {}
  for key, item in pairs(value) do result[key] = deep_copy(item) end
  return result
end

-- Each plugin's own: what one of them changes in it, the others do not see. Data and what was collected are read-only.
local function make_site()
  return setmetatable({ title = config.site.title, url = config.site.url, language = config.site.language,
    description = config.site.description, data = data }, { __metatable = false, __index = function(own, key)
    if key == "collected" then return engine.collected() end
    if key == "authors" then return data and data.authors end
    if key == "config" then own.config = deep_copy(config.site) end
    if key == "taxonomies" then own.taxonomies = deep_copy(config.taxonomies) end
    local found = rawget(own, key)
    if found == nil then context_names.check_site(key) end
    return found
  end })
end

local now = galley.date.of_instant(config.now)

-- What depends on the time is made again when time has passed: see galley.unchanged.
local clock = { __metatable = false, __index = function(_, key)
  if key == "now" then
    engine.clock_read()
    return now
  end
  context_names.check(key)
end, __newindex = function(ctx, key, value) -- what ends in `return ctx.render(...)` has a line too
  rawset(ctx, key, type(value) == "function" and engine.keeps_caller(value) or value)
end }

local function make_context(loaded)
  local kind = loaded.found.kind
  local ctx = setmetatable({ options = loaded.table.given, site = make_site(), corpus = kind ~= "edit" and kind ~= "import" and corpus or nil,
    log = plugin_log.of(log, engine.keeps_caller) }, clock)
  outside.add(ctx, engine, config.files, config.prefix, loaded.found.rights)
  ctx.words = words.opener(engine.read_file, config.home .. "plugins/words/", data and data.words, config.site.language)
  loaded.context = ctx
  return ctx
end

-- corpus:select{ where = function or text, sort = "date", limit = 10 }
local methods = engine.methods("corpus")
methods.select = require("galley.select").method
local function has_members(value) return type(value) == "table" or type(value) == "userdata" end -- data of YAML are maps
engine.profiles(function(taxonomy, slug)
  local group = data and data[taxonomy .. "s"]
  local profile = has_members(group) and group[slug]
  return has_members(profile) and profile or nil -- data of JSON are not looked at before
end)

-- ---- starting ----

-- Compiles a filter's selectors; false after an error was reported, where the handler of a wrong one begins.
local function take_handlers(loaded)
  local t = loaded.table
  if not t.nodes and not t.enter then return true end
  local ok, handlers = pcall(engine.handlers, t)
  if ok then
    loaded.handlers = handlers
    return true
  end
  local item = errors.describe(handlers, nil, config)
  local group, selector = item.message:match('^(%a+) "(.*)", column %d')
  local f = group and t[group] and t[group][selector]
  item.plugin = f and engine.written_at(f) or loaded.shown
  report_error(item)
  return false
end

local failed = false
for _, found in ipairs(config.plugins) do
  local loaded = load_plugin(found)
  if not loaded then
    failed = true
  else
    make_context(loaded)
    if found.kind == "filter" then
      failed = not take_handlers(loaded) or failed
      if not found.inline then filters[#filters + 1] = loaded end
    elseif found.kind == "layout" then
      layout = loaded
    elseif found.kind == "export" then
      exporters[#exporters + 1] = loaded
    elseif found.kind == "import" then
      importer = loaded
    elseif found.kind == "edit" then
      editor = loaded
    elseif found.kind == "check" then
      checks[#checks + 1] = loaded
    elseif found.kind == "command" then
      commander = loaded
    end
  end
end
if layout then
  local start = require("galley.layout")
  local ok, started = call(layout, nil, start, engine, layout, layout.context.site, corpus, config)
  if ok then layout.pages = started else failed = true end
end
if failed then return nil end
for _, loaded in ipairs(filters) do
  if loaded.table.collect then engine.collects() end
end

-- ---- phases ----

-- article and leave change things in place: a new tree that one answers would be lost without a word.
local function call_on_article(loaded, name, article)
  local ok, given = call(loaded, article, loaded.table[name], article, loaded.context)
  if not ok then return false end
  if getmetatable(given) ~= "node" or given == article.document then return true end
  complain(loaded.table[name], article.path,
    ("%s answered a %s, which goes nowhere; change article.document in place, or answer from a handler in nodes"):format(name, given.type))
  return false
end

local function run_filter(loaded, article)
  local t, ctx = loaded.table, loaded.context
  current = article -- until the task ends or another is opened
  if t.article and not call_on_article(loaded, "article", article) then return false end
  if loaded.handlers then
    if not call(loaded, article, engine.walk, article.document, loaded.handlers, ctx) then return false end
  end
  return not t.leave or call_on_article(loaded, "leave", article)
end

-- What filters render: the names in selectors such as directive[name=note], and a plugin's list `directives`.
local function rendered_by(list)
  local names = {}
  for _, loaded in ipairs(list) do
    for _, key in ipairs{ "nodes", "enter" } do
      for selector in pairs(loaded.table[key] or {}) do
        for _, name in selector:gmatch("directive%[name=(['\"]?)([%w_-]+)%1%]") do names[name] = true end
      end
    end
    for _, name in ipairs(loaded.table.directives or {}) do names[name] = true end
  end
  return names
end

-- The links from footnotes back to the text say in the article's language where they lead; English is the core's own.
local word_of = words.opener(engine.read_file, config.home .. "plugins/words/", data and data.words, config.site.language)
local english <const> = "Back to reference {number}"
local function name_links_back(article)
  local back = word_of(article.lang).forms.back
  if back == english then return end
  for note in article.document:each("footnote_definition") do note.back = note.back or back end
end

-- Directives that are still there after all filters, and that none of them knows, are kept with a warning.
local function warn_of_directives(article, list)
  local left = engine.directives()
  if not left then return end
  local known = rendered_by(list)
  for _, one in ipairs(left) do
    if not known[one.name] then
      local hint = closest.hint(one.name, closest.keys(known))
      if hint == "" then hint = known.note and "; correct its name or add a filter that does"
          or "; add one that does to `plugins`, such as 'directives'" end
      report{ severity = "warning", file = article.path, line = one.line, column = one.column,
        message = ("no filter renders the directive '%s'%s"):format(one.name, hint) }
    end
  end
end

-- Filters that articles name themselves, by name; false for one that cannot be had.
local inline = {}
local function inline_filter(name)
  local loaded = inline[name]
  if loaded ~= nil then return loaded end
  local found = config.inline and config.inline[name]
  loaded = found and load_plugin(found) or false
  if loaded then
    make_context(loaded)
    loaded = take_handlers(loaded) and loaded
  end
  inline[name] = loaded
  return loaded
end

-- The site's filters, then those that the article's front matter names; nil after the article was told what is missing.
local function inline_filters(article)
  local names = article.meta.filters
  if names == nil then return filters end
  local list = table.move(filters, 1, #filters, 1, {})
  local several = type(names) == "userdata"
  for i = 1, several and #names or 1 do
    local name = names
    if several then name = names[i] end
    local loaded = type(name) == "string" and inline_filter(name)
    if not loaded then
      local there = config.inline or {}
      local text = type(name) ~= "string" and "an entry of filters is the name of a filter, without options"
        or there[name] and ("the filter '%s', which the front matter names, cannot be used; this article was left out"):format(name)
        or ("there is no filter '%s', which the front matter names%s"):format(name, closest.hint(name, closest.keys(there), "", "; add plugins/filters/" .. name .. ".lua"))
      local line, column = about_place.of_key(article, several and { "filters", i } or "filters")
      report{ severity = "error", file = article.path, line = line, column = column, message = text }
      return nil
    end
    list[#list + 1] = loaded
  end
  return list
end

-- An export needs the bodies of only those articles that it writes: the argument lists their numbers.
local only
local function wanted(number)
  if only == nil then
    local argument = engine.argument()
    local numbers = argument and argument.numbers
    only = numbers and {} or false
    for _, one in ipairs(numbers or {}) do only[one] = true end
  end
  return only == false or only[number]
end

-- The live article, its filters run; nil when one failed.
local function filtered(number)
  local article, names_own = engine.open(number)
  if not article then return nil end
  current = article
  local list = filters
  if names_own then list = inline_filters(article) end
  if not list then return nil end
  for i = 1, #list do
    if not run_filter(list[i], article) then
      current = nil
      return nil
    end
  end
  if not config.no_filters then
    warn_of_directives(article, list)
    name_links_back(article)
  end
  current = nil
  return article
end

function phases.filter(number)
  if not engine.included(number) or not wanted(number) then return true end
  if not filtered(number) then return false end
  engine.freeze()
  return true
end

local function article_at(position)
  local number = engine.at_position(position)
  local article, whole = engine.frozen(number)
  return whole and article or nil
end

-- What each plugin with `collect` says of an article, in the order of the plugins.
function phases.collect(position)
  local article = article_at(position)
  if not article then return true end
  local values = {}
  for i, loaded in ipairs(filters) do
    values[i] = false
    if loaded.table.collect then
      local ok, value = call(loaded, article, loaded.table.collect, article, loaded.context)
      if not ok then return false end
      if value ~= nil then values[i] = { value } end
    end
  end
  if pcall(engine.send, values) then return true end
  for i, value in ipairs(values) do -- whose it is that cannot be sent
    if value and not call(filters[i], article, engine.check_plain, value[1], "what collect returned") then return false end
  end
  engine.send(values)
  return true
end

-- Once: the argument is the list of what collect sent, with the position of each.
function phases.combine()
  local sent, result = engine.argument(), {}
  for i, loaded in ipairs(filters) do
    if loaded.table.collect then
      local values = {}
      for _, entry in ipairs(sent) do
        local value = entry[2][i]
        if value then values[#values + 1] = { article = article_at(entry[1]), value = value[1] } end
      end
      local answer = values
      if loaded.table.combine then
        local ok, combined = call(loaded, nil, loaded.table.combine, values, loaded.context)
        if not ok or not call(loaded, nil, engine.check_plain, combined, "what combine returned") then return false end
        answer = combined
      else
        for _, entry in ipairs(values) do entry.article = entry.article.path end
      end
      result[loaded.name] = answer == nil and {} or answer
    end
  end
  engine.send(result)
  return true
end

-- `source`: the file that it is of, if any; `maker`: the function that answered it.
local function write(path, content, source, loaded, maker)
  if type(content) ~= "string" and not engine.is_page(content) then
    complain(maker, source, ("the output '%s' is a %s; an output is text"):format(tostring(path), type(content)))
    return false
  end
  engine.at_plugin(loaded.shown) -- until the task ends: an output may be too much for its time
  local ok, problem = engine.write(path, content, source or "", loaded.shown)
  if not ok then
    -- A full disk says the same of every article: those are counted, not listed.
    local alike = source and problem:find("^cannot be written")
    report{ severity = "error", file = source, plugin = loaded.shown,
      message = alike and "the output " .. problem or ("the output '%s': %s"):format(path, problem) }
    return false
  end
  return true
end

function phases.describe()
  local ok, pages = call(layout, nil, layout.pages.list)
  if not ok then return false end
  engine.send{ count = #pages }
  return true
end

-- Tasks: an article's page each, then the layout's other pages, then files to copy.
function phases.page(task)
  local argument = phases.page_argument or engine.argument()
  phases.page_argument = argument
  if task < argument.articles then
    local article = article_at(task)
    if not article or not layout.pages.page then return true end
    current = article
    local maker = layout.table.page
    local ok, result = call(layout, article, layout.pages.page, article)
    current = nil
    if not ok then return false end
    if type(result) == "table" then
      for _, output in ipairs(result) do
        if type(output) ~= "table" or type(output.path) ~= "string" then
          complain(maker, article.path,
            ("page answered a list with %s in it; a list is of outputs, { path = \"x.html\", content = text }"):format(shown.short(output)))
          return false
        end
        if not write(output.path, output.content, article.path, layout, maker) then return false end
      end
      return true
    end
    return result == nil or write(engine.output_path(article.url), result, article.path, layout, maker)
  end
  task = task - argument.articles
  if task < argument.pages then
    local ok, path, content, maker = call(layout, nil, layout.pages.render, task + 1)
    return ok and write(path, content, nil, layout, maker)
  end
  task = task - argument.pages
  if task < argument.assets then
    local ok, problem = engine.copy_asset(task)
    if problem then report{ severity = "error", message = problem } end
    return ok
  end
  local file = argument.static[task - argument.assets + 1]
  local content = engine.read_file(file.from)
  if not content then
    report{ severity = "error", file = file.from, message = "cannot be read; check its permissions, and that no link leads out of the site" }
    return false
  end
  return write(file.to, content, file.from, layout)
end

-- A task that goes through many articles has an article's time for each: loops over lists say that they go on.
local function give_time()
  local methods = engine.methods("articles")
  local each = methods.each
  function methods.each(list)
    local step, state, first = each(list)
    return function(...)
      engine.extend()
      return step(...)
    end, state, first
  end
  give_time = function() end -- once a worker
end

-- The other commands' phases.
return require("galley.worker_phases")(engine, {
  call = call, complain = complain, locate = locate, report = report, article_at = article_at, config = config, filters = filters,
  exporters = exporters, editor = editor, importer = importer, checks = checks, layout = layout, make_context = make_context, load_plugin = load_plugin, corpus = corpus,
  services = services, at = function(article) current = article end, mute = function(on) muted = on end, inline_filters = inline_filters, run_filter = run_filter, now = now, filtered = filtered, wanted = wanted, give_time = function() give_time() end,
  warn_of_directives = warn_of_directives, commander = commander, print_to = function(out) printed = out end,
}, phases)
