--- Plugins: where they are found, and loading one.
--
-- Found, in order, in the site's plugins/<kind>s/, the user's data folder and the program's; NAME.lua or
-- NAME/init.lua. What the file must return says galley.contract, what it sees while it runs galley.world.
local closest = require("galley.closest")
local contract = require("galley.contract")
local world = require("galley.world")

local plugin = { kinds = contract.kinds, options = contract.options, own_commands = contract.own_commands,
  is_own_command = contract.is_own_command }

--- The roots of plugins, best first: { shown prefix, path }.
function plugin.roots(prefix)
  local roots = { { shown = prefix .. "plugins/", path = prefix .. "plugins/" } }
  local data = os.getenv("XDG_DATA_HOME")
  if not data or data == "" then data = (os.getenv("HOME") or "") .. "/.local/share" end
  roots[2] = { shown = data .. "/galley/plugins/", path = data .. "/galley/plugins/" }
  roots[3] = { shown = "plugins/", path = galley.engine.home .. "/plugins/", program = true }
  return roots
end

local function in_folder(root, kind, name)
  local base = ("%s%ss/%s"):format(root.path, kind, name)
  local shown = ("%s%ss/%s"):format(root.shown, kind, name)
  if galley.files.kind(base .. ".lua") == "file" then
    return { path = base .. ".lua", shown = shown .. ".lua", folder = nil }
  end
  if galley.files.kind(base .. "/init.lua") == "file" then
    return { path = base .. "/init.lua", shown = shown .. "/init.lua", folder = base .. "/" }
  end
end

