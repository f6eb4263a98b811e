#!/usr/bin/env python3
"""Feeds and sitemaps, read by those who know the formats: xmllint with schemas, feedparser, json."""
import json
import os
import re
import shutil
import subprocess
import sys

TOP = os.environ.get("TOP") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GALLEY = os.environ.get("GALLEY") or os.path.join(TOP, "build", "galley")
SITE = os.path.join(TOP, "tests", "cases", "export", "site")
ROOM = os.environ.get("TMPDIR", "/tmp")
failed = False


def check(name, right, why=""):
    global failed
    failed = failed or not right
    print(f"ok - {name}" if right else f"not ok - {name}: {why}")


def export(name, *options, site=SITE):
    run = subprocess.run([GALLEY, "export", name, "--site", site, "--quiet", *options], capture_output=True)
    check(f"{name} {' '.join(options)}".strip() + " runs", run.returncode == 0, run.stderr[-300:])
    return run.stdout


try:
    import feedparser
except ImportError:  # a python3 of the user's own may stand before the system's, which has the package
    if sys.executable != "/usr/bin/python3" and subprocess.run(["/usr/bin/python3", "-c", "import feedparser"], capture_output=True).returncode == 0:
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    feedparser = None

URLS = """<grammar xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
<start><element name="urlset" ns="http://www.sitemaps.org/schemas/sitemap/0.9"><oneOrMore><element name="url">
  <element name="loc"><data type="anyURI"><param name="maxLength">2047</param><param name="pattern">https?://.+</param></data></element>
  <optional><element name="lastmod"><choice><data type="date"/><data type="dateTime"/></choice></element></optional>
  <zeroOrMore><element name="image" ns="http://www.google.com/schemas/sitemap-image/1.1"><element name="loc"><data type="anyURI"/></element></element></zeroOrMore>
  <optional><element name="news" ns="http://www.google.com/schemas/sitemap-news/0.9">
    <element name="publication"><element name="name"><text/></element><element name="language"><data type="language"/></element></element>
    <element name="publication_date"><data type="dateTime"/></element><element name="title"><text/></element></element></optional>
</element></oneOrMore></element></start></grammar>"""

INDEX = """<grammar xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
<start><element name="sitemapindex" ns="http://www.sitemaps.org/schemas/sitemap/0.9"><oneOrMore><element name="sitemap">
  <element name="loc"><data type="anyURI"><param name="pattern">https?://.+</param></data></element>
</element></oneOrMore></element></start></grammar>"""

ATOM = """<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.w3.org/2005/Atom" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
<define name="link"><element name="link"><attribute name="rel"/><attribute name="href"><data type="anyURI"/></attribute>
  <optional><attribute name="length"><data type="nonNegativeInteger"/></attribute></optional><optional><attribute name="type"/></optional></element></define>
<define name="person"><element name="author"><element name="name"><text/></element></element></define>
<define name="id"><element name="id"><data type="anyURI"><param name="minLength">5</param></data></element></define>
<start><element name="feed"><attribute name="xml:lang"/><interleave>
  <element name="title"><text/></element><optional><element name="subtitle"><text/></element></optional><ref name="id"/>
  <element name="updated"><data type="dateTime"/></element><oneOrMore><ref name="link"/></oneOrMore><element name="generator"><text/></element><ref name="person"/>
  <zeroOrMore><element name="entry"><interleave><element name="title"><text/></element><ref name="id"/><oneOrMore><ref name="link"/></oneOrMore>
    <element name="published"><data type="dateTime"/></element><element name="updated"><data type="dateTime"/></element>
    <zeroOrMore><ref name="person"/></zeroOrMore><zeroOrMore><element name="category"><attribute name="term"/></element></zeroOrMore>
    <optional><element name="summary"><text/></element></optional><optional><element name="content"><attribute name="type"/><attribute name="xml:base"><data type="anyURI"/></attribute><text/></element></optional>
  </interleave></element></zeroOrMore></interleave></element></start></grammar>"""


RSS = """<grammar xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
<define name="url"><data type="anyURI"><param name="pattern">https?://.+</param></data></define>
<define name="date"><data type="string"><param name="pattern">(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} \\+0000</param></data></define>
<define name="updated"><element name="updated" ns="http://www.w3.org/2005/Atom"><data type="dateTime"/></element></define>
<start><element name="rss"><attribute name="version"><value>2.0</value></attribute><element name="channel"><interleave>
  <element name="title"><text/></element><element name="link"><ref name="url"/></element><element name="description"><text/></element>
  <optional><element name="language"><data type="language"/></element></optional><element name="lastBuildDate"><ref name="date"/></element>
  <element name="generator"><text/></element>
  <element name="link" ns="http://www.w3.org/2005/Atom"><attribute name="rel"/><attribute name="type"/><attribute name="href"><ref name="url"/></attribute></element>
  <zeroOrMore><element name="item"><interleave><element name="title"><text/></element><element name="link"><ref name="url"/></element>
    <element name="guid"><attribute name="isPermaLink"><value>false</value></attribute><data type="anyURI"/></element>
    <element name="pubDate"><ref name="date"/></element><optional><ref name="updated"/></optional>
    <zeroOrMore><element name="creator" ns="http://purl.org/dc/elements/1.1/"><text/></element></zeroOrMore>
    <zeroOrMore><element name="category"><text/></element></zeroOrMore><optional><element name="description"><text/></element></optional>
    <optional><element name="enclosure"><attribute name="url"><ref name="url"/></attribute><attribute name="length"><data type="nonNegativeInteger"/></attribute>
      <attribute name="type"/></element></optional>
    <optional><element name="encoded" ns="http://purl.org/rss/1.0/modules/content/"><text/></element></optional>
  </interleave></element></zeroOrMore></interleave></element></element></start></grammar>"""


