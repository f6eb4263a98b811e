--- What plugins find in ctx, by kind: for "did you mean", and for whose a field is that another kind of plugin asks for.
local closest = require("galley.closest")

local context_names = {}

-- Which kinds have a field; true for all. scripts/api/context.lua says what each is.
local owners = {
  options = true, site = true, corpus = "all kinds but edits and imports, which see one article at a time", now = true, log = true, read = true, files = true, env = true, run = true, words = true,
  render = "layouts", page = "layouts", once = "layouts", body = "layouts", emit = "layouts", url = "layouts", has = "layouts",
  out = "exports and commands", asset = "exports", asset_size = "exports", own = "exports", output_path = "exports",
  lost = "imports", unsure = "imports", note = "imports", file = "imports", rest = "imports",
  exists = "edits", create = "edits", replace = "edits", move = "edits", remove = "edits", changed = "edits",
  report = "checks",
}

local names = closest.keys(owners)

--- Raises an error for a name that is nearly one of ctx's; any other is left to be nil.
function context_names.check(key)
  if type(key) ~= "string" or owners[key] ~= nil then return end
  local hint = closest.hint(key, names, "ctx.")
  if hint ~= "" then error(("ctx has no field '%s'%s"):format(key, hint), 3) end
end

-- What ctx.site has; templates may ask for a name of it on every page.
local site = { title = true, url = true, language = true, description = true, data = true, config = true, taxonomies = true,
  collected = true, authors = true }
local site_names = closest.keys(site)

--- The same for a name of ctx.site's.
function context_names.check_site(key)
  if type(key) ~= "string" or site[key] ~= nil then return end
  local hint = closest.hint(key, site_names, "site.")
  if hint ~= "" then error(("site has no field '%s'%s"):format(key, hint), 3) end
  site[key] = false -- asked for once
end

--- "; ctx.emit is for layouts" for a field that only some kinds have, else "".
function context_names.owner(key)
  if key == "collected" then return "; what combine gives is there when the filters have run: for layouts, exports, checks and commands" end
  if key == "params" then return "; the settings of galley.yaml are in site.config" end
  return type(owners[key]) == "string" and ("; ctx.%s is for %s"):format(key, owners[key]) or ""
end

--- All names, sorted.
function context_names.all() return names end

return context_names
