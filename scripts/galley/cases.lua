--- Golden cases of plugins: readable files of inputs and what must come of them.
--
--     Anything before the first marker is a comment.
--
--     --- case: a stop at the end goes
--     --- options
--     keep: [Ltd.]
--     --- article
--     # A heading.
--     --- html
--     <h1>A heading</h1>
--
-- A line of content that looks like a marker is written with a backslash before it; one blank line
-- before a marker `--- case` only separates.
local closest = require("galley.closest")

local cases = {}

cases.inputs = { options = true, article = true, source = true, arguments = true }
cases.results = { "html", "markdown", "tree", "json", "text", "meta", "findings", "messages", "output", "status" }

local known = { case = true }
for name in pairs(cases.inputs) do known[name] = true end
for _, name in ipairs(cases.results) do known[name] = true end

local names = closest.keys(known)

-- What a line that is nearly a marker was meant to be; or nil.
local function slip(line)
  local word = line:match("^%-%-%- (%l+)$") or line:match("^%-%-%- (%l+): .+$")
  return word and not known[word] and closest.name(word, names), word
end

local function marker(line)
  local word, rest = line:match("^%-%-%- (%l+)(.*)$")
  if not word or not known[word] then return nil end
  if rest == "" then return word, nil end
  local argument = rest:match("^: (.+)$")
  if argument then return word, argument end
end

--- { comment, sections = { { word, argument, text, line } }, cases = { { name, line, sections } } } or nil and a message table.
function cases.parse(text, file)
  local result, section = { comment = "", cases = {} }, nil
  local number = 0
  if text ~= "" and not text:find("\n$") then text = text .. "\n" end
  for line in text:gmatch("([^\n]*)\n") do
    number = number + 1
    local word, argument = marker(line)
    local meant, written = slip(line)
    if meant and #result.cases > 0 then
      return nil, { file = file, line = number,
        message = ("there is no part '%s'; did you mean '--- %s'? A line of content is written with a backslash before it"):format(written, meant) }
    end
    if word == "case" then
      local one = { name = argument or ("case %d"):format(#result.cases + 1), line = number, sections = {} }
      result.cases[#result.cases + 1] = one
      section = nil
    elseif word then
      local one = result.cases[#result.cases]
      if not one then
        return nil, { file = file, line = number, message = ("'--- %s' stands before the first '--- case: NAME'"):format(word) }
      end
      section = { word = word, argument = argument, text = "", line = number }
      one.sections[#one.sections + 1] = section
    elseif section then
      section.text = section.text .. (line:gsub("^\\(\\*%-%-%- )", "%1")) .. "\n"
    elseif #result.cases == 0 then
      result.comment = result.comment .. line .. "\n"
    elseif line ~= "" then
      return nil, { file = file, line = number,
        message = "this text belongs to no part of the case; begin a part with a line such as '--- article'" }
    end
  end
  if #result.cases == 0 then return nil, { file = file, line = 1, message = "there is no case; begin one with '--- case: NAME'" } end
  for i, one in ipairs(result.cases) do
    local last = one.sections[#one.sections]
    if last and i < #result.cases then last.text = last.text:gsub("^\n$", ""):gsub("\n\n$", "\n") end
  end
  return result
end

local function escape(text)
  return (("\n" .. text):gsub("\n(\\*%-%-%- )", "\n\\%1"):sub(2))
end

--- The file's text again.
function cases.write(parsed)
  local out = { parsed.comment }
  for i, one in ipairs(parsed.cases) do
    if i > 1 then out[#out + 1] = "\n" end
    out[#out + 1] = ("--- case: %s\n"):format(one.name)
    for _, section in ipairs(one.sections) do
      out[#out + 1] = ("--- %s%s\n"):format(section.word, section.argument and ": " .. section.argument or "")
      local text = escape(section.text)
      out[#out + 1] = text
      if text ~= "" and not text:find("\n$") then out[#out + 1] = "\n" end
    end
  end
  return table.concat(out)
end

return cases
