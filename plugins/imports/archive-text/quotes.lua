--- Quotation marks of several languages in running text.
local quotes = {}

-- How marks are used, by the first one that a text has: opening, closing ones.
local styles = {
  { "„", { "“", "”" } }, { "“", { "”" } }, { "«", { "»" } }, { "»", { "«" } }, { "\"", { "\"" } },
}

local function style_of(text)
  local best, at
  for _, style in ipairs(styles) do
    local first = text:find(style[1], 1, true)
    if first and (not at or first < at) then best, at = style, first end
  end
  return best
end

local function first_close(text, style, at)
  local first, last
  for _, close in ipairs(style[2]) do
    local from, to = text:find(close, at, true)
    if from and (not first or from < first) then first, last = from, to end
  end
  return first, last
end

local function words_in(text) return select(2, text:gsub("%S+", "")) end

--- How a paragraph stands to quotations: nil where it has no marks, else
-- { begins = it begins with an opening mark, unclosed = one stays open, whole = all of it is between marks,
--   speech = the longest stretch between marks has at least five words, closed = something is closed in it }.
function quotes.look(text)
  local style = style_of(text)
  if not style then return nil end
  local open, at, most = style[1], 1, 0
  local result = { begins = text:sub(1, #open) == open, unclosed = false, whole = false, closed = false }
  while true do
    local first, last = text:find(open, at, true)
    if not first then break end
    local from, to = first_close(text, style, last + 1)
    most = math.max(most, words_in(text:sub(last + 1, (from or #text + 1) - 1)))
    if not from then
      result.unclosed = true
      break
    end
    result.closed = true
    if first == 1 and to >= #text - 1 then result.whole = true end
    at = to + 1
  end
  if first_close(text, style, 1) and not result.closed and open ~= "\"" then result.closed = true end
  result.speech = most >= 5
  return result
end

--- Whether a line begins with a mark that opens.
function quotes.begins(text)
  for _, style in ipairs(styles) do if text:sub(1, #style[1]) == style[1] then return true end end
  return false
end

return quotes
