--- Footnotes as pages have them: a link to a place of the same page that says "1" or "[1]", and at the end what it leads to. In
-- a tree out of HTML they become footnotes; places by name are nothing that Markdown knows, so that such links lead nowhere.
--
-- What a note is: a paragraph, or an item, that begins with a link to the page itself that says its number (back to where it
-- was referred to) or with the number in brackets, or an item of a numbered list that ends with an arrow back. A number that
-- two notes have is left alone, and so is a list of which some items are none.
local node = galley.node
local footnotes = {}

local arrows = { ["↩"] = true, ["↩︎"] = true, ["↑"] = true, ["^"] = true, ["↵"] = true, ["⤴"] = true, ["«"] = true }

local function is_here(link) return link.type == "link" and (link.url or ""):find("^#.") ~= nil end

-- The number or the sign of a mark, without its brackets; nil for what is none.
local function label_of(text)
  local label = galley.text.trim(text):gsub("^%[(.*)%]$", "%1"):gsub("^%((.*)%)$", "%1")
  return (label:find("^%d%d?%d?$") or label:find("^[ivx]+$") or label == "*" or label == "**" or label == "†" or label == "‡") and label or nil
end

local function first_inline(block)
  local first = block.first
  while first and first.type == "text" and not first.text:find("%S") do first = first.next end
  return first
end

local function last_inline(block)
  local last = block.last
  while last and last.type == "text" and not last.text:find("%S") do last = last.previous end
  return last
end

-- What says at the beginning of a paragraph that it is a note: its label, and the node and how many bytes of it to take away.
local function opening(paragraph)
  local first = first_inline(paragraph)
  if not first then return nil end
  if is_here(first) then return label_of(first:plain()), first end
  local mark = first.type == "text" and first.text:match("^%s*%[[^%[%]]+%]")
  local label = mark and label_of(mark)
  if label then return label, first, #mark end
end

local function arrow_at_end(block)
  local last = block.last and block.last.type == "paragraph" and last_inline(block.last)
  return last and is_here(last) and arrows[galley.text.trim(last:plain())] and last or nil
end

-- The notes of a document in their order: { label, block, take = function }; and the links that open or close them.
local function notes_of(document)
  local found, own = {}, {}
  local function add(label, block, mark, bytes, arrow)
    found[#found + 1] = { label = label, block = block, mark = mark, bytes = bytes, arrow = arrow }
    if not bytes then own[mark or arrow] = true end
    if arrow then own[arrow] = true end
  end
  for block in document:children() do
    if block.type == "paragraph" then
      local label, mark, bytes = opening(block)
      if label then add(label, block, mark, bytes) end
    elseif block.type == "list" then
      local of_list, whole, number = {}, true, block.ordered and block.start or nil
      for item in block:children() do
        local label, mark, bytes
        if item.first and item.first.type == "paragraph" then label, mark, bytes = opening(item.first) end
        local arrow = arrow_at_end(item)
        if not label and arrow and number then label = ("%d"):format(number) end
        whole = whole and label ~= nil
        of_list[#of_list + 1] = { label, item, mark, bytes, arrow }
        number = number and number + 1
      end
      for _, one in ipairs(whole and of_list or {}) do add(table.unpack(one, 1, 5)) end
    end
  end
  return found, own
end

-- Blanks at the edges of a paragraph, which the marks were parted by.
local function trim(paragraph)
  local first, last = paragraph.first, paragraph.last
  if first and first.type == "text" then first.text = first.text:gsub("^[%s\u{A0}]+", "") end
  if last and last.type == "text" then last.text = last.text:gsub("%s+$", "") end
end

local function definition_of(note)
  if note.bytes then note.mark.text = note.mark.text:sub(note.bytes + 1) elseif note.mark then note.mark:remove() end
  if note.arrow then note.arrow:remove() end
  local definition = node.footnote_definition{ label = note.label }
  if note.block.type == "paragraph" then
    local behind = note.block.next
    if not note.block.first and behind and behind.type == "paragraph" then -- the number stood on a line of its own
      note.block:remove()
      note.block = behind
    end
    trim(note.block)
    definition:append(note.block) -- moves it
  else
    local item, list = note.block, note.block.parent
    while item.first do
      if item.first.type == "paragraph" then trim(item.first) end
      definition:append(item.first)
    end
    item:remove()
    if not list.first then list:remove() end
  end
  return definition
end

--- Makes footnotes of them; gives how many marks went.
function footnotes.make(document)
  local links, any = {}, false
  for link in document:each("link") do
    if is_here(link) and label_of(link:plain()) then links[#links + 1], any = link, true end
  end
  if not any then return 0 end
  local notes, own = notes_of(document)
  local by_label, twice = {}, {}
  for _, note in ipairs(notes) do
    if by_label[note.label] then twice[note.label] = true end
    by_label[note.label] = note
  end
  local order, gone = {}, 0
  for _, link in ipairs(links) do
    local label = label_of(link:plain())
    local note = not own[link] and not twice[label] and by_label[label]
    if note then
      if not note.referred then order[#order + 1] = note end
      note.referred, gone = true, gone + 1
      link:replace(node.footnote_reference{ label = label })
    end
  end
  local definitions = {}
  for i, note in ipairs(order) do
    definitions[i] = definition_of(note)
    gone = gone + 2
  end
  local last = document.last -- the line that parted the notes from the text
  if #order > 0 and last and last.type == "thematic_break" then last:remove() end
  for _, definition in ipairs(definitions) do document:append(definition) end
  return gone
end

return footnotes
