--- replace_text beside string functions over plain text: random paragraphs, random wishes, texts and nodes put in, the same text afterwards, and
-- what no match touches is left as it was.
--
--     galley lua tests/lua/replace_random_test.lua [PARAGRAPHS [SEED]]

local rounds, seed = tonumber((...)) or 3000, tonumber((select(2, ...))) or 1
local random, make = math.random, galley.node
math.randomseed(seed, 0)

local function one_of(list) return list[random(#list)] end

-- ---------------------------------------------------------------- paragraphs

local letters = { "a", "b", "A", "B", "é", "É", "ß", "Я", "я", " ", " ", ".", "-", "1", "'", "日" }

local function word(most)
  local parts = {}
  for i = 1, random(1, most) do parts[i] = one_of(letters) end
  return table.concat(parts)
end

local function inlines(depth)
  local list = {}
  for i = 1, random(1, 5) do
    local choice = random(12)
    if choice <= 5 or depth > 3 then list[i] = make.text(word(6))
    elseif choice == 6 then list[i] = make.softbreak()
    elseif choice == 7 then list[i] = make.code(word(3))
    elseif choice == 8 then list[i] = random(2) == 1 and make.linebreak() or make.html_inline("<br>")
    elseif choice == 9 then list[i] = make.image { url = "a.png", table.unpack(inlines(depth + 1)) }
    else
      local children = inlines(depth + 1)
      list[i] = choice == 10 and make.emph(children) or choice == 11 and make.strong(children) or make.link { url = "/" .. word(2):gsub("%s", ""), table.unpack(children) }
    end
  end
  return list
end

local transparent = { emph = true, strong = true, link = true, span = true }

--- The runs of a paragraph: what a reader sees as one piece of writing.
local function runs_of(paragraph, inside)
  local runs, open = {}, false
  local function add(text)
    if text == "" then return end
    if not open then runs[#runs + 1], open = "", true end
    runs[#runs] = runs[#runs] .. text
  end
  local function read(node, wanted)
    for child in node:children() do
      local here = wanted or child.type == inside
      if child.type == "text" then
        if here then add(child.text) else open = false end
      elseif child.type == "softbreak" then
        if here then add(" ") else open = false end
      else
        if not transparent[child.type] then open = false end
        read(child, here)
        if not transparent[child.type] then open = false end
      end
    end
  end
  read(paragraph, not inside)
  return runs
end

-- ---------------------------------------------------------------- the same over plain text

local function is_letter(character) return character and character:find("^[%w\x80-\xff]") ~= nil end

local function is_whole(text, first, last)
  local function cuts(at) -- between the bytes at - 1 and at
    if at <= 1 or at > #text then return false end
    local before, after = text:sub(1, at - 1):match("[\0-\x7f\xc2-\xfd][\x80-\xbf]*$"), text:match("^[\0-\x7f\xc2-\xfd][\x80-\xbf]*", at)
    return is_letter(before) and is_letter(after)
  end
  return not cuts(first) and not cuts(last + 1)
end

local folds = { ["é"] = "é", ["É"] = "é", ["Я"] = "я", ["я"] = "я", ["ß"] = "ss" }

--- The places of plain text, without those that an option forbids: { first, last, captures... }.
local function find_all(text, what, options)
  local found, at = {}, 1
  while at <= #text do
    local match
    if options.ignore_case then
      -- Character by character: the shortest piece from here that folds to what is wanted.
      local function fold(part) return (part:gsub("[\0-\x7f\xc2-\xfd][\x80-\xbf]*", function(c) return folds[c] or c:lower() end)) end
      local wanted = fold(what)
      for first = at, #text do
        if not text:find("^[\x80-\xbf]", first) then
          for last = first, #text do
            if not text:find("^[\x80-\xbf]", last + 1) and fold(text:sub(first, last)) == wanted then match = { first, last } break end
          end
        end
        if match then break end
      end
    else
      match = table.pack(text:find(what, at, not options.pattern))
    end
    if not match or not match[1] then break end
    local first, last = match[1], match[2]
    local aligned = not text:find("^[\x80-\xbf]", first) and not text:find("^[\x80-\xbf]", last + 1)
    if last >= first and aligned and (not options.whole_word or is_whole(text, first, last)) then
      found[#found + 1] = match
      at = last + 1
    else
      at = first + 1
    end
    if options.pattern and what:sub(1, 1) == "^" then break end
  end
  return found
end

local function replaced(text, what, with, options)
  local out, at, count = {}, 1, 0
  for _, match in ipairs(find_all(text, what, options)) do
    local whole = text:sub(match[1], match[2])
    local new
    if type(with) == "function" then
      new = with(match[3] or whole, table.unpack(match, 4))
    elseif options.pattern then
      new = with:gsub("%%([%%%d])", function(c) return c == "%" and "%" or c == "0" and whole or match[2 + tonumber(c)] or whole end)
    else
      new = with
    end
    if new then
      out[#out + 1] = text:sub(at, match[1] - 1) .. new
      at, count = match[2] + 1, count + 1
    end
  end
  return table.concat(out) .. text:sub(at), count
end

-- ---------------------------------------------------------------- rounds

local patterns = { "a+", "[ab]", "^a", "^[^a]+", "(a)(b?)", "b$", "%a+", " +", "(%a)%.", "a.-b", "é", "%f[%w]%w+" }
local withs = { "", "X", "yy", "ß", " ", "a" }

local function fail(text)
  print("not ok - replace_text beside plain text: " .. text:gsub("\n", "\\n"))
  error(text, 0)
end

for round = 1, rounds do
  local paragraph = make.paragraph(inlines(1))
  local options = { whole_word = random(4) == 1 or nil, within = random(5) == 1 and "emph" or nil }
  local what, with = word(2), one_of(withs)
  if random(3) == 1 then
    options.pattern, what = true, one_of(patterns)
    if random(3) == 1 then with = "<%0>" elseif what:find("(", 1, true) and random(2) == 1 then with = "%1%%" end
  elseif random(3) == 1 then
    options.ignore_case = true
  end
  if random(4) == 1 then
    local answers = { a = "1", b = "", A = false, ["é"] = "é2" }
    with = function(first) return answers[first] or (#first > 1 and "long" or nil) end
  end
  local runs = runs_of(paragraph, options.within)
  local before, untouched = galley.markdown.html(paragraph), {}
  local wanted, wanted_count = {}, 0
  for _, run in ipairs(runs) do
    local new, count = replaced(run, what, with, options)
    if new ~= "" then wanted[#wanted + 1] = new end
    wanted_count = wanted_count + count
  end
  for node in paragraph:each("code, image, html_inline, linebreak") do untouched[#untouched + 1] = node end
  -- The same text as nodes: what stands in the place of a match is a span.
  local given = with
  if random(3) == 1 and not (options.pattern and type(with) == "string") then
    local function as_nodes(text) return text and (text == "" and {} or random(2) == 1 and make.span{ text } or { make.span{ text } }) end
    given = type(with) == "function" and function(...) return as_nodes(with(...)) end or as_nodes(with)
  end
  local count = paragraph:replace_text(what, given, options)
  local got = table.concat(runs_of(paragraph, options.within), "|")
  local described = ("round %d of seed %d: %q -> %q %s in %s"):format(round, seed, what, tostring(with), galley.json.write(options), before)
  if count ~= wanted_count then fail(("%s: %d, not %d"):format(described, count, wanted_count)) end
  if got ~= table.concat(wanted, "|") then fail(("%s: %q, not %q"):format(described, got, table.concat(wanted, "|"))) end
  for _, node in ipairs(untouched) do
    if node.root ~= paragraph then fail(described .. ": a node was lost") end
  end
  for node in paragraph:each("emph:empty, strong:empty, link:empty, text[text='']") do
    if wanted_count > 0 then fail(described .. ": left empty: " .. node.type) end
  end
  if count == 0 and galley.markdown.html(paragraph) ~= before then fail(described .. ": changed without a match") end
end
print(("ok - replace_text beside plain text, %d paragraphs"):format(rounds))
