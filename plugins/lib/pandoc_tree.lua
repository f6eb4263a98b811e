--- pandoc's tree as Galley's: every block and inline of pandoc-types 1.22 and 1.23.
--
-- A loop with a stack of frames, so that depth costs memory and not calls. A frame has the elements of one list and the
-- function that makes nodes of what they became. `opens` gives, by an element's name, its children and that function;
-- an element without children gives its nodes at once (children nil). Names with a star are made here: parts of lists
-- and tables. The text that a reader of pandoc's tree sees is gathered on the way, for counting words against the
-- article's; what Galley cannot hold is counted in the lists `lost` and `unsure`.
local node = galley.node
local pandoc_tree = {}
local opens = {}

local function say(state, kind, what)
  local list = state[kind]
  if not list[what] then list[#list + 1] = what end
  list[what] = (list[what] or 0) + 1
end

local function add_text(state, text) state.text[#state.text + 1] = text end
local function no_children(nodes) return nil, nodes end

-- id, class and attributes as a node's fields.
local function fields(given, into)
  local names = {}
  for i, name in ipairs(given[2]) do names[i] = name end
  if given[1] ~= "" then into.id = given[1] end
  if #names > 0 then into.class = table.concat(names, " ") end
  for _, pair in ipairs(given[3]) do
    into.attributes = into.attributes or {}
    into.attributes[pair[1]] = pair[2]
  end
  return into
end

local function bare(given) return given[1] == "" and #given[2] == 0 and #given[3] == 0 end

-- The list of nodes as the content of a node that has fields too.
local function filled(into, nodes) return table.move(nodes, 1, #nodes, 1, into) end
local function make(name) return function(nodes) return { node[name](nodes) } end end
local function tags(name)
  return function(nodes)
    table.insert(nodes, 1, node.html_inline("<" .. name .. ">"))
    nodes[#nodes + 1] = node.html_inline("</" .. name .. ">")
    return nodes
  end
end

-- ---- inlines ----

local function word(text) return function(_, state)
  add_text(state, text)
  return no_children{ text }
end end

function opens.Str(content, state)
  add_text(state, content)
  return no_children{ content }
end
opens.Space = word(" ")
function opens.SoftBreak(_, state)
  add_text(state, "\n")
  return no_children{ node.softbreak() }
end
function opens.LineBreak(_, state)
  add_text(state, "\n")
  return no_children{ node.linebreak() }
end
for name, made in pairs{ Emph = "emph", Strong = "strong", Strikeout = "strikethrough" } do
  opens[name] = function(content) return content, function(nodes) return #nodes > 0 and { node[made](nodes) } or nodes end end
end
function opens.Superscript(content) return content, tags("sup") end
function opens.Subscript(content) return content, tags("sub") end
function opens.Underline(content) return content, tags("u") end
function opens.SmallCaps(content)
  return content, function(nodes) return { node.span(filled({ class = "smallcaps" }, nodes)) } end
end
function opens.Quoted(content, state)
  local single = content[1].t == "SingleQuote"
  add_text(state, single and "‘" or "“")
  return content[2], function(nodes)
    add_text(state, single and "’" or "”")
    table.insert(nodes, 1, single and "‘" or "“")
    nodes[#nodes + 1] = single and "’" or "”"
    return nodes
  end
end
function opens.Cite(content, state)
  for _, citation in ipairs(content[1]) do
    say(state, "unsure", ("the citation of '%s' stands as the text that the source shows for it"):format(citation.citationId))
  end
  return content[2], function(nodes) return nodes end
end
function opens.Code(content, state)
  add_text(state, content[2])
  return no_children{ node.code(fields(content[1], { text = content[2] })) }
end
function opens.Math(content, state)
  add_text(state, content[2])
  say(state, "unsure", "a formula stands as code, in TeX")
  return no_children{ node.code(content[2]) }
end
function opens.RawInline(content, state)
  if content[1]:find("^html") then return no_children{ node.html_inline(content[2]) } end
  add_text(state, content[2])
  say(state, "unsure", ("raw %s stands as code"):format(content[1]))
  return no_children{ node.code(content[2]) }
end
function opens.Span(content)
  return content[2], function(nodes)
    if bare(content[1]) or #nodes == 0 then return nodes end
    return { node.span(filled(fields(content[1], {}), nodes)) }
  end
end
function opens.Link(content)
  return content[2], function(nodes)
    local target = content[3]
    return { node.link(filled({ url = target[1], title = target[2] ~= "" and target[2] or nil }, nodes)) }
  end
end

-- The words of inlines that become an attribute: an image's text, a caption.
local function plain_of(list)
  local out, stack, at, i = {}, {}, list, 1
  while at do
    local part = at[i]
    if part == nil then
      local above = table.remove(stack)
      at, i = above and above[1], above and above[2]
    else
      i = i + 1
      local kind, content = part.t, part.c
      local inner
      if kind == "Str" then out[#out + 1] = content
      elseif kind == "Space" or kind == "SoftBreak" or kind == "LineBreak" then out[#out + 1] = " "
      elseif kind == "Code" or kind == "Math" then out[#out + 1] = content[2]
      elseif kind == "Quoted" then
        local single = content[1].t == "SingleQuote"
        out[#out + 1] = single and "‘" or "“"
        stack[#stack + 1] = { at, i }
        at, i = { { t = "*inlines", c = content[2] }, { t = "Str", c = single and "’" or "”" } }, 1
      elseif kind == "Span" or kind == "Link" or kind == "Cite" or kind == "Image" then inner = content[2]
      elseif kind == "Header" then inner = content[3]
      elseif kind == "Div" then inner = content[2]
      elseif kind ~= "RawInline" and kind ~= "RawBlock" and kind ~= "Note" and type(content) == "table" then inner = content
      end
      if kind == "Para" or kind == "Plain" or kind == "Header" then out[#out + 1] = #out > 0 and " " or "" end
      if inner and (inner[1] == nil or inner[1].t) then
        stack[#stack + 1] = { at, i }
        at, i = inner, 1
      end
    end
  end
  return (table.concat(out):gsub("[ \t\n]+", " "):gsub("^ ", ""):gsub(" $", ""))
end
pandoc_tree.plain = plain_of

local simple = { Str = true, Space = true, SoftBreak = true }
local function marked(list)
  for _, part in ipairs(list) do if not simple[part.t] then return true end end
  return false
end

function opens.Image(content, state)
  if marked(content[2]) then say(state, "unsure", "an image's text loses its markup") end
  local target = content[3]
  local title = target[2]:gsub("^fig:", "")
  return no_children{ node.image{ url = target[1], title = title ~= "" and title or nil, alt = plain_of(content[2]) } }
end
function opens.Note(content, state)
  state.count = state.count + 1
  local number = state.count
  local label = tostring(number)
  local place = #state.text + 1
  return content, function(nodes)
    state.notes[number] = node.footnote_definition(filled({ label = label }, nodes))
    -- A note's words stand behind the article's, so that those around the mark stay neighbours.
    local words = table.concat(state.text, "", place)
    for i = #state.text, place, -1 do state.text[i] = nil end
    state.note_text[#state.note_text + 1] = words
    return { node.footnote_reference{ label = label } }
  end
end
opens["*inlines"] = function(content) return content, function(nodes) return nodes end end

-- ---- blocks ----

local function blank_ends(nodes)
  while type(nodes[1]) == "string" and not nodes[1]:find("%S") do table.remove(nodes, 1) end
  while type(nodes[#nodes]) == "string" and not nodes[#nodes]:find("%S") do nodes[#nodes] = nil end
  return nodes
end

-- A caption of the paragraph that its inlines became.
local function caption_of(nodes, text, state)
  local paragraph = #nodes == 1 and type(nodes[1]) == "userdata" and nodes[1]
  if not paragraph or paragraph.type ~= "paragraph" then
    say(state, "unsure", "a caption loses its markup")
    return node.caption{ text }
  end
  local caption, parts = node.caption{}, {}
  for child in paragraph:children() do parts[#parts + 1] = child end
  for _, child in ipairs(parts) do caption:append(child) end
  return caption
end

local function paragraph(content, state)
  local image = #content == 1 and content[1].t == "Image" and content[1].c
  if image and image[3][2]:find("^fig:") and #image[2] > 0 then -- pandoc's figure before 3.0: the text is the caption
    local caption = plain_of(image[2])
    return { { t = "Plain", c = image[2] } }, function(nodes)
      return { node.figure{ node.image{ url = image[3][1], alt = caption }, caption_of(nodes, caption, state) } }
    end
  end
  local title = image and image[3][2] or ""
  return content, function(nodes)
    blank_ends(nodes)
    if image and title ~= "" then -- a picture alone shows its title
      add_text(state, title)
      return { node.figure{ node.image{ url = image[3][1], alt = plain_of(image[2]) }, node.caption{ title } } }
    elseif image then
      return { node.figure(nodes) }
    end
    return #nodes > 0 and { node.paragraph(nodes) } or {}
  end
end
opens["*caption"] = function(content, state)
  add_text(state, content[1])
  if content[2] then say(state, "unsure", "a caption loses its markup") end
  return no_children{}
end
opens.Para, opens.Plain = paragraph, paragraph

function opens.Header(content, state)
  local level = content[1]
  if level > 6 then say(state, "unsure", ("a heading of level %d became one of level 6"):format(level)) end
  return content[3], function(nodes)
    local given = fields(content[2], { level = math.max(1, math.min(6, level)) })
    if given.id == galley.text.slug(plain_of(content[3])) then given.id = nil end
    return { node.heading(filled(given, blank_ends(nodes))) }
  end
end
function opens.CodeBlock(content, state)
  add_text(state, content[2])
  local given = content[1]
  if given[1] ~= "" or #given[2] > 1 or #given[3] > 0 then say(state, "unsure", "a code block keeps its language only, no other attributes") end
  return no_children{ node.code_block{ info = given[2][1] or "", text = content[2] .. (content[2] ~= "" and "\n" or "") } }
end
function opens.RawBlock(content, state)
  if content[1]:find("^html") then return no_children{ node.html_block((content[2]:gsub("\n*$", "\n"))) } end
  add_text(state, content[2])
  say(state, "unsure", ("raw %s stands as a code block"):format(content[1]))
  return no_children{ node.code_block{ info = content[1], text = content[2] .. "\n" } }
end
function opens.LineBlock(content)
  local lines = {}
  for i, line in ipairs(content) do
    if i > 1 then lines[#lines + 1] = { t = "LineBreak" } end
    lines[#lines + 1] = { t = "*inlines", c = line }
  end
  return lines, function(nodes) return #nodes > 0 and { node.paragraph(nodes) } or {} end
end
function opens.BlockQuote(content) return content, make("block_quote") end
function opens.HorizontalRule() return no_children{ node.thematic_break() } end
function opens.Null() return no_children{} end
function opens.Div(content, state)
  local given = content[1]
  return content[2], function(nodes)
    local name = given[2][1]
    if bare(given) or name == "figure" or #nodes == 0 then return nodes end
    local rest = { given[1], table.move(given[2], 2, #given[2], 1, {}), given[3] }
    if name and name:find("^%a[%w_-]*$") then return { node.directive(filled(fields(rest, { name = name, form = "block" }), nodes)) } end
    say(state, "unsure", "a division without a class is no part of its own any more")
    return nodes
  end
end
function opens.Figure(content, state) -- since 3.0: attributes, caption, blocks
  local caption, body = content[2][2], content[3]
  local inner = #body == 1 and (body[1].t == "Plain" or body[1].t == "Para") and body[1].c
  local image = inner and #inner == 1 and inner[1].t == "Image" and inner[1].c
  local text = plain_of(caption)
  if image and text ~= "" and #caption == 1 and (caption[1].t == "Plain" or caption[1].t == "Para") then
    return { { t = "Plain", c = caption[1].c } }, function(nodes)
      return { node.figure{ node.image{ url = image[3][1], alt = plain_of(image[2]) }, caption_of(nodes, text, state) } }
    end
  end
  if image and text ~= "" then
    local loses = #caption > 1
    for _, block in ipairs(caption) do loses = loses or type(block.c) ~= "table" or marked(block.c) end
    return { { t = "*caption", c = { text, loses } } }, function()
      return { node.figure{ node.image{ url = image[3][1], alt = plain_of(image[2]) }, node.caption{ text } } }
    end
  end
  if text == "" then return body, function(nodes) return nodes end end
  say(state, "unsure", "a figure that is no picture stands as its parts, the caption last")
  local all = table.move(body, 1, #body, 1, {})
  return table.move(caption, 1, #caption, #all + 1, all), function(nodes) return nodes end
end

-- ---- lists ----

-- Checkboxes are pandoc's own signs at the beginning of an item.
local function item_of(blocks, state)
  local first = blocks[1]
  local sign = first and (first.t == "Plain" or first.t == "Para") and first.c[1]
  local checked
  if sign and sign.t == "Str" and (sign.c == "☐" or sign.c == "☒") then
    checked = sign.c == "☒"
    local rest = table.move(first.c, 2, #first.c, 1, {})
    blocks = table.move(blocks, 1, #blocks, 1, {})
    blocks[1] = { t = first.t, c = rest }
  end
  add_text(state, "\n")
  return blocks, function(nodes)
    if checked ~= nil then
      if nodes[1] and nodes[1].type == "paragraph" then
        nodes[1].first:insert_before(node.task{ checked = checked })
        local text = nodes[1].first.next
        if text and not (text.type == "text" and text.text:find("^%s")) then text:insert_before(node.text(" ")) end
      else
        table.insert(nodes, 1, node.paragraph{ node.task{ checked = checked } })
      end
    end
    return { node.item(nodes) }
  end
end
opens["*item"] = item_of

local function list_of(items, given)
  local children, tight = {}, true
  for i, blocks in ipairs(items) do
    children[i] = { t = "*item", c = blocks }
    for _, block in ipairs(blocks) do tight = tight and block.t ~= "Para" end
  end
  given.tight = tight
  return children, function(nodes) return #nodes > 0 and { node.list(filled(given, nodes)) } or {} end
end
function opens.BulletList(content) return list_of(content, {}) end
function opens.OrderedList(content, state)
  local start, style, mark = content[1][1], content[1][2].t, content[1][3].t
  if style ~= "Decimal" and style ~= "DefaultStyle" then say(state, "unsure", "a list with letters, Roman numbers or example marks has numbers now") end
  if start < 0 or start > 999999999 then start = 1 end
  return list_of(content[2], { ordered = true, start = start, delimiter = (mark == "OneParen" or mark == "TwoParens") and ")" or "." })
end
opens["*term"] = function(content, state)
  add_text(state, "\n")
  return content, make("definition_term")
end
opens["*definition"] = function(content, state)
  add_text(state, "\n")
  return content, make("definition")
end
function opens.DefinitionList(content)
  local children = {}
  for _, entry in ipairs(content) do
    children[#children + 1] = { t = "*term", c = entry[1] }
    for _, blocks in ipairs(entry[2]) do children[#children + 1] = { t = "*definition", c = blocks } end
  end
  return children, make("definition_list")
end

-- ---- tables ----

local sides = { AlignLeft = "left", AlignRight = "right", AlignCenter = "center" }

-- A cell is one line: its paragraphs follow each other, anything else keeps its words.
opens["*cell"] = function(content, state)
  local cell, side = content[1], content[2]
  add_text(state, "\n")
  local children = {}
  if cell then
    if cell[3] ~= 1 or cell[4] ~= 1 then say(state, "lost", "a cell over several rows or columns of a table is one cell, with empty ones beside it") end
    side = sides[cell[2].t] or side
    local blocks = cell[5]
    if #blocks > 1 then say(state, "unsure", "a cell of a table with several paragraphs has one line now") end
    for i, block in ipairs(blocks) do
      if i > 1 then children[#children + 1] = { t = "Space" } end
      if block.t == "Plain" or block.t == "Para" then
        children[#children + 1] = { t = "*inlines", c = block.c }
      else
        say(state, "lost", "lists, code and the like in a cell of a table keep their words only")
        children[#children + 1] = { t = "*words", c = { block } }
      end
    end
  end
  return children, function(nodes)
    for i, part in ipairs(nodes) do
      if type(part) ~= "string" and (part.type == "linebreak" or part.type == "softbreak") then nodes[i] = " " end
    end
    return { node.table_cell(filled({ alignment = side or nil }, blank_ends(nodes))) }
  end
end
-- The words of any blocks, as one text.
opens["*words"] = function(content)
  return content, function(nodes)
    local texts = {}
    for _, part in ipairs(nodes) do
      local text = type(part) == "string" and part or part:plain():gsub("%s+", " ")
      if text:find("%S") then texts[#texts + 1] = text end
    end
    return { table.concat(texts, " ") }
  end
end
opens["*row"] = function(content)
  return content.cells, function(nodes) return { node.table_row(filled({ header = content.header or nil }, nodes)) } end
end

local function row_of(row, columns, count, header)
  local cells, at = {}, 0
  for _, cell in ipairs(row and row[2] or {}) do
    at = at + 1
    cells[at] = { t = "*cell", c = { cell, columns[at] } }
    for _ = 2, math.min(cell[4], count - at) do
      at = at + 1
      cells[at] = { t = "*cell", c = { nil, columns[at] } }
    end
  end
  for i = at + 1, count do cells[i] = { t = "*cell", c = { nil, columns[i] } } end
  return { t = "*row", c = { cells = cells, header = header } }
end

function opens.Table(content, state)
  local _, caption, specs, head, bodies, foot = table.unpack(content, 1, 6)
  local columns, rows, count = {}, {}, #specs
  for i, spec in ipairs(specs) do columns[i] = sides[spec[1].t] or false end
  if count == 0 then return no_children{} end
  local heads = head[2]
  if #heads == 0 then say(state, "unsure", "a table without a head has an empty one now") end
  if #heads > 1 then say(state, "unsure", "a table's second row of heads is a plain row now") end
  rows[1] = row_of(heads[1], columns, count, true)
  for i = 2, #heads do rows[#rows + 1] = row_of(heads[i], columns, count) end
  for _, body in ipairs(bodies) do
    for _, list in ipairs{ body[3], body[4] } do
      for _, row in ipairs(list) do rows[#rows + 1] = row_of(row, columns, count) end
    end
  end
  for _, row in ipairs(foot[2]) do rows[#rows + 1] = row_of(row, columns, count) end
  local parts = { { t = "*table", c = rows } }
  if #caption[2] > 0 then
    say(state, "unsure", "a table's caption stands as a paragraph below it")
    table.move(caption[2], 1, #caption[2], 2, parts)
  end
  return parts, function(nodes) return nodes end
end
opens["*table"] = function(content) return content, make("table") end

-- ---- the loop ----

-- Before these the text that is counted has a line end.
local parting = { Para = true, Plain = true, Header = true, CodeBlock = true, RawBlock = true, LineBlock = true, BlockQuote = true, Table = true,
  Figure = true }

local function open(element, state)
  if type(element) ~= "table" or type(element.t) ~= "string" then error("an element without a type", 0) end
  local how = opens[element.t]
  if not how then
    say(state, "lost", ("'%s' is no element that is known, and is left out"):format(element.t))
    return nil, {}
  end
  if parting[element.t] then add_text(state, "\n") end
  local ok, children, finish = pcall(how, element.c, state)
  if not ok then error(("a %s that has not the parts it must have"):format(element.t), 0) end
  if children == nil and type(finish) ~= "table" or children ~= nil and type(children) ~= "table" then error(("a %s without a list"):format(element.t), 0) end
  return children, finish
end

local function is_list(part) return part and type(part) ~= "string" and part.type == "list" end

-- Neighbours that are text become one text; a comment parts lists that would be one when they are read.
local function joined(nodes)
  local out, run = {}, {}
  for i, part in ipairs(nodes) do
    local before = nodes[i - 1]
    if is_list(part) and is_list(before) and part.ordered == before.ordered and part.delimiter == before.delimiter then
      out[#out + 1] = node.html_block("<!-- -->\n")
    end
    if type(part) == "string" then
      run[#run + 1] = part
    else
      if #run > 0 then out[#out + 1] = table.concat(run) end
      run = {}
      out[#out + 1] = part
    end
  end
  if #run > 0 then out[#out + 1] = table.concat(run) end
  return out
end

--- { document, text, lost, unsure } of a list of blocks; raises a text for what is none.
function pandoc_tree.read(list)
  local state = { text = {}, note_text = {}, notes = {}, count = 0, lost = {}, unsure = {} }
  local frames = { { list = list, at = 0, out = {} } }
  while true do
    local frame = frames[#frames]
    frame.at = frame.at + 1
    local element = frame.list[frame.at]
    if element == nil then
      local nodes = joined(frame.out)
      if #frames == 1 then
        table.move(state.notes, 1, state.count, #nodes + 1, nodes)
        local result = { document = node.document(nodes), text = table.concat(state.text) .. "\n" .. table.concat(state.note_text, "\n") }
        for _, kind in ipairs{ "lost", "unsure" } do
          result[kind] = {}
          for i, what in ipairs(state[kind]) do
            local times = state[kind][what]
            result[kind][i] = times > 1 and ("%s (%d times)"):format(what, times) or what
          end
        end
        return result
      end
      frames[#frames] = nil
      local above = frames[#frames].out
      for _, made in ipairs(frame.finish(nodes)) do above[#above + 1] = made end
    else
      local children, finish = open(element, state)
      if children then
        frames[#frames + 1] = { list = children, at = 0, out = {}, finish = finish }
      else
        for _, made in ipairs(finish) do frame.out[#frame.out + 1] = made end
      end
    end
  end
end

return pandoc_tree
