--- galley.html, galley.text and galley.diff.

local html, text, diff = galley.html, galley.text, galley.diff

local test = dofile(arg[0]:match("^.*/") .. "lib/test.lua")
local ok, same, raises = test.ok, test.same, test.raises

-- ---------------------------------------------------------------- html

same("html.escape", html.escape([[<a href="x">'&'</a>]]), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;")
same("html.unescape: names", html.unescape("&lt;&amp;&eacute;&nbsp;&NotEqualTilde;&hearts;"), "<&é\u{A0}≂̸♥")
same("html.unescape: numbers", html.unescape("&#233;&#xE9;&#x1F600;&#150;&#0;&#xD800;&#9999999;"), "éé😀–\u{FFFD}\u{FFFD}\u{FFFD}")
same("html.unescape: not references", html.unescape("&nosuch; & &; &# &#x; &eacute"), "&nosuch; & &; &# &#x; &eacute")
same("html.unescape: once only", html.unescape("&amp;lt;"), "&lt;")

same("html.build", html.build { "a", href = "/x?a=1&b=2", class = "y", "Tea & ", { "em", "cake" }, html.raw("<b>!</b>") },
  '<a class="y" href="/x?a=1&amp;b=2">Tea &amp; <em>cake</em><b>!</b></a>')
same("html.build: void and boolean", html.build { "p", { "img", src = "a.png", alt = "" }, { "input", disabled = true, checked = false } },
  '<p><img alt="" src="a.png"><input disabled></p>')
for _, wrong in ipairs { galley.yaml.parse("a: [1]").a, (galley.yaml.parse("a: 1")), galley.markdown.parse("x") } do
  same("html.build: " .. tostring(wrong) .. " is no text", pcall(html.build, { "p", wrong }), false)
end
same("html.build: a date is", html.build { "p", galley.date.parse("2024-01-02") }, "<p>2024-01-02</p>")
same("maps and lists have no address", tostring(galley.yaml.parse("a: [1]")) .. ", " .. tostring(galley.yaml.parse("a: [1, 2]").a), "a map of 1 member, a list of 2 items")
same("html.build: numbers", html.build { "td", colspan = 2, 5 }, '<td colspan="2">5</td>')
same("html.build: script as it is", html.build { "script", "a < b" }, "<script>a < b</script>")
same("html.raw as text", tostring(html.raw("<i>")), "<i>")
raises("html.build: a tag is a name", "first item is the name of a tag", function() html.build { "a b" } end)
raises("html.build: an attribute is a name", "is not the name of an attribute", function() html.build { "a", ["x y"] = 1 } end)
raises("html.build: void", "img has no content", function() html.build { "img", "x" } end)
raises("html.build: script cannot be ended", 'may not hold "</"', function() html.build { "script", "</script>" } end)
raises("html.build: a child", "a child must be text, not a function", function() html.build { "p", print } end)
raises("html.build: cycles", "contain themselves", function() local t = { "p" } t[2] = t html.build(t) end)
raises("html.escape wants text", "the text must be a string, not nil", function() html.escape(nil) end)
raises("html.sanitise: a wrong rule", 'did you mean "elements"?', function() html.sanitise("", { elemnts = {} }) end)

local clean, message, code = html.sanitise("x")
if clean == nil and code == "missing" then
  print("skip - html.sanitise: " .. message)
else
  local cases = {
    { "<p>Hello <b>there</b></p>", "<p>Hello <b>there</b></p>" },
    { "<script>alert(1)</script>x", "x" },
    { "<p onclick=alert(1) title='a\"b'>x", '<p title="a&quot;b">x</p>' },
    { "<a href='javascript:alert(1)'>x</a>", "<a>x</a>" },
    { "<a href=' jav\tascript:alert(1)'>x</a>", "<a>x</a>" },
    { "<a href='&#106;avascript:alert(1)'>x</a>", "<a>x</a>" },
    { "<a href='https://a.example/?a=1&amp;b'>x</a>", '<a href="https://a.example/?a=1&amp;b">x</a>' },
    { "<a href='/a:b'>x</a>", '<a href="/a:b">x</a>' },
    { "<img src=x onerror=alert(1)>", '<img src="x">' },
    { "<img src='data:text/html,x'>", "<img>" },
    { "<svg><script>alert(1)</script><p>x</svg>y", "y" },
    { "<math><mtext><img src=x onerror=alert(1)></math>z", "z" },
    { "<font color=red>x <i>y</i></font>", "x <i>y</i>" },
    { "<style>p{}</style><iframe src=x>q</iframe><noscript><p>w</noscript>", "" },
    { "<b><i>x</b>y</i>", "<b><i>x</i></b><i>y</i>" },
    { "a < b & c", "a &lt; b &amp; c" },
    { "<!-- x --><p>y", "<p>y</p>" },
    { "<table><p>x<tr><td>y</table>", "<p>x</p><table><tbody><tr><td>y</td></tr></tbody></table>" },
    { "<template><script>1</script></template><title>t</title>u", "u" },
    { "<p style='x:expression(1)'>x</p>", "<p>x</p>" },
    { "a\0b", "ab" },
  }
  for i, case in ipairs(cases) do same("html.sanitise " .. i, html.sanitise(case[1]), case[2]) end
  same("html.sanitise: own rules", html.sanitise("<p>x <em class=y>z</em></p>", { elements = { "em" }, attributes = { "em.class" } }), 'x <em class="y">z</em>')
  same("html.sanitise: a script never passes", html.sanitise("<script>1</script>", { elements = { "script" } }), "")
  -- What no rule lets pass: whatever runs, styles, or names addresses that are not looked at.
  for _, name in ipairs{ "onclick", "ONERROR", "on", "style", "srcset", "srcdoc", "ping" } do
    same("html.sanitise: no rule for " .. name, html.sanitise(("<img %s=1 alt=a>"):format(name),
      { elements = { "img" }, attributes = { name:lower(), "img." .. name:lower(), "alt" } }), '<img alt="a">')
  end
  for _, name in ipairs{ "src", "href", "action", "formaction", "cite", "data", "poster", "background", "longdesc" } do
    same("html.sanitise: an address in " .. name, html.sanitise(("<img %s=' java\tscript:x' alt=a>"):format(name),
      { elements = { "img" }, attributes = { name, "alt" } }), '<img alt="a">')
  end
  same("html.sanitise: own schemes", html.sanitise("<a href='http://x'>y</a>", { schemes = { "https" } }), "<a>y</a>")
  same("html.sanitise is stable", html.sanitise(html.sanitise("<b><p>x<li>y&lt;z")), html.sanitise("<b><p>x<li>y&lt;z"))
  same("html.sanitise: too deep", select(3, html.sanitise(("<div>"):rep(100000))), "limit")
  same("html.sanitise: too deep with other end tags", select(3, html.sanitise(("<div></span>"):rep(50000))), "limit")
  same("html.sanitise: too long", select(3, html.sanitise(("x"):rep(1100000))), "limit")
  ok("html.sanitise: many elements that are closed are not deep", html.sanitise(("<div>x</div>"):rep(20000)))
  ok("html.sanitise: many paragraphs are not deep", html.sanitise(("<p>x"):rep(20000)))
  same("html.text", html.text("<h1>A</h1>\n<p>b  <b>c</b> &amp;\nd<br>e</p><script>x</script>"), "A\nb c & d\ne")
end

-- ---------------------------------------------------------------- text

same("text.lower", text.lower("ÀÉÎ Straße ΟΔΟΣ ЖУК"), "àéî straße οδος жук")
same("text.upper", text.upper("àéî straße жук ÿ"), "ÀÉÎ STRASSE ЖУК Ÿ")
same("text.title", text.title("élan vital, don't NHS"), "Élan Vital, Don't NHS")
same("text.slug", text.slug("José's Café: 100 %!"), "joses-cafe-100")
same("text.slug: short", #text.slug(("word "):rep(50), 20) <= 20, true)
same("text.characters", text.characters("e\u{301}\u{1F1E9}\u{1F1EA}\u{1F44D}\u{1F3FD}x"), 4)
same("text.width: East Asian", text.width("日本語 abc"), 10)
same("text.width: combining", text.width("e\u{301}a"), 2)
same("text.width: emoji", text.width("👍🏽❤\u{FE0F}🇩🇪"), 6)
same("text.width: a family", text.width("👩\u{200D}👩\u{200D}👧"), 2)
same("text.words", text.words("It's a well-known fact -- 3.5 % of 'em."), 7)
same("text.words: CJK", text.words("日本語 text"), 4)
same("text.sentences", text.sentences('He left. "Why?" asked Dr. Smith of the U.S. team! 3.5 % did… and so on.'), 3)
same("text.sentences: none", text.sentences(" … "), 0)
same("text.truncate", text.truncate("The quick brown fox jumps", 17), "The quick brown…")
same("text.truncate: short", text.truncate("The quick", 17), "The quick")
same("text.truncate: exact", text.truncate("The quick", 9), "The quick")
same("text.truncate: a comma goes", text.truncate("The quick, brown fox", 12), "The quick…")
same("text.truncate: one long word", text.truncate("Donaudampfschifffahrt", 6), "Donau…")
same("text.truncate: other ends", text.truncate("The quick brown fox", 14, "..."), "The quick...")
same("text.wrap", text.wrap("aa bb cc\ndd  ee\n\nff", 5), "aa bb\ncc dd\nee\n\nff")
same("text.wrap: margins", text.wrap("aa bb cc", 6, { indent = "  ", first = "* " }), "* aa\n  bb\n  cc")
same("text.wrap: a long word", text.wrap("a bbbbbbbb c", 4), "a\nbbbbbbbb\nc")
same("text.wrap: wide letters", text.wrap("日本 語文", 5), "日本\n語文")
same("text.wrap: letters that no blanks part", text.wrap("日本語文、日本（語）文", 6), "日本語\n文、日\n本\n（語）\n文")
same("text.wrap: and words among them", text.wrap("日本 GDP成長 e\u{301}e", 7), "日本\nGDP成長\ne\u{301}e")
same("text.trim", text.trim("\u{A0}\u{2003} a b \n"), "a b")
same("text.trim: nothing", text.trim(" \t"), "")
same("text.split", table.concat(text.split("a, b, , c", ", "), "|"), "a|b||c")
same("text.split: most", table.concat(text.split("a=b=c", "=", 2), "|"), "a|b=c")
same("text.starts", text.starts("Galley", "Gal"), true)
same("text.ends", text.ends("Galley", "lay"), false)
same("text.distance", text.distance("kitten", "sitting"), 3)
same("text.distance: letters, not bytes", text.distance("né", "ne"), 1)
ok("text.similarity", math.abs(text.similarity("MARTHA", "MARHTA") - 0.9611) < 0.0001, text.similarity("MARTHA", "MARHTA"))
ok("text.similarity: 2", math.abs(text.similarity("DIXON", "DICKSONX") - 0.8133) < 0.0001, text.similarity("DIXON", "DICKSONX"))
same("text.similarity: none", text.similarity("abc", "xyz"), 0.0)
same("text.similarity: equal", text.similarity("", ""), 1.0)
same("text.distance: too long", select(3, text.distance(("x"):rep(5000), "y")), "limit")
local composed, why, reason = text.normalise("e\u{301}")
if composed == nil and reason == "missing" then
  print("skip - text.normalise: " .. why)
else
  same("text.normalise: NFC", composed, "é")
  same("text.normalise: NFD", text.normalise("é", "NFD"), "e\u{301}")
  same("text.normalise: NFKC", text.normalise("ﬁ", "NFKC"), "fi")
end
raises("text wants UTF-8", "is not UTF-8 from its byte 2", function() text.lower("a\xFF") end)
raises("text.truncate: a number", "must be a whole number", function() text.truncate("x", "y") end)
raises("text.wrap: a width", "1 to 10000", function() text.wrap("x", 0) end)
raises("text.split: a separator", "the separator is empty", function() text.split("x", "") end)
raises("text.normalise: a form", "NFC, NFD, NFKC or NFKD", function() text.normalise("x", "nfc") end)

-- ---------------------------------------------------------------- diff

same("diff.unified", diff.unified("a\nb\nc\n", "a\nB\nc\n", "x.md"),
  "diff --git a/x.md b/x.md\n--- a/x.md\n+++ b/x.md\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n")
same("diff.unified: equal", diff.unified("a", "a"), "")
same("diff.count", table.concat({ diff.count("a\nb\n", "a\nc\nd\n") }, ","), "2,1")
local change = diff.changes("a\nb\n", "a\nc\nd\n")[1]
same("diff.changes", table.concat({ change.old_line, change.old_count, change.new_line, change.new_count }, ","), "2,1,2,2")
raises("diff wants text", "the new text must be a string", function() diff.unified("a", {}) end)

-- ---------------------------------------------------------------- every function, every wrong type

local odd = 0
for _, name in ipairs { "json", "csv", "html", "text", "diff" } do
  for _, call in pairs(galley[name]) do
    if type(call) == "function" then
      local values = { nil, true, 1.5, -1, "x\xFF", "", {}, print, galley.json.null, coroutine.create(print), math.huge, { {} } }
      for i = 1, 12 do
        for j = 1, 12 do
          for k = 1, 12, 3 do
            local right, wrong = pcall(function() return call(values[i], values[j], values[k]), 1 end)
            if not right and not tostring(wrong):find("_test.lua:%d+: ") then
              odd = odd + 1
              print("# " .. name .. ": " .. tostring(wrong))
            end
          end
        end
      end
    end
  end
end
same("errors name the caller's line", odd, 0)

test.finish()
