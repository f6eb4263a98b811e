--- galley doctor: versions, folders, protection, limits; what is missing and how to get it.
local grants = require("galley.grants")
local messages = require("galley.messages")
local plugin = require("galley.plugin")
local rights = require("galley.rights")
local sites = require("galley.site")

local command = {
  summary = "shows versions, folders, limits, and what is missing",
  usage = "doctor",
  text = "The exit status is 1 when something is missing that makes plugins less safe.",
  options = {},
}

-- What optional parts are for, and what each package manager calls the library.
local optional = {
  { part = "expat", what = "reading WordPress exports and feeds", apt = "libexpat1-dev", dnf = "expat-devel", pacman = "expat", brew = "expat" },
  { part = "gumbo", what = "reading HTML", apt = "libgumbo-dev", dnf = "gumbo-parser-devel", pacman = "gumbo-parser", brew = "gumbo-parser" },
  { part = "libzip", what = "writing EPUB", apt = "libzip-dev", dnf = "libzip-devel", pacman = "libzip", brew = "libzip" },
  { part = "zlib", what = "compressed exports", apt = "zlib1g-dev", dnf = "zlib-devel", pacman = "zlib", brew = "zlib" },
  { part = "sqlite3", what = "the sqlite export", apt = "libsqlite3-dev", dnf = "sqlite-devel", pacman = "sqlite", brew = "sqlite" },
  { part = "source-highlight", what = "highlighted code", apt = "libsource-highlight-dev", dnf = "source-highlight-devel", pacman = "source-highlight", brew = "source-highlight" },
  { part = "tomlplusplus", what = "TOML of Hugo", apt = "libtomlplusplus-dev", dnf = "tomlplusplus-devel", pacman = "tomlplusplus", brew = "tomlplusplus" },
  { part = "libmicrohttpd", what = "galley serve", apt = "libmicrohttpd-dev", dnf = "libmicrohttpd-devel", pacman = "libmicrohttpd", brew = "libmicrohttpd" },
  { part = "libedit", what = "history and completion in galley lua", apt = "libedit-dev", dnf = "libedit-devel", pacman = "libedit", brew = "libedit" },
}
local managers = {
  { "apt-get", "apt", "apt-get install" }, { "dnf", "dnf", "dnf install" },
  { "pacman", "pacman", "pacman -S" }, { "brew", "brew", "brew install" },
}

local function is_root()
  local file = io.open("/proc/self/status")
  local text = file and file:read("a") or ""
  if file then file:close() end
  return text:find("\nUid:%s+%d+%s+0%s") ~= nil
end

local function row(name, text) print(("  %-22s %s"):format(name, text)) end

local function folder(path)
  local kind = galley.files.kind(path:gsub("(.)/$", "%1"))
  return path .. (kind and "" or " (not there)")
end

local function bytes(count)
  if count % 1048576 == 0 then return ("%d MB"):format(count // 1048576) end
  if count % 1024 == 0 then return ("%d KB"):format(count // 1024) end
  return tostring(count)
end

-- What the site's plugins and the user's need, and whether they have it.
local function show_grants(root)
  print("\nWhat plugins need beyond the articles (granted in galley.yaml, under `grants`)")
  local site = root and sites.read(root)
  if not site then return print(root and "  not known: the settings have errors" or "  not known: there is no site here") end
  local list, any = {}, false
  for _, found in ipairs(plugin.all(site.prefix)) do if not found.program then list[#list + 1] = found end end
  local needs = rights.needs(site, list)
  if not needs then return print("  not known: a plugin cannot be loaded") end
  for _, found in ipairs(list) do
    for _, one in ipairs(grants.state(site, found, needs[found.path])) do
      local program = one.text:match("^run:(.*)$")
      local path = program and rights.program(program)
      row(found.kind .. " " .. found.name, ("%s: %s%s"):format(one.text, one.granted and "granted" or "not granted",
        program and (path and ", " .. path or ", but there is no such program") or ""))
      any = true
    end
  end
  if not any then print("  nothing") end
end

function command.run(options)
  local about = galley.engine.about()
  print("Versions")
  row("galley", galley.version)
  row("Lua", (about.lua:gsub("^Lua ", "")))
  row("cmark", about.cmark)
  row("libyaml", about.libyaml)

  local root = options.site or sites.find(".")
  local prefix = root and root .. "/" or ""
  print("\nFolders")
  row("program", folder(galley.engine.home))
  for i, one in ipairs(plugin.roots(prefix)) do
    if i > 1 or root then row(i == 1 and "the site's plugins" or i == 2 and "your plugins" or "shipped plugins", folder(one.path)) end
  end
  row("site", root and root or "none at or above the current folder")

  print("\nProtection from plugins")
  local weaker = false
  for line in galley.engine.sandbox():gmatch("[^\n]+") do
    local name, text = line:match("^(.-):%s*(.*)$")
    if text and (text:find("missing") or text:find("^not ") or text:find("^no ")) then weaker = true end
    row(name or line, text or "")
  end
  row("Lua", "plugins have no io, os, debug, package or bytecode")

  show_grants(root)

  print("\nLimits (settable in galley.yaml, under `limits`)")
  local limits = about.limits
  for _, name in ipairs{ "article_bytes", "front_matter_bytes" } do row(name, bytes(limits[name])) end
  for _, name in ipairs{ "yaml_depth", "yaml_alias_nodes", "yaml_key_bytes", "markdown_depth", "bracket_run" } do
    row(name, tostring(limits[name]))
  end
  row("seconds", "10 (a plugin's time with one article)")
  row("memory", "256 (MB a worker)")

  print("\nMarkdown dialect (settable in galley.yaml, under `markdown`)")
  print("  " .. table.concat(about.dialect, " "):gsub("(.......................................................................) ", "%1\n  "))

  print("\nOptional parts")
  local missing = {}
  for _, one in ipairs(optional) do
    local part = one.part == "libedit" and about.parts.readline and "readline" or one.part
    if about.parts[part] then
      row(part, "there, for " .. one.what)
    else
      row(one.part, "missing: without it there is no " .. one.what)
      missing[#missing + 1] = one
    end
  end
  if #missing > 0 then
    print("\nTo get what is missing, then run make again:")
    local any = false
    for _, manager in ipairs(managers) do
      if rights.program(manager[1]) and not any then
        any = true
        local names = {}
        for i, one in ipairs(missing) do names[i] = one[manager[2]] end
        print(("  %s%s %s"):format((manager[1] == "brew" or is_root()) and "" or "sudo ", manager[3], table.concat(names, " ")))
      end
    end
    if not any then
      local names = {}
      for i, one in ipairs(missing) do names[i] = one.part end
      print("  install the development packages of " .. table.concat(names, ", "))
    end
  end
  if weaker then messages.warning("this system protects less from plugins than Galley can; see above") end
  return weaker and 1 or 0
end

return command
