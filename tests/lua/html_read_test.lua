--- galley.html.document gives its parser marks in place of long texts: what comes of it is what comes of the whole text,
-- which it reads behind a tag that is written untidily.

local test = dofile(arg[0]:match("^.*/") .. "lib/test.lua")
local function same(name, html)
  local short, told = galley.html.document(html)
  local whole, said = galley.html.document("<p a=b></p>" .. html)
  local one = short and (galley.markdown.write(short) or galley.json.write(short:plain()))
  local other = whole and (galley.markdown.write(whole) or galley.json.write(whole:plain()))
  local function words(info) return (info.text:gsub("%s+", " "):gsub("^ ", "")) end
  test.ok(name, one == other and words(told) == words(said) and told.lost == said.lost,
    ("%q, not %q"):format(tostring(one), tostring(other)))
  return one
end

if not pcall(galley.html.document, "<p>x</p>") or not galley.html.document("<p>x</p>") then
  print("skip - html.document: this galley was built without gumbo")
  return
end

local long = "a text that is longer than what is left as it is"
same("text, references, breaks", ("<p>%s &amp; %s &notin; %s&copy %s<br />%s</p>"):format(long, long, long, long, long))
same("blanks around", ("<p> %s\n</p>\n%s\t<b>\n%s </b>%s"):format(long, long, long, long))
same("comments", ("<!-- wp:x {\"a\": 1} -->%s<!-- a -- b -->%s<!--> %s --> %s"):format(long, long, long, long))
same("comments that mean nothing, between words, in tables, beside those that part the text",
  "a<!-- wp:x --> b<!---->c <!-- /wp:x -->d<table><!-- t --><tr><!-- r --><td>e</td></tr></table><!--more Go on--><p>f<!--moreover-->g</p><!-- nextpage --><p>h</p>")
same("code", ("<pre>\n%s\n  %s</pre><p><code>%s</code></p>"):format(long, long, long))
same("tables without cells", ("<table>%s<tr>%s<td>%s</td></tr>%s</table>"):format(long, long, long, long))
same("raw text", ("<script>%s</script>%s<textarea>%s</textarea>%s<svg>%s</svg>"):format(long, long, long, long, long))
same("quotes in quotes", ("<a title=\"a > %s\" href='/x'>%s</a> <a href=\"/y>%s</a> %s"):format(long, long, long, long))
same("carriage returns", ("<p>%s\r\n%s\r%s</p>"):format(long, long, long))
same("an end in the middle", ("<p>%s<b"):format(long))
same("characters like the marks", ("<p>\u{F0000} %s \u{10FFFD}</p>"):format(long))
same("characters that begin as they do", ("<p>%s \u{1F3F4}\u{E0067}\u{E007F} %s \u{DFFF0}</p>"):format(long, long))
local words = same("words with more than one blank, with addresses, with characters nobody sees",
  ("<p>a b  c d: e f@g.example h\u{200B}i http://a.example/b j\u{A0} k\u{FEFF}l \u{201C}m\u{201D}\tn <b> \u{A0}o p </b>%s</p>"):format(long))
local wanted = "a b c d: e <f@g.example> hi <http://a.example/b> j\u{A0} kl \u{201C}m\u{201D} n **&#160;o p** " .. long .. "\n"
test.same("what the words are", words, wanted)
local text = same("many", (("<p>%s</p>\n"):format(long)):rep(300))
test.same("many: all are there", select(2, text:gsub(long, "")), 300)
-- More than there are marks in one plane, and in both.
for _, count in ipairs{ 65533, 65534, 65535, 66000, 132000 } do
  local parts = {}
  for i = 1, count do parts[i] = ("word-%d<br>"):format(i) end
  local document = galley.html.document("<p>" .. table.concat(parts) .. "</p>")
  local plain, wanted = document:plain():gsub("%s+", " "), table.concat(parts):gsub("<br>", " ")
  test.ok(("%d texts"):format(count), plain .. " " == wanted, ("%d bytes, not %d"):format(#plain, #wanted))
end
test.finish()
