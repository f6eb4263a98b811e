--- pandoc's JSON tree, so that pandoc makes Word, ODT, PDF and the rest of it:
---
---     galley export pandoc news/virtual-wards.md | pandoc -f json -o release.docx
---
--- pandoc 2.11 to 2.19 and pandoc 3 read the same tree, but only with their own number on it: --option pandoc=3.
local pictures = require("pictures")
local writers = require("writers")

local string_of = galley.json.write
local function element(name, content) return ('{"t":"%s","c":%s}'):format(name, content) end
local function list(inner) return "[" .. (inner or "") .. "]" end
local function around(name) return function(_, inner) return element(name, list(inner)) end end
local function pass(_, inner) return inner end

local function attributes(node, class)
  local classes = {}
  for name in ((class or "") .. " " .. (node and node.class or "")):gmatch("%S+") do classes[#classes + 1] = string_of(name) end
  return ('[%s,[%s],[]]'):format(string_of(node and node.id or ""), table.concat(classes, ","))
end

-- Words and blanks are elements of their own; a no-break space is part of a word.
local function words(text)
  local parts = {}
  for blank, word in writers.clean(text):gmatch("([ \t]*)([^ \t]*)") do
    if blank ~= "" then parts[#parts + 1] = '{"t":"Space"}' end
    if word ~= "" then parts[#parts + 1] = element("Str", string_of(word)) end
  end
  return table.concat(parts, ",")
end

local function paragraph(node, inner)
  local tight = node.parent and node.parent.type == "item" and node.parent.parent.tight
  return element(tight and "Plain" or "Para", list(inner))
end

local alignments = { left = "AlignLeft", right = "AlignRight", center = "AlignCenter" }
local function align(name) return '{"t":"' .. (alignments[name] or "AlignDefault") .. '"}' end
local none = '["",[],[]]'

local rules = {
  gap = ",", tight_gap = ",", inline_gap = ",",
  text = function(node) return words(node.text) end,
  code = function(node) return element("Code", ("[%s,%s]"):format(none, string_of(node.text))) end,
  softbreak = function() return '{"t":"SoftBreak"}' end, linebreak = function() return '{"t":"LineBreak"}' end,
  emph = around("Emph"), strong = around("Strong"), strikethrough = around("Strikeout"), superscript = around("Superscript"),
  subscript = around("Subscript"), block_quote = around("BlockQuote"), paragraph = paragraph, attribution = paragraph, caption = paragraph,
  span = function(node, inner) return element("Span", ("[%s,[%s]]"):format(attributes(node), inner)) end,
  html_inline = function(node) return element("RawInline", '["html",' .. string_of(node.text) .. "]") end,
  html_block = function(node) return element("RawBlock", '["html",' .. string_of(node.text) .. "]") end,
  heading = function(node, inner) return element("Header", ("[%d,%s,[%s]]"):format(node.level, attributes(node), inner)) end,
  link = function(node, inner, context)
    local url = (node.url or ""):find("^#") and node.url or writers.absolute(node.url, context.ctx, context.article)
    return element("Link", ("[%s,[%s],[%s,%s]]"):format(attributes(node), inner, string_of(url), string_of(node.title or "")))
  end,
  image = function(node, inner, context)
    local path, bytes, place = pictures.resolve(context.article, node.url or ""), nil, nil
    if path then bytes, place = context.ctx.asset(path) end
    local url = bytes and place or writers.absolute(node.url, context.ctx, context.article)
    return element("Image", ("[%s,[%s],[%s,%s]]"):format(attributes(node), inner, string_of(url), string_of(node.title or "")))
  end,
  figure = function(node, _, _, parts)
    for i, part in ipairs(parts) do -- a picture gets a paragraph of its own
      if part:find('^{"t":"Image"') or part:find('^{"t":"Link"') then parts[i] = element("Para", list(part)) end
    end
    local inner = table.concat(parts, ",")
    return element("Div", ("[%s,[%s]]"):format(attributes(node, "figure"), inner))
  end,
  code_block = function(node)
    local class = (node.info or ""):match("^(%S+)")
    return element("CodeBlock", ('[["",[%s],[]],%s]'):format(class and string_of(class) or "", string_of((node.text:gsub("\n$", "")))))
  end,
  thematic_break = function() return '{"t":"HorizontalRule"}' end,
  task = function(node) return element("Str", node.checked and '"☒"' or '"☐"') end,
  item = function(_, inner) return list(inner) end,
  list = function(node, _, _, parts)
    local items = list(table.concat(parts, ","))
    if not node.ordered then return element("BulletList", items) end
    return element("OrderedList", ('[[%d,{"t":"Decimal"},{"t":"%s"}],%s]'):format(node.start or 1, node.delimiter == ")" and "OneParen" or "Period", items))
  end,
  footnote_reference = function(node, _, context)
    local inside = writers.is_in_note(node)
    context.referred[node.label] = context.referred[node.label] or not inside
    return not inside and context.notes[node.label] and element("Note", list(context.notes[node.label])) or element("Str", string_of("[" .. node.label .. "]"))
  end,
  footnote_definition = function(_, inner, context) return context.inside and inner or "" end,
  definition_term = function(_, inner) return inner end,
  definition = function(_, inner) return list(inner) end,
  definition_list = function(node, _, _, parts)
    local entries, terms, at = {}, nil, node.first
    for _, part in ipairs(parts) do
      if at.type == "definition_term" then
        entries[#entries + 1] = { term = part }
      elseif entries[#entries] then
        terms = entries[#entries]
        terms[#terms + 1] = part
      end
      at = at.next
    end
    for i, entry in ipairs(entries) do entries[i] = ("[[%s],[%s]]"):format(entry.term, table.concat(entry, ",")) end
    return element("DefinitionList", list(table.concat(entries, ",")))
  end,
  table_cell = function(_, inner)
    return ('[%s,{"t":"AlignDefault"},1,1,[%s]]'):format(none, inner ~= "" and element("Plain", list(inner)) or "")
  end,
  table_row = function(_, _, _, parts) return ("[%s,[%s]]"):format(none, table.concat(parts, ",")) end,
  table = function(node, _, _, rows)
    local columns = {}
    for i, alignment in ipairs(writers.alignments(node)) do columns[i] = ('[%s,{"t":"ColWidthDefault"}]'):format(align(alignment)) end
    local head = node.first.header and table.remove(rows, 1) or ""
    return element("Table", ('[%s,[null,[]],[%s],[%s,[%s]],[[%s,0,[],[%s]]],[%s,[]]]'):format(none, table.concat(columns, ","), none, head, none,
      table.concat(rows, ","), none))
  end,
  directive = function(node, inner)
    local name = node.form == "inline" and "Span" or "Div"
    return element(name, ("[%s,[%s]]"):format(attributes(node, node.name), inner))
  end,
  notes = pass, shortcode = function() return "" end, more = function() return "" end,
}

-- The blocks one by one, so that a long article is never in memory as a whole.
local function each_block(article, ctx)
  local context = { ctx = ctx, article = article, notes = {}, referred = {}, inside = true }
  local notes = {}
  for node in article.document:each("footnote_definition") do notes[node.label] = writers.write(rules, node, context) end
  context.notes, context.inside = notes, false
  local children, definitions, gap = article.document:children(), article.document:each("footnote_definition"), ""
  local function next_block()
    local node = children()
    if node then return writers.write(rules, node, context) end
    for definition in definitions do -- a note may have none of its own: those that only notes refer to stand behind all
      if definition.number > 0 and not context.referred[definition.label] then
        return element("Para", list(element("Str", string_of("[" .. definition.label .. "]")))) .. "," .. notes[definition.label]
      end
    end
  end
  return function()
    local block = next_block()
    if not block or block == "" then return block end
    block, gap = gap .. block, ","
    return block
  end
end

local function inlines(text) return element("MetaInlines", list(words((text:gsub("%s+", " "))))) end

local several, written -- while articles are joined

local function add(ctx, blocks)
  if blocks == "" then return end
  ctx.out:write(written and "," or "", blocks)
  written = true
end

return {
  kind = "export",
  name = "pandoc",
  api = 1,
  extension = "json",
  media_type = "application/json",
  options = { pandoc = { type = "string", default = "2", choices = { "2", "3" }, help = "the pandoc that reads it: 2 or 3, as `pandoc --version` says" } },
  head = function(articles, ctx)
    local first = articles[1]
    several, written = #articles ~= 1, false
    local meta = { '"title":' .. inlines(several and ctx.site.title or first.title) }
    if not several then
      local authors = {}
      for i, author in ipairs(first.authors) do authors[i] = inlines(author.name) end
      if #authors > 0 then meta[#meta + 1] = '"author":' .. element("MetaList", list(table.concat(authors, ","))) end
      if first.date then meta[#meta + 1] = '"date":' .. inlines(ctx.words(first.lang).date(first.date)) end
      meta[#meta + 1] = '"lang":' .. element("MetaString", string_of(first.lang or ctx.site.language))
    end
    ctx.out:write('{"pandoc-api-version":[1,', ctx.options.pandoc == "3" and 23 or 22, '],"meta":{', table.concat(meta, ","), '},"blocks":[')
  end,
  entry = each_block,
  join = function(article, ctx, blocks)
    if several then add(ctx, element("Header", ("[1,%s,[%s]]"):format(none, words((article.title:gsub("%s+", " ")))))) end
    add(ctx, blocks)
  end,
  tail = function(_, ctx) ctx.out:write("]}\n") end,
}
