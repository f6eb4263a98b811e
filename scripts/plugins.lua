--- galley plugins: which plugins there are, where from, what they do, their options and needs.
local about_plugin = require("galley.about")
local closest = require("galley.closest")
local grants = require("galley.grants")
local messages = require("galley.messages")
local plugin = require("galley.plugin")
local sites = require("galley.site")

local command = {
  summary = "lists plugins; tells one's options and needs",
  usage = "plugins [NAME]",
  text = "Plugins come from the site's plugins/<kind>s/, from your data folder and from the program, in this\n" ..
    "order; the first of a name counts. NAME may be KIND/NAME, or a file. Plugins are loaded in a worker\n" ..
    "that has no rights. The exit status is 1 when a plugin cannot be loaded.",
  most = 1,
  options = {
    { name = "kind", value = "KIND", choices = plugin.kinds, help = "only filter, layout, export, import, edit, check or command" },
    { name = "names", help = "names alone, one a line, nothing is loaded; `plugins --names KIND` for one kind" },
  },
}

local function origin(found, prefix)
  if found.program then return "shipped" end
  if found.path:sub(1, #prefix + 8) == prefix .. "plugins/" then return "site" end
  return "yours"
end

local function show_problem(problem)
  messages.show{ severity = "error", file = problem.file, line = problem.line, message = problem.message }
end

local function show_one(found, about, site)
  local prefix = site.prefix
  local lines = about_plugin.comment(about_plugin.read_file(found.path) or "")
  print(("%s %s%s"):format(found.kind, found.name, about.version ~= "" and " " .. about.version or ""))
  print("  from: " .. found.path .. " (" .. origin(found, prefix) .. ")")
  if #lines > 0 then
    print()
    for _, line in ipairs(lines) do print(line == "" and "" or "  " .. line) end
  end
  print()
  local names = closest.keys(about.options)
  print(#names == 0 and "Options: none" or "Options:\n" .. about_plugin.options(about.options))
  print("Needs: " .. (#about.needs > 0 and grants.describe(site, found, about.needs) or "nothing beyond the articles"))
  local missing = grants.missing(site, found, about.needs)
  if missing then print("  if it may, " .. missing:match("; if it may, (.*)$")) end
  if #about.handlers > 0 then print("Looks at: " .. table.concat(about.handlers, ", ")) end
  if about.extension ~= "" then print("Writes: ." .. about.extension) end
  if found.kind == "filter" then
    print(("\nIn galley.yaml:\n\n  plugins:\n    - %s"):format(found.name .. (#names > 0 and ":" or "")))
    if #names > 0 then
      local value = about.options[names[1]].default
      print(("        %s: %s"):format(names[1], value ~= nil and about_plugin.value(value) or "..."))
    end
  end
end

local function find(list, wanted)
  local kind, name = wanted:match("^(%w+)/([%w_-]+)$")
  local matches, names = {}, {}
  for _, found in ipairs(list) do
    names[#names + 1] = found.name
    if found.name == (name or wanted) and (not kind or found.kind == kind or found.kind .. "s" == kind) then
      matches[#matches + 1] = found
    end
  end
  return matches, names
end

function command.run(options)
  local site, status = sites.read(options.site)
  if not site then return status end
  local wanted, kind = options[1], options.kind
  if options.names and wanted then
    kind, wanted = wanted, nil
    if not table.concat(plugin.kinds, " "):find("%f[%w]" .. kind .. "%f[%W]") then
      messages.error(("there is no kind '%s'%s"):format(kind, closest.hint(kind, plugin.kinds)))
      return 2
    end
  end
  local list = plugin.all(site.prefix, kind)
  if options.names then
    local last
    for _, found in ipairs(list) do
      if found.name ~= last then print(found.name) end
      last = found.name
    end
    return 0
  end
  if wanted then
    local matches, names = find(list, wanted)
    if #matches == 0 and wanted:find("%.lua$") and galley.files.kind(wanted) == "file" then
      local source = about_plugin.read_file(wanted) or ""
      local found = plugin.find(site.prefix, source:match("kind%s*=%s*[\"'](%w+)[\"']") or "filter", wanted)
      matches = { found }
    end
    if #matches == 0 then
      local hint = closest.hint(wanted, names)
      messages.error(("there is no plugin '%s'%s"):format(wanted, hint ~= "" and hint or "; galley plugins lists what there is"))
      return 2
    end
    list = matches
  end
  local answers
  answers, status = about_plugin.describe(site, list)
  if not answers then return status end
  local failed, last, name_width = false, nil, 8
  for _, found in ipairs(list) do name_width = math.max(name_width, #found.name) end
  for i, found in ipairs(list) do
    local about = answers[i]
    local problem = about and about.problem
    if not about or problem then failed = true end
    if wanted then
      if i > 1 then print() end
      if about and not problem then show_one(found, about, site) end
    else
      if found.kind ~= last then
        print((last and "\n" or "") .. found.kind .. "s")
        last = found.kind
      end
      local says = about and not problem and about_plugin.summary(found)
      print(("  %s  %-7s  %s"):format(found.name .. (" "):rep(name_width - #found.name), origin(found, site.prefix),
        says or "cannot be loaded"))
    end
  end
  if #list == 0 then print("no plugins") end
  io.stdout:flush()
  for i in ipairs(list) do
    if answers[i] and answers[i].problem then show_problem(answers[i].problem) end
  end
  return failed and 1 or 0
end

return command
