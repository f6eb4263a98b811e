--- Phases of commands other than build, one file a family of commands, loaded when one of them is run first.
local family_of = {
  check = "check", command = "command", edit = "edit", site = "edit", relink = "edit", select = "export", entries = "export",
  export = "export", import = "import", plugins = "plugins", query = "query", render = "render", test = "test",
}
local needs = { test = { "check", "command" } } -- which lend functions to the host

--- Adds them to `phases`. An export's are loaded at once: it says how much of the articles is kept before they are read.
return function(engine, host, phases)
  local loaded = {}
  local function load_family(family)
    if loaded[family] then return end
    loaded[family] = true
    for _, other in ipairs(needs[family] or {}) do load_family(other) end
    for name, phase in pairs(require("galley.phases_" .. family)(engine, host)) do rawset(phases, name, phase) end
  end
  if #host.exporters > 0 then load_family("export") end
  return setmetatable(phases, { __index = function(_, name)
    if not family_of[name] then return nil end
    load_family(family_of[name])
    return rawget(phases, name)
  end })
end
