--- What Markdown cannot say is said as near as it can be; what there is no way for is refused.
local test = dofile(arg[0]:match("^.*/") .. "lib/test.lua")
local make = galley.node

local function written(name, wanted, ...) test.same(name, galley.markdown.write(make.document { ... }), wanted) end
local function image(title) return make.image { url = "a.png", title = title, alt = "x" } end
local function struck(...) return make.strikethrough { ... } end

written("an image alone", "![x](a.png)\n", make.paragraph { image() })
written("an image with a title alone", '![x](a.png "t")\n', make.paragraph { image("t") })
written("code that touches code", "`ab` c\n", make.paragraph { make.code { text = "a" }, "", make.code { text = "b" }, " c" })
written("struck text that touches such", "~~a*b*~~ c\n", make.paragraph { struck("a"), struck(struck(make.emph { "b" })), " c" })
written("breaks at the end", "*a*\\\nb\n", make.paragraph { make.emph { "a ", make.linebreak {} }, "b", make.linebreak {} })
written("a loose list of one", "- a\n", make.list { make.item { make.paragraph { "a" } } })
written("a tight list of two paragraphs", "- a\n\n  b\n", make.list { tight = true, make.item { make.paragraph { "a" }, make.paragraph { "b" } } })
written("nothing", "a\n", make.paragraph { "a" }, make.paragraph {}, make.paragraph { make.strong { " " } })

local none, why, code = galley.markdown.write(make.document { make.heading { level = 3, "a", make.linebreak {}, "b" } })
test.same("no way", code, "unwritable")
test.same("why", why, "a linebreak has no Markdown: a line break where there can be only one line; remove it")
test.same("nothing is written then", none, nil)

local paragraph = make.paragraph { image(), make.linebreak {} }
galley.markdown.write(make.document { paragraph })
test.same("the tree is left as it is", paragraph.type .. " " .. paragraph.last.type, "paragraph linebreak")

test.finish()
