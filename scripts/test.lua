--- galley test: the golden cases of plugins.
local cases = require("galley.cases")
local closest = require("galley.closest")
local messages = require("galley.messages")
local pipeline = require("galley.pipeline")
local plugin = require("galley.plugin")
local sites = require("galley.site")

local command = {
  summary = "runs the golden cases of plugins",
  usage = "test [PLUGIN...] [--accept]",
  text = "A plugin's cases are in a file beside it, plugins/filters/NAME.test for plugins/filters/NAME.lua: an\n" ..
    "article, options, and what must come of them. `galley new plugin` writes one to begin with. Without\n" ..
    "PLUGIN (a name, KIND/NAME or a file) the cases of all the site's plugins run. Parts of a case:\n\n" ..
    "  --- case: NAME          --- options (YAML)      --- article[: PATH], one or more\n" ..
    "  --- html, markdown, tree, json, text, meta      what a filter or an edit makes of the first article\n" ..
    "  --- html                a layout's page         --- output[: PATH]   what an export writes\n" ..
    "  --- source[: NAME]      what an import reads, with an --- output: PATH for each article\n" ..
    "  --- arguments           a command's, one a line; --- output and --- status are what it answers\n" ..
    "  --- findings            what a check reports    --- messages         what else is said\n\n" ..
    "Today is 1 January 2025. The exit status is 1 when a case failed.",
  words = true,
  options = {
    { name = "accept", help = "write the results into the files as they are now; read the difference" },
  },
}

local runnable = { filter = true, edit = true, check = true, layout = true, export = true, import = true, command = true }

