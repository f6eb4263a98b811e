#!/usr/bin/env python3
"""Builds examples/newsroom and checks that its pages have every structure they should.

    tests/programs/newsroom_structure.py [FOLDER]     FOLDER: a site built before, instead of building

A paragraph is a `p` in an article's body: those of quotations and of the notes count, captions, list items,
the speaker under a quotation and the line ENDS do not.
"""
import os
import re
import subprocess
import sys
from urllib.parse import unquote, urljoin, urlsplit

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from newsroom_tree import Element, Page, Tests, file_of, graph_of, links_of  # noqa: E402

TOP = os.environ.get("TOP") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ADDRESS = "https://newsroom.example"
tests = Tests()
check = tests.check


if len(sys.argv) > 1:
    site = sys.argv[1]
else:
    site = os.path.join(os.environ.get("TMPDIR", "/tmp"), "site")
    galley = os.environ.get("GALLEY") or os.path.join(TOP, "build", "galley")
    done = subprocess.run([galley, "build", os.path.join(TOP, "examples", "newsroom"), "-o", site],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    check("the example builds without a message", done.returncode == 0 and not re.search(r"(error|warning):", done.stdout),
          "status %d; %s" % (done.returncode, done.stdout.strip()))
    if done.returncode != 0:
        sys.exit(1)

files = {os.path.relpath(os.path.join(folder, name), site).replace(os.sep, "/")
         for folder, _, names in os.walk(site) for name in names}
pages, problems = {}, []
for name in sorted(files):
    if name.endswith(".html"):
        with open(os.path.join(site, name), encoding="utf-8") as file:
            text = file.read()
        page = Page(text)
        problems += ["%s: %s" % (name, problem) for problem in page.problems]
        pages[name] = page.root
        if not text.startswith("<!doctype html>\n"):
            problems.append(name + " does not begin with its doctype")
check("the tags of every page match", not problems, "; ".join(problems[:5]))

# ---------------------------------------------------------------- every page

problems = []
for name, page in pages.items():
    def expect(good, what):
        if not good:
            problems.append(name + ": " + what)
    body = page.one("body")
    first = next((each for each in body.children if isinstance(each, Element)), None)
    expect(first is not None and first.name == "a" and first.attributes.get("href") == "#content"
           and first.text() == "Skip to main content", "the skip link is not the first thing in the body")
    expect(page.one("main").attributes.get("id") == "content", "main is not what the skip link leads to")
    for landmark in ("header", "main", "footer", "nav"):
        expect(page.all(landmark), "no " + landmark)
    navigations = [each.attributes.get("aria-label") for each in page.all("nav")]
    expect(None not in navigations and len(set(navigations)) == len(navigations), "navigations without labels of their own")
    expect(page.one("html").attributes.get("lang") == "en-GB", "no language")
    expect(page.one("meta", name="viewport").attributes.get("content") == "width=device-width, initial-scale=1", "no viewport")
    expect(page.one("title").text().endswith("Midland Health Desk"), "no title")
    expect(len(page.all("h1")) == 1, "%d h1" % len(page.all("h1")))
    levels = [int(each.name[1]) for each in page.walk() if re.fullmatch("h[1-6]", each.name)]
    expect(all(after <= before + 1 for before, after in zip(levels, levels[1:])), "headings skip a level: %s" % levels)
    ids = [each.attributes["id"] for each in page.walk() if "id" in each.attributes]
    expect(len(set(ids)) == len(ids), "an id twice")
    expect(all(re.fullmatch(r"[^\s]+", each) for each in ids), "an id with a space")
    for each in page.walk():
        if "aria-labelledby" in each.attributes:
            expect(each.attributes["aria-labelledby"] in ids, "aria-labelledby leads nowhere")
    for image in page.all("img"):
        expect("alt" in image.attributes, "an image without alt")
    expect(all(each.attributes == {"type": "application/ld+json"} for each in page.all("script")), "a script")
    expect(not [each for each in page.walk() if any(key.startswith("on") or key == "style" for key in each.attributes)],
           "a script or a style in an attribute")
    if name != "404.html":
        canonical = page.one("link", rel="canonical").attributes.get("href", "")
        expect(canonical == ADDRESS + "/" + re.sub(r"(^|/)index\.html$", r"\1", name), "canonical is " + canonical)
        for each in ("og:title", "og:type", "og:url", "og:site_name", "og:description"):
            expect(page.one("meta", property=each).attributes.get("content"), "no " + each)
check("every page has its landmarks, language, title, headings, ids and Open Graph", not problems, "; ".join(problems[:5]))

problems, outbound = [], []
for name, page in pages.items():
    for element, link in links_of(page):
        target = urlsplit(urljoin("http://site/" + name, link))
        if target.netloc != "site" or target.scheme != "http":
            if link.startswith("mailto:") or element.name == "link" and element.attributes.get("rel") == "canonical":
                continue
            if element.name == "a":
                outbound.append((name, link))
            else:
                problems.append("%s fetches %s" % (name, link))
            continue
        path = unquote(target.path).lstrip("/")
        if path == "" or path.endswith("/"):
            path += "index.html"
        if path not in files:
            problems.append("%s links to %s, which is not there" % (name, link))
        elif link.startswith("/") and name != "404.html":
            problems.append("%s links to %s, which a page opened from a disk cannot follow" % (name, link))
        elif target.fragment and path in pages and not any(
                each.attributes.get("id") == unquote(target.fragment) for each in pages[path].walk()):
            problems.append("%s links to %s, and there is no such id" % (name, link))
check("every link and every image leads to a file of the site", not problems, "; ".join(problems[:5]))
outbound = [link for name, link in outbound if name.startswith("news/")]
check("two outbound links", len(outbound) == 2, str(outbound))

problems = []
for name in sorted(files):
    if name.endswith((".css", ".svg")):
        with open(os.path.join(site, name), encoding="utf-8") as file:
            text = file.read()
        text = text.replace("http://www.w3.org/2000/svg", "")
        if re.search(r"(https?:)?//[a-z]|@import|url\(", re.sub(r"/\*.*?\*/", "", text, flags=re.S)):
            problems.append(name)
        if name.startswith("images/") and not ("<title" in text and "<desc" in text):
            problems.append(name + " has no title and description")
check("styles and drawings fetch nothing; drawings say what they show", not problems, ", ".join(problems))

reached, waiting = set(), ["index.html"]
while waiting:
    name = waiting.pop()
    if name in reached or name not in pages:
        continue
    reached.add(name)
    for _, link in links_of(pages[name]):
        target = urlsplit(urljoin("http://site/" + name, link))
        if target.netloc == "site":
            waiting.append(unquote(target.path).lstrip("/"))
check("every page can be reached from the front page", reached == set(pages) - {"404.html"},
      ", ".join(sorted(set(pages) - reached)))

# ---------------------------------------------------------------- the author's archive

archive = pages.get("authors/louise-stanley.html", Element("nothing", {}, None))
check("the author's archive has the author's name", archive.one("h1").text() == "Louise Stanley"
      and archive.one("p", class_="kicker").text() == "Author", archive.one("h1").text())
order = [file_of("authors/louise-stanley.html", heading.one("a")) for heading in archive.one("main").all("h2")]
check("six articles, newest first", len(order) == 6 and all(each in pages for each in order), str(order))
articles = [pages.get(name, Element("nothing", {}, None)) for name in order]
dates = [page.one("time").attributes.get("datetime", "") for page in articles]
check("every article has a date, and their order is that of the dates", all(dates) and dates == sorted(dates, reverse=True), str(dates))

# ---------------------------------------------------------------- the articles

bodies = [page.one("div", class_="body") for page in articles]
paragraphs = [[each for each in body.all("p") if not each.inside("figcaption") and each.text() != "ENDS"] for body in bodies]
counts = [len(each) for each in paragraphs]
check("8, 10, 8, 6, 17 and 12 paragraphs", counts == [8, 10, 8, 6, 17, 12], str(counts))

leads = [next((each for each in body.children if isinstance(each, Element)), body) for body in bodies]
check("every article begins with its lead", all(lead.name == "p" and len(lead.text()) > 80 for lead in leads),
      str([lead.name for lead in leads]))
check("every article has a byline that leads to the archive",
      all(page.one(class_="byline").one("a").text() == "Louise Stanley" for page in articles))

lists = [each for body in bodies for each in body.walk() if each.name in ("ul", "ol")]
items = [len(each.all("li")) for each in lists]
check("two lists, of 3 and 5 items", items == [3, 5], str(items))


def before(element):
    siblings = [each for each in element.parent.children if isinstance(each, Element)]
    at = siblings.index(element)
    return siblings[at - 1] if at else Element("nothing", {}, None)


check("each list has its introduction", all(before(each).name == "p" and before(each).text().endswith(":") for each in lists),
      str([before(each).text() for each in lists]))
subheadings = [each.text() for body in bodies for each in body.walk() if re.fullmatch("h[1-6]", each.name)]
check("one subheading", len(subheadings) == 1, str(subheadings))

quotations = [each for body in bodies for each in body.all("figure", class_="quotation")]
check("ten quotations", len(quotations) == 10, str(len(quotations)))
speakers = [each.one("figcaption").text() for each in quotations]
check("every quotation has a speaker and a role", all(re.fullmatch(r"(— ?)?[^,]{6,}, .{6,}", each) for each in speakers), str(speakers))
lengths = sorted(len(each.one("blockquote").all("p")) for each in quotations)
check("one quotation over three paragraphs, the others over one", lengths == [1] * 9 + [3], str(lengths))
check("no speaker is left among a quotation's paragraphs",
      not [each for quotation in quotations for each in quotation.one("blockquote").all("p") if each.text().startswith("—")])

captions = [each.text() for page in articles for figure in page.all("figure") if "quotation" not in figure.attributes.get("class", "")
            for each in figure.all("figcaption")]
check("two image captions", len(captions) == 2 and all(captions), str(captions))
check("every article has a picture with a description",
      all(page.one("figure", class_="picture").one("img").attributes.get("alt") for page in articles))

ends = [index for index, body in enumerate(bodies) if re.search(r"\bENDS\b", body.text())]
check("ENDS, once", ends == [1], str(ends))
notes = [each for body in bodies for each in body.all("section", class_="notes")]
check("the notes after ENDS are set apart", len(notes) == 1 and "2022" in notes[0].text()
      and bodies[1].text().index("ENDS") < bodies[1].text().index("2022"), str(len(notes)))

# ---------------------------------------------------------------- what leads on

problems = []
topics = [set(each.attributes["href"] for each in page.one("p", class_="kicker").all("a")) for page in articles]
for index, page in enumerate(articles):
    section = page.one("section", class_="related")
    targets = [file_of(order[index], each) for each in section.all("a")]
    if section.one("h2").text() != "You might also be interested in":
        problems.append(order[index] + " has no list of related articles")
    elif not 1 <= len(targets) <= 3 or len(set(targets)) != len(targets) or order[index] in targets:
        problems.append("%s leads on to %s" % (order[index], targets))
    else:
        for target in targets:
            if target not in order or not topics[order.index(target)] & topics[index]:
                problems.append("%s leads on to %s, with which it has no topic in common" % (order[index], target))
check("related articles are related by a topic", not problems, "; ".join(problems[:3]))

problems = []
for index, page in enumerate(articles):
    around = page.one("nav", class_="around")
    for rel, other in (("prev", index + 1), ("next", index - 1)):
        links = [file_of(order[index], each) for each in around.all("a", rel=rel)]
        if links != ([order[other]] if 0 <= other < len(order) else []):
            problems.append("%s: %s is %s" % (order[index], rel, links))
check("the articles before and after are linked", not problems, "; ".join(problems[:3]))

# ---------------------------------------------------------------- structured data


problems = []
for name, page in zip(order, articles):
    try:
        graph = graph_of(page)
        news, trail = graph["NewsArticle"], graph["BreadcrumbList"]["itemListElement"]
        assert news["headline"] == page.one("h1").text(), "headline"
        assert news["datePublished"] == page.one("time").attributes["datetime"], "date"
        assert news["author"] == [{"@type": "Person", "name": "Louise Stanley", "url": ADDRESS + "/authors/louise-stanley.html"}], "author"
        assert news["mainEntityOfPage"] == ADDRESS + "/" + name, "address"
        assert news["image"][0].replace(ADDRESS + "/", "") in files, "image"
        assert news["description"] == page.one("meta", name="description").attributes["content"], "description"
        assert news["publisher"]["name"] == "Midland Health Desk" and news["publisher"]["logo"].replace(ADDRESS + "/", "") in files, "publisher"
        assert [each["position"] for each in trail] == [1, 2, 3], "positions"
        assert trail[0]["item"] == ADDRESS + "/" and trail[2]["name"] == news["headline"], "trail"
        assert trail[1]["item"].replace(ADDRESS + "/", "") in files, "topic"
        assert page.one("meta", property="og:image").attributes["content"] == news["image"][0], "og:image"
        assert page.one("meta", property="og:type").attributes["content"] == "article", "og:type"
    except (KeyError, AssertionError, ValueError, IndexError) as error:
        problems.append("%s: %s %s" % (name, type(error).__name__, error))
check("every article has NewsArticle, BreadcrumbList and Open Graph", not problems, "; ".join(problems[:3]))
try:
    graph = graph_of(archive)
    person = graph["ProfilePage"]["mainEntity"]
    good = person["name"] == "Louise Stanley" and person["jobTitle"] and person["url"] == ADDRESS + "/authors/louise-stanley.html"
    good = good and graph["BreadcrumbList"]["itemListElement"][1]["item"].replace(ADDRESS + "/", "") + "index.html" in files
except (KeyError, AssertionError, ValueError, IndexError) as error:
    good = False
check("the author's archive has ProfilePage and BreadcrumbList", good, str(graph_of(archive)))

# ---------------------------------------------------------------- its own words


def words(text):
    return re.findall(r"[a-z0-9£]+(?:'[a-z]+)?", text.lower().replace("’", "'"))


shared = os.environ.get("SHARED") or os.path.join(TOP, "..", "shared")
original = os.path.join(shared, "data", "author-archive.txt")
if not os.path.exists(original):
    print("skip - no sentence is copied: ../shared/data/author-archive.txt is not there")
else:
    # Names of organisations, places and posts may be said in the same words.
    names = [
        "executive director of birmingham health partners", "the association of british healthtech industries abhi",
        "the national institute for health and care research nihr", "birmingham community healthcare nhs foundation trust is",
        "the clinical research facility at birmingham children's hospital", "founder-members of birmingham health partners",
        "department of applied health sciences at the university of birmingham", "virtual wards in birmingham and solihull",
        "in the journal of medical internet research", "at the university of birmingham and", "from the national institute for health"]
    grams = set()
    with open(original, encoding="utf-8") as file:
        source = words(file.read())
    grams = {tuple(source[at:at + 6]) for at in range(len(source) - 5)}
    allowed = set()
    for name in names:
        name = words(name)
        allowed |= {tuple(name[at:at + 6]) for at in range(len(name) - 5)}
    copied = []
    for name, page in zip(order, articles):
        for text in [each.text() for each in page.one("main").walk()
                     if each.name in ("h1", "p", "li", "figcaption") or each.name == "h2" and each.inside("div")]:
            run = words(text)
            copied += [" ".join(run[at:at + 6]) for at in range(len(run) - 5)
                       if tuple(run[at:at + 6]) in grams and tuple(run[at:at + 6]) not in allowed]
    check("no sentence is copied: no six words in a row but names", not copied, "; ".join(sorted(set(copied))[:5]))

tests.end()
