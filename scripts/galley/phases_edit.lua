--- The worker's side of `galley edit`: the script runs on each article; what its changes come to is sent.
local records = require("galley.edit_records")
local select = require("galley.select")
local site_changes = require("galley.site_changes")

return function(engine, host)
  local phases = {}
  local wanted, where, loaded -- of the phase's argument, read once
  local asked, told = {}, {} -- names that `where` asks for, and what of them the parent knows
  local moves = {} -- article paths that this run gives new names, old to new
  local touched, renamed -- of the article at hand

  local methods = engine.methods("article")

  local function check_path(path)
    if type(path) ~= "string" or path == "" or path:find("^/") or path:find("[%c\\]") or ("/" .. path .. "/"):find("/%.%.?/")
      or path:find("//") then
      error("a path is relative to the content folder, without . or .. components", 3)
    end
    if not path:find("%.md$") and not path:find("%.markdown$") then error("an article's path ends in .md", 3) end
    return path
  end
  function methods.touch() touched = true end
  function methods.rename(self, path)
    local new = check_path(path)
    renamed = new ~= self.path and new or nil
  end
  function methods.move(self, folder)
    local name = self.path:match("([^/]+)$")
    folder = tostring(folder):gsub("/+$", "")
    local new = check_path(folder == "" and name or folder .. "/" .. name)
    renamed = new ~= self.path and new or nil
  end

  local change_site -- runs the edit's site function
  local function start()
    wanted = engine.argument()
    loaded = host.editor
    if not change_site then change_site = site_changes.add(loaded.context, engine, wanted.prefix) end
    moves = wanted.moves or {}
    if wanted.where then
      local problem
      where, problem, asked = select.compile(wanted.where)
      if not where then error(problem, 0) end
    end
  end

  -- What became of an article, and what is new about the names that --where asks for.
  local function send(state)
    local new
    for name, there in pairs(asked) do
      if told[name] ~= there then
        new = new or {}
        new[name], told[name] = there, there
      end
    end
    engine.send{ state = state, asked = new }
  end

  -- The script, then the links that other articles' moves ask for. False after an error was reported.
  local function edit(article)
    local script = loaded.table.article
    host.at(article)
    if script then
      local fine, given = host.call(loaded, article, script, article, loaded.context)
      if not fine then return false end
      if given ~= nil and given ~= article and type(given) ~= "boolean" then
        local what = type(given) == "userdata" and "an object of the article" or "a " .. type(given)
        host.complain(script, article.path,
          ("article answered %s, which goes nowhere; change article.meta and article.document in place"):format(what))
        return false
      end
    end
    if next(moves) then require("galley.relink")(article, moves, renamed) end
    return true
  end

  local function task(number)
    if wanted.numbers and not wanted.numbers[tostring(number)] then return true end
    local article = engine.edit_open(number)
    if not article then return false end
    touched, renamed = false, nil
    local matches = true
    if where then
      local ok, chosen = pcall(where, article)
      if not ok then
        host.report{ severity = "error", file = article.path, message = "--where: " .. tostring(chosen):gsub("^where:%d+: ", "") }
        return false
      end
      if not chosen and not next(moves) then
        send("skipped")
        return true
      end
      matches = chosen
    end
    local chosen = matches and (not wanted.selected or wanted.selected[tostring(number)])
    local old = wanted.records and article.source
    if chosen then
      if not edit(article) then return false end
    elseif next(moves) then
      require("galley.relink")(article, moves, nil)
    end
    local state, text, delta = engine.edit_result(touched)
    if state == "refused" then return false end
    if state == "unchanged" and not renamed then
      send("unchanged")
      return true
    end
    local repeats, to, hash = false, renamed, engine.edit_hash()
    if state == "changed" and chosen then -- the same edit on its own result must find nothing to do
      host.mute(true)
      local again = engine.edit_reopen(number, text)
      repeats = again and edit(again) and engine.edit_result(false) ~= "unchanged" or false
      host.mute(false)
      engine.edit_quiet()
    end
    local changes
    if wanted.records then
      changes = text and records.between(function(bytes) return engine.edit_reopen(number, bytes) end, old, text) or {}
      engine.edit_quiet()
    end
    send{ delta = delta, hash = hash, to = to, repeats = repeats or nil, records = changes }
    return true
  end

  function phases.edit(number)
    if not wanted then start() end
    return task(number)
  end

  -- Once, behind the articles: what the edit does with other files of the site.
  function phases.site()
    start()
    host.at(nil)
    local script = loaded.table.site
    if not script then return true end
    loaded.context.changed = wanted.changed
    local changes = change_site(host.call, loaded, nil, script, loaded.context)
    if not changes then return false end
    engine.send(changes)
    return true
  end

  -- Over all articles: those selected are edited as before, the links of all follow what moves.
  local relinking = false
  function phases.relink(number)
    if not relinking then start() end
    relinking = true
    return task(number)
  end

  return phases
end
