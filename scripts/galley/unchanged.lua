--- Builds of which nothing has changed since the last one: its outputs are the ones that a build would make again.
--
-- After a build without errors a record is kept in the site's .galley/builds/, one for each output folder: a number of
-- everything the build could read (core/read/digest.h), and what it said. While that number is the same, and no output was
-- touched since, the next build says the same again and is done. The number is taken before anything is read, and only relied on
-- when no file had changed just before; so a file that changes while a build runs is seen by the next.
--
-- Time changes outputs too: the record holds until the next article's status changes by itself, and none is kept where a plugin
-- looked at ctx.now, unless --now said what it is. Nor is one where a plugin was granted more than the site's own files, or for
-- `serve`, which knows what changed. A record that cannot be written or read is as good as none.
local messages = require("galley.messages")
local plugin = require("galley.plugin")

local unchanged = {}
local record = {}
record.__index = record

local MOST_MESSAGES <const> = 1000

-- Options that decide nothing about the outputs.
local indifferent = { output = true, jobs = true, quiet = true, verbose = true, color = true, site = true, again = true, strict = true, force = true }

-- What was asked for, as text.
local function asked(run, output, options)
  local parts = {}
  for name, value in pairs(options) do
    if type(name) == "string" and not indifferent[name] then
      parts[#parts + 1] = ("%s=%s"):format(name, type(value) == "table" and table.concat(value, "\0") or tostring(value))
    end
  end
  table.sort(parts)
  parts[#parts + 1] = ("galley %s, now %s, output %s"):format(galley.version, run.now_given and run.now or "by the clock", output)
  return table.concat(parts, "\n")
end

-- Files and folders, beside the content folder, that a build reads.
local function read_by(run)
  local site, home = run.site, galley.engine.home
  local paths = { site.file, site.prefix .. "data", site.prefix .. "static", site.prefix .. "layouts", "/proc/self/exe", home .. "/scripts" }
  for _, root in ipairs(plugin.roots(site.prefix)) do paths[#paths + 1] = (root.path:gsub("/$", "")) end
  for _, found in ipairs(run.plugins) do paths[#paths + 1] = found.folder and found.folder:gsub("/$", "") or found.path end
  return paths
end

-- The output folder's own path, also before it is there.
local function absolute(output)
  local whole = galley.files.real(output)
  if whole then return whole end
  local above, name = output:match("^(.-)/*([^/]+)/*$")
  above = galley.files.real(above == "" and (output:find("^/") and "/" or ".") or above)
  return above and name and above:gsub("/$", "") .. "/" .. name or output
end

--- A record for a run whose files are listed, or nil where none can be kept.
function unchanged.open(run, output, options)
  if options.paths or options.whole or options.times or run.site.config.grants then return nil end
  local other, other_at_rest = galley.files.digest(read_by(run))
  if not other then return nil end
  local content, content_at_rest = run.engine:digest()
  local folder = absolute(output)
  local self = setmetatable({ run = run, again = options.again, output = output, at_rest = other_at_rest and content_at_rest, folder = run.site.prefix .. ".galley/builds",
    name = folder:gsub("^/", ""):gsub("[^%w.-]", "_"):sub(-200),
    key = ("%x %x\n%s"):format(other, content, asked(run, folder, options)) }, record)
  self.path = self.folder .. "/" .. self.name .. ".json"
  messages.kept = {}
  return self
end

--- What the last build did, if this one would do nothing; its messages are shown.
function record:same()
  if self.again then return nil end
  local file <close> = io.open(self.path, "rb")
  local known = file and galley.json.parse(file:read("a") or "")
  if type(known) ~= "table" or known.key ~= self.key or math.type(known.at) ~= "integer" then return nil end
  if known.from and not (known.from <= self.run.now and self.run.now < known.holds_until) then return nil end
  local count = galley.engine.untouched(self.output, known.at)
  if not count or count ~= known.outputs then return nil end
  for _, item in ipairs(known.messages) do messages.show(item) end
  return { articles = known.articles, written = 0, unchanged = count, removed = 0, publishing = 0 }
end

--- After a build was published.
function record:keep(done)
  local said = messages.kept
  messages.kept = nil
  local run, holds_until = self.run, nil
  if not run.now_given then holds_until = run.engine:holds_until(run.now) end
  if messages.errors > 0 or not self.at_rest or #said > MOST_MESSAGES or not (run.now_given or holds_until) then
    os.remove(self.path)
    return
  end
  local text = galley.json.write({ key = self.key, at = galley.files.now(), articles = done.articles,
    outputs = done.written + done.unchanged,
    from = holds_until and run.now, holds_until = holds_until, messages = #said > 0 and said or galley.json.parse("[]") })
  if not galley.files.make_folders(self.folder) then return end
  local ignore = self.folder .. "/.gitignore"
  if not galley.files.kind(ignore) then
    local file <close> = io.open(ignore, "wb")
    if file then file:write("*\n") end
  end
  local new <const> = self.path .. ".new"
  local file = io.open(new, "wb")
  if not file then return end
  local written = file:write(text)
  if file:close() and written then os.rename(new, self.path) else os.remove(new) end
end

return unchanged
