--- Turns a template's pieces into one Lua chunk, whose line numbers are the template's own.
--
-- Each piece's code stands on the line the piece has in the template, so Lua's messages name the right line by themselves.
-- The values of a line, and the text before and between them, are a run (core/lua/page_api.h), which is written with one call:
--   __write(__o,3,(article.title));
-- The chunk returns main(_ENV, sheet, blocks, depth). _ENV is the page's values, so that a plain name in an expression is a
-- value. Blocks are functions of the same chunk and see the locals around them.
--
-- What the statements open and close is followed by galley.template_flow.

local closest = require("galley.closest")
local flow = require("galley.template_flow")
local parse = require("galley.template_parse")
local context = require("galley.template_context")

local compile = {}

local format, concat, find = string.format, table.concat, string.find

local MAX_NESTING = 100
local MOST_VALUES = 50 -- of a run: a call of Lua has at most 255

local habits = {
  endif = "{% end %}", endfor = "{% end %}", elif = "{% elseif x then %}", elsif = "{% elseif x then %}",
  include = '{( "name.html" )}', set = "{% x = 1 %} or {% local x = 1 %}", import = '{( "macros.html" )}',
  from = '{( "macros.html" )}', partial = '{( "name.html" )}', unless = "{% if not x then %}", assign = "{% x = 1 %}",
  range = "{% for _, x in ipairs(list) do %}", endunless = "{% end %}",
}

-- Words with which a statement begins; no other word stands alone or before a second one.
local words = { "if", "elseif", "else", "end", "for", "while", "repeat", "until", "do", "local", "function", "return", "break", "goto",
  "block", "endblock", "macro", "endmacro", "extends" }
local begins = {}
for _, word in ipairs(words) do begins[word] = true end

-- Functions of templates that only give something.
local gives = { raw = true, url = true, absolute = true, super = true }

local function quoted(text)
  return (format("%q", text):gsub("\\\n", "\\n"):gsub("\r", "\\r"))
end

local Compiler = {}
Compiler.__index = Compiler

-- Compile errors travel as one table, so that nothing else is mistaken for one.
function Compiler:fail(line, column, message)
  error({ template = format("%s:%d:%d: error: %s", self.name, line, column, message) }, 0)
end

