--- galley query: articles for which a Lua expression holds, as a table, CSV, JSON or paths.
local closest = require("galley.closest")
local json = require("galley.ordered_json")
local messages = require("galley.messages")
local pipeline = require("galley.pipeline")
local select_articles = require("galley.select")
local sites = require("galley.site")

local command = {
  summary = "finds articles by a Lua expression; shows any of their fields",
  usage = "query [EXPR] [--show a,b] [--sort k] [--limit n] [--format table|csv|json|ndjson|paths]",
  text = "EXPR is Lua over an article's fields: title, date, authors, topics, status, words, meta, and any key of\n" ..
    "its front matter. has(list, name) asks for a member. For example:\n\n" ..
    "  galley query 'date > \"2024\" and has(topics, \"research\")' --show date,title,words --sort -words\n" ..
    "  galley query '#images == 0 and not summary' --format paths\n\n" ..
    "Drafts are there too (status == \"draft\"); filters do not run, unless asked for.",
  most = 1,
  options = {
    { name = "show", value = "A,B", help = "columns: fields, or Lua expressions (default: date,title,path)" },
    { name = "sort", value = "KEY", help = "by a field or expression; -KEY for the reverse (default: newest first)" },
    { name = "limit", short = "n", value = "N", type = "integer", help = "at most N articles" },
    { name = "format", short = "f", value = "FORMAT", choices = { "table", "csv", "json", "ndjson", "paths" },
      help = "table (default), csv, json, ndjson or paths" },
    { name = "filters", help = "run the site's filters first" },
    { name = "now", value = "DATE", help = "the date that decides on embargoes and expiry (default: today)" },
    { name = "jobs", short = "j", value = "N", type = "integer", help = "worker processes (default: one a processor)" },
  },
}

