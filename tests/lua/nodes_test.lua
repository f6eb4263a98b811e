--- Nodes in Lua: fields, the way around, changes, loops, walks, replace_text, and what each misuse
--- says. Run by tests/unit/document_api_test.c, or by `galley lua tests/lua/nodes_test.lua`.
local make = galley.node
local failures = 0

local function test(name, body)
  local good, message = pcall(body)
  if good then
    print("ok - nodes: " .. name)
  else
    failures = failures + 1
    print("not ok - nodes: " .. name .. ": " .. tostring(message):gsub("\n", " "))
  end
end

local function equal(got, wanted)
  if got ~= wanted then
    error(("got %s, wanted %s"):format(tostring(got), tostring(wanted)), 2)
  end
end

--- The call must raise an error that has `part` in it and begins with this file's position.
local function fails(part, call, ...)
  local good, message = pcall(call, ...)
  if good then error("no error; wanted: " .. part, 2) end
  if not message:find(part, 1, true) then
    error(("got %q, wanted %q"):format(message, part), 2)
  end
  if not message:find("^[^:]*nodes_test.lua:%d+: ") then
    error(("no position in %q"):format(message), 2)
  end
end

--- A tree as text: (heading "Text" (emph "x")).
local function show(node)
  local out = {}
  local function add(at)
    if at.type == "text" then
      out[#out + 1] = '"' .. at.text .. '"'
      return
    end
    local parts = {}
    for child in at:children() do
      parts[#parts + 1] = show(child)
    end
    out[#out + 1] = "(" .. at.type .. (#parts > 0 and " " or "") .. table.concat(parts, " ") .. ")"
  end
  add(node)
  return out[1]
end

local function sample()
  return make.document {
    make.heading { level = 2, "Text ", make.emph { "x" } },
    make.paragraph { "See ", make.link { url = "http://a.b", title = "T", "this" }, "." },
    make.list { make.item { "one" }, make.item { "two" }, "three" },
  }
end

test("constructors", function()
  equal(show(sample()), '(document (heading "Text " (emph "x")) (paragraph "See " (link "this") ".")'
    .. ' (list (item (paragraph "one")) (item (paragraph "two")) (item (paragraph "three"))))')
  equal(make.code_block { info = "lua", text = "return" }.text, "return")
  equal(make.code "x".text, "x")
  equal(make.text { "x" }.text, "x")
  equal(make.heading "Short".level, 1)
  equal(show(make.paragraph "a\nb"), '(paragraph "a" (softbreak) "b")')
  equal(show(make.paragraph ""), "(paragraph)")
  equal(make.directive { form = "inline", name = "n", "x" }.form, "inline")
  if galley.markdown then
    local function written(fields)
      return (galley.markdown.write(make.document { make.directive(fields) }):gsub("\n$", ""))
    end
    equal(written { form = "leaf", name = "map", label = "The ward", attributes = { zoom = "3" } }, '::map[The ward]{zoom="3"}')
    equal(written { form = "leaf", name = "map", "The ward" }, "::map[The ward]")
    equal(written { form = "leaf", name = "map" }, "::map")
    local marked = galley.markdown.parse("::map[a]\n\nx :abbr[b]")
    for one in marked:each("directive") do one.label = one.label .. "!" end
    equal(galley.markdown.write(marked), "::map[a!]\n\nx :abbr[b!]\n")
    equal(galley.markdown.write(make.document { make.paragraph { make.directive { form = "inline", name = "abbr", "b" } } }), ":abbr[b]\n")
    local none, why = galley.markdown.write(make.document { make.paragraph { "x", make.superscript "2" } })
    equal(tostring(none) .. ": " .. why, "nil: a superscript has no Markdown: 'superscript' of the dialect is off; switch it on by markdown: in galley.yaml")
  end
  equal(make.directive { class = "wide box", "x" }.name .. make.directive "x".name, "widediv")
  equal(make.shortcode { alone = true, "{{< x >}}" }.alone, true)
  equal(make.span { attributes = { width = "3", ["data-x"] = "y" }, class = "a" }.attributes.width, "3")
  equal(make.thematic_break {}.type, "thematic_break")
  equal(make.emph().first, nil)
end)

test("pairs is ipairs", function()
  local function said(list)
    local parts = {}
    for i, item in pairs(list) do parts[#parts + 1] = i .. ":" .. (type(item) == "userdata" and item.type or item) end
    return table.concat(parts, " ")
  end
  equal(said(sample()), "1:heading 2:paragraph 3:list")
  equal(said(make.text "x"), "")
  if galley.yaml then equal(said(galley.yaml.parse("a: [x, y]").a), "1:x 2:y") end
end)

test("fields", function()
  local root = sample()
  local heading, paragraph = root.first, root.first.next
  equal(heading.level, 2)
  heading.level = 3
  equal(heading.level, 3)
  equal(heading.url, nil)
  local link = paragraph:find "link"
  equal(link.url, "http://a.b")
  link.title = nil
  equal(link.title, nil)
  link.title = ""
  equal(link.title, "")
  local list = root.last
  equal(list.tight, true)
  equal(list.delimiter, nil)
  list.ordered = true
  list.start = 4
  equal(list.delimiter, ".")
  list.delimiter = ")"
  equal(list.delimiter, ")")
  local image = make.image { url = "x", "al", make.emph { "t" } }
  equal(image.alt, "alt")
  image.alt = "new"
  equal(show(image), '(image "new")')
  local cell = make.table_cell {}
  equal(cell.alignment, nil)
  cell.alignment = "right"
  equal(cell.alignment, "right")
  cell.alignment = nil
  equal(cell.alignment, nil)
  heading.id = "top"
  heading.class = "a b"
  equal(heading:matches "heading#top.b", true)
  fails('a heading has no field "url"', function() heading.url = "x" end)
  fails('must be from 1 to 6', function() heading.level = 7 end)
  fails('must be from 1 to 6', function() heading.level = -1 end)
  fails('must be a whole number', function() heading.level = 1.5 end)
  fails('must be a whole number', function() heading.level = "2" end)
  fails('cannot be taken away', function() heading.level = nil end)
  fails('did you mean "level"', function() return heading.lvel end)
  fails('did you mean "level"', function() heading.levl = 1 end)
  fails('cannot be assigned', function() heading.parent = root end)
  fails('is a function', function() heading.append = root end)
  fails('must be a string, not a table', function() heading.id = {} end)
  fails('is not UTF-8 from its byte 2', function() heading.id = "a\xff" end)
  fails('one line', function() heading.first.text = "a\nb" end)
  fails('must be "left"', function() cell.alignment = "top" end)
  fails('one attribute at a time', function() heading.attributes = {} end)
end)

test("the way around", function()
  local root = sample()
  local heading = root.first
  equal(heading.parent, root)
  equal(root.parent, nil)
  equal(heading.next.previous, heading)
  equal(root.last.next, nil)
  equal(root[2], heading.next)
  equal(root[4], nil)
  equal(root[0], nil)
  equal(#root, 3)
  equal(root.index, nil)
  equal(root.last.index, 3)
  equal(root.last.first.root, root)
  local seen = { [heading] = "heading" }
  equal(seen[root.first], "heading")
  equal(heading.position, nil)
  equal(tostring(heading), "heading")
  equal(root:plain(), "Text x\nSee this.\none\ntwo\nthree")
  equal(root:find("item:nth-child(2)"):plain(), "two")
  local pictured = make.document{ make.paragraph{ "Here ", make.image{ url = "a.png", "a cat" }, " sits." }, make.paragraph{ make.image{ url = "b.png", "a dog" } } }
  equal(pictured:plain(), "Here a cat sits.\na dog")
  equal(pictured:plain{ images = true }, pictured:plain())
  equal(pictured:plain{ images = false }, "Here  sits.")
  fails("plain has no option \"image\"; did you mean \"images\"", pictured.plain, pictured, { image = false })
  equal(root:find("table"), nil)
end)

test("attributes", function()
  local span = make.span { "x" }
  local attributes = span.attributes
  attributes.width = "1"
  attributes.id = "i"
  attributes["data-b"] = 2
  attributes.width = "3"
  local out = {}
  for name, value in pairs(attributes) do
    out[#out + 1] = name .. "=" .. value
    attributes[name] = nil
  end
  equal(table.concat(out, " "), "width=3 id=i data-b=2")
  equal(span.id, nil)
  equal(attributes.width, nil)
  fails("no name for an attribute", function() attributes["a b"] = "x" end)
  fails("no name for an attribute", function() attributes[""] = "x" end)
  fails("must be a string", function() attributes[1] = "x" end)
  fails("must be a string", function() attributes.x = {} end)
  fails("must be a string", function() return attributes[{}] end)
end)

test("changes", function()
  local root = sample()
  local heading, paragraph, list = root[1], root[2], root[3]
  equal(root:append(heading), heading)
  equal(root.last, heading)
  root:prepend { heading, "Intro" }
  equal(show(root[2]), '(paragraph "Intro")')
  root[2]:remove()
  equal(paragraph:insert_before("Before"):plain(), "Before")
  equal(paragraph:insert_after({ make.thematic_break(), "After" }).type, "thematic_break")
  equal(#root, 6)
  paragraph:replace { make.thematic_break(), paragraph, make.thematic_break() }
  equal(paragraph.previous.type, "thematic_break")
  equal(paragraph.next.type, "thematic_break")
  paragraph:insert_before(paragraph)
  paragraph:insert_after { paragraph }
  equal(paragraph.previous.type .. paragraph.next.type, "thematic_breakthematic_break")
  local link = paragraph:find "link"
  link:wrap(make.strong())
  equal(show(paragraph), '(paragraph "See " (strong (link "this")) ".")')
  link.parent:unwrap()
  equal(show(paragraph), '(paragraph "See " (link "this") ".")')
  link:replace(make.strong { link })
  equal(show(paragraph), '(paragraph "See " (strong (link "this")) ".")')
  equal(link.parent, nil)
  paragraph:find("strong"):replace { "a", "b" }
  equal(show(paragraph), '(paragraph "See " "a" "b" ".")')
  equal(paragraph.first:replace {}, nil)
  equal(paragraph.first:replace(false), nil)
  equal(show(paragraph), '(paragraph "b" ".")')
  local item = list.first
  equal(item:remove(), item)
  equal(item.parent, nil)
  equal(item:remove(), item)
  list:append(item)
  equal(list.last, item)
  list:append("four")
  equal(show(list.last), '(item (paragraph "four"))')
end)

test("clones", function()
  local root = sample()
  local clone = root:clone()
  equal(show(clone), show(root))
  clone.first.level = 5
  equal(root.first.level, 2)
  local emph = root:find("emph"):clone()
  equal(emph.parent, nil)
  equal(show(emph), '(emph "x")')
end)

test("nodes move between documents and stay themselves", function()
  local link = make.link { url = "a", make.emph { "x" } }
  local emph = link.first
  local root = make.document { make.paragraph { link } }
  equal(root:find "link", link)
  link.url = "later"
  equal(root:find("link").url, "later")
  equal(emph.parent, link)
  local other = make.document()
  while root.first do other:append(root.first) end
  equal(other:find "emph", emph)
  equal(root.first, nil)
  local paragraph = make.paragraph { "a", make.document { "one paragraph" } }
  equal(show(paragraph), '(paragraph "a" "one paragraph")')
  other:append(make.document { "x", "y" })
  equal(#other, 3)
end)

test("what cannot stand where", function()
  local root = sample()
  fails("a text cannot stand in a document", root.append, root, make.text "x")
  fails("a paragraph cannot stand in a heading", root.first.append, root.first, make.paragraph "x")
  fails("a paragraph cannot stand in a list; put it into an item", root.last.append, root.last,
    make.paragraph "x")
  fails("append: a string cannot stand in a table", function() make.table():append "x" end)
  fails("a string cannot stand in a thematic_break", function() make.thematic_break():append "x" end)
  local quote = make.block_quote { make.block_quote { "x" } }
  root:append(quote)
  fails("a block_quote cannot be put into itself", quote.append, quote, quote)
  fails("a block_quote cannot be put into itself", quote.first.append, quote.first, quote)
  fails("a block_quote cannot be put into itself", quote.first.insert_before, quote.first, quote)
  fails("wrap", quote.wrap, quote, quote.first)
  fails("wrap", quote.first.wrap, quote.first, quote)
  fails("a document cannot be put into itself", root.append, root, root)
  fails("a document cannot be put into itself", quote.append, quote, root)
  fails("has no parent", root.insert_before, root, "x")
  fails("has no parent", root.replace, root, "x")
  fails("has no parent", root.unwrap, root)
  fails("call remove", quote.replace, quote, nil)
  fails("not a table", root.append, root, { { "x" } })
  fails("not nil", root.append, root, nil)
  fails("not true", root.append, root, true)
  fails("with names", root.append, root, { a = 1 })
  fails("not a function in the list", root.append, root, { "x", print })
  fails("needs a node", root.append, 1, "x")
  fails("needs a node", root.append)
  fails("a document cannot be taken out", root.remove, root)
  fails("a document cannot stand", quote.wrap, quote, make.document())
  local text = make.paragraph { "x", make.emph "y" }
  root:append(text)
  local item = root:find "item"
  item:append(make.thematic_break())
  fails("unwrap: a paragraph cannot stand in a list", item.unwrap, item)
  equal(#item, 2)
  fails("did you mean \"heading\"", function() return make.headng end)
  fails("did you mean \"level\"", make.heading, { levle = 2 })
  fails("a heading has no field \"url\"", make.heading, { url = "x" })
  fails("gap", make.heading, { "a", [7] = "b" })
  fails("takes a table", make.heading, 3)
  fails("takes a table", make.heading, true)
end)

test("depth is bounded", function()
  local node = make.block_quote()
  fails("more than 200 nodes deep", function()
    for _ = 1, 300 do node = make.block_quote { node } end
  end)
  local root = make.document()
  local at = root
  fails("more than 200 nodes deep", function()
    for _ = 1, 300 do at = at:append(make.block_quote()) end
  end)
  fails("more than 200 nodes deep", function()
    for _ = 1, 300 do root.first:wrap(make.block_quote()) end
  end)
end)

test("loops while the tree changes", function()
  local root = sample()
  local seen = {}
  for node in root:children() do
    seen[#seen + 1] = node.type
    if node.type == "heading" then
      node:insert_after "inserted"
      node.next.next:remove()
    end
  end
  equal(table.concat(seen, " "), "heading list")
  root = sample()
  seen = {}
  for node in root:descendants() do
    seen[#seen + 1] = node.type
    if node.type == "heading" or node.type == "link" then node:remove() end
    if node.type == "list" then node.parent:prepend(node) end
  end
  equal(table.concat(seen, " "), "heading paragraph text link text list item paragraph text item "
    .. "paragraph text item paragraph text")
  local count = 0
  for node in root:each "text:contains('o')" do
    count = count + 1
    node:replace(make.text "o o")
  end
  equal(count, 2)
  for _ in make.document():descendants() do error "empty" end
end)

test("walks", function()
  local root = sample()
  local seen = {}
  local function see(node, context)
    seen[#seen + 1] = node.type
    equal(context, "context")
  end
  root:walk({ nodes = { heading = see, link = see, text = see, document = see } }, "context")
  equal(table.concat(seen, " "), "text text heading text text link text text text text document")
  seen = {}
  root:walk({
    enter = { heading = function(node) see(node, "context") return "skip" end, ["*"] = function(node)
      seen[#seen + 1] = "*" .. node.type
    end },
    nodes = { heading = function() seen[#seen + 1] = "up" end, emph = error, ["link[url]"] = see },
  }, "context")
  equal(table.concat(seen, " "):sub(1, 46), "*document *heading heading up *paragraph *text")
  local answers = {
    text = function(node) if node.text == "one" then return {} end end,
    heading = function(node) return { make.thematic_break(), node } end,
    link = function(node) return make.strong { node } end,
    ["item:last-child"] = function() return false end,
    emph = function(node) node.first.text = "y" end,
  }
  root:walk { nodes = answers }
  equal(show(root), '(document (thematic_break) (heading "Text " (emph "y")) (paragraph "See "'
    .. ' (strong (link "this")) ".") (list (item (paragraph)) (item (paragraph "two"))))')
  local order = {}
  root:walk { nodes = {
    ["heading[level=2]"] = function() order[#order + 1] = "level" end,
    ["*"] = function(node) if node.type == "heading" then order[#order + 1] = "*" end end,
    heading = function() order[#order + 1] = "heading" end,
    ["document > heading"] = function(node) order[#order + 1] = "child" end,
  } }
  equal(table.concat(order, " "), "* heading child level")
  root:walk { enter = { heading = function(node) node:remove() end },
    nodes = { heading = error, emph = error } }
end)

test("wrong handlers and answers", function()
  local root = sample()
  local function walk(nodes, enter)
    return function() root:walk { nodes = nodes, enter = enter } end
  end
  fails('the handler for "heading" answered a number', walk { heading = function() return 3 end })
  fails('answered a string', walk { heading = function() return "x" end })
  fails('answered true', walk { heading = function() return true end })
  fails('cannot stand in a document', walk { heading = function() return make.text "x" end })
  fails('whole document', walk { document = function() return make.paragraph "x" end })
  fails('takes a list of nodes', walk { heading = function() return { x = 1 } end })
  fails('do one', walk { heading = function(node) node:remove() return make.thematic_break() end })
  fails('did you mean "heading"', walk { headin = print })
  fails('column 9', walk { ["heading["] = print })
  fails('must be a function', walk { heading = true })
  fails('must be selectors', walk { print })
  fails('must be a table', walk(3))
  fails('takes a table', root.walk, root, 3)
  fails('takes a table', root.walk, root, { node = {} })
end)

test("the attributes that are fields too, in a selector", function()
  local node = make.emph { "x", class = "a b", id = "i" }
  for _, selector in ipairs { "[attributes.class]", "[attributes.class~=b]", "[attributes.id=i]", "[class][id]", ".a#i" } do
    equal(node:matches(selector), true)
  end
  equal(make.emph("x"):matches("[attributes.class]"), false)
end)

test("replace_text in a block directive's label", function()
  if not galley.markdown then return end -- the unit test runs this file without
  local function replaced(what, with, options)
    local root = galley.markdown.parse("::: note [Type1, *C-12*]\nType1\n:::\n\n::video[Type1]{url=a}\n")
    return root:replace_text(what, with, options), galley.markdown.write(root)
  end
  local function gives(count, text, ...)
    local n, written = replaced(...)
    equal(n, count)
    equal(written, text)
  end
  gives(3, "::: note [Type 1, *C-12*]\nType 1\n:::\n\n::video[Type 1]{url=\"a\"}\n", "Type1", "Type 1")
  gives(1, "::: note\nType1\n:::\n\n::video[Type1]{url=\"a\"}\n", "Type1, *C-12*", "")
  gives(1, "::: note [Type1, *C-12*]\n**Type1**\n:::\n\n::video[Type1]{url=\"a\"}\n", "Type1", galley.node.strong{ "Type1" }) -- a label is text
  gives(1, "::: note [Type1, *C-12*]\nType2\n:::\n\n::video[Type1]{url=\"a\"}\n", "Type1", "Type2", { within = "paragraph" })
  gives(1, "::: note [Type1, *C-12*]\nType1\n:::\n\n::video[Type2]{url=\"a\"}\n", "Type1", "Type2", { except = "[name=note]" })
  gives(0, "::: note [Type1, *C-12*]\nType1\n:::\n\n::video[Type1]{url=\"a\"}\n", "12Type1", "x") -- not across its end
end)

test("replace_text", function()
  local function try(children, what, with, options)
    local root = make.document { make.paragraph(children) }
    local count = root:replace_text(what, with, options)
    return count .. " " .. show(root.first or root)
  end
  equal(try({ make.strong "Birm", "ingham" }, "Birmingham", "Leeds"), '1 (paragraph (strong "Leeds"))')
  equal(try({ "in ", make.strong "Birm", "ingham city" }, "Birmingham", "Leeds"),
    '1 (paragraph "in " (strong "Leeds") " city")')
  equal(try({ "in Birm", make.strong "ing", "ham city" }, "Birmingham", "Leeds"),
    '1 (paragraph "in Leeds" " city")')
  equal(try({ "a", make.emph { make.strong "b" }, "c" }, "ab", "x"), '1 (paragraph "x" "c")')
  equal(try("New\nYork", "New York", "NYC"), '1 (paragraph "NYC")')
  equal(try("a\nb", " ", "_"), '1 (paragraph "a" "_" "b")')
  equal(try("a\nb", "a b", ""), "1 (paragraph)")
  equal(try({ "x ", make.code "x", " x" }, "x", "y"), '2 (paragraph "y " (code) " y")')
  equal(try({ "ab", make.image { url = "ab", "ab" }, "ab" }, "ab", "c"),
    '3 (paragraph "c" (image "c") "c")')
  equal(try({ "a", make.image {}, "b" }, "ab", "c"), '0 (paragraph "a" (image) "b")')
  equal(try("Jo, Joan and Jo's éJo Joé", "Jo", "Al", { whole_word = true }),
    '2 (paragraph "Al, Joan and Al\'s éJo Joé")')
  equal(try({ "Jo", make.emph "an", " Jo" }, "Jo", "Al", { whole_word = true }),
    '1 (paragraph "Jo" (emph "an") " Al")')
  equal(try("xa a a", "a a", "b", { whole_word = true }), '1 (paragraph "xa b")')
  equal(try("xA a A", "a a", "b", { whole_word = true, ignore_case = true }), '1 (paragraph "xA b")')
  equal(try("£700m and £12m", "£(%d+)m", "%1 million", { pattern = true }),
    '2 (paragraph "700 million and 12 million")')
  equal(try("a1 b2", "(%a)(%d)", function(letter, digit)
    if digit == "2" then return digit .. letter end
  end, { pattern = true }), '1 (paragraph "a1 2b")')
  equal(try("aaa", "a", function(match) return match .. "b" end), '3 (paragraph "ababab")')
  equal(try("aaa", "^a", "b", { pattern = true }), '1 (paragraph "baa")')
  equal(try("aaa", "x*", "b", { pattern = true }), '0 (paragraph "aaa")')
  equal(try("éé", ".", "b", { pattern = true }), '0 (paragraph "éé")')
  equal(try("100%", "100%", "%1"), '1 (paragraph "%1")')
  equal(try({ make.link { url = "u", "ab" }, " ab" }, "ab", "c", { within = "link" }),
    '1 (paragraph (link "c") " ab")')
  equal(try({ make.link { url = "u", "ab" }, " ab" }, "ab", "c", { except = "link" }),
    '1 (paragraph (link "ab") " c")')
  equal(try({ make.code "ab", " ab" }, "ab", "c", { within = "code" }), '1 (paragraph (code) " ab")')
  local root = sample()
  equal(root.first:replace_text("Text", "Word", { within = "document" }), 1)
  equal(root:find("emph"):replace_text("Text", "Word", { except = "heading" }), 0)
  equal(root:replace_text("nothing", "x"), 0)
  equal(root:find("text"):replace_text("Word ", ""), 1)
  if galley.markdown then -- the unit test runs this file without
    equal(galley.markdown.parse("Tea, TEA and **T**ea, teas"):replace_text("tea", "x", { ignore_case = true, whole_word = true }), 3)
    equal(galley.markdown.parse("Straße STRASSE strasse"):replace_text("STRASSE", "x", { ignore_case = true }), 3)
    equal(galley.markdown.parse("aß École"):replace_text("s", "x", { ignore_case = true }), 0)
    equal(galley.markdown.parse("É Ω ς"):replace_text("σ", "x", { ignore_case = true }), 1)
    local codes = galley.markdown.parse("{% include x.html %} {%- post-url b -%} {{< fig-ure a=1 >}} {{ site.title | upper }} {{% %}}")
    local named = {}
    for code in codes:each("shortcode") do named[#named + 1] = tostring(code.name) end
    equal(table.concat(named, " "), "include post-url fig-ure site.title nil")
    equal(codes:find("shortcode[name=include]").text, "{% include x.html %}")
    local function arguments(text)
      local found, list = make.shortcode(text).arguments, {}
      for key, value in pairs(found) do list[#list + 1] = tostring(key) .. "=" .. value end
      table.sort(list)
      return table.concat(list, "; ")
    end
    equal(arguments('{{< youtube dQ width=400 title="A \\"film\\", of sorts" >}}'), '1=dQ; title=A "film", of sorts; width=400')
    equal(arguments('{% note "one", 2, three %}'), "1=one; 2=2; 3=three")
    equal(arguments("{%- include card.html a = 'b c' d=`\\` -%}"), "1=card.html; a=b c; d=\\")
    equal(arguments("{{<x/>}}") .. arguments("{{<>}}") .. arguments("") .. arguments("{{< /x >}}"), "")
    equal(arguments("{{% v https://x.example/a?b=c,d%}}"), "1=https://x.example/a?b=c,d")
    equal(arguments('{{< v "not closed >}}'), "1=not closed >}}")
    equal(arguments("{% highlight lua %}\nx = 1\n{% endhighlight %}"), "1=lua")
    equal(make.text("x").arguments, nil)
    fails("cannot be assigned", function() make.shortcode("{{< x >}}").arguments = {} end)
    for text, closing in pairs { ["{{< x >}}"] = false, ["{{< /x >}}"] = true, ["{{</x>}}"] = true, ["{% endx %}"] = true, ["{{< x />}}"] = false, ["{{ end }}"] = false } do
      equal(make.shortcode(text).closing, closing)
    end
  end
  fails("ignore_case is for plain text", root.replace_text, root, "a", "b", { pattern = true, ignore_case = true })
  fails("did you mean \"whole_word\"", root.replace_text, root, "a", "b", { wholeword = true })
  fails("must be true or false", root.replace_text, root, "a", "b", { pattern = 1 })
  fails("is empty", root.replace_text, root, "", "b")
  fails("must be a string", root.replace_text, root, {}, "b")
  fails("must be a string", root.replace_text, root, "a")
  fails("line end", root.replace_text, root, "a", "a\nb")
  fails("unfinished capture", root.replace_text, root, "(", "b", { pattern = true })
  fails("0 captures", root.replace_text, root, "o", "%2", { pattern = true })
  fails("must return a string", root.replace_text, root, "o", function() return true end)
  -- nodes in the place of text
  local function link() return make.link { url = "u", "L" } end
  equal(try("a b c", "b", link()), '1 (paragraph "a " (link "L") " c")')
  equal(try("b", "b", link()), '1 (paragraph (link "L"))')
  equal(try({ "x b", make.strong "b x" }, "b", link()), '2 (paragraph "x " (link "L") (strong (link "L") " x"))')
  equal(try({ "x b", make.strong "b x" }, "bb", { "(", link(), ")" }), '1 (paragraph "x " "(" (link "L") ")" (strong " x"))')
  equal(try({ make.strong "b", "b" }, "bb", link()), '1 (paragraph (strong (link "L")))')
  equal(try({ make.strong "b", "b" }, "bb", {}), '1 (paragraph)')
  equal(try("a\nb", "a b", link()), '1 (paragraph (link "L"))')
  equal(try("a\nb", " ", make.linebreak()), '1 (paragraph "a" (linebreak) "b")')
  equal(try("bbb", "b", function(match) return make.emph { match } end), '3 (paragraph (emph "b") (emph "b") (emph "b"))')
  equal(try("a1 b2", "(%a)(%d)", function(letter, digit) return digit == "2" and make.code(letter) or nil end, { pattern = true }),
    '1 (paragraph "a1 " (code))')
  local shared = make.document { make.paragraph { make.emph "e", " x x" } }
  equal(shared:replace_text("x", shared:find("emph")), 2)
  equal(show(shared.first), '(paragraph (emph "e") " " (emph "e") " " (emph "e"))')
  equal(shared:find("emph") ~= shared:find("emph:last-child"), true)
  fails("cannot be put into itself", shared.replace_text, shared, "e", shared:find("emph"))
  fails("cannot stand in", root.replace_text, root, "o", make.paragraph "x")
  fails("cannot stand in the text of a code", try, { make.code "ab" }, "ab", link(), { within = "code" })
  fails("has no parent", function() make.text("ab"):replace_text("a", link()) end)
  fails("a list of nodes", root.replace_text, root, "o", { name = 1 })
  fails("changed text", root.replace_text, root, "o", function()
    for text in root:each "text" do text:remove() end
    for text in root:each "paragraph" do text:append "z" end
    root:find("text").text = "zz"
    root:find("link, heading, list"):remove()
    return "x"
  end)
end)

test("a million children", function()
  local root = make.document()
  local start = os.clock()
  for _ = 1, 300000 do root:append(make.thematic_break()) end
  equal(#root, 300000)
  equal(root.last.index, 300000)
  equal(root.last.previous.index, 299999)
  local count = 0
  for node in root:each "thematic_break:nth-child(odd)" do
    count = count + 1
    if count % 2 == 0 then node:remove() end
    if count == 100 then break end
  end
  for node in root:children() do count = count + node.index - node.index end
  root:walk { nodes = { thematic_break = function(node) return {} end } }
  equal(#root, 0)
  if os.clock() - start > 30 then error "too slow" end
end)

test("documents are closed and collected", function()
  local kept
  do
    local root <close> = sample()
    kept = root.first
    equal(kept.level, 2)
  end
  fails("is gone", function() return kept.level end)
  fails("is gone", function() kept:append "x" end)
  fails("is gone", sample().append, kept, "x")
  fails("is gone", function() kept.level = 2 end)
  fails("is gone", function() make.document { kept } end)
  equal(tostring(kept), "node (gone)")
  local emph = sample():find "emph"
  collectgarbage()
  collectgarbage()
  equal(show(emph.parent), '(heading "Text " (emph "x"))')
  for _ = 1, 2000 do sample():find("emph"):clone() end
end)

--- Any row of changes leaves links that agree with each other.
test("random changes keep the tree whole", function()
  local seed = 5
  local function random(below)
    seed = (seed * 1103515245 + 12345) % 2 ^ 31
    return seed // 2 ^ 12 % below + 1 | 0
  end
  local types = {}
  for name in pairs(make) do types[#types + 1] = name end
  table.sort(types)
  local function check(node)
    local previous, index = nil, 0
    for child in node:children() do
      index = index + 1
      if child.parent ~= node or child.previous ~= previous or child.index ~= index then
        error("a wrong link at " .. child.type)
      end
      check(child)
      previous = child
    end
    equal(node.last, previous)
    equal(#node, index)
  end
  local done = 0
  for _ = 1, 30 do
    local pool = { make.document(), make.document { "a", make.heading { "b" } } }
    local function pick(list) return list[random(#list)] end
    local function change()
      local a, b, choice = pick(pool), pick(pool), random(14)
      if choice <= 3 then pool[#pool + 1] = make[pick(types)](random(2) == 1 and { b } or nil)
      elseif choice == 4 then a:append(b)
      elseif choice == 5 then a:prepend { b, "x", pick(pool) }
      elseif choice == 6 then a:insert_before(b)
      elseif choice == 7 then a:insert_after { pick(pool), b }
      elseif choice == 8 then a:replace { a, b }
      elseif choice == 9 then a:replace(b)
      elseif choice == 10 then a:wrap(b)
      elseif choice == 11 then a:unwrap()
      elseif choice == 12 then pool[#pool + 1] = a:clone()
      elseif choice == 13 then a:remove()
      else
        local answers = { function(node) return { node, pick(pool) } end, function() return false end,
          function() return pick(pool) end, function() end }
        pool[1]:walk { nodes = { [pick(types)] = pick(answers) } }
      end
    end
    for _ = 1, 300 do
      local good, message = pcall(change)
      if good then done = done + 1 elseif message:find "attempt to" then error(message) end
    end
    for _, node in ipairs(pool) do check(node.root) end
  end
  if done < 1000 then error("only " .. done .. " changes were done") end
end)

--- Every function with every wrong value: an error here, or a result, but never a crash.
test("hostile arguments", function()
  local root = sample()
  local closed = sample()
  local dead = closed.first
  getmetatable("").__index = string
  do local _ <close> = closed end
  local values = { 0, -1, 1.5, 2 ^ 53, 0 / 0, "", "x", "heading", "\xff", ("x"):rep(5000), true, false,
    {}, { {} }, { dead }, { root }, print, coroutine.create(print), io and io.stdout or print, root,
    root.first, root:find "link", dead, root.first.attributes, make.text "x", make.document(), "*",
    { pattern = true }, { within = "*" }, { nodes = { ["*"] = function() return false end } } }
  local names = { "children", "descendants", "each", "find", "matches", "plain", "replace", "remove",
    "insert_before", "insert_after", "append", "prepend", "wrap", "unwrap", "clone", "replace_text",
    "walk" }
  local calls, errors = 0, 0
  local function try(call, ...)
    calls = calls + 1
    local good, message = pcall(call, ...)
    if not good then
      errors = errors + 1
      if type(message) ~= "string" or not message:find("nodes_test.lua:%d+: ") then
        error(("call %d: %s"):format(calls, tostring(message)), 0)
      end
    end
  end
  for _, name in ipairs(names) do
    local method = root[name]
    try(method)
    for i = 0, #values do
      for j = 0, #values do
        local self = sample():find("link")
        try(method, values[i], values[j])
        try(method, self, values[i], values[j])
        try(method, self.root, values[i], values[j], values[(i * 7 + j) % #values + 1])
      end
    end
  end
  for i = 1, #values do
    for _, name in ipairs { "text", "level", "url", "alt", "id", "parent", "attributes", "x", "start" } do
      for node in sample():descendants() do
        try(function() node[name] = values[i] end)
        try(function() return node[values[i]] end)
      end
    end
    for name in pairs(make) do
      try(make[name], values[i])
      try(make[name], { values[i] })
      try(make[name], { values[i], text = values[i], level = values[i], id = values[i] })
      try(make[name], { attributes = { x = values[i] }, form = values[i], alone = values[i] })
      try(make[name], { attributes = values[i] })
      try(make[name], { [values[i] == values[i] and values[i] or 1] = values[i] })
    end
  end
  if errors < calls / 4 then error("only " .. errors .. " of " .. calls .. " calls failed") end
end)

if failures > 0 then error(failures .. " tests failed", 0) end
