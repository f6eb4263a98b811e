--- Abbreviations explained where they first stand: `<abbr title="National Health Service">NHS</abbr>`.
--
-- The list is the option `list`, a file of the data folder (`data: abbreviations` reads data/abbreviations.yaml),
-- the front matter's `abbreviations` of one article, and paragraphs of lines such as "*[NHS]: National Health
-- Service" in it, which go; the last one wins. Code, links, headings, picture texts and
-- what is explained in brackets by the author ("National Health Service (NHS)") are left alone.
local elements = require("elements")

local function add(list, from)
  if from == nil then return end
  for name, meaning in pairs(from) do
    if type(name) == "string" and name:find("%S") and type(meaning) == "string" then list[name] = meaning end
  end
end

-- Takes out paragraphs in which every line is a definition; their pairs go to the list.
local function take_definitions(document, list)
  for paragraph in document:children() do
    local first = paragraph.type == "paragraph" and paragraph.first
    if first and first.type == "text" and first.text:sub(1, 2) == "*[" then
      local lines, found = { "" }, {}
      for node in paragraph:children() do
        if node.type == "softbreak" then lines[#lines + 1] = "" else lines[#lines] = lines[#lines] .. node:plain() end
      end
      for _, line in ipairs(lines) do
        local name, meaning = line:match("^%*%[([^%]]+)%]:%s*(.*%S)")
        if not name then found = nil break end
        found[name] = meaning
      end
      if found then
        add(list, found)
        paragraph:remove()
      end
    end
  end
end

-- Whether the author's own <abbr> is around it.
local function is_explained(text)
  local before = text.previous
  return before ~= nil and before.type == "html_inline" and before.text:lower():find("^<abbr%f[%A]") ~= nil
end

local function is_letter(text, at) -- the character at a byte, or the one that ends before it
  return at >= 1 and at <= #text and text:find("^[%w_\x80-\xff]", at) ~= nil
end

-- The first place of a whole word.
local function find(text, word)
  local from = 1
  while true do
    local first, last = text:find(word, from, true)
    if not first then return nil end
    if not is_letter(text, first - 1) and not is_letter(text, last + 1) then return first, last end
    from = last + 1
  end
end

return {
  kind = "filter",
  name = "abbreviations",
  api = 1,
  options = {
    list = { type = "map", default = {}, help = "NHS: National Health Service" },
    data = { type = "string", default = "abbreviations", help = "the file of the data folder" },
    every = { type = "boolean", default = false, help = "each time, not only the first" },
    except = { type = "string", default = "heading, link, image, code, code_block, directive[name=abbr]", help = "a selector of what is left alone" },
  },
  article = function(article, ctx)
    local list, words = {}, {}
    local data = ctx.site.data
    add(list, data and data[ctx.options.data])
    add(list, ctx.options.list)
    add(list, article.meta.abbreviations)
    take_definitions(article.document, list)
    for word in pairs(list) do words[#words + 1] = word end
    table.sort(words, function(a, b) return #a > #b or (#a == #b and a < b) end)
    local except = ctx.options.except:find("%S") and "text:not(:within(" .. ctx.options.except .. "))" or "text"
    if #words == 0 then return end
    local done, whole = {}, article.document:plain()
    for _, word in ipairs(words) do -- the author explains it: "Full Name (FN)"
      if whole:lower():find(list[word]:lower() .. " (" .. word:lower() .. ")", 1, true) then done[word] = not ctx.options.every end
    end
    for text in article.document:each(except) do
      local literal, parts, last_end = text.text, {}, 1
      while not is_explained(text) do -- the first of all words in what is left
        local rest, best, first, last = literal:sub(last_end), nil, nil, nil
        for _, word in ipairs(words) do
          if not done[word] then
            local from, to = find(rest, word)
            local before = last_end > 1 and is_letter(literal, last_end - 1)
            if from and not (from == 1 and before) and (not first or from < first) then best, first, last = word, from, to end
          end
        end
        if not best then break end
        if first > 1 then parts[#parts + 1] = rest:sub(1, first - 1) end
        parts[#parts + 1] = elements.inline{ "abbr", title = list[best], best }
        done[best] = not ctx.options.every
        last_end = last_end + last
      end
      if #parts > 0 then
        if last_end <= #literal then parts[#parts + 1] = literal:sub(last_end) end
        text:replace(parts)
      end
    end
  end,
}
