--- Prose for edits: a block's text over the borders of its nodes, and replacing that spares some places.
local prose = {}

--- The blocks whose children are text.
prose.blocks = "paragraph, heading, table_cell, caption, attribution, definition_term"

--- A block's text as a reader meets it, and its text nodes: { node, first, last } in that text. What is
-- no prose (code, raw HTML, shortcodes) is one U+FFFC, a line's end a blank.
function prose.flatten(block)
  local parts, pieces, length = {}, {}, 0
  for node in block:descendants() do
    local text = "\u{FFFC}"
    if node.type == "text" then
      text = node.text
      pieces[#pieces + 1] = { node = node, first = length + 1, last = length + #text }
    elseif node.type == "softbreak" or node.type == "linebreak" then
      text = " "
    elseif node.first then
      text = ""
    end
    parts[#parts + 1] = text
    length = length + #text
  end
  return table.concat(parts), pieces
end

--- Adds the places of names in networks: @name and #name.
function prose.handles(text, add)
  for first, last in text:gmatch("%f[@#]()[@#][%w_]+()") do add(first, last - 1) end
end

--- Adds the places of addresses (https://..., www...., name@host, host.org/...) and of what reads like a tag: an
-- attribute with a shortcode makes a tag that is none to Markdown, yet is one to readers' browsers.
function prose.addresses(text, add)
  for first, last in text:gmatch("()</?%a[^<>]*>()") do add(first, last - 1) end
  local at = 1
  while true do
    local first, last = text:find("%S+", at)
    if not first then return end
    local word = text:sub(first, last)
    if word:find("://", 1, true) or word:find("^%W*www%.") or word:find("%w@%w[%w-]*%.%w") or word:find("%w%.%a%a+/")
      or word:find("^%W*mailto:") then
      add(first, last)
    end
    at = last + 1
  end
end

-- What begins with a straight single mark and is no quotation: '90s, 'tis, 'n'.
local function is_elision(text, at)
  return text:find("^'%d", at) or text:find("^'[Tt]is%f[%W]", at) or text:find("^'[Tt]was%f[%W]", at)
    or text:find("^'em%f[%W]", at) or text:find("^'n'", at) or text:find("^'[Cc]ause%f[%W]", at)
end

-- Adds quotations between single marks; a closing one stands at a word's end, an apostrophe within a word.
local function single_quotations(text, open, close, add)
  local at = 1
  while true do
    local first, last = text:find(open, at, true)
    if not first then return end
    at = last + 1
    local begins = first == 1 or text:find("^[%s(%[—–“\"]", first - 1) or open ~= "'"
    if begins and text:find("^%S", at) and not (open == "'" and is_elision(text, first)) then
      local from = at
      while true do
        local stop, stop_last = text:find(close, from, true)
        if not stop then break end
        from = stop_last + 1
        if not text:find("^[%w\128-\255]", from) and not text:find("^%s", stop - 1) then
          add(first, stop_last)
          at = from
          break
        end
      end
    end
  end
end

--- Adds the places of quotations, “...”, "...", ‘...’ and '...', that end in the same block.
function prose.quotations(text, add)
  local at = 1
  while true do
    local first, last = text:find("“.-”", at)
    if not first then break end
    add(first, last)
    at = last + 1
  end
  single_quotations(text, "‘", "’", add)
  single_quotations(text, "'", "'", add)
  at = 1
  while true do
    local first, last = text:find('"%f[^%s"][^"]*"', at)
    if not first then return end
    if first == 1 or text:sub(first - 1, first - 1):find("[%s(%[]") then
      add(first, last)
      at = last + 1
    else
      at = first + 1
    end
  end
end

--- As document:replace_text over each block that matches, but not in places that `spare(text, add, block)`
-- adds: add(first, last). Returns how many were replaced.
function prose.replace(document, from, to, options, spare)
  local found = false -- of most articles nothing but this is asked, which costs next to nothing
  document:replace_text(from, function() found = true end, options)
  if not found then return 0 end
  local mark = "\u{E000}" -- stands for the first letter of what is spared; no text has it
  local source = document:plain()
  for code = 0xE000, 0xE0FF do
    mark = utf8.char(code)
    if not source:find(mark, 1, true) then break end
  end
  local letter = from:match("^[%z\1-\127\194-\244][\128-\191]*") or from:sub(1, 1)
  local marked = {}
  for block in document:each(prose.blocks) do
    local text, pieces, inside = nil, nil, {}
    local function add(first, last) inside[#inside + 1] = { first, last } end
    if block:plain():find(from, 1, true) then -- few blocks have it
      text, pieces = prose.flatten(block)
      if text:find(from, 1, true) then spare(text, add, block) end
    end
    if #inside > 0 then
      local at, changes = 1, {}
      while true do
        local first, last = text:find(from, at, true)
        if not first then break end
        for _, place in ipairs(inside) do
          if first >= place[1] and last <= place[2] then changes[#changes + 1] = first break end
        end
        at = first + 1
      end
      for i = #changes, 1, -1 do -- from the end, so that places stay
        for _, piece in ipairs(pieces) do
          if changes[i] >= piece.first and changes[i] <= piece.last then
            local offset, whole = changes[i] - piece.first + 1, piece.node.text
            piece.node.text = whole:sub(1, offset - 1) .. mark .. whole:sub(offset + #letter)
            marked[#marked + 1] = true
          end
        end
      end
    end
  end
  local count = document:replace_text(from, to, options)
  if #marked > 0 then
    for node in document:each("text") do
      local text = node.text
      if text:find(mark, 1, true) then node.text = text:gsub(mark, (letter:gsub("%%", "%%%%"))) end
    end
  end
  return count
end

--- Adds the places where a longer text stands already, so that "A" to "A team" is done once.
function prose.occurrences(text, what, add)
  local at = 1
  while true do
    local first, last = text:find(what, at, true)
    if not first then return end
    add(first, last)
    at = last + 1
  end
end

return prose