def valid(name, data, schema):
    if not shutil.which("xmllint"):
        print(f"skip - {name} is valid: xmllint is missing (libxml2-utils)")
        return
    file, grammar = os.path.join(ROOM, "x.xml"), os.path.join(ROOM, "x.rng")
    open(file, "wb").write(data)
    open(grammar, "w").write(schema)
    run = subprocess.run(["xmllint", "--noout", "--relaxng", grammar, file], capture_output=True, text=True)
    check(f"{name} is valid", run.returncode == 0, run.stderr[-400:].replace("\n", " "))


valid("sitemap", export("sitemap"), URLS)
valid("news-sitemap", export("news-sitemap", "--now", "2025-10-22"), URLS)
valid("atom", export("atom"), ATOM)
valid("rss", export("rss"), RSS)
valid("rss of summaries", export("rss", "--option", "content=summary", "--option", "limit=0"), RSS)

titles = ["Virtual wards: what helped", '=HYPERLINK(1) </script><b>bold</b> ]]> & "q" \U0001F600', "Für alle"]
if feedparser:
    for name in ("rss", "atom"):
        data = export(name, "--embargoed", "--expired", "--drafts")
        feed = feedparser.parse(data)
        check(f"{name}: feedparser has nothing to say", not feed.bozo, feed.get("bozo_exception"))
        check(f"{name}: titles", [e.title.strip() for e in feed.entries] == titles, [e.title for e in feed.entries])
        check(f"{name}: ids", feed.entries[0].id == "tag:desk.example,2024:/news/wards", feed.entries[0].id)
        check(f"{name}: whole content", "<h2" in feed.entries[0].content[0].value, "")
        check(f"{name}: absolute links", 'href="https://desk.example/news/hostile.html"' in feed.entries[0].content[0].value, feed.entries[0].content[0].value[:300])
        check(f"{name}: enclosure", feed.entries[0].enclosures[0].type == "image/svg+xml", "")
        check(f"{name}: nothing under embargo", b"Secret" not in data and b"Gone." not in data and b"Not yet" not in data)
else:
    print("skip - feeds in feedparser: python3-feedparser is missing")

feed = json.loads(export("jsonfeed", "--embargoed"))
check("jsonfeed: version", feed["version"] == "https://jsonfeed.org/version/1.1")
allowed = {"id", "url", "title", "summary", "content_html", "content_text", "image", "date_published", "date_modified", "tags", "language", "authors", "attachments"}
check("jsonfeed: items", len(feed["items"]) == 3 and all(set(i) <= allowed and isinstance(i["id"], str) and ("content_html" in i or "content_text" in i) for i in feed["items"]), feed["items"])

# Many items: one feed of 10,000, in a worker that may use little memory.
many = os.path.join(ROOM, "many")
os.makedirs(os.path.join(many, "content"), exist_ok=True)
with open(os.path.join(many, "galley.yaml"), "w") as file:
    file.write("title: Many\nurl: https://many.example\nlimits: { memory: 24 }\n")
for i in range(10000):
    with open(os.path.join(many, "content", f"a{i}.md"), "w") as file:
        file.write(f"---\ntitle: Article {i} ]]>\ndate: {2000 + i % 25}-0{1 + i % 9}-1{i % 10}\n---\n" + f"Paragraph {i} with some *text* in it.\n\n" * 8)
for name, schema in (("rss", RSS), ("atom", ATOM)):
    data = export(name, "--option", "limit=0", site=many)
    valid(f"{name} of 10,000 items", data, schema)
feed = json.loads(export("jsonfeed", "--option", "limit=0", site=many))
check("jsonfeed of 10,000 items", len(feed["items"]) == 10000 and len({item["id"] for item in feed["items"]}) == 10000)
data = export("rss", "--option", "limit=0", site=many)
check("rss of 10,000 items, 24 MB for Lua", data.count(b"<item>") == 10000, data.count(b"<item>"))
check("rss of 10,000 items: ids differ", len(set(data.split(b"<guid"))) == 10001)
maps = os.path.join(ROOM, "maps")
export("sitemap", "--option", "most=4000", "-o", maps + "/", site=many)
parts = [open(os.path.join(maps, f"sitemap-{i}.xml"), "rb").read() for i in (1, 2, 3)]
for i, part in enumerate(parts):
    valid(f"sitemap, part {i + 1} of 3", part, URLS)
valid("the index of sitemaps", open(os.path.join(maps, "sitemap.xml"), "rb").read(), INDEX)
locations = re.findall(b"<loc>(.*?)</loc>", b"".join(parts))
check("sitemap in parts: each address once, no part too long", len(set(locations)) == len(locations) == 10001 and [part.count(b"<url>") for part in parts] == [4000, 4000, 2001],
      [part.count(b"<url>") for part in parts])
check("sitemap of as many as fit: one file", export("sitemap", "--option", "most=10001", site=many).count(b"<url>") == 10001)
text = export("text", site=many)
check("text of 10,000 articles, whose trees come and go in 24 MB", text.count(b"\n====") >= 10000 and b"Article 9999 " in text, len(text))
lines = export("ndjson", site=many).splitlines()
check("ndjson of 10,000 lines", len(lines) == 10000 and all(json.loads(line)["title"] for line in lines[::97]), len(lines))
sys.exit(failed)