function Compiler:emit(line, code)
  while self.line < line do
    self.parts[#self.parts + 1] = "\n"
    self.line = self.line + 1
  end
  self.parts[#self.parts + 1] = code
  local _, ends = code:gsub("\n", "")
  self.line = self.line + ends
end

-- Text is written with the next value, or before the next statement.
function Compiler:literal(text)
  self.literals[#self.literals + 1] = text
end

-- The run so far. `codes` are its values.
function Compiler:write()
  self.runs[#self.runs + 1] = self.run
  self:emit(self.run_line, format(" __write(__o,%s);", concat({ #self.runs, table.unpack(self.codes) }, ",")))
  self.run, self.codes = {}, {}
end

-- A run holds the values of one line, so that an error in one is an error at its line.
function Compiler:value(line, escaper, code)
  if #self.codes == MOST_VALUES or #self.codes > 0 and line ~= self.run_line then self:write() end
  if #self.codes == 0 then self.run_line = line end
  self.run[#self.run + 1] = concat(self.literals)
  self.run[#self.run + 1] = escaper
  self.codes[#self.codes + 1] = "(" .. code .. ")"
  self.literals = {}
end

function Compiler:flush()
  local rest = concat(self.literals)
  if rest ~= "" then
    if #self.codes == 0 then self.run_line = self.line end
    self.run[#self.run + 1] = rest
    self.literals = {}
  end
  if #self.run > 0 then self:write() end
end

-- ---------------------------------------------------------------- literal text

function Compiler:text(piece)
  local where = self.stack[#self.stack]
  if self.parent and not self.inside_block then
    if find(piece.text, "%S") then
      local before = piece.text:match("^%s*")
      local _, lines = before:gsub("\n", "")
      self:fail(piece.line + lines, lines == 0 and piece.column or 1,
        "text outside a block in a template that extends another; put it in a {% block %}")
    end
    return
  end
  if where and where.kind == "function" then
    if find(piece.text, "%S") then
      self:fail(piece.line, piece.column, "text in a function; write {% macro name(...) %} ... {% endmacro %} instead")
    end
    return
  end
  local after, message, offset = context.advance(self.context, piece.text)
  if not after then
    local line, column = piece.line, piece.column
    local before = piece.text:sub(1, offset - 1)
    local _, lines = before:gsub("\n", "")
    if lines > 0 then column = #before:match("[^\n]*$") + 1 else column = column + #before end
    self:fail(line + lines, column, message)
  end
  self.context = after
  self:literal(piece.text)
end

-- ---------------------------------------------------------------- expressions

-- Whether `raw( ... )` is the whole expression; and whether it has one argument.
local function is_call_of(tokens, name)
  if not (tokens[1].text == name and tokens[1].kind == "name" and tokens[2] and tokens[2].text == "(") then return false end
  local depth, single = 0, #tokens > 3
  for index = 2, #tokens do
    local token = tokens[index]
    if token.kind == "symbol" then
      if token.text == "," and depth == 1 then single = false end
      if token.text == "(" then depth = depth + 1 end
      if token.text == ")" then
        depth = depth - 1
        if depth == 0 then return index == #tokens, single end
      end
    end
  end
  return false
end

function Compiler:check_expression(piece, before, after)
  local chunk, message = load(before .. piece.code .. after, "=e", "t", {})
  if message == "not enough memory" then error(message, 0) end
  if not chunk then
    local line, what = message:match("^e:(%d+): (.*)$")
    what = (what or message):gsub(" near <eof>$", ""):gsub(" near '%)'$", "")
    self:fail(piece.line + (tonumber(line) or 1) - 1, piece.column, "not a Lua expression: " .. what .. "; write one value between the braces")
  end
end

function Compiler:expression(piece, following)
  local tokens = piece.tokens
  local where = self.stack[#self.stack]
  if self.parent and not self.inside_block then
    self:fail(piece.line, piece.column, "a value outside a block in a template that extends another; put it in a {% block %}")
  end
  if where and where.kind == "function" then
    self:fail(piece.line, piece.column, "a value in a function; write {% macro name(...) %} ... {% endmacro %} instead")
  end
  if #tokens == 3 and tokens[1].text == "super" and tokens[2].text == "(" then
    if not self.inside_block then self:fail(piece.line, piece.column, "super() outside a block; use it inside {% block %}") end
    self:flush()
    self:emit(piece.line, " __super(__o,__chain,__index,__default);")
    return
  end
  for index = 1, #tokens - 1 do
    if tokens[index].kind == "name" and tokens[index].text == "super" and tokens[index + 1].text == "("
      and not (tokens[index - 1] and (tokens[index - 1].text == "." or tokens[index - 1].text == ":")) then
      self:fail(tokens[index].line, tokens[index].column, "super() inside an expression; write {{ super() }} by itself")
    end
  end
  self:check_expression(piece, "return (", "\n)")
  local name, after, quoting = context.value(self.context, following)
  if not name then self:fail(piece.line, piece.column, after) end
  local code = piece.code
  local is_raw, single = is_call_of(tokens, "raw")
  if is_raw then
    if name == "text" or name == "xml_text" or name == "plain" then
      name = "raw"
      -- Marking a value as safe, only to print it, would cost more than printing it.
      if single then code = code:gsub("raw", "", 1) end
    elseif name ~= "cdata" then
      self:fail(piece.line, piece.column, "raw() " .. context.describe(self.context) .. "; raw is for text between tags, write the value without it here")
    end
  end
  if quoting then self:literal('"') end
  self:value(piece.line, name, code)
  if quoting then self:literal('"') end
  self.context = after
end

function Compiler:include(piece)
  local tokens = piece.tokens
  self:check_expression(piece, "local function f(...) end f(", "\n)")
  self:flush()
  if tokens[1].kind == "string" and (not tokens[2] or tokens[2].text == ",") then
    -- Compiled now, so that its errors are found now; unless it is being compiled already.
    local literal, problem = load("return " .. tokens[1].text)
    if not literal then error(problem, 0) end -- the text was checked above: only memory can be missing
    local name = literal()
    local ok, message = self.loader:prepare(name, self.context, self.active)
    if not ok then
      if message.missing then self:fail(tokens[1].line, tokens[1].column, message.missing) end
      error(message, 0)
    end
  end
  local contexts = self.contexts
  contexts[#contexts + 1] = self.context
  -- Outside of blocks, one that extends another includes for the macros alone.
  local into = self.parent and not self.inside_block and "nil" or "__o"
  self:emit(piece.line, format(" __include(%s,_ENV,__depth,%d,%s);", into, #contexts, piece.code))
end

-- ---------------------------------------------------------------- statements

function Compiler:push(kind, piece, extra)
  if #self.stack >= MAX_NESTING then self:fail(piece.line, piece.column, "nested deeper than " .. MAX_NESTING .. "; move a part into a macro") end
  local entry = extra or {}
  entry.kind, entry.line, entry.column = kind, piece.line, piece.column
  self.stack[#self.stack + 1] = entry
  return entry
end

function Compiler:begin_block(piece, name)
  if self.blocks[name] and self.blocks[name].own then
    self:fail(piece.line, piece.column, format('a second block "%s" (the first is at line %d); give it another name', name, self.blocks[name].line))
  end
  local inherited = self.inherited[name]
  local defining = self.parent and not self.inside_block
  if defining and not inherited then
    local names = {}
    for known in pairs(self.inherited) do names[#names + 1] = known end
    self:fail(piece.line, piece.column, format('no block "%s" in "%s"; %s', name, self.parent.name, compile.suggest(name, names, "block")))
  end
  self:flush()
  local start = defining and inherited.context or self.context
  if not defining and inherited and context.key(inherited.context) ~= context.key(start) then
    self:fail(piece.line, piece.column, format('block "%s" stands %s here, but %s in "%s"; give it another name', name,
      context.describe(start), context.describe(inherited.context), self.parent.name))
  end
  self:push("block", piece, { name = name, start = start, outer = self.context, outer_inside = self.inside_block, defining = defining })
  self.blocks[name] = { context = start, own = true, line = piece.line }
  self.inside_block, self.context = true, start
  self:emit(piece.line, format(defining and " __define(__blocks,%s,function(__o,__chain,__index,__default)"
    or " __block(__blocks,__o,%s,function(__o,__chain,__index,__default)", quoted(name)))
end

-- A block may end in another part of its URL, since another template's block may too: then nothing is known after it.
function Compiler:end_block(piece, name)
  local entry = self.stack[#self.stack]
  if not entry or entry.kind ~= "block" then
    self:fail(piece.line, piece.column, entry and format("endblock inside the %s of line %d; close that first", entry.kind, entry.line)
      or "endblock without a block; take it out")
  end
  if name and name ~= entry.name then
    self:fail(piece.line, piece.column, format('endblock names "%s", but the block of line %d is "%s"; write endblock', name, entry.line, entry.name))
  end
  local joined = context.join(entry.start, self.context)
  if not joined then
    self:fail(piece.line, piece.column, format('the block of line %d ends %s, but began %s; close in it what it opens', entry.line,
      context.describe(self.context), context.describe(entry.start)))
  end
  self:flush()
  self.stack[#self.stack] = nil
  self:emit(piece.line, " end);")
  self.inside_block = entry.outer_inside
  if entry.defining then
    self.context = entry.outer
  else
    self.context = joined
    if joined.part then
      self.context = setmetatable({}, nil)
      for key, value in pairs(joined) do self.context[key] = value end
      self.context.part, self.context.scheme, self.context.dynamic = "unknown", nil, nil
    end
  end
end

function Compiler:begin_macro(piece)
  local tokens = piece.tokens
  local parameters = piece.code:match("^%s*macro%s+[%a_][%w_]*%s*(%b())%s*$")
  if not parameters or not load("return function" .. parameters .. " end", "=m", "t", {}) then
    self:fail(piece.line, piece.column, "a macro without a list of names; write {% macro card(article) %}")
  end
  self:flush()
  self:push("macro", piece, { outer = self.context, outer_inside = self.inside_block, outer_parent = self.parent })
  self.context = context.text(self.context.xml)
  -- Text in a macro counts as in a block: it is not printed where it stands.
  self.inside_block = self.inside_block or "macro"
  self:emit(piece.line, format(" function %s%s local __o=__take();", tokens[2].text, parameters))
end

function Compiler:end_macro(piece)
  local entry = self.stack[#self.stack]
  if not entry or entry.kind ~= "macro" then
    self:fail(piece.line, piece.column, entry and format("endmacro inside the %s of line %d; close that first", entry.kind, entry.line)
      or "endmacro without a macro; take it out")
  end
  if self.context.state ~= "text" then
    self:fail(piece.line, piece.column, format("the macro of line %d ends %s; close in it what it opens", entry.line, context.describe(self.context)))
  end
  self:flush()
  self.stack[#self.stack] = nil
  self:emit(piece.line, " return __made(__o) end;")
  self.context, self.inside_block = entry.outer, entry.outer_inside
end

function Compiler:statement(piece, following)
  local tokens = piece.tokens
  local first, second = tokens[1].text, tokens[2]
  if first == "extends" and second and second.kind == "string" and #tokens == 2 then
    self:fail(piece.line, piece.column, "extends must be the first thing in a template, and there once; move it to the top")
  elseif first == "block" and second and second.kind == "name" and #tokens == 2 then
    return self:begin_block(piece, second.text)
  elseif first == "endblock" and #tokens <= 2 then
    return self:end_block(piece, second and second.text)
  elseif first == "macro" and second and second.kind == "name" then
    return self:begin_macro(piece)
  elseif first == "endmacro" and #tokens <= 2 then
    return self:end_macro(piece)
  elseif habits[first] and tokens[1].kind == "name" and (not second or second.kind ~= "symbol" or second.text == "{") then
    self:fail(piece.line, piece.column, format("no statement %s here: statements are Lua; write %s", first, habits[first]))
  elseif tokens[1].kind == "name" and not begins[first] and (not second or second.kind == "name") then
    local near = closest.name(first, words)
    self:fail(piece.line, piece.column, format("no statement %s here; %s", first, near and format('did you mean "%s"?', near)
      or format("{{ %s }} prints a value", first)))
  elseif gives[first] and second and second.text == "(" then
    self:fail(piece.line, piece.column, format("%s() as a statement does nothing; {{ %s(...) }} prints what it gives", first, first))
  end
  self:flush()
  flow.follow(self, piece, following)
  self:emit(piece.line, " " .. piece.code .. ";")
end

-- ---------------------------------------------------------------- a whole template

function Compiler:finish(line, column)
  local open = self.stack[#self.stack]
  if open then
    local closer = open.kind == "block" and "{% endblock %}" or open.kind == "macro" and "{% endmacro %}"
      or open.kind == "repeat" and "{% until x %}" or "{% end %}"
    self:fail(open.line, open.column, format("this %s is never closed; add %s", open.kind, closer))
  end
  local joined = context.join(self.start, self.context)
  if not joined then
    self:fail(line, column, format("the template ends %s, but began %s; close what is open", context.describe(self.context), context.describe(self.start)))
  end
  self:flush()
  self:emit(self.line, " end")
end

-- `extends` as the first piece; white space before it does not count.
local function take_extends(pieces)
  local first = 1
  if pieces[1] and pieces[1].kind == "text" and not find(pieces[1].text, "%S") then first = 2 end
  local piece = pieces[first]
  local tokens = piece and piece.kind == "statement" and piece.tokens
  if tokens and tokens[1].text == "extends" and tokens[2] and #tokens == 2 and tokens[2].kind == "string" then
    return piece, assert(load("return " .. tokens[2].text))(), first + 1
  end
  if tokens and tokens[1].text == "extends" and tokens[1].kind == "name" then return piece, nil end
  return nil, nil, 1
end

-- "line:column" of Lua's own message: the line is right, the column is that of the first tag there.
function Compiler:lua_message(message, pieces)
  local line, what = message:match(":(%d+): (.*)$")
  line = tonumber(line) or 1
  local column = 1
  for index = 1, #pieces do
    if pieces[index].kind ~= "text" and pieces[index].line == line then
      column = pieces[index].column
      break
    end
  end
  what = (what or message):gsub(" near '?;'?$", ""):gsub(" near '__%w+'$", "")
  self:fail(line, column, "not Lua: " .. what .. "; see the tag on this line, or the one before it")
end

--- The table { main, contexts, parent, blocks } of a template's text, compiled to stand in `start`; raises a table { template =
--- message } when it cannot. `loader:prepare(name, context, active)` finds parents and includes.
function compile.template(text, name, start, loader, active)
  local self = setmetatable({
    name = name, loader = loader, active = active, start = start, context = start, parts = {}, line = 1, literals = {}, run = {}, codes = {}, runs = {},
    stack = {}, labels = {}, blocks = {}, inherited = {}, contexts = {},
  }, Compiler)
  if find(text, "^\27") or find(text, "\0", 1, true) then self:fail(1, 1, "not text: it holds a NUL or ESC byte; save it as UTF-8") end
  local pieces, line, column, message = parse.pieces(text)
  if not pieces then self:fail(line, column, message) end
  local piece, parent_name, first = take_extends(pieces)
  if piece then
    if not parent_name then self:fail(piece.line, piece.column, 'extends without one quoted name; write {% extends "base.html" %}') end
    local parent, problem = loader:prepare(parent_name, start, active, true)
    if not parent then
      if problem.missing then self:fail(piece.tokens[2].line, piece.tokens[2].column, problem.missing) end
      error(problem, 0)
    end
    self.parent, self.inherited = parent, parent.blocks
    for block, known in pairs(parent.blocks) do self.blocks[block] = { context = known.context } end
  end
  for index = first, #pieces do
    local each = pieces[index]
    local following = pieces[index + 1] and pieces[index + 1].kind == "text" and pieces[index + 1].text or nil
    if each.kind == "text" then self:text(each)
    elseif each.kind == "expression" then self:expression(each, following)
    elseif each.kind == "include" then self:include(each)
    else self:statement(each, following) end
  end
  self:finish(line, column)
  return self:link(pieces)
end

-- The generated code, loaded with the functions it calls.
function Compiler:link(pieces)
  local runtime = self.loader.runtime
  local entry = { contexts = self.contexts, parent = self.parent, blocks = self.blocks, name = self.name }
  local head = "local __write,__include,__block,__define,__super,__take,__made=... return function(_ENV,__o,__blocks,__depth)"
  local shown = self.name
  if #shown > 55 then shown = "..." .. shown:sub(-52) end
  local chunk, message = load(head .. concat(self.parts), "=" .. shown, "t", {})
  if message == "not enough memory" then error(message, 0) end
  if not chunk then self:lua_message(message, pieces) end
  entry.main = chunk(runtime.writer(self.runs), runtime.include(self.loader, entry), runtime.block, runtime.define, runtime.super,
    runtime.take, runtime.made)
  return entry
end

-- ---------------------------------------------------------------- did you mean

--- "did you mean ...?" or the list of what there is.
function compile.suggest(name, names, what)
  table.sort(names)
  local best = closest.name(name, names)
  if best then return format('did you mean "%s"?', best) end
  if #names == 0 then return "there is no " .. what end
  return "there are " .. concat(names, ", ", 1, math.min(#names, 20))
end

return compile
