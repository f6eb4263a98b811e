--- In a worker: what an edit may do with the site's other files: read any, ask for changes of some.
--
-- Nothing is written here. What `site(ctx)` asks for is a list that the parent puts into the batch of
-- the articles' changes: { op, path, to, old, text }.
local shown = require("galley.shown")

local site_changes = {}

--- The path within the site, or an error that names the caller's line.
local function check_path(path, level)
  if type(path) ~= "string" or path == "" or path:find("^/") or path:find("[%c\\]") or path:find("//", 1, true)
    or ("/" .. path .. "/"):find("/%.%.?/") or path:find("^%.galley") then
    error(("%s is no path of a site's file; write it relative to the site's folder, without . or .. components"):format(shown.short(path)), level + 1)
  end
  return path
end

--- Adds read, exists, create, replace, move and remove to a context. `prefix` leads to the site's folder.
-- The function returned turns the writing ones on, runs what it is given, and gives the list.
function site_changes.add(ctx, engine, prefix)
  local changes, writing = nil, false

  local function read(path) return (engine.read_file(prefix .. path)) end
  local granted = ctx.read
  function ctx.read(path, most)
    if type(path) == "string" and path:find("^[/~]") then return granted(path, most) end
    return read(check_path(path, 2))
  end
  function ctx.exists(path) return engine.exists(prefix .. check_path(path, 2)) end

  local function add(op, path, to, text)
    if not writing then error(("ctx.%s is for the edit's site function, which runs once"):format(op), 3) end
    check_path(path, 3)
    if text ~= nil and type(text) ~= "string" then error(("the text for '%s' is a %s"):format(path, type(text)), 3) end
    local old
    if op ~= "create" and not (op == "move" and text == nil) then
      old = read(path)
      if not old then error(("there is no file '%s'"):format(path), 3) end
      if op == "replace" and old == text then return end
    end
    changes[#changes + 1] = { op = op, path = path, to = to, old = old, text = text }
  end
  function ctx.create(path, text)
    if text == nil then error("create wants the new file's text", 2) end
    add("create", path, nil, text)
  end
  function ctx.replace(path, text)
    if text == nil then error("replace wants the file's new text", 2) end
    add("replace", path, nil, text)
  end
  function ctx.remove(path) add("remove", path) end
  --- A file or a whole folder; a file's text may change on the way.
  function ctx.move(path, to, text)
    check_path(to, 2)
    if path ~= to then add("move", path, to, text) end
  end

  return function(f, ...)
    changes, writing = {}, true
    local ok = f(...)
    writing = false
    return ok ~= false and changes or nil
  end
end

return site_changes
