--- An article's units as a tree, with the text that went into it and counts of what is in it.
local lines = require("lines")
local markers = require("markers")
local quotes = require("quotes")
local node, text_of = galley.node, galley.text

-- Text with its addresses as links.
local function urls_in(text, article)
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

local address = "%f[%w._+-][%w._+-]+@[%w-]+%.[%w.-]*%w"

-- The same with addresses for mail.
local function inlines(text, article)
  local list = {}
  for _, part in ipairs(urls_in(text, article)) do
    local written, at = part.type == "text" and part.text or "", 1
    while true do
      local first, last = written:find(address, at)
      if not first then break end
      if first > at then list[#list + 1] = node.text(written:sub(at, first - 1)) end
      list[#list + 1] = node.link{ url = "mailto:" .. written:sub(first, last), written:sub(first, last) }
      at = last + 1
    end
    if at == 1 then list[#list + 1] = part elseif at <= #written then list[#list + 1] = node.text(written:sub(at)) end
  end
  return list
end

local function lines_of(parts, article)
  local content = {}
  for i, line in ipairs(parts) do
    if i > 1 then content[#content + 1] = node.linebreak() end
    for _, inline in ipairs(inlines(line, article)) do content[#content + 1] = inline end
  end
  return content
end

local function list_of(block, article)
  local items, ordered, start = {}, false, 1
  for _, line in ipairs(block.lines) do
    local text, is_ordered, number = lines.item(line)
    if text then
      if #items == 0 then ordered, start = is_ordered, number or 1 end
      items[#items + 1] = { text }
    elseif #items > 0 then
      table.insert(items[#items], line) -- a line that was wrapped
    end
  end
  local nodes = {}
  for i, parts in ipairs(items) do nodes[i] = node.item{ node.paragraph(inlines(table.concat(parts, " "), article)) } end
  article.counts.lists = article.counts.lists + 1
  article.counts.items = article.counts.items + #items
  nodes.ordered, nodes.tight = ordered, true
  if ordered then nodes.start = start end
  return node.list(nodes)
end

-- Lines that lost their bullets: short ones behind a colon, each beginning small, none but the last a sentence.
local function lost_bullets(block, before)
  if not before or not before.text:find(":$") or #block.lines < 2 then return false end
  for i, line in ipairs(block.lines) do
    if #line > 100 or not lines.begins_small(line) or i < #block.lines and line:find("%.$") then return false end
  end
  return true
end

local function plain_list(block, article)
  local nodes = { tight = true }
  for i, line in ipairs(block.lines) do nodes[i] = node.item{ node.paragraph(inlines(line, article)) } end
  article.counts.lists = article.counts.lists + 1
  article.counts.items = article.counts.items + #nodes
  return node.list(nodes)
end

return function(article)
  local content, text, counts = {}, {}, article.counts
  local quote, open = nil, false -- a quotation at hand, which may go on
  local after_ends = false
  local items -- a list of related titles at hand
  local notes
  local function add(block)
    local list = notes or content
    list[#list + 1] = block
  end
  local function paragraph(parts)
    local joined = table.concat(parts, " ")
    local look = quotes.look(joined)
    local continues = open and look ~= nil and look.begins
    if open and not continues then
      article.unsure[#article.unsure + 1] = ("a quotation is not closed before \"%s\""):format(text_of.truncate(joined, 50))
      open = false
    end
    local speech = look ~= nil and look.speech
    if speech and not continues then counts.quotations = counts.quotations + 1 end
    local made = node.paragraph(lines_of(parts, article))
    if continues or look and look.begins and speech and (look.whole or look.unclosed) then
      if quote and continues then
        quote:append(made)
      else
        quote = node.block_quote{ made }
        add(quote)
      end
    else
      quote = nil
      add(made)
    end
    open = look ~= nil and look.unclosed
    if not open then quote = nil end
  end
  for i, block in ipairs(article.blocks) do
    local role = block.role
    text[#text + 1] = role == "list" and "" or block.text
    if role ~= "paragraph" then quote = nil end
    if role == "paragraph" and lost_bullets(block, article.blocks[i - 1]) then
      add(plain_list(block, article))
    elseif role == "paragraph" then
      counts.paragraphs = counts.paragraphs + 1
      if after_ends then counts.notes = counts.notes + 1 end
      -- A quotation that begins on a line of its own stands apart from who says it.
      local at
      for i = 2, #block.lines do
        if quotes.begins(block.lines[i]) and block.lines[i - 1]:find(":$") then at = i break end
      end
      if at then
        paragraph(table.move(block.lines, 1, at - 1, 1, {}))
        paragraph(table.move(block.lines, at, #block.lines, 1, {}))
      else
        paragraph(block.lines)
      end
    elseif role == "list" then
      add(list_of(block, article))
      for _, line in ipairs(block.lines) do text[#text + 1] = (lines.item(line)) or line end
    elseif role == "subheading" then
      counts.subheadings = counts.subheadings + 1
      add(node.heading{ level = 2, node.text(block.text) })
    elseif role == "caption" then
      counts.captions = counts.captions + 1
      add(node.paragraph{ node.emph{ node.text(block.text) } })
    elseif role == "ends" then
      counts.ends = counts.ends + 1
      local bare = block.text:match("^[%-%s]+(%a+)[%-%s]+$") -- without the dashes around it
      add(node.paragraph{ node.text(bare or block.text) })
      if not after_ends and block ~= article.blocks[#article.blocks] then notes = {} end
      after_ends = true
    elseif role == "related" then
      counts.related = counts.related + 1
      items = nil
      if article.blocks[#article.blocks] == block and not block.learned and not markers.is_related_line(text_of.lower(block.text)) then
        article.dropped = block.text -- a marker with nothing behind it says nothing
        text[#text] = ""
      else
        add(node.paragraph{ node.text(block.text) })
      end
    elseif role == "item" then -- of what is related
      if not items then
        items = node.list{ tight = true }
        add(items)
      end
      items:append(node.item{ node.paragraph{ node.text(block.text) } })
      counts.items = counts.items + 1
    end
  end
  if open then article.unsure[#article.unsure + 1] = "the last quotation has no closing mark" end
  if notes and #notes > 0 then content[#content + 1] = node.notes(notes) end
  return node.document(content), table.concat(text, "\n")
end

