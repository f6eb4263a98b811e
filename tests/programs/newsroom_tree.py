"""Pages as trees, for the tests of the newsroom: what html.parser sees, with complaints about tags that do not match."""
import html.parser
import json
import re
import sys
from urllib.parse import unquote, urljoin, urlsplit

VOID = set("area base br col embed hr img input link meta source track wbr".split())


class Tests:
    """Prints one line a test, as tests/run wants it."""

    failed = False

    def check(self, name, good, why=""):
        if good:
            print("ok - " + name)
        else:
            self.failed = True
            print("not ok - %s: %s" % (name, why or "it does not hold"))

    def end(self):
        sys.exit(1 if self.failed else 0)


class Element:
    def __init__(self, name, attributes, parent):
        self.name, self.attributes, self.parent, self.children = name, dict(attributes), parent, []

    def walk(self):
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def all(self, tag=None, /, **attributes):
        wanted = {key.rstrip("_"): value for key, value in attributes.items()}
        return [each for each in self.walk() if (tag is None or each.name == tag)
                and all(value in each.attributes.get(key, "").split() for key, value in wanted.items())]

    def one(self, tag=None, /, **attributes):
        found = self.all(tag, **attributes)
        return found[0] if found else Element("nothing", {}, None)

    def text(self):
        parts = [child if isinstance(child, str) else child.text() for child in self.children]
        return re.sub(r"\s+", " ", "".join(parts)).strip()

    def inside(self, name):
        at = self.parent
        while at is not None and at.name != name:
            at = at.parent
        return at is not None


class Page(html.parser.HTMLParser):
    """A tree, and complaints about tags that do not match."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element("document", {}, None)
        self.problems = []
        self.feed(text)
        self.close()
        if self.at is not self.root:
            self.problems.append("<%s> is never closed" % self.at.name)

    def handle_starttag(self, name, attributes):
        names = [key for key, _ in attributes]
        if len(set(names)) != len(names):
            self.problems.append("<%s> has an attribute twice" % name)
        element = Element(name, {key: value or "" for key, value in attributes}, self.at)
        self.at.children.append(element)
        if name not in VOID:
            self.at = element

    def handle_endtag(self, name):
        if name in VOID:  # `<img />`
            return
        if self.at.name != name:
            self.problems.append("</%s> closes <%s>" % (name, self.at.name))
            return
        self.at = self.at.parent

    def handle_data(self, text):
        self.at.children.append(text)


def file_of(name, link):
    """The file that a link or an image on page `name` leads to."""
    target = link.attributes.get("href") or link.attributes.get("src") or ""
    return unquote(urlsplit(urljoin("http://site/" + name, target)).path).lstrip("/")


def links_of(page):
    for element in page.walk():
        for attribute in ("href", "src", "poster", "data", "action"):
            if attribute in element.attributes:
                yield element, element.attributes[attribute]


def graph_of(page):
    found = {}
    for script in page.all("script", type="application/ld+json"):
        data = json.loads(script.children[0])
        assert data["@context"] == "https://schema.org"
        for each in data["@graph"]:
            found[each["@type"]] = each
    return found
