--- Which lines of a saved page are titles of articles, and what stands in each article.
local lines = require("lines")
local markers = require("markers")
local text_of = galley.text
local titles = {}

local function is_title(unit) return unit ~= nil and not unit.kind and #unit.lines <= 2 and lines.is_title(unit.text) and not markers.is_notes(text_of.lower(unit.text)) end

-- Running text that can open an article: a sentence of some length.
local function is_lead(unit) return unit ~= nil and not unit.kind and lines.is_sentence(unit.text) and lines.words(unit.text) >= 8 end

-- What stands in several articles word for word ends each of them: who we are, whom to call.
local function find_boilerplate(units)
  local seen = {}
  for _, unit in ipairs(units) do
    local other = not unit.kind and seen[unit.text]
    if other then unit.boilerplate, other.boilerplate = true, true end
    seen[unit.text] = unit
  end
end

-- A line that tells how to reach somebody: that, too, stands at the end.
local function is_contact(unit)
  local _, digits = unit.text:gsub("%d", "")
  return #unit.text < 200 and (unit.text:find("%S@%S+%.%a") ~= nil or digits >= 7 and unit.text:find("%d[%d%s()/.-]+%d%d%d") ~= nil)
end

-- A short line that stands several times before titles is a marker, whatever its language.
local function learn(units)
  local seen, order = {}, {}
  for i, unit in ipairs(units) do
    if not unit.kind and #unit.lines == 1 and lines.words(unit.text) <= 6 and not unit.text:find("%d") and not lines.is_sentence(unit.text:gsub(":$", "")) then
      if not seen[unit.text] then
        seen[unit.text] = {}
        order[#order + 1] = unit.text
      end
      table.insert(seen[unit.text], i)
    end
  end
  for _, text in ipairs(order) do
    local places, right = seen[text], 0
    for _, i in ipairs(places) do
      local after, then_ = units[i + 1], units[i + 2]
      if not after or is_title(after) and then_ and (then_.kind == "dateline" or then_.kind == "byline" or is_lead(then_)) then right = right + 1 end
    end
    if #places >= 2 and right == #places then
      for _, i in ipairs(places) do units[i].kind, units[i].learned = "related", true end
    end
  end
end

-- How many long words two lines have in common: a caption or a subheading speaks of what its article's title says.
local function shared_words(a, b)
  local known, count, shortest = {}, 0, 4
  for word in text_of.lower(b):gmatch("[%w\x80-\xFF]+") do if #word >= shortest then known[word] = true end end
  for word in text_of.lower(a):gmatch("[%w\x80-\xFF]+") do
    if known[word] then count = count + 1 end
    known[word] = nil
  end
  return count
end

-- Whether a date or a byline belongs to the title at unit i: behind it, behind its standfirst, or above it. And the unit
-- that its text begins with.
local function dated_at(units, i)
  local at, dated = i + 1, false
  local between = { dateline = true, byline = true, caption = true, embargo = true }
  while units[at] and (between[units[at].kind] or dated and units[at].kind == "furniture") do -- such as what shares it
    dated = dated or units[at].kind == "dateline" or units[at].kind == "byline"
    at = at + 1
  end
  if not dated and is_lead(units[at]) and units[at + 1] and (units[at + 1].kind == "dateline" or units[at + 1].kind == "byline") then dated = true end
  return dated, at
end

-- How much speaks for a title at unit i, from 0 to 1.
local function score_of(units, i, state)
  local unit, before = units[i], units[i - 1]
  if not is_title(unit) or unit.boilerplate then return 0 end
  if unit.underlined then return unit.underlined == state.underline and 0.95 or 0 end
  local words = lines.words(unit.text)
  local score = 0.35
  local dated, at = dated_at(units, i)
  local after = units[at]
  if is_lead(after) then
    score = score + 0.2
  elseif not state.related and after and is_title(after) and (is_lead(units[at + 1]) or units[at + 1] and units[at + 1].kind == "dateline") then
    score = score + 0.08 -- a standfirst, perhaps
    dated = dated or units[at + 1].kind == "dateline"
  elseif dated and after and not after.kind then
    score = score + 0.1 -- a short first sentence
  else
    return 0
  end
  local kind = before and before.kind
  if kind == "dateline" and state.date_first then dated = true end
  if dated then score = score + 0.3 elseif state.dated > 1 then score = score - 0.15 end
  if not before or kind == "furniture" or kind == "owner" or kind == "byline" or kind == "related" or state.fresh then
    score = score + 0.35
  elseif kind == "separator" or kind == "kicker" or kind == "embargo" or kind == "dateline" or before.boilerplate then
    score = score + 0.3
  elseif kind == "caption" or state.notes or is_contact(before) then
    score = score + 0.25
  elseif not kind and lines.is_sentence(before.text) and not before.text:find(":$") then
    score = score + 0.05
    if words <= 6 and not dated then score = score - 0.2 end -- more likely a heading within the article
  elseif not dated then
    return 0
  end
  -- A heading within an article is shorter than the title of one.
  if words >= 7 then score = score + 0.2 elseif words >= 5 then score = score + 0.1 elseif words <= 3 and not dated then score = score - 0.3 end
  if unit.text:find("^%d") then score = score - 0.05 end
  if unit.text:find("[.!]$") then score = score - 0.1 end
  if markers.names(unit.text) or not dated and markers.is_role(unit.text) then score = score - 0.3 end
  if state.paragraphs < 3 and kind ~= "related" and not dated and not state.fresh then score = score - 0.15 end
  -- A title's words come again in its lead.
  if after then
    local shared = shared_words(unit.text, after.text)
    if shared >= 2 then score = score + 0.15 elseif shared == 1 then score = score + 0.05 end
  end
  return math.max(0, math.min(1, score))
end

-- A unit that is a caption without saying so: one short line, no sentence, in the middle of running text, which does
-- not lead on to it; telling who is to be seen.
local function is_caption(units, i)
  local unit, before, after = units[i], units[i - 1], units[i + 1]
  if not before or not after or #unit.lines > 1 or unit.kind or lines.is_sentence(unit.text) or lines.has_link(unit.text) then return false end
  local words = lines.words(unit.text)
  if words < 5 or words > 40 then return false end
  local seen = text_of.lower(" " .. unit.text .. " ")
  local hints = { " pictured", " left ", "(left", " right ", "(right", " centre ", " sign ", " signs ", " signing ", " meet ", " meets ", " in front of ",
    " celebrate ", " celebrating ", " receive ", " receiving ", " photo", " image", " standing ", " visit ", " visits ", " visiting ", " outside ",
    " hands over ", " shake hands" }
  local found = 0
  for _, hint in ipairs(hints) do if seen:find(hint, 1, true) then found = found + 1 end end
  return found > 0 and before.kind ~= "related" and before.kind ~= "list" and lines.is_sentence(before.text) and is_lead(after)
end

-- Does running text go on after unit i, so that a short line there is a subheading?
local function is_subheading(units, i)
  local unit, after = units[i], units[i + 1]
  return is_title(unit) and lines.words(unit.text) <= 10 and not is_contact(unit) and after ~= nil and (after.kind == nil or after.kind == "list") and
    (after.kind == "list" or lines.words(after.text) >= 8 or after.text:find(":$") ~= nil and units[i + 2] ~= nil and units[i + 2].kind == "list")
end

local function new_article(unit, score)
  return { unit = unit, title = unit.text, line = unit.line, blocks = {}, score = score, unsure = {}, lost = {}, counts = { paragraphs = 0, lists = 0,
    items = 0, subheadings = 0, captions = 0, quotations = 0, links = 0, ends = 0, notes = 0, related = 0 } }
end

-- Whether dates stand above titles: most do.
local function dates_first(units)
  local above, below = 0, 0
  for i, unit in ipairs(units) do
    if unit.kind == "dateline" then
      local before = units[i - 1]
      if before and before.kind == "byline" then before = units[i - 2] end
      if is_title(before) or is_lead(before) and is_title(units[i - 2]) then below = below + 1 end
      if is_title(units[i + 1]) then above = above + 1 end
    end
  end
  return above > below
end

local function say(article, form, unit) article.unsure[#article.unsure + 1] = (form .. ": \"%s\""):format(unit.line, unit.text) end

-- What a unit within an article is.
local function role_of(units, i, article, state)
  local unit = units[i]
  local kind = unit.kind
  if state.related and is_title(unit) then return "item" end
  state.related = kind == "related" and not markers.is_related_line(text_of.lower(unit.text))
  if kind == "related" or kind == "ends" or kind == "caption" or kind == "list" then return kind end
  if not kind and is_caption(units, i) then
    say(article, "line %d was taken for the caption of a picture", unit)
    return "caption"
  end
  if unit.underlined then return "subheading" end
  if not kind and #article.blocks == 0 and is_title(unit) and is_lead(units[i + 1]) then
    say(article, "line %d was taken for a standfirst, and is its first paragraph", unit)
    return "paragraph"
  end
  if not kind and not state.notes and is_subheading(units, i) then
    say(article, "line %d was taken for a subheading", unit)
    return "subheading"
  end
  if not kind and is_title(unit) and not lines.has_link(unit.text) then
    say(article, "line %d is short and may be a title or a caption; it was left as a paragraph", unit)
  end
  return "paragraph"
end

--- The articles in the units; the page's author; units that belong to none.
function titles.split(units, threshold)
  learn(units)
  find_boilerplate(units)
  local articles, article, owner, orphans = {}, nil, nil, {}
  local date_first = dates_first(units)
  local underline -- which sign titles have: "=" where there are both
  for _, unit in ipairs(units) do
    if unit.underlined and underline ~= "=" then underline = unit.underlined end
  end
  local state = { fresh = true, notes = false, paragraphs = 0, dated = 0, date_first = date_first, underline = underline }
  local pending = {} -- a date and names above a title
  for i, unit in ipairs(units) do
    local kind = unit.kind
    if kind == "furniture" then
      unit.role = "furniture"
    elseif kind == "separator" then
      state.fresh = true
    elseif kind == "embargo" then
      if article and #article.blocks == 0 then
        article.embargo = unit
      else
        pending.embargo, state.fresh = unit, true
      end
    elseif kind == "kicker" then
      pending.topics, state.fresh = { text_of.title(text_of.lower(unit.text)) }, true
    elseif kind == "owner" then
      owner = unit.names
      if not article then state.fresh = true end
    elseif kind == "byline" and not article and not owner then
      owner, state.fresh = unit.names, true
    elseif (kind == "byline" or kind == "dateline") and not date_first and article and #article.blocks <= 1 and not (article.date and unit.date) then
      article.date = article.date or unit.date
      if #unit.names > 0 then article.names = unit.names end
      state.dated = state.dated + (unit.date and 1 or 0)
    elseif kind == "byline" or kind == "dateline" then
      if kind == "dateline" and article and not article.date and not date_first and not is_title(units[i + 1]) then
        article.date = unit.date -- below its article
        if #unit.names > 0 then article.names = article.names or unit.names end
      else
        pending.date = unit.date or pending.date
        if #unit.names > 0 then pending.names = unit.names end
        state.fresh = true
      end
    else
      local score = kind == nil and score_of(units, i, state) or 0
      if state.notes and unit.text:find("%.$") then score = 0 end
      if score > 0 and article then
        if is_caption(units, i) then score = score - 0.4 end
        if not units[i - 1].kind then score = score - 0.05 * math.min(3, shared_words(unit.text, article.title)) end
      end
      if score >= threshold then
        article = new_article(unit, score)
        article.owner, article.date, article.names, article.topics = owner, pending.date, pending.names, pending.topics
        article.embargo = pending.embargo
        if pending.date then state.dated = state.dated + 1 end
        articles[#articles + 1] = article
        state = { fresh = false, notes = false, paragraphs = 0, dated = state.dated, date_first = date_first, underline = underline }
        pending = {}
        if score < 0.75 then say(article, "line %d was taken for a title", unit) end
      elseif not article then
        orphans[#orphans + 1] = unit
      else
        unit.role = role_of(units, i, article, state)
        if unit.role == "paragraph" and state.paragraphs < 2 then article.date = article.date or markers.lead_date(unit.text) end
        article.blocks[#article.blocks + 1] = unit
        if unit.role == "ends" then state.notes = true end
        if unit.role == "paragraph" then state.paragraphs = state.paragraphs + 1 end
        state.fresh = false
      end
    end
  end
  if pending.embargo and article then article.embargo = article.embargo or pending.embargo end -- whose it is nobody knows
  local whole = {}
  for _, one in ipairs(articles) do
    if #one.blocks > 0 then whole[#whole + 1] = one else orphans[#orphans + 1] = one.unit end
  end
  return whole, owner, orphans
end

return titles
