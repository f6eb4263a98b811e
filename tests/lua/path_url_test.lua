--- galley.path, galley.url and galley.template.

local path, url, template = galley.path, galley.url, galley.template

local test = dofile(arg[0]:match("^.*/") .. "lib/test.lua")
local ok, same, raises = test.ok, test.same, test.raises

-- ---------------------------------------------------------------- path

same("path.join", path.join("a", "b/", "../c", "./d.md"), "a/c/d.md")
same("path.join: an absolute part", path.join("a", "/b"), "/b")
same("path.join: nothing", path.join(), ".")
for given, wanted in pairs { ["a//b/./c/.."] = "a/b", ["../a/../.."] = "../..", ["/../a"] = "/a", [""] = ".", ["/"] = "/", ["a/.."] = "." } do
  same("path.normalise " .. given, path.normalise(given), wanted)
end
for given, wanted in pairs { ["a/b/c.md"] = "a/b|c.md|c|md", ["c.tar.gz"] = "|c.tar.gz|c.tar|gz", ["/x"] = "/|x|x|", [".hidden"] = "|.hidden|.hidden|",
  ["a/b/"] = "a|b|b|", ["a.b/c"] = "a.b|c|c|", ["x."] = "|x.|x|", [".."] = "|..|..|" } do
  same("path parts of " .. given, path.folder(given) .. "|" .. path.name(given) .. "|" .. path.stem(given) .. "|" .. path.extension(given), wanted)
end
same("path.with_extension", path.with_extension("a/b.md", "html"), "a/b.html")
same("path.with_extension: none", path.with_extension("b.md", ""), "b")
same("path.with_extension: a dot", path.with_extension("/b", ".txt"), "/b.txt")
same("path.is_absolute", path.is_absolute("/a"), true)
same("path.relative", path.relative("a/b/c.html", "a/d"), "../b/c.html")
same("path.relative: itself", path.relative("a", "a"), ".")
same("path.relative: up", path.relative("x", "a/b"), "../../x")
same("path.relative: from here", path.relative("a/b", "."), "a/b")

for _, case in ipairs {
  { "a/b.md", "a/*.md", true }, { "a/b/c.md", "a/*.md", false }, { "a/b/c.md", "a/**/*.md", true }, { "a/c.md", "a/**/*.md", true },
  { "a/b/c.md", "**", true }, { "x/a/b", "**/a/*", true }, { "a/b", "**/b/**", true }, { "ab", "a?", true }, { "aé", "a?", true },
  { "a", "a?", false }, { "b1", "[a-c][0-9]", true }, { "b1", "[!a-c]?", false }, { "é", "[é]", true }, { "a-b", "a[-x]b", true },
  { "a.md", "*.{md,txt}", true }, { "a.html", "*.{md,txt}", false }, { "ax/b", "{a,b}{x,y}/*", true }, { "*", "\\*", true }, { "b", "\\*", false },
  { "/a/b", "/a/*", true }, { "a/b", "/a/*", false }, { "./a", "a", true }, { "[", "[", true }, { "a", "", false }, { "a/b", "a/b/**", true },
  { ("a"):rep(200), ("*a"):rep(60) .. "b", false }, { ("a/"):rep(100) .. "c", ("**/a/"):rep(30) .. "b", false },
} do
  same("path.match " .. case[1]:sub(1, 20) .. " " .. case[2]:sub(1, 20), path.match(case[1], case[2]), case[3])
end
raises("path.match: too many alternatives", "more than 256 alternatives", function() path.match("a", ("{a,b}"):rep(20)) end)
raises("path.join wants text", "part 2 must be a string, not a table", function() path.join("a", {}) end)
raises("path.stem wants text", "path.stem: the path must be a string, not nil", function() path.stem() end)

-- ---------------------------------------------------------------- url

