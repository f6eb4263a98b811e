--- galley render: one article to standard output, for looking, piping, debugging.
local messages = require("galley.messages")
local pipeline = require("galley.pipeline")
local sites = require("galley.site")

local command = {
  summary = "shows one article as HTML, text, Markdown, tree or JSON",
  usage = "render [FILE|-] [--to html|text|markdown|tree|json]",
  text = "No site is needed. With one at or above the file, its filters run and its dialect holds. Without\n" ..
    "FILE, or with -, the article comes from standard input; name a site for it with --site.",
  most = 1,
  options = {
    { name = "to", short = "t", value = "FORMAT", choices = { "html", "text", "markdown", "tree", "json" },
      help = "html (default), text, markdown, tree (nodes with fields and places) or json" },
    { name = "dialect", value = "PARTS", help = "all, default, none, or a list: tables,-smart" },
    { name = "no-filters", help = "without the site's filters" },
    { name = "filter", short = "f", value = "NAME|FILE", many = true, help = "one more filter; may be repeated" },
    { name = "unsafe", help = "raw HTML and all link schemes pass" },
    { name = "now", value = "DATE", help = "the date that filters see (default: today)" },
  },
}

-- The article's folder and name for the engine, and the prefix that makes them the user's path again.
local function place(file, site)
  local real = galley.files.real(file)
  local content = site and galley.files.real(site.content)
  local folder, name = real:match("^(.*)/([^/]+)$")
  if content and real:sub(1, #content + 1) == content .. "/" then folder, name = content, real:sub(#content + 2) end
  local shown = file:sub(-#name - 1) == "/" .. name and file:sub(1, -#name - 1) or file == name and "" or nil
  if not shown then shown = name == file:match("[^/]+$") and file:match("^(.*/)") or folder .. "/" end
  return folder, name, shown
end

local function find_site(options, file)
  if options.site then return sites.read(options.site) end
  local root = file and sites.find(file:match("^(.*)/") or ".")
  if root then return sites.read(root == galley.files.real(".") and "." or root) end
  return sites.bare()
end

function command.run(options)
  local file = options[1]
  if file == nil and galley.files.terminal("stdin") then
    messages.error("render: no article was named; give a file, or - for standard input")
    return 2
  end
  if file == "-" then file = nil end
  if file and galley.files.kind(file) ~= "file" then
    messages.error(galley.files.kind(file) and ("'%s' is not a file; name one article"):format(file)
      or ("there is no file '%s'"):format(file))
    return 2
  end
  local site, status = find_site(options, file)
  if not site then return status end
  local name = "stdin"
  if file then
    site.content, name, site.content_prefix = place(file, site)
  else
    site.content, site.content_prefix = ".", ""
  end
  local run
  run, status = pipeline.open(site, { layout = false, now = options.now, jobs = 1, no_filters = options["no-filters"],
    plugins = options.filter, unsafe = options.unsafe, dialect = options.dialect,
    with = { "draft", "embargoed", "expired" } })
  if not run then return status end
  local engine <close> = run.engine
  engine:given{ name }
  if not file and not engine:load_text(0, io.read("a")) then
    run:report()
    return 1
  end
  local started
  started, status = run:start()
  if not started then return status end
  if file and (not run:phase("load", 1) or run.failed > 0) then return 1 end
  engine:index()
  run:report()
  local argument = { to = options.to or "html", dialect = options.dialect or site.dialect, filters = not options["no-filters"] or options.filter ~= nil }
  if not run:phase("render", 1, argument) or not run.results[1] then return 1 end
  local text = run.results[1][2]
  if not io.stdout:write(text) then
    messages.error("standard output cannot be written")
    return 3
  end
  return messages.errors > 0 and 1 or 0
end

return command
