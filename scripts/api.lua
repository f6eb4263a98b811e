--- galley api: the reference of Galley's Lua functions, for people, editors and the manual.
local messages = require("galley.messages")
local closest = require("galley.closest")
local reference = require("galley.reference")
local shipped = require("galley.shipped")
local sites = require("galley.site")

local command = {
  summary = "shows what Lua functions there are and what they do",
  usage = "api [NAME]",
  text = "NAME is a module, a kind of object, or a function: text, text.wrap, node, node:find. With --types it\n" ..
    "prints the type file for editors that use LuaLS: put it beside your plugins as galley.d.lua.",
  most = 1,
  options = {
    { name = "types", help = "print the type file for editors" },
    { name = "pages", value = "DIR", help = "write the manual's folders reference and shipped into DIR" },
  },
}

local function write_pages(folder, site)
  local pages, status = shipped.pages(site)
  if not pages then return status end
  for _, page in ipairs(reference.pages()) do pages[#pages + 1] = { "reference/" .. page[1], page[2] } end
  for _, page in ipairs(pages) do
    galley.files.make_folders(folder .. "/" .. page[1]:match("^[^/]*"))
    local file, problem = io.open(folder .. "/" .. page[1], "wb")
    if not file then
      messages.error(problem)
      return 3
    end
    file:write(page[2])
    file:close()
  end
  return 0
end

local function show_entry(module, entry)
  local out = { reference.call(module, entry), "    " .. entry.what:gsub("\n", "\n    ") }
  for _, parameter in ipairs(entry.parameters or {}) do out[#out + 1] = ("    %s (%s): %s"):format(reference.split(parameter)) end
  for _, result in ipairs(entry.result or {}) do out[#out + 1] = "    gives " .. result end
  if entry.units then out[#out + 1] = "    units: " .. entry.units end
  if entry.errors then out[#out + 1] = "    errors: " .. entry.errors end
  if entry.example then
    out[#out + 1] = "\n    " .. entry.example:gsub("\n", "\n    ")
    if entry.gives then out[#out + 1] = "    --> " .. entry.gives:gsub("\n", "\n        ") end
  end
  print(table.concat(out, "\n") .. "\n")
end

local function show_module(module)
  print(module.title .. "\n\n" .. module.what .. "\n")
  for _, field in ipairs(module.fields or {}) do print(("  %-14s %-12s %s"):format(reference.split(field))) end
  for _, entry in ipairs(module.entries or {}) do
    print(("  %s\n      %s"):format(reference.call(module, entry), reference.first(entry.what)))
  end
end

function command.run(options)
  if options.types then
    io.write(reference.types())
    return 0
  end
  if options.pages then
    local site, status = sites.read(options.site)
    return site and write_pages(options.pages, site) or status
  end
  local wanted = options[1] and options[1]:gsub("^galley%.", ""):gsub("%(.*$", "")
  local known, found = {}, false
  for _, module in ipairs(reference.modules()) do
    if not wanted then
      print(("%-12s %s"):format(module.name, reference.first(module.what)))
    elseif wanted:lower() == module.name:lower() or wanted == module.variable then
      show_module(module)
      found = true
    end
    known[#known + 1] = module.name
    for _, entry in ipairs(module.entries or {}) do
      local name = module.name .. "." .. entry.name
      known[#known + 1] = name
      if wanted and (wanted == name or wanted == (module.variable or "") .. ":" .. entry.name or wanted == entry.name) then
        show_entry(module, entry)
        found = true
      end
    end
  end
  if wanted and not found then
    messages.error(("there is no '%s'%s; galley api lists what there is"):format(wanted, closest.hint(wanted, known)))
    return 2
  end
  return 0
end

return command
