--- An imported tree as Markdown: as it is where that can be, else with what Markdown has only one form for put into it, else
-- block by block, where one that cannot be written becomes its words.

local node = galley.node

local function children_of(parent)
  local list = {}
  for child in parent:children() do list[#list + 1] = child end
  return list
end

-- A list of one item with one block can only be tight; a picture alone is a figure, its title the caption; what stands
-- last in a quotation behind a dash is who said it.
local function settle(document)
  for list in document:each("list") do
    local item = list.first
    if item and not item.next and item.first and not item.first.next then list.tight = true end
  end
  local alone, last = {}, {}
  for paragraph in document:each("paragraph") do
    local only = paragraph.first
    if only and only.type == "image" and not only.next then
      alone[#alone + 1] = paragraph
    elseif paragraph.parent.type == "block_quote" and not paragraph.next and paragraph.previous and only and only.type == "text" and
        (only.text:find("^—") or only.text:find("^–")) then
      last[#last + 1] = paragraph
    end
  end
  for _, paragraph in ipairs(alone) do
    local image = paragraph.first
    local title = image.title
    image.title = nil
    paragraph:replace(node.figure{ image:clone(), title and title ~= "" and node.caption{ title } or nil })
  end
  for _, paragraph in ipairs(last) do
    local attribution = node.attribution{}
    for _, child in ipairs(children_of(paragraph)) do attribution:append(child) end
    paragraph:replace(attribution)
  end
end

-- The words of a block in paragraphs, its pictures behind them.
local function words_of(block)
  local plain, pictures = {}, {}
  for image in block:each("image") do pictures[#pictures + 1] = image:clone() end
  for line in (block:plain{ images = false } .. "\n"):gmatch("([^\n]*)\n") do
    line = galley.text.trim(line)
    if line ~= "" then plain[#plain + 1] = node.paragraph{ node.text(line) } end
  end
  for _, image in ipairs(pictures) do
    image.title = nil
    plain[#plain + 1] = node.figure{ image }
  end
  return #plain > 0 and plain or false
end

--- The text, or nil and a message; true behind it when it is known to read back as the same tree.
return function(document, dialect, lost)
  -- Quotation marks and dashes stay as the source has them, without backslashes; typography is the site's affair.
  local options = { dialect = (dialect or "default") .. ",-smart" }
  local text, problem = galley.markdown.write(document, options)
  if text then return text, nil, true end
  settle(document)
  text = galley.markdown.write(document, options)
  if text then return text, nil, true end
  local notes = {}
  for block in document:each("notes") do notes[#notes + 1] = block end
  for _, block in ipairs(notes) do block:unwrap() end -- where ENDS has no meaning, its notes are paragraphs
  if #notes > 0 then text = galley.markdown.write(document, options) end
  if text then return text end
  local definitions = {} -- which a block that is tried alone may refer to
  for definition in document:each("footnote_definition") do definitions[#definitions + 1] = definition end
  for _, block in ipairs(children_of(document)) do
    local alone = node.document{ block:clone() }
    if block.type ~= "footnote_definition" then
      for _, definition in ipairs(definitions) do alone:append(definition:clone()) end
    end
    local fine, why = galley.markdown.write(alone, options)
    if not fine and block.type ~= "footnote_definition" then
      lost[#lost + 1] = ("the markup of a %s is left out, its words stay: %s"):format(block.type:gsub("_", " "), why)
      block:replace(words_of(block))
    end
  end
  text = galley.markdown.write(document, options)
  if text then return text end
  local blocks = {}
  for block in document:children() do
    text, problem = galley.markdown.write(block, options)
    if not text then return nil, problem end
    blocks[#blocks + 1] = (text:gsub("\n*$", "\n"))
  end
  text = table.concat(blocks, "\n")
  -- The reader may see more in the text than the source said, such as a quotation's speaker. What it sees is the article,
  -- provided that it stays that way and has the same words.
  local seen = galley.markdown.parse(text, options)
  if not seen then return text end
  local again = galley.markdown.write(seen, options)
  if not again or seen:plain():gsub("%s+", " ") ~= document:plain():gsub("%s+", " ") then
    lost[#lost + 1] = "it does not read back as the same tree; look at it"
  end
  return again or text
end
