--- The command line: finds the command's script, reads its options, runs it, answers with its status.
--
-- 0 done; 1 problems in the content or findings; 2 wrong usage; 3 the world failed.
local arguments = require("galley.arguments")
local closest = require("galley.closest")
local messages = require("galley.messages")
local plugin = require("galley.plugin")

local list = ...
local home = galley.engine.home

local function script_of(name) return ("%s/scripts/%s.lua"):format(home, name) end

local function load_command(name)
  local chunk, problem = loadfile(script_of(name), "t")
  if not chunk then error(problem, 0) end
  return chunk()
end

local function known()
  local found = {}
  for _, name in ipairs(plugin.own_commands) do
    if galley.files.kind(script_of(name)) == "file" then found[#found + 1] = name end
  end
  return found
end

-- The command plugins of the site here, the user's and the program's.
local function plugins(words) return require("galley.commands").list(words) end

local function overview()
  local lines = { "Usage: galley COMMAND [ARGUMENT...]", "",
    "Galley builds, edits, exports and checks folders of Markdown articles; Lua plugins decide how.", "", "Commands:" }
  for _, name in ipairs(known()) do
    lines[#lines + 1] = ("  %-10s%s"):format(name, load_command(name).summary)
  end
  for _, found in ipairs(plugins(list)) do
    lines[#lines + 1] = ("  %-9s %s"):format(found.name, require("galley.about").summary(found))
  end
  lines[#lines + 1] = ""
  lines[#lines + 1] = "galley COMMAND --help tells more; galley --version prints the version."
  return table.concat(lines, "\n") .. "\n"
end

local function find_plugin(name, words)
  for _, found in ipairs(plugins(words)) do
    if found.name == name then return found end
  end
end

local function main()
  local name = list[1]
  if name == "--version" or name == "version" then
    print("galley " .. galley.version)
    return 0
  end
  if name == nil or name == "--help" or name == "-h" or name == "help" then
    local about = name == "help" and list[2]
    if about and galley.files.kind(script_of(about)) == "file" then
      io.stdout:write(arguments.folded(arguments.help(about, load_command(about))))
    elseif about and find_plugin(about, {}) then
      return require("galley.commands").run(find_plugin(about, {}), { "--help" })
    else
      io.stdout:write(arguments.folded(overview()))
    end
    return name and 0 or 2
  end
  if not name:find("^[%w_-]+$") or galley.files.kind(script_of(name)) ~= "file" then
    local words = table.move(list, 2, #list, 1, {})
    local names, found = known(), find_plugin(name, words)
    messages.configure{}
    if found then
      local status = require("galley.commands").run(found, words)
      messages.finish()
      return status
    end
    for _, other in ipairs(plugins(words)) do names[#names + 1] = other.name end
    messages.error(name:find("^%-")
      and ("there is no command '%s'; an option stands behind the command, as in galley build %s"):format(name, name)
      or ("there is no command '%s'%s; galley --help lists them"):format(name, closest.hint(name, names)))
    return 2
  end
  local command = load_command(name)
  local options, problem = arguments.read(command, table.move(list, 2, #list, 1, {}))
  messages.configure(options or {})
  if not options then
    messages.error(("%s: %s; galley %s --help lists the options"):format(name, problem, name))
    return 2
  end
  if options.help then
    if options[1] and command.help then return command.help(options) end
    io.stdout:write(arguments.folded(arguments.help(name, command)))
    return 0
  end
  local status = command.run(options) or 0
  messages.finish()
  return status
end

return main()
