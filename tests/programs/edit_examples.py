#!/usr/bin/env python3
# tests/run: limit 300
"""galley edit over the 652 examples of CommonMark, each under one of eight kinds of front matter, some in quotes
and lists, with CRLF, without a final newline, with pieces of the dialect: a no-op changes no byte, a new key is one
line, words and tags change where they stand, and undo brings every byte back."""
import os, re, subprocess, sys, tempfile

top = os.environ.get("TOP") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
galley = os.environ.get("GALLEY") or top + "/build/galley"
spec = top + "/tests/node_modules/commonmark-spec/spec.txt"
failed = False


def check(name, good, why=""):
    global failed
    failed = failed or not good
    print("ok - " + name if good else "not ok - %s: %s" % (name, why))


if not os.path.exists(spec):
    print("skip - edits of the specification's examples: commonmark-spec is not installed")
    sys.exit(0)

FRONT = [
    "---\ntitle: A\n---\n",
    "---\n# c\ntitle: 'A: b' # x\n\ntags:\n- a\n# mid\n- b\n# end\n---\n",
    '---\r\ntitle: "A\r\n  b"\r\nlist: [a, "b",  c]\r\n---\r\n',
    "---\ntitle: >\n  folded\n  text\n\n  more\nbody: |-\n   x\n    y\n\nempty:\n---\n",
    "\ufeff---\ntitle: A\u00a0b\u200b\nm:\n    k: v\n    l:\n      -  1\n      -  2\n---\n",
    "---\na: &x [1,2]\nb: *x\ntitle: y\ntitle: z\n---\n",
    "",
    "---\n---\n",
]
EXTRA = (
    "\n::: note\nThe word x\n:::\n\n| a | word |\n|--|--|\n| word | b |\n\nFoot[^1] {{< s \"word\" >}} {% x %}\n\n"
    "[^1]: A word.\n"
)
SCRIPTS = {
    "touch": "article:touch()",
    "key": 'article.meta.updated = "2024-01-01"',
    "word": 'article.document:replace_text("word", "term", { whole_word = true }) article.document:replace_text("foo", "fuu")',
    "tags": 'for _, key in ipairs{ "tags", "list" } do local list = article.meta[key] if list then list:replace("b", "B b") list:add("new") end end',
}

os.chdir(tempfile.mkdtemp())
with open(spec, encoding="utf8", newline="") as file:
    examples = re.findall(r"^`{32} example\n(.*?)^\.\n", file.read(), re.S | re.M)
os.mkdir("site")
before = {}
for i, example in enumerate(examples):
    front, body = FRONT[i % len(FRONT)], example.replace("\u2192", "\t")
    if i % 5 == 0:
        body = "A pre word.\n\n> - " + body.replace("\n", "\n>   ")
    if i % 7 == 0:
        body += EXTRA
    if i % 3 == 0:
        body = body.rstrip("\n")
    if "\r" in front and i % 2:
        body = body.replace("\n", "\r\n")
    before["%03d.md" % i] = (front + body).encode("utf8")
for name, data in before.items():
    with open("site/" + name, "wb") as file:
        file.write(data)
for name, code in SCRIPTS.items():
    with open(name + ".lua", "w") as file:
        file.write('return { kind = "edit", name = "%s", api = 1, article = function(article)\n%s\nend }\n' % (name, code))


def edit(*words):
    result = subprocess.run([galley, "edit", *words], cwd="site", capture_output=True, timeout=300)
    counts = re.search(rb"(\d+) changed, (\d+) unchanged, (\d+) refused", result.stderr)
    return result, [int(n) for n in counts.groups()] if counts else [-1, -1, -1]


def now():
    return {name: open("site/" + name, "rb").read() for name in before}


check("652 examples", len(examples) == 652, str(len(examples)))
result, counts = edit("../touch.lua", "--apply")
check("a no-op changes no byte", now() == before and counts[0] == 0 and result.stdout == b"", str(counts))

result, counts = edit("../key.lua", "--apply", "--stat")
check("a new key is refused nowhere", counts[2] == 0 and counts[0] == 652, str(counts))
wrong = []
for name, data in now().items():
    lines, old = data.split(b"\n"), before[name].split(b"\n")
    kept = [line for line in lines if b"updated:" not in line]
    if before[name].lstrip(b"\xef\xbb\xbf").startswith(b"---"):
        if kept != old:
            wrong.append(name)
    elif not data.endswith(before[name]):
        wrong.append(name)
check("and is one line, or new front matter", not wrong, str(wrong[:5]))
subprocess.run([galley, "undo", "-q"], cwd="site", check=False)
check("undo brings every byte back", now() == before)

for name in ("word", "tags"):
    result, counts = edit("../%s.lua" % name)
    # One example is a heading of two line breaks, which no edit of its words can write again.
    check("%s: refused at most once" % name, counts[2] <= 1, str(counts))
    with open("patch", "wb") as file:
        file.write(result.stdout)
    applies = subprocess.run(["git", "apply", "--check", "--whitespace=nowarn", "../patch"], cwd="site", capture_output=True)
    check("%s: git apply accepts the diff" % name, applies.returncode == 0, applies.stderr.decode()[:200])
    edit("../%s.lua" % name, "--apply", "--keep-going", "--stat")
    after = now()
    moved = [n for n in before if len(after[n].split(b"\n")) < len(before[n].split(b"\n"))]
    # In one example the changed text is a reference's label, and its definition goes into the link.
    check("%s: no line is lost, but for one definition" % name, len(moved) <= 1, str(moved[:5]))
    result, counts = edit("../%s.lua" % name, "--stat") if name == "word" else (None, [0, 0, 0])
    check("%s: again there is nothing to do" % name, counts[0] == 0, str(counts))
    subprocess.run([galley, "undo", "-q"], cwd="site", check=False)
    check("%s: undo brings every byte back" % name, now() == before)
sys.exit(1 if failed else 0)
