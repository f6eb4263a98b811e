--- In the parent: what the plugins of a run may do, from their needs and from what galley.yaml grants.
--
-- Needs are known only from what a plugin's file returns. So the plugins whose files speak of needs are first loaded in
-- a worker that may do nothing; then the workers of the run get what was asked for and granted, and nothing else.
local closest = require("galley.closest")
local grants = require("galley.grants")
local messages = require("galley.messages")

local rights = {}

local MOST_FILES = 1000 -- that one pattern may name

local function read_file(path)
  local file = io.open(path, "rb")
  local text = file and file:read("a")
  if file then file:close() end
  return text or ""
end

-- ---- files ----

local function home() return ((os.getenv("HOME") or ""):gsub("/+$", "")) end

local special = "[*?%[{\\]"

-- All files that a pattern names. Only ** goes deeper than the pattern's own folders.
local function named_files(glob, prefix)
  local literal = glob:match("^([^*?%[{\\]*/)") or ""
  local full = glob:find("^/") and "" or prefix
  if not glob:find("**", 1, true) then
    local list = galley.files.glob(full:gsub("[*?%[%]{}\\,]", "\\%0") .. glob)
    for i, path in ipairs(list) do list[i] = path:sub(#full + 1) end
    return list
  end
  local list, place = {}, full .. literal
  place = place == "" and "." or place
  for i, entry in ipairs(galley.files.kind(place) == "folder" and galley.files.list(place) or {}) do
    list[i] = literal .. entry.path
  end
  return list
end

-- Adds the files and folders that the kernel must let be read for a pattern, and to `names` the files; nil and a message.
-- The files of whole folders are listed when a plugin asks for them.
local function add_paths(list, names, glob, prefix)
  local full = glob:find("^/") and glob or prefix .. glob
  local folder = glob:match("^([^*?%[{\\]*)%*%*$")
  if not glob:find(special) then
    list[#list + 1] = full
    if galley.files.kind(full) == "file" then names[#names + 1] = glob end
    return true
  elseif folder then
    folder = full:sub(1, #full - 2)
    list[#list + 1] = folder == "" and "." or folder
    return true
  end
  local count = 0
  for _, path in ipairs(named_files(glob, prefix)) do
    if grants.matches(path, glob) then
      count = count + 1
      if count > MOST_FILES then
        return nil, ("read:%s names more than %d files; name their whole folder, as in read:%s**"):format(glob, MOST_FILES,
          glob:match("^([^*?%[{\\]*/)") or "")
      end
      list[#list + 1] = (glob:find("^/") and "" or prefix) .. path
      names[#names + 1] = path
    end
  end
  return true
end

-- What a plugin with these needs, all of them granted, may do, and the paths for that; nil and a message.
local function rights_of(site, needs)
  local own = { needs = needs, read = {}, files = {}, env = {}, run = {} }
  local paths = {}
  for _, text in ipairs(needs) do
    local need = grants.parse(text)
    if need.sort == "read" then
      local glob = need.value
      if glob:sub(1, 2) == "~/" then
        own.home = home()
        if own.home == "" then return nil, ("%s begins with the home folder, but HOME is not set; set it, or write the whole path"):format(text) end
        glob = own.home .. glob:sub(2)
      end
      own.read[#own.read + 1] = glob
      local ok, problem = add_paths(paths, own.files, glob, site.prefix)
      if not ok then return nil, problem end
    elseif need.sort == "env" then
      local value = os.getenv(need.value)
      if value and not utf8.len(value) then return nil, ("the value of %s is not UTF-8"):format(need.value) end
      own.env[need.value] = value
    else
      own.run[#own.run + 1] = need.value
    end
  end
  return own, paths
end

-- For start{ programs = }: a program may read what its plugin may.
local function program_grant(site, own, paths)
  local environment, read = {}, { site.content, site.prefix .. "static" }
  for _, name in ipairs(closest.keys(own.env)) do environment[#environment + 1] = name .. "=" .. own.env[name] end
  table.move(paths, 1, #paths, #read + 1, read)
  return { programs = own.run, environment = environment, read = read }
end

-- ---- plugins ----

-- Those that come with Galley need nothing.
local function speaks_of_needs(found)
  return not found.program and read_file(found.path):find("needs", 1, true) ~= nil
end

local function line_of_needs(found)
  local before = read_file(found.path):match("^(.-)%f[%w_]needs%s*=")
  if not before then return 1 end
  local _, lines = before:gsub("\n", "")
  return lines + 1
end

--- What each plugin of a list needs, by its path; nil and a status after a problem was shown.
function rights.needs(site, list)
  local asked, needs = {}, {}
  for _, found in ipairs(list) do
    if not needs[found.path] and speaks_of_needs(found) then asked[#asked + 1] = found end
    needs[found.path] = {}
  end
  if #asked == 0 then return needs end
  local answers, status = require("galley.about").describe(site, asked)
  if not answers then return nil, status end
  for i, found in ipairs(asked) do
    local about = answers[i]
    if not about then return nil, 1 end -- it was ended, which was said
    -- What is wrong with it otherwise is said when it is loaded to be used.
    if not about.problem then needs[found.path] = about.needs end
  end
  return needs
end

--- The whole path of a program that is named by its name, as the helper finds it; nil when there is none.
function rights.program(name)
  if name:find("/") then return galley.files.kind(name) == "file" and name or nil end
  for folder in (os.getenv("PATH") or ""):gmatch("[^:]+") do
    if galley.files.kind(folder .. "/" .. name) == "file" then return folder .. "/" .. name end
  end
end

-- Grants to plugins that are not there, and those that no plugin of their name needs.
local function warn_of_idle(site, needs)
  local known
  for _, grant in ipairs(site.grants) do
    local message
    if grant.plugin then
      known = known or require("galley.plugin").all(site.prefix)
      local names, there, needed = {}, false, false
      for _, found in ipairs(known) do
        names[#names + 1] = found.name
        if grants.is_for(grant, found) then
          there = true
          -- Of plugins that do not run here nothing is known.
          needed = needed or not needs[found.path] or grants.uses(grant, needs[found.path])
        end
      end
      if not there then
        message = ("there is no plugin '%s' to grant '%s' to%s"):format(grant.plugin, grant.need.text,
          closest.hint(grant.plugin, names))
      elseif not needed then
        message = ("the plugin '%s' does not need '%s'; remove the grant"):format(grant.plugin, grant.need.text)
      end
    end
    if message then
      messages.show{ severity = "warning", file = site.file, line = grant.line, column = grant.column, message = message }
    end
  end
end

--- Gives each plugin its rights (found.rights), or says why it may not run. `plugins` run, those of `others` may come to
-- (an article names them): their troubles are found.refused. Returns { read = paths, programs = grants }, or nil and a
-- status after the reasons were shown.
function rights.give(site, plugins, others)
  local all = table.move(others, 1, #others, #plugins + 1, table.move(plugins, 1, #plugins, 1, {}))
  local needs, status = rights.needs(site, all)
  if not needs then return nil, status end
  local result, failed, by_path = { read = {}, programs = {} }, false, {}
  for _, found in ipairs(all) do
    local one = by_path[found.path]
    if not one then
      one = { problem = grants.missing(site, found, needs[found.path]) }
      by_path[found.path] = one
      if #needs[found.path] > 0 and not one.problem then
        local own, paths = rights_of(site, needs[found.path])
        one.own, one.problem = own, not own and paths or nil
        for _, path in ipairs(own and paths or {}) do
          if path:find("^/") then result.read[#result.read + 1] = path end -- the site itself is readable
        end
        if own and #own.run > 0 then
          result.programs[#result.programs + 1] = program_grant(site, own, paths)
          own.grant = #result.programs
        end
      end
    end
    found.rights, found.refused = one.own, one.problem
  end
  for _, found in ipairs(plugins) do
    if found.refused then
      messages.show{ severity = "error", file = found.shown, line = line_of_needs(found), message = found.refused }
      failed = true
    end
  end
  if failed then return nil, 1 end
  warn_of_idle(site, needs)
  return result
end

return rights
