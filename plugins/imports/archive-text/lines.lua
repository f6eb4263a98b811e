--- The lines of a saved page as units: paragraphs, lists, and single lines that say what they are.
--
-- Empty lines part units, and so do lines that cannot stand in running text (a date, a marker, a caption); where lines
-- were not broken at some width, also a title's line and the text behind it.
local markers = require("markers")
local quotes = require("quotes")
local text_of = galley.text
local lines = {}

function lines.words(text) return select(2, text:gsub("%S+", "")) end

local function trim(line) return text_of.trim((line:gsub("\u{FEFF}", ""):gsub("\u{200B}", ""))) end

local bullets = { "•", "◦", "▪", "‣", "·", "–", "—", "●", "○", "■", "□", "►", "▶", "➤", "➢", "✓", "✔", "→", "*", "-", "+", "o" }

--- A list item's text, whether the list is ordered, and its number; nil for another line.
function lines.item(line)
  for _, bullet in ipairs(bullets) do
    if line:sub(1, #bullet) == bullet then
      local rest = line:sub(#bullet + 1)
      local text = rest:match("^[ \t]+(.+)$") or rest:match("^\u{A0}+%s*(.+)$")
      if text then return trim(text), false end
    end
  end
  local number, text = line:match("^%(?(%d%d?%d?)[.)][ \t]+(.+)$")
  if number then return trim(text), true, tonumber(number) end
end

-- A text without the marks that close behind its last word.
local function without_marks(text)
  for _, mark in ipairs{ "”", "“", "’", "»", "«" } do
    while #text > #mark and text:sub(-#mark) == mark do text = text_of.trim(text:sub(1, -#mark - 1)) end
  end
  return (text:gsub("[\"')%]]+$", ""))
end

--- Ends as a sentence does, marks that close behind it or not.
function lines.is_sentence(text)
  local bare = without_marks(text)
  return bare:find("[.!?:;]$") ~= nil or bare:sub(-3) == "…"
end

function lines.begins_small(text)
  local letter = text:match("^[%z\1-\x7F\xC2-\xF4][\x80-\xBF]*")
  return letter ~= nil and text_of.upper(letter) ~= letter
end

function lines.has_link(text) return text:find("https?://%S") ~= nil or text:find("%f[%w]www%.%w") ~= nil end

--- Could be a title by itself: short, begins like one, does not end a sentence, is no link, no quotation that goes on.
function lines.is_title(text)
  local words = lines.words(text)
  if words < 2 or words > 24 or #text > 200 or lines.has_link(text) or text:find("%S@%S+%.%S") then return false end
  if lines.begins_small(text) then return false end
  local look = quotes.look(text)
  if look and look.unclosed then return false end
  local bare = without_marks(text)
  if bare:find("[.:;,]$") and not bare:find("%f[%a]%u%.$") or bare:sub(-3) == "…" then return false end
  return true
end

-- What a single line is, as far as it says so: its kind and more about it.
local function kind_of(text)
  if #text > 300 then -- a paragraph: only its beginning can say more
    return lines.item(text) and "list" or markers.is_caption(text_of.lower(text:match("^[%z\1-\x7F]*"):sub(1, 40))) and "caption" or nil
  end
  local lower, words = text_of.lower(text), lines.words(text)
  if markers.is_end(text) then return "ends" end
  if text:find("^[%-_=*~#+%. ]+$") or text:gsub("[•·–—]", "x"):find("^x+$") and #text > 3 then return "separator" end
  if words <= 10 and markers.is_related(lower) then return "related" end
  if words <= 20 and markers.is_related_line(lower) then return "related" end
  if words <= 8 and markers.is_furniture(lower) or words <= 20 and markers.is_filed(lower) then return "furniture" end
  if markers.is_author_label(lower) then return "furniture" end
  local embargoed, ends_at = markers.embargo(text)
  if embargoed then return "embargo", ends_at end
  local date, names = markers.dateline(text)
  if date then return "dateline", date, names end
  local authors, owner = markers.authors(text)
  if authors and words <= 10 then return owner and "owner" or "byline", nil, authors end
  if lines.item(text) then return "list" end
  if markers.is_caption(lower) then return "caption" end
end

-- Whether lines were broken at some width: then a good part of them goes on with a small letter.
local function is_wrapped(chunks)
  local breaks, small = 0, 0
  for _, chunk in ipairs(chunks) do
    for i = 2, #chunk do
      if not lines.item(chunk[i].text) and not lines.item(chunk[i - 1].text) then
        breaks = breaks + 1
        if lines.begins_small(chunk[i].text) and #chunk[i - 1].text > 30 then small = small + 1 end
      end
    end
  end
  return breaks > 0 and small / breaks >= 0.25
end

-- Whether line i of a chunk begins a unit, the lines before it in hand.
local function begins_unit(chunk, i, first, wrapped, width)
  local line, before = chunk[i], chunk[i - 1]
  if before.kind == "list" and line.kind == "list" then return false end
  if before.kind == "caption" and not line.kind and lines.begins_small(line.text) then return false end
  if first.kind == "list" and not line.kind then -- a line of an item that was broken
    return not (line.indented or lines.begins_small(line.text) or wrapped and #before.text > 0.7 * width)
  end
  if line.kind or before.kind then return true end
  if line.underlined or before.underlined then return true end
  if chunk.told and lines.is_title(line.text) and lines.is_title(before.text) then return true end
  if chunk[i - 2] and markers.is_author_label(text_of.lower(chunk[i - 2].text)) then return true end
  if wrapped then
    return i == first.number + 1 and #before.text < 0.75 * width and lines.is_title(before.text) and not lines.begins_small(line.text)
  end
  if first == before and lines.is_title(before.text) and (lines.words(line.text) >= 8 or lines.is_sentence(line.text)) and not lines.begins_small(line.text) then
    return true
  end
  return #before.text >= 60 and #line.text >= 60 and lines.is_sentence(before.text) and not before.text:find(":$") and not lines.begins_small(line.text)
end

-- Lines that are nothing but names, and that the page names as authors or that stand twice below a title: bylines
-- without "by".
local function names_in(chunks)
  local known, seen, before = {}, {}, ""
  for _, chunk in ipairs(chunks) do
    for _, line in ipairs(chunk) do
      local names = #line.text < 100 and markers.authors(line.text)
      if names then
        for _, name in ipairs(names) do known[name] = { name } end
      elseif #line.text < 100 and lines.words(line.text) <= 8 then
        names = lines.is_title(before) and markers.names(line.text)
        if names and seen[line.text] then known[line.text] = names end
        seen[line.text] = seen[line.text] or names
      end
      before = line.text
    end
  end
  return known
end

local function chunks_of(source)
  local chunks, chunk, number, width = {}, nil, 0, 0
  for raw in (source:gsub("\r\n?", "\n"):gsub("\u{2028}", "\n"):gsub("\f", "\n") .. "\n"):gmatch("([^\n]*)\n") do
    number = number + 1
    local bare = trim(raw)
    if bare == "" then
      chunk = nil
    else
      if not chunk then
        chunk = {}
        chunks[#chunks + 1] = chunk
      end
      chunk[#chunk + 1] = { line = number, text = bare, indented = raw:find("^[ \t]") ~= nil, number = #chunk + 1 }
      width = math.max(width, math.min(#bare, 120))
    end
  end
  return chunks, width
end

-- The section's name in capitals right above a title that is not.
local function mark_kicker(chunk)
  local first, second = chunk[1], chunk[2]
  if not second or first.kind or second.kind or lines.words(first.text) > 3 or not first.text:find("%u%u") or not lines.is_title(second.text) then return end
  if text_of.upper(first.text) == first.text and text_of.upper(second.text) ~= second.text and not first.text:find("[%d.:;!?]") and
      not markers.names(first.text) then
    first.kind = "kicker"
  end
end

-- A line of "=" or "-" right below a short one makes it a title, and says nothing itself.
local function underline(chunk)
  for i = #chunk, 2, -1 do
    local text = chunk[i].text
    local mark = text:find("^===+$") and "=" or text:find("^%-%-%-+$") and "-" or nil
    if mark and lines.is_title(chunk[i - 1].text) then
      chunk[i - 1].underlined = mark
      table.remove(chunk, i)
    end
  end
  for i, line in ipairs(chunk) do line.number = i end
end

--- { line, lines = { text... }, text, kind, date, names, gap = an empty line stands before it,
-- underlined = the sign of the line below it }
function lines.units(source)
  local chunks, width = chunks_of(source)
  local wrapped = is_wrapped(chunks)
  local known = names_in(chunks)
  local units = {}
  for _, chunk in ipairs(chunks) do
    underline(chunk)
    for _, line in ipairs(chunk) do
      line.kind, line.date, line.names = kind_of(line.text)
      if not line.kind and known[line.text] then line.kind, line.names = "byline", known[line.text] end
      chunk.told = chunk.told or not wrapped and (line.kind == "dateline" or line.kind == "byline" or line.kind == "related")
    end
    if not wrapped then mark_kicker(chunk) end
    local unit, first
    for i, line in ipairs(chunk) do
      if not unit or begins_unit(chunk, i, first, wrapped, width) then
        unit = { line = line.line, lines = {}, kind = line.kind, underlined = line.underlined, date = line.date, names = line.names, gap = i == 1, index = #units + 1 }
        units[#units + 1], first = unit, line
      end
      unit.lines[#unit.lines + 1] = line.text
    end
  end
  for i, unit in ipairs(units) do
    unit.text = table.concat(unit.lines, " ")
    if wrapped and unit.kind ~= "list" then unit.lines = { unit.text } end
    -- A paragraph of several lines may say as a whole what none of its lines says.
    if not unit.kind and #unit.lines > 1 and #unit.text < 300 then
      local kind = kind_of(unit.text)
      if kind == "caption" or kind == "related" then unit.kind = kind end
    end
    local before = units[i - 1]
    if before and markers.is_author_label(text_of.lower(before.text)) and not unit.kind then -- "Author" above a name
      local names = markers.names(unit.text)
      if names then unit.kind, unit.names = "owner", names end
    end
  end
  return units
end

return lines