local function show(parts)
  local list = {}
  for _, key in ipairs { "scheme", "user", "host", "port", "path", "query", "fragment" } do list[#list + 1] = tostring(parts[key]) end
  return table.concat(list, "|")
end
for given, wanted in pairs {
  ["HTTPS://u:p@Example.org:8080/a/b?c=d#e"] = "https|u:p|example.org|8080|/a/b|c=d|e",
  ["/a?b"] = "nil|nil|nil|nil|/a|b|nil", ["mailto:x@y.z"] = "mailto|nil|nil|nil|x@y.z|nil|nil",
  ["//h/p"] = "nil|nil|h|nil|/p|nil|nil", ["http://[::1]:80"] = "http|nil|[::1]|80||nil|nil", ["#x"] = "nil|nil|nil|nil||nil|x",
  [""] = "nil|nil|nil|nil||nil|nil", ["file:///x"] = "file|nil||nil|/x|nil|nil", ["a?b#c?d"] = "nil|nil|nil|nil|a|b|c?d",
} do
  same("url.parse " .. given, show(url.parse(given)), wanted)
  if not given:find("%u") then same("url.build " .. given, url.build(url.parse(given)), given) end
end
for _, bad in ipairs { "http://a b", "http://x:99999/", "http://a<b/", "http://a:b:c/" } do
  local parts, message, code = url.parse(bad)
  ok("url.parse refuses " .. bad, parts == nil and message:find("'", 1, true) and code == "malformed", message)
end
same("url.build", url.build { scheme = "https", host = "x.org", path = "a", query = { q = "a b", n = 1 } }, "https://x.org/a?n=1&q=a+b")
same("url.build: a colon in the first name", url.build { path = "a:b" }, "./a:b")

-- RFC 3986, 5.4.
local examples = [[
g:h g:h | g http://a/b/c/g | ./g http://a/b/c/g | g/ http://a/b/c/g/ | /g http://a/g | //g http://g | ?y http://a/b/c/d;p?y | g?y http://a/b/c/g?y |
#s http://a/b/c/d;p?q#s | g#s http://a/b/c/g#s | g?y#s http://a/b/c/g?y#s | ;x http://a/b/c/;x | g;x http://a/b/c/g;x | . http://a/b/c/ | ./ http://a/b/c/ |
.. http://a/b/ | ../ http://a/b/ | ../g http://a/b/g | ../.. http://a/ | ../../ http://a/ | ../../g http://a/g | ../../../g http://a/g | ../../../../g http://a/g |
/./g http://a/g | /../g http://a/g | g. http://a/b/c/g. | .g http://a/b/c/.g | g.. http://a/b/c/g.. | ..g http://a/b/c/..g | ./../g http://a/b/g |
./g/. http://a/b/c/g/ | g/./h http://a/b/c/g/h | g/../h http://a/b/c/h | g;x=1/./y http://a/b/c/g;x=1/y | g;x=1/../y http://a/b/c/y |
g?y/./x http://a/b/c/g?y/./x | g#s/../x http://a/b/c/g#s/../x ]]
for reference, wanted in examples:gmatch("(%S+) (%S+)%s*|?") do
  same("url.resolve " .. reference, url.resolve("http://a/b/c/d;p?q", reference), wanted)
end
same("url.resolve: nothing", url.resolve("http://a/b/c/d;p?q", ""), "http://a/b/c/d;p?q")
same("url.resolve: site paths", url.resolve("/news/x.html", "../img/a.png"), "/img/a.png")
same("url.resolve: relative base", url.resolve("news/x.html", "y.html"), "news/y.html")
same("url.encode", url.encode("a b/é?"), "a%20b%2F%C3%A9%3F")
same("url.encode: keep", url.encode("a b/c", "/"), "a%20b/c")
same("url.decode", url.decode("a%20b%2f%C3%A9+"), "a b/é+")
same("url.decode: broken", select(3, url.decode("100%")), "malformed")
same("url.decode: not UTF-8", select(3, url.decode("%FF")), "malformed")
same("url.query", url.query { b = "x&y", a = { 1, 2 }, c = true }, "a=1&a=2&b=x%26y&c")
same("url.query: in order", url.query { { "z", 1 }, { "a", "é" } }, "z=1&a=%C3%A9")
local list, by_key = url.parse_query("?a=1&b=x+y%21&a=2&c")
same("url.parse_query", #list .. list[2][1] .. list[2][2] .. by_key.a .. by_key.c, "4bx y!2")
same("url.is_absolute", tostring(url.is_absolute("mailto:x")) .. tostring(url.is_absolute("//x")), "truefalse")
raises("url.parse wants text", "the URL must be a string, not a table", function() url.parse({}) end)
raises("url.build wants a table", "must be a table, not a string", function() url.build("x") end)

-- ---------------------------------------------------------------- template, html as a function

same("template.compile and render", template.render(template.compile("<p title='{{ x }}'>{{ x }}</p>"), { x = "<'>" }),
  "<p title='&lt;&#39;&gt;'>&lt;&#39;&gt;</p>")
ok("template.compile: a message", select(2, template.compile("{{ x ", { name = "t.html" })):find("t.html:1", 1, true), "?")
same("galley.html(node)", galley.html(galley.markdown.parse("*x*")), "<p><em>x</em></p>\n")

test.finish()
