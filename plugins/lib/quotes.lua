--- Quotation marks of a language, and apostrophes at the beginning of words, over whole blocks.
--
-- The dialect writes English marks: “double”, ‘single’. Here those that make a pair within one block become the
-- marks of the article's language; where the author typed marks of the language, the block stays. A ‘ that closes
-- nowhere and stands before a small letter or a digit is an apostrophe: ’tis, the ’90s.
local quotes = {}

local nbsp = "\u{A0}"

-- Outer and inner marks, for the languages in which English ones are wrong. Those that use both are not here.
local german, swiss, nordic = { "„", "“", "‚", "‘" }, { "«", "»", "‹", "›" }, { "”", "”", "’", "’" }
local slavic, guillemets = { "„", "”", "«", "»" }, { "«", "»", "„", "“" }
local marks = {
  de = german, cs = german, sk = german, sl = german, bg = german, is = german, lt = german, et = german,
  ["de-ch"] = swiss, ["de-li"] = swiss, ["fr-ch"] = swiss,
  fr = { "«" .. nbsp, nbsp .. "»", "“", "”" },
  pl = slavic, ro = slavic, hu = { "„", "”", "»", "«" },
  ru = guillemets, uk = guillemets, be = guillemets,
  nb = { "«", "»", "‘", "’" }, nn = { "«", "»", "‘", "’" }, no = { "«", "»", "‘", "’" },
  sv = nordic, fi = nordic,
}

-- The marks of a language such as de-at, or nil.
function quotes.of(language) return marks[language] or marks[language:match("^%a*")] end

local function is_word(text, at) return text:find("^[%w\x80-\xff]", at) ~= nil and not text:find("^\xE2\x80", at) end

local shortened = { tis = true, twas = true, em = true, til = true }

-- Whether the ‘ whose next byte is at `at` can be nothing but an apostrophe: ’90s.
local function shortens(text, at)
  local word, after = text:match("^(%w+)()", at)
  if not word or text:find("^[\x80-\xff]", after) then return false end
  return word:find("^%d%ds?$") ~= nil or shortened[word:lower()] ~= nil
end

-- The marks of the texts of one block: a list of { text, place, mark, pair }.
local function pairs_of(texts)
  local found, open = {}, {}
  for index, text in ipairs(texts) do
    for at, last in text:gmatch("()\xE2\x80([\x98\x99\x9C\x9D])") do
      local mark = { text = index, at = at, last = last }
      found[#found + 1] = mark
      local top = open[#open]
      if last == "\x9C" or (last == "\x98" and not shortens(text, at + 3)) then
        open[#open + 1] = mark
      elseif last == "\x9D" then
        while top and top.last ~= "\x9C" do -- a single one that has not closed till here is none
          open[#open] = nil
          top = open[#open]
        end
        if top then mark.pair, top.pair, open[#open] = top, mark, nil end
      elseif last == "\x99" and top and top.last == "\x98" and not is_word(text, at + 3) then
        mark.pair, top.pair, open[#open] = top, mark, nil
      end
    end
  end
  return found
end

local function replaced(mark, text, set, apostrophes)
  if not mark.pair then
    if apostrophes and mark.last == "\x98" and text:find("^[%l%d]", mark.at + 3) then return "’" end
  elseif set then
    local single = mark.last == "\x98" or mark.last == "\x99"
    local closes = mark.last == "\x9D" or mark.last == "\x99"
    return set[(single and 3 or 1) + (closes and 1 or 0)]
  end
end

local function set_block(nodes, set, apostrophes)
  local texts = {}
  for index, node in ipairs(nodes) do texts[index] = node.text end
  local whole = table.concat(texts)
  if not whole:find("\xE2\x80[\x98\x9C]") then return end
  if whole:find("„", 1, true) or whole:find("«", 1, true) or whole:find("‚", 1, true) then set = nil end
  local new, from = {}, {}
  for _, mark in ipairs(pairs_of(texts)) do
    local text = texts[mark.text]
    local other = replaced(mark, text, set, apostrophes)
    if other then
      local start = from[mark.text] or 1
      new[mark.text] = (new[mark.text] or "") .. text:sub(start, mark.at - 1) .. other
      from[mark.text] = mark.at + 3
    end
  end
  for index, text in pairs(new) do nodes[index].text = text .. texts[index]:sub(from[index]) end
end

-- Sets the marks of a document. `texts` is a selector of the text nodes to look at, `language` such as "de" or "de-ch"
-- ("" keeps the marks), `apostrophes` whether words may get one at their beginning.
function quotes.set(document, texts, language, apostrophes)
  local set = quotes.of(language)
  if not set and not apostrophes then return end
  local block, nodes = nil, {}
  for node in document:each(texts) do
    local here = node.parent
    while here and here:matches(":inline") do here = here.parent end
    if here ~= block then
      set_block(nodes, set, apostrophes)
      block, nodes = here, {}
    end
    nodes[#nodes + 1] = node
  end
  set_block(nodes, set, apostrophes)
end

return quotes
