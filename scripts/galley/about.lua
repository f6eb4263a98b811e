--- What a plugin says of itself: its comment, its options, its needs.
local arguments = require("galley.arguments")
local closest = require("galley.closest")
local messages = require("galley.messages")
local pipeline = require("galley.pipeline")
local plugin = require("galley.plugin")

local about = {}

--- The text of a file, or nil.
function about.read_file(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("a")
  file:close()
  return text
end

--- The `---` lines that begin a file, as one text; "" when there are none.
function about.comment(text)
  local lines = {}
  for line in (text .. "\n"):gmatch("([^\n]*)\n") do
    local said = line:match("^%-%-%-? ?(.*)$")
    if not said or said:find("^@%a") then -- what editors read is no comment
      if not (#lines == 0 and line:find("^#!")) then break end
    else
      lines[#lines + 1] = (said:gsub("\r$", ""))
    end
  end
  return lines
end

--- The first sentence of a comment.
function about.first_sentence(lines)
  local text = ""
  for _, line in ipairs(lines) do
    if line == "" then break end
    text = text .. (text == "" and "" or " ") .. line
    if text:find("%.$") then break end
  end
  return text:match("^(.-%.)%s") or text
end

--- The first sentence of a found plugin's comment.
function about.summary(found) return about.first_sentence(about.comment(about.read_file(found.path) or "")) end

--- What each plugin says of itself, by its number in the list; or nil and the status. Loading happens in a worker
-- that has no rights.
function about.describe(site, list)
  local run, status = pipeline.open(site, { layout = false, no_filters = true, jobs = 1, describing = true })
  if not run then return nil, status end
  local engine <close> = run.engine
  engine:given{}
  local read = {}
  for _, found in ipairs(list) do
    read[#read + 1] = { path = found.path, folder = found.folder, kind = found.kind, name = found.name, shown = found.shown,
      lib = found.lib }
  end
  run.readable = list -- but not loaded at the start
  if not run:start() then return nil, 3 end
  run:phase("plugins", #list, read)
  local answers = {}
  for _, entry in ipairs(run.results or {}) do answers[entry[1] + 1] = entry[2] end
  return answers
end

--- An option's value as one would write it.
function about.value(value)
  if type(value) == "table" then
    local parts = {}
    if #value > 0 or next(value) == nil then
      for i, item in ipairs(value) do parts[i] = about.value(item) end
      return "[" .. table.concat(parts, ", ") .. "]"
    end
    for _, key in ipairs(closest.keys(value)) do parts[#parts + 1] = key .. ": " .. about.value(value[key]) end
    return "{" .. table.concat(parts, ", ") .. "}"
  end
  return type(value) == "string" and ('"%s"'):format(value) or tostring(value)
end

--- The options, a line each, two blanks before each.
function about.options(options)
  local lines = {}
  for _, name in ipairs(closest.keys(options)) do
    local option = options[name]
    local kind = option.type
    if type(option.choices) == "table" then kind = table.concat(option.choices, "|") end
    local left = ("  %s (%s)"):format(name, kind)
    local right = (option.help or "") .. (option.required and (option.help and " " or "") .. "(must be given)" or "")
    if option.default ~= nil then right = right .. (right == "" and "" or " ") .. "(default: " .. about.value(option.default) .. ")" end
    if right == "" then
      lines[#lines + 1] = left
    else
      lines[#lines + 1] = #left < 30 and ("%-30s%s"):format(left, right) or left .. "\n" .. (" "):rep(30) .. right
    end
  end
  return table.concat(lines, "\n")
end

--- `galley KIND NAME --help`: prints what the plugin says of itself, answers with the exit status. `words` are those of the
-- command: its usage with a %s for the name, what stands above the options, and what in their place.
function about.help(site, kind, name, words)
  local found, missing = plugin.find(site.prefix, kind, name)
  if not found then
    messages.error(missing)
    return 2
  end
  local answers, status = about.describe(site, { found })
  if not answers then return status end
  local says = answers[1]
  if not says or says.problem then
    if says then messages.show{ severity = "error", file = says.problem.file, line = says.problem.line, message = says.problem.message } end
    return 1
  end
  local lines = { "Usage: " .. words.usage:format(name), "" }
  for _, line in ipairs(about.comment(about.read_file(found.path) or "")) do lines[#lines + 1] = line end
  lines[#lines + 1] = ""
  if next(says.options) then
    lines[#lines + 1] = words.options
    lines[#lines + 1] = about.options(says.options)
  else
    lines[#lines + 1] = words.none
  end
  lines[#lines + 1] = ("\ngalley %s --help lists the command's own options."):format(kind)
  print(arguments.folded(table.concat(lines, "\n")))
  return 0
end

return about
