--- Where a template's statements lead: what if, for, while, repeat and function open and close.
--
-- Statements are read as words, only as far as that needs. Wherever ways through the template part or meet, the contexts of
-- galley.template_context are joined or compared, so that a value is always escaped for one and the same place.
--
-- `self` is the compiler of galley.template_compile: its context, its stack of what is open, its labels; fail and push are its methods.

local context = require("galley.template_context")

local flow = {}

local format = string.format

local loops = { ["for"] = true, ["while"] = true, ["repeat"] = true }

local function branches_differ(self, place_of, opener, a, b)
  self:fail(place_of.line, place_of.column, format("branches of the if at line %d end in different places (%s and %s); end each where the other ends",
    opener.line, context.describe(a), context.describe(b)))
end

local function end_branch(self, token, entry)
  if not entry.result then
    entry.result = self.context
    return
  end
  local joined = context.join(entry.result, self.context)
  if not joined then branches_differ(self, token, entry, entry.result, self.context) end
  entry.result = joined
end

local function end_loop(self, token, entry)
  if not context.loop_closes(entry.start, self.context) then
    self:fail(token.line, token.column, format("the loop of line %d ends in another place than it began (%s, not %s); close in the loop what it opens",
      entry.line, context.describe(self.context), context.describe(entry.start)))
  end
  self.context = entry.start
end

local function in_function(self)
  for index = #self.stack, 1, -1 do
    if self.stack[index].kind == "function" then return true end
    if self.stack[index].kind == "block" or self.stack[index].kind == "macro" then return false end
  end
  return false
end

local function innermost_loop(self)
  for index = #self.stack, 1, -1 do
    local kind = self.stack[index].kind
    if loops[kind] then return self.stack[index] end
    if kind == "function" or kind == "block" or kind == "macro" then return nil end
  end
end

local words = {}

words["if"] = function(self, token)
  self:push("if", token, { start = self.context })
end
words["elseif"] = function(self, token)
  local entry = self.stack[#self.stack]
  if not entry or entry.kind ~= "if" then self:fail(token.line, token.column, "elseif without an if; open it with {% if x then %}") end
  end_branch(self, token, entry)
  self.context = entry.start
end
words["else"] = function(self, token)
  words["elseif"](self, token)
  self.stack[#self.stack].has_else = true
end
words["for"] = function(self, token, following)
  self.context = context.loop(self.context, following)
  self:push(token.text, token, { start = self.context, wants_do = true })
end
words["while"] = words["for"]
words["do"] = function(self, token)
  local entry = self.stack[#self.stack]
  if entry and entry.wants_do then
    entry.wants_do = nil
  else
    self:push("do", token)
  end
end
words["repeat"] = function(self, token, following)
  self.context = context.loop(self.context, following)
  self:push("repeat", token, { start = self.context })
end
words["until"] = function(self, token)
  local entry = table.remove(self.stack)
  if not entry or entry.kind ~= "repeat" then self:fail(token.line, token.column, "until without a repeat; open it with {% repeat %}") end
  end_loop(self, token, entry)
end
words["function"] = function(self, token)
  self:push("function", token, { start = self.context })
end
words["end"] = function(self, token)
  local entry = self.stack[#self.stack]
  if not entry then self:fail(token.line, token.column, "end without an if, for, while, do or function; take it out") end
  if entry.kind == "block" or entry.kind == "macro" then
    self:fail(token.line, token.column, format("end inside the %s of line %d, with nothing to end; close a %s with {%% end%s %%}", entry.kind, entry.line, entry.kind, entry.kind))
  end
  if entry.kind == "repeat" then self:fail(token.line, token.column, "a repeat is closed by {% until x %}, not by end") end
  self.stack[#self.stack] = nil
  if entry.kind == "if" then
    end_branch(self, token, entry)
    if not entry.has_else then
      local joined = context.join(entry.result, entry.start)
      if not joined then
        self:fail(token.line, token.column, format("the if of line %d ends %s, but without it the page would be %s there; close in it what it opens",
          entry.line, context.describe(entry.result), context.describe(entry.start)))
      end
      entry.result = joined
    end
    self.context = entry.result
  elseif loops[entry.kind] then
    end_loop(self, token, entry)
  end
end
words["break"] = function(self, token)
  local loop = innermost_loop(self)
  if loop and not context.loop_closes(loop.start, self.context) then
    self:fail(token.line, token.column, "break inside something the loop has opened; close the tag or the value first")
  end
end
words["return"] = function(self, token)
  if not in_function(self) then self:fail(token.line, token.column, "return in a template; use {% if %} around what should not be printed") end
end

local function meet_label(self, token, name)
  if in_function(self) then return end
  local known = self.labels[name]
  if not known then
    self.labels[name] = self.context
  elseif context.key(known) ~= context.key(self.context) then
    self:fail(token.line, token.column, "a goto between different places of the page; use {% if %} instead")
  end
end

--- Goes through a statement's words; `following` is the literal text after it, nil if none.
function flow.follow(self, piece, following)
  local tokens = piece.tokens
  for index = 1, #tokens do
    local token = tokens[index]
    if token.kind == "name" then
      local word = words[token.text]
      if word then word(self, token, index == #tokens and following or nil) end
      if token.text == "goto" and tokens[index + 1] then meet_label(self, token, tokens[index + 1].text) end
    elseif token.text == "::" and tokens[index + 2] and tokens[index + 2].text == "::" then
      meet_label(self, token, tokens[index + 1].text)
    end
  end
end

return flow
