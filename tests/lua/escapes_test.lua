--- galley.json.write and galley.xml: each byte that needs an escape, at each place of texts long and short.

local test = dofile(arg[0]:match("^.*/") .. "lib/test.lua")
local ok = test.ok

-- The same rules said once more, a character at a time.
local function json(text, options)
  local short = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r" }
  return '"' .. text:gsub(utf8.charpattern, function(c)
    local code = utf8.codepoint(c)
    if short[c] then return short[c] end
    if options.ascii and code >= 0x10000 then return ("\\u%04x\\u%04x"):format(0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF)) end
    if code < 32 or code == 0x2028 or code == 0x2029 or options.script and c:find("[<>&]") or options.ascii and code >= 128 then
      return ("\\u%04x"):format(code)
    end
  end) .. '"'
end
local function xml(text)
  local marks = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }
  return (text:gsub(utf8.charpattern, function(c)
    local code = utf8.codepoint(c)
    if code < 32 and not c:find("[\t\n\r]") or code == 127 or code == 0xFFFE or code == 0xFFFF then return "" end
    return marks[c]
  end))
end

-- What stands alone, two of a kind, and in a text that is longer than what is looked at at once.
local characters = { "\u{7F}", "é", "“", "\u{2027}", "\u{2028}", "\u{2029}", "\u{FFFD}", "\u{FFFE}", "\u{FFFF}", "\u{FEFF}", "😀", "\u{10FFFF}" }
for code = 0, 126 do characters[#characters + 1] = string.char(code) end

local function tried(name, write, wanted)
  local wrong
  for _, c in ipairs(characters) do
    for length = 0, 40 do
      for _, text in ipairs{ ("a"):rep(length) .. c, c .. ("a"):rep(length), ("a"):rep(length) .. c .. c .. ("z"):rep(40) } do
        local got, should = write(text), wanted(text)
        if got ~= should then wrong = wrong or ("%q gave %q, not %q"):format(text, got, should) end
      end
    end
  end
  ok(name, not wrong, wrong)
end

for _, options in ipairs{ {}, { ascii = true }, { script = true }, { ascii = true, script = true } } do
  tried("json.write" .. (options.ascii and ", ascii" or "") .. (options.script and ", script" or ""),
    function(text) return galley.json.write(text, options) end, function(text) return json(text, options) end)
end
tried("xml.escape", galley.xml.escape, xml)
tried("xml.element", function(text) return galley.xml.element("p", text) end, function(text)
  return text == "" and "<p/>" or "<p>" .. xml(text) .. "</p>"
end)

local element = galley.xml.element
ok("an element without text", element("br") == "<br/>" and element("br", "", 'a="1"') == '<br a="1"/>', element("br"))
ok("a number, a date, bytes that are no text", element("n", 12, 'x="1"') == '<n x="1">12</n>'
  and element("d", galley.date.parse("2025-03-04")) == "<d>2025-03-04</d>" and element("b", "a\xFFb<") == "<b>a\u{FFFD}b&lt;</b>", element("b", "a\xFFb<"))
ok("attributes of a table", element("n", 1, { z = true, a = '"<&>"', m = 2.5 }) == '<n a="&quot;&lt;&amp;&gt;&quot;" m="2.5" z="true">1</n>',
  element("n", 1, { z = true, a = '"<&>"', m = 2.5 }))
local many, broken, wanted = {}, {}, {}
for i = 1, 5000 do many[("a%04d"):format(i)], wanted[i] = i, (' a%04d="%d"'):format(i, i) end
for i = 1, 100 do broken["a" .. i] = "\xFF" end
local began = os.clock()
ok("many attributes stand in order, and take no time by their square", element("n", 1, many) == "<n" .. table.concat(wanted) .. ">1</n>"
  and os.clock() - began < 1 and select(2, element("n", 1, broken):gsub("\u{FFFD}", "")) == 100)
for _, wrong in ipairs{ { "a b" }, { "" }, { "a>" }, { "n", 1, { "x" } }, { "n", 1, { ["a b"] = 1 } }, { "n", 1, { a = {} } }, { "n", 1, { a = element } } } do
  local fine, said = pcall(element, table.unpack(wrong, 1, 3))
  ok("no element: " .. tostring(wrong[1]), not fine and said:find(": xml.element: ", 1, true) ~= nil, tostring(said))
end
test.finish()