local function read_file(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("a")
  file:close()
  return text
end

local function cases_file(found)
  if found.folder then return found.folder .. found.name .. ".test" end
  return (found.path:gsub("%.lua$", ".test"))
end

-- The plugins whose cases are to run; nil and a status.
local function choose(site, names)
  local list = {}
  if #names == 0 then
    for _, found in ipairs(plugin.all(site.prefix)) do
      if not found.program and galley.files.kind(cases_file(found)) then list[#list + 1] = found end
    end
    return list
  end
  local all, known = plugin.all(site.prefix), {}
  for _, found in ipairs(all) do known[#known + 1] = found.name end
  for _, name in ipairs(names) do
    local before = #list
    if name:find("%.test$") then name = name:gsub("%.test$", ".lua") end -- the cases stand beside their plugin
    if name:find("%.lua$") and galley.files.kind(name) == "file" then
      local kind = (read_file(name) or ""):match("kind%s*=%s*[\"'](%w+)[\"']")
      list[#list + 1] = plugin.find(site.prefix, kind or "filter", name)
    else
      for _, found in ipairs(all) do
        if found.name == name or found.kind .. "/" .. found.name == name then list[#list + 1] = found end
      end
    end
    if #list == before then
      local hint = closest.hint(name, known)
      messages.error(("there is no plugin '%s'%s"):format(name, hint ~= "" and hint or "; galley plugins lists what there is"))
      return nil, 2
    end
  end
  return list
end

local function line_of(item)
  local place = item.file or "galley"
  if item.line and item.line > 0 then
    place = place .. ":" .. item.line .. (item.column > 0 and ":" .. item.column or "")
  end
  return ("%s: %s: %s\n"):format(place, item.severity, item.message)
end

-- Runs one case: a table of what came, by the word of the section ("output: path" for further files); nil
-- and a message when it could not run.
-- The site's taxonomies, with the usual keys beside their own: skeletons and shipped cases say `topics`.
local function with_usual_keys(taxonomies, usual)
  local list = {}
  for i, taxonomy in ipairs(taxonomies) do
    list[i] = { name = taxonomy.name, permalink = taxonomy.permalink, keys = table.move(taxonomy.keys, 1, #taxonomy.keys, 1, {}) }
    for _, other in ipairs(usual) do
      if other.name == taxonomy.name then table.move(other.keys, 1, #other.keys, #list[i].keys + 1, list[i].keys) end
    end
  end
  return list
end

local function run_case(site, found, one)
  local options, paths, texts, wants, source, arguments = nil, {}, {}, {}, nil, {}
  for _, section in ipairs(one.sections) do
    if section.word == "options" then
      local value, problem = galley.yaml.parse(section.text, { name = "options" })
      if value == nil then return nil, problem end
      options = galley.yaml.plain(value)
    elseif section.word == "article" then
      paths[#paths + 1] = section.argument or "article.md"
      texts[paths[#paths]] = section.text
    elseif section.word == "source" then
      source = { name = section.argument or "source.txt", text = section.text }
    elseif section.word == "arguments" then
      for line in section.text:gmatch("[^\n]+") do arguments[#arguments + 1] = line end
    else
      wants[#wants + 1] = section.word
    end
  end
  if found.kind == "import" then
    if not source then return nil, "the case has no source; add a part '--- source: NAME'" end
    paths, texts = { "article.md" }, { ["article.md"] = "" } -- a run has one task at least
  end
  if #paths == 0 then return nil, "the case has no article; add a part '--- article'" end
  local first = paths[1]
  if found.kind == "filter" or found.kind == "edit" then paths = { first } end
  table.sort(paths)
  for i = 2, #paths do
    if paths[i] == paths[i - 1] then return nil, ("two articles are called %s; write '--- article: other.md'"):format(paths[i]) end
  end
  found.options, found.set_in = options, "the case's options"
  -- A case holds whatever the site's addresses look like: one with dates would want a date in every article.
  local case, usual = setmetatable({}, { __index = site }), sites.bare()
  case.content, case.permalink, case.dated_permalink = ".", usual.permalink, usual.dated_permalink
  case.taxonomies = with_usual_keys(site.taxonomies, usual.taxonomies)
  local run = pipeline.open(case, { layout = found.kind == "layout" and found.name or false, no_filters = true,
    now = "2025-01-01", jobs = 1, with = { "draft", "embargoed", "expired" },
    plugins = found.kind == "filter" and { found.path } or nil,
    extra = found.kind ~= "filter" and found.kind ~= "layout" and { found } or nil })
  if not run then return nil, "the plugin could not be started" end
  local engine <close> = run.engine
  if found.kind == "filter" then run.filters[1].options, run.filters[1].set_in = options, found.set_in end
  if found.kind == "filter" then run.filters[1].shown = found.shown end
  if run.layout then run.layout.options, run.layout.set_in = options, found.set_in end
  local said = {}
  run.report = function()
    for _, item in ipairs(engine:diagnostics()) do said[#said + 1] = line_of(item) end
  end
  engine:given(paths)
  for i, path in ipairs(paths) do engine:load_text(i - 1, texts[path]) end
  if run:start() then
    engine:index()
    run:report()
    local alone = found.kind == "filter" or found.kind == "edit" or found.kind == "import"
    if alone or run:phase("filter", #paths) then
      if not alone then engine:index(true) end
      run:phase("test", 1, { kind = found.kind, wants = wants, source = source, arguments = arguments })
    end
  end
  local result = run.results and run.results[1] and run.results[1][2] or {}
  result[found.kind == "check" and "findings" or "messages"] = table.concat(said)
  return result
end

local function label(section) return section.word .. (section.argument and ": " .. section.argument or "") end

local function ends_line(text) return (text == "" or text:find("\n$")) and text or text .. "\n" end

-- The differences as one text; "" when all is as it should be. With `accept` the case is made so.
local function compare(one, result, accept)
  local differences, seen = {}, {}
  for _, section in ipairs(one.sections) do
    if not cases.inputs[section.word] then
      local name = label(section)
      local got = result[name]
      seen[name] = true
      if got == nil then
        differences[#differences + 1] = ("there is no %s"):format(name)
      elseif ends_line(got) ~= ends_line(section.text) then
        differences[#differences + 1] = galley.diff.unified(ends_line(section.text), ends_line(got), name)
        if accept then section.text = ends_line(got) end
      end
    end
  end
  for _, name in ipairs{ "messages", "findings", "status" } do
    local got = result[name]
    if got and got ~= "" and not seen[name] then
      if accept then one.sections[#one.sections + 1] = { word = name, text = got } end
      differences[#differences + 1] = ("%s not expected:\n%s"):format(name == "status" and name or name .. " that are", got)
    end
  end
  local expects = false
  for _ in pairs(seen) do expects = true end
  if not expects and #differences == 0 then
    if accept then
      for _, name in ipairs{ "html", "output" } do
        if result[name] then one.sections[#one.sections + 1] = { word = name, text = ends_line(result[name]) } end
      end
    end
    differences[#differences + 1] = "the case expects nothing; add a part such as '--- html', or run with --accept"
  end
  return table.concat(differences, "\n")
end

function command.run(options)
  local site, status = sites.read(options.site)
  if not site then return status end
  local list
  list, status = choose(site, options)
  if not list then return status end
  local passed, failed, skipped = 0, 0, 0
  for _, found in ipairs(list) do
    local file = cases_file(found)
    local text = read_file(file)
    local parsed, problem
    if not text then
      messages.error(("%s '%s' has no cases; write them into %s"):format(found.kind, found.name, file))
      failed = failed + 1
    elseif not runnable[found.kind] then
      print(("skip - %s: cases of the kind %s are not run"):format(found.name, found.kind))
      skipped = skipped + 1
    else
      parsed, problem = cases.parse(text, file)
      if not parsed then
        problem.severity = "error"
        messages.show(problem)
        failed = failed + 1
      end
    end
    for _, one in ipairs(parsed and parsed.cases or {}) do
      local result, reason = run_case(site, found, one)
      local differences = result and compare(one, result, options.accept) or reason
      if differences == "" then
        passed = passed + 1
        print(("ok - %s: %s"):format(found.name, one.name))
      elseif result and options.accept then
        passed = passed + 1
        print(("ok - %s: %s: accepted anew"):format(found.name, one.name))
      else
        failed = failed + 1
        print(("# %s:%d"):format(file, one.line))
        print((("\n" .. differences):gsub("\n+$", ""):gsub("\n", "\n#   "):sub(2)))
        print(("not ok - %s: %s"):format(found.name, one.name))
      end
    end
    if parsed and options.accept then
      local again = cases.write(parsed)
      if again ~= text then
        local out, why = io.open(file, "wb")
        if not out then
          messages.error(("%s cannot be written: %s"):format(file, why))
          return 3
        end
        out:write(again)
        out:close()
      end
    end
  end
  if #list == 0 then messages.say("no plugin of this site has cases; galley new plugin KIND NAME writes one that has") end
  print(("%d passed, %d failed%s"):format(passed, failed, skipped > 0 and (", %d skipped"):format(skipped) or ""))
  return failed > 0 and 1 or 0
end

return command
