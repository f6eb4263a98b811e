--- An article a row: columns are mapped to the front matter by their names, or by option.
--
-- Titles, dates, texts, authors, topics, summaries and addresses are known by the names that they mostly have, in English,
-- German, French and Spanish; other columns become keys of their own. What a column such as private or draft hides is a draft.
local records = require("records")

local options = { separator = { type = "string", default = "", help = "one character; else the one that the first line has most of" } }
for name, option in pairs(records.options) do options[name] = option end

local function separator_of(text)
  local line, best, most = text:match("^[^\n]*"), ",", 0
  for _, mark in ipairs{ ",", ";", "\t" } do
    local _, count = line:gsub(mark, "")
    if count > most then best, most = mark, count end
  end
  return best
end

-- Whether 3/4/2025 is in March: true where a date of the table has a month that large only so, false where one has only the other
-- way round, nil where none says it.
local function month_first(rows, names)
  local first, last
  for _, row in ipairs(rows) do
    for _, name in ipairs(names) do
      local a, b = row[name]:match("^%s*(%d%d?)/(%d%d?)/%d%d%d%d")
      if a and tonumber(a) > 12 then last = true elseif b and tonumber(b) > 12 then first = true end
    end
  end
  if first == last then return nil end
  return first or false
end

return {
  kind = "import", name = "csv", api = 1, options = options,
  description = "An article a row of a table; columns by their names, or --option map=Headline:title,Text:body",
  read = function(source, ctx)
    local text = source:text()
    local told, rest = text:match("^sep=(.)\r?\n(.*)$") -- a line that spreadsheets understand
    if told then text = rest end
    local rows, names = galley.csv.parse(text, { header = true, separator = ctx.options.separator ~= "" and ctx.options.separator or told or separator_of(text) })
    if not rows then error(("%s:%s"):format(source.name, names), 0) end
    local seen = {}
    for _, name in ipairs(names) do
      if seen[name] and name ~= "" then ctx.lost(("two columns are called '%s'; only the last of them is read"):format(name)) end
      seen[name] = true
    end
    local early = month_first(rows, names)
    for _, row in ipairs(rows) do
      local filled = false
      for _, name in ipairs(names) do filled = filled or row[name]:find("%S") ~= nil end
      if filled then coroutine.yield{ row = row, names = names, month_first = early } end
    end
    if #rows == 0 then ctx.unsure("there is no row below the names of the columns") end
  end,
  article = function(entry, ctx) return records.article(entry.row, entry.names, ctx.options, entry.month_first) end,
}
