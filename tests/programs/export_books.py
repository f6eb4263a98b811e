#!/usr/bin/env python3
"""Exports whose readers are programs: epubcheck, sqlite3, pandoc, xmllint."""
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

TOP = os.environ.get("TOP") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GALLEY = os.environ.get("GALLEY") or os.path.join(TOP, "build", "galley")
SITE = os.path.join(TOP, "tests", "cases", "export", "site")
ROOM = os.environ.get("TMPDIR", "/tmp")
failed = False


def check(name, right, why=""):
    global failed
    failed = failed or not right
    print(f"ok - {name}" if right else f"not ok - {name}: {str(why).strip()[-400:]}".replace("\n", " "))


def export(name, *options, site=SITE, stdin=None):
    run = subprocess.run([GALLEY, "export", name, "--site", site, "--quiet", *options], capture_output=True)
    if b"built without" in run.stderr:
        print(f"skip - {name}: {run.stderr.decode().strip()}")
        return None
    check(" ".join(["export", name, *options]).replace(ROOM, "ROOM"), run.returncode == 0, run.stderr)
    return run.stdout


def epubcheck(file):
    program = shutil.which("epubcheck")
    if not program or not shutil.which("java"):
        print("skip - epubcheck: epubcheck is missing")
        return
    # Debian's is a jar that wants binfmt_misc
    jar = open(program, "rb").read(2) == b"PK"
    run = subprocess.run((["java", "-jar", os.path.realpath(program)] if jar else [program]) + ["-w", file], capture_output=True, text=True)
    check("epubcheck: no errors, no warnings", "0 fatals / 0 errors / 0 warnings" in run.stdout + run.stderr or "No errors or warnings" in run.stdout + run.stderr, run.stdout + run.stderr)


book = export("epub", "--option", "cover=images/ward.svg")
if book is not None:
    file = os.path.join(ROOM, "book.epub")
    open(file, "wb").write(book)
    archive = zipfile.ZipFile(io.BytesIO(book))
    names = archive.namelist()
    check("epub: mimetype first, stored, no extra field", names[0] == "mimetype" and archive.infolist()[0].compress_type == 0 and book[28:30] == b"\0\0", names)
    wards = archive.read("EPUB/article-1.xhtml").decode()
    check("epub: footnotes are pop-ups", 'epub:type="noteref"' in wards and 'epub:type="footnote"' in wards)
    check("epub: and lead back", 'role="doc-backlink" href="#to-note-1"' in wards and 'id="to-note-1"' in wards, wards)
    check("epub: the picture once", sum(n.endswith(".svg") for n in names) == 1, names)
    check("epub: links between articles stay inside", 'href="article-2.xhtml"' in wards, wards)
    check("epub: nothing under embargo", not any(b"Secret" in archive.read(n) for n in names))
    check("epub: the same bytes again", export("epub", "--option", "cover=images/ward.svg") == book)
    epubcheck(file)
    # What strangers write: raw HTML, a picture that is not there, ids and addresses that XML does not take, no cover.
    odd = os.path.join(ROOM, "odd")
    os.makedirs(os.path.join(odd, "content"), exist_ok=True)
    open(os.path.join(odd, "galley.yaml"), "w").write('title: "Odd & <long> title of a book that goes on and on for a while"\nurl: https://odd.example\n')
    open(os.path.join(odd, "content", "a.md"), "w").write("""---
title: "A </title> & B"
authors: [O'Neill & Sons, 日本 太郎]
---
<div onclick="x()"><p>Kept <b>words</b><br>and <img src="gone.png" alt="described"></p><ul><li>one</ul><script>alert(1)</script></div>

Text<br>with [a link](<../x y/ü?a=1&b=2#1>), [none](javascript:alert(1)), [^n] again[^n] and ![gone](gone.png) <span id="1">x</span>

# 1 heading {#1}

# 1 heading

[^n]: - a list

      in a note
""")
    book = export("epub", site=odd)
    open(file, "wb").write(book)
    archive = zipfile.ZipFile(io.BytesIO(book))
    page = archive.read("EPUB/article-1.xhtml").decode()
    check("epub: raw HTML's words, and no script", "Kept <strong>words</strong>" in page and "<li>one</li>" in page and "alert" not in page and "onclick" not in page, page)
    check("epub: a cover is drawn", b"cover-image" in archive.read("EPUB/book.opf") and b"Odd &amp;" in archive.read("EPUB/cover.svg"))
    epubcheck(file)

