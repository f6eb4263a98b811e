--- Phases of commands other than build, one file a family of commands.
local families = { "edit", "render", "plugins", "export", "import", "query", "check", "command", "test" }

return function(engine, host)
  local phases = {}
  for _, family in ipairs(families) do
    for name, phase in pairs(require("galley.phases_" .. family)(engine, host)) do phases[name] = phase end
  end
  return phases
end