-- "a,f(b,c)" at the commas outside brackets and quotes.
local function split(text)
  local parts, depth, quote, from, i = {}, 0, nil, 1, 1
  while i <= #text do
    local c = text:sub(i, i)
    if quote then
      if c == "\\" then i = i + 1 elseif c == quote then quote = nil end
    elseif c == '"' or c == "'" then quote = c
    elseif c:find("[%(%[{]") then depth = depth + 1
    elseif c:find("[%)%]}]") then depth = depth - 1
    elseif c == "," and depth == 0 then
      parts[#parts + 1] = text:sub(from, i - 1)
      from = i + 1
    end
    i = i + 1
  end
  parts[#parts + 1] = text:sub(from)
  for index, part in ipairs(parts) do parts[index] = part:match("^%s*(.-)%s*$") end
  return parts
end

-- A key of front matter such as cover-image is a column too.
local function expression(column)
  if column:find("^[%a_][%w_-]*$") and column:find("-", 1, true) then return ("meta[%q]"):format(column) end
  return column
end

-- Whether bodies must be parsed: when any of what only they can tell is named.
local body_fields = { "words", "text", "links", "images", "headings", "quotes", "document", "html", "excerpt", "summary",
  "article" }
local function needs_bodies(texts)
  for _, text in ipairs(texts) do
    for _, name in ipairs(body_fields) do
      if text:find("%f[%w_]" .. name .. "%f[^%w_]") then return true end
    end
  end
  return false
end

local function less(a, b)
  if type(a) ~= type(b) then return tostring(a) < tostring(b) end
  if type(a) == "boolean" then return not a and b end
  return a < b
end

local function sort_rows(rows, reverse)
  table.sort(rows, function(one, other)
    local a, b = one.key, other.key
    if a ~= nil and b ~= nil then
      if reverse then a, b = b, a end
      if less(a, b) then return true end
      if less(b, a) then return false end
    elseif (a == nil) ~= (b == nil) then
      return b == nil -- what has no value comes last
    end
    return one.position < other.position
  end)
end

-- ---- formats ----

local formats = {}

local function one_line(text)
  return (text:gsub("[\0-\31\127]", function(c) return c:find("[\t\n\r]") and " " or ("\\x%02X"):format(c:byte()) end))
end

local width = galley.text.width

function formats.table(columns, rows)
  if #rows == 0 then return end
  local widths, cells = {}, {}
  for i, column in ipairs(columns) do widths[i] = width(column) end
  for r, row in ipairs(rows) do
    cells[r] = {}
    for i in ipairs(columns) do
      cells[r][i] = one_line(row.values[i])
      widths[i] = math.max(widths[i], width(cells[r][i]))
    end
  end
  -- On a terminal the widest columns give way until a row fits.
  local room = galley.files.terminal("stdout") or tonumber(os.getenv("COLUMNS") or "")
  if room then
    local total = 2 * (#columns - 1)
    for _, w in ipairs(widths) do total = total + w end
    while total > room do
      local widest = 1
      for i, w in ipairs(widths) do if w > widths[widest] then widest = i end end
      if widths[widest] <= 8 then break end
      widths[widest], total = widths[widest] - 1, total - 1
    end
  end
  local function line(values)
    local parts = {}
    for i in ipairs(columns) do
      local text = values[i]
      if width(text) > widths[i] then
        local cut = utf8.len(text) and widths[i] or #text
        repeat
          text = text:sub(1, (utf8.offset(values[i], cut + 1) or #values[i] + 1) - 1)
          cut = cut - 1
        until width(text) <= widths[i] - 1 or cut == 0
        text = text .. "…"
      end
      parts[i] = i == #columns and text or text .. (" "):rep(widths[i] - width(text))
    end
    return (table.concat(parts, "  "):gsub("%s+$", ""))
  end
  print(line(columns))
  local rules = {}
  for i in ipairs(columns) do rules[i] = ("-"):rep(widths[i]) end
  print(line(rules))
  for _, values in ipairs(cells) do print(line(values)) end
end

-- RFC 4180: lines end in CR LF, fields with commas, quotes or line ends are quoted.
function formats.csv(columns, rows)
  local function line(values)
    local parts = {}
    for i, value in ipairs(values) do
      parts[i] = value:find('[,"\r\n]') and '"' .. value:gsub('"', '""') .. '"' or value
    end
    io.stdout:write(table.concat(parts, ","), "\r\n")
  end
  line(columns)
  for _, row in ipairs(rows) do line(row.values) end
end

local function object(columns, row)
  local parts = {}
  for i, column in ipairs(columns) do parts[i] = json.string(column) .. ": " .. row.values[i] end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

function formats.json(columns, rows)
  local lines = {}
  for i, row in ipairs(rows) do lines[i] = "  " .. object(columns, row) end
  print(#lines == 0 and "[]" or "[\n" .. table.concat(lines, ",\n") .. "\n]")
end

function formats.ndjson(columns, rows)
  for _, row in ipairs(rows) do print(object(columns, row)) end
end

function formats.paths(_, rows, prefix)
  for _, row in ipairs(rows) do print(prefix .. row.values[1]) end
end

-- ---- the command ----

local size = 64 -- articles a task

local function wrong(what, text, problem)
  messages.error(("%s '%s': %s"):format(what, text, problem))
  return 2
end

function command.run(options)
  local format = options.format or "table"
  local columns = format == "paths" and { "path" } or split(options.show or "date,title,path")
  local show, sort, reverse = {}, options.sort, false
  if sort and sort:find("^%-") then sort, reverse = sort:sub(2), true end
  sort = sort and expression(sort)
  for i, column in ipairs(columns) do
    if column == "" then return wrong("--show", options.show, "a column is empty; write --show date,title") end
    show[i] = expression(column)
    local _, problem = select_articles.compile(show[i])
    if problem then return wrong("--show", column, problem) end
  end
  local _, problem = select_articles.compile(options[1] or "true")
  if problem then return wrong("the expression", options[1], problem) end
  _, problem = select_articles.compile(sort or "true")
  if problem then return wrong("--sort", options.sort, problem) end

  local site, status = sites.read(options.site)
  if not site then return status end
  local run
  run, status = pipeline.open(site, { layout = false, no_filters = not options.filters, now = options.now, jobs = options.jobs,
    with = { "draft", "embargoed", "expired" } })
  if not run then return status end
  local engine <close> = run.engine
  local texts = table.move(show, 1, #show, 3, { options[1] or "", sort or "" })
  -- What is doubtful in the articles is for build and check to say.
  local quiet = messages.quiet
  messages.quiet = quiet or not messages.verbose
  local whole = run:corpus(options.filters or needs_bodies(texts))
  messages.quiet = quiet
  if not whole then return 1 end
  local _, count = engine:counts()
  local argument = { where = options[1], show = show, sort = sort, size = size, count = count,
    json = format == "json" or format == "ndjson" }
  if not run:phase("query", (count + size - 1) // size, argument) then return 1 end

  local rows, failed = {}, 0
  local given, asked = {}, {}
  for _, entry in ipairs(run.results) do
    for _, row in ipairs(entry[2].rows) do
      rows[#rows + 1] = row
      for i, there in ipairs(row.given) do given[i] = given[i] or there end
    end
    for _, names in ipairs(entry[2].asked) do
      for name, there in pairs(names) do asked[name] = asked[name] or there end
    end
    for _, one in ipairs(entry[2].problems) do
      failed = failed + 1
      if failed <= 3 then
        messages.show{ severity = "error", file = site.content_prefix .. one.file, message = one.message }
      end
    end
  end
  if failed > 3 then messages.error(("and so in %d more article%s"):format(failed - 3, failed == 4 and "" or "s")) end
  if sort then sort_rows(rows, reverse) end
  local found = #rows
  if options.limit then rows = table.move(rows, 1, math.min(options.limit, #rows), 1, {}) end
  formats[format](columns, rows, site.content_prefix)
  io.stdout:flush()
  if failed == 0 then
    for _, text in ipairs(select_articles.unknown(asked)) do messages.warning(text) end
  end
  if found > 0 and options.show then
    for i, column in ipairs(columns) do
      if not given[i] and show[i]:find("^[%a_][%w_]*$") then
        local hint = closest.hint(column, select_articles.names)
        messages.warning(("none of these articles has '%s'%s"):format(column, hint:find("'" .. column .. "'", 1, true) and "" or hint))
      end
    end
  end
  if format == "table" then messages.detail(("%d of %d articles"):format(found, count)) end
  return (failed > 0 or messages.errors > 0) and 1 or 0
end

return command
