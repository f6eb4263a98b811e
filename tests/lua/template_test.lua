--- Templates: what they print, what they refuse, and where their messages point.

local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/../../scripts/?.lua;" .. package.path
local template = require("galley.template")

local test = dofile(arg[0]:match("^.*/") .. "lib/test.lua")
local check = test.ok

local function loader(files)
  return template.loader(function(name)
    return files[name], "layouts/" .. name
  end, { names = function()
    local names = {}
    for name in pairs(files) do names[#names + 1] = name end
    return names
  end })
end

-- What `files` (or one text) give: the page, or the message.
local function page(files, values, environment)
  if type(files) == "string" then files = { ["t.html"] = files } end
  local ok, result = pcall(function() return loader(files):render("t.html", values or {}, environment) end)
  return result, ok
end

local function gives(name, files, values, expected, environment)
  local result, ok = page(files, values, environment)
  check(name, ok and result == expected, ("got %q, not %q"):format(tostring(result), expected))
end

local function refuses(name, files, pattern, values)
  local result, ok = page(files, values)
  check(name, not ok and type(result) == "string" and result:find(pattern) ~= nil and not result:find("error in Galley", 1, true)
    and not result:find("stack traceback", 1, true), ("got %q, not a message like %q"):format(tostring(result), pattern))
end

local hostile = [[<b a="1" c='2'>&amp;]]

-- ---------------------------------------------------------------- what is printed

gives("text alone", "a { b } c\n", {}, "a { b } c\n")
gives("an empty template", "", {}, "")
gives("a value", "<p>{{ x }}</p>", { x = hostile }, "<p>&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;</p>")
gives("nil prints nothing", "<p>{{ x }}|{{ nil }}</p>", {}, "<p>|</p>")
gives("numbers and booleans", "{{ 1 }} {{ 2.0 }} {{ 2.5 }} {{ 10 / 2 }} {{ 1e300 * 1e10 }} {{ true }} {{ false }}", {}, "1 2 2.5 5 inf true false")
gives("raw in text", "<p>{{ raw(x) }}|{{ raw(nil) }}</p>", { x = "<b>" }, "<p><b>|</p>")
gives("raw chosen by an expression", "{{ a and raw(a) or b }}", { a = "<i>" }, "<i>")
gives("closing braces in strings and tables", '{{ "}}" }}{{ ({ a = { 1 } }).a[1] }}{{ [[}}]] }}', {}, "}}1}}")
gives("comments", "a{# {{ x }} #}b{{ 1 -- one }}{{ 2 --[[ two }} ]] }}", {}, "ab12")
gives("a line of its own leaves no blank line", "a\n  {% if true then %}\nb\n  {# c #}\n{% end %}\nc\n", {}, "a\nb\nc\n")
gives("several tags on one line too", "a\n {% if true then %} {# c #}\nb\n{% end %} {% local z = 1 %}\nc\n", {}, "a\nb\nc\n")
gives("a tag among text keeps its line", "a {% if true then %}b{% end %}\nc", {}, "a b\nc")
gives("CRLF reads as LF", "a\r\n{% local x = 1 %}\r\n{{ x }}\r\n", {}, "a\n1\n")
gives("values before environment before Lua", "{{ x }}{{ y }}{{ type }}{{ math.max(1, 2) }}", { x = 1, type = "t" }, "12t2", { x = 9, y = 2 })
gives("a template's assignments stay in its page", "{% n = (n or 0) + 1 %}{{ n }}", { n = 1 }, "2")
gives("while, repeat, goto, break", "{% local i = 0 %}{% while true do %}{% i = i + 1 %}{% if i == 2 then goto on end %}{{ i }}{% if i > 3 then break end %}{% ::on:: %}{% end %}"
  .. "{% repeat %}{% i = i - 1 %}{{ i }}{% until i == 0 %}", {}, "1343210")
gives("functions in one statement", "{% local function twice(s) return s .. s end %}{{ twice('<') }}", {}, "&lt;&lt;")
gives("an object with a __tostring", "{{ d }}", { d = setmetatable({}, { __tostring = function() return "<d>" end }) }, "&lt;d&gt;")

gives("macros", "{% macro card(a, b) %}<b>{{ a }}{{ b or '-' }}</b>{% endmacro %}\n{{ card('<') }}{{ card(1, card(2)) }}", {}, "\n<b>&lt;-</b><b>1<b>2-</b></b>")
gives("a macro that calls itself", "{% macro down(n) %}{{ n }}{% if n > 0 then %}{{ down(n - 1) }}{% end %}{% endmacro %}{{ down(3) }}", {}, "3210")
gives("a macro's result in an attribute", "{% macro card(a) %}<b>{{ a }}</b>{% endmacro %}<p title=\"{{ card('<') }}\">", {}, '<p title="&lt;">')
gives("includes, their values over the current ones", { ["t.html"] = '{% local l = 3 %}{( "p.html", { y = l } )}{( "p.html" )}', ["p.html"] = "[{{ x }}{{ y }}{{ z }}]" },
  { x = 1, y = 2 }, "[13][12]")
gives("an include chosen by a value", { ["t.html"] = '{( name .. ".html" )}', ["p.html"] = "p{{ x }}" }, { name = "p", x = 1 }, "p1")
gives("an include in an attribute", { ["t.html"] = '<p title="{( "p.html" )}">', ["p.html"] = '{{ x }}' }, { x = '"' }, '<p title="&quot;">')
gives("an include of macros", { ["t.html"] = '{( "p.html" )}{{ m(x) }}', ["p.html"] = "{% macro m(a) %}<i>{{ a }}</i>{% endmacro %}" }, { x = 1 }, "<i>1</i>")
gives("an include of itself, with an end", '{{ n }}{% if n > 0 then %}{( "t.html", { n = n - 1 } )}{% end %}', { n = 3 }, "3210")

local family = {
  ["base.html"] = "<title>{% block title %}Site{% endblock %}</title>\n{% block main %}\nbase {{ x }}\n{% endblock %}\n",
  ["middle.html"] = '{% extends "base.html" %}\n{% block main %}\n<div>{% block inner %}middle{% endblock %}</div>{{ super() }}\n{% endblock %}\n',
  ["t.html"] = '{# a page #}\n{% extends "middle.html" %}\n{% local k = x %}\n{% block title %}{{ k }} - {{ super() }}{% endblock %}\n{% block inner %}[{{ super() }}]{% endblock %}\n',
}
gives("extends, blocks and super over three templates", family, { x = "&" }, "<title>&amp; - Site</title>\n<div>[middle]</div>base &amp;\n\n")
gives("a block is escaped for where the base has it", { ["base.html"] = '<a href="{% block u %}{% endblock %}">', ["t.html"] = '{% extends "base.html" %}{% block u %}{{ x }}{% endblock %}' },
  { x = "javascript:1" }, '<a href="#blocked">')

-- ---------------------------------------------------------------- escaped for where it stands

local V = { x = hostile, u = "javascript:alert(1)", p = "/a b/\195\169?c=d&e", list = { 1, "</script>", { b = true, a = "'" } } }
gives("an attribute", '<p title="{{ x }}">', V, '<p title="&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;">')
gives("an unquoted attribute gets quotes", "<p title={{ x }} id=a>", { x = "" }, '<p title="" id=a>')
gives("a URL's scheme", '<a href="{{ u }}">', V, '<a href="#blocked">')
gives("a URL", '<a href="{{ p }}">', V, '<a href="/a%20b/%C3%A9?c=d&amp;e">')
gives("a URL's query", '<a href="/s?q={{ p }}">', V, '<a href="/s?q=%2Fa%20b%2F%C3%A9%3Fc%3Dd%26e">')
gives("mailto, tel, https stay", '<a href="{{ a }}"><a href="{{ b }}"><a href="{{ c }}">', { a = "mailto:a@b.c", b = "tel:+44", c = "HTTPS://x.y/" },
  '<a href="mailto:a@b.c"><a href="tel:+44"><a href="HTTPS://x.y/">')
gives("srcset", '<img srcset="{{ x }}">', { x = "/a.jpg 1x, javascript:1 2x, /b c.jpg" }, '<img srcset="/a.jpg 1x, #blocked 2x, #blocked">')
gives("a script's value", "<script>f({{ list }}, {{ nil }}, {{ -1 }})</script>", V, '<script>f([1,"\\u003c/script\\u003e",{"a":"\\u0027","b":true}],  null ,  -1 )</script>')
gives("a script's string", "<script>f('{{ x }}')</script>", { x = "'\n</script>\226\128\168" }, "<script>f('\\u0027\\u000a\\u003c\\u002fscript\\u003e\\u2028')</script>")
gives("a handler", '<p onclick="f({{ x }})">', { x = "\"'" }, '<p onclick="f(&quot;\\&quot;\\u0027&quot;)">')
gives("JSON-LD", '<script type="application/ld+json">{"a":{{ x }}}</script>', { x = { "</script>", 1 } }, '<script type="application/ld+json">{"a":["\\u003c/script\\u003e",1]}</script>')
gives("a style's value", '<p style="color: {{ a }}; width: {{ b }}px; x: {{ c }}">', { a = "#f00", b = 1.5, c = "url(x)" }, '<p style="color: #f00; width: 1.5px; x: blocked">')
gives("a style's string", "<style>a { content: '{{ x }}' }</style>", { x = "</style>'" }, "<style>a { content: '\\3c \\2f style\\3e \\27 ' }</style>")
gives("a comment", "<!-- {{ x }} -->", { x = "--><b>" }, "<!--   b  -->")
do
  local feed = assert(template.compile("<rss><link>{{ u }}</link><d><![CDATA[{{ raw(h) }}]]></d><script>{{ h }}</script></rss>", { name = "feed.xml" }))
  local result = template.render(feed, { u = "a&b\1", h = "<p>]]></p>" })
  check("XML: text, CDATA, no raw elements", result == "<rss><link>a&amp;b</link><d><![CDATA[<p>]] ></p>]]></d><script>&lt;p&gt;]]&gt;&lt;/p&gt;</script></rss>", result)
  local robots = assert(template.compile("Sitemap: {{ u }}\n<{{ u }}>", { name = "robots.txt" }))
  check("plain text is not escaped", template.render(robots, { u = "a&b" }) == "Sitemap: a&b\n<a&b>")
end
gives("attributes that depend on a condition", '<li{% if a then %} class="{{ a }}"{% end %}><input {% if a then %}checked{% end %}>', { a = "<" }, '<li class="&lt;"><input checked>')
gives("attributes in a loop", '<p{% for i = 1, 2 do %} data-x="{{ i }}"{% end %}>', {}, '<p data-x="1" data-x="2">')
gives("branches of a script", "<script>{% for i = 1, 2 do %}a[{{ i }}] = {% if i == 1 then %}'{{ i }}'{% else %}{{ i }}{% end %};{% end %}</script>", {}, "<script>a[ 1 ] = '1';a[ 2 ] =  2 ;</script>")

-- ---------------------------------------------------------------- what is refused, and where

local function at(line, column) return ("^layouts/t%%.html:%d:%d: error: "):format(line, column) end

refuses("a value never closed", "a\n {{ x", at(2, 2) .. "{{ never closed; add }}")
refuses("a comment never closed", "{# x", at(1, 1) .. ".*#}")
refuses("a string never closed", "{{ 'x }}", at(1, 1))
refuses("an empty value", "{{ }}", at(1, 1))
refuses("a missing end", "a\n{% if x then %}\nb", at(2, 4) .. "this if is never closed; add {%% end %%}")
refuses("an end too many", "{% end %}", at(1, 4))
refuses("a block never closed", "{% block a %}", at(1, 1) .. ".*endblock")
refuses("an end that crosses a block", "{% if x then %}{% block a %}{% end %}{% endblock %}", at(1, 32))
refuses("a habit from Jinja", "{% endif %}", at(1, 1) .. "no statement endif.*{%% end %%}")
refuses("a misspelt end", "{% if x then %}\n{% nd %}", at(2, 1) .. 'no statement nd here; did you mean "end"?')
refuses("a misspelt if", "{% fi x.y then %}{% end %}", at(1, 1) .. 'no statement fi here; did you mean "if"?')
refuses("a value as a statement", "\n{% article %}", at(2, 1) .. "no statement article here; {{ article }} prints a value")
refuses("a function for its value as a statement", "{% block a %}\n{% super() %}{% endblock %}", at(2, 1) .. "super%(%) as a statement does nothing; {{ super%(%.%.%.%) }} prints")
refuses("a statement that is not Lua", "a\n\n{% x = = 1 %}", at(3, 1) .. "not Lua")
refuses("a value that is not Lua", "a\n{{ x y }}", at(2, 1) .. "not a Lua expression")
refuses("two values", "{{ x, y }}", at(1, 1))
refuses("extends after text", 'x{% extends "base.html" %}', at(1, 2) .. "extends must be the first")
refuses("extends of nothing", { ["t.html"] = '{% extends "bse.html" %}', ["base.html"] = "" }, at(1, 12) .. 'no template "bse.html"; did you mean "base.html"?')
refuses("extends in a circle", { ["t.html"] = '{% extends "a.html" %}', ["a.html"] = '{% extends "t.html" %}' }, "layouts/a%.html:1:12: error: .*circle")
refuses("an unknown block", { ["t.html"] = '{% extends "b.html" %}\n{% block mian %}{% endblock %}', ["b.html"] = "{% block main %}{% endblock %}" }, at(2, 1) .. '.*did you mean "main"?')
refuses("text outside a block", { ["t.html"] = '{% extends "b.html" %}\n\nx', ["b.html"] = "" }, at(3, 1))
refuses("an include of nothing", { ["t.html"] = '\n{( "partail.html" )}', ["partial.html"] = "" }, at(2, 4) .. '.*did you mean "partial.html"?')
refuses("an error in an include", { ["t.html"] = '\n{( "p.html" )}', ["p.html"] = "\n\n{{" }, "^layouts/p%.html:3:1: error")
refuses("an include of itself without an end", '{( "t.html" )}', "^layouts/t%.html:1: .*64 levels")
refuses("a value in a tag's name", "<{{ x }}>", at(1, 2))
refuses("a value in a tag's name, later", "<h{{ x }}>", at(1, 3))
refuses("a value in an attribute's name", "<p {{ x }}>", at(1, 4))
refuses("a value after an attribute's name", '<p a{{ x }}="">', at(1, 5))
refuses("a part of an unquoted attribute", "<p a={{ x }}b>", at(1, 6) .. ".*quotes")
refuses("a template string", "<script>`{{ x }}`</script>", at(1, 10))
refuses("a regular expression", "<script>a = /b{{ x }}/</script>", at(1, 15))
refuses("a javascript: URL", '<a href="javascript:f({{ x }})">', at(1, 23))
refuses("a javascript: URL in entities", '<a href="&#106;avascript&colon;f({{ x }})">', at(1, 34))
refuses("a scheme made from a value", '<a href="{{ x }}:f">', at(1, 17))
refuses("raw in an attribute", '<p title="{{ raw(x) }}">', at(1, 11) .. ".*raw")
refuses("raw in a script", "<script>{{ raw(x) }}</script>", at(1, 9))
refuses("a script of unknown type", '<script type="text/x-template">{{ x }}</script>', at(1, 32))
refuses("a dash before a value in a comment", "<!-- -{{ x }}-> -->", ": error: .*dash")
refuses("branches that end apart", '{% if x then %}<a href="{% else %}b{% end %}', ": error: branches of the if at line 1")
refuses("an if that opens an attribute", '<a href="{% if x then %}">{% end %}', ": error: the if of line 1")
-- Whether a / divides or begins a regular expression follows from what is before it, which a branch or a loop may leave open.
for _, case in ipairs {
  { "after branches that end apart", "<script>a = {% if x then %}b{% else %}c +{% end %} / 2</script>", 1, 51 },
  { "in a handler", "<p onclick='a = {% if x then %}b{% else %}c +{% end %} / 2'>", 1, 55 },
  { "where a loop begins", "<script>{% for i = 1, 2 do %} /x/ {% end %}</script>", 1, 30 },
  { "where a loop begins, behind a name", "<script>a{% for i = 1, 2 do %} / 2{% end %}</script>", 1, 31 },
} do
  refuses("a / " .. case[1], case[2], at(case[3], case[4]) .. ".*may be a division")
end
gives("a / after branches that end alike", "<script>a = {% if x then %}b{% else %}c{% end %} / '{{ x }}'</script>", { x = "'" }, "<script>a = b / '\\u0027'</script>")
gives("a / in a loop, behind a statement", "<script>{% for i = 1, 1 do %}b; /'/.test({{ x }}){% end %}</script>", { x = "'" }, "<script>b; /'/.test(\"\\u0027\")</script>")
gives("behind a URL in a style", "<style>a { b: url(x.png) '{{ x }}' }</style>", { x = "a'b" }, "<style>a { b: url(x.png) 'a\\27 b' }</style>")
refuses("a loop that opens an attribute", "{% for i = 1, 2 do %}<a href='{% end %}", ": error: the loop of line 1")
refuses("a break inside a tag", "{% for i = 1, 2 do %}<a {% break %}>{% end %}", ": error: break")
refuses("a goto into a tag", "{% goto a %}<a {% ::a:: %}>", ": error: a goto")
refuses("return", "{% return %}", at(1, 4))
refuses("text in a function", "{% local function f() %}x{% end %}", at(1, 25) .. ".*macro")
refuses("a template that ends in a tag", "<a", ": error: the template ends inside a tag")
for _, macro in ipairs { "{% macro card %}", "{% macro card(a %}", "{% macro card(a) b %}" } do
  refuses("a macro that is none: " .. macro, "x" .. macro .. "y{% endmacro %}", at(1, 2))
end
refuses("names of the generated code", "{{ __n }}", at(1, 4))
refuses("bytecode", "\27Lua", at(1, 1))
refuses("an unclosed bracket", "{{ f(x }}", at(1, 1))

refuses("a run-time error names the line", "a\n\n{{ x.y.z }}", "^layouts/t%.html:3: ")
refuses("in a statement over lines", "a\n{%\nlocal a = 1\nlocal b = a.b.c\n%}", "^layouts/t%.html:4: ")
refuses("in an include", { ["t.html"] = '\n{( "p.html" )}', ["p.html"] = "\n\n\n{{ x.y }}" }, "^layouts/p%.html:4: ")
refuses("in a block of the base", { ["t.html"] = '{% extends "b.html" %}', ["b.html"] = "\n{{ x.y }}" }, "^layouts/b%.html:2: ")
refuses("a table cannot be printed", "\n{{ {} }}", "^layouts/t%.html:2: a table cannot be printed")
refuses("in an attribute neither", '\n<p title="{{ type }}">', "^layouts/t%.html:2: a function cannot be printed")
refuses("raw of a table", "\n{{ raw({}) }}", "^layouts/t%.html:2: a table cannot be printed")
refuses("behind values of other lines", "{{ 1 }} {{ 2 }}\n{{ 3 }}\n{{ 4 }} {{ {} }} {{ 5 }}\n", "^layouts/t%.html:3: a table cannot be printed")
refuses("in a script", "{{ 1 }}\n<script>var a = {{ print }}, b = {{ type }};</script>", "^layouts/t%.html:2: a script cannot hold a function")
refuses("an error of the value itself", "{{ 1 }}\n{{ 2 }} {{ x.y }}", "^layouts/t%.html:2: attempt to index a nil value")
refuses("a loop that writes for ever", "{% while true do %}" .. ("x"):rep(1 << 20) .. "{% end %}", "^layouts/t%.html:1: a page of more than %d+ MB")

gives("many values on one line", ("{{ x }},"):rep(130), { x = "<" }, ("&lt;,"):rep(130))
gives("integers of all sizes", "{{ 0 }} {{ math.mininteger }} {{ math.maxinteger }} {{ -7 }}", {}, "0 -9223372036854775808 9223372036854775807 -7")

do
  local half = loader({ ["t.html"] = "before {{ x.y }}", ["u.html"] = "{{ pcall(render, 't.html') and 'done' or 'lost' }}|" })
  local environment = {}
  environment.render = function(name) return half:render(name, {}, environment) end
  check("what an error left half written is on no other page",
    half:render("u.html", {}, environment) == "lost|" and half:render("u.html", {}, environment) == "lost|")
end
refuses("a table that holds itself, in a script", "\n<script>{{ t }}</script>", "^layouts/t%.html:2: a script cannot hold", (function() local t = {} t[1] = t return { t = t } end)())
refuses("a function in a script", "<script>{{ type }}</script>", "^layouts/t%.html:1: a script cannot hold a function")

-- ---------------------------------------------------------------- large and broken templates

do
  local parts = {}
  for index = 1, 5000 do parts[index] = ("<p id=\"a%d\">{{ x }} {{ %d }}</p>\n"):format(index, index) end
  local result, ok = page(table.concat(parts), { x = 1 })
  check("10,000 values in one template", ok and select(2, result:gsub("<p", "")) == 5000, result)
  parts = {}
  for index = 1, 300 do parts[index] = ("{%% macro m%d(a) %%}{{ a }}{%% endmacro %%}{{ m%d(%d) }}{%% block b%d %%}{%% endblock %%}"):format(index, index, index, index) end
  result, ok = page(table.concat(parts))
  check("300 macros and blocks", ok, result)
  result, ok = page(("{% if true then %}"):rep(5000) .. ("{% end %}"):rep(5000))
  check("nesting is bounded", not ok and result:find("nested deeper than 100", 1, true), result)
  local from = os.clock()
  page("<script>" .. ("`${"):rep(100000) .. "</script>")
  page(("<"):rep(400000))
  page(("{{ '"):rep(100000))
  page(("{# #} "):rep(100000))
  page("<!--" .. ("-"):rep(400000))
  page("<title>" .. ("</titl"):rep(60000))
  page("<p " .. ("a=\"b\" "):rep(60000))
  page("<style>" .. ("url( "):rep(80000))
  page("<a href=\"" .. (" "):rep(400000) .. "{{ x }}\">")
  page("<img srcset=\"" .. (", "):rep(200000) .. "{{ x }}\">")
  -- Something quadratic takes minutes; sanitizers cost a factor of ten, a slow machine one of three.
  local most = os.getenv("GALLEY_INSTRUMENTED") and 100 or 15
  check("400 KB of hostile template, each in linear time", os.clock() - from < most, os.clock() - from)
end

-- Garbage: a page or one message, never an error of the compiler's own.
do
  local words = { "{{", "}}", "{%", "%}", "{(", ")}", "{#", "#}", "<", ">", "/", "\"", "'", "=", " ", "\n", "a", "href", "style", "script", "onclick", "title", "x", "if", "then", "else", "end", "for",
    "i=1,2", "do", "block", "endblock", "macro", "endmacro", "m()", "super()", "raw(x)", "extends", "\"t.html\"", "repeat", "until", "function", "(", ")", "{", "}", "[[", "]]", "--", "<!--", "-->", "</script>", "<script>", "<a href=\"", "`",
    "\\", "*/", "/*", "url(", "while", "goto", "::", "break", "return", "local", "{{ x }}", "{% if x then %}", "{% end %}", "{% for i = 1, 2 do %}", "<![CDATA[", "\0", "\255", ",", ":", "1", "{( \"t.html\" )}", "{% block a %}", "{% endblock %}" }
  local state = 12345
  local function random(n)
    state = (state * 1103515245 + 12345) % 2147483648
    return state // 65536 % n + 1
  end
  local bad, compiled
  compiled = 0
  for _ = 1, 20000 do
    local parts = {}
    for index = 1, random(24) do parts[index] = words[random(#words)] end
    local text = table.concat(parts)
    local ok, object, message = pcall(template.compile, text, { name = "g.html", load = function() return nil end })
    if not ok then bad = bad or ("%q throws %s"):format(text, tostring(object))
    elseif not object then
      if not message:find("^g%.html:%d+:%d+: error: .+; .+") or message:find("error in Galley", 1, true) or message:find("__", 1, true) and not message:find("names that begin", 1, true) then
        bad = bad or ("%q gives %s"):format(text, message)
      end
    else
      compiled = compiled + 1
    end
  end
  check("20,000 templates of garbage give a template or one message", not bad and compiled > 100, bad or compiled)
end

test.finish()
