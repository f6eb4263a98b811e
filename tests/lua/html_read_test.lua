--- galley.html.document gives its parser marks in place of long texts: what comes of it is what comes of the whole text,
-- which it reads behind a tag that is written untidily.

local failures = 0
local function same(name, html)
  local short, told = galley.html.document(html)
  local whole, said = galley.html.document("<p a=b></p>" .. html)
  local one = short and (galley.markdown.write(short) or galley.json.write(short:plain()))
  local other = whole and (galley.markdown.write(whole) or galley.json.write(whole:plain()))
  local function words(info) return (info.text:gsub("%s+", " "):gsub("^ ", "")) end
  if one == other and words(told) == words(said) and told.lost == said.lost then
    print("ok - " .. name)
  else
    failures = failures + 1
    print(("not ok - %s: %q, not %q"):format(name, tostring(one), tostring(other)))
  end
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
same("characters like the marks", ("<p>\u{E000}00000000\u{E001} %s</p>"):format(long))
local text = same("many", (("<p>%s</p>\n"):format(long)):rep(300))
if select(2, text:gsub(long, "")) ~= 300 then
  failures = failures + 1
  print("not ok - many: texts are missing")
end
if failures > 0 then os.exit(1) end
