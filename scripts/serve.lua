--- galley serve: the site in a browser, built again whenever a file of it changes.
--
-- This process answers browsers, watches the files and never loads a plugin; each build is a process of its own
-- (galley.server:build), which gives back one JSON text.
local builds = require("galley.builds")
local messages = require("galley.messages")
local pages = require("galley.serve_pages")
local plugin = require("galley.plugin")
local sites = require("galley.site")

local DEFAULT_PORT, PORTS_TRIED = 8080, 20
local MOST_SHOWN = 50 -- sorts of errors in a browser; the terminal has all

local command = {
  summary = "builds the site, shows it in a browser, and again when a file changes",
  usage = "serve [SITE] [--port N]",
  text = "Pages that are open reload when the site was built again; errors show in the page and here. The pages go\n" ..
    "into a folder of their own, which is removed at the end: public/ stays as the last `galley build` left it, and\n" ..
    "drafts never get there. Ctrl-C ends it.",
  most = 1,
  options = {
    { name = "port", short = "p", value = "N", type = "integer", help = "the port (default: 8080, or the next that is free); 0: any" },
    { name = "bind", value = "ADDRESS", help = "the address to listen at (default: 127.0.0.1, this machine only)" },
    { name = "poll", help = "look at the files again and again, where the system does not tell of changes" },
    { name = "output", short = "o", value = "DIR", help = "build into this folder, and leave it" },
  },
}
table.move(builds.options, 1, #builds.options, #command.options + 1, command.options)

local function count_of(number, one) return ("%d %s%s"):format(number, one, number == 1 and "" or "s") end

-- Files may be named in any bytes; JSON and pages are UTF-8, and a terminal obeys control characters.
local function text_of(bytes)
  return (bytes:gsub(utf8.len(bytes) and "%c" or "[%c\128-\255]", "?"))
end

local function roots_of(prefix, content, ignore)
  local list = { { path = prefix .. "galley.yaml" } }
  for _, name in ipairs{ "layouts", "plugins", "data", "static" } do
    list[#list + 1] = { path = prefix .. name, folder = true }
  end
  local roots = plugin.roots(prefix)
  for i = 2, #roots do list[#list + 1] = { path = roots[i].path, folder = true } end
  list[#list + 1] = { path = content, folder = true, ignored = ignore }
  return list
end

-- A message as browsers show it.
local function shown(item)
  local place = item.file
  if place and (item.line or 0) > 0 then
    place = place .. ":" .. item.line
    if (item.column or 0) > 0 then place = place .. ":" .. item.column end
  end
  return { place = place and text_of(place), message = text_of(item.message), plugin = item.plugin and text_of(item.plugin) }
end

-- Collects errors; one in a template, which every article has, is shown once.
local function collector(errors)
  local alike = {}
  return function(item)
    local key = item.message .. "\0" .. (item.plugin or "")
    if alike[key] then
      alike[key] = alike[key] + 1
    elseif #errors < MOST_SHOWN then
      alike[key] = 0
      errors[#errors + 1] = shown(item)
      errors[#errors].key = key
    end
  end, function()
    for _, one in ipairs(errors) do
      local more = alike[one.key]
      if more > 0 and one.place then one.place = ("%s and %d more"):format(one.place, more) end
      one.key = nil
    end
  end
end

-- In a process of its own: builds, says what is wrong, and gives the parent what it wants to know.
local function build(root, output, options, whole)
  local errors, show = {}, messages.show
  local collect, finish = collector(errors)
  messages.show = function(item)
    if item.severity == "error" then collect(item) end
    show(item)
  end
  local answer, done = {}, nil
  local site, status = sites.read(root)
  if site then
    status, done = builds.run(site, output, setmetatable({ paths = true, whole = whole }, { __index = options }))
    answer.roots = roots_of(site.prefix, site.content, site.ignore)
    answer.base = site.config.url:match("^%a[%w+.-]*://[^/]*(/.*)$") or ""
  end
  messages.finish()
  finish()
  answer.status, answer.errors, answer.count, answer.summary = status, errors, messages.errors, messages.summary()
  if done then
    answer.articles, answer.written, answer.removed = done.articles, done.written, done.removed
    answer.files = done.written + done.unchanged
    local styles = done.removed == 0 and {} or nil
    for _, path in ipairs(done.paths) do
      if styles then
        if path:find("%.css$") then styles[#styles + 1] = path else styles = nil end
      end
    end
    answer.styles = styles
  end
  return galley.json.write(answer)
end

-- "content/a.md and 2 more"
local function name_changes(paths)
  if #paths == 0 then return "the site" end
  return text_of(paths[1]) .. (#paths > 1 and (" and %d more"):format(#paths - 1) or "")
end

local serving = {}
serving.__index = serving

-- Makes browsers know of the last build: `answer`, or a message when it broke off.
function serving:tell(answer)
  local errors = answer.errors or {}
  if answer.published and (self.number == 0 or self.untold or answer.written + answer.removed > 0) then
    self.number, self.previous, self.styles = self.number + 1, self.build, not self.untold and answer.styles or nil
    self.untold = false
  end
  self.tries = self.tries + 1
  -- While there is no page at all, every try is a new page that says what is wrong.
  self.build = self.number > 0 and ("%s-%d"):format(self.id, self.number) or ("%s-none-%d"):format(self.id, self.tries)
  local state = { build = self.build, previous = self.previous, errors = errors }
  if self.styles then
    state.styles = {}
    for i, path in ipairs(self.styles) do state.styles[i] = self.base .. "/" .. path end
  end
  if #errors > 0 then
    state.title = count_of(answer.count, "error")
    state.note = answer.published and "What has no errors is built."
      or self.there and "The pages are as they were before." or "Nothing could be built yet."
    if #errors == MOST_SHOWN then state.more = "The terminal has more." end
  end
  local mark = "?" .. self.build
  if #errors > 0 then self.server:instead(pages.instead(state, mark)) end
  self.server:missing(pages.missing(self.base, mark))
  self.server:serve(self.output, self.base, mark)
  self.server:tell(galley.json.write(state))
end

function serving:start(paths)
  self.changed, self.begun = paths, galley.files.seconds()
  local ok, problem = self.server:build(function() return build(self.root, self.output, self.options, self.whole) end,
    paths ~= nil)
  if not ok then messages.error(problem) end
  return ok
end

-- Where it is served, once.
function serving:say_where()
  local about = self.server:about()
  local function url(address)
    return ("http://%s:%d%s/"):format(address:find(":") and "[" .. address .. "]" or address, about.port, self.base)
  end
  messages.say(("Serving %s at %s - Ctrl-C ends it"):format(self.root, url(about.others and "127.0.0.1" or about.address)))
  if not about.beyond then return end
  local there = {}
  if not about.others then there[1] = url(about.address) end
  for address in (about.others or ""):gmatch("[^\n]+") do there[#there + 1] = url(address) end
  messages.say(("Everybody in the network can read it%s"):format(#there > 0 and ": " .. table.concat(there, ", ") or ""))
end

-- The one line of a build.
function serving:say_built(answer)
  local took = (" in %.2f s"):format(galley.files.seconds() - self.begun)
  local what = self.there and "the pages stay as they were" or "nothing could be built yet"
  if answer.published then
    local removed = answer.removed > 0 and (", %d removed"):format(answer.removed) or ""
    what = (self.changed and count_of(answer.written, "file") .. " written" .. removed
      or count_of(answer.articles, "article") .. ", " .. count_of(answer.files, "file")) .. took
  end
  if answer.summary then what = what .. " (" .. answer.summary .. ")" end
  if self.changed then what = ("%s %s: %s"):format(os.date("%H:%M:%S"), name_changes(self.changed), what) end
  messages.say(what)
end

-- After a build. A status to end with when there is no use in going on.
function serving:built()
  local text, problem = self.server:answer()
  local answer
  if text then
    answer = galley.json.parse(text)
  else
    messages.error(problem .. "; change a file to try again")
    answer = { status = 1, count = 1, errors = { { message = problem } } }
  end
  if not self.changed and answer.status > 1 then return answer.status end
  answer.published = answer.articles ~= nil
  self.there = self.there or answer.published
  -- What was once without errors stays so: until the next good build, the pages are the last good one's. A site that
  -- never was is shown as far as it goes.
  self.whole = self.whole or (answer.published and answer.count == 0)
  self.base = answer.base and answer.base:gsub("/*$", "") or self.base
  if answer.roots then
    local roots = galley.json.write(answer.roots)
    if roots ~= self.roots then self.server:watch(answer.roots) end
    self.roots = roots
  end
  -- Errors in files that changed while they were read (another branch was checked out, say) are the next build's to
  -- find, or not.
  if self.changed and answer.count > 0 and self.server:pending() then
    self.outdated = self.changed
    self.untold = self.untold or (answer.published and answer.written + answer.removed > 0)
    return nil
  end
  io.stderr:write(self.server:said())
  self:tell(answer)
  self:say_built(answer)
  if not self.changed then self:say_where() end
  local complaint = self.server:complaint()
  if complaint then messages.warning(complaint) end
end

local function open(options, script)
  local address = options.bind or "127.0.0.1"
  local port = options.port or DEFAULT_PORT
  if port > 65535 then
    messages.error(("--port wants a number up to 65535, not %d"):format(port))
    return nil, 2
  end
  local server, problem = galley.server.open{ address = address, port = port,
    last_port = options.port and port or port + PORTS_TRIED - 1, polling = options.poll or false,
    temporary = not options.output, script = script }
  if not server then
    messages.error(problem)
    return nil, 3
  end
  return server
end

function command.run(options)
  if not galley.server.available() then
    messages.error("this galley was built without libmicrohttpd, which serves pages; install libmicrohttpd-dev and run make again")
    return 3
  end
  local root = options[1] or options.site or sites.find(".") or "."
  local file <close> = assert(io.open(galley.engine.home .. "/scripts/serve/live.js", "rb"))
  local opened, status = open(options, file:read("a"))
  if not opened then return status end
  local server <close> = opened
  local about = server:about()
  if not options.port and about.port ~= DEFAULT_PORT then
    messages.say(("Port %d is taken; using %d."):format(DEFAULT_PORT, about.port))
  end
  local prefix = root == "." and "" or root:gsub("/*$", "") .. "/"
  local self = setmetatable({ server = server, root = root, options = options, base = "", number = 0, tries = 0,
    output = options.output or about.folder .. "/site",
    id = ("%08x"):format(math.random(0) & 0xFFFFFFFF) }, serving)
  self.build = self.id .. "-none-0"
  server:instead(pages.instead({ title = "The site is being built", note = "This page reloads when it is done.", errors = {} },
    "?" .. self.build))
  -- What is known before galley.yaml was read; the first build knows better.
  server:watch(roots_of(prefix, prefix .. "content", {}))
  local event = self:start(nil) and "started" or "stopped"
  while event ~= "stopped" do
    event = server:wait()
    if event == "built" then
      status = self:built()
      if status then return status end
    elseif event == "changed" then
      local paths, seen = server:changes(), {}
      for _, path in ipairs(paths) do seen[path] = true end
      for _, path in ipairs(self.outdated or {}) do
        if not seen[path] then paths[#paths + 1] = path end
      end
      self.outdated = nil
      table.sort(paths)
      self:start(paths)
    end
  end
  server:close(options.output ~= nil)
  return 0
end

return command
