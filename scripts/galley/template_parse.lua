--- Splits a template's text into pieces: text, expressions, statements, includes; comments are dropped.
--
-- The end of a tag is found by Lua's own rules for strings, comments and brackets, so `{{ f({ a = {1} }) }}` and
-- `{{ "}}" }}` are whole. A piece is a table:
--   { kind = "text", text, line, column }
--   { kind = "expression" | "statement" | "include", code, tokens, line, column }
-- `code` is the Lua text with comments blanked and line ends kept; `tokens` are its names, strings and symbols.
-- A line with nothing on it but `{% %}` or `{# #}` tags leaves no blank line behind.

local parse = {}

local find, sub, match, gsub = string.find, string.sub, string.match, string.gsub

local closings = { ["{"] = "}}", ["%"] = "%}", ["("] = ")}", ["#"] = "#}" }
local kinds = { ["{"] = "expression", ["%"] = "statement", ["("] = "include", ["#"] = "comment" }

--- Line and column (in bytes, from 1) of a position; a table of line starts made once.
local function line_starts(text)
  local starts, at = { 1 }, 1
  while true do
    at = find(text, "\n", at, true)
    if not at then return starts end
    at = at + 1
    starts[#starts + 1] = at
  end
end

local function place(starts, position)
  local low, high = 1, #starts
  while low < high do
    local middle = (low + high + 1) // 2
    if starts[middle] <= position then low = middle else high = middle - 1 end
  end
  return low, position - starts[low] + 1
end

-- Lua from `at` up to the closing mark. Returns code, tokens, the position after the mark; or nil, message.
local function scan(text, at, close)
  local code, tokens, depth, from = {}, {}, 0, at
  local first = sub(close, 1, 1)
  while true do
    local start = find(text, "%S", at)
    if not start then return nil, "never closed; add " .. close end
    at = start
    if depth == 0 and sub(text, at, at + 1) == close then
      code[#code + 1] = sub(text, from, at - 1)
      return table.concat(code), tokens, at + 2
    end
    -- `%}` ends a statement also inside an open bracket: it cannot be Lua, and the error then names this tag.
    if first == "%" and sub(text, at, at + 1) == close then
      return nil, "has a bracket that is never closed; close it before " .. close
    end
    local c = sub(text, at, at)
    local level = match(text, "^%[(=*)%[", at)
    if level then
      local _, stop = find(text, "]" .. level .. "]", at, true)
      if not stop then return nil, "has a long string that is never closed; add ]" .. level .. "]" end
      tokens[#tokens + 1] = { kind = "string", text = sub(text, at, stop), value = sub(text, at + #level + 2, stop - #level - 2), at = at }
      at = stop + 1
    elseif c == '"' or c == "'" then
      local stop = at + 1
      while true do
        stop = find(text, "[\\\n" .. c .. "]", stop)
        if not stop or sub(text, stop, stop) == "\n" then return nil, "has a string that is never closed; add " .. c end
        if sub(text, stop, stop) == c then break end
        stop = stop + 2
      end
      tokens[#tokens + 1] = { kind = "string", text = sub(text, at, stop), value = sub(text, at + 1, stop - 1), at = at }
      at = stop + 1
    elseif find(text, "^%-%-", at) then
      code[#code + 1] = sub(text, from, at - 1)
      local long = match(text, "^%-%-%[(=*)%[", at)
      local stop
      if long then
        local _, last = find(text, "]" .. long .. "]", at, true)
        if not last then return nil, "has a comment that is never closed; add ]" .. long .. "]" end
        stop = last + 1
      else
        local line_end = find(text, "\n", at, true) or #text + 1
        stop = find(text, close, at, true) or line_end
        if stop > line_end then stop = line_end end
      end
      code[#code + 1] = " " .. gsub(sub(text, at, stop - 1), "[^\n]+", "")
      at, from = stop, stop
    elseif find(text, "^[%a_]", at) then
      local word = match(text, "^[%w_]+", at)
      tokens[#tokens + 1] = { kind = "name", text = word, at = at }
      at = at + #word
    elseif find(text, "^%.?%d", at) then
      local number = match(text, "^%.?%d[%w_.]*", at)
      tokens[#tokens + 1] = { kind = "number", text = number, at = at }
      at = at + #number
    else
      if find(c, "[({[]") then depth = depth + 1 elseif find(c, "[)}%]]") then depth = depth - 1 end
      if depth < 0 then return nil, "has a " .. c .. " too many; take it out, or open it first" end
      local symbol = find(text, "^::", at) and "::" or c
      tokens[#tokens + 1] = { kind = "symbol", text = symbol, at = at }
      at = at + #symbol
    end
  end
end

-- The tags of a text in order: { kind, code, tokens, line, column, first, after }; or nil, line, column, message.
local function find_tags(text, starts)
  local tags, at = {}, 1
  while true do
    local open = find(text, "{[{%%(#]", at)
    if not open then return tags end
    local mark = sub(text, open + 1, open + 1)
    local line, column = place(starts, open)
    local tag = { kind = kinds[mark], line = line, column = column, first = open }
    if tag.kind == "comment" then
      local _, stop = find(text, "#}", open + 2, true)
      if not stop then return nil, line, column, "{# is never closed; add #}" end
      tag.after = stop + 1
    else
      local close = closings[mark]
      local code, tokens, after = scan(text, open + 2, close)
      if not code then return nil, line, column, "{" .. mark .. " " .. tokens end
      if #tokens == 0 then return nil, line, column, "{" .. mark .. " " .. close .. " is empty; write something in it, or take it out" end
      for index = 1, #tokens do
        local token = tokens[index]
        token.line, token.column = place(starts, token.at)
        if token.kind == "name" and sub(token.text, 1, 2) == "__" then
          return nil, token.line, token.column, "names that begin with __ are the template's own; call " .. token.text .. " something else"
        end
      end
      tag.code, tag.tokens, tag.after = code, tokens, after
    end
    tags[#tags + 1] = tag
    at = tag.after
  end
end

-- Statements and comments that have a line to themselves take the whole line with them.
local function trim_lines(text, starts, tags)
  local index = 1
  while index <= #tags do
    local last = index
    local tag = tags[index]
    if tag.kind == "statement" or tag.kind == "comment" then
      local line_start = starts[tag.line]
      while tags[last + 1] and (tags[last + 1].kind == "statement" or tags[last + 1].kind == "comment")
        and not find(sub(text, tags[last].after, tags[last + 1].first - 1), "[^ \t]") do
        last = last + 1
      end
      local _, stop = find(text, "^[ \t]*\n?", tags[last].after)
      local ends_line = stop == #text or sub(text, stop, stop) == "\n"
      if ends_line and not find(sub(text, line_start, tag.first - 1), "[^ \t]") then
        tag.first = line_start
        for inner = index, last - 1 do tags[inner].after = tags[inner + 1].first end
        tags[last].after = stop + 1
      end
    end
    index = last + 1
  end
end

--- Pieces of `text`; or nil, line, column, message.
function parse.pieces(text)
  text = gsub(text, "\r\n", "\n")
  local starts = line_starts(text)
  local tags, line, column, message = find_tags(text, starts)
  if not tags then return nil, line, column, message end
  trim_lines(text, starts, tags)
  local pieces, from = {}, 1
  -- Text after a dropped comment joins the text before it, so that a comment can stand between attributes.
  local function add_text(last)
    if last < from then return end
    local before = pieces[#pieces]
    if before and before.kind == "text" then
      before.text = before.text .. sub(text, from, last)
      return
    end
    local text_line, text_column = place(starts, from)
    pieces[#pieces + 1] = { kind = "text", text = sub(text, from, last), line = text_line, column = text_column }
  end
  for index = 1, #tags do
    local tag = tags[index]
    add_text(tag.first - 1)
    if tag.kind ~= "comment" then pieces[#pieces + 1] = tag end
    from = tag.after
  end
  add_text(#text)
  local last_line, last_column = place(starts, #text + 1)
  return pieces, last_line, last_column
end

return parse
