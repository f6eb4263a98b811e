--- Typography: blanks that keep a number with its unit, dashes, and what else the house wants.
--
-- Quotation marks and `--` are the dialect's (`markdown: default,-smart` switches them off); in an article whose
-- `lang` (else the site's `language`) is German, French, Polish and so on they become that language's. Code,
-- addresses and what is in `except` are left alone.
local quotes = require("quotes")

local nbsp, narrow = "\u{A0}", "\u{202F}"

-- A unit ends where no letter or digit follows.
local function ends_word(text, at) return at > #text or not text:find("^[%w_\x80-\xff]", at) end

local function units(text, set, blank)
  return (text:gsub("(%d)[ ]()(%a[%w%^/]*)()", function(digit, _, word, after)
    if set[word] and ends_word(text, after) then return digit .. blank .. word end
  end):gsub("(%d) (%%)", "%1" .. blank .. "%2"))
end

local short = {}
for month in ("Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec"):gmatch("%a+") do short[month] = true end

local months_of = {} -- by the words of a language: its months' names as a set

local function dates(text, words)
  local months = months_of[words]
  if not months then
    months = {}
    for _, month in ipairs(words.months) do months[month] = true end
    months_of[words] = months
  end
  local english = words.language:find("^en%f[%A]")
  return (text:gsub("%f[%w](%d%d?%.?) ([%a\x80-\xff]+)", function(day, word)
    if months[word] or english and short[word] then return day .. nbsp .. word end
  end))
end

local function titles(text, set, numbered)
  return (text:gsub("%f[%w](%a+)(%.?) %f[%u%d]()", function(word, stop, at)
    if set[word] or (numbered[word] and text:find("^%d", at)) then return word .. stop .. nbsp end
  end))
end

-- 10-20 is a range; a telephone number, a date and what stands behind capitals (NIST 800-53) is none.
local function ranges(text)
  return (text:gsub("()%f[%w%-/.](%d+)%-(%d+)%f[^%w%-/]()", function(from, first, last, to)
    local before, after = text:sub(from - 1, from - 1), text:sub(to, to)
    if before:find("[%w%-/.]") or after:find("[%w%-/]") or text:find("^%.%d", to) then return nil end
    if text:sub(1, from - 1):find("%u%u[%u%d]* $") then return nil end
    if #first > 4 or #last > #first or first:find("^0%d") or last:sub(1, 1) == "0" then return nil end
    if last > first:sub(-#last) then return first .. "–" .. last end -- 1914-18 goes on as 14-18 does
  end))
end

-- 3 x 4 and 3x4 are products; Windows 10 x64, 2x 3 and 0x10 are none.
local function products(text)
  local signs = 0
  text, signs = text:gsub("()%f[%w]([1-9]%d*)( ?)[xX]( ?)()%f[%d]", function(from, number, before, after, to)
    if before ~= after or (before == "" and text:sub(from - 1, from - 1):find("[_-]")) then return nil end
    local ends = text:match("^[%d.,]*()", to)
    if text:find("^[%a_-]", ends) and not text:find("^[xX]%d", ends) and not text:find("^%l%l?%f[^%w]", ends) then return nil end
    return number .. " × "
  end)
  return signs > 0 and text:gsub("(× %d[%d.,]*) ?[xX] ?%f[%d]", "%1 × ") or text -- and a third side
end

-- Marks behind digits that close no quotation are primes: 5′ 10″. `open` counts what is open in the block.
local function primes(text, open)
  text = text:gsub("%f[^%s\0]‘([nN])’%f[%s\0]", "’%1’") -- rock ’n’ roll
  return (text:gsub("()\xE2\x80([\x98\x99\x9C\x9D])", function(at, mark)
    local measures = text:find("^%d", at - 1)
    if mark == "\x9C" then open.double = open.double + 1
    elseif mark == "\x98" then open.single = open.single + 1
    elseif mark == "\x9D" then
      if open.double > 0 then open.double = open.double - 1
      elseif measures then return "″"
      elseif text:find("^[^%s.,;:!?)%]]", at + 3) then open.double = 1 -- it opens what it stands before: FLAGS="-j1"
      end
    elseif open.single > 0 and not text:find("^[%w\x80-\xff]", at + 3) then open.single = open.single - 1
    elseif open.single == 0 and measures and text:find("^ ?%d", at + 3) then return "′"
    end
  end))
end

-- Blanks that French typography has; those that the author typed are taken, whatever they are.
local function french(text)
  for _, blank in ipairs{ nbsp, narrow } do
    text = text:gsub(blank .. "([;:!?])", " %1"):gsub(blank .. "»", " »"):gsub("«" .. blank, "« ")
  end
  text = text:gsub("(.?)( ?)([;!?]+)%f[^;!?%w/=&#_%%-]", function(before, blank, marks)
    if before:find("[%(%[%s]") and blank == "" and before ~= " " then return nil end
    if before == " " then return narrow .. marks end
    return before .. narrow .. marks
  end)
  text = text:gsub("%f[%d](%d%d?%d?) %f[%d](%d%d%d)%f[^%d]", "%1" .. narrow .. "%2")
    :gsub("(" .. narrow .. "%d%d%d) (%d%d%d)%f[^%d]", "%1" .. narrow .. "%2"):gsub("(%d) €", "%1" .. nbsp .. "€")
  return (text:gsub(" :", nbsp .. ":"):gsub("« ?", "«" .. nbsp):gsub(" ?»", nbsp .. "»"))
end

local function block_of(node)
  node = node.parent
  while node and node:matches(":inline") do node = node.parent end
  return node
end

local function set_of(list)
  local set = {}
  for _, word in ipairs(list) do set[tostring(word)] = true end
  return set
end

local sets = setmetatable({}, { __mode = "k" }) -- from the options' lists, made once

local function kept(list)
  sets[list] = sets[list] or set_of(list)
  return sets[list]
end

return {
  kind = "filter",
  name = "typography",
  api = 1,
  options = {
    units = { type = "list", default = { "kg", "g", "mg", "km", "m", "cm", "mm", "ml", "l", "kWh", "MW", "GW", "GB", "MB", "mph",
      "million", "billion", "per" }, help = "words that stay with the number before them" },
    titles = { type = "list", default = { "Dr", "Mr", "Mrs", "Ms", "Prof", "Professor", "Sir", "Dame" },
      help = "words that stay with the name or number that follows" },
    numbered = { type = "list", default = { "No", "Nos", "Figure", "Fig", "Table", "Chapter", "Section", "Page" },
      help = "words that stay with the number that follows" },
    dates = { type = "boolean", default = true, help = "the day stays with the month" },
    ranges = { type = "boolean", default = true, help = "10-20 becomes 10–20, 3 x 4 becomes 3 × 4" },
    dashes = { type = "string", choices = { "keep", "em", "en" }, default = "keep", help = "between words: em joins—them, en stands – apart" },
    primes = { type = "boolean", default = true, help = "5' 10\" becomes 5′ 10″" },
    ellipsis = { type = "boolean", default = true, help = "... becomes …" },
    thin = { type = "boolean", default = false, help = "a narrow blank before a unit" },
    french = { type = "boolean", help = "blanks before ; : ! ? and within « » (default: in articles whose lang is fr, but not fr-CA)" },
    quotes = { type = "string", choices = { "language", "keep" }, default = "language", help = "language: „so“ or «so», as the article's language has them" },
    apostrophes = { type = "boolean", default = true, help = "at the beginning of a word: ’90s, ’tis" },
    widows = { type = "boolean", default = false, help = "the last two words of a heading stay together" },
    except = { type = "string", default = "code, directive[name=raw]", help = "a selector of what is left alone" },
  },
  article = function(article, ctx)
    local options = ctx.options
    local of_unit, of_title, of_number = kept(options.units), kept(options.titles), kept(options.numbered)
    local language = (article.lang or ctx.site.language or ""):lower():gsub("_", "-")
    local words = ctx.words(article.lang)
    local is_french = options.french
    if is_french == nil then is_french = language:find("^fr%f[%A]") ~= nil and language ~= "fr-ca" end
    local blank = options.thin and narrow or nbsp
    local block, open
    local texts = options.except:find("%S") and "text:not(:within(" .. options.except .. "))" or "text"
    for node in article.document:each(texts) do
      local old = node.text
      local text = old
      if options.primes and text:find("\xE2\x80[\x98-\x9D]") then
        local here = block_of(node)
        if here ~= block then block, open = here, { single = 0, double = 0 } end
        text = primes(text, open)
      end
      if text:find("%d") then
        if options.ranges then text = products(ranges(text)) end
        text = units(text, of_unit, blank)
        if options.dates then text = dates(text, words) end
      end
      text = titles(text, of_title, of_number)
      if options.ellipsis then text = text:gsub("%f[.]%.%.%.%f[^.]", "…") end
      if options.dashes == "em" then
        text = text:gsub(" – ", "—"):gsub(" — ", "—"):gsub(" %- ", "—")
      elseif options.dashes == "en" then
        text = text:gsub(" ?— ?", nbsp .. "– "):gsub(" [%-–] ", nbsp .. "– "):gsub(" – ", nbsp .. "– ")
      end
      if is_french then text = french(text) end
      if text ~= old then node.text = text end
    end
    if options.apostrophes or options.quotes == "language" then
      quotes.set(article.document, texts, options.quotes == "language" and language or "", options.apostrophes)
    end
    if not options.widows then return end
    for heading in article.document:each("heading") do
      local last = heading.last
      if last and last.type == "text" then
        local first, tail = last.text:match("^(.*%S.*) (%S+)$")
        if first and first:find(" ") then last.text = first .. nbsp .. tail end
      end
    end
  end,
}