--- { kind, name, path, shown, folder, lib } or nil and a message.
function plugin.find(prefix, kind, name)
  if name:find("[/\\]") or name:find("%.lua$") then
    local is, reason, code = galley.files.kind(name)
    if is ~= "file" then
      return nil, code == "system" and reason .. "; check its folder's permissions" or ("there is no plugin file '%s'"):format(name)
    end
    if not name:find("%.lua$") then return nil, ("'%s' is no plugin's file; its name ends in .lua"):format(name) end
    return { kind = kind, name = name:match("([^/]+)/init%.lua$") or name:match("([^/]+)%.lua$") or name, path = name, shown = name,
      lib = { prefix .. "plugins/lib/", galley.engine.home .. "/plugins/lib/" },
      folder = name:match("init%.lua$") and name:match("^(.*/)") or nil }
  end
  for _, root in ipairs(plugin.roots(prefix)) do
    local found = in_folder(root, kind, name)
    if found then
      found.kind, found.name, found.program = kind, name, root.program
      found.lib = { prefix .. "plugins/lib/", galley.engine.home .. "/plugins/lib/" }
      return found
    end
  end
  for _, root in ipairs(plugin.roots(prefix)) do
    local base = ("%s%ss/%s"):format(root.path, kind, name)
    if galley.files.kind(base .. ".lua") then return nil, ("'%s.lua' is no file"):format(base) end
    if galley.files.kind(base) == "folder" then return nil, ("the folder '%s' has no init.lua"):format(base) end
  end
  local names = {}
  for _, other in ipairs(plugin.all(prefix, kind)) do names[#names + 1] = other.name end
  local hint = closest.hint(name, names)
  return nil, ("there is no %s '%s'%s"):format(kind, name, hint ~= "" and hint or "; galley plugins lists what there is")
end

--- The files and folders that a worker must read for a plugin, beyond the site's and the program's: its folder, or its
-- file and the modules beside it. A link in the user's own folder may lead elsewhere, one in a site may not.
function plugin.files(prefix, found)
  if not found.path then return { found.folder } end -- the source of an import
  if found.program or found.path:sub(1, #prefix + 8) == prefix .. "plugins/" then return {} end
  if found.folder then return { found.folder } end
  local folder = found.path:match("^(.*/)") or ""
  local list = galley.files.glob(folder:gsub("[*?%[%]{}\\,]", "\\%0") .. "*.lua")
  list[#list + 1] = found.path
  return list
end

--- All plugins of a kind, or of all kinds, sorted by kind and name; a user's hides a shipped one. `shipped`: only those
-- that come with Galley, hidden or not.
function plugin.all(prefix, wanted, shipped)
  local list, seen, roots = {}, {}, plugin.roots(prefix)
  if shipped then roots = { roots[3] } end
  for _, kind in ipairs(plugin.kinds) do
    if not wanted or wanted == kind then
      for _, root in ipairs(roots) do
        local folder = root.path .. kind .. "s"
        for _, entry in ipairs(galley.files.kind(folder) == "folder" and galley.files.list(folder) or {}) do
          local name = entry.path:match("^([^/]+)%.lua$") or entry.path:match("^([^/]+)/init%.lua$")
          if name and not seen[kind .. "/" .. name] then
            seen[kind .. "/" .. name] = true
            local found = in_folder(root, kind, name)
            if not found then error(("%s/%s: error: cannot be looked at"):format(folder, entry.path), 0) end
            found.kind, found.name, found.program = kind, name, root.program
            found.lib = { prefix .. "plugins/lib/", galley.engine.home .. "/plugins/lib/" }
            list[#list + 1] = found
          end
        end
      end
    end
  end
  table.sort(list, function(a, b)
    if a.kind ~= b.kind then return a.kind < b.kind end
    return a.name < b.name
  end)
  return list
end

-- ---- loading, in a worker ----

local MOST_BYTES = 4 << 20 -- of a plugin's file

local function at(found, line, message)
  return { severity = "error", file = found.shown, line = line, message = message }
end

-- What the file raised, or what load says of it; `raised_at` is which of its lines ran then, if any did.
local function raised(found, services, message, raised_at)
  local what = services.describe(message, raised_at)
  local file, line = (what.plugin or ""):match("^(.-):(%d+)")
  return { severity = "error", file = file or found.shown, line = tonumber(line), message = what.message }
end

-- The line in which a field of a table is set ("name = ..."), or the one with the first `return`.
local function line_of(text, word)
  word = tostring(word):gsub("%p", "%%%0")
  local before = ("{" .. text):match("^(.-[{,\n]%s*)" .. word .. "%s*=[^=]") or text:match("^(.-)%f[%w_]return%f[^%w_]") or ""
  local _, lines = before:gsub("\n", "")
  return lines + 1
end

local flags = { export = "--option %s=VALUE", import = "--option %s=VALUE", edit = "--param %s=VALUE", command = "--%s VALUE" }

local function how_to_set(found, name)
  if found.order or not flags[found.kind] then return ("set it in galley.yaml: { %s: { %s: ... } }"):format(found.name, name) end
  return "add " .. flags[found.kind]:format(name)
end

-- The file's text, or nil and what is wrong with it and where.
local function source(found, services)
  local text = services.read(found.path, MOST_BYTES + 1)
  if not text then return nil, "the file cannot be read; see its permissions, and that no link leads out of the site" end
  if #text > MOST_BYTES then return nil, ("the file has more than %d MB; split it, or put its data into data/"):format(MOST_BYTES >> 20) end
  if text:sub(1, 1) == "\27" then return nil, "this is compiled Lua; only source text is run" end
  text = text:gsub("^\xEF\xBB\xBF", ""):gsub("^#[^\n]*", "")
  local _, byte = utf8.len(text)
  if byte then
    local _, lines = text:sub(1, byte - 1):gsub("\n", "")
    return nil, "the file is not UTF-8 from here on; save it as UTF-8", lines + 1
  end
  return text
end

--- Loads a found plugin: its table and its own `require` of shipped modules; or nil and a message table for engine.report.
-- services: read(path, most) gives a file's text or nil; log(severity, text); locate() says which of the plugin's lines
-- runs, describe(message, raised_at) what an error says, as galley.plugin_errors does; see galley.world for the rest.
function plugin.load(found, services)
  local text, problem, word = source(found, services)
  if not text then return nil, at(found, word, problem) end
  local env, modules = world.make(found, services, text)
  local chunk
  chunk, problem = load(text, "@" .. found.shown, "t", env)
  if not chunk then return nil, raised(found, services, problem) end
  local raised_at
  local ok, result = xpcall(chunk, function(message)
    raised_at = services.locate()
    return message
  end, found.name)
  if not ok then return nil, raised(found, services, result, raised_at) end
  problem, word = contract.problem(found, result)
  if problem then return nil, at(found, line_of(text, word), problem) end
  if services.describing then return result end -- options are not set, only told
  if found.refused then return nil, at(found, line_of(text, "needs"), found.refused) end
  if table.concat(result.needs or {}, "\n") ~= table.concat(found.rights and found.rights.needs or {}, "\n") then
    return nil, at(found, 1, "the plugin has other needs than when it was looked at; write them into its file as a list of texts")
  end
  local options, wrong, lacking
  options, problem, wrong, lacking = contract.options(result.options, found.options)
  local place = not options and wrong and found.set_at and found.set_at[wrong]
  if place then
    return nil, { severity = "error", file = found.set_in, line = place[1], column = place[2],
      message = ("%s (%s)"):format(problem, found.shown) }
  end
  if not options then
    local where = lacking and "; " .. how_to_set(found, lacking) or (" (as set in %s)"):format(found.set_in or "the command line")
    return nil, at(found, 1, problem .. where)
  end
  -- A name that is not declared can never be set: nearly one that is, it is a slip; else a library asks for what
  -- only some of its plugins have.
  local declared = closest.keys(result.options or {})
  result.given = setmetatable(options, { __metatable = false, __index = function(_, name)
    for _, one in ipairs(declared) do if one == name then return nil end end
    local hint = closest.hint(name, declared)
    if hint ~= "" then error(("the plugin declares no option '%s'%s"):format(tostring(name), hint), 2) end
  end })
  return result, modules
end

return plugin
