--- Counts articles, words, quotations and speakers a month, a year, an author or a topic.
--
--     galley stats
--     galley stats --by author --since 2025-01-01
--     galley stats --by year --format csv >years.csv
--
-- Speakers are the different people whom quotations name; one who speaks in two months counts in both, and once in
-- the line for all. An article with two authors counts for both.

local columns = { "articles", "words", "quotations", "speakers" }

-- The groups that an article belongs to.
local function groups_of(article, by)
  if by == "month" or by == "year" then
    return { article.date and tostring(article.date):sub(1, by == "month" and 7 or 4) or "no date" }
  end
  local names, list = {}, by == "author" and article.authors or article.topics
  for i = 1, #list do names[i] = list[i].name end
  return #names > 0 and names or { "no " .. by }
end

local function new_group(name) return { name = name, articles = 0, words = 0, quotations = 0, speakers = 0, known = {} } end

local function count(group, words, quotations, speakers)
  group.articles, group.words, group.quotations = group.articles + 1, group.words + words, group.quotations + quotations
  for _, speaker in ipairs(speakers) do
    if not group.known[speaker] then
      group.known[speaker], group.speakers = true, group.speakers + 1
    end
  end
end

-- Names are one, whatever the case of their letters.
local function speakers_of(quotations)
  local speakers = {}
  for _, quotation in ipairs(quotations) do
    local last = quotation.last
    local speaker = last and last.type == "attribution" and last.speaker
    if speaker and speaker ~= "" then speakers[#speakers + 1] = galley.text.lower(speaker) end
  end
  return speakers
end

-- Newest first for dates, else the most articles first; what has none comes last.
local function sorted(groups, by)
  local list = {}
  for _, group in pairs(groups) do list[#list + 1] = group end
  local dates = by == "month" or by == "year"
  local none = "no " .. (dates and "date" or by)
  table.sort(list, function(a, b)
    if (a.name == none) ~= (b.name == none) then return b.name == none end
    if dates then return a.name > b.name end
    if a.articles ~= b.articles then return a.articles > b.articles end
    return a.name < b.name
  end)
  return list
end

local formats = {}

function formats.table(list, by, all, out)
  local width, rows = galley.text.width, { { by, table.unpack(columns) } }
  list[#list + 1] = all
  for _, group in ipairs(list) do
    local row = { group.name }
    for _, column in ipairs(columns) do row[#row + 1] = tostring(group[column]) end
    rows[#rows + 1] = row
  end
  local widths = {}
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row) do widths[i] = math.max(widths[i] or 0, width(cell)) end
  end
  for _, row in ipairs(rows) do
    local line = { row[1] .. (" "):rep(widths[1] - width(row[1])) }
    for i = 2, #row do line[i] = (" "):rep(widths[i] - width(row[i])) .. row[i] end
    out:write(table.concat(line, "  "), "\n")
  end
end

function formats.csv(list, by, _, out)
  for _, group in ipairs(list) do group[by] = group.name end
  out:write(galley.csv.write(list, { columns = { by, table.unpack(columns) }, safe = true }))
end

function formats.json(list, by, _, out)
  local rows = {}
  for i, group in ipairs(list) do
    rows[i] = { [by] = group.name }
    for _, column in ipairs(columns) do rows[i][column] = group[column] end
  end
  out:write(galley.json.write(rows, { indent = 2 }), "\n")
end

return {
  kind = "command",
  name = "stats",
  api = 1,
  options = {
    by = { type = "string", default = "month", choices = { "month", "year", "author", "topic" }, help = "what a line is for" },
    since = { type = "date", help = "only articles of this day or later" },
    before = { type = "date", help = "only articles of earlier days than this" },
    format = { type = "string", default = "table", choices = { "table", "csv", "json" }, help = "table, csv or json" },
  },
  run = function(args, ctx)
    if args[1] then
      ctx.log.error(("stats takes no argument such as '%s'; galley stats --help lists its options"):format(args[1]))
      return 2
    end
    local options, bounds = ctx.options, {}
    for _, name in ipairs{ "since", "before" } do
      if options[name] then
        local date, problem = galley.date.parse(options[name])
        if not date then
          ctx.log.error(("--%s: %s"):format(name, problem))
          return 2
        end
        bounds[name] = date
      end
    end
    local groups, all = {}, new_group("all")
    for article in ctx.corpus.articles:each() do
      local date = article.date
      local late = not bounds.since or (date and date >= bounds.since)
      local early = not bounds.before or (date and date < bounds.before)
      if late and early then
        local quotations, words = article:quotes(), article:words()
        local speakers = speakers_of(quotations)
        count(all, words, #quotations, speakers)
        for _, name in ipairs(groups_of(article, options.by)) do
          groups[name] = groups[name] or new_group(name)
          count(groups[name], words, #quotations, speakers)
        end
      end
    end
    formats[options.format](sorted(groups, options.by), options.by, all, ctx.out)
  end,
}
