--- galley new: a site that builds at once, or a plugin that works.
local closest = require("galley.closest")
local messages = require("galley.messages")
local plugin = require("galley.plugin")
local reference = require("galley.reference")
local sites = require("galley.site")

local starts = { "newsroom", "blog", "docs" }
local kinds = { "filter", "check", "export", "layout", "import", "edit", "command" }

local command = {
  summary = "makes a site that builds at once, or a plugin",
  usage = "new DIR [--from newsroom|blog|docs]\n       galley new plugin KIND NAME",
  text = "The folder must be empty, or not there yet. Its library/galley.lua lets editors with LuaLS complete what\n" ..
    "plugins may call; `galley api --types` prints a newer one. A plugin is written into the site's plugins/<kind>s/, with\n" ..
    "a golden case beside it that `galley test NAME` runs. KIND is one of " .. table.concat(kinds, ", ") .. ".",
  most = 3,
  options = {
    { name = "from", value = "START", choices = starts, help = "newsroom (default), blog or docs" },
  },
}

local home = galley.engine.home .. "/examples/start/"

local function read_file(path)
  local file, problem = io.open(path, "rb")
  if not file then return nil, problem end
  local text = file:read("a")
  file:close()
  return text
end

-- The status: 0, or 3 after the reason was shown.
local function write_file(path, text)
  local ok, problem = galley.files.make_folders(path:match("^(.*)/") or ".")
  local file
  if ok then file, problem = io.open(path, "wb") end
  if file then
    ok, problem = file:write(text)
    local closed, late = file:close()
    if ok and closed then return 0 end
    problem = problem or late
  end
  messages.error(("%s cannot be written: %s"):format(path, tostring(problem)))
  return 3
end

-- With these, an editor that uses LuaLS completes Galley's functions and fields in plugins.
local function for_editors()
  return {
    { ".luarc.json", '{\n  "runtime": { "version": "Lua 5.4" },\n  "workspace": { "library": ["library"] },\n  "diagnostics": { "globals": ["corpus", "site"] }\n}\n' },
    { "library/galley.lua", reference.types() },
  }
end

local function new_site(folder, options)
  local from = home .. (options.from or "newsroom")
  local kind = galley.files.kind(folder)
  if kind and kind ~= "folder" then
    messages.error(("'%s' is there and is no folder; name another"):format(folder))
    return 2
  end
  if kind then
    local list, problem = galley.files.list(folder)
    if not list or #list > 0 or galley.files.kind(folder .. "/.git") then
      messages.error(not list and problem or ("the folder '%s' is not empty; name one that is, or one that is not there yet"):format(folder))
      return 2
    end
  end
  local list, problem = galley.files.list(from, { "public" })
  if not list then
    messages.error(problem)
    return 3
  end
  folder = folder:gsub("(.)/+$", "%1")
  local count = 0
  for _, file in ipairs(for_editors()) do
    local status = write_file(folder .. "/" .. file[1], file[2])
    if status ~= 0 then return status end
    count = count + 1
  end
  for _, entry in ipairs(list) do
    if not entry.path:find("^public/") then
      local text
      text, problem = read_file(from .. "/" .. entry.path)
      if not text then
        messages.error(problem)
        return 3
      end
      local status = write_file(folder .. "/" .. entry.path, text)
      if status ~= 0 then return status end
      count = count + 1
    end
  end
  local typed = folder:find("[^%w_./-]") and "'" .. folder:gsub("'", "'\\''") .. "'" or folder -- as a shell takes it
  messages.say(("%s: %d files. Next:\n\n  galley serve %s\n\nshows it in a browser, anew whenever you save; galley build %s makes %s/public. %s/galley.yaml says the rest."):format(
    folder, count, typed, typed, folder, folder))
  return 0
end

local function new_plugin(kind, name, options)
  if not kind or not name then
    messages.error("new plugin wants a kind and a name: galley new plugin filter house-style")
    return 2
  end
  local known = false
  for _, one in ipairs(kinds) do known = known or one == kind end
  if not known then
    local hint = closest.hint(kind, kinds)
    messages.error(("there is no skeleton of the kind '%s'%s"):format(kind, hint ~= "" and hint or "; the kinds are " ..
      table.concat(kinds, ", ")))
    return 2
  end
  if not name:find("^%w[%w_-]*$") then
    messages.error(("'%s' is not a plugin's name; letters, digits, - and _ make one"):format(name))
    return 2
  end
  if kind == "command" and plugin.is_own_command(name) then
    messages.error(("there is a command '%s' of Galley's own; name yours otherwise"):format(name))
    return 2
  end
  local site, status = sites.read(options.site)
  if not site then return status end
  local base = ("%splugins/%ss/%s"):format(site.prefix, kind, name)
  for _, path in ipairs{ base .. ".lua", base .. ".test", base } do
    if galley.files.kind(path) then
      messages.error(("'%s' is there already; name another, or remove it first"):format(path))
      return 2
    end
  end
  for _, ending in ipairs{ ".lua", ".test" } do
    local text, problem = read_file(home .. "plugins/" .. kind .. ending)
    if not text then
      messages.error(problem)
      return 3
    end
    status = write_file(base .. ending, (text:gsub("NAME", name)))
    if status ~= 0 then return status end
  end
  messages.say(("%s.lua and its golden cases, %s.test. Next:\n\n  galley test %s\n\nand read the comment at the top of the first."):format(
    base, base, name))
  return 0
end

function command.run(options)
  if options[1] == "plugin" then return new_plugin(options[2], options[3], options) end
  if not options[1] then
    messages.error("new wants a folder's name: galley new my-site")
    return 2
  end
  if options[2] then
    messages.error(("'%s' is one argument too many; galley new --help tells more"):format(options[2]))
    return 2
  end
  return new_site(options[1], options)
end

return command
