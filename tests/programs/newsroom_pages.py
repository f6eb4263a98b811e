#!/usr/bin/env python3
"""The newsroom's layout on articles that an example would not have: many of them, incomplete ones, hostile ones."""
import json
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from newsroom_tree import Element, Page, Tests, file_of, graph_of, links_of  # noqa: E402

TOP = os.environ.get("TOP") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GALLEY = os.environ.get("GALLEY") or os.path.join(TOP, "build", "galley")
HOSTILE = '</title></script><script>alert("1")</script><b>&amp; \'x\' \u2028 <!--'
LONG = "A headline that somebody wrote without thinking of the width of a telephone, and then went on writing " * 3
tests = Tests()
check = tests.check
top = os.path.join(os.environ.get("TMPDIR", "/tmp"), "newsroom-pages")


def write(name, text):
    path = os.path.join(top, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def quoted(text):
    return json.dumps(text)  # escapes U+2028, which counts as a line break in YAML


write("galley.yaml", """title: Many & "more"
url: https://many.example/desk/
language: en
layout: newsroom
taxonomies:
  author: authors
  topic: topics
permalinks:
  article: /:folder/:slug.html
  author: /authors/:slug.html
  topic: /topics/:slug.html
""")
for number in range(1, 48):
    write("content/2024/%02d/story-%d.md" % (number % 12 + 1, number), """---
title: Story %d
date: 2024-%02d-%02d
authors: [Writer %d, Editor]
topics: [All, Topic %d]
---

Words of story %d.
""" % (number, number % 12 + 1, number % 28 + 1, number, number % 3, number))
write("content/bare.md", "Nothing but words.\n")
write("content/wordy.md", "---\ntitle: Wordy\n---\n\n" + "word " * 200 + "\n")
write("content/long.md", "---\ntitle: %s\n---\n\n## A heading first\n\nWords.\n" % LONG)
write("content/hostile.md", "---\ntitle: %s\ndate: 2020-01-01\nauthors: [%s]\ntopics: [%s]\nsummary: %s\nimage: 'javascript:alert(1)'\n---\n\nWords.\n"
      % (quoted(HOSTILE), quoted("<i>Eve</i> & \"co\""), quoted("R&D </script>"), quoted(HOSTILE)))
write("content/picture.md", "---\ntitle: Picture\ndate: 2020-01-02\nimage: gone.png\nimage_alt: [a, b]\n---\n\nWords.\n")

site = os.path.join(top, "public")
done = subprocess.run([GALLEY, "build", top, "-o", site], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
check("52 articles build", done.returncode == 0 and "error:" not in done.stdout, "status %d; %s" % (done.returncode, done.stdout.strip()))
if done.returncode != 0:
    tests.end()

pages, problems = {}, []
files = set()
for folder, _, names in os.walk(site):
    for name in names:
        path = os.path.relpath(os.path.join(folder, name), site).replace(os.sep, "/")
        files.add(path)
        if path.endswith(".html"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                page = Page(file.read())
            problems += ["%s: %s" % (path, problem) for problem in page.problems]
            pages[path] = page.root
check("the tags of every page match", not problems, "; ".join(problems[:5]))


def listed(name):
    main = pages.get(name, Element("nothing", {}, None)).one("main")
    return [file_of(name, each.one("a")) for each in main.all("h2") if each.all("a")]


for start, count in (("index", 52), ("topics/all", 47), ("authors/editor", 47)):
    stem = "" if start == "index" else start + "/"
    names = [start + ".html"] + ["%spage/%d.html" % (stem, number) for number in (2, 3)]
    lists = [listed(name) for name in names]
    check("%s: %d articles over three pages, 20 on each, every one once" % (start, count),
          [len(each) for each in lists] == [20, 20, count - 40] and len(set(sum(lists, []))) == count and set(sum(lists, [])) <= set(pages),
          str([len(each) for each in lists]))
    middle = pages.get(names[1], Element("nothing", {}, None)).one("nav", class_="pages")
    check(start + ": each page leads to the others",
          [file_of(names[1], each) for each in middle.all("a")] == [names[0], names[2]]
          and file_of(names[1], middle.one("a", rel="prev")) == names[0] and file_of(names[1], middle.one("a", rel="next")) == names[2]
          and middle.one("span").text() == "2")
check("a list that fits on one page has no way to others", not pages["authors/writer-7.html"].all("nav", class_="pages"))
letters = [each.text() for each in pages["authors/index.html"].all("h2")]
check("many authors stand under their first letters", "W" in letters and letters == sorted(letters) and len(set(letters)) == len(letters), str(letters))

problems = []
for name, page in pages.items():
    for element in page.walk():
        if element.name in ("p", "h1", "h2", "h3", "a", "ul", "time", "title", "figcaption") and not element.text() and not element.all("img"):
            problems.append("%s: an empty %s" % (name, element.name))
        if element.name == "script" and element.attributes.get("type") != "application/ld+json":
            problems.append(name + ": a script got in")
        if element.name in ("b", "i") and element.inside("main"):
            problems.append(name + ": markup got in")
    for image in page.all("img"):
        if name != "404.html" and file_of(name, image) not in files:
            problems.append("%s shows %s, which is not there" % (name, image.attributes["src"]))
    for element, link in links_of(page):
        if re.match(r"(?i)javascript:|//", link) or link.startswith("http") and element.attributes.get("rel") != "canonical":
            problems.append("%s: %s" % (name, link))
    levels = [int(each.name[1]) for each in page.walk() if re.fullmatch("h[1-6]", each.name)]
    if levels[:1] != [1] or any(after > before + 1 for before, after in zip(levels, levels[1:])):
        problems.append("%s: headings %s" % (name, levels))
    if name != "404.html":
        graph_of(page)
check("no page has an empty element, a stranger's script or a stranger's address", not problems, "; ".join(problems[:5]))

summaries = [page.one("meta", name="description").attributes.get("content", "") for page in pages.values()]
check("a summary that the first paragraph stands in for is cut between words",
      max(len(each) for each in summaries) <= 301 and any(each.endswith("word…") for each in summaries))

hostile = pages.get("hostile.html", Element("nothing", {}, None))
flat = re.sub(r"\s+", " ", HOSTILE).strip()
try:
    graph = graph_of(hostile)
    check("a hostile title is text in every place", hostile.one("h1").text() == flat
          and hostile.one("title").text().startswith(flat) and hostile.one("meta", property="og:title").attributes["content"] == HOSTILE
          and graph["NewsArticle"]["headline"] == HOSTILE and graph["NewsArticle"]["author"][0]["name"] == '<i>Eve</i> & "co"',
          hostile.one("h1").text())
except (KeyError, ValueError) as error:
    check("a hostile title is text in every place", False, "%s %s" % (type(error).__name__, error))
check("addresses stand below the site's own folder",
      hostile.one("link", rel="canonical").attributes.get("href") == "https://many.example/desk/hostile.html"
      and pages["404.html"].one("link", rel="stylesheet").attributes.get("href") == "/desk/newsroom.css")
check("an article without a front matter has a title, and no date", pages["bare.html"].one("h1").text() and not pages["bare.html"].one("header", class_="head").all("time"))
tests.end()
