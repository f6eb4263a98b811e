--- The text of an author's archive, saved from a browser: finds the articles in it, and says how sure it is.
--
-- Nothing in such a text is marked, so every block (the lines between empty ones) is judged by what it looks like and
-- by what stands around it. A block that is short and ends like a title is one where something before it can end an
-- article (the beginning, a related marker, ENDS and its notes, a caption, a paragraph) and what follows reads like a
-- lead: a full sentence. Each article gets a confidence, and whatever was a guess is told.

local node, text_of = galley.node, galley.text

-- ---- blocks ----

local function words_in(text)
  local count = 0
  for _ in text:gmatch("%S+") do count = count + 1 end
  return count
end

local function trim(line) return text_of.trim((line:gsub("\u{FEFF}", ""))) end

local bullets = { "•", "◦", "▪", "‣", "·", "–", "*", "-", "o" }

-- The item's text and whether the list is ordered; nil for another line.
local function item_of(line)
  for _, bullet in ipairs(bullets) do
    if line:sub(1, #bullet) == bullet then
      local rest = line:sub(#bullet + 1)
      local text = rest:match("^[ \t]+(.+)$") or rest:match("^\u{A0}+%s*(.+)$")
      if text then return trim(text), false end
    end
  end
  local number, text = line:match("^(%d%d?%d?)[.)][ \t]+(.+)$")
  if number then return trim(text), true, tonumber(number) end
end

-- { line, lines = { trimmed text... }, text, indented }
local function blocks_of(source)
  local blocks, block, number = {}, nil, 0
  for line in (source:gsub("\r\n?", "\n"):gsub("\u{2028}", "\n") .. "\n"):gmatch("([^\n]*)\n") do
    number = number + 1
    local bare = trim(line)
    if bare == "" then
      block = nil
    else
      if not block then
        block = { line = number, lines = {}, indented = line:find("^[ \t]") ~= nil }
        blocks[#blocks + 1] = block
      end
      block.lines[#block.lines + 1] = bare
    end
  end
  for _, one in ipairs(blocks) do one.text = table.concat(one.lines, " ") end
  return blocks
end

-- ---- what a block looks like by itself ----

local furniture = { "^skip to ", "^main menu$", "^menu$", "^search$", "^home$", "^share this", "^share on ", "^share$",
  "^print this page", "^back to top", "^cookie", "^accept all cookies", "^subscribe$", "^log in$", "^sign in$", "^page %d+ of %d+$",
  "^next page", "^previous page", "^older posts", "^newer posts", "^load more", "^read more$", "^©", "^all rights reserved",
  "^follow us", "^tweet$", "^facebook$", "^twitter$", "^linkedin$" }

local related = { "^you might also be interested in", "^you may also be interested in", "^you may also like", "^you might also like",
  "^related articles", "^related stories", "^related news", "^related posts", "^related content", "^related links$",
  "^more on this story", "^more like this", "^read next", "^see also:?$", "^more from ", "^recommended for you", "^also in the news" }

local captions = { "^main image caption", "^image caption", "^caption[:%s]", "^photo caption", "^picture caption", "^image:", "^photo:",
  "^pictured:?%s", "^picture:", "^photograph:", "^above:", "^below:", "^left:", "^right:", "^l%-r:?%s", "^l to r:?%s" }

local function matches(text, patterns)
  local lower = text_of.lower(text)
  for _, pattern in ipairs(patterns) do if lower:find(pattern) then return true end end
  return false
end

local function ends_mark(text)
  local bare = text_of.lower(text):gsub("[%s%-–—*#.]", "")
  return bare == "ends" or bare == "end" or (bare == "" and text:find("^#[# ]*#$") ~= nil)
end

local months = "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec"
local known_month = {}
for month in months:gmatch("%S+") do known_month[month] = true end

-- A line that is nothing but a date: the date.
local function date_of(text)
  local bare = text:gsub("^[Pp]ublished:?%s*", ""):gsub("^[Pp]osted on:?%s*", ""):gsub("^[Pp]osted:?%s*", ""):gsub("^[Dd]ate:?%s*", "")
    :gsub("^[Oo]n%s+", ""):gsub("^%a+day,?%s+", ""):gsub("(%d)st%f[%W]", "%1"):gsub("(%d)nd%f[%W]", "%1"):gsub("(%d)rd%f[%W]", "%1")
    :gsub("(%d)th%f[%W]", "%1")
  if #bare > 40 or not bare:find("%d") then return nil end
  local has = bare:find("^%d%d%d%d%-%d%d%-%d%d") ~= nil or bare:find("^%d%d?[/.]%d%d?[/.]%d%d%d%d$") ~= nil
  for word in text_of.lower(bare):gmatch("%a+") do has = has or known_month[word] or false end
  if not has then return nil end
  for _, pattern in ipairs{ false, "%d %B %Y", "%B %d, %Y", "%B %d %Y", "%d %B, %Y", "%d %b %Y", "%b %d, %Y", "%d/%m/%Y", "%d.%m.%Y" } do
    local date = pattern and galley.date.parse(bare, pattern) or not pattern and galley.date.parse(bare)
    if date then return tostring(date) end
  end
end

local function author_of(text)
  local name = text:match("^[Aa]uthors?:%s*(.+)$") or text:match("^[Ww]ritten by:?%s+(.+)$") or text:match("^[Aa]ll posts by:?%s+(.+)$")
    or text:match("^[Aa]rticles by:?%s+(.+)$") or text:match("^[Pp]osts by:?%s+(.+)$") or text:match("^By:?%s+(%u[^.]*)$")
  if name and words_in(name) <= 6 and not name:find("[.?!]$") then return trim(name) end
end

local opening = { ["“"] = "”", ["\""] = "\"", ["«"] = "»", ["„"] = "“" }

-- How a text stands to quotation marks: how many open and close in it, whether it begins with one and ends within it.
local function quotes_in(text)
  local opened, closed, straight = 0, 0, 0
  for _ in text:gmatch("“") do opened = opened + 1 end
  for _ in text:gmatch("”") do closed = closed + 1 end
  for _ in text:gmatch("\"") do straight = straight + 1 end
  return opened, closed, straight
end

local function begins_quote(text)
  for mark in pairs(opening) do if text:sub(1, #mark) == mark then return mark end end
end

-- The longest stretch between marks, in words: speech rather than a word set in marks.
local function speech_words(text)
  local most = 0
  local function try(open, close)
    local at = 1
    while true do
      local first, start = text:find(open, at, true)
      if not first then break end
      local last = text:find(close, start + 1, true)
      most = math.max(most, words_in(text:sub(start + 1, (last or #text + 1) - 1)))
      if not last then break end
      at = last + #close
    end
  end
  try("“", "”")
  try("\"", "\"")
  return most
end

-- Looks like running text: it ends as a sentence does.
local function is_sentence(text)
  local bare = text:gsub("[”’\"')%]]+$", "")
  return bare:find("[.!?:;…]$") ~= nil or bare:find("…$") ~= nil
end

local function has_link(text) return text:find("https?://%S") ~= nil or text:find("%f[%w]www%.%w") ~= nil end

-- Could be a title by itself: short, begins like one, does not end a sentence, is no link, no quotation.
local function title_like(block)
  local text = block.text
  local words = words_in(text)
  if #block.lines > 2 or words < 2 or words > 24 or #text > 180 then return false end
  if block.item or has_link(text) or begins_quote(text) and quotes_in(text) ~= select(2, quotes_in(text)) then return false end
  local bare = text:gsub("[”’\"')%]]+$", "")
  if bare:find("[.:;,…]$") and not bare:find("%f[%a]%u%.$") then return false end
  local first = utf8.codepoint(text, utf8.offset(text, 1))
  local letter = utf8.char(first)
  if text_of.lower(letter) == letter and text_of.upper(letter) ~= letter then return false end
  return true
end

-- Running text that can open an article: a sentence of some length.
local function lead_like(block)
  return block ~= nil and not block.kind and not block.item and is_sentence(block.text) and words_in(block.text) >= 8
end

-- ---- the judgement ----

-- How much speaks for a title at block i, from 0 to 1, and why it is doubted.
local function title_score(blocks, i, state)
  local block, before, after = blocks[i], blocks[i - 1], blocks[i + 1]
  if not title_like(block) then return 0 end
  local words = words_in(block.text)
  local score, doubts = 0.35, {}
  -- What follows: a lead, perhaps behind a date, an author or a caption.
  local next_at = i + 1
  local dated = false
  while after and (after.kind == "date" or after.kind == "author" or after.kind == "caption") do
    dated = dated or after.kind ~= "caption"
    next_at = next_at + 1
    after = blocks[next_at]
  end
  if lead_like(after) then
    score = score + 0.2
  elseif after and title_like(after) and lead_like(blocks[next_at + 1]) then
    score = score + 0.08 -- a standfirst, perhaps
  else
    return 0
  end
  if dated then score = score + 0.3 end
  -- What stands before.
  local kind = before and before.kind
  if not before or kind == "furniture" or kind == "author" or state.fresh then
    score = score + 0.35
  elseif kind == "related" then
    score = score + 0.35
  elseif kind == "caption" then
    score = score + 0.25
  elseif kind == "separator" or kind == "date" then
    score = score + 0.3
  elseif state.notes then
    score = score + 0.25
  elseif before and not before.item and is_sentence(before.text) and not before.text:find(":$") then
    score = score + 0.05
    if words <= 6 and not dated then score = score - 0.2 end -- more likely a heading within the article
  else
    return 0
  end
  -- The title itself: a heading within an article is shorter than the title of one.
  if words >= 7 then score = score + 0.2 elseif words >= 5 then score = score + 0.1 elseif words <= 3 then score = score - 0.3 end
  if block.text:find("^%d") then score = score - 0.05 end
  if block.text:find("[.!]$") then score = score - 0.1 end
  if state.paragraphs and state.paragraphs < 3 and kind ~= "related" and not dated and not state.fresh then score = score - 0.15 end
  -- A question or a short heading repeats its own words in what follows, as a title does in its lead.
  local shared, long = 0, 0
  if after then
    local body = " " .. text_of.lower(after.text):gsub("[^%w\x80-\xFF]+", " ") .. " "
    for word in text_of.lower(block.text):gmatch("[%w\x80-\xFF]+") do
      if #word > 4 then
        long = long + 1
        if body:find(" " .. word, 1, true) then shared = shared + 1 end
      end
    end
    if shared >= 2 then score = score + 0.15 elseif shared == 1 then score = score + 0.05 end
  end
  return math.max(0, math.min(1, score))
end

-- How many long words two lines have in common: a caption or a subheading speaks of what its article's title says.
local function shared_words(a, b)
  local known, count = {}, 0
  for word in text_of.lower(b):gmatch("[%w\x80-\xFF]+") do if #word > 3 then known[word] = true end end
  for word in text_of.lower(a):gmatch("[%w\x80-\xFF]+") do
    if known[word] then count = count + 1 end
    known[word] = nil
  end
  return count
end

-- A block that is a caption without saying so: one short line, no sentence, in the middle of running text, which does
-- not lead on to it; telling who is to be seen.
local function caption_like(blocks, i)
  local block, before, after = blocks[i], blocks[i - 1], blocks[i + 1]
  if not before or not after or #block.lines > 1 or block.item or is_sentence(block.text) or has_link(block.text) then return false end
  local words = words_in(block.text)
  if words < 5 or words > 40 then return false end
  local seen = text_of.lower(" " .. block.text .. " ")
  local hints = { " pictured", " left ", "(left", " right ", "(right", " centre ", " sign ", " signs ", " signing ", " meet ", " meets ", " in front of ",
    " celebrate ", " celebrating ", " receive ", " receiving ", " photo", " image", " standing ", " visit ", " visits ", " visiting ", " outside ",
    " hands over ", " shake hands" }
  local found = 0
  for _, hint in ipairs(hints) do if seen:find(hint, 1, true) then found = found + 1 end end
  return found > 0 and before.kind ~= "related" and not before.item and is_sentence(before.text)
    and lead_like(after)
end

local function mark(blocks)
  for i, block in ipairs(blocks) do
    local items = 0
    for _, line in ipairs(block.lines) do if item_of(line) then items = items + 1 end end
    if items > 0 and item_of(block.lines[1]) then
      block.item = true
      block.kind = "list"
    elseif ends_mark(block.text) then
      block.kind = "ends"
    elseif matches(block.text, related) and words_in(block.text) <= 10 then
      block.kind = "related"
    elseif block.text:find("^[%-_=*~#•· ]+$") then
      block.kind = "separator"
    elseif words_in(block.text) <= 8 and matches(block.text, furniture) then
      block.kind = "furniture"
    elseif matches(block.text, captions) then
      block.kind = "caption"
    elseif author_of(block.text) and #block.lines == 1 then
      block.kind = "author"
    elseif date_of(block.text) then
      block.kind = "date"
    end
    block.index = i
  end
end

-- ---- the articles ----

local function new_article(block, score)
  return { title = block.text, line = block.line, blocks = {}, score = score, unsure = {}, counts = { paragraphs = 0, lists = 0,
    items = 0, subheadings = 0, captions = 0, quotations = 0, links = 0, ends = 0, notes = 0, related = 0 } }
end

-- Does running text go on after block i, so that a short line there is a subheading?
local function is_subheading(blocks, i)
  local block, after = blocks[i], blocks[i + 1]
  return title_like(block) and words_in(block.text) <= 10 and after ~= nil and (after.kind == nil or after.kind == "list") and
    (after.item or words_in(after.text) >= 8)
end

local function split(blocks, options)
  local articles, article, author, front = {}, nil, nil, {}
  local state = { fresh = true, notes = false, paragraphs = 0 }
  local orphans = {}
  for i, block in ipairs(blocks) do
    local kind = block.kind
    if kind == "furniture" then
      block.role = "furniture"
      front[#front + 1] = block
    elseif kind == "separator" then
      state.fresh = true
    elseif kind == "author" then
      local name = author_of(block.text)
      if article and #article.blocks == 0 then article.author = name else
        if not author or not article then author = name end
        state.fresh = true
        if article and author ~= name then author = name end
      end
    elseif kind == "date" and article and not article.date and #article.blocks == 0 then
      article.date = date_of(block.text)
    elseif kind == "date" and not article then
      state.date = date_of(block.text)
    else
      local score = 0
      if kind == nil then
        score = title_score(blocks, i, state)
        if block.text:find("[.]$") and state.notes then score = 0 end
      end
      local caption = kind == nil and article and caption_like(blocks, i)
      if caption then score = score - 0.4 end
      if score > 0 and article and (blocks[i - 1].kind == nil) then score = score - 0.05 * math.min(3, shared_words(block.text, article.title)) end
      if score >= options.threshold then
        article = new_article(block, score)
        article.author, article.date = author, state.date
        articles[#articles + 1] = article
        state = { fresh = false, notes = false, paragraphs = 0 }
        if score < 0.75 then article.unsure[#article.unsure + 1] = ("line %d was taken for a title: \"%s\""):format(block.line, block.text) end
      elseif not article then
        orphans[#orphans + 1] = block
      else
        article.blocks[#article.blocks + 1] = block
        if kind == "related" then
          block.role = "related"
          state.fresh = false
        elseif kind == "ends" then
          block.role, state.notes = "ends", true
        elseif kind == "caption" or caption then
          block.role = "caption"
          if not kind then
            block.kind = "caption"
            article.unsure[#article.unsure + 1] = ("line %d was taken for the caption of a picture: \"%s\""):format(block.line, block.text)
          end
        elseif kind == "list" then
          block.role = "list"
        elseif is_subheading(blocks, i) and not state.notes then
          block.role = "subheading"
          article.unsure[#article.unsure + 1] = ("line %d was taken for a subheading: \"%s\""):format(block.line, block.text)
        else
          block.role = "paragraph"
          state.paragraphs = state.paragraphs + 1
          if title_like(block) and not has_link(block.text) and kind == nil then
            article.unsure[#article.unsure + 1] = ("line %d is short and may be a title or a caption; it was left as a paragraph: \"%s\"")
              :format(block.line, block.text)
          end
        end
        if state.fresh and kind ~= "related" then state.fresh = false end
      end
    end
  end
  return articles, author, orphans
end

-- ---- trees ----

-- Text with its addresses as links.
local function inlines(text, article)
  local list, at = {}, 1
  while true do
    local first, last = text:find("https?://[^%s<>\"“”]+", at)
    local bare, bare_last = text:find("%f[%w]www%.[%w-]+%.[^%s<>\"“”]+", at)
    if bare and (not first or bare < first) then first, last = bare, bare_last end
    if not first then break end
    local url = text:sub(first, last):gsub("[.,;:!?’')%]]+$", "")
    if first > at then list[#list + 1] = node.text(text:sub(at, first - 1)) end
    list[#list + 1] = node.link{ url = url:find("^www") and "https://" .. url or url, url }
    article.counts.links = article.counts.links + 1
    at = first + #url
  end
  if at <= #text then list[#list + 1] = node.text(text:sub(at)) end
  return list
end

local function lines_of(lines, article)
  local content = {}
  for i, line in ipairs(lines) do
    if i > 1 then content[#content + 1] = node.linebreak() end
    for _, inline in ipairs(inlines(line, article)) do content[#content + 1] = inline end
  end
  return content
end

local function list_of(block, article)
  local items, ordered, start = {}, false, 1
  for _, line in ipairs(block.lines) do
    local text, is_ordered, number = item_of(line)
    if text then
      if #items == 0 then ordered, start = is_ordered, number or 1 end
      items[#items + 1] = { text }
    elseif #items > 0 then
      table.insert(items[#items], line) -- a line that was wrapped
    end
  end
  local nodes = {}
  for i, lines in ipairs(items) do nodes[i] = node.item{ node.paragraph(inlines(table.concat(lines, " "), article)) } end
  article.counts.lists = article.counts.lists + 1
  article.counts.items = article.counts.items + #items
  nodes.ordered, nodes.tight = ordered, true
  if ordered then nodes.start = start end
  return node.list(nodes)
end

-- Is this whole paragraph a quotation? It begins with a mark and ends with the closing one, or goes on.
local function is_quotation(text)
  local open = begins_quote(text)
  if not open then return false end
  local close = opening[open]
  local first = text:find(close, #open + 1, true)
  if not first then return true, true end
  return text:find(close, first + #close, true) == nil and first + #close - 1 >= #text - 1, false
end

local function build(article)
  local content, text, counts = {}, {}, article.counts
  local quote, open = nil, false -- a quotation at hand, which may go on
  local after_ends = false
  local notes
  local function add(block)
    local list = notes or content
    list[#list + 1] = block
  end
  local function paragraph(lines)
    local joined = table.concat(lines, " ")
    local opened, closed, straight = quotes_in(joined)
    local speech = speech_words(joined) >= 5
    local goes_on = opened > closed and closed < opened
    local whole = is_quotation(joined)
    local continues = open and begins_quote(joined)
    if open and not continues then
      article.unsure[#article.unsure + 1] = ("a quotation is not closed before \"%s\""):format(text_of.truncate(joined, 50))
      open = false
    end
    if speech and not continues then counts.quotations = counts.quotations + 1 end
    local nodes = node.paragraph(lines_of(lines, article))
    if (whole or continues) and (speech or continues) then
      if quote and continues then
        quote:append(nodes)
      else
        quote = node.block_quote{ nodes }
        add(quote)
      end
    else
      quote = nil
      add(nodes)
    end
    open = goes_on or (continues and opened + straight > 0 and closed == 0) or false
    if not open then quote = nil end
  end
  for _, block in ipairs(article.blocks) do
    local role = block.role
    text[#text + 1] = role == "list" and "" or block.text
    if role ~= "paragraph" then quote = nil end
    if role == "paragraph" then
      counts.paragraphs = counts.paragraphs + 1
      if after_ends then counts.notes = counts.notes + 1 end
      local lines = block.lines
      -- A quotation that begins on a line of its own stands apart from who says it.
      local at
      for i = 2, #lines do
        if begins_quote(lines[i]) and lines[i - 1]:find(":$") then at = i break end
      end
      if at then
        paragraph(table.move(lines, 1, at - 1, 1, {}))
        paragraph(table.move(lines, at, #lines, 1, {}))
      else
        paragraph(lines)
      end
    elseif role == "list" then
      add(list_of(block, article))
      for _, line in ipairs(block.lines) do text[#text + 1] = (item_of(line)) or line end
    elseif role == "subheading" then
      counts.subheadings = counts.subheadings + 1
      add(node.heading{ level = 2, node.text(block.text) })
    elseif role == "caption" then
      counts.captions = counts.captions + 1
      add(node.paragraph{ node.emph{ node.text(block.text) } })
    elseif role == "ends" then
      counts.ends = counts.ends + 1
      add(node.paragraph{ node.text(block.text) })
      if not after_ends and block ~= article.blocks[#article.blocks] then notes = {} end
      after_ends = true
    elseif role == "related" then
      counts.related = counts.related + 1
      local after = article.blocks[#article.blocks] == block
      if after then
        article.dropped = block.text -- a marker with nothing behind it says nothing
        text[#text] = ""
      else
        add(node.paragraph{ node.text(block.text) })
      end
    end
  end
  if open then article.unsure[#article.unsure + 1] = "the last quotation has no closing mark" end
  if notes and #notes > 0 then content[#content + 1] = node.notes(notes) end
  return node.document(content), table.concat(text, "\n")
end

local names = { { "paragraphs", "paragraph" }, { "lists", "list" }, { "items", "item" }, { "subheadings", "subheading" },
  { "captions", "caption" }, { "quotations", "quotation" }, { "links", "link" }, { "ends", "ENDS" }, { "notes", "paragraph of notes" },
  { "related", "related marker" } }

local function shape_of(counts)
  local parts = {}
  for _, name in ipairs(names) do
    local count = counts[name[1]]
    if count > 0 then
      local word = name[2]
      if count ~= 1 and word ~= "ENDS" then word = word == "paragraph of notes" and "paragraphs of notes" or word .. "s" end
      parts[#parts + 1] = ("%d %s"):format(count, word)
    end
  end
  return table.concat(parts, ", ")
end

local function summary_of(article)
  for _, block in ipairs(article.blocks) do
    if block.role == "paragraph" then return block.text end
  end
end

return {
  kind = "import",
  name = "archive-text",
  api = 1,
  description = "Articles out of the text of an author's archive, as a browser saves it: titles, authors, lists, quotations, captions, notes.",
  options = {
    author = { type = "string", help = "the author, where the text does not say" },
    summary = { type = "boolean", default = false, help = "put each article's first paragraph into its summary too" },
    threshold = { type = "number", default = 0.6, help = "how sure, from 0 to 1, a line must be a title" },
    folder = { type = "string", default = "", help = "a folder for the articles, below --into" },
  },
  read = function(source, ctx)
    local blocks = blocks_of(source:text())
    mark(blocks)
    local articles, author, orphans = split(blocks, ctx.options)
    if #articles == 0 then ctx.unsure("no article was found: no short line is followed by a paragraph; --option threshold=0.4 looks less strictly") end
    for _, block in ipairs(blocks) do
      if block.role == "furniture" then ctx.lost(("line %d belongs to the page: \"%s\""):format(block.line, block.text)) end
    end
    for _, block in ipairs(orphans) do
      ctx.lost(("line %d stands before the first article: \"%s\""):format(block.line, text_of.truncate(block.text, 80)))
    end
    local total, least = {}, 1
    for _, article in ipairs(articles) do
      local document, text = build(article)
      local name = ctx.options.author or article.author or author
      local doubts = #article.unsure
      local confidence = math.max(0.1, math.min(0.99, article.score - 0.03 * doubts))
      if article.counts.paragraphs < 2 then confidence = confidence - 0.2 end
      least = math.min(least, confidence)
      if not article.date then article.unsure[#article.unsure + 1] = "there is no date; give it one" end
      if article.dropped then article.lost = { ("\"%s\" is left out: nothing stands behind it"):format(article.dropped) } end
      for key, count in pairs(article.counts) do total[key] = (total[key] or 0) + count end
      local path = text_of.slug(article.title, 64)
      coroutine.yield{
        path = (ctx.options.folder ~= "" and ctx.options.folder .. "/" or "") .. path,
        meta = { { "title", article.title }, { "date", article.date }, { "authors", name and { name } },
          { "summary", ctx.options.summary and summary_of(article) or nil } },
        document = document, text = text, title = article.title, place = article.line, shape = ("line %d: %s"):format(article.line, shape_of(article.counts)),
        confidence = confidence, unsure = article.unsure, lost = article.lost,
      }
    end
    if #articles > 0 then ctx.note(("%d %s%s; in all %s"):format(#articles, #articles == 1 and "article" or "articles", author and " by " .. author or "", shape_of(total))) end
  end,
}
