--- Templates: Lua in HTML, with every value escaped for the place where it stands.
--
--   {{ expression }}                      a value, escaped; nil prints nothing
--   {{ raw(expression) }}                 HTML that is known to be safe, as it is (in text only)
--   {% statement %}                       Lua: if, for, local, assignments; a line of its own leaves no blank line
--   {( "partial.html", { a = 1 } )}       another template here, with these values over the current ones
--   {# comment #}
--   {% extends "base.html" %}             first in a template: it fills the blocks of another one
--   {% block name %} ... {% endblock %}   a part others may replace; {{ super() }} prints what it replaces
--   {% macro card(article) %} ... {% endmacro %}, then {{ card(a) }}
--                                         its result is HTML already; an included or extending template's macros are visible
--                                         to those after it
--
-- Names in expressions are the values, then the environment, then Lua's safe functions. Names that a template assigns belong
-- to the page being made. Templates named .xml, .rss, .atom or .svg are escaped as XML, .txt, .md and .csv not at all; every
-- other one is HTML. What is escaped how: galley.template_context; the code that is made: galley.template_compile.
--
-- compile and loader:get return nil and a message ("layouts/article.html:12:5: error: what is wrong; what to do") for a
-- template that cannot be compiled; render raises errors, with the template's name and line.

local escape = require("galley.escape")
local context = require("galley.template_context")
local compiler = require("galley.template_compile")
local pages = require("galley.page")

local template = {}

-- Where an environment has a function of a page's names and of one that nothing gives, which prints nothing. No template can
-- name it.
local ABSENT <const> = "absent name"

local setmetatable, getmetatable, type, next, error = setmetatable, getmetatable, type, next, error

local MAX_DEPTH, MAX_SPARE = 64, 16

-- ---------------------------------------------------------------- what every template may call

local safe_functions = {
  ipairs = ipairs, pairs = pairs, next = next, select = select, type = type, tostring = tostring, tonumber = tonumber,
  error = error, assert = assert, pcall = pcall, rawequal = rawequal, rawlen = rawlen, math = math, string = string, table = table,
  utf8 = utf8, raw = escape.raw,
}

-- ---------------------------------------------------------------- a page's names

local scope_metatables = setmetatable({}, { __mode = "k" })
local no_environment = {}

-- A table of names for one page: a copy of the values, with the environment behind them. Looked-up names are kept.
local function scope_of(values, environment)
  environment = environment or no_environment
  local metatable = scope_metatables[environment]
  if not metatable then
    metatable = { __index = function(scope, name)
      local value = environment[name]
      if value == nil then value = safe_functions[name] end
      if value ~= nil then
        rawset(scope, name, value)
      elseif environment[ABSENT] then
        environment[ABSENT](scope, name)
      end
      return value
    end }
    scope_metatables[environment] = metatable
  end
  if values == nil then return setmetatable({}, metatable) end
  if type(values) == "table" and getmetatable(values) == nil then return pages.names(values, metatable) end
  return setmetatable({}, { __index = function(_, name)
    local value = values[name]
    if value == nil then value = environment[name] end
    if value == nil then value = safe_functions[name] end
    return value
  end })
end

-- ---------------------------------------------------------------- what the compiled code calls

local runtime = {}

function runtime.writer(runs) return pages.writer(runs, escape.escapers) end

-- Sheets are used again, but for those that an error left half written.
local spare, spare_count = {}, 0

function runtime.take()
  if spare_count == 0 then return pages.open() end
  local sheet = spare[spare_count]
  spare[spare_count] = nil
  spare_count = spare_count - 1
  return sheet
end

-- What `finish` makes of a sheet.
local function give(sheet, finish)
  local result = finish(sheet)
  if spare_count < MAX_SPARE then
    spare_count = spare_count + 1
    spare[spare_count] = sheet
  end
  return result
end

function runtime.made(sheet) return escape.safe(give(sheet, pages.text)) end

function runtime.define(blocks, name, body)
  local chain = blocks[name]
  if not chain then
    blocks[name] = { body }
  else
    chain[#chain + 1] = body
  end
end

function runtime.block(blocks, sheet, name, default)
  local chain = blocks[name]
  if not chain then return default(sheet) end
  chain[1](sheet, chain, 1, default)
end

function runtime.super(sheet, chain, index, default)
  local body = chain and chain[index + 1]
  if body then
    body(sheet, chain, index + 1, default)
  elseif chain and default then
    default(sheet)
  end
end

-- Runs a template and those it extends, each filling blocks for the next.
local function run(entry, scope, sheet, depth)
  local blocks = {}
  while entry.parent do
    entry.main(scope, sheet, blocks, depth)
    entry = entry.parent
  end
  entry.main(scope, sheet, blocks, depth)
end

function runtime.include(loader, entry)
  local known = {} -- by the include's number, then by name
  return function(sheet, scope, depth, index, name, values)
    if type(name) ~= "string" then error("an include's name must be text, not a " .. type(name), 2) end
    if depth >= MAX_DEPTH then
      error(('"%s" is included %d levels deep; does it include itself without an end?'):format(name, MAX_DEPTH), 2)
    end
    local here = known[index]
    if not here then
      here = {}
      known[index] = here
    end
    local included, problem = here[name], nil
    if not included then
      included, problem = loader:prepare(name, entry.contexts[index], {})
      if not included then error(problem.missing or problem.template, problem.missing and 2 or 0) end
      here[name] = included
    end
    if values ~= nil then
      if type(values) ~= "table" then error("an include's values must be a table, not a " .. type(values), 2) end
      local over = {}
      for key, value in next, values do over[key] = value end
      scope = setmetatable(over, { __index = scope })
    end
    run(included, scope, sheet or runtime.take(), depth + 1)
  end
end

-- ---------------------------------------------------------------- loading

local Loader = { runtime = runtime }
Loader.__index = Loader

local Template = {}
Template.__index = Template

local text_names = { txt = true, md = true, csv = true }
local xml_names = { xml = true, rss = true, atom = true, svg = true }

local function start_of(name)
  local extension = name:match("%.(%w+)$")
  if text_names[extension] then return context.plain() end
  return context.text(xml_names[extension])
end

-- The compiled template `name`, made to stand in `start`; or nil and { missing = message } or { template = message }.
-- `active` holds what is being compiled: an include of it is left to run time, an extends of it is an error.
function Loader:prepare(name, start, active, extends)
  if type(name) ~= "string" then return nil, { missing = "a template's name must be text" } end
  local key = context.key(start) .. "\0" .. name
  local known = self.compiled[key]
  if known then return known end
  if active[key] then
    if extends then return nil, { missing = ('"%s" extends itself, over %d templates; break the circle'):format(name, active.count or 1) } end
    return true
  end
  if (active.count or 0) >= MAX_DEPTH then return nil, { missing = ('"%s" is more than %d templates deep; take some out'):format(name, MAX_DEPTH) } end
  local text, shown = self.load(name)
  if text == nil then
    local names = self.names and self.names() or {}
    return nil, { missing = ('no template "%s"; %s'):format(name, #names > 0 and compiler.suggest(name, names, "template")
      or "write it among the layouts' templates, or take this out") }
  end
  active[key], active.count = true, (active.count or 0) + 1
  local ok, entry = pcall(compiler.template, text, shown or name, start, self, active)
  active[key], active.count = nil, active.count - 1
  if not ok then
    if type(entry) == "table" and entry.template then return nil, entry end
    if tostring(entry):find("not enough memory$") then error("not enough memory", 0) end
    return nil, { template = ("%s:1:1: error: %s; this is an error in Galley, please report it"):format(shown or name, tostring(entry)) }
  end
  self.compiled[key] = entry
  return entry
end

--- The template `name`; or nil, message. Compiled once, also where that fails: each page of a site may ask for it.
function Loader:get(name)
  local known = self.templates[name]
  if known then return known end
  if self.problems[name] then return nil, self.problems[name] end
  local entry, problem = self:prepare(name, start_of(name), {})
  if not entry then
    self.problems[name] = problem.template or ("error: " .. problem.missing)
    return nil, self.problems[name]
  end
  known = setmetatable({ entry = entry, name = name }, Template)
  self.templates[name] = known
  return known
end

local function page_of(entry, values, environment, finish)
  local sheet = runtime.take()
  run(entry, scope_of(values, environment), sheet, 1)
  return give(sheet, finish)
end

--- The page that template `name` makes of `values`, over `environment`. Raises errors.
function Loader:render(name, values, environment)
  local found, message = self:get(name)
  if not found then error(message, 0) end
  return template.render(found, values, environment)
end

--- The same, but what `finish(sheet)` makes of it.
function Loader:compose(name, values, environment, finish)
  local found, message = self:get(name)
  if not found then error(message, 0) end
  return page_of(found.entry, values, environment, finish)
end

-- Raises an error at the line that called the function `name`, unless the argument is of the right kind.
local function expect(right, name, what, wanted, value)
  if not right then
    error(("template.%s: %s must be %s, not %s"):format(name, what, wanted, value == nil and "nil" or "a " .. type(value)), 3)
  end
end

local function is_options(value) return value == nil or type(value) == "table" and getmetatable(value) == nil end

local function is_values(value) return value == nil or type(value) == "table" end

--- A cache of templates. `load_text(name)` returns a template's text and the name that messages show (the name itself if nil), or nil.
--- `options.names()` lists the names there are, for "did you mean".
function template.loader(load_text, options)
  expect(type(load_text) == "function", "loader", "the first argument", "a function", load_text)
  expect(is_options(options), "loader", "the options", "a table", options)
  expect(not options or options.names == nil or type(options.names) == "function", "loader", "the option names", "a function", options and options.names)
  return setmetatable({ load = load_text, names = options and options.names, compiled = {}, templates = {}, problems = {} }, Loader)
end

--- A template from its text; or nil, message. `options.name` is what messages show, `options.load(name)` finds what it includes
--- and extends, `options.names()` lists those.
function template.compile(text, options)
  expect(type(text) == "string", "compile", "the template", "a string", text)
  expect(is_options(options), "compile", "the options", "a table", options)
  options = options or {}
  expect(options.name == nil or type(options.name) == "string", "compile", "the option name", "a string", options.name)
  expect(options.load == nil or type(options.load) == "function", "compile", "the option load", "a function", options.load)
  expect(options.names == nil or type(options.names) == "function", "compile", "the option names", "a function", options.names)
  local name = options.name or "template.html"
  local first = true
  local loader = template.loader(function(wanted)
    if first then
      first = false
      return text, name
    end
    if options.load then return options.load(wanted) end
  end, options)
  return loader:get(name)
end

--- The page a compiled template makes of `values` (a table), over `environment`. Raises errors.
function template.render(object, values, environment)
  expect(getmetatable(object) == Template, "render", "the template", "one that compile or a loader gave", object)
  expect(is_values(values), "render", "the values", "a table", values)
  expect(is_values(environment), "render", "the environment", "a table", environment)
  return page_of(object.entry, values, environment, pages.text)
end

return template