database = export("sqlite")
if database is not None:
    import sqlite3
    file = os.path.join(ROOM, "site.db")
    open(file, "wb").write(database)
    db = sqlite3.connect(file)
    check("sqlite: whole", db.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    rows = db.execute("SELECT path, title, date, json_extract(meta, '$.location') FROM articles ORDER BY id").fetchall()
    check("sqlite: articles", len(rows) == 4 and rows[0] == ("news/wards.md", "Virtual wards: what helped", "2025-10-21T09:30:00+01:00", "Birmingham"), rows)
    check("sqlite: full text", [r[0] for r in db.execute("SELECT path FROM articles JOIN search USING (id) WHERE search MATCH 'fur OR nurse'")] in (["news/wards.md", "news/alle.md"], ["news/alle.md", "news/wards.md"]))
    check("sqlite: terms", db.execute("SELECT count(*) FROM article_terms JOIN terms ON term = id WHERE taxonomy = 'author' AND slug = 'ada-moss'").fetchone() == (1,))
    check("sqlite: the same bytes again", export("sqlite") == database)

    # More than a worker's memory; then one beside it, and one after it, each without an end to its transaction.
    plugin = os.path.join(ROOM, "bases.lua")
    open(plugin, "w").write("""return { kind = "export", name = "bases", api = 1, bodies = false, write = function(_, ctx)
      local function filled(rows, size)
        local db = galley.sqlite.new()
        db:run("CREATE TABLE t (a)")
        db:run("BEGIN")
        for i = 1, rows do db:run("INSERT INTO t VALUES (?)", ("x"):rep(size) .. i) end
        return db
      end
      local large, beside, size = filled(120, 1000000), filled(3, 10), 0
      local small = beside:bytes()
      for chunk in large:chunks() do size = chunk:find(("\\0"):rep(65536), 1, true) and 0 or size + #chunk end
      local after = filled(3, 10):bytes()
      ctx.out:write(size > 120e6 and small == after and "alike" or "not alike", "\\n", after)
    end }""")
    small = os.path.join(ROOM, "small")
    os.makedirs(os.path.join(small, "content"), exist_ok=True)
    open(os.path.join(small, "galley.yaml"), "w").write("title: S\nlimits: { memory: 64, seconds: 120 }\nexports: [sqlite]\n")
    open(os.path.join(small, "content", "a.md"), "w").write("---\ntitle: A\n---\nWords\n")
    said, _, after = export(plugin, site=small).partition(b"\n")
    open(file, "wb").write(after)
    check("sqlite: in a file and in memory the same, and more than fits into memory",
          said == b"alike" and sqlite3.connect(file).execute("SELECT a FROM t").fetchall() == [("xxxxxxxxxx%d" % i,) for i in (1, 2, 3)], said)
    run = subprocess.run([GALLEY, "build", small, "--quiet"], capture_output=True)
    built = os.path.join(small, "public", "sqlite.db")
    check("sqlite: with a build", run.returncode == 0 and open(built, "rb").read() == export("sqlite", site=small), run.stderr)

for name in ("opml", "wxr"):
    data = export(name)
    if shutil.which("xmllint"):
        run = subprocess.run(["xmllint", "--noout", "-"], input=data, capture_output=True)
        check(f"{name}: well-formed", run.returncode == 0, run.stderr)
    else:
        print(f"skip - {name} is well-formed: xmllint is missing")

SAMPLE = """# A *title* with `code`

Two words,
a soft break, a hard one\\
and [a link](https://a.example/b "title") ![alt *text*](https://a.example/p.png).

> A quotation
>
> 1. one
> 2. two

- tight
- list
  - inner

* loose

* list

3) three
4) four

```lua
x = "y"
```

    indented

***

<div>raw</div>

Entities &amp; **strong *both***, <b>x</b> and <https://a.example/>.
"""


def stripped(tree):  # identifiers are Galley's own; pandoc's commonmark has none
    if isinstance(tree, dict):
        if tree.get("t") == "Header":
            tree["c"][1][0] = ""
        return {key: stripped(value) for key, value in tree.items()}
    return [stripped(value) for value in tree] if isinstance(tree, list) else tree


if shutil.which("pandoc"):
    plain = os.path.join(ROOM, "plain")
    os.makedirs(os.path.join(plain, "content"), exist_ok=True)
    parts = "tables strikethrough autolinks task_lists footnotes heading_ids attributes figures quotations directives shortcodes definition_lists smart more".split()
    open(os.path.join(plain, "galley.yaml"), "w").write("title: x\nmarkdown: { " + ", ".join(f"{part}: false" for part in parts) + " }\n")
    open(os.path.join(plain, "content", "a.md"), "w").write(SAMPLE)
    ours = json.loads(export("pandoc", "a.md", site=plain))
    theirs = json.loads(subprocess.run(["pandoc", "-f", "commonmark", "-t", "json"], input=SAMPLE.encode(), capture_output=True).stdout)
    for a, b in zip(stripped(ours["blocks"]), stripped(theirs["blocks"])):
        check(f"pandoc: agrees about a {b['t']}", a == b, json.dumps(a) + " instead of " + json.dumps(b))
    check("pandoc: as many blocks", len(ours["blocks"]) == len(theirs["blocks"]))
    # Every example of CommonMark's own specification, all in one run of each program.
    spec = subprocess.run(["node", "-e", "console.log(JSON.stringify(require('commonmark-spec').tests))"], cwd=os.path.join(TOP, "tests"), capture_output=True) if shutil.which("node") else None
    if spec is None or spec.returncode != 0:
        print("skip - pandoc: the examples of CommonMark: node or tests/node_modules/commonmark-spec is missing")
    else:
        examples = {test["number"]: test["markdown"].replace("→", "\t") for test in json.loads(spec.stdout)}
        for number, text in examples.items():
            open(os.path.join(ROOM, f"spec{number:04}"), "w").write(text)
            open(os.path.join(plain, "content", f"e{number:04}.md"), "w").write(f"---\ntitle: EXAMPLE{number}\n---\n" + text)
        reader = os.path.join(ROOM, "read.lua")
        open(reader, "w").write(f"""function Pandoc()
            for number = 1, {len(examples)} do
              local file = io.open(("{ROOM}/spec%04d"):format(number), "rb")
              io.stdout:write(pandoc.write(pandoc.read(file:read("a"), "commonmark"), "json"), "\\n")
              file:close()
            end
            os.exit(0)
          end""")
        run = subprocess.run(["pandoc", "-f", "commonmark", "--lua-filter", reader], input=b"x", capture_output=True)
        theirs = [json.loads(line)["blocks"] for line in run.stdout.splitlines()]
        ours, number = {}, None
        for block in json.loads(export("pandoc", "e*.md", "--sort", "path", "--unsafe", site=plain))["blocks"]:
            name = block["t"] == "Header" and block["c"][2] and str(block["c"][2][0].get("c"))
            if name and name.startswith("EXAMPLE"):
                number = int(name[len("EXAMPLE"):])
                ours[number] = []
            else:
                ours[number].append(block)
        # 40: a tab that was written as &#9; is a blank here, a letter there. The others are links whose schemes
        # (irc:, a+b+c:, made-up-scheme:, localhost:) no reader of a release should follow: their words stay.
        apart = {number for number in examples if stripped(ours[number]) != stripped(theirs[number - 1])}
        check(f"pandoc: agrees about {len(examples) - 5} of {len(examples)} examples of CommonMark", apart == {40, 595, 597, 598, 600}, apart)
    for name, site in (("the cases' site", SITE), ("all of 18F's posts", os.path.join(os.environ.get("SHARED", "/nowhere"), "data", "18f-posts"))):
        if not os.path.isdir(site):
            print(f"skip - pandoc reads {name}: the sample data is not here")
            continue
        data = subprocess.run([GALLEY, "export", "pandoc", "--site", site, "--quiet"], capture_output=True).stdout
        run = subprocess.run(["pandoc", "-f", "json", "-t", "plain"], input=data, capture_output=True)
        check(f"pandoc reads {name}", run.returncode == 0 and len(run.stdout) > 500, run.stderr)
else:
    print("skip - pandoc: pandoc is missing")

items = [json.loads(line) for line in export("ninjs").splitlines()]
required = {"uri", "standard", "title", "headlines", "bodies", "versioncreated"}
check("ninjs: items", len(items) == 4 and required <= set(items[0]), items[:1])
check("ninjs: a picture that is not there is not named", "associations" in items[0] and "associations" not in items[1])

redirects = export("redirects", "--option", "form=nginx").decode()
check("redirects: nginx", 'location = "/alt /pfad" { return 301 "/news/alle.html"; }' in redirects, redirects)
sys.exit(failed)
