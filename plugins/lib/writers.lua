--- Writing text formats: one function for each type of node, everything else done here.
--
--     local rules = writers.derive(writers.plain, {
--       strong = function(node, inner) return "*" .. inner .. "*" end,
--     })
--     local text = writers.write(rules, article.document)
--
-- A rule gets (node, inner, context, parts, rules): `inner` is what its children gave, put together; `parts` is
-- the same as a list; `context` a table of the caller's for notes and the like. It answers text (or a table, for
-- a rule above it to use). Children come first. Types without a rule give their children. Blocks stand apart by
-- `rules.gap` (in tight lists `tight_gap`), inlines by `inline_gap`. The walk is a loop: no depth of nesting can exhaust the stack.
local writers = {}

local inline_parents = { paragraph = true, heading = true, table_cell = true, caption = true, attribution = true,
  definition_term = true, emph = true, strong = true, link = true, image = true, strikethrough = true, superscript = true,
  subscript = true, span = true }

--- Rules that take what they do not have from a base.
function writers.derive(base, rules) return setmetatable(rules, { __index = base }) end

local function join(node, parts, rules)
  local count = #parts
  if count == 0 then return "" end
  if count == 1 then return type(parts[1]) == "string" and parts[1] or nil end
  local kept = {}
  for _, part in ipairs(parts) do
    if type(part) ~= "string" then return nil end
    if part ~= "" then kept[#kept + 1] = part end
  end
  if inline_parents[node.type] or (node.type == "directive" and node.form == "inline") then
    return table.concat(kept, rules.inline_gap)
  end
  local tight = node.type == "item" and node.parent and node.parent.tight
  return table.concat(kept, tight and rules.tight_gap or rules.gap or "\n\n")
end

local nothing_below = {}

--- What the rules make of a node.
function writers.write(rules, root, context)
  local node, stack = root, {}
  local parts = {}
  while true do
    local child = node.first
    if child then
      stack[#stack + 1] = parts
      parts, node = {}, child
    else
      local own = node.type == "table" and {} or nothing_below -- rules change a table's list of rows only
      while true do -- leave this node, and its parents as long as it is their last
        local rule = rules[node.type]
        local inner = join(node, own, rules)
        local result = inner
        if rule then result = rule(node, inner, context, own, rules) end
        if node == root then return result end
        parts[#parts + 1] = result == nil and "" or result
        local next = node.next
        if next then
          node = next
          break
        end
        node, own = node.parent, parts
        parts = stack[#stack]
        stack[#stack] = nil
      end
    end
  end
end

--- Text with `prefix` before each line, or `first` before the first of them.
function writers.indent(text, prefix, first)
  return (first or prefix) .. text:gsub("\n([^\n])", "\n" .. prefix:gsub("%%", "%%%%") .. "%1")
end

--- Lines filled to a width; line ends that are in the text stay.
function writers.wrap(text, width)
  if not width or width <= 0 then return text end
  local lines = {}
  for line in (text .. "\n"):gmatch("(.-)\n") do
    lines[#lines + 1] = line:find("%S") and galley.text.wrap(line, width) or nil
  end
  return table.concat(lines, "\n")
end

--- A function that replaces single characters: writers.escaper{ ["%"] = "\\%" }.
function writers.escaper(map)
  local set = {}
  for character in pairs(map) do set[#set + 1] = "%" .. character end
  table.sort(set)
  local pattern = "[" .. table.concat(set) .. "]"
  return function(text) return (text:gsub(pattern, map)) end
end

--- Text without characters that mean something to a terminal or a mail program.
function writers.clean(text)
  if text:find("[\0-\8\11-\31\127]") then text = text:gsub("[\0-\8\11-\31\127]", "") end
  return text
end

--- Whether a paragraph stands in a tight list's item, as a line rather than a block.
function writers.is_tight(node) return node.parent ~= nil and node.parent.type == "item" and node.parent.parent.tight == true end

--- Whether a node stands in a footnote's text.
function writers.is_in_note(node)
  while node and node.type ~= "footnote_definition" do node = node.parent end
  return node ~= nil
end

--- The columns that are left for a node's text inside lists and quotations.
function writers.room(node, width)
  if width == 0 then return 0 end -- nothing is filled
  local above = node.parent
  while above and width do
    if above.type == "item" then
      width = width - (above.parent.ordered and 4 or 2)
    elseif above.type == "block_quote" or above.type == "definition" or above.type == "footnote_definition" then
      width = width - 4
    end
    above = above.parent
  end
  return width and math.max(width, 20)
end

--- What stands before an item: "- ", "3. ", "[x] "; the second value is the indentation of its other lines.
function writers.marker(node, bullet)
  local list = node.parent
  if not list.ordered then return bullet .. " ", (" "):rep(#bullet + 1) end
  local number = ("%d%s "):format((list.start or 1) + node.index - 1, list.delimiter or ".")
  if #number < 4 then number = number .. (" "):rep(4 - #number) end
  return number, (" "):rep(#number)
end

--- The alignment of each of a table's columns.
function writers.alignments(node)
  local list, cell = {}, node.first and node.first.first
  while cell do
    list[#list + 1] = cell.alignment or "left"
    cell = cell.next
  end
  return list
end

--- A link's address for readers who are not on the site; "" for what no reader should open. With the article, also
-- what its author wrote relative to its page.
function writers.absolute(url, ctx, article)
  local scheme = (url or ""):gsub("[%c%s]", ""):lower():match("^(%a[%w+.-]*):")
  if scheme and not scheme:find("^https?$") and not scheme:find("^mailto$") and not scheme:find("^tel$") and not scheme:find("^ftp$")
    and not scheme:find("^gemini$") then
    return ""
  end
  if url and url:find("{[{%%<]") then return "" end -- another generator's shortcode
  local base = (ctx.site.url or ""):gsub("/*$", "")
  if not url or scheme or base == "" or url:find("^#") or url == "" then return url or "" end
  if url:find("^/") and not url:find("^//") then return base .. url end -- a path of the site
  return article and galley.url.resolve(base .. article.url, url) or url
end

-- Makes the widths fit into `room`, none less than its longest word; false where that cannot be. What wants less than
-- its share of the rest leaves it to the others.
local function fit(widths, least, room)
  local fixed, open = {}, #widths
  for _, one in ipairs(least) do room = room - one end
  if room < 0 then return false end
  repeat
    local changed, share = false, room // math.max(open, 1)
    for i, width in ipairs(widths) do
      if not fixed[i] and width - least[i] <= share then
        fixed[i], changed = true, true
        room, open = room - (width - least[i]), open - 1
      end
    end
  until not changed
  for i in ipairs(widths) do if not fixed[i] then widths[i] = least[i] + room // open end end
  return true
end

-- Too many columns for the width: each row as a list of its cells.
local function records(rows, width)
  local out, names = {}, rows.header and rows[1] or {}
  for n, row in ipairs(rows) do
    local lines = {}
    for i, cell in ipairs(row) do
      local name = names[i] or ""
      if n > 1 or not rows.header then
        if cell ~= "" then lines[#lines + 1] = writers.wrap((name ~= "" and name .. ": " or "") .. cell, width) end
      end
    end
    if #lines > 0 then out[#out + 1] = table.concat(lines, "\n") end
  end
  return table.concat(out, "\n\n")
end

--- Rows of cells in columns, each as wide as its widest cell; with a width, cells are filled so that lines fit it.
function writers.columns(rows, alignments, width)
  local widths, least, lines = {}, {}, {}
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row) do
      widths[i] = math.max(widths[i] or 0, galley.text.width(cell))
      for word in cell:gmatch("%S+") do least[i] = math.max(least[i] or 0, galley.text.width(word)) end
      least[i] = least[i] or 0
    end
  end
  local filled = false
  if width and width > 0 then
    local all = 2 * (#widths - 1)
    for _, one in ipairs(widths) do all = all + one end
    filled = all > width
    if filled and not fit(widths, least, width - 2 * (#widths - 1)) then return records(rows, width) end
  end
  for n, row in ipairs(rows) do
    local cells, height = {}, 1
    for i, cell in ipairs(row) do
      cells[i] = {}
      for line in ((filled and galley.text.wrap(cell, widths[i]) or cell) .. "\n"):gmatch("(.-)\n") do table.insert(cells[i], line) end
      height = math.max(height, #cells[i])
    end
    if filled and n > 1 and not (n == 2 and rows.header) then lines[#lines + 1] = "" end
    for at = 1, height do
      local parts = {}
      for i in ipairs(row) do
        local text = cells[i][at] or ""
        local space = (" "):rep(widths[i] - galley.text.width(text))
        parts[i] = alignments[i] == "right" and space .. text or text .. space
      end
      lines[#lines + 1] = table.concat(parts, "  "):gsub("%s+$", "")
    end
    if n == 1 and rows.header then
      local rules = {}
      for i, one in ipairs(widths) do rules[i] = ("-"):rep(one) end
      lines[#lines + 1] = table.concat(rules, "  ")
    end
  end
  return table.concat(lines, "\n")
end

--- Plain text, filled to rules.width.
writers.plain = { width = 72, gap = "\n\n", tight_gap = "\n", inline_gap = "", bullet = "-", quote = "    ", rule = "* * *" }
local plain = writers.plain

local function nothing() return "" end
local function clean(node) return writers.clean(node.text) end

plain.text, plain.code = clean, clean
plain.shortcode, plain.more = nothing, nothing
function plain.html_inline(node) return node.text:find("^<[bB][rR]%s*/?>$") and "\n" or "" end
function plain.html_block(node, _, _, _, rules) -- what a reader sees of it
  local text = galley.html.text(node.text)
  return text and writers.wrap(writers.clean(text), writers.room(node, rules.width)) or ""
end
function plain.softbreak() return " " end
function plain.linebreak() return "\n" end
function plain.image(node) return node.alt or "" end
function plain.task(node) return node.checked and "[x]" or "[ ]" end
function plain.footnote_reference(node) return ("[%s]"):format(node.number or node.label) end
function plain.code_block(node) return writers.indent((writers.clean(node.text):gsub("\n$", "")), "    ") end
function plain.table_row(_, _, _, parts) return parts end
function plain.table_cell(_, inner) return (inner:gsub("\n", " ")) end

function plain.paragraph(node, inner, _, _, rules) return writers.wrap(inner, writers.room(node, rules.width)) end
plain.heading, plain.caption, plain.attribution = plain.paragraph, plain.paragraph, plain.paragraph
function plain.thematic_break(_, _, _, _, rules) return rules.rule end
function plain.block_quote(_, inner, _, _, rules) return writers.indent(inner, rules.quote) end
function plain.definition(_, inner) return writers.indent(inner, "    ") end
function plain.definition_list(_, _, _, parts) return table.concat(parts, "\n") end
function plain.figure(_, _, _, parts) return table.concat(parts, "\n") end
function plain.list(node, _, _, parts) return table.concat(parts, node.tight and "\n" or "\n\n") end
function plain.item(node, inner, _, _, rules)
  local first, rest = writers.marker(node, rules.bullet)
  return writers.indent(inner, rest, first)
end
function plain.footnote_definition(node, inner)
  return writers.indent(inner, "    ", ("[%s] "):format(node.number ~= 0 and node.number or node.label))
end
function plain.table(node, _, _, rows, rules)
  rows.header = node.first and node.first.header
  return writers.columns(rows, writers.alignments(node), rules and writers.room(node, rules.width))
end

return writers
